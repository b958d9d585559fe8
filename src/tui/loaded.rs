//! Figures that come from elsewhere and may be on their way. Old ones stay visible until new ones are there.

use super::message::Ticket;
use crate::domain::clock::Instant;

/// Figures older than this are shown as old. They are read anew well before.
const STALE_MILLIS: i64 = 150_000;

/// Something asked for.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Loaded<T> {
    /// Never asked for.
    #[default]
    Idle,
    /// Asked for; what was there before, and since when.
    Loading(Ticket, Option<(T, Instant)>),
    /// Here, as of an instant.
    Ready(T, Instant),
    /// It failed; why, and what was there before.
    Failed(String, Option<(T, Instant)>),
}

impl<T> Loaded<T> {
    /// What there is to show, however old.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Idle => None,
            Self::Ready(value, _) => Some(value),
            Self::Loading(_, old) | Self::Failed(_, old) => old.as_ref().map(|(value, _)| value),
        }
    }

    /// The same, to be completed.
    pub fn value_mut(&mut self) -> Option<&mut T> {
        match self {
            Self::Idle => None,
            Self::Ready(value, _) => Some(value),
            Self::Loading(_, old) | Self::Failed(_, old) => old.as_mut().map(|(value, _)| value),
        }
    }

    /// When what is shown was true.
    pub fn at(&self) -> Option<Instant> {
        match self {
            Self::Idle => None,
            Self::Ready(_, at) => Some(*at),
            Self::Loading(_, old) | Self::Failed(_, old) => old.as_ref().map(|(_, at)| *at),
        }
    }

    /// Whether what is shown is not the newest there could be.
    pub const fn is_old(&self) -> bool {
        !matches!(self, Self::Ready(..))
    }

    /// Whether what is shown should no longer be taken for the present: reading it anew failed or takes long.
    pub fn is_stale(&self, now: Instant) -> bool {
        self.failure().is_some() || self.at().is_some_and(|at| now.0 - at.0 > STALE_MILLIS)
    }

    /// Why there is nothing newer, if asking failed.
    pub fn failure(&self) -> Option<&str> {
        match self {
            Self::Failed(why, _) => Some(why),
            _ => None,
        }
    }

    /// The ticket that is waited for.
    pub const fn ticket(&self) -> Option<Ticket> {
        match self {
            Self::Loading(ticket, _) => Some(*ticket),
            _ => None,
        }
    }

    /// Asked for anew: an answer to an older ticket is no longer wanted.
    pub fn ask(&mut self, ticket: Ticket) {
        let old = self.take();
        *self = Self::Loading(ticket, old);
    }

    /// Takes an answer if it is the one that is waited for; says whether it was.
    pub fn answer(&mut self, ticket: Ticket, answer: Result<T, String>, at: Instant) -> bool {
        if self.ticket() != Some(ticket) {
            return false;
        }
        let old = self.take();
        *self = match answer {
            Ok(value) => Self::Ready(value, at),
            Err(why) => Self::Failed(why, old),
        };
        true
    }

    fn take(&mut self) -> Option<(T, Instant)> {
        match std::mem::replace(self, Self::Idle) {
            Self::Idle => None,
            Self::Ready(value, at) => Some((value, at)),
            Self::Loading(_, old) | Self::Failed(_, old) => old,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_figures_stay_until_new_ones_come_and_an_unwanted_answer_is_dropped() {
        let mut loaded = Loaded::Ready(1, Instant(5));
        loaded.ask(Ticket(1));
        loaded.ask(Ticket(2));
        assert_eq!((loaded.value(), loaded.at(), loaded.is_old()), (Some(&1), Some(Instant(5)), true));
        assert!(!loaded.answer(Ticket(1), Ok(7), Instant(6)), "the newest wins");
        assert!(loaded.answer(Ticket(2), Ok(9), Instant(7)));
        assert_eq!(loaded, Loaded::Ready(9, Instant(7)));
    }

    #[test]
    fn a_failure_keeps_what_was_there() {
        let mut loaded = Loaded::Ready(1, Instant(5));
        loaded.ask(Ticket(1));
        loaded.answer(Ticket(1), Err("gone".into()), Instant(6));
        assert_eq!((loaded.value(), loaded.failure()), (Some(&1), Some("gone")));
    }
}
