//! What a client's plant consists of: products, lines, stages, parts, targets, and its orders.

use super::{Client, Table, beginning, id, int, maybe, text};
use crate::chance::Chance;
use crate::plant::{CLIENTS, DAYS, NOW, SEED};
use kpi_ops::domain::clock::ProductionDate;
use sqlx::{Connection, SqliteConnection};

/// Lines of each client.
pub const LINES: i64 = 10;
/// Products of each client.
const PRODUCTS: i64 = 20;
/// Stages of inspection of each client.
pub const STAGES: [&str; 4] = ["INCOMING", "ASSEMBLY", "FUNCTION", "FINAL"];
/// Pool people that one client borrows.
pub const POOL: i64 = 6;
/// Orders of each client in the big plant.
const ORDERS: i64 = 1000;

/// The order that a line works on.
pub struct Order {
    pub key: String,
    pub job: String,
    pub product: String,
    pub part: String,
    pub cycle: i64,
    pub quantity: i64,
    /// Days from the first day of the history.
    pub first_day: i64,
    pub last_day: i64,
}

/// The key of a line.
pub fn line(number: i64) -> String {
    format!("L{number:02}")
}

/// The pool person of a client by number.
pub fn pool_person(client: usize, number: i64) -> [u8; 16] {
    Chance::of(SEED, &format!("pool {client} {number}")).id(beginning())
}

/// What all clients share: products and the floating pool.
pub async fn shared(connection: &mut SqliteConnection) -> u64 {
    let mut tx = connection.begin().await.expect("a transaction");
    let columns = ["product_id", "name", "ideal_cycle_ms", "labour_standard_ms", "standard_crew", "active"];
    let mut products = Table::of("product", &columns);
    let mut employees = Table::append_only("employee", &["employee_id"]);
    let mut pool = Table::of("floating_pool", &["employee_id", "name", "active"]);
    for client in 0..CLIENTS {
        for number in 0..PRODUCTS {
            let (key, cycle) = product(client, number);
            let row = [text(key.clone()), text(format!("Product {key}")), int(cycle), int(cycle * 2), int(2), int(1)];
            products.write(row, beginning());
        }
        for number in 0..POOL {
            let person = pool_person(client, number);
            employees.write([id(person)], beginning());
            pool.write([id(person), text(format!("Pool {client} {number}")), int(1)], beginning());
        }
    }
    let rows = products.done(&mut tx).await + employees.done(&mut tx).await + pool.done(&mut tx).await;
    tx.commit().await.expect("what is shared is written");
    rows
}

/// A product's key and ideal cycle.
fn product(client: usize, number: i64) -> (String, i64) {
    let cycle = Chance::of(SEED, &format!("product {client} {number}")).between(45, 65) * 1000;
    (format!("P{client:02}{number:02}"), cycle)
}

/// The orders of one line in the order of time, the last ones still to come.
pub fn orders(client: &Client, line: i64) -> Vec<Order> {
    let mut chance = client.chance(&format!("orders {line}"));
    let worked = ORDERS / LINES / client.size.part();
    let order = |number: i64| {
        let (product, cycle) = product(client.number, chance.between(0, PRODUCTS - 1));
        let key = format!("W{line:02}{number:04}");
        let days = i64::from(DAYS);
        Order {
            job: format!("{key}-1"),
            key,
            part: format!("{product}-A"),
            product,
            cycle,
            quantity: chance.between(8_000, 16_000),
            first_day: number * days / worked,
            last_day: (number + 1) * days / worked - 1,
        }
    };
    (0..worked + 2).map(order).collect()
}

/// Everything that stands still, and the orders.
pub async fn of_client(tx: &mut SqliteConnection, client: &Client) -> u64 {
    let key = || client.value();
    let mut offered = Table::of("client_product", &["client_id", "product_id"]);
    let parts_columns = ["client_id", "part_number", "opportunities_per_unit"];
    let mut parts = Table::of("part_opportunities", &parts_columns);
    for number in 0..PRODUCTS {
        let (product, _) = product(client.number, number);
        offered.write([key(), text(product.clone())], beginning());
        // Every tenth part has no count of its opportunities.
        if number % 10 != 0 {
            parts.write([key(), text(format!("{product}-A")), int(5 + number)], beginning());
        }
    }
    let mut stages = Table::of("stage", &["client_id", "stage", "position"]);
    for (position, stage) in (1..).zip(STAGES) {
        stages.write([key(), text(stage), int(position)], beginning());
    }
    let line_columns = ["client_id", "line_id", "name", "micro_stop_minutes", "active"];
    let mut lines = Table::of("production_line", &line_columns);
    for number in 0..LINES {
        lines.write([key(), text(line(number)), text(format!("Line {number}")), int(2), int(1)], beginning());
    }
    let target_columns = ["client_id", "kpi", "valid_from", "target_micro", "warning_micro"];
    let mut targets = Table::of("kpi_target", &target_columns);
    for (kpi, target, warning) in [("oee", 75, 65), ("availability", 90, 85), ("fpy", 97, 95), ("otd", 95, 90)] {
        let row = [
            key(),
            text(kpi),
            int(i64::from(ProductionDate::BEGINNING.0)),
            int(target * 1_000_000),
            int(warning * 1_000_000),
        ];
        targets.write(row, beginning());
    }
    let mut rows = 0;
    for table in [offered, parts, stages, lines, targets] {
        rows += table.done(tx).await;
    }
    rows + write_orders(tx, client).await
}

async fn write_orders(tx: &mut SqliteConnection, client: &Client) -> u64 {
    let mut orders_table = Table::of(
        "work_order",
        &[
            "client_id",
            "work_order_id",
            "product_id",
            "quantity",
            "received",
            "planned_start",
            "started_at",
            "required_date",
            "completed_at",
            "cancelled_at",
            "delivered_at",
            "delivered_date",
            "delivered_quantity",
            "status",
            "priority",
            "po_number",
        ],
    );
    let job_columns = ["client_id", "job_id", "work_order_id", "part_number", "quantity", "completed", "scrapped"];
    let mut jobs = Table::of("job", &job_columns);
    for line in 0..LINES {
        let mut chance = client.chance(&format!("order dates {line}"));
        for order in orders(client, line) {
            let day = |days: i64| client.first_day().plus_days(i32::try_from(days).expect("a day"));
            let at = |days: i64, minute: i64| client.clock.at_minute(day(days), minute).0;
            let today = i64::from(DAYS) - 1;
            let begun = order.first_day <= today;
            let lingers = begun && order.last_day > today - 120 && chance.hits(150);
            let cancelled = begun && !lingers && order.last_day < today && chance.hits(30);
            let completed_on = order.last_day + 1;
            let completed = begun && !lingers && !cancelled && at(completed_on, 480) <= NOW.0;
            let delivered_on = completed_on + chance.between(0, 4);
            let delivered = completed && at(delivered_on, 720) <= NOW.0;
            let short = chance.hits(60);
            let required = order.last_day + chance.between(0, 8);
            let status = match (begun, cancelled, completed, delivered) {
                (_, true, ..) => "cancelled",
                (false, ..) => {
                    if chance.hits(500) {
                        "planned"
                    } else {
                        "released"
                    }
                }
                (true, _, false, _) => "in_process",
                (true, _, true, false) => "completed",
                (true, _, true, true) => "delivered",
            };
            let quantity = if short { order.quantity * 9 / 10 } else { order.quantity };
            let row = [
                client.value(),
                text(order.key.clone()),
                text(order.product),
                int(order.quantity),
                int(i64::from(day(order.first_day - 20).0)),
                int(i64::from(day(order.first_day - 1).0)),
                maybe(begun.then(|| int(at(order.first_day, 365)))),
                int(i64::from(day(required).0)),
                maybe(completed.then(|| int(at(completed_on, 480)))),
                maybe(cancelled.then(|| int(at(order.last_day, 600)))),
                maybe(delivered.then(|| int(at(delivered_on, 720)))),
                maybe(delivered.then(|| int(i64::from(day(delivered_on).0)))),
                maybe(delivered.then(|| int(quantity))),
                text(status),
                text(*chance.one(&["standard", "standard", "standard", "rush", "low"])),
                text(format!("PO-{}", chance.between(10_000, 99_999))),
            ];
            orders_table.write(row, at(order.first_day - 20, 540));
            let done = if completed { order.quantity } else { 0 };
            let job = [
                client.value(),
                text(order.job),
                text(order.key),
                text(order.part),
                int(order.quantity),
                int(done),
                int(0),
            ];
            jobs.write(job, at(order.first_day - 20, 540));
        }
    }
    orders_table.done(tx).await + jobs.done(tx).await
}
