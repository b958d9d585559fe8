//! The cells of a result's rows, as the types of the domain.

use super::error::StoreError;
use super::postgres::Whole;
use super::value::Value;
use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::id::{ClientId, Code, JobId, LineId, ProductId, ShiftId, WorkOrderId};
use crate::domain::measure::{Millis, Units};
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Decode, Postgres, Row as _, Sqlite, Type, TypeInfo as _, ValueRef as _};
use uuid::Uuid;

/// The cells of one row, read from left to right in the order of the SELECT.
pub(crate) struct Cells<'r> {
    row: Row<'r>,
    next: usize,
}

/// A row as its engine gave it.
enum Row<'r> {
    Sqlite(&'r SqliteRow),
    Postgres(&'r PgRow),
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
    pub(in crate::store) fn of_sqlite(row: &'r SqliteRow) -> Self {
        Self { row: Row::Sqlite(row), next: 0 }
    }

    pub(in crate::store) fn of_postgres(row: &'r PgRow) -> Self {
        Self { row: Row::Postgres(row), next: 0 }
    }

    fn take<T>(&mut self) -> Result<T, StoreError>
    where
        T: Decode<'r, Sqlite> + Type<Sqlite> + Decode<'r, Postgres> + Type<Postgres>,
    {
        let value = match self.row {
            Row::Sqlite(row) => row.try_get(self.next),
            Row::Postgres(row) => row.try_get(self.next),
        };
        self.next += 1;
        value.map_err(StoreError::from)
    }

    /// Whatever the next cell holds, by the type the database gives it: for lists, whose rows have many shapes.
    pub(crate) fn any(&mut self) -> Result<Value, StoreError> {
        let kind = match self.row {
            Row::Sqlite(row) => row.try_get_raw(self.next).map(|cell| kind(cell.type_info().name())),
            Row::Postgres(row) => row.try_get_raw(self.next).map(|cell| kind(cell.type_info().name())),
        };
        Ok(match kind.map_err(StoreError::from)? {
            Kind::Int => Value::Int(self.int_opt()?),
            // A file keeps hashes and ids alike as bytes.
            Kind::Id if matches!(self.row, Row::Sqlite(_)) => match self.bytes_opt()? {
                Some(bytes) => match Uuid::from_slice(&bytes) {
                    Ok(id) => Value::Id(Some(id)),
                    Err(_) => Value::Bytes(Some(bytes)),
                },
                None => Value::Id(None),
            },
            Kind::Id => Value::Id(self.id_opt()?),
            Kind::Bytes => Value::Bytes(self.bytes_opt()?),
            Kind::Text => Value::Text(self.text_opt()?),
        })
    }

    /// Whether every cell was read.
    pub(crate) fn is_at_end(&self) -> bool {
        let len = match self.row {
            Row::Sqlite(row) => row.len(),
            Row::Postgres(row) => row.len(),
        };
        self.next >= len
    }

    cells! {
        /// A whole number.
        int, int_opt: Whole => i64, |it| it.0;
        /// A yes or no.
        flag, flag_opt: Whole => bool, |it| it.0 != 0;
        /// A number of units.
        units, units_opt: Whole => Units, |it| Units(it.0);
        /// A time per unit.
        millis, millis_opt: Whole => Millis, |it| Millis(it.0);
        /// An instant.
        instant, instant_opt: Whole => Instant, |it| Instant(it.0);
        /// A production date.
        date, date_opt: Whole => ProductionDate, |it| ProductionDate(i32::try_from(it.0).unwrap_or(i32::MIN));
        /// Text.
        text, text_opt: String => String, |it| it;
        /// Bytes, such as a hash.
        bytes, bytes_opt: Vec<u8> => Vec<u8>, |it| it;
        /// A UUID.
        id, id_opt: Uuid => Uuid, |it| it;
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

/// What a cell holds, where only the database knows.
enum Kind {
    Int,
    Id,
    Bytes,
    Text,
}

/// The kind of a type of either engine.
fn kind(name: &str) -> Kind {
    match name {
        "INTEGER" | "INT8" | "INT4" | "INT2" | "BOOL" => Kind::Int,
        "BLOB" | "UUID" => Kind::Id,
        "BYTEA" => Kind::Bytes,
        _ => Kind::Text,
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
