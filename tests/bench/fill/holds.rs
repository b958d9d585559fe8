//! Holds with their steps, and the record of changes.

use super::master::{LINES, orders};
use super::{Client, MINUTE, Table, id, int, maybe, text};
use crate::chance::Chance;
use crate::plant::{DAYS, NOW};
use sqlx::SqliteConnection;

/// Holds of each order.
const HOLDS: i64 = 4;
/// Rows of each client's record in the big plant.
const RECORDED: i64 = 400;

/// Holds of every order that was begun, and the client's record of changes.
pub async fn of_client(tx: &mut SqliteConnection, client: &Client) -> u64 {
    let mut holds = Table::of(
        "hold_entry",
        &[
            "client_id",
            "hold_id",
            "work_order_id",
            "reason",
            "quantity",
            "status",
            "requested_by",
            "requested_at",
            "approved_by",
            "approved_at",
            "hold_from",
            "release_requested_by",
            "release_requested_at",
            "released_by",
            "released_at",
            "disposition",
        ],
    );
    let event_columns = ["client_id", "hold_id", "seq", "step", "quantity", "by_login", "at"];
    let mut events = Table::append_only("hold_event", &event_columns);
    let mut chance = client.chance("holds");
    for line in 0..LINES {
        for order in orders(client, line).into_iter().filter(|order| order.first_day < i64::from(DAYS)) {
            for _ in 0..HOLDS {
                let day = client.first_day().plus_days(i32::try_from(order.first_day).expect("a day"));
                let minutes = chance.between(0, (order.last_day - order.first_day) * 1440);
                let asked = client.clock.at_minute(day, 400).0 + minutes * MINUTE;
                let quantity = chance.between(50, 2_000);
                let whole = if chance.hits(100) { order.quantity } else { quantity };
                let hold = Hold::of(asked.min(NOW.0 - chance.between(1, 3_000) * MINUTE), &mut chance);
                let entry = chance.id(hold.asked);
                let reason = chance.one(&client.hold_reasons).clone();
                let row = [
                    client.value(),
                    id(entry),
                    text(order.key.clone()),
                    text(reason),
                    int(whole),
                    text(hold.status),
                    text("olga"),
                    int(hold.asked),
                    maybe(hold.granted.map(|_| text("lena"))),
                    maybe(hold.granted.map(int)),
                    maybe(hold.granted.map(int)),
                    maybe(hold.let_go.map(|_| text("olga"))),
                    maybe(hold.let_go.map(int)),
                    maybe(hold.ended.map(|_| text("lena"))),
                    maybe(hold.ended.map(int)),
                    maybe(hold.ended.map(|_| text(if hold.status == "scrapped" { "scrap" } else { "use_as_is" }))),
                ];
                holds.write(row, hold.asked);
                for (number, (step, at)) in (1..).zip(hold.steps()) {
                    let row = [client.value(), id(entry), int(number), text(step), int(whole), text("lena"), int(at)];
                    events.write(row, at);
                }
            }
        }
    }
    holds.done(tx).await + events.done(tx).await + record(tx, client).await
}

/// The times of a hold.
struct Hold {
    status: &'static str,
    asked: i64,
    granted: Option<i64>,
    let_go: Option<i64>,
    ended: Option<i64>,
}

impl Hold {
    /// A hold that was asked for then; what would be later than now has not happened yet.
    fn of(asked: i64, chance: &mut Chance) -> Self {
        let past = |at: i64| (at <= NOW.0).then_some(at);
        let chosen = chance.between(0, 99);
        let granted = past(asked + chance.between(10, 480) * MINUTE).filter(|_| chosen > 2);
        let days = if chance.hits(50) { chance.between(10, 40) } else { chance.between(1, 6) };
        let let_go = granted.and_then(|at| past(at + days * 1440 * MINUTE)).filter(|_| chosen > 6);
        let scrapped = granted.and_then(|at| past(at + days * 1440 * MINUTE)).filter(|_| (3..=6).contains(&chosen));
        let ended = let_go.and_then(|at| past(at + chance.between(10, 900) * MINUTE)).or(scrapped);
        let status = match (granted, let_go, ended, chosen) {
            (.., 0..=1) => "rejected",
            (.., 2) => "withdrawn",
            (None, ..) => "requested",
            (_, None, None, _) => "on_hold",
            (_, Some(_), None, _) => "release_requested",
            (_, None, Some(_), _) => "scrapped",
            (_, Some(_), Some(_), _) => "released",
        };
        Self { status, asked, granted, let_go, ended }
    }

    fn steps(&self) -> Vec<(&'static str, i64)> {
        let refused = match self.status {
            "rejected" => Some(("reject", self.asked + MINUTE)),
            "withdrawn" => Some(("withdraw", self.asked + MINUTE)),
            _ => None,
        };
        let end = if self.status == "scrapped" { "scrap" } else { "release" };
        let steps = [
            Some(("request", self.asked)),
            refused,
            self.granted.map(|at| ("approve", at)),
            self.let_go.map(|at| ("request_release", at)),
            self.ended.map(|at| (end, at)),
        ];
        steps.into_iter().flatten().collect()
    }
}

/// What the client's record says of its imports. Nothing here can seal entries: the end of their chain says that they
/// are older than it, and the product begins it behind them when it opens the file next.
async fn record(tx: &mut SqliteConnection, client: &Client) -> u64 {
    let columns = ["client_id", "seq", "table_name", "row_key", "action", "after", "by_login"];
    let mut record = Table::record("audit_entry", &columns);
    let known = "SELECT coalesce(max(seq), 0) + 1 FROM t_audit_entry WHERE client_id = ?";
    let first: i64 = sqlx::query_scalar(known).bind(&client.key).fetch_one(&mut *tx).await.expect("the record");
    for number in 0..RECORDED / client.size.part() {
        let at = NOW.0 - (RECORDED - number) * 1440 * MINUTE;
        let row = [
            client.value(),
            int(first + number),
            text("production_entry"),
            text(format!("batch {number}")),
            text("imported"),
            text("{\"rows\":1000}"),
            text("paul"),
        ];
        record.write(row, at);
    }
    let rows = record.done(tx).await;
    let end = "UPDATE t_audit_head SET hash = NULL, seal = NULL,
               seq = (SELECT max(e.seq) FROM t_audit_entry AS e WHERE e.client_id = t_audit_head.client_id) WHERE client_id = ?";
    let ended = sqlx::query(end).bind(&client.key).execute(&mut *tx).await.expect("the end of the chain");
    assert_eq!(ended.rows_affected(), 1, "a client's chain has an end");
    rows
}
