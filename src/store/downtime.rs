//! Stops and their parts.

use super::error::StoreError;
use super::funnel::{Cells, FromCells, InsertInto, Look, Stamp, WriteTx, args, statements};
use super::master_data::spelled;
use crate::domain::clock::Instant;
use crate::domain::downtime::Loss;
use crate::domain::id::{ClientId, Code, EntryId, LineId, WorkOrderId};
use crate::domain::shift::LineShiftKey;
use crate::domain::text::CleanText;
use uuid::Uuid;

statements! {
    /// Every part of the stop that an entry is a part of, the first one first.
    PARTS = "SELECT d.entry_id, d.stop_id, d.production_date, d.shift_id, d.line_id, d.reason, d.loss, d.started_at, d.ended_at,
                    d.created_by, d.deleted_at, d.version, s.status, l.micro_stop_minutes, d.classified_minutes
             FROM downtime_entry AS d
             JOIN line_shift AS s ON s.client_id = d.client_id AND s.production_date = d.production_date
                                 AND s.shift_id = d.shift_id AND s.line_id = d.line_id
             JOIN production_line AS l ON l.client_id = d.client_id AND l.line_id = d.line_id
             WHERE d.client_id = $1 AND d.stop_id = (
               SELECT o.stop_id FROM downtime_entry AS o WHERE o.client_id = $1 AND o.entry_id = $2)
             ORDER BY d.started_at NULLS FIRST, d.entry_id";
    /// The stop of a line that overlaps a span, if any: the latest one that starts before its end decides.
    OVERLAPPING = "SELECT d.started_at, d.ended_at, r.name FROM downtime_entry AS d
                   JOIN downtime_reason AS r ON r.client_id = d.client_id AND r.code = d.reason
                   WHERE d.client_id = $1 AND d.line_id = $2 AND d.started_at < $4 AND d.deleted_at IS NULL
                     AND d.started_at IS NOT NULL AND (d.ended_at > $3 OR d.ended_at IS NULL)
                   AND d.stop_id <> $5
                   ORDER BY d.started_at DESC LIMIT 1";
    /// Ends a part.
    END = "UPDATE downtime_entry SET ended_at = $3, minutes = $4, classified_minutes = $5, micro_stop = $6,
             updated_by = $7, updated_at = $8, version = version + 1
           WHERE client_id = $1 AND entry_id = $2 AND version = $9 RETURNING version";
    /// Lets a part run again.
    REOPEN = "UPDATE downtime_entry SET ended_at = $3, minutes = $4, classified_minutes = $4, micro_stop = 0,
                updated_by = $5, updated_at = $6, version = version + 1
              WHERE client_id = $1 AND entry_id = $2 AND version = $7 RETURNING version";
    /// Corrects the first part of a stop.
    CORRECT = "UPDATE downtime_entry SET production_date = $3, shift_id = $4, line_id = $5, work_order_id = $6, reason = $7,
                 loss = $8, started_at = $9, ended_at = $10, minutes = $11, classified_minutes = $12, micro_stop = $13,
                 notes = $14, updated_by = $15, updated_at = $16, version = version + 1
               WHERE client_id = $1 AND entry_id = $2 AND version = $17 RETURNING version";
    /// Gives a part its reason.
    CLASSIFY = "UPDATE downtime_entry SET reason = $3, loss = $4, micro_stop = $5, updated_by = $6, updated_at = $7,
                  version = version + 1
                WHERE client_id = $1 AND entry_id = $2 AND version = $8 RETURNING version";
    /// Removes or restores a part.
    SET_DELETED = "UPDATE downtime_entry SET deleted_at = $3, updated_by = $4, updated_at = $5, version = version + 1
                   WHERE client_id = $1 AND entry_id = $2 AND version = $6 RETURNING version";
}

pub(crate) const DOWNTIME_ENTRY: InsertInto = InsertInto {
    table: "downtime_entry",
    columns: &[
        "client_id",
        "entry_id",
        "stop_id",
        "production_date",
        "shift_id",
        "line_id",
        "work_order_id",
        "reason",
        "loss",
        "started_at",
        "ended_at",
        "minutes",
        "classified_minutes",
        "micro_stop",
        "counted",
        "late",
        "notes",
        "corrective_action",
        "resolved_by",
    ],
    stamp: Stamp::Full,
};

/// A part of a stop to be saved.
#[derive(Debug, Clone)]
pub(crate) struct NewPart {
    /// Its key; the first part has the stop's own.
    pub(crate) entry_id: Uuid,
    /// The stop it is a part of.
    pub(crate) stop_id: EntryId,
    /// Where it belongs.
    pub(crate) line_shift: LineShiftKey,
    /// The order on the line.
    pub(crate) work_order_id: Option<WorkOrderId>,
    /// Why.
    pub(crate) reason: Code,
    /// The loss the reason stands for now.
    pub(crate) loss: Loss,
    /// When this part began.
    pub(crate) started_at: Instant,
    /// When it ended.
    pub(crate) ended_at: Option<Instant>,
    /// Minutes of the whole stop, once it is over.
    pub(crate) classified_minutes: Option<i64>,
    /// Whether the whole stop is a speed loss.
    pub(crate) micro_stop: bool,
    /// Whether the stop is counted here: in the shift it began in.
    pub(crate) counted: bool,
    /// Whether it is entered after its shift ended.
    pub(crate) late: bool,
    /// Remarks.
    pub(crate) notes: Option<CleanText>,
}

/// A part of a stop as the database has it.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    /// Its key.
    pub(crate) entry_id: EntryId,
    /// The stop.
    pub(crate) stop_id: EntryId,
    /// Where it belongs.
    pub(crate) line_shift: LineShiftKey,
    /// Why.
    pub(crate) reason: Code,
    /// The loss stored then.
    pub(crate) loss: Loss,
    /// When it began; none for a stop known by its minutes only.
    pub(crate) started_at: Option<Instant>,
    /// When it ended.
    pub(crate) ended_at: Option<Instant>,
    /// Who entered it.
    pub(crate) created_by: String,
    /// Whether it was removed.
    pub(crate) deleted: bool,
    /// Its version.
    pub(crate) version: i64,
    /// Whether its shift is closed.
    pub(crate) closed: bool,
    /// The line's limit for speed losses.
    pub(crate) micro_stop_minutes: i64,
    /// Minutes of the whole stop, once they are known.
    pub(crate) classified_minutes: Option<i64>,
}

impl FromCells for Part {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        let (entry_id, stop_id) = (EntryId(cells.id()?), EntryId(cells.id()?));
        let (production_date, shift_id, line_id) = (cells.date()?, cells.shift()?, cells.line()?);
        // The caller asked for one client and puts it in.
        let line_shift =
            LineShiftKey { client_id: ClientId::stored(String::new()), production_date, shift_id, line_id };
        Ok(Self {
            entry_id,
            stop_id,
            line_shift,
            reason: cells.code()?,
            loss: spelled(&cells.text()?, Loss::parse)?,
            started_at: cells.instant_opt()?,
            ended_at: cells.instant_opt()?,
            created_by: cells.text()?,
            deleted: cells.instant_opt()?.is_some(),
            version: cells.int()?,
            closed: cells.text()? == "closed",
            micro_stop_minutes: cells.int()?,
            classified_minutes: cells.int_opt()?,
        })
    }
}

/// A stop that is in the way of another.
#[derive(Debug, Clone)]
pub(crate) struct InTheWay {
    /// When it began.
    pub(crate) started_at: Instant,
    /// When it ended, if it has.
    pub(crate) ended_at: Option<Instant>,
    /// Its reason's name.
    pub(crate) reason: String,
}

impl FromCells for InTheWay {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self { started_at: cells.instant()?, ended_at: cells.instant_opt()?, reason: cells.text()? })
    }
}

/// Saves the parts of a stop.
pub(crate) async fn add(tx: &mut WriteTx, parts: &[NewPart]) -> Result<(), StoreError> {
    let rows = parts.iter().map(|part| {
        args![
            &part.line_shift.client_id,
            part.entry_id,
            part.stop_id,
            part.line_shift.production_date,
            &part.line_shift.shift_id,
            &part.line_shift.line_id,
            part.work_order_id.as_ref(),
            &part.reason,
            part.loss.as_str(),
            part.started_at,
            part.ended_at,
            part.ended_at.map(|end| end.minutes_since(part.started_at)),
            part.classified_minutes,
            part.micro_stop,
            part.counted,
            part.late,
            part.notes.as_ref(),
            None::<String>,
            None::<String>
        ]
    });
    tx.insert(&DOWNTIME_ENTRY, rows.collect()).await
}

/// Every part of the stop that `entry` is a part of; none where there is no such stop.
pub(crate) async fn parts(tx: &mut impl Look, client: &ClientId, entry: EntryId) -> Result<Vec<Part>, StoreError> {
    let mut parts: Vec<Part> = tx.all(PARTS, args![client, entry]).await?;
    for part in &mut parts {
        part.line_shift.client_id = client.clone();
    }
    Ok(parts)
}

/// The stop of a line that overlaps `[from, to)`, but for the stop itself.
pub(crate) async fn overlapping(
    tx: &mut impl Look,
    client: &ClientId,
    line: &LineId,
    from: Instant,
    to: Option<Instant>,
    itself: EntryId,
) -> Result<Option<InTheWay>, StoreError> {
    tx.optional(OVERLAPPING, args![client, line, from, to.unwrap_or(Instant(i64::MAX)), itself]).await
}

/// What a part is when it has ended.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ended {
    /// When.
    pub(crate) ended_at: Instant,
    /// Its own minutes.
    pub(crate) minutes: i64,
    /// The whole stop's minutes.
    pub(crate) classified_minutes: i64,
    /// Whether the whole stop is a speed loss.
    pub(crate) micro_stop: bool,
}

/// Ends a part; false where somebody was faster.
pub(crate) async fn end(tx: &mut WriteTx, part: &Part, ended: Ended) -> Result<bool, StoreError> {
    let (by, at) = (tx.by().to_owned(), tx.at());
    let values = args![
        &part.line_shift.client_id,
        part.entry_id,
        ended.ended_at,
        ended.minutes,
        ended.classified_minutes,
        ended.micro_stop,
        by,
        at,
        part.version
    ];
    Ok(tx.run(END, values).await? == 1)
}

/// Corrects the first part of a stop; false where somebody was faster. Whether it was entered late, and who entered it,
/// stays.
pub(crate) async fn correct(tx: &mut WriteTx, part: &Part, to: &NewPart) -> Result<bool, StoreError> {
    let (by, at) = (tx.by().to_owned(), tx.at());
    let values = args![
        &part.line_shift.client_id,
        part.entry_id,
        to.line_shift.production_date,
        &to.line_shift.shift_id,
        &to.line_shift.line_id,
        to.work_order_id.as_ref(),
        &to.reason,
        to.loss.as_str(),
        to.started_at,
        to.ended_at,
        to.ended_at.map(|end| end.minutes_since(to.started_at)),
        to.classified_minutes,
        to.micro_stop,
        to.notes.as_ref(),
        by,
        at,
        part.version
    ];
    Ok(tx.run(CORRECT, values).await? == 1)
}

/// Lets a part run again; false where somebody was faster.
pub(crate) async fn reopen(tx: &mut WriteTx, part: &Part) -> Result<bool, StoreError> {
    let (by, at) = (tx.by().to_owned(), tx.at());
    let values = args![&part.line_shift.client_id, part.entry_id, None::<Instant>, None::<i64>, by, at, part.version];
    Ok(tx.run(REOPEN, values).await? == 1)
}

/// Gives a part a reason; false where somebody was faster.
pub(crate) async fn classify(
    tx: &mut WriteTx,
    part: &Part,
    reason: &Code,
    loss: Loss,
    micro_stop: bool,
) -> Result<bool, StoreError> {
    let (by, at) = (tx.by().to_owned(), tx.at());
    let values =
        args![&part.line_shift.client_id, part.entry_id, reason, loss.as_str(), micro_stop, by, at, part.version];
    Ok(tx.run(CLASSIFY, values).await? == 1)
}

/// Removes or restores a part; false where somebody was faster.
pub(crate) async fn set_deleted(
    tx: &mut WriteTx,
    part: &Part,
    deleted_at: Option<Instant>,
) -> Result<bool, StoreError> {
    let (by, at) = (tx.by().to_owned(), tx.at());
    let values = args![&part.line_shift.client_id, part.entry_id, deleted_at, by, at, part.version];
    Ok(tx.run(SET_DELETED, values).await? == 1)
}
