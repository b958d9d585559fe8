//! KPIs of a window: the groups of a report, the KPI screen's panel, and a KPI in detail.
//!
//! One path for all of them: sums are read and added by group and client, and each group is divided once. The
//! command line, the screen and reports ask here and nowhere else.

mod detail;
mod groups;
mod judge;
mod paretos;
mod reading;
mod screen;
mod slice;

pub use detail::{Child, DetailQuery, KpiDetail};
pub use screen::{KpiScreen, WaitingDays};

use super::{Desk, Place, Problem};
use crate::domain::clock::ProductionDate;
use crate::domain::id::{ClientId, LineId, ProductId, ShiftId};
use crate::domain::role::Permission;
use crate::kpi::{By, GroupKey, Panel, Period, Sums, Window};
use crate::store::ReadTx;
use crate::store::tally;
use groups::{ByClient, Wanted};
use judge::Judge;
use serde::ser::{Serialize, SerializeStruct, Serializer};

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

impl KpiQuery {
    /// Everything of a window together.
    pub const fn of(window: Window) -> Self {
        Self { from: window.from(), to: window.to(), line_id: None, shift_id: None, product_id: None, by: None }
    }

    fn wanted(&self, window: Window) -> Wanted {
        let place = Place { line_id: self.line_id.clone(), shift_id: self.shift_id.clone(), ..Place::default() };
        Wanted { place, product_id: self.product_id.clone(), by: self.by, ..Wanted::of(window) }
    }
}

impl Desk {
    /// The KPIs of a window, grouped.
    pub(crate) async fn kpis(&self, query: &KpiQuery) -> Result<KpiReport, Problem> {
        let window = Window::new(query.from, query.to)?;
        let mut tx = self.session.read().await?;
        let with_bradford = self.person().role.may(Permission::SeeBradford);
        let wanted = Wanted { with_bradford, ..query.wanted(window) };
        check_filters(&mut tx, &wanted).await?;
        let judge = Judge::read(self, &mut tx, None, window, wanted.waits_at()).await?;
        let mut groups = groups::read(&mut tx, &judge.clients, &wanted, judge.now).await?;
        drop(tx);
        match query.by {
            // Everything together is a group, also where it is nothing, and a client is listed if it did nothing.
            None => add_missing(groups.entry(GroupKey::All).or_default(), judge.nothing()),
            Some(By::Client) => {
                for (client_id, sums) in judge.nothing() {
                    let key = GroupKey::Client(client_id.clone());
                    groups.entry(key).or_insert_with(|| ByClient::from([(client_id, sums)]));
                }
            }
            Some(By::Day | By::Week | By::Month) => groups.retain(|key, sums| !is_nothing(key, sums, &judge)),
            Some(By::Line | By::Shift | By::Product) => {}
        }
        let (dimensions, several) = (wanted.dimensions(), judge.clients.len() > 1);
        let group = |(key, sums): (GroupKey, ByClient)| KpiGroup {
            group: key.label(several),
            panel: judge.panel(&sums, last_day(&key, window), &dimensions),
        };
        let groups = groups.into_iter().map(group).collect();
        Ok(KpiReport { window, clients: judge.client_ids().cloned().collect(), groups })
    }
}

fn add_missing(sums: &mut ByClient, nothing: ByClient) {
    for (client_id, none) in nothing {
        sums.entry(client_id).or_insert(none);
    }
}

/// Whether there is nothing in a period; what waits is not known of one that is still to come.
fn is_nothing(key: &GroupKey, sums: &ByClient, judge: &Judge) -> bool {
    let is_to_come = |period: &Period| period.first() > groups::latest_today(&judge.clients, judge.now);
    match key {
        GroupKey::Period(period) if is_to_come(period) => sums.values().all(|sums| sums.tally.is_empty()),
        _ => sums.values().all(Sums::is_empty),
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
async fn check_filters(tx: &mut ReadTx, wanted: &Wanted) -> Result<(), Problem> {
    if let Some(line_id) = &wanted.place.line_id
        && !tally::line_is_known(tx, line_id).await?
    {
        return Err(Problem::no_such("line", line_id));
    }
    if let Some(shift_id) = &wanted.place.shift_id
        && !tally::shift_is_known(tx, shift_id).await?
    {
        return Err(Problem::no_such("shift", shift_id));
    }
    if let Some(product_id) = &wanted.product_id
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
mod detail_tests;
#[cfg(test)]
mod memory_tests;
#[cfg(test)]
mod oracle;
#[cfg(test)]
mod oracle_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod time_tests;
