//! What forms are filled in with, as answers.

use super::{LastInspection, RunningStop};
use crate::domain::clock::ProductionDate;
use crate::domain::id::{JobId, LineId, ProductId, ShiftId, WorkOrderId};
use crate::domain::measure::Millis;
use crate::kpi::Tally;
use crate::kpi::pace::Pace;
use chrono::NaiveDateTime;

/// Something that can be chosen in a form.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct Choice {
    /// What is stored.
    pub code: String,
    /// The short number for typing.
    pub number: Option<i64>,
    /// What people call it.
    pub name: String,
    /// A third thing worth seeing: an order's product, a reason's loss.
    pub more: String,
}

/// What the entry forms of one client know beforehand.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FormHelp {
    /// Active lines.
    pub lines: Vec<Choice>,
    /// Linked, active products.
    pub products: Vec<Choice>,
    /// Open orders, by priority and due date; `more` is the product.
    pub work_orders: Vec<Choice>,
    /// Jobs of the open orders; `more` is the order.
    pub jobs: Vec<Choice>,
    /// Shifts that hold today.
    pub shifts: Vec<Choice>,
    /// Reasons of stops that are not hidden.
    pub downtime_reasons: Vec<Choice>,
    /// Reasons of holds that are not hidden.
    pub hold_reasons: Vec<Choice>,
    /// Stages of inspection, in their order.
    pub stages: Vec<Choice>,
    /// Types of defects that are not hidden.
    pub defect_types: Vec<Choice>,
    /// Parts whose opportunities are known.
    pub parts: Vec<Choice>,
    /// The newest inspection of each stage, this person's own first.
    pub last_inspections: Vec<LastInspection>,
    /// The last count of this person, else of anybody, per line: the newest first.
    pub last_counts: Vec<LastCount>,
    /// Active lines in the shift that is on, as far as it has gone.
    pub lines_now: Vec<LineNow>,
    /// Ideal cycles of products, where they are stated.
    pub product_cycles: Vec<(ProductId, Millis)>,
    /// Open orders' own ideal cycles.
    pub order_cycles: Vec<(WorkOrderId, Millis)>,
    /// Stops that run now, with their lines.
    pub running_stops: Vec<(LineId, RunningStop)>,
    /// The shift that is on now, if any, with its date.
    pub shift_now: Option<(ProductionDate, ShiftId)>,
    /// Local time at the client.
    pub local_now: Option<NaiveDateTime>,
}

/// What was last counted on a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastCount {
    /// The line.
    pub line_id: LineId,
    /// The product.
    pub product_id: ProductId,
    /// The order.
    pub work_order_id: Option<WorkOrderId>,
    /// The job.
    pub job_id: Option<JobId>,
    /// Whether this person entered it.
    pub own: bool,
}

/// A line in the shift that is on.
#[derive(Debug, Clone, PartialEq)]
pub struct LineNow {
    /// The line.
    pub line_id: LineId,
    /// The date the shift began.
    pub production_date: ProductionDate,
    /// The shift.
    pub shift_id: ShiftId,
    /// What was entered so far, of the time up to now.
    pub tally: Tally,
    /// What was made against the target.
    pub pace: Pace,
}
