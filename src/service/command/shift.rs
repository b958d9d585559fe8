//! The commands of a shift: its end, and what a leader signs of its hours.

use crate::domain::clock::ProductionDate;
use crate::domain::id::{ClientId, LineId, ShiftId};
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

/// A leader's signature on an hour of a line's shift.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignHour {
    /// The client.
    pub client_id: ClientId,
    /// The date the shift began.
    pub production_date: ProductionDate,
    /// The shift.
    pub shift_id: ShiftId,
    /// The line.
    pub line_id: LineId,
    /// Whole hours since the shift's start.
    pub hour: i64,
    /// The version of the signature that was looked at; 0 where there was none.
    pub version: i64,
    /// The signature; none takes the one that is there back.
    pub sign_off: Option<SignOff>,
}

/// What is signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignOff {
    /// What is to be said about the hour, if anything.
    pub remark: Option<CleanText>,
}
