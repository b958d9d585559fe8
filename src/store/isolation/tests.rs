//! The lists of the audit are those of the schema, and what is planted against its rules is found.

use super::super::fixture::{CLIENTS, Fixture, fill, fill_shared};
use super::super::scoped::{Kind, TABLES};
use super::{parents, tables};
use crate::domain::id::ClientId;
use rstest::rstest;
use sqlx::AssertSqlSafe;

async fn plant() -> Fixture {
    let fixture = Fixture::new().await;
    let session = fixture.session("paul", "POWERUSER", &[]).await;
    fill_shared(&session).await;
    for client in CLIENTS {
        fill(&session, client).await;
    }
    fixture
}

async fn tamper(fixture: &Fixture, sql: &str) {
    let text = format!("PRAGMA foreign_keys = OFF; {sql}");
    sqlx::raw_sql(AssertSqlSafe(text)).execute(fixture.store.sqlite()).await.unwrap();
}

#[tokio::test]
async fn every_table_with_clients_rows_and_every_reference_between_them_is_looked_at() {
    let of_clients = |kind: &Kind| matches!(kind, Kind::Tenant | Kind::TenantAppendOnly | Kind::Tally | Kind::Head);
    let expected: Vec<_> = TABLES.iter().filter(|(_, kind)| of_clients(kind)).map(|(name, _)| *name).collect();
    let mut named = tables::names();
    let mut wanted = expected.clone();
    named.sort_unstable();
    wanted.sort_unstable();
    assert_eq!(named, wanted);

    let fixture = Fixture::new().await;
    let keys = "SELECT DISTINCT substr(m.name, 3) || ' ' || substr(f.\"table\", 3) || ' ' || f.id
        FROM sqlite_schema AS m, pragma_foreign_key_list(m.name) AS f
        WHERE m.type = 'table' AND f.\"from\" = 'client_id' AND f.\"table\" <> 't_client' ORDER BY 1";
    let keys: Vec<String> = sqlx::query_scalar(keys).fetch_all(fixture.store.sqlite()).await.unwrap();
    let mut of_schema: Vec<_> = keys.iter().map(|key| key.rsplit_once(' ').unwrap().0.to_owned()).collect();
    let mut asked: Vec<_> = parents::pairs().iter().map(|(child, parent)| format!("{child} {parent}")).collect();
    of_schema.sort();
    asked.sort();
    assert_eq!(asked, of_schema);
}

#[tokio::test]
async fn nothing_is_wrong_with_a_plant_that_nobody_has_touched() {
    let fixture = plant().await;
    assert!(fixture.store.strays().await.unwrap().iter().all(|found| found.rows == 0));
    let rules = fixture.store.rules().await.unwrap();
    let others = rules.others.into_iter().map(|(_, rule)| rule);
    for rule in [rules.keys, rules.references, rules.stand_ins, rules.append_only].into_iter().chain(others) {
        assert!(rule.looked_at > 3 && rule.wrong.is_empty(), "{rule:?}");
    }
    assert_eq!(fixture.store.missing_tables().await.unwrap(), [""; 0]);
}

#[rstest]
#[case::a_job_of_another_clients_order("UPDATE t_job SET work_order_id = 'W-OF-BOLT' WHERE client_id = 'ACME'", "job")]
#[case::a_count_on_another_clients_line(
    "UPDATE t_production_entry SET line_id = 'L-OF-BOLT' WHERE client_id = 'ACME'",
    "production_entry"
)]
#[tokio::test]
async fn a_row_whose_parent_is_another_clients_is_counted(#[case] sql: &str, #[case] child: &str) {
    let fixture = plant().await;
    let triggers: Vec<String> =
        sqlx::query_scalar("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND name LIKE 'tg_%'")
            .fetch_all(fixture.store.sqlite())
            .await
            .unwrap();
    for trigger in triggers {
        tamper(&fixture, &format!("DROP TRIGGER \"{trigger}\"")).await;
    }
    tamper(&fixture, sql).await;
    let strays = fixture.store.strays().await.unwrap();
    assert!(strays.iter().any(|found| found.child == child && found.rows > 0), "{strays:?}");
}

#[rstest]
#[case::a_table_that_nobody_knows(
    "CREATE TABLE t_scrap (client_id TEXT NOT NULL, part_number TEXT NOT NULL, PRIMARY KEY (part_number))",
    "scrap client_id: it does not hold that only client_id names a client"
)]
#[case::a_free_text(
    "ALTER TABLE t_employee ADD COLUMN client_assigned TEXT",
    "employee client_assigned: it does not hold"
)]
#[case::a_record_that_can_be_changed(
    "DROP TRIGGER audit_entry_stays",
    "nothing refuses a change (UPDATE) of audit_entry"
)]
#[tokio::test]
async fn a_broken_rule_of_the_schema_is_named(#[case] sql: &str, #[case] told: &str) {
    let fixture = plant().await;
    tamper(&fixture, sql).await;
    let rules = fixture.store.rules().await.unwrap();
    let wrong: Vec<_> = [rules.keys, rules.references, rules.stand_ins, rules.append_only]
        .into_iter()
        .flat_map(|rule| rule.wrong)
        .collect();
    assert!(wrong.iter().any(|text| text.starts_with(told)), "{wrong:?}");
}

#[tokio::test]
async fn each_audited_table_is_written_inside_the_own_client_alone_and_nothing_stays() {
    let fixture = plant().await;
    let olga = fixture.session("lena", "LEADER", &["ACME"]).await;
    let [own, other] = CLIENTS.map(|client| ClientId::stored(client.to_owned()));
    for table in super::AUDITED.iter().filter(|table| table.is_tenant) {
        let tried = olga.try_writing(table, &own, &other, super::super::fixture::NOW).await;
        let [changed, removed, foreign] = tried.unwrap_or_else(|error| panic!("{}: {error}", table.name));
        assert!(changed > 0 && removed > 0, "{}", table.name);
        assert_eq!(foreign, 0, "{}", table.name);
    }
    let kept: i64 =
        sqlx::query_scalar("SELECT count(*) FROM t_job WHERE updated_by = 'audit' OR deleted_at IS NOT NULL")
            .fetch_one(fixture.store.sqlite())
            .await
            .unwrap();
    assert_eq!(kept, 0);
}
