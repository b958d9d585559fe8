//! `kpi-ops audit`: 100 % where nothing is wrong, and what somebody has planted is found, with exit code 5.

use super::plant::{ADMIN_PASSWORD, FloorPlant, PASSWORD, run};
use super::program::{Ended, Home};
use kpi_ops::domain::measure::Units;
use kpi_ops::domain::production::Count;
use kpi_ops::service::{Command, LogCount};
use rstest::rstest;

/// Two clients with entries of their own, and a home from which the ADMIN calls.
async fn plant() -> (FloorPlant, Home) {
    let plant = FloorPlant::new().await;
    for (login, client) in [("olga", "ACME"), ("rosa", "RIVAL")] {
        let desk = plant.desk(login).await;
        let count = LogCount {
            entry_id: desk.new_id(),
            client_id: client.parse().unwrap(),
            line_id: "L1".parse().unwrap(),
            shift: None,
            product_id: "P1".parse().unwrap(),
            work_order_id: Some("W1".parse().unwrap()),
            job_id: None,
            count: Count { units: Units(600), ..Count::default() },
            counted_at: None,
            estimated: false,
            notes: None,
        };
        run(&desk, Command::LogCount(count)).await;
    }
    let mut home = Home::new();
    home.uses(&format!("sqlite:{}", plant.test.folder.path().join("plant.db").display()));
    home.acts_as("anna", ADMIN_PASSWORD);
    (plant, home)
}

fn call(home: &Home, arguments: &[&str]) -> Ended {
    home.call(arguments)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plant_that_nobody_has_touched_passes_and_says_what_was_looked_at() {
    let (plant, home) = plant().await;
    let text = call(&home, &["audit"]).done();
    assert!(text.contains("100 %") && !text.contains("FAILED"), "{text}");
    let json: serde_json::Value = serde_json::from_str(&call(&home, &["audit", "--format", "json"]).done()).unwrap();
    assert_eq!((json["score"].as_u64(), json["passed"].as_bool()), (Some(100), Some(true)));
    let rows = json["rows"].as_array().unwrap();
    let findings: Vec<_> = rows.iter().filter_map(|row| row["finding"].as_u64()).collect();
    assert!(findings.is_sorted() && (1..=7).all(|finding| findings.contains(&finding)), "{findings:?}");
    let way_down = ["the detail of a kpi", "the causes of a kpi", "the panel of a client", "a client that never was"];
    for expected in ["job ", "availability", "the list of jobs", "chains", "accounts"].into_iter().chain(way_down) {
        let has = |row: &serde_json::Value| row.to_string().to_lowercase().contains(expected);
        assert!(rows.iter().any(has), "{expected}: {json:#}");
    }
    assert_eq!(
        plant.number("SELECT count(*) FROM t_work_order WHERE updated_by = 'audit' OR deleted_at IS NOT NULL").await,
        0
    );
}

#[rstest]
#[case("olga")]
#[case("luis")]
#[case("paul")]
#[tokio::test(flavor = "multi_thread")]
async fn it_is_an_admins(#[case] login: &'static str) {
    let (_plant, mut home) = plant().await;
    home.acts_as(login, PASSWORD);
    let told = call(&home, &["audit"]).failed(4);
    assert!(told.contains("ADMIN"), "{told}");
}

const NO_TRIGGERS: &str = "DROP TRIGGER audit_entry_stays; DROP TRIGGER audit_entry_is_kept;";

#[rstest]
#[case::a_row_of_another_client(
    "PRAGMA foreign_keys = OFF; INSERT INTO t_job (client_id, job_id, work_order_id, part_number, quantity, completed, scrapped,
       created_by, created_at, updated_by, updated_at, version) SELECT 'ACME', 'J9', 'W-OF-RIVAL', 'P', 1, 0, 0, 'x', 0, 'x', 0, 1",
    "1 rows have a work_order that is not their client's"
)]
#[case::a_chain_that_was_cut(
    "{NO_TRIGGERS} DELETE FROM t_audit_entry WHERE client_id = 'ACME' AND seq = (SELECT max(seq) FROM t_audit_entry WHERE client_id = 'ACME')",
    "was cut off"
)]
#[case::an_entry_that_was_changed(
    "{NO_TRIGGERS} UPDATE t_audit_entry SET by_login = 'rosa' WHERE client_id = 'ACME' AND seq = 2",
    "ACME: entry 2 was changed"
)]
#[case::a_record_that_can_be_changed("{NO_TRIGGERS}", "nothing refuses a change (UPDATE) of audit_entry")]
#[case::a_free_text("ALTER TABLE t_employee ADD COLUMN client_assigned TEXT", "client_assigned: it does not hold")]
#[case::an_operator_of_two(
    "INSERT INTO t_user_client_assignment SELECT 'RIVAL', user_id, created_by, 0, 'x', 0, NULL, 1 FROM t_user_account WHERE login = 'olga'",
    "olga is an OPERATOR of 2 clients"
)]
#[case::a_table_that_is_gone("PRAGMA foreign_keys = OFF; DROP TABLE t_defect_detail", "defect_detail is not there")]
#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_has_planted_is_found(#[case] sql: &str, #[case] told: &str) {
    let (plant, home) = plant().await;
    plant.sql(&sql.replace("{NO_TRIGGERS}", NO_TRIGGERS)).await;
    let found = call(&home, &["audit"]);
    assert_eq!(found.code, 5, "{}{}", found.out, found.err);
    assert!(found.out.contains("FAILED") && found.out.contains(told), "{}", found.out);
    let json = call(&home, &["audit", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert!(json["score"].as_u64() < Some(100) && json["passed"] == false, "{json:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_key_is_found_without_a_login() {
    let (plant, home) = plant().await;
    std::fs::write(plant.test.folder.path().join("plant.db.audit-key"), "ab".repeat(32)).unwrap();
    let found = call(&home, &["audit"]);
    assert_eq!(found.code, 5, "{}{}", found.out, found.err);
    assert!(found.out.contains("is not the one of this database"), "{}", found.out);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_demo_of_many_clients_passes() {
    let mut home = Home::new();
    home.uses("sqlite:demo.db");
    home.call(&["demo", "--no-open", "--clients", "8", "--days", "5"]);
    home.acts_as("anna", "good-shift-1");
    let text = call(&home, &["audit"]).done();
    assert!(text.contains("100 %"), "{text}");
}
