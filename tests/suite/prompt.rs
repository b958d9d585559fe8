//! Passwords typed on a real terminal: asked twice, never shown, and asked again where they do not do.

use super::program::Home;
use portable_pty::{CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// The program on a pseudo-terminal of its own.
struct Terminal {
    child: Box<dyn portable_pty::Child + Send + Sync>,
    master: Box<dyn MasterPty + Send>,
    keys: Box<dyn Write + Send>,
    output: Receiver<Vec<u8>>,
    seen: String,
}

impl Terminal {
    fn start(home: &Home, arguments: &[&str]) -> Self {
        Self::run(home, env!("CARGO_BIN_EXE_kpi-ops"), arguments)
    }

    fn run(home: &Home, program: &str, arguments: &[&str]) -> Self {
        let pair =
            native_pty_system().openpty(PtySize { rows: 24, cols: 200, pixel_width: 0, pixel_height: 0 }).unwrap();
        let mut command = CommandBuilder::new(program);
        command.env_clear();
        command.env("HOME", home.path());
        command.args(arguments);
        let child = pair.slave.spawn_command(command).unwrap();
        let mut reader = pair.master.try_clone_reader().unwrap();
        let keys = pair.master.take_writer().unwrap();
        let (sender, output) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 1024];
            while let Ok(length @ 1..) = reader.read(&mut buffer) {
                if sender.send(buffer[..length].to_vec()).is_err() {
                    break;
                }
            }
        });
        Self { child, master: pair.master, keys, output, seen: String::new() }
    }

    /// Types a line when a question is there.
    fn answer(&mut self, question: &str, line: &str) {
        self.wait_for(question);
        writeln!(self.keys, "{line}").unwrap();
    }

    /// Waits until the terminal shows a text after what was seen before.
    fn wait_for(&mut self, question: &str) {
        let from = self.seen.len();
        while !self.seen[from..].contains(question) {
            let more = self.output.recv_timeout(Duration::from_mins(1));
            let more = more.unwrap_or_else(|_| panic!("{question} was not asked: {}", self.seen));
            self.seen.push_str(&String::from_utf8_lossy(&more));
        }
    }

    /// The same for a secret, which is typed when the terminal no longer shows what is typed.
    fn answer_unseen(&mut self, question: &str, secret: &str) {
        self.wait_for(question);
        while self.master.get_termios().unwrap().local_flags.iter_names().any(|(name, _)| name == "ECHO") {
            std::thread::sleep(Duration::from_millis(1));
        }
        writeln!(self.keys, "{secret}").unwrap();
    }

    /// Waits for the end; everything that was shown, and the exit code.
    fn end(mut self) -> (String, u32) {
        let code = self.child.wait().unwrap().exit_code();
        while let Ok(more) = self.output.recv_timeout(Duration::from_secs(2)) {
            self.seen.push_str(&String::from_utf8_lossy(&more));
        }
        (self.seen, code)
    }
}

const PASSWORD: &str = "pferde fressen keine gurken";

#[test]
fn the_first_admins_password_is_asked_twice_until_it_will_do() {
    let home = Home::new();
    let mut terminal = Terminal::start(&home, &["init", "--admin", "anna"]);
    terminal.answer_unseen("New password", "password123");
    terminal.answer_unseen("The same again", "password123");
    terminal.answer_unseen("New password", PASSWORD);
    terminal.answer_unseen("The same again", "something else");
    terminal.answer_unseen("New password", PASSWORD);
    terminal.answer_unseen("The same again", PASSWORD);
    let (seen, code) = terminal.end();
    assert_eq!(code, 0, "{seen}");
    assert!(seen.contains("tries first") && seen.contains("the two passwords differ"), "{seen}");
    assert!(seen.contains("anna is its ADMIN") && !seen.contains("gurken"), "{seen}");

    let mut terminal = Terminal::start(&home, &["user", "list"]);
    terminal.answer("Login", "anna");
    terminal.answer_unseen("Password", PASSWORD);
    let (seen, code) = terminal.end();
    assert!(code == 0 && seen.contains("ADMIN") && !seen.contains("gurken"), "{seen}");
}

#[test]
fn a_password_that_is_set_comes_from_standard_input_and_the_admins_own_from_the_terminal() {
    let home = Home::with_admin();
    std::fs::write(home.path().join("new"), "sieben kleine ziegen\n").unwrap();
    let line = format!(
        "exec {} user add bert --role ADMIN --password-stdin --user anna < {}",
        env!("CARGO_BIN_EXE_kpi-ops"),
        home.path().join("new").display()
    );
    let mut terminal = Terminal::run(&home, "/bin/sh", &["-c", &line]);
    terminal.answer_unseen("Password", PASSWORD);
    let (seen, code) = terminal.end();
    assert!(code == 0 && seen.contains("user bert added as ADMIN; sees all clients"), "{seen}");
    assert!(!seen.contains("ziegen"), "{seen}");
}

#[test]
fn a_one_time_code_typed_on_a_terminal_leads_to_a_password() {
    let mut home = Home::with_admin();
    let added = home.call(&["user", "add", "bert", "--role", "ADMIN"]).done();
    let code = added.trim_end().rsplit(' ').next().unwrap().to_owned();
    let mut terminal = Terminal::start(&home, &["user", "list", "--user", "bert"]);
    terminal.answer_unseen("Password", &code);
    terminal.answer_unseen("New password", "sieben kleine ziegen");
    terminal.answer_unseen("The same again", "sieben kleine ziegen");
    let (seen, code) = terminal.end();
    assert!(code == 0 && seen.contains("LOGIN") && !seen.contains("ziegen"), "{seen}");
    home.acts_as("bert", "sieben kleine ziegen");
    assert!(home.call(&["user", "list"]).done().contains("bert   bert  ADMIN  all      active"));
}
