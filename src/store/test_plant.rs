//! A plant in a temporary folder for tests of reading: rows go in through the door, unscoped and unchecked by any
//! service, and come out through sessions.

use super::funnel::{InsertInto, Stamp, Value, args};
use super::line_shift::LINE_SHIFT;
use super::migrate::{DatabaseUrl, Store};
use super::production::PRODUCTION_ENTRY;
use super::session::{Person, Session};
use super::test_postgres::Place;
use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::downtime::Loss;
use crate::domain::id::{ClientId, LineId, Login, ProductId, ShiftId, UserId};
use crate::domain::role::Role;
use crate::domain::shift::LineShiftKey;
use crate::kpi::{Kpi, Target};
use proptest::prelude::*;
use proptest::sample::select;
use tokio::sync::OnceCell;
use uuid::Uuid;

/// Monday, 2026-06-01: the first day on which the plants of these tests work.
pub(crate) const MONDAY: ProductionDate = ProductionDate(20_605);
/// Clients, lines, products and shifts of every plant; each client has all lines and products.
const LINES: [&str; 2] = ["L1", "L2"];
const PRODUCTS: [&str; 2] = ["P1", "P2"];
/// Name and start, in minutes after midnight UTC; each takes eight hours.
const SHIFTS: [(&str, i64); 2] = [("EARLY", 360), ("LATE", 840)];

/// A plant.
pub(crate) struct TestPlant {
    pub(super) place: Place,
    pub(crate) store: Store,
    /// Who enters what a server's door cannot: the rows of clients.
    keeper: OnceCell<Session>,
}

/// One line running one shift, with all that was entered for it.
#[derive(Debug, Clone)]
pub(crate) struct RawLineShift {
    pub(crate) key: LineShiftKey,
    pub(crate) starts_at: Instant,
    pub(crate) ends_at: Instant,
    pub(crate) planned_minutes: i64,
    pub(crate) crew: Option<i64>,
    pub(crate) target_units: Option<i64>,
    pub(crate) counts: Vec<RawCount>,
    pub(crate) stops: Vec<RawStop>,
}

/// A count as it lies in the table.
#[derive(Debug, Clone)]
pub(crate) struct RawCount {
    pub(crate) product: &'static str,
    pub(crate) units: i64,
    pub(crate) defects: i64,
    pub(crate) scrap: i64,
    pub(crate) cycle: Option<i64>,
    pub(crate) labour: Option<i64>,
    pub(crate) inferred: bool,
    pub(crate) removed: bool,
}

/// A stop as it lies in the table; one without minutes runs since its line shift began.
#[derive(Debug, Clone)]
pub(crate) struct RawStop {
    pub(crate) loss: Loss,
    pub(crate) minutes: Option<i64>,
    pub(crate) micro: bool,
    pub(crate) counted: bool,
    pub(crate) removed: bool,
}

/// A line shift in which nothing was entered: 480 minutes, 450 of them planned, a crew of 2.
pub(crate) fn line_shift(client: &str, line: &str, shift: usize, day: i32) -> RawLineShift {
    let (shift, start) = SHIFTS[shift];
    let production_date = MONDAY.plus_days(day);
    let starts_at = Instant(i64::from(production_date.0) * 86_400_000).plus_minutes(start);
    RawLineShift {
        key: LineShiftKey {
            client_id: ClientId::parse(client).unwrap(),
            production_date,
            shift_id: ShiftId::parse(shift).unwrap(),
            line_id: LineId::parse(line).unwrap(),
        },
        starts_at,
        ends_at: starts_at.plus_minutes(480),
        planned_minutes: 450,
        crew: Some(2),
        target_units: None,
        counts: Vec::new(),
        stops: Vec::new(),
    }
}

/// A count of good units with a cycle of a second and as much labour.
pub(crate) fn count(product: &'static str, units: i64) -> RawCount {
    let (cycle, labour) = (Some(1000), Some(1000));
    RawCount { product, units, defects: 0, scrap: 0, cycle, labour, inferred: false, removed: false }
}

/// A stop that has ended, or runs.
pub(crate) fn stop(loss: Loss, minutes: Option<i64>) -> RawStop {
    RawStop { loss, minutes, micro: false, counted: true, removed: false }
}

prop_compose! {
    fn raw_count()(
        product in select(&PRODUCTS[..]), units in 0_i64..100_000, (defective, scrapped) in (0_i64..=100, 0_i64..=100),
        cycle in prop::option::weighted(0.8, 1_i64..1_000_000), labour in prop::option::weighted(0.8, 1_i64..1_000_000),
        inferred: bool, removed in prop::bool::weighted(0.1),
    ) -> RawCount {
        let defects = units * defective / 100;
        RawCount { product, units, defects, scrap: defects * scrapped / 100, cycle, labour, inferred, removed }
    }
}

prop_compose! {
    fn raw_stop()(
        loss in select(Loss::ALL), minutes in 0_i64..300, micro: bool, counted: bool,
        removed in prop::bool::weighted(0.1),
    ) -> RawStop {
        RawStop { loss, minutes: Some(minutes), micro: micro && loss != Loss::Planned, counted, removed }
    }
}

prop_compose! {
    fn raw_line_shift(client: &'static str, line: &'static str, shift: usize, day: i32)(
        planned_minutes in 0_i64..1000, crew in prop::option::of(0_i64..20), target_units in prop::option::of(0_i64..9999),
        counts in prop::collection::vec(raw_count(), 0..4), stops in prop::collection::vec(raw_stop(), 0..4),
    ) -> RawLineShift {
        RawLineShift { planned_minutes, crew, target_units, counts, stops, ..line_shift(client, line, shift, day) }
    }
}

/// A few days of some clients, without gaps; on each line a stop may run, since any of its line shifts.
pub(crate) fn some_days(clients: &'static [&'static str], days: i32) -> impl Strategy<Value = Vec<RawLineShift>> {
    let lines: Vec<_> = clients.iter().flat_map(|client| LINES.map(|line| (*client, line))).collect();
    let on_line = move |(client, line): (&'static str, &'static str)| {
        let shifts: Vec<_> = (0..days)
            .flat_map(|day| (0..SHIFTS.len()).map(move |shift| raw_line_shift(client, line, shift, day)))
            .collect();
        let running = prop::option::of((any::<prop::sample::Index>(), select(Loss::ALL), any::<bool>()));
        (shifts, running).prop_map(|(mut shifts, running)| {
            if let Some((since, loss, counted)) = running {
                let since = since.index(shifts.len());
                shifts[since].stops.push(RawStop { counted, ..stop(loss, None) });
            }
            shifts
        })
    };
    lines.into_iter().map(on_line).collect::<Vec<_>>().prop_map(|lines| lines.concat())
}

const CLIENT: InsertInto =
    InsertInto { table: "t_client", columns: &["client_id", "name", "time_zone", "active"], stamp: Stamp::Full };
pub(super) const SHIFT: InsertInto = InsertInto {
    table: "t_shift",
    columns: &["shift_id", "valid_from", "name", "start_minute", "end_minute", "break_minutes", "days", "active"],
    stamp: Stamp::Full,
};
const PRODUCT: InsertInto =
    InsertInto { table: "t_product", columns: &["product_id", "name", "standard_crew", "active"], stamp: Stamp::Full };
const CLIENT_PRODUCT: InsertInto =
    InsertInto { table: "t_client_product", columns: &["client_id", "product_id"], stamp: Stamp::Full };
const LINE: InsertInto = InsertInto {
    table: "t_production_line",
    columns: &["client_id", "line_id", "name", "micro_stop_minutes", "active"],
    stamp: Stamp::Full,
};
const REASON: InsertInto = InsertInto {
    table: "t_downtime_reason",
    columns: &["client_id", "code", "name", "loss", "hidden"],
    stamp: Stamp::Full,
};
const TARGET: InsertInto = InsertInto {
    table: "t_kpi_target",
    columns: &["client_id", "kpi", "valid_from", "target_micro", "warning_micro"],
    stamp: Stamp::Full,
};
const ACCOUNT: InsertInto = InsertInto {
    table: "t_user_account",
    columns: &["user_id", "login", "full_name", "role", "active", "must_set_password"],
    stamp: Stamp::Full,
};
const ASSIGNMENT: InsertInto =
    InsertInto { table: "t_user_client_assignment", columns: &["client_id", "user_id"], stamp: Stamp::Full };
const STOP: InsertInto = InsertInto {
    table: "t_downtime_entry",
    columns: &[
        "client_id",
        "entry_id",
        "stop_id",
        "production_date",
        "shift_id",
        "line_id",
        "reason",
        "loss",
        "started_at",
        "ended_at",
        "minutes",
        "classified_minutes",
        "micro_stop",
        "counted",
        "late",
        "created_by",
        "created_at",
        "updated_by",
        "updated_at",
        "deleted_at",
        "version",
    ],
    stamp: Stamp::Bare,
};
/// Tables of clients that only doors keep.
const AT_THE_DOOR: [&str; 2] = ["t_client", "t_user_client_assignment"];
const STAMPED: [&str; 6] = ["created_by", "created_at", "updated_by", "updated_at", "deleted_at", "version"];

fn stamp(removed: bool) -> Vec<Value> {
    args!["test", 0_i64, "test", 0_i64, removed.then_some(1_i64), 1_i64]
}

impl TestPlant {
    /// A plant whose clients all have the same lines, products and reasons.
    pub(crate) async fn of(clients: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = DatabaseUrl::file(folder.path().join("plant.db"));
        Self::at(&url, Place::Folder(folder), clients).await
    }

    pub(super) async fn at(url: &DatabaseUrl, place: Place, clients: &[&str]) -> Self {
        let store = Store::open(url).await.unwrap();
        let plant = Self { place, store, keeper: OnceCell::new() };
        let first = i64::from(i32::MIN);
        let rows = SHIFTS.map(|(id, start)| args![id, first, id, start, start + 480, 30_i64, 127_i64, true]);
        plant.insert(SHIFT, rows).await;
        plant.insert(PRODUCT, PRODUCTS.map(|id| args![id, id, 1_i64, true])).await;
        for client in clients {
            plant.insert(CLIENT, [args![*client, *client, "UTC", true]]).await;
            plant.insert(LINE, LINES.map(|id| args![*client, id, id, 2_i64, true])).await;
            plant.insert(CLIENT_PRODUCT, PRODUCTS.map(|id| args![*client, id])).await;
            let reasons =
                Loss::ALL.iter().map(|loss| args![*client, loss.as_str(), loss.as_str(), loss.as_str(), false]);
            plant.insert(REASON, reasons).await;
        }
        plant
    }

    pub(super) async fn insert(&self, into: InsertInto, rows: impl IntoIterator<Item = Vec<Value>>) {
        let is_clients = into.columns.first() == Some(&"client_id") && !AT_THE_DOOR.contains(&into.table);
        let (into, mut tx) = match &self.place {
            Place::Database(_) if is_clients => {
                let plain = into.table.strip_prefix("t_").unwrap_or(into.table);
                let keeper = self.keeper.get_or_init(|| Box::pin(self.session(Role::Admin, &[]))).await;
                (InsertInto { table: plain, ..into }, keeper.write(Instant(0)).await.unwrap())
            }
            _ => (into, self.store.door("test", Instant(0)).await.unwrap()),
        };
        tx.insert(&into, rows.into_iter().collect()).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// A session of somebody new.
    pub(crate) async fn session(&self, role: Role, clients: &[&str]) -> Session {
        let user_id = UserId(Uuid::new_v4());
        let login = Login::parse(&format!("user-{}", user_id.0)).unwrap();
        self.insert(ACCOUNT, [args![user_id, &login, "Test", role.as_str(), true, false]]).await;
        self.insert(ASSIGNMENT, clients.iter().map(|client| args![*client, user_id])).await;
        let person = Person { user_id, login, full_name: "Test".into(), role, session_version: 1, scope_version: 1 };
        Session::open(&self.store, person, None).await.unwrap()
    }

    /// Sets a target from a day on.
    pub(crate) async fn set_target(&self, client: &str, kpi: Kpi, from: ProductionDate, target: Target) {
        self.insert(TARGET, [args![client, kpi.as_str(), from, target.target_micro, target.warn_micro]]).await;
    }

    /// Adds a client's product that nobody else has.
    pub(crate) async fn add_product(&self, client: &str, product: &str) {
        self.insert(PRODUCT, [args![product, product, 1_i64, true]]).await;
        self.insert(CLIENT_PRODUCT, [args![client, product]]).await;
    }

    /// Adds a client's line that nobody else has.
    pub(crate) async fn add_line(&self, client: &str, line: &str) {
        self.insert(LINE, [args![client, line, line, 2_i64, true]]).await;
    }

    /// Enters line shifts with their counts and stops.
    pub(crate) async fn enter(&self, rows: &[RawLineShift]) {
        let into = InsertInto { table: "t_line_shift", ..LINE_SHIFT };
        self.insert(into, rows.iter().map(RawLineShift::values)).await;
        let columns: Vec<&'static str> = PRODUCTION_ENTRY.columns.iter().chain(&STAMPED).copied().collect();
        let into = InsertInto { table: "t_production_entry", columns: columns.leak(), stamp: Stamp::Bare };
        self.insert(into, rows.iter().flat_map(|row| row.counts.iter().map(|count| count.values(&row.key)))).await;
        self.insert(STOP, rows.iter().flat_map(|row| row.stops.iter().map(|stop| stop.values(row)))).await;
    }
}

impl RawLineShift {
    fn values(&self) -> Vec<Value> {
        let (none, at) = (None::<String>, None::<Instant>);
        args![
            &self.key.client_id,
            self.key.production_date,
            &self.key.shift_id,
            &self.key.line_id,
            i64::from(i32::MIN),
            self.starts_at,
            self.ends_at,
            self.planned_minutes,
            true,
            self.crew,
            self.crew.is_some(),
            self.target_units,
            self.target_units.is_some(),
            "open",
            none.clone(),
            at,
            none.clone(),
            none.clone(),
            at,
            none
        ]
    }
}

impl RawCount {
    fn values(&self, key: &LineShiftKey) -> Vec<Value> {
        let source = match (self.cycle, self.inferred) {
            (None, _) => "none",
            (Some(_), true) => "history",
            (Some(_), false) => "product",
        };
        let none = None::<String>;
        let mut row = args![
            &key.client_id,
            Uuid::new_v4(),
            key.production_date,
            &key.shift_id,
            &key.line_id,
            None::<Instant>,
            &ProductId::parse(self.product).unwrap(),
            none.clone(),
            none.clone(),
            self.units,
            self.defects,
            self.scrap,
            self.defects - self.scrap,
            self.scrap,
            self.cycle,
            self.labour,
            source,
            false,
            false,
            none.clone(),
            none,
            None::<Instant>
        ];
        row.extend(stamp(self.removed));
        row
    }
}

impl RawStop {
    fn values(&self, row: &RawLineShift) -> Vec<Value> {
        let id = Uuid::new_v4();
        let mut values = args![
            &row.key.client_id,
            id,
            id,
            row.key.production_date,
            &row.key.shift_id,
            &row.key.line_id,
            self.loss.as_str(),
            self.loss.as_str(),
            self.minutes.is_none().then_some(row.starts_at),
            None::<Instant>,
            self.minutes,
            self.minutes,
            self.micro,
            self.counted,
            false
        ];
        values.extend(stamp(self.removed));
        values
    }
}
