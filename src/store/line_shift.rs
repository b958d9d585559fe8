//! Line shifts: one line running one shift. Planned time, crew and target are kept here once.

use super::error::StoreError;
use super::funnel::{Cells, FromCells, InsertInto, Look, Stamp, WriteTx, args, statements};
use crate::domain::clock::Instant;
use crate::domain::measure::Units;
use crate::domain::shift::{LineShiftKey, Shift, ShiftWindow};

statements! {
    /// One line shift.
    ONE = "SELECT starts_at, ends_at, planned_minutes, planned_stated, crew, target_units, status, closed_by, version
           FROM line_shift
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

/// A line shift as the database has it.
#[derive(Debug, Clone)]
pub(crate) struct LineShift {
    /// First instant.
    pub(crate) starts_at: Instant,
    /// First instant after it.
    pub(crate) ends_at: Instant,
    /// Minutes the line is planned to run, breaks apart.
    pub(crate) planned_minutes: i64,
    /// Whether somebody stated them.
    pub(crate) planned_stated: bool,
    /// People on the line.
    pub(crate) crew: Option<i64>,
    /// Units to be made.
    pub(crate) target_units: Option<Units>,
    /// Whether it is closed, and by whom.
    pub(crate) closed_by: Option<String>,
    /// Its version.
    pub(crate) version: i64,
}

impl FromCells for LineShift {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        let (starts_at, ends_at) = (cells.instant()?, cells.instant()?);
        let (planned_minutes, planned_stated) = (cells.int()?, cells.flag()?);
        let (crew, target_units) = (cells.int_opt()?, cells.units_opt()?);
        let closed = cells.text()? == "closed";
        let closed_by = cells.text_opt()?.filter(|_| closed);
        Ok(Self {
            starts_at,
            ends_at,
            planned_minutes,
            planned_stated,
            crew,
            target_units,
            closed_by,
            version: cells.int()?,
        })
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
