//! Corrections of what is saved, as values.

use super::{Command, LogCount, LogStop};
use crate::domain::clock::Instant;
use crate::domain::id::{ClientId, Code, EntryId};
use serde::{Deserialize, Serialize};

/// A count as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectCount {
    /// The version that was looked at; an older one is refused.
    pub version: i64,
    /// The count with what is to stand in it; a count that was taken at no known time keeps none.
    pub to: LogCount,
}

/// A stop as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CorrectStop {
    /// The version that was looked at; an older one is refused.
    pub version: i64,
    /// The stop with what is to stand in it.
    pub to: LogStop,
}

/// A stop that was two: the first keeps its reason, the second begins where it ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SplitStop {
    /// The client.
    pub client_id: ClientId,
    /// The stop.
    pub entry_id: EntryId,
    /// The version that was looked at; an older one is refused.
    pub version: i64,
    /// Where the second begins.
    pub at: Instant,
    /// The key of the second, made by the program before it writes.
    pub second_id: EntryId,
    /// The reason of the second; unclassified where none is given.
    pub reason: Option<Code>,
}

/// Two stops that are one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JoinStops {
    /// The client.
    pub client_id: ClientId,
    /// The stop that stays.
    pub entry_id: EntryId,
    /// The one that follows at once, and goes.
    pub second_id: EntryId,
}

impl Command {
    /// Has a change of an entry follow on the version that taking back a later one left, where it would have followed
    /// on the version before that.
    pub fn follow(&mut self, entry: EntryId, before: i64, now: i64) {
        let (id, version) = match self {
            Self::CorrectCount(correct) => (correct.to.entry_id, &mut correct.version),
            Self::CorrectStop(correct) => (correct.to.entry_id, &mut correct.version),
            Self::SplitStop(split) => (split.entry_id, &mut split.version),
            _ => return,
        };
        if id == entry && *version == before {
            *version = now;
        }
    }
}
