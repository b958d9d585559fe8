//! The tally: a handful of whole-number sums for one client, one day, one shift, one line and so on.
//! Tallies add; every KPI is a function of one.
//!
//! Decisions that the formulas rest on:
//! - A `line_shift` that has not ended counts only up to now; after `ends_at` all of it counts, closed or not.
//! - Stops are cut to the planned time *per `line_shift`*, before anything is added: planned stops up to the
//!   planned minutes, unplanned ones up to the rest. What is over is kept as overlap with breaks.
//! - The loss classes of the unplanned stops fill that rest in the order of the fields, breakdowns last, so
//!   that they always add up to the unplanned minutes that count.
//! - Stops of a `line_shift` without planned time (work outside any shift) are listed, outside
//!   availability: neither their minutes nor their number enter a KPI.
//! - Micro-stops stay in run time; their minutes and number are only carried along.

use super::line_shift::{LineShiftSums, StopMinutes};
use crate::domain::clock::Instant;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub, SubAssign};

/// Declares the sums once, so that none can be forgotten where tallies are added.
macro_rules! tally {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $field:ident: $kind:ty,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
        pub struct $name { $($(#[$doc])* pub $field: $kind,)+ }

        impl $name {
            /// The names of the sums, in order: the columns of a stored tally.
            pub const COLUMNS: &'static [&'static str] = &[$(stringify!($field)),+];

            /// A tally from the values of [`COLUMNS`](Self::COLUMNS) in their order; none where there are fewer.
            pub fn from_columns(mut values: impl Iterator<Item = i64>) -> Option<Self> {
                Some(Self { $($field: values.next()?.into(),)+ })
            }
        }

        impl AddAssign for $name {
            fn add_assign(&mut self, other: Self) {
                $(self.$field += other.$field;)+
            }
        }

        impl SubAssign for $name {
            fn sub_assign(&mut self, other: Self) {
                $(self.$field -= other.$field;)+
            }
        }
    };
}

tally! {
    /// Whole-number sums that add, in any order and any grouping.
    Tally {
        /// How many `line_shift`s are in it.
        line_shifts: i64,
        /// Planned minutes, up to now.
        planned_minutes: i64,
        /// Minutes of planned stops within the planned time.
        planned_stop_minutes: i64,
        /// Minutes of unplanned stops within the planned time, micro-stops excepted.
        unplanned_stop_minutes: i64,
        /// Unplanned stops, running ones too, micro-stops excepted.
        unplanned_stops: i64,
        /// The part of the unplanned stop minutes that was set-up and adjustment.
        setup_minutes: i64,
        /// The part of them that was idling and minor stops.
        small_stop_minutes: i64,
        /// The part of them that was reduced speed.
        reduced_speed_minutes: i64,
        /// The part of them in which rejects were made.
        reject_stop_minutes: i64,
        /// The part of them in which rejects were made while starting up; what is left was breakdowns.
        startup_reject_stop_minutes: i64,
        /// Minutes of micro-stops; part of run time.
        micro_stop_minutes: i64,
        /// Micro-stops.
        micro_stops: i64,
        /// Stop minutes beyond the planned time: overlap with breaks.
        overlap_minutes: i64,
        /// Stop minutes of `line_shifts` without planned time.
        outside_stop_minutes: i64,
        /// Unplanned stops of `line_shifts` without planned time.
        outside_stops: i64,
        /// Units made, good or not.
        units: i64,
        /// Units that were not right.
        defects: i64,
        /// Defects that were scrapped.
        scrap: i64,
        /// Defects that were reworked.
        rework: i64,
        /// Defects made while starting up.
        startup_defects: i64,
        /// Σ units × ideal cycle.
        earned_millis: i128,
        /// Σ units × labour standard.
        labour_millis: i128,
        /// Σ (defects − start-up defects) × ideal cycle.
        rejected_millis: i128,
        /// Σ start-up defects × ideal cycle.
        startup_rejected_millis: i128,
        /// Units whose count has no ideal cycle.
        units_without_cycle: i64,
        /// Units whose count has no labour standard.
        units_without_labour_standard: i64,
        /// Units whose ideal cycle was inferred from history.
        units_inferred: i64,
        /// Σ crew × planned minutes, where the crew is known.
        crew_minutes: i128,
        /// Planned minutes of `line_shifts` whose crew is unknown.
        minutes_without_crew: i64,
        /// Units inspected.
        inspected: i64,
        /// Inspected units that passed the first time.
        passed: i64,
        /// Defects that inspections found.
        inspection_defects: i64,
        /// Those found by inspections of parts with a known number of opportunities.
        opportunity_defects: i64,
        /// Σ inspected × opportunities of the part, where they are known.
        opportunities: i128,
        /// Units inspected of parts whose opportunities are not known.
        inspected_without_opportunities: i64,
        /// Scheduled minutes of people, less agreed leave.
        scheduled_minutes: i64,
        /// Minutes of absence that counts.
        absence_minutes: i64,
        /// The part of them that was covered.
        covered_minutes: i64,
        /// Orders whose required date lies in the window.
        due_orders: i64,
        /// Those of them that were delivered by it.
        on_time_orders: i64,
        /// Those of them that were delivered by it in full.
        in_full_orders: i64,
    }
}

impl Tally {
    /// The tally of one `line_shift` at an instant.
    pub fn of_line_shift(sums: &LineShiftSums, now: Instant) -> Self {
        let planned = sums.time().part_before(sums.planned_minutes, now).max(0);
        Self::within(sums, planned, &sums.stops_until(now))
    }

    /// The tally of one `line_shift` as if it had ended and nothing ran in it: what the database keeps. What
    /// [`of_line_shift`](Self::of_line_shift) gives at an instant less this corrects the stored sums.
    pub fn of_whole_line_shift(sums: &LineShiftSums) -> Self {
        Self::within(sums, sums.planned_minutes.max(0), &sums.ended_stops())
    }

    fn within(sums: &LineShiftSums, planned: i64, stops: &StopMinutes) -> Self {
        let (crew_minutes, minutes_without_crew) = match sums.crew {
            Some(crew) => (i128::from(crew) * i128::from(planned), 0),
            None => (0, planned),
        };
        Self {
            line_shifts: 1,
            planned_minutes: planned,
            units: sums.units,
            defects: sums.defects,
            scrap: sums.scrap,
            rework: sums.rework,
            startup_defects: sums.startup_defects,
            earned_millis: sums.earned_millis.into(),
            labour_millis: sums.labour_millis.into(),
            rejected_millis: sums.rejected_millis.into(),
            startup_rejected_millis: sums.startup_rejected_millis.into(),
            units_without_cycle: sums.units_without_cycle,
            units_without_labour_standard: sums.units_without_labour_standard,
            units_inferred: sums.units_inferred,
            crew_minutes,
            minutes_without_crew,
            inspected: sums.inspected,
            passed: sums.passed,
            inspection_defects: sums.inspection_defects,
            opportunity_defects: sums.opportunity_defects,
            opportunities: sums.opportunities.into(),
            inspected_without_opportunities: sums.inspected_without_opportunities,
            ..Self::stops_within(sums, planned, stops)
        }
    }

    /// Only the stops of a `line_shift`, cut to its planned time so far.
    fn stops_within(sums: &LineShiftSums, planned: i64, stops: &StopMinutes) -> Self {
        let all_minutes = stops.planned + stops.unplanned;
        if sums.planned_minutes <= 0 {
            return Self {
                outside_stop_minutes: all_minutes + sums.micro_stop_minutes,
                outside_stops: stops.unplanned_stops + sums.micro_stops,
                ..Self::default()
            };
        }
        let planned_stop_minutes = stops.planned.min(planned);
        let rest = planned - planned_stop_minutes;
        let unplanned_stop_minutes = stops.unplanned.min(rest);
        let mut left = rest;
        let mut cut = |minutes: i64| {
            let within = minutes.min(left);
            left -= within;
            within
        };
        Self {
            planned_stop_minutes,
            unplanned_stop_minutes,
            unplanned_stops: stops.unplanned_stops,
            setup_minutes: cut(stops.setup),
            small_stop_minutes: cut(stops.small_stop),
            reduced_speed_minutes: cut(stops.reduced_speed),
            reject_stop_minutes: cut(stops.reject),
            startup_reject_stop_minutes: cut(stops.startup_reject),
            micro_stop_minutes: sums.micro_stop_minutes,
            micro_stops: sums.micro_stops,
            overlap_minutes: all_minutes - planned_stop_minutes - unplanned_stop_minutes,
            ..Self::default()
        }
    }

    /// Minutes the line was meant to run: planned time less planned stops (ISO 22400-2 planned busy time).
    pub const fn available_minutes(&self) -> i64 {
        self.planned_minutes - self.planned_stop_minutes
    }

    /// Minutes it ran: available time less unplanned stops (ISO 22400-2 actual production time).
    pub const fn run_minutes(&self) -> i64 {
        self.available_minutes() - self.unplanned_stop_minutes
    }

    /// Whether there is nothing in it at all.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Add for Tally {
    type Output = Self;
    fn add(mut self, other: Self) -> Self {
        self += other;
        self
    }
}

impl Sub for Tally {
    type Output = Self;
    fn sub(mut self, other: Self) -> Self {
        self -= other;
        self
    }
}

impl Sum for Tally {
    fn sum<I: Iterator<Item = Self>>(tallies: I) -> Self {
        tallies.fold(Self::default(), Add::add)
    }
}

impl<'a> Sum<&'a Self> for Tally {
    fn sum<I: Iterator<Item = &'a Self>>(tallies: I) -> Self {
        tallies.copied().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::downtime::Loss;
    use crate::kpi::properties::{a_line_shift, minute};
    use crate::kpi::{LineShiftSums, RunningStop};
    use rstest::rstest;

    fn running(started: i64, loss: Loss) -> RunningStop {
        RunningStop { started_at: minute(started), loss, is_continued: false }
    }

    #[rstest]
    #[case::fits(20, 30, (20, 30, 0))]
    #[case::unplanned_overflows(100, 330, (100, 320, 10))]
    #[case::planned_overflows(500, 30, (420, 0, 110))]
    fn stops_count_up_to_the_planned_time_and_the_rest_is_overlap(
        #[case] planned: i64,
        #[case] unplanned: i64,
        #[case] expected: (i64, i64, i64),
    ) {
        let sums = LineShiftSums { planned_stop_minutes: planned, unplanned_stop_minutes: unplanned, ..a_line_shift() };
        let tally = Tally::of_line_shift(&sums, minute(480));
        assert_eq!((tally.planned_stop_minutes, tally.unplanned_stop_minutes, tally.overlap_minutes), expected);
    }

    #[rstest]
    #[case::just_begun(0, (0, 0))]
    #[case::half_way(240, (210, 40))]
    #[case::at_the_end(480, (420, 280))]
    #[case::never_beyond_the_end(2000, (420, 280))]
    fn a_running_stop_counts_up_to_now_or_the_end_of_the_shift(#[case] now: i64, #[case] expected: (i64, i64)) {
        let sums = LineShiftSums { running_stops: vec![running(200, Loss::Breakdown)], ..a_line_shift() };
        let tally = Tally::of_line_shift(&sums, minute(now));
        assert_eq!((tally.planned_minutes, tally.unplanned_stop_minutes), expected);
        assert_eq!(tally.unplanned_stops, 1);
    }

    #[test]
    fn a_stop_that_runs_on_from_the_shift_before_counts_its_minutes_here_and_itself_there() {
        let stop = RunningStop { is_continued: true, ..running(-90, Loss::Setup) };
        let sums = LineShiftSums { running_stops: vec![stop], ..a_line_shift() };
        let tally = Tally::of_line_shift(&sums, minute(240));
        assert_eq!((tally.unplanned_stop_minutes, tally.unplanned_stops, tally.overlap_minutes), (210, 0, 30));
    }

    #[test]
    fn a_running_planned_stop_is_no_loss_of_availability() {
        let sums = LineShiftSums { running_stops: vec![running(0, Loss::Planned)], ..a_line_shift() };
        let tally = Tally::of_line_shift(&sums, minute(100));
        assert_eq!((tally.available_minutes(), tally.run_minutes(), tally.unplanned_stops), (0, 0, 0));
    }

    #[test]
    fn stops_outside_any_shift_stay_outside_availability() {
        let sums = LineShiftSums {
            planned_minutes: 0,
            unplanned_stop_minutes: 60,
            unplanned_stops: 1,
            micro_stop_minutes: 1,
            micro_stops: 1,
            units: 50,
            ..a_line_shift()
        };
        let tally = Tally::of_line_shift(&sums, minute(480));
        let expected =
            Tally { line_shifts: 1, outside_stop_minutes: 61, outside_stops: 2, units: 50, ..Tally::default() };
        assert_eq!(tally, expected);
    }

    #[rstest]
    #[case::all_fit(&[(Loss::Setup, 10), (Loss::SmallStop, 20), (Loss::ReducedSpeed, 30)], 100, 0, [10, 20, 30, 0, 0], 40)]
    #[case::breakdowns_give_way_first(&[(Loss::Setup, 300), (Loss::Reject, 100)], 500, 0, [300, 0, 0, 100, 0], 20)]
    #[case::then_the_last_class(&[(Loss::Setup, 300), (Loss::StartupReject, 200)], 500, 0, [300, 0, 0, 0, 120], 0)]
    #[case::planned_stops_leave_less(&[(Loss::Setup, 300), (Loss::SmallStop, 80)], 380, 400, [20, 0, 0, 0, 0], 0)]
    fn loss_classes_fill_what_is_left_of_the_planned_time(
        #[case] classes: &[(Loss, i64)],
        #[case] unplanned: i64,
        #[case] planned: i64,
        #[case] expected: [i64; 5],
        #[case] breakdown: i64,
    ) {
        let of = |loss| classes.iter().filter(|class| class.0 == loss).map(|class| class.1).sum();
        let sums = LineShiftSums {
            planned_stop_minutes: planned,
            unplanned_stop_minutes: unplanned,
            setup_minutes: of(Loss::Setup),
            small_stop_minutes: of(Loss::SmallStop),
            reduced_speed_minutes: of(Loss::ReducedSpeed),
            reject_stop_minutes: of(Loss::Reject),
            startup_reject_stop_minutes: of(Loss::StartupReject),
            ..a_line_shift()
        };
        let tally = Tally::of_whole_line_shift(&sums);
        let seen = [
            tally.setup_minutes,
            tally.small_stop_minutes,
            tally.reduced_speed_minutes,
            tally.reject_stop_minutes,
            tally.startup_reject_stop_minutes,
        ];
        assert_eq!((seen, tally.unplanned_stop_minutes - seen.iter().sum::<i64>()), (expected, breakdown));
    }

    #[test]
    fn a_running_stop_counts_in_its_loss_class() {
        let sums = LineShiftSums { running_stops: vec![running(200, Loss::Setup)], ..a_line_shift() };
        let tally = Tally::of_line_shift(&sums, minute(240));
        assert_eq!((tally.unplanned_stop_minutes, tally.setup_minutes), (40, 40));
        assert_eq!(Tally::of_whole_line_shift(&sums).unplanned_stop_minutes, 0);
    }

    #[test]
    fn columns_have_the_names_of_the_sums_and_give_them_back() {
        assert_eq!(
            (Tally::COLUMNS.len(), Tally::COLUMNS[0], Tally::COLUMNS[40]),
            (41, "line_shifts", "in_full_orders")
        );
        let tally = Tally::from_columns(1..=41).unwrap();
        assert_eq!((tally.line_shifts, tally.opportunities, tally.in_full_orders), (1, 34, 41));
        assert_eq!(Tally::from_columns(1..=40), None);
    }

    #[test]
    fn an_unknown_crew_is_noted_only_where_time_was_planned() {
        let unknown = Tally::of_line_shift(&a_line_shift(), minute(480));
        let known = Tally::of_line_shift(&LineShiftSums { crew: Some(3), ..a_line_shift() }, minute(480));
        let unplanned = Tally::of_line_shift(&LineShiftSums { planned_minutes: 0, ..a_line_shift() }, minute(480));
        let crew = |tally: Tally| (tally.crew_minutes, tally.minutes_without_crew);
        assert_eq!((crew(unknown), crew(known), crew(unplanned)), ((0, 420), (1260, 0), (0, 0)));
    }
}
