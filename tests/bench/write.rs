//! Rows 7 and 8: saving one entry, and importing a file, against doing it bare. Both run on copies of the small plant.

use crate::chance::Chance;
use crate::measure::{Table, median, timed};
use crate::plant::{DAYS, NOW, PlantFile, SEED, client_key, folder, forget, open};
use kpi_ops::domain::clock::{PlantClock, ProductionDate};
use kpi_ops::domain::measure::Units;
use kpi_ops::domain::production::Count;
use kpi_ops::service::{Command, Desk, Entity, Import, LogCount};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Executor, SqliteConnection};
use std::fmt::Write as _;
use std::path::PathBuf;

/// Saved entries that are timed.
const SAVES: usize = 300;
/// Rows of the imported file.
const ROWS: usize = 100_000;

/// A count of a client on its first line, now.
pub fn count_of(desk: &Desk, client: usize, units: i64) -> LogCount {
    LogCount {
        entry_id: desk.new_id(),
        client_id: client_key(client).parse().expect("a key"),
        line_id: "L00".parse().expect("a key"),
        shift: None,
        product_id: format!("P{client:02}01").parse().expect("a key"),
        work_order_id: None,
        job_id: None,
        count: Count { units: Units(units), ..Count::default() },
        counted_at: None,
        estimated: false,
        notes: None,
    }
}

/// A copy of the plant.
pub fn copy(plant: &PlantFile, name: &str) -> PathBuf {
    let path = folder().join(format!("copy-{name}.db"));
    forget(&path);
    std::fs::copy(&plant.path, &path).expect("the plant is copied");
    path
}

/// A plain connection that makes every commit durable, to a copy without triggers.
pub async fn bare(path: &PathBuf) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(path).foreign_keys(true).disable_statement_logging();
    let options = options.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Full);
    let mut connection = options.connect().await.expect("the copy opens");
    let made = "SELECT name FROM sqlite_schema WHERE type = 'trigger'";
    let triggers: Vec<String> = sqlx::query_scalar(made).fetch_all(&mut connection).await.expect("the schema");
    for trigger in triggers {
        connection.execute(AssertSqlSafe(format!("DROP TRIGGER \"{trigger}\""))).await.expect("a trigger is dropped");
    }
    connection
}

/// Inserts a count and nothing else. Fails where another writer keeps it waiting for too long.
pub async fn insert(connection: &mut SqliteConnection, id: [u8; 16], date: i64) -> sqlx::Result<()> {
    let mut tx = connection.begin_with("BEGIN IMMEDIATE").await?;
    let sql = "INSERT INTO t_production_entry (client_id, entry_id, production_date, shift_id, line_id, counted_at, product_id, units,
                 defects, scrap, rework, startup_defects, ideal_cycle_ms, labour_standard_ms, standard_source, late, estimated,
                 created_by, created_at, updated_by, updated_at, version)
               VALUES ('C00', ?1, ?2, 'EARLY', 'L00', ?3, 'P0001', 7, 0, 0, 0, 0, 50000, 100000, 'product', 0, 0, 'b', ?3, 'b', ?3, 1)";
    let query = sqlx::query(sql).bind(id.to_vec()).bind(date).bind(NOW.0);
    query.execute(&mut *tx).await?;
    tx.commit().await
}

/// Both rows.
pub async fn rows(table: &mut Table, plant: &PlantFile) {
    let (kept, plain) = (copy(plant, "kept"), copy(plant, "bare"));
    let product = open(&kept, NOW).await.expect("the copy opens");
    let desk = PlantFile::desk(&product, "paul").await;
    let mut connection = bare(&plain).await;
    save(table, &desk, &mut connection).await;
    import(table, &desk, connection, &plain).await;
    desk.close().await;
    product.close().await;
    forget(&kept);
    forget(&plain);
}

async fn save(table: &mut Table, desk: &Desk, connection: &mut SqliteConnection) {
    let mut chance = Chance::of(SEED, "saves");
    let date = i64::from(PlantClock::new(chrono_tz::UTC).date(NOW).0);
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for number in 0..SAVES {
        let log = Command::LogCount(count_of(desk, 0, 7));
        let (time, saved) = timed(desk.run(log)).await;
        saved.expect("a count is saved");
        let (bare_time, inserted) = timed(insert(connection, chance.id(NOW.0), date)).await;
        inserted.expect("a count is inserted");
        if number >= 20 {
            ours.push(time);
            theirs.push(bare_time);
        }
    }
    table.at_most(
        "7",
        "one saved count, FULL, with tallies and audit, against its bare insert",
        1.3,
        median(ours),
        median(theirs),
    );
}

/// A file of counts of the first client in the year before its history: no shift of it is closed yet.
fn file() -> PathBuf {
    let mut chance = Chance::of(SEED, "import");
    let today = PlantClock::new(chrono_tz::UTC).date(NOW);
    let mut text = String::from("production_date,shift_id,line_id,product_id,units,defects,counted_at\n");
    for number in 0..ROWS {
        let date = ProductionDate(today.0 - DAYS - 2 - i32::try_from(number / 300).expect("a day"));
        let (line, product, minute) = (chance.between(0, 9), chance.between(0, 19), chance.between(0, 479));
        let (hour, minute) = (6 + minute / 60, minute % 60);
        let units = chance.between(1, 90);
        let row = writeln!(text, "{date},EARLY,L{line:02},P00{product:02},{units},0,{date} {hour:02}:{minute:02}");
        row.expect("a line");
    }
    let path = folder().join("import.csv");
    std::fs::write(&path, text).expect("a file");
    path
}

async fn import(table: &mut Table, desk: &Desk, connection: SqliteConnection, plain: &PathBuf) {
    let what = "import of 100,000 counts with validation, tallies, audit, against the sqlite3 shell without them";
    let path = file();
    connection.close().await.expect("the copy is closed");
    let client = client_key(0);
    let wanted = Import {
        entity: Entity::Production,
        file: &path,
        client: Some(&client),
        dry_run: false,
        all_or_nothing: false,
    };
    let (ours, report) = timed(desk.import(&wanted, |_| {})).await;
    let report = report.expect("the file is imported");
    eprintln!("import: {} new, {} updated, {} rejected", report.new, report.updated, report.rejected);
    let script = format!(
        "PRAGMA synchronous = FULL;
         CREATE TEMP TABLE f (d TEXT, s TEXT, l TEXT, p TEXT, u INTEGER, x INTEGER, c TEXT);
         .mode csv
         .import --skip 1 '{}' f
         INSERT INTO t_production_entry (client_id, entry_id, production_date, shift_id, line_id, counted_at, product_id, units,
           defects, scrap, rework, startup_defects, ideal_cycle_ms, labour_standard_ms, standard_source, late, estimated,
           created_by, created_at, updated_by, updated_at, version)
         SELECT 'C00', randomblob(16), CAST(julianday(d) - 2440587.5 AS INTEGER), s, l, CAST(strftime('%s', c) AS INTEGER) * 1000, p, u,
           x, 0, 0, 0, 50000, 100000, 'product', 1, 0, 'b', 0, 'b', 0, 1 FROM f;",
        path.display()
    )
    .lines()
    .map(str::trim_start)
    .collect::<Vec<_>>()
    .join("\n");
    let mut shell = std::process::Command::new("sqlite3");
    shell.arg(plain).stdin(std::process::Stdio::piped());
    let begun = std::time::Instant::now();
    match shell.spawn() {
        Err(error) => table.missing("8", what, "≤ 1.5 ×", &format!("sqlite3: {error}")),
        Ok(mut child) => {
            let mut input = child.stdin.take().expect("standard input");
            std::io::Write::write_all(&mut input, script.as_bytes()).expect("the script is read");
            drop(input);
            assert!(child.wait().expect("the shell ends").success(), "the shell imports");
            table.at_most("8", what, 1.5, ours, crate::measure::micros(begun.elapsed()));
        }
    }
}
