//! Typed arguments of statements. Absence keeps its type, because PostgreSQL asks for it.

use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::id::{
    ClientId, Code, EmployeeNumber, EntryId, JobId, LineId, Login, PartNumber, ProductId, ShiftId, Stage, UserId,
    WorkOrderId,
};
use crate::domain::measure::{Millis, Minutes, Units};
use crate::domain::text::CleanText;
use uuid::Uuid;

/// Collects typed arguments of a statement.
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::store::value::Value::from($value)),*] };
}
pub(in crate::store) use args;

/// One argument. Absence keeps its type, because PostgreSQL asks for it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    /// A whole number, an instant, a date or a yes/no.
    Int(Option<i64>),
    /// Text.
    Text(Option<String>),
    /// A UUID.
    Id(Option<Uuid>),
    /// Other bytes, such as a hash.
    Bytes(Option<Vec<u8>>),
}

impl Value {
    /// The absence of a value of the same type.
    pub(in crate::store) const fn nothing(&self) -> Self {
        match self {
            Self::Int(_) => Self::Int(None),
            Self::Text(_) => Self::Text(None),
            Self::Id(_) => Self::Id(None),
            Self::Bytes(_) => Self::Bytes(None),
        }
    }
}

macro_rules! values {
    ($($kind:ident: $($type:ty => |$it:ident| $convert:expr),+;)+) => {$($(
        impl From<$type> for Value {
            fn from($it: $type) -> Self {
                Self::$kind(Some($convert))
            }
        }
        impl From<Option<$type>> for Value {
            fn from(value: Option<$type>) -> Self {
                Self::$kind(value.map(|$it| $convert))
            }
        }
    )+)+};
}

values! {
    Int: i64 => |it| it, bool => |it| i64::from(it), Units => |it| it.0, Minutes => |it| it.0, Millis => |it| it.0,
        Instant => |it| it.0, ProductionDate => |it| i64::from(it.0);
    Text: String => |it| it, &str => |it| it.to_owned(), &String => |it| it.clone(), CleanText => |it| it.as_str().to_owned(),
        &CleanText => |it| it.as_str().to_owned(),
        &ClientId => |it| it.as_str().to_owned(), &LineId => |it| it.as_str().to_owned(),
        &ShiftId => |it| it.as_str().to_owned(), &ProductId => |it| it.as_str().to_owned(),
        &WorkOrderId => |it| it.as_str().to_owned(), &JobId => |it| it.as_str().to_owned(),
        &PartNumber => |it| it.as_str().to_owned(), &EmployeeNumber => |it| it.as_str().to_owned(),
        &Code => |it| it.as_str().to_owned(), &Stage => |it| it.as_str().to_owned(), &Login => |it| it.as_str().to_owned();
    Id: Uuid => |it| it, EntryId => |it| it.0, UserId => |it| it.0;
    Bytes: Vec<u8> => |it| it;
}
