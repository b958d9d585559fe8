//! What an import reads and writes in bulk: the rows that a batch names, in one round trip for each kind, and whole
//! batches of new and changed rows.
//!
//! `service::import` is the only caller. Nothing here decides what a row means.

pub(crate) mod code;
pub(crate) mod entry;
pub(crate) mod floor;
pub(crate) mod kept;
pub(crate) mod master;
pub(crate) mod order;
pub(crate) mod people;
mod record;

use record::record;
pub(crate) use record::{Change, Key, Record, Stored, columns, save, stored};

/// What selects the records, for the test that prepares every statement.
#[cfg(test)]
pub(in crate::store) fn all_selects() -> Vec<(String, &'static str)> {
    fn of<T: Record>() -> (String, &'static str) {
        (format!("import record of {}", T::INTO.table), T::SELECT)
    }
    vec![
        of::<master::LineRecord>(),
        of::<master::ProductRecord>(),
        of::<master::LinkRecord>(),
        of::<master::ShiftRecord>(),
        of::<master::TargetRecord>(),
        of::<order::OrderRecord>(),
        of::<order::JobRecord>(),
        of::<order::PartRecord>(),
        of::<people::EmployeeRecord>(),
        of::<people::AttendanceRecord>(),
        of::<floor::LineShiftRecord>(),
    ]
}
