//! What can go wrong below the service, in words that name no base table and no driver.

use super::audit::KeyTrouble;
use crate::domain::clock::Instant;
use crate::domain::reject::Reject;
use crate::domain::role::Role;
use std::path::PathBuf;

/// An error of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The URL names no engine this program knows.
    #[error(
        "\"{0}\" is no database URL; write sqlite:PATH, for example sqlite:/var/lib/kpi-ops/kpi-ops.db, \
         or postgres://USER@HOST/DATABASE"
    )]
    UnknownUrl(String),
    /// A server's database cannot be used as it is.
    #[error("cannot use the database {server}: {why}; {try_this}")]
    Unusable {
        /// The URL without the password.
        server: String,
        /// What is wrong.
        why: String,
        /// The way out.
        try_this: String,
    },
    /// A file has no owner but the account that runs the program.
    #[error(
        "{0} is a file, and only a PostgreSQL database has an owner; leave --owner-database out, or name postgres://USER@HOST/DATABASE in both"
    )]
    NoOwner(String),
    /// The server is gone, or cannot be reached.
    #[error(
        "the database server does not answer; what was not confirmed is not saved; check that the server runs and that the network is up, then try again"
    )]
    NoAnswer,
    /// Two transactions stood in each other's way, and this one gave in: repeating all of it is right.
    #[error("somebody else wrote at the same moment; nothing was saved; try again")]
    Crossed,
    /// The file or its folder cannot be written.
    #[error("cannot write to {0}; check that the folder exists and that you may write in it")]
    ReadOnly(PathBuf),
    /// A file beside the database cannot be used.
    #[error("cannot use {path}: {why}; {try_this}")]
    FileRefused {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        why: String,
        /// The way out.
        try_this: String,
    },
    /// The file cannot be opened at all.
    #[error("cannot open the database {path}: {why}; check the path given with --database")]
    CannotOpen {
        /// The file.
        path: PathBuf,
        /// What the system said.
        why: String,
    },
    /// The file is something else.
    #[error("{0} is no kpi-ops database; name another file with --database")]
    NotADatabase(PathBuf),
    /// The schema was made by a newer program.
    #[error("the database {0} was made by a newer version of kpi-ops; update the program")]
    NewerSchema(PathBuf),
    /// Another process held the database for longer than the patience of a write.
    #[error("the database is busy; try again in a moment")]
    Busy,
    /// The file was moved away, or another one is in its place.
    #[error(
        "the database file {0} was moved or replaced; nothing is saved any more; leave, start kpi-ops again, and enter \
         again what was not confirmed"
    )]
    Replaced(PathBuf),
    /// The disk failed to read or to write.
    #[error("the disk does not read or write; nothing was saved; check the disk, then try again")]
    DiskFailed,
    /// No room is left.
    #[error("the disk is full; nothing was saved; make room and try again")]
    Full,
    /// The key is taken inside this client.
    #[error("it exists already")]
    Duplicate,
    /// A row names something that does not exist for this client.
    #[error("it names something that does not exist")]
    NoParent,
    /// The database's own check refused a value.
    #[error("the database refused a value ({0})")]
    Check(String),
    /// A row outside the scope.
    #[error("it does not exist")]
    OutOfScope,
    /// Two stops of one line overlap.
    #[error("it overlaps another stop of the line")]
    Overlap,
    /// Somebody else changed the row first.
    #[error("{by} changed it meanwhile")]
    Conflict {
        /// Who.
        by: String,
        /// When.
        at: Instant,
    },
    /// The transaction failed before; nothing more runs in it.
    #[error("an earlier step failed, nothing was saved")]
    Poisoned,
    /// A statement that the funnel does not take.
    #[error("not a plain statement")]
    NotPlain,
    /// The database lets no session do that: remove a row, change a key or what is on the record, give a sum.
    #[error("the database does not let a session do that")]
    Guarded,
    /// The session is over: the account was disabled, reset or given another role.
    #[error("your account was changed; log in again")]
    SessionOver,
    /// A client was taken away from the person: what the session remembers of it must go.
    #[error("your clients were changed; do it again with those you have now")]
    ScopeMoved,
    /// The session of a board has no door for changes.
    #[error("this board only reads; log in to change anything")]
    ReadingOnly,
    /// Only an ADMIN keeps accounts; the role is the one the database holds now.
    #[error("this takes the role ADMIN, yours is {0}")]
    NotAdmin(Role),
    /// What is written could not be sealed.
    #[error(transparent)]
    AuditKey(#[from] KeyTrouble),
    /// A chain of the audit trail does not end where its end is said to be; nothing can be added to it.
    #[error("the audit trail of {0} is not whole, so nothing can be added to it; run kpi-ops doctor")]
    TrailBroken(String),
    /// A door refused an input.
    #[error(transparent)]
    Refused(#[from] Reject),
    /// Whatever else the driver said.
    #[error("database error: {0}")]
    Driver(String),
}

impl StoreError {
    /// The meaning of what a trigger of ours raised: the same words on every engine.
    pub(in crate::store) fn raised(message: &str) -> Self {
        match message {
            "overlap" => Self::Overlap,
            "taken" => Self::Duplicate,
            "append-only" | "a key never changes" | "kept by the database" | "an end goes back" => Self::Guarded,
            _ => Self::OutOfScope,
        }
    }
}

/// SQLite's extended result codes that mean something to a person.
impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        let sqlx::Error::Database(database) = &error else {
            return match error {
                sqlx::Error::PoolTimedOut => Self::Busy,
                // A file has neither.
                sqlx::Error::Io(_) | sqlx::Error::Tls(_) => Self::NoAnswer,
                other => Self::Driver(other.to_string()),
            };
        };
        if let Some(said) = super::postgres::said(database.as_ref()) {
            return said;
        }
        let message = database.message();
        match database.code().as_deref() {
            Some("1811") => Self::raised(message),
            Some("23") => Self::Guarded,
            Some("1555" | "2067") => Self::Duplicate,
            Some("787") => Self::NoParent,
            Some("275" | "1299" | "3091") => Self::Check(refused_column(message)),
            Some("5" | "261" | "517" | "6" | "262") => Self::Busy,
            Some("13") => Self::Full,
            // The extended codes of input and output are 10 and multiples of 256 more.
            Some(code) if code.parse::<i32>().is_ok_and(|code| code & 0xff == 10) => Self::DiskFailed,
            Some("8" | "264" | "520" | "776" | "1032" | "1288" | "1544") => {
                Self::ReadOnly(PathBuf::from("the database"))
            }
            _ => Self::Driver(message.replace("t_", "")),
        }
    }
}

/// The column, or the name of the rule, of a message such as `CHECK constraint failed: length(name) BETWEEN 1 AND 64`
/// or `NOT NULL constraint failed: t_job.quantity`.
fn refused_column(message: &str) -> String {
    let rule = message.split_once("failed: ").map_or(message, |(_, rule)| rule);
    let rule = rule.trim_start_matches(['(', ' ']);
    let rule = rule.strip_prefix("length(").unwrap_or(rule);
    let is_of_name = |character: char| character.is_ascii_alphanumeric() || "_.".contains(character);
    let name = rule.split(|character| !is_of_name(character)).next().unwrap_or(rule);
    name.rsplit('.').next().unwrap_or(name).trim_start_matches("t_").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("CHECK constraint failed: length(name) BETWEEN 1 AND 64", "name")]
    #[case("CHECK constraint failed: quantity BETWEEN 1 AND 9", "quantity")]
    #[case("CHECK constraint failed: shift_breaks_within_shift", "shift_breaks_within_shift")]
    #[case("NOT NULL constraint failed: t_job.quantity", "quantity")]
    fn a_refused_value_is_named_by_its_column(#[case] message: &str, #[case] column: &str) {
        assert_eq!(refused_column(message), column);
    }
}
