//! What the settings let a person choose from.

use serde::Deserialize;

/// What the dashboard begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Start {
    /// The shift board, for whoever logs in.
    #[default]
    Shift,
    /// The board above the line, as soon as somebody has logged in.
    Andon,
}

/// How many colours the screen may use, where the terminal's own word is not wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Colours {
    /// None.
    None,
    /// The sixteen of every colour terminal.
    Sixteen,
    /// What the terminal has.
    Terminal,
}
