//! The day of those who inspect, lead and keep the plant, as keys at a terminal: each routine with its keystrokes counted
//! and the screen it is done on kept.

use super::attendance::people_plant;
use super::inspection::quality_plant;
use super::plant::{ADMIN_PASSWORD, FloorPlant, PASSWORD};
use super::terminal::Terminal;
use kpi_ops::tui::input::Input;

async fn logged_in(floor: &FloorPlant, login: &str) -> Terminal {
    let mut terminal = Terminal::open(&floor.test.plant, 80, 24).await;
    let password = if login == "anna" { ADMIN_PASSWORD } else { PASSWORD };
    terminal.keys(&format!("{login}<enter>{password}<enter>")).await;
    terminal
}

/// The keys of a story that are no digits.
fn besides_digits(story: &str) -> usize {
    Input::story(story).unwrap().len() - story.chars().filter(char::is_ascii_digit).count()
}

#[tokio::test]
async fn an_inspection_with_two_defects_takes_twelve_keys_and_offers_its_hold_with_one_more() {
    let floor = quality_plant().await;
    let mut terminal = logged_in(&floor, "luis").await;
    // The first one says where; the next one knows.
    terminal.keys("5n").await.shows("Log an inspection");
    terminal
        .keys("<shift-tab><shift-tab><shift-tab>W1<enter>J1<enter><enter>20<enter>20<enter><enter>")
        .await
        .shows("20 of 20 passed");
    floor.test.clock.advance(1);
    let story = "n50<enter>45<enter>1<enter>3<enter>2<enter>4<enter><enter>";
    assert!(besides_digits(story) <= 12, "{}", besides_digits(story));
    terminal.keys("n").await.shows("final").shows("J1").shows("A-1");
    terminal.keys("50<enter>45<enter>1<enter>3<enter>").await;
    terminal.keys("2<enter>4<enter><enter>").await.shows("45 of 50 passed").shows("Place a hold on what failed");
    terminal.keys("<enter>").await.shows("5 of W1 are on hold");
    let linked = "SELECT count(*) FROM t_hold_entry WHERE quality_entry_id IS NOT NULL AND quantity = 5";
    assert_eq!(floor.number(linked).await, 1);
    assert_eq!(floor.number("SELECT sum(count) FROM t_defect_detail WHERE deleted_at IS NULL").await, 7);
    // A mistake is taken back: removed, and with u it is there again.
    terminal.keys("d").await.shows("inspection at final on L1 removed; u takes it back");
    terminal.keys("u").await.shows("inspection at final on L1 restored");
    terminal.keys("e").await.shows("Correct the inspection").shows("45");
    terminal.keys("<ctrl-s>").await.shows("corrected: 45 of 50 passed");
}

#[tokio::test]
async fn a_wide_screen_shows_what_was_found_before_and_a_leader_sees_what_waits() {
    let floor = quality_plant().await;
    let mut terminal = Terminal::open(&floor.test.plant, 120, 40).await;
    terminal.keys(&format!("luis<enter>{PASSWORD}<enter>")).await;
    terminal
        .keys("5n<shift-tab><shift-tab><shift-tab>W1<enter>J1<enter><enter>20<enter>17<enter>1<enter>3<enter><enter><esc>")
        .await;
    terminal.keys("n").await.shows("Before: W1, A-1").shows("17/20");
    let mut olga = logged_in(&floor, "olga").await;
    olga.keys("4nW1<enter>10<enter>2<enter>").await.shows("asked for");
    terminal.keys("<esc>4nW1<enter>20<enter>2<enter>").await.shows("20 of W1 are on hold");
    terminal.keys("i").await.shows("These wait for you").shows("10 W1: olga wants it held");
    terminal.keys("<enter>a").await.shows("hold of 10 of W1: on hold");
    terminal.keys("i").await.shows("no hold waits for you");
}

#[tokio::test]
async fn what_is_wrong_in_an_inspection_is_said_at_its_field_and_nothing_typed_is_lost() {
    let floor = quality_plant().await;
    let mut terminal = logged_in(&floor, "olga").await;
    terminal.keys("5n5<enter>6<enter><enter>").await;
    terminal.shows("6 is more than the 5 inspected").shows("type at most the inspected units");
    terminal.keys("<esc>").await.shows("Something is typed");
    terminal.keys("k5n").await.shows("what you had typed is here again").shows("6");
}

#[tokio::test]
async fn a_crew_of_twelve_with_one_absence_takes_six_keys() {
    let floor = people_plant().await;
    let mut terminal = logged_in(&floor, "olga").await;
    terminal.keys("6t").await.shows("Attendance of E").shows("12 people, 0 absent").shows("Worker 05");
    let story = "t5<enter>1<f2>";
    assert!(Input::story(story).unwrap().len() <= 6);
    terminal.keys("5<enter>1<enter><enter>").await.shows("12 people, 1 absent").shows("Sick");
    terminal.keys("<enter>").await.shows("attendance of E saved: 12 people, 1 absent");
    assert_eq!(floor.number("SELECT count(*) FROM t_attendance_entry WHERE absence_type = 'SICK'").await, 1);
    terminal.keys("u").await.shows("taken away");
    terminal.keys("t5<enter>1<f2>").await.shows("attendance of E saved: 12 people, 1 absent");
    terminal.keys("w").await.shows("Attendance from 2026-05-18").shows("SICK");
    insta::assert_snapshot!("attendance_week_80x24", terminal.screen());
    terminal.keys("<esc>").await;
    // A leader covers the absence; an operator is told who may.
    terminal.keys("v").await.shows("LEADER");
    let mut leader = logged_in(&floor, "luis").await;
    leader.keys("6v").await.shows("Cover the absence of 105");
    leader.keys("1<enter>").await.shows("Petra Pool covers 105 for 450 min");
}

#[tokio::test]
async fn exceptions_that_are_kept_for_later_are_there_again_but_for_those_somebody_else_changed() {
    let floor = people_plant().await;
    let mut terminal = logged_in(&floor, "olga").await;
    terminal.keys("6t5<enter>1<enter><enter>").await.shows("12 people, 1 absent");
    terminal.keys("<esc>").await.shows("Something is typed");
    terminal.keys("kt").await.shows("what you had typed is here again").shows("12 people, 1 absent");
    terminal.keys("7<enter>1<enter><enter>").await.shows("12 people, 2 absent");
    terminal.keys("<esc>k").await;
    let mut other = logged_in(&floor, "luis").await;
    other.keys("6t3<enter>1<f2>").await.shows("12 people, 1 absent");
    terminal.keys("t").await.shows("changed by somebody else meanwhile:").shows("12 people, 1 absent");
    terminal.shows("Worker 05, Worker 07");
}

#[tokio::test]
async fn a_leader_makes_an_order_takes_it_on_its_way_and_back() {
    let floor = FloorPlant::new().await;
    let mut terminal = logged_in(&floor, "luis").await;
    terminal.keys("7n").await.shows("Add a work order");
    terminal.keys("W7<enter>P1<enter>0<ctrl-s>").await.shows("must be more than 0");
    terminal.keys("250<enter>").await.shows("work order W7 added");
    insta::assert_snapshot!("orders_80x24", terminal.screen());
    terminal.keys("/W7<enter>r").await.shows("work order W7: released");
    terminal.keys("b").await.shows("work order W7: in process");
    terminal.keys("r").await.shows("possible now: complete, cancel");
    terminal.keys("m").await.shows("work order W7: completed");
    terminal.keys("v").await.shows("Deliver W7").shows("250");
    terminal.keys("240<enter>").await.shows("work order W7: delivered");
    terminal.keys("u").await.shows("work order W7 is completed again");
    terminal.keys("e").await.shows("Change a work order W7");
    terminal.keys("<tab>260<ctrl-s>").await.shows("work order W7 changed");
    terminal.keys("x").await.shows("work order W7: cancelled; u takes it back");
    let mut operator = logged_in(&floor, "olga").await;
    operator.keys("7n").await.shows("this takes a LEADER, you are OPERATOR");
}

#[tokio::test]
async fn a_power_user_adds_changes_and_removes_what_the_plant_consists_of() {
    let floor = FloorPlant::new().await;
    let mut terminal = logged_in(&floor, "paul").await;
    terminal.keys("cACME<enter>9ll").await.shows("[Shifts]");
    terminal.keys("e").await.shows("Change a shift").shows("2026-05-18");
    terminal.keys("<esc>l").await.shows("[Codes]");
    terminal.keys("n1<enter>FLOOD<enter>900<enter>Flood<ctrl-s>").await.shows("code FLOOD added");
    terminal.keys("/FLOOD<enter>e").await.shows("Change a code");
    terminal.keys("<tab>Water in the hall<ctrl-s>").await.shows("code FLOOD changed").shows("Water in the hall");
    terminal.keys("d").await.shows("code FLOOD removed");
    terminal.keys("u").await.shows("code FLOOD");
    terminal.keys("<esc>l").await.shows("[Targets]");
    terminal.keys("noee<enter>71.5<ctrl-s>").await.shows("target oee added");
    insta::assert_snapshot!("targets_80x24", terminal.screen());
    terminal.keys("6ll").await.shows("[Employees]");
    terminal.keys("n77<enter>Ina<ctrl-s>").await.shows("employee 77 added");
}

#[tokio::test]
async fn part_of_a_hold_is_released_and_its_history_is_whole() {
    let floor = FloorPlant::new().await;
    let mut luis = logged_in(&floor, "luis").await;
    luis.keys("4nW1<enter>100<enter>2<enter>").await.shows("100 of W1 are on hold");
    let mut lena = logged_in(&floor, "lena").await;
    assert!(Input::story("r1<enter>").unwrap().len() <= 5, "a release of all");
    lena.keys("4r1<tab>101<ctrl-s>").await.shows("101 of the 100 that are held");

    lena.keys("<f5>30<ctrl-s>").await.shows("hold of 30 of W1: released");
    let rest = "SELECT quantity || ' ' || status FROM t_hold_entry ORDER BY quantity";
    assert_eq!(floor.texts(rest).await, ["30 released", "70 on_hold"]);
    lena.keys("/on_hold<enter>v")
        .await
        .shows("Every step of this hold")
        .shows("place 100 by luis")
        .shows("split 70 by lena");
    insta::assert_snapshot!("hold_history_80x24", lena.screen());
}

#[tokio::test]
async fn the_queue_says_which_of_several_holds_waits_longest() {
    let floor = quality_plant().await;
    let mut olga = logged_in(&floor, "olga").await;
    olga.keys("4nW1<enter>10<enter>2<enter>").await.shows("asked for");
    floor.test.clock.advance(2);
    let mut luis = logged_in(&floor, "luis").await;
    luis.keys("4i").await.shows("10 W1").hides("oldest");
    olga.keys("nW1<enter>5<enter>2<enter>").await.shows("5 of W1");
    luis.keys("<esc>i").await.shows("5 W1").shows("oldest, 2 min");
}
