//! A KPI in detail, the way down to its entries, clients side by side, and windows: stories at a demo plant, and how
//! it all looks with figures that the test answers.

use super::board_and_panel::panel;
use super::demo::Demo;
use super::scene::{POOR, Scene, TODAY, client, kpi_screen};
use super::scene_detail::{kpi_detail, places};
use super::terminal::Terminal;
use insta::assert_snapshot;
use kpi_ops::domain::list::{Cell, List};
use kpi_ops::kpi::{Kpi, Span};
use kpi_ops::service::{Answer, DemoPlan, DetailQuery, PanelWindow, Place, Query};
use kpi_ops::tui::capability::Capability;
use kpi_ops::tui::message::{Refusal, Refused, Slot};
use kpi_ops::tui::screen::Tab;
use rstest::rstest;

const CLIENTS: [&str; 2] = ["ACME", "RIVAL"];

async fn demo() -> Demo {
    Demo::filled("2026-05-20 10:17", DemoPlan { seed: 1, clients: 3, days: 30 }).await
}

async fn seated(demo: &Demo, login: &str) -> Terminal {
    let mut terminal = Terminal::open(&demo.plant, 80, 24).await;
    terminal.keys(&format!("{login}<enter>good-shift-1<enter><esc>8")).await;
    terminal
}

/// The detail of availability, answered.
fn detail(capability: Capability, kpi: Kpi) -> Scene {
    let mut scene = panel(capability, &CLIENTS, kpi_screen(30, &CLIENTS, true));
    scene.model.kpis.selected = kpi;
    scene.keys("<enter>").detail(kpi_detail(kpi, &Place::default()));
    scene
}

#[tokio::test]
async fn from_a_red_tile_to_the_entry_that_caused_it_in_five_keys() {
    let demo = demo().await;
    let mut terminal = seated(&demo, "omar").await;
    terminal.keys("a").await.shows("›Availability").shows("▲ off target");
    terminal.keys("<enter>").await.shows("[Lines, the worst first]").shows("›L2");
    terminal.keys("<enter>").await.shows("[Shifts, the worst first]");
    terminal.keys("<enter>").await.shows("[Days, the worst first]");
    terminal.keys("<enter>").await.shows("Stops  only Availability L2");
    let screen = terminal.dashboard.model().lists.get(List::Downtime).unwrap();
    let page = screen.page.value().unwrap();
    let column = |name: &str| List::Downtime.columns().iter().position(|column| column.name == name).unwrap();
    let minutes: Vec<i64> = page
        .rows
        .iter()
        .map(|row| if let Cell::Number(minutes) = row.cells[column("minutes")] { minutes } else { 0 })
        .collect();
    assert!(minutes.len() > 3 && minutes.is_sorted_by(|one, next| one >= next), "{minutes:?}");
    assert!(page.rows.iter().all(|row| row.cells[column("line_id")] == Cell::Text("L2".into())));
}

#[tokio::test]
async fn escape_leads_back_up_to_exactly_where_one_was() {
    let demo = demo().await;
    let mut terminal = seated(&demo, "luis").await;
    let mut seen = vec![terminal.screen()];
    for keys in ["<enter>", "j<enter>", "<enter>", "j<enter>"] {
        let (before, down) = keys.split_at(keys.find('<').unwrap());
        terminal.keys(before).await;
        *seen.last_mut().unwrap() = terminal.screen();
        terminal.keys(down).await;
        seen.push(terminal.screen());
    }
    terminal.keys("jj").await;
    *seen.last_mut().unwrap() = terminal.screen();
    terminal.keys("<enter>").await.shows("Esc goes back");
    while let Some(screen) = seen.pop() {
        terminal.keys("<esc>").await;
        assert_eq!(terminal.screen(), screen);
    }
}

#[tokio::test]
async fn a_narrowed_list_says_so_and_is_whole_again_afterwards() {
    let demo = demo().await;
    let mut terminal = seated(&demo, "luis").await;
    terminal.keys("3/jam<enter>j").await.shows("/jam").shows("2 of");
    let before = terminal.screen();
    terminal.keys("8<enter>e").await.shows("only Availability").shows("Esc goes back").hides("/jam");
    terminal.keys("/x").await.shows("/x_");
    terminal.keys("<esc>").await.shows("Esc goes back");
    terminal.keys("<esc>").await.shows("Clients, the worst first");
    terminal.keys("3").await;
    assert_eq!(terminal.screen(), before);
}

#[tokio::test]
async fn any_two_dates_are_typed_and_wrong_ones_are_said_and_kept() {
    let demo = demo().await;
    let mut terminal = seated(&demo, "omar").await;
    terminal.keys("d2026-05-32<enter>").await.shows("2026-05-32").shows("is not a date");
    terminal.keys("<f5>2026-05-10<enter>2026-05-08<enter>").await.shows("lies before").shows("2026-05-08");
    terminal.keys("<f5>2026-05-16<enter>").await.shows("7 days 2026-05-10 – 2026-05-16").shows("against the 7 before");
}

#[tokio::test]
async fn clients_are_compared_and_opened_from_there() {
    let demo = demo().await;
    let mut terminal = seated(&demo, "luis").await;
    terminal.keys("v").await.shows("ALPINE").shows("BERGHOF").shows("CORVA").shows("* the worst");
    terminal.keys("l").await.shows("BERGHOF ·");
    let compared = terminal.screen();
    terminal.keys("<enter>").await.shows("Availability · BERGHOF").shows("Lines, the worst first");
    terminal.keys("<esc>").await;
    assert_eq!(terminal.screen(), compared);
    terminal.keys("<esc>").await.shows("─ Production ─");
    let mut alone = seated(&demo, "omar").await;
    alone.keys("v").await.shows("only one client is in view");
}

#[rstest]
#[case("t", PanelWindow::Dates { from: TODAY, to: TODAY })]
#[case("s", PanelWindow::ThisShift)]
#[case("w", PanelWindow::Dates { from: TODAY.plus_days(-6), to: TODAY })]
fn windows_are_those_of_the_detail_too(#[case] key: &str, #[case] window: PanelWindow) {
    let mut scene = detail(Capability::PLAIN, Kpi::Availability);
    scene.keys(key);
    let query = DetailQuery { kpi: Kpi::Availability, window, place: Place::default(), span: Span::Day };
    assert_eq!(scene.question(Slot::KpiDetail), Some(&Query::KpiDetail(query)));
}

#[test]
fn the_series_goes_by_days_weeks_and_months() {
    let mut scene = detail(Capability::PLAIN, Kpi::Availability);
    for span in [Span::Week, Span::Month, Span::Day] {
        scene.keys("p");
        let Some(Query::KpiDetail(query)) = scene.question(Slot::KpiDetail) else { panic!("not asked") };
        assert_eq!(query.span, span);
    }
}

#[test]
fn the_selected_part_stays_selected_when_the_figures_come_anew_in_another_order() {
    let mut scene = detail(Capability::PLAIN, Kpi::Availability);
    scene.keys("j");
    let selected = scene.model.kpis.detail.as_ref().unwrap().level().unwrap().child().unwrap().place.clone();
    assert_eq!(selected.client_id, Some(client("RIVAL")));
    let mut turned = kpi_detail(Kpi::Availability, &Place::default());
    turned.children.reverse();
    scene.keys("<f5>").detail(turned);
    let level = scene.model.kpis.detail.as_ref().unwrap().level().unwrap();
    assert_eq!((level.selected(), &level.child().unwrap().place), (0, &selected));
}

#[test]
fn figures_that_are_no_longer_wanted_are_dropped_and_old_ones_stay_visible() {
    let mut scene = detail(Capability::PLAIN, Kpi::Availability);
    let shown = scene.at(80, 24);
    assert!(shown.contains("Last 30 days"), "{shown}");
    let waiting = scene.keys("y").at(80, 24);
    assert!(waiting.contains("reading last 365 days") && waiting.contains("ACME"), "{waiting}");
    scene.keys("<esc>");
    scene.detail(kpi_detail(Kpi::Availability, &Place::default()));
    assert!(scene.model.kpis.detail.is_none(), "an answer opens nothing");
    let why = Refusal { text: "the database is locked".into(), rejects: Vec::new(), sort: Refused::Only };
    let mut scene = detail(Capability::PLAIN, Kpi::Availability);
    let failed = scene.keys("<f5>").answer(Slot::KpiDetail, &Err(why)).at(80, 24);
    assert!(failed.contains("ACME") && failed.contains("old: now"), "{failed}");
}

#[rstest]
#[case(80, 24)]
#[case(120, 40)]
#[case(200, 60)]
fn a_kpi_in_detail(#[case] width: u16, #[case] height: u16) {
    assert_snapshot!(
        format!("detail_{width}x{height}"),
        detail(Capability::PLAIN, Kpi::Availability).at(width, height)
    );
}

#[test]
fn each_family_shows_what_its_figures_are_made_of() {
    for (kpi, words) in [
        (Kpi::Availability, ["fully productive", "unexplained"]),
        (Kpi::Rty, ["FINAL", "left out"]),
        (Kpi::WipAge, ["over 20 d", "oldest"]),
        (Kpi::Bradford, ["points", "spells"]),
    ] {
        let mut scene = panel(Capability::PLAIN, &CLIENTS, kpi_screen(30, &CLIENTS, true));
        scene.model.kpis.selected = kpi;
        scene.keys("<enter>").detail(kpi_detail(kpi, &Place::default()));
        let screen: String = (0..6).map(|_| scene.keys("l").at(80, 24)).collect();
        for word in words {
            assert!(screen.contains(word), "{kpi} says nothing of {word}\n{screen}");
        }
    }
}

#[test]
fn the_way_down_looks_alike_on_every_level() {
    let mut scene = detail(Capability::PLAIN, Kpi::Availability);
    let mut levels = String::new();
    for place in places().into_iter().skip(1) {
        scene.keys("<enter>").detail(kpi_detail(Kpi::Availability, &place));
        levels += &scene.at(80, 24);
        levels += "\n\n";
    }
    assert_snapshot!("way_down", levels);
}

#[rstest]
#[case(80, 24)]
#[case(120, 40)]
#[case(200, 60)]
fn clients_side_by_side(#[case] width: u16, #[case] height: u16) {
    let mut scene = panel(Capability::PLAIN, &CLIENTS, kpi_screen(30, &CLIENTS, true));
    assert_snapshot!(format!("compare_{width}x{height}"), scene.keys("vj").at(width, height));
}

#[test]
fn in_ascii_and_without_colour_the_detail_and_the_comparison_say_the_same() {
    let poor = detail(POOR, Kpi::Availability).at(80, 24);
    assert_snapshot!("detail_poor", poor);
    let mut scene = panel(POOR, &CLIENTS, kpi_screen(30, &CLIENTS, true));
    let compared = scene.keys("v").at(120, 40);
    let entries = detail(POOR, Kpi::Rty).keys("<enter>").detail(kpi_detail(Kpi::Rty, &places()[1])).at(120, 40);
    for screen in [&poor, &compared, &entries] {
        assert!(screen.is_ascii(), "{screen}");
    }
    assert!(poor.contains("! off target") && compared.contains('*'), "{poor}\n{compared}");
}

#[test]
fn no_size_makes_detail_and_comparison_fail() {
    let mut scenes = [
        detail(Capability::PLAIN, Kpi::Availability),
        detail(POOR, Kpi::Rty),
        detail(Capability::PLAIN, Kpi::WipAge),
        panel(Capability::PLAIN, &CLIENTS, kpi_screen(30, &CLIENTS, true)),
    ];
    scenes[3].keys("v");
    for scene in &mut scenes {
        for (width, height) in [(1, 1), (60, 20), (61, 21), (79, 24), (119, 20), (120, 20), (121, 23), (300, 100)] {
            for key in ["j", "l", "<end>", "k", "x", "<esc>"] {
                scene.keys(key).at(width, height);
                if scene.model.kpis.detail.is_none() && !scene.model.kpis.is_comparing {
                    scene.keys("<enter>");
                }
            }
        }
    }
    assert_eq!(scenes[0].model.tab, Tab::Kpis);
}

#[test]
fn a_detail_is_no_answer_to_a_panel() {
    let mut scene = Scene::new(Capability::PLAIN, &CLIENTS);
    scene.keys("8");
    let wrong = Answer::KpiDetail(Box::new(kpi_detail(Kpi::Oee, &Place::default())));
    assert!(scene.answer(Slot::Kpis, &Ok(wrong)).at(80, 24).contains("could not be read"));
}
