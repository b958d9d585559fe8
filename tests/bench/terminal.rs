//! Rows 11 to 14: the real program in a real terminal of 200x60, on the plant.

use crate::measure::{Table, median, micros};
use crate::plant::{PlantFile, audit_key, folder, password};
use argon2::{Algorithm, Argon2, Params, Version};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use secrecy::ExposeSecret;
use std::io::{Read, Write};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

const PROGRAM: &str = env!("CARGO_BIN_EXE_kpi-ops");
/// Longest wait for something to appear.
const PATIENCE: Duration = Duration::from_mins(1);
/// A terminal that writes nothing for so long has nothing more to write.
const QUIET: Duration = Duration::from_millis(700);
const SIZE: PtySize = PtySize { rows: 60, cols: 200, pixel_width: 0, pixel_height: 0 };
const ROUNDS: usize = 15;

struct Pty {
    child: Box<dyn Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    screen: vt100::Parser,
}

impl Pty {
    fn start(program: &str, arguments: &[&str]) -> Self {
        let pair = native_pty_system().openpty(SIZE).expect("a terminal");
        let mut command = CommandBuilder::new(program);
        command.env_clear();
        for (name, value) in [("TERM", "xterm-256color"), ("LANG", "C.UTF-8")] {
            command.env(name, value);
        }
        command.env("HOME", folder());
        command.args(arguments);
        let child = pair.slave.spawn_command(command).expect("the program starts");
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().expect("a reader");
        let keys = pair.master.take_writer().expect("a writer");
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut buffer = vec![0; 65_536];
            while let Ok(length @ 1..) = reader.read(&mut buffer) {
                if sender.send(buffer[..length].to_vec()).is_err() {
                    break;
                }
            }
        });
        let screen = vt100::Parser::new(SIZE.rows.try_into().expect("rows"), SIZE.cols.try_into().expect("columns"), 0);
        Self { child, master: pair.master, keys, output, screen }
    }

    fn shows(&mut self, text: &str) {
        let begun = Instant::now();
        while !self.screen.screen().contents().contains(text) {
            assert!(begun.elapsed() < PATIENCE, "{text} never appeared:\n{}", self.screen.screen().contents());
            if let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(100)) {
                self.screen.process(&bytes);
            }
        }
    }

    fn types(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).expect("keys are typed");
        self.keys.flush().expect("keys are typed");
    }

    /// Bytes written until it has been quiet for a while.
    fn bytes(&mut self, quiet: Duration) -> usize {
        let mut bytes = 0;
        while let Ok(some) = self.output.recv_timeout(quiet) {
            bytes += some.len();
            self.screen.process(&some);
        }
        bytes
    }

    /// Bytes that a key causes.
    fn bytes_of(&mut self, keys: &str) -> usize {
        self.types(keys);
        self.bytes(QUIET)
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The rows.
pub fn rows(table: &mut Table, plant: &PlantFile) {
    let url = format!("sqlite:{}", plant.path.display());
    let key = audit_key().display().to_string();
    let arguments = ["--database", url.as_str(), "--audit-key", key.as_str()];
    let (mut empty, mut start, mut login, mut hash) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        let mut nothing = Pty::start("/bin/true", &[]);
        nothing.child.wait().expect("it ends");
        empty.push(micros(begun.elapsed()));

        let begun = Instant::now();
        let mut pty = Pty::start(PROGRAM, &arguments);
        pty.shows("Log in");
        start.push(micros(begun.elapsed()));
        pty.types(&format!("paul\r{}", password().expose_secret()));
        pty.bytes(Duration::from_millis(100));
        let begun = Instant::now();
        pty.types("\r");
        pty.shows("welcome");
        login.push(micros(begun.elapsed()));

        let begun = Instant::now();
        hash_once();
        hash.push(micros(begun.elapsed()));
    }
    let (empty, hash) = (median(empty), median(hash));
    table.at_most("11", "start to the login screen in a terminal, against /bin/true", 10.0, median(start), empty);
    let figures = median(login) - hash;
    table.at_most(
        "11",
        "login to the first figures of 50 clients, without the hash, against /bin/true",
        30.0,
        figures,
        empty,
    );
    drawing(table, &arguments);
    let size = std::fs::metadata(PROGRAM).expect("the program").len();
    at_most(table, "13", "release binary", size, 15_000_000, "MB", 1e6);
}

/// The work of one password, with the parameters of the product.
fn hash_once() {
    let hasher = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::DEFAULT);
    let mut out = [0; 32];
    hasher.hash_password_into(password().expose_secret().as_bytes(), b"sixteen bytes 16", &mut out).expect("a hash");
}

fn drawing(table: &mut Table, arguments: &[&str]) {
    let mut pty = Pty::start(PROGRAM, arguments);
    pty.shows("Log in");
    pty.types(&format!("paul\r{}\r", password().expose_secret()));
    pty.shows("welcome");
    pty.bytes_of("8");
    pty.bytes(QUIET);
    pty.bytes_of("y");
    pty.bytes(Duration::from_secs(2));
    pty.bytes_of("7");
    pty.bytes(Duration::from_secs(2));
    let moved = pty.bytes_of("j");
    at_most(table, "12", "200x60: the selection moves", moved as u64, 400, "B", 1.0);
    let idle = pty.bytes(Duration::from_mins(1));
    at_most(
        table,
        "14",
        "a minute in which nothing is typed and nothing changes: bytes written",
        idle as u64,
        100,
        "B",
        1.0,
    );
    pty.master.resize(PtySize { cols: SIZE.cols - 1, ..SIZE }).expect("a smaller terminal");
    pty.bytes(QUIET);
    pty.master.resize(SIZE).expect("a larger terminal");
    let redrawn = pty.bytes(QUIET);
    at_most(table, "12", "200x60: full redraw", redrawn as u64, 30_000, "kB", 1e3);
    let process = pty.child.process_id().expect("a process");
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let kilobytes =
        status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB")?.parse().ok());
    match kilobytes {
        Some::<u64>(kilobytes) => at_most(
            table,
            "13",
            "memory of a terminal that has looked at a year of 50 clients",
            kilobytes * 1024,
            40_000_000,
            "MB",
            1e6,
        ),
        None => table.missing("13", "memory of a terminal", "≤ 40 MB", "this machine has no /proc"),
    }
}

#[allow(clippy::cast_precision_loss)]
fn at_most(table: &mut Table, number: &'static str, what: &str, measured: u64, most: u64, unit: &str, scale: f64) {
    let number_of = |amount: u64| {
        let digits = usize::from(scale > 1.0);
        format!("{:.digits$} {unit}", amount as f64 / scale)
    };
    table.add(number, what, format!("≤ {}", number_of(most)), number_of(measured), Some(measured <= most));
}
