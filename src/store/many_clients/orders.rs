//! What a client sets up and orders, and what of it is on hold.

use super::{Row, SHARED_PRODUCT, TODAY, dice, entry_id, key, marker, own_id, table};
use crate::domain::clock::Instant;
use crate::store::funnel::{InsertInto, Stamp, Value, args};

/// When master data was entered.
const LONG_AGO: Instant = super::NOW.plus_minutes(-7000);
/// Codes with their loss; the same at every client but for names and numbers.
const REASONS: [(&str, &str); 5] = [
    ("UNCLASSIFIED", "breakdown"),
    ("JAM", "small_stop"),
    ("SETUP", "setup"),
    ("BREAK", "planned"),
    ("MOTOR", "breakdown"),
];
/// KPIs that have a target.
const TARGETS: [&str; 6] = ["oee", "availability", "scrap_rate", "otd", "wip_age", "absenteeism"];

fn row(values: Vec<Value>) -> Row {
    (values, "anna".into(), LONG_AGO)
}

/// The products that a client is or was linked to, and who linked them. One link of another client's own product was
/// taken away again.
pub(super) fn products_of(client: usize) -> Vec<(String, &'static str)> {
    let mut products = vec![("P1".to_owned(), "anna"), (format!("P-{}", key(client)), "anna")];
    if client.is_multiple_of(3) {
        products.push((SHARED_PRODUCT.to_owned(), "paul"));
    }
    if client.is_multiple_of(4) {
        products.push((format!("P-{}", key(client + 1)), "linked-once"));
    }
    products
}

#[rustfmt::skip]
pub(super) fn of_client(client: usize) -> Vec<(InsertInto, Vec<Row>)> {
    let (id, word) = (key(client), marker(client));
    let number = |kind: &str, number: i64, below: i64| dice(client, kind, number, below);
    let code = |table_name| table(table_name, &["client_id", "code", "number", "name", "hidden"]);
    let codes = |codes: [(&str, bool); 3]| -> Vec<Row> {
        (0_i64..).zip(codes).map(|(n, (code, hidden))| row(args![&id, code, 10 + n + number(code, n, 5) * 10, format!("{code} at {word}"), hidden])).collect()
    };
    vec![
        (table("t_client_product", &["client_id", "product_id"]),
            products_of(client).into_iter().map(|(product, by)| (args![&id, product], by.to_owned(), LONG_AGO)).collect()),
        (table("t_stage", &["client_id", "stage", "position"]),
            ["sewing", "final"].iter().zip(0_i64..).map(|(stage, position)| row(args![&id, *stage, position * 2 + number(stage, 0, 5)])).collect()),
        (table("t_production_line", &["client_id", "line_id", "name", "micro_stop_minutes", "active"]),
            (1_i64..=3).map(|n| row(args![&id, format!("L{n}"), format!("Line {n} of {word}"), 1 + number("micro", n, 4), n != 3 || client.is_multiple_of(2)]))
                .chain([row(args![&id, format!("L-{id}"), format!("Own line of {word}"), 2_i64, true])]).collect()),
        (table("t_kpi_target", &["client_id", "kpi", "valid_from", "target_micro", "warning_micro"]),
            TARGETS.iter().zip(0_i64..).flat_map(|(kpi, n)| [TODAY.plus_days(-40), TODAY.plus_days(-2)].map(|from| {
                let target = (20 + number(kpi, i64::from(from.0), 70)) * 1_000_000;
                row(args![&id, *kpi, from, target, (n % 2 == 0).then_some(target - 5_000_000)])
            })).collect()),
        (table("t_client_setting", &["client_id", "name", "value"]), vec![
            row(args![&id, "two_person_release", i64::from(client.is_multiple_of(2))]),
            row(args![&id, "bradford", i64::from(client % 3 != 1)]),
            row(args![&id, "correction_days", 3 + number("days", 0, 9)])]),
        (table("t_downtime_reason", &["client_id", "code", "number", "name", "loss", "hidden"]),
            (0_i64..).zip(REASONS).map(|(n, (code, loss))| row(args![&id, code, 1 + n + number(code, 0, 7) * 10, format!("{code} at {word}"), loss, false]))
                .chain([row(args![&id, "MINE", None::<i64>, format!("Only {word}"), "reject", client % 2 == 1])]).collect()),
        (code("t_hold_reason"), codes([("DOUBT", false), ("PAPERS", false), ("OLD", true)])),
        (code("t_defect_type"), codes([("UNCLASSIFIED", false), ("STAIN", false), ("HOLE", false)])),
        (table("t_absence_type", &["client_id", "code", "number", "name", "counts", "hidden"]),
            [("UNCLASSIFIED", true), ("SICK", true), ("LEAVE", false)].iter().zip(0_i64..)
                .map(|((code, counts), n)| row(args![&id, *code, n + 1 + number(code, 0, 9) * 10, format!("{code} at {word}"), *counts, false])).collect()),
        (table("t_part_opportunities", &["client_id", "part_number", "opportunities_per_unit", "description"]),
            (1_i64..=2).map(|n| row(args![&id, format!("PN-{n}"), 2 + number("part", n, 30), format!("part {n} of {word}")])).collect()),
        (table("t_work_order", &["client_id", "work_order_id", "product_id", "quantity", "ideal_cycle_ms", "received", "planned_start", "started_at",
            "required_date", "completed_at", "cancelled_at", "delivered_at", "delivered_date", "delivered_quantity", "status", "priority", "po_number", "notes"]),
            work_orders(client)),
        (table("t_job", &["client_id", "job_id", "work_order_id", "job_number", "part_number", "quantity", "completed", "scrapped"]),
            (1_i64..=4).map(|n| {
                let quantity = 100 + number("job", n, 900);
                let part = format!("PN-{}", 1 + n % 2);
                row(args![&id, format!("J{n}"), format!("W{}", 1 + n / 2), format!("{n} {word}"), part, quantity, number("done", n, quantity / 2), number("scrapped", n, 20)])
            }).collect()),
    ]
}

/// The orders; the last two are a client's own and a removed one.
fn work_orders(client: usize) -> Vec<Row> {
    let (id, word) = (key(client), marker(client));
    let own = format!("W-{id}");
    let statuses =
        ["planned", "in_process", "in_process", "completed", "delivered", "cancelled", "released", "in_process"];
    let names = ["W1", "W2", "W3", "W4", "W5", "W6", own.as_str(), "W-GONE"];
    let order = |(n, (name, status)): (i64, (&str, &str))| {
        let number = |kind: &str, below: i64| dice(client, kind, n, below);
        let quantity = 500 + number("quantity", 9_000);
        let due = TODAY.plus_days(i32::try_from(number("due", 20)).unwrap() - 12);
        let product = match n {
            1 => format!("P-{id}"),
            2 if client.is_multiple_of(3) => SHARED_PRODUCT.to_owned(),
            _ => "P1".to_owned(),
        };
        let begun = matches!(status, "in_process" | "completed" | "delivered");
        let started = begun.then(|| super::NOW.plus_minutes(-1440 * (3 + number("age", 40))));
        let delivered = (status == "delivered").then(|| super::NOW.plus_minutes(-1440 - number("late", 9000)));
        let priority = ["rush", "standard", "low"][usize::try_from(number("priority", 3)).unwrap()];
        row(args![
            &id,
            name,
            product,
            quantity,
            (n == 3).then(|| 1000 + number("cycle", 3000)),
            TODAY.plus_days(-60),
            Some(TODAY.plus_days(-30)),
            started,
            (n != 6).then_some(due),
            matches!(status, "completed" | "delivered").then(|| super::NOW.plus_minutes(-20_000)),
            (status == "cancelled").then(|| super::NOW.plus_minutes(-500)),
            delivered,
            delivered.map(|at| super::clock(client).date(at)),
            delivered.map(|_| quantity - number("short", 3)),
            status,
            priority,
            format!("PO {word}"),
            format!("notes of {word}")
        ])
    };
    (1_i64..).zip(names.into_iter().zip(statuses)).map(order).collect()
}

/// Holds in every status, under ids that all clients have, with their steps.
#[rustfmt::skip]
pub(super) fn holds(client: usize) -> Vec<(InsertInto, Vec<Row>)> {
    let (id, word) = (key(client), marker(client));
    let [asker, other, leader] = super::people_of(client).map(|(login, _)| login);
    let statuses = ["requested", "on_hold", "release_requested", "released", "rejected", "withdrawn", "scrapped", "on_hold"];
    let (mut entries, mut events) = (Vec::new(), Vec::new());
    for (n, status) in (0_i64..).zip(statuses) {
        let at = super::NOW.plus_minutes(-1440 * (1 + dice(client, "hold", n, 12)));
        // The last one has an id that no other client has.
        let hold_id = if n == 7 { own_id(4, client) } else { entry_id(4, n.cast_unsigned().into()) };
        let decided = !matches!(status, "requested" | "rejected" | "withdrawn");
        let ended = matches!(status, "released" | "scrapped").then(|| at.plus_minutes(600 + dice(client, "held", n, 500)));
        let is_asked = matches!(status, "release_requested" | "released");
        let quantity = 1 + dice(client, "held-quantity", n, 60);
        let by = if n % 2 == 0 { &asker } else { &other };
        entries.push((args![
            &id, hold_id, "W2", "DOUBT", quantity, status, by, at, decided.then_some(&*leader), decided.then_some(at), decided.then_some(at),
            is_asked.then_some(&**by), is_asked.then(|| at.plus_minutes(300)), ended.map(|_| &*leader), ended,
            ended.map(|_| if status == "scrapped" { "scrap" } else { "rework" }), format!("hold {n} of {word}")
        ], by.clone(), at));
        for (seq, step) in (1_i64..).zip(if decided { &["request", "approve"][..] } else { &["request"] }) {
            events.push((args![&id, hold_id, seq, *step, quantity, by, at, format!("step of {word}")], by.clone(), at));
        }
    }
    vec![
        (table("t_hold_entry", &["client_id", "hold_id", "work_order_id", "reason", "quantity", "status", "requested_by", "requested_at", "approved_by",
            "approved_at", "hold_from", "release_requested_by", "release_requested_at", "released_by", "released_at", "disposition", "notes"]), entries),
        (InsertInto { stamp: Stamp::Created, ..table("t_hold_event", &["client_id", "hold_id", "seq", "step", "quantity", "by_login", "at", "note"]) }, events),
    ]
}
