//! What a command leaves behind.

use super::command::Command;
use crate::domain::id::{ClientId, EntryId, JobId, WorkOrderId};
use crate::domain::measure::Units;
use crate::store::OneTimeCode;

/// What was done, and how to take it back. The message, the audit row and the undo come from this one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// What was done, for the message line ("240 units on L1 saved").
    pub done: String,
    /// The command that undoes it, where there is one.
    pub undo: Option<Command>,
    /// The entry that it changed and the version that it left it at, so that several changes can be taken back in turn.
    pub left: Option<(EntryId, i64)>,
    /// A one-time code to hand over once.
    pub one_time_code: Option<OneTimeCode>,
    /// A hold of what a failed inspection found, filled in but for its reason.
    pub offer: Option<Box<HoldOffer>>,
    /// Whether it only waits on this machine to be done.
    pub waits: bool,
}

/// A hold that is offered: what is known of it already.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct HoldOffer {
    /// The client.
    pub client_id: ClientId,
    /// The inspection that found it.
    pub quality_entry_id: EntryId,
    /// The order that was inspected.
    pub work_order_id: WorkOrderId,
    /// Its job.
    pub job_id: Option<JobId>,
    /// What failed.
    pub quantity: Units,
    /// What was found, for the remarks.
    pub notes: String,
}

impl Receipt {
    /// The entry that it is about, where it is about one.
    pub fn entry(&self) -> Option<EntryId> {
        let undone = match &self.undo {
            Some(
                Command::RemoveCount { entry_id, .. }
                | Command::RestoreCount { entry_id, .. }
                | Command::RemoveStop { entry_id, .. }
                | Command::RestoreStop { entry_id, .. }
                | Command::ReopenStop { entry_id, .. }
                | Command::RemoveInspection { entry_id, .. }
                | Command::RestoreInspection { entry_id, .. },
            ) => Some(*entry_id),
            Some(Command::StepHold(step)) => Some(step.hold_id),
            _ => None,
        };
        self.left.map(|(entry, _)| entry).or(undone)
    }

    /// A receipt for something done.
    pub fn done(done: impl Into<String>) -> Self {
        Self { done: done.into(), undo: None, left: None, one_time_code: None, offer: None, waits: false }
    }

    /// The same with a one-time code to hand over.
    #[must_use]
    pub fn with_code(mut self, code: OneTimeCode) -> Self {
        self.one_time_code = Some(code);
        self
    }

    /// The same for something that is not done yet and waits on this machine.
    #[must_use]
    pub fn waiting(mut self) -> Self {
        self.waits = true;
        self
    }

    /// The same with the offer of a hold.
    #[must_use]
    pub fn offering(mut self, offer: Option<HoldOffer>) -> Self {
        self.offer = offer.map(Box::new);
        self
    }

    /// The same with the version it left an entry at.
    #[must_use]
    pub fn leaving(mut self, entry: EntryId, version: i64) -> Self {
        self.left = Some((entry, version));
        self
    }

    /// The same with its way back.
    #[must_use]
    pub fn undone_by(mut self, undo: Command) -> Self {
        self.undo = Some(undo);
        self
    }
}
