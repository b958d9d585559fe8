//! Holds, as answers.

use crate::domain::clock::Instant;
use crate::domain::hold::HoldStatus;
use crate::domain::id::{ClientId, EntryId, WorkOrderId};
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

/// A hold that waits for somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldOnBoard {
    /// The client.
    pub client_id: ClientId,
    /// The hold.
    pub hold_id: EntryId,
    /// The order.
    pub work_order_id: WorkOrderId,
    /// Its reason's name.
    pub reason: String,
    /// How much.
    pub quantity: Units,
    /// Its status as spelled in `HoldStatus`.
    pub status: HoldStatus,
    /// Since when it is asked for or in force.
    pub since: Instant,
}
