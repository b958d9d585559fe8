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
