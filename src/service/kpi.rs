//! KPIs of a window: the groups of a report, and the KPI screen's panel with its trend and the window before.
//!
//! One path for all of them: line shifts are read, each becomes a tally at "now", tallies are added by group and
//! client, and each group is divided once. The command line, the screen and reports ask here and nowhere else.

use super::{Desk, Problem};
use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::id::{ClientId, LineId, ProductId, ShiftId};
use crate::domain::scope::ScopedClient;
use crate::domain::shift::LineShiftKey;
use crate::kpi::{By, ClientPart, Dimension, GroupKey, Kpi, Panel, Period, Ratio, Span, Tally, Window, production};
use crate::store::ReadTx;
use crate::store::tally::{self, Made, Selection};
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
    /// A screen of a window, its KPIs, those of the window before, and the sums of its days.
    pub const fn new(window: Window, panel: Panel, before: Panel, days: BTreeMap<ProductionDate, Tally>) -> Self {
        Self { window, panel, before, days }
    }

    /// The sums of the whole window.
    pub fn tally(&self) -> Tally {
        self.days.values().sum()
    }

    /// A KPI through the window in at most `points` figures, the newest last. Where days are more than points,
    /// neighbouring days are added up and divided once, the newest point full.
    pub fn trend(&self, kpi: Kpi, points: usize) -> Vec<Option<Ratio>> {
        let day = |period: Period| self.days.get(&period.first()).copied().unwrap_or_default();
        let days: Vec<Tally> = self.window.periods(Span::Day).map(day).collect();
        let length = days.len().div_ceil(points.max(1)).max(1);
        let mut trend: Vec<_> = days.rchunks(length).map(|days| production::figure(kpi, &days.iter().sum())).collect();
        trend.reverse();
        trend
    }

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

    /// What the figures are filtered and grouped by.
    fn dimensions(&self) -> Vec<Dimension> {
        let filters = [
            self.line_id.as_ref().map(|_| Dimension::Line),
            self.shift_id.as_ref().map(|_| Dimension::Shift),
            self.product_id.as_ref().map(|_| Dimension::Product),
        ];
        filters.into_iter().flatten().chain(self.by.map(By::dimension)).collect()
    }

    fn selection(&self, window: Window) -> Selection<'_> {
        Selection { window, line_id: self.line_id.as_ref(), shift_id: self.shift_id.as_ref() }
    }
}

/// The tallies of one group, by client.
type ByClient = BTreeMap<ClientId, Tally>;

/// The tallies of groups, in the order of the groups.
type Groups = BTreeMap<GroupKey, ByClient>;

/// The group of a line shift; none where products are told apart, because a line shift belongs to no single one.
fn group_of(by: Option<By>, key: &LineShiftKey) -> Option<GroupKey> {
    match by {
        None => Some(GroupKey::All),
        Some(By::Day) => Some(GroupKey::Period(Period::of(Span::Day, key.production_date))),
        Some(By::Week) => Some(GroupKey::Period(Period::of(Span::Week, key.production_date))),
        Some(By::Month) => Some(GroupKey::Period(Period::of(Span::Month, key.production_date))),
        Some(By::Client) => Some(GroupKey::Client(key.client_id.clone())),
        Some(By::Line) => Some(GroupKey::Line(key.client_id.clone(), key.line_id.clone())),
        Some(By::Shift) => Some(GroupKey::Shift(key.shift_id.clone())),
        Some(By::Product) => None,
    }
}

/// Units alone: a line shift's time belongs to no single product.
fn units_of(made: Made) -> Tally {
    let Made { units, defects, scrap, rework, startup_defects } = made;
    Tally { units, defects, scrap, rework, startup_defects, ..Tally::default() }
}

/// Reads what a query asks for, adds it up by group and client. Every figure comes from here.
async fn read_groups(tx: &mut ReadTx, query: &KpiQuery, window: Window, now: Instant) -> Result<Groups, Problem> {
    let mut groups = Groups::new();
    let mut add = |group: GroupKey, client_id: ClientId, tally: Tally| {
        *groups.entry(group).or_default().entry(client_id).or_default() += tally;
    };
    let selection = query.selection(window);
    match (&query.product_id, query.by) {
        (Some(product_id), by) => {
            for row in tally::of_product(tx, selection, product_id).await? {
                let group = group_of(by, &row.line_shift).unwrap_or_else(|| GroupKey::Product(product_id.clone()));
                add(group, row.line_shift.client_id, units_of(row.made));
            }
        }
        (None, Some(By::Product)) => {
            for row in tally::by_product(tx, selection).await? {
                add(GroupKey::Product(row.product_id), row.client_id, units_of(row.made));
            }
        }
        (None, by) => {
            for row in tally::line_shifts(tx, selection).await? {
                if let Some(group) = group_of(by, &row.key()) {
                    let tally = Tally::of_line_shift(&row, now);
                    add(group, row.client_id, tally);
                }
            }
        }
    }
    Ok(groups)
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
                sums: tally.into(),
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
        let mut groups = read_groups(&mut tx, query, window, now).await?;
        drop(tx);
        match query.by {
            // Everything together is a group, also where it is nothing, and a client is listed if it did nothing.
            None => add_missing(groups.entry(GroupKey::All).or_default(), judge.nothing()),
            Some(By::Client) => {
                for (client_id, tally) in judge.nothing() {
                    let key = GroupKey::Client(client_id.clone());
                    groups.entry(key).or_insert_with(|| ByClient::from([(client_id, tally)]));
                }
            }
            Some(By::Day | By::Week | By::Month | By::Line | By::Shift | By::Product) => {}
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
        let by_day = KpiQuery { by: Some(By::Day), ..KpiQuery::of(both) };
        let groups = read_groups(&mut tx, &by_day, both, now).await?;
        drop(tx);

        let days: BTreeMap<ProductionDate, ByClient> = groups.into_iter().filter_map(of_day).collect();
        let panel = |window: Window| {
            let mut sums = judge.nothing();
            for (client_id, tally) in days.range(window.from()..=window.to()).flat_map(|(_, sums)| sums) {
                *sums.entry(client_id.clone()).or_default() += *tally;
            }
            judge.panel(&sums, window.to(), &[])
        };
        let (panel, before) = (panel(window), panel(before));
        let days = days.into_iter().filter(|(date, _)| window.contains(*date));
        let days = days.map(|(date, sums)| (date, sums.values().sum())).collect();
        Ok(KpiScreen::new(window, panel, before, days))
    }
}

fn of_day((key, sums): (GroupKey, ByClient)) -> Option<(ProductionDate, ByClient)> {
    match key {
        GroupKey::Period(day) => Some((day.first(), sums)),
        GroupKey::All | GroupKey::Client(_) | GroupKey::Line(..) | GroupKey::Shift(_) | GroupKey::Product(_) => None,
    }
}

fn add_missing(sums: &mut ByClient, nothing: ByClient) {
    for (client_id, tally) in nothing {
        sums.entry(client_id).or_insert(tally);
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
