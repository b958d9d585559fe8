//! Counts.

use super::fields::Fields;
use super::floor::{Floor, Place, Plan};
use super::master::LARGEST_CREW;
use super::reference::{Orders, Products, link};
use super::{Bench, Done, Item, Verdict};
use crate::domain::clock::{Instant, PlantClock, ProductionDate};
use crate::domain::id::{ClientId, EntryId, ProductId, WorkOrderId};
use crate::domain::measure::{LARGEST, Millis};
use crate::domain::order::OrderStatus;
use crate::domain::production::{Count, StandardSource};
use crate::domain::reject::Reject;
use crate::domain::standard::{ProductStandard, Standards};
use crate::service::Problem;
use crate::store::import::entry::{EntryTable, known};
use crate::store::import::master::ProductRecord;
use crate::store::production::{Counted, NewCount};
use crate::store::{WriteTx, order, production, standard};
use std::collections::{BTreeMap, HashMap, HashSet};

/// The planned time of a line shift is at most two days.
const MOST_PLANNED_MINUTES: i64 = 2880;

/// A good count that still lacks its standards.
struct Judged {
    count: NewCount,
    product: ProductStandard,
    order_cycle: Option<Millis>,
    /// When the work on its order was under way at the latest.
    under_way: Instant,
}

/// Counts of the client.
pub(super) async fn batch(
    tx: &mut WriteTx,
    bench: &mut Bench<'_>,
    items: &[Item<'_>],
) -> Result<Vec<Verdict>, Problem> {
    let client = bench.client()?;
    let ids = items.iter().map(|item| item.id).collect();
    let known: HashSet<_> = known(tx, EntryTable::Production, &client.client_id, ids).await?.into_iter().collect();
    let fresh: Vec<Item<'_>> = items.iter().filter(|item| !known.contains(&item.id)).copied().collect();
    let mut floor = Floor::read(tx, bench, &fresh).await?;
    let products = Products::read(tx, &fresh).await?;
    let orders = Orders::read(tx, &client.client_id, &fresh).await?;
    let mut judged = Vec::with_capacity(fresh.len());
    let mut verdicts = Vec::with_capacity(items.len());
    for item in items {
        verdicts.push(if known.contains(&item.id) {
            Ok(Done::Unchanged)
        } else {
            let good = judge(item, &mut floor, &products, &orders, client.clock, bench.now);
            good.map(|good| {
                judged.push(good);
                Done::New
            })
        });
    }
    floor.save(tx, bench).await?;
    write(tx, bench, &client.client_id, judged, &orders).await?;
    Ok(verdicts)
}

fn judge(
    item: &Item<'_>,
    floor: &mut Floor<'_>,
    products: &Products,
    orders: &Orders,
    clock: PlantClock,
    now: Instant,
) -> Result<Judged, Reject> {
    let fields = &item.fields;
    let place = floor.place(fields)?;
    let product = products.of(fields)?;
    let (order, job_id) = orders.of(fields)?;
    let count = figures(fields)?;
    let counted_at = counted_at(fields, &place, clock, now)?;
    let notes = fields.notes()?;
    let plan = Plan {
        planned_minutes: fields.whole_opt("planned_minutes", MOST_PLANNED_MINUTES)?.value(),
        crew: fields.whole_opt("crew", LARGEST_CREW)?.value(),
        target_units: fields.whole_opt("target_units", LARGEST)?.value(),
    };
    // The last check, because it changes the line shift.
    floor.state(&place, plan)?;
    Ok(Judged {
        product: standard_of(product),
        order_cycle: order.and_then(|order| order.ideal_cycle_ms),
        under_way: counted_at.unwrap_or(place.window.starts_at),
        count: NewCount {
            entry_id: EntryId(item.id),
            counted: Counted {
                line_shift: place.key,
                counted_at,
                product_id: product.product_id.clone(),
                work_order_id: order.map(|order| order.work_order_id.clone()),
                job_id,
                count,
                estimated: false,
                notes,
            },
            ideal_cycle: None,
            labour_standard: None,
            source: StandardSource::None,
            // History that is imported is not what somebody entered too late.
            late: false,
        },
    })
}

fn figures(fields: &Fields<'_>) -> Result<Count, Reject> {
    let count = Count {
        units: fields.units("units")?,
        defects: fields.units_or_zero("defects")?,
        scrap: fields.units_or_zero("scrap")?,
        rework: fields.units_or_zero("rework")?,
        startup_defects: fields.units_or_zero("startup_defects")?,
    };
    count.check().map_err(|rejects| {
        rejects.into_iter().next().unwrap_or_else(|| Reject::new("units", "does not add up", "check the figures"))
    })
}

/// When a count was taken: in its shift, its end included; one without a time belongs to no hour.
fn counted_at(fields: &Fields<'_>, place: &Place, clock: PlantClock, now: Instant) -> Result<Option<Instant>, Reject> {
    let counted_at = fields.past("counted_at", clock, now)?.value();
    let (starts_at, ends_at) = (place.window.starts_at, place.window.ends_at);
    match counted_at {
        Some(at) if at < starts_at || at > ends_at => {
            let local = |at| clock.local(at).format("%Y-%m-%d %H:%M");
            let why = format!("lies outside the shift, which is from {} to {}", local(starts_at), local(ends_at));
            Err(Reject::new("counted_at", why, "correct it, or leave it empty"))
        }
        other => Ok(other),
    }
}

fn standard_of(product: &ProductRecord) -> ProductStandard {
    ProductStandard {
        ideal_cycle: product.ideal_cycle_ms,
        labour_standard: product.labour_standard_ms,
        standard_crew: product.standard_crew,
    }
}

/// Writes the counts in the order of their dates and line shifts, so that those of one line shift change the same
/// sums one after the other. Where history has to tell a cycle, each date is written before the
/// next one is looked at, so that the rows of one file tell it to each other as they would have day by day.
async fn write(
    tx: &mut WriteTx,
    bench: &mut Bench<'_>,
    client: &ClientId,
    mut judged: Vec<Judged>,
    orders: &Orders,
) -> Result<(), Problem> {
    judged.sort_by(|left, right| left.count.counted.line_shift.cmp(&right.count.counted.line_shift));
    let mut products: Vec<_> = judged.iter().map(|good| good.count.counted.product_id.clone()).collect();
    products.sort();
    products.dedup();
    link(tx, bench, client, &products).await?;
    let mut started: BTreeMap<WorkOrderId, Instant> = BTreeMap::new();
    for good in &judged {
        if let Some(order) = good.count.counted.work_order_id.as_ref().filter(|order| orders.waits(order)) {
            let at = started.entry(order.clone()).or_insert(good.under_way);
            *at = (*at).min(good.under_way);
        }
    }
    let by_date = judged.iter().any(|good| Standards::needs_history(good.order_cycle, good.product));
    let mut ready = Vec::with_capacity(judged.len());
    let mut history: HashMap<ProductId, Option<Millis>> = HashMap::new();
    let mut date: Option<ProductionDate> = None;
    for mut good in judged {
        let of = good.count.counted.line_shift.production_date;
        if by_date && date != Some(of) {
            production::add_all(tx, &ready).await?;
            ready.clear();
            history.clear();
            date = Some(of);
        }
        let inferred = if Standards::needs_history(good.order_cycle, good.product) {
            let product = &good.count.counted.product_id;
            if !history.contains_key(product) {
                let cycle = standard::history_cycle(tx, client, product, of, bench.now).await?;
                history.insert(product.clone(), cycle);
            }
            history.get(product).copied().flatten()
        } else {
            None
        };
        let standards = Standards::of(good.order_cycle, good.product, inferred);
        good.count.ideal_cycle = standards.ideal_cycle;
        good.count.labour_standard = standards.labour_standard;
        good.count.source = standards.source;
        ready.push(good.count);
    }
    production::add_all(tx, &ready).await?;
    for (order, at) in started {
        if order::start(tx, client, &order, at).await? {
            bench.changes.push(serde_json::json!({
                "table": "work_order", "key": [order], "after": { "status": OrderStatus::InProcess.as_str() },
            }));
        }
    }
    Ok(())
}
