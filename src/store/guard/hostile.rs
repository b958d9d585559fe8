//! Statements that mean harm, on a guarded connection and past the funnel: each must be refused, or give what the
//! scope holds and no more. Each is also run on a connection without a guard, where it must do what it is meant to do,
//! so that none of them is refused for a slip of the pen.

use super::super::fixture::{CLIENTS, Fixture, NOW, fill, fill_shared};
use super::super::funnel::{Look, args};
use super::super::session::Session;
use super::super::{StoreError, stored_tally};
use sqlx::{AssertSqlSafe, Column, Row};

/// A plant in which the operator `olga` has ACME, and BOLT has a row of everything too.
pub(super) struct Plant {
    pub(super) fixture: Fixture,
    pub(super) olga: Session,
    pub(super) anna: Session,
}

pub(super) async fn plant() -> Plant {
    let fixture = Fixture::new().await;
    let anna = fixture.session("anna", "ADMIN", &[]).await;
    fill_shared(&anna).await;
    for client in CLIENTS {
        fill(&anna, client).await;
    }
    let olga = fixture.session("olga", "OPERATOR", &["ACME"]).await;
    Plant { fixture, olga, anna }
}

/// All cells of a result as text.
pub(super) async fn cells(connection: &mut sqlx::SqliteConnection, sql: &str) -> Result<String, sqlx::Error> {
    let rows = sqlx::query(AssertSqlSafe(sql.to_owned())).fetch_all(connection).await?;
    let mut text = String::new();
    for row in &rows {
        for column in row.columns() {
            let place = column.ordinal();
            let cell = row.try_get_unchecked::<Vec<u8>, _>(place).unwrap_or_default();
            text += &String::from_utf8_lossy(&cell);
            text.push('|');
        }
    }
    Ok(text)
}

/// What a statement gives a session, past the funnel.
pub(super) async fn asked(session: &Session, sql: &str) -> Result<String, sqlx::Error> {
    let mut tx = session.write(NOW).await.expect("write");
    cells(tx.open().expect("open").sqlite(), sql).await
}

/// What it gives where nothing guards.
pub(super) async fn unguarded(plant: &Plant, sql: &str) -> Result<String, sqlx::Error> {
    let mut connection = plant.fixture.store.sqlite().acquire().await.expect("door");
    cells(&mut connection, sql).await
}

/// The same in a transaction that is rolled back, with the views that some statements begin from.
async fn unguarded_and_undone(plant: &Plant, sql: &str) -> Result<String, sqlx::Error> {
    let mut connection = plant.fixture.store.sqlite().acquire().await.expect("door");
    let views = "CREATE TEMP VIEW IF NOT EXISTS stage AS SELECT * FROM t_stage;
                 CREATE TEMP VIEW IF NOT EXISTS production_line AS SELECT * FROM t_production_line";
    sqlx::raw_sql(views).execute(&mut *connection).await.expect("views");
    sqlx::raw_sql("BEGIN").execute(&mut *connection).await.expect("begin");
    let result = cells(&mut connection, sql).await;
    sqlx::raw_sql("ROLLBACK; PRAGMA foreign_keys = ON").execute(&mut *connection).await.expect("rollback");
    result
}

pub(super) fn is_refused(result: &Result<String, sqlx::Error>) -> bool {
    let Err(sqlx::Error::Database(error)) = result else { return false };
    ["not authorized", "prohibited"].iter().any(|word| error.message().contains(word))
}

/// Every cell of every table, as a connection without a guard sees it.
pub(super) async fn everything(plant: &Plant) -> String {
    let names = "SELECT group_concat(name) FROM sqlite_schema WHERE type = 'table' AND name LIKE 't^_%' ESCAPE '^'";
    let names = unguarded(plant, names).await.expect("tables");
    let mut text = String::new();
    for name in names.trim_end_matches('|').split(',') {
        text += &unguarded(plant, &format!("SELECT * FROM {name}")).await.expect("rows");
    }
    assert!(text.contains("word of BOLT") && text.len() > 3_000, "{text}");
    text
}

/// What reaches round the views, and the text of it.
const ROUND_THE_VIEWS: &[(&str, &str)] = &[
    ("a base table", "SELECT * FROM t_production_line"),
    ("a base table of its schema", "SELECT name FROM main.t_production_line"),
    ("in other letters", "SELECT NAME FROM MAIN.T_PRODUCTION_LINE"),
    ("the number of rows", "SELECT count(*) FROM t_production_line"),
    ("the number of rows of its schema", "SELECT count(*) FROM main.t_production_line"),
    ("that there are rows", "SELECT EXISTS (SELECT 1 FROM t_production_line WHERE client_id = 'BOLT')"),
    ("a join", "SELECT b.name FROM stage AS v JOIN t_production_line AS b ON 1"),
    ("a join for nothing", "SELECT v.stage FROM stage AS v LEFT JOIN t_production_line AS b ON b.client_id = 'BOLT'"),
    ("a union", "SELECT name FROM production_line UNION ALL SELECT name FROM t_production_line"),
    (
        "a number of a union",
        "SELECT count(*) FROM (SELECT name FROM t_production_line UNION ALL SELECT name FROM t_production_line)",
    ),
    ("a subquery", "SELECT (SELECT max(name) FROM t_production_line)"),
    ("a list", "SELECT 'BOLT' IN (SELECT client_id FROM t_production_line)"),
    ("a table as a list", "SELECT ('n', 'v', 'x', 0, 'x', 0, NULL, 1) IN main.t_plant_setting"),
    ("an order", "SELECT 1 ORDER BY (SELECT max(name) FROM t_production_line)"),
    ("a group", "SELECT 1 GROUP BY (SELECT max(name) FROM t_production_line)"),
    ("a limit", "SELECT 1 LIMIT (SELECT count(name) FROM t_production_line)"),
    ("a window", "SELECT row_number() OVER (ORDER BY name) FROM t_production_line"),
    ("values", "VALUES ((SELECT max(name) FROM t_production_line))"),
    ("accounts", "SELECT login FROM t_user_account"),
    ("the number of accounts", "SELECT count(*) FROM t_user_account"),
    ("hashes", "SELECT password_hash FROM main.t_user_account"),
    ("tallies", "SELECT * FROM t_tally_day"),
    ("names of triggers", "SELECT infix FROM t_tally_rule"),
    ("settings", "SELECT * FROM t_plant_setting"),
    ("migrations", "SELECT count(*) FROM _sqlx_migrations"),
    ("the schema", "SELECT sql FROM sqlite_schema"),
    ("the schema by its old name", "SELECT sql FROM main.sqlite_master"),
    ("the number of the schema", "SELECT count(*) FROM sqlite_schema"),
    ("statistics", "SELECT * FROM sqlite_stat1"),
    ("the number of statistics", "SELECT count(*) FROM sqlite_stat1"),
    ("pages", "SELECT count(*) FROM dbstat"),
    ("what pages hold", "SELECT name FROM dbstat"),
    ("columns", "SELECT name FROM pragma_table_info('t_user_account')"),
    ("tables", "SELECT name FROM pragma_table_list"),
    ("the number of tables", "SELECT count(*) FROM pragma_table_list"),
    ("databases", "SELECT file FROM pragma_database_list"),
    ("json", "SELECT value FROM json_each('[1]')"),
    (
        "a spoofed view",
        "WITH production_line AS (SELECT * FROM main.t_production_line) SELECT name FROM production_line",
    ),
    ("a spoofed scope", "WITH scope AS (SELECT * FROM main.t_client) SELECT client_id FROM scope"),
    (
        "a spoofed base table",
        "WITH t_production_line AS (SELECT * FROM main.t_production_line) SELECT * FROM t_production_line",
    ),
    ("an alias", "SELECT production_line.name FROM t_production_line AS production_line"),
    ("an alias of a subquery", "SELECT * FROM (SELECT * FROM t_production_line) AS production_line"),
    ("a pragma", "PRAGMA table_list"),
    ("a pragma that sets", "PRAGMA foreign_keys = OFF"),
    ("a pragma that lets write the schema", "PRAGMA writable_schema = ON"),
    ("a savepoint", "SAVEPOINT a"),
    ("a table", "CREATE TABLE a (b)"),
    ("a temp table", "CREATE TEMP TABLE t_production_line (b)"),
    ("a table with rows", "CREATE TEMP TABLE a AS SELECT * FROM main.t_production_line"),
    ("a view", "CREATE TEMP VIEW a AS SELECT * FROM main.t_production_line"),
    ("a trigger", "CREATE TEMP TRIGGER a BEFORE INSERT ON t_production_line BEGIN SELECT 1; END"),
    ("an index", "CREATE INDEX a ON t_production_line (name)"),
    ("a virtual table", "CREATE VIRTUAL TABLE a USING fts5 (b)"),
    ("a drop", "DROP TABLE t_plant_setting"),
    ("a change of a table", "ALTER TABLE t_plant_setting RENAME TO a"),
    ("a new column", "ALTER TABLE t_plant_setting ADD COLUMN a TEXT"),
    ("analyze", "ANALYZE"),
    ("reindex", "REINDEX"),
    ("what is explained", "EXPLAIN SELECT * FROM t_production_line"),
    ("a plan", "EXPLAIN QUERY PLAN SELECT * FROM t_production_line"),
    ("a change", "UPDATE t_production_line SET name = 'x'"),
    ("a change of its schema", "UPDATE main.t_production_line SET name = 'x'"),
    ("a row", "INSERT INTO t_plant_setting VALUES ('a', 'b', 'x', 0, 'x', 0, NULL, 1)"),
    ("a deletion", "DELETE FROM t_coverage_entry"),
    ("a change of the schema", "UPDATE sqlite_stat1 SET stat = '1'"),
    ("a larger role", "UPDATE t_user_account SET role = 'ADMIN'"),
    ("a larger scope", "UPDATE t_user_client_assignment SET deleted_at = NULL"),
];

#[tokio::test]
async fn what_reaches_round_the_views_is_refused() {
    let plant = plant().await;
    let before = everything(&plant).await;
    for (what, sql) in ROUND_THE_VIEWS {
        for session in [&plant.olga, &plant.anna] {
            let result = asked(session, sql).await;
            assert!(is_refused(&result), "{what}: {sql}: {result:?}");
        }
        let control = unguarded_and_undone(&plant, sql).await;
        assert!(control.is_ok(), "{what}: {sql} does nothing that could be refused: {control:?}");
    }
    assert_eq!(everything(&plant).await, before);
}

/// Texts that would open another way, had they a place for it.
const OTHER_WAYS: &[&str] = &[
    "ATTACH DATABASE ':memory:' AS other",
    "VACUUM",
    "VACUUM INTO '/tmp/kpi-ops-stolen.db'",
    "SELECT load_extension('x')",
    "SELECT fts3_tokenizer('simple')",
    "SELECT sql FROM temp.sqlite_schema",
    "SELECT sql FROM sqlite_temp_master",
    "SELECT count(*) FROM sqlite_temp_schema",
    "SELECT * FROM scope",
    "SELECT * FROM temp.keeper",
    "SELECT * FROM narrowed",
    "SELECT * FROM temp.g_00000000000000000000000000000000_scope",
];

#[tokio::test]
async fn what_would_open_another_way_fails() {
    let plant = plant().await;
    for sql in OTHER_WAYS {
        for session in [&plant.olga, &plant.anna] {
            assert!(asked(session, sql).await.is_err(), "{sql}");
        }
    }
    assert!(!std::path::Path::new("/tmp/kpi-ops-stolen.db").exists());
}

/// Queries that are right, and show the scope whatever they ask for.
const OF_VIEWS: &[&str] = &[
    "SELECT * FROM production_line",
    "SELECT * FROM temp.production_line",
    "SELECT * FROM production_line WHERE client_id = 'BOLT' OR 1",
    "SELECT a.name, b.notes FROM production_line AS a, work_order AS b",
    "SELECT name FROM production_line UNION SELECT client_id FROM client UNION SELECT product_id FROM product",
    "WITH t AS (SELECT * FROM production_entry) SELECT * FROM t",
    "WITH t_production_line AS (SELECT 'x' AS name) SELECT name FROM production_line",
    "WITH t_user_account AS (SELECT X'00' AS user_id, 1 AS active, 'ADMIN' AS role) SELECT * FROM client",
    "WITH scope AS (SELECT 'BOLT' AS client_id) SELECT * FROM production_line",
    "SELECT * FROM downtime_entry AS d JOIN line_shift AS l ON l.line_id = d.line_id",
    "SELECT * FROM audit_entry",
    "SELECT * FROM tally_day",
    "SELECT * FROM employee_client_assignment",
    "SELECT * FROM hold_entry WHERE EXISTS (SELECT 1 FROM quality_entry)",
];

#[tokio::test]
async fn a_query_of_views_shows_the_scope() {
    let plant = plant().await;
    for sql in OF_VIEWS {
        let seen = asked(&plant.olga, sql).await.expect(sql);
        assert!(!seen.contains("BOLT"), "{sql}: {seen}");
        assert!(seen.contains("ACME"), "{sql} shows nothing: {seen}");
        assert!(asked(&plant.anna, sql).await.expect(sql).contains("BOLT"), "{sql} has nothing to hide");
    }
}

/// What writes past the scope, and the text of it.
const PAST_THE_SCOPE: &[(&str, &str)] = &[
    (
        "a row of another client",
        "INSERT INTO stage (client_id, stage, position, created_by, created_at, updated_by, updated_at, version) VALUES ('BOLT', 'x', 1, 'x', 0, 'x', 0, 1)",
    ),
    (
        "a row of nobody",
        "INSERT INTO stage (client_id, stage, position, created_by, created_at, updated_by, updated_at, version) VALUES (NULL, 'x', 1, 'x', 0, 'x', 0, 1)",
    ),
    (
        "a row of no client",
        "INSERT INTO stage (client_id, stage, position, created_by, created_at, updated_by, updated_at, version) VALUES ('NONE', 'x', 1, 'x', 0, 'x', 0, 1)",
    ),
    (
        "a row in place of anothers",
        "REPLACE INTO stage (client_id, stage, position, created_by, created_at, updated_by, updated_at, version) VALUES ('BOLT', 'sewing', 9, 'x', 0, 'x', 0, 1)",
    ),
    ("a row that moves", "UPDATE production_line SET client_id = 'BOLT'"),
    ("a row that moves in place of anothers", "UPDATE OR REPLACE production_line SET client_id = 'BOLT'"),
    ("a row that goes nowhere", "UPDATE production_line SET client_id = NULL"),
    ("another key", "UPDATE production_line SET line_id = 'L9'"),
    ("a kept sum", "UPDATE line_shift SET units = 9"),
    ("a kept day", "UPDATE defect_detail SET production_date = 1"),
    ("a tally", "UPDATE tally_day SET units = 9"),
    ("a new tally", "INSERT INTO tally_day (client_id, production_date) VALUES ('ACME', 1)"),
    ("a parent of another", "UPDATE work_order SET product_id = 'P-BOLT'"),
    ("an old entry of the record", "UPDATE audit_entry SET action = 'forged'"),
    (
        "the record again",
        "REPLACE INTO audit_entry SELECT client_id, seq, table_name, row_key, 'forged', before, after, by_login, at, previous_hash, hash FROM audit_entry",
    ),
    ("the record lost", "INSERT OR IGNORE INTO audit_entry SELECT * FROM audit_entry"),
    ("a deletion", "DELETE FROM production_entry"),
    ("a deletion of the record", "DELETE FROM audit_entry"),
    ("a deletion of everything", "DELETE FROM production_line WHERE 1 RETURNING name"),
    ("a conflict", "INSERT INTO stage SELECT * FROM stage WHERE 1 ON CONFLICT DO UPDATE SET position = 9"),
    ("a client", "UPDATE client SET name = 'x'"),
    ("a new client", "INSERT INTO client (client_id, name) VALUES ('NEW', 'x')"),
    ("a shared product", "UPDATE product SET name = 'x'"),
    ("an account", "UPDATE own_account SET role = 'ADMIN'"),
    ("a template", "UPDATE hold_reason_template SET name = 'x'"),
];

#[tokio::test]
async fn what_writes_past_the_scope_is_refused_and_changes_nothing() {
    let plant = plant().await;
    let before = everything(&plant).await;
    for (what, sql) in PAST_THE_SCOPE {
        let mut tx = plant.olga.write(NOW).await.expect("write");
        let result = cells(tx.open().expect("open").sqlite(), sql).await;
        let Err(sqlx::Error::Database(error)) = &result else { panic!("{what}: {sql}: {result:?}") };
        let is_slip = ["syntax", "no such", "ambiguous", "has no column"].iter().any(|it| error.message().contains(it));
        assert!(!is_slip, "{what}: {sql}: {result:?}");
        // Whoever goes on all the same keeps nothing of it.
        drop(tx.commit().await);
        assert_eq!(everything(&plant).await, before, "{what}: {sql}");
    }
}

#[tokio::test]
async fn a_foreign_row_is_not_there_to_be_changed() {
    let plant = plant().await;
    let before = everything(&plant).await;
    for sql in [
        "UPDATE production_line SET name = 'x' WHERE client_id = 'BOLT' RETURNING name",
        "UPDATE production_entry SET units = 1 WHERE client_id = 'BOLT' RETURNING units",
        "UPDATE stage SET position = (SELECT max(position) + 1 FROM stage WHERE client_id = 'BOLT') WHERE client_id <> 'ACME' RETURNING 1",
    ] {
        let mut tx = plant.olga.write(NOW).await.expect("write");
        assert_eq!(cells(tx.open().expect("open").sqlite(), sql).await.expect(sql), "", "{sql}");
        tx.commit().await.expect("commit");
    }
    assert_eq!(everything(&plant).await, before);
}

/// REPLACE runs past delete triggers where `recursive_triggers` is off, and leaves wrong sums.
#[tokio::test]
async fn every_connection_has_recursive_triggers() {
    let plant = plant().await;
    let mut tx = plant.olga.write(NOW).await.expect("write");
    let again = "REPLACE INTO production_entry SELECT * FROM production_entry";
    cells(tx.open().expect("open").sqlite(), again).await.expect("own rows");
    tx.commit().await.expect("commit");
    let mut door = plant.fixture.store.sqlite().acquire().await.expect("door");
    assert_eq!(stored_tally::differences(&mut door).await.expect("differences"), []);
    sqlx::query("PRAGMA recursive_triggers = OFF").execute(&mut *door).await.expect("off");
    sqlx::query("REPLACE INTO t_production_entry SELECT * FROM t_production_entry")
        .execute(&mut *door)
        .await
        .expect("x");
    assert_ne!(stored_tally::differences(&mut door).await.expect("differences"), [], "the test sees no wrong sum");
}

/// Texts that never get past the funnel.
const NOT_PLAIN: &[&str] = &[
    "EXPLAIN SELECT 1",
    "SELECT 1; SELECT 2",
    "PRAGMA query_only = OFF",
    "REPLACE INTO stage SELECT * FROM stage",
    "INSERT OR IGNORE INTO audit_entry SELECT * FROM audit_entry",
    "WITH a AS (SELECT 1) INSERT OR REPLACE INTO stage SELECT * FROM stage",
    "UPDATE stage SET position = o.position FROM stage AS o",
    "COMMIT",
];

#[tokio::test]
async fn the_funnel_takes_no_such_text() {
    let plant = plant().await;
    for sql in NOT_PLAIN {
        let mut tx = plant.anna.write(NOW).await.expect("write");
        assert!(matches!(tx.run(sql, args![]).await, Err(StoreError::NotPlain)), "{sql}");
        drop(tx);
        let mut tx = plant.anna.read().await.expect("read");
        assert!(matches!(tx.all::<i64>(sql, args![]).await, Err(StoreError::NotPlain)), "{sql}");
    }
}

#[tokio::test]
async fn a_look_cannot_write_even_past_the_funnel() {
    let plant = plant().await;
    let mut tx = plant.anna.read().await.expect("read");
    let connection = tx.open().expect("open").sqlite();
    for sql in ["UPDATE production_line SET name = 'x'", "INSERT INTO stage SELECT * FROM stage", "DELETE FROM stage"] {
        assert!(cells(connection, sql).await.is_err(), "{sql}");
    }
    assert!(is_refused(&cells(connection, "PRAGMA query_only = OFF").await));
}
