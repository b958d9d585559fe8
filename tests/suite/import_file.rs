//! Files as they come: headers, separators, encodings, rejected rows, and what may be imported by whom.

use super::import_desk::{ImportDesk, counts};
use kpi_ops::domain::role::Role;
use kpi_ops::service::{Entity, Import, Problem};
use proptest::prelude::*;
use proptest::test_runner::{RngAlgorithm, TestRng, TestRunner};
use rstest::rstest;
use std::collections::BTreeMap;

#[rstest]
#[case::byte_order_mark_and_carriage_returns(b"\xEF\xBB\xBFline_id,name\r\nL2,Two\r\n".to_vec())]
#[case::semicolons_as_the_header_has_them(b"line_id;name\nL2;Two\n".to_vec())]
#[case::columns_in_any_order(b"name,line_id\nTwo,L2".to_vec())]
#[case::quoted_fields(b"\"line_id\",\"name\"\n\"L2\",\"Two\"\n".to_vec())]
#[case::spaces_around(b" line_id , name \n L2 , Two \n".to_vec())]
#[case::an_empty_optional_column(b"micro_stop_minutes,line_id,name\n,L2,Two\n".to_vec())]
#[tokio::test]
async fn the_same_rows_are_read_however_the_file_is_written(#[case] file: Vec<u8>) {
    let desk = ImportDesk::new().await;
    assert_eq!(counts(&desk.import(Entity::Lines, file).await), (1, 0, 0, 0));
    let sql = "SELECT line_id || '/' || name || '/' || micro_stop_minutes FROM t_production_line WHERE line_id = 'L2'";
    assert_eq!(desk.plant.texts(sql).await, ["L2/Two/2"]);
}

#[rstest]
#[case(
    "line_id,name,colour\nL2,Two,red\n",
    "colour: is no column; the columns of lines are line_id, name, [micro_stop_minutes]"
)]
#[case("line_id,name,client_id\nL2,Two,RIVAL\n", "client_id: is no column; the columns of lines are")]
#[case("line_id\nL2\n", "name: is missing in the header")]
#[case("line_id,name,name\nL2,Two,Two\n", "name: stands twice in the header")]
#[case("", "header: is missing, the file is empty")]
#[case("line_id,name,\nL2,Two,\n", "header: a column has no name")]
#[tokio::test]
async fn a_header_that_is_wrong_is_refused_by_name_and_nothing_is_imported(#[case] file: &str, #[case] says: &str) {
    let desk = ImportDesk::new().await;
    let before = desk.everything().await;
    let problem = desk.try_import(Some("ACME"), Entity::Lines, file).await.unwrap_err();
    assert!(problem.to_string().contains(says), "{problem}");
    assert_eq!(desk.everything().await, before);
}

#[tokio::test]
async fn a_header_in_another_encoding_says_how_to_save_the_file() {
    let desk = ImportDesk::new().await;
    let utf_16: Vec<u8> = "\u{feff}line_id,name".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let problem = desk.try_import(Some("ACME"), Entity::Lines, utf_16).await.unwrap_err();
    assert!(problem.to_string().contains("save the file as"), "{problem}");
}

#[tokio::test]
async fn bad_rows_are_named_by_the_line_an_editor_shows() {
    let desk = ImportDesk::new().await;
    // Line 3 is empty, line 5 holds a broken letter, line 6 a line feed, line 8 too many fields, line 9 no name.
    let file =
        b"line_id,name\r\nL2,Two\r\n\r\nL3,Three\r\nL4,F\xFCnf\r\nL5,\"Fi\r\nve\"\r\nL6,Six,six\r\nL7,\r\nL8,Eight\r\n";
    let report = desk.import(Entity::Lines, file).await;
    assert_eq!(counts(&report), (3, 0, 0, 4));
    let said: Vec<_> = report.refusals.iter().map(|(line, reject)| format!("{line} {}", reject.field)).collect();
    assert_eq!(said, ["5 name", "6 name", "8 row", "9 name"]);
    assert_eq!(report.refusals[0].1.why, "is not UTF-8");
    assert_eq!(report.refusals[2].1.why, "has 3 fields, the header has 2");
}

#[tokio::test]
async fn rejected_rows_go_to_a_file_that_can_be_mended_and_imported() {
    let desk = ImportDesk::new().await;
    let report = desk.import(Entity::Lines, "name;line_id\nTwo;L2\n;L3\nFour;L4\n").await;
    let path = report.rejected_file.clone().unwrap();
    assert!(path.ends_with("lines.rejected.csv"), "{path:?}");
    let rejected = std::fs::read_to_string(&path).unwrap();
    assert_eq!(rejected, "name;line_id;line;column;reason\n;L3;3;name;\"is missing; fill it in\"\n");
    let mended = desk.import(Entity::Lines, rejected.replace("\n;L3", "\nThree;L3")).await;
    assert_eq!(counts(&mended), (1, 0, 0, 0));
    assert_eq!(mended.rejected_file, None);
    assert!(!path.exists(), "what the file said is not true any more");
}

#[tokio::test]
async fn a_reason_of_the_file_and_the_reason_of_the_rejection_have_two_names() {
    let desk = ImportDesk::new().await;
    let file = "production_date,shift_id,line_id,reason,minutes\n2026-05-15,E,L1,NOWHERE,5\n";
    let report = desk.import(Entity::Downtime, file).await;
    let rejected = std::fs::read_to_string(report.rejected_file.unwrap()).unwrap();
    let header = rejected.lines().next().unwrap();
    assert_eq!(header, "production_date,shift_id,line_id,reason,minutes,line,column,rejected_reason");
    let mended = desk.import(Entity::Downtime, rejected.replace("NOWHERE", "JAM")).await;
    assert_eq!(counts(&mended), (1, 0, 0, 0));
}

const THREE_LINES: &str = "line_id,name\nL2,Two\nL3,\nL4,Four\n";

#[rstest]
#[case::all_or_nothing(false, true, THREE_LINES, (2, 0, 0, 1))]
#[case::dry_run(true, false, THREE_LINES, (2, 0, 0, 1))]
#[case::dry_run_of_a_good_file(true, false, "line_id,name\nL2,Two\n", (1, 0, 0, 0))]
#[tokio::test]
async fn nothing_is_written_where_nothing_may_be(
    #[case] dry_run: bool,
    #[case] all_or_nothing: bool,
    #[case] content: &str,
    #[case] expected: (u64, u64, u64, u64),
) {
    let desk = ImportDesk::new().await;
    let before = desk.everything().await;
    let file = desk.file("lines.csv", content);
    let import = Import { entity: Entity::Lines, file: &file, client: Some("ACME"), dry_run, all_or_nothing };
    let report = desk.desk.import(&import, |_| {}).await.unwrap();
    assert_eq!(counts(&report), expected);
    assert!(!report.saved);
    assert_eq!(report.rejected_file.is_some(), expected.3 > 0);
    assert_eq!(desk.everything().await, before);
}

#[tokio::test]
async fn all_of_a_good_file_is_imported_at_once() {
    let desk = ImportDesk::new().await;
    let file = desk.file("lines.csv", "line_id,name\nL2,Two\nL3,Three\n");
    let import =
        Import { entity: Entity::Lines, file: &file, client: Some("ACME"), dry_run: false, all_or_nothing: true };
    let report = desk.desk.import(&import, |_| {}).await.unwrap();
    assert_eq!((counts(&report), report.saved), ((2, 0, 0, 0), true));
    assert_eq!(desk.plant.number("SELECT count(*) FROM t_production_line WHERE client_id = 'ACME'").await, 3);
}

#[rstest]
#[case::operator("olga")]
#[case::leader("luis")]
#[tokio::test]
async fn only_those_who_may_import_do(#[case] login: &str) {
    let desk = ImportDesk::new().await;
    let file = desk.file("lines.csv", "line_id,name\nL2,Two\n");
    let import =
        Import { entity: Entity::Lines, file: &file, client: Some("ACME"), dry_run: true, all_or_nothing: false };
    let problem = desk.plant.desk(login).await.import(&import, |_| {}).await.unwrap_err();
    assert!(matches!(problem, Problem::NotAllowed { .. }), "{problem}");
}

#[tokio::test]
async fn a_client_that_does_not_exist_or_is_disabled_is_refused_in_the_same_words() {
    let desk = ImportDesk::new().await;
    desk.plant.sql("UPDATE t_client SET active = 0 WHERE client_id = 'RIVAL'").await;
    let paul = desk.plant.desk("paul").await;
    let file = desk.file("lines.csv", "line_id,name\nL2,Two\n");
    for name in ["RIVAL", "NOBODY", "bad\u{7}name", ""] {
        let import =
            Import { entity: Entity::Lines, file: &file, client: Some(name), dry_run: false, all_or_nothing: false };
        let problem = paul.import(&import, |_| {}).await.unwrap_err();
        assert_eq!(problem.to_string(), format!("no such client: {name}"));
    }
}

#[tokio::test]
async fn the_client_is_asked_for_where_there_are_several_and_taken_where_there_is_one() {
    let desk = ImportDesk::new().await;
    let problem = desk.try_import(None, Entity::Lines, "line_id,name\nL2,Two\n").await.unwrap_err();
    assert!(problem.to_string().starts_with("client: is missing"), "{problem}");
    desk.plant.sql("UPDATE t_client SET active = 0 WHERE client_id = 'RIVAL'").await;
    let paul = desk.plant.desk("paul").await;
    let desk = ImportDesk { plant: desk.plant, desk: paul };
    assert_eq!(counts(&desk.import_for(None, Entity::Lines, "line_id,name\nL2,Two\n").await), (1, 0, 0, 0));
}

#[tokio::test]
async fn an_administrator_may_import_too_and_a_file_that_is_none_is_said_plainly() {
    let desk = ImportDesk::new().await;
    desk.plant.add_user("adam", Role::Admin, &[]).await;
    let adam = desk.plant.desk("adam").await;
    let folder = desk.plant.test.folder.path();
    for (file, says) in [(folder.join("none.csv"), "No such file"), (folder.to_path_buf(), "it is a folder")] {
        let import =
            Import { entity: Entity::Lines, file: &file, client: Some("ACME"), dry_run: false, all_or_nothing: false };
        let problem = adam.import(&import, |_| {}).await.unwrap_err();
        assert!(problem.to_string().contains(says), "{problem}");
    }
}

#[tokio::test]
async fn each_thousand_rows_are_one_transaction_and_one_audit_row() {
    let desk = ImportDesk::new().await;
    let rows: Vec<_> = (0..2500).map(|row| format!("P{row},{}\n", 1 + row % 7)).collect();
    let mut seen = Vec::new();
    let file = desk.file("parts.csv", format!("part_number,opportunities_per_unit\n{}", rows.concat()));
    let import = Import {
        entity: Entity::PartOpportunities,
        file: &file,
        client: Some("ACME"),
        dry_run: false,
        all_or_nothing: false,
    };
    let report = desk.desk.import(&import, |progress| seen.push(progress)).await.unwrap();
    assert_eq!(counts(&report), (2500, 0, 0, 0));
    assert_eq!(seen.iter().map(|progress| progress.rows).collect::<Vec<_>>(), [1000, 2000, 2500]);
    assert!(seen.iter().all(|progress| progress.bytes <= progress.of_bytes && progress.of_bytes > 0));
    let audit = "SELECT after ->> '$.new' || ' ' || (after ->> '$.lines') FROM t_audit_entry
                 WHERE client_id = 'ACME' AND action = 'import' ORDER BY seq";
    assert_eq!(desk.plant.texts(audit).await, ["1000 [2,1001]", "1000 [1002,2001]", "500 [2002,2501]"]);
}

#[tokio::test]
async fn what_an_update_overwrote_is_on_the_record() {
    let desk = ImportDesk::new().await;
    desk.import(Entity::Lines, "line_id,name\nL1,First line\n").await;
    let sql = "SELECT after ->> '$.changes[0].before.name' || ' > ' || (after ->> '$.changes[0].after.name') FROM t_audit_entry
               WHERE client_id = 'ACME' AND action = 'import'";
    assert_eq!(desk.plant.texts(sql).await, ["Line 1 > First line"]);
}

/// Fields that are right somewhere and wrong elsewhere.
const FIELDS: &[&str] = &[
    "",
    "",
    "",
    "0",
    "1",
    "2",
    "5",
    "450",
    "2000",
    "-1",
    "99999999999",
    "1000000000",
    "0.001",
    "1.5",
    "yes",
    "no",
    "E",
    "N",
    "X",
    "NO-SHIFT",
    "L1",
    "P1",
    "P2",
    "W1",
    "W2",
    "J1",
    "J2",
    "JAM",
    "SICK",
    "UNCLASSIFIED",
    "QUALITY_DOUBT",
    "JAM:2",
    "OPEN_SEAM:2",
    "1:1;2:2",
    "downtime",
    "hold",
    "defect",
    "absence",
    "planned",
    "setup",
    "oee",
    "ppm",
    "delivered",
    "in_process",
    "cancelled",
    "rush",
    "rework",
    "scrap",
    "mon-fri",
    "06:00",
    "22:00",
    "2026-05-15",
    "2026-05-16",
    "2026-10-25",
    "9999-12-31",
    "1970-01-01",
    "2026-05-15 07:00",
    "2026-05-15 13:00",
    "2026-05-16T03:00:00Z",
    "2026-05-17 23:59",
    "\"",
    "\u{0}",
    "e\u{301}",
    "\u{feff}",
    "\n",
    "0197a3c4-0000-7000-8000-000000000001",
];

/// Fields that a column may well hold.
fn likely(column: &str) -> &'static [&'static str] {
    match column {
        "production_date" => &["2026-05-15", "2026-05-16"],
        "received" | "planned_start" | "required_date" => &["", "2026-05-15"],
        "delivered_at" => &["", "", "2026-05-15 13:30"],
        "priority" => &["", "rush"],
        "shift_id" => &["E", "N", "NO-SHIFT", "X"],
        "line_id" => &["L1", "L2"],
        "product_id" => &["P1", "P2"],
        "work_order_id" => &["W1", "", "W2"],
        "job_id" => &["J1", "", "J2"],
        "employee_id" => &["1", "2"],
        "reason" => &["JAM", "MACHINE_FAILURE", "1", "2"],
        "kind" => &["downtime", "hold", "defect", "absence"],
        "code" | "name" | "stage" | "department" => &["Jam", "SICK", "OWN", "Éva"],
        "kpi" => &["oee", "ppm", "mttr"],
        "started_at" | "hold_from" => &["2026-05-15 07:00", "2026-05-15 12:59", ""],
        "ended_at" | "released_at" => &["2026-05-15 07:00", "2026-05-15 13:30", "2026-05-16 03:00", ""],
        "counted_at" => &["2026-05-15 07:00", "", ""],
        "planned_minutes" | "crew" | "target_units" => &["", "", "9"],
        "start" | "end" => &["06:00", "22:00"],
        "valid_from" => &["", "2026-05-15", "2025-01-01"],
        "number" => &["", "1", "2", "77"],
        "quantity" | "inspected" | "scheduled_minutes" | "units" | "opportunities_per_unit" => &["450", "2000", "5"],
        "id" | "notes" | "status" | "loss" | "planned" | "counts" | "disposition" | "absence_type" | "defects" => &[""],
        _ => &["", "1", "2", "0"],
    }
}

/// The bytes of a file: noise, or rows whose fields are right or wrong by chance.
fn any_file() -> impl Strategy<Value = (Entity, Vec<u8>)> {
    let noise = prop::collection::vec(any::<u8>(), 0..200);
    let rows = prop::collection::vec(prop::collection::vec((0..30_u8, 0..1000_usize), 17), 1..12);
    (prop::sample::select(Entity::ALL.to_vec()), noise, rows, 0..8_u8).prop_map(|(entity, noise, rows, shape)| {
        let header: Vec<_> = entity.columns().iter().map(|column| column.name).collect();
        let mut file = if shape == 0 { Vec::new() } else { format!("{}\n", header.join(",")).into_bytes() };
        if shape < 2 {
            file.extend(noise);
            return (entity, file);
        }
        for row in rows {
            let field = |(name, (dice, place)): (&&str, &(u8, usize))| {
                let pool = if *dice == 0 { FIELDS } else { likely(name) };
                pool[place % pool.len()]
            };
            let fields: Vec<_> = header.iter().zip(&row).map(field).collect();
            file.extend(format!("{}\n", fields.join(",")).into_bytes());
        }
        (entity, file)
    })
}

#[test]
fn whatever_a_file_holds_its_rows_are_imported_or_refused_and_the_second_time_none_is_new() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let desk = runtime.block_on(ImportDesk::new());
    runtime.block_on(async {
        desk.import(Entity::Employees, "employee_id,name\n1,Ana\n2,Ben\n").await;
        desk.import(Entity::Products, "product_id,name\nP2,No standard\n").await;
        desk.import(Entity::Lines, "line_id,name\nL2,Line 2\n").await;
        desk.import(Entity::WorkOrders, "work_order_id,product_id,quantity\nW2,P2,5\n").await;
        desk.import(Entity::Jobs, "job_id,work_order_id,part_number,quantity\nJ1,W1,P1,5\nJ2,W2,P1,5\n").await;
    });
    let config = ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() };
    let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(config, rng);
    let import = |entity, content: &[u8]| runtime.block_on(desk.try_import(Some("ACME"), entity, content));
    let done: std::cell::RefCell<BTreeMap<Entity, (u64, u64)>> = std::cell::RefCell::default();
    runner
        .run(&any_file(), |(entity, file)| match import(entity, &file) {
            Err(Problem::Rejected(_)) => Ok(()),
            Err(problem) => Err(TestCaseError::fail(format!("{entity}: {problem}"))),
            Ok(first) => {
                let mut done = done.borrow_mut();
                let so_far = done.entry(entity).or_default();
                *so_far = (so_far.0 + first.new + first.updated, so_far.1 + first.rejected);
                let second = import(entity, &file).unwrap();
                prop_assert_eq!((second.new, second.updated), (0, 0), "{} {:?} {:?}", entity, first, second);
                Ok(())
            }
        })
        .unwrap();
    // The files were neither all bad nor all good.
    let done = done.into_inner();
    for entity in Entity::ALL {
        assert!(done[entity].0 > 0 && done[entity].1 > 0, "{entity}: {done:?}");
    }
}
