//! One entry in full, for a form that corrects or copies it.

use super::error::StoreError;
use super::funnel::{Cells, FromCells, Look, args, statements};
use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::id::{ClientId, Code, EntryId, JobId, LineId, ProductId, WorkOrderId};
use crate::domain::production::Count;
use crate::domain::shift::LineShiftKey;

statements! {
    /// A count.
    COUNT = "SELECT production_date, shift_id, line_id, units, defects, scrap, rework, startup_defects, product_id,
                    work_order_id, job_id, counted_at, estimated, notes, version, updated_by, updated_at
             FROM production_entry WHERE client_id = $1 AND entry_id = $2 AND deleted_at IS NULL";
    /// A stop by any of its parts: the first part, which has the stop's own key, with the end of the last.
    STOP = "SELECT d.line_id, d.reason, d.started_at,
                   (SELECT max(o.ended_at) FROM downtime_entry AS o
                    WHERE o.client_id = d.client_id AND o.stop_id = d.stop_id AND o.deleted_at IS NULL),
                   d.work_order_id, d.notes, d.version, d.updated_by, d.updated_at
            FROM downtime_entry AS d
            WHERE d.client_id = $1 AND d.deleted_at IS NULL AND d.entry_id = (
              SELECT p.stop_id FROM downtime_entry AS p WHERE p.client_id = $1 AND p.entry_id = $2)";
    /// A person's own newest count since a date.
    LAST_COUNT = "SELECT entry_id FROM production_entry
                  WHERE client_id = $1 AND created_by = $2 AND production_date >= $3 AND deleted_at IS NULL
                  ORDER BY created_at DESC, entry_id DESC LIMIT 1";
    /// A person's own newest stop since a date.
    LAST_STOP = "SELECT stop_id FROM downtime_entry
                 WHERE client_id = $1 AND created_by = $2 AND production_date >= $3 AND deleted_at IS NULL
                 ORDER BY created_at DESC, entry_id DESC LIMIT 1";
}

/// Who changed an entry last.
#[derive(Debug, Clone)]
pub(crate) struct Changed {
    /// Its version.
    pub(crate) version: i64,
    /// Who.
    pub(crate) by: String,
    /// When.
    pub(crate) at: Instant,
}

impl Changed {
    fn read(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self { version: cells.int()?, by: cells.text()?, at: cells.instant()? })
    }
}

/// A count in full.
#[derive(Debug, Clone)]
pub(crate) struct CountRow {
    /// Where it belongs.
    pub(crate) line_shift: LineShiftKey,
    /// The figures.
    pub(crate) count: Count,
    /// What was made.
    pub(crate) product_id: ProductId,
    /// For which order.
    pub(crate) work_order_id: Option<WorkOrderId>,
    /// For which job of it.
    pub(crate) job_id: Option<JobId>,
    /// When it was counted.
    pub(crate) counted_at: Option<Instant>,
    /// Whether it stands in for a figure that is not to be had.
    pub(crate) estimated: bool,
    /// Remarks.
    pub(crate) notes: Option<String>,
    /// Its version.
    pub(crate) changed: Changed,
}

impl FromCells for CountRow {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        let (production_date, shift_id, line_id) = (cells.date()?, cells.shift()?, cells.line()?);
        // The client is the one that was asked for; the caller puts it in.
        let client_id = ClientId::stored(String::new());
        Ok(Self {
            line_shift: LineShiftKey { client_id, production_date, shift_id, line_id },
            count: Count {
                units: cells.units()?,
                defects: cells.units()?,
                scrap: cells.units()?,
                rework: cells.units()?,
                startup_defects: cells.units()?,
            },
            product_id: cells.product()?,
            work_order_id: cells.order_opt()?,
            job_id: cells.job_opt()?,
            counted_at: cells.instant_opt()?,
            estimated: cells.flag()?,
            notes: cells.text_opt()?,
            changed: Changed::read(cells)?,
        })
    }
}

/// A stop in full, its parts together.
#[derive(Debug, Clone)]
pub(crate) struct StopRow {
    /// The line.
    pub(crate) line_id: LineId,
    /// Why.
    pub(crate) reason: Code,
    /// When it began; none for a stop known by its minutes only.
    pub(crate) started_at: Option<Instant>,
    /// When it ended; none while it runs.
    pub(crate) ended_at: Option<Instant>,
    /// The order on the line.
    pub(crate) work_order_id: Option<WorkOrderId>,
    /// Remarks.
    pub(crate) notes: Option<String>,
    /// The version of its first part, which every change of the stop moves on.
    pub(crate) changed: Changed,
}

impl FromCells for StopRow {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            line_id: cells.line()?,
            reason: cells.code()?,
            started_at: cells.instant_opt()?,
            ended_at: cells.instant_opt()?,
            work_order_id: cells.order_opt()?,
            notes: cells.text_opt()?,
            changed: Changed::read(cells)?,
        })
    }
}

struct Id(EntryId);

impl FromCells for Id {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self(EntryId(cells.id()?)))
    }
}

/// A count that is not removed.
pub(crate) async fn count(
    tx: &mut impl Look,
    client: &ClientId,
    entry: EntryId,
) -> Result<Option<CountRow>, StoreError> {
    let mut row: Option<CountRow> = tx.optional(COUNT, args![client, entry]).await?;
    if let Some(row) = &mut row {
        row.line_shift.client_id = client.clone();
    }
    Ok(row)
}

/// A stop that is not removed, by any of its parts.
pub(crate) async fn stop(tx: &mut impl Look, client: &ClientId, entry: EntryId) -> Result<Option<StopRow>, StoreError> {
    tx.optional(STOP, args![client, entry]).await
}

/// A person's own newest count since a date.
pub(crate) async fn last_count(
    tx: &mut impl Look,
    client: &ClientId,
    login: &str,
    since: ProductionDate,
) -> Result<Option<EntryId>, StoreError> {
    let id: Option<Id> = tx.optional(LAST_COUNT, args![client, login, since]).await?;
    Ok(id.map(|Id(id)| id))
}

/// A person's own newest stop since a date.
pub(crate) async fn last_stop(
    tx: &mut impl Look,
    client: &ClientId,
    login: &str,
    since: ProductionDate,
) -> Result<Option<EntryId>, StoreError> {
    let id: Option<Id> = tx.optional(LAST_STOP, args![client, login, since]).await?;
    Ok(id.map(|Id(id)| id))
}
