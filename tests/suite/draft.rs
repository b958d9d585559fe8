//! Forms that are not saved: they survive the cut link, the lock, the end of the program, for the person who typed them.

use super::hostile_text::forms;
use super::plant::{ADMIN_PASSWORD, Engine, FloorPlant, MONDAY_TEN, PASSWORD, run};
use super::terminal::Terminal;
use kpi_ops::domain::clock::PlantClock;
use kpi_ops::domain::scope::ScopedClient;
use kpi_ops::service::Command;
use kpi_ops::tui::form::field::FieldKind;
use kpi_ops::tui::form::kept::KeptForm;
use kpi_ops::tui::form::{Form, FormKind};
use kpi_ops::tui::input::Input;
use rstest::rstest;

async fn logged_in(floor: &FloorPlant, login: &str) -> Terminal {
    let mut terminal = Terminal::open(&floor.test.plant, 80, 24).await;
    let password = if login == "anna" { ADMIN_PASSWORD } else { PASSWORD };
    terminal.keys(&format!("{login}<enter>{password}<enter>")).await;
    terminal
}

/// The link is cut, and the program ends.
async fn cut(mut terminal: Terminal) {
    assert!(terminal.give(Input::Hangup).await.left);
    terminal.dashboard.close().await;
}

/// Somebody leaves as they should.
async fn leave(mut terminal: Terminal) {
    assert!(terminal.keys("q").await.left, "{}", terminal.screen());
    terminal.dashboard.close().await;
}

#[rstest]
#[tokio::test]
async fn what_was_typed_when_the_link_was_cut_is_found_again_by_the_same_person_alone(
    #[values(Engine::File, Engine::Server)] engine: Engine,
) {
    let floor = FloorPlant::on(engine).await;
    let mut olga = logged_in(&floor, "olga").await;
    olga.hides("draft");
    olga.keys("2n12<tab>3").await;
    cut(olga).await;

    for other in ["rosa", "luis", "anna"] {
        let mut terminal = logged_in(&floor, other).await;
        terminal.hides("draft");
        terminal.keys("<esc>D").await.shows("nothing is kept here");
        leave(terminal).await;
    }

    floor.test.clock.advance(20);
    let mut olga = logged_in(&floor, "olga").await;
    olga.shows("a draft of Log a count · ACME from 12:00 is here: D opens it").shows("1 draft");
    insta::assert_snapshot!("draft_at_login", olga.screen());
    // It is in nobody's way.
    olga.keys("3s1<enter>").await.shows("✓").shows("1 draft");
    olga.keys("2n").await.shows("Log a count").hides("what you had typed");
    olga.keys("<esc>").await;
    olga.keys("D").await.shows("Log a count").shows("12").shows("what you had typed is here again");
    // The cursor is where it was: behind the 3.
    olga.keys("1<enter>").await.shows("31").shows("more");
    olga.keys("<backspace><enter>").await.shows("✓ 12 units").hides("draft");
    assert_eq!(floor.number("SELECT count(*) FROM t_production_entry WHERE units = 12 AND defects = 3").await, 1);
    leave(olga).await;
    let mut olga = logged_in(&floor, "olga").await;
    olga.hides("draft");
    olga.keys("<esc>D").await.shows("nothing is kept here");
}

#[tokio::test]
async fn a_program_that_is_killed_a_second_after_the_last_key_has_the_draft() {
    let floor = FloorPlant::new().await;
    let mut olga = logged_in(&floor, "olga").await;
    olga.keys("2n12").await;
    floor.test.clock.advance(1);
    olga.give(Input::Resize(80, 24)).await;
    // A queue that is told about the next thing has done the one before.
    olga.keys("<f3>").await.shows("kept for them");
    drop(olga);
    logged_in(&floor, "olga").await.shows("a draft of Log a count");
}

#[rstest]
#[case::switched_user("2n12<f3>")]
#[case::left_for_later("2n12<esc>kQo")]
#[case::locked_and_left("2n12<f12><esc>kLQ<f3>")]
#[tokio::test]
async fn whoever_leaves_finds_what_was_typed(#[case] keys: &str) {
    let floor = FloorPlant::new().await;
    let mut terminal = logged_in(&floor, "olga").await;
    terminal.keys(keys).await.shows("Log in").hides("ACME");
    terminal.keys(&format!("rosa<enter>{PASSWORD}<enter>")).await.hides("draft");
    terminal.keys("<f3>").await;
    terminal.keys(&format!("olga<enter>{PASSWORD}<enter>")).await.shows("a draft of Log a count");
    terminal.keys("D").await.shows("12");
}

#[tokio::test]
async fn the_end_of_a_session_keeps_what_was_typed() {
    let floor = FloorPlant::new().await;
    let mut olga = logged_in(&floor, "olga").await;
    olga.keys("2n12").await;
    floor.test.clock.advance(12 * 60);
    olga.give(Input::Resize(80, 24)).await.shows("your session ended");
    olga.keys(&format!("olga<enter>{PASSWORD}<enter>")).await.shows("a draft of Log a count");
}

#[tokio::test]
async fn drafts_are_listed_and_discarded_with_a_question() {
    let floor = FloorPlant::new().await;
    let mut olga = logged_in(&floor, "olga").await;
    olga.keys("2n12<esc>k3s<esc>4n").await;
    olga.keys("W1<esc>k").await.shows("2 drafts");
    olga.keys("D").await.shows("draft: Log a count · ACME").shows("draft: Ask for a hold · ACME");
    insta::assert_snapshot!("drafts", olga.screen());
    olga.keys("<delete>").await.shows("Discard this draft?");
    olga.keys("<esc>").await.shows("2 drafts");
    olga.keys("D<delete>d").await.shows("1 draft ").shows("the draft is discarded");
    olga.keys("D").await.shows("Log a count").shows("12");
    olga.keys("<esc>d").await.hides("draft");
    leave(olga).await;
    logged_in(&floor, "olga").await.hides("draft");
}

#[tokio::test]
async fn a_draft_of_a_client_that_was_taken_away_is_kept_aside_and_names_nothing() {
    let floor = FloorPlant::new().await;
    let mut luis = logged_in(&floor, "luis").await;
    luis.keys("2n12").await;
    cut(luis).await;
    let assign = |client: &str, assigned| Command::SetAssignment {
        login: "luis".into(),
        client_id: client.parse().unwrap(),
        assigned,
    };
    run(&floor.admin, assign("RIVAL", true)).await;
    run(&floor.admin, assign("ACME", false)).await;
    let mut luis = logged_in(&floor, "luis").await;
    luis.shows("1 of a client that is not yours any more kept aside").hides("ACME").hides("1 draft");
    luis.keys("<esc>D").await.shows("nothing is kept here");
    leave(luis).await;
    run(&floor.admin, assign("ACME", true)).await;
    logged_in(&floor, "luis").await.shows("a draft of Log a count · ACME");
}

#[tokio::test]
async fn a_draft_that_was_changed_from_outside_is_told_and_stays() {
    use sqlx::ConnectOptions;
    let floor = FloorPlant::on(Engine::File).await;
    let mut olga = logged_in(&floor, "olga").await;
    olga.keys("2n12").await;
    cut(olga).await;
    let file = floor.test.folder.path().join("plant.db-local");
    let mut local = sqlx::sqlite::SqliteConnectOptions::new().filename(&file).connect().await.unwrap();
    sqlx::query("UPDATE draft SET sealed = zeroblob(100)").execute(&mut local).await.unwrap();
    let mut olga = logged_in(&floor, "olga").await;
    olga.shows("changed from outside").hides("1 draft");
    olga.keys("<esc>2n5<enter>").await.shows("✓ 5");
    let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM draft").fetch_one(&mut local).await.unwrap();
    assert_eq!(rows, 1);
}

fn acme() -> ScopedClient {
    let clock = PlantClock::parse("Europe/Vienna").unwrap();
    ScopedClient { client_id: "ACME".parse().unwrap(), name: "Acme".into(), clock }
}

#[test]
fn every_form_is_kept_with_everything_in_it_but_those_that_let_people_in() {
    let mut kept_forms = 0;
    for kind in forms() {
        let mut form = Form::new(kind.clone(), Some(acme()));
        for field in form.fields.iter_mut().filter(|field| field.kind != FieldKind::Secret) {
            field.paste("7");
        }
        form.focus = form.fields.len() / 2;
        let lets_in = matches!(kind, FormKind::LogIn | FormKind::SetPassword | FormKind::FirstAdmin | FormKind::Own(_));
        assert_eq!(form.is_kept(), !lets_in && kind != FormKind::Window, "{kind:?}");
        if !form.is_kept() {
            continue;
        }
        kept_forms += 1;
        let text = serde_json::to_string(&form.kept(MONDAY_TEN)).unwrap();
        let again = serde_json::from_str::<KeptForm>(&text).unwrap().open(Some(acme()));
        assert_eq!((&again.kind, again.focus), (&kind, form.focus));
        let texts = |form: &Form| form.fields.iter().map(|field| field.text.clone()).collect::<Vec<_>>();
        assert_eq!(texts(&again), texts(&form), "{kind:?}");
        assert!(again.is_dirty(), "{kind:?}");
    }
    assert!(kept_forms > 20, "{kept_forms}");
}

#[test]
fn a_time_of_day_is_kept_with_its_date() {
    let mut form = Form::new(FormKind::Count, Some(acme()));
    form.fields.iter_mut().find(|field| field.name == "counted_at").unwrap().paste("09:30");
    let again = form.kept(MONDAY_TEN).open(Some(acme()));
    assert_eq!(again.text("counted_at"), "2026-05-18 09:30");
}
