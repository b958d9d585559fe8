//! Line shifts: one line running one shift. Planned time, crew and target are kept here once.

use super::error::StoreError;
use super::funnel::{Cells, FromCells, InsertInto, Look, Stamp, WriteTx, args, statements};
use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::id::{ClientId, LineId, ShiftId};
use crate::domain::measure::Units;
use crate::domain::shift::{LineShiftKey, Shift, ShiftWindow};
use crate::domain::text::CleanText;

statements! {
    /// Whether a line shift was opened, and who closed it.
    ONE = "SELECT status, closed_by FROM line_shift
           WHERE client_id = $1 AND production_date = $2 AND shift_id = $3 AND line_id = $4 AND deleted_at IS NULL";
    /// The lines that were opened in a shift.
    OF_SHIFT = "SELECT line_id, starts_at, closed_by, handover_note FROM line_shift
                WHERE client_id = $1 AND production_date = $2 AND shift_id = $3 AND deleted_at IS NULL ORDER BY line_id";
    /// Closes every open line of a shift.
    CLOSE = "UPDATE line_shift SET status = 'closed', closed_by = $4, closed_at = $5, handover_note = $6, updated_by = $7,
               updated_at = $8, version = version + 1
             WHERE client_id = $1 AND production_date = $2 AND shift_id = $3 AND status = 'open' AND deleted_at IS NULL
             RETURNING version";
    /// Opens every closed line of a shift again; its note stays.
    REOPEN = "UPDATE line_shift SET status = 'open', closed_by = NULL, closed_at = NULL, reopened_by = $4, reopened_at = $5,
                reopened_reason = $6, updated_by = $7, updated_at = $8, version = version + 1
              WHERE client_id = $1 AND production_date = $2 AND shift_id = $3 AND status = 'closed' AND deleted_at IS NULL
              RETURNING version";
}

pub(crate) const LINE_SHIFT: InsertInto = InsertInto {
    table: "line_shift",
    columns: &[
        "client_id",
        "production_date",
        "shift_id",
        "line_id",
        "shift_valid_from",
        "starts_at",
        "ends_at",
        "planned_minutes",
        "planned_stated",
        "crew",
        "crew_stated",
        "target_units",
        "target_stated",
        "status",
        "closed_by",
        "closed_at",
        "handover_note",
        "reopened_by",
        "reopened_at",
        "reopened_reason",
    ],
    stamp: Stamp::Full,
};

/// A line shift that was opened.
#[derive(Debug, Clone)]
pub(crate) struct LineShift {
    /// Who closed it, if it is closed.
    pub(crate) closed_by: Option<String>,
}

impl FromCells for LineShift {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        let closed = cells.text()? == "closed";
        Ok(Self { closed_by: cells.text_opt()?.filter(|_| closed) })
    }
}

/// One line shift, if it was opened.
pub(crate) async fn find(tx: &mut impl Look, key: &LineShiftKey) -> Result<Option<LineShift>, StoreError> {
    tx.optional(ONE, args![&key.client_id, key.production_date, &key.shift_id, &key.line_id]).await
}

/// Opens a line shift with the defaults of its pattern, or gives the one that is open already.
pub(crate) async fn open(
    tx: &mut WriteTx,
    key: &LineShiftKey,
    shift: &Shift,
    window: &ShiftWindow,
) -> Result<LineShift, StoreError> {
    if let Some(known) = find(tx, key).await? {
        return Ok(known);
    }
    let row = args![
        &key.client_id,
        key.production_date,
        &key.shift_id,
        &key.line_id,
        shift.valid_from,
        window.starts_at,
        window.ends_at,
        window.planned_minutes,
        false,
        None::<i64>,
        false,
        None::<Units>,
        false,
        "open",
        None::<String>,
        None::<Instant>,
        None::<String>,
        None::<String>,
        None::<Instant>,
        None::<String>
    ];
    tx.insert_one(&LINE_SHIFT, row).await?;
    find(tx, key).await?.ok_or(StoreError::OutOfScope)
}

/// A line that was opened in a shift.
#[derive(Debug, Clone)]
pub(crate) struct OfShift {
    /// The line.
    pub(crate) line_id: LineId,
    /// When the shift began for it.
    pub(crate) starts_at: Instant,
    /// Who closed it, if it is closed.
    pub(crate) closed_by: Option<String>,
    /// What was left for the next shift.
    pub(crate) handover_note: Option<String>,
}

impl FromCells for OfShift {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            line_id: cells.line()?,
            starts_at: cells.instant()?,
            closed_by: cells.text_opt()?,
            handover_note: cells.text_opt()?,
        })
    }
}

/// The lines that were opened in a shift.
pub(crate) async fn of_shift(
    tx: &mut impl Look,
    client: &ClientId,
    date: ProductionDate,
    shift: &ShiftId,
) -> Result<Vec<OfShift>, StoreError> {
    tx.all(OF_SHIFT, args![client, date, shift]).await
}

/// Closes every open line of a shift with a note; gives how many.
pub(crate) async fn close(
    tx: &mut WriteTx,
    client: &ClientId,
    date: ProductionDate,
    shift: &ShiftId,
    note: Option<&CleanText>,
) -> Result<usize, StoreError> {
    let (by, at) = (tx.by().to_owned(), tx.at());
    tx.run(CLOSE, args![client, date, shift, &by, at, note, &by, at]).await
}

/// Opens every closed line of a shift again; gives how many.
pub(crate) async fn reopen(
    tx: &mut WriteTx,
    client: &ClientId,
    date: ProductionDate,
    shift: &ShiftId,
    reason: &CleanText,
) -> Result<usize, StoreError> {
    let (by, at) = (tx.by().to_owned(), tx.at());
    tx.run(REOPEN, args![client, date, shift, &by, at, reason, &by, at]).await
}
