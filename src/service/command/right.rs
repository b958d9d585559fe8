//! The right that each command takes, and what it is called in a refusal.

use super::{Command, RemoveRow, SaveRow};
use crate::domain::hold::HoldStep;
use crate::domain::role::Permission;

impl Command {
    /// The right it takes.
    pub const fn permission(&self) -> Permission {
        match self {
            Self::LogCount(_)
            | Self::LogStop(_)
            | Self::EndStop { .. }
            | Self::ClassifyStop { .. }
            | Self::LogInspection(_)
            | Self::TakeAttendance(_) => Permission::Enter,
            Self::CoverAbsence(_) => Permission::Cover,
            Self::StepOrder(_) | Self::RewindOrder(_) => Permission::KeepOrders,
            Self::SaveRow(SaveRow { entity, .. }) | Self::RemoveRow(RemoveRow { entity, .. }) => {
                super::row::permission(*entity)
            }
            Self::CorrectCount(_)
            | Self::CorrectStop(_)
            | Self::SplitStop(_)
            | Self::JoinStops(_)
            | Self::RemoveCount { .. }
            | Self::RemoveStop { .. }
            | Self::RestoreCount { .. }
            | Self::RestoreStop { .. }
            | Self::ReopenStop { .. }
            | Self::CorrectInspection { .. }
            | Self::RemoveInspection { .. }
            | Self::RestoreInspection { .. } => Permission::CorrectOwn,
            Self::CloseShift(_) | Self::ReopenShift(_) | Self::SignHour(_) => Permission::RunShift,
            Self::OpenHold(hold) => hold.step.permission(),
            Self::StepHold(hold) => hold.step.permission(),
            Self::AddLine { .. } | Self::AddProduct(_) | Self::AddShift(_) | Self::Recalculate { .. } => {
                Permission::KeepMasterData
            }
            Self::AddClient { .. }
            | Self::SetClientActive { .. }
            | Self::SetClientSettings(_)
            | Self::AddUser(_)
            | Self::SetUserActive { .. }
            | Self::SetAssignment { .. }
            | Self::SetRole { .. }
            | Self::ResetUser { .. }
            | Self::AddSshKey { .. }
            | Self::RemoveSshKey { .. }
            | Self::SetSshKeyAlone { .. } => Permission::KeepAccounts,
        }
    }

    /// Whether it enters or changes what a client's people enter, through the session alone.
    pub const fn is_entry(&self) -> bool {
        !matches!(self.permission(), Permission::KeepMasterData | Permission::KeepAccounts | Permission::Import)
    }

    /// What it is called in a refusal.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::LogCount(_) => "log a count",
            Self::CorrectCount(_) => "correct a count",
            Self::LogStop(_) => "log a stop",
            Self::CorrectStop(_) => "correct a stop",
            Self::SplitStop(_) => "split a stop",
            Self::JoinStops(_) => "join two stops",
            Self::CloseShift(_) => "close a shift",
            Self::ReopenShift(_) => "reopen a shift",
            Self::SignHour(_) => "sign an hour",
            Self::EndStop { .. } => "end a stop",
            Self::ClassifyStop { .. } => "classify a stop",
            Self::OpenHold(hold) => hold_name(hold.step),
            Self::StepHold(hold) => hold_name(hold.step),
            Self::RemoveCount { .. } => "remove a count",
            Self::RemoveStop { .. } => "remove a stop",
            Self::RestoreCount { .. } => "restore a count",
            Self::RestoreStop { .. } => "restore a stop",
            Self::ReopenStop { .. } => "let a stop run again",
            Self::LogInspection(_) => "log an inspection",
            Self::CorrectInspection { .. } => "correct an inspection",
            Self::RemoveInspection { .. } => "remove an inspection",
            Self::RestoreInspection { .. } => "restore an inspection",
            Self::TakeAttendance(_) => "take attendance",
            Self::CoverAbsence(_) => "cover an absence",
            Self::StepOrder(_) => "take a work order a step on",
            Self::RewindOrder(_) => "take a step of a work order back",
            Self::SaveRow(SaveRow { entity, .. }) | Self::RemoveRow(RemoveRow { entity, .. }) => {
                super::row::name(*entity)
            }
            Self::AddLine { .. } => "add a line",
            Self::AddProduct(_) => "add a product",
            Self::AddShift(_) => "add a shift",
            Self::Recalculate { .. } => "recalculate past entries",
            Self::AddClient { .. } => "add a client",
            Self::SetClientActive { .. } => "enable or disable a client",
            Self::SetClientSettings(_) => "change the settings of a client",
            Self::AddUser(_) => "add a user",
            Self::SetUserActive { .. } => "enable or disable a user",
            Self::SetAssignment { .. } => "assign clients to a user",
            Self::SetRole { .. } => "change a user's role",
            Self::ResetUser { .. } => "reset a user",
            Self::AddSshKey { .. } | Self::RemoveSshKey { .. } | Self::SetSshKeyAlone { .. } => {
                "keep the SSH keys of a user"
            }
        }
    }
}

const fn hold_name(step: HoldStep) -> &'static str {
    match step {
        HoldStep::Request => "ask for a hold",
        HoldStep::Place => "place a hold",
        HoldStep::Approve => "approve a hold",
        HoldStep::Reject => "reject a hold",
        HoldStep::Withdraw => "withdraw a hold",
        HoldStep::RequestRelease => "ask for a release",
        HoldStep::RefuseRelease => "refuse a release",
        HoldStep::Release => "release a hold",
        HoldStep::Scrap => "scrap held goods",
    }
}
