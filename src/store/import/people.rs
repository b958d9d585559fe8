//! People and their attendance, as an import reads and writes them.

use super::{columns, record};
use crate::domain::clock::ProductionDate;
use crate::domain::id::{ClientId, Code, EmployeeNumber, ShiftId};
use crate::store::error::StoreError;
use crate::store::funnel::{InsertInto, Look, Stamp, WriteTx, args, statements};
use uuid::Uuid;

statements! {
    /// Persons who have their primary place somewhere in the scope.
    PRIMARY = "SELECT employee_id FROM employee_client_assignment
               WHERE is_primary = 1 AND deleted_at IS NULL AND employee_id IN ($keys)";
}

const EMPLOYEE: InsertInto = InsertInto { table: "employee", columns: &["employee_id"], stamp: Stamp::Created };

record! {
    /// A person's place at a client.
    EmployeeRecord in "employee_client_assignment" key 2 where "client_id = $1 AND employee_number IN ($keys)" {
        client_id: ClientId, employee_number: EmployeeNumber, employee_id: Uuid, name: String,
        department: Option<String>, is_primary: bool, valid_from: Option<ProductionDate>, valid_to: Option<ProductionDate>,
        active: bool,
    }
}

record! {
    /// One person's shift.
    AttendanceRecord in "attendance_entry" key 4 named "named_date, named_shift, named_person"
    where "client_id = $1 AND production_date = named_date AND shift_id = named_shift AND employee_number = named_person" {
        client_id: ClientId, production_date: ProductionDate, shift_id: ShiftId, employee_number: EmployeeNumber,
        shift_valid_from: ProductionDate, scheduled_minutes: i64, worked_minutes: i64, absence_minutes: i64,
        absence_type: Option<Code>, absence_counts: Option<bool>, late: bool, notes: Option<String>,
    }
}

/// Which of these persons have a primary place already.
pub(crate) async fn with_primary_place(tx: &mut impl Look, persons: &[Uuid]) -> Result<Vec<Uuid>, StoreError> {
    tx.among(PRIMARY, args![], columns(persons)).await
}

/// Adds persons.
pub(crate) async fn add_persons(tx: &mut WriteTx, persons: &[Uuid]) -> Result<(), StoreError> {
    tx.insert(&EMPLOYEE, persons.iter().map(|person| args![*person]).collect()).await
}
