//! Attendance: who was scheduled, who was there.

use super::measure::Minutes;

/// Minutes missed: scheduled less worked, never negative.
pub fn absence(scheduled: Minutes, worked: Minutes) -> Minutes {
    Minutes((scheduled.get() - worked.get()).max(0))
}
