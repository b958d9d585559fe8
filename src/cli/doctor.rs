//! `kpi-ops doctor`: what is wrong with the database, and how to mend it. It is for whoever keeps the machine, so it
//! asks for no login; it shows no entry.

use super::failure::{Exit, Failure};
use super::login::open_plant;
use super::output;
use super::owner::Owner;
use crate::config::Config;
use crate::service::Finding;
use crate::service::MachineLook;
use clap::{Args, ValueEnum};
use serde_json::json;

/// How to look.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub struct Doctor {
    /// Add the entries up again where stored tallies are not what they should be
    #[arg(long)]
    repair: bool,
    /// Begin the audit trail anew where it is not whole, or where its key is lost
    #[arg(long)]
    new_trail: bool,
    /// How it is written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    owner: Owner,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Each finding with its mend
    Text,
    /// For scripts
    Json,
}

const HELP: &str = "\
Looks whether the file is whole, whether every row's parents are there, whether the stored tallies are what the entries
add up to, whether the schema is built as it must be, and whether the audit trail is as it was sealed; then at who can read
the files and the settings, the room on the disk, the clock, the time zones, what was left over, and the last backup. A trail that is begun anew keeps what is there, holds a digest
of it, and says so itself; a key that is lost is made anew then. On PostgreSQL mending tallies takes --owner-database. Ends with 0 where nothing is wrong or all of it was mended, with 1 otherwise.";

/// Looks, and mends.
pub async fn run(config: &Config, doctor: Doctor) -> Result<Exit, Failure> {
    let plant = open_plant(config).await?;
    if doctor.new_trail {
        for chain in plant.begin_trail_anew().await? {
            output::line(format_args!("begun anew: the audit trail of {chain}"))?;
        }
        plant.close().await;
        return Ok(Exit::Done);
    }
    let owner = doctor.owner.database()?;
    let found = plant.doctor(doctor.repair, owner.as_ref()).await;
    let around = plant.doctor_of_machine(&config.own.settings()).await;
    plant.close().await;
    let (mut found, around) = (found?, around?);
    found.extend(around.findings.iter().cloned());
    match doctor.format {
        Format::Json => output::line(format_args!("{:#}", as_json(&plant.url().to_string(), &found, &around)))?,
        Format::Text => {
            for finding in &found {
                output::line(told(finding))?;
            }
            if found.is_empty() {
                output::line(format_args!("{}: nothing is wrong", plant.url()))?;
            }
        }
    }
    Ok(if found.iter().all(|finding| finding.mended) { Exit::Done } else { Exit::Unmended })
}

/// All of it for scripts: fields are only ever added.
fn as_json(database: &str, found: &[Finding], around: &MachineLook) -> serde_json::Value {
    let finding = |finding: &Finding| json!({ "what": finding.what, "how_to_mend": finding.how_to_mend, "mended": finding.mended });
    json!({
        "database": database,
        "findings": found.iter().map(finding).collect::<Vec<_>>(),
        "time_zone_data": around.time_zone_data,
        "last_backup": around.last_backup.map(|at| at.utc().to_rfc3339_opts(chrono::SecondsFormat::Secs, true)),
        "free_bytes": around.free_bytes,
    })
}

/// A finding in words, with its mend.
pub fn told(finding: &Finding) -> String {
    if finding.mended {
        format!("mended: {}", finding.what)
    } else {
        format!("{}\n  {}", finding.what, finding.how_to_mend)
    }
}
