//! The commands of people: who was there, and who stood in.

use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::id::{ClientId, Code, EmployeeNumber, EntryId, ShiftId};
use crate::domain::measure::Minutes;
use serde::{Deserialize, Serialize};

/// The attendance of a shift's crew, taken as one: all of it is saved or nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakeAttendance {
    /// The client.
    pub client_id: ClientId,
    /// The date the shift began.
    pub production_date: ProductionDate,
    /// The shift.
    pub shift_id: ShiftId,
    /// The people, each once.
    pub people: Vec<Attended>,
}

/// One person's shift.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attended {
    /// Their number at the client.
    pub employee_number: EmployeeNumber,
    /// The version that was looked at, 0 where nothing was taken yet; an older one is refused.
    pub version: i64,
    /// What they were scheduled for and worked; none takes the entry away again.
    pub presence: Option<WorkedTime>,
}

/// What somebody was scheduled for and worked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkedTime {
    /// Minutes they were to work.
    pub scheduled: Minutes,
    /// Minutes they worked.
    pub worked: Minutes,
    /// Why they were away; unclassified where none is given.
    pub absence_type: Option<Code>,
}

/// Somebody of the floating pool stands in for somebody who is away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoverAbsence {
    /// Made by the program before it writes.
    pub coverage_id: EntryId,
    /// The client.
    pub client_id: ClientId,
    /// The date the shift began.
    pub production_date: ProductionDate,
    /// The shift.
    pub shift_id: ShiftId,
    /// Who is away.
    pub employee_number: EmployeeNumber,
    /// Who stands in.
    pub pool_employee_id: EntryId,
    /// From and to; the whole shift where none is given.
    pub times: Option<(Instant, Instant)>,
}
