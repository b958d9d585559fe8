//! Many terminals on one file: nobody is turned away, and the write-ahead log stays small.

use super::plant::{FloorPlant, PASSWORD, secret};
use kpi_ops::domain::measure::Units;
use kpi_ops::domain::production::Count;
use kpi_ops::service::clock::Clock;
use kpi_ops::service::{Command, DatabaseUrl, Desk, LogCount, LoginOutcome, Plant, Query};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const READERS: usize = 50;
const WRITERS: usize = 10;
const COUNTS: usize = 12;
/// What the log may grow to (6-quality.md, speed, row 9).
const LONGEST_LOG: u64 = 10_000_000;

/// A terminal of its own: another process would open the file the same way.
async fn terminal(floor: &FloorPlant, login: &str) -> Desk {
    let url = DatabaseUrl::file(floor.test.folder.path().join("plant.db"));
    let plant = Plant::open(&url, Clock::fixed(super::plant::MONDAY_TEN)).await.unwrap();
    match plant.login(login, &secret(PASSWORD), "tty").await.unwrap() {
        LoginOutcome::In(desk) => desk,
        LoginOutcome::SetPassword(_) => panic!("{login} has a password"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_who_read_and_ten_who_write_meet_no_busy_file() {
    let floor = FloorPlant::new().await;
    let done = Arc::new(AtomicBool::new(false));
    let mut readers = Vec::new();
    for _ in 0..READERS {
        let (desk, done) = (terminal(&floor, "luis").await, done.clone());
        readers.push(tokio::spawn(async move {
            let mut looks = 0;
            while !done.load(Ordering::Relaxed) {
                desk.ask(Query::Board).await.unwrap();
                looks += 1;
                tokio::time::sleep(Duration::from_millis(200)).await;
            }
            looks
        }));
    }
    let mut writers = Vec::new();
    for _ in 0..WRITERS {
        let desk = terminal(&floor, "olga").await;
        writers.push(tokio::spawn(async move {
            for _ in 0..COUNTS {
                let log = LogCount {
                    entry_id: desk.new_id(),
                    client_id: "ACME".parse().unwrap(),
                    line_id: "L1".parse().unwrap(),
                    shift: None,
                    product_id: "P1".parse().unwrap(),
                    work_order_id: None,
                    job_id: None,
                    count: Count { units: Units(1), ..Count::default() },
                    counted_at: None,
                    estimated: false,
                    notes: None,
                };
                desk.run(Command::LogCount(log)).await.unwrap();
            }
        }));
    }
    for writer in writers {
        writer.await.unwrap();
    }
    let log = std::fs::metadata(floor.test.folder.path().join("plant.db-wal")).unwrap().len();
    done.store(true, Ordering::Relaxed);
    for reader in readers {
        assert!(reader.await.unwrap() > 0);
    }
    assert!(log <= LONGEST_LOG, "the log has {log} bytes");
    let saved = floor.number("SELECT sum(units) FROM t_production_entry").await;
    assert_eq!(saved, i64::try_from(WRITERS * COUNTS).unwrap());
    let tallied = floor.number("SELECT sum(units) FROM t_tally_day").await;
    assert_eq!(tallied, saved);
}
