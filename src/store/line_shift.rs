//! Line shifts: one line running one shift. Planned time, crew and target are kept here once.

use super::error::StoreError;
use super::funnel::{Cells, FromCells, InsertInto, Look, Stamp, WriteTx, args, statements};
use crate::domain::clock::Instant;
use crate::domain::measure::Units;
use crate::domain::shift::{LineShiftKey, Shift, ShiftWindow};

statements! {
    /// Whether a line shift was opened, and who closed it.
    ONE = "SELECT status, closed_by FROM line_shift
           WHERE client_id = $1 AND production_date = $2 AND shift_id = $3 AND line_id = $4 AND deleted_at IS NULL";
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
