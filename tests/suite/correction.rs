//! Correcting what is saved, at the dashboard: keys in, a screen out; two people at one entry; what is copied.

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
async fn a_count_is_corrected_with_two_keys_besides_its_digits_and_taken_back() {
    let floor = FloorPlant::new().await;
    let mut olga = logged_in(&floor, "olga").await;
    olga.keys("2n240<enter>").await.shows("✓ 240");
    let counted_at = floor.number("SELECT counted_at FROM t_production_entry").await;
    floor.test.clock.advance(1);
    olga.keys("m").await.shows("Correct the count").shows("240");
    insta::assert_snapshot!("form_correct_count", olga.screen());
    olga.keys("250<enter>").await.shows("✓ count on L1 corrected from 240 to 250 units");
    assert_eq!(floor.number("SELECT units FROM t_production_entry").await, 250);
    assert_eq!(floor.number("SELECT counted_at FROM t_production_entry").await, counted_at, "to the millisecond");
    olga.keys("u").await.shows("corrected from 250 to 240 units");
    assert_eq!(floor.number("SELECT units FROM t_production_entry").await, 240);
    let actions =
        "SELECT action FROM t_audit_entry WHERE client_id = 'ACME' AND table_name = 'production_entry' ORDER BY seq";
    assert_eq!(floor.texts(actions).await, ["log", "correct", "correct"]);
}

#[tokio::test]
async fn two_people_at_one_count_see_both_versions_and_lose_neither() {
    let floor = FloorPlant::new().await;
    let mut olga = logged_in(&floor, "olga").await;
    olga.keys("2n240<enter>").await.shows("✓ 240");
    let mut luis = logged_in(&floor, "luis").await;
    luis.keys("2m").await.shows("Correct the count");
    // While luis has it open, olga corrects units and defects.
    olga.keys("m250<tab>4<f2>").await.shows("✓");
    luis.keys("260<enter>").await.shows("olga made it 250").shows("260");
    insta::assert_snapshot!("form_two_versions", luis.screen());
    assert_eq!(floor.number("SELECT units FROM t_production_entry").await, 250, "nothing was overwritten");
    // What luis had not touched is olga's; saving again is his decision.
    luis.keys("<f2>").await.shows("✓ count on L1 corrected from 250 to 260 units");
    assert_eq!(floor.texts("SELECT units || ' ' || defects FROM t_production_entry").await, ["260 4"]);

    // The other way round: F5 takes theirs.
    luis.keys("m").await;
    olga.keys("m270<enter>").await.shows("✓");
    luis.keys("280<enter>").await.shows("olga made it 270");
    luis.keys("<f5>").await.hides("olga made it").shows("270");
}

#[tokio::test]
async fn a_stop_is_corrected_split_and_joined_again() {
    let floor = FloorPlant::new().await;
    let mut olga = logged_in(&floor, "olga").await;
    olga.keys("3n08:00<enter>09:00<enter>2<enter>").await.shows("✓");
    olga.keys("m<tab><tab>08:10<enter>").await.shows("✓ stop on L1 corrected: 08:10 to 09:00");
    olga.keys("x").await.shows("Split the stop");
    insta::assert_snapshot!("form_split_stop", olga.screen());
    olga.keys("08:40<enter>4<enter>").await.shows("✓ stop on L1 split at 08:40");
    let stops = "SELECT minutes || ' ' || counted FROM t_downtime_entry WHERE deleted_at IS NULL ORDER BY started_at";
    assert_eq!(floor.texts(stops).await, ["30 1", "20 1"]);
    olga.keys("u").await.shows("two stops on L1 are one");
    assert_eq!(floor.texts(stops).await, ["50 1"]);
    olga.keys("x09:30<enter><enter>").await.shows("lies outside the stop").shows("09:30");
    olga.keys("<esc>d").await;
    // An end that is taken away lets the stop run again, and it is said.
    olga.keys("m<tab><tab><tab><f5>").await;
    olga.keys("<backspace><backspace><backspace><backspace><backspace><backspace><backspace><backspace>").await;
    olga.keys("<backspace><backspace><backspace><backspace><backspace><backspace><backspace><backspace><f2>").await;
    olga.shows("08:10 to now, it runs");
}

#[tokio::test]
async fn a_stop_over_a_shift_change_is_corrected_as_one() {
    let floor = FloorPlant::new().await;
    let mut olga = logged_in(&floor, "olga").await;
    olga.keys("3n2026-05-17 13:50<enter>2026-05-17 14:20<enter>2<enter>").await.shows("✓");
    let parts = "SELECT shift_id || ' ' || minutes || ' ' || counted FROM t_downtime_entry
                 WHERE deleted_at IS NULL ORDER BY started_at";
    assert_eq!(floor.texts(parts).await, ["E 10 1", "L 20 0"]);
    // From either part.
    olga.keys("m<tab><tab><tab>2026-05-17 14:30<enter>").await.shows("✓ stop on L1 corrected: 13:50 to 14:30");
    assert_eq!(floor.texts(parts).await, ["E 10 1", "L 30 0"]);
    olga.keys("G").await;
    olga.keys("m<tab><tab><tab>2026-05-17 13:55<enter>").await.shows("✓ stop on L1 corrected: 13:50 to 13:55");
    assert_eq!(floor.texts(parts).await, ["E 5 1"]);
    olga.keys("uu").await;
    assert_eq!(floor.texts(parts).await, ["E 10 1", "L 20 0"]);
}

#[tokio::test]
async fn the_last_entry_is_copied_as_a_whole_or_by_the_field() {
    let floor = FloorPlant::new().await;
    let mut olga = logged_in(&floor, "olga").await;
    olga.keys("2n<f9>").await.shows("nothing to copy");
    olga.keys("240<tab>7<f2>").await.shows("✓");
    olga.keys("n<f9>").await.shows("240").shows("7");
    olga.keys("<f2>").await.shows("✓ 240");
    assert_eq!(floor.texts("SELECT units || ' ' || defects FROM t_production_entry").await, ["240 7", "240 7"]);
    // A quotation mark alone copies one field; behind other text it is a character.
    olga.keys("n12<tab>\"<f2>").await.shows("✓ 12");
    let last = "SELECT units || ' ' || defects FROM t_production_entry ORDER BY entry_id DESC LIMIT 1";
    floor.texts(last).await;
    assert_eq!(floor.number("SELECT defects FROM t_production_entry WHERE units = 12").await, 7);
    olga.keys("n9<ctrl-d>").await.shows("9").shows("7");
}

#[tokio::test]
async fn what_is_typed_is_checked_against_the_database_behind_the_typing() {
    let floor = FloorPlant::new().await;
    let mut olga = logged_in(&floor, "olga").await;
    olga.keys("3n08:00<enter>08:30<enter>2<enter>").await.shows("✓");
    // Leaving the field tells, as a mark, and the cursor stays where the person works.
    olga.keys("n08:15<enter>08:45<enter>").await.shows("overlaps the stop").shows("› Reason");
    assert_eq!(floor.number("SELECT count(*) FROM t_downtime_entry").await, 1, "nothing of a check is kept");
    assert_eq!(floor.number("SELECT count(*) FROM t_audit_entry WHERE action = 'log'").await, 1);
    olga.keys("<up><up>08:30<enter>").await.hides("overlaps");
}

#[tokio::test]
async fn a_scanner_a_paste_and_the_number_pad_finish_a_field_as_enter_does() {
    let floor = FloorPlant::new().await;
    let mut olga = logged_in(&floor, "olga").await;
    olga.keys("2n").await;
    olga.give(kpi_ops::tui::input::Input::Paste("240\r\n".into())).await.shows("✓ 240");
    olga.keys("n120+").await.shows("✓ 120");
    olga.keys_at_once("n33<tab><tab><tab><tab><tab>L1<enter>W1<enter><f2>").await;
    olga.shows("✓ 33");
    assert_eq!(floor.texts("SELECT work_order_id FROM t_production_entry WHERE units = 33").await, ["W1"]);
}
