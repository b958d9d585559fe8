//! The KPI screen of a window: its panel, the one of the window before, what each client has, and the days.

use super::super::{Desk, PanelWindow, Problem};
use super::groups::{self, ByClient, Wanted};
use super::judge::Judge;
use super::slice::Slice;
use crate::domain::clock::ProductionDate;
use crate::domain::id::ClientId;
use crate::kpi::{By, GroupKey, Kpi, Panel, Period, Ratio, Span, Sums, Tally, Window, sums::figure};
use crate::store::tally::extent::Extent;
use crate::store::tally::stored;
use std::collections::BTreeMap;

/// What the KPI screen shows of a window.
#[derive(Debug, Clone, PartialEq)]
pub struct KpiScreen {
    /// The production dates.
    pub window: Window,
    /// What the window is called, where it is not just its dates.
    pub label: Option<String>,
    /// Its KPIs.
    pub panel: Panel,
    /// Those of the window before, of the same length.
    pub before: Panel,
    /// The KPIs of each client, where there are several.
    pub by_client: Vec<(ClientId, Panel)>,
    days: BTreeMap<ProductionDate, Sums>,
}

impl KpiScreen {
    /// A screen of a window, its KPIs, those of the window before, and the sums of its days.
    pub const fn new(window: Window, panel: Panel, before: Panel, days: BTreeMap<ProductionDate, Sums>) -> Self {
        Self { window, label: None, panel, before, by_client: Vec::new(), days }
    }

    /// The sums of the whole window.
    pub fn sums(&self) -> Sums {
        Sums::over_time(self.days.values())
    }

    /// The tally of the whole window.
    pub fn tally(&self) -> Tally {
        self.days.values().map(|sums| sums.tally).sum()
    }

    /// A KPI through the window in at most `points` figures, the newest last. Where days are more than points,
    /// neighbouring days are added up and divided once, the newest point full.
    pub fn trend(&self, kpi: Kpi, points: usize) -> Vec<Option<Ratio>> {
        let nothing = Sums::default();
        let day = |period: Period| self.days.get(&period.first()).unwrap_or(&nothing);
        let days: Vec<&Sums> = self.window.periods(Span::Day).map(day).collect();
        let length = days.len().div_ceil(points.max(1)).max(1);
        let together = |days: &[&Sums]| figure(kpi, &Sums::over_time(days.iter().copied()));
        let mut trend: Vec<_> = days.rchunks(length).map(together).collect();
        trend.reverse();
        trend
    }

    /// A KPI day by day, for every production date of the window; days without a value are there too.
    pub fn series(&self, kpi: Kpi) -> impl Iterator<Item = (ProductionDate, Option<Ratio>)> {
        self.window.periods(Span::Day).map(move |day| {
            let sums = self.days.get(&day.first());
            (day.first(), sums.and_then(|sums| figure(kpi, sums)))
        })
    }
}

impl Desk {
    /// The KPI screen of a window, from one read of it and the window before.
    pub(crate) async fn kpi_screen(&self, window: PanelWindow) -> Result<KpiScreen, Problem> {
        let now = self.now();
        let mut tx = self.session.read().await?;
        let slice = Slice::read(&mut tx, window, now).await?;
        let part_before = slice.before();
        let both = Window::new(part_before.window.from().min(slice.window.from()), slice.window.to())?;
        let judge = Judge::read(self, &mut tx, None, both, part_before.window.to()).await?;
        let part = |part: &Slice, by| Wanted { shifts: part.shifts.clone(), by, ..Wanted::of(part.window) };
        let (wanted, wanted_before) = (part(&slice, Some(By::Day)), part(&part_before, None));
        let clients = &judge.clients;
        let (days, before) = if slice.shifts.is_some() {
            let days = groups::read(&mut tx, clients, &wanted, now).await?;
            (days, groups::read(&mut tx, clients, &wanted_before, now).await?)
        } else {
            let until = groups::earliest_today(clients, now);
            let extent = Extent::total(part_before.window, until).then_days(slice.window);
            let tallies = stored::read(&mut tx, extent, None).await?;
            let of = |wanted| groups::of_stored(clients, &tallies, extent, wanted, now);
            (of(&wanted), of(&wanted_before))
        };
        drop(tx);

        let days = of_days(days);
        let sums = together(&judge, &days);
        let mut sums_before = before.into_values().next().unwrap_or_default();
        for (client_id, nothing) in judge.nothing() {
            sums_before.entry(client_id).or_insert(nothing);
        }
        let dimensions = slice.dimensions();
        let panel = judge.panel(&sums, slice.window.to(), &dimensions);
        let before = judge.panel(&sums_before, part_before.window.to(), &dimensions);
        let by_client = if judge.clients.len() > 1 {
            let of_one = |(client_id, sums): (&ClientId, &Sums)| {
                let one = ByClient::from([(client_id.clone(), sums.clone())]);
                (client_id.clone(), judge.panel(&one, slice.window.to(), &dimensions))
            };
            sums.iter().map(of_one).collect()
        } else {
            Vec::new()
        };
        let days = days.into_iter().map(|(date, sums)| (date, sums.values().sum())).collect();
        Ok(KpiScreen { label: slice.label, by_client, ..KpiScreen::new(slice.window, panel, before, days) })
    }
}

/// The sums of days, by date and client.
type Days = BTreeMap<ProductionDate, ByClient>;

fn of_days(groups: groups::Groups) -> Days {
    let of_day = |(key, sums): (GroupKey, ByClient)| match key {
        GroupKey::Period(day) => Some((day.first(), sums)),
        GroupKey::All | GroupKey::Client(_) | GroupKey::Line(..) | GroupKey::Shift(_) | GroupKey::Product(_) => None,
    };
    groups.into_iter().filter_map(of_day).collect()
}

/// The days of each client added up; a client without any is there too.
fn together(judge: &Judge, days: &Days) -> ByClient {
    let of_client = |client_id: &ClientId| Sums::over_time(days.values().filter_map(|sums| sums.get(client_id)));
    judge.client_ids().map(|client_id| (client_id.clone(), of_client(client_id))).collect()
}
