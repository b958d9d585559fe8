//! The one way a statement reaches the database.
//!
//! A statement is a value: a `&'static str` of portable SQL and typed arguments. The verbs `all`, `one`,
//! `optional`, `run` and `insert` take it through an open, scoped transaction, and only here is the engine
//! known. Repository files name no driver type and put no SQL together.

use super::error::StoreError;
pub(crate) use super::value::Value;
pub(in crate::store) use super::value::args;
use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::id::{ClientId, Code, JobId, LineId, ProductId, ShiftId, WorkOrderId};
use crate::domain::measure::{Millis, Minutes, Units};
use sqlx::sqlite::{SqliteArguments, SqliteRow};
use sqlx::{Arguments, AssertSqlSafe, Row as _, Sqlite, SqliteConnection, Transaction, TypeInfo as _, ValueRef as _};
use uuid::Uuid;

/// Declares the statements of a repository file, and lists them for the test that prepares them all.
macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $sql:expr;)+) => {
        $($(#[$doc])* const $name: &str = $sql;)+
        #[cfg(test)]
        pub(in crate::store) const STATEMENTS: &[(&str, &str)] = &[$((stringify!($name), $name)),+];
    };
}
pub(in crate::store) use statements;

/// The cells of one row, read from left to right in the order of the SELECT.
pub(crate) struct Cells<'r> {
    row: &'r SqliteRow,
    next: usize,
}

macro_rules! cells {
    ($($(#[$doc:meta])* $name:ident, $optional:ident: $raw:ty => $type:ty, |$it:ident| $convert:expr;)+) => {$(
        $(#[$doc])*
        pub(crate) fn $name(&mut self) -> Result<$type, StoreError> {
            let $it: $raw = self.take()?;
            Ok($convert)
        }
        $(#[$doc])*
        pub(crate) fn $optional(&mut self) -> Result<Option<$type>, StoreError> {
            let value: Option<$raw> = self.take()?;
            Ok(value.map(|$it| $convert))
        }
    )+};
}

impl<'r> Cells<'r> {
    fn new(row: &'r SqliteRow) -> Self {
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
        /// A number of minutes.
        minutes, minutes_opt: i64 => Minutes, |it| Minutes(it);
        /// A time per unit.
        millis, millis_opt: i64 => Millis, |it| Millis(it);
        /// An instant.
        instant, instant_opt: i64 => Instant, |it| Instant(it);
        /// A production date.
        date, date_opt: i64 => ProductionDate, |it| ProductionDate(i32::try_from(it).unwrap_or(i32::MIN));
        /// Text.
        text, text_opt: String => String, |it| it;
        /// Bytes.
        bytes, bytes_opt: Vec<u8> => Vec<u8>, |it| it;
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

/// A table to insert into, with the columns that the caller fills. The columns that say who and when are
/// filled by the transaction.
#[derive(Debug, Clone, Copy)]
pub(crate) struct InsertInto {
    /// Its plain name.
    pub(crate) table: &'static str,
    /// The columns of each row, in order.
    pub(crate) columns: &'static [&'static str],
    /// How its rows are stamped.
    pub(crate) stamp: Stamp,
}

/// Which of the columns that say who and when a table has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stamp {
    /// created, updated, deleted, version.
    Full,
    /// created only: append-only tables.
    Created,
    /// None: the caller fills every column.
    Bare,
}

impl Stamp {
    const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Full => &["created_by", "created_at", "updated_by", "updated_at", "deleted_at", "version"],
            Self::Created => &["created_by", "created_at"],
            Self::Bare => &[],
        }
    }

    fn values(self, by: &str, at: Instant) -> Vec<Value> {
        match self {
            Self::Full => args![by, at, by, at, None::<Instant>, 1_i64],
            Self::Created => args![by, at],
            Self::Bare => Vec::new(),
        }
    }
}

/// Most arguments SQLite takes in one statement (its default limit).
const MOST_ARGUMENTS: usize = 32_766;
/// Rows in one VALUES list; more than this gains nothing (measured, performance.md section 6).
const MOST_ROWS: usize = 1_000;
/// Keys looked up in one round trip.
const MOST_KEYS: usize = 500;

/// A transaction that may look and change nothing.
pub struct ReadTx {
    inner: Transaction<'static, Sqlite>,
}

/// A transaction that may look and change. Dropped without [`WriteTx::commit`] it never happened.
pub struct WriteTx {
    inner: Transaction<'static, Sqlite>,
    by: String,
    at: Instant,
    poisoned: bool,
}

/// What both kinds of transaction can do.
pub(crate) trait Look: Send {
    #[doc(hidden)]
    fn connection(&mut self) -> Result<&mut SqliteConnection, StoreError>;
    #[doc(hidden)]
    fn poison(&mut self);

    /// Every row of a result.
    fn all<T: FromCells>(
        &mut self,
        sql: &'static str,
        values: Vec<Value>,
    ) -> impl Future<Output = Result<Vec<T>, StoreError>> + Send {
        async move {
            let result = fetch_all(self.connection()?, sql, values).await;
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

    /// Every row of a result whose key is one of many. `$keys` in the text, once and after all other arguments, stands
    /// for the keys of one round trip; rows come in no order.
    fn among<T: FromCells>(
        &mut self,
        sql: &'static str,
        values: Vec<Value>,
        keys: Vec<Value>,
    ) -> impl Future<Output = Result<Vec<T>, StoreError>> + Send {
        async move {
            let mut rows = Vec::new();
            for keys in keys.chunks(MOST_KEYS) {
                let result = fetch_among(self.connection()?, sql, values.clone(), keys).await;
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

    #[doc(hidden)]
    fn keep<T>(&mut self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        if result.is_err() {
            self.poison();
        }
        result
    }
}

impl Look for ReadTx {
    fn connection(&mut self) -> Result<&mut SqliteConnection, StoreError> {
        Ok(&mut self.inner)
    }
    fn poison(&mut self) {}
}

impl Look for WriteTx {
    fn connection(&mut self) -> Result<&mut SqliteConnection, StoreError> {
        if self.poisoned { Err(StoreError::Poisoned) } else { Ok(&mut self.inner) }
    }
    fn poison(&mut self) {
        self.poisoned = true;
    }
}

impl ReadTx {
    pub(in crate::store) fn new(inner: Transaction<'static, Sqlite>) -> Self {
        Self { inner }
    }
}

impl WriteTx {
    pub(in crate::store) fn new(inner: Transaction<'static, Sqlite>, by: String, at: Instant) -> Self {
        Self { inner, by, at, poisoned: false }
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
        let result = count_returned(self.connection()?, sql, values).await;
        self.keep(result)
    }

    /// Inserts rows, many to a statement.
    pub(crate) async fn insert(&mut self, into: &InsertInto, rows: Vec<Vec<Value>>) -> Result<(), StoreError> {
        let stamp = into.stamp.values(&self.by, self.at);
        let width = into.columns.len() + stamp.len();
        let most = (MOST_ARGUMENTS / width).min(MOST_ROWS);
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() {
            let batch: Vec<_> = rows.by_ref().take(most).collect();
            let sql = insert_text(into, batch.len());
            let values: Vec<_> =
                batch.into_iter().flat_map(|row| row.into_iter().chain(stamp.iter().cloned())).collect();
            let arguments = bind(values)?;
            let result = sqlx::query_with(AssertSqlSafe(sql), arguments).execute(self.connection()?).await;
            self.keep(result.map(|_| ()).map_err(StoreError::from))?;
        }
        Ok(())
    }

    /// Changes every column of one row whose key is the first `key` columns, restores it where it was removed, and
    /// says whether it was there.
    pub(crate) async fn replace(&mut self, into: &InsertInto, key: usize, row: Vec<Value>) -> Result<bool, StoreError> {
        let (by, at) = (self.by.clone(), self.at);
        let values = row.into_iter().chain(args![by, at]).collect();
        let sql = replace_text(into, key);
        let result = count_returned(self.connection()?, AssertSqlSafe(sql), values).await;
        Ok(self.keep(result)? == 1)
    }

    /// Inserts one row.
    pub(crate) async fn insert_one(&mut self, into: &InsertInto, row: Vec<Value>) -> Result<(), StoreError> {
        self.insert(into, vec![row]).await
    }

    /// Makes everything durable. Saved means this returned.
    pub async fn commit(self) -> Result<(), StoreError> {
        if self.poisoned {
            return Err(StoreError::Poisoned);
        }
        self.inner.commit().await.map_err(StoreError::from)
    }
}

/// The text of an insert; its parts are names that the program's own tables have, never anybody's input.
fn insert_text(into: &InsertInto, rows: usize) -> String {
    let columns: Vec<_> = into.columns.iter().chain(into.stamp.columns()).copied().collect();
    let mut text = format!("INSERT INTO {} ({}) VALUES ", into.table, columns.join(", "));
    // Without numbers: SQLite looks a numbered argument up among all the others, which makes long lists very slow.
    let row = format!("({})", vec!["?"; columns.len()].join(", "));
    text.push_str(&vec![row; rows].join(", "));
    text
}

/// The text of a change of every column; its parts are names that the program's own tables have.
fn replace_text(into: &InsertInto, key: usize) -> String {
    let mut set = Vec::new();
    let mut same = Vec::new();
    for (position, column) in into.columns.iter().enumerate() {
        let list = if position < key { &mut same } else { &mut set };
        list.push(format!("{column} = ${}", position + 1));
    }
    let (by, at) = (into.columns.len() + 1, into.columns.len() + 2);
    set.push(format!("updated_by = ${by}, updated_at = ${at}, deleted_at = NULL, version = version + 1"));
    format!("UPDATE {} SET {} WHERE {} RETURNING version", into.table, set.join(", "), same.join(" AND "))
}

/// Whether a text is one plain statement: no EXPLAIN (it prints the views' private names), no `INSERT OR`,
/// no REPLACE, nothing after a semicolon.
pub(crate) fn is_plain(sql: &str) -> bool {
    let mut words = sql.split_whitespace();
    let first = words.next().unwrap_or_default();
    let second = words.next().unwrap_or_default();
    let changes_or =
        ["INSERT", "UPDATE"].iter().any(|word| first.eq_ignore_ascii_case(word)) && second.eq_ignore_ascii_case("OR");
    let known = ["SELECT", "WITH", "INSERT", "UPDATE", "DELETE"].iter().any(|word| first.eq_ignore_ascii_case(word));
    known && !changes_or && !sql.contains(';')
}

fn bind(values: Vec<Value>) -> Result<SqliteArguments, StoreError> {
    let mut arguments = SqliteArguments::default();
    for value in values {
        let added = match value {
            Value::Int(number) => arguments.add(number),
            Value::Text(text) => arguments.add(text),
            Value::Id(id) => arguments.add(id.map(|id| id.as_bytes().to_vec())),
            Value::Bytes(bytes) => arguments.add(bytes),
        };
        added.map_err(|error| StoreError::Driver(error.to_string()))?;
    }
    Ok(arguments)
}

async fn fetch_all<T: FromCells>(
    connection: &mut SqliteConnection,
    sql: &'static str,
    values: Vec<Value>,
) -> Result<Vec<T>, StoreError> {
    if !is_plain(sql) {
        return Err(StoreError::NotPlain);
    }
    let rows = sqlx::query_with(sql, bind(values)?).fetch_all(connection).await?;
    rows.iter().map(|row| T::from_cells(&mut Cells::new(row))).collect()
}

/// One round trip of [`Look::among`]. The number of places is rounded up, and the last key repeated in them, so that
/// few different statements are prepared.
async fn fetch_among<T: FromCells>(
    connection: &mut SqliteConnection,
    sql: &'static str,
    mut values: Vec<Value>,
    keys: &[Value],
) -> Result<Vec<T>, StoreError> {
    let (Some(last), true) = (keys.last(), is_plain(sql)) else {
        return Err(StoreError::NotPlain);
    };
    let places = [1, 10, 100, MOST_KEYS].into_iter().find(|places| *places >= keys.len()).unwrap_or(keys.len());
    let first = values.len() + 1;
    let marks: Vec<_> = (first..first + places).map(|place| format!("${place}")).collect();
    values.extend_from_slice(keys);
    values.resize(first - 1 + places, last.clone());
    let text = sql.replace("$keys", &marks.join(", "));
    let rows = sqlx::query_with(AssertSqlSafe(text), bind(values)?).fetch_all(connection).await?;
    rows.iter().map(|row| T::from_cells(&mut Cells::new(row))).collect()
}

async fn count_returned(
    connection: &mut SqliteConnection,
    sql: impl sqlx::SqlSafeStr,
    values: Vec<Value>,
) -> Result<usize, StoreError> {
    let sql = sql.into_sql_str();
    if !is_plain(sql.as_str()) {
        return Err(StoreError::NotPlain);
    }
    Ok(sqlx::query_with(sql, bind(values)?).fetch_all(connection).await?.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("SELECT 1", true)]
    #[case("  with x AS (SELECT 1) SELECT * FROM x", true)]
    #[case("EXPLAIN SELECT 1", false)]
    #[case("INSERT OR REPLACE INTO t VALUES (1)", false)]
    #[case("update or ignore t SET a = 1", false)]
    #[case("REPLACE INTO t VALUES (1)", false)]
    #[case("SELECT 1; DROP TABLE t", false)]
    #[case("PRAGMA query_only = OFF", false)]
    #[case("/* x */ SELECT 1", false)]
    fn the_funnel_takes_one_plain_statement_only(#[case] sql: &str, #[case] plain: bool) {
        assert_eq!(is_plain(sql), plain);
    }
}
