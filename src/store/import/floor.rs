//! Line shifts and what a batch of entries refers to, read in bulk.

use super::{columns, record};
use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::id::{ClientId, LineId, ShiftId};
use crate::store::error::StoreError;
use crate::store::funnel::{Cells, FromCells, Look, WriteTx, args, statements};
use crate::store::master_data::Line;

statements! {
    /// Lines of a client.
    LINES = "SELECT line_id, name, micro_stop_minutes, active FROM production_line
             WHERE client_id = $1 AND deleted_at IS NULL AND line_id IN ($keys)";
    /// Minutes of stops without times, per line shift.
    CLOCKLESS = "WITH named (named_date, named_shift, named_line) AS (VALUES ($key, $key, $key))
                 SELECT d.production_date, d.shift_id, d.line_id, CAST(sum(d.minutes) AS BIGINT)
                 FROM named AS n CROSS JOIN downtime_entry AS d
                 WHERE d.client_id = $1 AND d.production_date = n.named_date AND d.shift_id = n.named_shift
                   AND d.line_id = n.named_line AND d.started_at IS NULL AND d.deleted_at IS NULL
                 GROUP BY d.production_date, d.shift_id, d.line_id";
    /// States the plan of a line shift.
    STATE = "UPDATE line_shift SET planned_minutes = $5, planned_stated = $6, crew = $7, crew_stated = $8,
               target_units = $9, target_stated = $10, updated_by = $11, updated_at = $12, version = version + 1
             WHERE client_id = $1 AND production_date = $2 AND shift_id = $3 AND line_id = $4 RETURNING version";
}

/// Where a line shift of a client is.
pub(crate) type Spot = (ProductionDate, ShiftId, LineId);

record! {
    /// A line shift.
    LineShiftRecord in "line_shift" key 4 named "named_date, named_shift, named_line"
    where "client_id = $1 AND production_date = named_date AND shift_id = named_shift AND line_id = named_line" {
        client_id: ClientId, production_date: ProductionDate, shift_id: ShiftId, line_id: LineId,
        shift_valid_from: ProductionDate, starts_at: Instant, ends_at: Instant, planned_minutes: i64,
        planned_stated: bool, crew: Option<i64>, crew_stated: bool, target_units: Option<i64>, target_stated: bool,
        status: String, closed_by: Option<String>, closed_at: Option<Instant>, handover_note: Option<String>,
        reopened_by: Option<String>, reopened_at: Option<Instant>, reopened_reason: Option<String>,
    }
}

/// Minutes of the stops of a line shift that have no times.
#[derive(Debug, Clone)]
pub(crate) struct Clockless {
    /// The date.
    pub(crate) production_date: ProductionDate,
    /// The shift.
    pub(crate) shift_id: ShiftId,
    /// The line.
    pub(crate) line_id: LineId,
    /// Their minutes.
    pub(crate) minutes: i64,
}

impl FromCells for Clockless {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            production_date: cells.date()?,
            shift_id: cells.shift()?,
            line_id: cells.line()?,
            minutes: cells.int()?,
        })
    }
}

/// The named lines of a client that exist.
pub(crate) async fn lines(tx: &mut impl Look, client: &ClientId, lines: &[LineId]) -> Result<Vec<Line>, StoreError> {
    tx.among(LINES, args![client], columns(lines)).await
}

/// The minutes of stops without times on these line shifts.
pub(crate) async fn clockless(
    tx: &mut impl Look,
    client: &ClientId,
    keys: &[Spot],
) -> Result<Vec<Clockless>, StoreError> {
    tx.among(CLOCKLESS, args![client], columns(keys)).await
}

/// Writes the plan of a line shift.
pub(crate) async fn state(tx: &mut WriteTx, row: &LineShiftRecord) -> Result<(), StoreError> {
    let (by, at) = (tx.by().to_owned(), tx.at());
    let values = args![
        &row.client_id,
        row.production_date,
        &row.shift_id,
        &row.line_id,
        row.planned_minutes,
        row.planned_stated,
        row.crew,
        row.crew_stated,
        row.target_units,
        row.target_stated,
        by,
        at
    ];
    if tx.run(STATE, values).await? == 1 { Ok(()) } else { Err(StoreError::OutOfScope) }
}
