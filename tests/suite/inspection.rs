//! Inspections through a desk: logged, corrected, taken back, refused, and the hold that a failed one offers.

use super::import_desk::ImportDesk;
use super::plant::{FloorPlant, run};
use kpi_ops::domain::hold::HoldStep;
use kpi_ops::domain::id::ClientId;
use kpi_ops::domain::measure::Units;
use kpi_ops::domain::quality::Inspected;
use kpi_ops::service::{Command, DefectLine, Desk, Entity, LogInspection, OpenHold};
use rstest::rstest;

fn acme() -> ClientId {
    "ACME".parse().unwrap()
}

/// The floor's plant with the stages sewing and final, part A-1 with 12 opportunities and job J1 of W1.
pub async fn quality_plant() -> FloorPlant {
    let desk = ImportDesk::new().await;
    let header = "production_date,shift_id,line_id,stage,inspected,passed\n";
    let rows = "2026-05-11,E,L1,sewing,10,10\n2026-05-11,E,L1,final,10,10\n";
    desk.import(Entity::Quality, format!("{header}{rows}")).await;
    desk.import(Entity::PartOpportunities, "part_number,opportunities_per_unit\nA-1,12\n").await;
    desk.import(Entity::Jobs, "job_id,work_order_id,part_number,quantity\nJ1,W1,A-1,500\n").await;
    desk.plant
}

fn inspection(desk: &Desk, inspected: i64, passed: i64, defects: &[(&str, i64)]) -> LogInspection {
    let line = |(code, count): &(&str, i64)| DefectLine { code: code.parse().unwrap(), count: *count };
    LogInspection {
        entry_id: desk.new_id(),
        client_id: acme(),
        line_id: "L1".parse().unwrap(),
        shift: None,
        stage: "final".parse().unwrap(),
        work_order_id: Some("W1".parse().unwrap()),
        job_id: Some("J1".parse().unwrap()),
        part_number: Some("A-1".parse().unwrap()),
        inspected: Inspected {
            inspected: Units(inspected),
            passed: Units(passed),
            reworked: Units::ZERO,
            repaired: Units::ZERO,
            scrapped: Units::ZERO,
        },
        defects: defects.iter().map(line).collect(),
        notes: None,
    }
}

/// Sums of the day: inspected, passed, defects, opportunities.
async fn sums(plant: &FloorPlant) -> String {
    let sql =
        "SELECT sum(inspected) || ' ' || sum(passed) || ' ' || sum(inspection_defects) || ' ' || sum(opportunities)
               FROM t_line_shift WHERE client_id = 'ACME' AND production_date = 20591";
    plant.texts(sql).await.remove(0)
}

async fn defects(plant: &FloorPlant) -> Vec<String> {
    plant.texts("SELECT defect_type || ' ' || count FROM t_defect_detail WHERE deleted_at IS NULL ORDER BY 1").await
}

#[tokio::test]
async fn an_inspection_is_stored_with_its_opportunities_corrected_removed_and_brought_back() {
    let plant = quality_plant().await;
    let olga = plant.desk("olga").await;
    let codes = plant.texts("SELECT code FROM t_defect_type WHERE client_id = 'ACME' ORDER BY number LIMIT 3").await;
    let log = inspection(&olga, 50, 45, &[(&codes[0], 3), (&codes[1], 4)]);
    let receipt = run(&olga, Command::LogInspection(log.clone())).await;
    assert_eq!(receipt.done, "inspection at final saved: 45 of 50 passed");
    assert_eq!(sums(&plant).await, "50 45 7 600");
    let again = run(&olga, Command::LogInspection(log.clone())).await;
    assert!(again.done.contains("saved already"), "{}", again.done);

    // The part's opportunities change, and what was inspected keeps its own.
    plant.sql("UPDATE t_part_opportunities SET opportunities_per_unit = 99 WHERE client_id = 'ACME'").await;
    let mut to =
        LogInspection { entry_id: log.entry_id, ..inspection(&olga, 60, 58, &[(&codes[1], 1), (&codes[2], 1)]) };
    to.inspected.scrapped = Units(2);
    let corrected = run(&olga, Command::CorrectInspection { to: to.clone(), version: 1 }).await;
    assert_eq!(sums(&plant).await, "60 58 2 720");
    let mut expected = vec![format!("{} 1", codes[1]), format!("{} 1", codes[2])];
    expected.sort();
    assert_eq!(defects(&plant).await, expected);
    let stale = olga.run(Command::CorrectInspection { to, version: 1 }).await.unwrap_err().to_string();
    assert!(stale.starts_with("olga changed it meanwhile"), "{stale}");

    run(&olga, corrected.undo.unwrap()).await;
    assert_eq!(sums(&plant).await, "50 45 7 600");
    let removed = run(&olga, receipt.undo.unwrap()).await;
    assert_eq!(sums(&plant).await, "0 0 0 0");
    run(&olga, removed.undo.unwrap()).await;
    assert_eq!(sums(&plant).await, "50 45 7 600");
    let actions =
        "SELECT action FROM t_audit_entry WHERE table_name = 'quality_entry' AND action <> 'import' ORDER BY seq";
    assert_eq!(plant.texts(actions).await, ["log", "correct", "correct", "remove", "restore"]);
}

#[rstest]
#[case::more_passed(5, 6, &[], "passed: 6 is more than the 5 inspected")]
#[case::nothing(0, 0, &[], "inspected: must be more than 0")]
#[case::no_such_type(5, 4, &[("GONE", 1)], "no such defect type: GONE")]
#[case::twice(5, 4, &[("UNCLASSIFIED", 1), ("UNCLASSIFIED", 2)], "defects: UNCLASSIFIED stands twice; add the two counts")]
#[case::none(5, 4, &[("UNCLASSIFIED", 0)], "defects: UNCLASSIFIED has a count of 0")]
#[case::all_passed(5, 5, &[("UNCLASSIFIED", 1)], "defects: are given, and every unit passed; lower passed")]
#[tokio::test]
async fn what_does_not_add_up_is_refused_by_field_with_a_way_out(
    #[case] inspected: i64,
    #[case] passed: i64,
    #[case] defects: &[(&str, i64)],
    #[case] said: &str,
) {
    let plant = quality_plant().await;
    let olga = plant.desk("olga").await;
    let log = inspection(&olga, inspected, passed, defects);
    let refused = olga.run(Command::LogInspection(log)).await.unwrap_err().to_string();
    assert!(refused.starts_with(said), "{refused}");
    assert_eq!(plant.number("SELECT count(*) FROM t_line_shift WHERE production_date = 20591").await, 0);
}

#[tokio::test]
async fn stage_order_job_and_somebody_elses_entry_are_looked_after() {
    let plant = quality_plant().await;
    let (olga, luis) = (plant.desk("olga").await, plant.desk("luis").await);
    plant.add_user("omar", kpi_ops::domain::role::Role::Operator, &["ACME"]).await;
    let omar = plant.desk("omar").await;
    let plain = || inspection(&olga, 5, 4, &[]);
    let refused = async |log| olga.run(Command::LogInspection(log)).await.unwrap_err().to_string();
    assert_eq!(refused(LogInspection { stage: "packing".parse().unwrap(), ..plain() }).await, "no such stage: packing");
    assert_eq!(refused(LogInspection { job_id: Some("J9".parse().unwrap()), ..plain() }).await, "no such job: J9");
    let no_order = refused(LogInspection { work_order_id: None, ..plain() }).await;
    assert!(no_order.starts_with("work_order_id: is missing for the job"), "{no_order}");

    let log = plain();
    run(&olga, Command::LogInspection(log.clone())).await;
    let remove = Command::RemoveInspection { client_id: acme(), entry_id: log.entry_id };
    let not_his = omar.run(remove.clone()).await.unwrap_err().to_string();
    assert!(not_his.contains("takes the role LEADER"), "{not_his}");
    run(&luis, remove).await;
    let gone = olga.run(Command::CorrectInspection { to: log, version: 2 }).await.unwrap_err().to_string();
    assert!(gone.starts_with("no such inspection"), "{gone}");
}

#[tokio::test]
async fn a_failed_inspection_offers_a_hold_that_names_it() {
    let plant = quality_plant().await;
    let luis = plant.desk("luis").await;
    let receipt = run(&luis, Command::LogInspection(inspection(&luis, 50, 47, &[("UNCLASSIFIED", 3)]))).await;
    let offer = receipt.offer.expect("an offer");
    assert_eq!((offer.work_order_id.as_str(), offer.quantity), ("W1", Units(3)));
    assert_eq!(offer.notes, "inspection at final, 47 of 50 passed: 3 Unclassified");
    let open = OpenHold {
        hold_id: luis.new_id(),
        step: HoldStep::Place,
        client_id: acme(),
        work_order_id: offer.work_order_id,
        job_id: offer.job_id,
        reason: "QUALITY_FAILED".parse().unwrap(),
        quantity: offer.quantity,
        quality_entry_id: Some(offer.quality_entry_id),
        notes: None,
    };
    let wrong = OpenHold { hold_id: luis.new_id(), quality_entry_id: Some(luis.new_id()), ..open.clone() };
    let refused = luis.run(Command::OpenHold(wrong)).await.unwrap_err().to_string();
    assert!(refused.starts_with("no such inspection of this order"), "{refused}");
    run(&luis, Command::OpenHold(open)).await;
    assert_eq!(plant.number("SELECT count(*) FROM t_hold_entry WHERE quality_entry_id IS NOT NULL").await, 1);
    let passed = run(&luis, Command::LogInspection(inspection(&luis, 50, 50, &[]))).await;
    assert_eq!(passed.offer, None);
}
