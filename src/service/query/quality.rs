//! Inspections, as answers.

use crate::domain::id::{Code, JobId, LineId, PartNumber, Stage, WorkOrderId};
use crate::domain::measure::Units;

/// What was last inspected at a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastInspection {
    /// Where.
    pub line_id: LineId,
    /// The stage.
    pub stage: Stage,
    /// The order.
    pub work_order_id: Option<WorkOrderId>,
    /// The job.
    pub job_id: Option<JobId>,
    /// The part.
    pub part_number: Option<PartNumber>,
    /// Units looked at.
    pub inspected: Units,
    /// What was wrong, by type.
    pub defects: Vec<(Code, i64)>,
    /// Whether this person entered it.
    pub own: bool,
}
