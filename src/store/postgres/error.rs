//! What a server says, in the words that a file's errors have too.

use crate::store::error::StoreError;
use sqlx::error::DatabaseError;
use sqlx::postgres::PgDatabaseError;
use std::path::PathBuf;

/// The meaning of a server's error; none where it is not one of a server.
pub(in crate::store) fn said(error: &dyn DatabaseError) -> Option<StoreError> {
    let error = error.try_downcast_ref::<PgDatabaseError>()?;
    let message = error.message();
    Some(match error.code() {
        "23505" => StoreError::Duplicate,
        "23503" => StoreError::NoParent,
        "23P01" => StoreError::Overlap,
        "23514" | "23502" | "22003" => StoreError::Check(refused_column(error)),
        "P0001" => StoreError::raised(message),
        // A row outside the policies, or a column or table that the role may not touch: one code, and words in the
        // server's language; only the place in its source tells them apart.
        "42501" if error.routine() == Some("ExecWithCheckOptions") => StoreError::OutOfScope,
        "42501" => StoreError::Guarded,
        "40001" | "40P01" => StoreError::Crossed,
        "55P03" | "57014" | "53300" => StoreError::Busy,
        "53100" => StoreError::Full,
        "25006" => StoreError::ReadOnly(PathBuf::from("the database")),
        code if code.starts_with("08") || code.starts_with("57P") || code == "25P03" => StoreError::NoAnswer,
        _ => StoreError::Driver(message.replace("t_", "")),
    })
}

/// The column, or the name of the rule: a check of one column is called `TABLE_COLUMN_check`.
fn refused_column(error: &PgDatabaseError) -> String {
    let Some(name) = error.constraint() else {
        return error.column().unwrap_or("a number").to_owned();
    };
    let table = format!("{}_", error.table().unwrap_or_default());
    let column = name.strip_prefix(&table).and_then(|rest| rest.split_once("_check"));
    column.map_or(name, |(column, _)| column).to_owned()
}
