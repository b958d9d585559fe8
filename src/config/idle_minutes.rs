//! After how many minutes a terminal locks, as the file of the settings says it.

use crate::domain::idle::IdleLock;
use serde::Deserialize;

/// Minutes without a key until a terminal locks, where the defaults are not wanted.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct IdleMinutes {
    operator: Option<Minutes>,
    leader: Option<Minutes>,
    others: Option<Minutes>,
}

/// 1 to 60 minutes: a terminal that never locks is left open to everybody.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "u8")]
struct Minutes(u8);

impl TryFrom<u8> for Minutes {
    type Error = &'static str;

    fn try_from(minutes: u8) -> Result<Self, Self::Error> {
        if (1..=60).contains(&minutes) { Ok(Self(minutes)) } else { Err("a lock takes 1 to 60 minutes") }
    }
}

impl IdleMinutes {
    /// The lock that they make.
    pub(super) fn lock(&self) -> IdleLock {
        let or = |minutes: Option<Minutes>, default| minutes.map_or(default, |minutes| minutes.0);
        let default = IdleLock::default();
        IdleLock {
            operator: or(self.operator, default.operator),
            leader: or(self.leader, default.leader),
            others: or(self.others, default.others),
        }
    }
}
