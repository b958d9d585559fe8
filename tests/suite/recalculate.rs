//! Recalculating the past: what was entered is classified and valued by what holds today, and put on the record.

use super::plant::{FloorPlant, MONDAY_TEN, run};
use kpi_ops::domain::clock::ProductionDate;
use kpi_ops::domain::measure::Units;
use kpi_ops::domain::production::Count;
use kpi_ops::kpi::{Kpi, Ratio, Window};
use kpi_ops::service::{Answer, Command, Desk, KpiQuery, LogCount, LogStop, Query};

fn monday() -> ProductionDate {
    ProductionDate::parse("date", "2026-05-18").unwrap()
}

fn recalculate(client: &str) -> Command {
    Command::Recalculate { client_id: client.parse().unwrap(), from: monday(), to: monday() }
}

async fn figure(desk: &Desk, kpi: Kpi) -> Option<Ratio> {
    let query = KpiQuery::of(Window::new(monday(), monday()).unwrap());
    let Answer::Kpis(report) = desk.ask(Query::Kpis(query)).await.unwrap() else { panic!("a report") };
    report.groups[0].panel.get(kpi).unwrap().figure
}

/// 600 units after a breakdown of an hour, in Monday's early shift at ACME.
async fn a_day() -> FloorPlant {
    let plant = FloorPlant::new().await;
    let olga = plant.desk("olga").await;
    let stop = Command::LogStop(LogStop {
        entry_id: olga.new_id(),
        client_id: "ACME".parse().unwrap(),
        line_id: "L1".parse().unwrap(),
        reason: Some("MACHINE_FAILURE".parse().unwrap()),
        started_at: Some(MONDAY_TEN.plus_minutes(-60)),
        ended_at: Some(MONDAY_TEN),
        work_order_id: None,
        notes: None,
    });
    run(&olga, stop).await;
    let count = Command::LogCount(LogCount {
        entry_id: olga.new_id(),
        client_id: "ACME".parse().unwrap(),
        line_id: "L1".parse().unwrap(),
        shift: None,
        product_id: "P1".parse().unwrap(),
        work_order_id: None,
        job_id: None,
        count: Count { units: Units(600), ..Count::default() },
        counted_at: None,
        notes: None,
    });
    run(&olga, count).await;
    plant
}

#[tokio::test]
async fn the_past_changes_only_when_it_is_recalculated_and_then_on_the_record() {
    let plant = a_day().await;
    let paul = plant.desk("paul").await;
    let (mttr, performance) = (figure(&paul, Kpi::Mttr).await, figure(&paul, Kpi::Performance).await);
    assert_eq!(mttr, Ratio::new(60, 1));
    plant
        .sql("UPDATE t_downtime_reason SET loss = 'planned' WHERE client_id = 'ACME' AND code = 'MACHINE_FAILURE'")
        .await;
    plant.sql("UPDATE t_product SET ideal_cycle_ms = 7000 WHERE product_id = 'P1'").await;
    assert_eq!((figure(&paul, Kpi::Mttr).await, figure(&paul, Kpi::Performance).await), (mttr, performance));

    plant.sql("UPDATE t_line_shift SET status = 'closed', closed_by = 'luis', closed_at = 1").await;
    let receipt = paul.run(recalculate("ACME")).await.unwrap();
    assert!(receipt.done.contains("1 stops, 1 counts, 0 inspections and 0 absences changed"), "{}", receipt.done);
    assert_eq!(figure(&paul, Kpi::Mttr).await, None, "what is planned is no failure");
    let valued = figure(&paul, Kpi::Performance).await.unwrap();
    assert_eq!(valued.numerator(), 600 * 7000);
    assert_eq!(plant.number("SELECT count(*) FROM t_audit_entry WHERE action = 'recalculate'").await, 2);

    let again = paul.run(recalculate("ACME")).await.unwrap();
    assert!(again.done.contains("0 stops, 0 counts"), "{}", again.done);
    assert_eq!(plant.number("SELECT count(*) FROM t_audit_entry WHERE action = 'recalculate'").await, 2);
}

#[tokio::test]
async fn a_client_that_does_not_exist_is_refused_by_name() {
    let plant = FloorPlant::new().await;
    let refused = plant.admin.run(recalculate("NOPE")).await.unwrap_err();
    assert!(refused.to_string().contains("NOPE"), "{refused}");
}
