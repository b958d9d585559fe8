//! Rows with a business key: read as they are, compared with what a file says, written back whole.

use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::downtime::Loss;
use crate::domain::id::{ClientId, Code, EmployeeNumber, JobId, LineId, PartNumber, ProductId, ShiftId, WorkOrderId};
use crate::domain::measure::{Millis, Units};
use crate::domain::order::{OrderStatus, Priority};
use crate::store::error::StoreError;
use crate::store::funnel::{Cells, FromCells, InsertInto, Look, Value, WriteTx, args};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

/// A type that one column holds.
pub(crate) trait Held: Sized {
    /// Its absence.
    const NONE: Value;
    /// Reads it.
    fn read(cells: &mut Cells<'_>) -> Result<Option<Self>, StoreError>;
    /// Binds it.
    fn value(&self) -> Value;
}

/// What a row is looked up by: one column or several.
pub(crate) trait Key {
    /// Its columns.
    fn columns(&self) -> Vec<Value>;
}

impl<T: Held> Key for T {
    fn columns(&self) -> Vec<Value> {
        vec![self.value()]
    }
}

impl<A: Held, B: Held, C: Held> Key for (A, B, C) {
    fn columns(&self) -> Vec<Value> {
        vec![self.0.value(), self.1.value(), self.2.value()]
    }
}

/// A field of a record: a type that is always there, or one that may be missing.
pub(crate) trait Field: Sized {
    /// Reads it.
    fn read_field(cells: &mut Cells<'_>) -> Result<Self, StoreError>;
    /// Binds it.
    fn bind_field(&self) -> Value;
}

impl<T: Held> Field for Option<T> {
    fn read_field(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        T::read(cells)
    }
    fn bind_field(&self) -> Value {
        self.as_ref().map_or(T::NONE, T::value)
    }
}

macro_rules! held {
    ($($kind:ident { $($type:ty = |$cells:ident| $read:expr, |$it:ident| $value:expr;)+ })+) => {$($(
        impl Held for $type {
            const NONE: Value = Value::$kind(None);
            fn read($cells: &mut Cells<'_>) -> Result<Option<Self>, StoreError> {
                $read
            }
            fn value(&self) -> Value {
                let $it = self;
                Value::$kind(Some($value))
            }
        }
        impl Field for $type {
            fn read_field(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
                <$type as Held>::read(cells)?.ok_or_else(|| StoreError::Driver("a value is missing".into()))
            }
            fn bind_field(&self) -> Value {
                self.value()
            }
        }
    )+)+};
}

held! {
    Int {
        i64 = |cells| cells.int_opt(), |it| *it;
        bool = |cells| cells.flag_opt(), |it| i64::from(*it);
        Units = |cells| cells.units_opt(), |it| it.0;
        Millis = |cells| cells.millis_opt(), |it| it.0;
        Instant = |cells| cells.instant_opt(), |it| it.0;
        ProductionDate = |cells| cells.date_opt(), |it| i64::from(it.0);
    }
    Id {
        Uuid = |cells| cells.id_opt(), |it| *it;
    }
    Text {
        String = |cells| cells.text_opt(), |it| it.clone();
        ClientId = |cells| cells.client_opt(), |it| it.as_str().to_owned();
        LineId = |cells| cells.line_opt(), |it| it.as_str().to_owned();
        ShiftId = |cells| cells.shift_opt(), |it| it.as_str().to_owned();
        ProductId = |cells| cells.product_opt(), |it| it.as_str().to_owned();
        WorkOrderId = |cells| cells.order_opt(), |it| it.as_str().to_owned();
        JobId = |cells| cells.job_opt(), |it| it.as_str().to_owned();
        Code = |cells| cells.code_opt(), |it| it.as_str().to_owned();
        PartNumber = |cells| Ok(cells.text_opt()?.map(Self::stored)), |it| it.as_str().to_owned();
        EmployeeNumber = |cells| Ok(cells.text_opt()?.map(Self::stored)), |it| it.as_str().to_owned();
        OrderStatus = |cells| known(cells.text_opt()?, Self::parse), |it| it.as_str().to_owned();
        Priority = |cells| known(cells.text_opt()?, Self::parse), |it| it.as_str().to_owned();
        Loss = |cells| known(cells.text_opt()?, Self::parse), |it| it.as_str().to_owned();
    }
}

fn known<T>(text: Option<String>, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>, StoreError> {
    text.map(|text| crate::store::master_data::spelled(&text, parse)).transpose()
}

/// A row of a table with a business key.
pub(crate) trait Record: FromCells + Clone + PartialEq + Send + Sync {
    /// Where it is written, the key's columns first.
    const INTO: InsertInto;
    /// How many columns its key has.
    const KEY: usize;
    /// Selects [`Stored`] rows.
    const SELECT: &'static str;
    /// Its fields in the order of the columns.
    fn values(&self) -> Vec<Value>;
}

/// A row as the database has it, removed ones too: a file that names a removed row brings it back.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stored<T> {
    /// The row.
    pub(crate) row: T,
    /// Whether it was removed.
    pub(crate) removed: bool,
}

impl<T: FromCells> FromCells for Stored<T> {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self { row: T::from_cells(cells)?, removed: cells.instant_opt()?.is_some() })
    }
}

/// Declares a record: its table, how many columns its key has, which rows are selected, and its fields, which are
/// named after the columns. Rows that are looked up by several columns are joined to the keys by the names that
/// `named` gives them, because a comparison of rows with a list uses no index.
macro_rules! record {
    ($(#[$doc:meta])* $name:ident in $table:literal key $key:literal named $named:literal where $filter:literal {
        $($field:ident: $type:ty),+ $(,)?
    }) => {
        $crate::store::import::record! {
            @ $(#[$doc])* $name in $table key $key
            select concat!("WITH named (", $named, ") AS (VALUES ($key, $key, $key)) SELECT "),
            from concat!("deleted_at FROM named CROSS JOIN ", $table, " WHERE ", $filter);
            $($field: $type),+
        }
    };
    ($(#[$doc:meta])* $name:ident in $table:literal key $key:literal where $filter:literal {
        $($field:ident: $type:ty),+ $(,)?
    }) => {
        $crate::store::import::record! {
            @ $(#[$doc])* $name in $table key $key
            select "SELECT ",
            from concat!("deleted_at FROM ", $table, " WHERE ", $filter);
            $($field: $type),+
        }
    };
    (@ $(#[$doc:meta])* $name:ident in $table:literal key $key:literal select $select:expr, from $from:expr;
        $($field:ident: $type:ty),+
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq)]
        pub(crate) struct $name { $(pub(crate) $field: $type),+ }

        impl $crate::store::funnel::FromCells for $name {
            fn from_cells(
                cells: &mut $crate::store::funnel::Cells<'_>,
            ) -> Result<Self, $crate::store::error::StoreError> {
                Ok(Self { $($field: $crate::store::import::record::Field::read_field(cells)?),+ })
            }
        }

        impl $crate::store::import::Record for $name {
            const INTO: $crate::store::funnel::InsertInto = $crate::store::funnel::InsertInto {
                table: $table,
                columns: &[$(stringify!($field)),+],
                stamp: $crate::store::funnel::Stamp::Full,
            };
            const KEY: usize = $key;
            const SELECT: &'static str =
                concat!($select, $(stringify!($field), ", ",)+ $from);
            fn values(&self) -> Vec<$crate::store::funnel::Value> {
                vec![$($crate::store::import::record::Field::bind_field(&self.$field)),+]
            }
        }
    };
}
pub(crate) use record;

/// The rows of these keys, removed ones too: of a client, or of what all share. A small table is read whole.
pub(crate) async fn stored<T: Record, K: Key>(
    tx: &mut impl Look,
    client: Option<&ClientId>,
    keys: &[K],
) -> Result<Vec<Stored<T>>, StoreError> {
    let values = client.map(|client| args![client]).unwrap_or_default();
    if T::SELECT.contains("$key") {
        tx.among(T::SELECT, values, columns(keys)).await
    } else {
        tx.all(T::SELECT, values).await
    }
}

/// The columns of keys, for the funnel.
pub(crate) fn columns<K: Key>(keys: &[K]) -> Vec<Vec<Value>> {
    keys.iter().map(Key::columns).collect()
}

/// One row to be written.
#[derive(Debug, Clone)]
pub(crate) struct Change<T> {
    /// As it was, where it was.
    pub(crate) before: Option<T>,
    /// As it will be.
    pub(crate) after: T,
}

/// Writes rows; gives what was changed on rows that were there, for the audit trail.
pub(crate) async fn save<T: Record>(tx: &mut WriteTx, changes: Vec<Change<T>>) -> Result<Vec<Json>, StoreError> {
    let mut new = Vec::new();
    let mut recorded = Vec::new();
    for change in changes {
        let after = change.after.values();
        match change.before {
            None => new.push(after),
            Some(before) => {
                recorded.push(difference(&T::INTO, T::KEY, &before.values(), &after));
                if !tx.replace(&T::INTO, T::KEY, after).await? {
                    return Err(StoreError::OutOfScope);
                }
            }
        }
    }
    tx.insert(&T::INTO, new).await?;
    Ok(recorded)
}

/// The columns of one row that changed.
fn difference(into: &InsertInto, key: usize, before: &[Value], after: &[Value]) -> Json {
    let mut was = Map::new();
    let mut is = Map::new();
    let mut keys = Vec::new();
    for (position, ((column, old), new)) in into.columns.iter().zip(before).zip(after).enumerate() {
        if position < key {
            keys.push(json(new));
        } else if old != new {
            was.insert((*column).to_owned(), json(old));
            is.insert((*column).to_owned(), json(new));
        }
    }
    serde_json::json!({ "table": into.table, "key": keys, "before": was, "after": is })
}

fn json(value: &Value) -> Json {
    match value {
        Value::Int(number) => Json::from(*number),
        Value::Text(text) => Json::from(text.clone()),
        Value::Id(id) => Json::from(id.map(|id| id.to_string())),
        Value::Bytes(bytes) => Json::from(bytes.as_ref().map(Vec::len)),
    }
}
