//! Puts the triggers of the rules into a server's database, makes every sum anew, and finds sums that are not what they
//! must be. Making takes the role that owns the tables; looking takes one that may read them.

use super::super::Difference;
use super::super::dialect::Dialect;
use super::super::recompute::{Target, not_pushed, pushing};
use super::super::rules;
use super::{PREFIX, triggers};
use crate::domain::id::ClientId;
use crate::store::error::StoreError;
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};
use uuid::Uuid;

/// Makes the triggers and every sum anew where they were made by other rules or not at all, as the owner.
pub(in crate::store) async fn install(owner: &mut PgConnection) -> Result<(), StoreError> {
    if is_installed(owner).await? {
        return Ok(());
    }
    rebuild(owner).await
}

/// Makes every trigger and every sum anew, as the owner.
pub(in crate::store) async fn rebuild(owner: &mut PgConnection) -> Result<(), StoreError> {
    let mut transaction = owner.begin().await?;
    make_anew(&mut transaction).await?;
    Ok(transaction.commit().await?)
}

/// Lets the rest of a transaction see the rows of every client: policies bind the owner as well.
pub(in crate::store) async fn see_every_client(transaction: &mut PgConnection) -> Result<(), StoreError> {
    transaction
        .execute(
            "SELECT set_config('app.door', 'open', true);
             SELECT set_config('app.clients', CAST(ARRAY(SELECT c.client_id FROM t_client AS c) AS text), true)",
        )
        .await?;
    Ok(())
}

/// Where stored sums differ from what the entries add up to; none is how it must be. Sees what the transaction sees.
pub(in crate::store) async fn differences(transaction: &mut PgConnection) -> Result<Vec<Difference>, StoreError> {
    let (rules, push_down) = (rules::all(), rules::push_down());
    let mut queries: Vec<_> =
        Target::all(&rules, Dialect::Postgres).iter().map(|target| (target.table, target.differences())).collect();
    queries.push((push_down.target, not_pushed(&push_down, Dialect::Postgres)));
    let mut found = Vec::new();
    for (table, query) in queries {
        for row in sqlx::query(AssertSqlSafe(query)).fetch_all(&mut *transaction).await? {
            found.push(Difference { table, client_id: ClientId::stored(row.try_get(0)?), rows: row.try_get(1)? });
        }
    }
    Ok(found)
}

/// Whether every trigger of the rules is there as it was made, and fires.
pub(in crate::store) async fn are_kept(connection: &mut PgConnection) -> Result<bool, StoreError> {
    if !is_installed(connection).await? {
        return Ok(false);
    }
    let there = "SELECT count(*) FROM pg_trigger AS t JOIN pg_proc AS p ON p.oid = t.tgfoid
        WHERE t.tgname = $1 AND t.tgrelid = to_regclass($2) AND t.tgenabled = 'O' AND p.proname = $1
          AND p.prosrc = $3 AND p.prosecdef";
    for trigger in triggers(&rules::all(), &rules::push_down()) {
        let found = sqlx::query_scalar::<_, i64>(there).bind(trigger.name).bind(format!("t_{}", trigger.source));
        if found.bind(trigger.body).fetch_one(&mut *connection).await? != 1 {
            return Ok(false);
        }
    }
    Ok(true)
}

/// What the rules are, as far as a database keeps it.
fn digest() -> String {
    let mut hash = Sha256::new();
    for trigger in triggers(&rules::all(), &rules::push_down()) {
        hash.update(trigger.text);
    }
    hash.finalize().iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// Whether this database was made by these rules.
async fn is_installed(connection: &mut PgConnection) -> Result<bool, StoreError> {
    let found = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM t_tally_rule WHERE digest = $1").bind(digest());
    Ok(found.fetch_one(connection).await? == 1)
}

async fn make_anew(owner: &mut PgConnection) -> Result<(), StoreError> {
    let (rules, push_down) = (rules::all(), rules::push_down());
    see_every_client(owner).await?;
    let mut tables: Vec<_> = rules.iter().flat_map(|rule| [rule.source, rule.target]).collect();
    tables.sort_unstable();
    tables.dedup();
    let tables: Vec<_> = tables.iter().map(|table| format!("t_{table}")).collect();
    // Nobody writes an entry meanwhile, and who reads goes on.
    run(owner, format!("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE", tables.join(", "))).await?;
    let old = "SELECT CAST(t.tgname AS text), CAST(c.relname AS text) FROM pg_trigger AS t
        JOIN pg_class AS c ON c.oid = t.tgrelid WHERE starts_with(CAST(t.tgname AS text), $1) AND NOT t.tgisinternal";
    for (trigger, table) in sqlx::query_as::<_, (String, String)>(old).bind(PREFIX).fetch_all(&mut *owner).await? {
        run(owner, format!("DROP TRIGGER {trigger} ON {table}")).await?;
    }
    let old = "SELECT CAST(proname AS text) FROM pg_proc
        WHERE pronamespace = CAST('public' AS regnamespace) AND starts_with(CAST(proname AS text), $1)";
    for function in sqlx::query_scalar::<_, String>(old).bind(PREFIX).fetch_all(&mut *owner).await? {
        run(owner, format!("DROP FUNCTION {function}")).await?;
    }
    let mut is_pushed = false;
    for target in Target::all(&rules, Dialect::Postgres) {
        if !target.is_parent() && !is_pushed {
            run(owner, pushing(&push_down, Dialect::Postgres)).await?;
            is_pushed = true;
        }
        for statement in target.rebuilding() {
            run(owner, statement).await?;
        }
    }
    for trigger in triggers(&rules, &push_down) {
        run(owner, trigger.text).await?;
    }
    owner.execute("DELETE FROM t_tally_rule").await?;
    sqlx::query("INSERT INTO t_tally_rule (digest, infix) VALUES ($1, $2)")
        .bind(digest())
        .bind(Uuid::new_v4().simple().to_string())
        .execute(owner)
        .await?;
    Ok(())
}

async fn run(owner: &mut PgConnection, text: String) -> Result<(), StoreError> {
    owner.execute(AssertSqlSafe(text)).await?;
    Ok(())
}
