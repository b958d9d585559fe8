//! The one way a statement reaches the database.
//!
//! A statement is a value: a `&'static str` of portable SQL and typed arguments. The verbs `all`, `one`,
//! `optional`, `run` and `insert` take it through an open, scoped transaction, and only [`super::engine`] below
//! knows the engine. Repository files name no driver type and put no SQL together.

use super::audit::Trail;
pub(crate) use super::cells::{Cells, FromCells};
use super::engine::Open;
use super::error::StoreError;
pub(crate) use super::insert::{InsertInto, Stamp};
use super::plain::is_plain;
pub(crate) use super::value::Value;
pub(in crate::store) use super::value::args;
use crate::domain::clock::Instant;
use crate::domain::id::ClientId;
use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};

/// Declares the statements of a repository file, and lists them for the test that prepares them all.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)+) => {
        $($(#[$doc])* const $name: &str = $sql;)+
        #[cfg(test)]
        pub(in crate::store) const STATEMENTS: &[(&str, &str)] = &[$((stringify!($name), $name)),+];
    };
}
pub(in crate::store) use statements;

/// Keys looked up in one round trip.
const MOST_KEYS: usize = 500;

/// A transaction that may look and change nothing.
pub struct ReadTx {
    inner: Open,
}

/// A transaction that may look and change. Dropped without [`WriteTx::commit`] it never happened.
pub struct WriteTx {
    inner: Open,
    by: String,
    at: Instant,
    trail: Trail,
    poisoned: bool,
    /// Whether it only finds out what would happen.
    pub(in crate::store) is_trial: bool,
}

/// What both kinds of transaction can do.
pub(crate) trait Look: Send {
    #[doc(hidden)]
    fn open(&mut self) -> Result<&mut Open, StoreError>;
    #[doc(hidden)]
    fn poison(&mut self);

    /// Every row of a result.
    fn all<T: FromCells>(
        &mut self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> impl Future<Output = Result<Vec<T>, StoreError>> + Send {
        async move {
            let result = fetch_all(self.open()?, sql, values).await;
            self.keep(result)
        }
    }

    /// The only row of a result, or none.
    fn optional<T: FromCells>(
        &mut self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> impl Future<Output = Result<Option<T>, StoreError>> + Send {
        async move { Ok(self.all(sql, values).await?.into_iter().next()) }
    }

    /// Every row of a result whose key is one of many, in no order. In the text `$keys` stands for a list of keys of one
    /// column, and `($key, $key)` behind VALUES for rows of keys of several.
    fn among<T: FromCells>(
        &mut self,
        sql: &'static str,
        values: Vec<Value>,
        keys: Vec<Vec<Value>>,
    ) -> impl Future<Output = Result<Vec<T>, StoreError>> + Send {
        async move {
            let mut rows = Vec::new();
            for keys in keys.chunks(MOST_KEYS) {
                let result = fetch_among(self.open()?, sql, values.clone(), keys).await;
                rows.extend(self.keep(result)?);
            }
            Ok(rows)
        }
    }

    /// The one row that a result always has, such as a count.
    fn one<T: FromCells>(
        &mut self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> impl Future<Output = Result<T, StoreError>> + Send {
        async move { self.optional(sql, values).await?.ok_or(StoreError::OutOfScope) }
    }

    /// Lets a door reach the rows of one client, or of every client with `None`.
    fn reach(&mut self, client: Option<&ClientId>) -> impl Future<Output = Result<(), StoreError>> + Send {
        async move {
            let result = self.open()?.reach(client).await;
            self.keep(result)
        }
    }

    #[doc(hidden)]
    fn keep<T>(&mut self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        if result.is_err() {
            self.poison();
        }
        result
    }
}

impl Look for ReadTx {
    fn open(&mut self) -> Result<&mut Open, StoreError> {
        Ok(&mut self.inner)
    }
    fn poison(&mut self) {}
}

impl Look for WriteTx {
    fn open(&mut self) -> Result<&mut Open, StoreError> {
        if self.poisoned { Err(StoreError::Poisoned) } else { Ok(&mut self.inner) }
    }
    fn poison(&mut self) {
        self.poisoned = true;
    }
}

impl ReadTx {
    pub(in crate::store) fn new(inner: Open) -> Self {
        Self { inner }
    }
}

impl WriteTx {
    pub(in crate::store) fn new(inner: Open, by: String, at: Instant, trail: Trail) -> Self {
        Self { inner, by, at, trail, poisoned: false, is_trial: false }
    }

    /// What it will add to the audit trail.
    pub(in crate::store) fn trail(&mut self) -> &mut Trail {
        &mut self.trail
    }

    /// Who writes.
    pub(crate) fn by(&self) -> &str {
        &self.by
    }

    /// When this transaction says it happens.
    pub(crate) fn at(&self) -> Instant {
        self.at
    }

    /// Runs a change and returns how many rows it hit. The statement must end in `RETURNING`, because a
    /// change through a scoped view reports no count of its own.
    pub(crate) async fn run(&mut self, sql: &'static str, values: Vec<Value>) -> Result<usize, StoreError> {
        let result = count_returned(self.open()?, sql.into_sql_str(), values).await;
        self.keep(result)
    }

    /// Runs a change of every row whose key is one of many, and returns how many rows it hit: as [`WriteTx::run`] with
    /// the places for keys of [`Look::among`].
    pub(crate) async fn run_among(
        &mut self,
        sql: &'static str,
        values: Vec<Value>,
        keys: Vec<Vec<Value>>,
    ) -> Result<usize, StoreError> {
        Ok(self.among::<i64>(sql, values, keys).await?.len())
    }

    /// Inserts rows, many to a statement.
    pub(crate) async fn insert(&mut self, into: &InsertInto, rows: Vec<Vec<Value>>) -> Result<(), StoreError> {
        let stamp = into.stamp.values(&self.by, self.at);
        let stamped = rows.into_iter().map(|row| row.into_iter().chain(stamp.iter().cloned()).collect());
        self.insert_stamped(into, stamped).await
    }

    /// Inserts rows in the name of those who entered them, when they did: for a demo plant alone.
    pub(in crate::store) async fn insert_dated(
        &mut self,
        into: &InsertInto,
        rows: Vec<(Vec<Value>, String, Instant)>,
    ) -> Result<(), StoreError> {
        let stamped = rows.into_iter().map(|(mut row, by, at)| {
            row.extend(into.stamp.values(&by, at));
            row
        });
        self.insert_stamped(into, stamped).await
    }

    async fn insert_stamped(
        &mut self,
        into: &InsertInto,
        rows: impl Iterator<Item = Vec<Value>>,
    ) -> Result<(), StoreError> {
        let most = into.rows_in_one_statement();
        let mut rows = rows.peekable();
        while rows.peek().is_some() {
            let batch: Vec<_> = rows.by_ref().take(most).collect();
            let result = self.open()?.insert(into, batch).await;
            self.keep(result)?;
        }
        Ok(())
    }

    /// Changes every column of one row whose key is the first `key` columns, restores it where it was removed, and
    /// says whether it was there.
    pub(crate) async fn replace(&mut self, into: &InsertInto, key: usize, row: Vec<Value>) -> Result<bool, StoreError> {
        let (by, at) = (self.by.clone(), self.at);
        let values = row.into_iter().chain(args![by, at]).collect();
        let sql = into.replacing_text(key);
        let result = count_returned(self.open()?, AssertSqlSafe(sql).into_sql_str(), values).await;
        Ok(self.keep(result)? == 1)
    }

    /// Says that a table grows by many rows now, so that what was planned for a small one is planned anew.
    pub(crate) async fn grow(&mut self) -> Result<(), StoreError> {
        let result = self.open()?.forget_plans().await;
        self.keep(result)
    }

    /// Inserts one row.
    pub(crate) async fn insert_one(&mut self, into: &InsertInto, row: Vec<Value>) -> Result<(), StoreError> {
        self.insert(into, vec![row]).await
    }

    /// Adds to the audit trail what was recorded, and makes everything durable. Saved means this returned. On trial
    /// everything is taken back instead.
    pub async fn commit(mut self) -> Result<(), StoreError> {
        if self.poisoned {
            return Err(StoreError::Poisoned);
        }
        self.append_trail().await?;
        if self.is_trial {
            return self.inner.rollback().await;
        }
        self.inner.commit().await
    }
}

async fn fetch_all<T: FromCells>(open: &mut Open, sql: &'static str, values: Vec<Value>) -> Result<Vec<T>, StoreError> {
    if !is_plain(sql) {
        return Err(StoreError::NotPlain);
    }
    open.fetch(sql.into_sql_str(), values).await
}

/// One round trip of [`Look::among`]. The number of places is rounded up and filled with keys that are nothing, and so
/// equal nothing, so that few different statements are prepared.
async fn fetch_among<T: FromCells>(
    open: &mut Open,
    sql: &'static str,
    mut values: Vec<Value>,
    keys: &[Vec<Value>],
) -> Result<Vec<T>, StoreError> {
    let (Some(last), true) = (keys.last(), is_plain(sql)) else {
        return Err(StoreError::NotPlain);
    };
    let places = [1, 10, 100, MOST_KEYS].into_iter().find(|places| *places >= keys.len()).unwrap_or(keys.len());
    let text = with_places(sql, values.len() + 1, places, last.len());
    values.extend(keys.iter().flatten().cloned());
    for _ in keys.len()..places {
        values.extend(last.iter().map(Value::nothing));
    }
    open.fetch(AssertSqlSafe(text).into_sql_str(), values).await
}

/// The text with places for keys of `width` columns: `$keys` becomes a list, `($key, …)` a list of rows.
fn with_places(sql: &str, first: usize, places: usize, width: usize) -> String {
    let row = |key: usize| {
        let columns: Vec<_> = (0..width).map(|column| format!("${}", first + key * width + column)).collect();
        columns.join(", ")
    };
    if sql.contains("$keys") {
        let list: Vec<_> = (0..places).map(row).collect();
        return sql.replace("$keys", &list.join(", "));
    }
    let rows: Vec<_> = (0..places).map(|key| format!("({})", row(key))).collect();
    sql.replace(&format!("({})", vec!["$key"; width].join(", ")), &rows.join(", "))
}

async fn count_returned(open: &mut Open, sql: SqlStr, values: Vec<Value>) -> Result<usize, StoreError> {
    if !is_plain(sql.as_str()) {
        return Err(StoreError::NotPlain);
    }
    open.count(sql, values).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("x IN ($keys)", 2, 3, 1, "x IN ($2, $3, $4)")]
    #[case("VALUES ($key, $key)", 1, 2, 2, "VALUES ($1, $2), ($3, $4)")]
    fn keys_get_their_places_behind_the_other_arguments(
        #[case] sql: &str,
        #[case] first: usize,
        #[case] places: usize,
        #[case] width: usize,
        #[case] text: &str,
    ) {
        assert_eq!(with_places(sql, first, places, width), text);
    }
}
