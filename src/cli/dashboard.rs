//! `kpi-ops` by itself: the dashboard, on the terminal it was started from.

use super::failure::{Exit, Failure};
use super::login::open_plant;
use super::looks;
use crate::config::{Colours, Config, variable};
use crate::service::{KeyHolder, Plant};
use crate::tui::capability::{Capability, Characters, Palette};
use crate::tui::{self, Place};
use std::io::IsTerminal;

/// Opens the dashboard of the plant of the settings.
pub async fn run(config: &Config) -> Result<Exit, Failure> {
    require_terminal()?;
    show(config, open_plant(config).await?, None).await
}

/// Refuses to open the dashboard where nobody could see it or type.
pub fn require_terminal() -> Result<(), Failure> {
    if std::io::stdin().is_terminal() && std::io::stdout().is_terminal() {
        return Ok(());
    }
    Err(Failure::Usage("the dashboard needs a terminal; kpi-ops --help shows the commands that do without".into()))
}

/// Shows a plant until somebody leaves. Whoever came with an SSH key of theirs is named by it.
pub async fn show(config: &Config, plant: Plant, holder: Option<KeyHolder>) -> Result<Exit, Failure> {
    let looks = looks::of(config)?;
    let place = Place { terminal: config.terminal.clone(), idle: config.idle_lock, looks, holder };
    let shown = tui::open(plant.clone(), capability(config), place).await;
    plant.close().await;
    shown.map_err(Failure::failed)?;
    Ok(Exit::Done)
}

/// What the terminal can show, unless the settings say otherwise.
fn capability(config: &Config) -> Capability {
    let mut capability = Capability::of(variable);
    match config.colours {
        Some(Colours::None) => capability.palette = Palette::Mono,
        Some(Colours::Sixteen) => capability.palette = Palette::Sixteen,
        Some(Colours::Terminal) => capability.palette = Palette::Terminal,
        None => {}
    }
    match config.ascii {
        Some(true) => capability.characters = Characters::Ascii,
        Some(false) => capability.characters = Characters::Unicode,
        None => {}
    }
    capability
}
