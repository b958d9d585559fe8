//! `kpi-ops audit`: the isolation audit, row by row, with its score. It is an ADMIN's, and leaves nothing behind.

use super::failure::{Exit, Failure};
use super::login::{log_in, open_plant};
use super::output;
use crate::config::Config;
use crate::service::{Answer, IsolationAudit, Problem, Query, audit_json, audit_text};
use clap::{Args, ValueEnum};

/// How it is told.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub struct Audit {
    /// How it is written
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// A line for each row
    Table,
    /// For scripts
    Json,
}

const HELP: &str = "\
Looks at the live database: whether every row belongs to a client by its keys, whether its parents do, what people of one
client are told by every list, KPI and export, and whether the audit trail is as it was sealed. NO is the number of the
finding in the audit that an earlier platform failed. Ends with 0 at 100 %, with 5 where a row failed.";

/// Looks, and tells.
pub async fn run(config: &Config, audit: Audit) -> Result<Exit, Failure> {
    // Without a table or with another key nobody can log in, and that is a finding.
    let plant = open_plant(config).await?;
    let prevented = plant.what_prevents_an_audit().await?;
    plant.close().await;
    if let Some(found) = prevented {
        return tell(&found, audit.format);
    }
    let desk = log_in(config).await?;
    let answer = desk.ask(Query::IsolationAudit).await;
    desk.close().await;
    match answer? {
        Answer::IsolationAudit(found) => tell(&found, audit.format),
        _ => Err(Problem::reject("audit", "the answer is something else", "try again").into()),
    }
}

fn tell(found: &IsolationAudit, format: Format) -> Result<Exit, Failure> {
    match format {
        Format::Table => output::line(audit_text(found).trim_end())?,
        Format::Json => output::line(format_args!("{:#}", audit_json(found)))?,
    }
    Ok(if found.is_passed() { Exit::Done } else { Exit::Found })
}
