//! `kpi-ops kpi` as scripts see it: output, errors and exit codes.

use super::plant::{FloorPlant, MONDAY_TEN, PASSWORD, run};
use assert_cmd::Command as Program;
use kpi_ops::domain::measure::Units;
use kpi_ops::domain::production::Count;
use kpi_ops::service::{Command, Desk, LogCount, LogStop};
use rstest::rstest;

/// 600 units of which 12 are not right, after a breakdown of an hour, in Monday's early shift at ACME; and a count
/// at RIVAL, where at that time it is still Sunday's night shift.
async fn a_day() -> FloorPlant {
    let plant = FloorPlant::new().await;
    let olga = plant.desk("olga").await;
    run(&olga, stop(&olga, -60, 0)).await;
    run(&olga, count(&olga, "ACME", 600, 12)).await;
    let rosa = plant.desk("rosa").await;
    run(&rosa, count(&rosa, "RIVAL", 5, 0)).await;
    plant
}

fn stop(desk: &Desk, from: i64, to: i64) -> Command {
    Command::LogStop(LogStop {
        entry_id: desk.new_id(),
        client_id: "ACME".parse().unwrap(),
        line_id: "L1".parse().unwrap(),
        reason: Some("MACHINE_FAILURE".parse().unwrap()),
        started_at: Some(MONDAY_TEN.plus_minutes(from)),
        ended_at: Some(MONDAY_TEN.plus_minutes(to)),
        work_order_id: None,
        notes: None,
    })
}

fn count(desk: &Desk, client: &str, units: i64, defects: i64) -> Command {
    Command::LogCount(LogCount {
        entry_id: desk.new_id(),
        client_id: client.parse().unwrap(),
        line_id: "L1".parse().unwrap(),
        shift: None,
        product_id: "P1".parse().unwrap(),
        work_order_id: None,
        job_id: None,
        count: Count { units: Units(units), defects: Units(defects), ..Count::default() },
        counted_at: None,
        estimated: false,
        notes: None,
    })
}

async fn kpi(plant: &FloorPlant, user: &str, arguments: &[&str]) -> (i32, String, String) {
    let arguments: Vec<&str> = std::iter::once("kpi").chain(arguments.iter().copied()).collect();
    kpi_ops(plant, user, &arguments).await
}

/// Runs the program; gives its exit code, standard output and standard error.
pub async fn kpi_ops(plant: &FloorPlant, user: &str, arguments: &[&str]) -> (i32, String, String) {
    let folder = plant.test.folder.path();
    let mut program = Program::cargo_bin("kpi-ops").unwrap();
    program
        .env_clear()
        .env("HOME", folder)
        .env("KPI_OPS_DATABASE", format!("sqlite:{}", folder.join("plant.db").display()))
        .env("KPI_OPS_USER", user)
        .env("KPI_OPS_PASSWORD", PASSWORD)
        .args(arguments);
    let output = tokio::task::spawn_blocking(move || program.output().unwrap()).await.unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

const MONDAY: [&str; 4] = ["--from", "2026-05-18", "--to", "2026-05-18"];

fn on_monday<'a>(more: &[&'a str]) -> Vec<&'a str> {
    MONDAY.iter().chain(more).copied().collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn json_has_the_figures_of_the_day_and_nothing_of_other_clients() {
    let plant = a_day().await;
    let (code, json, _) = kpi(&plant, "olga", &on_monday(&["--format", "json"])).await;
    assert_eq!(code, 0);
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(report["from"], "2026-05-18");
    assert_eq!(report["clients"], serde_json::json!(["ACME"]));
    let kpis = &report["groups"][0]["kpis"];
    let figure = |id: &str| (kpis[id]["numerator"].as_i64(), kpis[id]["denominator"].as_i64());
    // 480 minutes less 30 of breaks; 600 units of 30 seconds are 300 minutes of earned time.
    assert_eq!(figure("availability"), (Some(390), Some(450)));
    assert_eq!(figure("performance"), (Some(300 * 60_000), Some(390 * 60_000)));
    assert_eq!(figure("quality_rate"), (Some(588), Some(600)));
    assert_eq!(kpis["efficiency"]["value"], serde_json::Value::Null, "the crew is unknown");
    assert_eq!(kpis.as_object().unwrap().len(), 22);
}

#[tokio::test(flavor = "multi_thread")]
async fn groups_and_formats_come_as_asked_for() {
    let plant = a_day().await;
    let both_days = ["--from", "2026-05-17", "--to", "2026-05-18", "--by", "line", "--format", "csv"];
    let (code, csv, _) = kpi(&plant, "paul", &both_days).await;
    assert_eq!(code, 0);
    let rows: Vec<_> = csv.lines().collect();
    assert_eq!(rows.len(), 1 + 2 * 22, "{csv}");
    assert!(rows[1].starts_with("2026-05-17,2026-05-18,ACME/L1,availability,86.66666666666667,percent,390,450,"));
    assert!(rows[23].starts_with("2026-05-17,2026-05-18,RIVAL/L1,availability,"));
    let (code, table, _) = kpi(&plant, "paul", &on_monday(&["--client", "ACME", "--by", "shift"])).await;
    assert_eq!(code, 0);
    assert!(table.starts_with("2026-05-18 to 2026-05-18, ACME\n\nE "), "{table}");
    assert!(table.contains("Quality rate                            98.0 %"), "{table}");
}

#[rstest]
#[case::a_client_of_others(&["--client", "RIVAL"], 1, "kpi-ops: no such client: RIVAL\n")]
#[case::a_client_of_nobody(&["--client", "NOBODY"], 1, "kpi-ops: no such client: NOBODY\n")]
#[case::one_of_several(&["--client", "ACME", "--client", "RIVAL"], 1, "kpi-ops: no such client: RIVAL\n")]
#[case::a_line(&["--line", "L9"], 1, "kpi-ops: no such line: L9\n")]
#[case::a_shift(&["--shift", "X"], 1, "kpi-ops: no such shift: X\n")]
#[case::a_product(&["--product", "P9"], 1, "kpi-ops: no such product: P9\n")]
#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_exist_is_refused_by_name(#[case] more: &[&str], #[case] code: i32, #[case] error: &str) {
    let plant = FloorPlant::new().await;
    let seen = kpi(&plant, "olga", &on_monday(more)).await;
    assert_eq!(seen, (code, String::new(), error.to_owned()));
}

#[rstest]
#[case::dates_the_wrong_way_round(&["--from", "2026-05-19", "--to", "2026-05-18"], "2026-05-18 lies before 2026-05-19")]
#[case::no_date(&["--from", "yesterday", "--to", "2026-05-18"], "YYYY-MM-DD")]
#[case::no_end(&["--from", "2026-05-18"], "--to")]
#[case::no_such_grouping(&["--from", "2026-05-18", "--to", "2026-05-18", "--by", "hour"], "day, week, month")]
#[tokio::test(flavor = "multi_thread")]
async fn wrong_usage_says_what_to_write_instead(#[case] arguments: &[&str], #[case] hint: &str) {
    let plant = FloorPlant::new().await;
    let (code, output, error) = kpi(&plant, "olga", arguments).await;
    assert_eq!((code, output.as_str()), (2, ""));
    assert!(error.contains(hint), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_looks_without_the_password() {
    let plant = FloorPlant::new().await;
    let (code, output, error) = kpi(&plant, "stranger", &MONDAY).await;
    assert_eq!((code, output.as_str()), (4, ""));
    assert!(error.starts_with("kpi-ops: login refused"), "{error}");
}

/// The arithmetic of a published bottling line: what is made takes its ideal time, and all the rest is stops.
#[tokio::test(flavor = "multi_thread")]
async fn imported_days_without_speed_loss_perform_at_exactly_100_percent() {
    let plant = FloorPlant::new().await;
    let counts = "production_date,shift_id,line_id,product_id,units,planned_minutes,crew\n\
        2026-05-11,E,L1,P1,1224,1000,1\n2026-05-12,E,L1,P1,1000,1400,1\n2026-05-12,E,L1,P1,800,1400,1\n\
        2026-05-13,E,L1,P1,1916,1458,1\n";
    let stops = "production_date,shift_id,line_id,reason,minutes\n\
        2026-05-11,E,L1,MACHINE_FAILURE,388\n2026-05-12,E,L1,JAM,498\n2026-05-12,E,L1,JAM,2\n\
        2026-05-13,E,L1,NO_MATERIAL,500\n";
    for (entity, rows) in [("production", counts), ("downtime", stops)] {
        let file = plant.test.folder.path().join(entity).with_extension("csv");
        std::fs::write(&file, rows).unwrap();
        let import = ["import", entity, file.to_str().unwrap(), "--client", "ACME"];
        let (code, _, error) = kpi_ops(&plant, "paul", &import).await;
        assert_eq!(code, 0, "{error}");
    }
    let window = ["--from", "2026-05-11", "--to", "2026-05-13", "--client", "ACME", "--format", "json"];
    let (code, json, error) = kpi(&plant, "paul", &window).await;
    assert_eq!(code, 0, "{error}");
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    let kpis = &report["groups"][0]["kpis"];
    let sums = |id: &str| (kpis[id]["numerator"].as_i64(), kpis[id]["denominator"].as_i64());
    assert_eq!(sums("availability"), (Some(2470), Some(3858)));
    assert_eq!(sums("mttr"), (Some(1388), Some(4)), "a stop as long as the micro-stop limit is a stop");
    assert_eq!(kpis["performance"]["value"], 100.0);
    assert_eq!(kpis["oee"]["value"], kpis["availability"]["value"]);
}
