//! The real program for a long time: memory, files and connections stay what they were after it warmed up.
//!
//! `KPI_OPS_TEST_SOAK` is the number of seconds, where those of an ordinary run are not enough; an hour is 3600.

use super::plant::{FloorPlant, PASSWORD};
use super::pty::Pty;
use std::time::{Duration, Instant};

/// Seconds of an ordinary run.
const SECONDS: u64 = 8;
/// Rounds until everything was used once that is kept: pools, caches of pages and statements, screens.
const WARM: u64 = 25;
/// What may come on top: caches of pages that fill further, and the allocator's slack.
const SLACK_KB: u64 = 6_000;

/// Resident kB of a process.
fn memory(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// Open files of a process, connections to the database among them.
fn files(process: u32) -> usize {
    std::fs::read_dir(format!("/proc/{process}/fd")).unwrap().count()
}

/// A round of a terminal's day: look round, enter a count, change one's mind about another.
fn round(pty: &mut Pty, number: u64) {
    for (tab, title) in [("3", "Stops"), ("4", "Holds"), ("5", "Inspections"), ("2", "Counts")] {
        pty.types(tab).shows(title);
    }
    let units = 1_000 + number % 8_000;
    pty.types("n").shows("Log a count").types(&format!("{units}\r"));
    let shown = format!("✓ {},{:03} units", units / 1000, units % 1000);
    pty.until(&shown, |text| text.contains(&shown) || text.contains(&format!("✓ {units} units")));
    pty.types("n").shows("Log a count").types("7\u{1b}").shows("Not saved").types("d");
    pty.until("the form was not left", |text| !text.contains("Log a count"));
}

#[test]
fn a_terminal_that_is_used_for_long_takes_no_more_than_at_the_beginning() {
    let seconds = std::env::var("KPI_OPS_TEST_SOAK").ok().map_or(SECONDS, |text| text.parse().expect("seconds"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let floor = runtime.block_on(FloorPlant::new());
    let mut pty = Pty::dashboard(&floor, (100, 30), &[]);
    pty.logs_in("olga", PASSWORD).types("2").shows("Counts");
    for number in 0..WARM {
        round(&mut pty, number);
    }
    // A form that stands open for longer than a second is kept: the file of what terminals keep is open from then on.
    pty.types("n").shows("Log a count").types("7").shows("7");
    std::thread::sleep(Duration::from_millis(1_500));
    pty.types("\u{1b}").shows("Not saved").types("d");
    pty.until("the form was not left", |text| !text.contains("Log a count"));
    let (warm, open, begun) = (memory(pty.process()), files(pty.process()), Instant::now());
    let mut rounds = WARM;
    while begun.elapsed() < Duration::from_secs(seconds) {
        round(&mut pty, rounds);
        rounds += 1;
    }
    let (after, open_after) = (memory(pty.process()), files(pty.process()));
    println!("{rounds} rounds: {warm} kB warm, {after} kB after; {open} files warm, {open_after} after");
    assert!(after <= warm + SLACK_KB, "{warm} kB after {WARM} rounds, {after} kB after {rounds}");
    assert!(open_after <= open + 1, "{open} files after {WARM} rounds, {open_after} after {rounds}");
    pty.types("q");
    assert_eq!(pty.ends().0, 0);
    let entries = runtime.block_on(floor.number("SELECT count(*) FROM t_production_entry"));
    assert_eq!(entries, i64::try_from(rounds).unwrap(), "each count is there once");
}
