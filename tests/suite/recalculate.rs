//! Recalculating the past: what was entered is classified and valued by what holds today, and put on the record.

use super::import_desk::ImportDesk;
use super::kpi_command::kpi_ops;
use super::plant::{FloorPlant, MONDAY_TEN, run};
use kpi_ops::domain::clock::ProductionDate;
use kpi_ops::domain::id::EntryId;
use kpi_ops::domain::measure::Units;
use kpi_ops::domain::production::Count;
use kpi_ops::domain::role::Role;
use kpi_ops::kpi::{Kpi, Ratio, Window};
use kpi_ops::service::{Answer, Command, Desk, Entity, KpiQuery, LogCount, LogStop, Problem, Query};
use rstest::rstest;

const STOPS: &str = "SELECT production_date || ' ' || shift_id || ' ' || loss || ' ' || micro_stop || ' v' || version
                     FROM t_downtime_entry WHERE client_id = 'ACME' ORDER BY production_date, started_at";
const COUNTS: &str = "SELECT production_date || ' ' || shift_id || ' ' || product_id || ' ' || standard_source || ' '
                        || coalesce(ideal_cycle_ms, '-') || ' ' || coalesce(labour_standard_ms, '-') || ' v' || version
                      FROM t_production_entry WHERE client_id = 'ACME' ORDER BY production_date, shift_id";
const INSPECTIONS: &str = "SELECT coalesce(part_number, '-') || ' ' || coalesce(opportunities_per_unit, '-') || ' v'
                             || version FROM t_quality_entry WHERE client_id = 'ACME' ORDER BY inspected";
const ABSENCES: &str = "SELECT employee_number || ' ' || absence_type || ' ' || absence_counts || ' v' || version
                        FROM t_attendance_entry WHERE client_id = 'ACME' ORDER BY 1";
const AUDIT: &str = "SELECT client_id || ' ' || table_name || ' ' || row_key || ' ' || by_login FROM t_audit_entry
                     WHERE action = 'recalculate' ORDER BY seq";

fn monday() -> ProductionDate {
    ProductionDate::parse("date", "2026-05-18").unwrap()
}

fn recalculate(client: &str) -> Command {
    Command::Recalculate { client_id: client.parse().unwrap(), from: monday(), to: monday() }
}

fn recalculate_span(from: &str, to: &str) -> Command {
    let date = |text| ProductionDate::parse("date", text).unwrap();
    Command::Recalculate { client_id: "ACME".parse().unwrap(), from: date(from), to: date(to) }
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
        estimated: false,
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
    assert!(again.done.starts_with("nothing changed: ACME from 2026-05-18 to 2026-05-18"), "{}", again.done);
    assert_eq!(plant.number("SELECT count(*) FROM t_audit_entry WHERE action = 'recalculate'").await, 2);
}

#[tokio::test]
async fn a_client_that_does_not_exist_is_refused_by_name() {
    let plant = FloorPlant::new().await;
    let refused = plant.admin.run(recalculate("NOPE")).await.unwrap_err();
    assert!(refused.to_string().contains("NOPE"), "{refused}");
}

/// Two clients with the same entries, at one of which a stop runs; then the catalogue, the standards and the
/// opportunities change, two entries are removed, and every shift is closed.
async fn changed_plant() -> ImportDesk {
    let desk = ImportDesk::new().await;
    let files = [
        (Entity::Products, "product_id,name,standard_crew\nP5,No standard,2\n"),
        (Entity::WorkOrders, "work_order_id,product_id,quantity,ideal_cycle_seconds\nW5,P1,50,10\n"),
        (Entity::PartOpportunities, "part_number,opportunities_per_unit\nPN1,7\nPN3,5\nPN4,3\n"),
        (Entity::Employees, "employee_id,name\n17,Ann\n18,Bob\n"),
        (
            Entity::Downtime,
            "production_date,shift_id,line_id,reason,minutes,started_at,ended_at\n2026-05-11,E,L1,JAM,15,,\n\
             2026-05-15,E,L1,JAM,1,,\n2026-05-15,L,L1,MACHINE_FAILURE,,2026-05-15 21:30,2026-05-15 23:00\n\
             2026-05-16,E,L1,JAM,30,,\n",
        ),
        (
            Entity::Production,
            "production_date,shift_id,line_id,product_id,units,work_order_id\n2026-05-08,E,L1,P1,5,\n\
             2026-05-11,E,L1,P5,900,\n2026-05-12,E,L1,P5,450,\n2026-05-15,E,L1,P1,7,W5\n2026-05-15,L,L1,P1,3,\n\
             2026-05-15,N,L1,P5,1,\n2026-05-16,E,L1,P1,2,\n",
        ),
        (
            Entity::Quality,
            "production_date,shift_id,line_id,stage,inspected,passed,part_number\n2026-05-15,E,L1,final,10,9,PN1\n\
             2026-05-15,E,L1,final,20,20,PN2\n2026-05-15,E,L1,final,30,20,PN3\n2026-05-15,E,L1,final,40,20,PN4\n\
             2026-05-15,E,L1,final,50,50,\n",
        ),
        (
            Entity::Attendance,
            "production_date,shift_id,employee_id,scheduled_minutes,worked_minutes,absence_type\n\
             2026-05-15,E,17,480,400,SICK\n2026-05-15,E,18,480,300,\n",
        ),
    ];
    for client in ["ACME", "RIVAL"] {
        for (entity, file) in files {
            let report = desk.import_for(Some(client), entity, file).await;
            assert_eq!(report.rejected, 0, "{:?}", report.refusals);
        }
    }
    let olga = desk.plant.desk("olga").await;
    let running = LogStop {
        entry_id: olga.new_id(),
        client_id: "ACME".parse().unwrap(),
        line_id: "L1".parse().unwrap(),
        reason: Some("JAM".parse().unwrap()),
        started_at: None,
        ended_at: None,
        work_order_id: None,
        notes: None,
    };
    run(&olga, Command::LogStop(running)).await;
    let codes = "kind,code,name,loss,counts\ndowntime,JAM,Jam,setup,\ndowntime,MACHINE_FAILURE,Failure,planned,\n\
                 absence,SICK,Sick,,no\n";
    for client in ["ACME", "RIVAL"] {
        let client = Some(client);
        desk.import_for(client, Entity::Codes, codes).await;
        desk.import_for(client, Entity::Lines, "line_id,name,micro_stop_minutes\nL1,Line 1,20\n").await;
        desk.import_for(client, Entity::Products, "product_id,name,ideal_cycle_seconds\nP1,Widget,25\n").await;
        let orders = "work_order_id,product_id,quantity,ideal_cycle_seconds\nW5,P1,50,12\n";
        desk.import_for(client, Entity::WorkOrders, orders).await;
        let parts = "part_number,opportunities_per_unit\nPN1,9\nPN2,4\n";
        desk.import_for(client, Entity::PartOpportunities, parts).await;
    }
    for sql in [
        "UPDATE t_part_opportunities SET deleted_at = 1 WHERE part_number = 'PN3'",
        "UPDATE t_downtime_entry SET deleted_at = 1 WHERE production_date = 20589",
        "UPDATE t_production_entry SET deleted_at = 1 WHERE production_date = 20589",
        "UPDATE t_line_shift SET status = 'closed', closed_by = 'luis', closed_at = 1",
    ] {
        desk.plant.sql(sql).await;
    }
    desk
}

/// Everything that is RIVAL's.
async fn of_rival(desk: &ImportDesk) -> Vec<String> {
    desk.everything().await.lines().filter(|row| row.contains("'RIVAL'")).map(str::to_owned).collect()
}

#[tokio::test]
async fn entries_of_the_window_are_judged_by_what_holds_today_and_nothing_else_is_touched() {
    let desk = changed_plant().await;
    assert_eq!(desk.plant.texts(COUNTS).await[2], "20585 E P5 history 29000 58000 v1");
    let rivals = of_rival(&desk).await;
    let receipt = run(&desk.desk, recalculate_span("2026-05-11", "2026-05-18")).await;
    let entries = "5 stops, 4 counts, 3 inspections and 1 absences changed";
    assert_eq!(receipt.done, format!("ACME recalculated from 2026-05-11 to 2026-05-18: {entries}"));
    assert_eq!(receipt.undo, None);

    assert_eq!(
        desk.plant.texts(STOPS).await,
        [
            "20584 E setup 1 v2",
            "20588 E setup 1 v2",
            // The parts of one stop.
            "20588 L planned 0 v2",
            "20588 N planned 0 v2",
            // Removed.
            "20589 E small_stop 0 v1",
            // Still running.
            "20591 E setup 0 v2",
        ]
    );
    assert_eq!(
        desk.plant.texts(COUNTS).await,
        [
            // Before the window.
            "20581 E P1 product 30000 30000 v1",
            "20584 E P5 none - - v1",
            // 900 units in 450 minutes, since the 15 minutes of a stop are a micro-stop today.
            "20585 E P5 history 30000 60000 v2",
            "20588 E P1 order 12000 25000 v2",
            "20588 L P1 product 25000 25000 v2",
            "20588 N P5 history 30000 60000 v2",
            // Removed.
            "20589 E P1 product 30000 30000 v1",
        ]
    );
    let inspections = ["PN1 9 v2", "PN2 4 v2", "PN3 - v2", "PN4 3 v1", "- - v1"];
    assert_eq!(desk.plant.texts(INSPECTIONS).await, inspections);
    assert_eq!(desk.plant.texts(ABSENCES).await, ["17 SICK 0 v2", "18 UNCLASSIFIED 1 v1"]);
    let by = "SELECT DISTINCT updated_by FROM t_production_entry WHERE version = 2 ORDER BY 1";
    assert_eq!(desk.plant.texts(by).await, ["paul"]);
    assert_eq!(of_rival(&desk).await, rivals);
    // Stored sums are what the entries add up to.
    assert_eq!(desk.plant.test.plant.doctor(false, None).await.unwrap(), []);

    assert_eq!(
        desk.plant.texts(AUDIT).await,
        [
            "ACME downtime_entry 5 entries paul",
            "ACME production_entry 4 entries paul",
            "ACME quality_entry 3 entries paul",
            "ACME attendance_entry 1 entries paul",
        ]
    );
    let absence = "SELECT before || ' ' || after FROM t_audit_entry WHERE action = 'recalculate'
                   AND table_name = 'attendance_entry'";
    let key = r#"["2026-05-15","E","17"]"#;
    assert_eq!(desk.plant.texts(absence).await, [format!("[[{key},true]] [[{key},false]]")]);

    let once = desk.everything().await;
    let again = run(&desk.desk, recalculate_span("2026-05-11", "2026-05-18")).await;
    assert!(again.done.starts_with("nothing changed: ACME from 2026-05-11 to 2026-05-18"), "{}", again.done);
    assert_eq!(desk.everything().await, once);
}

#[tokio::test]
async fn a_stop_that_reaches_out_of_the_window_is_classified_as_a_whole() {
    let desk = ImportDesk::new().await;
    let stops = "production_date,shift_id,line_id,reason,started_at,ended_at\n\
                 2026-05-15,N,L1,JAM,2026-05-16 05:30,2026-05-16 06:30\n";
    desk.import(Entity::Downtime, stops).await;
    desk.import(Entity::Codes, "kind,code,name,loss\ndowntime,JAM,Jam,setup\n").await;
    run(&desk.desk, recalculate_span("2026-05-16", "2026-05-16")).await;
    assert_eq!(desk.plant.texts(STOPS).await, ["20588 N setup 0 v2", "20589 E setup 0 v2"]);
    assert_eq!(desk.plant.test.plant.doctor(false, None).await.unwrap(), []);
}

#[tokio::test]
async fn of_several_months_all_are_recalculated_or_none() {
    let desk = ImportDesk::new().await;
    let stops = "production_date,shift_id,line_id,reason,minutes\n2026-04-30,E,L1,JAM,30\n";
    desk.import(Entity::Downtime, stops).await;
    desk.import(Entity::Employees, "employee_id,name\n17,Ann\n").await;
    let attendance = "production_date,shift_id,employee_id,scheduled_minutes,worked_minutes,absence_type\n\
                      2026-05-15,E,17,480,400,SICK\n";
    desk.import(Entity::Attendance, attendance).await;
    let codes = "kind,code,name,loss,counts\ndowntime,JAM,Jam,setup,\nabsence,SICK,Sick,,no\n";
    desk.import(Entity::Codes, codes).await;
    // The second month fails.
    let broken = "CREATE TRIGGER broken BEFORE UPDATE ON t_attendance_entry BEGIN SELECT RAISE(ABORT, 'broken'); END";
    desk.plant.sql(broken).await;
    let before = desk.everything().await;
    let failed = desk.desk.run(recalculate_span("2026-04-30", "2026-05-18")).await.unwrap_err();
    assert!(matches!(failed, Problem::Store(_)), "{failed}");
    assert_eq!(desk.everything().await, before);
    desk.plant.sql("DROP TRIGGER broken").await;
    let done = run(&desk.desk, recalculate_span("2026-04-30", "2026-05-18")).await.done;
    assert!(done.ends_with("1 stops, 0 counts, 0 inspections and 1 absences changed"), "{done}");
}

#[tokio::test]
async fn a_stop_of_minutes_alone_is_classified_as_recalculation_would() {
    let desk = ImportDesk::new().await;
    desk.import(Entity::Lines, "line_id,name,micro_stop_minutes\nL1,Line 1,20\n").await;
    let stops = "production_date,shift_id,line_id,reason,minutes\n2026-05-15,E,L1,UNCLASSIFIED,15\n2026-05-16,E,L1,UNCLASSIFIED,25\n";
    desk.import(Entity::Downtime, stops).await;
    for id in desk.plant.texts("SELECT hex(entry_id) FROM t_downtime_entry WHERE client_id = 'ACME'").await {
        let (client_id, entry_id) = ("ACME".parse().unwrap(), EntryId(id.parse().unwrap()));
        run(&desk.desk, Command::ClassifyStop { client_id, entry_id, reason: "JAM".parse().unwrap() }).await;
    }
    let classified = desk.plant.texts(STOPS).await;
    assert!(classified[0].contains("small_stop 1") && classified[1].contains("small_stop 0"), "{classified:?}");
    run(&desk.desk, recalculate_span("2026-05-15", "2026-05-16")).await;
    assert_eq!(desk.plant.texts(STOPS).await, classified);
}

#[tokio::test]
async fn a_leader_may_not_recalculate() {
    let desk = changed_plant().await;
    let luis = desk.plant.desk("luis").await;
    let before = desk.everything().await;
    let refused = luis.run(recalculate_span("2026-05-11", "2026-05-18")).await.unwrap_err();
    assert!(matches!(refused, Problem::NotAllowed { needs: Role::PowerUser, .. }), "{refused}");
    let backwards = desk.desk.run(recalculate_span("2026-05-18", "2026-05-11")).await.unwrap_err();
    assert!(matches!(backwards, Problem::Rejected(_)), "{backwards}");
    assert_eq!(desk.everything().await, before);
}

#[rstest]
#[case::unchanged("paul", "ACME", "2026-05-18", 0, "nothing changed: ACME from 2026-05-11 to 2026-05-18 is as")]
#[case::no_such_client("paul", "NOBODY", "2026-05-18", 1, "kpi-ops: no such client: NOBODY\n")]
#[case::backwards("paul", "ACME", "2026-05-10", 2, "kpi-ops: --to: 2026-05-10 lies before 2026-05-11")]
#[case::not_allowed("luis", "ACME", "2026-05-18", 4, "recalculate past entries: this takes the role POWERUSER")]
#[tokio::test(flavor = "multi_thread")]
async fn the_command_ends_as_scripts_expect(
    #[case] user: &str,
    #[case] client: &str,
    #[case] to: &str,
    #[case] code: i32,
    #[case] says: &str,
) {
    let plant = FloorPlant::new().await;
    let arguments = ["recalculate", "--client", client, "--from", "2026-05-11", "--to", to];
    let (ended, out, error) = kpi_ops(&plant, user, &arguments).await;
    assert_eq!(ended, code, "{out}{error}");
    assert!(if code == 0 { out } else { error }.contains(says));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_says_what_it_changed() {
    let desk = changed_plant().await;
    let arguments = ["recalculate", "--client", "ACME", "--from", "2026-05-15", "--to", "2026-05-15"];
    let (code, out, error) = kpi_ops(&desk.plant, "paul", &arguments).await;
    assert_eq!((code, error.as_str()), (0, ""));
    let entries = "3 stops, 2 counts, 3 inspections and 1 absences changed";
    assert_eq!(out, format!("ACME recalculated from 2026-05-15 to 2026-05-15: {entries}\n"));
}
