//! A disk that does not write, a file that is moved or replaced, a clock that jumps: a clear state on the screen, nothing
//! lost, and going on without a new start where that is possible.

use super::plant::{FloorPlant, PASSWORD};
use super::pty::Pty;
use super::terminal::Terminal;
use std::path::Path;
use std::process::Command;

const PROGRAM: &str = env!("CARGO_BIN_EXE_kpi-ops");
const SIZE: (u16, u16) = (100, 30);
const UNITS: &str = "SELECT coalesce(sum(units), 0) FROM t_production_entry";

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// No file of a process may grow beyond so many bytes; the system then fails every write as a disk does that is full or
/// broken.
fn limit(process: u32, bytes: &str) {
    let done =
        Command::new("prlimit").args([&format!("--pid={process}"), &format!("--fsize={bytes}")]).status().unwrap();
    assert!(done.success(), "prlimit, of util-linux");
}

#[test]
fn an_entry_that_the_disk_does_not_take_stays_in_its_form_and_is_saved_when_there_is_room() {
    let runtime = runtime();
    let floor = runtime.block_on(FloorPlant::new());
    let home = floor.test.folder.path().to_str().unwrap().to_owned();
    let url = format!("sqlite:{home}/plant.db");
    // A write that goes too far ends a process that does not say it can do without.
    let script = format!("trap '' XFSZ; exec {PROGRAM} --database {url}");
    let mut pty = Pty::start(Path::new("/bin/sh"), &["-c", &script], &[("HOME", &home)], SIZE);
    pty.logs_in("olga", PASSWORD).types("2").shows("Counts");
    pty.types("n").shows("Log a count").types("100\r").shows("✓ 100 units");
    limit(pty.process(), "4096:unlimited");
    pty.types("n").shows("Log a count").types("240\r");
    pty.until("nothing is said", |text| text.contains("nothing was saved"));
    let text = pty.text();
    assert!(text.contains("disk") && text.contains("240") && text.contains("Log a count"), "{text}");
    assert_eq!(runtime.block_on(floor.number(UNITS)), 100);
    limit(pty.process(), "unlimited:unlimited");
    pty.types("\r").shows("✓ 240 units");
    pty.types("q");
    assert_eq!(pty.ends().0, 0);
    assert_eq!(runtime.block_on(floor.number(UNITS)), 340);
    let findings = runtime.block_on(floor.test.plant.doctor(false, None)).unwrap();
    assert_eq!(findings, []);
}

/// The program without the right to pass over permissions that root has.
fn bound_by_permissions(arguments: &str) -> String {
    let bound = "setpriv --bounding-set=-all --inh-caps=-all";
    format!("if [ $(id -u) = 0 ]; then exec {bound} {PROGRAM} {arguments}; else exec {PROGRAM} {arguments}; fi")
}

fn permit(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
}

#[test]
fn a_file_that_may_not_be_written_is_refused_with_the_way_out_and_taken_when_it_may() {
    let runtime = runtime();
    let floor = runtime.block_on(FloorPlant::new());
    let folder = floor.test.folder.path();
    let (file, home) = (folder.join("plant.db"), folder.to_str().unwrap().to_owned());
    let url = format!("sqlite:{home}/plant.db");
    let script = bound_by_permissions(&format!("--database {url}"));
    let mut pty = Pty::start(Path::new("/bin/sh"), &["-c", &script], &[("HOME", &home)], SIZE);
    pty.logs_in("olga", PASSWORD).types("2").shows("Counts");
    // It is taken away under an open terminal: figures are read on, and what is entered stays in its form.
    permit(&file, 0o400);
    pty.types("n").shows("Log a count").types("240\r");
    pty.until("nothing is said", |text| text.contains("cannot write"));
    assert!(pty.text().contains("240") && pty.text().contains("Log a count"), "{}", pty.text());
    assert_eq!(runtime.block_on(floor.number(UNITS)), 0);
    permit(&file, 0o600);
    pty.types("\r").shows("✓ 240 units");
    pty.types("q");
    assert_eq!(pty.ends().0, 0);
    assert_eq!(runtime.block_on(floor.number(UNITS)), 240);

    // And before it is opened.
    permit(&file, 0o400);
    let doctor = Command::new("/bin/sh")
        .args(["-c", &bound_by_permissions(&format!("--database {url} doctor"))])
        .env("HOME", &home)
        .output()
        .unwrap();
    permit(&file, 0o600);
    let told = String::from_utf8_lossy(&doctor.stderr).into_owned();
    assert!(!doctor.status.success() && told.contains("cannot write to") && told.contains("plant.db"), "{told}");
}

#[test]
fn a_file_that_is_replaced_takes_no_entry_into_nowhere() {
    let runtime = runtime();
    let floor = runtime.block_on(FloorPlant::new());
    let file = floor.test.folder.path().join("plant.db");
    let mut pty = Pty::dashboard(&floor, SIZE, &[]);
    pty.logs_in("olga", PASSWORD).types("2").shows("Counts");
    pty.types("n").shows("Log a count").types("100\r").shows("✓ 100 units");
    // Somebody puts another file in its place, as a restore by hand does.
    let aside = floor.test.folder.path().join("aside.db");
    let other = floor.test.folder.path().join("other.db");
    let copy = format!("VACUUM INTO '{}'", other.display());
    runtime.block_on(floor.sql(&copy));
    for end in ["", "-wal", "-shm"] {
        let beside = |path: &Path| format!("{}{end}", path.display());
        if Path::new(&beside(&file)).exists() {
            std::fs::rename(beside(&file), beside(&aside)).unwrap();
        }
    }
    pty.types("n");
    pty.until("nothing is said", |text| text.contains("moved or replaced"));
    std::fs::rename(&other, &file).unwrap();
    pty.types("\u{1b}n");
    pty.until("nothing is said", |text| text.contains("moved or replaced"));
    drop(pty);
    // What was acknowledged is in the copy, and the program goes on with that one.
    let mut pty = Pty::dashboard(&floor, SIZE, &[]);
    pty.logs_in("olga", PASSWORD).types("2").shows("Counts");
    pty.types("n").shows("Log a count").types("240\r").shows("✓ 240 units").types("q");
    assert_eq!(pty.ends().0, 0);
    assert_eq!(runtime.block_on(floor.number(UNITS)), 340);
}

#[tokio::test]
async fn a_clock_that_goes_back_makes_no_time_negative_and_loses_no_entry() {
    let floor = FloorPlant::new().await;
    let mut terminal = Terminal::open(&floor.test.plant, 120, 40).await;
    terminal.keys(&format!("olga<enter>{PASSWORD}<enter><esc>2n100<enter>")).await;
    terminal.shows("✓ 100 units");
    terminal.keys("1s").await;
    terminal.keys("<esc>").await;
    // Two hours back: still in the early shift, before what was entered.
    floor.test.clock.advance(-120);
    terminal.keys("2n50<enter>").await;
    let screen = terminal.screen();
    assert!(screen.contains("✓ 50 units") || screen.contains("locked"), "{screen}");
    for tab in ["1", "2", "3", "4", "5", "6", "7", "8"] {
        terminal.keys(tab).await;
        let screen = terminal.screen();
        assert!(!screen.contains(" -1 min") && !screen.contains("-120") && !screen.contains("-2 h"), "{screen}");
    }
    assert_eq!(floor.number(UNITS).await, 150);
    // And forward again, over the end of every session: the next key asks for a log-in.
    floor.test.clock.advance(60 * 24 * 3);
    terminal.keys("2n").await;
    let screen = terminal.screen();
    assert!(screen.contains("Password") || screen.contains("log in again") || screen.contains("Log in"), "{screen}");
    assert_eq!(floor.number(UNITS).await, 150);
    assert_eq!(floor.test.plant.doctor(false, None).await.unwrap(), []);
}
