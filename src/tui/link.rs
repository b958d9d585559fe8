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
    /// When the gate was looked at last, while nobody is in.
    pub looked_at: Option<Instant>,
}

/// At the gate a server that is gone is looked for so often after the last look, in milliseconds.
const LOST: i64 = 4_000;
/// So often the gate looks whether the server is still there: whoever comes in next should not be the first to notice.
const THERE: i64 = 20_000;

impl Model {
    /// When the gate looks for its server by itself; a file is never gone.
    pub fn looks_at(&self) -> Option<Instant> {
        if self.seat.is_some() || self.gate.ticket().is_some() || self.waiting.is_some() {
            return None;
        }
        let is_lost = self.link.gone_since.is_some() || self.gate.failure().is_some();
        let is_on_server = self.gate.value().is_some_and(|gate| gate.is_on_server);
        let pause = if is_lost { LOST } else { THERE };
        self.link.looked_at.filter(|_| is_lost || is_on_server).map(|at| at.plus_millis(pause))
    }

    /// Whether figures should no longer be taken for the present: they could not be read anew, are old, or the server is
    /// gone.
    pub fn is_stale<T>(&self, figures: &Loaded<T>) -> bool {
        self.link.gone_since.is_some() || figures.is_stale(self.now)
    }
}
