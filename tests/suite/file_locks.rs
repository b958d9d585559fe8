//! One file, several stores of one process and other processes beside: nobody takes the write-ahead log from under
//! somebody else.

use super::floor::count;
use super::plant::{FloorPlant, run};
use super::program::Home;
use kpi_ops::domain::measure::Units;
use kpi_ops::service::clock::Clock;
use kpi_ops::service::{Answer, Command, DatabaseUrl, Plant, Query};

/// Whether this process holds a lock on the file, as Linux tells it; SQLite's newest versions look at the locks of the
/// `-shm` beside it too, older ones that somebody looks in with do not.
fn is_locked_by_us(path: &std::path::Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let Ok(locks) = std::fs::read_to_string("/proc/locks") else { return true };
    let inode = format!(":{}", std::fs::metadata(path).unwrap().ino());
    let process = std::process::id().to_string();
    locks.lines().map(|line| line.split_whitespace().collect::<Vec<_>>()).any(|words| {
        words.get(4) == Some(&process.as_str()) && words.get(5).is_some_and(|place| place.ends_with(&inode))
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plant_that_is_opened_twice_keeps_its_log_when_another_process_closes_it() {
    let floor = FloorPlant::new().await;
    let path = floor.test.folder.path().join("plant.db");
    let olga = floor.desk("olga").await;
    run(&olga, Command::LogCount(count(&olga, 10))).await;
    let again = Plant::open(&DatabaseUrl::file(&path), Clock::fixed(super::plant::MONDAY_TEN)).await.unwrap();
    let mut home = Home::new();
    home.uses(&format!("sqlite:{}", path.display()));
    assert!(is_locked_by_us(&path), "an opened file is not to be opened by hand: closing it drops every lock on it");
    for round in 1..=3 {
        // The other process is the last one that it knows of, and would tidy the log away.
        assert!(home.call(&["doctor"]).done().ends_with(": nothing is wrong\n"));
        for side in ["-wal", "-shm"] {
            assert!(path.with_file_name(format!("plant.db{side}")).exists(), "{side} after {round}");
        }
        run(&olga, Command::LogCount(count(&olga, 10))).await;
        let Answer::Board(board) = olga.ask(Query::Board).await.unwrap() else { panic!("a board") };
        assert_eq!(board.lines[0].made, Units(10 * (round + 1)));
    }
    again.close().await;
    assert!(home.call(&["doctor"]).done().ends_with(": nothing is wrong\n"));
    run(&olga, Command::LogCount(count(&olga, 10))).await;
    assert_eq!(floor.number("SELECT sum(units) FROM t_production_entry").await, 50);
}
