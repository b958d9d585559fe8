//! One client's stored days and what they lack, put together: the sums of any window that was read.

use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::id::EmployeeNumber;
use crate::kpi::bradford::AttendanceDay;
use crate::kpi::{Ages, BradfordFactor, StageSums, Stages, Sums, Tally, Window};
use crate::store::tally::extent::Extent;
use crate::store::tally::live::ClientLive;
use crate::store::tally::people::AbsenteeDay;
use crate::store::tally::stored::ClientTallies;

/// A client with the days and months of an extent.
pub(super) struct ClientReading<'a> {
    live: &'a ClientLive,
    stored: &'a ClientTallies,
    extent: Extent,
    now: Instant,
    today: ProductionDate,
    /// What line shifts that depend on the time have more, or less, than is stored of them.
    corrections: Vec<(ProductionDate, Tally)>,
}

impl<'a> ClientReading<'a> {
    /// Puts together what was read of a client.
    pub(super) fn new(live: &'a ClientLive, stored: &'a ClientTallies, extent: Extent, now: Instant) -> Self {
        let corrections = live.unfinished.iter().map(|sums| {
            let correction = Tally::of_line_shift(sums, now) - Tally::of_whole_line_shift(sums);
            (sums.production_date, correction)
        });
        let (today, corrections) = (live.client.clock.date(now), corrections.collect());
        Self { live, stored, extent, now, today, corrections }
    }

    /// The sums of a window that lies in the extent, without what waits at its end.
    pub(super) fn sums(&self, window: Window) -> Sums {
        let mut sums = Sums::default();
        let mut stages = stages_in_use(self.live);
        let months = self.extent.months().filter(|months| window.contains(months.from()));
        if months.is_some() {
            sums.tally += self.stored.months().sum();
            self.stored.add_stages_of_months(&mut stages);
        }
        for (date, tally) in self.stored.days(window) {
            sums.tally += self.until_today(date, tally);
        }
        for (_, row) in self.stored.stage_days(window) {
            row.add_to(&mut stages);
        }
        let corrected = self.corrections.iter().filter(|(date, _)| window.contains(*date));
        sums.tally += corrected.map(|(_, correction)| correction).sum();
        sums.stages = stages;
        sums
    }

    /// The sums of a window that lies in the extent, with what waits at its end.
    pub(super) fn sums_and_waiting(&self, window: Window) -> Sums {
        let (wip, holds) = self.waiting(&[window.to()]).pop().unwrap_or_default();
        Sums { wip, holds, ..self.sums(window) }
    }

    /// Adds the days of a window that lies in the extent to those of others, the first of which is the window's first.
    pub(super) fn add_days(&self, window: Window, days: &mut [Sums]) {
        for (date, tally) in self.stored.days(window) {
            if let Some(sums) = day(days, window, date) {
                sums.tally += self.until_today(date, tally);
            }
        }
        for (date, correction) in &self.corrections {
            if let Some(sums) = day(days, window, *date) {
                sums.tally += *correction;
            }
        }
        for (date, row) in self.stored.stage_days(window) {
            if let Some(sums) = day(days, window, date) {
                row.add_to(&mut sums.stages);
            }
        }
    }

    /// What is due after today is not late yet.
    fn until_today(&self, date: ProductionDate, tally: &Tally) -> Tally {
        if date <= self.today {
            return *tally;
        }
        Tally { due_orders: 0, on_time_orders: 0, in_full_orders: 0, ..*tally }
    }

    /// What waits at the ends of some dates in order, at latest now.
    pub(super) fn waiting(&self, ends: &[ProductionDate]) -> Vec<(Ages, Ages)> {
        waiting(self.live, ends, self.now)
    }
}

/// A day of a window among all of its days.
fn day(days: &mut [Sums], window: Window, date: ProductionDate) -> Option<&mut Sums> {
    usize::try_from(date.0 - window.from().0).ok().and_then(|place| days.get_mut(place))
}

/// What waits of a client at the ends of some dates in order, at latest now.
pub(super) fn waiting(live: &ClientLive, ends: &[ProductionDate], now: Instant) -> Vec<(Ages, Ages)> {
    let end = |date: &ProductionDate| live.client.clock.at_minute(date.plus_days(1), 0).min(now);
    let instants: Vec<_> = ends.iter().map(end).collect();
    let orders = Ages::of_orders_at_each(&live.orders, &instants);
    orders.into_iter().zip(Ages::of_holds_at_each(&live.holds, &instants)).collect()
}

/// The stages that a client has, with nothing inspected yet.
pub(super) fn stages_in_use(live: &ClientLive) -> Stages {
    let in_use = live.stages.iter().filter(|(_, _, is_in_use)| *is_in_use);
    let nothing = |position: i64| StageSums { position, inspected: 0, passed: 0 };
    in_use.map(|(stage, position, _)| (stage.clone(), nothing(*position))).collect()
}

/// The Bradford factors of a client over 52 weeks, the highest first.
pub(super) fn bradford(live: &ClientLive, absentees: &[AbsenteeDay], weeks: Window) -> Vec<BradfordFactor> {
    let client_id = &live.client.client_id;
    let mut factors: Vec<_> = absentees
        .chunk_by(|left, right| left.employee_number == right.employee_number)
        .filter_map(|days| {
            let first = days.first()?;
            let number: EmployeeNumber = first.employee_number.clone();
            let attendance = days.iter().map(|row| row.day).filter(|day: &AttendanceDay| weeks.contains(day.date));
            BradfordFactor::of(client_id.clone(), number, first.name.clone(), attendance)
        })
        .collect();
    factors.sort_by(|left, right| right.points.cmp(&left.points).then_with(|| left.cmp(right)));
    factors
}
