//! Fills a plant's tables, client by client, each in the order of time, so that every index grows at its end.

mod floor;
mod holds;
mod master;
mod people;

use crate::chance::Chance;
use crate::plant::{BREAK, CLIENTS, DAYS, NOW, SEED, SHIFTS, Size, client_key, zone};
use kpi_ops::domain::clock::{PlantClock, ProductionDate};
use sqlx::sqlite::SqliteArguments;
use sqlx::{Arguments, AssertSqlSafe, Connection, SqliteConnection};

/// Who entered everything.
const BY: &str = "bench";
/// Milliseconds of a minute.
const MINUTE: i64 = 60_000;

/// The instant at which the plant's first accounts are made.
pub fn beginning() -> i64 {
    NOW.plus_minutes(-i64::from(DAYS + 40) * 1440).0
}

/// Writes every row that the product's doors have not written, and says how many.
pub async fn fill(connection: &mut SqliteConnection, size: Size) -> u64 {
    let mut rows = master::shared(connection).await;
    for number in 0..CLIENTS {
        let mut tx = connection.begin().await.expect("a transaction");
        let client = Client::of(&mut tx, number, size).await;
        rows += master::of_client(&mut tx, &client).await;
        rows += floor::of_client(&mut tx, &client).await;
        rows += holds::of_client(&mut tx, &client).await;
        rows += people::of_client(&mut tx, &client).await;
        tx.commit().await.expect("a client is written");
        if number % 10 == 9 {
            eprintln!("{} plant: {} of {CLIENTS} clients, {rows} rows", size.name(), number + 1);
        }
    }
    rows
}

/// One client as it is filled.
struct Client {
    number: usize,
    key: String,
    size: Size,
    clock: PlantClock,
    /// Its today.
    today: ProductionDate,
    /// Reasons of stops with their losses.
    reasons: Vec<(String, String)>,
    defect_types: Vec<String>,
    hold_reasons: Vec<String>,
    /// Types of absence and whether they count.
    absences: Vec<(String, i64)>,
}

/// One shift of one day.
struct Turn {
    date: ProductionDate,
    shift: &'static str,
    number: usize,
    starts_at: i64,
    ends_at: i64,
    planned: i64,
}

impl Client {
    async fn of(connection: &mut SqliteConnection, number: usize, size: Size) -> Self {
        let key = client_key(number);
        let clock = PlantClock::parse(zone(number)).expect("a zone");
        let mut codes = async |table: &str, column: &str| -> Vec<(String, String)> {
            let sql = format!("SELECT code, CAST({column} AS TEXT) FROM {table} WHERE client_id = ? ORDER BY code");
            let rows = sqlx::query_as(AssertSqlSafe(sql)).bind(&key).fetch_all(&mut *connection).await;
            rows.expect("a catalogue")
        };
        let first = |(code, _)| code;
        Self {
            number,
            size,
            clock,
            today: clock.date(NOW),
            reasons: codes("t_downtime_reason", "loss").await,
            defect_types: codes("t_defect_type", "code").await.into_iter().map(first).collect(),
            hold_reasons: codes("t_hold_reason", "code").await.into_iter().map(first).collect(),
            absences: codes("t_absence_type", "counts")
                .await
                .into_iter()
                .map(|(code, yes)| (code, i64::from(yes == "1")))
                .collect(),
            key,
        }
    }

    fn chance(&self, what: &str) -> Chance {
        Chance::of(SEED, &format!("{} {what}", self.key))
    }

    fn value(&self) -> Value {
        Value::Text(self.key.clone())
    }

    /// The first day of the history.
    fn first_day(&self) -> ProductionDate {
        self.today.plus_days(1 - DAYS)
    }

    /// Every shift that has begun, in the order of time.
    fn turns(&self) -> Vec<Turn> {
        let days = (0..DAYS).map(|day| self.first_day().plus_days(day));
        let turns = days.flat_map(|date| {
            SHIFTS.iter().enumerate().map(move |(number, &(shift, start, end))| {
                let end = if end > start { end } else { end + 1440 };
                let (starts_at, ends_at) = (self.clock.at_minute(date, start).0, self.clock.at_minute(date, end).0);
                let planned = (ends_at - starts_at) / MINUTE - BREAK;
                Turn { date, shift, number, starts_at, ends_at, planned }
            })
        });
        turns.filter(|turn| turn.starts_at <= NOW.0).collect()
    }
}

impl Turn {
    fn is_on(&self) -> bool {
        self.ends_at > NOW.0
    }

    fn day(&self) -> Value {
        Value::Whole(i64::from(self.date.0))
    }

    fn shift(&self) -> Value {
        Value::Text(self.shift.into())
    }
}

/// What a column holds.
#[derive(Clone)]
enum Value {
    Nothing,
    Whole(i64),
    Text(String),
    Key([u8; 16]),
}

/// Most arguments of one statement.
const ARGUMENTS: usize = 30_000;

/// A table that rows are written to, many to a statement.
struct Table {
    begin: String,
    places: String,
    width: usize,
    waiting: Vec<Value>,
    rows: u64,
}

impl Table {
    /// A table whose rows say who made them and who changed them last.
    fn of(table: &str, columns: &[&str]) -> Self {
        let more = "created_by, created_at, updated_by, updated_at, version";
        Self::with(table, columns, more, &format!("'{BY}', ?, '{BY}', 0, 1"))
    }

    /// A table whose rows are never changed.
    fn append_only(table: &str, columns: &[&str]) -> Self {
        Self::with(table, columns, "created_by, created_at", &format!("'{BY}', ?"))
    }

    /// The record of changes, which says so in columns of its own.
    fn record(table: &str, columns: &[&str]) -> Self {
        Self::with(table, columns, "at", "?")
    }

    fn with(table: &str, columns: &[&str], more: &str, stamp: &str) -> Self {
        Self {
            begin: format!("INSERT INTO t_{table} ({}, {more}) VALUES ", columns.join(", ")),
            places: format!("({}{stamp})", "?, ".repeat(columns.len())),
            width: columns.len() + 1,
            waiting: Vec::new(),
            rows: 0,
        }
    }

    /// Writes a row entered at `at`.
    fn write<const N: usize>(&mut self, row: [Value; N], at: i64) {
        assert_eq!(N + 1, self.width, "{}", self.begin);
        self.waiting.extend(row);
        self.waiting.push(Value::Whole(at));
        self.rows += 1;
    }

    /// Gives the database the rows that fill whole statements; all that wait at the `end`.
    async fn flush(&mut self, connection: &mut SqliteConnection, end: bool) {
        let most = ARGUMENTS / self.width * self.width;
        while self.waiting.len() >= most || (end && !self.waiting.is_empty()) {
            let rest = self.waiting.split_off(most.min(self.waiting.len()));
            let values = std::mem::replace(&mut self.waiting, rest);
            let rows = vec![self.places.as_str(); values.len() / self.width];
            let sql = format!("{}{}", self.begin, rows.join(", "));
            let mut arguments = SqliteArguments::default();
            for value in values {
                let added = match value {
                    Value::Nothing => arguments.add(None::<i64>),
                    Value::Whole(number) => arguments.add(number),
                    Value::Text(text) => arguments.add(text),
                    Value::Key(key) => arguments.add(key.to_vec()),
                };
                added.expect("an argument");
            }
            let written = sqlx::query_with(AssertSqlSafe(sql), arguments).execute(&mut *connection).await;
            written.unwrap_or_else(|error| panic!("{}: {error}", self.begin));
        }
    }

    /// Writes what still waits and says how many rows there were.
    async fn done(mut self, connection: &mut SqliteConnection) -> u64 {
        self.flush(connection, true).await;
        self.rows
    }
}

/// A whole number.
fn int(number: i64) -> Value {
    Value::Whole(number)
}

/// A text.
fn text(text: impl Into<String>) -> Value {
    Value::Text(text.into())
}

/// A UUID.
fn id(id: [u8; 16]) -> Value {
    Value::Key(id)
}

/// A value, or nothing.
fn maybe(value: Option<Value>) -> Value {
    value.unwrap_or(Value::Nothing)
}
