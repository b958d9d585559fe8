//! The commands of quality: an inspection and what was found wrong in it.

use crate::domain::clock::ProductionDate;
use crate::domain::id::{ClientId, Code, EntryId, JobId, LineId, PartNumber, ShiftId, Stage, WorkOrderId};
use crate::domain::quality::Inspected;
use crate::domain::text::CleanText;
use serde::{Deserialize, Serialize};

/// An inspection with its defects, as it is to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogInspection {
    /// Made by the program before it writes.
    pub entry_id: EntryId,
    /// The client.
    pub client_id: ClientId,
    /// The line; an inspection that is corrected stays where it is.
    pub line_id: LineId,
    /// The shift's date and key; the one that is on now where none is given.
    pub shift: Option<(ProductionDate, ShiftId)>,
    /// Where in the process it was made.
    pub stage: Stage,
    /// The order that was inspected.
    pub work_order_id: Option<WorkOrderId>,
    /// The order's job.
    pub job_id: Option<JobId>,
    /// The part: its opportunities are stored as they are when this is saved.
    pub part_number: Option<PartNumber>,
    /// The figures.
    pub inspected: Inspected,
    /// What was wrong, by type, each type once; failed units without any count as that many unclassified ones.
    pub defects: Vec<DefectLine>,
    /// Remarks.
    pub notes: Option<CleanText>,
}

/// So many defects of one type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DefectLine {
    /// The type.
    pub code: Code,
    /// How many, more than 0.
    pub count: i64,
}
