//! Sixty clients in one database, and the same rows in databases that hold some of the clients only: what the
//! differential test of `service::differential` compares.
//!
//! Every row comes from one deterministic generator and depends on its client alone, so a database of some clients holds
//! exactly what the shared one holds of them. The clients overlap wherever they can: the same lines, orders, jobs,
//! parts, stages, codes, employee numbers and entry ids, a product that some share, a person who works for two, pool
//! people who cover for several. What is a client's own holds its marker, `CL07-SECRET`.
//! Rows go in through doors to which no scope applies, and are counted and digested there too.

#[cfg(test)]
mod digest;
#[cfg(test)]
mod floor;
#[cfg(test)]
mod orders;
#[cfg(test)]
mod people;

use super::engine::Door;
use super::funnel::{InsertInto, Look, Stamp, Value, WriteTx, args};
use super::migrate::{DatabaseUrl, Store};
use super::postgres;
use super::scoped::Catalogue;
use super::session::Session;
use super::test_postgres::{migrate, migrated};
use super::test_server::TestDatabase;
use crate::domain::clock::{Instant, PlantClock, ProductionDate};
use crate::domain::id::{ClientId, UserId};
use crate::domain::role::Role;
use crate::domain::shift::{Shift, ShiftWindow, Weekdays};
use std::collections::BTreeSet;
use tempfile::TempDir;
use uuid::Uuid;

pub(in crate::store) use digest::{Columns, Words};

/// 2026-05-20 10:00 UTC, a Wednesday.
pub(crate) const NOW: Instant = Instant(1_779_271_200_000);
/// Its production date.
pub(crate) const TODAY: ProductionDate = ProductionDate(20_593);
/// Active clients of the shared database.
pub(crate) const CLIENTS: usize = 60;
/// The client that is out of use; it has rows and people like the others.
pub(crate) const DISABLED: usize = CLIENTS;
/// What the product is called that every third client has.
pub(crate) const SHARED_PRODUCT: &str = "P-TRIO";
const ZONES: [&str; 4] = ["Europe/Vienna", "America/Mexico_City", "Asia/Kolkata", "UTC"];
const SHIFTS: [(&str, i64, i64); 3] = [("E", 360, 840), ("L", 840, 1320), ("N", 1320, 360)];
/// People whom any client may borrow.
const POOL: u128 = 3;
/// Accounts besides those of one client.
const PEOPLE: [(&str, Role, &[usize]); 5] = [
    ("lena", Role::Leader, &[0, 7, 23, DISABLED]),
    ("luis", Role::Leader, &[7, 11]),
    ("lost", Role::Leader, &[]),
    ("paul", Role::PowerUser, &[]),
    ("anna", Role::Admin, &[]),
];

/// One row with who entered it, and when.
pub(super) type Row = (Vec<Value>, String, Instant);

/// Where the clients are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    /// In a file.
    File,
    /// On a throw-away server.
    Server,
}

/// A database, gone with this value.
pub(crate) struct ManyClients {
    pub(crate) store: Store,
    pub(crate) engine: Engine,
    /// The same database, to which no scope and no policy applies.
    truth: Store,
    database: Option<TestDatabase>,
    _folder: TempDir,
}

/// The key of a client.
pub(crate) fn key(client: usize) -> ClientId {
    ClientId::stored(format!("CL{client:02}"))
}

/// The word that stands in everything that is a client's own.
pub(crate) fn marker(client: usize) -> String {
    format!("CL{client:02}-SECRET")
}

/// The id that every client has an entry of a kind under.
pub(crate) fn entry_id(kind: u128, number: u128) -> Uuid {
    Uuid::from_u128((0x7000 << 64) + (kind << 32) + number)
}

/// The id that only one client has an entry of a kind under.
pub(crate) fn own_id(kind: u128, client: usize) -> Uuid {
    entry_id(kind, 1000 + client as u128)
}

/// The two operators and the leader of one client.
pub(crate) fn people_of(client: usize) -> [(String, Role); 3] {
    [
        (format!("op{client:02}a"), Role::Operator),
        (format!("op{client:02}b"), Role::Operator),
        (format!("lead{client:02}"), Role::Leader),
    ]
}

/// The clock of a client.
pub(crate) fn clock(client: usize) -> PlantClock {
    PlantClock::parse(ZONES[client % ZONES.len()]).unwrap()
}

/// A number that depends on these alone, from 0 to one less than `below`.
pub(super) fn dice(client: usize, kind: &str, number: i64, below: i64) -> i64 {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for byte in kind.bytes().map(u64::from).chain([client as u64, number.cast_unsigned()]) {
        state = (state ^ byte).wrapping_mul(0xff51_afd7_ed55_8ccd);
        state ^= state >> 29;
    }
    i64::try_from(state % below.cast_unsigned()).unwrap()
}

/// A shift of the plant.
pub(super) fn shift(number: usize) -> Shift {
    let (id, start_minute, end_minute) = SHIFTS[number];
    Shift {
        shift_id: id.parse().unwrap(),
        valid_from: ProductionDate(i32::MIN),
        name: id.to_owned(),
        start_minute,
        end_minute,
        break_minutes: 30,
        days: Weekdays::EVERY_DAY,
    }
}

/// When a shift of a day is at a client.
pub(super) fn window(client: usize, number: usize, date: ProductionDate) -> ShiftWindow {
    shift(number).window(date, clock(client))
}

/// Employee numbers that every client has.
pub(crate) const fn people_numbers() -> [&'static str; 4] {
    people::NUMBERS
}

/// Somebody of the floating pool.
pub(crate) fn pool_member(number: u128) -> Uuid {
    people::pool(number)
}

/// The last hour of yesterday's late shift of a client, in which nobody has booked the pool.
pub(crate) fn last_hour_of_late(client: &ClientId) -> (Instant, Instant) {
    let number = (0..=DISABLED).find(|&number| key(number) == *client).unwrap_or(0);
    let end = window(number, 1, TODAY.plus_days(-1)).ends_at;
    (end.plus_minutes(-60), end)
}

pub(super) const fn table(table: &'static str, columns: &'static [&'static str]) -> InsertInto {
    InsertInto { table, columns, stamp: Stamp::Full }
}

impl ManyClients {
    /// A database that holds the rows of these clients. It has every product where `every_product` says so, as those
    /// see it who keep products; else the products that these clients are linked to.
    pub(crate) async fn of(engine: Engine, clients: &[usize], every_product: bool) -> Self {
        let many = match engine {
            Engine::File => Self::in_file().await,
            Engine::Server => Self::on_server(migrated().await).await,
        };
        many.fill_with(clients, every_product).await;
        many
    }

    /// The database of all clients.
    pub(crate) async fn shared(engine: Engine) -> Self {
        let all: Vec<usize> = (0..=DISABLED).collect();
        if engine == Engine::File {
            return Self::of(engine, &all, true).await;
        }
        let filled = async |database: &TestDatabase| {
            migrate(database).await;
            let many = Self::at(database).await;
            many.fill_with(&all, true).await;
            many.truth.close().await;
            many.store.close().await;
        };
        Self::on_server(TestDatabase::copy_of("many", filled).await).await
    }

    async fn in_file() -> Self {
        let folder = folder();
        let store = Store::open(&DatabaseUrl::file(folder.path().join("plant.db"))).await.unwrap();
        Self { truth: store.clone(), store, engine: Engine::File, database: None, _folder: folder }
    }

    async fn on_server(database: TestDatabase) -> Self {
        let many = Self::at(&database).await;
        Self { database: Some(database), ..many }
    }

    /// A server's database that somebody else keeps.
    async fn at(database: &TestDatabase) -> Self {
        let folder = folder();
        let url = DatabaseUrl::parse(&database.runtime_url()).unwrap().with_slots_in(folder.path());
        let store = Store::open_with_key(&url, Some(&folder.path().join("plant.db.audit-key"))).await.unwrap();
        let superuser = DatabaseUrl::parse(&database.superuser_url()).unwrap();
        let door = Door::Postgres(postgres::Pools::new(&superuser.server().unwrap().options));
        let truth = store.through(door, Catalogue::default());
        Self { truth, store, engine: Engine::Server, database: None, _folder: folder }
    }

    /// A server's database behind the program.
    pub(in crate::store) fn database(&self) -> &TestDatabase {
        self.database.as_ref().expect("this is about PostgreSQL")
    }

    /// Changes rows past every scope and policy.
    pub(in crate::store) async fn truth(&self, by: &str) -> WriteTx {
        self.truth.door(by, NOW).await.unwrap()
    }

    async fn fill_with(&self, clients: &[usize], every_product: bool) {
        let mut tables = vec![shared(clients, every_product)];
        tables.extend(clients.iter().map(|&client| of_client(client)));
        self.fill(tables).await;
    }

    async fn fill(&self, parts: Vec<Vec<(InsertInto, Vec<Row>)>>) {
        let mut tables: Vec<(InsertInto, Vec<Row>)> = Vec::new();
        for (into, rows) in parts.into_iter().flatten() {
            match tables.iter_mut().find(|(known, _)| known.table == into.table) {
                Some((_, known)) => known.extend(rows),
                None => tables.push((into, rows)),
            }
        }
        let mut tx = self.truth("generator").await;
        for (into, rows) in tables {
            if self.engine == Engine::Server {
                // Bookings of sixty clients overlap, which nobody could enter.
                let role = if into.table == "t_pool_booking" { "replica" } else { "origin" };
                tx.all::<String>(TRIGGERS, args![role]).await.unwrap();
            }
            tx.insert_dated(&into, rows).await.unwrap_or_else(|error| panic!("{}: {error}", into.table));
            if into.table == "t_client" {
                // What keeps sums on a server has its owner's rights, whom the policies bind.
                tx.reach(None).await.unwrap();
            }
        }
        for removing in REMOVED {
            tx.run(removing, args![NOW.plus_minutes(-60)]).await.unwrap();
        }
        tx.run(ENDS, args![]).await.unwrap();
        tx.commit().await.unwrap();
        self.store.begin_trails(NOW).await.unwrap();
    }

    /// The session of somebody, by login.
    pub(crate) async fn session(&self, login: &str) -> Session {
        let user = UserId(user_id(login));
        let person = self.store.person(user).await.unwrap().unwrap();
        Session::open(&self.store, person, None).await.unwrap()
    }
}

/// Whether triggers fire for what a server's superuser writes.
const TRIGGERS: &str = "SELECT set_config('session_replication_role', $1, true)";

/// A folder with an audit key, the same everywhere, so that the same entries have the same hashes.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("plant.db.audit-key"), "c1".repeat(32)).unwrap();
    folder
}

/// The entries of the generator are older than their chains.
const ENDS: &str = "INSERT INTO t_audit_head (client_id, seq, begun)
    SELECT client_id, max(seq), max(seq) + 1 FROM t_audit_entry GROUP BY client_id RETURNING seq";

/// Something of every client that was removed.
const REMOVED: [&str; 4] = [
    "UPDATE t_production_entry SET deleted_at = $1, version = 2 WHERE notes LIKE 'removed%' RETURNING version",
    "UPDATE t_downtime_entry SET deleted_at = $1, version = 2 WHERE notes LIKE 'removed%' RETURNING version",
    "UPDATE t_client_product SET deleted_at = $1, version = 2 WHERE created_by = 'linked-once' RETURNING version",
    "UPDATE t_work_order SET deleted_at = $1, version = 2 WHERE work_order_id = 'W-GONE' RETURNING version",
];

fn user_id(login: &str) -> Uuid {
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(login.bytes()).for_each(|(byte, letter)| *byte = letter);
    Uuid::from_bytes(bytes)
}

/// What belongs to the plant: shifts, products, pool people, and all accounts.
fn shared(clients: &[usize], every_product: bool) -> Vec<(InsertInto, Vec<Row>)> {
    let row = |values: Vec<Value>| (values, "anna".to_owned(), NOW.plus_minutes(-9000));
    let shifts = (0..SHIFTS.len()).map(shift).map(|it| {
        let minutes = args![it.start_minute, it.end_minute, it.break_minutes, 127_i64, true];
        row(args![&it.shift_id, it.valid_from, it.name].into_iter().chain(minutes).collect())
    });
    let linked: Vec<usize> = if every_product { (0..=DISABLED).collect() } else { clients.to_vec() };
    let products: BTreeSet<String> =
        linked.into_iter().flat_map(orders::products_of).map(|(product, _)| product).collect();
    let product = |id: String| {
        let name = if id.starts_with("P-CL") { format!("part of {}-SECRET", &id[2..]) } else { format!("part {id}") };
        let cycle = 2000 + i64::try_from(id.len()).unwrap() * 500;
        row(args![id, name, cycle, Some(cycle * 2), 2_i64, true])
    };
    let own = |client: usize| people_of(client).map(|(login, role)| (login, role));
    let accounts = (0..=DISABLED).flat_map(own).chain(PEOPLE.map(|(login, role, _)| (login.to_owned(), role)));
    let account =
        |(login, role): (String, Role)| row(args![user_id(&login), &login, &login, role.as_str(), true, false]);
    let persons = clients.iter().flat_map(|&client| people::persons_of(client)).chain((1..=POOL).map(people::pool));
    let persons: BTreeSet<Uuid> = persons.collect();
    vec![
        (
            table(
                "t_shift",
                &["shift_id", "valid_from", "name", "start_minute", "end_minute", "break_minutes", "days", "active"],
            ),
            shifts.collect(),
        ),
        (
            table(
                "t_product",
                &["product_id", "name", "ideal_cycle_ms", "labour_standard_ms", "standard_crew", "active"],
            ),
            products.into_iter().map(product).collect(),
        ),
        (
            InsertInto { stamp: Stamp::Created, ..table("t_employee", &["employee_id"]) },
            persons.into_iter().map(|person| row(args![person])).collect(),
        ),
        (
            table("t_floating_pool", &["employee_id", "name", "active"]),
            (1..=POOL).map(|number| row(args![people::pool(number), format!("Pool {number}"), true])).collect(),
        ),
        (
            table("t_user_account", &["user_id", "login", "full_name", "role", "active", "must_set_password"]),
            accounts.map(account).collect(),
        ),
    ]
}

/// Everything that belongs to a client, parents first.
fn of_client(client: usize) -> Vec<(InsertInto, Vec<Row>)> {
    let row = |values: Vec<Value>| (values, "anna".to_owned(), NOW.plus_minutes(-8000));
    let name = format!("{} Ltd", marker(client));
    let client_row = args![&key(client), name, ZONES[client % ZONES.len()], client != DISABLED];
    let mut tables = vec![(table("t_client", &["client_id", "name", "time_zone", "active"]), vec![row(client_row)])];
    let own = people_of(client).map(|(login, _)| login);
    let others = PEOPLE.iter().filter(|(_, _, clients)| clients.contains(&client)).map(|(login, ..)| (*login).into());
    let assigned = own.into_iter().chain(others).map(|login: String| row(args![&key(client), user_id(&login)]));
    tables.push((table("t_user_client_assignment", &["client_id", "user_id"]), assigned.collect()));
    tables.extend(orders::of_client(client));
    tables.extend(people::assignments(client));
    tables.extend(floor::of_client(client));
    tables.extend(orders::holds(client));
    tables.extend(people::of_client(client));
    tables
}
