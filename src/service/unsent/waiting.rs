//! Which commands can wait for a server that is gone, what they are called meanwhile, and what takes them back.

use crate::domain::hold::HoldStep;
use crate::domain::id::{ClientId, EntryId};
use crate::service::{Command, StepHold};

impl Command {
    /// Whether it can wait: it says what happened, whatever anybody else does meanwhile, and sent twice it is one entry.
    /// Decisions about what others see, corrections of what is saved and administration need the database as it is.
    pub const fn can_wait(&self) -> bool {
        matches!(
            self,
            Self::LogCount(_)
                | Self::LogStop(_)
                | Self::EndStop { .. }
                | Self::ClassifyStop { .. }
                | Self::LogInspection(_)
                | Self::OpenHold(_)
                | Self::TakeAttendance(_)
        )
    }

    /// Whose entry it is, of those that can wait.
    pub(super) const fn client_id(&self) -> Option<&ClientId> {
        match self {
            Self::LogCount(log) => Some(&log.client_id),
            Self::LogStop(log) => Some(&log.client_id),
            Self::EndStop { client_id, .. } | Self::ClassifyStop { client_id, .. } => Some(client_id),
            Self::LogInspection(log) => Some(&log.client_id),
            Self::OpenHold(open) => Some(&open.client_id),
            Self::TakeAttendance(take) => Some(&take.client_id),
            _ => None,
        }
    }

    /// What it says, in a few words that need no database.
    pub(super) fn in_words(&self) -> String {
        match self {
            Self::LogCount(log) => format!("the count of {} on {}", log.count.units, log.line_id),
            Self::LogStop(log) if log.ended_at.is_none() => format!("the start of a stop of {}", log.line_id),
            Self::LogStop(log) => format!("a stop of {}", log.line_id),
            Self::EndStop { .. } => "the end of a stop".to_owned(),
            Self::ClassifyStop { reason, .. } => format!("the reason {reason} of a stop"),
            Self::LogInspection(log) => format!("the inspection of {} at {}", log.inspected.inspected, log.stage),
            Self::OpenHold(open) => format!("the hold of {} of {}", open.quantity, open.work_order_id),
            Self::TakeAttendance(take) => format!("the attendance of {} on {}", take.shift_id, take.production_date),
            other => other.name().to_owned(),
        }
    }

    /// What takes it back, before and after it was sent.
    pub(super) fn way_back(&self) -> Option<Self> {
        match self {
            Self::LogCount(log) => Some(log.removal()),
            Self::LogStop(log) => Some(log.removal()),
            Self::EndStop { client_id, entry_id, .. } => {
                Some(Self::ReopenStop { client_id: client_id.clone(), entry_id: *entry_id })
            }
            Self::LogInspection(log) => Some(log.removal()),
            Self::OpenHold(open) if open.step == HoldStep::Request => Some(open.withdrawal()),
            _ => None,
        }
    }

    /// Whether it takes back what waits.
    pub(super) fn takes_back(&self, waiting: &Self) -> bool {
        self.removes().is_some_and(|removed| waiting.way_back().and_then(|back| back.removes()) == Some(removed))
    }

    /// Whether it is about a stop that another one begins, and means nothing without it.
    pub(super) fn follows_on(&self, begins: &Self) -> bool {
        match (self, begins) {
            (Self::EndStop { entry_id, .. } | Self::ClassifyStop { entry_id, .. }, Self::LogStop(log)) => {
                *entry_id == log.entry_id
            }
            _ => false,
        }
    }

    /// The sort of entry that it takes back, and which one.
    const fn removes(&self) -> Option<(u8, EntryId)> {
        match self {
            Self::RemoveCount { entry_id, .. } => Some((0, *entry_id)),
            Self::RemoveStop { entry_id, .. } => Some((1, *entry_id)),
            Self::ReopenStop { entry_id, .. } => Some((2, *entry_id)),
            Self::RemoveInspection { entry_id, .. } => Some((3, *entry_id)),
            Self::StepHold(StepHold { hold_id, step: HoldStep::Withdraw, .. }) => Some((4, *hold_id)),
            _ => None,
        }
    }
}
