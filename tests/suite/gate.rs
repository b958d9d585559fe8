//! The login screen of a plant whose server goes: it says so and looks for it by itself, and what is typed stays.

use super::plant::{Engine, FloorPlant, PASSWORD};
use super::relay::Relay;
use super::terminal::Terminal;
use kpi_ops::tui::input::Input;

/// A minute goes by in which nobody types.
async fn minute(floor: &FloorPlant, terminal: &mut Terminal) {
    floor.test.clock.advance(1);
    terminal.give(Input::Resize(80, 24)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_login_screen_looks_for_a_lost_server_by_itself_and_keeps_what_is_typed() {
    let floor = FloorPlant::on(Engine::Server).await;
    let mut relay = Relay::to(&floor.test.server_url());
    let plant = relay.plant(floor.test.folder.path(), floor.test.clock.clone()).await;
    let mut terminal = Terminal::live(&plant, 80, 24).await;
    terminal.keys("ol").await.shows("Log in").hides("server gone");

    relay.cut().await;
    minute(&floor, &mut terminal).await;
    terminal.shows("server gone since 10:01 UTC, 0 min ago").shows("ol");
    insta::assert_snapshot!("gate_without_server", terminal.screen());
    minute(&floor, &mut terminal).await;
    terminal.keys("ga<enter>").await.shows("server gone since 10:01 UTC, 1 min ago").shows("olga");
    // Who tries all the same is told why it is in vain; the password does not stay for whoever presses Enter next.
    terminal.keys(&format!("{PASSWORD}<enter>")).await.shows("does not answer").shows("olga").hides("•");

    relay.open();
    minute(&floor, &mut terminal).await;
    terminal.shows("the server is back").hides("server gone").shows("olga");
    terminal.keys(&format!("{PASSWORD}<enter>")).await.shows("olga operator").hides("server gone");

    // Who leaves while it is gone leaves a screen that knows it.
    relay.cut().await;
    terminal.comes("server gone since 12:03").await;
    terminal.keys("<f3>").await.shows("Log in").shows("server gone since 10:03 UTC");
    relay.open();
    minute(&floor, &mut terminal).await;
    terminal.hides("server gone").shows("the server is back");
}
