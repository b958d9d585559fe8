//! What a shift has and lacks when it is handed over.

use super::error::StoreError;
use super::funnel::{Cells, FromCells, Look, args, statements};
use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::id::{ClientId, Code, LineId, ShiftId};

statements! {
    /// The line shifts of some days that were opened, the newest first.
    OPENED = "SELECT production_date, shift_id, starts_at, ends_at, closed_by, handover_note, reopened_by,
                     reopened_reason
              FROM line_shift WHERE client_id = $1 AND production_date BETWEEN $2 AND $3 AND deleted_at IS NULL
              ORDER BY starts_at DESC, shift_id, line_id";
    /// Counts of a shift by line, and how many of them are estimated.
    COUNTED = "SELECT line_id, CAST(count(*) AS BIGINT), CAST(sum(estimated) AS BIGINT) FROM production_entry
               WHERE client_id = $1 AND production_date = $2 AND shift_id = $3 AND deleted_at IS NULL GROUP BY line_id";
    /// Stops of a shift that nobody has given a reason.
    WITHOUT_REASON = "SELECT CAST(count(*) AS BIGINT) FROM downtime_entry
                      WHERE client_id = $1 AND production_date = $2 AND shift_id = $3 AND reason = $4 AND counted = 1
                        AND deleted_at IS NULL";
    /// Holds that wait for a decision.
    UNDECIDED = "SELECT CAST(count(*) AS BIGINT) FROM hold_entry
                 WHERE client_id = $1 AND released_at IS NULL AND status IN ('requested', 'release_requested')
                   AND deleted_at IS NULL";
    /// People whose attendance of a shift was taken.
    ATTENDANCE = "SELECT CAST(count(*) AS BIGINT) FROM attendance_entry
                  WHERE client_id = $1 AND production_date = $2 AND shift_id = $3 AND deleted_at IS NULL";
    /// People of the client.
    PEOPLE = "SELECT CAST(count(*) AS BIGINT) FROM employee_client_assignment
              WHERE client_id = $1 AND active = 1 AND deleted_at IS NULL";
}

/// A line shift that was opened.
#[derive(Debug, Clone)]
pub(crate) struct Opened {
    /// The date it began.
    pub(crate) production_date: ProductionDate,
    /// The shift.
    pub(crate) shift_id: ShiftId,
    /// Its start.
    pub(crate) starts_at: Instant,
    /// Its end.
    pub(crate) ends_at: Instant,
    /// Who closed it, if it is closed.
    pub(crate) closed_by: Option<String>,
    /// What was left for the next shift.
    pub(crate) handover_note: Option<String>,
    /// Who reopened it.
    pub(crate) reopened_by: Option<String>,
    /// Why.
    pub(crate) reopened_reason: Option<String>,
}

impl FromCells for Opened {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            production_date: cells.date()?,
            shift_id: cells.shift()?,
            starts_at: cells.instant()?,
            ends_at: cells.instant()?,
            closed_by: cells.text_opt()?,
            handover_note: cells.text_opt()?,
            reopened_by: cells.text_opt()?,
            reopened_reason: cells.text_opt()?,
        })
    }
}

/// The counts of one line.
#[derive(Debug, Clone)]
pub(crate) struct Counted {
    /// The line.
    pub(crate) line_id: LineId,
    /// How many.
    pub(crate) counts: i64,
    /// How many of them stand in for figures that are not to be had.
    pub(crate) estimated: i64,
}

impl FromCells for Counted {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self { line_id: cells.line()?, counts: cells.int()?, estimated: cells.int()? })
    }
}

/// The line shifts of some days, the newest first.
pub(crate) async fn opened(
    tx: &mut impl Look,
    client: &ClientId,
    from: ProductionDate,
    to: ProductionDate,
) -> Result<Vec<Opened>, StoreError> {
    tx.all(OPENED, args![client, from, to]).await
}

/// What a shift has.
#[derive(Debug, Clone)]
pub(crate) struct Content {
    /// Counts by line.
    pub(crate) counted: Vec<Counted>,
    /// Stops without a reason.
    pub(crate) without_reason: i64,
    /// Holds of the client that wait for a decision.
    pub(crate) undecided: i64,
    /// People whose attendance was taken.
    pub(crate) attendance: i64,
    /// People of the client.
    pub(crate) people: i64,
}

/// What a shift has, of all that a close asks for.
pub(crate) async fn content(
    tx: &mut impl Look,
    client: &ClientId,
    (date, shift): (ProductionDate, &ShiftId),
    unclassified: &Code,
) -> Result<Content, StoreError> {
    Ok(Content {
        counted: tx.all(COUNTED, args![client, date, shift]).await?,
        without_reason: tx.one(WITHOUT_REASON, args![client, date, shift, unclassified]).await?,
        undecided: tx.one(UNDECIDED, args![client]).await?,
        attendance: tx.one(ATTENDANCE, args![client, date, shift]).await?,
        people: tx.one(PEOPLE, args![client]).await?,
    })
}
