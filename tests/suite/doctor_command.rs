//! `kpi-ops doctor` as whoever keeps the machine calls it: what is wrong, in words, and mended where that is possible.

use super::plant::FloorPlant;
use super::program::{Ended, Home};
use kpi_ops::domain::measure::Units;
use kpi_ops::domain::production::Count;
use kpi_ops::service::{Command, LogCount};

#[test]
fn a_healthy_database_needs_no_login_and_nothing() {
    let home = Home::with_admin();
    let out = home.call(&["doctor"]).done();
    assert!(out.ends_with(": nothing is wrong\n"), "{out}");
}

#[tokio::test(flavor = "multi_thread")]
async fn tallies_that_are_wrong_are_told_and_mended() {
    let plant = FloorPlant::new().await;
    let olga = plant.desk("olga").await;
    let count = LogCount {
        entry_id: olga.new_id(),
        client_id: "ACME".parse().unwrap(),
        line_id: "L1".parse().unwrap(),
        shift: None,
        product_id: "P1".parse().unwrap(),
        work_order_id: None,
        job_id: None,
        count: Count { units: Units(600), ..Count::default() },
        counted_at: None,
        estimated: false,
        notes: None,
    };
    super::plant::run(&olga, Command::LogCount(count)).await;
    plant.sql("UPDATE t_tally_day SET units = units + 1").await;
    let mut home = Home::new();
    home.uses(&format!("sqlite:{}", plant.test.folder.path().join("plant.db").display()));
    let call = |arguments: &'static [&str]| -> Ended { home.call(arguments) };
    let told = call(&["doctor"]);
    assert_eq!((told.code, told.err.as_str()), (1, ""));
    assert!(told.out.contains("ACME") && told.out.contains("kpi-ops doctor --repair"), "{}", told.out);
    let mended = call(&["doctor", "--repair"]).done();
    assert!(mended.starts_with("mended: ") && !mended.contains("--repair"), "{mended}");
    assert!(call(&["doctor"]).done().ends_with(": nothing is wrong\n"));
}
