//! What people do all day, through their desks: counts, stops and holds, right and wrong.

use super::plant::{Engine, FloorPlant, run};
use kpi_ops::domain::clock::{Instant, PlantClock, ProductionDate};
use kpi_ops::domain::hold::HoldStep;
use kpi_ops::domain::id::{ClientId, EntryId};
use kpi_ops::domain::measure::Units;
use kpi_ops::domain::production::Count;
use kpi_ops::service::{
    Answer, Board, Command, Desk, FormHelp, LogCount, LogStop, OpenHold, Problem, Query, Receipt, StepHold,
};
use rstest::rstest;

pub(super) fn count(desk: &Desk, units: i64) -> LogCount {
    LogCount {
        entry_id: desk.new_id(),
        client_id: acme(),
        line_id: "L1".parse().unwrap(),
        shift: None,
        product_id: "P1".parse().unwrap(),
        work_order_id: None,
        job_id: None,
        count: Count { units: Units(units), ..Count::default() },
        counted_at: None,
        estimated: false,
        notes: None,
    }
}

pub(super) fn stop(desk: &Desk, reason: Option<&str>, span: Option<(Instant, Option<Instant>)>) -> LogStop {
    LogStop {
        entry_id: desk.new_id(),
        client_id: acme(),
        line_id: "L1".parse().unwrap(),
        reason: reason.map(|code| code.parse().unwrap()),
        started_at: span.map(|(from, _)| from),
        ended_at: span.and_then(|(_, to)| to),
        work_order_id: None,
        notes: None,
    }
}

pub fn hold(desk: &Desk, step: HoldStep, quantity: i64) -> OpenHold {
    OpenHold {
        hold_id: desk.new_id(),
        step,
        client_id: acme(),
        work_order_id: "W1".parse().unwrap(),
        job_id: None,
        reason: "QUALITY_DOUBT".parse().unwrap(),
        quantity: Units(quantity),
        quality_entry_id: None,
        notes: None,
    }
}

fn step(hold_id: EntryId, step: HoldStep, version: i64) -> Command {
    Command::StepHold(StepHold {
        hold_id,
        client_id: acme(),
        step,
        version,
        disposition: None,
        quantity: None,
        notes: None,
    })
}

fn acme() -> ClientId {
    "ACME".parse().unwrap()
}

/// A local time in Vienna.
fn at(text: &str) -> Instant {
    PlantClock::parse("Europe/Vienna").unwrap().parse_instant("at", text).unwrap()
}

async fn refused(desk: &Desk, command: Command) -> String {
    desk.run(command).await.expect_err("must be refused").to_string()
}

async fn board(desk: &Desk) -> Board {
    match desk.ask(Query::Board).await.unwrap() {
        Answer::Board(board) => board,
        other => panic!("{other:?}"),
    }
}

async fn form_help(desk: &Desk) -> FormHelp {
    match desk.ask(Query::FormHelp { client_id: acme() }).await.unwrap() {
        Answer::FormHelp(help) => *help,
        other => panic!("{other:?}"),
    }
}

async fn undo(desk: &Desk, receipt: Receipt) -> Receipt {
    run(desk, receipt.undo.expect("can be undone")).await
}

#[rstest]
#[tokio::test]
async fn a_count_is_on_the_board_at_once_and_can_be_taken_back_and_brought_again(
    #[values(Engine::File, Engine::Server)] engine: Engine,
) {
    let plant = FloorPlant::on(engine).await;
    let olga = plant.desk("olga").await;
    let mut log = count(&olga, 240);
    log.work_order_id = Some("W1".parse().unwrap());
    let receipt = run(&olga, Command::LogCount(log)).await;
    assert_eq!(receipt.done, "240 units on Line 1 saved");
    let line = board(&olga).await.lines.remove(0);
    let shift = line.shift.clone().unwrap();
    assert_eq!((shift.shift_id.as_str(), shift.production_date.to_string().as_str()), ("E", "2026-05-18"));
    assert_eq!((line.made, line.hours.iter().map(|hour| hour.made).sum()), (Units(240), Units(240)));
    assert_eq!(plant.texts("SELECT status FROM t_work_order WHERE client_id = 'ACME'").await, ["in_process"]);
    assert_eq!(plant.texts("SELECT status FROM t_work_order WHERE client_id = 'RIVAL'").await, ["planned"]);

    let receipt = undo(&olga, receipt).await;
    assert_eq!(board(&olga).await.lines[0].made, Units::ZERO);
    undo(&olga, receipt).await;
    assert_eq!(board(&olga).await.lines[0].made, Units(240));
    let actions = plant.texts("SELECT action FROM t_audit_entry WHERE client_id = 'ACME' AND table_name = 'production_entry' ORDER BY seq").await;
    assert_eq!(actions, ["log", "remove", "restore"]);
}

#[rstest]
#[tokio::test]
async fn the_same_count_sent_twice_is_one_count_and_another_with_its_key_is_refused(
    #[values(Engine::File, Engine::Server)] engine: Engine,
) {
    let plant = FloorPlant::on(engine).await;
    let olga = plant.desk("olga").await;
    let log = count(&olga, 10);
    run(&olga, Command::LogCount(log.clone())).await;
    run(&olga, Command::LogCount(log.clone())).await;
    assert_eq!(plant.number("SELECT count(*) FROM t_production_entry").await, 1);
    let other = LogCount { count: Count { units: Units(11), ..Count::default() }, ..log };
    assert!(refused(&olga, Command::LogCount(other)).await.contains("another count"));
}

#[tokio::test]
async fn a_count_keeps_the_standard_of_its_product_as_it_was_then() {
    let plant = FloorPlant::new().await;
    let olga = plant.desk("olga").await;
    run(&olga, Command::LogCount(count(&olga, 10))).await;
    plant.sql("UPDATE t_product SET ideal_cycle_ms = 1").await;
    assert_eq!(plant.number("SELECT ideal_cycle_ms FROM t_production_entry").await, 30_000);
    assert_eq!(plant.texts("SELECT standard_source FROM t_production_entry").await, ["product"]);
}

#[rstest]
#[case::more_defects_than_units(|log: &mut LogCount| log.count.defects = Units(11), "defects: 11 is more than the 10 units made")]
#[case::future(|log: &mut LogCount| log.counted_at = Some(at("2026-05-19 08:00")), "counted_at: lies in the future")]
#[case::outside_its_shift(
    |log: &mut LogCount| {
        log.shift = Some((ProductionDate::parse("d", "2026-05-17").unwrap(), "E".parse().unwrap()));
        log.counted_at = Some(at("2026-05-17 15:00"));
    },
    "counted_at: lies outside the shift"
)]
#[case::unknown_line(|log: &mut LogCount| log.line_id = "L7".parse().unwrap(), "no such line: L7")]
#[case::unknown_product(|log: &mut LogCount| log.product_id = "P7".parse().unwrap(), "no such product: P7")]
#[case::unknown_order(|log: &mut LogCount| log.work_order_id = Some("W7".parse().unwrap()), "no such work order: W7")]
#[case::unknown_shift(
    |log: &mut LogCount| log.shift = Some((ProductionDate::parse("d", "2026-05-17").unwrap(), "Q".parse().unwrap())),
    "no such shift: Q"
)]
#[case::foreign_client(|log: &mut LogCount| log.client_id = "RIVAL".parse().unwrap(), "no such client: RIVAL")]
#[case::absent_client(|log: &mut LogCount| log.client_id = "NOBODY".parse().unwrap(), "no such client: NOBODY")]
#[tokio::test]
async fn a_wrong_count_is_refused_with_the_field_and_leaves_nothing(
    #[case] wrong: fn(&mut LogCount),
    #[case] says: &str,
) {
    let plant = FloorPlant::new().await;
    let olga = plant.desk("olga").await;
    let mut log = count(&olga, 10);
    wrong(&mut log);
    let text = refused(&olga, Command::LogCount(log)).await;
    assert!(text.contains(says), "{text}");
    assert_eq!(
        plant.number("SELECT (SELECT count(*) FROM t_production_entry) + (SELECT count(*) FROM t_line_shift)").await,
        0
    );
}

#[tokio::test]
async fn a_count_of_a_past_shift_is_late_and_belongs_to_no_hour() {
    let plant = FloorPlant::new().await;
    let olga = plant.desk("olga").await;
    let mut log = count(&olga, 10);
    log.shift = Some((ProductionDate::parse("d", "2026-05-17").unwrap(), "L".parse().unwrap()));
    assert!(run(&olga, Command::LogCount(log)).await.done.ends_with("(late)"));
    assert_eq!(plant.number("SELECT count(*) FROM t_production_entry WHERE late = 1 AND counted_at IS NULL").await, 1);
}

#[tokio::test]
async fn what_is_counted_when_the_shift_ends_was_made_in_its_last_hour() {
    let plant = FloorPlant::new().await;
    let olga = plant.desk("olga").await;
    plant.test.clock.advance(119);
    run(&olga, Command::LogCount(count(&olga, 30))).await;
    plant.test.clock.advance(1);
    let mut log = count(&olga, 12);
    log.shift = Some((ProductionDate::parse("d", "2026-05-18").unwrap(), "E".parse().unwrap()));
    log.counted_at = Some(at("2026-05-18 14:00"));
    run(&olga, Command::LogCount(log)).await;
    plant.test.clock.advance(-1);
    let hours = board(&olga).await.lines.remove(0).hours;
    assert_eq!(hours.last().map(|hour| hour.made), Some(Units(42)));
}

#[rstest]
#[tokio::test]
async fn a_closed_shift_takes_nothing_more(#[values(Engine::File, Engine::Server)] engine: Engine) {
    let plant = FloorPlant::on(engine).await;
    let olga = plant.desk("olga").await;
    let receipt = run(&olga, Command::LogCount(count(&olga, 10))).await;
    plant.sql("UPDATE t_line_shift SET status = 'closed', closed_by = 'luis', closed_at = 1").await;
    for command in
        [Command::LogCount(count(&olga, 5)), Command::LogStop(stop(&olga, None, None)), receipt.undo.unwrap()]
    {
        let text = refused(&olga, command).await;
        assert!(text.contains("closed") && text.contains("reopen"), "{text}");
    }
}

#[rstest]
#[tokio::test]
async fn an_operator_corrects_own_entries_and_a_leader_anybodys_of_the_last_days(
    #[values(Engine::File, Engine::Server)] engine: Engine,
) {
    let plant = FloorPlant::on(engine).await;
    let (olga, luis) = (plant.desk("olga").await, plant.desk("luis").await);
    let by_luis = run(&luis, Command::LogCount(count(&luis, 7))).await;
    let text = refused(&olga, by_luis.undo.unwrap()).await;
    assert!(text.contains("LEADER"), "{text}");
    let by_olga = run(&olga, Command::LogCount(count(&olga, 7))).await.undo.unwrap();
    run(&luis, by_olga.clone()).await;
    plant.test.clock.advance(9 * 1440);
    let luis = plant.desk("luis").await;
    let Command::RemoveCount { client_id, entry_id } = by_olga else { panic!("a count is removed") };
    let text = refused(&luis, Command::RestoreCount { client_id, entry_id }).await;
    assert!(text.contains("7 days"), "{text}");
}

#[rstest]
#[tokio::test]
async fn a_stop_runs_on_the_board_until_it_is_ended(#[values(Engine::File, Engine::Server)] engine: Engine) {
    let plant = FloorPlant::on(engine).await;
    let olga = plant.desk("olga").await;
    let started = run(&olga, Command::LogStop(stop(&olga, Some("JAM"), None))).await;
    assert!(started.done.starts_with("Line 1 stopped since 12:00: Jam"), "{}", started.done);
    plant.test.clock.advance(25);
    let line = board(&olga).await.lines.remove(0);
    let running = line.running_stop.expect("it runs");
    assert_eq!((running.reason.as_str(), line.stopped.get()), ("Jam or misfeed", 25));
    let second = refused(&olga, Command::LogStop(stop(&olga, None, None))).await;
    assert!(second.contains("stopped already since 12:00"), "{second}");
    let end = Command::EndStop { client_id: acme(), entry_id: running.entry_id, ended_at: olga.now() };
    let ended = run(&olga, end.clone()).await;
    assert_eq!(ended.done, "Line 1 runs again after 25 min");
    // Sent twice it is one end; another one is refused.
    assert_eq!(run(&olga, end).await.undo, ended.undo);
    let other =
        Command::EndStop { client_id: acme(), entry_id: running.entry_id, ended_at: olga.now().plus_minutes(-1) };
    assert!(refused(&olga, other).await.contains("ended already"));
    assert!(board(&olga).await.lines[0].running_stop.is_none());
    undo(&olga, ended).await;
    assert!(board(&olga).await.lines[0].running_stop.is_some());
}

#[rstest]
#[tokio::test]
async fn a_stop_over_a_shift_change_is_two_parts_counted_once_and_classified_by_its_whole_length(
    #[values(Engine::File, Engine::Server)] engine: Engine,
) {
    let plant = FloorPlant::on(engine).await;
    let olga = plant.desk("olga").await;
    // 13:59 to 14:01 of the day before: a minute in each shift, together long enough to be no speed loss.
    let span = Some((at("2026-05-17 13:59"), Some(at("2026-05-17 14:01"))));
    let logged = run(&olga, Command::LogStop(stop(&olga, Some("JAM"), span))).await;
    let parts = "SELECT shift_id || ' ' || minutes || ' ' || classified_minutes || ' ' || micro_stop || ' ' || counted
                 FROM t_downtime_entry WHERE deleted_at IS NULL ORDER BY started_at";
    assert_eq!(plant.texts(parts).await, ["E 1 2 0 1", "L 1 2 0 0"]);
    undo(&olga, logged).await;
    assert!(plant.texts(parts).await.is_empty());

    // The same by starting and ending it across the change.
    plant.test.clock.advance(110);
    let started = run(&olga, Command::LogStop(stop(&olga, None, None))).await;
    let Some(Command::RemoveStop { entry_id, .. }) = started.undo else { panic!("a stop can be removed") };
    plant.test.clock.advance(20);
    let ended = run(&olga, Command::EndStop { client_id: acme(), entry_id, ended_at: olga.now() }).await;
    assert_eq!(plant.texts(parts).await, ["E 10 20 0 1", "L 10 20 0 0"]);
    undo(&olga, ended).await;
    assert_eq!(
        plant.number("SELECT count(*) FROM t_downtime_entry WHERE deleted_at IS NULL AND minutes IS NULL").await,
        1
    );
}

#[rstest]
#[case::backwards("2026-05-18 09:00", Some("2026-05-18 08:00"), "ended_at: is before the start")]
#[case::future("2026-05-18 11:00", Some("2026-05-18 13:00"), "ended_at: lies in the future")]
#[case::overlapping("2026-05-18 07:10", Some("2026-05-18 07:20"), "overlaps the stop from 07:00 to 07:30")]
#[case::running_over_it("2026-05-18 06:50", None, "overlaps the stop from 07:00 to 07:30")]
#[tokio::test]
async fn a_wrong_stop_is_refused_with_the_field(#[case] from: &str, #[case] to: Option<&str>, #[case] says: &str) {
    let plant = FloorPlant::new().await;
    let olga = plant.desk("olga").await;
    let known = Some((at("2026-05-18 07:00"), Some(at("2026-05-18 07:30"))));
    run(&olga, Command::LogStop(stop(&olga, None, known))).await;
    let text = refused(&olga, Command::LogStop(stop(&olga, None, Some((at(from), to.map(at)))))).await;
    assert!(text.contains(says), "{text}");
}

#[rstest]
#[tokio::test]
async fn a_stop_gets_its_reason_later_and_anybody_may_give_the_first(
    #[values(Engine::File, Engine::Server)] engine: Engine,
) {
    let plant = FloorPlant::on(engine).await;
    let (olga, luis) = (plant.desk("olga").await, plant.desk("luis").await);
    let span = Some((at("2026-05-18 07:00"), Some(at("2026-05-18 07:01"))));
    let logged = run(&luis, Command::LogStop(stop(&luis, None, span))).await;
    let Some(Command::RemoveStop { entry_id, .. }) = logged.undo else { panic!("a stop can be removed") };
    let classify = |code: &str| Command::ClassifyStop { client_id: acme(), entry_id, reason: code.parse().unwrap() };
    run(&olga, classify("JAM")).await;
    assert_eq!(
        plant.texts("SELECT reason || ' ' || loss || ' ' || micro_stop FROM t_downtime_entry").await,
        ["JAM small_stop 1"]
    );
    assert!(refused(&olga, classify("MACHINE_FAILURE")).await.contains("LEADER"));
    assert!(refused(&luis, classify("NOTHING")).await.contains("no such stop reason: NOTHING"));
}

#[rstest]
#[tokio::test]
async fn a_hold_is_asked_for_approved_and_released_by_a_second_leader(
    #[values(Engine::File, Engine::Server)] engine: Engine,
) {
    let plant = FloorPlant::on(engine).await;
    let (olga, luis, lena) = (plant.desk("olga").await, plant.desk("luis").await, plant.desk("lena").await);
    let open = hold(&olga, HoldStep::Request, 50);
    let id = open.hold_id;
    run(&olga, Command::OpenHold(open)).await;
    let on_board = board(&luis).await.holds;
    assert_eq!((on_board.len(), on_board[0].quantity), (1, Units(50)));
    assert!(refused(&olga, step(id, HoldStep::Approve, 1)).await.contains("LEADER"));
    run(&luis, step(id, HoldStep::Approve, 1)).await;
    let stale = lena.run(step(id, HoldStep::RequestRelease, 1)).await;
    assert!(matches!(stale, Err(Problem::Conflict { ref by, .. }) if by == "luis"), "{stale:?}");
    run(&olga, step(id, HoldStep::RequestRelease, 2)).await;
    let text = refused(&luis, step(id, HoldStep::Release, 3)).await;
    assert!(text.contains("two people"), "{text}");
    run(&lena, step(id, HoldStep::Release, 3)).await;
    assert!(board(&luis).await.holds.is_empty());
    let steps = plant.texts("SELECT step || ' ' || by_login FROM t_hold_event ORDER BY seq").await;
    assert_eq!(steps, ["request olga", "approve luis", "request_release olga", "release lena"]);
    assert!(refused(&lena, step(id, HoldStep::Release, 4)).await.contains("the hold is released"));
}

#[tokio::test]
async fn a_leader_alone_releases_where_the_client_wants_no_second_person() {
    let plant = FloorPlant::new().await;
    plant.sql("UPDATE t_client_setting SET value = 0 WHERE name = 'two_person_release'").await;
    let luis = plant.desk("luis").await;
    let open = hold(&luis, HoldStep::Place, 50);
    let id = open.hold_id;
    run(&luis, Command::OpenHold(open)).await;
    run(&luis, step(id, HoldStep::Release, 1)).await;
    assert_eq!(plant.texts("SELECT status || ' ' || disposition FROM t_hold_entry").await, ["released use_as_is"]);
}

#[tokio::test]
async fn a_wrong_hold_is_refused_with_the_field() {
    let plant = FloorPlant::new().await;
    let (olga, luis, rosa) = (plant.desk("olga").await, plant.desk("luis").await, plant.desk("rosa").await);
    assert!(
        refused(&olga, Command::OpenHold(hold(&olga, HoldStep::Request, 0)))
            .await
            .contains("quantity: must be more than 0")
    );
    assert!(refused(&olga, Command::OpenHold(hold(&olga, HoldStep::Place, 5))).await.contains("LEADER"));
    assert!(refused(&olga, Command::OpenHold(hold(&olga, HoldStep::Approve, 5))).await.contains("LEADER"));
    run(&luis, Command::OpenHold(hold(&luis, HoldStep::Place, 900))).await;
    let text = refused(&olga, Command::OpenHold(hold(&olga, HoldStep::Request, 200))).await;
    assert!(text.contains("type at most 100"), "{text}");
    assert_eq!(refused(&rosa, Command::OpenHold(hold(&rosa, HoldStep::Request, 5))).await, "no such client: ACME");
}

#[tokio::test]
async fn a_form_knows_the_line_product_and_order_that_were_entered_last() {
    let plant = FloorPlant::new().await;
    let (olga, luis) = (plant.desk("olga").await, plant.desk("luis").await);
    let mut log = count(&olga, 10);
    log.work_order_id = Some("W1".parse().unwrap());
    run(&olga, Command::LogCount(log)).await;
    let help = form_help(&olga).await;
    let last = &help.last_counts[0];
    assert_eq!((last.line_id.as_str(), last.product_id.as_str(), last.own), ("L1", "P1", true));
    assert_eq!(last.work_order_id.as_ref().map(kpi_ops::domain::id::WorkOrderId::as_str), Some("W1"));
    assert!(!form_help(&luis).await.last_counts[0].own);
    assert_eq!(help.shift_now.unwrap().1.as_str(), "E");
    assert!(help.downtime_reasons.iter().any(|reason| reason.number == Some(1)));
    assert_eq!((help.lines.len(), help.products.len(), help.work_orders.len()), (1, 1, 1));
    let foreign = olga.ask(Query::FormHelp { client_id: "RIVAL".parse().unwrap() }).await;
    let absent = olga.ask(Query::FormHelp { client_id: "RIVALS".parse().unwrap() }).await;
    assert_eq!(foreign.unwrap_err().to_string() + "S", absent.unwrap_err().to_string());
}
