//! What is changed in random work: one entry corrected, moved, removed or restored, and many recalculated at once.

use super::random_work::{ABSENCES, Dice, Known, LINES, LOSSES, PRODUCTS, SHIFTS, STAGES};
use crate::store::StoreError;
use crate::store::funnel::{WriteTx, args};

/// Changes what a line shift says of itself.
pub(super) async fn change_line_shift(tx: &mut WriteTx, client: &str, dice: &mut Dice) -> Result<(), StoreError> {
    let sql = match dice.below(4) {
        0 => {
            "UPDATE line_shift SET planned_minutes = $5, version = version + 1 WHERE client_id = $1
              AND production_date = $2 AND shift_id = $3 AND line_id = $4 RETURNING version"
        }
        1 => {
            "UPDATE line_shift SET crew = CASE WHEN $5 > 300 THEN NULL ELSE $5 END WHERE client_id = $1
              AND production_date = $2 AND shift_id = $3 AND line_id = $4 RETURNING version"
        }
        2 => {
            "UPDATE line_shift SET deleted_at = $5 WHERE client_id = $1
              AND production_date = $2 AND shift_id = $3 AND line_id = $4 RETURNING version"
        }
        _ => {
            "UPDATE line_shift SET deleted_at = NULL, planned_minutes = $5 WHERE client_id = $1
              AND production_date = $2 AND shift_id = $3 AND line_id = $4 RETURNING version"
        }
    };
    let values = args![client, dice.date(), dice.of(&SHIFTS), dice.of(&LINES), dice.below(480)];
    tx.run(sql, values).await.map(|_| ())
}

/// Gives many rows of the past another classification at once.
pub(super) async fn recalculate(tx: &mut WriteTx, client: &str, dice: &mut Dice) -> Result<(), StoreError> {
    let sql = match dice.below(4) {
        0 => {
            "UPDATE downtime_entry SET loss = $2, micro_stop = CASE WHEN $2 = 'planned' OR classified_minutes IS NULL
                THEN 0 WHEN minutes < $3 THEN 1 ELSE 0 END WHERE client_id = $1 AND production_date = $4 RETURNING version"
        }
        1 => {
            "UPDATE production_entry SET ideal_cycle_ms = $3, standard_source = 'product'
              WHERE client_id = $1 AND production_date = $4 AND $2 <> '' RETURNING version"
        }
        2 => {
            "UPDATE quality_entry SET opportunities_per_unit = $3
              WHERE client_id = $1 AND production_date = $4 AND $2 <> '' RETURNING version"
        }
        _ => {
            "UPDATE attendance_entry SET absence_counts = 1 - absence_counts
              WHERE client_id = $1 AND production_date = $4 AND $2 <> '' AND $3 > 0 RETURNING version"
        }
    };
    tx.run(sql, args![client, dice.of(&LOSSES), 1 + dice.below(30), dice.date()]).await.map(|_| ())
}

/// Corrects one entry, which may move it.
pub(super) async fn correct(tx: &mut WriteTx, client: &str, known: &Known, dice: &mut Dice) -> Result<(), StoreError> {
    let (date, number) = (dice.date(), 1 + dice.below(300));
    let (shift, line) = (dice.of(&SHIFTS), dice.of(&LINES));
    let (sql, values) = match dice.below(12) {
        0 | 1 if !known.counts.is_empty() => (
            "UPDATE production_entry SET units = $3, defects = $3 / 2, scrap = $3 / 3, rework = 0, startup_defects = $3 / 4,
             version = version + 1 WHERE client_id = $1 AND entry_id = $2 RETURNING version",
            args![client, dice.of(&known.counts), number],
        ),
        2 if !known.counts.is_empty() => (
            "UPDATE production_entry SET product_id = $3, production_date = $4, shift_id = $5, line_id = $6
             WHERE client_id = $1 AND entry_id = $2 RETURNING version",
            args![client, dice.of(&known.counts), dice.of(&PRODUCTS), date, shift, line],
        ),
        3 if !known.stops.is_empty() => (
            "UPDATE downtime_entry SET reason = $3, loss = $3, micro_stop = 0, counted = 1, production_date = $4, shift_id = $5
             WHERE client_id = $1 AND entry_id = $2 RETURNING version",
            args![client, dice.of(&known.stops), dice.of(&LOSSES), date, shift],
        ),
        4 if !known.stops.is_empty() => (
            "UPDATE downtime_entry SET minutes = $3, classified_minutes = $3, ended_at = started_at + $3 * 60000
             WHERE client_id = $1 AND entry_id = $2 RETURNING version",
            args![client, dice.of(&known.stops), number],
        ),
        5 if !known.inspections.is_empty() => (
            "UPDATE quality_entry SET stage = $3, production_date = $4, shift_id = $5, line_id = $6
             WHERE client_id = $1 AND entry_id = $2 RETURNING version",
            args![client, dice.of(&known.inspections), dice.of(&STAGES), date, shift, line],
        ),
        6 if !known.inspections.is_empty() => (
            "UPDATE quality_entry SET inspected = $3, passed = $3 - $3 / 3 WHERE client_id = $1 AND entry_id = $2
             RETURNING version",
            args![client, dice.of(&known.inspections), number],
        ),
        7 if !known.defects.is_empty() => {
            let (id, kind) = dice.of(&known.defects);
            let sql = "UPDATE defect_detail SET count = $4 WHERE client_id = $1 AND quality_entry_id = $2
                       AND defect_type = $3 RETURNING version";
            (sql, args![client, id, kind, number])
        }
        8 if !known.people.is_empty() => {
            let (date, shift, person) = dice.of(&known.people);
            let (kind, counts) = dice.of(&ABSENCES);
            let sql = "UPDATE attendance_entry SET scheduled_minutes = 400, worked_minutes = 400 - $5, absence_minutes = $5,
                       absence_type = $6, absence_counts = $7 WHERE client_id = $1 AND production_date = $2
                       AND shift_id = $3 AND employee_number = $4 RETURNING version";
            (sql, args![client, date, shift, person, number, kind, counts])
        }
        9 if !known.covers.is_empty() => (
            "UPDATE coverage_entry SET minutes = $3, covered_to = 60000 * $3 WHERE client_id = $1 AND coverage_id = $2
             RETURNING version",
            args![client, dice.of(&known.covers), number],
        ),
        10 if !known.orders.is_empty() => (
            "UPDATE work_order SET required_date = CASE WHEN $3 > 250 THEN NULL ELSE $4 END, quantity = $3
             WHERE client_id = $1 AND work_order_id = $2 RETURNING version",
            args![client, dice.of(&known.orders), number, date],
        ),
        11 if !known.orders.is_empty() => {
            let status = dice.of(&["in_process", "delivered", "delivered", "cancelled"]);
            let delivered = (status == "delivered").then_some(date);
            let sql = "UPDATE work_order SET status = $3, delivered_at = $4 * 86400000, delivered_date = $4,
                       delivered_quantity = $5 WHERE client_id = $1 AND work_order_id = $2 RETURNING version";
            (sql, args![client, dice.of(&known.orders), status, delivered, number])
        }
        _ => return Ok(()),
    };
    tx.run(sql, values).await.map(|_| ())
}

pub(super) async fn remove_or_restore(
    tx: &mut WriteTx,
    client: &str,
    known: &Known,
    dice: &mut Dice,
) -> Result<(), StoreError> {
    let at = dice.one_in(2).then_some(1_i64);
    let (sql, values) = match dice.below(7) {
        0 | 1 if !known.counts.is_empty() => (
            "UPDATE production_entry SET deleted_at = $3 WHERE client_id = $1 AND entry_id = $2 RETURNING version",
            args![client, dice.of(&known.counts), at],
        ),
        2 if !known.stops.is_empty() => (
            "UPDATE downtime_entry SET deleted_at = $3 WHERE client_id = $1 AND entry_id = $2 RETURNING version",
            args![client, dice.of(&known.stops), at],
        ),
        3 if !known.inspections.is_empty() => (
            "UPDATE quality_entry SET deleted_at = $3 WHERE client_id = $1 AND entry_id = $2 RETURNING version",
            args![client, dice.of(&known.inspections), at],
        ),
        4 if !known.defects.is_empty() => {
            let (id, kind) = dice.of(&known.defects);
            let sql = "UPDATE defect_detail SET deleted_at = $4 WHERE client_id = $1 AND quality_entry_id = $2
                       AND defect_type = $3 RETURNING version";
            (sql, args![client, id, kind, at])
        }
        5 if !known.people.is_empty() => {
            let (date, shift, person) = dice.of(&known.people);
            let sql = "UPDATE attendance_entry SET deleted_at = $5 WHERE client_id = $1 AND production_date = $2
                       AND shift_id = $3 AND employee_number = $4 RETURNING version";
            (sql, args![client, date, shift, person, at])
        }
        6 if !known.covers.is_empty() => (
            "UPDATE coverage_entry SET deleted_at = $3 WHERE client_id = $1 AND coverage_id = $2 RETURNING version",
            args![client, dice.of(&known.covers), at],
        ),
        _ if !known.orders.is_empty() => (
            "UPDATE work_order SET deleted_at = $3 WHERE client_id = $1 AND work_order_id = $2 RETURNING version",
            args![client, dice.of(&known.orders), at],
        ),
        _ => return Ok(()),
    };
    tx.run(sql, values).await.map(|_| ())
}
