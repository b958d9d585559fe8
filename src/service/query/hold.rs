//! Holds, as answers.

use crate::domain::clock::Instant;
use crate::domain::measure::Units;
use chrono::NaiveDateTime;

/// One step that a hold took.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldEvent {
    /// Which, as spelled in `hold_event`.
    pub step: String,
    /// How much it was about.
    pub quantity: Units,
    /// Who took it.
    pub by: String,
    /// When.
    pub at: Instant,
    /// The same in the client's local time.
    pub local: NaiveDateTime,
    /// What they said.
    pub note: Option<String>,
}
