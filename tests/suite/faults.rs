//! What must not harm a terminal or a file, done to the real program.

use super::plant::{ADMIN_PASSWORD, FloorPlant, PASSWORD};
use super::program::Home;
use super::pty::Pty;
use portable_pty::PtySize;
use std::time::Duration;

const SIZE: (u16, u16) = (80, 24);

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn a_paste_of_a_megabyte_is_cut_and_the_form_goes_on() {
    let floor = runtime().block_on(FloorPlant::new());
    let mut pty = Pty::dashboard(&floor, SIZE, &[]);
    pty.logs_in("olga", PASSWORD).types("2").shows("Counts").types("n").shows("Log a count");
    let paste = format!("\u{1b}[200~{}\u{1b}[201~", "9".repeat(1 << 20));
    // A terminal takes a paste in pieces, while its program reads.
    for piece in paste.as_bytes().chunks(4096) {
        pty.types(std::str::from_utf8(piece).unwrap());
    }
    pty.until("the paste was not taken", |screen| screen.contains("999"));
    pty.types("\u{1b}[15~").until("the field was not emptied", |screen| !screen.contains("999"));
    pty.types("240\r").shows("✓ 240 units").types("q");
    assert_eq!(pty.ends().0, 0);
}

#[test]
fn an_arrow_whose_bytes_come_one_by_one_is_an_arrow() {
    let floor = runtime().block_on(FloorPlant::new());
    let mut pty = Pty::dashboard(&floor, SIZE, &[]);
    pty.logs_in("anna", ADMIN_PASSWORD).types("9").shows("›ACME");
    for byte in ["\u{1b}", "[", "B"] {
        pty.types(byte);
        std::thread::sleep(Duration::from_millis(15));
    }
    pty.shows("›RIVAL");
    // An Esc that stays alone is one: it closes the help.
    pty.types("?").shows("Help: Admin").types("\u{1b}");
    pty.until("the help was not closed", |screen| !screen.contains("Help: Admin")).types("q");
    assert_eq!(pty.ends().0, 0);
}

#[test]
fn a_storm_of_sizes_ends_in_the_right_picture() {
    let floor = runtime().block_on(FloorPlant::new());
    let mut pty = Pty::dashboard(&floor, SIZE, &[]);
    pty.logs_in("olga", PASSWORD).types("2").shows("Counts");
    let resize = |pty: &mut Pty, columns: u16, rows: u16| {
        pty.master.resize(PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }).unwrap();
    };
    for turn in 0..300_u16 {
        resize(&mut pty, 3 + turn * 37 % 240, 3 + turn * 13 % 70);
        if turn % 20 == 0 {
            std::thread::sleep(Duration::from_millis(10));
        }
    }
    resize(&mut pty, 10, 3);
    resize(&mut pty, 100, 30);
    pty.screen = vt100::Parser::new(30.try_into().unwrap(), 100.try_into().unwrap(), 0);
    pty.types("3").shows("Stops");
    pty.until("the footer is not on the last line", |text| {
        text.lines().nth(29).is_some_and(|line| line.contains("Help"))
    });
    pty.types("q");
    assert_eq!(pty.ends().0, 0);
}

#[test]
fn a_log_that_was_torn_anywhere_leaves_a_whole_file_of_what_was_before() {
    let runtime = runtime();
    let floor = runtime.block_on(FloorPlant::new());
    let mut pty = Pty::dashboard(&floor, SIZE, &[]);
    pty.logs_in("olga", PASSWORD).types("2").shows("Counts");
    for units in 1..=6 {
        pty.types("n").shows("Log a count").types(&format!("{units}00\r")).shows(&format!("✓ {units}00 units"));
    }
    // The files as a machine leaves them that loses its power now.
    let folder = floor.test.folder.path();
    let torn = Home::new();
    let read = |name: &str| std::fs::read(folder.join(name)).unwrap();
    let (file, log) = (read("plant.db"), read("plant.db-wal"));
    assert!(log.len() > 10_000, "the log holds what was saved: {}", log.len());
    let mut seen = std::collections::BTreeSet::new();
    for part in 0..=12 {
        let database = torn.path().join(format!("torn{part}.db"));
        let path = database.to_str().unwrap();
        std::fs::write(path, &file).unwrap();
        std::fs::copy(folder.join("plant.db.audit-key"), format!("{path}.audit-key")).unwrap();
        let mut left = log[..log.len() * part / 12].to_vec();
        // The last page arrived as rubbish.
        let end = left.len();
        left[end.saturating_sub(if part == 12 { 0 } else { 900 })..].fill(0xa5);
        std::fs::write(format!("{path}-wal"), left).unwrap();
        let url = format!("sqlite:{path}");
        let told = torn.call(&["--database", &url, "doctor"]).done();
        assert!(told.ends_with(": nothing is wrong\n"), "{told}");
        let units = "SELECT coalesce(sum(units), 0) FROM t_production_entry";
        seen.insert(runtime.block_on(async {
            use sqlx::Connection;
            let mut connection = sqlx::SqliteConnection::connect(&url).await.unwrap();
            sqlx::query_scalar::<_, i64>(units).fetch_one(&mut connection).await.unwrap()
        }));
    }
    // Always the first so many counts, whole; with the whole log all of them.
    let prefixes = [0, 100, 300, 600, 1000, 1500, 2100];
    assert!(seen.iter().all(|units| prefixes.contains(units)) && seen.contains(&2100), "{seen:?}");
    pty.types("q");
    assert_eq!(pty.ends().0, 0);
}

#[test]
fn a_terminal_that_goes_away_takes_its_program_along() {
    let floor = runtime().block_on(FloorPlant::new());
    let mut pty = Pty::dashboard(&floor, SIZE, &[]);
    pty.logs_in("olga", PASSWORD).types("2").shows("Counts").types("n").shows("Log a count").types("5");
    let process = pty.process();
    drop(pty);
    for _ in 0..200 {
        let state = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
        // Nobody reaps it here, so what has ended is a zombie.
        if state.is_empty() || state.contains(") Z ") {
            return;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    panic!("the program goes on without a terminal");
}
