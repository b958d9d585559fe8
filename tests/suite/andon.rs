//! The board above the line: it is read from far away, by everybody, and nothing can be done from it.

use super::plant::{FloorPlant, PASSWORD, secret};
use super::scene::{NOW, POOR, Scene, line, standing, two_clients};
use super::terminal::Terminal;
use insta::assert_snapshot;
use kpi_ops::service::{Board, Command, LoginOutcome, Problem};
use kpi_ops::tui::Looks;
use kpi_ops::tui::capability::Capability;
use kpi_ops::tui::effect::Effect;
use kpi_ops::tui::input::Input;
use kpi_ops::tui::keymap::Keymap;
use kpi_ops::tui::message::{Msg, Slot};
use kpi_ops::tui::screen::andon::Andon;
use kpi_ops::tui::update::update;
use rstest::rstest;

/// A terminal that is a board, with these figures.
fn andon(capability: Capability, board: Board) -> Scene {
    let mut scene = Scene::new(capability, &["ACME", "RIVAL"]);
    scene.model.andon = Some(Andon::new(scene.model.seat.clone().unwrap(), NOW));
    scene.board(board);
    scene
}

#[rstest]
#[case("80x24", Capability::PLAIN, 80, 24)]
#[case("120x40", Capability::PLAIN, 120, 40)]
#[case("poor", POOR, 80, 24)]
fn the_board_is_read_from_far_away(
    #[case] name: &str,
    #[case] capability: Capability,
    #[case] width: u16,
    #[case] height: u16,
) {
    assert_snapshot!(format!("andon_{name}"), andon(capability, two_clients()).at(width, height));
}

#[test]
fn lines_take_turns_every_ten_seconds_unless_it_is_paused() {
    let mut scene = andon(Capability::PLAIN, two_clients());
    assert!(scene.at(80, 24).contains("L1 Filler"));
    let later = |seconds: i64| NOW.plus_millis(seconds * 1000);
    scene.clock(later(9));
    assert!(scene.at(80, 24).contains(" 1/6 "));
    scene.clock(later(10));
    assert!(scene.at(80, 24).contains("L2 Packer") && scene.at(80, 24).contains(" 2/6 "));
    scene.keys("<space>").clock(later(60));
    assert!(scene.at(80, 24).contains(" 2/6 ") && scene.at(80, 24).contains("paused"));
    scene.keys("<left><left>");
    assert!(scene.at(80, 24).contains(" 6/6 "), "the last line follows on the first");
    scene.keys("<space><right>").clock(later(75));
    assert!(scene.at(80, 24).contains(" 2/6 "));
}

#[test]
fn an_alarm_is_new_until_somebody_has_seen_it_and_rings_once() {
    let mut scene = andon(Capability::PLAIN, two_clients());
    scene.model.rings = true;
    let rings = |scene: &mut Scene, board: Board| {
        scene.clock(scene.model.now.plus_minutes(1));
        let before = scene.rings;
        scene.board(board);
        scene.rings - before
    };
    assert!(scene.at(80, 24).contains("▲ H NEW") && scene.at(80, 24).contains("Alarms: 4, 4 new"));
    scene.keys("A");
    assert!(!scene.at(80, 24).contains("NEW") && scene.at(80, 24).contains("Alarms: 4, 0 new"));
    assert_eq!(rings(&mut scene, two_clients()), 0, "what was there before does not ring");
    let mut worse = two_clients();
    worse.lines[1] = standing(line("ACME", "L2", "Packer", 4000, [510, 500, 520, 490, 250]), "Jam", false, 5);
    assert_eq!(rings(&mut scene, worse.clone()), 1);
    assert!(scene.at(80, 24).contains("Alarms: 5, 1 new"));
    assert_eq!(rings(&mut scene, worse.clone()), 0, "it rings once");
    scene.model.rings = false;
    worse.lines[2] = standing(line("ACME", "L3", "Labeller", 4000, [480; 5]), "Jam", false, 5);
    assert_eq!(rings(&mut scene, worse), 0, "off, as it is unless somebody wants it");
}

#[test]
fn no_key_of_the_program_does_anything_but_ask_who_is_there() {
    let keymap = Keymap::built_in().unwrap();
    for key in keymap.rows().iter().flat_map(|row| row.keys.iter()) {
        let mut scene = andon(Capability::PLAIN, two_clients());
        let effects = update(&mut scene.model, Msg::Input(Input::Key(*key)));
        let harmless = |effect: &Effect| matches!(effect, Effect::Ask(_, Slot::Board | Slot::Setup, _));
        assert!(effects.iter().all(harmless), "{key}: {effects:?}");
        let own = ["space", "right", "down", "left", "up", "A"].contains(&key.to_string().as_str());
        assert_eq!(scene.model.gate_form.is_none(), own, "{key}");
        assert!(scene.model.layers.is_empty() && !scene.model.leaving && scene.model.shows_andon(), "{key}");
        if !own {
            scene.keys("<esc>");
            assert!(scene.model.gate_form.is_none(), "{key}: Esc goes back to the board");
        }
    }
}

#[tokio::test]
async fn a_board_starts_from_the_shift_board_never_locks_and_comes_back_when_its_visitor_leaves() {
    let floor = FloorPlant::new().await;
    let mut terminal = Terminal::open(&floor.test.plant, 80, 24).await;
    terminal.keys(&format!("olga<enter>{PASSWORD}<enter>B")).await.shows("This terminal only reads");
    terminal.keys("<enter>").await.shows("1 Shift");
    terminal.keys("Bb").await.shows("Line before").hides("1 Shift").hides("olga");
    // Hours later, over the end of a session, it is there and reads anew.
    for hours in [1, 13, 30] {
        floor.test.clock.advance(hours * 60);
        terminal.give(Input::Resize(80, 24)).await.shows("Line before").hides("Locked");
    }
    terminal.keys("n").await.shows("log in to work here").hides("Line before");
    terminal.keys("<esc>").await.shows("Line before");
    terminal.keys(&format!("x{}luis<enter>{PASSWORD}<enter>", "")).await.shows("1 Shift").shows("luis");
    terminal.keys("2n240<f2>").await.shows("✓ 240");
    terminal.keys("Q").await.shows("Line before").hides("luis");
    // Nobody types: the board again, not a lock.
    terminal.keys(&format!("x luis<f5>luis<enter>{PASSWORD}<enter>")).await.shows("luis");
    floor.test.clock.advance(20);
    terminal.give(Input::Resize(80, 24)).await.shows("Line before");
    assert_eq!(floor.number("SELECT count(*) FROM t_production_entry").await, 1);
}

#[tokio::test]
async fn the_desk_of_a_board_does_nothing_whatever_it_is_given() {
    let floor = FloorPlant::new().await;
    let LoginOutcome::In(desk) = floor.test.plant.login("luis", &secret(PASSWORD), "test").await.unwrap() else {
        panic!("luis is in");
    };
    let board = desk.only_reading();
    let command = Command::AddLine {
        client_id: desk.clients()[0].client_id.clone(),
        line_id: kpi_ops::domain::id::LineId::parse("X1").unwrap(),
        name: kpi_ops::domain::text::CleanText::name("name", "X").unwrap(),
    };
    let entry = Command::RemoveCount { client_id: desk.clients()[0].client_id.clone(), entry_id: desk.new_id() };
    let is_refused = |why: &Problem| why.to_string().contains("this board only reads");
    // Narrowed and read anew it still only reads.
    let narrowed = board.narrow(Some(vec![desk.clients()[0].client_id.clone()])).await.unwrap();
    for desk in [&board, &narrowed, &board.refreshed().await.unwrap()] {
        for command in [&command, &entry] {
            assert!(is_refused(&desk.run((*command).clone()).await.unwrap_err()));
            assert!(is_refused(&desk.check((*command).clone()).await.unwrap_err()));
        }
        assert!(is_refused(&desk.prove(&secret(PASSWORD), "test").await.unwrap_err()));
        assert!(is_refused(&desk.set_pin(&secret(PASSWORD), &secret("407316"), "test").await.unwrap_err()));
        assert!(desk.ask(kpi_ops::service::Query::Board).await.is_ok());
    }
}

#[tokio::test]
async fn the_settings_have_a_terminal_start_as_a_board() {
    let floor = FloorPlant::new().await;
    let mut terminal = Terminal::open(&floor.test.plant, 80, 24).await;
    let looks = Looks { starts_as_andon: true, ..Looks::built_in().unwrap() };
    terminal.dashboard.look_like(looks).unwrap();
    terminal.keys(&format!("olga<enter>{PASSWORD}<enter>")).await.shows("Line before").hides("1 Shift");
    terminal.keys(&format!("xolga<enter>{PASSWORD}<enter>")).await.shows("1 Shift").shows("olga");
}
