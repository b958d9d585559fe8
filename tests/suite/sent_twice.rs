//! An entry whose answer was lost is sent again, and is one entry: what holds for counts and stops (`unsent.rs`) holds for
//! inspections, holds and attendance.

use super::floor::hold;
use super::import_desk::ImportDesk;
use super::plant::{Engine, run};
use kpi_ops::domain::clock::ProductionDate;
use kpi_ops::domain::hold::HoldStep;
use kpi_ops::domain::measure::{Minutes, Units};
use kpi_ops::domain::quality::Inspected;
use kpi_ops::service::{Attended, Command, DefectLine, Entity, LogInspection, TakeAttendance, WorkedTime};
use rstest::rstest;

/// Every row that a command can leave, in words that are the same on both engines.
const LEFT: [&str; 5] = [
    "SELECT CAST(inspected AS TEXT) || ' ' || CAST(passed AS TEXT) || ' ' || CAST(version AS TEXT) FROM t_quality_entry WHERE stage = 'final'",
    "SELECT defect_type || ' ' || CAST(count AS TEXT) FROM t_defect_detail ORDER BY 1",
    "SELECT CAST(quantity AS TEXT) || ' ' || status || ' ' || CAST(version AS TEXT) FROM t_hold_entry",
    "SELECT step || ' ' || by_login FROM t_hold_event ORDER BY seq",
    "SELECT employee_number || ' ' || CAST(worked_minutes AS TEXT) || ' ' || CAST(version AS TEXT) FROM t_attendance_entry ORDER BY 1",
];

#[rstest]
#[tokio::test]
async fn an_inspection_a_hold_and_attendance_whose_answers_were_lost_are_one_each(
    #[values(Engine::File, Engine::Server)] engine: Engine,
) {
    let desk = ImportDesk::on(engine).await;
    let rows = "2026-05-11,E,L1,final,10,10\n";
    desk.import(Entity::Quality, format!("production_date,shift_id,line_id,stage,inspected,passed\n{rows}")).await;
    desk.import(Entity::Employees, "employee_id,name\n101,Ada\n102,Bo\n").await;
    let floor = desk.plant;
    floor.sql("DELETE FROM t_quality_entry").await;
    let olga = floor.desk("olga").await;
    let inspection = LogInspection {
        entry_id: olga.new_id(),
        client_id: "ACME".parse().unwrap(),
        line_id: "L1".parse().unwrap(),
        shift: None,
        stage: "final".parse().unwrap(),
        work_order_id: Some("W1".parse().unwrap()),
        job_id: None,
        part_number: None,
        inspected: Inspected {
            inspected: Units(50),
            passed: Units(45),
            reworked: Units::ZERO,
            repaired: Units::ZERO,
            scrapped: Units::ZERO,
        },
        defects: vec![DefectLine { code: "UNCLASSIFIED".parse().unwrap(), count: 5 }],
        notes: None,
    };
    let attended = |number: &str, worked| Attended {
        employee_number: number.parse().unwrap(),
        version: 0,
        presence: Some(WorkedTime { scheduled: Minutes(450), worked: Minutes(worked), absence_type: None }),
    };
    let attendance = TakeAttendance {
        client_id: "ACME".parse().unwrap(),
        production_date: ProductionDate::parse("date", "2026-05-18").unwrap(),
        shift_id: "E".parse().unwrap(),
        people: vec![attended("101", 450), attended("102", 0)],
    };
    let commands = [
        Command::LogInspection(inspection),
        Command::OpenHold(hold(&olga, HoldStep::Request, 50)),
        Command::TakeAttendance(attendance),
    ];
    let saved = async |floor: &super::plant::FloorPlant| {
        let mut all = Vec::new();
        for sql in LEFT {
            all.push(floor.texts(sql).await);
        }
        all
    };
    for command in &commands {
        assert!(command.can_wait());
        run(&olga, command.clone()).await;
    }
    let once = saved(&floor).await;
    let expected: [&[&str]; 5] =
        [&["50 45 1"], &["UNCLASSIFIED 5"], &["50 requested 1"], &["request olga"], &["101 450 1", "102 0 1"]];
    assert_eq!(once, expected);
    let (days, trail) =
        ("SELECT CAST(sum(inspected) AS BIGINT) FROM t_tally_day", "SELECT count(*) FROM t_audit_entry");
    let counted = (floor.number(days).await, floor.number(trail).await);
    for command in commands {
        floor.test.clock.advance(1);
        let again = run(&olga, command).await;
        assert!(again.done.contains("saved already"), "{}", again.done);
    }
    assert_eq!(saved(&floor).await, once);
    assert_eq!((floor.number(days).await, floor.number(trail).await), counted, "nothing was added, nor recorded");
    assert_eq!(floor.test.plant.doctor(false, None).await.unwrap(), []);
}
