//! Stops of a line and the loss they stand for.

use super::spelled;

spelled! {
    /// The class of loss of a stop's reason, after the six big losses; planned stops are no loss.
    Loss {
        /// Agreed beforehand: outside the time the line is judged by.
        Planned = "planned",
        /// Equipment failure.
        Breakdown = "breakdown",
        /// Set-up and adjustment.
        Setup = "setup",
        /// Idling and minor stops.
        SmallStop = "small_stop",
        /// Slower than the ideal cycle.
        ReducedSpeed = "reduced_speed",
        /// Making rejects while running.
        Reject = "reject",
        /// Making rejects while starting up.
        StartupReject = "startup_reject",
    }
}

/// Whether an ended stop is a speed loss: unplanned and shorter than the line's limit (3-kpis.md).
pub fn is_micro_stop(loss: Loss, whole_minutes: i64, micro_stop_minutes: i64) -> bool {
    loss != Loss::Planned && whole_minutes < micro_stop_minutes
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(Loss::Breakdown, 1, true)]
    #[case(Loss::Breakdown, 2, false)]
    #[case(Loss::Planned, 0, false)]
    fn only_short_unplanned_stops_are_speed_losses(#[case] loss: Loss, #[case] minutes: i64, #[case] micro: bool) {
        assert_eq!(is_micro_stop(loss, minutes, 2), micro);
    }
}
