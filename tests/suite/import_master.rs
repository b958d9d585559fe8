//! Importing what has a business key: updated in place, and twice without a change.

use super::import_desk::{ImportDesk, counts};
use kpi_ops::service::Entity;
use rstest::rstest;

const ORDER: &str = "work_order_id,product_id,quantity,status,started_at,delivered_at,delivered_quantity,required_date,priority,po_number,notes,ideal_cycle_seconds
W7,P1,50,delivered,2026-05-11 07:00,2026-05-12T15:00:00Z,50,2026-05-13,rush,PO 9,\"by air, please\",12.5
W8,P1,10,,,,,,,,,
";

#[rstest]
#[case(
    Entity::Codes,
    "kind,code,number,name,planned,loss,counts\ndowntime,OWN,900,Own,no,setup,\nhold,OWN,901,Own,,,\ndefect,OWN,,Own,,,\nabsence,OWN,902,Own,,,no\n",
    4
)]
#[case(
    Entity::Products,
    "product_id,name,ideal_cycle_seconds,labour_standard_seconds,standard_crew\nP7,Seven,1.5,3,2\nP8,Eight,,,\n",
    2
)]
#[case(
    Entity::Shifts,
    "shift_id,name,start,end,break_minutes,days,valid_from\nX,Extra,22:00,06:00,30,mon-fri,\nX,Extra,23:00,06:00,30,mon-fri,2026-05-01\n",
    2
)]
#[case(Entity::Lines, "line_id,name,micro_stop_minutes\nL7,Seven,5\nL8,Eight,\n", 2)]
#[case(Entity::Employees, "employee_id,name,department,is_primary\n17,Ana,Sewing,yes\n18,Ben,,no\n", 2)]
#[case(Entity::WorkOrders, ORDER, 2)]
#[case(
    Entity::Jobs,
    "job_id,work_order_id,part_number,quantity,job_number,completed,scrapped\nJ1,W1,PN,100,1,90,10\nJ2,W1,PN,5,,,\n",
    2
)]
#[case(Entity::PartOpportunities, "part_number,opportunities_per_unit,description\nPN,12,Shirt\nPM,1,\n", 2)]
#[case(Entity::Targets, "kpi,target,warn,valid_from\noee,85.5,80,\noee,86.000001,80,2026-05-01\nppm,500,800.5,\n", 3)]
#[tokio::test]
async fn the_second_import_of_a_file_changes_nothing(#[case] entity: Entity, #[case] file: &str, #[case] rows: u64) {
    let desk = ImportDesk::new().await;
    let first = desk.import(entity, file).await;
    assert_eq!((first.rejected, first.new + first.updated), (0, rows), "{first:?}");
    let before = desk.everything().await;
    desk.plant.test.clock.advance(60);
    assert_eq!(counts(&desk.import(entity, file).await), (0, 0, rows, 0));
    assert_eq!(desk.everything().await, before, "no version, no audit row");
}

#[tokio::test]
async fn an_absent_column_keeps_what_is_there_and_an_empty_field_clears_it() {
    let desk = ImportDesk::new().await;
    let shown = "SELECT name || '/' || coalesce(ideal_cycle_ms, '-') || '/' || standard_crew || '/' || version
                 FROM t_product WHERE product_id = 'P7'";
    desk.import(Entity::Products, "product_id,name,ideal_cycle_seconds,standard_crew\nP7,Seven,1.5,3\n").await;
    desk.import(Entity::Products, "product_id,name\nP7,Sieben\n").await;
    assert_eq!(desk.plant.texts(shown).await, ["Sieben/1500/3/2"]);
    let report =
        desk.import(Entity::Products, "product_id,name,ideal_cycle_seconds,standard_crew\nP7,Sieben,,\n").await;
    assert_eq!(counts(&report), (0, 1, 0, 0));
    assert_eq!(desk.plant.texts(shown).await, ["Sieben/-/1/3"]);
}

#[tokio::test]
async fn a_key_that_stands_twice_with_other_values_is_refused_and_with_the_same_is_one_row() {
    let desk = ImportDesk::new().await;
    let report = desk.import(Entity::Lines, "line_id,name\nL7,Seven\nL7,Seven\nL7,Sieben\n").await;
    assert_eq!(counts(&report), (1, 0, 1, 1));
    let (line, reject) = &report.refusals[0];
    assert_eq!((*line, reject.field.as_str()), (4, "line_id"));
    assert!(reject.why.contains("line 2"), "{reject}");
}

#[tokio::test]
async fn a_bad_row_is_named_by_line_column_and_reason() {
    let desk = ImportDesk::new().await;
    for (entity, file, says) in [
        (
            Entity::Products,
            "product_id,name,ideal_cycle_seconds\nP7,Seven,0\n",
            "2 ideal_cycle_seconds: is out of range",
        ),
        (
            Entity::Products,
            "product_id,name,ideal_cycle_seconds\nP7,Seven,\"1,5\"\n",
            "2 ideal_cycle_seconds: \"1,5\" is not a number",
        ),
        (Entity::Products, "product_id,name,standard_crew\nP7,Seven,0\n", "2 standard_crew: must be more than 0"),
        (
            Entity::Shifts,
            "shift_id,name,start,end,break_minutes\nNO-SHIFT,No,06:00,14:00,0\n",
            "2 shift_id: NO-SHIFT is reserved",
        ),
        (
            Entity::Shifts,
            "shift_id,name,start,end,break_minutes\nX,X,06:00,14:00,481\n",
            "2 break_minutes: 481 is more than the 480 minutes",
        ),
        (
            Entity::Shifts,
            "shift_id,name,start,end,break_minutes\nX,X,6 am,14:00,0\n",
            "2 start: \"6 am\" is no time of day",
        ),
        (
            Entity::Shifts,
            "shift_id,name,start,end,break_minutes,days\nX,X,06:00,14:00,0,someday\n",
            "2 days: \"someday\" names no days",
        ),
        (
            Entity::Lines,
            "line_id,name,micro_stop_minutes\nL7,Seven,1441\n",
            "2 micro_stop_minutes: 1441 is out of range",
        ),
        (
            Entity::Employees,
            "employee_id,name,is_primary\n17,Ana,maybe\n",
            "2 is_primary: \"maybe\" is neither yes nor no",
        ),
        (Entity::WorkOrders, "work_order_id,product_id,quantity\nW7,NONE,5\n", "2 product_id: no such product: NONE"),
        (Entity::WorkOrders, "work_order_id,product_id,quantity\nW7,P1,0\n", "2 quantity: must be more than 0"),
        (
            Entity::WorkOrders,
            "work_order_id,product_id,quantity,status\nW7,P1,5,done\n",
            "2 status: \"done\" is none of its words",
        ),
        (
            Entity::WorkOrders,
            "work_order_id,product_id,quantity,status\nW7,P1,5,delivered\n",
            "2 delivered_at: is missing for a delivered order",
        ),
        (
            Entity::WorkOrders,
            "work_order_id,product_id,quantity,status,delivered_at\nW7,P1,5,planned,2026-05-11 07:00\n",
            "2 status: is planned, and delivered_at is given",
        ),
        (
            Entity::WorkOrders,
            "work_order_id,product_id,quantity,started_at\nW7,P1,5,2026-05-18 12:01\n",
            "2 started_at: lies in the future",
        ),
        (
            Entity::WorkOrders,
            "work_order_id,product_id,quantity,started_at\nW7,P1,5,2026-03-29 02:30\n",
            "2 started_at: 2026-03-29 02:30 does not exist",
        ),
        (
            Entity::WorkOrders,
            "work_order_id,product_id,quantity,required_date\nW7,P1,5,1.6.2026\n",
            "2 required_date: \"1.6.2026\" is not a date",
        ),
        (
            Entity::Jobs,
            "job_id,work_order_id,part_number,quantity\nJ1,W2,PN,5\n",
            "2 work_order_id: no such work order: W2",
        ),
        (
            Entity::Jobs,
            "job_id,work_order_id,part_number,quantity,completed,scrapped\nJ1,W1,PN,5,4,2\n",
            "2 completed: 4 completed and 2 scrapped are more than the 5 ordered",
        ),
        (
            Entity::PartOpportunities,
            "part_number,opportunities_per_unit\nPN,0\n",
            "2 opportunities_per_unit: must be more than 0",
        ),
        (Entity::Targets, "kpi,target\nspeed,5\n", "2 kpi: \"speed\" is none of its words"),
        (
            Entity::Targets,
            "kpi,target\noee,0.0000001\n",
            "2 target: \"0.0000001\" is not a number with at most 6 decimals",
        ),
        (Entity::Targets, "kpi,target,warn\noee,85,86\n", "2 warn: is better than the target of oee"),
        (Entity::Codes, "kind,code,name\nshift,X,X\n", "2 kind: \"shift\" is none of its words"),
        (
            Entity::Codes,
            "kind,code,name,planned,loss\ndowntime,X,X,yes,setup\n",
            "2 planned: is yes, and the loss is setup",
        ),
        (
            Entity::Codes,
            "kind,code,name,planned,loss\ndowntime,X,X,no,planned\n",
            "2 planned: is no, and the loss is planned",
        ),
        (Entity::Codes, "kind,code,name,loss\nhold,X,X,setup\n", "2 loss: is nothing that a hold code has"),
        (Entity::Codes, "kind,code,name,counts\ndefect,X,X,no\n", "2 counts: is nothing that a defect code has"),
        (Entity::Codes, "kind,code,name,number\nhold,X,X,10000\n", "2 number: 10000 is out of range"),
        (Entity::Codes, "kind,code,name,number\nhold,X,X,90\nhold,Y,Y,90\n", "3 number: 90 is given on line 2 already"),
    ] {
        let said = desk.refusal(entity, file).await;
        assert!(said.starts_with(says), "{said}");
    }
}

#[tokio::test]
async fn what_another_client_has_is_refused_like_what_nobody_has() {
    let desk = ImportDesk::new().await;
    desk.import_for(Some("RIVAL"), Entity::WorkOrders, "work_order_id,product_id,quantity\nR9,P1,5\n").await;
    let of_rival = desk.refusal(Entity::Jobs, "job_id,work_order_id,part_number,quantity\nJ1,R9,PN,5\n").await;
    let of_nobody = desk.refusal(Entity::Jobs, "job_id,work_order_id,part_number,quantity\nJ1,X9,PN,5\n").await;
    assert_eq!(of_rival.replace("R9", "X9"), of_nobody);
}

#[tokio::test]
async fn products_are_linked_by_the_client_that_is_named_and_on_use() {
    let desk = ImportDesk::new().await;
    let links = "SELECT client_id || ' ' || product_id FROM t_client_product WHERE product_id LIKE 'N%' ORDER BY 1";
    desk.import_for(None, Entity::Products, "product_id,name\nN1,One\nN2,Two\n").await;
    assert!(desk.plant.texts(links).await.is_empty());
    assert_eq!(counts(&desk.import(Entity::Products, "product_id,name\nN1,One\n").await), (0, 1, 0, 0));
    assert_eq!(counts(&desk.import(Entity::Products, "product_id,name\nN1,One\n").await), (0, 0, 1, 0));
    desk.import(Entity::WorkOrders, "work_order_id,product_id,quantity\nW7,N2,5\n").await;
    desk.import_for(
        Some("RIVAL"),
        Entity::Production,
        "production_date,shift_id,line_id,product_id,units\n2026-05-15,E,L1,N1,5\n",
    )
    .await;
    assert_eq!(desk.plant.texts(links).await, ["ACME N1", "ACME N2", "RIVAL N1"]);
}

#[tokio::test]
async fn a_file_never_takes_an_order_back() {
    let desk = ImportDesk::new().await;
    let file = "work_order_id,product_id,quantity,status,started_at\nW1,P1,1000,released,\n";
    assert_eq!(counts(&desk.import(Entity::WorkOrders, file).await), (0, 1, 0, 0));
    desk.import(
        Entity::Production,
        "production_date,shift_id,line_id,product_id,units,work_order_id\n2026-05-15,E,L1,P1,5,W1\n",
    )
    .await;
    let before = desk.everything().await;
    assert_eq!(counts(&desk.import(Entity::WorkOrders, file).await), (0, 0, 1, 0));
    assert_eq!(desk.everything().await, before);
    let shown =
        "SELECT status || ' ' || started_at FROM t_work_order WHERE client_id = 'ACME' AND work_order_id = 'W1'";
    // 2026-05-15 06:00 in Vienna.
    assert_eq!(desk.plant.texts(shown).await, ["in_process 1778817600000"]);
}

#[tokio::test]
async fn a_job_stays_with_its_order_and_an_order_takes_its_state_from_its_times() {
    let desk = ImportDesk::new().await;
    let file = "work_order_id,product_id,quantity,started_at,delivered_at\n\
                W7,P1,5,2026-05-11 07:00,\nW8,P1,5,,2026-05-11 07:00\nW9,P1,5,,\n";
    assert_eq!(counts(&desk.import(Entity::WorkOrders, file).await), (3, 0, 0, 0));
    let states =
        "SELECT status FROM t_work_order WHERE client_id = 'ACME' AND work_order_id > 'W1' ORDER BY work_order_id";
    assert_eq!(desk.plant.texts(states).await, ["in_process", "delivered", "planned"]);
    desk.import(Entity::Jobs, "job_id,work_order_id,part_number,quantity\nJ1,W7,PN,5\n").await;
    let said = desk.refusal(Entity::Jobs, "job_id,work_order_id,part_number,quantity\nJ1,W8,PN,5\n").await;
    assert_eq!(said, "2 work_order_id: job J1 belongs to work order W7");
}

#[tokio::test]
async fn a_shift_begins_with_the_beginning_of_time_and_a_change_starts_a_version() {
    let desk = ImportDesk::new().await;
    let versions = "SELECT valid_from || ' ' || start_minute || ' ' || days || ' ' || version FROM t_shift
                    WHERE shift_id = 'X' ORDER BY valid_from";
    // The later version stands first in the file.
    let file = "shift_id,name,start,end,break_minutes,valid_from\n\
                X,Extra,07:00,15:00,30,2026-05-01\nX,Extra,06:00,14:00,30,2025-01-01\n";
    assert_eq!(counts(&desk.import_for(None, Entity::Shifts, file).await), (1, 1, 0, 0));
    assert_eq!(desk.plant.texts(versions).await, ["-2147483648 360 127 1", "20574 420 127 1"]);
    assert_eq!(counts(&desk.import_for(None, Entity::Shifts, file).await), (0, 0, 2, 0));
    // Without a date the first version is meant; what is absent stays.
    let file = "shift_id,name,start,end,break_minutes,days\nX,Extra,05:00,13:00,30,mon tue\n";
    assert_eq!(counts(&desk.import_for(None, Entity::Shifts, file).await), (0, 1, 0, 0));
    assert_eq!(desk.plant.texts(versions).await, ["-2147483648 300 3 2", "20574 420 127 1"]);
}

#[tokio::test]
async fn each_new_number_is_a_new_person() {
    let desk = ImportDesk::new().await;
    let file = "employee_id,name\n17,Ana\n18,Ben\n";
    desk.import(Entity::Employees, file).await;
    desk.import_for(Some("RIVAL"), Entity::Employees, file).await;
    assert_eq!(desk.plant.number("SELECT count(*) FROM t_employee").await, 4);
    let primary = "SELECT count(DISTINCT employee_id) FROM t_employee_client_assignment WHERE is_primary = 1";
    assert_eq!(desk.plant.number(primary).await, 4);
}

#[tokio::test]
async fn a_person_has_one_primary_place() {
    let desk = ImportDesk::new().await;
    desk.import(Entity::Employees, "employee_id,name,is_primary\n17,Ana,yes\n").await;
    desk.import_for(Some("RIVAL"), Entity::Employees, "employee_id,name,is_primary\n17,Ana,no\n").await;
    // An ADMIN says that it is one person.
    desk.plant
        .sql(
            "UPDATE t_employee_client_assignment SET employee_id =
               (SELECT employee_id FROM t_employee_client_assignment WHERE client_id = 'ACME') WHERE client_id = 'RIVAL'",
        )
        .await;
    let report = desk
        .import_for(Some("RIVAL"), Entity::Employees, "employee_id,name,is_primary\n17,Ana,yes\n18,Ben,yes\n")
        .await;
    assert_eq!(counts(&report), (1, 0, 0, 1));
    assert_eq!(report.refusals[0].1.field, "is_primary");
}

#[tokio::test]
async fn a_number_in_use_moves_to_the_imported_code_and_it_is_said() {
    let desk = ImportDesk::new().await;
    let file = "kind,code,number,name,planned\ndowntime,CLEANING_OWN,1,Own cleaning,yes\n";
    let report = desk.import(Entity::Codes, file).await;
    assert_eq!(report.notes, ["number 1 moved from MACHINE_FAILURE to CLEANING_OWN (downtime)"]);
    let shown = "SELECT code || ' ' || coalesce(number, '-') || ' ' || loss FROM t_downtime_reason
                 WHERE client_id = 'ACME' AND code IN ('MACHINE_FAILURE', 'CLEANING_OWN') ORDER BY code";
    assert_eq!(desk.plant.texts(shown).await, ["CLEANING_OWN 1 planned", "MACHINE_FAILURE - breakdown"]);
    // Two codes swap their numbers.
    let swap = "kind,code,number,name\nhold,QUALITY_FAILED,2,Failed\nhold,QUALITY_DOUBT,1,Doubt\n";
    assert_eq!(counts(&desk.import(Entity::Codes, swap).await), (0, 2, 0, 0));
    let again = desk.import(Entity::Codes, swap).await;
    assert_eq!((counts(&again), again.notes.len()), ((0, 0, 2, 0), 0));
}

#[tokio::test]
async fn a_template_reaches_every_client_that_lacks_it_and_leaves_what_they_have() {
    let desk = ImportDesk::new().await;
    desk.import_for(Some("RIVAL"), Entity::Codes, "kind,code,number,name\nhold,RIVALS_OWN,77,Rival's own\n").await;
    let file =
        "kind,code,number,name\nhold,NEW_ONE,77,New one\nhold,NEW_TWO,1,New two\nhold,QUALITY_DOUBT,2,Doubtful\n";
    let report = desk.import_for(None, Entity::Codes, file).await;
    assert_eq!(counts(&report), (2, 1, 0, 0));
    assert_eq!(
        report.notes,
        [
            "number 1 moved from QUALITY_FAILED to NEW_TWO (hold)",
            "ACME: 2 hold codes added from the templates",
            "RIVAL: number 77 stays with RIVALS_OWN, so that NEW_ONE has none there",
            "RIVAL: 2 hold codes added from the templates",
        ]
    );
    let shown = "SELECT client_id || ' ' || code || ' ' || coalesce(number, '-') || ' ' || name FROM t_hold_reason
                 WHERE code IN ('NEW_ONE', 'NEW_TWO', 'QUALITY_FAILED', 'QUALITY_DOUBT') ORDER BY client_id, code";
    assert_eq!(
        desk.plant.texts(shown).await,
        [
            "ACME NEW_ONE 77 New one",
            "ACME NEW_TWO 1 New two",
            "ACME QUALITY_DOUBT 2 Quality in doubt",
            "ACME QUALITY_FAILED - Failed inspection",
            "RIVAL NEW_ONE - New one",
            "RIVAL NEW_TWO 1 New two",
            "RIVAL QUALITY_DOUBT 2 Quality in doubt",
            "RIVAL QUALITY_FAILED - Failed inspection",
        ]
    );
    let before = desk.everything().await;
    assert_eq!(counts(&desk.import_for(None, Entity::Codes, file).await), (0, 0, 3, 0));
    assert_eq!(desk.everything().await, before);
}

#[tokio::test]
async fn what_was_removed_is_brought_back() {
    let desk = ImportDesk::new().await;
    desk.import(Entity::PartOpportunities, "part_number,opportunities_per_unit\nPN,12\n").await;
    desk.plant.sql("UPDATE t_part_opportunities SET deleted_at = 1").await;
    let report = desk.import(Entity::PartOpportunities, "part_number,opportunities_per_unit\nPN,12\n").await;
    assert_eq!(counts(&report), (0, 1, 0, 0));
    assert_eq!(desk.plant.number("SELECT count(*) FROM t_part_opportunities WHERE deleted_at IS NULL").await, 1);
}

#[tokio::test]
async fn targets_are_exact_to_the_millionth() {
    let desk = ImportDesk::new().await;
    desk.import(Entity::Targets, "kpi,target,warn\noee,85.123456,80.000001\n").await;
    let shown =
        "SELECT valid_from || ' ' || target_micro || ' ' || warning_micro FROM t_kpi_target WHERE client_id = 'ACME'";
    assert_eq!(desk.plant.texts(shown).await, ["-2147483648 85123456 80000001"]);
}
