//! The log: a file a day in the user's state folder, never the screen. It says what failed and where, and holds no
//! secrets, because nothing that holds one can be formatted; and what is told of a panic.
//!
//! Each event is one line, whatever texts are in it: a name that holds a line end forges no second one.

use crate::domain::text::shown;
use std::any::Any;
use std::fmt;
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::panic::PanicHookInfo;
use std::path::Path;
use tracing_appender::non_blocking::WorkerGuard;
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use tracing_subscriber::EnvFilter;

/// Days after which a log is deleted.
const DAYS_KEPT: usize = 14;

/// Starts writing the log; it ends, whole, when the guard is dropped. Without a folder to write in there is no log,
/// which is no reason to refuse work.
pub fn start(folder: &Path) -> Option<WorkerGuard> {
    std::fs::create_dir_all(folder).ok()?;
    // Only its owner reads the log. Where that cannot be said, the folder is somebody else's, and writing fails next.
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700)).ok();
    let file = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("kpi-ops")
        .filename_suffix("log")
        .max_log_files(DAYS_KEPT)
        .build(folder)
        .ok()?;
    let (writer, guard) = tracing_appender::non_blocking(file);
    let started = tracing_subscriber::fmt()
        .with_writer(move || OneLine(writer.clone()))
        .with_ansi(false)
        .with_env_filter(EnvFilter::new("info,sqlx=warn"))
        .try_init();
    started.ok().map(|()| guard)
}

/// Tells of a panic on standard error, as of everything else: in text that steers no terminal and holds no password.
/// Fails only where a hook is installed already.
pub fn watch_panics() {
    color_eyre::config::HookBuilder::default().panic_message(Told).install().ok();
}

/// Writes each event, which comes in one piece, as one line.
#[derive(Debug)]
struct OneLine<W: Write>(W);

impl<W: Write> Write for OneLine<W> {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        let line = fit(text.strip_suffix('\n').unwrap_or(&text));
        self.0.write_all(line.as_bytes())?;
        self.0.write_all(b"\n")?;
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Text on one line, without what steers a terminal, and without the password of an address.
fn fit(text: &str) -> String {
    without_passwords(&shown(text))
}

/// `postgres://user:password@host` without its password, wherever it stands in a text.
fn without_passwords(text: &str) -> String {
    let mut told = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("://") {
        let (before, address) = rest.split_at(at + 3);
        told.push_str(before);
        let end = address.find(|character: char| character.is_whitespace() || matches!(character, '/' | '"' | '\''));
        let (authority, behind) = address.split_at(end.unwrap_or(address.len()));
        match authority.rsplit_once('@').map(|(person, host)| (person.split_once(':'), host)) {
            Some((Some((name, _)), host)) => told.extend([name, ":***@", host]),
            _ => told.push_str(authority),
        }
        rest = behind;
    }
    told.push_str(rest);
    told
}

/// How a panic is told.
struct Told;

impl color_eyre::section::PanicMessage for Told {
    fn display(&self, panic: &PanicHookInfo<'_>, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why = reason(panic.payload());
        writeln!(out, "kpi-ops broke down, which is a fault of the program: {why}")?;
        match panic.location() {
            Some(place) => write!(out, "at {}:{}", place.file(), place.line()),
            None => Ok(()),
        }
    }
}

/// Why it panicked, fit to be told.
fn reason(payload: &dyn Any) -> String {
    let text = payload.downcast_ref::<String>().map(String::as_str).or(payload.downcast_ref::<&str>().copied());
    fit(text.unwrap_or("no reason given"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[test]
    fn a_text_in_an_event_forges_no_second_line() {
        let mut log = Vec::new();
        let forged = "2026-05-20 WARN no such client: x\n2026-05-20 INFO anna logged in\u{1b}[2J\r\n";
        OneLine(&mut log).write_all(forged.as_bytes()).expect("written");
        let log = String::from_utf8(log).expect("text");
        assert_eq!(log.matches('\n').count(), 1, "{log:?}");
        assert!(!log.contains('\u{1b}') && !log.contains('\r'), "{log:?}");
    }

    #[test]
    fn a_panic_is_told_without_what_steers_a_terminal() {
        let told = reason(&"at postgres://kpi:secret@db: \u{1b}]0;owned\u{7}\nnext".to_owned());
        assert_eq!(told, "at postgres://kpi:***@db: \u{fffd}]0;owned\u{fffd}\u{fffd}next");
        assert_eq!((reason(&"plain").as_str(), reason(&7).as_str()), ("plain", "no reason given"));
    }

    #[test]
    fn the_log_is_its_owners_alone() {
        let folder = tempfile::tempdir().expect("folder");
        let log = folder.path().join("state");
        drop(start(&log));
        let mode = std::fs::metadata(&log).expect("folder of the log").permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }

    #[rstest]
    #[case("cannot open postgres://kpi:s3cr:et@db/plant now", "cannot open postgres://kpi:***@db/plant now")]
    #[case("\"postgres://kpi:p@ss@db\"", "\"postgres://kpi:***@db\"")]
    #[case("postgres://kpi@db/plant", "postgres://kpi@db/plant")]
    #[case("sqlite:/tmp/x.db at 10:20", "sqlite:/tmp/x.db at 10:20")]
    fn an_address_is_told_without_its_password(#[case] text: &str, #[case] told: &str) {
        assert_eq!(fit(text), told);
    }
}
