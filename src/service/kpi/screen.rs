//! The KPI screen of a window: its panel, the one of the window before, what each client has, and the days.

use super::super::{Desk, PanelWindow, Problem};
use super::groups::{self, ByClient, Wanted};
use super::judge::{Judge, WaitsAt};
use super::reading::{self, ClientReading};
use super::slice::Slice;
use crate::domain::clock::ProductionDate;
use crate::domain::id::ClientId;
use crate::kpi::{Ages, By, GroupKey, Kpi, Panel, Period, Ratio, Span, Sums, Tally, Window, sums::figure};
use crate::store::ReadTx;
use crate::store::tally::stored;
use crate::store::tally::{self, extent::Extent};
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
    sums: Sums,
    /// Every date of the window.
    days: Vec<Sums>,
}

/// What waited at the end of each day of a window: orders in process and open holds.
#[derive(Debug, Clone, PartialEq)]
pub struct WaitingDays {
    /// The production dates.
    pub window: Window,
    /// Orders and holds of every date; none at all where the window is a shift.
    pub days: Vec<(Ages, Ages)>,
}

impl KpiScreen {
    /// A screen of a window, its KPIs, those of the window before, and the sums of its days.
    pub fn new(window: Window, panel: Panel, before: Panel, days: BTreeMap<ProductionDate, Sums>) -> Self {
        let sums = Sums::over_time(days.values());
        let mut every_day = vec![Sums::default(); length_of(window)];
        for (date, sums) in days {
            if let Some(day) = usize::try_from(date.0 - window.from().0).ok().and_then(|place| every_day.get_mut(place))
            {
                *day = sums;
            }
        }
        Self { window, label: None, panel, before, by_client: Vec::new(), sums, days: every_day }
    }

    /// The sums of the whole window.
    pub const fn sums(&self) -> &Sums {
        &self.sums
    }

    /// The tally of the whole window.
    pub const fn tally(&self) -> &Tally {
        &self.sums.tally
    }

    /// Takes what waited day by day, if it is of this window: it is read after the panel.
    pub fn take_waiting(&mut self, waiting: &WaitingDays) {
        if waiting.window == self.window {
            for (day, (wip, holds)) in self.days.iter_mut().zip(&waiting.days) {
                (day.wip, day.holds) = (*wip, *holds);
            }
        }
    }

    /// Shows what an earlier screen of the same window knew of what waited, until it is read anew.
    pub fn keep_waiting_of(&mut self, earlier: &Self) {
        if earlier.window == self.window && self.days.iter().all(|day| day.wip.count() + day.holds.count() == 0) {
            for (day, known) in self.days.iter_mut().zip(&earlier.days) {
                (day.wip, day.holds) = (known.wip, known.holds);
            }
        }
    }

    /// A KPI through the window in at most `points` figures, the newest last. Where days are more than points,
    /// neighbouring days are added up and divided once, the newest point full.
    pub fn trend(&self, kpi: Kpi, points: usize) -> Vec<Option<Ratio>> {
        let length = self.days.len().div_ceil(points.max(1)).max(1);
        let mut trend: Vec<_> = self.days.rchunks(length).map(|days| figure(kpi, &Sums::over_time(days))).collect();
        trend.reverse();
        trend
    }

    /// A KPI day by day, for every production date of the window; days without a value are there too.
    pub fn series(&self, kpi: Kpi) -> impl Iterator<Item = (ProductionDate, Option<Ratio>)> {
        self.window.periods(Span::Day).zip(&self.days).map(move |(day, sums)| (day.first(), figure(kpi, sums)))
    }
}

fn length_of(window: Window) -> usize {
    usize::try_from(window.days()).unwrap_or(0)
}

/// What a window and the one before it add up to.
struct Read {
    sums: ByClient,
    before: ByClient,
    days: Vec<Sums>,
}

impl Desk {
    /// The KPI screen of a window, from one read of it and the window before.
    pub(crate) async fn kpi_screen(&self, window: PanelWindow) -> Result<KpiScreen, Problem> {
        let now = self.now();
        let mut tx = self.session.read().await?;
        let slice = Slice::read(&mut tx, window, now).await?;
        let before = slice.before();
        let both = Window::new(before.window.from().min(slice.window.from()), slice.window.to())?;
        let waits_at = match slice.shifts {
            Some(_) => WaitsAt::Never,
            None => WaitsAt::Ends(slice.window.to(), Some(before.window.to())),
        };
        let judge = Judge::read(self, &mut tx, None, both, waits_at).await?;
        let Read { sums, before: sums_before, days } = match slice.shifts {
            Some(_) => shifts(&mut tx, &judge, &slice, &before).await?,
            None => self.dates(&mut tx, &judge, slice.window).await?,
        };
        drop(tx);

        let dimensions = slice.dimensions();
        let panel = judge.panel(&sums, slice.window.to(), &dimensions);
        let before = judge.panel(&sums_before, before.window.to(), &dimensions);
        let by_client = if judge.clients.len() > 1 {
            let of_one = |(client_id, sums): (&ClientId, &Sums)| {
                let one = ByClient::from([(client_id.clone(), sums.clone())]);
                (client_id.clone(), judge.panel(&one, slice.window.to(), &dimensions))
            };
            sums.iter().map(of_one).collect()
        } else {
            Vec::new()
        };
        let sums = sums.values().sum();
        Ok(KpiScreen { window: slice.window, label: slice.label, panel, before, by_client, sums, days })
    }

    /// What waited at the end of each day of a window. It takes every order and hold of the window, the panel only those
    /// that waited at its end; so it is a question of its own, asked when the panel is there.
    pub(crate) async fn waiting_days(&self, window: PanelWindow) -> Result<WaitingDays, Problem> {
        let now = self.now();
        let mut tx = self.session.read().await?;
        let Slice { window, shifts, .. } = Slice::read(&mut tx, window, now).await?;
        if shifts.is_some() {
            return Ok(WaitingDays { window, days: Vec::new() });
        }
        let dates: Vec<_> = window.periods(Span::Day).map(Period::first).collect();
        let mut days = vec![<(Ages, Ages)>::default(); dates.len()];
        // One client after the other: the orders and holds of a year of all of them would fill the terminal's memory.
        for client in tally::clients(&mut tx).await? {
            let (client_id, since) = (Some(&client.client_id), WaitsAt::Since(window.from()));
            let judge = Judge::read(self, &mut tx, client_id, window, since).await?;
            for live in &judge.clients {
                for ((wip, holds), (more_wip, more_holds)) in days.iter_mut().zip(reading::waiting(live, &dates, now)) {
                    *wip += more_wip;
                    *holds += more_holds;
                }
            }
        }
        Ok(WaitingDays { window, days })
    }

    /// Reads dates and those before them from stored days and months, or from what the session remembers of them.
    async fn dates(&self, tx: &mut ReadTx, judge: &Judge, window: Window) -> Result<Read, Problem> {
        let before = window.before();
        let extent = Extent::total(before, groups::earliest_today(&judge.clients, judge.now)).then_days(window);
        let remembered = self.session.tallies(tx, extent).await?;
        tracing::debug!(days = remembered.days_read(), "stored days read");
        let mut read =
            Read { sums: judge.nothing(), before: judge.nothing(), days: vec![Sums::default(); length_of(window)] };
        for live in &judge.clients {
            let client_id = &live.client.client_id;
            let Some(tallies) = stored::of_client(remembered.tallies(), client_id) else { continue };
            let reading = ClientReading::new(live, tallies, extent, judge.now);
            reading.add_days(window, &mut read.days);
            read.sums.insert(client_id.clone(), reading.sums_and_waiting(window));
            read.before.insert(client_id.clone(), reading.sums_and_waiting(before));
        }
        self.session.remember(remembered);
        Ok(read)
    }
}

/// Reads the shift of each client that is on, and the one before it.
async fn shifts(tx: &mut ReadTx, judge: &Judge, slice: &Slice, before: &Slice) -> Result<Read, Problem> {
    let part = |part: &Slice, by| Wanted { shifts: part.shifts.clone(), by, ..Wanted::of(part.window) };
    let mut read =
        Read { sums: judge.nothing(), before: judge.nothing(), days: vec![Sums::default(); length_of(slice.window)] };
    for (key, of_clients) in groups::read(tx, &judge.clients, &part(slice, Some(By::Day)), judge.now).await? {
        let GroupKey::Period(day) = key else { continue };
        let place = usize::try_from(day.first().0 - slice.window.from().0).ok();
        for (client_id, sums) in of_clients {
            if let Some(day) = place.and_then(|place| read.days.get_mut(place)) {
                *day += &sums;
            }
            *read.sums.entry(client_id).or_default() += &sums;
        }
    }
    for of_clients in groups::read(tx, &judge.clients, &part(before, None), judge.now).await?.into_values() {
        read.before.extend(of_clients);
    }
    Ok(read)
}
