//! How much of a shift has passed, and what part of something planned for the whole of it falls before
//! an instant. Planned minutes, targets and the plan of each hour all go through the one rule here.

use crate::domain::clock::Instant;

/// The time a `line_shift` spans.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShiftTime {
    /// When it begins.
    pub starts_at: Instant,
    /// When it ends; not part of it.
    pub ends_at: Instant,
}

impl ShiftTime {
    /// Whether it is over.
    pub fn has_ended(self, now: Instant) -> bool {
        now >= self.ends_at
    }

    /// The part of `total` that falls before `until`: ⌊total × elapsed ÷ whole⌋, so breaks and everything
    /// else are spread evenly; all of it once the shift has ended, none of it before it began.
    ///
    /// It never falls as time goes on, and the parts of consecutive stretches add up to `total`.
    pub fn part_before(self, total: i64, until: Instant) -> i64 {
        if self.has_ended(until) {
            return total;
        }
        let (elapsed, whole) = self.elapsed_of_whole(until);
        if elapsed <= 0 || whole <= 0 {
            return 0;
        }
        i64::try_from((i128::from(total) * elapsed).div_euclid(whole)).unwrap_or(total)
    }

    /// Milliseconds since the start, and of the whole shift.
    pub(super) fn elapsed_of_whole(self, now: Instant) -> (i128, i128) {
        let since_start = |at: Instant| i128::from(at.0) - i128::from(self.starts_at.0);
        (since_start(now), since_start(self.ends_at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case::before_it_began(-1, 0)]
    #[case::at_its_start(0, 0)]
    #[case::a_minute_later(1, 0)]
    #[case::two_minutes_later(2, 1)]
    #[case::half_way(240, 210)]
    #[case::a_minute_before_its_end(479, 419)]
    #[case::at_its_end(480, 420)]
    #[case::long_after(5000, 420)]
    fn planned_minutes_pass_evenly(#[case] minute: i64, #[case] planned: i64) {
        let time = ShiftTime { starts_at: Instant(0), ends_at: Instant(0).plus_minutes(480) };
        assert_eq!(time.part_before(420, Instant(0).plus_minutes(minute)), planned);
    }

    #[test]
    fn a_shift_of_no_length_counts_once_it_is_there() {
        let time = ShiftTime { starts_at: Instant(1000), ends_at: Instant(1000) };
        assert_eq!((time.part_before(30, Instant(999)), time.part_before(30, Instant(1000))), (0, 30));
    }
}
