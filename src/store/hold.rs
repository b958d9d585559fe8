//! Holds and every step they took.

use super::error::StoreError;
use super::funnel::{Cells, FromCells, InsertInto, Look, Stamp, Value, WriteTx, args, statements};
use super::master_data::spelled;
use crate::domain::clock::Instant;
use crate::domain::hold::{Disposition, HoldStatus, HoldStep};
use crate::domain::id::{ClientId, EntryId, WorkOrderId};
use crate::domain::measure::Units;
use crate::domain::text::CleanText;

statements! {
    /// One hold.
    ONE = "SELECT hold_id, work_order_id, quantity, status, requested_by, coalesce(placed_by, approved_by),
                  release_requested_by, version, updated_by, updated_at
           FROM hold_entry WHERE client_id = $1 AND hold_id = $2 AND deleted_at IS NULL";
    /// What is held or asked to be held of an order.
    HELD = "SELECT CAST(coalesce(sum(quantity), 0) AS BIGINT) FROM hold_entry
            WHERE client_id = $1 AND work_order_id = $2 AND deleted_at IS NULL
              AND status IN ('requested', 'on_hold', 'release_requested')";
    /// All of one hold, column by column, to be copied.
    WHOLE = "SELECT client_id, hold_id, work_order_id, job_id, reason, quantity, status, requested_by, requested_at,
                    approved_by, approved_at, placed_by, hold_from, release_requested_by, release_requested_at, released_by,
                    released_at, disposition, quality_entry_id, split_from, notes
             FROM hold_entry WHERE client_id = $1 AND hold_id = $2";
    /// What stays of a hold when a part is split off.
    SHRINK = "UPDATE hold_entry SET quantity = $3, updated_by = $4, updated_at = $5, version = version + 1
              WHERE client_id = $1 AND hold_id = $2 AND version = $6 RETURNING version";
    /// Every step of a hold.
    HISTORY = "SELECT step, quantity, by_login, at, note FROM hold_event
               WHERE client_id = $1 AND hold_id = $2 ORDER BY seq";
    /// The number of the next step of a hold.
    NEXT_STEP = "SELECT coalesce(max(seq), 0) + 1 FROM hold_event WHERE client_id = $1 AND hold_id = $2";
    /// A step that ends the question of the request: approve, reject, withdraw.
    DECIDE = "UPDATE hold_entry SET status = $3, approved_by = $4, approved_at = $5, hold_from = $5,
                updated_by = $6, updated_at = $7, version = version + 1
              WHERE client_id = $1 AND hold_id = $2 AND version = $8 RETURNING version";
    /// Asking for a release, or refusing it.
    ASK = "UPDATE hold_entry SET status = $3, release_requested_by = $4, release_requested_at = $5,
             updated_by = $6, updated_at = $7, version = version + 1
           WHERE client_id = $1 AND hold_id = $2 AND version = $8 RETURNING version";
    /// The end of a hold in force.
    FINISH = "UPDATE hold_entry SET status = $3, released_by = $4, released_at = $5, disposition = $6,
                updated_by = $4, updated_at = $5, version = version + 1
              WHERE client_id = $1 AND hold_id = $2 AND version = $7 RETURNING version";
}

pub(crate) const HOLD_ENTRY: InsertInto = InsertInto {
    table: "hold_entry",
    columns: &[
        "client_id",
        "hold_id",
        "work_order_id",
        "job_id",
        "reason",
        "quantity",
        "status",
        "requested_by",
        "requested_at",
        "approved_by",
        "approved_at",
        "placed_by",
        "hold_from",
        "release_requested_by",
        "release_requested_at",
        "released_by",
        "released_at",
        "disposition",
        "quality_entry_id",
        "split_from",
        "notes",
    ],
    stamp: Stamp::Full,
};

pub(crate) const HOLD_EVENT: InsertInto = InsertInto {
    table: "hold_event",
    columns: &["client_id", "hold_id", "seq", "step", "quantity", "by_login", "at", "note"],
    stamp: Stamp::Created,
};

/// A hold as the database has it.
#[derive(Debug, Clone)]
pub(crate) struct Hold {
    /// Its key.
    pub(crate) hold_id: EntryId,
    /// The order whose goods are held.
    pub(crate) work_order_id: WorkOrderId,
    /// How much.
    pub(crate) quantity: Units,
    /// Where it is.
    pub(crate) status: HoldStatus,
    /// Who asked for it.
    pub(crate) requested_by: Option<String>,
    /// Who placed or approved it.
    pub(crate) placed_by: Option<String>,
    /// Who asked for its release.
    pub(crate) release_requested_by: Option<String>,
    /// Its version.
    pub(crate) version: i64,
    /// Who changed it last.
    pub(crate) updated_by: String,
    /// When.
    pub(crate) updated_at: Instant,
}

impl FromCells for Hold {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            hold_id: EntryId(cells.id()?),
            work_order_id: cells.order()?,
            quantity: cells.units()?,
            status: spelled(&cells.text()?, HoldStatus::parse)?,
            requested_by: cells.text_opt()?,
            placed_by: cells.text_opt()?,
            release_requested_by: cells.text_opt()?,
            version: cells.int()?,
            updated_by: cells.text()?,
            updated_at: cells.instant()?,
        })
    }
}

/// A hold to be opened by asking for it or placing it.
#[derive(Debug, Clone)]
pub(crate) struct NewHold<'a> {
    /// What was asked.
    pub(crate) client_id: &'a ClientId,
    /// Its key.
    pub(crate) hold_id: EntryId,
    /// The order.
    pub(crate) work_order_id: &'a WorkOrderId,
    /// The order's job.
    pub(crate) job_id: Option<&'a crate::domain::id::JobId>,
    /// Why.
    pub(crate) reason: &'a crate::domain::id::Code,
    /// How much.
    pub(crate) quantity: Units,
    /// Placed at once rather than asked for.
    pub(crate) placed: bool,
    /// The inspection that found it.
    pub(crate) quality_entry_id: Option<EntryId>,
    /// Remarks.
    pub(crate) notes: Option<&'a CleanText>,
}

/// Opens a hold.
pub(crate) async fn add(tx: &mut WriteTx, new: &NewHold<'_>) -> Result<(), StoreError> {
    let (by, at) = (tx.by().to_owned(), tx.at());
    let status = if new.placed { HoldStatus::OnHold } else { HoldStatus::Requested };
    let asked = (!new.placed).then(|| by.clone());
    let placed = new.placed.then(|| by.clone());
    let row = args![
        new.client_id,
        new.hold_id,
        new.work_order_id,
        new.job_id,
        new.reason,
        new.quantity,
        status.as_str(),
        asked,
        (!new.placed).then_some(at),
        None::<String>,
        None::<Instant>,
        placed,
        new.placed.then_some(at),
        None::<String>,
        None::<Instant>,
        None::<String>,
        None::<Instant>,
        None::<String>,
        new.quality_entry_id,
        None::<EntryId>,
        new.notes
    ];
    tx.insert_one(&HOLD_ENTRY, row).await
}

/// One hold of a client.
pub(crate) async fn find(tx: &mut impl Look, client: &ClientId, hold: EntryId) -> Result<Option<Hold>, StoreError> {
    tx.optional(ONE, args![client, hold]).await
}

/// The quantity of an order that is held or asked to be held.
pub(crate) async fn held(tx: &mut impl Look, client: &ClientId, order: &WorkOrderId) -> Result<Units, StoreError> {
    tx.one::<i64>(HELD, args![client, order]).await.map(Units)
}

/// Appends a step to a hold's history.
pub(crate) async fn append_step(
    tx: &mut WriteTx,
    client: &ClientId,
    hold: EntryId,
    step: HoldStep,
    quantity: Units,
    note: Option<&CleanText>,
) -> Result<(), StoreError> {
    let seq: i64 = tx.one(NEXT_STEP, args![client, hold]).await?;
    let (by, at) = (tx.by().to_owned(), tx.at());
    tx.insert_one(&HOLD_EVENT, args![client, hold, seq, step.as_str(), quantity, by, at, note]).await
}

/// One step that a hold took.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    /// Which.
    pub(crate) step: String,
    /// How much it was about.
    pub(crate) quantity: Units,
    /// Who took it.
    pub(crate) by: String,
    /// When.
    pub(crate) at: Instant,
    /// What they said.
    pub(crate) note: Option<String>,
}

impl FromCells for Event {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            step: cells.text()?,
            quantity: cells.units()?,
            by: cells.text()?,
            at: cells.instant()?,
            note: cells.text_opt()?,
        })
    }
}

/// Every step of a hold, the first one first.
pub(crate) async fn history(tx: &mut impl Look, client: &ClientId, hold: EntryId) -> Result<Vec<Event>, StoreError> {
    tx.all(HISTORY, args![client, hold]).await
}

struct Whole(Vec<Value>);

impl FromCells for Whole {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        let mut values = Vec::new();
        while !cells.is_at_end() {
            values.push(cells.any()?);
        }
        Ok(Self(values))
    }
}

/// Splits a part off a hold into a hold of its own, which is as the whole was; false where somebody was faster.
pub(crate) async fn split(
    tx: &mut WriteTx,
    client: &ClientId,
    hold: &Hold,
    part: EntryId,
    quantity: Units,
) -> Result<bool, StoreError> {
    let (by, at) = (tx.by().to_owned(), tx.at());
    let rest = hold.quantity - quantity;
    let Whole(mut row) = tx.one(WHOLE, args![client, hold.hold_id]).await?;
    if tx.run(SHRINK, args![client, hold.hold_id, rest, &by, at, hold.version]).await? != 1 {
        return Ok(false);
    }
    let own = [
        ("hold_id", Value::from(part)),
        ("quantity", Value::from(quantity)),
        ("split_from", Value::from(hold.hold_id)),
    ];
    for (column, value) in own {
        let place = HOLD_ENTRY.columns.iter().position(|name| *name == column);
        if let Some(cell) = place.and_then(|place| row.get_mut(place)) {
            *cell = value;
        }
    }
    tx.insert_one(&HOLD_ENTRY, row).await?;
    for (entry, seq) in [(hold.hold_id, tx.one::<i64>(NEXT_STEP, args![client, hold.hold_id]).await?), (part, 1)] {
        let about = if entry == part { quantity } else { rest };
        tx.insert_one(&HOLD_EVENT, args![client, entry, seq, "split", about, &by, at, None::<String>]).await?;
    }
    Ok(true)
}

/// Moves a hold on to the status that a step leads to; false where somebody was faster.
pub(crate) async fn step(
    tx: &mut WriteTx,
    client: &ClientId,
    hold: &Hold,
    step: HoldStep,
    status: HoldStatus,
    disposition: Option<Disposition>,
) -> Result<bool, StoreError> {
    let (by, at) = (tx.by().to_owned(), tx.at());
    let (id, version) = (hold.hold_id, hold.version);
    let hits = match step {
        HoldStep::Approve => tx.run(DECIDE, args![client, id, status.as_str(), &by, at, &by, at, version]).await?,
        HoldStep::Reject | HoldStep::Withdraw => {
            tx.run(DECIDE, args![client, id, status.as_str(), None::<String>, None::<Instant>, &by, at, version])
                .await?
        }
        HoldStep::RequestRelease => tx.run(ASK, args![client, id, status.as_str(), &by, at, &by, at, version]).await?,
        HoldStep::RefuseRelease => {
            tx.run(ASK, args![client, id, status.as_str(), None::<String>, None::<Instant>, &by, at, version]).await?
        }
        HoldStep::Release | HoldStep::Scrap => {
            let disposition = disposition.map(Disposition::as_str);
            tx.run(FINISH, args![client, id, status.as_str(), &by, at, disposition, version]).await?
        }
        // A new hold is added, not moved on.
        HoldStep::Request | HoldStep::Place => 0,
    };
    Ok(hits == 1)
}
