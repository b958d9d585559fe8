//! The commands of a shift's end.

use crate::domain::clock::ProductionDate;
use crate::domain::id::{ClientId, ShiftId};
use crate::domain::text::CleanText;
use serde::{Deserialize, Serialize};

/// A shift of a client to close: every line that was opened in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CloseShift {
    /// The client.
    pub client_id: ClientId,
    /// The date the shift began.
    pub production_date: ProductionDate,
    /// The shift.
    pub shift_id: ShiftId,
    /// What the next shift should know first.
    pub note: Option<CleanText>,
}

/// A closed shift of a client to open again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReopenShift {
    /// The client.
    pub client_id: ClientId,
    /// The date the shift began.
    pub production_date: ProductionDate,
    /// The shift.
    pub shift_id: ShiftId,
    /// Why, on the record.
    pub reason: CleanText,
}
