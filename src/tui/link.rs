//! How a terminal stands to its plant: whether the server is there, and whether something changed that is not read yet.

use super::loaded::Loaded;
use super::model::Model;
use crate::domain::clock::Instant;

/// The state of the link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Link {
    /// Since when the server is gone. Figures stay, and nothing is asked until it is back.
    pub gone_since: Option<Instant>,
    /// Whether something changed since what is in view was asked for.
    pub is_behind: bool,
}

impl Model {
    /// Whether figures should no longer be taken for the present: they could not be read anew, are old, or the server is
    /// gone.
    pub fn is_stale<T>(&self, figures: &Loaded<T>) -> bool {
        self.link.gone_since.is_some() || figures.is_stale(self.now)
    }
}
