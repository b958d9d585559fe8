//! The Admin screen: the isolation audit, the audit trail with what changed, and the record of accounts.

use super::plant::{ADMIN_PASSWORD, Engine, FloorPlant, PASSWORD};
use super::terminal::Terminal;
use kpi_ops::domain::id::Stage;
use kpi_ops::domain::list::List;
use kpi_ops::service::{Answer, ClientSettings, Command, Entity, Query, SetClientSettings};
use kpi_ops::tui::form::row::entity_of;
use rstest::rstest;

async fn as_anna(floor: &FloorPlant, width: u16, height: u16) -> Terminal {
    let mut terminal = Terminal::open(&floor.test.plant, width, height).await;
    terminal.keys(&format!("anna<enter>{ADMIN_PASSWORD}<enter>9")).await;
    terminal
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_on_the_screen_is_that_of_the_command_line() {
    let floor = FloorPlant::new().await;
    let mut terminal = as_anna(&floor, 80, 24).await;
    terminal.keys("i").await.shows("100 %: ").shows("all as they have to be").shows("[Isolation]");
    insta::assert_snapshot!("isolation_passed_80x24", without_times(&terminal.screen()));
    let Ok(Answer::IsolationAudit(told)) = floor.admin.ask(Query::IsolationAudit).await else { panic!("no audit") };
    let shown = terminal.dashboard.model().isolation.data.value().unwrap();
    let of = |audit: &kpi_ops::service::IsolationAudit| -> Vec<(Option<u8>, String, bool)> {
        audit.rows.iter().map(|row| (row.finding, row.what.clone(), row.is_passed())).collect()
    };
    assert_eq!((of(shown), shown.score()), (of(&told), told.score()));
    terminal.keys("G").await.keys("<enter>").await.shows("What has to be so");
    terminal.keys("<esc>g").await.shows("No.");
    terminal.keys("[").await.shows("[Accounts]");
    terminal.keys("]").await.shows("[Isolation]").shows("100 %");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_failed_is_the_first_thing_to_be_seen_and_says_what_is_wrong() {
    let floor = FloorPlant::new().await;
    floor
        .sql(
            "PRAGMA foreign_keys = OFF; INSERT INTO t_job (client_id, job_id, work_order_id, part_number, quantity, completed,
               scrapped, created_by, created_at, updated_by, updated_at, version)
             SELECT 'ACME', 'J9', 'W-OF-RIVAL', 'P', 1, 0, 0, 'x', 0, 'x', 0, 1",
        )
        .await;
    let mut terminal = as_anna(&floor, 120, 40).await;
    terminal.keys("i").await.shows(" rows failed (a: next)").shows("FAILED");
    let selected = terminal.dashboard.model().isolation.row().unwrap();
    assert!(!selected.is_passed(), "{selected:?}");
    terminal.keys("<enter>").await.shows("What is wrong");
    terminal.keys("<esc>a").await.shows("FAILED");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_runs_beside_the_keys() {
    let floor = FloorPlant::new().await;
    let mut terminal = as_anna(&floor, 80, 24).await;
    terminal.keys_at_once("ii2n<esc>9").await;
    assert!(terminal.screen().contains("[Isolation]"), "{}", terminal.screen());
    terminal.keys("").await.shows("100 %");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_is_an_admins_alone() {
    let floor = FloorPlant::new().await;
    let mut terminal = Terminal::open(&floor.test.plant, 80, 24).await;
    terminal.keys(&format!("paul<enter>{PASSWORD}<enter>9i")).await.shows("this takes a ADMIN").hides("Isolation]");
    terminal.keys("[").await.hides("Audit trail").hides("Accounts");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trail_shows_what_changed_field_by_field_and_is_found_by_words_and_dates() {
    let floor = FloorPlant::new().await;
    let mut olga = Terminal::open(&floor.test.plant, 80, 24).await;
    olga.keys(&format!("olga<enter>{PASSWORD}<enter>2n240<tab>3<f2>")).await.shows("✓");
    olga.keys("3s1<enter>").await.shows("✓");
    floor.test.clock.advance(2);
    olga.keys("e").await.shows("✓");
    let mut terminal = as_anna(&floor, 80, 24).await;
    terminal.keys("[[[").await.shows("[Audit trail]").shows("stop").shows("end");
    terminal.keys("<enter>").await.shows("Field").shows("Before").shows("After");
    insta::assert_snapshot!("trail_diff_80x24", without_ids(&terminal.screen()));
    terminal.keys("<esc>/olga count log").await.shows("1 of 1");
    terminal.keys("<enter><enter>").await;
    insta::assert_snapshot!("trail_diff_of_a_new_row_80x24", without_ids(&terminal.screen()));
    terminal.shows("Units").shows("240").shows("olga").hides("{\"");
    terminal.keys("<esc><esc>/2026-05-18 stop").await.shows("1 of 2");
    terminal.keys("<esc>/..2026-05-17").await.shows("Nothing here holds");
    terminal.keys("<esc>/2026-05-18..2026-05-19 olga nothing-holds-this").await.shows("Nothing here holds");
    terminal.keys("<esc>/ACME luis").await.shows("Nothing here holds");
    terminal.keys("<esc>").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_record_of_accounts_tells_who_came_in_and_who_was_changed() {
    let floor = FloorPlant::new().await;
    floor.desk("olga").await;
    floor.test.plant.login("olga", &super::plant::secret("wrong wrong wrong"), "tty").await.unwrap_err();
    let mut terminal = as_anna(&floor, 80, 24).await;
    terminal.keys("[[").await.shows("[Accounts]").shows("login failed").shows("olga");
    terminal.keys("/olga login failed").await.shows("1 of 1");
    terminal.keys("<enter><enter>").await.shows("Terminal").shows("tty");
    terminal.hides("wrong wrong");
    terminal.keys("<esc><esc>").await;
}

/// Keys of entries are new ones each time.
fn without_ids(screen: &str) -> String {
    let mut told = screen.to_owned();
    while let Some(at) = told.find("019e") {
        told.replace_range(at..at + 36, &uuid::Uuid::nil().to_string());
    }
    told
}

/// Seconds that a run took differ from one to the next.
fn without_times(screen: &str) -> String {
    let mut told = screen.to_owned();
    while let Some(at) = told.find("took ") {
        let end = told[at..].find(" s").map_or(told.len(), |end| at + end);
        told.replace_range(at..end, "TOOK");
    }
    told
}

/// The settings of a client as `anna` sees them, and as they are kept.
async fn settings(floor: &FloorPlant) -> ClientSettings {
    let asked = Query::ClientSettings { client_id: "ACME".parse().unwrap() };
    let Ok(Answer::ClientSettings(client, settings)) = floor.admin.ask(asked).await else { panic!("no settings") };
    assert_eq!(client.as_str(), "ACME");
    settings
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_admin_changes_the_settings_of_a_client_and_takes_that_back(
    #[values(Engine::File, Engine::Server)] engine: Engine,
) {
    let floor = FloorPlant::on(engine).await;
    let known = settings(&floor).await;
    let stages = |names: &[&str]| names.iter().map(|name| name.parse().unwrap()).collect::<Vec<Stage>>();
    assert_eq!(
        known,
        ClientSettings { two_person_release: true, bradford: false, correction_days: 7, stages: Vec::new() }
    );
    let mut terminal = as_anna(&floor, 80, 24).await;
    terminal.keys("e").await.shows("Settings of a client").shows("Release by two  yes").shows("Correction days 7");
    insta::assert_snapshot!("client_settings_80x24", terminal.screen());
    let refused = terminal.keys("<ctrl-u>2<enter><ctrl-u>1<enter><ctrl-u>4000<f2>").await;
    refused.shows("is not from 0 to 3650").shows("4000");
    assert_eq!(settings(&floor).await, known);
    let twice = terminal.keys("<ctrl-u>30<tab><ctrl-u>cutting; packing; cutting<enter>").await;
    twice.shows("name cutting twice");
    assert_eq!(settings(&floor).await, known);
    terminal.keys("<ctrl-u>cutting; packing;<enter>").await.shows("✓ settings of ACME changed");
    let changed = ClientSettings {
        two_person_release: false,
        bradford: true,
        correction_days: 30,
        stages: stages(&["cutting", "packing"]),
    };
    assert_eq!(settings(&floor).await, changed);
    terminal.keys("u").await.shows("✓ settings of ACME changed");
    assert_eq!(settings(&floor).await, known);
    terminal.keys("e<tab><tab><tab>packing; cutting<enter>").await.shows("✓ settings of ACME changed");
    assert_eq!(settings(&floor).await.stages, stages(&["packing", "cutting"]));
}

/// Two look at the same settings: the second one to save is told, and nothing of the first is lost.
#[tokio::test(flavor = "multi_thread")]
async fn settings_that_somebody_else_changed_meanwhile_are_not_written_over() {
    let floor = FloorPlant::new().await;
    let from = settings(&floor).await;
    let mut terminal = as_anna(&floor, 80, 24).await;
    terminal.keys("e").await;
    let to = ClientSettings { correction_days: 3, ..from.clone() };
    let set = SetClientSettings { client_id: "ACME".parse().unwrap(), from, to: to.clone() };
    floor.admin.run(Command::SetClientSettings(set.clone())).await.unwrap();
    terminal.keys("<tab><tab><ctrl-u>30<f2>").await.shows("changed by somebody else meanwhile");
    assert_eq!(settings(&floor).await, to);
    let again = floor.admin.run(Command::SetClientSettings(set)).await.unwrap();
    assert!(again.done.contains("like that already"), "{again:?}");
}

/// What can be imported has a list on which it is made, changed and removed, or a form of its own for what people enter.
#[test]
fn whatever_can_be_imported_can_be_kept_on_a_screen() {
    for &entity in Entity::ALL {
        let is_listed = List::ALL.iter().any(|&list| entity_of(list) == Some(entity));
        let is_entered = matches!(
            entity,
            Entity::Production | Entity::Downtime | Entity::Holds | Entity::Quality | Entity::Attendance
        );
        assert!(is_listed != is_entered, "{entity}");
    }
}
