//! What the shift board shows: the present line shifts, what was made in them, what stops and what is held.

use super::error::StoreError;
use super::funnel::{Cells, FromCells, Look, args, statements};
use super::master_data::spelled;
use super::sign_off::{self, Signed};
use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::downtime::Loss;
use crate::domain::hold::HoldStatus;
use crate::domain::id::{ClientId, Code, EntryId, LineId, ProductId, WorkOrderId};
use crate::domain::measure::Units;
use crate::domain::shift::LineShiftKey;

statements! {
    /// Active lines of the scope.
    LINES = "SELECT client_id, line_id, name FROM production_line WHERE active = 1 AND deleted_at IS NULL
             ORDER BY client_id, line_id";
    /// Line shifts of some days.
    LINE_SHIFTS = "SELECT client_id, production_date, shift_id, line_id, status FROM line_shift
                   WHERE production_date BETWEEN $1 AND $2 AND deleted_at IS NULL";
    /// What was made per line shift and hour since its start; no hour for counts without a time.
    MADE = "SELECT p.client_id, p.production_date, p.shift_id, p.line_id, (p.counted_at - s.starts_at) / 3600000,
                   CAST(sum(p.units) AS BIGINT), max(p.counted_at),
                   CAST(sum(CASE WHEN p.estimated = 1 THEN p.units ELSE 0 END) AS BIGINT)
            FROM line_shift AS s
            JOIN production_entry AS p ON p.client_id = s.client_id AND p.production_date = s.production_date
                                      AND p.shift_id = s.shift_id AND p.line_id = s.line_id
            WHERE s.production_date BETWEEN $1 AND $2 AND s.deleted_at IS NULL AND p.deleted_at IS NULL
            GROUP BY p.client_id, p.production_date, p.shift_id, p.line_id, (p.counted_at - s.starts_at) / 3600000";
    /// The product and order last counted on each line in some days.
    LAST_COUNTS = "SELECT client_id, line_id, product_id, work_order_id FROM (
                     SELECT client_id, line_id, product_id, work_order_id, row_number() OVER (
                       PARTITION BY client_id, line_id ORDER BY counted_at DESC NULLS LAST, entry_id DESC) AS place
                     FROM production_entry WHERE production_date BETWEEN $1 AND $2 AND deleted_at IS NULL) AS counted
                   WHERE place = 1";
    /// Stops of some days.
    STOPS = "SELECT d.client_id, d.production_date, d.shift_id, d.line_id, d.entry_id, d.reason, r.name, d.loss, d.started_at,
                    d.ended_at, d.minutes
             FROM downtime_entry AS d JOIN downtime_reason AS r ON r.client_id = d.client_id AND r.code = d.reason
             WHERE d.production_date BETWEEN $1 AND $2 AND d.deleted_at IS NULL
             ORDER BY d.client_id, d.started_at, d.entry_id";
    /// Stops that run, whenever they began.
    RUNNING = "SELECT d.client_id, d.production_date, d.shift_id, d.line_id, d.entry_id, d.reason, r.name, d.loss, d.started_at,
                      d.ended_at, d.minutes
               FROM downtime_entry AS d JOIN downtime_reason AS r ON r.client_id = d.client_id AND r.code = d.reason
               WHERE d.minutes IS NULL AND d.started_at IS NOT NULL AND d.ended_at IS NULL AND d.deleted_at IS NULL
               ORDER BY d.client_id, d.started_at, d.entry_id";
    /// Holds that wait for somebody, the oldest first.
    HOLDS = "SELECT h.client_id, h.hold_id, h.work_order_id, r.name, h.quantity, h.status,
                    coalesce(h.hold_from, h.requested_at, h.created_at) AS since
             FROM hold_entry AS h JOIN hold_reason AS r ON r.client_id = h.client_id AND r.code = h.reason
             WHERE h.released_at IS NULL AND h.status IN ('requested', 'on_hold', 'release_requested') AND h.deleted_at IS NULL
             ORDER BY since, h.client_id, h.hold_id";
}

/// An active line.
#[derive(Debug, Clone)]
pub(crate) struct BoardLine {
    /// Its client.
    pub(crate) client_id: ClientId,
    /// Its key.
    pub(crate) line_id: LineId,
    /// Its name.
    pub(crate) name: String,
}

impl FromCells for BoardLine {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self { client_id: cells.client()?, line_id: cells.line()?, name: cells.text()? })
    }
}

/// A line shift that was opened.
#[derive(Debug, Clone)]
pub(crate) struct BoardShift {
    /// Which one.
    pub(crate) key: LineShiftKey,
    /// Whether it is closed.
    pub(crate) closed: bool,
}

fn key(cells: &mut Cells<'_>) -> Result<LineShiftKey, StoreError> {
    Ok(LineShiftKey {
        client_id: cells.client()?,
        production_date: cells.date()?,
        shift_id: cells.shift()?,
        line_id: cells.line()?,
    })
}

impl FromCells for BoardShift {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self { key: key(cells)?, closed: cells.text()? == "closed" })
    }
}

/// What was made in one hour of a line shift.
#[derive(Debug, Clone)]
pub(crate) struct Made {
    /// In which line shift.
    pub(crate) key: LineShiftKey,
    /// Whole hours since its start.
    pub(crate) hour: Option<i64>,
    /// Units.
    pub(crate) units: Units,
    /// The last count's time.
    pub(crate) last_at: Option<Instant>,
    /// Units of counts that stand in for figures that are not to be had.
    pub(crate) estimated: Units,
}

impl FromCells for Made {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            key: key(cells)?,
            hour: cells.int_opt()?,
            units: cells.units()?,
            last_at: cells.instant_opt()?,
            estimated: cells.units()?,
        })
    }
}

/// What a line last counted.
#[derive(Debug, Clone)]
pub(crate) struct LastMade {
    /// The client.
    pub(crate) client_id: ClientId,
    /// The line.
    pub(crate) line_id: LineId,
    /// The product.
    pub(crate) product_id: ProductId,
    /// The order.
    pub(crate) work_order_id: Option<WorkOrderId>,
}

impl FromCells for LastMade {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            client_id: cells.client()?,
            line_id: cells.line()?,
            product_id: cells.product()?,
            work_order_id: cells.order_opt()?,
        })
    }
}

/// A stop on the board.
#[derive(Debug, Clone)]
pub(crate) struct BoardStop {
    /// In which line shift it began.
    pub(crate) key: LineShiftKey,
    /// The entry.
    pub(crate) entry_id: EntryId,
    /// Its reason.
    pub(crate) reason: Code,
    /// The reason's name.
    pub(crate) reason_name: String,
    /// Its loss.
    pub(crate) loss: Loss,
    /// When it began; none where only its minutes are known.
    pub(crate) started_at: Option<Instant>,
    /// When it ended.
    pub(crate) ended_at: Option<Instant>,
    /// Its minutes once it is over.
    pub(crate) minutes: Option<i64>,
}

impl FromCells for BoardStop {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            key: key(cells)?,
            entry_id: EntryId(cells.id()?),
            reason: cells.code()?,
            reason_name: cells.text()?,
            loss: spelled(&cells.text()?, Loss::parse)?,
            started_at: cells.instant_opt()?,
            ended_at: cells.instant_opt()?,
            minutes: cells.int_opt()?,
        })
    }
}

/// A hold on the board.
#[derive(Debug, Clone)]
pub(crate) struct BoardHold {
    /// The client.
    pub(crate) client_id: ClientId,
    /// The hold.
    pub(crate) hold_id: EntryId,
    /// The order.
    pub(crate) work_order_id: WorkOrderId,
    /// The reason's name.
    pub(crate) reason_name: String,
    /// How much.
    pub(crate) quantity: Units,
    /// Where it is.
    pub(crate) status: HoldStatus,
    /// Since when.
    pub(crate) since: Instant,
}

impl FromCells for BoardHold {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            client_id: cells.client()?,
            hold_id: EntryId(cells.id()?),
            work_order_id: cells.order()?,
            reason_name: cells.text()?,
            quantity: cells.units()?,
            status: spelled(&cells.text()?, HoldStatus::parse)?,
            since: cells.instant()?,
        })
    }
}

/// Everything the board is made of, read in one transaction.
#[derive(Debug, Clone)]
pub(crate) struct BoardRows {
    /// Active lines.
    pub(crate) lines: Vec<BoardLine>,
    /// Line shifts of the days.
    pub(crate) shifts: Vec<BoardShift>,
    /// What was made in them, by hour.
    pub(crate) made: Vec<Made>,
    /// What each line last counted.
    pub(crate) last: Vec<LastMade>,
    /// Stops of the days.
    pub(crate) stops: Vec<BoardStop>,
    /// Hours of the days that were signed.
    pub(crate) signed: Vec<Signed>,
    /// Stops that run.
    pub(crate) running: Vec<BoardStop>,
    /// Holds that wait.
    pub(crate) holds: Vec<BoardHold>,
}

/// Reads the board of the production dates from `from` to `to`.
pub(crate) async fn rows(
    tx: &mut impl Look,
    from: ProductionDate,
    to: ProductionDate,
) -> Result<BoardRows, StoreError> {
    Ok(BoardRows {
        lines: tx.all(LINES, args![]).await?,
        shifts: tx.all(LINE_SHIFTS, args![from, to]).await?,
        made: tx.all(MADE, args![from, to]).await?,
        last: tx.all(LAST_COUNTS, args![from, to]).await?,
        stops: tx.all(STOPS, args![from, to]).await?,
        signed: sign_off::of_days(tx, from, to).await?,
        running: tx.all(RUNNING, args![]).await?,
        holds: tx.all(HOLDS, args![]).await?,
    })
}

/// The stops that run now.
pub(crate) async fn running(tx: &mut impl Look) -> Result<Vec<BoardStop>, StoreError> {
    tx.all(RUNNING, args![]).await
}
