//! Puts the triggers of the rules into a database, makes every sum anew, and finds sums that are not what they must be.

use super::dialect::Dialect;
use super::recompute::{Target, not_pushed, pushing};
use super::rules;
use super::sqlite::{PREFIX, triggers};
use crate::domain::clock::{Instant, PlantClock};
use crate::domain::id::ClientId;
use crate::store::error::StoreError;
use crate::store::guard::Sums;
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, Connection, Executor, Row, SqliteConnection};
use uuid::Uuid;

/// Rows of one client in one table whose sums are not what the entries add up to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Difference {
    /// The table, without the `t_` of a base table.
    pub(crate) table: &'static str,
    /// The client.
    pub(crate) client_id: ClientId,
    /// How many rows.
    pub(crate) rows: i64,
}

/// Makes the triggers and every sum anew where they were made by other rules or not at all: in a new database, and
/// after an update of the program that adds up otherwise.
pub(in crate::store) async fn install(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let digest = digest();
    if installed(connection).await?.is_some_and(|(known, _)| known == digest) {
        return Ok(());
    }
    // Somebody else may be at it: whoever comes second finds it done.
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    if installed(&mut transaction).await?.is_none_or(|(known, _)| known != digest) {
        date_deliveries(&mut transaction).await?;
        make_anew(&mut transaction).await?;
    }
    Ok(transaction.commit().await?)
}

/// Makes every trigger and every sum anew.
pub(in crate::store) async fn rebuild(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    make_anew(&mut transaction).await?;
    Ok(transaction.commit().await?)
}

/// Where stored sums differ from what the entries add up to; none is how it must be.
pub(in crate::store) async fn differences(connection: &mut SqliteConnection) -> Result<Vec<Difference>, StoreError> {
    let (rules, push_down) = (rules::all(), rules::push_down());
    let mut queries: Vec<_> =
        Target::all(&rules, Dialect::Sqlite).iter().map(|target| (target.table, target.differences())).collect();
    queries.push((push_down.target, not_pushed(&push_down, Dialect::Sqlite)));
    let mut found = Vec::new();
    for (table, query) in queries {
        for row in sqlx::query(AssertSqlSafe(query)).fetch_all(&mut *connection).await? {
            let client_id = ClientId::stored(row.try_get(0)?);
            found.push(Difference { table, client_id, rows: row.try_get(1)? });
        }
    }
    Ok(found)
}

/// Whether every trigger of the rules is there as it was made.
pub(in crate::store) async fn are_kept(connection: &mut SqliteConnection) -> Result<bool, StoreError> {
    let Some((_, infix)) = installed(connection).await? else { return Ok(false) };
    let there = "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND name = $1 AND sql = $2";
    for trigger in triggers(&rules::all(), &rules::push_down(), &infix) {
        let found = sqlx::query_scalar::<_, i64>(there).bind(trigger.name).bind(trigger.text);
        if found.fetch_one(&mut *connection).await? != 1 {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The triggers of the rules in this database by name, with the base tables that they work on.
pub(in crate::store) async fn keeping(connection: &mut SqliteConnection) -> Result<Vec<(String, Sums)>, StoreError> {
    let Some((_, infix)) = installed(connection).await? else { return Ok(Vec::new()) };
    let base = |table: &str| format!("t_{table}");
    let triggers = triggers(&rules::all(), &rules::push_down(), &infix).into_iter();
    let keeping = triggers.map(|it| (it.name, Sums { source: base(it.source), target: base(it.target) }));
    Ok(keeping.collect())
}

/// The triggers of the rules in this database by name, with the statements that make them.
pub(in crate::store) async fn texts(connection: &mut SqliteConnection) -> Result<Vec<(String, String)>, StoreError> {
    let Some((_, infix)) = installed(connection).await? else { return Ok(Vec::new()) };
    let triggers = triggers(&rules::all(), &rules::push_down(), &infix);
    Ok(triggers.into_iter().map(|trigger| (trigger.name, trigger.text)).collect())
}

/// What the rules are, as far as a database keeps it.
fn digest() -> String {
    let mut hash = Sha256::new();
    for trigger in triggers(&rules::all(), &rules::push_down(), "") {
        hash.update(trigger.text);
    }
    hash.finalize().iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// The digest of the rules that this database was made by, and what is in the names of its triggers.
async fn installed(connection: &mut SqliteConnection) -> Result<Option<(String, String)>, StoreError> {
    Ok(sqlx::query_as("SELECT digest, infix FROM t_tally_rule").fetch_optional(connection).await?)
}

async fn make_anew(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let (rules, push_down) = (rules::all(), rules::push_down());
    let infix = match installed(connection).await? {
        Some((_, infix)) => infix,
        None => Uuid::new_v4().simple().to_string(),
    };
    let old = "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND substr(name, 1, length($1)) = $1";
    for name in sqlx::query_scalar::<_, String>(old).bind(PREFIX).fetch_all(&mut *connection).await? {
        run(connection, format!("DROP TRIGGER {name}")).await?;
    }
    let mut is_pushed = false;
    for target in Target::all(&rules, Dialect::Sqlite) {
        if !target.is_parent() && !is_pushed {
            run(connection, pushing(&push_down, Dialect::Sqlite)).await?;
            is_pushed = true;
        }
        for statement in target.rebuilding() {
            run(connection, statement).await?;
        }
    }
    for trigger in triggers(&rules, &push_down, &infix) {
        run(connection, trigger.text).await?;
    }
    connection.execute("DELETE FROM t_tally_rule").await?;
    sqlx::query("INSERT INTO t_tally_rule (digest, infix) VALUES ($1, $2)")
        .bind(digest())
        .bind(infix)
        .execute(connection)
        .await?;
    Ok(())
}

/// Gives deliveries that were written before orders had a date of delivery the one of the client's calendar.
async fn date_deliveries(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let undated = "SELECT o.client_id, o.work_order_id, o.delivered_at, c.time_zone FROM t_work_order AS o
                   JOIN t_client AS c ON c.client_id = o.client_id
                   WHERE o.delivered_at IS NOT NULL AND o.delivered_date IS NULL";
    for row in sqlx::query(undated).fetch_all(&mut *connection).await? {
        let clock = PlantClock::parse(row.try_get(3)?).map_err(|reject| StoreError::Driver(reject.to_string()))?;
        sqlx::query("UPDATE t_work_order SET delivered_date = $3 WHERE client_id = $1 AND work_order_id = $2")
            .bind(row.try_get::<String, _>(0)?)
            .bind(row.try_get::<String, _>(1)?)
            .bind(clock.date(Instant(row.try_get(2)?)).0)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

async fn run(connection: &mut SqliteConnection, text: String) -> Result<(), StoreError> {
    connection.execute(AssertSqlSafe(text)).await?;
    Ok(())
}
