//! `kpi-ops backup` and `kpi-ops restore`: a whole copy of the database, and its way back. They are for whoever keeps the
//! machine, so they ask for no login.

use super::doctor::told;
use super::failure::{Exit, Failure};
use super::output;
use super::owner::Owner;
use crate::config::{self, Config};
use crate::service::clock::Clock;
use crate::service::{BackupRequest, Plant, Restored};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::path::PathBuf;
use std::time::Duration;

/// What is backed up, and how.
#[derive(Debug, Args)]
#[command(after_help = BACKUP_HELP)]
pub struct Backup {
    /// The file that is written; a sealed one is called what you call it, too
    file: PathBuf,
    /// Seal it with the key in this file: 64 hexadecimal digits, as `openssl rand -hex 32` makes them
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// Replace a file that is there
    #[arg(long)]
    force: bool,
    /// PostgreSQL: the database as a role that may read all of it, with BYPASSRLS and pg_read_all_data, or as its owner
    /// [environment: KPI_OPS_BACKUP_DATABASE]
    #[arg(long, value_name = "URL")]
    backup_database: Option<String>,
}

const BACKUP_HELP: &str = "\
Copies all of the database at one moment, while people go on working. The copy is opened again before it gets its name:
the file, its keys, the stored tallies, the audit trail, and that nothing is missing which was saved before. It is a
database file of kpi-ops, from PostgreSQL too, and `restore` puts it back into either.
It needs no login: it is for whoever keeps the machine. The file is for its owner alone.
The key of the audit trail is not in it, nor is the configuration; keep a copy of both, and the keys in another place
than the backups. Ends with 1 where the database, and so its copy, has something wrong with it; the copy is there then.";

/// What is put back, and how.
#[derive(Debug, Args)]
#[command(after_help = RESTORE_HELP)]
pub struct Restore {
    /// The backup
    file: PathBuf,
    /// The key it was sealed with
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// Replace a database that holds something
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    owner: Owner,
}

const RESTORE_HELP: &str = "\
Opens the backup and looks at all of it first; the database is then what the backup was, or what it was before.
An older backup is brought up to date, one of a newer program is refused. Into a file: nobody may have it open, and with
--force the file that was there stays beside it as NAME.before-TIME. Into PostgreSQL: as the owner, in one transaction;
whoever is logged in has to log in again.
Put the audit key of the backup's time in its place as well; `kpi-ops doctor` says whether it is the right one.";

/// Makes a backup.
pub async fn back_up(config: &Config, backup: Backup) -> Result<Exit, Failure> {
    let reader = config::backup_database(backup.backup_database.as_deref())?;
    let request = BackupRequest {
        database: &config.database,
        privileged: reader.as_ref(),
        audit_key: config.audit_key.as_deref(),
        file: &backup.file,
        key_file: backup.key_file.as_deref(),
        force: backup.force,
    };
    let sign = Working::on(&format!("copying {} and looking through the copy", config.database));
    let done = Plant::back_up(&request, &Clock::System).await;
    sign.end();
    let done = done?;
    let sealed = if done.is_sealed { ", sealed" } else { "" };
    output::line(format_args!(
        "{}: {} rows of {} clients, {} bytes{sealed}; opened again and whole",
        backup.file.display(),
        done.rows,
        done.clients,
        done.bytes
    ))?;
    output::line(format_args!("keep the audit key as well, in another place: {}", done.audit_key.display()))?;
    Ok(tell(&done.findings))
}

/// Puts a backup back.
pub async fn restore(config: &Config, restore: Restore) -> Result<Exit, Failure> {
    let owner = if config.database.path().is_some() { None } else { restore.owner.database()? };
    let request = BackupRequest {
        database: &config.database,
        privileged: owner.as_ref(),
        audit_key: config.audit_key.as_deref(),
        file: &restore.file,
        key_file: restore.key_file.as_deref(),
        force: restore.force,
    };
    let sign = Working::on(&format!("looking through {} and putting it back", restore.file.display()));
    let done = Plant::restore(&request, &Clock::System).await;
    sign.end();
    match done? {
        Restored::RoleIsMissing { statements } => Owner::must_be_made(config, statements),
        Restored::Done { clients, rows, before, findings } => {
            output::line(format_args!("{}: restored, {rows} rows of {clients} clients", config.database))?;
            if let Some(before) = before {
                output::line(format_args!("what was there before is in {}", before.display()))?;
            }
            Ok(tell(&findings))
        }
    }
}

/// Shows on a terminal that it works and since when: a large plant takes minutes.
struct Working(Option<ProgressBar>);

impl Working {
    fn on(what: &str) -> Self {
        Self(std::io::stderr().is_terminal().then(|| {
            let sign = ProgressBar::new_spinner();
            if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}, {elapsed}") {
                sign.set_style(style.tick_chars("|/-\\ "));
            }
            sign.set_message(what.to_owned());
            sign.enable_steady_tick(Duration::from_millis(250));
            sign
        }))
    }

    fn end(&self) {
        if let Some(sign) = &self.0 {
            sign.finish_and_clear();
        }
    }
}

/// What is wrong with it, which it was already.
fn tell(findings: &[crate::service::Finding]) -> Exit {
    for finding in findings {
        output::note(told(finding));
    }
    if findings.is_empty() { Exit::Done } else { Exit::Unmended }
}
