//! Random work made ready to be looked at: running stops begin late and where they lie, orders are started and held; and single
//! entries that any order of entering leaves the same.

use super::random_entry::{attend, count, inspect, order, stop};
use super::random_work::{Dice, Known, table};
use crate::domain::clock::Instant;
use crate::store::funnel::{WriteTx, args};
use crate::store::{Session, StoreError};

const STARTED_STOPS: &str = "UPDATE downtime_entry
    SET production_date = max(production_date, 20621), started_at = max(production_date, 20621) * 86400000
    WHERE client_id = $1 AND minutes IS NULL RETURNING version";
const STARTED_ORDERS: &str = "UPDATE work_order
    SET started_at = (coalesce(required_date, 20620) - quantity % 30) * 86400000 + quantity * 60000
    WHERE client_id = $1 AND quantity % 3 > 0 RETURNING version";

/// Starts what a client has: its running stops, not before the third week, so that there is run time too; its orders, and holds of them.
pub(crate) async fn settle(session: &Session, client: &str, known: &Known, dice: &mut Dice) {
    let mut tx = session.write(Instant(2)).await.unwrap();
    tx.run(STARTED_STOPS, args![client]).await.unwrap();
    tx.run(STARTED_ORDERS, args![client]).await.unwrap();
    let hold = table(
        "hold_entry",
        &[
            "client_id",
            "hold_id",
            "work_order_id",
            "reason",
            "quantity",
            "status",
            "placed_by",
            "hold_from",
            "released_by",
            "released_at",
        ],
    );
    for order in &known.orders {
        let from = dice.date() * 86_400_000 + dice.below(86_400_000);
        let released = dice.one_in(2).then(|| from + dice.below(20 * 86_400_000));
        let (status, by) = if released.is_some() { ("released", Some("test")) } else { ("on_hold", None) };
        let row = args![client, dice.id(), order, "DOUBT", 1 + dice.below(1500), status, "test", from, by, released];
        tx.insert_one(&hold, row).await.unwrap();
    }
    tx.commit().await.unwrap();
}

/// Lets clients look at absence by employee.
pub(crate) async fn allow_bradford(session: &Session, clients: &[&str]) {
    let setting = table("client_setting", &["client_id", "name", "value"]);
    let mut tx = session.write(Instant(2)).await.unwrap();
    tx.insert(&setting, clients.iter().map(|client| args![*client, "bradford", 1_i64]).collect()).await.unwrap();
    tx.commit().await.unwrap();
}

/// Enters one thing that depends on nothing else: the same dice give the same entry.
pub(crate) async fn enter_one(tx: &mut WriteTx, client: &str, dice: &mut Dice) -> Result<(), StoreError> {
    let known = &mut Known::default();
    match dice.below(6) {
        0 | 1 => count(tx, client, known, dice).await,
        2 => stop(tx, client, known, dice).await,
        3 => inspect(tx, client, known, dice).await,
        4 => attend(tx, client, known, dice).await,
        _ => order(tx, client, known, dice).await,
    }
}
