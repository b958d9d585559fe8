//! The command line of 4-cli.md: one file per command. Results go to standard output, everything else to standard
//! error; every failure is one clear line and an exit code.

mod audit;
mod backup;
mod client;
mod dashboard;
mod demo;
mod doctor;
mod export;
mod failure;
mod import;
mod init;
mod kpi;
mod kpi_table;
mod login;
mod looks;
mod manual;
mod migrate;
mod output;
mod owner;
mod prompt;
mod recalculate;
mod replaced;
mod report;
mod ssh;
mod ssh_config;
mod user;

use crate::config::{Config, Flags};
use crate::telemetry;
use clap::{Parser, Subcommand};
use failure::{Exit, Failure};
use std::process::ExitCode;

/// Dashboard for plants that make goods for many clients at once
#[derive(Debug, Parser)]
#[command(name = "kpi-ops", version, after_help = ENVIRONMENT)]
struct Arguments {
    /// The database, sqlite:PATH or postgres://USER@HOST/DATABASE [default: kpi-ops.db in your data folder]
    #[arg(long, global = true, value_name = "URL")]
    database: Option<String>,
    /// Who logs in; asked otherwise
    #[arg(long, global = true, value_name = "LOGIN")]
    user: Option<String>,
    /// The file of the key that seals the audit trail [default: beside the database]
    #[arg(long, global = true, value_name = "FILE")]
    audit_key: Option<std::path::PathBuf>,
    /// Serve as sshd's ForceCommand: trust the key that sshd found good, and nothing that the other end sends
    #[arg(long)]
    ssh: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

const ENVIRONMENT: &str = "\
Environment:
  KPI_OPS_DATABASE        like --database
  KPI_OPS_OWNER_DATABASE  like --owner-database of init, migrate and restore
  KPI_OPS_BACKUP_DATABASE like --backup-database of backup
  KPI_OPS_USER            like --user
  KPI_OPS_AUDIT_KEY       like --audit-key
  KPI_OPS_PASSWORD        the password of who logs in, for jobs without a terminal

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done in part, 4 login refused or not allowed,
5 the audit found something";

#[derive(Debug, Subcommand)]
enum Command {
    /// Make the database and its first ADMIN
    Init(init::Init),
    /// Fill an empty database with a plant to look at, and open it
    Demo(demo::Demo),
    /// Bring the database's schema up to date
    Migrate(owner::Owner),
    /// Keep the clients of the plant (ADMIN)
    #[command(subcommand)]
    Client(client::Client),
    /// Keep the people who log in (ADMIN)
    #[command(subcommand)]
    User(user::User),
    /// The KPIs of a window of production dates
    Kpi(kpi::KpiArguments),
    /// Import history and master data from a CSV file (POWERUSER)
    Import(import::Import),
    /// Export rows or KPIs as CSV, spreadsheet or JSON
    Export(export::Export),
    /// Judge a client's past entries by today's catalogue, standards and opportunities (POWERUSER)
    Recalculate(recalculate::Recalculate),
    /// The report people send round, as a page, a spreadsheet or plain text
    Report(report::Report),
    /// Whether any client's rows can reach another client's people (ADMIN)
    Audit(audit::Audit),
    /// Copy the whole database while people work, and look whether the copy is whole
    Backup(backup::Backup),
    /// Put a backup back in the database's place
    Restore(backup::Restore),
    /// What is wrong with the database, and how to mend it
    Doctor(doctor::Doctor),
    /// Print what sshd's configuration needs, so that people reach the dashboard and nothing else
    SshConfig(ssh_config::SshConfig),
    /// Serve a key to sshd, as its AuthorizedKeysCommand
    SshKeys(ssh::SshKeys),
    /// Print what a shell completes this command line with
    Completions(manual::Completions),
    /// Print a page of the manual
    Man(manual::Man),
}

/// Runs the program with the process's arguments.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(told) => return usage(&told),
    };
    if arguments.ssh
        && let Err(failure) = ssh::leave_environment_behind()
    {
        failure.report();
        return failure.exit();
    }
    telemetry::watch_panics();
    match start(arguments) {
        Ok(exit) => exit.into(),
        Err(failure) => {
            failure.report();
            failure.exit()
        }
    }
}

/// Shows the help or the version that was asked for, or says what is wrong with the arguments, which may hold anything.
fn usage(told: &clap::Error) -> ExitCode {
    let text = told.render().to_string();
    if told.use_stderr() {
        output::note(text.trim_end());
        return ExitCode::from(2);
    }
    match output::line(text.trim_end()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.exit(),
    }
}

/// How long what still runs when everything is done is waited for.
const LAST_WAIT: std::time::Duration = std::time::Duration::from_millis(500);

fn start(arguments: Arguments) -> Result<Exit, Failure> {
    if arguments.ssh && arguments.command.is_some() {
        return Err(Failure::Usage("--ssh opens the dashboard and takes no command beside it".into()));
    }
    // What needs no plant works where the settings are broken, too.
    match &arguments.command {
        Some(Command::Completions(wanted)) => return manual::completions(wanted),
        Some(Command::Man(wanted)) => return manual::man(wanted),
        _ => {}
    }
    let config =
        Config::load(Flags { database: arguments.database, user: arguments.user, audit_key: arguments.audit_key })?;
    let _log = telemetry::start(&config.log_folder);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(Failure::failed)?;
    let done = runtime.block_on(async {
        if arguments.ssh { ssh::run(&config).await } else { run(&config, arguments.command).await }
    });
    // Where the terminal is gone, crossterm 0.29 reads its end again and again and never gives its thread back.
    runtime.shutdown_timeout(LAST_WAIT);
    if let Err(failure) = &done {
        tracing::warn!(%failure, "a command failed");
    }
    done
}

async fn run(config: &Config, command: Option<Command>) -> Result<Exit, Failure> {
    match command {
        Some(Command::Init(init)) => init::run(config, init).await,
        Some(Command::Demo(demo)) => demo::run(config, demo).await,
        Some(Command::Migrate(owner)) => migrate::run(config, &owner).await,
        Some(Command::Client(client)) => client::run(config, client).await,
        Some(Command::User(user)) => user::run(config, user).await,
        Some(Command::Kpi(kpi)) => kpi::run(config, kpi).await,
        Some(Command::Import(import)) => import::run(config, import).await,
        Some(Command::Export(export)) => export::run(config, export).await,
        Some(Command::Recalculate(recalculate)) => recalculate::run(config, recalculate).await,
        Some(Command::Report(report)) => report::run(config, report).await,
        Some(Command::Audit(audit)) => audit::run(config, audit).await,
        Some(Command::Backup(backup)) => backup::back_up(config, backup).await,
        Some(Command::Restore(restore)) => backup::restore(config, restore).await,
        Some(Command::Doctor(doctor)) => doctor::run(config, doctor).await,
        Some(Command::SshConfig(wanted)) => ssh_config::run(config, &wanted),
        Some(Command::Completions(wanted)) => manual::completions(&wanted),
        Some(Command::Man(wanted)) => manual::man(&wanted),
        Some(Command::SshKeys(wanted)) => ssh::serve_key(config, &wanted).await,
        None => dashboard::run(config).await,
    }
}
