//! Importing what people enter: counts, stops, inspections, holds and attendance, once however often the file comes.

use super::import_desk::{ImportDesk, counts};
use kpi_ops::service::{Command, Entity};
use rstest::rstest;

const PRODUCTION: &str = "production_date,shift_id,line_id,product_id,units";
const DOWNTIME: &str = "production_date,shift_id,line_id,reason,minutes";
const TIMED: &str = "production_date,shift_id,line_id,reason,started_at,ended_at";
const QUALITY: &str = "production_date,shift_id,line_id,stage,inspected,passed";
const HOLDS: &str = "work_order_id,reason,quantity,hold_from,released_at,disposition";
const ATTENDANCE: &str = "production_date,shift_id,employee_id,scheduled_minutes,worked_minutes,absence_type";

#[rstest]
#[case(Entity::Production, format!("{PRODUCTION},defects,scrap,work_order_id,planned_minutes,crew,counted_at,notes\n2026-05-15,E,L1,P1,100,5,2,W1,400,3,2026-05-15 13:00,good\n2026-05-15,E,L1,P1,7,,,,,,,\n2026-05-15,E,L1,P1,7,,,,,,,\n"), 3)]
#[case(Entity::Downtime, format!("{DOWNTIME},started_at,ended_at\n2026-05-15,E,L1,JAM,10,,\n2026-05-15,E,L1,JAM,10,,\n2026-05-15,L,L1,MACHINE_FAILURE,,2026-05-15 21:30,2026-05-15 23:00\n"), 3)]
#[case(Entity::Quality, format!("{QUALITY},defects,part_number\n2026-05-15,E,L1,final,50,45,OPEN_SEAM:4;1:2,PN\n2026-05-15,E,L1,packing,50,50,,\n"), 2)]
#[case(Entity::Holds, format!("{HOLDS}\nW1,QUALITY_DOUBT,5,2026-05-14 08:00,2026-05-15 09:00,rework\nW1,1,7,2026-05-16 08:00,,\n"), 2)]
#[tokio::test]
async fn the_second_import_changes_nothing_whatever_became_of_the_entries(
    #[case] entity: Entity,
    #[case] file: String,
    #[case] rows: u64,
) {
    let desk = ImportDesk::new().await;
    assert_eq!(counts(&desk.import(entity, &file).await), (rows, 0, 0, 0));
    let table = match entity {
        Entity::Production => "production_entry",
        Entity::Downtime => "downtime_entry",
        Entity::Quality => "quality_entry",
        _ => "hold_entry",
    };
    // Somebody corrects and removes them, and closes the shifts.
    desk.plant.sql(&format!("UPDATE t_{table} SET notes = 'corrected', version = 2")).await;
    desk.plant.sql(&format!("UPDATE t_{table} SET deleted_at = 1")).await;
    desk.plant.sql("UPDATE t_line_shift SET status = 'closed', closed_by = 'luis', closed_at = 1").await;
    let before = desk.everything().await;
    assert_eq!(counts(&desk.import(entity, &file).await), (0, 0, rows, 0));
    assert_eq!(desk.everything().await, before);
}

#[tokio::test]
async fn equal_rows_of_a_later_file_are_taken_for_the_same_ones_and_the_output_says_so() {
    let desk = ImportDesk::new().await;
    let first = desk.import(Entity::Production, format!("{PRODUCTION}\n2026-05-15,E,L1,P1,7\n")).await;
    assert!(first.notes.iter().any(|note| note.contains("equal rows of a later file")), "{:?}", first.notes);
    // Another order of columns, an optional column that is empty, and one row more.
    let later =
        "units,product_id,line_id,shift_id,production_date,defects\n007,P1,L1,E,2026-05-15,\n7,P1,L1,E,2026-05-15,0\n";
    assert_eq!(counts(&desk.import(Entity::Production, later).await), (1, 0, 1, 0));
    assert_eq!(desk.plant.number("SELECT count(*) FROM t_production_entry").await, 2);
}

#[tokio::test]
async fn an_entry_with_an_id_is_recognised_by_it_before_anything_else_is_looked_at() {
    let desk = ImportDesk::new().await;
    let id = "0197a3c4-0000-7000-8000-000000000001";
    let file =
        |units: &str| format!("{PRODUCTION},id\n2026-05-15,E,L1,P1,{units},{id}\n2026-05-15,E,L1,P1,{units},erp-1\n");
    let first = desk.import(Entity::Production, file("7")).await;
    assert_eq!((counts(&first), first.notes.len()), ((2, 0, 0, 0), 0));
    let kept = "SELECT lower(hex(entry_id)) FROM t_production_entry WHERE substr(hex(entry_id), 13, 1) = '7'";
    assert_eq!(desk.plant.texts(kept).await, [id.replace('-', "")]);
    assert_eq!(counts(&desk.import(Entity::Production, file("nonsense")).await), (0, 0, 2, 0));
    let twice = format!(
        "{PRODUCTION},id\n2026-05-15,E,L1,P1,7,erp-2\n2026-05-15,E,L1,P1,8,erp-2\n2026-05-15,E,L1,P1,7,erp-2\n"
    );
    let report = desk.import(Entity::Production, &twice).await;
    assert_eq!((counts(&report), report.refusals[0].0), ((1, 0, 1, 1), 3));
    // The same id is another entry for another client.
    assert_eq!(counts(&desk.import_for(Some("RIVAL"), Entity::Production, file("7")).await), (2, 0, 0, 0));
}

#[tokio::test]
async fn a_bad_entry_is_named_by_line_column_and_reason() {
    let desk = ImportDesk::new().await;
    desk.import(Entity::Employees, "employee_id,name\n17,Ana\n").await;
    let before = desk.everything().await;
    for (entity, row, says) in [
        (Entity::Production, "2026-05-15,E,L9,P1,7", "2 line_id: no such line: L9"),
        (Entity::Production, "2026-05-15,X,L1,P1,7", "2 shift_id: no such shift: X"),
        (Entity::Production, "2026-05-15,E,L1,P9,7", "2 product_id: no such product: P9"),
        (Entity::Production, "2026-05-15,E,L1,P1,-7", "2 units: -7 is out of range"),
        (Entity::Production, "2026-05-15,E,L1,P1,", "2 units: is missing"),
        (Entity::Production, "15.05.2026,E,L1,P1,7", "2 production_date: \"15.05.2026\" is not a date"),
        (Entity::Production, "2026-05-18,L,L1,P1,7", "2 production_date: lies in the future"),
        (Entity::Downtime, "2026-05-15,E,L1,NOPE,7", "2 reason: no such stop reason: NOPE"),
        (Entity::Downtime, "2026-05-15,E,L1,JAM,", "2 minutes: is missing"),
        (
            Entity::Downtime,
            "2026-05-15,E,L1,JAM,451",
            "2 minutes: with the 0 minutes of other stops without times it is more than the 450 planned",
        ),
        (Entity::Downtime, "2026-05-15,NO-SHIFT,L1,JAM,1", "2 minutes: with the 0 minutes"),
        (Entity::Quality, "2026-05-15,E,L1,final,5,6", "2 passed: 6 is more than the 5 inspected"),
        (Entity::Quality, "2026-05-15,E,L1,final,0,0", "2 inspected: must be more than 0"),
        (Entity::Quality, "2026-05-15,E,L1,,5,5", "2 stage: is missing"),
        (Entity::Holds, "W9,1,5,2026-05-15 08:00,,", "2 work_order_id: no such work order: W9"),
        (Entity::Holds, "W1,NOPE,5,2026-05-15 08:00,,", "2 reason: no such hold reason: NOPE"),
        (Entity::Holds, "W1,1,0,2026-05-15 08:00,,", "2 quantity: must be more than 0"),
        (Entity::Holds, "W1,1,5,,,", "2 hold_from: is missing"),
        (Entity::Holds, "W1,1,5,2026-05-18 12:01,,", "2 hold_from: lies in the future"),
        (Entity::Holds, "W1,1,5,2026-05-15 08:00,2026-05-15 07:59,", "2 released_at: is before hold_from"),
        (Entity::Holds, "W1,1,5,2026-05-15 08:00,,rework", "2 disposition: is given for a hold that is not released"),
        (
            Entity::Holds,
            "W1,1,5,2026-05-15 08:00,2026-05-15 09:00,burn",
            "2 disposition: \"burn\" is none of its words",
        ),
        (Entity::Attendance, "2026-05-15,E,99,480,480,", "2 employee_id: no such employee: 99"),
        (Entity::Attendance, "2026-05-15,X,17,480,480,", "2 shift_id: no such shift: X"),
        (Entity::Attendance, "2026-05-15,E,17,2881,480,", "2 scheduled_minutes: 2881 is out of range"),
        (Entity::Attendance, "2026-05-15,E,17,480,400,NOPE", "2 absence_type: no such absence type: NOPE"),
    ] {
        let header = match entity {
            Entity::Production => PRODUCTION,
            Entity::Downtime => DOWNTIME,
            Entity::Quality => QUALITY,
            Entity::Holds => HOLDS,
            _ => ATTENDANCE,
        };
        let said = desk.refusal(entity, &format!("{header}\n{row}\n")).await;
        assert!(said.starts_with(says), "{said}");
        assert_eq!(desk.everything().await, before, "a bad row opens no line shift");
    }
}

#[tokio::test]
async fn a_bad_optional_field_of_a_count_is_named() {
    let desk = ImportDesk::new().await;
    desk.import(Entity::WorkOrders, "work_order_id,product_id,quantity\nW2,P1,5\n").await;
    desk.import(Entity::Jobs, "job_id,work_order_id,part_number,quantity\nJ1,W1,PN,5\n").await;
    for (columns, fields, says) in [
        ("defects,scrap", "8,0", "defects: 8 is more than the 7 units"),
        ("defects,scrap,rework", "5,3,3", "scrap: scrap 3 and rework 3"),
        ("defects,startup_defects", "1,2", "startup_defects: 2 is more"),
        ("counted_at", "2026-05-15 05:59", "counted_at: lies outside the shift, which is from 2026-05-15 06:00"),
        ("counted_at", "2026-05-15 14:01", "counted_at: lies outside the shift"),
        ("counted_at", "2026-05-18 12:01", "counted_at: lies in the future"),
        ("work_order_id", "W9", "work_order_id: no such work order: W9"),
        ("job_id", "J9", "job_id: no such job: J9"),
        ("work_order_id,job_id", "W2,J1", "job_id: J1 is no job of work order W2"),
        ("crew", "1001", "crew: 1001 is out of range"),
        ("planned_minutes", "2881", "planned_minutes: 2881 is out of range"),
    ] {
        let file = format!("{PRODUCTION},{columns}\n2026-05-15,E,L1,P1,7,{fields}\n");
        let said = desk.refusal(Entity::Production, &file).await;
        assert!(said.starts_with(&format!("2 {says}")), "{said}");
    }
}

#[tokio::test]
async fn the_first_entry_opens_the_line_shift_with_the_minutes_that_elapse_less_breaks() {
    let desk = ImportDesk::new().await;
    let rows = "2026-03-28,N,L1,P1,1\n2025-10-25,N,L1,P1,1\n2026-05-15,N,L1,P1,1\n2026-05-15,NO-SHIFT,L1,P1,1\n";
    desk.import(Entity::Production, format!("{PRODUCTION}\n{rows}")).await;
    let planned =
        "SELECT shift_id || ' ' || planned_minutes || ' ' || planned_stated || ' ' || ((ends_at - starts_at) / 60000)
                   FROM t_line_shift ORDER BY production_date, shift_id";
    // The clocks go back, forward, and stay.
    assert_eq!(desk.plant.texts(planned).await, ["N 510 0 540", "N 390 0 420", "N 450 0 480", "NO-SHIFT 0 0 1440"]);
}

#[tokio::test]
async fn a_stated_plan_replaces_a_defaulted_one_and_stands_against_another() {
    let desk = ImportDesk::new().await;
    let file = format!(
        "{PRODUCTION},planned_minutes,crew,target_units\n2026-05-15,E,L1,P1,1,,,\n2026-05-15,E,L1,P1,2,400,3,900\n\
         2026-05-15,E,L1,P1,3,400,,\n2026-05-15,E,L1,P1,4,401,3,900\n2026-05-15,E,L1,P1,5,400,4,900\n\
         2026-05-15,E,L1,P1,6,,,901\n"
    );
    let report = desk.import(Entity::Production, file).await;
    assert_eq!(counts(&report), (3, 0, 0, 3));
    let said: Vec<_> = report.refusals.iter().map(|(line, reject)| format!("{line} {}", reject.field)).collect();
    assert_eq!(said, ["5 planned_minutes", "6 crew", "7 target_units"]);
    let plan = "SELECT planned_minutes || ' ' || crew || ' ' || target_units FROM t_line_shift";
    assert_eq!(desk.plant.texts(plan).await, ["400 3 900"]);
    // The same over two files, where the line shift is there already.
    let later = format!("{PRODUCTION},planned_minutes\n2026-05-15,E,L1,P1,8,399\n2026-05-15,L,L1,P1,8,\n");
    assert_eq!(counts(&desk.import(Entity::Production, later).await), (1, 0, 0, 1));
    let stated = format!("{PRODUCTION},planned_minutes\n2026-05-15,L,L1,P1,9,460\n");
    assert_eq!(counts(&desk.import(Entity::Production, stated).await), (1, 0, 0, 0));
    assert_eq!(desk.plant.number("SELECT planned_minutes FROM t_line_shift WHERE shift_id = 'L'").await, 460);
}

#[tokio::test]
async fn a_closed_shift_takes_no_entry_and_says_the_way_out() {
    let desk = ImportDesk::new().await;
    desk.import(Entity::Production, format!("{PRODUCTION}\n2026-05-15,E,L1,P1,7\n")).await;
    desk.plant.sql("UPDATE t_line_shift SET status = 'closed', closed_by = 'luis', closed_at = 1").await;
    for (entity, file) in [
        (Entity::Production, format!("{PRODUCTION}\n2026-05-15,E,L1,P1,8\n")),
        (Entity::Downtime, format!("{DOWNTIME}\n2026-05-15,E,L1,JAM,8\n")),
        (Entity::Quality, format!("{QUALITY}\n2026-05-15,E,L1,final,8,8\n")),
    ] {
        let report = desk.import(entity, file).await;
        let (_, reject) = &report.refusals[0];
        assert_eq!(reject.why, "the shift E of 2026-05-15 on L1 was closed by luis");
        assert_eq!(reject.try_this, "a leader can reopen it");
    }
}

#[tokio::test]
async fn a_count_keeps_the_cycle_of_its_order_else_of_its_product_else_of_history_else_none() {
    let desk = ImportDesk::new().await;
    desk.import(Entity::WorkOrders, "work_order_id,product_id,quantity,ideal_cycle_seconds\nW5,P1,50,10\n").await;
    desk.import(Entity::Products, "product_id,name,standard_crew\nP5,No standard,2\n").await;
    // 450 planned minutes for 900 units are 30 s, for 450 units 60 s; the later rows of the file see the earlier ones.
    let file = format!(
        "{PRODUCTION},work_order_id\n2026-05-15,E,L1,P1,1,W5\n2026-05-15,E,L1,P1,1,W1\n2026-05-12,E,L1,P5,450,\n\
         2026-05-11,E,L1,P5,900,\n2026-05-15,L,L1,P5,1,\n2026-05-12,L,L1,P5,2,\n2026-05-12,L,L1,P1,2,\n"
    );
    assert_eq!(counts(&desk.import(Entity::Production, file).await), (7, 0, 0, 0));
    let shown = "SELECT production_date || ' ' || shift_id || ' ' || product_id || ' ' || standard_source || ' '
                   || coalesce(ideal_cycle_ms, '-') || ' ' || coalesce(labour_standard_ms, '-')
                 FROM t_production_entry ORDER BY production_date, shift_id, product_id, standard_source";
    assert_eq!(
        desk.plant.texts(shown).await,
        [
            "20584 E P5 none - -",
            "20585 E P5 history 30000 60000",
            "20585 L P1 product 30000 30000",
            "20585 L P5 history 30000 60000",
            "20588 E P1 order 10000 30000",
            "20588 E P1 product 30000 30000",
            "20588 L P5 history 30000 60000",
        ]
    );
}

#[tokio::test]
async fn only_the_clients_own_history_is_read() {
    let desk = ImportDesk::new().await;
    desk.import_for(None, Entity::Products, "product_id,name\nP5,No standard\n").await;
    desk.import_for(Some("RIVAL"), Entity::Production, format!("{PRODUCTION}\n2026-05-11,E,L1,P5,900\n")).await;
    desk.import(Entity::Production, format!("{PRODUCTION}\n2026-05-15,E,L1,P5,900\n")).await;
    let sources = "SELECT standard_source FROM t_production_entry WHERE client_id = 'ACME'";
    assert_eq!(desk.plant.texts(sources).await, ["none"]);
}

#[tokio::test]
async fn the_first_count_puts_its_order_in_process_and_a_job_tells_its_order() {
    let desk = ImportDesk::new().await;
    let orders =
        "work_order_id,product_id,quantity,status,started_at\nW2,P1,5,released,2026-05-01 06:00\nW3,P1,5,completed,\n";
    desk.import(Entity::WorkOrders, orders).await;
    desk.import(Entity::Jobs, "job_id,work_order_id,part_number,quantity\nJ1,W1,PN,5\n").await;
    let file = format!(
        "{PRODUCTION},work_order_id,job_id,counted_at\n2026-05-15,E,L1,P1,1,,J1,2026-05-15 09:00\n\
         2026-05-15,E,L1,P1,1,,J1,2026-05-15 08:00\n2026-05-15,E,L1,P1,1,W2,,\n2026-05-15,E,L1,P1,1,W3,,\n"
    );
    assert_eq!(counts(&desk.import(Entity::Production, file).await), (4, 0, 0, 0));
    let shown = "SELECT work_order_id || ' ' || status || ' ' || coalesce((started_at / 60000), '-') FROM t_work_order
                 WHERE client_id = 'ACME' ORDER BY work_order_id";
    let at = |text: &str| {
        let time = chrono::DateTime::parse_from_rfc3339(text).unwrap();
        time.timestamp() / 60
    };
    assert_eq!(
        desk.plant.texts(shown).await,
        [
            format!("W1 in_process {}", at("2026-05-15T08:00:00+02:00")),
            format!("W2 in_process {}", at("2026-05-01T06:00:00+02:00")),
            "W3 completed -".to_owned(),
        ]
    );
    let of_job = "SELECT count(*) FROM t_production_entry WHERE job_id = 'J1' AND work_order_id = 'W1'";
    assert_eq!(desk.plant.number(of_job).await, 2);
    // A count without a time belongs to no hour and is not late.
    let timeless = "SELECT count(*) FROM t_production_entry WHERE counted_at IS NULL AND late = 0";
    assert_eq!(desk.plant.number(timeless).await, 2);
}

#[tokio::test]
async fn stops_without_times_add_up_within_the_planned_minutes() {
    let desk = ImportDesk::new().await;
    let file = format!(
        "{DOWNTIME}\n2026-05-15,E,L1,JAM,1\n2026-05-15,E,L1,4,300\n2026-05-15,E,L1,JAM,150\n2026-05-15,E,L1,JAM,149\n"
    );
    let report = desk.import(Entity::Downtime, file).await;
    assert_eq!(counts(&report), (3, 0, 0, 1));
    assert!(report.refusals[0].1.why.starts_with("with the 301 minutes"), "{:?}", report.refusals);
    // Over two files too, and a plan that is stated later cannot be less than they are.
    let more = format!("{DOWNTIME}\n2026-05-15,E,L1,JAM,2\n");
    assert_eq!(counts(&desk.import(Entity::Downtime, more).await), (0, 0, 0, 1));
    let plan = format!("{PRODUCTION},planned_minutes\n2026-05-15,E,L1,P1,1,449\n");
    let said = desk.refusal(Entity::Production, &plan).await;
    assert!(said.starts_with("2 planned_minutes: 449 is less than the 450 minutes"), "{said}");
    let stored = "SELECT reason || ' ' || loss || ' ' || minutes || ' ' || classified_minutes || ' ' || micro_stop || ' ' || counted
                  FROM t_downtime_entry WHERE started_at IS NULL ORDER BY minutes";
    assert_eq!(
        desk.plant.texts(stored).await,
        ["JAM small_stop 1 1 1 1", "JAM small_stop 149 149 0 1", "SENSOR_BLOCKED small_stop 300 300 0 1"]
    );
}

#[tokio::test]
async fn a_stop_over_a_shift_change_is_cut_there_and_counted_once() {
    let desk = ImportDesk::new().await;
    let file = format!("{TIMED}\n2026-05-15,E,L1,MACHINE_FAILURE,2026-05-15 13:59,2026-05-15 22:01\n");
    assert_eq!(counts(&desk.import(Entity::Downtime, file).await), (1, 0, 0, 0));
    let parts = "SELECT shift_id || ' ' || minutes || ' ' || classified_minutes || ' ' || counted || ' ' || micro_stop
                 FROM t_downtime_entry ORDER BY started_at";
    assert_eq!(desk.plant.texts(parts).await, ["E 1 482 1 0", "L 480 482 0 0", "N 1 482 0 0"]);
    assert_eq!(desk.plant.number("SELECT count(DISTINCT stop_id) FROM t_downtime_entry").await, 1);
    assert_eq!(desk.plant.number("SELECT count(*) FROM t_line_shift").await, 3);
}

#[rstest]
#[case("2026-05-15 08:10,2026-05-15 08:20", true)]
#[case("2026-05-15 07:00,2026-05-15 08:01", true)]
#[case("2026-05-15 08:59,2026-05-15 10:00", true)]
#[case("2026-05-15 07:00,2026-05-15 10:00", true)]
#[case("2026-05-15 08:30,2026-05-15 08:30", true)]
#[case("2026-05-15 07:00,2026-05-15 08:00", false)]
#[case("2026-05-15 09:00,2026-05-15 10:00", false)]
#[case("2026-05-15 09:00,2026-05-15 09:00", false)]
#[tokio::test]
async fn no_two_stops_of_a_line_overlap_in_a_file_or_over_files(#[case] times: &str, #[case] overlaps: bool) {
    let first = format!("{TIMED}\n2026-05-15,E,L1,JAM,2026-05-15 08:00,2026-05-15 09:00\n");
    let expected = if overlaps { (0, 0, 0, 1) } else { (1, 0, 0, 0) };
    let desk = ImportDesk::new().await;
    desk.import(Entity::Downtime, &first).await;
    let report = desk.import(Entity::Downtime, format!("{TIMED}\n2026-05-15,E,L1,JAM,{times}\n")).await;
    assert_eq!(counts(&report), expected, "over two files");
    desk.plant.sql("DELETE FROM t_downtime_entry").await;
    let report = desk.import(Entity::Downtime, format!("{first}2026-05-15,E,L1,JAM,{times}\n")).await;
    assert_eq!(counts(&report), (1 + expected.0, 0, 0, expected.3), "in one file");
    if overlaps {
        let why = &report.refusals[0].1.why;
        assert_eq!(why, "overlaps the stop of this line from 2026-05-15 08:00 to 2026-05-15 09:00");
    }
}

#[tokio::test]
async fn times_of_a_stop_that_cannot_be_are_named() {
    let desk = ImportDesk::new().await;
    for (fields, says) in [
        (
            "2026-05-15 05:59,2026-05-15 06:10,",
            "started_at: lies outside the shift, which is from 2026-05-15 06:00 to 2026-05-15 14:00",
        ),
        ("2026-05-15 14:00,2026-05-15 14:10,", "started_at: lies outside the shift"),
        ("2026-05-15 08:00,2026-05-15 07:59,", "ended_at: is before started_at"),
        ("2026-05-15 08:00,,", "ended_at: is missing"),
        (",2026-05-15 08:00,", "started_at: is missing"),
        ("2026-05-15 08:00,2026-05-15 08:10,11", "minutes: is 11, and from started_at to ended_at it is 10"),
        ("2026-05-15 08:00,2026-05-18 12:01,", "ended_at: lies in the future"),
        ("2025-10-26 02:30,2026-05-15 08:00,", "started_at: 2025-10-26 02:30 occurs twice"),
    ] {
        let said = desk.refusal(Entity::Downtime, &format!("{TIMED},minutes\n2026-05-15,E,L1,JAM,{fields}\n")).await;
        assert!(said.starts_with(&format!("2 {says}")), "{said}");
    }
}

#[tokio::test]
async fn an_inspection_keeps_its_opportunities_and_its_defects_and_appends_its_stage() {
    let desk = ImportDesk::new().await;
    desk.import(Entity::PartOpportunities, "part_number,opportunities_per_unit\nPN,12\n").await;
    let file = format!(
        "{QUALITY},part_number,defects,reworked,repaired,scrapped,work_order_id\n\
         2026-05-15,E,L1,sewing,50,45,PN,OPEN_SEAM:4; WEIGHT_OR_FILL : 2,1,1,1,W1\n\
         2026-05-15,E,L1,packing,5,5,NEW,,,,,\n2026-05-15,E,L1,sewing,5,5,,1:1,,,,\n"
    );
    assert_eq!(counts(&desk.import(Entity::Quality, file).await), (3, 0, 0, 0));
    let shown = "SELECT stage || ' ' || coalesce(part_number, '-') || ' ' || coalesce(opportunities_per_unit, '-') || ' ' || late
                 FROM t_quality_entry ORDER BY inspected DESC, stage";
    assert_eq!(desk.plant.texts(shown).await, ["sewing PN 12 0", "packing NEW - 0", "sewing - - 0"]);
    let defects = "SELECT defect_type || ' ' || count FROM t_defect_detail ORDER BY 1";
    assert_eq!(desk.plant.texts(defects).await, ["DIMENSION 1", "OPEN_SEAM 4", "WEIGHT_OR_FILL 2"]);
    let stages = "SELECT stage || ' ' || position FROM t_stage WHERE client_id = 'ACME' ORDER BY position";
    let stages = desk.plant.texts(stages).await;
    let place = |name: &str| stages.iter().position(|stage| stage.starts_with(name)).unwrap();
    assert!(place("sewing ") < place("packing "), "{stages:?}");
    for (defects, says) in [
        ("NOPE:1", "no such defect type: NOPE"),
        ("OPEN_SEAM", "\"OPEN_SEAM\" is no CODE:count"),
        ("OPEN_SEAM:0", "OPEN_SEAM has a count of 0"),
        ("OPEN_SEAM:1;OPEN_SEAM:1", "OPEN_SEAM stands twice"),
        ("OPEN_SEAM:x", "\"x\" is not a whole number"),
    ] {
        let file = format!("{QUALITY},defects\n2026-05-15,E,L1,sewing,50,45,{defects}\n");
        assert_eq!(desk.refusal(Entity::Quality, &file).await, format!("2 defects: {says}"));
    }
}

#[tokio::test]
async fn a_hold_from_a_file_has_its_steps() {
    let desk = ImportDesk::new().await;
    let file =
        format!("{HOLDS}\nW1,QUALITY_DOUBT,5,2026-05-14 08:00,2026-05-15 09:00,use_as_is\nW1,1,7,2026-05-16 08:00,,\n");
    assert_eq!(counts(&desk.import(Entity::Holds, file).await), (2, 0, 0, 0));
    let holds = "SELECT status || ' ' || reason || ' ' || placed_by || ' ' || coalesce(released_by, '-') || ' '
                   || coalesce(disposition, '-') FROM t_hold_entry ORDER BY hold_from";
    assert_eq!(
        desk.plant.texts(holds).await,
        ["released QUALITY_DOUBT paul paul use_as_is", "on_hold QUALITY_FAILED paul - -"]
    );
    let steps = "SELECT step || ' ' || seq || ' ' || quantity || ' ' || (at / 60000) FROM t_hold_event ORDER BY at";
    let at = |text: &str| chrono::DateTime::parse_from_rfc3339(text).unwrap().timestamp() / 60;
    assert_eq!(
        desk.plant.texts(steps).await,
        [
            format!("place 1 5 {}", at("2026-05-14T08:00:00+02:00")),
            format!("release 2 5 {}", at("2026-05-15T09:00:00+02:00")),
            format!("place 1 7 {}", at("2026-05-16T08:00:00+02:00")),
        ]
    );
}

#[tokio::test]
async fn attendance_is_updated_in_place_and_its_absence_is_the_difference() {
    let desk = ImportDesk::new().await;
    desk.import(Entity::Employees, "employee_id,name\n17,Ana\n18,Ben\n19,Eva\n").await;
    let file =
        format!("{ATTENDANCE}\n2026-05-15,E,17,480,480,\n2026-05-15,E,18,480,400,SICK\n2026-05-15,E,19,480,0,\n");
    assert_eq!(counts(&desk.import(Entity::Attendance, &file).await), (3, 0, 0, 0));
    let shown = "SELECT employee_number || ' ' || absence_minutes || ' ' || coalesce(absence_type, '-') || ' '
                   || coalesce(absence_counts, '-') || ' ' || version FROM t_attendance_entry ORDER BY 1";
    assert_eq!(desk.plant.texts(shown).await, ["17 0 - - 1", "18 80 SICK 1 1", "19 480 UNCLASSIFIED 1 1"]);
    // What the type counted as then is kept while the type stays.
    desk.plant.sql("UPDATE t_absence_type SET counts = 0 WHERE code = 'SICK'").await;
    assert_eq!(counts(&desk.import(Entity::Attendance, &file).await), (0, 0, 3, 0));
    let header = "production_date,shift_id,employee_id,scheduled_minutes,worked_minutes";
    let later = format!("{header}\n2026-05-15,E,18,480,300\n2026-05-15,E,19,480,480\n");
    assert_eq!(counts(&desk.import(Entity::Attendance, later).await), (0, 2, 0, 0));
    assert_eq!(desk.plant.texts(shown).await, ["17 0 - - 1", "18 180 SICK 1 2", "19 0 - - 2"]);
}

#[tokio::test]
async fn an_imported_count_can_be_corrected_like_any_other() {
    let desk = ImportDesk::new().await;
    desk.import(Entity::Production, format!("{PRODUCTION}\n2026-05-15,E,L1,P1,7\n")).await;
    let id = desk.plant.texts("SELECT lower(hex(entry_id)) FROM t_production_entry").await;
    let entry_id = serde_json::from_value(serde_json::json!(id[0])).unwrap();
    let remove = Command::RemoveCount { client_id: "ACME".parse().unwrap(), entry_id };
    desk.desk.run(remove).await.unwrap();
    let again = desk.import(Entity::Production, format!("{PRODUCTION}\n2026-05-15,E,L1,P1,7\n")).await;
    assert_eq!(counts(&again), (0, 0, 1, 0));
}
