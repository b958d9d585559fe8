//! KPIs of a window: the groups of a report, and the KPI screen's panel with its trend and the window before.
//!
//! One path for all of them: line shifts are read, each becomes a tally at "now", tallies are added by group and
//! client, and each group is divided once. The command line, the screen and reports ask here and nowhere else.

use super::{Desk, Problem};
use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::id::{ClientId, LineId, ProductId, ShiftId};
use crate::domain::scope::ScopedClient;
use crate::domain::shift::LineShiftKey;
use crate::kpi::{
    By, ClientPart, Dimension, GroupKey, Kpi, LineShiftSums, Panel, Period, Ratio, Span, Tally, Window, production,
};
use crate::store::ReadTx;
use crate::store::tally::{self, ProductSums, Selection};
use crate::store::target::{self, TargetHistory};
use serde::ser::{Serialize, SerializeStruct, Serializer};
use std::collections::BTreeMap;

/// Which KPIs are asked for. Which clients is a matter of the desk: see [`Desk::narrow`].
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct KpiQuery {
    /// The first production date.
    pub from: ProductionDate,
    /// The last one.
    pub to: ProductionDate,
    /// Only lines of this name.
    pub line_id: Option<LineId>,
    /// Only this shift.
    pub shift_id: Option<ShiftId>,
    /// Only this product.
    pub product_id: Option<ProductId>,
    /// One group for each of these, or one for everything.
    pub by: Option<By>,
}

/// The KPIs of a window, group by group. It serialises as the contract of 4-cli.md says; write it with
/// `serde_json::to_writer` or `to_string`, because sums may exceed 64 bits.
#[derive(Debug, Clone, PartialEq)]
pub struct KpiReport {
    /// The window.
    pub window: Window,
    /// The clients that were added up, by key.
    pub clients: Vec<ClientId>,
    /// The groups, in order.
    pub groups: Vec<KpiGroup>,
}

/// The KPIs of one group.
#[derive(Debug, Clone, PartialEq)]
pub struct KpiGroup {
    /// What it is called; none where everything is one group.
    pub group: Option<String>,
    /// Its KPIs.
    pub panel: Panel,
}

/// What the KPI screen shows of a window.
#[derive(Debug, Clone, PartialEq)]
pub struct KpiScreen {
    /// The window.
    pub window: Window,
    /// Its KPIs.
    pub panel: Panel,
    /// Those of the window before, of the same length.
    pub before: Panel,
    days: BTreeMap<ProductionDate, Tally>,
}

impl KpiScreen {
    /// A KPI day by day, for every production date of the window; days without a value are there too.
    pub fn series(&self, kpi: Kpi) -> impl Iterator<Item = (ProductionDate, Option<Ratio>)> {
        self.window.periods(Span::Day).map(move |day| {
            let tally = self.days.get(&day.first());
            (day.first(), tally.and_then(|tally| production::figure(kpi, tally)))
        })
    }
}

impl KpiQuery {
    /// Everything of a window together.
    pub const fn of(window: Window) -> Self {
        Self { from: window.from(), to: window.to(), line_id: None, shift_id: None, product_id: None, by: None }
    }

    /// Whether units have to be told apart by product.
    fn is_of_products(&self) -> bool {
        self.product_id.is_some() || self.by == Some(By::Product)
    }

    /// What the figures are filtered and grouped by.
    fn dimensions(&self) -> Vec<Dimension> {
        let filters = [
            self.line_id.as_ref().map(|_| Dimension::Line),
            self.shift_id.as_ref().map(|_| Dimension::Shift),
            self.product_id.as_ref().map(|_| Dimension::Product),
        ];
        filters.into_iter().flatten().chain(self.by.map(By::dimension)).collect()
    }

    /// The group of some sums; none for sums that the grouping does not tell apart.
    fn group(&self, part: &Part) -> Option<GroupKey> {
        let key = &part.line_shift;
        Some(match self.by {
            None => GroupKey::All,
            Some(By::Day) => GroupKey::Period(Period::of(Span::Day, key.production_date)),
            Some(By::Week) => GroupKey::Period(Period::of(Span::Week, key.production_date)),
            Some(By::Month) => GroupKey::Period(Period::of(Span::Month, key.production_date)),
            Some(By::Client) => GroupKey::Client(key.client_id.clone()),
            Some(By::Line) => GroupKey::Line(key.client_id.clone(), key.line_id.clone()),
            Some(By::Shift) => GroupKey::Shift(key.shift_id.clone()),
            Some(By::Product) => GroupKey::Product(part.product_id.clone()?),
        })
    }
}

/// The smallest sums that can be grouped: of a line shift, or of a product in one.
struct Part {
    line_shift: LineShiftKey,
    product_id: Option<ProductId>,
    tally: Tally,
}

impl Part {
    fn of_line_shift(sums: LineShiftSums, now: Instant) -> Self {
        let tally = Tally::of_line_shift(&sums, now);
        let LineShiftSums { client_id, production_date, shift_id, line_id, .. } = sums;
        Self { line_shift: LineShiftKey { client_id, production_date, shift_id, line_id }, product_id: None, tally }
    }

    /// Units alone: a line shift's time belongs to no single product.
    fn of_product(sums: ProductSums) -> Self {
        let made = sums.made;
        let tally = Tally {
            units: made.units,
            defects: made.defects,
            scrap: made.scrap,
            rework: made.rework,
            startup_defects: made.startup_defects,
            ..Tally::default()
        };
        Self { line_shift: sums.line_shift, product_id: Some(sums.product_id), tally }
    }
}

/// The tallies of one group, by client.
type ByClient = BTreeMap<ClientId, Tally>;

fn add<'a>(parts: impl IntoIterator<Item = &'a Part>) -> ByClient {
    let mut sums = ByClient::new();
    for part in parts {
        *sums.entry(part.line_shift.client_id.clone()).or_default() += part.tally;
    }
    sums
}

/// Judges groups: the clients as they are now, their targets through time, and the time.
struct Judge {
    clients: Vec<ScopedClient>,
    targets: TargetHistory,
    now: Instant,
}

impl Judge {
    async fn read(tx: &mut ReadTx, until: ProductionDate, now: Instant) -> Result<Self, Problem> {
        Ok(Self { clients: tally::clients(tx).await?, targets: target::until(tx, until).await?, now })
    }

    /// The panel of a group whose last day this is: judged by the targets of that day, or of today where it
    /// is still to come, because a target that does not hold yet judges nothing.
    fn panel(&self, sums: &ByClient, last_day: ProductionDate, dimensions: &[Dimension]) -> Panel {
        let part = |client: &ScopedClient| {
            let tally = *sums.get(&client.client_id)?;
            let day = last_day.min(client.clock.date(self.now));
            Some(ClientPart {
                client_id: client.client_id.clone(),
                tally,
                targets: self.targets.on(&client.client_id, day),
            })
        };
        let parts: Vec<_> = self.clients.iter().filter_map(part).collect();
        Panel::of_clients(&parts, dimensions)
    }

    fn nothing(&self) -> ByClient {
        self.clients.iter().map(|client| (client.client_id.clone(), Tally::default())).collect()
    }
}

impl Desk {
    /// The KPIs of a window, grouped.
    pub(crate) async fn kpis(&self, query: &KpiQuery) -> Result<KpiReport, Problem> {
        let window = Window::new(query.from, query.to)?;
        let now = self.now();
        let mut tx = self.session.read().await?;
        check_filters(&mut tx, query).await?;
        let judge = Judge::read(&mut tx, window.to(), now).await?;
        let parts = parts(&mut tx, query, window, now).await?;
        drop(tx);

        let mut groups = BTreeMap::<GroupKey, ByClient>::new();
        match query.by {
            // Everything together is a group, also where it is nothing, and a client is listed if it did nothing.
            None => drop(groups.insert(GroupKey::All, judge.nothing())),
            Some(By::Client) => {
                groups.extend(judge.nothing().into_iter().map(|(client_id, tally)| {
                    (GroupKey::Client(client_id.clone()), ByClient::from([(client_id, tally)]))
                }));
            }
            Some(By::Day | By::Week | By::Month | By::Line | By::Shift | By::Product) => {}
        }
        for part in &parts {
            if let Some(group) = query.group(part) {
                *groups.entry(group).or_default().entry(part.line_shift.client_id.clone()).or_default() += part.tally;
            }
        }
        let (dimensions, several) = (query.dimensions(), judge.clients.len() > 1);
        let group = |(key, sums): (GroupKey, ByClient)| KpiGroup {
            group: key.label(several),
            panel: judge.panel(&sums, last_day(&key, window), &dimensions),
        };
        let groups = groups.into_iter().map(group).collect();
        Ok(KpiReport { window, clients: judge.clients.into_iter().map(|client| client.client_id).collect(), groups })
    }

    /// The KPI screen of a window, from one read of it and the window before.
    pub(crate) async fn kpi_screen(&self, from: ProductionDate, to: ProductionDate) -> Result<KpiScreen, Problem> {
        let window = Window::new(from, to)?;
        let before = window.before();
        let now = self.now();
        let mut tx = self.session.read().await?;
        let judge = Judge::read(&mut tx, window.to(), now).await?;
        let both = Window::new(before.from(), window.to())?;
        let parts = parts(&mut tx, &KpiQuery::of(both), both, now).await?;
        drop(tx);

        let panel = |window: Window| {
            let mut sums = judge.nothing();
            sums.extend(add(parts.iter().filter(|part| window.contains(part.line_shift.production_date))));
            judge.panel(&sums, window.to(), &[])
        };
        let mut days = BTreeMap::<ProductionDate, Tally>::new();
        for part in parts.iter().filter(|part| window.contains(part.line_shift.production_date)) {
            *days.entry(part.line_shift.production_date).or_default() += part.tally;
        }
        Ok(KpiScreen { window, panel: panel(window), before: panel(before), days })
    }
}

/// The day whose targets judge a group.
fn last_day(key: &GroupKey, window: Window) -> ProductionDate {
    match key {
        GroupKey::Period(period) => period.last().min(window.to()),
        GroupKey::All | GroupKey::Client(_) | GroupKey::Line(..) | GroupKey::Shift(_) | GroupKey::Product(_) => {
            window.to()
        }
    }
}

async fn parts(tx: &mut ReadTx, query: &KpiQuery, window: Window, now: Instant) -> Result<Vec<Part>, Problem> {
    let selection = Selection { window, line_id: query.line_id.as_ref(), shift_id: query.shift_id.as_ref() };
    if query.is_of_products() {
        let products = tally::products(tx, selection, query.product_id.as_ref()).await?;
        return Ok(products.into_iter().map(Part::of_product).collect());
    }
    let line_shifts = tally::line_shifts(tx, selection).await?;
    Ok(line_shifts.into_iter().map(|sums| Part::of_line_shift(sums, now)).collect())
}

/// Refuses a filter that names nothing in the scope; what others have is refused in the same words.
async fn check_filters(tx: &mut ReadTx, query: &KpiQuery) -> Result<(), Problem> {
    if let Some(line_id) = &query.line_id
        && !tally::line_is_known(tx, line_id).await?
    {
        return Err(Problem::no_such("line", line_id));
    }
    if let Some(shift_id) = &query.shift_id
        && !tally::shift_is_known(tx, shift_id).await?
    {
        return Err(Problem::no_such("shift", shift_id));
    }
    if let Some(product_id) = &query.product_id
        && !tally::product_is_known(tx, product_id).await?
    {
        return Err(Problem::no_such("product", product_id));
    }
    Ok(())
}

impl Serialize for KpiReport {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("KpiReport", 4)?;
        object.serialize_field("from", &self.window.from().to_string())?;
        object.serialize_field("to", &self.window.to().to_string())?;
        object.serialize_field("clients", &self.clients)?;
        object.serialize_field("groups", &self.groups)?;
        object.end()
    }
}

impl Serialize for KpiGroup {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("KpiGroup", 2)?;
        object.serialize_field("group", &self.group)?;
        object.serialize_field("kpis", &self.panel)?;
        object.end()
    }
}

#[cfg(test)]
mod tests;
