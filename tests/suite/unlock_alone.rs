//! A locked terminal whose server is gone: it opens for its person and for nobody else, who goes on entering.

use super::plant::{ADMIN_PASSWORD, Engine, FloorPlant, PASSWORD, run};
use super::relay::Relay;
use super::terminal::Terminal;
use crate::test_server::OwnServer;
use kpi_ops::service::{Command, Plant};
use kpi_ops::tui::input::Input;

const PIN: &str = "407316";
const UNITS: &str = "SELECT CAST(units AS TEXT) FROM t_production_entry WHERE deleted_at IS NULL ORDER BY units";

async fn at_counts(plant: &Plant, login: &str) -> Terminal {
    let mut terminal = Terminal::live(plant, 80, 24).await;
    terminal.keys(&format!("{login}<enter>{PASSWORD}<enter><esc>2")).await.shows(login);
    terminal
}

async fn records(floor: &FloorPlant, action: &str) -> i64 {
    let count = format!("SELECT count(*) FROM t_account_audit_entry WHERE action = '{action}'");
    floor.number(&format!("{count} AND after LIKE '%without_server_at%'")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_terminal_that_locked_after_its_server_was_stopped_opens_for_its_person_who_enters_on() {
    let mut server = OwnServer::start();
    let floor = FloorPlant::in_database(server.database().await).await;
    let mut olga = at_counts(&floor.test.plant, "olga").await;
    olga.keys(&format!("P{PASSWORD}<enter>{PIN}<enter>{PIN}<enter>")).await.shows("✓ your PIN is set");
    olga.keys("n12<enter>").await.shows("✓ 12 units");
    olga.keys("n34").await.shows("Log a count");
    server.kill();
    olga.comes("server gone since").await;
    floor.test.clock.advance(3);
    olga.give(Input::Resize(80, 24)).await.shows("Locked").hides("Log a count").hides("ACME");

    // Somebody else's password and nonsense open nothing, and each failure after the third makes the next try wait.
    for wrong in [ADMIN_PASSWORD, "nonsense", PIN, "nonsense"] {
        olga.keys(&format!("{wrong}<enter>")).await.shows("Locked").shows("is not your password");
    }
    olga.keys(&format!("{PASSWORD}<enter>")).await.shows("Locked").shows("try again in 1 s");
    floor.test.clock.advance(1);
    olga.keys(&format!("{PASSWORD}<enter>")).await.hides("Locked").shows("Log a count").shows("34");
    olga.shows("server gone since").shows("here is what you had open").shows("12");
    olga.keys("<enter>").await.shows("1 waiting");

    // A badge and a PIN do as well, until three PINs were wrong.
    olga.keys("L").await;
    olga.keys_at_once("olga<enter>").await.shows("badge read");
    olga.keys(&format!("{PIN}<enter>")).await.hides("Locked");
    olga.keys("Lolga<enter>").await;
    for _ in 0..2 {
        olga.keys("111213<enter>").await.shows("is not your PIN");
    }
    olga.keys("111213<enter>").await.shows("three PINs were wrong");
    olga.keys("olga<enter>").await.shows("Locked").shows("three PINs were wrong");
    olga.keys(&format!("{PASSWORD}<enter>")).await.hides("Locked");
    olga.keys("n7<enter>").await.shows("2 waiting");
    assert_eq!(olga.screen().matches("server gone since").count(), 1);

    server.start_again();
    olga.until(|screen| !screen.contains("server gone") && !screen.contains("waiting")).await;
    assert_eq!(floor.texts(UNITS).await, ["12", "34", "7"]);
    olga.keys("<f5>").await.waits(std::time::Duration::from_millis(500)).await;
    assert_eq!((records(&floor, "unlocked_failed").await, records(&floor, "unlocked").await), (7, 3));
    assert_eq!(floor.number("SELECT count(*) FROM t_login_attempt").await, 0, "who came in owes nothing");
    drop(olga);
    floor.test.plant.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn failures_while_the_server_was_gone_delay_the_next_try_when_it_is_back() {
    let floor = FloorPlant::on(Engine::Server).await;
    let mut relay = Relay::to(&floor.test.server_url());
    let plant = relay.plant(floor.test.folder.path(), floor.test.clock.clone()).await;
    let mut olga = at_counts(&plant, "olga").await;
    // One failure that the server counts, and four that it does not see.
    olga.keys("Lnonsense<enter>").await.shows("is not your password");
    relay.cut().await;
    let gone = async |olga: &mut Terminal| {
        while olga.dashboard.model().link.gone_since.is_none() {
            olga.waits(std::time::Duration::from_millis(20)).await;
        }
    };
    gone(&mut olga).await;
    for _ in 0..3 {
        olga.keys("nonsense<enter>").await.shows("is not your password");
    }
    olga.keys(&format!("{PASSWORD}<enter>")).await.shows("try again in 1 s");
    relay.open();
    while olga.dashboard.model().link.gone_since.is_some() || records(&floor, "unlocked_failed").await < 3 {
        olga.waits(std::time::Duration::from_millis(20)).await;
    }
    olga.keys(&format!("{PASSWORD}<enter>")).await.shows("Locked").shows("try again in 1 s");
    // Another terminal of hers waits for nothing.
    drop(at_counts(&floor.test.plant, "rosa").await);
    floor.test.clock.advance(1);
    olga.keys(&format!("{PASSWORD}<enter>")).await.hides("Locked");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_disabled_meanwhile_sees_what_was_read_before_and_sends_nothing() {
    let floor = FloorPlant::on(Engine::Server).await;
    let mut relay = Relay::to(&floor.test.server_url());
    let plant = relay.plant(floor.test.folder.path(), floor.test.clock.clone()).await;
    let mut olga = at_counts(&plant, "olga").await;
    olga.keys("n12<enter>").await.shows("✓ 12 units");
    olga.keys("L").await.shows("Locked");
    relay.cut().await;
    while olga.dashboard.model().link.gone_since.is_none() {
        olga.waits(std::time::Duration::from_millis(20)).await;
    }
    run(&floor.admin, Command::SetUserActive { login: "olga".into(), active: false }).await;
    olga.keys(&format!("{PASSWORD}<enter>")).await.hides("Locked").shows("12");
    olga.keys("n34<enter>").await.shows("1 waiting");
    relay.open();
    olga.comes("your account was changed; log in again").await;
    olga.hides("ACME").hides("34");
    assert_eq!(floor.texts(UNITS).await, ["12"]);
    // It is not lost: it waits for her next session.
    run(&floor.admin, Command::SetUserActive { login: "olga".into(), active: true }).await;
    olga.keys(&format!("olga<enter>{PASSWORD}<enter>")).await;
    olga.until(|screen| screen.contains("sent: 34 units")).await;
    assert_eq!(floor.texts(UNITS).await, ["12", "34"]);
}
