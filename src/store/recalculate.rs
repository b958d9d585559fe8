//! Past entries with what they were classified and valued as, beside what today's catalogue, standards and opportunities
//! say: only those that differ are read, and changed.

use super::error::StoreError;
use super::funnel::{Cells, FromCells, Look, Value, WriteTx, args, statements};
use super::master_data::spelled;
use crate::domain::clock::ProductionDate;
use crate::domain::downtime::Loss;
use crate::domain::id::{ClientId, EntryId, ProductId};
use crate::domain::measure::Millis;
use crate::domain::production::StandardSource;
use crate::domain::standard::{ProductStandard, Standards};
use crate::kpi::Window;

statements! {
    /// Stops that lie in a window, with all their parts, the loss of their reason and the limit of their line.
    STOPS = "SELECT e.entry_id, e.loss, e.micro_stop, e.classified_minutes, r.loss, l.micro_stop_minutes
             FROM downtime_entry AS e
             JOIN downtime_reason AS r ON r.client_id = e.client_id AND r.code = e.reason
             JOIN production_line AS l ON l.client_id = e.client_id AND l.line_id = e.line_id
             WHERE e.client_id = $1 AND e.deleted_at IS NULL AND e.stop_id IN (
               SELECT o.stop_id FROM downtime_entry AS o
               WHERE o.client_id = $1 AND o.production_date BETWEEN $2 AND $3 AND o.deleted_at IS NULL)";
    /// Changes what stops are classified as.
    SET_STOPS = "UPDATE downtime_entry SET loss = $2, micro_stop = $3, updated_by = $4, updated_at = $5, version = version + 1
                 WHERE client_id = $1 AND entry_id IN ($keys) RETURNING version";
    /// Counts of a window by date, with the cycle of their order and the standards of their product.
    COUNTS = "SELECT e.entry_id, e.production_date, e.product_id, e.ideal_cycle_ms, e.labour_standard_ms,
                     e.standard_source, w.ideal_cycle_ms, p.ideal_cycle_ms, p.labour_standard_ms, p.standard_crew
              FROM production_entry AS e
              JOIN product AS p ON p.product_id = e.product_id
              LEFT JOIN work_order AS w ON w.client_id = e.client_id AND w.work_order_id = e.work_order_id
              WHERE e.client_id = $1 AND e.production_date BETWEEN $2 AND $3 AND e.deleted_at IS NULL
              ORDER BY e.production_date, e.entry_id";
    /// Changes what counts are valued by.
    SET_COUNTS = "UPDATE production_entry SET ideal_cycle_ms = $2, labour_standard_ms = $3, standard_source = $4,
                    updated_by = $5, updated_at = $6, version = version + 1
                  WHERE client_id = $1 AND entry_id IN ($keys) RETURNING version";
    /// Inspections of a window whose part has another number of opportunities now.
    INSPECTIONS = "SELECT e.entry_id, e.opportunities_per_unit, o.opportunities_per_unit
                   FROM quality_entry AS e
                   LEFT JOIN part_opportunities AS o
                     ON o.client_id = e.client_id AND o.part_number = e.part_number AND o.deleted_at IS NULL
                   WHERE e.client_id = $1 AND e.production_date BETWEEN $2 AND $3 AND e.deleted_at IS NULL
                     AND e.opportunities_per_unit IS DISTINCT FROM o.opportunities_per_unit";
    /// Changes the opportunities of inspections.
    SET_INSPECTIONS = "UPDATE quality_entry SET opportunities_per_unit = $2, updated_by = $3, updated_at = $4,
                         version = version + 1
                       WHERE client_id = $1 AND entry_id IN ($keys) RETURNING version";
    /// Attendance of a window whose type of absence counts otherwise now.
    ABSENCES = "SELECT e.production_date, e.shift_id, e.employee_number, e.version, e.absence_counts, a.counts
                FROM attendance_entry AS e
                JOIN absence_type AS a ON a.client_id = e.client_id AND a.code = e.absence_type
                WHERE e.client_id = $1 AND e.production_date BETWEEN $2 AND $3 AND e.deleted_at IS NULL
                  AND e.absence_counts <> a.counts";
    /// Changes whether an absence counts.
    SET_ABSENCE = "UPDATE attendance_entry SET absence_counts = $6, updated_by = $7, updated_at = $8, version = version + 1
                   WHERE client_id = $1 AND production_date = $2 AND shift_id = $3 AND employee_number = $4 AND version = $5
                   RETURNING version";
}

/// A stop as it was classified, and what decides it now.
#[derive(Debug, Clone)]
pub(crate) struct ClassifiedStop {
    /// The entry.
    pub(crate) entry_id: EntryId,
    /// Its loss and whether it is a micro-stop, as stored.
    pub(crate) stored: (Loss, bool),
    /// The minutes of the whole stop, once it has ended.
    pub(crate) classified_minutes: Option<i64>,
    /// The loss of its reason now.
    pub(crate) loss: Loss,
    /// The limit of its line now.
    pub(crate) micro_stop_minutes: i64,
}

/// A count as it was valued, and what decides it now.
#[derive(Debug, Clone)]
pub(crate) struct ValuedCount {
    /// The entry.
    pub(crate) entry_id: EntryId,
    /// Its date.
    pub(crate) date: ProductionDate,
    /// Its product.
    pub(crate) product_id: ProductId,
    /// Its standards, as stored.
    pub(crate) stored: Standards,
    /// The cycle of its order now.
    pub(crate) order_cycle: Option<Millis>,
    /// The standards of its product now.
    pub(crate) product: ProductStandard,
}

/// An inspection, its opportunities as stored and as they are now.
#[derive(Debug, Clone)]
pub(crate) struct ChangedInspection {
    /// The entry.
    pub(crate) entry_id: EntryId,
    /// As stored.
    pub(crate) before: Option<i64>,
    /// As they are now.
    pub(crate) after: Option<i64>,
}

/// An absence, whether it counts as stored and now.
#[derive(Debug, Clone)]
pub(crate) struct ChangedAbsence {
    /// Date, shift and the client's number for the person.
    pub(crate) key: (ProductionDate, String, String),
    version: i64,
    /// As stored.
    pub(crate) before: bool,
    /// Now.
    pub(crate) after: bool,
}

impl FromCells for ClassifiedStop {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            entry_id: EntryId(cells.id()?),
            stored: (spelled(&cells.text()?, Loss::parse)?, cells.flag()?),
            classified_minutes: cells.int_opt()?,
            loss: spelled(&cells.text()?, Loss::parse)?,
            micro_stop_minutes: cells.int()?,
        })
    }
}

impl FromCells for ValuedCount {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            entry_id: EntryId(cells.id()?),
            date: cells.date()?,
            product_id: cells.product()?,
            stored: Standards {
                ideal_cycle: cells.millis_opt()?,
                labour_standard: cells.millis_opt()?,
                source: spelled(&cells.text()?, StandardSource::parse)?,
            },
            order_cycle: cells.millis_opt()?,
            product: ProductStandard {
                ideal_cycle: cells.millis_opt()?,
                labour_standard: cells.millis_opt()?,
                standard_crew: cells.int()?,
            },
        })
    }
}

impl FromCells for ChangedInspection {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self { entry_id: EntryId(cells.id()?), before: cells.int_opt()?, after: cells.int_opt()? })
    }
}

impl FromCells for ChangedAbsence {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            key: (cells.date()?, cells.text()?, cells.text()?),
            version: cells.int()?,
            before: cells.flag()?,
            after: cells.flag()?,
        })
    }
}

/// The stops of a window.
pub(crate) async fn stops(
    tx: &mut impl Look,
    client: &ClientId,
    window: Window,
) -> Result<Vec<ClassifiedStop>, StoreError> {
    tx.all(STOPS, args![client, window.from(), window.to()]).await
}

/// The counts of a window, by date.
pub(crate) async fn counts(
    tx: &mut impl Look,
    client: &ClientId,
    window: Window,
) -> Result<Vec<ValuedCount>, StoreError> {
    tx.all(COUNTS, args![client, window.from(), window.to()]).await
}

/// The inspections of a window whose opportunities are others now.
pub(crate) async fn inspections(
    tx: &mut impl Look,
    client: &ClientId,
    window: Window,
) -> Result<Vec<ChangedInspection>, StoreError> {
    tx.all(INSPECTIONS, args![client, window.from(), window.to()]).await
}

/// The absences of a window that count otherwise now.
pub(crate) async fn absences(
    tx: &mut impl Look,
    client: &ClientId,
    window: Window,
) -> Result<Vec<ChangedAbsence>, StoreError> {
    tx.all(ABSENCES, args![client, window.from(), window.to()]).await
}

/// Classifies stops anew, many alike.
pub(crate) async fn set_stops(
    tx: &mut WriteTx,
    client: &ClientId,
    stops: &[EntryId],
    (loss, micro_stop): (Loss, bool),
) -> Result<usize, StoreError> {
    let (by, at) = (tx.by().to_owned(), tx.at());
    tx.run_among(SET_STOPS, args![client, loss.as_str(), micro_stop, by, at], keys(stops)).await
}

/// Values counts anew, many alike.
pub(crate) async fn set_counts(
    tx: &mut WriteTx,
    client: &ClientId,
    counts: &[EntryId],
    to: Standards,
) -> Result<usize, StoreError> {
    let (by, at) = (tx.by().to_owned(), tx.at());
    let Standards { ideal_cycle, labour_standard, source } = to;
    let values = args![client, ideal_cycle, labour_standard, source.as_str(), by, at];
    tx.run_among(SET_COUNTS, values, keys(counts)).await
}

/// Gives inspections the same opportunities.
pub(crate) async fn set_inspections(
    tx: &mut WriteTx,
    client: &ClientId,
    inspections: &[EntryId],
    opportunities: Option<i64>,
) -> Result<usize, StoreError> {
    let (by, at) = (tx.by().to_owned(), tx.at());
    tx.run_among(SET_INSPECTIONS, args![client, opportunities, by, at], keys(inspections)).await
}

fn keys(entries: &[EntryId]) -> Vec<Vec<Value>> {
    entries.iter().map(|entry| args![*entry]).collect()
}

/// Lets an absence count or not; false where somebody was faster.
pub(crate) async fn set_absence(
    tx: &mut WriteTx,
    client: &ClientId,
    absence: &ChangedAbsence,
) -> Result<bool, StoreError> {
    let (by, at) = (tx.by().to_owned(), tx.at());
    let (date, shift, person) = &absence.key;
    let values = args![client, *date, shift, person, absence.version, absence.after, by, at];
    Ok(tx.run(SET_ABSENCE, values).await? == 1)
}
