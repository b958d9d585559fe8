//! Rows of whole tables on their way from one engine to the other.

use super::super::cells::Cells;
use super::super::engine::bind as bind_file;
use super::super::error::StoreError;
use super::super::postgres::bind_columns;
use super::super::value::Value;
use futures::TryStreamExt;
use futures::future::ready;
use sqlx::{AssertSqlSafe, PgConnection, Row, SqliteConnection};
use std::pin::pin;

/// Tables whose rows each database makes by itself.
const OWN: [&str; 3] = ["t_tally_rule", "t_lint_pass", "_sqlx_migrations"];
/// Arguments of one statement of a file (its default limit is a few more).
const MOST_ARGUMENTS: usize = 32_000;
/// Rows on their way at a time.
const MOST_ROWS: usize = 1_000;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    Int,
    Text,
    Id,
    Bytes,
}

/// A table that both engines have.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) name: String,
    columns: Vec<(String, Holds)>,
    key: Vec<String>,
}

/// The tables that are copied, parents first, as a server has them.
pub(super) async fn tables(server: &mut PgConnection) -> Result<Vec<Table>, StoreError> {
    let columns = "SELECT CAST(c.relname AS text), CAST(a.attname AS text), CAST(t.typname AS text),
          coalesce(array_position(CAST(i.indkey AS int2[]), a.attnum), -1)
        FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        JOIN pg_type AS t ON t.oid = a.atttypid
        LEFT JOIN pg_index AS i ON i.indrelid = c.oid AND i.indisprimary
        WHERE c.relkind = 'r' AND c.relnamespace = CAST('public' AS regnamespace) ORDER BY c.relname, a.attnum";
    let mut tables: Vec<Table> = Vec::new();
    let mut keys: Vec<Vec<(i32, String)>> = Vec::new();
    for (table, column, kind, place) in
        sqlx::query_as::<_, (String, String, String, i32)>(columns).fetch_all(&mut *server).await?
    {
        if OWN.contains(&table.as_str()) || table.starts_with("t_tally_") {
            continue;
        }
        let holds = match kind.as_str() {
            "int8" | "int4" | "int2" => Holds::Int,
            "text" => Holds::Text,
            "uuid" => Holds::Id,
            "bytea" => Holds::Bytes,
            other => return Err(StoreError::Driver(format!("{table}.{column} is of the type {other}"))),
        };
        if tables.last().is_none_or(|last| last.name != table) {
            tables.push(Table { name: table, columns: Vec::new(), key: Vec::new() });
            keys.push(Vec::new());
        }
        if let (Some(table), Some(key)) = (tables.last_mut(), keys.last_mut()) {
            table.columns.push((column.clone(), holds));
            if place >= 0 {
                key.push((place, column));
            }
        }
    }
    for (table, mut key) in tables.iter_mut().zip(keys) {
        key.sort_unstable();
        table.key = key.into_iter().map(|(_, column)| column).collect();
    }
    parents_first(tables, server).await
}

async fn parents_first(mut tables: Vec<Table>, server: &mut PgConnection) -> Result<Vec<Table>, StoreError> {
    let references = "SELECT DISTINCT CAST(c.relname AS text), CAST(p.relname AS text) FROM pg_constraint AS r
        JOIN pg_class AS c ON c.oid = r.conrelid JOIN pg_class AS p ON p.oid = r.confrelid
        WHERE r.contype = 'f' AND r.conrelid <> r.confrelid AND r.connamespace = CAST('public' AS regnamespace)";
    let references: Vec<(String, String)> = sqlx::query_as(references).fetch_all(server).await?;
    let mut sorted: Vec<Table> = Vec::new();
    while !tables.is_empty() {
        let waits = |table: &Table| {
            let parents = references.iter().filter(|(child, _)| *child == table.name).map(|(_, parent)| parent);
            parents.into_iter().any(|parent| tables.iter().any(|left| left.name == *parent))
        };
        let Some(next) = tables.iter().position(|table| !waits(table)) else {
            return Err(StoreError::Driver("tables of the schema name each other in a circle".into()));
        };
        sorted.push(tables.remove(next));
    }
    Ok(sorted)
}

/// A name as SQL writes it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

impl Table {
    fn selecting(&self) -> String {
        let list =
            |names: &mut dyn Iterator<Item = &String>| names.map(|name| quoted(name)).collect::<Vec<_>>().join(", ");
        let columns = list(&mut self.columns.iter().map(|(name, _)| name));
        let order = if self.key.is_empty() { "1".to_owned() } else { list(&mut self.key.iter()) };
        format!("SELECT {columns} FROM {} ORDER BY {order}", quoted(&self.name))
    }

    fn inserting(&self) -> String {
        let columns: Vec<_> = self.columns.iter().map(|(name, _)| quoted(name)).collect();
        format!("INSERT INTO {} ({}) ", quoted(&self.name), columns.join(", "))
    }

    fn values(&self, mut cells: Cells<'_>) -> Result<Vec<Value>, StoreError> {
        let of = |(_, holds): &(String, Holds)| {
            Ok(match holds {
                Holds::Int => Value::Int(cells.int_opt()?),
                Holds::Text => Value::Text(cells.text_opt()?),
                Holds::Id => Value::Id(cells.id_opt()?),
                Holds::Bytes => Value::Bytes(cells.bytes_opt()?),
            })
        };
        self.columns.iter().map(of).collect()
    }

    /// Copies every row that a server shows into a file. Says how many.
    pub(super) async fn to_file(&self, from: &mut PgConnection, to: &mut SqliteConnection) -> Result<i64, StoreError> {
        let most = (MOST_ARGUMENTS / self.columns.len().max(1)).min(MOST_ROWS);
        let mut copied = 0;
        {
            let rows = sqlx::query(AssertSqlSafe(self.selecting())).fetch(&mut *from).err_into();
            let values = rows.and_then(|row| ready(self.values(Cells::of_postgres(&row))));
            let mut batches = pin!(values.try_chunks(most));
            while let Some(batch) = batches.try_next().await.map_err(|broken| broken.1)? {
                copied += i64::try_from(batch.len()).unwrap_or(i64::MAX);
                self.add_to_file(to, batch).await?;
            }
        }
        self.must_be(count_on_server(from, &self.name).await?, copied)?;
        Ok(copied)
    }

    async fn add_to_file(&self, to: &mut SqliteConnection, rows: Vec<Vec<Value>>) -> Result<(), StoreError> {
        let row = format!("({})", vec!["?"; self.columns.len()].join(", "));
        let text = format!("{}VALUES {}", self.inserting(), vec![row; rows.len()].join(", "));
        let values = bind_file(rows.into_iter().flatten().collect())?;
        sqlx::query_with(AssertSqlSafe(text), values).execute(to).await?;
        Ok(())
    }

    /// Copies every row of a file into a server's table. Says how many.
    pub(super) async fn to_server(
        &self,
        from: &mut SqliteConnection,
        to: &mut PgConnection,
    ) -> Result<i64, StoreError> {
        let mut copied = 0;
        let rows = sqlx::query(AssertSqlSafe(self.selecting())).fetch(&mut *from).err_into();
        let values = rows.and_then(|row| ready(self.values(Cells::of_sqlite(&row))));
        let mut batches = pin!(values.try_chunks(MOST_ROWS));
        while let Some(batch) = batches.try_next().await.map_err(|broken| broken.1)? {
            copied += i64::try_from(batch.len()).unwrap_or(i64::MAX);
            self.onto_server(to, batch).await?;
        }
        self.must_be(count_on_server(to, &self.name).await?, copied)?;
        Ok(copied)
    }

    async fn onto_server(&self, to: &mut PgConnection, rows: Vec<Vec<Value>>) -> Result<(), StoreError> {
        let arrays: Vec<_> = (1..=self.columns.len()).map(|place| format!("${place}")).collect();
        let text = format!("{}SELECT * FROM unnest({})", self.inserting(), arrays.join(", "));
        sqlx::query_with(AssertSqlSafe(text), bind_columns(rows)?).execute(to).await?;
        Ok(())
    }

    /// What a table shows and what was copied are the same: a policy that hides a row is noticed.
    fn must_be(&self, there: i64, copied: i64) -> Result<(), StoreError> {
        if there == copied {
            return Ok(());
        }
        Err(StoreError::Driver(format!("{copied} rows of {} were copied, and there are {there}", self.name)))
    }
}

async fn count_on_server(server: &mut PgConnection, table: &str) -> Result<i64, StoreError> {
    let text = format!("SELECT count(*) FROM {}", quoted(table));
    Ok(sqlx::query(AssertSqlSafe(text)).fetch_one(server).await?.try_get(0)?)
}
