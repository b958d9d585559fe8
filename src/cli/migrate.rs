//! `kpi-ops migrate`: the schema brought up to date by itself.

use super::failure::{Exit, Failure};
use super::login::open_plant;
use super::output;
use crate::config::Config;

/// Opens the database, which brings it up to date.
pub async fn run(config: &Config) -> Result<Exit, Failure> {
    let plant = open_plant(config).await?;
    plant.close().await;
    output::line(format_args!("{} is up to date", plant.url()))?;
    Ok(Exit::Done)
}
