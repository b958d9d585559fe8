//! Handing a shift over at the dashboard: what is missing and the way there, the close, the note, reopening.

use super::plant::{FloorPlant, PASSWORD};
use super::terminal::Terminal;
use kpi_ops::tui::capability::{Capability, Characters, Palette};

async fn logged_in(floor: &FloorPlant, login: &str) -> Terminal {
    let plain = Capability { palette: Palette::Mono, characters: Characters::Unicode, frames: 0 };
    let mut terminal = Terminal::with(&floor.test.plant, 80, 24, plain).await;
    terminal.keys(&format!("{login}<enter>{PASSWORD}<enter>")).await;
    terminal
}

#[tokio::test]
async fn a_leader_mends_what_is_missing_and_closes_the_shift_with_a_note_that_the_next_one_sees_first() {
    let floor = FloorPlant::new().await;
    let mut luis = logged_in(&floor, "luis").await;
    luis.keys("3s<enter>").await.shows("✓");
    luis.keys("1h").await.shows("stands since 12:00").shows("no count").shows("Close the shift");
    insta::assert_snapshot!("hand_over", luis.screen());
    floor.test.clock.advance(5);
    luis.keys("1<enter>").await.shows("runs again after 5 min");
    luis.keys("hcount<enter>").await.shows("Log a count");
    luis.keys("240<enter>").await.shows("✓ 240");
    luis.keys("hreason<enter>").await.shows("left");
    luis.keys("3").await.shows("every stop has a reason");
    luis.keys("1hclose<enter>Filler drips<enter>").await.shows("✓ shift E of 2026-05-18 closed, 1 line");
    let state = "SELECT status || ' ' || closed_by || ' ' || handover_note FROM t_line_shift";
    assert_eq!(floor.texts(state).await, ["closed luis Filler drips"]);
    // A closed shift takes nothing; an operator cannot reopen it.
    let mut olga = logged_in(&floor, "olga").await;
    olga.keys("2n5<enter>").await.shows("closed");
    olga.keys("<esc>d").await;
    olga.keys("1h").await.shows("closed by luis").hides("Open the shift again");
    floor.test.clock.advance(120);
    let lena = logged_in(&floor, "lena").await;
    lena.shows("Filler drips").shows("closed by luis");
    insta::assert_snapshot!("hand_over_note", lena.screen());
    let actions =
        "SELECT action FROM t_audit_entry WHERE client_id = 'ACME' AND table_name = 'line_shift' ORDER BY seq";
    assert_eq!(floor.texts(actions).await, ["close"]);
}

#[tokio::test]
async fn a_closed_shift_is_reopened_with_a_reason_on_the_record_and_a_close_is_taken_back() {
    let floor = FloorPlant::new().await;
    let mut luis = logged_in(&floor, "luis").await;
    luis.keys("2n240<enter>1hclose<enter><enter>").await.shows("✓ shift E of 2026-05-18 closed");
    luis.keys("u").await.shows("is open again");
    luis.keys("hclose<enter><enter>").await.shows("closed, 1 line");
    luis.keys("hopen<enter><enter>").await.shows("is missing");
    luis.keys("wrong count<enter>").await.shows("✓ shift E of 2026-05-18 is open again");
    let state = "SELECT status || ' ' || reopened_by || ' ' || reopened_reason FROM t_line_shift";
    assert_eq!(floor.texts(state).await, ["open luis wrong count"]);
}

#[tokio::test]
async fn a_stop_that_runs_on_from_a_closed_shift_is_ended_in_the_next_one() {
    let floor = FloorPlant::new().await;
    let mut luis = logged_in(&floor, "luis").await;
    floor.test.clock.advance(110);
    luis.keys(&format!("{PASSWORD}<enter>3s1<enter>1hclose<enter><enter>")).await.shows("closed, 1 line");
    luis.keys("e").await.shows("the shift was closed");
    floor.test.clock.advance(20);
    luis.keys(&format!("{PASSWORD}<enter>e")).await.shows("runs again after 20 min");
    let parts = "SELECT shift_id || ' ' || minutes || ' ' || classified_minutes || ' ' || counted FROM t_downtime_entry
                 WHERE deleted_at IS NULL ORDER BY started_at";
    assert_eq!(floor.texts(parts).await, ["E 10 20 1", "L 10 20 0"]);
}

#[tokio::test]
async fn stops_without_a_reason_take_one_key_each_and_what_was_done_is_listed_and_taken_back_out_of_turn() {
    let floor = FloorPlant::new().await;
    let mut olga = logged_in(&floor, "olga").await;
    olga.keys("3n08:00<enter>08:10<enter><enter>n09:00<enter>09:10<enter><enter>").await.shows("✓");
    olga.keys("w").await.shows("2 left");
    insta::assert_snapshot!("work_list", olga.screen());
    olga.keys_at_once("35").await.shows("every stop has a reason");
    assert_eq!(floor.number("SELECT count(*) FROM t_downtime_entry WHERE reason = 'UNCLASSIFIED'").await, 0);
    olga.keys("U").await.shows("stop of 10 min");
    insta::assert_snapshot!("done", olga.screen());
    let reasons = "SELECT count(*) FROM t_downtime_entry WHERE deleted_at IS NULL";
    olga.keys("<down><down><down><enter>").await.shows("removed");
    assert_eq!(floor.number(reasons).await, 1);
    // Another login remembers nothing, and the record everything: the other one goes from there, and comes again.
    let mut again = logged_in(&floor, "olga").await;
    again.keys("U").await.shows("stop of 10 min on L1: entered").shows("stop: reason").shows("take back");
    again.keys("removed<enter>").await.shows("restored");
    assert_eq!(floor.number(reasons).await, 2);
}

#[tokio::test]
async fn the_work_list_leaves_a_stop_of_a_closed_shift_and_says_how_many_and_why() {
    let floor = FloorPlant::new().await;
    let mut luis = logged_in(&floor, "luis").await;
    luis.keys("3n08:00<enter>08:10<enter><enter>n09:00<enter>09:10<enter><enter>").await.shows("✓");
    luis.keys("1hclose<enter><enter>").await.shows("closed, 1 line");
    floor.test.clock.advance(150);
    let mut luis = logged_in(&floor, "luis").await;
    luis.keys("3n14:05<enter>14:10<enter><enter>").await.shows("✓");
    luis.keys("w").await.shows("14:05").shows("3 left");
    luis.keys("3").await.shows("left without a reason: 2; ").shows("closed");
    let reasons = "SELECT count(*) FROM t_downtime_entry WHERE reason = 'UNCLASSIFIED'";
    assert_eq!(floor.number(reasons).await, 2);
    luis.keys("w").await.shows("left without a reason: 2");
}

#[tokio::test]
async fn the_review_is_of_the_shift_that_is_on_and_leads_to_the_one_that_is_over_and_open() {
    let floor = FloorPlant::new().await;
    let mut luis = logged_in(&floor, "luis").await;
    luis.keys("2n240<enter>").await.shows("✓ 240");
    floor.test.clock.advance(150);
    let mut luis = logged_in(&floor, "luis").await;
    luis.keys("3s<enter>").await.shows("✓");
    luis.keys("1h").await.shows("Hand-over L 14:00").shows("stands since 14:30");
    luis.shows("E of 2026-05-18 is over and open");
    // What stands now is none of the earlier shift's.
    luis.keys("<enter>").await.shows("Hand-over E 06:00").hides("stands since").shows("L is on");
    luis.keys("close<enter>Belt slips<enter>").await.shows("✓ shift E of 2026-05-18 closed, 1 line");
    luis.keys("h").await.shows("Hand-over L 14:00").hides("over and open").shows("E left: Belt slips");
    luis.keys("read<enter>").await.shows("Orders, the most urgent first").shows("of 1000 made");
    luis.shows("Attendance is not taken yet.");
    insta::assert_snapshot!("shift_start", luis.screen());
}

#[tokio::test]
async fn who_has_several_clients_in_view_sees_what_was_left_at_each() {
    let floor = FloorPlant::new().await;
    let mut luis = logged_in(&floor, "luis").await;
    luis.keys("2n240<enter>1hclose<enter>Filler drips<enter>").await.shows("closed, 1 line");
    let terminal = logged_in(&floor, "paul").await;
    terminal.shows("ACME: E of 2026-05-18, closed by luis").shows("Filler drips");
    let luis = logged_in(&floor, "luis").await;
    luis.hides("Filler drips");
}

#[tokio::test]
async fn a_leader_signs_an_hour_with_a_remark_corrects_it_and_takes_it_back_and_the_next_shift_reads_it() {
    let floor = FloorPlant::new().await;
    let live = "SELECT hour || ' ' || signed_by || ' ' || coalesce(remark, '-') FROM t_hour_sign_off
                WHERE deleted_at IS NULL ORDER BY hour";
    let mut olga = logged_in(&floor, "olga").await;
    olga.keys("1r").await.hides("Sign an hour");
    let mut luis = logged_in(&floor, "luis").await;
    // The hour that ended last is offered; Enter alone signs it.
    luis.keys("1r").await.shows("Sign an hour of L1").shows("11:00");
    insta::assert_snapshot!("sign_hour", luis.screen());
    luis.keys("Belt slipped<enter>").await.shows("✓ hour 11:00 on L1 signed");
    luis.keys("r").await.shows("10:00");
    luis.keys("<enter>").await.shows("✓ hour 10:00 on L1 signed");
    assert_eq!(floor.texts(live).await, ["4 luis -", "5 luis Belt slipped"]);
    luis.shows("luis: Belt slipped");
    insta::assert_snapshot!("signed_hours", luis.screen());
    // What stands there is corrected, and both come back one by one.
    luis.keys("r<shift-tab>11:00<enter>").await.shows("Belt slipped");
    luis.keys("<ctrl-u>Belt off<enter>").await.shows("✓ hour 11:00 on L1 signed");
    assert_eq!(floor.texts(live).await, ["4 luis -", "5 luis Belt off"]);
    luis.keys("u").await.shows("✓");
    assert_eq!(floor.texts(live).await, ["4 luis -", "5 luis Belt slipped"]);
    luis.keys("u").await.shows("signature of hour 10:00 on L1 taken back");
    assert_eq!(floor.texts(live).await, ["5 luis Belt slipped"]);
    // From the record too, by somebody who has just come in.
    let mut again = logged_in(&floor, "luis").await;
    again.keys("U").await.shows("hour 10:00 on L1: taken back");
    again.keys("10:00<enter>").await.shows("✓");
    assert_eq!(floor.texts(live).await, ["4 luis -", "5 luis Belt slipped"]);
    again.keys("1hclose<enter>Filler drips<enter>").await.shows("closed, 1 line");
    again.keys("r").await.shows("the shift is closed");
    floor.test.clock.advance(120);
    let lena = logged_in(&floor, "lena").await;
    lena.shows("Filler drips").shows("L1 11:00").shows("Belt slipped (signed by luis)");
    let actions =
        "SELECT action FROM t_audit_entry WHERE client_id = 'ACME' AND table_name = 'hour_sign_off' ORDER BY seq";
    assert_eq!(floor.texts(actions).await, ["sign", "sign", "sign", "sign", "take_back", "sign"]);
}

#[tokio::test]
async fn two_who_sign_the_same_hour_see_each_other_and_an_hour_to_come_is_signed_by_nobody() {
    let floor = FloorPlant::new().await;
    let (mut luis, mut lena) = (logged_in(&floor, "luis").await, logged_in(&floor, "lena").await);
    luis.keys("1r").await.shows("Sign an hour");
    lena.keys("1rNo material<enter>").await.shows("signed");
    luis.keys("Belt slipped<enter>").await.shows("lena").shows("Belt slipped");
    let live = "SELECT signed_by || ' ' || remark FROM t_hour_sign_off";
    assert_eq!(floor.texts(live).await, ["lena No material"]);
    luis.keys("<shift-tab>13:00<enter>").await.shows("Hour");
    assert_eq!(floor.texts(live).await, ["lena No material"]);
}

#[tokio::test]
async fn what_is_estimated_is_marked_in_its_hour_and_counted_beside_the_line() {
    let floor = FloorPlant::new().await;
    let mut luis = logged_in(&floor, "luis").await;
    luis.keys("2n240<enter>").await.shows("✓ 240");
    luis.keys("1").await.shows("240 so far").hides("estimated");
    floor.sql("UPDATE t_production_entry SET estimated = 1").await;
    luis.keys("<f5>").await.shows("240E so far").shows("240 of it estimated (E)");
}
