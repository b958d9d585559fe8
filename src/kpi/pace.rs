//! Whether a shift is on pace: made against the target so far, where it will end at this rate, and the
//! plan hour by hour. For the shift board.

use super::elapsed::ShiftTime;
use super::ratio::Ratio;
use crate::domain::clock::Instant;

const MINUTES_PER_HOUR: i64 = 60;

/// A `line_shift` against its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pace {
    /// The time it spans.
    pub time: ShiftTime,
    /// Units wanted by its end; without it there is no pace, only a forecast.
    pub target_units: Option<i64>,
    /// Units made up to now.
    pub made: i64,
}

/// One hour of a shift and the units planned for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hour {
    /// When it begins.
    pub from: Instant,
    /// When it ends; not part of it.
    pub to: Instant,
    /// Units planned for it, where the shift has a target.
    pub plan: Option<i64>,
}

impl Hour {
    /// Whether an instant lies in it.
    pub fn contains(&self, at: Instant) -> bool {
        (self.from..self.to).contains(&at)
    }
}

impl Pace {
    /// Units that should have been made by now: the target spread evenly over the shift, like its planned
    /// minutes, and cut to whole units.
    pub fn target_so_far(&self, now: Instant) -> Option<i64> {
        self.target_units.map(|target| self.time.part_before(target, now))
    }

    /// Units made less the target so far: below zero is behind.
    pub fn gap(&self, now: Instant) -> Option<i64> {
        self.target_so_far(now).map(|target| self.made - target)
    }

    /// Made ÷ target so far, both as shown; none until the first unit is due.
    pub fn pace(&self, now: Instant) -> Option<Ratio> {
        Ratio::new(self.made, self.target_so_far(now)?)
    }

    /// Units at the end of the shift at the rate so far (made × whole ÷ elapsed, cut to whole units); none
    /// before it began, and what was made once it has ended.
    pub fn forecast(&self, now: Instant) -> Option<i64> {
        if self.time.has_ended(now) {
            return Some(self.made);
        }
        let (elapsed, whole) = self.time.elapsed_of_whole(now);
        if elapsed <= 0 {
            return None;
        }
        i64::try_from(i128::from(self.made) * whole / elapsed).ok()
    }

    /// The hours of the shift, counted from its start; the last one may be shorter. Their plans add up to
    /// the target exactly.
    pub fn hours(self) -> impl Iterator<Item = Hour> {
        let starts = std::iter::successors(Some(self.time.starts_at), |at| Some(at.plus_minutes(MINUTES_PER_HOUR)));
        starts.take_while(move |from| *from < self.time.ends_at).map(move |from| {
            let to = from.plus_minutes(MINUTES_PER_HOUR).min(self.time.ends_at);
            let plan =
                self.target_units.map(|target| self.time.part_before(target, to) - self.time.part_before(target, from));
            Hour { from, to, plan }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kpi::properties::minute;
    use proptest::prelude::*;
    use rstest::rstest;

    fn shift(minutes: i64, target: Option<i64>, made: i64) -> Pace {
        Pace { time: ShiftTime { starts_at: minute(0), ends_at: minute(minutes) }, target_units: target, made }
    }

    #[rstest]
    #[case::before(-5, Some(0), None, None)]
    #[case::at_the_start(0, Some(0), None, None)]
    #[case::a_quarter_in(120, Some(250), Some((300, 250)), Some(1200))]
    #[case::at_the_end(480, Some(1000), Some((300, 1000)), Some(300))]
    #[case::afterwards(900, Some(1000), Some((300, 1000)), Some(300))]
    fn made_is_set_against_the_target_so_far(
        #[case] now: i64,
        #[case] target: Option<i64>,
        #[case] pace: Option<(i64, i64)>,
        #[case] forecast: Option<i64>,
    ) {
        let board = shift(480, Some(1000), 300);
        assert_eq!(board.target_so_far(minute(now)), target);
        assert_eq!(board.pace(minute(now)), pace.and_then(|(made, target)| Ratio::new(made, target)));
        assert_eq!(board.forecast(minute(now)), forecast);
    }

    #[test]
    fn without_a_target_there_is_a_forecast_but_no_pace() {
        let board = shift(480, None, 300);
        assert_eq!(
            (board.pace(minute(240)), board.gap(minute(240)), board.forecast(minute(240))),
            (None, None, Some(600))
        );
        assert!(board.hours().all(|hour| hour.plan.is_none()));
    }

    #[test]
    fn a_shift_of_seven_and_a_half_hours_has_eight_the_last_one_short() {
        let hours: Vec<_> = shift(450, Some(100), 0).hours().collect();
        let plans: Vec<_> = hours.iter().filter_map(|hour| hour.plan).collect();
        assert_eq!(plans, [13, 13, 14, 13, 13, 14, 13, 7]);
        assert!(hours.last().is_some_and(|hour| hour.contains(minute(449)) && !hour.contains(minute(450))));
    }

    proptest! {
        #[test]
        fn the_hours_add_up_to_the_target(minutes in 1_i64..2000, target in 0_i64..1_000_000_000) {
            let plans: Vec<_> = shift(minutes, Some(target), 0).hours().filter_map(|hour| hour.plan).collect();
            prop_assert_eq!(plans.iter().sum::<i64>(), target);
            prop_assert!(plans.iter().all(|plan| *plan >= 0));
        }
    }
}
