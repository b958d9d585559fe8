//! What a test plant needs to be looked at by clients in several time zones: nights, zones, orders that are due.

use super::funnel::{InsertInto, Stamp, args};
use super::test_plant::{SHIFT, TestPlant};
use crate::domain::clock::{Instant, ProductionDate};

const ORDER: InsertInto = InsertInto {
    table: "t_work_order",
    columns: &["client_id", "work_order_id", "product_id", "quantity", "required_date", "status", "priority"],
    stamp: Stamp::Full,
};

impl TestPlant {
    /// Adds a shift from 22:00 to 06:00 with half an hour's break.
    pub(crate) async fn add_night(&self) {
        let row = args!["NIGHT", i64::from(i32::MIN), "NIGHT", 1320_i64, 360_i64, 30_i64, 127_i64, true];
        self.insert(SHIFT, [row]).await;
    }

    /// Puts a client into another time zone.
    pub(crate) async fn set_zone(&self, client: &str, zone: &str) {
        let mut tx = self.store.door("test", Instant(0)).await.unwrap();
        let sql = "UPDATE t_client SET time_zone = $2 WHERE client_id = $1 RETURNING version";
        assert_eq!(tx.run(sql, args![client, zone]).await.unwrap(), 1);
        tx.commit().await.unwrap();
    }

    /// Says since when the stops run that have no minutes.
    pub(crate) async fn stops_run_since(&self, at: Instant) {
        let mut tx = self.store.door("test", Instant(0)).await.unwrap();
        let sql = "UPDATE t_downtime_entry SET started_at = $1 WHERE minutes IS NULL RETURNING version";
        tx.run(sql, args![at]).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Adds an order that nothing was delivered of.
    pub(crate) async fn add_order(&self, client: &str, order: &str, due: ProductionDate) {
        self.insert(ORDER, [args![client, order, "P1", 10_i64, due, "planned", "standard"]]).await;
    }
}
