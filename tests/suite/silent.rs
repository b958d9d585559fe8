//! A network that drops packets without a word: connections stay, and no answer comes. What is saved meanwhile waits on
//! the machine, also where the server has it already, and is one entry in the end.

use super::plant::{Engine, FloorPlant, PASSWORD};
use super::relay::Relay;
use super::terminal::Terminal;

const UNITS: &str = "SELECT CAST(units AS TEXT) FROM t_production_entry ORDER BY created_at, units";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_saved_while_the_network_is_silent_waits_and_is_there_once() {
    let floor = FloorPlant::on(Engine::Server).await;
    let mut relay = Relay::to(&floor.test.server_url());
    let plant = relay.plant(floor.test.folder.path(), floor.test.clock.clone()).await;
    let mut olga = Terminal::live(&plant, 80, 24).await;
    olga.keys(&format!("olga<enter>{PASSWORD}<enter><esc>2n31<enter>")).await.shows("✓ 31 units");

    // Before anything of the entry has reached the server.
    olga.keys("n12").await.shows("Log a count");
    relay.fall_silent();
    olga.keys("<enter>").await.shows("1 waiting").hides("Log a count").hides("✓");
    olga.comes("server gone").await;
    // The figures stay, and the next entry waits for nobody.
    olga.shows("31");
    olga.keys("n7<enter>").await.shows("2 waiting");
    println!("{}", olga.screen());
    assert_eq!(floor.texts(UNITS).await, ["31"]);
    relay.cut().await;
    relay.open();
    floor.test.clock.advance(1);
    olga.until(|screen| !screen.contains("waiting") && !screen.contains("server gone")).await;
    assert_eq!(floor.texts(UNITS).await.len(), 3);

    // When the server has it, and its answer is lost.
    olga.keys("n55").await.shows("Log a count");
    relay.fall_silent_after_commit();
    olga.keys("<enter>").await.shows("1 waiting").hides("✓");
    assert!(relay.is_silent());
    assert_eq!(floor.texts(UNITS).await.len(), 4, "the server has it");
    relay.cut().await;
    relay.open();
    floor.test.clock.advance(1);
    olga.until(|screen| !screen.contains("waiting") && !screen.contains("server gone")).await;
    let mut units = floor.texts(UNITS).await;
    units.sort();
    assert_eq!(units, ["12", "31", "55", "7"], "none is lost, and none is there twice");
    // The connections that said nothing are not used again.
    olga.keys("n8<enter>").await.shows("✓ 8 units");
    let Terminal { dashboard, .. } = olga;
    drop(dashboard);
    plant.close().await;
}
