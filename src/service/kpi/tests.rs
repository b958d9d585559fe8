//! Reports and screens over plants made for the purpose, at a fixed time.

use super::*;
use crate::domain::clock::Instant;
use crate::domain::downtime::Loss;
use crate::domain::role::Role;
use crate::kpi::{Kpi, KpiValue, Ratio, Status, Target};
use crate::service::PanelWindow;
use crate::service::clock::Clock;
use crate::store::test_plant::{MONDAY, RawCount, RawLineShift, TestPlant, count, line_shift, some_days, stop};
use proptest::prelude::*;
use rstest::rstest;

/// Long after everything has ended.
pub(super) fn later() -> Instant {
    Instant(i64::from(MONDAY.0) * 86_400_000).plus_minutes(365 * 1440)
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

pub(super) fn window(from: i32, to: i32) -> Window {
    Window::new(MONDAY.plus_days(from), MONDAY.plus_days(to)).unwrap()
}

pub(super) fn dates(window: Window) -> PanelWindow {
    PanelWindow::Dates { from: window.from(), to: window.to() }
}

pub(super) fn by(window: Window, by: By) -> KpiQuery {
    KpiQuery { by: Some(by), ..KpiQuery::of(window) }
}

pub(super) async fn desk(plant: &TestPlant, role: Role, clients: &[&str], now: Instant) -> Desk {
    Desk::new(plant.session(role, clients).await, Clock::fixed(now))
}

pub(super) async fn groups(desk: &Desk, query: &KpiQuery) -> Vec<String> {
    let report = desk.kpis(query).await.unwrap();
    report.groups.into_iter().map(|group| group.group.unwrap_or_default()).collect()
}

pub(super) async fn one(desk: &Desk, query: &KpiQuery, kpi: Kpi) -> KpiValue {
    let report = desk.kpis(query).await.unwrap();
    assert_eq!(report.groups.len(), 1);
    report.groups[0].panel.get(kpi).unwrap().clone()
}

pub(super) fn sums(panel: &Panel, kpi: Kpi) -> (i128, i128) {
    panel.get(kpi).unwrap().figure.map_or((0, 0), |figure| (figure.numerator(), figure.denominator()))
}

/// 450 minutes planned, 45 of a breakdown, 405 s × 60 earned: 90 %, 100 %, 98 %.
pub(super) fn a_good_shift(client: &str, line: &str, shift: usize, day: i32) -> RawLineShift {
    RawLineShift {
        counts: vec![RawCount { defects: 486, scrap: 243, ..count("P1", 24_300) }],
        stops: vec![stop(Loss::Breakdown, Some(45))],
        ..line_shift(client, line, shift, day)
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn the_groups_of_any_grouping_add_up_to_the_whole(rows in some_days(&["ACME", "ZETA"], 9), minutes in 0_i64..20_000) {
        let now = rows[0].starts_at.plus_minutes(minutes);
        block_on(async {
            let plant = TestPlant::of(&["ACME", "ZETA"]).await;
            plant.enter(&rows).await;
            let desk = desk(&plant, Role::Admin, &[], now).await;
            let window = window(1, 8);
            let whole = desk.kpis(&KpiQuery::of(window)).await.unwrap().groups.remove(0).panel;
            for grouping in By::ALL {
                let report = desk.kpis(&by(window, *grouping)).await.unwrap();
                for kpi in [Kpi::Availability, Kpi::QualityRate, Kpi::ScrapRate, Kpi::ReworkRate] {
                    if !kpi.has(grouping.dimension()) {
                        continue;
                    }
                    let parts = report.groups.iter().map(|group| sums(&group.panel, kpi));
                    let together = parts.fold((0, 0), |total, part| (total.0 + part.0, total.1 + part.1));
                    prop_assert_eq!(together, sums(&whole, kpi), "{} by {}", kpi, grouping);
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn a_screen_says_what_reports_of_its_windows_and_days_say(rows in some_days(&["ACME"], 6), minutes in 0_i64..10_000) {
        let now = rows[0].starts_at.plus_minutes(minutes);
        block_on(async {
            let plant = TestPlant::of(&["ACME"]).await;
            plant.enter(&rows).await;
            let desk = desk(&plant, Role::Operator, &["ACME"], now).await;
            let window = window(3, 6);
            let mut screen = desk.kpi_screen(dates(window)).await.unwrap();
            screen.take_waiting(&desk.waiting_days(dates(window)).await.unwrap());
            let report = |window| { let desk = &desk; async move { desk.kpis(&KpiQuery::of(window)).await.unwrap().groups.remove(0).panel } };
            prop_assert_eq!(&screen.panel, &report(window).await);
            prop_assert_eq!(&screen.before, &report(window.before()).await);
            for kpi in Kpi::ALL {
                for (date, figure) in screen.series(*kpi) {
                    let day = report(Window::new(date, date).unwrap()).await;
                    prop_assert_eq!(figure, day.get(*kpi).unwrap().figure, "{} on {}", kpi, date);
                }
                prop_assert_eq!(screen.series(*kpi).count(), 4);
            }
            Ok(())
        })?;
    }
}

#[tokio::test]
async fn a_shift_that_goes_on_counts_up_to_now() {
    let plant = TestPlant::of(&["ACME"]).await;
    // Planned 450 of 480 minutes; the line stands since the start, and on into the next shift.
    let row = RawLineShift { stops: vec![stop(Loss::Breakdown, None)], ..line_shift("ACME", "L1", 0, 0) };
    let start = row.starts_at;
    plant.enter(&[row, line_shift("ACME", "L2", 0, 0), line_shift("ACME", "L1", 1, 0)]).await;
    let clock = Clock::fixed(start.plus_minutes(160));
    let desk = Desk::new(plant.session(Role::Operator, &["ACME"]).await, clock.clone());
    let query = KpiQuery::of(window(0, 0));
    let availability = one(&desk, &query, Kpi::Availability).await.figure;
    assert_eq!(availability, Ratio::new(150, 300), "160 of 480 minutes are 150 planned ones on each line");
    clock.advance(320 + 240);
    let (availability, stops) =
        (one(&desk, &query, Kpi::Availability).await.figure, one(&desk, &query, Kpi::Mttr).await.figure);
    assert_eq!(availability, Ratio::new(450, 450 + 450 + 225), "half of the next shift is lost too");
    assert_eq!(stops, Ratio::new(450 + 225, 1), "it is one stop, however many shifts it runs through");
}

#[tokio::test]
async fn the_figures_of_a_client_do_not_move_with_those_of_another() {
    let plant = TestPlant::of(&["ACME", "ZETA"]).await;
    plant.enter(&[a_good_shift("ACME", "L1", 0, 0), a_good_shift("ACME", "L2", 1, 1)]).await;
    let own = desk(&plant, Role::Operator, &["ACME"], later()).await;
    let admin = desk(&plant, Role::Admin, &[], later()).await;
    let narrowed = admin.narrow(Some(vec![ClientId::parse("ACME").unwrap()])).await.unwrap();
    let queries: Vec<_> = By::ALL.iter().map(|grouping| by(window(0, 6), *grouping)).collect();
    let mut before = Vec::new();
    for query in &queries {
        before.push(serde_json::to_string(&own.kpis(query).await.unwrap()).unwrap());
    }
    let screen = own.kpi_screen(dates(window(0, 6))).await.unwrap();
    let all = admin.kpis(&queries[0]).await.unwrap();

    plant.enter(&[RawLineShift { stops: vec![stop(Loss::Setup, None)], ..a_good_shift("ZETA", "L1", 0, 0) }]).await;
    let target = Target { target_micro: 99_000_000, warn_micro: None };
    plant.set_target("ZETA", Kpi::Oee, MONDAY, target).await;
    for (query, before) in queries.iter().zip(before) {
        assert_eq!(serde_json::to_string(&own.kpis(query).await.unwrap()).unwrap(), before);
        assert_eq!(serde_json::to_string(&narrowed.kpis(query).await.unwrap()).unwrap(), before);
    }
    assert_eq!(own.kpi_screen(dates(window(0, 6))).await.unwrap(), screen);
    assert_ne!(admin.kpis(&queries[0]).await.unwrap(), all);
}

#[rstest]
#[case(By::Day, &["2026-06-01", "2026-06-08"])]
#[case(By::Week, &["2026-W23", "2026-W24"])]
#[case(By::Month, &["2026-06"])]
#[case::clients_are_listed_though_they_did_nothing(By::Client, &["ACME", "IDLE", "ZETA"])]
#[case(By::Line, &["ACME/L1", "ZETA/L1", "ZETA/L2"])]
#[case(By::Shift, &["EARLY", "LATE"])]
#[case(By::Product, &["P1"])]
#[tokio::test]
async fn groups_come_in_order_and_empty_ones_are_left_out(#[case] grouping: By, #[case] expected: &[&str]) {
    let plant = TestPlant::of(&["ACME", "IDLE", "ZETA"]).await;
    let rows = [("ZETA", "L2", 1, 7), ("ACME", "L1", 0, 0), ("ZETA", "L1", 1, 0)];
    plant.enter(&rows.map(|(client, line, shift, day)| a_good_shift(client, line, shift, day))).await;
    let desk = desk(&plant, Role::Admin, &[], later()).await;
    assert_eq!(groups(&desk, &by(window(0, 29), grouping)).await, expected);
}

#[tokio::test]
async fn a_filter_leaves_the_rest_out_and_a_product_has_rates_of_units_only() {
    let plant = TestPlant::of(&["ACME", "ZETA"]).await;
    let mut other = a_good_shift("ACME", "L2", 1, 0);
    other.counts = vec![RawCount { defects: 50, ..count("P2", 100) }];
    plant.enter(&[a_good_shift("ACME", "L1", 0, 0), other]).await;
    let desk = desk(&plant, Role::Leader, &["ACME"], later()).await;
    let all = KpiQuery::of(window(0, 0));
    let line = KpiQuery { line_id: Some(LineId::parse("L1").unwrap()), ..all.clone() };
    let shift = KpiQuery { shift_id: Some(ShiftId::parse("LATE").unwrap()), ..all.clone() };
    let product = KpiQuery { product_id: Some(ProductId::parse("P2").unwrap()), ..all.clone() };
    let quality = |query: KpiQuery| {
        let desk = &desk;
        async move { one(desk, &query, Kpi::QualityRate).await.figure }
    };
    assert_eq!(quality(all).await, Ratio::new(23_814 + 50, 24_400));
    assert_eq!(quality(line.clone()).await, Ratio::new(23_814, 24_300));
    assert_eq!(quality(shift).await, Ratio::new(50, 100));
    assert_eq!(quality(product.clone()).await, Ratio::new(50, 100));
    let on_line = KpiQuery { line_id: line.line_id.clone(), ..product.clone() };
    assert_eq!(quality(on_line).await, None);
    let with_value = |query: KpiQuery| {
        let desk = &desk;
        async move {
            let panel = desk.kpis(&query).await.unwrap().groups.remove(0).panel;
            panel.values().iter().filter(|value| value.figure.is_some()).count()
        }
    };
    assert_eq!((with_value(line).await, with_value(product).await), (10, 3));
}

#[rstest]
#[case::foreign_line(Some("Z-LINE"), None, None, "no such line: Z-LINE")]
#[case::absent_line(Some("NOWHERE"), None, None, "no such line: NOWHERE")]
#[case::absent_shift(None, Some("TEATIME"), None, "no such shift: TEATIME")]
#[case::foreign_product(None, None, Some("Z-ITEM"), "no such product: Z-ITEM")]
#[case::absent_product(None, None, Some("NOTHING"), "no such product: NOTHING")]
#[tokio::test]
async fn what_others_have_is_refused_like_what_nobody_has(
    #[case] line: Option<&str>,
    #[case] shift: Option<&str>,
    #[case] product: Option<&str>,
    #[case] refusal: &str,
) {
    let plant = TestPlant::of(&["ACME", "ZETA"]).await;
    plant.add_line("ZETA", "Z-LINE").await;
    plant.add_product("ZETA", "Z-ITEM").await;
    let query = KpiQuery {
        line_id: line.map(|line| LineId::parse(line).unwrap()),
        shift_id: shift.map(|shift| ShiftId::parse(shift).unwrap()),
        product_id: product.map(|product| ProductId::parse(product).unwrap()),
        ..KpiQuery::of(window(0, 0))
    };
    let leader = desk(&plant, Role::Leader, &["ACME"], later()).await;
    assert_eq!(leader.kpis(&query).await.unwrap_err().to_string(), refusal);
    // An ADMIN who looks at one client is told no more than its people.
    let admin = desk(&plant, Role::Admin, &[], later()).await;
    let narrowed = admin.narrow(Some(vec![ClientId::parse("ACME").unwrap()])).await.unwrap();
    assert_eq!(narrowed.kpis(&query).await.unwrap_err().to_string(), refusal);
}

#[tokio::test]
async fn a_window_that_ends_before_it_begins_is_refused() {
    let plant = TestPlant::of(&["ACME"]).await;
    let desk = desk(&plant, Role::Operator, &["ACME"], later()).await;
    let query = KpiQuery { to: MONDAY.plus_days(-1), ..KpiQuery::of(window(0, 0)) };
    assert!(matches!(desk.kpis(&query).await, Err(Problem::Rejected(_))));
    assert!(matches!(
        desk.kpi_screen(PanelWindow::Dates { from: query.from, to: query.to }).await,
        Err(Problem::Rejected(_))
    ));
}

#[tokio::test]
async fn a_day_is_judged_by_the_target_of_its_time_and_a_window_by_that_of_its_last_day() {
    let plant = TestPlant::of(&["ACME"]).await;
    plant.enter(&[a_good_shift("ACME", "L1", 0, 0), a_good_shift("ACME", "L1", 0, 2)]).await;
    let target = |percent: i64| Target { target_micro: percent * 1_000_000, warn_micro: None };
    plant.set_target("ACME", Kpi::Availability, MONDAY, target(85)).await;
    plant.set_target("ACME", Kpi::Availability, MONDAY.plus_days(2), target(95)).await;
    let at_the_end = desk(&plant, Role::Operator, &["ACME"], later()).await;
    let report = at_the_end.kpis(&by(window(0, 6), By::Day)).await.unwrap();
    let status = |group: &KpiGroup| group.panel.get(Kpi::Availability).unwrap().status;
    assert_eq!(report.groups.iter().map(status).collect::<Vec<_>>(), [Status::Ok, Status::Bad]);
    let whole = KpiQuery::of(window(0, 6));
    assert_eq!(one(&at_the_end, &whole, Kpi::Availability).await.target, Some(target(95)));
    // On the first day the second target does not hold yet, though the window reaches beyond its beginning.
    let on_monday = desk(&plant, Role::Operator, &["ACME"], a_good_shift("ACME", "L1", 0, 0).ends_at).await;
    assert_eq!(one(&on_monday, &whole, Kpi::Availability).await.target, Some(target(85)));
}

#[tokio::test]
async fn several_clients_have_a_status_only_where_their_targets_agree() {
    let plant = TestPlant::of(&["ACME", "IDLE", "ZETA"]).await;
    plant.enter(&[a_good_shift("ACME", "L1", 0, 0), a_good_shift("ZETA", "L1", 0, 0)]).await;
    let target = |percent: i64| Target { target_micro: percent * 1_000_000, warn_micro: None };
    for (client, availability, quality) in [("ACME", 85, 99), ("ZETA", 85, 98), ("IDLE", 10, 10)] {
        plant.set_target(client, Kpi::Availability, MONDAY, target(availability)).await;
        plant.set_target(client, Kpi::QualityRate, MONDAY, target(quality)).await;
    }
    let admin = desk(&plant, Role::Admin, &[], later()).await;
    let agreed = one(&admin, &KpiQuery::of(window(0, 0)), Kpi::Availability).await;
    assert_eq!((agreed.status, agreed.target, agreed.worst_client), (Status::Ok, Some(target(85)), None));
    let not = one(&admin, &KpiQuery::of(window(0, 0)), Kpi::QualityRate).await;
    let worst = not.worst_client.map(|worst| (worst.client_id.to_string(), worst.status));
    assert_eq!((not.status, not.target, worst), (Status::None, None, Some(("ACME".to_owned(), Status::Bad))));
}

#[tokio::test]
async fn the_json_is_the_contract() {
    let plant = TestPlant::of(&["ACME", "ZETA"]).await;
    plant.enter(&[a_good_shift("ACME", "L1", 0, 0)]).await;
    let desk = desk(&plant, Role::Operator, &["ACME"], later()).await;
    let json = serde_json::to_string(&desk.kpis(&KpiQuery::of(window(0, 6))).await.unwrap()).unwrap();
    insta::assert_snapshot!(json.replace("},\"", "},\n\""), @r#"
    {"from":"2026-06-01","to":"2026-06-07","clients":["ACME"],"groups":[{"group":null,"kpis":{"availability":{"value":90.0,"unit":"percent","numerator":405,"denominator":450,"target":null,"status":"none","inferred_share":0.0},
    "performance":{"value":100.0,"unit":"percent","numerator":24300000,"denominator":24300000,"target":null,"status":"none","inferred_share":0.0},
    "quality_rate":{"value":98.0,"unit":"percent","numerator":23814,"denominator":24300,"target":null,"status":"none","inferred_share":0.0},
    "oee":{"value":88.2,"unit":"percent","numerator":441,"denominator":500,"target":null,"status":"none","inferred_share":0.0},
    "efficiency":{"value":45.0,"unit":"percent","numerator":24300000,"denominator":54000000,"target":null,"status":"none","inferred_share":0.0},
    "scrap_rate":{"value":1.0,"unit":"percent","numerator":243,"denominator":24300,"target":null,"status":"none","inferred_share":0.0},
    "rework_rate":{"value":1.0,"unit":"percent","numerator":243,"denominator":24300,"target":null,"status":"none","inferred_share":0.0},
    "throughput":{"value":3600.0,"unit":"per_hour","numerator":24300,"denominator":405,"target":null,"status":"none","inferred_share":0.0},
    "mtbf":{"value":405.0,"unit":"minutes","numerator":405,"denominator":1,"target":null,"status":"none","inferred_share":0.0},
    "mttr":{"value":45.0,"unit":"minutes","numerator":45,"denominator":1,"target":null,"status":"none","inferred_share":0.0},
    "fpy":{"value":null,"unit":"percent","numerator":null,"denominator":null,"target":null,"status":"none","inferred_share":0.0,"stages":[]},
    "rty":{"value":null,"unit":"percent","numerator":null,"denominator":null,"target":null,"status":"none","inferred_share":0.0,"stages":[],"left_out":[]},
    "ppm":{"value":null,"unit":"per_million","numerator":null,"denominator":null,"target":null,"status":"none","inferred_share":0.0},
    "dpmo":{"value":null,"unit":"per_million","numerator":null,"denominator":null,"target":null,"status":"none","inferred_share":0.0,"without_opportunities_share":null},
    "sigma_level":{"value":null,"unit":"sigma","numerator":null,"denominator":null,"target":null,"status":"none","inferred_share":0.0,"without_opportunities_share":null},
    "otd":{"value":null,"unit":"percent","numerator":null,"denominator":null,"target":null,"status":"none","inferred_share":0.0},
    "otif":{"value":null,"unit":"percent","numerator":null,"denominator":null,"target":null,"status":"none","inferred_share":0.0},
    "wip_age":{"value":null,"unit":"days","numerator":null,"denominator":null,"target":null,"status":"none","inferred_share":0.0,"orders":0,"units":0,"oldest_days":null,"mean_gross_days":null,"oldest_gross_days":null,"buckets":[{"days":"0-2","orders":0,"units":0},{"days":"3-5","orders":0,"units":0},{"days":"6-10","orders":0,"units":0},{"days":"11-20","orders":0,"units":0},{"days":"over 20","orders":0,"units":0}]},
    "hold_age":{"value":null,"unit":"days","numerator":null,"denominator":null,"target":null,"status":"none","inferred_share":0.0,"holds":0,"units":0,"oldest_days":null,"mean_gross_days":null,"oldest_gross_days":null,"buckets":[{"days":"0-2","holds":0,"units":0},{"days":"3-5","holds":0,"units":0},{"days":"6-10","holds":0,"units":0},{"days":"11-20","holds":0,"units":0},{"days":"over 20","holds":0,"units":0}]},
    "absenteeism":{"value":null,"unit":"percent","numerator":null,"denominator":null,"target":null,"status":"none","inferred_share":0.0},
    "coverage":{"value":null,"unit":"percent","numerator":null,"denominator":null,"target":null,"status":"none","inferred_share":0.0},
    "bradford":{"value":null,"unit":"points","numerator":null,"denominator":null,"target":null,"status":"none","inferred_share":0.0}}}]}
    "#);
    let empty = serde_json::to_string(&desk.kpis(&by(window(1, 6), By::Day)).await.unwrap()).unwrap();
    assert_eq!(empty, r#"{"from":"2026-06-02","to":"2026-06-07","clients":["ACME"],"groups":[]}"#);
}

/// The arithmetic of the bottling line: a batch takes its minimum time plus its stops.
#[tokio::test]
async fn a_line_that_loses_time_by_stops_alone_performs_at_exactly_100_percent() {
    let plant = TestPlant::of(&["ACME"]).await;
    let day = |day: i32, planned_minutes: i64, stopped: i64| {
        let batch = RawCount { cycle: Some((planned_minutes - stopped) * 60_000), ..count("P1", 1) };
        let stops = vec![stop(Loss::Breakdown, Some(stopped - 1)), stop(Loss::Setup, Some(1))];
        RawLineShift { planned_minutes, counts: vec![batch], stops, ..line_shift("ACME", "L1", 0, day) }
    };
    plant.enter(&[day(0, 1000, 388), day(1, 1400, 500), day(5, 1458, 500)]).await;
    let desk = desk(&plant, Role::Operator, &["ACME"], later()).await;
    let query = KpiQuery::of(window(0, 5));
    let availability = one(&desk, &query, Kpi::Availability).await;
    assert_eq!(availability.figure, Ratio::new(2470, 3858));
    assert!(availability.value().is_some_and(|value| (64.02..64.03).contains(&value)));
    assert_eq!(one(&desk, &query, Kpi::Performance).await.value(), Some(100.0));
    assert_eq!(one(&desk, &query, Kpi::Oee).await.value(), availability.value());
}
