//! A server's database as a file, and a file as a server's database: row by row, at one moment, in one transaction.
//! Stored tallies are not carried over; the other side adds them up by the same rules.

use super::super::error::StoreError;
use super::super::migrate::{MIGRATIONS, options};
use super::super::postgres;
use super::super::stored_tally;
use super::super::url::Server;
use super::rows::{Table, tables};
use super::{Held, file};
use sqlx::sqlite::SqliteJournalMode;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, PgConnection, SqliteConnection};
use std::path::Path;

/// One moment for all of it, and every row in view.
const LOOK: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
    SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0;
    SET LOCAL app.door = 'open'; SET LOCAL app.keeper = 'yes'";
const SEE_ALL: &str =
    "SELECT set_config('app.clients', CAST(ARRAY(SELECT c.client_id FROM t_client AS c) AS text), true)";

/// A backup has to be of the database that the program uses.
pub(super) fn must_name_the_same(reader: &Server, server: &Server) -> Result<(), StoreError> {
    if reader.options.get_database() == server.options.get_database() {
        return Ok(());
    }
    Err(postgres::unusable(
        reader,
        "it is another database than the one of --database",
        "name the same database in both URLs",
    ))
}

/// Writes all of a server's database into a new file.
pub(super) async fn copy(reader: &Server, to: &Path) -> Result<Held, StoreError> {
    let mut server = postgres::connect(reader).await?;
    postgres::must_be_current(&mut server, reader).await?;
    must_read_all(&mut server, reader).await?;
    let mut look = server.begin_with(LOOK).await?;
    look.execute(SEE_ALL).await?;
    let mut held = Held::default();
    let mut file = new_file(to).await?;
    let kept = take_triggers_off(&mut file).await?;
    let tables = tables(&mut look).await?;
    let mut writing = file.begin().await?;
    for table in tables.iter().rev() {
        writing.execute(AssertSqlSafe(format!("DELETE FROM {}", table.name))).await?;
    }
    for table in &tables {
        let rows = table.to_file(&mut look, &mut writing).await?;
        held.rows.push((table.name.clone(), rows));
    }
    for trigger in kept {
        writing.execute(AssertSqlSafe(trigger)).await?;
    }
    writing.commit().await?;
    look.rollback().await?;
    stored_tally::install(&mut file).await?;
    file.close().await?;
    server.close().await?;
    Ok(held)
}

/// A role that some policy or right keeps something from would make a backup that lacks it.
async fn must_read_all(server: &mut PgConnection, reader: &Server) -> Result<(), StoreError> {
    let unread = "SELECT CAST(c.relname AS text) FROM pg_class AS c
        WHERE c.relkind = 'r' AND c.relnamespace = CAST('public' AS regnamespace)
          AND NOT has_table_privilege(c.oid, 'SELECT') LIMIT 1";
    let unread: Option<String> = sqlx::query_scalar(unread).fetch_optional(&mut *server).await?;
    let Some(table) = unread else { return Ok(()) };
    let (role, name) = (reader.options.get_username(), table.trim_start_matches("t_"));
    Err(postgres::unusable(
        reader,
        format!("the role {role} may not read {name}, so a backup by it would lack something"),
        "name a role with BYPASSRLS and pg_read_all_data, or the owner, in --backup-database",
    ))
}

/// A file with the schema and nothing else. Until it is whole nobody needs it to be durable.
async fn new_file(to: &Path) -> Result<SqliteConnection, StoreError> {
    let options = options(to).create_if_missing(true).foreign_keys(false).journal_mode(SqliteJournalMode::Memory);
    let mut file = options.connect().await.map_err(|error| file::cannot_open(to, &error))?;
    MIGRATIONS.run_direct(None, &mut file, false).await.map_err(|error| StoreError::Driver(error.to_string()))?;
    Ok(file)
}

/// Takes the triggers of the schema off while rows come in that were judged when they were made. Gives their texts.
async fn take_triggers_off(file: &mut SqliteConnection) -> Result<Vec<String>, StoreError> {
    let triggers = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'";
    let triggers: Vec<(String, String)> = sqlx::query_as(triggers).fetch_all(&mut *file).await?;
    for (name, _) in &triggers {
        file.execute(AssertSqlSafe(format!("DROP TRIGGER {name}"))).await?;
    }
    Ok(triggers.into_iter().map(|(_, text)| text).collect())
}

/// Puts all of a file into a server's database. Says how many rows.
pub(super) async fn put_back(copy: &Path, owner: &Server, force: bool) -> Result<i64, StoreError> {
    let mut file = super::copy::connect(copy).await?;
    let mut server = postgres::connect(owner).await?;
    let mut writing = server.begin().await?;
    let clients: Vec<String> = sqlx::query_scalar("SELECT client_id FROM t_client").fetch_all(&mut file).await?;
    writing.execute("SET LOCAL app.door = 'open'; SET LOCAL app.keeper = 'yes'").await?;
    writing.execute(SEE_ALL).await?;
    let rows: i64 = sqlx::query_scalar(file::ANYTHING).fetch_one(&mut *writing).await?;
    if rows > 0 && !force {
        return Err(postgres::unusable(
            owner,
            "it holds a plant already",
            "restore into a new database, or put the backup in its place with --force",
        ));
    }
    let sessions: i64 = sqlx::query_scalar("SELECT coalesce(max(session_version), 0) FROM t_user_account")
        .fetch_one(&mut *writing)
        .await?;
    let tables = tables(&mut writing).await?;
    make_room(&mut writing, &tables).await?;
    sqlx::query("SELECT set_config('app.clients', CAST($1 AS text), true)")
        .bind(array(&clients))
        .execute(&mut *writing)
        .await?;
    let mut copied = 0;
    for table in &tables {
        copied += table.to_server(&mut file, &mut writing).await?;
    }
    // Terminals that were open hold figures and rights of what was there.
    sqlx::query("UPDATE t_user_account SET session_version = session_version + $1 + 1")
        .bind(sessions)
        .execute(&mut *writing)
        .await?;
    close_room(&mut writing, &tables).await?;
    stored_tally::postgres::rebuild(&mut writing).await?;
    writing.commit().await?;
    server.close().await?;
    file.close().await?;
    Ok(copied)
}

/// A list of texts as a server writes it.
fn array(texts: &[String]) -> String {
    let quoted = texts.iter().map(|text| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")));
    format!("{{{}}}", quoted.collect::<Vec<_>>().join(","))
}

/// Keys of a table on itself, which rows of one statement may not fulfil by themselves.
const ON_ITSELF: &str = "SELECT CAST(c.relname AS text), CAST(r.conname AS text) FROM pg_constraint AS r
    JOIN pg_class AS c ON c.oid = r.conrelid WHERE r.contype = 'f' AND r.conrelid = r.confrelid
      AND r.connamespace = CAST('public' AS regnamespace)";

/// Empties every table, and has rows come in that were judged when they were made.
async fn make_room(writing: &mut PgConnection, tables: &[Table]) -> Result<(), StoreError> {
    let tallies = "SELECT CAST(relname AS text) FROM pg_class WHERE relkind = 'r' AND starts_with(relname, 't_tally_')
        AND relname <> 't_tally_rule' AND relnamespace = CAST('public' AS regnamespace)";
    let tallies: Vec<String> = sqlx::query_scalar(tallies).fetch_all(&mut *writing).await?;
    let names: Vec<_> = tables.iter().map(|table| table.name.as_str()).collect();
    let emptied: Vec<_> = names.iter().copied().chain(tallies.iter().map(String::as_str)).collect();
    for table in names {
        writing.execute(AssertSqlSafe(format!("ALTER TABLE {table} DISABLE TRIGGER USER"))).await?;
    }
    writing.execute(AssertSqlSafe(format!("TRUNCATE {}", emptied.join(", ")))).await?;
    for (table, key) in sqlx::query_as::<_, (String, String)>(ON_ITSELF).fetch_all(&mut *writing).await? {
        let text = format!("ALTER TABLE {table} ALTER CONSTRAINT {key} DEFERRABLE INITIALLY DEFERRED");
        writing.execute(AssertSqlSafe(text)).await?;
    }
    Ok(())
}

/// Holds the rows against the keys, and puts everything back as it was.
async fn close_room(writing: &mut PgConnection, tables: &[Table]) -> Result<(), StoreError> {
    writing.execute("SET CONSTRAINTS ALL IMMEDIATE").await?;
    for (table, key) in sqlx::query_as::<_, (String, String)>(ON_ITSELF).fetch_all(&mut *writing).await? {
        writing.execute(AssertSqlSafe(format!("ALTER TABLE {table} ALTER CONSTRAINT {key} NOT DEFERRABLE"))).await?;
    }
    for table in tables {
        writing.execute(AssertSqlSafe(format!("ALTER TABLE {} ENABLE TRIGGER USER", table.name))).await?;
    }
    Ok(())
}
