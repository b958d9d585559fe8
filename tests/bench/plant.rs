//! The plants that are measured: made once by the product's own doors and bulk inserts, then kept as files.
//!
//! The schema, the accounts, the clients and their catalogues come from the product. The rows are written on a plain
//! connection with triggers off; opening the file with the product afterwards makes it rebuild its tallies, because
//! the digest of their rules is missing.

use crate::fill;
use crate::write::count_of;
use kpi_ops::domain::clock::Instant;
use kpi_ops::domain::id::ClientId;
use kpi_ops::domain::role::Role;
use kpi_ops::domain::shift::Weekdays;
use kpi_ops::domain::text::CleanText;
use kpi_ops::service::clock::Clock;
use kpi_ops::service::{AddShift, AddUser, Command, DatabaseUrl, Desk, LoginOutcome, Plant, Problem};
use secrecy::SecretString;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, SqliteConnection};
use std::path::{Path, PathBuf};

/// Grows with every change of what is written.
const VERSION: u32 = 2;
/// Where all chance begins.
pub const SEED: u64 = 20_261_120;
/// Friday 2026-11-20, 09:25 UTC: the moment at which every measurement happens, in the middle of a shift.
pub const NOW: Instant = Instant(1_795_166_700_000);
/// Days of history, the last one included.
pub const DAYS: i32 = 1095;
/// How many clients there are.
pub const CLIENTS: usize = 50;
/// The shifts: key, start and end in minutes after midnight.
pub const SHIFTS: [(&str, i64, i64); 3] = [("EARLY", 360, 840), ("LATE", 840, 1320), ("NIGHT", 1320, 360)];
/// Minutes of breaks in each.
pub const BREAK: i64 = 30;
/// Everybody's password: nothing here is secret.
const PASSWORD: &str = "nothing here is a secret";

/// How large a plant is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Size {
    /// That of 6-quality.md.
    Big,
    /// The same a tenth as large.
    Small,
}

impl Size {
    /// One of how many entries it has.
    pub fn part(self) -> i64 {
        match self {
            Self::Big => 1,
            Self::Small => 10,
        }
    }

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Big => "big",
            Self::Small => "small",
        }
    }
}

/// The key of a client by its number.
pub fn client_key(number: usize) -> String {
    format!("C{number:02}")
}

/// The zone of a client: its now is in the early shift, in the night of the day before, or in the late shift.
pub fn zone(number: usize) -> &'static str {
    ["Europe/Vienna", "America/Mexico_City", "Asia/Kolkata"][number % 3]
}

/// Where plants and copies of them are kept.
pub fn folder() -> PathBuf {
    let folder = std::env::var_os("KPI_OPS_BENCH_FOLDER")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bench"), PathBuf::from);
    std::fs::create_dir_all(&folder).expect("the folder of the benchmark can be made");
    folder
}

/// The file of the audit key, the same for all plants and their copies: an entry is saved only with the key that the
/// trail is sealed with.
pub fn audit_key() -> PathBuf {
    folder().join("plants.audit-key")
}

/// A plant's file, opened by the product at this moment.
pub async fn open(path: &Path, now: Instant) -> Result<Plant, Problem> {
    Plant::open_with_key(&DatabaseUrl::file(path), Some(&audit_key()), Clock::fixed(now)).await
}

/// A plant on the disk.
pub struct PlantFile {
    pub size: Size,
    pub path: PathBuf,
}

impl PlantFile {
    /// The plant of this size: the one kept from an earlier run, or a new one.
    pub async fn ready(size: Size) -> Self {
        let path = folder().join(format!("plant-{}-{VERSION}.db", size.name()));
        let file = Self { size, path };
        if file.path.exists() && audit_key().exists() {
            match open(&file.path, NOW).await {
                Ok(plant) => {
                    plant.close().await;
                    return file;
                }
                Err(problem) => eprintln!("the kept {} plant is made anew: {problem}", size.name()),
            }
        }
        file.make().await;
        file
    }

    /// The plant, open, at its moment.
    pub async fn open(&self) -> Plant {
        open(&self.path, NOW).await.expect("the plant opens")
    }

    /// The desk of somebody in it.
    pub async fn desk(plant: &Plant, login: &str) -> Desk {
        match plant.login(login, &password(), "bench").await.expect("the login is right") {
            LoginOutcome::In(desk) => desk,
            LoginOutcome::SetPassword(_) => panic!("{login} has a password"),
        }
    }

    async fn make(&self) {
        let begun = std::time::Instant::now();
        let unfinished = self.path.with_extension("unfinished");
        forget(&self.path);
        forget(&unfinished);
        let plant = open(&unfinished, Instant(fill::beginning())).await.expect("a new plant opens");
        people_and_clients(&plant).await;
        plant.close().await;
        let mut connection = connect(&unfinished).await;
        prepare(&mut connection).await;
        let rows = fill::fill(&mut connection, self.size).await;
        finish(connection).await;
        eprintln!("{} plant: {rows} rows written after {:?}", self.size.name(), begun.elapsed());
        // The product builds what it keeps beside the entries.
        let plant = open(&unfinished, NOW).await.expect("the filled plant opens");
        works(&plant).await;
        plant.close().await;
        std::fs::rename(&unfinished, &self.path).expect("the plant is kept");
        forget(&unfinished);
        eprintln!("{} plant: ready after {:?}", self.size.name(), begun.elapsed());
    }
}

/// A plant is ready when a count can be saved in it and taken back.
async fn works(plant: &Plant) {
    let desk = PlantFile::desk(plant, "olga").await;
    let saved = desk.run(Command::LogCount(count_of(&desk, 0, 7))).await.expect("a count is saved");
    desk.run(saved.undo.expect("a count can be taken back")).await.expect("a count is taken back");
    desk.close().await;
}

/// Removes a database with the files beside it.
pub fn forget(path: &Path) {
    let name = path.file_name().expect("a name").to_string_lossy().into_owned();
    for entry in std::fs::read_dir(path.parent().expect("a folder")).expect("the folder") {
        let file = entry.expect("a file");
        if file.file_name().to_string_lossy().starts_with(&name) {
            std::fs::remove_file(file.path()).expect("an old file is removed");
        }
    }
}

/// The password of everybody in the plants.
pub fn password() -> SecretString {
    SecretString::from(PASSWORD)
}

/// Accounts, clients with their catalogues, and shifts: through the product's doors.
async fn people_and_clients(plant: &Plant) {
    let name = |text: &str| CleanText::name("name", text).expect("a name");
    let admin = plant.create_first_admin("anna", "Anna", &password()).await.expect("the first ADMIN");
    for number in 0..CLIENTS {
        let client_id: ClientId = client_key(number).parse().expect("a key");
        let add =
            Command::AddClient { client_id, name: name(&format!("Client {number}")), time_zone: zone(number).into() };
        admin.run(add).await.expect("a client is added");
    }
    let admin = admin.refreshed().await.expect("the clients are in view");
    for (shift, start_minute, end_minute) in SHIFTS {
        let add = AddShift {
            shift_id: shift.parse().expect("a key"),
            name: name(shift),
            start_minute,
            end_minute,
            break_minutes: BREAK,
            days: Weekdays::EVERY_DAY,
        };
        admin.run(Command::AddShift(add)).await.expect("a shift is added");
    }
    let first = vec![client_key(0).parse().expect("a key")];
    for (login, role, clients) in
        [("paul", Role::PowerUser, Vec::new()), ("lena", Role::Leader, first.clone()), ("olga", Role::Operator, first)]
    {
        let add = AddUser { login: login.into(), full_name: name(login), role, clients };
        admin.add_user_with_password(add, &password()).await.expect("a user is added");
    }
    admin.close().await;
}

async fn connect(path: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(path).foreign_keys(false).disable_statement_logging();
    options.connect().await.expect("the plant opens")
}

/// Nothing is durable, no foreign key is looked up, and no trigger does anything while a new file is filled.
async fn prepare(connection: &mut SqliteConnection) {
    let settings = "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE;
                    PRAGMA cache_size = -262144; PRAGMA temp_store = MEMORY;";
    connection.execute(settings).await.expect("settings");
    let made = "SELECT name FROM sqlite_schema WHERE type = 'trigger'";
    let triggers: Vec<String> = sqlx::query_scalar(made).fetch_all(&mut *connection).await.expect("the schema");
    for trigger in triggers {
        connection.execute(AssertSqlSafe(format!("DROP TRIGGER \"{trigger}\""))).await.expect("a trigger is dropped");
    }
}

/// Forgets the digest of the tallies' rules, so that the product makes its triggers and tallies when it opens the
/// file next.
async fn finish(mut connection: SqliteConnection) {
    let settings = "DELETE FROM t_tally_rule; PRAGMA locking_mode = NORMAL; PRAGMA journal_mode = WAL;";
    connection.execute(settings).await.expect("settings");
    connection.close().await.expect("the file is closed");
}
