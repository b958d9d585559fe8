//! The server killed and started again while ten terminals write: what was acknowledged is there once, whoever sends an
//! entry again has it once, and nobody has to start the program again.

use super::plant::{FloorPlant, PASSWORD, secret};
use crate::test_server::OwnServer;
use kpi_ops::domain::measure::Units;
use kpi_ops::domain::production::Count;
use kpi_ops::service::clock::Clock;
use kpi_ops::service::{Command, Desk, LogCount, LoginOutcome, Plant, Problem};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::{Duration, Instant};

const WRITERS: usize = 10;
const KILLS: usize = 2;

fn count(desk: &Desk) -> Command {
    Command::LogCount(LogCount {
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
    })
}

/// Sends a command until it is acknowledged, as a person does who reads that it was not confirmed. Says how often it was
/// refused, which must be in words.
async fn insists(desk: &Desk, command: &Command) -> i64 {
    let begun = Instant::now();
    let mut refused = 0;
    loop {
        match desk.run(command.clone()).await {
            Ok(_) => return refused,
            Err(problem @ Problem::Store(_)) => {
                refused += 1;
                let told = problem.to_string();
                assert!(!told.contains("t_") && !told.starts_with("database error"), "{told}");
            }
            Err(other) => panic!("{other}"),
        }
        assert!(begun.elapsed() < Duration::from_mins(1), "it never came back");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_ten_terminals_were_told_is_saved_is_there_once_after_the_server_was_killed() {
    let mut server = OwnServer::start();
    let floor = FloorPlant::in_database(server.database().await).await;
    let done = Arc::new(AtomicBool::new(false));
    let (saved, refused) = (Arc::new(AtomicI64::new(0)), Arc::new(AtomicI64::new(0)));
    let mut writers = Vec::new();
    for _ in 0..WRITERS {
        let plant = Plant::open(floor.test.plant.url(), Clock::fixed(super::plant::MONDAY_TEN)).await.unwrap();
        let LoginOutcome::In(desk) = plant.login("olga", &secret(PASSWORD), "tty").await.unwrap() else { panic!() };
        let (done, saved, refused) = (done.clone(), saved.clone(), refused.clone());
        writers.push(tokio::spawn(async move {
            while !done.load(Ordering::Relaxed) {
                let command = count(&desk);
                refused.fetch_add(insists(&desk, &command).await, Ordering::Relaxed);
                saved.fetch_add(1, Ordering::Relaxed);
            }
            desk.leave().await;
            plant.close().await;
        }));
    }
    for _ in 0..KILLS {
        tokio::time::sleep(Duration::from_millis(700)).await;
        let before = saved.load(Ordering::Relaxed);
        server.kill();
        tokio::time::sleep(Duration::from_millis(300)).await;
        server.start_again();
        // All of them go on by themselves.
        let begun = Instant::now();
        while saved.load(Ordering::Relaxed) < before + 30 {
            assert!(begun.elapsed() < Duration::from_mins(1), "they do not go on");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    done.store(true, Ordering::Relaxed);
    for writer in writers {
        writer.await.unwrap();
    }
    let saved = saved.load(Ordering::Relaxed);
    assert!(refused.load(Ordering::Relaxed) > 0, "the server was killed under somebody");
    assert_eq!(floor.number("SELECT count(*) FROM t_production_entry").await, saved, "none lost, none twice");
    assert_eq!(floor.number("SELECT sum(units) FROM t_tally_day").await, saved);
    assert_eq!(floor.test.plant.doctor(false, None).await.unwrap(), []);
    floor.test.plant.close().await;
    drop(floor);
}
