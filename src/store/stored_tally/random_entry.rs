//! What people enter in random work: counts, stops, inspections with their defects, attendance with its cover, orders.

use super::random_work::{ABSENCES, Dice, Known, LINES, LOSSES, PEOPLE, PRODUCTS, SHIFTS, STAGES, TYPES, table};
use crate::store::StoreError;
use crate::store::funnel::{InsertInto, WriteTx, args};
use crate::store::production::PRODUCTION_ENTRY;
use uuid::Uuid;

const STOP: InsertInto = table(
    "downtime_entry",
    &[
        "client_id",
        "entry_id",
        "stop_id",
        "production_date",
        "shift_id",
        "line_id",
        "reason",
        "loss",
        "started_at",
        "minutes",
        "classified_minutes",
        "micro_stop",
        "counted",
        "late",
    ],
);
const INSPECTION: InsertInto = table(
    "quality_entry",
    &[
        "client_id",
        "entry_id",
        "production_date",
        "shift_id",
        "line_id",
        "part_number",
        "opportunities_per_unit",
        "stage",
        "inspected",
        "passed",
        "reworked",
        "repaired",
        "scrapped",
        "late",
    ],
);
const DEFECTS: InsertInto = table("defect_detail", &["client_id", "quality_entry_id", "defect_type", "count"]);
const ATTENDANCE: InsertInto = table(
    "attendance_entry",
    &[
        "client_id",
        "production_date",
        "shift_id",
        "employee_number",
        "shift_valid_from",
        "scheduled_minutes",
        "worked_minutes",
        "absence_minutes",
        "absence_type",
        "absence_counts",
        "late",
    ],
);
const COVER: InsertInto = table(
    "coverage_entry",
    &[
        "client_id",
        "coverage_id",
        "production_date",
        "shift_id",
        "employee_number",
        "pool_employee_id",
        "covered_from",
        "covered_to",
        "minutes",
    ],
);
const ORDER: InsertInto = table(
    "work_order",
    &["client_id", "work_order_id", "product_id", "quantity", "required_date", "status", "priority"],
);

/// Saves counts.
pub(super) async fn count(
    tx: &mut WriteTx,
    client: &str,
    known: &mut Known,
    dice: &mut Dice,
) -> Result<(), StoreError> {
    let rows = if dice.one_in(10) { 20 } else { 1 };
    let none = || None::<String>;
    let rows = (0..rows).map(|_| {
        let id = dice.id();
        known.counts.push(id);
        let units = dice.below(500);
        let defects = dice.below(units + 1);
        let scrap = dice.below(defects + 1);
        let cycle = (!dice.one_in(4)).then(|| 1 + dice.below(9000));
        let source = if cycle.is_none() { "none" } else { dice.of(&["product", "history"]) };
        args![
            client,
            id,
            dice.date(),
            dice.of(&SHIFTS),
            dice.of(&LINES),
            None::<i64>,
            dice.of(&PRODUCTS),
            none(),
            none(),
            units,
            defects,
            scrap,
            defects - scrap,
            dice.below(defects + 1),
            cycle,
            dice.one_in(2).then(|| 1 + dice.below(9000)),
            source,
            false,
            false,
            none(),
            none(),
            None::<i64>
        ]
    });
    let rows = rows.collect();
    tx.insert(&PRODUCTION_ENTRY, rows).await
}

/// A stop of so many minutes, or one that runs.
pub(super) async fn stop(tx: &mut WriteTx, client: &str, known: &mut Known, dice: &mut Dice) -> Result<(), StoreError> {
    let (id, date, loss) = (dice.id(), dice.date(), dice.of(&LOSSES));
    let minutes = (!dice.one_in(15)).then(|| dice.below(200));
    let micro = loss != "planned" && minutes.is_some() && dice.one_in(3);
    known.stops.push(id);
    let row = args![
        client,
        id,
        id,
        date,
        dice.of(&SHIFTS),
        dice.of(&LINES),
        loss,
        loss,
        minutes.is_none().then_some(date * 86_400_000),
        minutes,
        minutes,
        micro,
        !dice.one_in(5),
        false
    ];
    tx.insert_one(&STOP, row).await
}

/// Saves an inspection, and defect lines of it or of another.
pub(super) async fn inspect(
    tx: &mut WriteTx,
    client: &str,
    known: &mut Known,
    dice: &mut Dice,
) -> Result<(), StoreError> {
    let id = dice.id();
    let inspected = 1 + dice.below(80);
    let passed = dice.below(inspected + 1);
    let opportunities = dice.one_in(2).then(|| 1 + dice.below(20));
    known.inspections.push(id);
    let row = args![
        client,
        id,
        dice.date(),
        dice.of(&SHIFTS),
        dice.of(&LINES),
        "PN",
        opportunities,
        dice.of(&STAGES),
        inspected,
        passed,
        0_i64,
        0_i64,
        0_i64,
        false
    ];
    tx.insert_one(&INSPECTION, row).await?;
    for _ in 0..dice.below(3) {
        let kind = dice.of(&TYPES);
        let of = if dice.one_in(3) { dice.of(&known.inspections) } else { id };
        if !known.defects.contains(&(of, kind)) {
            known.defects.push((of, kind));
            tx.insert_one(&DEFECTS, args![client, of, kind, 1 + dice.below(9)]).await?;
        }
    }
    Ok(())
}

/// Saves an attendance, or cover for one.
pub(super) async fn attend(
    tx: &mut WriteTx,
    client: &str,
    known: &mut Known,
    dice: &mut Dice,
) -> Result<(), StoreError> {
    let key = (dice.date(), dice.of(&SHIFTS), dice.of(&PEOPLE));
    if known.people.contains(&key) {
        let (id, minutes) = (dice.id(), 1 + dice.below(300));
        known.covers.push(id);
        let row = args![client, id, key.0, key.1, key.2, Uuid::nil(), 0_i64, 60_000 * minutes, minutes];
        return tx.insert_one(&COVER, row).await;
    }
    known.people.push(key);
    let (scheduled, worked) = (dice.below(480), dice.below(480));
    let absence = (scheduled - worked).max(0);
    let kind = (absence > 0).then(|| dice.of(&ABSENCES));
    let (code, counts) = (kind.map(|kind| kind.0), kind.map(|kind| kind.1));
    let row = args![client, key.0, key.1, key.2, i64::from(i32::MIN), scheduled, worked, absence, code, counts, false];
    tx.insert_one(&ATTENDANCE, row).await
}

/// Saves an order.
pub(super) async fn order(
    tx: &mut WriteTx,
    client: &str,
    known: &mut Known,
    dice: &mut Dice,
) -> Result<(), StoreError> {
    let id = format!("W{}", dice.below(i64::MAX));
    known.orders.push(id.clone());
    let due = (!dice.one_in(5)).then(|| dice.date());
    let row = args![client, &id, dice.of(&PRODUCTS), 1 + dice.below(900), due, "planned", "standard"];
    tx.insert_one(&ORDER, row).await
}
