//! Every rule of the lint finds the fault that was planted for it, and a database without faults has no finding.

use super::super::fixture::Fixture;
use super::{Finding, rule, sqlite};
use std::collections::BTreeSet;

/// A client's table made anew with something else between its columns and its end.
macro_rules! anew {
    ($rest:expr) => {
        concat!(
            "DROP TABLE t_part_opportunities;
             CREATE TABLE t_part_opportunities (client_id TEXT NOT NULL, part_number TEXT NOT NULL, ",
            $rest
        )
    };
}

/// The rule, what breaks it, and what is found.
const PLANTED: &[(&str, &str, &str)] = &[
    ("known-table", "CREATE TABLE t_shadow (a TEXT PRIMARY KEY) STRICT, WITHOUT ROWID", "t_shadow"),
    ("known-table", "CREATE TABLE copy (client_id TEXT PRIMARY KEY) STRICT, WITHOUT ROWID", "copy"),
    ("known-table", "DROP TABLE t_coverage_entry", "t_coverage_entry is not there"),
    (
        "key-begins-with-client",
        anew!(
            "PRIMARY KEY (part_number, client_id), FOREIGN KEY (client_id) REFERENCES t_client (client_id)) STRICT, WITHOUT ROWID"
        ),
        "t_part_opportunities",
    ),
    ("unique-begins-with-client", "CREATE UNIQUE INDEX planted ON t_stage (stage)", "t_stage planted"),
    ("unique-begins-with-client", "CREATE UNIQUE INDEX planted ON t_stage (stage, client_id)", "t_stage planted"),
    ("index-begins-with-client", "CREATE INDEX planted ON t_production_entry (units)", "t_production_entry planted"),
    ("index-begins-with-client", "CREATE INDEX planted ON t_stage (lower(stage))", "t_stage planted"),
    (
        "foreign-key-carries-client",
        anew!(
            "PRIMARY KEY (client_id, part_number), FOREIGN KEY (client_id) REFERENCES t_client (client_id),
               FOREIGN KEY (part_number) REFERENCES t_work_order (work_order_id)) STRICT, WITHOUT ROWID"
        ),
        "t_part_opportunities to t_work_order",
    ),
    ("client-exists", anew!("PRIMARY KEY (client_id, part_number)) STRICT, WITHOUT ROWID"), "t_part_opportunities"),
    ("one-name-for-a-client", "ALTER TABLE t_work_order ADD COLUMN customer TEXT", "t_work_order customer"),
    ("one-name-for-a-client", "ALTER TABLE t_product ADD COLUMN client_id TEXT", "t_product client_id"),
    (
        "no-cascade",
        anew!(
            "PRIMARY KEY (client_id, part_number),
               FOREIGN KEY (client_id) REFERENCES t_client (client_id) ON DELETE CASCADE) STRICT, WITHOUT ROWID"
        ),
        "t_part_opportunities to t_client",
    ),
    (
        "strict-table",
        anew!("PRIMARY KEY (client_id, part_number), FOREIGN KEY (client_id) REFERENCES t_client (client_id))"),
        "t_part_opportunities",
    ),
    ("generated-triggers", "CREATE TRIGGER planted AFTER INSERT ON t_stage BEGIN SELECT 1; END", "planted"),
    ("generated-triggers", "DROP TRIGGER audit_entry_stays", "audit_entry_stays"),
    ("no-view", "CREATE VIEW planted AS SELECT * FROM t_production_entry", "planted"),
    ("connection-settings", "PRAGMA recursive_triggers = OFF", "recursive_triggers"),
    ("connection-settings", "PRAGMA foreign_keys = OFF", "foreign_keys"),
];

/// What is right in the texts of views and triggers, what is planted there, and the table whose view is found.
const SPOILED: &[(&str, &str, &str)] = &[
    ("CREATE TEMP VIEW tally_day ", "CREATE TEMP VIEW another ", "tally_day"),
    (
        "FROM main.t_stage AS b WHERE b.client_id IN (SELECT s.client_id FROM temp.g__scope AS s)",
        "FROM main.t_stage AS b",
        "stage",
    ),
    ("CREATE TEMP TRIGGER g__stage_insert ", "CREATE TEMP TRIGGER another ", "stage"),
    (
        "CREATE TEMP TRIGGER g__stage_update INSTEAD OF UPDATE ON stage BEGIN
               SELECT RAISE(ABORT, 'outside the scope') WHERE NOT EXISTS",
        "CREATE TEMP TRIGGER g__stage_update INSTEAD OF UPDATE ON stage BEGIN
               SELECT RAISE(ABORT, 'not at all') WHERE 0 AND NOT EXISTS",
        "stage",
    ),
];

fn says(findings: &[Finding], rule: &str, object: &str) -> bool {
    findings.iter().any(|finding| finding.rule.id == rule && finding.object == object)
}

#[tokio::test]
async fn the_schema_has_no_finding() {
    let fixture = Fixture::new().await;
    assert_eq!(fixture.store.lint().await.expect("lint"), []);
}

#[tokio::test]
async fn each_rule_finds_the_fault_that_was_planted_for_it() {
    let mut found = BTreeSet::new();
    for (rule, planted, object) in PLANTED {
        let fixture = Fixture::new().await;
        sqlx::raw_sql(*planted).execute(fixture.store.sqlite()).await.expect(planted);
        let findings = fixture.store.lint().await.expect("lint");
        assert!(says(&findings, rule, object), "{planted}: {findings:?}");
        found.insert(*rule);
    }
    let fixture = Fixture::new().await;
    let mut door = fixture.store.sqlite().acquire().await.expect("door");
    for (right, wrong, object) in SPOILED {
        let catalogue = fixture.store.inner.catalogue.spoiled(right, wrong);
        let findings = sqlite::findings(&mut door, &catalogue).await.expect("lint");
        assert!(says(&findings, "scoped-view", object), "{wrong}: {findings:?}");
        found.insert("scoped-view");
    }
    let all: BTreeSet<_> = fixture.store.lint_rules().map(|rule| rule.id).collect();
    assert_eq!(found, all, "a rule without a planted fault");
    assert_eq!(all.len(), rule::RULES.len() + sqlite::RULES.len(), "two rules of one name");
}

#[tokio::test]
async fn a_dropped_and_a_changed_trigger_are_found() {
    let fixture = Fixture::new().await;
    let a_name = "SELECT name FROM sqlite_schema WHERE type = 'trigger' ORDER BY name LIMIT 1";
    let name: String = sqlx::query_scalar(a_name).fetch_one(fixture.store.sqlite()).await.expect("name");
    let drop = sqlx::AssertSqlSafe(format!("DROP TRIGGER {name}"));
    sqlx::raw_sql(drop).execute(fixture.store.sqlite()).await.expect("drop");
    assert!(says(&fixture.store.lint().await.expect("lint"), "generated-triggers", &name));
    let again = format!("CREATE TRIGGER {name} AFTER INSERT ON t_stage BEGIN SELECT 1; END");
    sqlx::raw_sql(sqlx::AssertSqlSafe(again)).execute(fixture.store.sqlite()).await.expect("again");
    assert!(says(&fixture.store.lint().await.expect("lint"), "generated-triggers", &name));
}

/// A shape that has passed is not looked at again; another is, and is never remembered as long as it has a fault.
#[tokio::test]
async fn only_a_shape_that_passed_is_remembered() {
    let fixture = Fixture::new().await;
    let passed = || sqlx::query_scalar::<_, i64>("SELECT count(*) FROM t_lint_pass").fetch_one(fixture.store.sqlite());
    assert_eq!(passed().await.expect("passed"), 1);
    sqlx::raw_sql("CREATE VIEW planted AS SELECT 1").execute(fixture.store.sqlite()).await.expect("planted");
    fixture.store.lint_once().await.expect("lint");
    assert_eq!(passed().await.expect("passed"), 1);
    sqlx::raw_sql("DROP VIEW planted; CREATE INDEX another ON t_stage (client_id, position)")
        .execute(fixture.store.sqlite())
        .await
        .expect("another");
    fixture.store.lint_once().await.expect("lint");
    assert_eq!(passed().await.expect("passed"), 2);
}
