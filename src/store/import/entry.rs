//! Entries in bulk: which are known already, the stops that are in the way, and whole batches of new ones.

use crate::domain::clock::Instant;
use crate::domain::downtime::Loss;
use crate::domain::hold::{Disposition, HoldStatus, HoldStep};
use crate::domain::id::{ClientId, Code, JobId, LineId, PartNumber, WorkOrderId};
use crate::domain::measure::Units;
use crate::domain::shift::LineShiftKey;
use crate::domain::text::CleanText;
use crate::store::downtime::DOWNTIME_ENTRY;
use crate::store::error::StoreError;
use crate::store::funnel::{Cells, FromCells, InsertInto, Look, Stamp, WriteTx, args, statements};
use crate::store::hold::{HOLD_ENTRY, HOLD_EVENT};
use crate::store::import::columns;
use uuid::Uuid;

statements! {
    /// Counts that are known, removed ones too.
    PRODUCTION = "SELECT entry_id FROM production_entry WHERE client_id = $1 AND entry_id IN ($keys)";
    /// Stops that are known.
    DOWNTIME = "SELECT entry_id FROM downtime_entry WHERE client_id = $1 AND entry_id IN ($keys)";
    /// Inspections that are known.
    QUALITY = "SELECT entry_id FROM quality_entry WHERE client_id = $1 AND entry_id IN ($keys)";
    /// Holds that are known.
    HOLDS = "SELECT hold_id FROM hold_entry WHERE client_id = $1 AND hold_id IN ($keys)";
    /// Stops of a line that lie in a span or reach into it: of those that began before it, only the latest can.
    SPANS = "SELECT started_at, ended_at FROM downtime_entry
             WHERE client_id = $1 AND line_id = $2 AND deleted_at IS NULL AND started_at <= $4
               AND started_at >= coalesce((SELECT max(o.started_at) FROM downtime_entry AS o
                 WHERE o.client_id = $1 AND o.line_id = $2 AND o.deleted_at IS NULL AND o.started_at <= $3), $3)";
    /// Stages of a client in their order.
    STAGES = "SELECT stage, position FROM stage WHERE client_id = $1 ORDER BY position, stage";
    /// Opportunities of parts.
    OPPORTUNITIES = "SELECT part_number, opportunities_per_unit FROM part_opportunities
                     WHERE client_id = $1 AND deleted_at IS NULL AND part_number IN ($keys)";
}

const STAGE: InsertInto =
    InsertInto { table: "stage", columns: &["client_id", "stage", "position"], stamp: Stamp::Full };

/// A kind of entry that is recognised by its key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EntryTable {
    /// Counts.
    Production,
    /// Stops.
    Downtime,
    /// Inspections.
    Quality,
    /// Holds.
    Holds,
}

/// Which of these entries a client has, removed ones too.
pub(crate) async fn known(
    tx: &mut impl Look,
    table: EntryTable,
    client: &ClientId,
    entries: Vec<Uuid>,
) -> Result<Vec<Uuid>, StoreError> {
    let sql = match table {
        EntryTable::Production => PRODUCTION,
        EntryTable::Downtime => DOWNTIME,
        EntryTable::Quality => QUALITY,
        EntryTable::Holds => HOLDS,
    };
    tx.among(sql, args![client], columns(&entries)).await
}

/// A text key with a whole number.
#[derive(Debug, Clone)]
pub(crate) struct Numbered {
    /// The key.
    pub(crate) key: String,
    /// The number.
    pub(crate) number: i64,
}

impl FromCells for Numbered {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self { key: cells.text()?, number: cells.int()? })
    }
}

/// The span of a stop.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    /// Its start.
    pub(crate) from: Instant,
    /// Its end; the end of time while it runs.
    pub(crate) to: Instant,
}

impl FromCells for Span {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self { from: cells.instant()?, to: cells.instant_opt()?.unwrap_or(Instant(i64::MAX)) })
    }
}

/// The stops of a line that lie in `[from, to]` or reach into it.
pub(crate) async fn spans(
    tx: &mut impl Look,
    client: &ClientId,
    line: &LineId,
    from: Instant,
    to: Instant,
) -> Result<Vec<Span>, StoreError> {
    tx.all(SPANS, args![client, line, from, to]).await
}

/// A stop, or a part of one, that is over.
#[derive(Debug, Clone)]
pub(crate) struct PastStop {
    /// Its key.
    pub(crate) entry_id: Uuid,
    /// The stop it is a part of.
    pub(crate) stop_id: Uuid,
    /// Where it belongs.
    pub(crate) line_shift: LineShiftKey,
    /// The order on the line.
    pub(crate) work_order_id: Option<WorkOrderId>,
    /// Why.
    pub(crate) reason: Code,
    /// The loss the reason stands for now.
    pub(crate) loss: Loss,
    /// Its times; none where only its minutes are known.
    pub(crate) times: Option<(Instant, Instant)>,
    /// Its minutes.
    pub(crate) minutes: i64,
    /// Minutes of the whole stop.
    pub(crate) classified_minutes: i64,
    /// Whether the whole stop is a speed loss.
    pub(crate) micro_stop: bool,
    /// Whether the stop is counted here.
    pub(crate) counted: bool,
    /// Remarks.
    pub(crate) notes: Option<CleanText>,
}

/// Saves stops that are over.
pub(crate) async fn add_stops(tx: &mut WriteTx, stops: &[PastStop]) -> Result<(), StoreError> {
    let rows = stops.iter().map(|stop| {
        args![
            &stop.line_shift.client_id,
            stop.entry_id,
            stop.stop_id,
            stop.line_shift.production_date,
            &stop.line_shift.shift_id,
            &stop.line_shift.line_id,
            stop.work_order_id.as_ref(),
            &stop.reason,
            stop.loss.as_str(),
            stop.times.map(|(from, _)| from),
            stop.times.map(|(_, to)| to),
            stop.minutes,
            stop.classified_minutes,
            stop.micro_stop,
            stop.counted,
            false,
            stop.notes.as_ref(),
            None::<String>,
            None::<String>
        ]
    });
    tx.insert(&DOWNTIME_ENTRY, rows.collect()).await
}

/// The stages of a client, in order.
pub(crate) async fn stages(tx: &mut impl Look, client: &ClientId) -> Result<Vec<Numbered>, StoreError> {
    tx.all(STAGES, args![client]).await
}

/// Appends stages.
pub(crate) async fn add_stages(tx: &mut WriteTx, client: &ClientId, stages: &[Numbered]) -> Result<(), StoreError> {
    tx.insert(&STAGE, stages.iter().map(|stage| args![client, &stage.key, stage.number]).collect()).await
}

/// The opportunities of the named parts that have a count.
pub(crate) async fn opportunities(
    tx: &mut impl Look,
    client: &ClientId,
    parts: &[PartNumber],
) -> Result<Vec<Numbered>, StoreError> {
    tx.among(OPPORTUNITIES, args![client], columns(parts)).await
}

/// A hold from a file: placed, and over where it has an end.
#[derive(Debug, Clone)]
pub(crate) struct PastHold {
    /// The client.
    pub(crate) client_id: ClientId,
    /// Its key.
    pub(crate) hold_id: Uuid,
    /// The order.
    pub(crate) work_order_id: WorkOrderId,
    /// The order's job.
    pub(crate) job_id: Option<JobId>,
    /// Why.
    pub(crate) reason: Code,
    /// How much.
    pub(crate) quantity: Units,
    /// When it began.
    pub(crate) hold_from: Instant,
    /// When it ended.
    pub(crate) released_at: Option<Instant>,
    /// What became of the goods.
    pub(crate) disposition: Option<Disposition>,
    /// Remarks.
    pub(crate) notes: Option<CleanText>,
}

/// Saves holds and the steps they took.
pub(crate) async fn add_holds(tx: &mut WriteTx, holds: &[PastHold]) -> Result<(), StoreError> {
    let by = tx.by().to_owned();
    let mut rows = Vec::new();
    let mut events = Vec::new();
    for hold in holds {
        let status = if hold.released_at.is_some() { HoldStatus::Released } else { HoldStatus::OnHold };
        let (client, id) = (&hold.client_id, hold.hold_id);
        rows.push(args![
            client,
            id,
            &hold.work_order_id,
            hold.job_id.as_ref(),
            &hold.reason,
            hold.quantity,
            status.as_str(),
            None::<String>,
            None::<Instant>,
            None::<String>,
            None::<Instant>,
            &by,
            hold.hold_from,
            None::<String>,
            None::<Instant>,
            hold.released_at.map(|_| by.clone()),
            hold.released_at,
            hold.disposition.map(Disposition::as_str),
            None::<Uuid>,
            None::<Uuid>,
            hold.notes.as_ref()
        ]);
        let mut step = |seq: i64, step: HoldStep, at: Instant| {
            events.push(args![client, id, seq, step.as_str(), hold.quantity, &by, at, None::<String>]);
        };
        step(1, HoldStep::Place, hold.hold_from);
        if let Some(at) = hold.released_at {
            step(2, HoldStep::Release, at);
        }
    }
    tx.insert(&HOLD_ENTRY, rows).await?;
    tx.insert(&HOLD_EVENT, events).await
}
