//! Two clients with the same keys, and sessions on them, for the tests of the store.

use super::audit::AuditEntry;
use super::engine::{Door, Open};
use super::funnel::{InsertInto, Stamp, Value, WriteTx, args};
use super::line_shift::LINE_SHIFT;
use super::production::PRODUCTION_ENTRY;
use super::test_postgres::migrated;
use super::test_server::TestDatabase;
use super::{Session, Store};
use crate::domain::clock::Instant;
use crate::domain::id::{ClientId, UserId};
use crate::store::DatabaseUrl;
use uuid::Uuid;

/// The moment at which everything in the fixture happens: 2026-05-20 10:00 UTC.
pub(in crate::store) const NOW: Instant = Instant(1_779_271_200_000);
/// The production date of [`NOW`].
pub(in crate::store) const TODAY: i64 = 20_593;
/// The clients.
pub(in crate::store) const CLIENTS: [&str; 2] = ["ACME", "BOLT"];

const fn table(table: &'static str, columns: &'static [&'static str]) -> InsertInto {
    InsertInto { table, columns, stamp: Stamp::Full }
}

const CLIENT: InsertInto = table("t_client", &["client_id", "name", "time_zone", "active"]);
const ACCOUNT: InsertInto = table(
    "t_user_account",
    &["user_id", "login", "full_name", "role", "password_hash", "pin_hash", "active", "must_set_password"],
);
const ASSIGNMENT: InsertInto = table("t_user_client_assignment", &["client_id", "user_id"]);

impl Open {
    /// The file's own connection, for tests that look behind the funnel.
    pub(in crate::store) fn sqlite(&mut self) -> &mut sqlx::SqliteConnection {
        match self {
            Self::Sqlite(tx, _) => tx,
            Self::Postgres(_) => panic!("this test is about SQLite"),
        }
    }
}

impl Store {
    /// The file's unscoped connection, for tests that look behind the funnel.
    pub(in crate::store) fn sqlite(&self) -> &sqlx::SqlitePool {
        match &self.inner.door {
            Door::Sqlite(pool, _) => pool,
            Door::Postgres(_) => panic!("this test is about SQLite"),
        }
    }
}

/// What keeps a database. What the database itself decides is tried on both.
#[derive(Debug, Clone, Copy)]
pub(in crate::store) enum Engine {
    File,
    Server,
}

/// A database of its own.
pub(in crate::store) struct Fixture {
    pub(in crate::store) store: Store,
    _place: Place,
}

/// What goes with the fixture.
#[allow(dead_code, reason = "removed when it is dropped")]
enum Place {
    Folder(tempfile::TempDir),
    Server(TestDatabase, tempfile::TempDir),
}

impl Fixture {
    /// A migrated database with two clients and nothing else of theirs.
    pub(in crate::store) async fn new() -> Self {
        let folder = tempfile::tempdir().expect("folder");
        let store = Store::open(&DatabaseUrl::file(folder.path().join("plant.db"))).await.expect("store");
        Self::with_clients(store, Place::Folder(folder)).await
    }

    /// The same on a server.
    pub(in crate::store) async fn postgres() -> Self {
        let database = migrated().await;
        let folder = tempfile::tempdir().expect("folder");
        let url = DatabaseUrl::parse(&database.runtime_url()).expect("url").with_slots_in(folder.path());
        let store = Store::open(&url).await.expect("store");
        Self::with_clients(store, Place::Server(database, folder)).await
    }

    /// The same on an engine.
    pub(in crate::store) async fn on(engine: Engine) -> Self {
        match engine {
            Engine::File => Self::new().await,
            Engine::Server => Self::postgres().await,
        }
    }

    async fn with_clients(store: Store, place: Place) -> Self {
        let fixture = Self { store, _place: place };
        let mut tx = fixture.store.door("fixture", NOW).await.expect("door");
        for client in CLIENTS {
            tx.insert_one(&CLIENT, args![client, client, "Europe/Vienna", true]).await.expect("client");
        }
        tx.commit().await.expect("commit");
        fixture
    }

    /// A session of a new account with that role, on those clients.
    pub(in crate::store) async fn session(&self, login: &str, role: &str, clients: &[&str]) -> Session {
        let user_id = UserId(Uuid::new_v4());
        let mut tx = self.store.door("fixture", NOW).await.expect("door");
        let account = args![user_id, login, login, role, None::<String>, None::<String>, true, true];
        tx.insert_one(&ACCOUNT, account).await.expect("account");
        for &client in clients {
            tx.insert_one(&ASSIGNMENT, args![client, user_id]).await.expect("assignment");
        }
        tx.commit().await.expect("commit");
        let person = self.store.person(user_id).await.expect("person").expect("active");
        Session::open(&self.store, person, None).await.expect("session")
    }
}

/// A row of every table of a client, under keys that are the same for both clients but for one word.
pub(in crate::store) async fn fill(session: &Session, client: &str) {
    let mut tx = session.write(NOW).await.expect("write");
    for (into, row) in one_of_each(client) {
        tx.insert_one(&into, row).await.unwrap_or_else(|error| panic!("{}: {error}", into.table));
    }
    let after = Some(serde_json::json!(format!("{client}-SECRET")));
    let entry =
        AuditEntry { table: "production_entry", key: id_of(client).to_string(), action: "log", before: None, after };
    tx.record(&ClientId::stored(client.to_owned()), entry);
    tx.commit().await.expect("commit");
}

/// What both clients share, written once.
pub(in crate::store) async fn fill_shared(session: &Session) {
    let mut tx = session.write(NOW).await.expect("write");
    let product =
        table("product", &["product_id", "name", "ideal_cycle_ms", "labour_standard_ms", "standard_crew", "active"]);
    let shift = table(
        "shift",
        &["shift_id", "valid_from", "name", "start_minute", "end_minute", "break_minutes", "days", "active"],
    );
    let person = InsertInto { table: "employee", columns: &["employee_id"], stamp: Stamp::Created };
    let pool = table("floating_pool", &["employee_id", "name", "skills", "active"]);
    for client in CLIENTS {
        let product_row = args![format!("P-{client}"), "Part", 3000_i64, None::<i64>, 2_i64, true];
        tx.insert_one(&product, product_row).await.expect("product");
        tx.insert_one(&person, args![id_of(client)]).await.expect("person");
    }
    tx.insert_one(&person, args![Uuid::nil()]).await.expect("person");
    tx.insert_one(&pool, args![Uuid::nil(), "Pool Paula", None::<String>, true]).await.expect("pool");
    tx.insert_one(&shift, args!["EARLY", i64::from(i32::MIN), "Early", 360_i64, 840_i64, 30_i64, 31_i64, true])
        .await
        .expect("shift");
    tx.commit().await.expect("commit");
}

fn id_of(client: &str) -> Uuid {
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(client.bytes()).for_each(|(byte, letter)| *byte = letter);
    Uuid::from_bytes(bytes)
}

/// The line shift of today.
pub(in crate::store) fn line_shift(client: &str, date: i64) -> Vec<Value> {
    let none = || None::<String>;
    let start = (date * 1440 + 240) * 60_000;
    args![
        client,
        date,
        "EARLY",
        "L1",
        i64::from(i32::MIN),
        start,
        start + 480 * 60_000,
        450_i64,
        false,
        4_i64,
        false,
        900_i64,
        false,
        "open",
        none(),
        None::<i64>,
        none(),
        none(),
        None::<i64>,
        none(),
    ]
}

/// A count of a client.
pub(in crate::store) fn count(client: &str, id: Uuid, date: i64, minute: i64, units: i64, note: &str) -> Vec<Value> {
    args![
        client,
        id,
        date,
        "EARLY",
        "L1",
        (date * 1440 + 240 + minute) * 60_000,
        format!("P-{client}"),
        "W1",
        None::<&str>,
        units,
        0_i64,
        0_i64,
        0_i64,
        0_i64,
        3000_i64,
        6000_i64,
        "product",
        false,
        false,
        note,
        None::<&str>,
        None::<i64>,
    ]
}

/// Writes counts, many at a time.
pub(in crate::store) async fn insert_counts(tx: &mut WriteTx, rows: Vec<Vec<Value>>) {
    tx.insert(&PRODUCTION_ENTRY, rows).await.expect("counts");
}

#[rustfmt::skip]
fn one_of_each(client: &str) -> Vec<(InsertInto, Vec<Value>)> {
    let none = || None::<String>;
    let word = format!("word of {client}");
    let id = id_of(client);
    let code = |name: &'static str| table(name, &["client_id", "code", "number", "name", "code_group", "hidden"]);
    vec![
        (table("client_product", &["client_id", "product_id"]), args![client, format!("P-{client}")]),
        (table("stage", &["client_id", "stage", "position"]), args![client, "sewing", 1_i64]),
        (table("production_line", &["client_id", "line_id", "name", "micro_stop_minutes", "active"]), args![client, "L1", &word, 2_i64, true]),
        (table("kpi_target", &["client_id", "kpi", "valid_from", "target_micro", "warning_micro"]), args![client, "oee", TODAY, 85_500_000_i64, None::<i64>]),
        (table("downtime_reason", &["client_id", "code", "number", "name", "code_group", "loss", "hidden"]), args![client, "JAM", 3_i64, &word, none(), "small_stop", false]),
        (code("hold_reason"), args![client, "DOUBT", 2_i64, &word, none(), false]),
        (code("defect_type"), args![client, "STAIN", 6_i64, &word, none(), false]),
        (table("absence_type", &["client_id", "code", "number", "name", "code_group", "counts", "hidden"]), args![client, "SICK", 1_i64, &word, none(), true, false]),
        (table("employee_client_assignment", &["client_id", "employee_number", "employee_id", "name", "department", "is_primary", "valid_from", "valid_to", "active"]),
            args![client, "100", id, &word, none(), true, None::<i64>, None::<i64>, true]),
        (table("work_order", &["client_id", "work_order_id", "product_id", "quantity", "ideal_cycle_ms", "received", "planned_start", "started_at", "required_date",
            "completed_at", "cancelled_at", "delivered_at", "delivered_quantity", "status", "priority", "po_number", "notes"]),
            args![client, "W1", format!("P-{client}"), 5000_i64, None::<i64>, None::<i64>, None::<i64>, None::<i64>, TODAY + 9, None::<i64>, None::<i64>,
                None::<i64>, None::<i64>, "in_process", "rush", none(), &word]),
        (table("job", &["client_id", "job_id", "work_order_id", "job_number", "part_number", "quantity", "completed", "scrapped"]),
            args![client, "J1", "W1", &word, "PN-1", 5000_i64, 10_i64, 1_i64]),
        (table("part_opportunities", &["client_id", "part_number", "opportunities_per_unit", "description"]), args![client, "PN-1", 12_i64, &word]),
        (LINE_SHIFT, line_shift(client, TODAY)),
        (PRODUCTION_ENTRY, count(client, id, TODAY, 60, 120, &word)),
        (table("downtime_entry", &["client_id", "entry_id", "stop_id", "production_date", "shift_id", "line_id", "work_order_id", "reason", "loss", "started_at",
            "ended_at", "minutes", "classified_minutes", "micro_stop", "counted", "late", "notes", "corrective_action", "resolved_by"]),
            args![client, id, id, TODAY, "EARLY", "L1", none(), "JAM", "small_stop", NOW, NOW.plus_minutes(9), 9_i64, 9_i64, false, true, false, &word, none(), none()]),
        (table("quality_entry", &["client_id", "entry_id", "production_date", "shift_id", "line_id", "work_order_id", "job_id", "part_number", "opportunities_per_unit",
            "stage", "inspected", "passed", "reworked", "repaired", "scrapped", "inspector", "late", "notes"]),
            args![client, id, TODAY, "EARLY", "L1", "W1", none(), "PN-1", 12_i64, "sewing", 50_i64, 47_i64, 2_i64, 0_i64, 1_i64, none(), false, &word]),
        (table("defect_detail", &["client_id", "quality_entry_id", "defect_type", "count", "cause", "notes"]), args![client, id, "STAIN", 4_i64, none(), none()]),
        (table("hold_entry", &["client_id", "hold_id", "work_order_id", "job_id", "reason", "quantity", "status", "requested_by", "requested_at", "approved_by",
            "approved_at", "placed_by", "hold_from", "release_requested_by", "release_requested_at", "released_by", "released_at", "disposition",
            "quality_entry_id", "split_from", "notes"]),
            args![client, id, "W1", none(), "DOUBT", 40_i64, "requested", "olga", NOW, none(), None::<i64>, none(), None::<i64>, none(), None::<i64>, none(),
                None::<i64>, none(), id, None::<Uuid>, &word]),
        (table("attendance_entry", &["client_id", "production_date", "shift_id", "employee_number", "shift_valid_from", "scheduled_minutes", "worked_minutes",
            "absence_minutes", "absence_type", "absence_counts", "late", "notes"]),
            args![client, TODAY, "EARLY", "100", i64::from(i32::MIN), 450_i64, 0_i64, 450_i64, "SICK", true, false, &word]),
        (table("coverage_entry", &["client_id", "coverage_id", "production_date", "shift_id", "employee_number", "pool_employee_id", "covered_from", "covered_to",
            "minutes", "notes"]),
            args![client, id, TODAY, "EARLY", "100", Uuid::nil(), NOW, NOW.plus_minutes(60), 60_i64, &word]),
        (table("hour_sign_off", &["client_id", "production_date", "shift_id", "line_id", "hour", "remark", "signed_by", "signed_at"]),
            args![client, TODAY, "EARLY", "L1", 1_i64, &word, "lena", NOW]),
    ]
}
