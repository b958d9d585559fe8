//! What entries and orders refer to: products, orders and jobs, read once for a batch. Whatever is not there, or is
//! another client's, is refused in the same words.

use super::fields::{Fields, Given, no_such};
use super::keyed::{named, stored};
use super::{Bench, Item};
use crate::domain::id::{ClientId, JobId, ProductId, WorkOrderId};
use crate::domain::reject::Reject;
use crate::service::Problem;
use crate::store::WriteTx;
use crate::store::import::master::{LinkRecord, ProductRecord};
use crate::store::import::order::{JobRecord, OrderRecord};
use crate::store::import::{Change, save};
use std::collections::HashMap;

/// Lets a client know of products that exist; those who import keep master data, so that their use of a product
/// links it. Gives the ones that were not linked before.
pub(super) async fn link(
    tx: &mut WriteTx,
    bench: &mut Bench<'_>,
    client: &ClientId,
    products: &[ProductId],
) -> Result<Vec<ProductId>, Problem> {
    let known = stored(tx, Some(client), products, |row: &LinkRecord| row.product_id.clone()).await?;
    let mut changes = Vec::new();
    for product in products {
        let after = LinkRecord { client_id: client.clone(), product_id: product.clone() };
        match known.get(product) {
            None => changes.push(Change { before: None, after }),
            Some(link) if link.removed => changes.push(Change { before: Some(after.clone()), after }),
            Some(_) => {}
        }
    }
    let linked = changes.iter().map(|change| change.after.product_id.clone()).collect();
    bench.changes.extend(save(tx, changes).await?);
    Ok(linked)
}

/// The products that a batch names.
#[derive(Debug, Default)]
pub(super) struct Products {
    known: HashMap<ProductId, ProductRecord>,
}

impl Products {
    /// Reads them.
    pub(super) async fn read(tx: &mut WriteTx, items: &[Item<'_>]) -> Result<Self, Problem> {
        let keys = named(items, |fields| fields.must("product_id", ProductId::parse).map(Some));
        let known = stored(tx, None, &keys, |row: &ProductRecord| row.product_id.clone()).await?;
        let known = known.into_iter().filter(|(_, stored)| !stored.removed);
        Ok(Self { known: known.map(|(key, stored)| (key, stored.row)).collect() })
    }

    /// The product of a row.
    pub(super) fn of(&self, fields: &Fields<'_>) -> Result<&ProductRecord, Reject> {
        let product = fields.must("product_id", ProductId::parse)?;
        self.known.get(&product).ok_or_else(|| no_such("product_id", "product", &product))
    }
}

/// The work orders and jobs that a batch names.
#[derive(Debug, Default)]
pub(super) struct Orders {
    orders: HashMap<WorkOrderId, OrderRecord>,
    jobs: HashMap<JobId, JobRecord>,
}

impl Orders {
    /// Reads them, and the orders of the jobs.
    pub(super) async fn read(tx: &mut WriteTx, client: &ClientId, items: &[Item<'_>]) -> Result<Self, Problem> {
        let jobs = named(items, |fields| fields.may("job_id", JobId::parse).map(Given::value));
        let jobs = stored(tx, Some(client), &jobs, |row: &JobRecord| row.job_id.clone()).await?;
        let jobs: HashMap<_, _> =
            jobs.into_iter().filter(|(_, job)| !job.removed).map(|(key, job)| (key, job.row)).collect();
        let of_jobs = jobs.values().map(|job| job.work_order_id.clone()).collect();
        Ok(Self { orders: read_orders(tx, client, items, of_jobs).await?, jobs })
    }

    /// Reads the orders alone, for rows whose `job_id` is their own key.
    pub(super) async fn read_orders(tx: &mut WriteTx, client: &ClientId, items: &[Item<'_>]) -> Result<Self, Problem> {
        Ok(Self { orders: read_orders(tx, client, items, Vec::new()).await?, jobs: HashMap::new() })
    }

    /// Whether an order exists.
    pub(super) fn has(&self, order: &WorkOrderId) -> bool {
        self.orders.contains_key(order)
    }

    /// Whether an order's first count puts it in process.
    pub(super) fn waits(&self, order: &WorkOrderId) -> bool {
        self.orders.get(order).is_some_and(|order| order.status.after_production() != order.status)
    }

    /// The order and the job of a row; a job alone tells its order.
    pub(super) fn of(&self, fields: &Fields<'_>) -> Result<(Option<&OrderRecord>, Option<JobId>), Reject> {
        let order = match fields.may("work_order_id", WorkOrderId::parse)?.value() {
            Some(id) => Some(self.orders.get(&id).ok_or_else(|| no_such("work_order_id", "work order", &id))?),
            None => None,
        };
        let Some(job_id) = fields.may("job_id", JobId::parse)?.value() else { return Ok((order, None)) };
        let job = self.jobs.get(&job_id).ok_or_else(|| no_such("job_id", "job", &job_id))?;
        match order {
            Some(order) if order.work_order_id != job.work_order_id => {
                let why = format!("{job_id} is no job of work order {}", order.work_order_id);
                Err(Reject::new("job_id", why, "correct the job or the work order"))
            }
            Some(_) => Ok((order, Some(job_id))),
            None => {
                let order = self.orders.get(&job.work_order_id);
                order.map(|order| (Some(order), Some(job_id.clone()))).ok_or_else(|| no_such("job_id", "job", &job_id))
            }
        }
    }
}

async fn read_orders(
    tx: &mut WriteTx,
    client: &ClientId,
    items: &[Item<'_>],
    more: Vec<WorkOrderId>,
) -> Result<HashMap<WorkOrderId, OrderRecord>, Problem> {
    let mut orders = named(items, |fields| fields.may("work_order_id", WorkOrderId::parse).map(Given::value));
    orders.extend(more);
    orders.sort();
    orders.dedup();
    let orders = stored(tx, Some(client), &orders, |row: &OrderRecord| row.work_order_id.clone()).await?;
    Ok(orders.into_iter().filter(|(_, order)| !order.removed).map(|(key, order)| (key, order.row)).collect())
}
