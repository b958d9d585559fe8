//! The cells of a result's rows, as the types of the domain.

use super::error::StoreError;
use super::value::Value;
use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::id::{ClientId, Code, JobId, LineId, ProductId, ShiftId, WorkOrderId};
use crate::domain::measure::{Millis, Units};
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, Sqlite, TypeInfo as _, ValueRef as _};
use uuid::Uuid;

/// The cells of one row, read from left to right in the order of the SELECT.
pub(crate) struct Cells<'r> {
    row: &'r SqliteRow,
    next: usize,
}

macro_rules! cells {
    ($($(#[$doc:meta])* $name:ident, $optional:ident: $raw:ty => $type:ty, |$it:ident| $convert:expr;)+) => {$(
        $(#[$doc])*
        #[allow(dead_code, reason = "every kind of cell has both forms")]
        pub(crate) fn $name(&mut self) -> Result<$type, StoreError> {
            let $it: $raw = self.take()?;
            Ok($convert)
        }
        $(#[$doc])*
        #[allow(dead_code, reason = "every kind of cell has both forms")]
        pub(crate) fn $optional(&mut self) -> Result<Option<$type>, StoreError> {
            let value: Option<$raw> = self.take()?;
            Ok(value.map(|$it| $convert))
        }
    )+};
}

impl<'r> Cells<'r> {
    pub(in crate::store) fn new(row: &'r SqliteRow) -> Self {
        Self { row, next: 0 }
    }

    fn take<T>(&mut self) -> Result<T, StoreError>
    where
        T: sqlx::Decode<'r, Sqlite> + sqlx::Type<Sqlite>,
    {
        let value = self.row.try_get(self.next).map_err(StoreError::from)?;
        self.next += 1;
        Ok(value)
    }

    /// Whatever the next cell holds, by the type the database gives it: for lists, whose rows have many shapes.
    pub(crate) fn any(&mut self) -> Result<Value, StoreError> {
        let kind = self.row.try_get_raw(self.next).map_err(StoreError::from)?.type_info().name().to_owned();
        Ok(match kind.as_str() {
            "INTEGER" => Value::Int(self.int_opt()?),
            "BLOB" => Value::Id(self.id_opt()?),
            _ => Value::Text(self.text_opt()?),
        })
    }

    /// Whether every cell was read.
    pub(crate) fn is_at_end(&self) -> bool {
        self.next >= self.row.len()
    }

    cells! {
        /// A whole number.
        int, int_opt: i64 => i64, |it| it;
        /// A yes or no.
        flag, flag_opt: i64 => bool, |it| it != 0;
        /// A number of units.
        units, units_opt: i64 => Units, |it| Units(it);
        /// A time per unit.
        millis, millis_opt: i64 => Millis, |it| Millis(it);
        /// An instant.
        instant, instant_opt: i64 => Instant, |it| Instant(it);
        /// A production date.
        date, date_opt: i64 => ProductionDate, |it| ProductionDate(i32::try_from(it).unwrap_or(i32::MIN));
        /// Text.
        text, text_opt: String => String, |it| it;
        /// A UUID.
        id, id_opt: Vec<u8> => Uuid, |it| Uuid::from_slice(&it).unwrap_or_default();
        /// A client's key.
        client, client_opt: String => ClientId, |it| ClientId::stored(it);
        /// A line's key.
        line, line_opt: String => LineId, |it| LineId::stored(it);
        /// A shift's key.
        shift, shift_opt: String => ShiftId, |it| ShiftId::stored(it);
        /// A product's key.
        product, product_opt: String => ProductId, |it| ProductId::stored(it);
        /// A work order's key.
        order, order_opt: String => WorkOrderId, |it| WorkOrderId::stored(it);
        /// A job's key.
        job, job_opt: String => JobId, |it| JobId::stored(it);
        /// A catalogue code.
        code, code_opt: String => Code, |it| Code::stored(it);
    }
}

/// A row of a result.
pub(crate) trait FromCells: Sized + Send + Unpin {
    /// Reads the cells in the order of the SELECT.
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError>;
}

impl FromCells for i64 {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        cells.int()
    }
}

impl FromCells for String {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        cells.text()
    }
}

impl FromCells for Uuid {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        cells.id()
    }
}
