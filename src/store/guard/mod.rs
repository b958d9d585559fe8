//! The SQLite guard: what a session's connection can reach is decided by the library, before a statement runs.
//!
//! SQLite has no rights of its own. A session's connection therefore gets views of the plain names that hold its
//! scope ([`super::scoped`]), and then this guard, for good: the library asks it about everything that a statement
//! names, and it refuses whatever is not listed. [`right`] decides and is plain Rust; [`lock`] puts it on a
//! connection and is the only file of the project with `unsafe` in it.
//!
//! The library says of each thing by which view or trigger it is used, and any WITH can borrow a view's name. So
//! the views have two layers: the plain name over one whose name is made of 128 random bits for this connection,
//! and only that one may read a base table. Triggers of stored tallies are in the database and so are their names;
//! they may be borrowed in vain, because none of them holds a SELECT and a SELECT under such a name is refused.

mod cost;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod hostile_generated;
#[cfg(test)]
mod hostile_ways;
mod lock;
mod right;

use super::error::StoreError;
use sqlx::{AssertSqlSafe, Connection, SqliteConnection};
use std::collections::BTreeMap;

pub use cost::GuardCost;
#[cfg(test)]
pub(in crate::store) use cost::STATEMENTS as COST_STATEMENTS;
pub(in crate::store) use right::{Access, Rights, Sums, Writes};

/// What the texts of views and triggers hold in place of the random part of their inner names.
pub(in crate::store) const PRIVATE: &str = "g__";

/// Runs the texts that make a connection's views, then guards the connection until it is closed.
pub(in crate::store) async fn close_in(
    connection: &mut SqliteConnection,
    texts: &[String],
    rights: Rights,
) -> Result<(), StoreError> {
    judge_by(connection, texts, move |asked, by| rights.allow(asked, by)).await
}

async fn judge_by(
    connection: &mut SqliteConnection,
    texts: &[String],
    judge: impl lock::Judge,
) -> Result<(), StoreError> {
    // Once for a connection: sqlx 0.9.0 can hang where it is asked for again and again.
    let mut handle = connection.lock_handle().await?;
    lock::lock(&mut handle, texts, judge)
}

/// What the texts of a connection make, by name: for the lint, on an empty database beside.
pub(in crate::store) async fn made_by(texts: &[String]) -> Result<BTreeMap<String, String>, StoreError> {
    let mut beside = SqliteConnection::connect("sqlite::memory:").await?;
    for text in texts {
        sqlx::raw_sql(AssertSqlSafe(text.clone())).execute(&mut beside).await?;
    }
    let made = sqlx::query_as("SELECT name, sql FROM sqlite_temp_schema").fetch_all(&mut beside).await?;
    beside.close().await?;
    Ok(made.into_iter().collect())
}
