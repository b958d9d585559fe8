//! Work orders on their way: released, begun, completed, delivered, cancelled, and a step taken back.

use super::{Command, Desk, OrderStanding, Problem, Receipt, RewindOrder, StepOrder};
use crate::domain::id::{ClientId, WorkOrderId};
use crate::domain::measure::{LARGEST, Units};
use crate::domain::order::{OrderStatus, OrderStep};
use crate::domain::reject::Reject;
use crate::store::audit::AuditEntry;
use crate::store::import::kept::{self, Table};
use crate::store::import::order::OrderRecord;
use crate::store::import::{Change, Stored, save, stored};
use crate::store::{StoreError, WriteTx, hold};
use serde_json::json;

impl Desk {
    /// Takes an order a step on.
    pub(super) async fn step_order(&self, step: StepOrder) -> Result<Receipt, Problem> {
        let client = self.client(&step.client_id)?;
        let at = step.at.map(|at| self.not_in_future("at", at)).transpose()?.unwrap_or(self.now());
        let mut tx = self.session.write(self.now()).await?;
        let before = find(&mut tx, &step.client_id, &step.work_order_id, step.version).await?;
        let status = step.step.take(before.status)?;
        let mut after = OrderRecord { status, ..before.clone() };
        match step.step {
            OrderStep::Release => {}
            OrderStep::Start => after.started_at = before.started_at.or(Some(at)),
            OrderStep::Complete => after.completed_at = Some(at),
            OrderStep::Cancel => after.cancelled_at = Some(at),
            OrderStep::Deliver => {
                let quantity = step.quantity.unwrap_or(before.quantity);
                if !(Units(1)..=Units(LARGEST)).contains(&quantity) {
                    let way_out = "type how much was delivered";
                    return Err(Reject::new("delivered_quantity", format!("is {quantity}"), way_out).into());
                }
                let held = hold::held(&mut tx, &step.client_id, &step.work_order_id).await?;
                let free = Units((before.quantity - held).get().max(0));
                if held > Units::ZERO && quantity > free {
                    let why = format!("{held} are on hold or asked to be, so that at most {free} can go");
                    return Err(Reject::new("delivered_quantity", why, "release them first, or deliver less").into());
                }
                after.delivered_at = Some(at);
                after.delivered_date = Some(client.clock.date(at));
                after.delivered_quantity = Some(quantity);
            }
        }
        let version = change(&mut tx, step.step.as_str(), before.clone(), after, step.version).await?;
        tx.commit().await?;
        let what = status.as_str().replace('_', " ");
        Ok(Receipt::done(format!("work order {}: {what}", step.work_order_id)).undone_by(Command::RewindOrder(
            RewindOrder {
                client_id: step.client_id,
                work_order_id: step.work_order_id,
                version,
                to: standing(&before),
            },
        )))
    }

    /// Takes a step back.
    pub(super) async fn rewind_order(&self, rewind: RewindOrder) -> Result<Receipt, Problem> {
        self.client(&rewind.client_id)?;
        let mut tx = self.session.write(self.now()).await?;
        let before = find(&mut tx, &rewind.client_id, &rewind.work_order_id, rewind.version).await?;
        let to = rewind.to;
        if (to.status == OrderStatus::Delivered) != to.delivered_at.is_some()
            || (to.cancelled_at.is_some() && to.status != OrderStatus::Cancelled)
        {
            return Err(Problem::reject("status", "does not go with its times", "take the steps one by one"));
        }
        let after = OrderRecord {
            status: to.status,
            started_at: to.started_at,
            completed_at: to.completed_at,
            cancelled_at: to.cancelled_at,
            delivered_at: to.delivered_at,
            delivered_date: to.delivered_date,
            delivered_quantity: to.delivered_quantity,
            ..before.clone()
        };
        let was = standing(&before);
        let version = change(&mut tx, "take back", before, after, rewind.version).await?;
        tx.commit().await?;
        let what = to.status.as_str().replace('_', " ");
        let undo = RewindOrder { version, to: was, ..rewind };
        let done = format!("work order {} is {what} again", undo.work_order_id);
        Ok(Receipt::done(done).undone_by(Command::RewindOrder(undo)))
    }
}

fn standing(row: &OrderRecord) -> OrderStanding {
    OrderStanding {
        status: row.status,
        started_at: row.started_at,
        completed_at: row.completed_at,
        cancelled_at: row.cancelled_at,
        delivered_at: row.delivered_at,
        delivered_date: row.delivered_date,
        delivered_quantity: row.delivered_quantity,
    }
}

/// An order at the version that was looked at.
async fn find(tx: &mut WriteTx, client: &ClientId, order: &WorkOrderId, version: i64) -> Result<OrderRecord, Problem> {
    let no_such = || Problem::no_such("work order", order);
    let standing = kept::standing(tx, Table::Order, kept::of_client(client, order)).await?;
    let standing = standing.filter(|standing| !standing.removed).ok_or_else(no_such)?;
    if standing.version != version {
        return Err(StoreError::Conflict { by: standing.updated_by, at: standing.updated_at }.into());
    }
    let rows: Vec<Stored<OrderRecord>> = stored(tx, Some(client), std::slice::from_ref(order)).await?;
    rows.into_iter().next().map(|stored| stored.row).ok_or_else(no_such)
}

/// Writes what changed; gives the new version.
async fn change(
    tx: &mut WriteTx,
    action: &str,
    before: OrderRecord,
    after: OrderRecord,
    version: i64,
) -> Result<i64, Problem> {
    let (client, key) = (after.client_id.clone(), after.work_order_id.to_string());
    let changes = save(tx, vec![Change { before: Some(before), after }]).await?;
    let after = Some(json!({ "changes": changes }));
    tx.record(&client, AuditEntry { table: "work_order", key, action, before: None, after });
    Ok(version + 1)
}
