//! `kpi-ops import` as a person or a script calls it.

use super::program::Home;
use kpi_ops::service::Entity;

/// A home with the client ACME and its line L1, a product and a shift.
fn home() -> Home {
    let home = Home::with_admin();
    home.call(&["client", "add", "ACME", "--name", "Acme", "--time-zone", "Europe/Vienna"]).done();
    write(&home, "products.csv", "product_id,name,ideal_cycle_seconds\nP1,Widget,30\n");
    write(&home, "shifts.csv", "shift_id,name,start,end,break_minutes\nE,Early,06:00,14:00,30\n");
    write(&home, "lines.csv", "line_id,name\nL1,Line 1\n");
    for entity in ["products", "shifts", "lines"] {
        let out = home.call(&["import", entity, &format!("{entity}.csv")]).done();
        assert_eq!(out, format!("{entity}: 1 rows read, 1 new, 0 updated, 0 unchanged, 0 rejected\n"));
    }
    home
}

fn write(home: &Home, name: &str, content: &str) {
    std::fs::write(home.path().join(name), content).unwrap();
}

const COUNTS: &str =
    "production_date,shift_id,line_id,product_id,units\n2026-05-15,E,L1,P1,100\n2026-05-15,E,L9,P1,5\n";

#[test]
fn rejected_rows_end_in_exit_code_3_and_a_second_import_of_good_rows_in_0() {
    let home = home();
    write(&home, "counts.csv", COUNTS);
    let ended = home.call(&["import", "production", "counts.csv", "--client", "ACME"]);
    assert_eq!(ended.code, 3);
    assert!(
        ended.out.starts_with("production: 2 rows read, 1 new, 0 updated, 0 unchanged, 1 rejected\n"),
        "{}",
        ended.out
    );
    assert!(ended.out.contains("equal rows of a later file"), "{}", ended.out);
    assert_eq!(
        ended.err,
        "counts.csv:3: line_id: no such line: L9; correct it, or import it first\n\
         the rejected rows are in counts.rejected.csv\n"
    );
    let rejected = std::fs::read_to_string(home.path().join("counts.rejected.csv")).unwrap();
    assert!(
        rejected.ends_with("2026-05-15,E,L9,P1,5,3,line_id,\"no such line: L9; correct it, or import it first\"\n")
    );
    write(&home, "counts.csv", &COUNTS.replace("2026-05-15,E,L9,P1,5\n", ""));
    let out = home.call(&["import", "production", "counts.csv"]).done();
    assert!(out.starts_with("production: 1 rows read, 0 new, 0 updated, 1 unchanged, 0 rejected\n"), "{out}");
}

#[test]
fn a_dry_run_and_all_or_nothing_say_that_nothing_was_written() {
    let home = home();
    write(&home, "counts.csv", COUNTS);
    let dry = home.call(&["import", "production", "counts.csv", "--dry-run"]);
    assert_eq!(dry.code, 3);
    assert!(dry.out.starts_with(
        "production: 2 rows read, 1 new, 0 updated, 0 unchanged, 1 rejected (dry run: nothing was written)\n"
    ));
    let nothing = home.call(&["import", "production", "counts.csv", "--all-or-nothing"]);
    assert_eq!(nothing.code, 3);
    assert!(nothing.out.contains("1 rejected (nothing was imported, because a row was rejected)\n"), "{}", nothing.out);
    let then = home.call(&["import", "production", "counts.csv"]);
    assert!(then.out.starts_with("production: 2 rows read, 1 new,"), "{}", then.out);
}

#[test]
fn what_cannot_be_imported_ends_in_one_line_and_the_right_exit_code() {
    let mut home = home();
    write(&home, "counts.csv", COUNTS);
    assert_eq!(
        home.call(&["import", "production", "counts.csv", "--client", "OTHER"]).failed(1),
        "no such client: OTHER"
    );
    assert!(home.call(&["import", "production", "none.csv"]).failed(1).starts_with("cannot read none.csv: "));
    write(&home, "bad.csv", "production_date,shift_id,line_id,product_id,units,colour\n");
    assert!(home.call(&["import", "production", "bad.csv"]).failed(1).starts_with("colour: is no column"));
    let unknown = home.call(&["import", "orders", "counts.csv"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.err.contains("it is one of codes, products, shifts"), "{}", unknown.err);
    home.call_with(
        "ein langes kennwort 7\n",
        &["user", "add", "luis", "--role", "LEADER", "--client", "ACME", "--password-stdin"],
    )
    .done();
    home.acts_as("luis", "ein langes kennwort 7");
    let refused = home.call(&["import", "production", "counts.csv"]).failed(4);
    assert!(refused.contains("POWERUSER"), "{refused}");
}

#[test]
fn the_help_names_every_column_of_every_entity() {
    let help = Home::new().call(&["import", "--help"]).done();
    for entity in Entity::ALL {
        assert!(help.contains(entity.as_str()), "{entity}");
        for column in entity.columns() {
            assert!(help.contains(column.name), "{entity} {}", column.name);
        }
    }
}

#[test]
fn long_imports_write_plain_lines_where_there_is_no_terminal() {
    let home = home();
    let rows: Vec<_> = (0..12_000).map(|row| format!("P{row},1\n")).collect();
    write(&home, "parts.csv", &format!("part_number,opportunities_per_unit\n{}", rows.concat()));
    let ended = home.call(&["import", "part-opportunities", "parts.csv", "--dry-run"]);
    assert_eq!((ended.code, ended.err.as_str()), (0, "10000 rows read\n"));
}
