//! A copy by itself: what it is, whether it is whole, and whether all is in it that has to be.

use super::super::error::StoreError;
use super::super::migrate::MIGRATIONS;
use super::Held;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, SqliteConnection};
use std::collections::BTreeSet;
use std::path::Path;

/// Lines of a damaged file that are told; more say nothing more.
const MOST_LINES: i64 = 20;

/// A schema beside the one that this program knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Schema {
    /// An older one.
    Older,
    /// The same.
    Current,
    /// One that this program cannot know.
    Newer,
}

/// What a copy is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Copy {
    /// Its schema.
    pub(crate) schema: Schema,
    /// What is wrong with the file.
    pub(crate) damage: Vec<String>,
    /// Rows of all base tables.
    pub(crate) rows: i64,
    /// Clients.
    pub(crate) clients: i64,
}

impl Copy {
    /// Looks at a copy.
    pub(crate) async fn look(path: &Path) -> Result<Self, StoreError> {
        let mut connection = connect(path).await?;
        let schema = schema(&mut connection, path).await?;
        let damage = sqlx::query_scalar(
            "SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok' LIMIT $1",
        );
        let damage = damage.bind(MOST_LINES).fetch_all(&mut connection).await?;
        let (mut rows, mut clients) = (0, 0);
        for table in tables(&mut connection).await? {
            let counted = count(&mut connection, &table).await?;
            rows += counted;
            if table == "t_client" {
                clients = counted;
            }
        }
        connection.close().await?;
        Ok(Self { schema, damage, rows, clients })
    }

    /// What was in the database when the copy was begun, and is not in the copy.
    pub(crate) async fn lacks(path: &Path, held: &Held) -> Result<Vec<String>, StoreError> {
        let mut connection = connect(path).await?;
        let mut lacks = Vec::new();
        for (table, rows) in &held.rows {
            let found = count(&mut connection, table).await?;
            if found < *rows {
                let name = table.trim_start_matches("t_");
                lacks.push(format!("{} rows of {name} are not in the copy", rows - found));
            }
        }
        for (client, seq, hash) in &held.ends {
            if *seq > 0 && !has_entry(&mut connection, client.as_deref(), *seq, hash.as_deref()).await? {
                let of = client.as_deref().unwrap_or("the accounts");
                lacks.push(format!("entry {seq} of the audit trail of {of} is not in the copy"));
            }
        }
        connection.close().await?;
        Ok(lacks)
    }
}

async fn has_entry(
    connection: &mut SqliteConnection,
    client: Option<&str>,
    seq: i64,
    hash: Option<&[u8]>,
) -> Result<bool, StoreError> {
    let there = if let Some(client) = client {
        let entry =
            "SELECT count(*) FROM t_audit_entry WHERE client_id = $3 AND seq = $1 AND ($2 IS NULL OR hash = $2)";
        sqlx::query_scalar::<_, i64>(entry).bind(seq).bind(hash).bind(client)
    } else {
        let entry = "SELECT count(*) FROM t_account_audit_entry WHERE seq = $1 AND ($2 IS NULL OR hash = $2)";
        sqlx::query_scalar::<_, i64>(entry).bind(seq).bind(hash)
    };
    Ok(there.fetch_one(connection).await? == 1)
}

/// A connection to a file as it is: nothing is created, migrated or set.
pub(super) async fn connect(path: &Path) -> Result<SqliteConnection, StoreError> {
    let options = SqliteConnectOptions::new().filename(path).foreign_keys(false).disable_statement_logging();
    options.connect().await.map_err(|error| super::file::cannot_open(path, &error))
}

/// The schema of a file that must be a database of ours.
pub(super) async fn schema(connection: &mut SqliteConnection, path: &Path) -> Result<Schema, StoreError> {
    let is_ours =
        "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN ('_sqlx_migrations', 't_client')";
    let found: i64 = sqlx::query_scalar(is_ours)
        .fetch_one(&mut *connection)
        .await
        .map_err(|error| super::file::cannot_open(path, &error))?;
    if found != 2 {
        return Err(StoreError::NotADatabase(path.to_path_buf()));
    }
    let done: Vec<i64> = sqlx::query_scalar("SELECT version FROM _sqlx_migrations").fetch_all(connection).await?;
    let done: BTreeSet<i64> = done.into_iter().collect();
    let known: BTreeSet<i64> = MIGRATIONS.iter().map(|migration| migration.version).collect();
    Ok(match () {
        () if done == known => Schema::Current,
        () if done.is_subset(&known) => Schema::Older,
        () => Schema::Newer,
    })
}

/// The base tables of a file, by name.
pub(super) async fn tables(connection: &mut SqliteConnection) -> Result<Vec<String>, StoreError> {
    let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND substr(name, 1, 2) = 't_' ORDER BY name";
    Ok(sqlx::query_scalar(tables).fetch_all(connection).await?)
}

/// The rows of a base table.
pub(super) async fn count(connection: &mut SqliteConnection, table: &str) -> Result<i64, StoreError> {
    let text = format!("SELECT count(*) FROM \"{}\"", table.replace('"', "\"\""));
    Ok(sqlx::query_scalar(AssertSqlSafe(text)).fetch_one(connection).await?)
}
