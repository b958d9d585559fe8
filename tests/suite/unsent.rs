//! Entries that are made while the server is gone: they wait on the machine, for their author alone, and are sent once.

use super::floor::{count, stop};
use super::plant::{Engine, FloorPlant, MONDAY_TEN, PASSWORD, run};
use super::pty::Pty;
use super::relay::Relay;
use super::terminal::Terminal;
use kpi_ops::domain::clock::ProductionDate;
use kpi_ops::domain::text::CleanText;
use kpi_ops::service::{CloseShift, Command, LogStop, Plant, ReopenShift};
use std::path::Path;

const COUNTS: &str = "SELECT count(*) FROM t_production_entry WHERE deleted_at IS NULL";

/// A terminal behind a relay, and somebody at it.
async fn logged_in(plant: &Plant, login: &str) -> Terminal {
    let mut terminal = Terminal::open(plant, 80, 24).await;
    terminal.keys(&format!("{login}<enter>{PASSWORD}<enter>")).await;
    terminal
}

async fn cut_floor() -> (FloorPlant, Relay, Plant) {
    let floor = FloorPlant::on(Engine::Server).await;
    let relay = Relay::to(&floor.test.server_url());
    let plant = relay.plant(floor.test.folder.path(), floor.test.clock.clone()).await;
    (floor, relay, plant)
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_wait_while_the_server_is_gone_and_are_sent_in_order_once() {
    let (floor, mut relay, plant) = cut_floor().await;
    let mut olga = logged_in(&plant, "olga").await;
    olga.keys("<esc>2n12").await.shows("Log a count");
    relay.cut().await;
    olga.keys("<enter>").await.shows("the server is gone").shows("1 waiting").hides("✓").hides("Log a count");
    // The form's choices are those of before; what is wrong is said at once.
    olga.keys("n7<enter>").await.shows("2 waiting");
    olga.keys("n5<tab>9<f2>").await.shows("Log a count").shows("2 waiting");
    olga.keys("<esc>d").await.hides("Log a count");
    olga.keys("3s1<enter>").await.shows("3 waiting");
    floor.test.clock.advance(2);
    olga.keys("1e").await.shows("4 waiting").shows("the end of a stop waits here");
    olga.keys("2n99<enter>").await.shows("5 waiting");
    olga.keys("u").await.shows("is taken back").shows("4 waiting");
    olga.keys("D").await.shows("Not saved yet").shows("the count of 12 on L1").shows("waits since 12:00");
    olga.keys("<esc>q").await.shows("4 entries wait for the server");
    olga.keys("<esc>").await;
    assert_eq!(floor.number(COUNTS).await, 0);

    // Somebody else at the same machine, through another way, neither sees nor sends them.
    let mut rosa = logged_in(&floor.test.plant, "rosa").await;
    rosa.keys("<esc>").await.hides("waiting");
    rosa.keys("D").await.shows("nothing is kept here");
    let mut luis = logged_in(&floor.test.plant, "luis").await;
    luis.keys("<esc>2").await.hides("waiting").shows("No counts yet");

    relay.open();
    floor.test.clock.advance(1);
    olga.keys("<f5>").await.hides("waiting").shows("are sent");
    let sent =
        "SELECT CAST(p.units AS TEXT) FROM t_production_entry AS p ORDER BY (SELECT min(a.seq) FROM t_audit_entry AS a
                WHERE a.row_key LIKE '%' || CAST(p.entry_id AS TEXT) || '%')";
    assert_eq!(floor.texts(sent).await, ["12", "7"]);
    assert_eq!(floor.number("SELECT count(*) FROM t_downtime_entry WHERE minutes = 2").await, 1);
    // What was made keeps its time; the record says when it was written.
    let times = "SELECT CAST(max(created_at) - max(counted_at) AS BIGINT) FROM t_production_entry";
    assert_eq!(floor.number(times).await, 3 * 60_000);
    olga.keys("u").await.shows("✓");
    luis.keys("<f5>").await.shows("12");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_wait_says_so_and_stays_in_its_form() {
    let (floor, mut relay, plant) = cut_floor().await;
    let mut paul = logged_in(&plant, "paul").await;
    paul.keys("<esc>9nacme<enter>").await.shows("Add a line");
    relay.cut().await;
    let screen = paul.keys("L7<tab>New one<f2>").await.screen();
    assert!(screen.contains("does not answer") && screen.contains("New one"), "{screen}");
    paul.keys("").await.hides("waiting");
    relay.open();
    floor.test.clock.advance(1);
    paul.keys("<f2>").await.shows("✓");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_that_is_refused_comes_back_with_the_reason_and_is_corrected_or_discarded() {
    let (floor, mut relay, plant) = cut_floor().await;
    let mut olga = logged_in(&plant, "olga").await;
    olga.keys("<esc>2n12").await;
    relay.cut().await;
    olga.keys("<enter>").await.shows("1 waiting");
    olga.keys("n13<enter>").await.shows("2 waiting");
    // Meanwhile the shift is closed by somebody with a server.
    let luis = floor.desk("luis").await;
    let close = CloseShift {
        client_id: "ACME".parse().unwrap(),
        production_date: ProductionDate::parse("date", "2026-05-18").unwrap(),
        shift_id: "E".parse().unwrap(),
        note: None,
    };
    run(&luis, Command::LogCount(count(&luis, 1))).await;
    run(&luis, Command::CloseShift(close)).await;

    relay.open();
    floor.test.clock.advance(1);
    olga.keys("<f5>").await.shows("2 refused").shows("was refused (and 1 more)").shows("D shows it");
    olga.keys("D").await.shows("refused: ");
    olga.keys("<enter>").await.shows("An entry was refused").shows("Correct");
    olga.keys("<esc>").await.shows("2 refused");
    olga.keys("D<delete>").await.shows("Discard this entry?");
    olga.keys("d").await.shows("1 refused");
    olga.keys("D<enter>c").await.shows("Log a count").shows("13");
    let reopen = Command::ReopenShift(ReopenShift {
        client_id: "ACME".parse().unwrap(),
        production_date: ProductionDate::parse("date", "2026-05-18").unwrap(),
        shift_id: "E".parse().unwrap(),
        reason: CleanText::name("reason", "late counts").unwrap(),
    });
    run(&luis, reopen).await;
    olga.keys("<f2>").await.shows("✓ 13").hides("refused");
    assert_eq!(floor.texts("SELECT CAST(units AS TEXT) FROM t_production_entry ORDER BY units").await, ["1", "13"]);
    assert_eq!(logged_in(&plant, "olga").await.keys("<esc>D").await.screen().matches("nothing is kept").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_whose_answer_was_lost_is_one_entry() {
    let floor = FloorPlant::on(Engine::Server).await;
    let olga = floor.desk("olga").await;
    let (counted, stopped) = (count(&olga, 5), stop(&olga, None, None));
    let (client_id, stop) = (stopped.client_id.clone(), stopped.entry_id);
    let (count, log) = (Command::LogCount(counted), Command::LogStop(stopped));
    floor.test.clock.advance(3);
    let end = Command::EndStop { client_id: client_id.clone(), entry_id: stop, ended_at: olga.now() };
    let classify = Command::ClassifyStop { client_id, entry_id: stop, reason: "MACHINE_FAILURE".parse().unwrap() };
    // The stop began when it was sent first.
    let log = match log {
        Command::LogStop(log) => Command::LogStop(LogStop { started_at: Some(MONDAY_TEN), ..log }),
        other => other,
    };
    for command in [count, log, end, classify] {
        assert!(command.can_wait());
        run(&olga, command.clone()).await;
        run(&olga, command).await;
    }
    assert_eq!(floor.number(COUNTS).await, 1);
    assert_eq!(floor.number("SELECT count(*) FROM t_downtime_entry").await, 1);
    assert_eq!(floor.number("SELECT count(*) FROM t_downtime_entry WHERE minutes = 3").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_is_killed_right_after_it_said_that_an_entry_waits_has_it_still() {
    let floor = FloorPlant::on(Engine::Server).await;
    let mut relay = Relay::to(&floor.test.server_url());
    let home = floor.test.folder.path();
    let data = home.join(".local/share/kpi-ops");
    std::fs::create_dir_all(&data).unwrap();
    // The key of the audit trail is the same on every machine of the plant.
    std::fs::copy(home.join("server.audit-key"), data.join("server.audit-key")).unwrap();
    let start = || {
        let program = Path::new(env!("CARGO_BIN_EXE_kpi-ops"));
        Pty::start(program, &["--database", relay.url()], &[("HOME", home.to_str().unwrap())], (80, 24))
    };
    let mut olga = start();
    olga.logs_in("olga", PASSWORD).types("2n").shows("Log a count").shows("L1").types("41").shows("41");
    relay.cut().await;
    olga.types("\r").shows("1 waiting");
    olga.signal("-KILL");
    olga.ends();
    assert_eq!(floor.number(COUNTS).await, 0);

    relay.open();
    let start = || {
        let program = Path::new(env!("CARGO_BIN_EXE_kpi-ops"));
        Pty::start(program, &["--database", relay.url()], &[("HOME", home.to_str().unwrap())], (80, 24))
    };
    let mut rosa = start();
    rosa.logs_in("rosa", PASSWORD).settles();
    assert!(!rosa.text().contains("waiting"), "{}", rosa.text());
    assert_eq!(floor.number(COUNTS).await, 0);
    rosa.types("q").ends();
    let mut olga = start();
    olga.shows("Log in").types(&format!("olga\r{PASSWORD}\r")).shows("sent: 41 units");
    assert_eq!(floor.number("SELECT count(*) FROM t_production_entry WHERE units = 41").await, 1);
    olga.types("q").ends();
}
