//! The real program in a real terminal: the day's story once, and every way to leave it.

use super::attendance::people_plant;
use super::inspection::quality_plant;
use super::plant::{ADMIN_PASSWORD, FloorPlant, PASSWORD};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// Longest wait for something to appear; only a broken program waits so long.
const PATIENCE: Duration = Duration::from_mins(1);
/// A screen that nothing was written to for so long stands still.
const STILL: Duration = Duration::from_millis(60);

/// A program on a terminal of its own, and what that terminal shows.
pub struct Pty {
    child: Box<dyn Child + Send + Sync>,
    pub master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    pub screen: vt100::Parser,
    /// Everything that was written, for a screen too small to hold it.
    written: String,
}

impl Pty {
    pub fn start(
        program: &Path,
        arguments: &[&str],
        environment: &[(&str, &str)],
        (columns, rows): (u16, u16),
    ) -> Self {
        let pair =
            native_pty_system().openpty(PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }).unwrap();
        let mut command = CommandBuilder::new(program);
        command.env_clear();
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        for (name, value) in environment {
            command.env(name, value);
        }
        command.args(arguments);
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let keys = pair.master.take_writer().unwrap();
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(length @ 1..) = reader.read(&mut buffer) {
                if sender.send(buffer[..length].to_vec()).is_err() {
                    break;
                }
            }
        });
        let screen = vt100::Parser::new(rows.try_into().unwrap(), columns.try_into().unwrap(), 0);
        Self { child, master: pair.master, keys, output, screen, written: String::new() }
    }

    /// The dashboard of a plant.
    pub fn dashboard(floor: &FloorPlant, size: (u16, u16), environment: &[(&str, &str)]) -> Self {
        let home = floor.test.folder.path().to_str().unwrap().to_owned();
        let url = format!("sqlite:{home}/plant.db");
        let environment: Vec<_> = environment.iter().copied().chain([("HOME", home.as_str())]).collect();
        Self::start(Path::new(env!("CARGO_BIN_EXE_kpi-ops")), &["--database", &url], &environment, size)
    }

    pub fn take(&mut self, bytes: &[u8]) {
        self.screen.process(bytes);
        self.written.push_str(&String::from_utf8_lossy(bytes));
    }

    pub fn text(&self) -> String {
        self.screen.screen().contents()
    }

    /// Waits until the screen is as wanted.
    #[track_caller]
    pub fn until(&mut self, what: &str, wanted: impl Fn(&str) -> bool) -> &mut Self {
        let begun = Instant::now();
        while !wanted(&self.text()) {
            assert!(begun.elapsed() < PATIENCE, "{what}:\n{}", self.text());
            if let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(200)) {
                self.take(&bytes);
            }
        }
        self
    }

    #[track_caller]
    pub fn shows(&mut self, text: &str) -> &mut Self {
        self.until(&format!("{text:?} never appeared"), |screen| screen.contains(text))
    }

    pub fn types(&mut self, keys: &str) -> &mut Self {
        self.types_bytes(keys.as_bytes())
    }

    /// Types what may be no text.
    pub fn types_bytes(&mut self, bytes: &[u8]) -> &mut Self {
        self.keys.write_all(bytes).unwrap();
        self.keys.flush().unwrap();
        self
    }

    /// Waits until the screen stands still.
    pub fn settles(&mut self) -> &mut Self {
        let begun = Instant::now();
        while begun.elapsed() < PATIENCE {
            match self.output.recv_timeout(STILL) {
                Ok(bytes) => self.take(&bytes),
                Err(_) => break,
            }
        }
        self
    }

    /// Everything that was written so far.
    pub fn written(&self) -> &str {
        &self.written
    }

    #[track_caller]
    pub fn logs_in(&mut self, login: &str, password: &str) -> &mut Self {
        self.shows("Log in").types(&format!("{login}\r{password}\r")).came_in()
    }

    /// Waits until somebody is in: the welcome stands there, or the drafts that were found for them right after it.
    #[track_caller]
    pub fn came_in(&mut self) -> &mut Self {
        self.until("nobody came in", |screen| screen.contains("welcome") || screen.contains(" here: D "))
    }

    /// Waits for the end: the exit code, and everything that was written.
    #[track_caller]
    pub fn ends(&mut self) -> (u32, String) {
        let begun = Instant::now();
        let code = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status.exit_code();
            }
            assert!(begun.elapsed() < PATIENCE, "the program does not end:\n{}", self.text());
            std::thread::sleep(Duration::from_millis(20));
        };
        while let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(500)) {
            self.take(&bytes);
        }
        (code, self.written.clone())
    }

    /// Asserts that the terminal is as a shell left it.
    #[track_caller]
    pub fn is_clean(&self) {
        let screen = self.screen.screen();
        assert!(!screen.alternate_screen(), "the alternate screen was left on");
        assert!(!screen.hide_cursor(), "the cursor was left hidden");
        assert!(!screen.bracketed_paste(), "bracketed paste was left on");
        let flags: Vec<_> =
            self.master.get_termios().unwrap().local_flags.iter_names().map(|(name, _)| name.to_owned()).collect();
        assert!(flags.contains(&"ICANON".to_owned()) && flags.contains(&"ECHO".to_owned()), "{flags:?}");
    }

    /// The program's process.
    pub fn process(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    pub fn signal(&self, name: &str) {
        let process = self.child.process_id().unwrap().to_string();
        assert!(std::process::Command::new("kill").args([name, &process]).status().unwrap().success());
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn the_days_story_in_a_real_terminal() {
    let runtime = runtime();
    let floor = runtime.block_on(FloorPlant::new());
    let mut pty = Pty::dashboard(&floor, (80, 24), &[]);
    pty.logs_in("olga", PASSWORD);
    pty.types("2").shows("Counts").types("n").shows("Log a count").types("240\r").shows("✓ 240 units");
    pty.types("3").shows("Stops").types("s").shows("Stop").types("1\r").shows("✓ Line 1 stopped since");
    pty.types("1").shows("stopped 0m").types("e").shows("✓ Line 1 runs again");
    pty.types("4").shows("Holds").types("n").shows("Ask for a hold");
    pty.until("the order was not offered", |screen| screen.contains("Order"));
    pty.types("W1\r40\r1\r").shows("✓ hold of 40 of W1 asked for");
    pty.types("Q").logs_in("luis", PASSWORD).shows("1 to decide");
    pty.types("4").shows("requested").types("a").shows("✓ hold of 40 of W1: on hold");
    pty.types("Q").logs_in("lena", PASSWORD);
    pty.types("4")
        .shows("on hold")
        .types("r")
        .shows("Release the goods")
        .types("1\r")
        .shows("✓ hold of 40 of W1: released");
    pty.types("1").shows("240");
    pty.types("q");
    let (code, _) = pty.ends();
    assert_eq!(code, 0);
    pty.is_clean();
    let saved = "SELECT (SELECT sum(units) FROM t_production_entry) + 1000 * (SELECT count(*) FROM t_downtime_entry WHERE ended_at > 0)
                   + 10000 * (SELECT count(*) FROM t_hold_entry WHERE status = 'released')";
    assert_eq!(runtime.block_on(floor.number(saved)), 11_240);
}

/// What is done most, on the poorest terminal there is: a Linux console without colour.
const POOR: [(&str, &str); 2] = [("TERM", "linux"), ("NO_COLOR", "1")];

#[test]
fn the_five_routines_are_walked_on_a_console_without_colour() {
    let runtime = runtime();
    let floor = runtime.block_on(people_plant());
    let mut pty = Pty::dashboard(&floor, (80, 24), &POOR);
    pty.logs_in("olga", PASSWORD);
    pty.types("2n")
        .shows("Log a count")
        .types("240")
        .shows("shift so far")
        .types("\r")
        .shows("240 units on Line 1 saved");
    pty.types("3s").shows("Start a stop").types("2\r").shows("Line 1 stopped since").shows("runs");
    pty.types("e").shows("Line 1 runs again");
    pty.types("6t").shows("12 people, 0 absent").types("5\r1\x13").shows("12 people, 1 absent");
    pty.types("4n").shows("Ask for a hold").types("W1\r40\r1\r").shows("hold of 40 of W1 asked for");
    pty.types("Q").logs_in("luis", PASSWORD).types("4i").shows("These wait for you").types("\r");
    pty.types("a").shows("hold of 40 of W1: on hold");
    pty.types("Q").logs_in("lena", PASSWORD).types("4").shows("on hold").types("r");
    pty.shows("Release the goods").types("1\r");
    pty.shows("hold of 40 of W1: released");
    let screen = pty.screen.screen();
    let cells = (0..24).flat_map(|row| (0..80).filter_map(move |column| screen.cell(row, column)));
    assert!(cells.into_iter().all(|cell| cell.fgcolor() == vt100::Color::Default), "something is coloured");
    pty.types("q");
    assert_eq!(pty.ends().0, 0);
    pty.is_clean();

    let floor = runtime.block_on(quality_plant());
    let mut pty = Pty::dashboard(&floor, (80, 24), &POOR);
    pty.logs_in("luis", PASSWORD).types("5n").shows("Log an inspection");
    pty.types("L1\rfinal\rW1\rJ1\r\r50\r45\r1\r3\r2\r4\r\r").shows("45 of 50 passed");
    pty.shows("Place a hold on what failed").types("\r").shows("5 of W1 are on hold").types("q");
    assert_eq!(pty.ends().0, 0);
    let found = "SELECT sum(count) FROM t_defect_detail WHERE deleted_at IS NULL";
    assert_eq!(runtime.block_on(floor.number(found)), 7);
}

#[test]
fn a_signal_or_a_panic_leaves_the_terminal_clean() {
    let floor = runtime().block_on(FloorPlant::new());
    for signal in ["-TERM", "-HUP"] {
        let mut pty = Pty::dashboard(&floor, (80, 24), &[]);
        pty.logs_in("olga", PASSWORD);
        assert!(pty.screen.screen().alternate_screen());
        pty.signal(signal);
        assert_eq!(pty.ends().0, 0, "{signal}");
        pty.is_clean();
    }
    let panicking = panicking_program();
    let mut pty = Pty::start(&panicking, &[], &[], (80, 24));
    let (code, text) = pty.ends();
    assert_eq!(code, 101);
    let told = text.rfind("on purpose").expect("the panic is told");
    let left = text.find("\u{1b}[?1049l").expect("the alternate screen was left");
    assert!(left < told, "the panic is told on the screen that was there before: {text}");
    pty.is_clean();
}

#[test]
fn a_panic_in_a_thread_that_nobody_waits_for_ends_the_program_and_keeps_what_was_typed() {
    let floor = runtime().block_on(FloorPlant::new());
    let folder = floor.test.folder.path();
    let (url, flag) = (format!("sqlite:{}/plant.db", folder.display()), folder.join("panic-now"));
    let mut pty = Pty::start(&panicking_program(), &[&url, flag.to_str().unwrap()], &[], (80, 24));
    pty.logs_in("olga", PASSWORD).types("2n").shows("Log a count").shows("L1").types("4711").shows("4711");
    std::fs::write(&flag, "").unwrap();
    let (code, text) = pty.ends();
    assert_eq!(code, 1, "{text}");
    let left = text.rfind("\u{1b}[?1049l").expect("the alternate screen was left");
    let told = text.rfind("on purpose").expect("the panic is told");
    let ended = text.rfind("the program broke down and ended").expect("the end is told");
    assert!(left < told && told < ended, "nothing is drawn over it: {text}");
    pty.is_clean();
    let mut pty = Pty::dashboard(&floor, (80, 24), &[]);
    pty.logs_in("olga", PASSWORD)
        .shows("1 draft")
        .types("D")
        .shows("4711")
        .types("\u{1b}")
        .shows("Not saved")
        .types("d");
    pty.settles().types("q");
    assert_eq!(pty.ends().0, 0);
}

/// The example beside this test's own program.
fn panicking_program() -> PathBuf {
    let deps = std::env::current_exe().unwrap();
    let program = deps.parent().and_then(Path::parent).unwrap().join("examples/panic");
    assert!(program.exists(), "{} is missing: cargo test builds it", program.display());
    program
}

#[test]
fn a_terminal_too_small_to_say_so_on_a_screen_ends_in_one_line() {
    let floor = runtime().block_on(FloorPlant::new());
    let mut pty = Pty::dashboard(&floor, (10, 5), &[]);
    let (code, text) = pty.ends();
    assert_eq!(code, 1);
    assert_eq!(text.trim().lines().count(), 1, "{text}");
    assert!(text.contains("the terminal is 10x5") && text.contains("60x20"), "{text}");
    pty.is_clean();
}

#[test]
fn a_terminal_without_colour_gets_none_and_a_resize_redraws() {
    let floor = runtime().block_on(FloorPlant::new());
    let mut pty = Pty::dashboard(&floor, (80, 24), &[("NO_COLOR", "1")]);
    pty.logs_in("anna", ADMIN_PASSWORD).types("3").shows("Stops");
    let screen = pty.screen.screen();
    for row in 0..24 {
        for column in 0..80 {
            let cell = screen.cell(row, column).unwrap();
            let plain = cell.fgcolor() == vt100::Color::Default && cell.bgcolor() == vt100::Color::Default;
            assert!(plain, "row {row} column {column} is coloured");
        }
    }
    pty.master.resize(PtySize { rows: 40, cols: 120, pixel_width: 0, pixel_height: 0 }).unwrap();
    pty.screen.screen_mut().set_size(40.try_into().unwrap(), 120.try_into().unwrap());
    pty.until("the footer is not on the last line", |text| {
        text.lines().nth(39).is_some_and(|line| line.contains("Help"))
    });
    pty.types("q");
    assert_eq!(pty.ends().0, 0);
}
