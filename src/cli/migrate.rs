//! `kpi-ops migrate`: the schema brought up to date by itself.

use super::failure::{Exit, Failure};
use super::login::open_plant;
use super::output;
use super::owner::Owner;
use crate::config::Config;

/// Brings the database up to date: a file by opening it, a server's as its owner.
pub async fn run(config: &Config, owner: &Owner) -> Result<Exit, Failure> {
    owner.prepare(config).await?;
    let plant = open_plant(config).await?;
    plant.close().await;
    output::line(format_args!("{} is up to date", plant.url()))?;
    Ok(Exit::Done)
}
