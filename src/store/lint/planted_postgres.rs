//! The same on a server: every rule of PostgreSQL finds the fault that was planted for it, by its owner or its superuser.

use super::super::test_postgres::migrated;
use super::super::test_server::{RUNTIME, TestDatabase};
use super::{Finding, of_server, postgres, rule};
use std::collections::BTreeSet;

/// The rule, what breaks it (`RUNTIME` is the program's role), and what is found.
const PLANTED: &[(&str, &str, &str)] = &[
    ("known-table", "CREATE TABLE t_shadow (a TEXT PRIMARY KEY)", "t_shadow"),
    ("known-table", "DROP TABLE t_coverage_entry CASCADE", "t_coverage_entry is not there"),
    (
        "key-begins-with-client",
        "ALTER TABLE t_part_opportunities DROP CONSTRAINT t_part_opportunities_pkey CASCADE;
         ALTER TABLE t_part_opportunities ADD PRIMARY KEY (part_number, client_id)",
        "t_part_opportunities",
    ),
    ("unique-begins-with-client", "CREATE UNIQUE INDEX planted ON t_stage (stage)", "t_stage planted"),
    ("index-begins-with-client", "CREATE INDEX planted ON t_stage (lower(stage))", "t_stage planted"),
    (
        "foreign-key-carries-client",
        "ALTER TABLE t_work_order ADD CONSTRAINT planted UNIQUE (work_order_id);
         ALTER TABLE t_stage ADD FOREIGN KEY (stage) REFERENCES t_work_order (work_order_id)",
        "t_stage to t_work_order",
    ),
    ("client-exists", "ALTER TABLE t_stage DROP CONSTRAINT t_stage_client_id_fkey", "t_stage"),
    ("one-name-for-a-client", "ALTER TABLE t_work_order ADD COLUMN customer TEXT", "t_work_order customer"),
    (
        "no-cascade",
        "ALTER TABLE t_stage ADD FOREIGN KEY (client_id) REFERENCES t_client (client_id) ON DELETE CASCADE",
        "t_stage to t_client",
    ),
    ("forced-row-security", "ALTER TABLE t_stage NO FORCE ROW LEVEL SECURITY", "t_stage"),
    ("forced-row-security", "ALTER TABLE t_user_account DISABLE ROW LEVEL SECURITY", "t_user_account"),
    ("exact-policy", "DROP POLICY scope ON t_stage", "t_stage has none"),
    ("exact-policy", "CREATE POLICY planted ON t_stage USING (true)", "t_stage planted"),
    ("exact-policy", "ALTER POLICY scope ON t_stage USING (client_id IS NOT NULL)", "t_stage scope"),
    ("exact-policy", "ALTER POLICY scope ON t_stage WITH CHECK (true)", "t_stage scope"),
    ("exact-policy", "CREATE POLICY planted ON t_user_account FOR SELECT USING (true)", "t_user_account planted"),
    ("invoker-view", "ALTER VIEW stage RESET (security_invoker)", "stage"),
    ("invoker-view", "CREATE VIEW planted AS SELECT * FROM t_production_entry", "planted"),
    ("invoker-view", "DROP VIEW stage", "stage has none"),
    ("no-materialized-view", "CREATE MATERIALIZED VIEW planted AS SELECT * FROM t_production_entry", "planted"),
    (
        "listed-definer",
        "CREATE FUNCTION planted() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM t_stage'",
        "planted",
    ),
    ("listed-definer", "GRANT EXECUTE ON FUNCTION pool_booking_is_free TO PUBLIC", "pool_booking_is_free"),
    ("listed-definer", "ALTER FUNCTION pool_booking_is_free RESET search_path", "pool_booking_is_free"),
    ("no-idle-trigger", "ALTER TABLE t_pool_booking DISABLE TRIGGER pool_booking_is_free", "pool_booking_is_free"),
    (
        "no-idle-trigger",
        "ALTER TABLE t_pool_booking ENABLE REPLICA TRIGGER pool_booking_is_free",
        "pool_booking_is_free",
    ),
    (
        "generated-triggers",
        "CREATE OR REPLACE FUNCTION tg_line_shift_update() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
         SET search_path = pg_catalog, public, pg_temp AS 'BEGIN RETURN NULL; END'",
        "tg_line_shift_update",
    ),
    (
        "generated-triggers",
        "CREATE OR REPLACE FUNCTION downtime_entry_overlaps_none() RETURNS trigger LANGUAGE plpgsql
         SET search_path = pg_catalog, public, pg_temp AS 'BEGIN RETURN NEW; END'",
        "downtime_entry_overlaps_none",
    ),
    ("generated-triggers", "ALTER FUNCTION pool_booking_is_free SECURITY INVOKER", "pool_booking_is_free"),
    ("generated-triggers", "CREATE FUNCTION planted() RETURNS bigint LANGUAGE sql AS 'SELECT 1'", "planted"),
    (
        "generated-triggers",
        "DROP TRIGGER audit_entry_is_append_only ON t_audit_entry",
        "audit_entry_is_append_only of t_audit_entry",
    ),
    (
        "generated-triggers",
        "CREATE OR REPLACE TRIGGER audit_head_moves_forward BEFORE UPDATE ON t_audit_head
         FOR EACH ROW WHEN (NEW.seq < 0) EXECUTE FUNCTION audit_head_moves_forward()",
        "audit_head_moves_forward of t_audit_head",
    ),
    (
        "generated-triggers",
        "CREATE OR REPLACE TRIGGER downtime_entry_overlaps_none BEFORE INSERT ON t_downtime_entry
         FOR EACH ROW EXECUTE FUNCTION downtime_entry_overlaps_none()",
        "downtime_entry_overlaps_none of t_downtime_entry",
    ),
    (
        "generated-triggers",
        "CREATE TRIGGER planted BEFORE INSERT ON t_stage FOR EACH ROW EXECUTE FUNCTION audit_head_moves_forward()",
        "planted of t_stage",
    ),
    ("bound-role", "ALTER TABLE t_stage OWNER TO RUNTIME", "the owner of t_stage"),
    ("narrow-grants", "GRANT TRUNCATE ON t_stage TO RUNTIME", "t_stage TRUNCATE"),
    ("narrow-grants", "GRANT REFERENCES ON t_stage TO RUNTIME", "t_stage REFERENCES"),
    ("narrow-grants", "GRANT TRIGGER ON t_stage TO RUNTIME", "t_stage TRIGGER"),
    ("narrow-grants", "GRANT UPDATE ON t_stage TO RUNTIME", "t_stage client_id"),
    ("narrow-grants", "GRANT UPDATE (stage) ON t_stage TO RUNTIME", "t_stage stage"),
    ("narrow-grants", "GRANT DELETE ON t_production_entry TO RUNTIME", "t_production_entry DELETE"),
    ("narrow-grants", "GRANT CREATE ON SCHEMA public TO RUNTIME", "CREATE on public"),
];

async fn found(database: &TestDatabase) -> Vec<Finding> {
    of_server(&mut database.runtime().await).await.expect("lint").findings
}

#[tokio::test]
async fn the_schema_of_a_server_has_no_finding() {
    assert_eq!(found(&migrated().await).await, []);
}

/// What the deployment page says for Citus.
#[tokio::test]
async fn policies_without_a_sub_select_are_policies_too() {
    let page = include_str!("../../../assets/help/deployment.md");
    let (_, rule) = page.split_once("```sql\nALTER POLICY").expect("the statement");
    let (rule, _) = rule.split_once("```").expect("its end");
    let database = migrated().await;
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!("ALTER POLICY{rule}")))
        .execute(&mut database.owner().await)
        .await
        .expect("the page's statement");
    assert_eq!(found(&database).await, []);
}

#[tokio::test]
async fn each_rule_finds_the_fault_that_was_planted_for_it_on_a_server() {
    let database = migrated().await;
    let mut kinds = BTreeSet::new();
    for (rule, planted, object) in PLANTED {
        // Rolled back, so that one database serves all: the lint sees it from inside, as the role that it is about.
        let mut superuser = database.superuser().await;
        let planted = planted.replace("RUNTIME", RUNTIME);
        let text = format!("BEGIN; {planted}; SET LOCAL ROLE {RUNTIME}");
        sqlx::raw_sql(sqlx::AssertSqlSafe(text)).execute(&mut superuser).await.expect(&planted);
        let findings = of_server(&mut superuser).await.expect("lint").findings;
        let is_found = findings.iter().any(|finding| finding.rule.id == *rule && finding.object == *object);
        assert!(is_found, "{planted}: {findings:?}");
        kinds.insert(*rule);
        sqlx::raw_sql("ROLLBACK").execute(&mut superuser).await.expect("rollback");
    }
    let all: BTreeSet<_> = rule::RULES.iter().chain(postgres::RULES).map(|rule| rule.id).collect();
    assert_eq!(kinds, all, "a rule without a planted fault");
}

/// The superuser and the owner are roles that the program must not run as.
#[tokio::test]
async fn a_role_that_could_get_round_the_policies_is_found() {
    let database = migrated().await;
    for mut connection in [database.superuser().await, database.owner().await] {
        let findings = of_server(&mut connection).await.expect("lint").findings;
        assert!(findings.iter().any(|finding| finding.rule.id == "bound-role"), "{findings:?}");
    }
}
