//! Work orders, jobs and parts, as an import reads and writes them.

use super::record;
use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::id::{ClientId, JobId, PartNumber, ProductId, WorkOrderId};
use crate::domain::measure::{Millis, Units};
use crate::domain::order::{OrderStatus, Priority};

record! {
    /// A work order.
    OrderRecord in "work_order" key 2 where "client_id = $1 AND work_order_id IN ($keys)" {
        client_id: ClientId, work_order_id: WorkOrderId, product_id: ProductId, quantity: Units,
        ideal_cycle_ms: Option<Millis>, received: Option<ProductionDate>, planned_start: Option<ProductionDate>,
        started_at: Option<Instant>, required_date: Option<ProductionDate>, completed_at: Option<Instant>,
        cancelled_at: Option<Instant>, delivered_at: Option<Instant>,
        delivered_date: Option<ProductionDate>, delivered_quantity: Option<Units>, status: OrderStatus, priority: Priority,
        po_number: Option<String>, notes: Option<String>,
    }
}

record! {
    /// A job of a work order.
    JobRecord in "job" key 2 where "client_id = $1 AND job_id IN ($keys)" {
        client_id: ClientId, job_id: JobId, work_order_id: WorkOrderId, job_number: Option<String>,
        part_number: PartNumber, quantity: Units, completed: Units, scrapped: Units,
    }
}

record! {
    /// How many ways one unit of a part can be wrong.
    PartRecord in "part_opportunities" key 2 where "client_id = $1 AND part_number IN ($keys)" {
        client_id: ClientId, part_number: PartNumber, opportunities_per_unit: i64, description: Option<String>,
    }
}
