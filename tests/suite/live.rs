//! Terminals side by side: what one saves is on the others that have the client, and nothing that somebody types or has
//! selected is disturbed by it.

use super::plant::{Engine, FloorPlant, PASSWORD};
use super::terminal::Terminal;
use crate::test_server::OwnServer;
use kpi_ops::domain::role::Role;
use kpi_ops::service::Command;
use rstest::rstest;
use std::time::Duration;

/// Longer than any news takes.
const A_WHILE: Duration = Duration::from_millis(1_200);

async fn logged_in(floor: &FloorPlant, login: &str) -> Terminal {
    let mut terminal = Terminal::live(&floor.test.plant, 80, 24).await;
    let password = if login == "anna" { super::plant::ADMIN_PASSWORD } else { PASSWORD };
    terminal.keys(&format!("{login}<enter>{password}<enter><esc>")).await.shows(login);
    terminal
}

/// Two screens beside each other, for the test's output.
fn side_by_side(title: &str, left: &Terminal, right: &Terminal) {
    println!("== {title}");
    let (left, right) = (left.screen(), right.screen());
    for (left, right) in left.lines().zip(right.lines()) {
        let fill = " ".repeat(80_usize.saturating_sub(left.chars().count()));
        println!("{left}{fill} | {right}");
    }
}

/// What stands in the form that lies over a screen.
fn boxed(screen: &str) -> Vec<String> {
    let inside = screen.lines().filter_map(|line| line.split_once('│')?.1.rsplit_once('│'));
    inside.map(|(inside, _)| inside.to_owned()).collect()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_one_terminal_saves_is_on_the_other_and_on_nobody_elses(
    #[values(Engine::File, Engine::Server)] engine: Engine,
) {
    let floor = FloorPlant::on(engine).await;
    let (mut olga, mut luis) = (logged_in(&floor, "olga").await, logged_in(&floor, "luis").await);
    let mut rosa = logged_in(&floor, "rosa").await;
    luis.keys("2").await.shows("No counts yet");
    rosa.keys("2").await.shows("No counts yet");
    let (screen, changes) = (rosa.screen(), rosa.dashboard.port.changes);

    olga.keys("2n120<enter>").await.shows("✓ 120 units");
    let took = luis.comes("120").await;
    side_by_side(&format!("{engine:?}: olga has saved 120, and luis sees them after {took:?}"), &olga, &luis);

    // The leader has typed half a hold; what comes in does not touch it.
    luis.keys("2n77").await.shows("Log a count").shows("77");
    let form = boxed(&luis.screen());
    floor.test.clock.advance(1);
    olga.keys("n31<enter>").await.shows("✓ 31 units");
    luis.waits(A_WHILE).await;
    assert_eq!(boxed(&luis.screen()), form);
    assert!(form.len() > 5 && form.iter().any(|line| line.contains("77")), "{form:?}");
    side_by_side(&format!("{engine:?}: olga has saved 31, and what luis types is as it was"), &olga, &luis);
    luis.keys("<esc>").await.shows("Not saved");
    luis.keys("d").await.shows("31").hides("Log a count");

    // The selected row stays selected, and the list where it is.
    luis.keys("<end>").await.shows("2 of 2");
    floor.test.clock.advance(1);
    olga.keys("n9<enter>").await.shows("✓ 9 units");
    luis.comes("3 of 3").await;
    side_by_side(&format!("{engine:?}: a third count, and luis is still on the first"), &olga, &luis);

    // Neither sees anything of the other client, and nothing was drawn for it.
    rosa.waits(A_WHILE).await;
    assert_eq!((rosa.screen(), rosa.dashboard.port.changes), (screen, changes), "nothing is drawn for nothing");
    // The header's clock is drawn with what comes in, so it is brought up to date before.
    luis.keys("<f5>").await.waits(A_WHILE).await;
    let (screen, changes) = (luis.screen(), luis.dashboard.port.changes);
    rosa.keys("n5<enter>").await.shows("✓ 5 units");
    luis.waits(A_WHILE).await;
    assert_eq!((luis.screen(), luis.dashboard.port.changes), (screen, changes));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_that_is_read_tells_what_others_have_changed_meanwhile() {
    let floor = FloorPlant::on(Engine::File).await;
    let (mut olga, mut luis) = (logged_in(&floor, "olga").await, logged_in(&floor, "luis").await);
    olga.keys("2n240<enter>").await.shows("✓ 240");
    luis.keys("2").await;
    luis.comes("240").await;
    luis.keys("<enter>").await.shows("240").shows("Esc");
    let page = boxed(&luis.screen());
    olga.keys("m250<enter>").await.shows("corrected from 240 to 250 units");
    luis.until(|screen| boxed(screen).iter().any(|line| line.contains("250"))).await;
    let after = boxed(&luis.screen());
    assert_eq!(after.len(), page.len(), "it stands where it stood");
    assert!(!after.iter().any(|line| line.contains("240")), "{after:?}");
    luis.keys("<esc>").await.shows("250");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn what_an_admin_takes_and_gives_is_seen_where_nobody_types(
    #[values(Engine::File, Engine::Server)] engine: Engine,
) {
    let floor = FloorPlant::on(engine).await;
    floor.add_user("lola", Role::Leader, &["ACME", "RIVAL"]).await;
    let assign =
        |assigned| Command::SetAssignment { login: "lola".into(), client_id: "RIVAL".parse().unwrap(), assigned };
    let mut lola = logged_in(&floor, "lola").await;
    lola.keys("2").await.shows("all 2 clients");
    floor.admin.run(assign(false)).await.unwrap();
    lola.comes("your clients were changed").await;
    lola.hides("RIVAL");
    floor.admin.run(assign(true)).await.unwrap();
    lola.comes("all 2 clients").await;
    // What it listens to now is the scope as it is now.
    let mut rosa = logged_in(&floor, "rosa").await;
    rosa.keys("2n64<enter>").await.shows("✓ 64 units");
    lola.comes("64").await;
    floor.admin.run(Command::SetUserActive { login: "lola".into(), active: false }).await.unwrap();
    lola.comes("your account was changed; log in again").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_leaves_its_figures_and_is_found_again() {
    let mut server = OwnServer::start();
    let floor = FloorPlant::in_database(server.database().await).await;
    let (mut olga, mut luis) = (logged_in(&floor, "olga").await, logged_in(&floor, "luis").await);
    olga.keys("2n120<enter>").await.shows("✓ 120 units");
    luis.keys("2").await.shows("120").hides("server gone");
    olga.keys("n44").await.shows("Log a count");
    let form = boxed(&olga.screen());

    floor.test.clock.advance(2);
    server.kill();
    luis.keys("<esc>").await;
    luis.comes("server gone since 12:0").await;
    olga.comes("server gone since 12:0").await;
    side_by_side("the server was killed", &olga, &luis);
    luis.shows("120").shows("old: ").hides("could not be read");
    assert_eq!(boxed(&olga.screen()), form);
    // What was read of each screen can be looked at.
    for tab in ["1", "2"] {
        luis.keys(tab).await.shows("server gone since").shows("luis leader");
    }
    luis.shows("120").shows("old: ");

    server.start_again();
    let took = luis.until(|screen| !screen.contains("server gone")).await;
    olga.until(|screen| !screen.contains("server gone")).await;
    side_by_side(&format!("the server is back, and found after {took:?}"), &olga, &luis);
    luis.until(|screen| !screen.contains("old: ")).await;
    luis.shows("120");
    assert_eq!(boxed(&olga.screen()), form);
    olga.keys("<enter>").await.shows("✓ 44 units");
    luis.comes("44").await;
}
