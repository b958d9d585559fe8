//! The shift board and the KPI panel: what the keys do to them, and how they look at a fixed time.

use super::scene::{NOW, POOR, Scene, TODAY, hold, kpi_screen, line, standing, two_clients};
use insta::assert_snapshot;
use kpi_ops::domain::hold::HoldStatus;
use kpi_ops::kpi::{Kpi, Panel, Tally, Targets, Window};
use kpi_ops::service::{Board, KpiScreen, LineBoard, PanelWindow, Query};
use kpi_ops::tui::capability::Capability;
use kpi_ops::tui::form::FormKind;
use kpi_ops::tui::layer::Layer;
use kpi_ops::tui::message::{Refusal, Refused, Slot};
use rstest::rstest;
use std::collections::BTreeMap;

fn board(capability: Capability, board: Board) -> Scene {
    let mut scene = Scene::new(capability, &["ACME", "RIVAL"]);
    scene.board(board);
    scene
}

/// The panel with its figures.
pub fn panel(capability: Capability, clients: &[&str], screen: KpiScreen) -> Scene {
    let mut scene = Scene::new(capability, clients);
    scene.board(two_clients()).keys("8").board(two_clients()).panel(screen);
    scene
}

fn many_lines() -> Board {
    let lines = (1..=30).map(|index| {
        let made = if index == 25 { 10 } else { 510 };
        let name = format!("Line {index}");
        line(
            if index <= 12 { "ACME" } else { "RIVAL" },
            &format!("L{index:02}"),
            &name,
            4000,
            [made, 500, 500, 500, 250],
        )
    });
    Board { lines: lines.collect(), holds: Vec::new() }
}

fn without_a_shift() -> Board {
    let mut closed = line("ACME", "L1", "Filler", 4000, [500, 500, 500, 500, 250]);
    closed.shift.as_mut().unwrap().closed = true;
    let idle = LineBoard { shift: None, hours: Vec::new(), ..line("RIVAL", "P1", "Mixer", 4000, [0; 5]) };
    let unclassified = standing(line("RIVAL", "P2", "Press", 4000, [500, 500, 500, 500, 0]), "", false, 95);
    Board {
        lines: vec![closed, idle, unclassified],
        holds: vec![hold("RIVAL", "R-1", 5, HoldStatus::ReleaseRequested, 3)],
    }
}

#[rstest]
#[case(80, 24)]
#[case(120, 40)]
#[case(200, 60)]
fn the_board_says_how_every_line_stands(#[case] width: u16, #[case] height: u16) {
    assert_snapshot!(format!("board_{width}x{height}"), board(Capability::PLAIN, two_clients()).at(width, height));
}

#[test]
fn many_lines_are_shown_page_by_page() {
    let mut scene = board(Capability::PLAIN, many_lines());
    assert_snapshot!("board_many_lines", scene.keys("<pagedown>").at(80, 24));
    assert_snapshot!("board_many_lines_wide", scene.keys("<end>").at(120, 40));
}

#[test]
fn closed_shifts_lines_without_one_and_stops_without_a_reason_are_said_plainly() {
    assert_snapshot!("board_without_a_shift", board(Capability::PLAIN, without_a_shift()).at(80, 24));
}

#[test]
fn without_colour_and_in_ascii_the_board_says_the_same() {
    let (stands, shiftless) = (board(POOR, two_clients()).at(80, 24), board(POOR, without_a_shift()).at(80, 24));
    assert_snapshot!("board_poor", stands);
    assert!(stands.is_ascii() && shiftless.is_ascii());
    let words = ["stopped", "far behind", "behind", "planned", "on pace", "no target", "closed", "no shift now"];
    for word in words {
        assert!(stands.contains(word) || shiftless.contains(word), "{word}");
    }
}

#[test]
fn enter_shows_the_selected_line_in_full() {
    let mut scene = board(Capability::PLAIN, two_clients());
    assert_snapshot!("board_line", scene.keys("<enter>").at(80, 24));
}

#[test]
fn a_running_stop_runs_on_with_the_seconds_and_only_then() {
    let mut scene = board(Capability::PLAIN, two_clients());
    assert!(scene.model.shows_running_time());
    assert!(scene.at(80, 24).contains("stopped 12m05"));
    assert!(scene.clock(NOW.plus_millis(1000)).at(80, 24).contains("stopped 12m06"));
    let mut quiet = board(Capability::PLAIN, many_lines());
    quiet.at(80, 24);
    assert!(!quiet.model.shows_running_time());
}

#[test]
fn paging_and_the_key_for_abnormal_lines_move_the_selection() {
    let mut scene = board(Capability::PLAIN, many_lines());
    scene.at(80, 24);
    scene.keys("a");
    assert_eq!(scene.model.board.selected(), 24);
    scene.keys("<pageup>");
    assert!(scene.model.board.selected() < 24);
    scene.keys("<home>");
    assert_eq!(scene.model.board.selected(), 0);
    scene.keys("<end><pagedown>");
    assert!((15..30).contains(&scene.model.board.selected()));
}

#[rstest]
#[case("n", &FormKind::Count)]
#[case("s", &FormKind::StartStop)]
fn a_key_opens_the_form_of_the_selected_line(#[case] key: &str, #[case] kind: &FormKind) {
    let mut scene = board(Capability::PLAIN, two_clients());
    scene.keys("jjj").keys(key);
    let Some(Layer::Form(form)) = scene.model.layers.last() else { panic!("no form") };
    assert_eq!(&form.kind, kind);
    assert_eq!(form.client.as_ref().map(|client| client.client_id.as_str()), Some("RIVAL"));
    assert_eq!(form.line.as_ref().map(kpi_ops::domain::id::LineId::as_str), Some("P1"));
}

#[test]
fn figures_that_could_not_be_read_anew_stay_with_their_age() {
    let mut scene = board(Capability::PLAIN, two_clients());
    scene.clock(NOW.plus_minutes(4));
    let why = Refusal { text: "the database is locked".into(), rejects: Vec::new(), sort: Refused::Only };
    let screen = scene.answer(Slot::Board, &Err(why)).at(80, 24);
    assert!(screen.contains("Filler") && screen.contains("old: 4 min ago"), "{screen}");
}

#[test]
fn an_empty_board_leads_on() {
    let screen = board(Capability::PLAIN, Board::default()).at(80, 24);
    assert!(screen.contains("No lines in view"), "{screen}");
}

#[rstest]
#[case(80, 24)]
#[case(120, 40)]
#[case(200, 60)]
fn the_panel_shows_every_kpi(#[case] width: u16, #[case] height: u16) {
    let screen = panel(Capability::PLAIN, &["ACME"], kpi_screen(30, &["ACME"], true)).at(width, height);
    for kpi in Kpi::ALL {
        assert!(screen.contains(kpi.short_name()), "{kpi}");
    }
    assert_snapshot!(format!("kpis_{width}x{height}"), screen);
}

#[test]
fn clients_whose_targets_differ_name_the_worst() {
    let clients = ["ACME", "RIVAL"];
    let mut scene = panel(Capability::PLAIN, &clients, kpi_screen(30, &clients, false));
    assert_snapshot!("kpis_two_clients", scene.keys("b").panel(kpi_screen(90, &clients, false)).at(120, 40));
}

#[test]
fn without_colour_and_in_ascii_the_panel_says_the_same() {
    let mut screens = panel(POOR, &["ACME"], kpi_screen(30, &["ACME"], true)).at(80, 24);
    assert_snapshot!("kpis_poor", screens);
    screens += &panel(POOR, &["ACME"], kpi_screen(30, &["ACME"], true)).at(120, 40);
    screens += &panel(POOR, &["ACME"], beyond_ideal()).keys("l").at(120, 40);
    assert!(screens.is_ascii(), "{screens}");
    for word in ["on target", "near target", "off target", "no target", "no value", "over 100 %", "better", "worse"] {
        assert!(screens.contains(word), "{word}");
    }
}

/// A day on which more was made than its time allows, and nothing is known about the crew.
fn beyond_ideal() -> KpiScreen {
    let tally = Tally {
        line_shifts: 1,
        planned_minutes: 420,
        units: 1000,
        earned_millis: 437 * 60_000,
        minutes_without_crew: 420,
        ..Tally::default()
    };
    let window = Window::ending(TODAY, 1);
    let panel = |tally: &Tally| Panel::of(&(*tally).into(), &Targets::default(), &[]);
    KpiScreen::new(window, panel(&tally), panel(&Tally::default()), BTreeMap::from([(TODAY, tally.into())]))
}

#[test]
fn more_than_is_possible_is_shown_as_abnormal_and_a_missing_value_says_what_it_lacks() {
    let mut scene = panel(Capability::PLAIN, &["ACME"], beyond_ideal());
    assert_snapshot!("kpis_beyond_ideal", scene.keys("tl").panel(beyond_ideal()).at(120, 40));
    assert!(scene.keys("hjj").at(120, 40).contains("no value: the crew of 420"));
}

#[rstest]
#[case("t", 1)]
#[case("w", 7)]
#[case("m", 30)]
#[case("b", 90)]
#[case("y", 365)]
fn a_key_for_each_window_asks_for_its_days(#[case] key: &str, #[case] days: i32) {
    let mut scene = Scene::new(Capability::PLAIN, &["ACME"]);
    scene.keys("8").keys(key);
    let from = TODAY.plus_days(1 - days);
    assert_eq!(scene.question(Slot::Kpis), Some(&Query::KpiPanel { window: PanelWindow::Dates { from, to: TODAY } }));
}

#[test]
fn while_another_window_is_read_the_old_one_stays_and_says_so() {
    let mut scene = panel(Capability::PLAIN, &["ACME"], kpi_screen(30, &["ACME"], true));
    let screen = scene.keys("y").at(80, 24);
    assert!(screen.contains("Last 30 days") && screen.contains("reading last 365 days"), "{screen}");
    let screen = scene.panel(kpi_screen(365, &["ACME"], true)).at(80, 24);
    assert!(screen.contains("Last 365 days") && !screen.contains("reading"), "{screen}");
}

#[test]
fn the_selected_kpi_stays_selected_from_window_to_window_and_is_explained_with_its_sums() {
    let mut scene = panel(Capability::PLAIN, &["ACME"], kpi_screen(30, &["ACME"], true));
    scene.at(80, 24);
    scene.keys("lw").panel(kpi_screen(7, &["ACME"], true));
    assert_eq!(scene.model.kpis.selected, Kpi::Performance);
    assert_snapshot!("kpis_explained", scene.keys("x").at(80, 24));
}

#[test]
fn no_size_makes_the_screens_fail() {
    let mut scenes = [
        board(Capability::PLAIN, two_clients()),
        board(POOR, many_lines()),
        board(Capability::PLAIN, without_a_shift()),
        panel(Capability::PLAIN, &["ACME"], kpi_screen(365, &["ACME"], true)),
        panel(POOR, &["ACME", "RIVAL"], kpi_screen(1, &["ACME", "RIVAL"], false)),
    ];
    for scene in &mut scenes {
        for (width, height) in
            [(1, 1), (10, 3), (60, 20), (61, 21), (79, 24), (119, 20), (120, 20), (121, 23), (300, 100)]
        {
            scene.at(width, height);
            for key in ["j", "<pagedown>", "<end>", "<down>", "<right>"] {
                scene.keys(key).at(width, height);
            }
        }
    }
}
