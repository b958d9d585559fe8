//! Hostile queries by the thousand: every trigger of stored tallies and every view lends its name to a WITH that reads
//! base tables, in every form of query that might lose who asks.
//!
//! That the guard sees through them rests on how SQLite behaves, not on what it promises. So the same queries go to a
//! connection on which that one rule is left out, and there they must read everything.

use super::super::fixture::NOW;
use super::super::funnel::Look;
use super::super::migrate::options;
use super::super::scoped::{Kind, TABLES};
use super::super::stored_tally;
use super::hostile::{Plant, plant};
use super::judge_by;
use super::right::{Access, Asked};
use sqlx::{AssertSqlSafe, Connection, Executor, SqlSafeStr, SqliteConnection};

/// Forms of a query by which `NAME` reads `TABLE`.
const FORMS: &[&str] = &[
    "WITH NAME AS (SELECT * FROM main.TABLE) SELECT * FROM NAME",
    "WITH NAME AS MATERIALIZED (SELECT * FROM main.TABLE) SELECT * FROM NAME",
    "WITH NAME AS NOT MATERIALIZED (SELECT * FROM main.TABLE) SELECT client_id FROM NAME WHERE client_id = 'BOLT'",
    "WITH NAME AS (SELECT * FROM main.TABLE) SELECT count(*) FROM NAME",
    "WITH NAME AS (SELECT client_id FROM main.TABLE) SELECT EXISTS (SELECT 1 FROM NAME WHERE client_id = 'BOLT')",
    "WITH NAME AS (SELECT client_id FROM main.TABLE) SELECT a.client_id FROM client AS a WHERE EXISTS (SELECT 1 FROM NAME AS n WHERE n.client_id = a.client_id)",
    "WITH NAME AS (SELECT client_id FROM main.TABLE) SELECT 'BOLT' IN NAME",
    "WITH NAME AS (SELECT client_id FROM main.TABLE) SELECT 'BOLT' IN (SELECT client_id FROM NAME)",
    "WITH NAME AS (SELECT client_id FROM main.TABLE UNION ALL SELECT client_id FROM main.TABLE) SELECT count(*) FROM NAME",
    "WITH NAME AS (SELECT client_id FROM main.TABLE UNION SELECT 'x') SELECT * FROM NAME",
    "WITH NAME AS (VALUES ((SELECT max(client_id) FROM main.TABLE))) SELECT * FROM NAME",
    "WITH NAME AS (VALUES ('x' IN (SELECT client_id FROM main.TABLE))) SELECT * FROM NAME",
    "WITH RECURSIVE NAME(c) AS (SELECT max(client_id) FROM main.TABLE UNION SELECT c FROM NAME LIMIT 2) SELECT c FROM NAME",
    "WITH NAME AS (WITH i AS (SELECT * FROM main.TABLE) SELECT * FROM i) SELECT * FROM NAME",
    "WITH o AS (WITH NAME AS (SELECT * FROM main.TABLE) SELECT * FROM NAME) SELECT * FROM o",
    "WITH NAME AS (SELECT client_id, row_number() OVER (ORDER BY client_id) AS n FROM main.TABLE) SELECT * FROM NAME",
    "WITH NAME AS (SELECT DISTINCT client_id FROM main.TABLE ORDER BY 1 LIMIT 9) SELECT string_agg(client_id, ',') FROM NAME",
    "WITH NAME AS (SELECT client_id FROM main.TABLE) SELECT (SELECT max(client_id) FROM NAME)",
    "WITH NAME AS (SELECT client_id FROM main.TABLE) SELECT c.client_id FROM client AS c LEFT JOIN NAME AS n ON n.client_id = 'BOLT'",
    "WITH NAME AS (SELECT client_id FROM main.TABLE) INSERT INTO stage (client_id, stage) SELECT 'ACME', client_id FROM NAME",
    "WITH NAME AS (SELECT client_id FROM main.TABLE) UPDATE stage SET position = (SELECT count(*) FROM NAME) RETURNING position",
    "SELECT * FROM (SELECT * FROM main.TABLE) AS NAME",
    "SELECT NAME.client_id FROM main.TABLE AS NAME",
    "SELECT (SELECT max(NAME.client_id) FROM main.TABLE AS NAME)",
    "UPDATE main.TABLE AS NAME SET client_id = 'x'",
    "DELETE FROM main.TABLE AS NAME",
];

fn queries(name: &str, tables: &[&str]) -> Vec<String> {
    let of_table = |table: &&str| FORMS.iter().map(|form| form.replace("NAME", name).replace("TABLE", table)).collect();
    tables.iter().flat_map::<Vec<String>, _>(of_table).collect()
}

/// How many of the queries a connection takes.
async fn taken(connection: &mut SqliteConnection, queries: &[String]) -> Vec<String> {
    let mut taken = Vec::new();
    for sql in queries {
        if (&mut *connection).prepare(AssertSqlSafe(sql.clone()).into_sql_str()).await.is_ok() {
            taken.push(sql.clone());
        }
    }
    taken
}

/// Every name that could be borrowed, with the tables behind it and two that are not.
async fn all_queries(plant: &Plant) -> Vec<String> {
    let mut door = plant.fixture.store.sqlite().acquire().await.expect("door");
    let mut all = Vec::new();
    let keeping = stored_tally::keeping(&mut door).await.expect("triggers");
    assert!(keeping.len() > 100, "{}", keeping.len());
    for (name, sums) in &keeping {
        all.extend(queries(name, &[&sums.source, &sums.target, "t_client"]));
    }
    for (name, _) in TABLES.iter().filter(|(_, kind)| matches!(kind, Kind::Tenant | Kind::TenantAppendOnly)) {
        let base = format!("t_{name}");
        for borrowed in [(*name).to_owned(), format!("g_{name}"), base.clone(), format!("{name}_insert")] {
            all.extend(queries(&borrowed, &[&base, "t_user_client_assignment"]));
        }
    }
    all
}

#[tokio::test]
async fn a_borrowed_name_reads_nothing() {
    let plant = plant().await;
    let all = all_queries(&plant).await;
    assert!(all.len() > 10_000, "{}", all.len());
    let mut tx = plant.anna.write(NOW).await.expect("write");
    assert_eq!(taken(tx.open().expect("open").sqlite(), &all).await, Vec::<String>::new());
}

#[tokio::test]
async fn without_the_rule_for_triggers_borrowed_names_read_everything() {
    let plant = plant().await;
    let path = plant.fixture.store.url().path().expect("a file").to_owned();
    let mut lax = SqliteConnection::connect_with(&options(&path)).await.expect("connection");
    let user = plant.olga.person().user_id;
    let (texts, rights) = plant.fixture.store.inner.catalogue.scoped(user, None, Access::Write).expect("texts");
    judge_by(&mut lax, &texts, move |asked, by| asked == Asked::Select || rights.allow(asked, by)).await.expect("lax");
    let mut door = plant.fixture.store.sqlite().acquire().await.expect("door");
    let (name, sums) = stored_tally::keeping(&mut door).await.expect("triggers").swap_remove(0);
    let taken = taken(&mut lax, &queries(&name, &[&sums.source])).await;
    assert!(taken.len() > 14, "the forms would leak nothing: {taken:#?}");
    let seen =
        format!("WITH {name} AS (SELECT DISTINCT client_id FROM main.{}) SELECT client_id FROM {name}", sums.source);
    let seen: Vec<String> = sqlx::query_scalar(AssertSqlSafe(seen)).fetch_all(&mut lax).await.expect("leak");
    assert_eq!(seen, ["ACME", "BOLT"]);
}
