//! Stored tallies are what the entries add up to, whatever is done to those; and what is not so is found.

use super::random_work::{Dice, Known, prepare, work};
use super::rule::Rule;
use super::rules;
use super::sqlite::triggers;
use super::{Difference, are_kept, differences, install, rebuild};
use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::id::{ClientId, LineId, ShiftId};
use crate::domain::role::Role;
use crate::kpi::elapsed::ShiftTime;
use crate::kpi::{LineShiftSums, Tally};
use crate::store::funnel::{Look, args};
use crate::store::scoped::{Kind, TABLES, TALLY_COLUMNS};
use crate::store::test_plant::TestPlant;
use sqlx::Row;
use std::collections::{BTreeMap, BTreeSet};

const CLIENTS: [&str; 3] = ["ACME", "BOLT", "CORK"];

async fn sql(plant: &TestPlant, text: &str) {
    sqlx::query(sqlx::AssertSqlSafe(text.to_owned())).execute(plant.store.sqlite()).await.unwrap();
}

async fn found(plant: &TestPlant) -> Vec<Difference> {
    differences(&mut plant.store.sqlite().acquire().await.unwrap()).await.unwrap()
}

/// The tables of entries whose rows keep sums. The end of the record's chain keeps something else.
fn kept_on_rows() -> impl Iterator<Item = (&'static str, &'static [&'static str])> {
    TALLY_COLUMNS.iter().copied().filter(|(table, _)| *table != "account_audit_head")
}

/// Every stored sum of a client, as text.
async fn stored(plant: &TestPlant, client: &str) -> Vec<String> {
    let mut rows = Vec::new();
    let tallies = TABLES.iter().filter(|(_, kind)| *kind == Kind::Tally).map(|(table, _)| *table);
    for table in tallies.chain(kept_on_rows().map(|(table, _)| table)) {
        let columns = "SELECT group_concat(name, ', ') FROM pragma_table_info($1)";
        let columns: String =
            sqlx::query_scalar(columns).bind(format!("t_{table}")).fetch_one(plant.store.sqlite()).await.unwrap();
        let text = format!(
            "SELECT json_array({}) FROM t_{table} WHERE client_id = $1",
            columns.replace("entry_id", "hex(entry_id)").replace("quality_hex(entry_id)", "hex(quality_entry_id)")
        );
        let query = sqlx::query_scalar::<_, String>(sqlx::AssertSqlSafe(text)).bind(client);
        rows.extend(query.fetch_all(plant.store.sqlite()).await.unwrap());
    }
    rows
}

#[tokio::test]
async fn after_any_work_every_stored_sum_is_what_the_entries_add_up_to() {
    let plant = TestPlant::of(&CLIENTS).await;
    prepare(&plant, &CLIENTS).await;
    let mut known = vec![Known::default(); CLIENTS.len()];
    let mut dice = Dice(7);
    let (leader, admin) = (plant.session(Role::Leader, &CLIENTS[..2]).await, plant.session(Role::Admin, &[]).await);
    let mut total = 0;
    for _ in 0..5 {
        let by_leader = work(&leader, &CLIENTS[..2], &mut known[..2], &mut dice, 2_000).await;
        let by_admin = work(&admin, &CLIENTS, &mut known, &mut dice, 2_500).await;
        assert_eq!(found(&plant).await, [], "{by_leader:?} {by_admin:?}");
        for done in [by_leader, by_admin] {
            assert!(done.rolled_back > 0 && done.refused * 40 < done.kept, "{done:?}");
            total += done.kept + done.rolled_back;
        }
    }
    assert!(total > 20_000, "{total}");
    let units: i64 =
        sqlx::query_scalar("SELECT sum(units) FROM t_tally_month").fetch_one(plant.store.sqlite()).await.unwrap();
    assert!(units > 100_000, "there is something to compare: {units}");

    // The control: what is tampered with is found where it was done, and mended.
    for (tampered, table, client) in [
        (
            "UPDATE t_tally_day SET units = units + 1 WHERE client_id = 'BOLT' AND production_date = 20605",
            "tally_day",
            "BOLT",
        ),
        (
            "UPDATE t_tally_stage_month SET passed = passed - 1 WHERE client_id = 'ACME' AND stage = 'final' AND month = 202606",
            "tally_stage_month",
            "ACME",
        ),
        (
            "DELETE FROM t_tally_reason_month WHERE client_id = 'CORK' AND month = 202605 AND reason = 'setup'",
            "tally_reason_month",
            "CORK",
        ),
        (
            "UPDATE t_attendance_entry SET covered_minutes = covered_minutes + 5 WHERE client_id = 'ACME'",
            "attendance_entry",
            "ACME",
        ),
        (
            "INSERT INTO t_tally_defect (client_id, production_date, defect_type, defects) VALUES ('CORK', 9, 'HOLE', 1)",
            "tally_defect",
            "CORK",
        ),
        (
            "UPDATE t_defect_detail SET inspection_live = 1 - inspection_live WHERE client_id = 'CORK' AND deleted_at IS NULL",
            "defect_detail",
            "CORK",
        ),
    ] {
        sql(&plant, tampered).await;
        let found = found(&plant).await;
        let client = ClientId::parse(client).unwrap();
        assert!(found.iter().any(|found| (found.table, &found.client_id) == (table, &client)), "{tampered}: {found:?}");
        assert!(found.iter().all(|found| found.client_id == client), "{tampered}: {found:?}");
        rebuild(&mut plant.store.sqlite().acquire().await.unwrap()).await.unwrap();
        assert_eq!(self::found(&plant).await, []);
    }
}

#[tokio::test]
async fn no_sum_of_a_client_changes_when_anothers_rows_do() {
    let plant = TestPlant::of(&CLIENTS).await;
    prepare(&plant, &CLIENTS).await;
    let mut known = vec![Known::default(); CLIENTS.len()];
    let mut dice = Dice(11);
    let admin = plant.session(Role::Admin, &[]).await;
    work(&admin, &CLIENTS, &mut known, &mut dice, 500).await;
    let before = (stored(&plant, "ACME").await, stored(&plant, "BOLT").await);
    work(&admin, &["BOLT"], &mut known[1..2], &mut dice, 500).await;
    let after = (stored(&plant, "ACME").await, stored(&plant, "BOLT").await);
    assert!(before.0.len() > 100);
    assert_eq!(before.0, after.0);
    assert_ne!(before.1, after.1);
}

#[tokio::test]
async fn a_change_that_changes_no_sum_touches_no_tally() {
    let plant = TestPlant::of(&CLIENTS).await;
    prepare(&plant, &CLIENTS).await;
    let mut known = vec![Known::default(); CLIENTS.len()];
    let admin = plant.session(Role::Admin, &[]).await;
    work(&admin, &CLIENTS, &mut known, &mut Dice(13), 900).await;
    let changes = "SELECT (SELECT sum(change) FROM t_tally_day) + (SELECT sum(change) FROM t_tally_month)";
    let before: i64 = sqlx::query_scalar(changes).fetch_one(plant.store.sqlite()).await.unwrap();
    let mut tx = admin.write(Instant(5)).await.unwrap();
    for table in [
        "UPDATE production_entry SET notes = 'x', version = version + 1 RETURNING version",
        "UPDATE downtime_entry SET notes = 'x', version = version + 1 RETURNING version",
        "UPDATE quality_entry SET notes = 'x', version = version + 1 RETURNING version",
        "UPDATE defect_detail SET notes = 'x', version = version + 1 RETURNING version",
        "UPDATE attendance_entry SET notes = 'x', version = version + 1 RETURNING version",
        "UPDATE coverage_entry SET notes = 'x', version = version + 1 RETURNING version",
        "UPDATE work_order SET notes = 'x', version = version + 1 RETURNING version",
        "UPDATE line_shift SET handover_note = 'x', version = version + 1 RETURNING version",
    ] {
        assert!(tx.run(table, args![]).await.unwrap() > 0, "{table}");
    }
    tx.commit().await.unwrap();
    let after: i64 = sqlx::query_scalar(changes).fetch_one(plant.store.sqlite()).await.unwrap();
    assert_eq!(before, after);
}

#[test]
fn no_trigger_of_a_tally_looks_anything_up() {
    let triggers = triggers(&rules::all(), &rules::push_down(), "x");
    assert!(triggers.len() > 80);
    for trigger in triggers {
        let text = trigger.text.to_uppercase();
        assert!(!text.contains("SELECT") && !text.contains("EXISTS") && !text.contains(" IN ("), "{}", trigger.text);
        assert_eq!(text.matches("; END").count(), 1, "one statement a trigger: {}", trigger.text);
    }
}

#[test]
fn sessions_are_refused_every_column_that_a_rule_keeps() {
    let mut kept: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for rule in rules::all() {
        kept.entry(rule.target).or_default().extend(rule.sums().map(|sum| sum.column));
    }
    let push_down = rules::push_down();
    kept.entry(push_down.target).or_default().extend(push_down.values.iter().map(|sum| sum.column));
    let listed = kept_on_rows().map(|(table, columns)| (table, columns.iter().copied().collect()));
    let read_only = TABLES.iter().filter(|(_, kind)| *kind == Kind::Tally).map(|(table, _)| *table);
    let (tallies, on_rows): (BTreeMap<_, _>, BTreeMap<_, _>) =
        kept.into_iter().partition(|(table, _)| table.starts_with("tally_"));
    assert_eq!(on_rows, listed.collect());
    assert_eq!(tallies.into_keys().collect::<BTreeSet<_>>(), read_only.collect());
}

#[tokio::test]
async fn a_database_of_before_gets_its_sums_and_the_dates_of_its_deliveries() {
    let plant = TestPlant::of(&[]).await;
    let admin = plant.session(Role::Admin, &[]).await;
    for statement in [
        "INSERT INTO t_client VALUES ('EAST', 'East', 'Asia/Tokyo', 1, 'x', 0, 'x', 0, NULL, 1)",
        "INSERT INTO t_client_product VALUES ('EAST', 'P1', 'x', 0, 'x', 0, NULL, 1)",
        "INSERT INTO t_work_order (client_id, work_order_id, product_id, quantity, required_date, delivered_at,
           delivered_quantity, status, priority, created_by, created_at, updated_by, updated_at, version)
         VALUES ('EAST', 'W1', 'P1', 5, 20604, 20604 * 86400000 + 54000000, 5, 'delivered', 'rush', 'x', 0, 'x', 0, 1)",
        // Made by other rules: none of the sums can be trusted.
        "DELETE FROM t_tally_day",
        "DELETE FROM t_tally_month",
        "UPDATE t_tally_rule SET digest = replace(hex(zeroblob(32)), '00', 'ab')",
    ] {
        sql(&plant, statement).await;
    }
    let mut door = plant.store.sqlite().acquire().await.unwrap();
    install(&mut door).await.unwrap();
    assert!(are_kept(&mut door).await.unwrap());
    drop(door);
    let mut tx = admin.read().await.unwrap();
    // 15:00 UTC of the day that it was due is midnight of the next day in Tokyo: a day late.
    let dated: i64 = tx.one("SELECT delivered_date FROM work_order", args![]).await.unwrap();
    let due: i64 = tx.one("SELECT due_orders FROM tally_day WHERE production_date = 20604", args![]).await.unwrap();
    let on_time: i64 = tx.one("SELECT on_time_orders FROM tally_month WHERE month = 202605", args![]).await.unwrap();
    assert_eq!((dated, due, on_time), (20_605, 1, 0));
    assert_eq!(found(&plant).await, []);
}

#[tokio::test]
async fn triggers_are_made_once_and_anew_where_one_is_missing() {
    let plant = TestPlant::of(&CLIENTS).await;
    let mut door = plant.store.sqlite().acquire().await.unwrap();
    let names = "SELECT group_concat(name) FROM sqlite_schema WHERE type = 'trigger' AND name LIKE 'tg_%'";
    let before: String = sqlx::query_scalar(names).fetch_one(&mut *door).await.unwrap();
    install(&mut door).await.unwrap();
    let after: String = sqlx::query_scalar(names).fetch_one(&mut *door).await.unwrap();
    assert_eq!(before, after);
    assert!(are_kept(&mut door).await.unwrap());
    let one = before.split(',').next().unwrap();
    sqlx::query(sqlx::AssertSqlSafe(format!("DROP TRIGGER {one}"))).execute(&mut *door).await.unwrap();
    assert!(!are_kept(&mut door).await.unwrap());
    rebuild(&mut door).await.unwrap();
    assert!(are_kept(&mut door).await.unwrap());
}

/// The stored sums of a line shift, by the names that the columns and the fields share.
macro_rules! stored_sums {
    ($row:expr, $($field:ident)+) => {{
        let row = $row;
        let text = |column| row.get::<String, _>(column);
        let (date, time) = (row.get("production_date"), ShiftTime { starts_at: Instant(0), ends_at: Instant(1) });
        LineShiftSums {
            $($field: row.get(stringify!($field)),)+
            ..LineShiftSums::empty(
                ClientId::stored(text("client_id")), LineId::stored(text("line_id")), ShiftId::stored(text("shift_id")),
                ProductionDate(date), time,
            )
        }
    }};
}

#[tokio::test]
async fn a_stored_day_is_what_kpi_makes_of_its_line_shifts() {
    let plant = TestPlant::of(&CLIENTS).await;
    prepare(&plant, &CLIENTS).await;
    let mut known = vec![Known::default(); CLIENTS.len()];
    let admin = plant.session(Role::Admin, &[]).await;
    work(&admin, &CLIENTS, &mut known, &mut Dice(17), 1_500).await;
    let line_shifts = "SELECT * FROM t_line_shift WHERE deleted_at IS NULL";
    let mut expected: BTreeMap<(String, i32), Tally> = BTreeMap::new();
    for row in sqlx::query(line_shifts).fetch_all(plant.store.sqlite()).await.unwrap() {
        let sums = stored_sums!(row, planned_minutes crew planned_stop_minutes unplanned_stop_minutes unplanned_stops
            setup_minutes small_stop_minutes reduced_speed_minutes reject_stop_minutes startup_reject_stop_minutes
            micro_stop_minutes micro_stops units defects scrap rework startup_defects earned_millis labour_millis
            rejected_millis startup_rejected_millis units_without_cycle units_without_labour_standard units_inferred
            inspected passed inspection_defects opportunity_defects opportunities inspected_without_opportunities);
        let day = (sums.client_id.to_string(), sums.production_date.0);
        *expected.entry(day).or_default() += Tally::of_whole_line_shift(&sums);
    }
    let days = "SELECT * FROM t_tally_day WHERE line_shifts > 0";
    let mut cut = 0;
    for row in sqlx::query(days).fetch_all(plant.store.sqlite()).await.unwrap() {
        let stored = Tally::from_columns(Tally::COLUMNS.iter().map(|column| row.get(*column))).unwrap();
        let from_line_shifts = Tally {
            scheduled_minutes: 0,
            absence_minutes: 0,
            covered_minutes: 0,
            due_orders: 0,
            on_time_orders: 0,
            in_full_orders: 0,
            ..stored
        };
        assert_eq!(expected.remove(&(row.get(0), row.get(1))), Some(from_line_shifts));
        cut += stored.overlap_minutes;
    }
    assert!(expected.is_empty() && cut > 0);
}

#[tokio::test]
async fn a_day_has_the_sums_of_a_tally_and_every_one_has_a_rule() {
    let plant = TestPlant::of(&[]).await;
    for (table, date) in [("tally_day", "production_date"), ("tally_month", "month")] {
        let names = "SELECT name FROM pragma_table_info($1) ORDER BY cid";
        let columns: Vec<String> =
            sqlx::query_scalar(names).bind(format!("t_{table}")).fetch_all(plant.store.sqlite()).await.unwrap();
        let expected: Vec<&str> =
            ["client_id", date].into_iter().chain(Tally::COLUMNS.iter().copied()).chain(["change"]).collect();
        assert_eq!(columns, expected);
        let rules = rules::all();
        let of_rules: Vec<_> =
            rules.iter().filter(|rule| rule.target == table).flat_map(Rule::sums).map(|sum| sum.column).collect();
        assert_eq!(of_rules.len(), Tally::COLUMNS.len(), "each once");
        assert_eq!(of_rules.into_iter().collect::<BTreeSet<_>>(), Tally::COLUMNS.iter().copied().collect());
    }
}
