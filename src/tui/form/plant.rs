//! The forms of quality, people, orders and master data: which there are, and where each is.

use super::field::{Field, Source};
use super::{Form, attendance, hold, hour, inspection, order, row, settings};
use crate::domain::clock::Instant;
use crate::domain::hold::HoldStep;
use crate::domain::id::{EmployeeNumber, EntryId, WorkOrderId};
use crate::domain::reject::Reject;
use crate::service::{Choice, ClientSettings, Command, Crew, HoldOffer};
use serde::{Deserialize, Serialize};

/// One of these forms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum PlantForm {
    /// A new inspection.
    Inspection,
    /// A saved inspection, with the version that was looked at.
    CorrectInspection(EntryId, i64),
    /// The hold that a failed inspection offers.
    OfferedHold(HoldStep, Box<HoldOffer>),
    /// A row of what the plant consists of.
    Row(row::RowForm),
    /// The delivery of an order, with the version that was looked at.
    Deliver(WorkOrderId, i64),
    /// The attendance of a crew, and whether an exception was typed that is not saved.
    Attendance(Box<Crew>, bool),
    /// Who stands in for somebody of a crew.
    Cover(Box<Crew>, EmployeeNumber),
    /// A leader's signature on an hour of a line.
    SignHour(Box<hour::HoursToSign>),
    /// The settings of a client, as they were looked at.
    Settings(Box<ClientSettings>),
}

impl PlantForm {
    /// Whether it is about one client's things.
    pub fn needs_client(&self) -> bool {
        !matches!(self, Self::Row(row) if row.is_of_plant())
    }

    /// Its fields, empty.
    pub fn fields(&self) -> Vec<Field> {
        match self {
            Self::Inspection => inspection::fields(),
            Self::CorrectInspection(..) => inspection::correct_fields(),
            Self::OfferedHold(..) => hold::fields(),
            Self::Row(row) => row.fields(),
            Self::Deliver(..) => order::deliver_fields(),
            Self::Attendance(..) => attendance::fields(),
            Self::Cover(..) => attendance::cover_fields(),
            Self::SignHour(_) => hour::fields(),
            Self::Settings(_) => settings::fields(),
        }
    }

    /// What stands above it.
    pub fn title(&self) -> String {
        match self {
            Self::Inspection => "Log an inspection".to_owned(),
            Self::CorrectInspection(..) => "Correct the inspection".to_owned(),
            Self::OfferedHold(HoldStep::Request, _) => "Ask for a hold of what failed".to_owned(),
            Self::OfferedHold(..) => "Place a hold on what failed".to_owned(),
            Self::Row(row) => row.title(),
            Self::Deliver(order, _) => format!("Deliver {order}"),
            Self::Attendance(crew, _) => format!("Attendance of {} on {}", crew.shift_name, crew.production_date),
            Self::Cover(_, person) => format!("Cover the absence of {person}"),
            Self::SignHour(hours) => format!("Sign an hour of {}", hours.line_id()),
            Self::Settings(_) => "Settings of a client".to_owned(),
        }
    }

    /// What can be chosen from what the form itself brings.
    pub fn choices(&self, source: Source) -> Vec<Choice> {
        match (self, source) {
            (Self::Attendance(crew, _), Source::Crew) => attendance::people(crew),
            (Self::Attendance(crew, _), Source::AbsenceTypes) => attendance::absence_types(crew),
            (Self::Cover(crew, _), Source::Pool) => crew.pool.clone(),
            (Self::SignHour(hours), Source::Hours) => hours.choices(),
            _ => Vec::new(),
        }
    }

    /// What it comes to.
    pub fn command(&self, form: &Form, now: Instant) -> Result<Command, Vec<Reject>> {
        match self {
            Self::Inspection => inspection::command(form),
            Self::CorrectInspection(entry, version) => inspection::correct(form, *entry, *version),
            Self::OfferedHold(step, offer) => hold::offered_command(form, *step, offer),
            Self::Row(row) => row.command(form),
            Self::Deliver(order, version) => order::deliver(form, order, *version, now),
            Self::Attendance(crew, _) => attendance::command(form, crew),
            Self::Cover(crew, person) => attendance::cover(form, crew, person, now),
            Self::SignHour(hours) => hour::command(form, hours),
            Self::Settings(from) => settings::command(form, from),
        }
    }

    /// Fills in what is known beforehand.
    pub fn prefill(form: &mut Form) {
        match form.kind.plant() {
            Some(Self::Inspection) => inspection::prefill(form),
            Some(Self::OfferedHold(_, offer)) => {
                let offer = offer.clone();
                hold::prefill_offer(form, &offer);
            }
            Some(Self::Settings(known)) => {
                let known = known.clone();
                settings::prefill(form, &known);
            }
            _ => {}
        }
    }

    /// Fills in what follows from a field.
    pub fn fill_what_follows(form: &mut Form, name: &str) {
        if let (Some(Self::Inspection | Self::CorrectInspection(..)), "job_id") = (form.kind.plant(), name) {
            inspection::fill_from_job(form);
        }
        if let (Some(Self::SignHour(hours)), "hour") = (form.kind.plant(), name) {
            let hours = hours.clone();
            hour::fill_remark(form, &hours);
        }
    }

    /// Whether Enter saves from a field of this name while nothing stands in it: the end of a list of lines.
    pub fn ends_lines(name: &str) -> bool {
        name == "who" || name.starts_with("defect_")
    }
}
