//! A whole number as either engine returns it. PostgreSQL has several sizes of them and a type of its own for yes and
//! no, where SQLite has one type for all.

use sqlx::error::BoxDynError;
use sqlx::postgres::{PgTypeInfo, PgValueRef};
use sqlx::sqlite::{SqliteTypeInfo, SqliteValueRef};
use sqlx::{Decode, Postgres, Sqlite, Type, TypeInfo as _, ValueRef as _};

/// A whole number.
pub(in crate::store) struct Whole(pub(in crate::store) i64);

impl Type<Sqlite> for Whole {
    fn type_info() -> SqliteTypeInfo {
        <i64 as Type<Sqlite>>::type_info()
    }
    fn compatible(kind: &SqliteTypeInfo) -> bool {
        <i64 as Type<Sqlite>>::compatible(kind)
    }
}

impl<'r> Decode<'r, Sqlite> for Whole {
    fn decode(value: SqliteValueRef<'r>) -> Result<Self, BoxDynError> {
        <i64 as Decode<Sqlite>>::decode(value).map(Self)
    }
}

impl Type<Postgres> for Whole {
    fn type_info() -> PgTypeInfo {
        <i64 as Type<Postgres>>::type_info()
    }
    fn compatible(kind: &PgTypeInfo) -> bool {
        matches!(kind.name(), "INT8" | "INT4" | "INT2" | "BOOL")
    }
}

impl<'r> Decode<'r, Postgres> for Whole {
    fn decode(value: PgValueRef<'r>) -> Result<Self, BoxDynError> {
        let number = match value.type_info().name() {
            "INT8" => <i64 as Decode<Postgres>>::decode(value)?,
            "INT4" => i64::from(<i32 as Decode<Postgres>>::decode(value)?),
            "INT2" => i64::from(<i16 as Decode<Postgres>>::decode(value)?),
            _ => i64::from(<bool as Decode<Postgres>>::decode(value)?),
        };
        Ok(Self(number))
    }
}
