//! The real program killed without warning, again and again: what was acknowledged is there once, and stored figures and
//! the trail are whole.
//!
//! `KPI_OPS_TEST_KILLS` says how often, where the few of an ordinary run are not enough.

use super::plant::{ADMIN_PASSWORD, FloorPlant, PASSWORD};
use super::pty::Pty;
use std::process::{Command, Stdio};
use std::time::Duration;

const PROGRAM: &str = env!("CARGO_BIN_EXE_kpi-ops");

/// How often the program is killed in each test of an ordinary run.
const KILLS: u64 = 20;

fn kills() -> u64 {
    std::env::var("KPI_OPS_TEST_KILLS").ok().map_or(KILLS, |kills| kills.parse().expect("KPI_OPS_TEST_KILLS"))
}

/// Milliseconds below a limit: different ones each time, the same in every run.
fn moment(turn: u64, below: u64) -> Duration {
    let mixed = (turn + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    Duration::from_millis((mixed >> 33) % below)
}

/// A command of the ADMIN's at the plant's file.
fn call(floor: &FloorPlant, arguments: &[&str]) -> Command {
    let folder = floor.test.folder.path();
    let mut command = Command::new(PROGRAM);
    command.env_clear().env("HOME", folder).env("KPI_OPS_USER", "anna").env("KPI_OPS_PASSWORD", ADMIN_PASSWORD);
    command.env("KPI_OPS_DATABASE", format!("sqlite:{}/plant.db", folder.display()));
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Tallies, trail and everything else are as they should be.
fn is_whole(floor: &FloorPlant) {
    let doctor = call(floor, &["doctor"]).stdout(Stdio::piped()).output().unwrap();
    assert!(doctor.status.success(), "{}", String::from_utf8_lossy(&doctor.stdout));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_is_killed_again_and_again_brings_every_row_in_once() {
    const ROWS: i64 = 5_000;
    let floor = FloorPlant::new().await;
    let file = floor.test.folder.path().join("counts.csv");
    let mut text = "id,production_date,shift_id,line_id,product_id,units\n".to_owned();
    for row in 0..ROWS {
        let id = uuid::Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0000 | u128::try_from(row).unwrap());
        text.push_str(&format!("{id},2026-05-{:02},E,L1,P1,{}\n", 1 + row % 17, 1 + row % 9));
    }
    std::fs::write(&file, text).unwrap();
    let import = || call(&floor, &["import", "production", file.to_str().unwrap(), "--client", "ACME"]);
    let mut landed = 0;
    for turn in 0..kills() {
        let mut killed = import().spawn().unwrap();
        tokio::time::sleep(moment(turn, 1_200)).await;
        killed.kill().unwrap();
        killed.wait().unwrap();
        let now = floor.number("SELECT count(*) FROM t_production_entry").await;
        assert!(now >= landed, "rows that were there are gone");
        landed = now;
    }
    assert!(import().status().unwrap().success());
    assert_eq!(floor.number("SELECT count(*) FROM t_production_entry").await, ROWS);
    let units: i64 = (0..ROWS).map(|row| 1 + row % 9).sum();
    assert_eq!(floor.number("SELECT sum(units) FROM t_tally_day").await, units);
    is_whole(&floor);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_count_that_was_acknowledged_survives_the_kill_and_none_is_there_twice() {
    let floor = FloorPlant::new().await;
    let (mut acknowledged, mut sent) = (0, 0);
    for turn in 0..kills() {
        let mut pty = Pty::dashboard(&floor, (80, 24), &[]);
        pty.logs_in("olga", PASSWORD).types("2").shows("Counts");
        // One that is waited for, and one in whose middle the program is killed.
        pty.types("n").shows("Log a count").types("1\r").shows("✓ 1 unit");
        acknowledged += 1;
        pty.types("n").shows("Log a count").types("1\r");
        std::thread::sleep(moment(turn, 60));
        pty.signal("-KILL");
        sent += 2;
        let saved = floor.number("SELECT count(*) FROM t_production_entry WHERE units = 1").await;
        assert!(saved >= acknowledged && saved <= sent, "{saved} of {sent}, {acknowledged} acknowledged");
        acknowledged = saved;
        sent = saved;
    }
    let units = "SELECT (SELECT sum(units) FROM t_production_entry) - (SELECT sum(units) FROM t_tally_day)";
    assert_eq!(floor.number(units).await, 0);
    is_whole(&floor);
}
