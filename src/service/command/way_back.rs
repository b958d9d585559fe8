//! What takes back an entry that somebody has just made: in its receipt, and while it waits for a server.

use super::{Command, LogCount, LogInspection, LogStop, OpenHold, StepHold};
use crate::domain::hold::HoldStep;

impl LogCount {
    /// Removes the count.
    pub(in crate::service) fn removal(&self) -> Command {
        Command::RemoveCount { client_id: self.client_id.clone(), entry_id: self.entry_id }
    }
}

impl LogStop {
    /// Removes the stop.
    pub(in crate::service) fn removal(&self) -> Command {
        Command::RemoveStop { client_id: self.client_id.clone(), entry_id: self.entry_id }
    }
}

impl LogInspection {
    /// Removes the inspection.
    pub(in crate::service) fn removal(&self) -> Command {
        Command::RemoveInspection { client_id: self.client_id.clone(), entry_id: self.entry_id }
    }
}

impl OpenHold {
    /// Takes the request back: a step of its own, so that the hold's history stays whole.
    pub(in crate::service) fn withdrawal(&self) -> Command {
        Command::StepHold(StepHold {
            hold_id: self.hold_id,
            client_id: self.client_id.clone(),
            step: HoldStep::Withdraw,
            version: 1,
            disposition: None,
            quantity: None,
            notes: None,
        })
    }
}
