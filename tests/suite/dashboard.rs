//! Stories at the dashboard: keys in, a screen out.

use super::plant::{ADMIN_PASSWORD, FloorPlant, PASSWORD, TestPlant};
use super::terminal::Terminal;
use kpi_ops::tui::input::Input;

async fn logged_in(floor: &FloorPlant, login: &str, width: u16, height: u16) -> Terminal {
    let mut terminal = Terminal::open(&floor.test.plant, width, height).await;
    let password = if login == "anna" { ADMIN_PASSWORD } else { PASSWORD };
    terminal.keys(&format!("{login}<enter>{password}<enter>")).await;
    terminal
}

#[tokio::test]
async fn a_new_plant_leads_from_the_first_admin_to_the_first_user_by_one_key_each() {
    let test = TestPlant::empty().await;
    let mut terminal = Terminal::open(&test.plant, 80, 24).await;
    terminal.shows("make the first ADMIN");
    terminal
        .keys("Anna<enter>Anna Admin<enter>pferde fressen keine gurken<enter>pferde fressen keine gurken<enter>")
        .await;
    terminal.shows("adds the first client");
    terminal.keys("<space>ACME<enter>Acme Bottling<enter>Europe/Vienna<enter>").await.shows("✓");
    terminal.shows("adds a production line");
    terminal.keys("<space>L1<enter>Filler<enter>").await.shows("✓");
    terminal.keys("<space>P1<enter>Water<enter>2.5<enter>").await.shows("✓");
    terminal.keys("<space>E<enter>Early<enter>06:00<enter>14:00<enter><enter><enter>").await.shows("✓");
    terminal.keys("<space>olga<enter>Olga Operator<enter>1<enter>ACME<enter>").await.shows("One-time code");
    terminal.keys("<esc><space>").await.shows("nothing is missing");
}

#[tokio::test]
async fn an_operator_logs_a_count_with_three_keys_besides_its_digits() {
    let floor = FloorPlant::new().await;
    let mut terminal = logged_in(&floor, "olga", 80, 24).await;
    terminal.keys("2").await;
    // The very first count has nothing to be filled in from but the only line and product.
    terminal.keys("n240<enter>").await.shows("✓ 240");
    terminal.keys("n120<enter>").await.shows("✓ 120");
    let rows = floor
        .number("SELECT count(*) FROM t_production_entry WHERE units IN (120, 240) AND work_order_id IS NULL")
        .await;
    assert_eq!(rows, 2);
    terminal.keys("u").await;
    assert_eq!(floor.number("SELECT count(*) FROM t_production_entry WHERE deleted_at IS NULL").await, 1);
}

#[tokio::test]
async fn keys_typed_while_something_loads_or_saves_are_not_lost() {
    let floor = FloorPlant::new().await;
    let mut terminal = logged_in(&floor, "olga", 80, 24).await;
    terminal.keys_at_once("2n240<enter>n7<enter>n33<enter>").await;
    let units = floor.texts("SELECT CAST(units AS TEXT) FROM t_production_entry ORDER BY units").await;
    assert_eq!(units, ["7", "33", "240"]);
}

#[tokio::test]
async fn a_stop_starts_runs_on_the_board_and_ends() {
    let floor = FloorPlant::new().await;
    let mut terminal = logged_in(&floor, "olga", 80, 24).await;
    terminal.keys("3s1<enter>").await.shows("✓");
    floor.test.clock.advance(2);
    terminal.keys("1").await.shows("stopped 2m00");
    terminal.keys("e").await.shows("✓").hides("stopped 2m00");
    assert_eq!(floor.number("SELECT count(*) FROM t_downtime_entry WHERE ended_at IS NOT NULL").await, 1);
}

#[tokio::test]
async fn what_was_typed_is_never_lost_silently() {
    let floor = FloorPlant::new().await;
    let mut terminal = logged_in(&floor, "olga", 80, 24).await;
    terminal.keys("2n12x<enter>").await.shows("not a whole number").shows("12x");
    terminal.keys("<esc>").await.shows("Not saved").shows("Go on typing");
    terminal.keys("<enter>").await.shows("12x");
    terminal.keys("<esc>k").await.hides("12x").shows("kept");
    terminal.keys("q").await.shows("not saved");
    assert!(!terminal.left);
    terminal.keys("<esc>n").await.shows("12x");
    terminal.keys("<backspace><enter>").await.shows("✓ 12");
    assert!(terminal.keys("q").await.left);
}

#[tokio::test]
async fn an_operator_sees_why_a_key_is_not_for_them() {
    let floor = FloorPlant::new().await;
    let mut terminal = logged_in(&floor, "olga", 80, 24).await;
    terminal.hides("9 Admin");
    terminal.keys("4a").await.shows("takes a LEADER");
    terminal.keys("9").await.shows("takes a POWERUSER");
}

#[tokio::test]
async fn with_several_clients_in_view_a_form_asks_for_the_client_first() {
    let floor = FloorPlant::new().await;
    let mut terminal = logged_in(&floor, "paul", 80, 24).await;
    terminal.shows("all 2 clients");
    terminal.keys("2n").await.shows("For which client?");
    terminal.keys("riv<enter>").await.shows("Log a count").shows("RIVAL");
    terminal.keys("5<enter>").await.shows("✓ 5");
    assert_eq!(floor.number("SELECT count(*) FROM t_production_entry WHERE client_id = 'RIVAL'").await, 1);
    terminal.keys("cacm<enter>").await.shows(" ACME ·");
    terminal.keys("n").await.shows("Log a count").shows("ACME");
}

#[tokio::test]
async fn somebody_without_clients_is_told_so() {
    let floor = FloorPlant::new().await;
    floor.add_user("nina", kpi_ops::domain::role::Role::Leader, &[]).await;
    let terminal = logged_in(&floor, "nina", 80, 24).await;
    terminal.shows("You have no clients yet");
}

#[tokio::test]
async fn a_wrong_password_is_refused_without_saying_what_was_wrong() {
    let floor = FloorPlant::new().await;
    let mut terminal = Terminal::open(&floor.test.plant, 80, 24).await;
    terminal.keys("olga<enter>nonsense<enter>").await.shows("name or the password is wrong").shows("olga");
}

#[tokio::test]
async fn every_screen_can_be_made_tiny_and_large_again() {
    let floor = FloorPlant::new().await;
    let mut terminal = logged_in(&floor, "anna", 80, 24).await;
    for tab in 1..=9 {
        terminal.keys(&tab.to_string()).await;
        for (width, height) in
            [(1, 1), (2, 40), (10, 3), (10, 5), (59, 19), (60, 20), (80, 24), (120, 40), (200, 60), (300, 100)]
        {
            terminal.give(Input::Resize(width, height)).await;
            for layer in ["?", ":", "c", "n"] {
                terminal.keys(layer).await;
                terminal.keys("<esc><esc><esc>").await;
            }
        }
    }
    assert!(!terminal.left);
}

#[tokio::test]
async fn a_hold_is_asked_for_approved_and_released_by_those_who_may() {
    let floor = FloorPlant::new().await;
    let mut operator = logged_in(&floor, "olga", 80, 24).await;
    // The order has to be typed the first time, because nothing was counted yet.
    operator.keys("4n").await.shows("Ask for a hold");
    operator.keys("W1<enter>40<enter>1<enter>").await.shows("✓");
    operator.shows("requested");
    operator.keys("r").await.shows("takes a LEADER");
    let mut leader = logged_in(&floor, "luis", 80, 24).await;
    leader.shows("1 to decide");
    leader.keys("4a").await.shows("✓").shows("on hold");
    leader.keys("a").await.shows("the hold is on hold").shows("possible now");
    leader.keys("r").await.shows("Release the goods");
    // This client wants two people: who placed it does not release it.
    leader.keys("1<enter>").await.shows("wants two people").shows("another leader release it");
    leader.keys("<esc>d").await.shows("on hold");
    let mut other = logged_in(&floor, "lena", 80, 24).await;
    other.keys("4r1<enter>").await.shows("✓").shows("released");
    assert_eq!(floor.texts("SELECT status FROM t_hold_entry").await, ["released"]);
}

#[tokio::test]
async fn removing_asks_nothing_and_says_what_takes_it_back() {
    let floor = FloorPlant::new().await;
    let mut terminal = logged_in(&floor, "olga", 80, 24).await;
    let alive = "SELECT count(*) FROM t_production_entry WHERE deleted_at IS NULL";
    terminal.keys("2n10<enter>d").await.shows("✓ count of 10 units on L1 removed; u takes it back");
    assert_eq!(floor.number(alive).await, 0);
    terminal.keys("u").await.shows("✓");
    assert_eq!(floor.number(alive).await, 1);
}

#[tokio::test]
async fn a_stop_typed_afterwards_is_refused_where_it_overlaps_and_keeps_what_was_typed() {
    let floor = FloorPlant::new().await;
    let mut terminal = logged_in(&floor, "olga", 80, 24).await;
    terminal.keys("3n08:00<enter>08:30<enter>2<enter>").await.shows("✓");
    terminal.keys("n08:15<enter>08:45<enter>2<enter>").await.shows("overlaps").shows("08:15");
    // Enter in the mended field saves, because saving was wanted.
    terminal.keys("<f5>08:30<enter>").await.shows("✓");
    assert_eq!(floor.number("SELECT count(*) FROM t_downtime_entry").await, 2);
}

#[tokio::test]
async fn a_list_is_filtered_by_typing_and_esc_shows_all_again() {
    let floor = FloorPlant::new().await;
    let mut terminal = logged_in(&floor, "anna", 80, 24).await;
    terminal.keys("9]").await.shows("olga").shows("luis");
    terminal.keys("/olg").await.shows("olga").hides("luis");
    terminal.keys("<enter>").await.shows("/olg");
    terminal.keys("<esc>").await.shows("luis");
    terminal.keys("/nobody").await.shows("Nothing here holds \"nobody\"");
}

#[tokio::test]
async fn the_palette_finds_an_action_by_a_few_letters() {
    let floor = FloorPlant::new().await;
    let mut terminal = logged_in(&floor, "olga", 80, 24).await;
    terminal.keys(":hold<enter>").await.shows("No holds");
    terminal.keys(":put goods<enter>").await.shows("Ask for a hold");
}

#[tokio::test]
async fn help_says_what_the_keys_do_here_first() {
    let floor = FloorPlant::new().await;
    let mut terminal = logged_in(&floor, "olga", 80, 40).await;
    terminal.keys("4?").await.shows("Help: Holds").shows("Goods that must not move");
    let screen = terminal.screen();
    let place = |text: &str| screen.find(text).unwrap_or(usize::MAX);
    assert!(place("Put goods on hold") < place("Select the row above"), "{screen}");
}

#[tokio::test]
async fn a_scanner_types_a_code_in_a_burst_and_a_paste_is_cleaned() {
    let floor = FloorPlant::new().await;
    let mut terminal = logged_in(&floor, "olga", 80, 24).await;
    terminal.keys("4n").await;
    terminal.keys_at_once("W1<enter>").await;
    terminal.give(Input::Paste("12\u{1b}[2J\n".into())).await.shows("12[2J").shows("not a whole number");
    terminal.keys("<f5>").await;
    terminal.give(Input::Paste("12\n".into())).await.hides("not a whole number");
}

#[tokio::test]
async fn the_next_person_sees_nothing_of_the_one_before() {
    let floor = FloorPlant::new().await;
    let mut terminal = logged_in(&floor, "olga", 80, 24).await;
    terminal.keys("2n99<enter>").await.shows("99");
    terminal.keys("Q").await.shows("Log in").hides("99");
    terminal.keys(&format!("rosa<enter>{PASSWORD}<enter>2")).await.shows("RIVAL").hides("99");
    terminal.keys("u").await.shows("nothing to take back");
}

#[tokio::test]
async fn nothing_is_drawn_while_nothing_changes() {
    let floor = FloorPlant::new().await;
    let mut terminal = logged_in(&floor, "olga", 80, 24).await;
    terminal.keys("2").await;
    let before = terminal.dashboard.port.frames;
    terminal.keys("").await;
    assert_eq!(terminal.dashboard.port.frames, before);
}
