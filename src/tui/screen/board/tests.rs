//! What the board's state does, without a screen.

use super::*;
use crate::domain::clock::{PlantClock, ProductionDate};
use crate::domain::id::{EntryId, ShiftId};
use crate::domain::measure::Minutes;
use crate::service::ShiftOnBoard;
use crate::tui::message::Ticket;
use rstest::rstest;

fn line(client: &str, id: &str) -> LineBoard {
    let clock = PlantClock::parse("Europe/Vienna").expect("zone");
    let (starts_at, ends_at) = (Instant(0), Instant(8 * 3_600_000));
    LineBoard {
        client_id: ClientId::parse(client).expect("client"),
        line_id: LineId::parse(id).expect("line"),
        name: "Filler".into(),
        shift: Some(ShiftOnBoard {
            production_date: ProductionDate(0),
            shift_id: ShiftId::parse("E").expect("shift"),
            name: "Early".into(),
            starts_at,
            ends_at,
            local: (clock.local(starts_at), clock.local(ends_at)),
            closed: false,
        }),
        made: Units(100),
        estimated: Units(0),
        defects: Units(0),
        target: Some(Units(800)),
        target_so_far: Some(Units(100)),
        forecast: Some(Units(800)),
        product_id: None,
        work_order_id: None,
        last_count_at: None,
        stopped: Minutes(0),
        running_stop: None,
        hours: Vec::new(),
    }
}

fn stop(planned: bool) -> RunningStop {
    RunningStop {
        entry_id: EntryId(uuid::Uuid::nil()),
        reason: "Jam".into(),
        planned,
        unclassified: false,
        started_at: Instant(0),
    }
}

fn screen(lines: Vec<LineBoard>) -> BoardScreen {
    BoardScreen { data: Loaded::Ready(Board { lines, holds: Vec::new() }, Instant(0)), chosen: None, frozen_at: None }
}

#[rstest]
#[case::reached(100, Some(100), "on pace")]
#[case::ahead(300, Some(100), "on pace")]
#[case::one_short_of_it(999, Some(1000), "behind")]
#[case::at_the_limit(90, Some(100), "behind")]
#[case::below_it(89, Some(100), "far behind")]
#[case::nothing_due_yet(0, Some(0), "on pace")]
#[case::no_target(5, None, "no target")]
fn a_line_is_judged_by_what_should_have_been_made_by_now(
    #[case] made: i64,
    #[case] due: Option<i64>,
    #[case] word: &str,
) {
    let line = LineBoard { made: Units(made), target_so_far: due.map(Units), ..line("ACME", "L1") };
    assert_eq!(LineState::of(&line).word(), word);
}

#[test]
fn a_stop_comes_before_everything_and_a_planned_one_is_no_alarm() {
    let stopped = LineBoard { running_stop: Some(stop(false)), shift: None, ..line("ACME", "L1") };
    let paused = LineBoard { running_stop: Some(stop(true)), made: Units(0), ..line("ACME", "L1") };
    assert_eq!((LineState::of(&stopped).word(), LineState::of(&stopped).is_abnormal()), ("stopped", true));
    assert_eq!((LineState::of(&paused).word(), LineState::of(&paused).is_abnormal()), ("planned", false));
    let screen = screen(vec![stopped, paused]);
    assert_eq!((screen.standing(), screen.has_running_stop()), (1, true));
}

#[test]
fn a_closed_shift_and_no_shift_are_said_and_not_judged() {
    let mut closed = LineBoard { made: Units(0), ..line("ACME", "L1") };
    closed.shift.as_mut().expect("shift").closed = true;
    assert_eq!(LineState::of(&closed), LineState::Closed);
    assert_eq!(LineState::of(&LineBoard { shift: None, ..line("ACME", "L1") }), LineState::NoShift);
}

#[test]
fn the_selection_stays_with_its_line_when_others_come_and_go() {
    let mut board = screen(vec![line("ACME", "L1"), line("ACME", "L2")]);
    board.step(1);
    let more = Board { lines: vec![line("ACME", "L0"), line("ACME", "L1"), line("ACME", "L2")], holds: Vec::new() };
    board.data.ask(Ticket(1));
    board.data.answer(Ticket(1), Ok(more), Instant(1));
    assert_eq!(board.selected(), 2);
    board.data.ask(Ticket(2));
    board.data.answer(Ticket(2), Ok(Board { lines: vec![line("ACME", "L0")], holds: Vec::new() }), Instant(1));
    assert_eq!(board.line().map(|line| line.line_id.as_str()), Some("L0"));
}

#[test]
fn the_selection_stays_inside() {
    let mut board = screen(vec![line("ACME", "L1"), line("RIVAL", "L1")]);
    board.step(9);
    assert_eq!(board.selected(), 1);
    board.step(-9);
    assert_eq!(board.selected(), 0);
    BoardScreen::default().step(1);
}

#[test]
fn the_next_abnormal_line_is_found_round_the_end() {
    let behind = || LineBoard { made: Units(10), ..line("ACME", "L2") };
    let mut board = screen(vec![line("ACME", "L1"), behind(), line("ACME", "L3")]);
    assert!(board.select_next_abnormal());
    assert_eq!(board.selected(), 1);
    board.select(2);
    assert!(board.select_next_abnormal());
    assert_eq!(board.selected(), 1);
    assert!(!screen(vec![line("ACME", "L1")]).select_next_abnormal());
}

#[rstest]
#[case(42, "0m42")]
#[case(725, "12m05")]
#[case(3900, "1h05")]
#[case(-5, "0m00")]
fn running_time_is_shown_with_seconds_in_the_first_hour(#[case] seconds: i64, #[case] shown: &str) {
    assert_eq!(running(Instant(0), Instant(seconds * 1000)), shown);
}
