//! Row 9: fifty who read once a second and ten who write without a pause, on one file, through the product's queue of
//! writers and beside it with SQLite's busy time-out alone.
//!
//! The others write a bare count and look at one sum, so they have much less to do in their turn than the product.

use crate::chance::Chance;
use crate::measure::{Table, timed};
use crate::plant::{NOW, PlantFile, SEED, forget, open};
use crate::write::{bare, copy, count_of, insert};
use kpi_ops::domain::clock::PlantClock;
use kpi_ops::service::{Command, Query};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;

const READERS: usize = 50;
const WRITERS: usize = 10;
/// How long each of the two crowds works.
const WORKS: Duration = Duration::from_secs(15);

/// What a writer of a crowd saw.
#[derive(Default)]
struct Seen {
    writes: usize,
    worst: f64,
    busy: usize,
}

impl Seen {
    fn write(&mut self, micros: f64, is_busy: bool) {
        self.writes += 1;
        self.busy += usize::from(is_busy);
        self.worst = self.worst.max(micros);
    }
}

/// The three parts of the row.
pub async fn rows(table: &mut Table, plant: &PlantFile) {
    let (queued, waiting) = (copy(plant, "queued"), copy(plant, "waiting"));
    let (ours, log) = through_the_queue(&queued).await;
    let theirs = with_the_time_out(&waiting).await;
    eprintln!("writes: {} through the queue, {} bare ones", ours.writes, theirs.writes);
    let busy = format!("{} ({} with the time-out alone)", ours.busy, theirs.busy);
    table.add("9", "50 readers at 1 Hz, 10 writers: BUSY", "0".into(), busy, Some(ours.busy == 0));
    let what = "the same: worst saturated write, against bare inserts with the busy time-out alone";
    table.faster("9", what, 50.0, ours.worst, theirs.worst);
    #[allow(clippy::cast_precision_loss)]
    let size = format!("{:.1} MB", log as f64 / 1e6);
    table.add("9", "the same: write-ahead log", "≤ 10 MB".into(), size, Some(log <= 10_000_000));
    forget(&queued);
    forget(&waiting);
}

async fn through_the_queue(path: &Path) -> (Seen, u64) {
    let done = Arc::new(AtomicBool::new(false));
    let mut readers = Vec::new();
    for _ in 0..READERS {
        let plant = open(path, NOW).await.expect("the copy opens");
        let (desk, done) = (PlantFile::desk(&plant, "lena").await, done.clone());
        readers.push(tokio::spawn(async move {
            while !done.load(Ordering::Relaxed) {
                desk.ask(Query::Board).await.expect("the board");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }));
    }
    let mut writers = Vec::new();
    for _ in 0..WRITERS {
        let plant = open(path, NOW).await.expect("the copy opens");
        let desk = PlantFile::desk(&plant, "olga").await;
        writers.push(tokio::spawn(async move {
            let (begun, mut seen) = (Instant::now(), Seen::default());
            while begun.elapsed() < WORKS {
                let (micros, saved) = timed(desk.run(Command::LogCount(count_of(&desk, 0, 7)))).await;
                seen.write(micros, saved.is_err());
            }
            seen
        }));
    }
    let seen = together(writers).await;
    let log = std::fs::metadata(beside(path, "-wal")).expect("the log").len();
    done.store(true, Ordering::Relaxed);
    together_all(readers).await;
    (seen, log)
}

async fn with_the_time_out(path: &PathBuf) -> Seen {
    bare(path).await.close().await.expect("the triggers are gone");
    let options = SqliteConnectOptions::new().filename(path).busy_timeout(Duration::from_secs(5));
    let options = options.disable_statement_logging();
    let done = Arc::new(AtomicBool::new(false));
    let mut readers = Vec::new();
    for _ in 0..READERS {
        let (mut connection, done) = (options.connect().await.expect("the copy opens"), done.clone());
        readers.push(tokio::spawn(async move {
            while !done.load(Ordering::Relaxed) {
                let sum = "SELECT sum(units) FROM t_tally_day WHERE client_id = 'C00'";
                sqlx::query_scalar::<_, i64>(sum).fetch_one(&mut connection).await.expect("a sum");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }));
    }
    let date = i64::from(PlantClock::new(chrono_tz::UTC).date(NOW).0);
    let mut writers = Vec::new();
    for number in 0..WRITERS {
        let mut connection = options.connect().await.expect("the copy opens");
        writers.push(tokio::spawn(async move {
            let mut chance = Chance::of(SEED, &format!("writer {number}"));
            let (begun, mut seen) = (Instant::now(), Seen::default());
            while begun.elapsed() < WORKS {
                let (micros, saved) = timed(insert(&mut connection, chance.id(NOW.0), date)).await;
                seen.write(micros, saved.is_err());
            }
            seen
        }));
    }
    let seen = together(writers).await;
    done.store(true, Ordering::Relaxed);
    together_all(readers).await;
    seen
}

async fn together(writers: Vec<JoinHandle<Seen>>) -> Seen {
    let mut all = Seen::default();
    for writer in writers {
        let seen = writer.await.expect("a writer");
        all.writes += seen.writes;
        all.busy += seen.busy;
        all.worst = all.worst.max(seen.worst);
    }
    all
}

async fn together_all(readers: Vec<JoinHandle<()>>) {
    for reader in readers {
        reader.await.expect("a reader");
    }
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}
