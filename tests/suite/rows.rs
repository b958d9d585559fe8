//! What a plant consists of, kept row by row through a desk: added, changed, taken away and brought back by the rules of
//! the files, and work orders on their way.

use super::plant::{FloorPlant, run};
use kpi_ops::domain::id::ClientId;
use kpi_ops::domain::measure::Units;
use kpi_ops::domain::order::OrderStep;
use kpi_ops::service::{Answer, Command, Desk, Entity, Query, Receipt, RemoveRow, RowAsIs, SaveRow, StepOrder};
use rstest::rstest;

fn acme() -> ClientId {
    "ACME".parse().unwrap()
}

fn owned(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    fields.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

fn save(entity: Entity, version: Option<i64>, fields: &[(&str, &str)]) -> Command {
    let client_id = Some(acme()).filter(|_| entity != Entity::Shifts);
    Command::SaveRow(SaveRow { entity, client_id, version, fields: owned(fields) })
}

fn remove(entity: Entity, version: i64, key: &[(&str, &str)]) -> Command {
    Command::RemoveRow(RemoveRow { entity, client_id: Some(acme()), version, key: owned(key) })
}

async fn row(desk: &Desk, entity: Entity, key: &[(&str, &str)]) -> RowAsIs {
    match desk.ask(Query::Row { entity, client_id: Some(acme()), key: owned(key) }).await.unwrap() {
        Answer::Row(row) => *row,
        other => panic!("{other:?}"),
    }
}

fn text<'a>(row: &'a RowAsIs, name: &str) -> &'a str {
    row.fields.iter().find(|(field, _)| field == name).map_or("?", |(_, text)| text)
}

async fn undo(desk: &Desk, receipt: Receipt) -> Receipt {
    run(desk, receipt.undo.expect("a way back")).await
}

/// One row of every kind that is kept: its key, how it is added and what is changed.
#[rstest]
#[case::line(Entity::Lines, &[("line_id", "L2")], &[("name", "Second")], ("name", "Number two"))]
#[case::product(Entity::Products, &[("product_id", "P2")], &[("name", "Bolt"), ("ideal_cycle_seconds", "3.25")], ("ideal_cycle_seconds", "4"))]
#[case::employee(Entity::Employees, &[("employee_id", "77")], &[("name", "Ina")], ("department", "Hall 2"))]
#[case::order(Entity::WorkOrders, &[("work_order_id", "W2")], &[("product_id", "P1"), ("quantity", "70")], ("required_date", "2026-06-01"))]
#[case::job(Entity::Jobs, &[("job_id", "J1")], &[("work_order_id", "W1"), ("part_number", "A"), ("quantity", "7")], ("completed", "5"))]
#[case::part(Entity::PartOpportunities, &[("part_number", "A")], &[("opportunities_per_unit", "7")], ("opportunities_per_unit", "8"))]
#[case::code(Entity::Codes, &[("kind", "downtime"), ("code", "FLOOD")], &[("name", "Flood"), ("number", "900"), ("loss", "breakdown")], ("hidden", "yes"))]
#[case::target(Entity::Targets, &[("kpi", "oee"), ("valid_from", "2026-05-01")], &[("target", "71.5")], ("warn", "60"))]
#[tokio::test]
async fn a_row_is_added_changed_removed_and_each_step_is_taken_back(
    #[case] entity: Entity,
    #[case] key: &[(&str, &str)],
    #[case] fields: &[(&str, &str)],
    #[case] changed: (&str, &str),
) {
    let plant = FloorPlant::new().await;
    let paul = plant.desk("paul").await;
    let all: Vec<_> = key.iter().chain(fields).copied().collect();
    let added = run(&paul, save(entity, None, &all)).await;
    let first = row(&paul, entity, key).await;
    assert!(all.iter().all(|(name, value)| text(&first, name) == *value), "{first:?}");
    let twice = paul.run(save(entity, None, &all)).await.unwrap_err().to_string();
    assert!(twice.contains("exists already; choose another key, or change that one"), "{twice}");

    let to: Vec<_> = key
        .iter()
        .copied()
        .chain(fields.iter().filter(|(name, _)| *name != changed.0).copied())
        .chain([changed])
        .collect();
    let change = run(&paul, save(entity, Some(first.version), &to)).await;
    let second = row(&paul, entity, key).await;
    assert_eq!(text(&second, changed.0), changed.1);
    let stale = paul.run(save(entity, Some(first.version), &to)).await.unwrap_err().to_string();
    assert!(stale.starts_with("paul changed it meanwhile"), "{stale}");
    undo(&paul, change).await;
    let third = row(&paul, entity, key).await;
    assert_eq!(third.fields, first.fields);

    let removed = run(&paul, remove(entity, third.version, key)).await;
    assert!(removed.done.ends_with("removed"), "{}", removed.done);
    let gone = paul.ask(Query::Row { entity, client_id: Some(acme()), key: owned(key) }).await.unwrap_err();
    assert!(gone.to_string().starts_with("no such"), "{gone}");
    undo(&paul, removed).await;
    assert_eq!(row(&paul, entity, key).await.fields, first.fields);
    assert!(added.undo.is_some());
    let trail = "SELECT count(*) FROM t_audit_entry WHERE client_id = 'ACME' AND action IN ('add', 'change', 'remove')";
    assert!(plant.number(trail).await >= 5);
}

#[tokio::test]
async fn a_changed_shift_is_a_new_version_and_what_was_keeps_its_own() {
    let plant = FloorPlant::new().await;
    let paul = plant.desk("paul").await;
    let fields = [("shift_id", "E"), ("name", "Early"), ("start", "05:00"), ("end", "13:00"), ("break_minutes", "45")];
    let all: Vec<_> = fields.into_iter().chain([("valid_from", "2026-06-01")]).collect();
    let changed = run(&paul, save(Entity::Shifts, Some(1), &all)).await;
    assert_eq!(changed.done, "shift E of 2026-06-01 changed");
    let versions =
        "SELECT start_minute || ' ' || (valid_from > 0) FROM t_shift WHERE shift_id = 'E' ORDER BY valid_from";
    assert_eq!(plant.texts(versions).await, ["360 0", "300 1"]);
    let newest = row(&paul, Entity::Shifts, &[("shift_id", "E")]).await;
    assert_eq!((text(&newest, "start"), text(&newest, "valid_from")), ("05:00", "2026-06-01"));
}

#[rstest]
#[case::quantity("luis", Entity::WorkOrders, &[("work_order_id", "W2"), ("product_id", "P1"), ("quantity", "0")], "quantity: must be more than 0")]
#[case::product("luis", Entity::WorkOrders, &[("work_order_id", "W2"), ("product_id", "GONE"), ("quantity", "5")], "product_id: no such product: GONE")]
#[case::job("luis", Entity::Jobs, &[("job_id", "J1"), ("work_order_id", "W1"), ("part_number", "A"), ("quantity", "5"), ("completed", "6")], "completed: 6 completed and 0 scrapped are more than the 5 ordered")]
#[case::target("luis", Entity::Targets, &[("kpi", "oee"), ("target", "x")], "target: ")]
#[case::unclassified("paul", Entity::Codes, &[("kind", "downtime"), ("code", "UNCLASSIFIED"), ("name", "x"), ("hidden", "yes")], "hidden: stands for what nobody has classified yet")]
#[case::field("paul", Entity::Lines, &[("line_id", "L2"), ("name", "x"), ("colour", "red")], "colour: is no field of it")]
#[case::dates("paul", Entity::Employees, &[("employee_id", "7"), ("name", "x"), ("valid_from", "2026-05-02"), ("valid_to", "2026-05-01")], "valid_to: is before 2026-05-02")]
#[case::right("luis", Entity::Lines, &[("line_id", "L2"), ("name", "x")], "keep lines: this takes the role POWERUSER")]
#[tokio::test]
async fn what_a_file_may_not_hold_a_screen_may_not_either(
    #[case] login: &str,
    #[case] entity: Entity,
    #[case] fields: &[(&str, &str)],
    #[case] said: &str,
) {
    let plant = FloorPlant::new().await;
    let desk = plant.desk(login).await;
    let version = fields.iter().any(|(_, text)| *text == "UNCLASSIFIED").then_some(1);
    let refused = desk.run(save(entity, version, fields)).await.unwrap_err().to_string();
    assert!(refused.starts_with(said), "{refused}");
}

#[tokio::test]
async fn an_order_is_released_begun_completed_delivered_and_every_step_goes_back() {
    let plant = FloorPlant::new().await;
    let (luis, olga) = (plant.desk("luis").await, plant.desk("olga").await);
    let step = |step, version, quantity: Option<i64>| {
        let work_order_id = "W1".parse().unwrap();
        Command::StepOrder(StepOrder {
            client_id: acme(),
            work_order_id,
            step,
            version,
            at: None,
            quantity: quantity.map(Units),
        })
    };
    let status = async || plant.texts("SELECT status FROM t_work_order WHERE client_id = 'ACME'").await.remove(0);
    let early = luis.run(step(OrderStep::Deliver, 1, None)).await.unwrap_err().to_string();
    assert_eq!(early, "status: the order is planned; possible now: release, start, cancel");
    let refused = olga.run(step(OrderStep::Release, 1, None)).await.unwrap_err().to_string();
    assert!(refused.contains("takes the role LEADER"), "{refused}");
    run(&luis, step(OrderStep::Release, 1, None)).await;
    run(&luis, step(OrderStep::Start, 2, None)).await;
    run(&luis, step(OrderStep::Complete, 3, None)).await;
    let stale = luis.run(step(OrderStep::Deliver, 3, None)).await.unwrap_err().to_string();
    assert!(stale.starts_with("luis changed it meanwhile"), "{stale}");
    let delivered = run(&luis, step(OrderStep::Deliver, 4, Some(990))).await;
    assert_eq!(delivered.done, "work order W1: delivered");
    let facts = "SELECT delivered_quantity || ' ' || delivered_date FROM t_work_order WHERE client_id = 'ACME'";
    assert_eq!(plant.texts(facts).await, ["990 20591"]);
    let back = undo(&luis, delivered).await;
    assert_eq!((back.done.as_str(), status().await.as_str()), ("work order W1 is completed again", "completed"));
    undo(&luis, back).await;
    assert_eq!(plant.texts(facts).await, ["990 20591"]);
    let rival = plant.texts("SELECT status FROM t_work_order WHERE client_id = 'RIVAL'").await;
    assert_eq!(rival, ["planned"]);
    let used = luis
        .run(Command::RemoveRow(RemoveRow {
            entity: Entity::WorkOrders,
            client_id: Some(acme()),
            version: 1,
            key: owned(&[("work_order_id", "W1")]),
        }))
        .await;
    assert!(used.unwrap_err().to_string().contains("changed it meanwhile"));
}
