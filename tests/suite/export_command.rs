//! `kpi-ops export` as a person or a script calls it: what comes out can be imported again and comes out the same.

use super::program::Home;
use calamine::{Data, Reader, Xlsx, open_workbook};
use kpi_ops::service::Entity;

const ALWAYS: [&str; 4] = ["--from", "2026-01-01", "--to", "2027-12-31"];
/// In this order an empty plant takes them.
const ORDER: [Entity; 14] = [
    Entity::Codes,
    Entity::Products,
    Entity::Shifts,
    Entity::Lines,
    Entity::Employees,
    Entity::PartOpportunities,
    Entity::Targets,
    Entity::WorkOrders,
    Entity::Jobs,
    Entity::Production,
    Entity::Downtime,
    Entity::Holds,
    Entity::Quality,
    Entity::Attendance,
];

/// A demo with its ADMIN.
fn demo(clients: &str, days: &str) -> Home {
    let mut home = Home::new();
    let database = format!("sqlite:{}", home.path().join("demo.db").display());
    let filled = home.call(&["demo", "--no-open", "--clients", clients, "--days", days, "--database", &database]);
    assert_eq!(filled.code, 0, "{}", filled.err);
    home.uses(&database);
    home.acts_as("anna", "good-shift-1");
    home
}

fn export(home: &Home, what: &str, more: &[&str]) -> String {
    let arguments: Vec<_> = ["export", what].iter().chain(&ALWAYS).chain(more).copied().collect();
    let ended = home.call(&arguments);
    assert_eq!(ended.code, 0, "{}", ended.err);
    ended.out
}

fn write(home: &Home, name: &str, content: &str) {
    std::fs::write(home.path().join(name), content).unwrap();
}

#[test]
fn what_is_exported_of_a_client_fills_an_empty_plant_with_the_same() {
    let home = demo("2", "8");
    let clients = home.call(&["client", "list"]).done();
    let client = clients.lines().nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    let zone = clients.lines().nth(1).unwrap().split_whitespace().find(|word| word.contains('/')).unwrap().to_owned();
    let empty = Home::with_admin();
    empty.call(&["client", "add", &client, "--name", "The same", "--time-zone", &zone]).done();
    assert_eq!(ORDER.len(), Entity::ALL.len());
    for entity in ORDER {
        let name = entity.as_str();
        let csv = export(&home, name, &["--client", &client, "--format", "csv"]);
        assert!(csv.lines().count() > 1, "the demo has no {name}");
        write(&empty, "rows.csv", &csv);
        let imported = empty.call(&["import", name, "rows.csv", "--client", &client]);
        assert_eq!(imported.code, 0, "{name}: {}{}", imported.out, imported.err);
        // Counts start orders, so what comes out of the new plant is compared when all of it is there.
        let again = empty.call(&["import", name, "rows.csv", "--client", &client]).done();
        assert!(again.contains(" 0 new, 0 updated, "), "{name}: {again}");
    }
    for entity in ORDER {
        let more = ["--client", client.as_str(), "--format", "csv"];
        let (before, after) = (export(&home, entity.as_str(), &more), export(&empty, entity.as_str(), &more));
        assert_eq!(before, after, "{entity}");
    }
}

fn small() -> Home {
    let home = Home::with_admin();
    for client in ["ACME", "ZETA"] {
        home.call(&["client", "add", client, "--name", client, "--time-zone", "Europe/Vienna"]).done();
    }
    write(&home, "products.csv", "product_id,name,ideal_cycle_seconds\nP1,=cmd|x,3.25\n'-9,'@home,\n");
    write(&home, "shifts.csv", "shift_id,name,start,end,break_minutes\nE,Early,06:00,14:00,30\n");
    write(&home, "lines.csv", "line_id,name,micro_stop_minutes\nL1,\"=HYPERLINK(\"\"http://x\"\")\",3\nL2,'='=,\n");
    for entity in ["products", "shifts"] {
        home.call(&["import", entity, &format!("{entity}.csv"), "--client", "ACME"]).done();
    }
    for client in ["ACME", "ZETA"] {
        home.call(&["import", "lines", "lines.csv", "--client", client]).done();
    }
    let counts = "production_date,shift_id,line_id,product_id,units,defects,counted_at\n\
        2026-05-15,E,L1,P1,100,2,2026-05-15 07:00\n2026-05-16,E,L1,P1,50,,\n";
    write(&home, "counts.csv", counts);
    home.call(&["import", "production", "counts.csv", "--client", "ACME"]).done();
    home
}

#[test]
fn no_text_is_a_formula_and_every_text_comes_back() {
    let home = small();
    let lines = home.call(&["export", "lines", "--client", "ACME", "--format", "csv"]).done();
    assert_eq!(lines, "line_id,name,micro_stop_minutes\nL1,\"'=HYPERLINK(\"\"http://x\"\")\",3\nL2,'='=,2\n");
    write(&home, "again.csv", &lines);
    let again = home.call(&["import", "lines", "again.csv", "--client", "ACME"]).done();
    assert!(again.contains("0 new, 0 updated, 2 unchanged"), "{again}");
    let products = home.call(&["export", "products", "--format", "csv"]).done();
    assert!(products.contains("'-9,'@home,,,1\n") && products.contains("P1,'=cmd|x,3.25,,1\n"), "{products}");
}

#[test]
fn several_clients_are_told_apart_and_one_is_as_its_import() {
    let home = small();
    let both = home.call(&["export", "lines", "--format", "csv"]).done();
    assert!(both.starts_with("client_id,line_id,name,"), "{both}");
    assert_eq!(both.lines().filter(|line| line.starts_with("ZETA,")).count(), 2);
    let window = ["--from", "2026-05-15", "--to", "2026-05-15"];
    let arguments = ["export", "production", "--client", "ACME", "--format", "json"];
    let json = home.call(&[&arguments[..], &window[..]].concat()).done();
    let rows: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(rows.as_array().unwrap().len(), 1, "the other day lies outside the window");
    assert_eq!(rows[0]["units"], 100);
    assert_eq!(rows[0]["counted_at"], "2026-05-15T07:00:00+02:00");
    assert_eq!(rows[0]["notes"], serde_json::Value::Null);
    let nothing = ["export", "holds", "--client", "ACME", "--format", "json"];
    assert_eq!(home.call(&[&nothing[..], &window[..]].concat()).done(), "[]\n");
}

#[test]
fn a_spreadsheet_has_real_numbers_and_dates() {
    let home = small();
    let out = export(&home, "production", &["--client", "ACME", "--format", "xlsx", "-o", "counts.xlsx"]);
    assert_eq!(out, "production: 2 rows in counts.xlsx\n");
    let mut book: Xlsx<_> = open_workbook(home.path().join("counts.xlsx")).unwrap();
    let sheet = book.worksheet_range("production").unwrap();
    let heading = |column: usize| sheet.get((0, column)).unwrap().to_string();
    let cell = |row: usize, name: &str| {
        let column = (0..sheet.width()).find(|column| heading(*column) == name).unwrap();
        sheet.get((row, column)).unwrap().clone()
    };
    assert_eq!(cell(1, "units"), Data::Float(100.0));
    let Data::DateTime(date) = cell(1, "production_date") else { panic!("{:?}", cell(1, "production_date")) };
    assert_eq!(date.as_datetime().unwrap().to_string(), "2026-05-15 00:00:00");
    let Data::DateTime(time) = cell(1, "counted_at") else { panic!("{:?}", cell(1, "counted_at")) };
    assert_eq!(time.as_datetime().unwrap().to_string(), "2026-05-15 07:00:00");
    assert_eq!(cell(2, "counted_at"), Data::Empty);
}

#[test]
fn kpis_are_those_of_the_kpi_command_to_the_last_digit() {
    let home = small();
    let csv = export(&home, "kpis", &["--format", "csv"]);
    let rows: Vec<_> = csv.lines().skip(1).filter(|row| row.starts_with("ACME,")).map(str::to_owned).collect();
    let asked = ["kpi", "--client", "ACME", "--by", "day", "--format", "csv"];
    let kpi = home.call(&[&asked[..], &ALWAYS[..]].concat()).done();
    let expected: Vec<_> =
        kpi.lines().skip(1).map(|row| format!("ACME,{}", row.splitn(3, ',').nth(2).unwrap())).collect();
    assert_eq!(rows, expected);
    assert_eq!(rows.len(), 2 * 22);
    let json = export(&home, "kpis", &["--format", "json"]);
    let values: Vec<Option<f64>> = json
        .lines()
        .filter_map(|row| row.split_once("\"value\":"))
        .map(|(_, rest)| rest.split(',').next().unwrap().parse().ok())
        .collect();
    let expected: Vec<Option<f64>> = rows.iter().map(|row| row.split(',').nth(3).unwrap().parse().ok()).collect();
    assert_eq!(values, expected);
}

#[test]
fn what_cannot_be_exported_says_the_way_out() {
    let mut home = small();
    let usage = |ended: super::program::Ended, hint: &str| {
        assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{}", ended.err);
        assert!(ended.err.contains(hint), "{}", ended.err);
    };
    usage(home.call(&["export", "lines", "--format", "xlsx"]), "name it with -o FILE.xlsx");
    usage(home.call(&["export", "production", "--format", "csv"]), "--from D --to D");
    usage(home.call(&["export", "orders", "--format", "csv"]), "it is one of codes, products");
    let backwards = ["--from", "2026-05-16", "--to", "2026-05-15", "--format", "csv"];
    usage(home.call(&[&["export", "holds"][..], &backwards[..]].concat()), "lies before");
    let folder = home.call(&["export", "lines", "--format", "csv", "-o", "."]).failed(1);
    assert!(folder.ends_with("it is a folder; name a file"), "{folder}");
    home.call_with(
        "ein langes kennwort 7\n",
        &["user", "add", "olga", "--role", "OPERATOR", "--client", "ACME", "--password-stdin"],
    )
    .done();
    home.acts_as("olga", "ein langes kennwort 7");
    for name in ["ZETA", "NOBODY"] {
        let refused = home.call(&["export", "lines", "--client", name, "--format", "csv"]).failed(1);
        assert_eq!(refused, format!("no such client: {name}"));
    }
    let own = home.call(&["export", "lines", "--format", "csv"]).done();
    assert!(own.starts_with("line_id,") && own.lines().count() == 3, "{own}");
}

#[test]
fn a_hundred_thousand_rows_come_page_by_page() {
    let home = small();
    let rows: Vec<_> = (0..100_000).map(|row| format!("P{row:06},{}\n", row % 9 + 1)).collect();
    let file = format!("part_number,opportunities_per_unit\n{}", rows.concat());
    write(&home, "parts.csv", &file);
    assert_eq!(home.call(&["import", "part-opportunities", "parts.csv", "--client", "ACME"]).code, 0);
    let ended = home.call(&["export", "part-opportunities", "--client", "ACME", "--format", "csv", "-o", "out.csv"]);
    assert_eq!((ended.code, ended.out.as_str()), (0, "part-opportunities: 100000 rows in out.csv\n"));
    assert!(ended.err.ends_with("100000 rows written\n"), "{}", ended.err);
    let out = std::fs::read_to_string(home.path().join("out.csv")).unwrap();
    assert_eq!(out.replace(",\n", "\n").replace(",description\n", "\n"), file);
}
