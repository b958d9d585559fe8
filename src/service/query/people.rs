//! Crews and their attendance, as answers.

use super::Choice;
use crate::domain::clock::ProductionDate;
use crate::domain::id::{Code, EmployeeNumber, ShiftId};
use crate::domain::measure::Minutes;
use crate::service::command::WorkedTime;
use serde::{Deserialize, Serialize};

/// The crew of a shift: who is expected, first, and everybody else of the client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Crew {
    /// The date the shift began.
    pub production_date: ProductionDate,
    /// The shift.
    pub shift_id: ShiftId,
    /// Its name.
    pub shift_name: String,
    /// Minutes that somebody who is there all of the time works.
    pub scheduled: Minutes,
    /// Whether anybody took the attendance.
    pub is_taken: bool,
    /// The people.
    pub people: Vec<CrewMember>,
    /// Types of absence that are not hidden.
    pub absence_types: Vec<Choice>,
    /// The floating pool, for those who cover.
    pub pool: Vec<Choice>,
}

/// Somebody who works for a client, in a shift.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CrewMember {
    /// Their number.
    pub employee_number: EmployeeNumber,
    /// Their name.
    pub name: String,
    /// Where they work; empty where nothing is known.
    pub department: String,
    /// Whether they belong to this shift, as far as is known.
    pub expected: bool,
    /// What was taken of them.
    pub taken: Option<WorkedTime>,
    /// Its version, 0 where nothing was ever taken.
    pub version: i64,
    /// Who stands in for them, and for how long.
    pub covered_by: Vec<(String, Minutes)>,
}

/// Seven days of attendance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttendanceWeek {
    /// The first day.
    pub from: ProductionDate,
    /// Everybody, by department and name.
    pub people: Vec<WeekOf>,
}

/// Somebody's week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WeekOf {
    /// Their number.
    pub employee_number: EmployeeNumber,
    /// Their name.
    pub name: String,
    /// The days of which something was taken.
    pub days: Vec<DayOf>,
}

/// Somebody's day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayOf {
    /// The date.
    pub date: ProductionDate,
    /// The shift.
    pub shift_id: ShiftId,
    /// Minutes worked.
    pub worked: Minutes,
    /// Minutes missed.
    pub absence: Minutes,
    /// Why.
    pub absence_type: Option<Code>,
}
