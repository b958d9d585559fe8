//! `kpi-ops` by itself: the dashboard, on the terminal it was started from.

use super::failure::{Exit, Failure};
use super::login::open_plant;
use crate::config::{Config, variable};
use crate::service::Plant;
use crate::tui;
use crate::tui::capability::Capability;
use std::io::IsTerminal;

/// Opens the dashboard of the plant of the settings.
pub async fn run(config: &Config) -> Result<Exit, Failure> {
    require_terminal()?;
    show(config, open_plant(config).await?).await
}

/// Refuses to open the dashboard where nobody could see it or type.
pub fn require_terminal() -> Result<(), Failure> {
    if std::io::stdin().is_terminal() && std::io::stdout().is_terminal() {
        return Ok(());
    }
    Err(Failure::Usage("the dashboard needs a terminal; kpi-ops --help shows the commands that do without".into()))
}

/// Shows a plant until somebody leaves.
pub async fn show(config: &Config, plant: Plant) -> Result<Exit, Failure> {
    let shown = tui::open(plant.clone(), Capability::of(variable), config.terminal.clone()).await;
    plant.close().await;
    shown.map_err(Failure::failed)?;
    Ok(Exit::Done)
}
