//! No statement of the store reads a table of entries as a whole: by its plan, as SQLite makes it for the scoped views
//! and the sizes that the migrations tell it, it finds them by their client at least.

use super::fixture::{Fixture, NOW};
use super::funnel::{Look, WriteTx};
use super::prepared::all_statements;
use sqlx::{AssertSqlSafe, Row};
use std::collections::BTreeSet;

/// Statements that look at every row of a table, and why they may: none of these tables grows with the entries.
const MAY_SCAN: &[(&str, &str)] = &[
    ("account.rs ACCOUNTS", "lists the accounts of the plant"),
    ("account.rs ASSIGNMENTS", "lists the clients of every account"),
    ("account.rs MOVE_ALL_SCOPES", "tells every account of the plant"),
    ("account.rs OTHER_ADMINS", "looks through the accounts of the plant"),
    ("audit/begin.rs ACCOUNTS", "reads the one end of the accounts' chain"),
    ("audit/begin.rs CLIENTS", "reads the ends of the clients' chains"),
    ("audit/begin.rs MISSING_ENDS", "reads the clients of the plant"),
    ("audit/verify.rs CLIENTS", "lists the clients of the plant"),
    ("client.rs CLIENTS", "lists the clients of the plant"),
    ("client.rs COPY_DOWNTIME_REASONS", "copies the templates into a new client's catalogue"),
    ("client.rs COPY_HOLD_REASONS", "copies the templates into a new client's catalogue"),
    ("client.rs COPY_DEFECT_TYPES", "copies the templates into a new client's catalogue"),
    ("client.rs COPY_ABSENCE_TYPES", "copies the templates into a new client's catalogue"),
    ("cover.rs POOL", "lists the people whom any client may borrow"),
    ("demo_mark.rs ANYTHING", "asks of each table whether it has a row, and stops at the first"),
    ("doctor.rs ZONES", "reads the zones of the clients of the plant"),
    ("import/code.rs DOWNTIME_TEMPLATES", "reads the templates of the plant"),
    ("import/code.rs HOLD_TEMPLATES", "reads the templates of the plant"),
    ("import/code.rs DEFECT_TEMPLATES", "reads the templates of the plant"),
    ("import/code.rs ABSENCE_TEMPLATES", "reads the templates of the plant"),
    ("isolation/probe.rs PEOPLE", "lists the accounts of the plant"),
    ("isolation/probe.rs SHOULD_SEE", "reads the clients of the plant"),
    ("login.rs ACCOUNTS", "asks whether anybody has an account, and stops at the first"),
    ("attempt.rs FORGET_OLD_ATTEMPTS", "looks through the failed logins of the last hours"),
    ("login.rs WORDS_OF_SCOPE", "reads the clients of the plant"),
    ("master_data.rs SHIFTS", "reads the shifts of the plant"),
    ("referred.rs REFERRED", "reads the shifts of the plant"),
    ("setup.rs IN_SCOPE", "counts products and shifts of the plant"),
    ("setup.rs OTHER_ACCOUNTS", "counts the accounts of the plant"),
];

/// Lists and exports of what the whole plant shares, or that look a name up in it.
const LISTS_OF_THE_PLANT: &[(&str, &str)] = &[
    ("list production", "a filter is looked for in the names of the products, once"),
    ("list work-orders", "a filter is looked for in the names of the products, once"),
    ("list shifts", "lists the shifts of the plant"),
    ("export shifts", "exports the shifts of the plant"),
    ("list clients", "lists the clients of the plant"),
    ("list users", "lists the accounts of the plant"),
];

/// The steps of a statement's plan that read a table as a whole. `b` is the table behind a scoped view; what a door
/// reads has its own name.
async fn scans(tx: &mut WriteTx, sql: &str, is_door: bool) -> Vec<String> {
    // A place for keys is any one of them here.
    let sql = sql.replace("$keys", "NULL").replace("$key", "NULL");
    let connection = tx.open().expect("open").sqlite();
    let rows = sqlx::query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"))).fetch_all(connection).await;
    let steps = rows.unwrap_or_else(|error| panic!("{sql}: {error}"));
    let steps = steps.iter().map(|row| row.get::<String, _>(3));
    let is_whole = |step: &String| {
        let Some(table) = step.strip_prefix("SCAN ").and_then(|step| step.split(' ').next()) else { return false };
        table == "b" || (is_door && !matches!(table, "CONSTANT" | "page" | "few"))
    };
    steps.filter(is_whole).collect()
}

#[tokio::test]
async fn no_statement_reads_a_whole_table_of_entries() {
    let fixture = Fixture::new().await;
    let session = fixture.session("anna", "ADMIN", &[]).await;
    let mut used = BTreeSet::new();
    let mut wrong = Vec::new();
    for (name, sql) in all_statements() {
        let is_door = sql.contains(" t_");
        let mut tx = if is_door {
            fixture.store.door("fixture", NOW).await.expect("door")
        } else {
            session.write(NOW).await.expect("write")
        };
        let found = scans(&mut tx, sql, is_door).await;
        let list = name.rsplit_once(' ').map_or(name.as_str(), |(list, _)| list);
        let allowed = MAY_SCAN.iter().find(|(known, _)| *known == name);
        let allowed = allowed.or_else(|| LISTS_OF_THE_PLANT.iter().find(|(known, _)| *known == list));
        match allowed {
            _ if found.is_empty() => {}
            Some((known, _)) => drop(used.insert(*known)),
            None => wrong.push(format!("{name}: {found:?}")),
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let listed: BTreeSet<_> = MAY_SCAN.iter().chain(LISTS_OF_THE_PLANT).map(|(name, _)| *name).collect();
    assert_eq!(used, listed, "an exception that nothing needs");
}

#[tokio::test]
async fn a_plan_that_reads_everything_is_seen() {
    let fixture = Fixture::new().await;
    let session = fixture.session("anna", "ADMIN", &[]).await;
    let mut door = fixture.store.door("fixture", NOW).await.expect("door");
    let whole = "SELECT count(*) FROM t_production_entry WHERE units = 7";
    assert_eq!(scans(&mut door, whole, true).await.len(), 1);
    door.commit().await.expect("commit");
    let mut tx = session.write(NOW).await.expect("write");
    assert_eq!(scans(&mut tx, "SELECT count(*) FROM product WHERE name = 'x'", false).await.len(), 1);
    // The view of a client's table is found by the clients of the scope, whatever is asked.
    assert_eq!(scans(&mut tx, "SELECT count(*) FROM production_entry WHERE units = 7", false).await.len(), 0);
}
