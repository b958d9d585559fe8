//! Work orders, jobs and the opportunities of parts.

use super::fields::{Fields, no_such};
use super::keyed::{merge, named, stored};
use super::reference::{Orders, Products, link};
use super::{Bench, Item, Verdict};
use crate::domain::clock::Instant;
use crate::domain::id::{JobId, PartNumber, WorkOrderId};
use crate::domain::measure::{LARGEST, Units};
use crate::domain::order::{OrderStatus, Priority};
use crate::domain::reject::Reject;
use crate::domain::scope::ScopedClient;
use crate::domain::text::{ID_LIMIT, NOTE_LIMIT};
use crate::service::Problem;
use crate::store::WriteTx;
use crate::store::import::order::{JobRecord, OrderRecord, PartRecord};

/// Most ways in which one unit of a part can be wrong.
const MOST_OPPORTUNITIES: i64 = 1_000_000;

/// Work orders. Their products are linked to the client on use.
pub(super) async fn orders(
    tx: &mut WriteTx,
    bench: &mut Bench<'_>,
    items: &[Item<'_>],
) -> Result<Vec<Verdict>, Problem> {
    let client = bench.client()?;
    let products = Products::read(tx, items).await?;
    let keys = named(items, |fields| fields.must("work_order_id", WorkOrderId::parse).map(Some));
    let known = stored(tx, Some(&client.client_id), &keys, |row: &OrderRecord| row.work_order_id.clone()).await?;
    let merged = merge(
        items,
        &known,
        |fields| fields.must("work_order_id", WorkOrderId::parse),
        |fields, id, before| order(fields, id, before, client, &products, bench.now),
    );
    let mut used: Vec<_> = merged.changes.iter().map(|change| change.after.product_id.clone()).collect();
    used.sort();
    used.dedup();
    link(tx, bench, &client.client_id, &used).await?;
    merged.save(tx, bench).await
}

fn order(
    fields: &Fields<'_>,
    work_order_id: WorkOrderId,
    before: Option<&OrderRecord>,
    client: &ScopedClient,
    products: &Products,
    now: Instant,
) -> Result<OrderRecord, Reject> {
    let product_id = products.of(fields)?.product_id.clone();
    let quantity = fields.quantity("quantity")?;
    let ideal = fields.seconds("ideal_cycle_seconds")?;
    let course = course(fields, before, client, now)?;
    let delivered_quantity = fields.whole_opt("delivered_quantity", LARGEST)?.map(Units);
    let date = |name, old: fn(&OrderRecord) -> Option<crate::domain::clock::ProductionDate>| {
        Ok::<_, Reject>(fields.date_opt(name)?.over(before.and_then(old)))
    };
    let priority = fields.word("priority", Priority::parse, Priority::choices)?;
    let po_number = fields.short_text("po_number", ID_LIMIT)?;
    let notes = fields.short_text("notes", NOTE_LIMIT)?;
    Ok(OrderRecord {
        client_id: client.client_id.clone(),
        work_order_id,
        product_id,
        quantity,
        ideal_cycle_ms: ideal.over(before.and_then(|row| row.ideal_cycle_ms)),
        received: date("received", |row| row.received)?,
        planned_start: date("planned_start", |row| row.planned_start)?,
        started_at: course.started_at,
        required_date: date("required_date", |row| row.required_date)?,
        completed_at: before.and_then(|row| row.completed_at),
        cancelled_at: before.and_then(|row| row.cancelled_at),
        delivered_at: course.delivered_at,
        delivered_date: course.delivered_at.map(|at| client.clock.date(at)),
        delivered_quantity: if course.is_ahead {
            delivered_quantity.value().or(before.and_then(|row| row.delivered_quantity))
        } else {
            delivered_quantity.over(before.and_then(|row| row.delivered_quantity))
        },
        status: course.status,
        priority: priority.over_or(before.map(|row| row.priority), Priority::Standard),
        po_number: po_number.over(before.and_then(|row| row.po_number.clone())),
        notes: notes.over(before.and_then(|row| row.notes.clone())),
    })
}

/// How far an order is.
struct Course {
    status: OrderStatus,
    started_at: Option<Instant>,
    delivered_at: Option<Instant>,
    /// Whether the plant has taken the order further than the file knows; then the file clears nothing of it.
    is_ahead: bool,
}

/// How far an order is, by the file and by what the plant has done since: a file never takes an order back.
fn course(
    fields: &Fields<'_>,
    before: Option<&OrderRecord>,
    client: &ScopedClient,
    now: Instant,
) -> Result<Course, Reject> {
    let begun = fields.past("started_at", client.clock, now)?;
    let delivered = fields.past("delivered_at", client.clock, now)?;
    let stated = fields.word("status", OrderStatus::parse, OrderStatus::choices)?.value();
    let reached = before.map(|row| row.status);
    let by_file = stated.or_else(|| delivered.value().map(|_| OrderStatus::Delivered)).or(match begun.value() {
        Some(_) if reached.is_none() => Some(OrderStatus::InProcess),
        _ => None,
    });
    let wanted = by_file.or(reached).unwrap_or(OrderStatus::Planned);
    let is_ahead = reached.is_some_and(|reached| rank(reached) > rank(wanted));
    let status = if is_ahead { reached.unwrap_or(wanted) } else { wanted };
    let keeps = is_ahead || rank(status) >= rank(OrderStatus::InProcess);
    let (was_started, was_delivered) = (before.and_then(|row| row.started_at), before.and_then(|row| row.delivered_at));
    let started_at = if keeps { begun.value().or(was_started) } else { begun.over(was_started) };
    let delivered_at = if is_ahead { delivered.value().or(was_delivered) } else { delivered.over(was_delivered) };
    match (status, delivered_at) {
        (OrderStatus::Delivered, None) => {
            Err(Reject::new("delivered_at", "is missing for a delivered order", "fill in when it was delivered"))
        }
        (OrderStatus::Delivered, Some(_)) | (_, None) => Ok(Course { status, started_at, delivered_at, is_ahead }),
        (_, Some(_)) => Err(Reject::new(
            "status",
            format!("is {status}, and delivered_at is given"),
            "write delivered, or leave delivered_at empty",
        )),
    }
}

/// How far a status is; what is delivered or cancelled is over.
const fn rank(status: OrderStatus) -> u8 {
    match status {
        OrderStatus::Planned => 0,
        OrderStatus::Released => 1,
        OrderStatus::InProcess => 2,
        OrderStatus::Completed => 3,
        OrderStatus::Cancelled => 4,
        OrderStatus::Delivered => 5,
    }
}

/// Jobs of work orders.
pub(super) async fn jobs(tx: &mut WriteTx, bench: &mut Bench<'_>, items: &[Item<'_>]) -> Result<Vec<Verdict>, Problem> {
    let client = &bench.client()?.client_id;
    let orders = Orders::read_orders(tx, client, items).await?;
    let keys = named(items, |fields| fields.must("job_id", JobId::parse).map(Some));
    let known = stored(tx, Some(client), &keys, |row: &JobRecord| row.job_id.clone()).await?;
    let merged = merge(
        items,
        &known,
        |fields| fields.must("job_id", JobId::parse),
        |fields, job_id, before| {
            let order = fields.must("work_order_id", WorkOrderId::parse)?;
            if !orders.has(&order) {
                return Err(no_such("work_order_id", "work order", &order));
            }
            if let Some(job) = before.filter(|job| job.work_order_id != order) {
                let why = format!("job {job_id} belongs to work order {}", job.work_order_id);
                return Err(Reject::new("work_order_id", why, "give the job another key"));
            }
            let quantity = fields.quantity("quantity")?;
            let completed = fields.whole_opt("completed", LARGEST)?.map(Units);
            let completed = completed.over_or(before.map(|row| row.completed), Units::ZERO);
            let scrapped = fields.whole_opt("scrapped", LARGEST)?.map(Units);
            let scrapped = scrapped.over_or(before.map(|row| row.scrapped), Units::ZERO);
            if completed + scrapped > quantity {
                let why = format!("{completed} completed and {scrapped} scrapped are more than the {quantity} ordered");
                return Err(Reject::new("completed", why, "lower them, or raise the quantity"));
            }
            Ok(JobRecord {
                client_id: client.clone(),
                job_id,
                work_order_id: order,
                job_number: fields
                    .short_text("job_number", ID_LIMIT)?
                    .over(before.and_then(|row| row.job_number.clone())),
                part_number: fields.must("part_number", PartNumber::parse)?,
                quantity,
                completed,
                scrapped,
            })
        },
    );
    merged.save(tx, bench).await
}

/// The opportunities of the client's parts.
pub(super) async fn parts(
    tx: &mut WriteTx,
    bench: &mut Bench<'_>,
    items: &[Item<'_>],
) -> Result<Vec<Verdict>, Problem> {
    let client = &bench.client()?.client_id;
    let keys = named(items, |fields| fields.must("part_number", PartNumber::parse).map(Some));
    let known = stored(tx, Some(client), &keys, |row: &PartRecord| row.part_number.clone()).await?;
    let merged = merge(
        items,
        &known,
        |fields| fields.must("part_number", PartNumber::parse),
        |fields, part_number, before| {
            let opportunities = fields.whole("opportunities_per_unit", MOST_OPPORTUNITIES)?;
            if opportunities == 0 {
                return Err(Reject::new("opportunities_per_unit", "must be more than 0", "type how many there are"));
            }
            let description = fields.short_text("description", NOTE_LIMIT)?;
            Ok(PartRecord {
                client_id: client.clone(),
                part_number,
                opportunities_per_unit: opportunities,
                description: description.over(before.and_then(|row| row.description.clone())),
            })
        },
    );
    merged.save(tx, bench).await
}
