//! Lines and products.

use super::keyed::{merge, named, stored};
use super::reference::link;
use super::{Bench, Done, Item, Verdict};
use crate::domain::id::{LineId, ProductId};
use crate::domain::measure::LARGEST;
use crate::domain::reject::Reject;
use crate::service::Problem;
use crate::store::WriteTx;
use crate::store::import::master::{LineRecord, ProductRecord};
use crate::store::master_data::DEFAULT_MICRO_STOP_MINUTES;

/// A limit below which stops are speed losses cannot be more than a day.
const MOST_MICRO_STOP_MINUTES: i64 = 1440;
/// More people than this do not stand on one line.
pub(super) const LARGEST_CREW: i64 = 1000;

/// Lines of the client.
pub(super) async fn lines(
    tx: &mut WriteTx,
    bench: &mut Bench<'_>,
    items: &[Item<'_>],
) -> Result<Vec<Verdict>, Problem> {
    let client = &bench.client()?.client_id;
    let keys = named(items, |fields| fields.must("line_id", LineId::parse).map(Some));
    let known = stored(tx, Some(client), &keys, |row: &LineRecord| row.line_id.clone()).await?;
    let merged = merge(
        items,
        &known,
        |fields| fields.must("line_id", LineId::parse),
        |fields, line_id, before| {
            let micro = fields.whole_opt("micro_stop_minutes", MOST_MICRO_STOP_MINUTES)?;
            let micro = micro.over_or(before.map(|row| row.micro_stop_minutes), DEFAULT_MICRO_STOP_MINUTES);
            let active = fields.yes_no("active")?.over_or(before.map(|row| row.active), true);
            let name = fields.name("name")?;
            Ok(LineRecord { client_id: client.clone(), line_id, name, micro_stop_minutes: micro, active })
        },
    );
    merged.save(tx, bench).await
}

/// Products of the plant; with a client they are linked to it.
pub(super) async fn products(
    tx: &mut WriteTx,
    bench: &mut Bench<'_>,
    items: &[Item<'_>],
) -> Result<Vec<Verdict>, Problem> {
    let named = named(items, |fields| fields.must("product_id", ProductId::parse).map(Some));
    let known = stored(tx, None, &named, |row: &ProductRecord| row.product_id.clone()).await?;
    let merged = merge(
        items,
        &known,
        |fields| fields.must("product_id", ProductId::parse),
        |fields, product_id, before| {
            let name = fields.name("name")?;
            let ideal = fields.seconds("ideal_cycle_seconds")?.over(before.and_then(|row| row.ideal_cycle_ms));
            let labour = fields.seconds("labour_standard_seconds")?;
            let labour = labour.over(before.and_then(|row| row.labour_standard_ms));
            let crew = fields.whole_opt("standard_crew", LARGEST_CREW)?.over_or(before.map(|row| row.standard_crew), 1);
            if crew == 0 {
                return Err(Reject::new(
                    "standard_crew",
                    "must be more than 0",
                    "type how many people, or leave it empty",
                ));
            }
            if labour.is_none() && ideal.is_some_and(|cycle| cycle.get() * crew > LARGEST) {
                let way_out = "state labour_standard_seconds, or correct the crew";
                return Err(Reject::new("standard_crew", "makes the person time of one unit too long", way_out));
            }
            let active = fields.yes_no("active")?.over_or(before.map(|row| row.active), true);
            Ok(ProductRecord {
                product_id,
                name,
                ideal_cycle_ms: ideal,
                labour_standard_ms: labour,
                standard_crew: crew,
                active,
            })
        },
    );
    let linked: Vec<_> = named
        .into_iter()
        .filter(|product| {
            known.contains_key(product) || merged.changes.iter().any(|row| &row.after.product_id == product)
        })
        .collect();
    let mut verdicts = merged.save(tx, bench).await?;
    let Some(client) = bench.client else { return Ok(verdicts) };
    let new_links = link(tx, bench, &client.client_id, &linked).await?;
    // A product that the client did not know of is a change, though the product itself is as it was.
    for (verdict, item) in verdicts.iter_mut().zip(items) {
        let product = item.fields.must("product_id", ProductId::parse);
        if *verdict == Ok(Done::Unchanged) && product.is_ok_and(|product| new_links.contains(&product)) {
            *verdict = Ok(Done::Updated);
        }
    }
    Ok(verdicts)
}
