//! Every live entry of a session's clients by plain SELECTs, without any stored sum: what figures are checked against.

use super::Session;
use super::error::StoreError;
use super::funnel::{Cells, FromCells, Look, Value};
use crate::domain::clock::ProductionDate;
use crate::domain::id::ClientId;

const LINE_SHIFTS: &str = "SELECT client_id, production_date, shift_id, line_id, '', '', starts_at, ends_at,
    planned_minutes, crew FROM line_shift WHERE deleted_at IS NULL";
const COUNTS: &str =
    "SELECT client_id, production_date, shift_id, line_id, product_id, standard_source, units, defects,
    scrap, rework, startup_defects, ideal_cycle_ms, labour_standard_ms FROM production_entry WHERE deleted_at IS NULL";
const STOPS: &str = "SELECT client_id, production_date, shift_id, line_id, loss, '', started_at, minutes, micro_stop,
    counted FROM downtime_entry WHERE deleted_at IS NULL";
const INSPECTIONS: &str = "SELECT client_id, production_date, shift_id, line_id, stage, entry_id, inspected, passed,
    opportunities_per_unit FROM quality_entry WHERE deleted_at IS NULL";
const DEFECTS: &str = "SELECT client_id, 0, '', '', defect_type, quality_entry_id, count
    FROM defect_detail WHERE deleted_at IS NULL";
const PEOPLE: &str = "SELECT client_id, production_date, shift_id, employee_number, '', '', scheduled_minutes,
    absence_minutes, absence_counts FROM attendance_entry WHERE deleted_at IS NULL";
const COVERS: &str = "SELECT client_id, production_date, shift_id, employee_number, '', '', minutes
    FROM coverage_entry WHERE deleted_at IS NULL";
const ORDERS: &str = "SELECT client_id, 0, '', '', work_order_id, status, required_date, delivered_at, quantity,
    delivered_quantity, started_at, completed_at, cancelled_at FROM work_order WHERE deleted_at IS NULL";
const HOLDS: &str = "SELECT client_id, 0, '', '', work_order_id, status, hold_from, released_at, quantity
    FROM hold_entry WHERE deleted_at IS NULL";
const SETTINGS: &str = "SELECT client_id, 0, '', '', name, '', value FROM client_setting WHERE deleted_at IS NULL";

/// One entry: where it belongs, what it names, and its numbers in the order of the SELECT.
#[derive(Debug, Clone)]
pub(crate) struct RawEntry {
    pub(crate) client_id: ClientId,
    pub(crate) date: ProductionDate,
    pub(crate) shift: String,
    /// The line, or the employee.
    pub(crate) line: String,
    pub(crate) word: String,
    pub(crate) other: String,
    numbers: Vec<Option<i64>>,
}

impl RawEntry {
    /// A number, if it is there.
    pub(crate) fn maybe(&self, place: usize) -> Option<i64> {
        self.numbers[place]
    }

    /// A number that every such entry has.
    pub(crate) fn number(&self, place: usize) -> i64 {
        self.numbers[place].unwrap()
    }

    /// Whether both belong to the same client, date, shift and line or employee.
    pub(crate) fn is_with(&self, other: &Self) -> bool {
        (&self.client_id, self.date, &self.shift, &self.line)
            == (&other.client_id, other.date, &other.shift, &other.line)
    }
}

impl FromCells for RawEntry {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        let (client_id, date) = (cells.client()?, cells.date()?);
        let (shift, line, word) = (cells.text()?, cells.text()?, cells.text()?);
        let other = match cells.any()? {
            Value::Id(Some(id)) => id.to_string(),
            Value::Text(Some(text)) => text,
            _ => String::new(),
        };
        let mut numbers = Vec::new();
        while !cells.is_at_end() {
            numbers.push(cells.int_opt()?);
        }
        Ok(Self { client_id, date, shift, line, word, other, numbers })
    }
}

/// Everything that was entered.
#[derive(Debug, Clone)]
pub(crate) struct RawEntries {
    pub(crate) line_shifts: Vec<RawEntry>,
    pub(crate) counts: Vec<RawEntry>,
    pub(crate) stops: Vec<RawEntry>,
    pub(crate) inspections: Vec<RawEntry>,
    pub(crate) defects: Vec<RawEntry>,
    pub(crate) people: Vec<RawEntry>,
    pub(crate) covers: Vec<RawEntry>,
    pub(crate) orders: Vec<RawEntry>,
    pub(crate) holds: Vec<RawEntry>,
    pub(crate) settings: Vec<RawEntry>,
}

impl RawEntries {
    /// Reads what a session sees.
    pub(crate) async fn read(session: &Session) -> Self {
        let mut tx = session.read().await.unwrap();
        let mut all = Vec::new();
        for sql in [LINE_SHIFTS, COUNTS, STOPS, INSPECTIONS, DEFECTS, PEOPLE, COVERS, ORDERS, HOLDS, SETTINGS] {
            all.push(tx.all::<RawEntry>(sql, Vec::new()).await.unwrap());
        }
        let [line_shifts, counts, stops, inspections, defects, people, covers, orders, holds, settings] =
            <[_; 10]>::try_from(all).unwrap();
        Self { line_shifts, counts, stops, inspections, defects, people, covers, orders, holds, settings }
    }
}
