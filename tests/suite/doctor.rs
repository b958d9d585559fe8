//! The doctor finds what is wrong with a plant's database, mends what can be mended, and says what to do about the rest.

use super::plant::FloorPlant;
use kpi_ops::service::Finding;

/// What was found, and whether it was mended.
fn told(findings: &[Finding]) -> Vec<(&str, bool)> {
    findings.iter().map(|finding| (finding.what.as_str(), finding.mended)).collect()
}

#[tokio::test]
async fn tallies_that_do_not_add_up_are_found_and_mended() {
    let plant = FloorPlant::new().await;
    assert_eq!(plant.test.plant.doctor(true, None).await.unwrap(), []);
    plant
        .sql(
            "INSERT INTO t_tally_day (client_id, production_date, units) VALUES ('ACME', 20500, 5), ('ACME', 20501, 5)",
        )
        .await;
    let wrong = "stored tallies of ACME are not what its entries add up to: 2 rows of tally_day";
    let found = plant.test.plant.doctor(false, None).await.unwrap();
    assert_eq!(told(&found), [(wrong, false)]);
    assert!(found[0].how_to_mend.contains("doctor --repair"));
    assert_eq!(told(&plant.test.plant.doctor(true, None).await.unwrap()), [(wrong, true)]);
    assert_eq!(plant.test.plant.doctor(false, None).await.unwrap(), []);
}

#[tokio::test]
async fn a_database_that_stopped_adding_up_is_mended() {
    let plant = FloorPlant::new().await;
    let one = "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger'";
    let before = plant.number(one).await;
    let name = a_trigger(&plant.test.folder.path().join("plant.db")).await;
    plant.sql(&format!("DROP TRIGGER {name}")).await;
    let found = plant.test.plant.doctor(true, None).await.unwrap();
    assert_eq!(told(&found), [("new entries are not added to the stored tallies", true)]);
    assert_eq!(plant.number(one).await, before);
}

async fn a_trigger(path: &std::path::Path) -> String {
    use sqlx::Connection;
    let mut connection = sqlx::SqliteConnection::connect(&format!("sqlite:{}", path.display())).await.unwrap();
    sqlx::query_scalar("SELECT name FROM sqlite_schema WHERE type = 'trigger' AND name LIKE 'tg_%'")
        .fetch_one(&mut connection)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_row_that_points_at_nothing_is_named_and_left() {
    let plant = FloorPlant::new().await;
    let statements =
        "PRAGMA foreign_keys = OFF; INSERT INTO t_stage (client_id, stage, position, created_by, created_at,
                      updated_by, updated_at, version) VALUES ('NOBODY', 'sewing', 1, 'x', 0, 'x', 0, 1)";
    plant.sql(statements).await;
    let found = plant.test.plant.doctor(true, None).await.unwrap();
    assert_eq!(told(&found), [("1 row of stage names a client that is not there", false)]);
    assert!(found[0].how_to_mend.contains("restore the newest backup"));
}
