//! Holds: placed by whoever imports them, and released where the file says when.

use super::fields::{Fields, Given};
use super::reasons::Reasons;
use super::reference::Orders;
use super::{Bench, Done, Item, Verdict};
use crate::domain::catalogue::CatalogueKind;
use crate::domain::clock::Instant;
use crate::domain::hold::Disposition;
use crate::domain::id::WorkOrderId;
use crate::domain::reject::Reject;
use crate::domain::scope::ScopedClient;
use crate::service::Problem;
use crate::store::WriteTx;
use crate::store::import::entry::{EntryTable, PastHold, add_holds, known};
use std::collections::HashSet;

/// Holds of the client.
pub(super) async fn batch(
    tx: &mut WriteTx,
    bench: &mut Bench<'_>,
    items: &[Item<'_>],
) -> Result<Vec<Verdict>, Problem> {
    let client = bench.client()?;
    let ids = items.iter().map(|item| item.id).collect();
    let known: HashSet<_> = known(tx, EntryTable::Holds, &client.client_id, ids).await?.into_iter().collect();
    let reasons = Reasons::read(tx, CatalogueKind::Hold, &client.client_id).await?;
    let orders = Orders::read(tx, &client.client_id, items).await?;
    let mut holds = Vec::new();
    let mut verdicts = Vec::with_capacity(items.len());
    for item in items {
        verdicts.push(if known.contains(&item.id) {
            Ok(Done::Unchanged)
        } else {
            judge(item, client, &reasons, &orders, bench.now).map(|hold| {
                holds.push(hold);
                Done::New
            })
        });
    }
    holds.sort_by_key(|hold: &PastHold| hold.hold_from);
    add_holds(tx, &holds).await?;
    Ok(verdicts)
}

fn judge(
    item: &Item<'_>,
    client: &ScopedClient,
    reasons: &Reasons,
    orders: &Orders,
    now: Instant,
) -> Result<PastHold, Reject> {
    let fields = &item.fields;
    let work_order_id = fields.must("work_order_id", WorkOrderId::parse)?;
    let (_, job_id) = orders.of(fields)?;
    let reason = reasons.of(fields, "reason")?.code.clone();
    let quantity = fields.quantity("quantity")?;
    let hold_from = match fields.past("hold_from", client.clock, now)? {
        Given::Value(at) => at,
        Given::Absent | Given::Empty => return Err(Reject::new("hold_from", "is missing", "fill it in")),
    };
    let (released_at, disposition) = release(fields, client, hold_from, now)?;
    Ok(PastHold {
        client_id: client.client_id.clone(),
        hold_id: item.id,
        work_order_id,
        job_id,
        reason,
        quantity,
        hold_from,
        released_at,
        disposition,
        notes: fields.notes()?,
    })
}

/// The end of a hold, and what became of the goods.
fn release(
    fields: &Fields<'_>,
    client: &ScopedClient,
    hold_from: Instant,
    now: Instant,
) -> Result<(Option<Instant>, Option<Disposition>), Reject> {
    let released_at = fields.past("released_at", client.clock, now)?.value();
    let disposition = fields.word("disposition", Disposition::parse, Disposition::choices)?.value();
    match (released_at, disposition) {
        (Some(at), _) if at < hold_from => {
            Err(Reject::new("released_at", "is before hold_from", "type an end after the start"))
        }
        (None, Some(_)) => Err(Reject::new(
            "disposition",
            "is given for a hold that is not released",
            "fill in released_at, or leave it empty",
        )),
        (released_at, disposition) => Ok((released_at, disposition)),
    }
}
