//! The tally: a handful of whole-number sums for one client, one day, one shift, one line and so on.
//! Tallies add; every KPI is a function of one.
//!
//! Decisions that the formulas rest on:
//! - A `line_shift` that has not ended counts only up to now; after `ends_at` all of it counts, closed or not.
//! - Stops are cut to the planned time *per `line_shift`*, before anything is added: planned stops up to the
//!   planned minutes, unplanned ones up to the rest. What is over is kept as overlap with breaks.
//! - Stops of a `line_shift` without planned time (work outside any shift) are listed, outside
//!   availability: neither their minutes nor their number enter a KPI.
//! - Micro-stops stay in run time; their minutes and number are only carried along.

use super::line_shift::LineShiftSums;
use crate::domain::clock::Instant;
use std::iter::Sum;
use std::ops::{Add, AddAssign};

/// Declares the sums once, so that none can be forgotten where tallies are added.
macro_rules! tally {
    ($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $field:ident: $kind:ty,)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
        pub struct $name { $($(#[$doc])* pub $field: $kind,)+ }

        impl AddAssign for $name {
            fn add_assign(&mut self, other: Self) {
                $(self.$field += other.$field;)+
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
    }
}

impl Tally {
    /// The tally of one `line_shift` at an instant.
    pub fn of_line_shift(sums: &LineShiftSums, now: Instant) -> Self {
        let planned = sums.time().part_before(sums.planned_minutes, now).max(0);
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
            units_without_cycle: sums.units_without_cycle,
            units_without_labour_standard: sums.units_without_labour_standard,
            units_inferred: sums.units_inferred,
            crew_minutes,
            minutes_without_crew,
            ..Self::stops_within(sums, planned, now)
        }
    }

    /// Only the stops of a `line_shift`, cut to its planned time so far.
    fn stops_within(sums: &LineShiftSums, planned: i64, now: Instant) -> Self {
        let stops = sums.stops_until(now);
        let all_minutes = stops.planned_minutes + stops.unplanned_minutes;
        if sums.planned_minutes <= 0 {
            return Self {
                outside_stop_minutes: all_minutes + sums.micro_stop_minutes,
                outside_stops: stops.unplanned_stops + sums.micro_stops,
                ..Self::default()
            };
        }
        let planned_stop_minutes = stops.planned_minutes.min(planned);
        let unplanned_stop_minutes = stops.unplanned_minutes.min(planned - planned_stop_minutes);
        Self {
            planned_stop_minutes,
            unplanned_stop_minutes,
            unplanned_stops: stops.unplanned_stops,
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

    #[test]
    fn an_unknown_crew_is_noted_only_where_time_was_planned() {
        let unknown = Tally::of_line_shift(&a_line_shift(), minute(480));
        let known = Tally::of_line_shift(&LineShiftSums { crew: Some(3), ..a_line_shift() }, minute(480));
        let unplanned = Tally::of_line_shift(&LineShiftSums { planned_minutes: 0, ..a_line_shift() }, minute(480));
        let crew = |tally: Tally| (tally.crew_minutes, tally.minutes_without_crew);
        assert_eq!((crew(unknown), crew(known), crew(unplanned)), ((0, 420), (1260, 0), (0, 0)));
    }
}
