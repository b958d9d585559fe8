//! The sums of anything, added up in the plainest way from the entries themselves: what every figure must be.

use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::downtime::Loss;
use crate::domain::id::{LineId, ShiftId, Stage};
use crate::kpi::elapsed::ShiftTime;
use crate::kpi::{Ages, HoldSpan, LineShiftSums, OrderSpan, RunningStop, StageSums, Stages, Sums, Tally, Window};
use crate::store::raw_entries::{RawEntries, RawEntry};

const DAY: i64 = 86_400_000;

/// Client, number, spells, days and points of an employee.
pub(super) type Factor = (String, String, i64, i64, i64);

/// What sums are wanted of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Of<'a> {
    pub(super) window: Window,
    pub(super) client: Option<&'a str>,
    pub(super) line: Option<&'a str>,
    pub(super) shift: Option<&'a str>,
    pub(super) product: Option<&'a str>,
}

impl Of<'_> {
    fn takes_shift(&self, entry: &RawEntry) -> bool {
        self.takes_client(entry)
            && self.window.contains(entry.date)
            && self.shift.is_none_or(|shift| shift == entry.shift)
    }

    fn takes_client(&self, entry: &RawEntry) -> bool {
        self.client.is_none_or(|client| client == entry.client_id.as_str())
    }

    fn takes(&self, entry: &RawEntry) -> bool {
        self.takes_shift(entry) && self.line.is_none_or(|line| line == entry.line)
    }
}

/// Entries, and the tally of each line shift at an instant. All clients are in UTC.
pub(super) struct Oracle {
    raw: RawEntries,
    tallies: Vec<Tally>,
    /// The counts of line shifts that are there.
    counted: Vec<RawEntry>,
    now: Instant,
}

impl Oracle {
    pub(super) fn new(raw: RawEntries, now: Instant) -> Self {
        let tallies = raw.line_shifts.iter().map(|row| Tally::of_line_shift(&sums_of(&raw, row), now)).collect();
        let is_there = |row: &&RawEntry| raw.line_shifts.iter().any(|line_shift| line_shift.is_with(row));
        let counted = raw.counts.iter().filter(is_there).cloned().collect();
        Self { raw, tallies, counted, now }
    }

    pub(super) fn sums(&self, of: Of<'_>) -> Sums {
        if of.product.is_some() {
            return self.of_product(of).into();
        }
        let line_shifts = self.raw.line_shifts.iter().zip(&self.tallies);
        let tally: Tally = line_shifts.filter(|(row, _)| of.takes(row)).map(|(_, tally)| tally).sum();
        let mut stages = Stages::default();
        for row in self.raw.inspections.iter().filter(|row| of.takes(row)) {
            let sums = StageSums { position: 1, inspected: row.number(0), passed: row.number(1) };
            stages.add_stage(Stage::parse(&row.word).unwrap(), sums);
        }
        let at = Instant((i64::from(of.window.to().0) + 1) * DAY).min(self.now);
        let orders: Vec<_> = self.raw.orders.iter().filter(|row| of.takes_client(row)).collect();
        let started = orders.iter().filter_map(|row| self.span(row));
        let wip = Ages::of_orders(&started.collect::<Vec<_>>(), at);
        let holds = self.raw.holds.iter().filter(|row| of.takes_client(row)).map(hold);
        let holds = Ages::of_holds(&holds.collect::<Vec<_>>(), at);
        let due: Tally = orders.iter().filter_map(|row| self.due(row, of.window)).sum();
        Sums { tally: tally + self.people(of) + due, stages, wip, holds, bradford: None }
    }

    /// The share of units whose cycle was inferred from history, added up from the counts alone.
    pub(super) fn inferred_share(&self, of: Of<'_>) -> f64 {
        let counts = || self.counted.iter().filter(|row| of.takes(row));
        let units: i64 = counts().map(|row| row.number(0)).sum();
        let inferred: i64 = counts().filter(|row| row.other == "history").map(|row| row.number(0)).sum();
        let number = |units: i64| f64::from(i32::try_from(units).unwrap());
        if units == 0 { 0.0 } else { number(inferred) / number(units) }
    }

    /// The factors of everybody who was absent in the 52 weeks before the end, the most points first; none where no
    /// client allows it.
    pub(super) fn bradford(&self, of: Of<'_>) -> Option<Vec<Factor>> {
        let allowing = self.raw.settings.iter().filter(|row| of.takes_client(row) && row.word == "bradford");
        let allowing: Vec<_> = allowing.filter(|row| row.number(0) == 1).map(|row| &row.client_id).collect();
        let (first, last) = (of.window.to().plus_days(-363), of.window.to());
        let is_asked = |row: &&RawEntry| allowing.contains(&&row.client_id) && row.date >= first && row.date <= last;
        let rows: Vec<_> = self.raw.people.iter().filter(is_asked).collect();
        let mut people: Vec<_> = rows.iter().map(|row| (row.client_id.as_str(), row.line.as_str())).collect();
        people.sort_unstable();
        people.dedup();
        let mut factors = Vec::new();
        for (client, number) in people {
            let is_own = |row: &&&RawEntry| (row.client_id.as_str(), row.line.as_str()) == (client, number);
            let mut own: Vec<_> = rows.iter().filter(is_own).collect();
            own.sort_by_key(|row| row.date);
            let is_leave = |row: &RawEntry| row.maybe(2) == Some(0);
            let leave = |row: &RawEntry| if is_leave(row) { row.number(1) } else { 0 };
            // Whether work was missed, for each day that there was work on.
            let missed = own.chunk_by(|one, other| one.date == other.date).filter_map(|day| {
                let absent = day.iter().any(|row| row.number(1) > 0 && !is_leave(row));
                let at_work = day.iter().any(|row| row.number(0) > leave(row));
                (absent || at_work).then_some(absent)
            });
            let missed: Vec<bool> = missed.collect();
            let days = missed.iter().filter(|missed| **missed).count();
            let spells = missed.split(|missed| !missed).filter(|spell| !spell.is_empty()).count();
            if days > 0 {
                let (spells, days) = (i64::try_from(spells).unwrap(), i64::try_from(days).unwrap());
                factors.push((client.to_owned(), number.to_owned(), spells, days, spells * spells * days));
            }
        }
        factors.sort_by(|left, right| right.4.cmp(&left.4).then_with(|| left.cmp(right)));
        (!allowing.is_empty()).then_some(factors)
    }

    fn of_product(&self, of: Of<'_>) -> Tally {
        let counts = self.raw.counts.iter().filter(|row| of.takes(row) && of.product == Some(row.word.as_str()));
        let tally = |row: &RawEntry| Tally {
            units: row.number(0),
            defects: row.number(1),
            scrap: row.number(2),
            rework: row.number(3),
            ..Tally::default()
        };
        counts.map(tally).sum()
    }

    fn people(&self, of: Of<'_>) -> Tally {
        let tally = |row: &RawEntry| {
            let (scheduled_minutes, absence_minutes) = (row.number(0), row.number(1));
            // Agreed leave is taken out; who was there all the time has no type of absence.
            if row.maybe(2) == Some(0) {
                return Tally { scheduled_minutes: scheduled_minutes - absence_minutes, ..Tally::default() };
            }
            let covers = self.raw.covers.iter().filter(|cover| cover.is_with(row));
            let covered_minutes = covers.map(|cover| cover.number(0)).sum::<i64>().min(absence_minutes);
            Tally { scheduled_minutes, absence_minutes, covered_minutes, ..Tally::default() }
        };
        self.raw.people.iter().filter(|row| of.takes_shift(row)).map(tally).sum()
    }

    fn due(&self, row: &RawEntry, window: Window) -> Option<Tally> {
        let date = ProductionDate(i32::try_from(row.maybe(0)?).unwrap());
        let is_past = i64::from(date.0) <= self.now.0.div_euclid(DAY);
        if row.other == "cancelled" || !is_past || !window.contains(date) {
            return None;
        }
        let on_time = row.maybe(1).is_some_and(|at| at.div_euclid(DAY) <= i64::from(date.0));
        let in_full = on_time && row.maybe(3).is_some_and(|delivered| delivered >= row.number(2));
        let (on_time_orders, in_full_orders) = (on_time.into(), in_full.into());
        Some(Tally { due_orders: 1, on_time_orders, in_full_orders, ..Tally::default() })
    }

    /// An order from its start; none of one that is over and does not say since when.
    fn span(&self, row: &RawEntry) -> Option<OrderSpan> {
        let ended = [row.maybe(1), row.maybe(5), row.maybe(6)].into_iter().flatten().min().map(Instant);
        if ended.is_none() && ["completed", "cancelled"].contains(&row.other.as_str()) {
            return None;
        }
        let is_of = |hold: &&RawEntry| (&hold.client_id, &hold.word) == (&row.client_id, &row.word);
        Some(OrderSpan {
            started_at: Instant(row.maybe(4)?),
            ended_at: ended,
            open_units: row.number(2) - row.maybe(3).unwrap_or(0),
            holds: self.raw.holds.iter().filter(is_of).map(hold).collect(),
        })
    }
}

fn hold(row: &RawEntry) -> HoldSpan {
    HoldSpan { from: Instant(row.number(0)), to: row.maybe(1).map(Instant), units: row.number(2) }
}

/// What one line shift adds up to.
fn sums_of(raw: &RawEntries, row: &RawEntry) -> LineShiftSums {
    let time = ShiftTime { starts_at: Instant(row.number(0)), ends_at: Instant(row.number(1)) };
    let (line, shift) = (LineId::parse(&row.line).unwrap(), ShiftId::parse(&row.shift).unwrap());
    let mut sums = LineShiftSums::empty(row.client_id.clone(), line, shift, row.date, time);
    (sums.planned_minutes, sums.crew) = (row.number(2), row.maybe(3));
    for count in raw.counts.iter().filter(|count| count.is_with(row)) {
        add_count(&mut sums, count);
    }
    for stop in raw.stops.iter().filter(|stop| (&stop.client_id, &stop.line) == (&row.client_id, &row.line)) {
        add_stop(&mut sums, stop, stop.is_with(row));
    }
    for inspection in raw.inspections.iter().filter(|inspection| inspection.is_with(row)) {
        let is_of =
            |defect: &&RawEntry| (&defect.client_id, &defect.other) == (&inspection.client_id, &inspection.other);
        let lines: i64 = raw.defects.iter().filter(is_of).map(|defect| defect.number(0)).sum();
        let (inspected, passed) = (inspection.number(0), inspection.number(1));
        let defects = if lines > 0 { lines } else { inspected - passed };
        sums.inspected += inspected;
        sums.passed += passed;
        sums.inspection_defects += defects;
        match inspection.maybe(2) {
            Some(opportunities) => {
                sums.opportunity_defects += defects;
                sums.opportunities += inspected * opportunities;
            }
            None => sums.inspected_without_opportunities += inspected,
        }
    }
    sums
}

fn add_count(sums: &mut LineShiftSums, count: &RawEntry) {
    let [units, defects, scrap, rework, startup] = [0, 1, 2, 3, 4].map(|place| count.number(place));
    sums.units += units;
    sums.defects += defects;
    sums.scrap += scrap;
    sums.rework += rework;
    sums.startup_defects += startup;
    match count.maybe(5) {
        Some(cycle) => {
            sums.earned_millis += units * cycle;
            sums.rejected_millis += (defects - startup) * cycle;
            sums.startup_rejected_millis += startup * cycle;
        }
        None => sums.units_without_cycle += units,
    }
    match count.maybe(6) {
        Some(standard) => sums.labour_millis += units * standard,
        None => sums.units_without_labour_standard += units,
    }
    if count.other == "history" {
        sums.units_inferred += units;
    }
}

/// Adds a stop of the line: in its own line shift, or one that runs into a later one.
fn add_stop(sums: &mut LineShiftSums, stop: &RawEntry, is_here: bool) {
    let (loss, counted) = (Loss::parse(&stop.word).unwrap(), stop.number(3));
    let Some(minutes) = stop.maybe(1) else {
        let started_at = Instant(stop.number(0));
        if is_here || sums.starts_at > started_at {
            let is_continued = !(is_here && counted != 0);
            sums.running_stops.push(RunningStop { started_at, loss, is_continued });
        }
        return;
    };
    if !is_here {
        return;
    }
    if loss == Loss::Planned {
        sums.planned_stop_minutes += minutes;
    } else if stop.number(2) != 0 {
        sums.micro_stop_minutes += minutes;
        sums.micro_stops += counted;
    } else {
        sums.unplanned_stop_minutes += minutes;
        sums.unplanned_stops += counted;
        match loss {
            Loss::Planned | Loss::Breakdown => {}
            Loss::Setup => sums.setup_minutes += minutes,
            Loss::SmallStop => sums.small_stop_minutes += minutes,
            Loss::ReducedSpeed => sums.reduced_speed_minutes += minutes,
            Loss::Reject => sums.reject_stop_minutes += minutes,
            Loss::StartupReject => sums.startup_reject_stop_minutes += minutes,
        }
    }
}
