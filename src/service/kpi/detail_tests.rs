//! The way down from a figure to the entries it rests on.

use super::tests::{a_good_shift, dates, desk, later, window};
use super::*;
use crate::domain::downtime::Loss;
use crate::domain::list::List;
use crate::domain::role::Role;
use crate::kpi::{Kpi, Ratio, Span};
use crate::service::{Answer, PanelWindow, Query};
use crate::store::test_plant::{MONDAY, RawLineShift, TestPlant, line_shift, stop};

fn detail_of(kpi: Kpi, place: Place) -> DetailQuery {
    DetailQuery { kpi, window: dates(window(0, 6)), place, span: Span::Day }
}

/// The children of a KPI in a place, by name.
async fn children(desk: &Desk, kpi: Kpi, place: Place) -> (Vec<String>, KpiDetail) {
    let detail = desk.kpi_detail(&detail_of(kpi, place)).await.unwrap();
    (detail.children.iter().map(|child| child.label.clone()).collect(), detail)
}

#[tokio::test]
async fn the_way_down_leads_from_the_worst_client_to_the_entries_of_a_day() {
    let plant = TestPlant::of(&["ACME", "ZETA"]).await;
    let bad =
        |line, day| RawLineShift { stops: vec![stop(Loss::Breakdown, Some(225))], ..line_shift("ZETA", line, 0, day) };
    plant
        .enter(&[a_good_shift("ACME", "L1", 0, 0), bad("L1", 0), a_good_shift("ZETA", "L1", 0, 1), bad("L2", 2)])
        .await;
    let desk = desk(&plant, Role::Admin, &[], later()).await;
    let (clients, top) = children(&desk, Kpi::Availability, Place::default()).await;
    assert_eq!(clients, ["ZETA", "ACME"]);
    assert_eq!(top.value.figure, Ratio::new(450 * 4 - 45 * 2 - 225 * 2, 450 * 4));
    let (lines, _) = children(&desk, Kpi::Availability, top.children[0].place.clone()).await;
    assert_eq!(lines, ["L2", "L1"]);
    let on_line = Place { line_id: Some("L1".parse().unwrap()), ..top.children[0].place.clone() };
    let (days, line) = children(&desk, Kpi::Availability, on_line).await;
    assert_eq!(days, [MONDAY.to_string(), MONDAY.plus_days(1).to_string()], "its only shift is skipped");
    let place = days_place(&line);
    assert_eq!(place.shift_id.as_ref().map(ShiftId::as_str), Some("EARLY"));
    let (below, day) = children(&desk, Kpi::Availability, place.clone()).await;
    assert!(below.is_empty());
    assert_eq!(day.value.figure, Ratio::new(225, 450));
    assert_eq!(day.before.figure, None, "there was nothing on Sunday");
    let Answer::Page(page) = desk.ask(Query::List(day.entries.clone())).await.unwrap() else { panic!("a list") };
    assert_eq!((day.entries.list, page.total), (List::Downtime, 1));
    let (_, all) = children(&desk, Kpi::QualityRate, Place::default()).await;
    assert_eq!(all.entries.list, List::Production);
    assert_eq!(all.series.len(), 7);
}

fn days_place(detail: &KpiDetail) -> Place {
    detail.children[0].place.clone()
}

#[tokio::test]
async fn this_shift_is_of_each_client_its_own_and_before_it_lies_the_one_that_was_on() {
    let plant = TestPlant::of(&["ACME"]).await;
    let late = RawLineShift { stops: vec![stop(Loss::Breakdown, Some(90))], ..line_shift("ACME", "L1", 1, 0) };
    let now = late.starts_at.plus_minutes(240);
    plant.enter(&[a_good_shift("ACME", "L1", 0, 0), late]).await;
    let desk = desk(&plant, Role::Operator, &["ACME"], now).await;
    let screen = desk.kpi_screen(PanelWindow::ThisShift).await.unwrap();
    let availability = |panel: &Panel| panel.get(Kpi::Availability).unwrap().figure;
    assert_eq!(availability(&screen.panel), Ratio::new(225 - 90, 225));
    assert_eq!(availability(&screen.before), Ratio::new(405, 450));
    assert_eq!((screen.window, screen.label.is_some()), (window(0, 0), true));
    let query = DetailQuery { window: PanelWindow::ThisShift, ..detail_of(Kpi::Availability, Place::default()) };
    let detail = desk.kpi_detail(&query).await.unwrap();
    assert_eq!(detail.value, *screen.panel.get(Kpi::Availability).unwrap());
    let Answer::Page(page) = desk.ask(Query::List(detail.entries)).await.unwrap() else { panic!("a list") };
    assert_eq!(page.total, 1, "the stop of the early shift is no entry of this one");
}

#[tokio::test]
async fn a_place_of_somebody_else_is_a_place_that_does_not_exist() {
    let plant = TestPlant::of(&["ACME", "ZETA"]).await;
    plant.enter(&[a_good_shift("ACME", "L1", 0, 0), a_good_shift("ZETA", "L1", 0, 0)]).await;
    let desk = desk(&plant, Role::Operator, &["ACME"], later()).await;
    let place = |client: &str| Place { client_id: Some(client.parse().unwrap()), ..Place::default() };
    for client in ["ZETA", "NOPE"] {
        let refused = desk.kpi_detail(&detail_of(Kpi::Oee, place(client))).await.unwrap_err();
        assert_eq!(refused.to_string().replace(client, "_"), Problem::no_such("client", "_").to_string());
    }
}
