//! The two engines: the only place where a statement meets a driver.
//!
//! Each verb of the funnel has one function here that knows which engine runs it; everything above is the same for both.

use super::cells::{Cells, FromCells};
use super::error::StoreError;
use super::insert::InsertInto;
use super::postgres;
use super::turnstile::{Turn, Turnstile};
use super::value::{Value, args};
use crate::domain::id::ClientId;
use futures::TryStreamExt;
use sqlx::sqlite::{SqliteArguments, SqlitePool};
use sqlx::{Arguments, AssertSqlSafe, Executor, SqlSafeStr, SqlStr, Sqlite, Transaction};

/// An open transaction.
#[derive(Debug)]
pub(crate) enum Open {
    /// Of a file; one that writes holds its turn to the end.
    Sqlite(Transaction<'static, Sqlite>, Option<Turn>),
    /// Of a server.
    Postgres(postgres::Served),
}

impl Open {
    /// Waits for the turn and begins to write into a file. IMMEDIATE: a deferred transaction that read first would fail
    /// at once when somebody else wrote meanwhile.
    pub(in crate::store) async fn write_file(pool: &SqlitePool, queue: &Turnstile) -> Result<Self, StoreError> {
        let turn = queue.enter().await;
        queue.must_be_the_same_file()?;
        queue.must_be_writable()?;
        queue.log.keep_short(&pool.connect_options()).await;
        Ok(Self::Sqlite(pool.begin_with("BEGIN IMMEDIATE").await?, Some(turn)))
    }

    /// Whether a joined query may look at the row that it is joined to.
    pub(in crate::store) const fn has_lateral(&self) -> bool {
        matches!(self, Self::Postgres(_))
    }

    /// Every row of a result, each read when it comes: packed ones are large, and nobody needs them all at once.
    pub(in crate::store) async fn fetch<T: FromCells>(
        &mut self,
        sql: SqlStr,
        values: Vec<Value>,
    ) -> Result<Vec<T>, StoreError> {
        let mut read = Vec::new();
        match self {
            Self::Sqlite(tx, _) => {
                let mut rows = sqlx::query_with(sql, bind(values)?).fetch(&mut **tx);
                while let Some(row) = rows.try_next().await? {
                    read.push(T::from_cells(&mut Cells::of_sqlite(&row))?);
                }
            }
            Self::Postgres(tx) => {
                let (connection, waiting) = tx.parts();
                let mut rows = sqlx::query_with(sql, postgres::bind(values)?).fetch(connection);
                let all = async {
                    while let Some(row) = rows.try_next().await? {
                        read.push(T::from_cells(&mut Cells::of_postgres(&row))?);
                    }
                    Ok::<_, StoreError>(())
                };
                waiting.within(postgres::ANSWER, all).await?;
            }
        }
        Ok(read)
    }

    /// How many rows a statement returns. A change through a scoped view reports no count of its own.
    pub(in crate::store) async fn count(&mut self, sql: SqlStr, values: Vec<Value>) -> Result<usize, StoreError> {
        match self {
            Self::Sqlite(tx, _) => Ok(sqlx::query_with(sql, bind(values)?).fetch_all(&mut **tx).await?.len()),
            Self::Postgres(tx) => {
                let (connection, waiting) = tx.parts();
                let rows = sqlx::query_with(sql, postgres::bind(values)?).fetch_all(connection);
                Ok(waiting.within(postgres::ANSWER, rows).await?.len())
            }
        }
    }

    /// Inserts rows with one statement; there are no more than fit into one.
    pub(in crate::store) async fn insert(
        &mut self,
        into: &InsertInto,
        rows: Vec<Vec<Value>>,
    ) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(tx, _) => {
                let sql = AssertSqlSafe(into.text(rows.len()));
                let values = bind(rows.into_iter().flatten().collect())?;
                sqlx::query_with(sql, values).execute(&mut **tx).await?;
            }
            Self::Postgres(tx) => {
                // One array a column: the text is the same for any number of rows, and prepared once.
                let sql = AssertSqlSafe(into.text_of_arrays());
                let (connection, waiting) = tx.parts();
                let inserted = sqlx::query_with(sql, postgres::bind_columns(rows)?).execute(connection);
                waiting.within(postgres::ANSWER, inserted).await?;
            }
        }
        Ok(())
    }

    /// Lets a door reach one client's rows, or everybody's. The policies of a server bind doors too; those of a file are
    /// not scoped.
    pub(in crate::store) async fn reach(&mut self, client: Option<&ClientId>) -> Result<(), StoreError> {
        let (text, values) = match (&self, client) {
            (Self::Sqlite(..), _) => return Ok(()),
            (Self::Postgres(_), Some(client)) => (postgres::REACH, args![client]),
            (Self::Postgres(_), None) => (postgres::REACH_ALL, Vec::new()),
        };
        self.count(text.into_sql_str(), values).await.map(|_| ())
    }

    /// Lets a server plan its statements anew. It plans a trigger's statements once a connection, by how large the tables
    /// are then: what was planned for empty ones walks whole tables for each row when they have grown.
    pub(in crate::store) async fn forget_plans(&mut self) -> Result<(), StoreError> {
        if let Self::Postgres(tx) = self {
            let (connection, waiting) = tx.parts();
            waiting.within(postgres::ANSWER, connection.execute("DISCARD PLANS")).await?;
        }
        Ok(())
    }

    /// Whether nobody else writes before it ends: who writes to a file holds its only lock from the beginning.
    pub(in crate::store) const fn is_alone(&self) -> bool {
        matches!(self, Self::Sqlite(..))
    }

    /// Takes everything back.
    pub(in crate::store) async fn rollback(self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(tx, _turn) => tx.rollback().await?,
            Self::Postgres(tx) => tx.rollback().await?,
        }
        Ok(())
    }

    /// Makes everything durable.
    pub(in crate::store) async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(tx, _turn) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}

/// The unscoped connections of the narrow doors.
#[derive(Debug)]
pub(in crate::store) enum Door {
    /// One to the file, and the queue of its writers.
    Sqlite(SqlitePool, Turnstile),
    /// A few to the server, beside those that its sessions share.
    Postgres(postgres::Pools),
}

impl Door {
    /// Opens a transaction that writes.
    pub(in crate::store) async fn write(&self) -> Result<Open, StoreError> {
        match self {
            Self::Sqlite(pool, queue) => Open::write_file(pool, queue).await,
            Self::Postgres(pools) => Ok(Open::Postgres(pools.doors.begin(postgres::DOOR_WRITES).await?)),
        }
    }

    /// Opens a look, which waits for no writer.
    pub(in crate::store) async fn read(&self) -> Result<Open, StoreError> {
        match self {
            Self::Sqlite(pool, queue) => {
                queue.must_be_the_same_file()?;
                Ok(Open::Sqlite(pool.begin().await?, None))
            }
            Self::Postgres(pools) => Ok(Open::Postgres(pools.doors.begin(postgres::DOOR_READS).await?)),
        }
    }

    /// Closes every connection.
    pub(in crate::store) async fn close(&self) {
        match self {
            Self::Sqlite(pool, _) => pool.close().await,
            Self::Postgres(pools) => pools.close().await,
        }
    }
}

/// The arguments of a statement for a file.
pub(in crate::store) fn bind(values: Vec<Value>) -> Result<SqliteArguments, StoreError> {
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
