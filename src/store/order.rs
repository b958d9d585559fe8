//! Work orders and jobs, as far as entries need them.

use super::error::StoreError;
use super::funnel::{Cells, FromCells, Look, WriteTx, args, statements};
use crate::domain::clock::Instant;
use crate::domain::id::{ClientId, JobId, ProductId, WorkOrderId};
use crate::domain::measure::{Millis, Units};

statements! {
    /// One work order.
    ONE = "SELECT product_id, quantity, ideal_cycle_ms FROM work_order
           WHERE client_id = $1 AND work_order_id = $2 AND deleted_at IS NULL";
    /// One job of an order.
    JOB = "SELECT job_id FROM job WHERE client_id = $1 AND work_order_id = $2 AND job_id = $3 AND deleted_at IS NULL";
    /// Moves an order to in_process with its first count; an instant it already has stays.
    START = "UPDATE work_order SET status = 'in_process', started_at = coalesce(started_at, $3), updated_by = $4,
               updated_at = $5, version = version + 1
             WHERE client_id = $1 AND work_order_id = $2 AND status IN ('planned', 'released') AND deleted_at IS NULL
             RETURNING version";
}

/// What a work order says of an entry.
#[derive(Debug, Clone)]
pub(crate) struct WorkOrder {
    /// What it makes.
    pub(crate) product_id: ProductId,
    /// How much of it.
    pub(crate) quantity: Units,
    /// Its own ideal cycle.
    pub(crate) ideal_cycle: Option<Millis>,
}

impl FromCells for WorkOrder {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self { product_id: cells.product()?, quantity: cells.units()?, ideal_cycle: cells.millis_opt()? })
    }
}

/// One work order of a client.
pub(crate) async fn find(
    tx: &mut impl Look,
    client: &ClientId,
    order: &WorkOrderId,
) -> Result<Option<WorkOrder>, StoreError> {
    tx.optional(ONE, args![client, order]).await
}

/// Whether an order has this job.
pub(crate) async fn has_job(
    tx: &mut impl Look,
    client: &ClientId,
    order: &WorkOrderId,
    job: &JobId,
) -> Result<bool, StoreError> {
    Ok(tx.optional::<String>(JOB, args![client, order, job]).await?.is_some())
}

/// Puts a planned or released order in process; any other stays as it is. Says whether it moved.
pub(crate) async fn start(
    tx: &mut WriteTx,
    client: &ClientId,
    order: &WorkOrderId,
    at: Instant,
) -> Result<bool, StoreError> {
    let (by, now) = (tx.by().to_owned(), tx.at());
    Ok(tx.run(START, args![client, order, at, by, now]).await? == 1)
}
