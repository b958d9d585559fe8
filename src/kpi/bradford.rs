//! The Bradford factor: how much of a person's absence comes in many short spells.

use crate::domain::id::{ClientId, EmployeeNumber};

/// One employee's factor over 52 weeks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BradfordFactor {
    /// At which client.
    pub client_id: ClientId,
    /// The client's number for the person.
    pub employee_number: EmployeeNumber,
    /// The person's name.
    pub name: String,
    /// Spells of absence.
    pub spells: i64,
    /// Scheduled days of absence.
    pub days: i64,
    /// Spells² × days.
    pub points: i64,
}
