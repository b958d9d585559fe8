//! What waits at the end of a past day: orders in process and holds, their figures and the entries below them.

use super::kpi_command::kpi_ops;
use super::plant::FloorPlant;
use kpi_ops::domain::clock::ProductionDate;
use kpi_ops::domain::list::List;
use kpi_ops::kpi::{Kpi, Span};
use kpi_ops::service::{Answer, DetailQuery, PanelWindow, Place, Query};
use rstest::rstest;

const DAY: &str = "2026-05-10";

/// Two orders in process on the day, of which one was delivered since, with a hold of a part of it; one that was
/// delivered before; one that was started after. Of the holds one ended before the day, one runs through it.
async fn plant() -> FloorPlant {
    let plant = FloorPlant::new().await;
    let files = [
        (
            "work-orders",
            "work_order_id,product_id,quantity,started_at,delivered_at,delivered_quantity\n\
             SINCE,P1,100,2026-05-02 08:00,2026-05-14 09:00,100\nSTILL,P1,40,2026-05-06 08:00,,\n\
             BEFORE,P1,70,2026-05-01 08:00,2026-05-09 09:00,70\nAFTER,P1,30,2026-05-12 08:00,,\n",
        ),
        (
            "holds",
            "work_order_id,reason,quantity,hold_from,released_at,disposition\n\
             SINCE,QUALITY_DOUBT,10,2026-05-05 08:00,2026-05-08 08:00,use_as_is\n\
             SINCE,QUALITY_DOUBT,4,2026-05-08 08:00,2026-05-13 08:00,use_as_is\n",
        ),
    ];
    for (entity, rows) in files {
        let file = plant.test.folder.path().join(entity).with_extension("csv");
        std::fs::write(&file, rows).unwrap();
        let import = ["import", entity, file.to_str().unwrap(), "--client", "ACME"];
        let (code, out, error) = kpi_ops(&plant, "paul", &import).await;
        assert_eq!(code, 0, "{entity}: {out}{error}");
    }
    plant
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_was_delivered_since_was_open_then_and_a_hold_of_a_part_did_not_stop_its_clock() {
    let plant = plant().await;
    let wanted = ["kpi", "--from", DAY, "--to", DAY, "--client", "ACME", "--format", "json"];
    let (code, out, error) = kpi_ops(&plant, "paul", &wanted).await;
    assert_eq!(code, 0, "{error}");
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    let kpis = &json["groups"][0]["kpis"];
    let of = |kpi: &str, field: &str| kpis[kpi][field].clone();
    assert_eq!((of("wip_age", "orders"), of("wip_age", "units")), (2.into(), 140.into()));
    // 8 and 4 whole days.
    assert_eq!((of("wip_age", "value"), of("wip_age", "mean_gross_days")), (6.0.into(), 6.0.into()));
    assert_eq!((of("hold_age", "holds"), of("hold_age", "units")), (1.into(), 4.into()));
}

#[rstest]
#[case(Kpi::WipAge, List::WorkOrders, 2)]
#[case(Kpi::HoldAge, List::Holds, 1)]
#[tokio::test(flavor = "multi_thread")]
async fn the_entries_below_an_age_are_those_that_waited_then(#[case] kpi: Kpi, #[case] list: List, #[case] rows: u64) {
    let plant = plant().await;
    let desk = plant.desk("olga").await;
    let day = ProductionDate::parse("day", DAY).unwrap();
    let window = PanelWindow::Dates { from: day, to: day };
    let query = Query::KpiDetail(DetailQuery { kpi, window, place: Place::default(), span: Span::Day });
    let Answer::KpiDetail(detail) = desk.ask(query).await.unwrap() else { panic!("a detail") };
    let Answer::Page(page) = desk.ask(Query::List(detail.entries.clone())).await.unwrap() else { panic!("a list") };
    assert_eq!((page.list, page.total), (list, rows));
}
