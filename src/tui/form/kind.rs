//! What forms there are: what each asks for, what stands above it, and what it is filled in with.

use super::field::Field;
use super::plant::PlantForm;
use super::{account, count, hold, own, setup, shift, stop, window};
use crate::domain::clock::ProductionDate;
use crate::domain::hold::HoldStep;
use crate::domain::id::{ClientId, EntryId, ShiftId};
use crate::service::RecordKey;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// What a form is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum FormKind {
    /// Coming in.
    LogIn,
    /// Setting a password with a one-time code.
    SetPassword,
    /// The first ADMIN of a new plant.
    FirstAdmin,
    /// One's own password or PIN.
    #[serde(skip)]
    Own(own::Own),
    /// A count.
    Count,
    /// A count that is saved.
    CorrectCount(EntryId),
    /// A stop that is saved.
    CorrectStop(EntryId),
    /// A stop that had two reasons.
    SplitStop(EntryId),
    /// A stop that starts now.
    StartStop,
    /// A stop that is over.
    PastStop,
    /// The reason of a stop.
    ClassifyStop(EntryId),
    /// Closing a shift.
    CloseShift(ProductionDate, ShiftId),
    /// Opening a closed shift again.
    ReopenShift(ProductionDate, ShiftId),
    /// A new hold.
    OpenHold(HoldStep),
    /// A step of a hold.
    StepHold(EntryId, i64, HoldStep),
    /// A new client.
    AddClient,
    /// A new account.
    AddUser,
    /// A new line.
    AddLine,
    /// A new product.
    AddProduct,
    /// A new shift.
    AddShift,
    /// The dates that KPIs are of.
    Window,
    /// One of quality, people, orders or master data.
    Plant(PlantForm),
}

impl FormKind {
    /// The form of quality, people, orders or master data that it is.
    pub const fn plant(&self) -> Option<&PlantForm> {
        match self {
            Self::Plant(form) => Some(form),
            _ => None,
        }
    }

    /// Whether what was typed into this form goes on in another one: the same, with a crew as it is by now.
    pub fn is_resumed_by(&self, other: &Self) -> bool {
        match (self.plant(), other.plant()) {
            (Some(PlantForm::Attendance(kept, _)), Some(PlantForm::Attendance(crew, _))) => {
                (kept.production_date, &kept.shift_id) == (crew.production_date, &crew.shift_id)
            }
            _ => self == other,
        }
    }

    /// Whether it is about one client's things.
    pub fn needs_client(&self) -> bool {
        self.plant().is_none_or(PlantForm::needs_client)
            && !matches!(
                self,
                Self::LogIn
                    | Self::SetPassword
                    | Self::FirstAdmin
                    | Self::Own(_)
                    | Self::AddClient
                    | Self::AddUser
                    | Self::AddShift
                    | Self::Window
            )
    }

    /// Whether it is filled in from what the client's forms know beforehand.
    pub const fn needs_help(&self) -> bool {
        matches!(
            self,
            Self::Count
                | Self::CorrectCount(_)
                | Self::StartStop
                | Self::PastStop
                | Self::CorrectStop(_)
                | Self::SplitStop(_)
                | Self::ClassifyStop(_)
                | Self::OpenHold(_)
                | Self::Plant(_)
        )
    }

    /// Its fields, empty.
    pub fn fields(&self) -> Vec<Field> {
        match self {
            Self::LogIn => account::login_fields(),
            Self::SetPassword => account::password_fields(),
            Self::FirstAdmin => account::first_admin_fields(),
            Self::Own(own) => own.fields(),
            Self::Count => count::fields(),
            Self::CorrectCount(_) => count::correct_fields(),
            Self::CorrectStop(_) => stop::correct_fields(),
            Self::SplitStop(_) => stop::split_fields(),
            Self::StartStop => stop::starting_fields(),
            Self::PastStop => stop::past_fields(),
            Self::ClassifyStop(_) => stop::reason_fields(),
            Self::CloseShift(..) => shift::close_fields(),
            Self::ReopenShift(..) => shift::reopen_fields(),
            Self::OpenHold(_) => hold::fields(),
            Self::StepHold(_, _, step) => hold::step_fields(*step),
            Self::AddClient => setup::client_fields(),
            Self::AddUser => account::user_fields(),
            Self::AddLine => setup::line_fields(),
            Self::AddProduct => setup::product_fields(),
            Self::AddShift => setup::shift_fields(),
            Self::Window => window::fields(),
            Self::Plant(form) => form.fields(),
        }
    }

    /// What stands above it.
    pub fn title(&self) -> Cow<'static, str> {
        let title = match self {
            Self::LogIn => "Log in",
            Self::SetPassword => "Set your password",
            Self::FirstAdmin => "A new plant: make the first ADMIN",
            Self::Own(own) => own.title(),
            Self::Count => "Log a count",
            Self::CorrectCount(_) => "Correct the count",
            Self::CorrectStop(_) => "Correct the stop",
            Self::SplitStop(_) => "Split the stop",
            Self::StartStop => "Start a stop",
            Self::PastStop => "Log a past stop",
            Self::ClassifyStop(_) => "Give the stop its reason",
            Self::CloseShift(..) => "Close the shift",
            Self::ReopenShift(..) => "Open the shift again",
            Self::OpenHold(HoldStep::Request) => "Ask for a hold",
            Self::OpenHold(_) => "Place a hold",
            Self::StepHold(_, _, step) => hold::step_title(*step),
            Self::AddClient => "Add a client",
            Self::AddUser => "Add a user",
            Self::AddLine => "Add a line",
            Self::AddProduct => "Add a product",
            Self::AddShift => "Add a shift",
            Self::Window => "KPIs of any two dates",
            Self::Plant(form) => return Cow::Owned(form.title()),
        };
        Cow::Borrowed(title)
    }

    /// Whether `F9` copies the last entry into it.
    pub const fn copies(&self) -> bool {
        self.copies_fields() || matches!(self, Self::Plant(PlantForm::Inspection))
    }

    /// Whether a `"` in a field copies that field of the last entry.
    pub const fn copies_fields(&self) -> bool {
        matches!(self, Self::Count | Self::StartStop | Self::PastStop)
    }

    /// The entry that `F9` copies into a new one of this kind: the person's own last one.
    pub fn last(&self, client_id: &ClientId) -> Option<RecordKey> {
        let client_id = client_id.clone();
        match self {
            Self::Count => Some(RecordKey::LastCount { client_id }),
            Self::StartStop | Self::PastStop => Some(RecordKey::LastStop { client_id }),
            _ => None,
        }
    }
}
