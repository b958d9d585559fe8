//! The sums of line shifts, read for the tallies of `kpi`: three reads of one transaction, put together by key.
//!
//! Read for the KPI panel, the board and everything else that divides. Nothing is cut or divided here.

use super::error::StoreError;
use super::funnel::{Cells, FromCells, Look, args, statements};
use super::master_data::spelled;
use crate::domain::clock::Instant;
use crate::domain::downtime::Loss;
use crate::domain::id::{ClientId, LineId, NO_SHIFT, ProductId, ShiftId};
use crate::domain::scope::ScopedClient;
use crate::domain::shift::LineShiftKey;
use crate::kpi::elapsed::ShiftTime;
use crate::kpi::{LineShiftSums, RunningStop, Window};
use std::collections::BTreeMap;

statements! {
    /// The clients in view.
    CLIENTS = "SELECT client_id, name, time_zone FROM client ORDER BY client_id";
    /// The line shifts of a window.
    LINE_SHIFTS = "SELECT client_id, production_date, shift_id, line_id, starts_at, ends_at, planned_minutes, crew, target_units
                   FROM line_shift
                   WHERE production_date BETWEEN $1 AND $2 AND ($3 IS NULL OR line_id = $3)
                     AND ($4 IS NULL OR shift_id = $4) AND deleted_at IS NULL";
    /// What was counted in each of them.
    UNITS = "SELECT client_id, production_date, shift_id, line_id,
                    CAST(sum(units) AS BIGINT), CAST(sum(defects) AS BIGINT), CAST(sum(scrap) AS BIGINT),
                    CAST(sum(rework) AS BIGINT), CAST(sum(startup_defects) AS BIGINT),
                    CAST(coalesce(sum(units * ideal_cycle_ms), 0) AS BIGINT),
                    CAST(coalesce(sum(units * labour_standard_ms), 0) AS BIGINT),
                    CAST(coalesce(sum(units) FILTER (WHERE ideal_cycle_ms IS NULL), 0) AS BIGINT),
                    CAST(coalesce(sum(units) FILTER (WHERE labour_standard_ms IS NULL), 0) AS BIGINT),
                    CAST(coalesce(sum(units) FILTER (WHERE standard_source = 'history'), 0) AS BIGINT)
             FROM production_entry
             WHERE production_date BETWEEN $1 AND $2 AND ($3 IS NULL OR line_id = $3)
               AND ($4 IS NULL OR shift_id = $4) AND deleted_at IS NULL
             GROUP BY client_id, production_date, shift_id, line_id";
    /// The stops of each of them that have ended, in three kinds; each stop is one where it is counted.
    STOPS = "SELECT client_id, production_date, shift_id, line_id,
                    CAST(coalesce(sum(minutes) FILTER (WHERE loss = 'planned'), 0) AS BIGINT),
                    CAST(coalesce(sum(minutes) FILTER (WHERE loss <> 'planned' AND micro_stop = 0), 0) AS BIGINT),
                    count(*) FILTER (WHERE loss <> 'planned' AND micro_stop = 0 AND counted = 1),
                    CAST(coalesce(sum(minutes) FILTER (WHERE micro_stop = 1), 0) AS BIGINT),
                    count(*) FILTER (WHERE micro_stop = 1 AND counted = 1)
             FROM downtime_entry
             WHERE production_date BETWEEN $1 AND $2 AND ($3 IS NULL OR line_id = $3)
               AND ($4 IS NULL OR shift_id = $4) AND minutes IS NOT NULL AND deleted_at IS NULL
             GROUP BY client_id, production_date, shift_id, line_id";
    /// The stops that run, since whenever: they reach into every later line shift of their line. In these words
    /// their own index finds them; a date would send the planner through all stops.
    RUNNING_STOPS = "SELECT client_id, production_date, shift_id, line_id, started_at, loss, counted
                     FROM downtime_entry WHERE minutes IS NULL AND deleted_at IS NULL";
    /// What was counted of each product of each client.
    UNITS_BY_PRODUCT = "SELECT client_id, product_id,
                               CAST(sum(units) AS BIGINT), CAST(sum(defects) AS BIGINT), CAST(sum(scrap) AS BIGINT),
                               CAST(sum(rework) AS BIGINT), CAST(sum(startup_defects) AS BIGINT)
                        FROM production_entry
                        WHERE production_date BETWEEN $1 AND $2 AND ($3 IS NULL OR line_id = $3)
                          AND ($4 IS NULL OR shift_id = $4) AND deleted_at IS NULL
                        GROUP BY client_id, product_id";
    /// What was counted of one product in each line shift.
    UNITS_OF_PRODUCT = "SELECT client_id, production_date, shift_id, line_id,
                               CAST(sum(units) AS BIGINT), CAST(sum(defects) AS BIGINT), CAST(sum(scrap) AS BIGINT),
                               CAST(sum(rework) AS BIGINT), CAST(sum(startup_defects) AS BIGINT)
                        FROM production_entry
                        WHERE production_date BETWEEN $1 AND $2 AND ($3 IS NULL OR line_id = $3)
                          AND ($4 IS NULL OR shift_id = $4) AND product_id = $5 AND deleted_at IS NULL
                        GROUP BY client_id, production_date, shift_id, line_id";
    /// Whether a client of the scope has, or had, a line of this name.
    LINE_IS_KNOWN = "SELECT count(*) FROM production_line WHERE line_id = $1";
    /// Whether the plant has, or had, a shift of this name.
    SHIFT_IS_KNOWN = "SELECT count(*) FROM shift WHERE shift_id = $1";
    /// Whether a client of the scope is, or was, linked to a product.
    PRODUCT_IS_KNOWN = "SELECT count(*) FROM client_product WHERE product_id = $1";
}

/// Which line shifts are read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Selection<'a> {
    /// Their production dates.
    pub(crate) window: Window,
    /// Only lines of this name.
    pub(crate) line_id: Option<&'a LineId>,
    /// Only this shift.
    pub(crate) shift_id: Option<&'a ShiftId>,
}

/// What was made of one product for one client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MadeOfProduct {
    /// The client.
    pub(crate) client_id: ClientId,
    /// The product.
    pub(crate) product_id: ProductId,
    /// The figures.
    pub(crate) made: Made,
}

/// What was made in one line shift.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MadeInLineShift {
    /// Where.
    pub(crate) line_shift: LineShiftKey,
    /// The figures.
    pub(crate) made: Made,
}

/// Sums of counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Made {
    /// Units, good or not.
    pub(crate) units: i64,
    /// Units that were not right.
    pub(crate) defects: i64,
    /// Defects that were scrapped.
    pub(crate) scrap: i64,
    /// Defects that were reworked.
    pub(crate) rework: i64,
    /// Defects made while starting up.
    pub(crate) startup_defects: i64,
}

struct Units {
    line_shift: LineShiftKey,
    made: Made,
    earned_millis: i64,
    labour_millis: i64,
    without_cycle: i64,
    without_labour_standard: i64,
    inferred: i64,
}

struct Stops {
    line_shift: LineShiftKey,
    planned_minutes: i64,
    unplanned: (i64, i64),
    micro: (i64, i64),
}

struct Running {
    line_shift: LineShiftKey,
    started_at: Instant,
    loss: Loss,
    counted: bool,
}

fn key(cells: &mut Cells<'_>) -> Result<LineShiftKey, StoreError> {
    Ok(LineShiftKey {
        client_id: cells.client()?,
        production_date: cells.date()?,
        shift_id: cells.shift()?,
        line_id: cells.line()?,
    })
}

fn made(cells: &mut Cells<'_>) -> Result<Made, StoreError> {
    Ok(Made {
        units: cells.int()?,
        defects: cells.int()?,
        scrap: cells.int()?,
        rework: cells.int()?,
        startup_defects: cells.int()?,
    })
}

impl FromCells for LineShiftSums {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        let LineShiftKey { client_id, production_date, shift_id, line_id } = key(cells)?;
        let time = ShiftTime { starts_at: cells.instant()?, ends_at: cells.instant()? };
        Ok(Self {
            planned_minutes: cells.int()?,
            crew: cells.int_opt()?,
            target_units: cells.int_opt()?,
            ..Self::empty(client_id, line_id, shift_id, production_date, time)
        })
    }
}

impl FromCells for MadeOfProduct {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self { client_id: cells.client()?, product_id: cells.product()?, made: made(cells)? })
    }
}

impl FromCells for MadeInLineShift {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self { line_shift: key(cells)?, made: made(cells)? })
    }
}

impl FromCells for Units {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            line_shift: key(cells)?,
            made: made(cells)?,
            earned_millis: cells.int()?,
            labour_millis: cells.int()?,
            without_cycle: cells.int()?,
            without_labour_standard: cells.int()?,
            inferred: cells.int()?,
        })
    }
}

impl FromCells for Stops {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            line_shift: key(cells)?,
            planned_minutes: cells.int()?,
            unplanned: (cells.int()?, cells.int()?),
            micro: (cells.int()?, cells.int()?),
        })
    }
}

impl FromCells for Running {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            line_shift: key(cells)?,
            started_at: cells.instant()?,
            loss: spelled(&cells.text()?, Loss::parse)?,
            counted: cells.flag()?,
        })
    }
}

impl Units {
    fn add_to(&self, sums: &mut LineShiftSums) {
        let Made { units, defects, scrap, rework, startup_defects } = self.made;
        (sums.units, sums.defects, sums.scrap, sums.rework) = (units, defects, scrap, rework);
        sums.startup_defects = startup_defects;
        (sums.earned_millis, sums.labour_millis) = (self.earned_millis, self.labour_millis);
        sums.units_without_cycle = self.without_cycle;
        sums.units_without_labour_standard = self.without_labour_standard;
        sums.units_inferred = self.inferred;
    }
}

impl Stops {
    fn add_to(&self, sums: &mut LineShiftSums) {
        sums.planned_stop_minutes = self.planned_minutes;
        (sums.unplanned_stop_minutes, sums.unplanned_stops) = self.unplanned;
        (sums.micro_stop_minutes, sums.micro_stops) = self.micro;
    }
}

impl Running {
    /// This stop as a line shift has it: where it began, and in every later one of the line. Not in a later
    /// reserved one: that spans the hours of the day's shifts too, which would count the same minutes again.
    fn within(&self, key: &LineShiftKey, sums: &LineShiftSums) -> Option<RunningStop> {
        let began_here = *key == self.line_shift;
        let is_later = sums.starts_at > self.started_at && key.shift_id.as_str() != NO_SHIFT;
        (began_here || is_later).then_some(RunningStop {
            started_at: self.started_at,
            loss: self.loss,
            is_continued: !(began_here && self.counted),
        })
    }
}

/// The sums of every line shift selected, by client, date, shift and line.
pub(crate) async fn line_shifts(
    tx: &mut impl Look,
    selection: Selection<'_>,
) -> Result<Vec<LineShiftSums>, StoreError> {
    let Selection { window, line_id, shift_id } = selection;
    let filter = || args![window.from(), window.to(), line_id, shift_id];
    let mut sums: BTreeMap<LineShiftKey, LineShiftSums> =
        tx.all(LINE_SHIFTS, filter()).await?.into_iter().map(|row: LineShiftSums| (row.key(), row)).collect();
    for units in tx.all::<Units>(UNITS, filter()).await? {
        if let Some(row) = sums.get_mut(&units.line_shift) {
            units.add_to(row);
        }
    }
    for stops in tx.all::<Stops>(STOPS, filter()).await? {
        if let Some(row) = sums.get_mut(&stops.line_shift) {
            stops.add_to(row);
        }
    }
    let running: Vec<Running> = tx.all(RUNNING_STOPS, args![]).await?;
    add_running(&mut sums, &running);
    Ok(sums.into_values().collect())
}

fn add_running(sums: &mut BTreeMap<LineShiftKey, LineShiftSums>, running: &[Running]) {
    let mut of_line: BTreeMap<(&ClientId, &LineId), Vec<&Running>> = BTreeMap::new();
    for stop in running {
        of_line.entry((&stop.line_shift.client_id, &stop.line_shift.line_id)).or_default().push(stop);
    }
    if of_line.is_empty() {
        return;
    }
    for (key, row) in sums {
        for stop in of_line.get(&(&key.client_id, &key.line_id)).into_iter().flatten() {
            row.running_stops.extend(stop.within(key, row));
        }
    }
}

/// What was made of each product of each client in the line shifts selected.
pub(crate) async fn by_product(tx: &mut impl Look, selection: Selection<'_>) -> Result<Vec<MadeOfProduct>, StoreError> {
    let Selection { window, line_id, shift_id } = selection;
    tx.all(UNITS_BY_PRODUCT, args![window.from(), window.to(), line_id, shift_id]).await
}

/// What was made of one product in each line shift selected.
pub(crate) async fn of_product(
    tx: &mut impl Look,
    selection: Selection<'_>,
    product_id: &ProductId,
) -> Result<Vec<MadeInLineShift>, StoreError> {
    let Selection { window, line_id, shift_id } = selection;
    tx.all(UNITS_OF_PRODUCT, args![window.from(), window.to(), line_id, shift_id, product_id]).await
}

/// The clients that exist for the session now, which may be fewer than when it logged in.
pub(crate) async fn clients(tx: &mut impl Look) -> Result<Vec<ScopedClient>, StoreError> {
    tx.all(CLIENTS, args![]).await
}

/// Whether any client of the scope has, or had, a line of this name.
pub(crate) async fn line_is_known(tx: &mut impl Look, line_id: &LineId) -> Result<bool, StoreError> {
    Ok(tx.one::<i64>(LINE_IS_KNOWN, args![line_id]).await? > 0)
}

/// Whether the plant has, or had, a shift of this name.
pub(crate) async fn shift_is_known(tx: &mut impl Look, shift_id: &ShiftId) -> Result<bool, StoreError> {
    Ok(tx.one::<i64>(SHIFT_IS_KNOWN, args![shift_id]).await? > 0)
}

/// Whether any client of the scope makes, or made, a product.
pub(crate) async fn product_is_known(tx: &mut impl Look, product_id: &ProductId) -> Result<bool, StoreError> {
    Ok(tx.one::<i64>(PRODUCT_IS_KNOWN, args![product_id]).await? > 0)
}

#[cfg(test)]
mod tests;
