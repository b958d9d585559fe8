//! What screens and reports call the losses of stops.

use crate::domain::downtime::Loss;

/// How a stop's loss is called on the screen.
pub const fn loss_name(loss: Loss) -> &'static str {
    match loss {
        Loss::Planned => "planned",
        Loss::Breakdown => "breakdown",
        Loss::Setup => "set-up",
        Loss::SmallStop => "small stop",
        Loss::ReducedSpeed => "reduced speed",
        Loss::Reject => "rejects",
        Loss::StartupReject => "start-up rejects",
    }
}
