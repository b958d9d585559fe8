//! Who sits at a terminal: it locks, opens again for the same person, changes hands, and ends with the session.

use super::plant::{ADMIN_PASSWORD, Engine, FloorPlant, PASSWORD, run, secret};
use super::terminal::Terminal;
use kpi_ops::domain::role::Role;
use kpi_ops::service::{Command, Problem};
use kpi_ops::tui::input::Input;
use rstest::rstest;

const PIN: &str = "407316";
const NEXT: &str = "sieben kleine ziegen";

async fn logged_in(floor: &FloorPlant, login: &str) -> Terminal {
    let mut terminal = Terminal::open(&floor.test.plant, 80, 24).await;
    let password = if login == "anna" { ADMIN_PASSWORD } else { PASSWORD };
    terminal.keys(&format!("{login}<enter>{password}<enter>")).await;
    terminal
}

/// Minutes go by and nobody types.
async fn wait<'a>(floor: &FloorPlant, terminal: &'a mut Terminal, minutes: i64) -> &'a mut Terminal {
    floor.test.clock.advance(minutes);
    terminal.give(Input::Resize(80, 24)).await
}

async fn records(floor: &FloorPlant, action: &str) -> i64 {
    floor.number(&format!("SELECT count(*) FROM t_account_audit_entry WHERE action = '{action}'")).await
}

#[rstest]
#[case("olga", 3)]
#[case("luis", 15)]
#[case("paul", 10)]
#[case("anna", 10)]
#[tokio::test]
async fn a_terminal_locks_after_the_minutes_of_the_role_and_shows_nothing_of_what_was_there(
    #[case] login: &str,
    #[case] minutes: i64,
) {
    let floor = FloorPlant::new().await;
    let mut terminal = logged_in(&floor, login).await;
    wait(&floor, &mut terminal, minutes - 1).await.shows("Production");
    terminal.keys("?").await;
    wait(&floor, &mut terminal, minutes - 1).await.shows("Help: Shift").hides("Locked");
    wait(&floor, &mut terminal, 1).await.shows("Locked since").shows(login).shows("F3 Switch user");
    for gone in ["ACME", "Help: Shift", "Line 1", "1 Shift", "Production"] {
        terminal.hides(gone);
    }
}

#[rstest]
#[tokio::test]
async fn the_password_opens_the_lock_exactly_where_one_was(#[values(Engine::File, Engine::Server)] engine: Engine) {
    let floor = FloorPlant::on(engine).await;
    let mut terminal = logged_in(&floor, "olga").await;
    terminal.keys("2n12").await.shows("Log a count").shows("12");
    wait(&floor, &mut terminal, 3).await.shows("Locked").hides("Log a count").hides("ACME");
    for key in ["<esc>", "q", "Q", "<f12>", "?", "<f1>", "<f4>", ":", "<tab>", "<ctrl-c>"] {
        terminal.keys(key).await.shows("Locked").hides("Log a count");
        assert!(!terminal.left, "{key}");
    }
    terminal.keys("<f5><ctrl-c>not my password<enter>").await.shows("Locked").shows("is not your password");
    terminal.keys(&format!("{PASSWORD}<enter>")).await.shows("Log a count").shows("12").hides("Locked");
    terminal.keys("<enter>").await.shows("✓ 12");
    assert_eq!(floor.number("SELECT count(*) FROM t_production_entry WHERE units = 12").await, 1);
    assert_eq!((records(&floor, "unlocked").await, records(&floor, "unlocked_failed").await), (1, 1));
}

#[tokio::test]
async fn one_key_locks_at_once_and_half_a_secret_is_not_kept() {
    let floor = FloorPlant::new().await;
    let mut terminal = logged_in(&floor, "olga").await;
    terminal.keys("L").await.shows("Locked since");
    terminal.keys(&format!("{PASSWORD}<enter>P{PASSWORD}")).await.shows("Set your PIN");
    wait(&floor, &mut terminal, 3).await.shows("Locked");
    terminal.keys(&format!("{PASSWORD}<enter>")).await.shows("Set your PIN");
    terminal.keys("<f2>").await.shows("Password: is missing");
}

#[rstest]
#[tokio::test]
async fn a_badge_and_a_pin_open_the_lock_and_three_wrong_pins_ask_for_the_password(
    #[values(Engine::File, Engine::Server)] engine: Engine,
) {
    let floor = FloorPlant::on(engine).await;
    let mut terminal = logged_in(&floor, "olga").await;
    terminal.keys("L").await;
    terminal.keys_at_once("olga<enter>").await.shows("you have no PIN yet");
    terminal.keys(&format!("{PASSWORD}<enter>P")).await.shows("Set your PIN");
    terminal.keys(&format!("wrong password<enter>{PIN}<enter>{PIN}<enter>")).await.shows("is not your password");
    terminal.keys(&format!("{PASSWORD}<tab>123456<tab>123456<f2>")).await.shows("tries first");
    terminal.keys(&format!("<esc>P{PASSWORD}<enter>{PIN}<enter>{PIN}<enter>")).await.shows("✓ your PIN is set");
    let hash = floor.texts("SELECT pin_hash FROM t_user_account WHERE pin_hash IS NOT NULL").await;
    assert!(hash.len() == 1 && hash[0].starts_with("$argon2id$"), "{hash:?}");

    // The scanner is a burst that ends in Enter; the PIN alone opens nothing.
    terminal.keys(&format!("2L{PIN}<enter>")).await.shows("Locked").shows("is not your password");
    terminal.keys_at_once("OLGA<enter>").await.shows("badge read");
    terminal.keys(&format!("{PIN}<enter>")).await.shows("No counts yet").hides("Locked");

    terminal.keys("Lolga<enter>").await;
    for _ in 0..2 {
        terminal.keys("111213<enter>").await.shows("is not your PIN");
    }
    terminal.keys("111213<enter>").await.shows("three PINs were wrong");
    terminal.keys("olga<enter>").await.shows("three PINs were wrong");
    floor.test.clock.advance(1);
    terminal.keys(&format!("{PIN}<enter>")).await.shows("Locked");
    floor.test.clock.advance(1);
    terminal.keys(&format!("{PASSWORD}<enter>")).await.hides("Locked");
    terminal.keys(&format!("Lolga<enter>{PIN}<enter>")).await.hides("Locked");
}

#[tokio::test]
async fn a_pin_opens_nothing_after_the_shift_in_which_the_password_was_typed() {
    let floor = FloorPlant::new().await;
    let mut terminal = logged_in(&floor, "olga").await;
    terminal.keys(&format!("P{PASSWORD}<enter>{PIN}<enter>{PIN}<enter>L")).await;
    // It is 12:00 in Vienna, and the early shift ends at 14:00.
    wait(&floor, &mut terminal, 119).await.keys(&format!("olga<enter>{PIN}<enter>")).await.hides("Locked");
    terminal.keys("L").await;
    wait(&floor, &mut terminal, 1)
        .await
        .keys("olga<enter>")
        .await
        .shows("the shift in which you typed it last is over");
    terminal.keys(&format!("{PASSWORD}<enter>")).await.hides("Locked");
    terminal.keys(&format!("Lolga<enter>{PIN}<enter>")).await.hides("Locked");
}

#[tokio::test]
async fn one_key_changes_hands_from_wherever_one_is_and_leaves_nothing() {
    let floor = FloorPlant::new().await;
    for open in ["", "2n98765", "2n98765<esc>", "2n98765<f4>", ":", "c", "?", "4n", "2/987", "L", "Lolga"] {
        let mut terminal = logged_in(&floor, "olga").await;
        terminal.keys(open).await;
        terminal.keys("<f3>").await.shows("Log in").shows("olga has left this terminal").hides("ACME").hides("98765");
        terminal.keys(&format!("rosa<enter>{PASSWORD}<enter>")).await.shows("RIVAL").shows("1 Shift");
        for tab in ["1", "2", "2n", "8"] {
            terminal.keys(&format!("<esc><esc>{tab}")).await.hides("ACME").hides("98765").hides("olga");
        }
        terminal.keys("<esc><esc>u").await.shows("nothing to take back");
    }
}

#[rstest]
#[tokio::test]
async fn a_session_ends_after_twelve_hours_and_says_so_before(#[values(Engine::File, Engine::Server)] engine: Engine) {
    let floor = FloorPlant::on(engine).await;
    let (mut terminal, desk) = (logged_in(&floor, "luis").await, floor.desk("luis").await);
    for _ in 0..70 {
        wait(&floor, &mut terminal, 10).await.keys("<esc>").await.hides("Locked");
    }
    terminal.hides("session ends");
    wait(&floor, &mut terminal, 10).await.shows("your session ends in 10 minutes").shows("session ends in 10 min");
    terminal.keys("2n55").await.shows("session ends in 10 min");
    wait(&floor, &mut terminal, 9).await.shows("session ends in 1 min");
    wait(&floor, &mut terminal, 1).await.shows("Log in").shows("ended after 12 hours").hides("ACME").hides("55");
    wait(&floor, &mut terminal, 30).await.shows("ended after 12 hours");
    assert!(matches!(desk.ask(kpi_ops::service::Query::Board).await, Err(Problem::SessionEnded)));
    assert!(matches!(desk.unlock(&secret(PASSWORD), "tty").await, Err(Problem::SessionEnded)));
}

#[rstest]
#[tokio::test]
async fn administration_asks_for_the_password_again_after_five_minutes(
    #[values(Engine::File, Engine::Server)] engine: Engine,
) {
    let floor = FloorPlant::on(engine).await;
    let mut terminal = logged_in(&floor, "anna").await;
    terminal.keys("9]/olga<enter>td").await.shows("✓ user olga disabled");
    wait(&floor, &mut terminal, 5).await.keys("t").await.shows("your password again");
    terminal.keys("nonsense<enter>").await.shows("is not your password");
    assert_eq!(floor.number("SELECT active FROM t_user_account WHERE login = 'olga'").await, 0);
    terminal.keys(&format!("{ADMIN_PASSWORD}<enter>")).await.shows("✓ user olga enabled").hides("your password again");
    // Proved just now, it asks no more; what is left undone is forgotten.
    terminal.keys("td").await.shows("✓ user olga disabled");
    wait(&floor, &mut terminal, 5).await.keys("t").await.shows("your password again");
    terminal.keys("<esc>").await.hides("your password again");
    assert_eq!(floor.number("SELECT active FROM t_user_account WHERE login = 'olga'").await, 0);
    // A form waits behind the question and is saved by the answer.
    terminal.keys("n").await.keys("newt<enter>Newt<enter>2<enter><enter>").await.shows("your password again");
    terminal.keys(&format!("{ADMIN_PASSWORD}<enter>")).await.shows("One-time code");
    assert_eq!(floor.number("SELECT count(*) FROM t_user_account WHERE login = 'newt'").await, 1);
}

#[tokio::test]
async fn every_command_of_administration_and_no_other_wants_a_fresh_proof() {
    let floor = FloorPlant::new().await;
    let admin = &floor.admin;
    floor.test.clock.advance(5);
    for command in [
        Command::SetUserActive { login: "olga".into(), active: false },
        Command::SetRole { login: "luis".into(), role: Role::PowerUser },
        Command::ResetUser { login: "olga".into() },
        Command::SetClientActive { client_id: "ACME".parse().unwrap(), active: false },
        Command::SetAssignment { login: "luis".into(), client_id: "RIVAL".parse().unwrap(), assigned: true },
        Command::AddSshKey { login: "olga".into(), key: "x".into() },
        Command::SetSshKeyAlone { login: "olga".into(), alone: true },
    ] {
        let what = format!("{command:?}");
        assert!(matches!(admin.run(command).await, Err(Problem::Unproved)), "{what}");
    }
    let line = Command::AddLine {
        client_id: "ACME".parse().unwrap(),
        line_id: "L7".parse().unwrap(),
        name: kpi_ops::domain::text::CleanText::name("name", "Seven").unwrap(),
    };
    run(admin, line).await;
    admin.prove(&secret(ADMIN_PASSWORD), "tty").await.unwrap();
    run(admin, Command::ResetUser { login: "olga".into() }).await;
}

#[tokio::test]
async fn a_new_password_of_ones_own_ends_ones_other_sessions_and_the_pin() {
    let floor = FloorPlant::new().await;
    let (mut terminal, other) = (logged_in(&floor, "luis").await, floor.desk("luis").await);
    terminal.keys(&format!("P{PASSWORD}<enter>{PIN}<enter>{PIN}<enter>")).await.shows("✓ your PIN is set");
    terminal.keys(&format!("W{PASSWORD}<enter>{NEXT}<enter>{NEXT} not<enter>")).await.shows("is not the same");
    terminal
        .keys(&format!("<esc>W{PASSWORD}<enter>luis was here<enter>luis was here<enter>"))
        .await
        .shows("contains the login");
    terminal
        .keys(&format!("<esc>W{PASSWORD}<enter>{NEXT}<enter>{NEXT}<enter>"))
        .await
        .shows("✓ your password is changed");
    terminal.keys("2").await.shows("No counts yet");
    let over = other.ask(kpi_ops::service::Query::Board).await.unwrap_err().to_string();
    assert_eq!(over, "your account was changed; log in again");
    terminal.keys("Lluis<enter>").await.shows("you have no PIN yet");
    terminal.keys(&format!("{PASSWORD}<enter>")).await.shows("Locked");
    terminal.keys(&format!("{NEXT}<enter>")).await.hides("Locked");
    assert!(floor.test.plant.login("luis", &secret(PASSWORD), "t2").await.is_err());
}

#[tokio::test]
async fn who_is_disabled_reset_or_given_another_role_is_told_so_and_sees_nothing_more() {
    let floor = FloorPlant::new().await;
    floor.add_user("lola", Role::Leader, &["ACME"]).await;
    let role = |role| Command::SetRole { login: "lena".into(), role };
    for (login, at, take) in [
        ("luis", "2n77", Command::SetUserActive { login: "luis".into(), active: false }),
        ("lola", "4n", Command::ResetUser { login: "lola".into() }),
        ("lena", "8", role(Role::PowerUser)),
    ] {
        let mut terminal = logged_in(&floor, login).await;
        terminal.keys(at).await.shows("ACME");
        run(&floor.admin, take).await;
        // Nobody types: what is read anew by itself finds out.
        wait(&floor, &mut terminal, 1).await.shows("Log in").shows("your account was changed; log in again");
        terminal.hides("ACME").hides("77");
    }
    let mut terminal = logged_in(&floor, "lena").await;
    terminal.shows("9Admin").shows("all 2 clients");
    run(&floor.admin, role(Role::Leader)).await;
    terminal.keys("9").await.shows("Log in").shows("your account was changed").hides("9Admin");
    logged_in(&floor, "lena").await.shows("You have no clients yet").hides("9Admin");
}

#[rstest]
#[tokio::test]
async fn what_is_typed_is_not_saved_for_somebody_who_was_put_out(
    #[values(Engine::File, Engine::Server)] engine: Engine,
) {
    let floor = FloorPlant::on(engine).await;
    let mut terminal = logged_in(&floor, "olga").await;
    terminal.keys("2n77").await;
    run(&floor.admin, Command::SetUserActive { login: "olga".into(), active: false }).await;
    terminal.keys("<enter>").await.shows("Log in").shows("your account was changed").hides("77").hides("ACME");
    assert_eq!(floor.number("SELECT count(*) FROM t_production_entry").await, 0);
    // A locked terminal finds out when it is opened.
    let mut terminal = logged_in(&floor, "rosa").await;
    terminal.keys("L").await;
    run(&floor.admin, Command::SetUserActive { login: "rosa".into(), active: false }).await;
    terminal.keys(&format!("{PASSWORD}<enter>")).await.shows("Log in").hides("RIVAL");
}

#[tokio::test]
async fn a_client_that_was_taken_away_leaves_the_screen_the_open_form_and_the_drafts() {
    let floor = FloorPlant::new().await;
    floor.add_user("lola", Role::Leader, &["ACME", "RIVAL"]).await;
    let assign =
        |assigned| Command::SetAssignment { login: "lola".into(), client_id: "RIVAL".parse().unwrap(), assigned };
    for open in [
        "8",
        "2",
        "2nriv<enter>4321",
        "2nriv<enter>4321<esc>k",
        "2nriv<enter>4321<enter>",
        "c",
        "1<enter>",
        "cx<backspace><space><down><space><enter>",
    ] {
        floor.admin.prove(&secret(ADMIN_PASSWORD), "tty").await.unwrap();
        let mut terminal = logged_in(&floor, "lola").await;
        terminal.keys(open).await.shows("lola");
        run(&floor.admin, assign(false)).await;
        wait(&floor, &mut terminal, 1).await.shows("your clients were changed").hides("RIVAL").hides("4321");
        for tab in ["1", "2", "3", "4", "5", "6", "7", "8", "c", "2n"] {
            terminal.keys(&format!("<esc><esc>{tab}")).await.hides("RIVAL").hides("4321").hides("Not saved");
        }
        terminal.keys("<esc><esc>u").await.shows("nothing to take back");
        // What is given is seen as soon as it is noticed, and takes nothing away.
        terminal.keys("2n12").await.shows("Log a count");
        run(&floor.admin, assign(true)).await;
        terminal.keys("<esc>k5").await.shows("all 2 clients");
        terminal.keys("2nacm<enter>").await.shows("what you had typed is here again");
    }
}
