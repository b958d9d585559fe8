//! The six big losses: where the planned time went, named as the people who fight them name them.
//!
//! Source: S. Nakajima, "Introduction to TPM" (1988), with the planned stops beside them. Breakdowns, set-up
//! and the other classes of stops are minutes that were entered; small stops and reduced speed are what is
//! left of the run time; rejects are the ideal time of the units that were not right.

use super::production::millis;
use super::tally::Tally;

/// Where the planned time of a tally went, in milliseconds. The parts add up to it exactly.
///
/// A part is below zero where more was earned than there was time (an ideal cycle, a count or a time is
/// wrong): abnormal, and as visible as every other part. Fully productive time ÷ (planned − planned stops) is
/// OEE where all products share one ideal cycle; OEE weighs rejects by units, this by their time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SixBigLosses {
    /// Planned time.
    pub planned_millis: i128,
    /// Planned stops: no loss.
    pub planned_stop_millis: i128,
    /// Unplanned stops of no other class.
    pub breakdown_millis: i128,
    /// Stops for set-up and adjustment.
    pub setup_millis: i128,
    /// Stops classed as idling or minor, and all micro-stops.
    pub small_stop_millis: i128,
    /// Stops classed as reduced speed, and the run time that neither micro-stops nor units explain.
    pub reduced_speed_millis: i128,
    /// Stops in which rejects were made, and the ideal time of defects.
    pub reject_millis: i128,
    /// The same while starting up.
    pub startup_reject_millis: i128,
    /// Run time that cannot be told apart, because units without an ideal cycle were made in it: part reduced
    /// speed, part productive. Zero where every unit has one.
    pub unknown_millis: i128,
    /// The ideal time of the units that were right.
    pub fully_productive_millis: i128,
}

/// The six big losses of a tally.
pub fn six_big_losses(tally: &Tally) -> SixBigLosses {
    let classed = tally.setup_minutes
        + tally.small_stop_minutes
        + tally.reduced_speed_minutes
        + tally.reject_stop_minutes
        + tally.startup_reject_stop_minutes;
    let unexplained = millis(tally.run_minutes() - tally.micro_stop_minutes) - tally.earned_millis;
    let (speed, unknown) = if tally.units_without_cycle > 0 { (0, unexplained) } else { (unexplained, 0) };
    SixBigLosses {
        planned_millis: millis(tally.planned_minutes),
        planned_stop_millis: millis(tally.planned_stop_minutes),
        breakdown_millis: millis(tally.unplanned_stop_minutes - classed),
        setup_millis: millis(tally.setup_minutes),
        small_stop_millis: millis(tally.small_stop_minutes + tally.micro_stop_minutes),
        reduced_speed_millis: millis(tally.reduced_speed_minutes) + speed,
        reject_millis: millis(tally.reject_stop_minutes) + tally.rejected_millis,
        startup_reject_millis: millis(tally.startup_reject_stop_minutes) + tally.startup_rejected_millis,
        unknown_millis: unknown,
        fully_productive_millis: tally.earned_millis - tally.rejected_millis - tally.startup_rejected_millis,
    }
}

impl SixBigLosses {
    /// The six, in their usual order, each with its name.
    pub const fn losses(&self) -> [(&'static str, i128); 6] {
        [
            ("breakdowns", self.breakdown_millis),
            ("set-up and adjustment", self.setup_millis),
            ("small stops", self.small_stop_millis),
            ("reduced speed", self.reduced_speed_millis),
            ("rejects", self.reject_millis),
            ("start-up rejects", self.startup_reject_millis),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Vorne's worked example with its stops and rejects given a class.
    fn shift() -> Tally {
        Tally {
            planned_minutes: 420,
            unplanned_stop_minutes: 47,
            unplanned_stops: 4,
            setup_minutes: 12,
            micro_stop_minutes: 6,
            units: 19_271,
            defects: 423,
            earned_millis: 19_271_000,
            rejected_millis: 400_000,
            startup_rejected_millis: 23_000,
            ..Tally::default()
        }
    }

    #[test]
    fn the_worked_example_is_split() {
        let losses = six_big_losses(&shift());
        let names = losses.losses().map(|(_, millis)| millis);
        assert_eq!(names, [35 * 60_000, 12 * 60_000, 6 * 60_000, 367 * 60_000 - 19_271_000, 400_000, 23_000]);
        assert_eq!((losses.fully_productive_millis, losses.unknown_millis), (18_848_000, 0));
        let parts = names.iter().sum::<i128>() + losses.planned_stop_millis + losses.fully_productive_millis;
        assert_eq!(parts, losses.planned_millis);
    }

    #[test]
    fn without_an_ideal_cycle_the_run_time_is_not_called_slow() {
        let losses = six_big_losses(&Tally { units_without_cycle: 5, ..shift() });
        assert_eq!((losses.reduced_speed_millis, losses.unknown_millis), (0, 367 * 60_000 - 19_271_000));
    }
}
