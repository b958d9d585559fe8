//! What is read by SQL is what the raw rows add up to, whatever is asked for and whoever asks.

use super::*;
use crate::domain::clock::Instant;
use crate::domain::downtime::Loss;
use crate::domain::id::NO_SHIFT;
use crate::domain::role::Role;
use crate::domain::shift::LineShiftKey;
use crate::kpi::elapsed::ShiftTime;
use crate::kpi::{Kpi, LineShiftSums, RunningStop, Target};
use crate::store::test_plant::{MONDAY, RawCount, RawLineShift, TestPlant, line_shift, some_days, stop};
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::BTreeMap;

/// The sums of a line shift straight from its raw rows; stops that run are looked for in all of them.
pub(crate) fn sums_of(row: &RawLineShift, all: &[RawLineShift]) -> LineShiftSums {
    let LineShiftKey { client_id, production_date, shift_id, line_id } = row.key.clone();
    let time = ShiftTime { starts_at: row.starts_at, ends_at: row.ends_at };
    let counts = || row.counts.iter().filter(|count| !count.removed);
    let stops = || row.stops.iter().filter(|stop| !stop.removed);
    let minutes = |micro: bool, planned: bool| {
        let chosen = stops().filter(move |stop| stop.micro == micro && (stop.loss == Loss::Planned) == planned);
        chosen.filter_map(|stop| stop.minutes).sum()
    };
    let of_class = |loss: Loss| {
        let chosen = stops().filter(move |stop| !stop.micro && stop.loss == loss);
        chosen.filter_map(|stop| stop.minutes).sum()
    };
    let number = |micro: bool| {
        let chosen = stops().filter(|stop| stop.minutes.is_some() && stop.counted && stop.loss != Loss::Planned);
        i64::try_from(chosen.filter(|stop| stop.micro == micro).count()).unwrap()
    };
    let of_line = |other: &&RawLineShift| {
        (&other.key.client_id, &other.key.line_id) == (&client_id, &line_id) && other.starts_at <= row.starts_at
    };
    let running = all.iter().filter(of_line).flat_map(|other| {
        let runs = other.stops.iter().filter(|stop| stop.minutes.is_none() && !stop.removed);
        runs.map(|stop| RunningStop {
            started_at: other.starts_at,
            loss: stop.loss,
            is_continued: other.key != row.key || !stop.counted,
        })
    });
    LineShiftSums {
        planned_minutes: row.planned_minutes,
        crew: row.crew,
        target_units: row.target_units,
        planned_stop_minutes: minutes(false, true),
        unplanned_stop_minutes: minutes(false, false),
        unplanned_stops: number(false),
        setup_minutes: of_class(Loss::Setup),
        small_stop_minutes: of_class(Loss::SmallStop),
        reduced_speed_minutes: of_class(Loss::ReducedSpeed),
        reject_stop_minutes: of_class(Loss::Reject),
        startup_reject_stop_minutes: of_class(Loss::StartupReject),
        micro_stop_minutes: minutes(true, false),
        micro_stops: number(true),
        running_stops: running.collect(),
        units: counts().map(|count| count.units).sum(),
        defects: counts().map(|count| count.defects).sum(),
        scrap: counts().map(|count| count.scrap).sum(),
        rework: counts().map(|count| count.defects - count.scrap).sum(),
        startup_defects: counts().map(|count| count.scrap).sum(),
        earned_millis: counts().filter_map(|count| Some(count.units * count.cycle?)).sum(),
        labour_millis: counts().filter_map(|count| Some(count.units * count.labour?)).sum(),
        rejected_millis: counts().filter_map(|count| Some((count.defects - count.scrap) * count.cycle?)).sum(),
        startup_rejected_millis: counts().filter_map(|count| Some(count.scrap * count.cycle?)).sum(),
        units_without_cycle: counts().filter(|count| count.cycle.is_none()).map(|count| count.units).sum(),
        units_without_labour_standard: counts().filter(|count| count.labour.is_none()).map(|count| count.units).sum(),
        units_inferred: counts().filter(|count| count.cycle.is_some() && count.inferred).map(|count| count.units).sum(),
        ..LineShiftSums::empty(client_id, line_id, shift_id, production_date, time)
    }
}

/// Units straight from the raw rows, by whatever is asked for.
fn units_by<K: Ord>(rows: &[&RawLineShift], key: impl Fn(&RawLineShift, &RawCount) -> Option<K>) -> BTreeMap<K, i64> {
    let mut made = BTreeMap::new();
    for row in rows {
        for count in row.counts.iter().filter(|count| !count.removed) {
            if let Some(key) = key(row, count) {
                *made.entry(key).or_default() += count.units;
            }
        }
    }
    made
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

fn window(from: i32, to: i32) -> Window {
    Window::new(MONDAY.plus_days(from), MONDAY.plus_days(to)).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn sums_read_by_sql_are_the_sums_of_the_raw_rows(
        rows in some_days(&["ACME", "ZETA"], 3), (from, days) in (0_i32..3, 0_i32..3),
        line in select(&[None, Some("L1"), Some("L2")][..]), shift in select(&[None, Some("EARLY"), Some("LATE")][..]),
        mine in select(vec![vec!["ACME"], vec!["ACME", "ZETA"]]),
    ) {
        let window = window(from, from + days);
        let line_id = line.map(|line| LineId::parse(line).unwrap());
        let shift_id = shift.map(|shift| ShiftId::parse(shift).unwrap());
        let product = ProductId::parse("P1").unwrap();
        let selection =
            Selection { line_id: line_id.as_ref(), shift_id: shift_id.as_ref(), ..Selection::all(window) };
        let (sums, each, one) = block_on(async {
            let plant = TestPlant::of(&["ACME", "ZETA"]).await;
            plant.enter(&rows).await;
            let session = plant.session(Role::Leader, &mine).await;
            let mut tx = session.read().await.unwrap();
            let sums = line_shifts(&mut tx, selection).await.unwrap();
            let each = products::in_line_shifts(&mut tx, selection, None).await.unwrap();
            (sums, each, products::in_line_shifts(&mut tx, selection, Some(&product)).await.unwrap())
        });
        let chosen = |row: &&RawLineShift| {
            mine.contains(&row.key.client_id.as_str()) && window.contains(row.key.production_date)
                && line.is_none_or(|line| line == row.key.line_id.as_str())
                && shift.is_none_or(|shift| shift == row.key.shift_id.as_str())
        };
        let mut chosen: Vec<_> = rows.iter().filter(chosen).collect();
        chosen.sort_by(|left, right| left.key.cmp(&right.key));
        let expected: Vec<_> = chosen.iter().map(|row| sums_of(row, &rows)).collect();
        prop_assert_eq!(sums, expected);
        let expected = units_by(&chosen, |row, count| Some((row.key.clone(), count.product.to_owned())));
        let each = each.into_iter().map(|row| ((row.line_shift, row.made.product_id.to_string()), row.made.tally.units));
        prop_assert_eq!(each.collect::<BTreeMap<_, _>>(), expected);
        let expected = units_by(&chosen, |row, count| (count.product == "P1").then(|| row.key.clone()));
        let one = one.into_iter().map(|row| (row.line_shift, row.made.tally.units));
        prop_assert_eq!(one.collect::<BTreeMap<_, _>>(), expected);
    }
}

#[tokio::test]
async fn a_stop_that_runs_since_before_the_window_counts_in_it() {
    let plant = TestPlant::of(&["ACME"]).await;
    let began = RawLineShift { stops: vec![stop(Loss::Breakdown, None)], ..line_shift("ACME", "L1", 0, 0) };
    let started_at = began.starts_at;
    plant.enter(&[began, line_shift("ACME", "L1", 0, 1), line_shift("ACME", "L2", 0, 1)]).await;
    let session = plant.session(Role::Operator, &["ACME"]).await;
    let mut tx = session.read().await.unwrap();
    let selection = Selection::all(window(1, 1));
    let sums = line_shifts(&mut tx, selection).await.unwrap();
    let running = RunningStop { started_at, loss: Loss::Breakdown, is_continued: true };
    assert_eq!(sums.iter().map(|row| row.running_stops.clone()).collect::<Vec<_>>(), [vec![running], vec![]]);
}

#[tokio::test]
async fn a_running_stop_does_not_reach_into_the_time_outside_the_shifts_of_a_later_day() {
    let plant = TestPlant::of(&["ACME"]).await;
    let began = RawLineShift { stops: vec![stop(Loss::Breakdown, None)], ..line_shift("ACME", "L1", 0, 0) };
    let mut outside = line_shift("ACME", "L1", 0, 1);
    outside.key.shift_id = ShiftId::parse(NO_SHIFT).unwrap();
    plant.enter(&[began, line_shift("ACME", "L1", 0, 1), outside]).await;
    let session = plant.session(Role::Operator, &["ACME"]).await;
    let mut tx = session.read().await.unwrap();
    let sums = line_shifts(&mut tx, Selection::all(window(0, 1))).await.unwrap();
    let seen: Vec<_> = sums.iter().map(|row| (row.shift_id.as_str(), row.running_stops.len())).collect();
    assert_eq!(seen, [("EARLY", 1), ("EARLY", 1), (NO_SHIFT, 0)]);
}

/// What is asked of everything up to some days after Monday.
fn everything(now: Instant) -> live::LiveQuery<'static> {
    live::LiveQuery {
        dates: window(-30, 30),
        waiting: [None, Some(live::Stretch { since: Instant(0), until: now })],
        now,
        client_id: None,
    }
}

#[tokio::test]
async fn targets_are_those_of_the_scope_through_time() {
    let plant = TestPlant::of(&["ACME", "ZETA"]).await;
    let target = |percent: i64| Target { target_micro: percent * 1_000_000, warn_micro: None };
    plant.set_target("ACME", Kpi::Oee, MONDAY, target(80)).await;
    plant.set_target("ACME", Kpi::Oee, MONDAY.plus_days(2), target(85)).await;
    plant.set_target("ZETA", Kpi::Oee, MONDAY, target(50)).await;
    let session = plant.session(Role::Operator, &["ACME"]).await;
    let mut tx = session.read().await.unwrap();
    let clients = live::read(&mut tx, everything(Instant(0))).await.unwrap();
    assert_eq!(clients.iter().map(|live| live.client.client_id.as_str()).collect::<Vec<_>>(), ["ACME"]);
    let on = |day: i32| clients[0].targets_on(MONDAY.plus_days(day)).get(Kpi::Oee);
    assert_eq!([on(-1), on(1), on(2)], [None, Some(target(80)), Some(target(85))]);
}

/// The plan of a statement for somebody with one client, as SQLite tells it.
async fn plan(tx: &mut impl Look, sql: &str) -> String {
    let explain = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"));
    let rows = sqlx::query(explain).fetch_all(tx.open().unwrap().sqlite()).await.unwrap();
    rows.iter().map(|row| sqlx::Row::get::<String, _>(row, 3) + "\n").collect()
}

#[tokio::test]
async fn entries_are_found_by_client_and_day_never_by_reading_all() {
    let plant = TestPlant::of(&["ACME"]).await;
    let session = plant.session(Role::Operator, &["ACME"]).await;
    let mut tx = session.read().await.unwrap();
    for (name, sql, ways) in [
        (
            "LINE_SHIFTS",
            line_shifts::STATEMENTS,
            &[
                "PRIMARY KEY (client_id=? AND production_date>? AND production_date<?)",
                "i_downtime_entry_running (client_id=?)",
            ][..],
        ),
        (
            "STORED",
            stored::STATEMENTS,
            &[
                "PRIMARY KEY (client_id=? AND production_date>? AND production_date<?)",
                "PRIMARY KEY (client_id=? AND month>? AND month<?)",
            ],
        ),
        (
            "LIVE",
            live::STATEMENTS,
            &[
                "i_line_shift_end (client_id=? AND ends_at>?)",
                "i_downtime_entry_running (client_id=?)",
                "i_work_order_in_process (client_id=? AND completed_at=? AND started_at<?)",
                "i_work_order_in_process (client_id=? AND completed_at>? AND completed_at<?)",
                "i_hold_entry_span (client_id=? AND released_at=? AND hold_from<?)",
                "i_hold_entry_span (client_id=? AND released_at>? AND released_at<?)",
                "i_hold_entry_order (client_id=? AND work_order_id=?)",
            ],
        ),
        (
            "BY_STAGE",
            inspections::STATEMENTS,
            &["i_quality_entry_line_shift (client_id=? AND production_date>? AND production_date<?)"],
        ),
        ("BY_SHIFT", people::STATEMENTS, &["PRIMARY KEY (client_id=? AND production_date>? AND production_date<?)"]),
        (
            "ABSENTEES",
            people::STATEMENTS,
            &["i_attendance_entry_employee (client_id=? AND employee_number=? AND production_date>?"],
        ),
        (
            "BY_PRODUCT",
            products::STATEMENTS,
            &["PRIMARY KEY (client_id=? AND production_date>? AND production_date<?)"],
        ),
        (
            "IN_LINE_SHIFTS",
            products::STATEMENTS,
            &["i_production_entry_line_shift (client_id=? AND production_date>? AND production_date<?)"],
        ),
    ] {
        let sql = sql.iter().find(|(known, _)| *known == name).unwrap().1;
        let plan = plan(&mut tx, sql).await;
        let scans_entries = plan.lines().any(|line| line.starts_with("SCAN b"));
        assert!(ways.iter().all(|way| plan.contains(way)) && !scans_entries, "{name}:\n{plan}");
    }
}
