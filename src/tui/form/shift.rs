//! The forms of handing a shift over: closing it with a note, opening it again with a reason.

use super::field::{Field, FieldKind};
use super::{Form, one};
use crate::domain::clock::ProductionDate;
use crate::domain::id::ShiftId;
use crate::domain::reject::Reject;
use crate::domain::text::{CleanText, NOTE_LIMIT};
use crate::service::{CloseShift, Command, ReopenShift};

/// What a close asks for.
pub fn close_fields() -> Vec<Field> {
    let help = "What the next shift should know first; it sees it when it comes in";
    vec![Field::new("note", "Note", FieldKind::Text(NOTE_LIMIT), help).hint("none").saving()]
}

/// What reopening asks for.
pub fn reopen_fields() -> Vec<Field> {
    let help = "Why it is opened again; it stays on the record with your name";
    vec![Field::new("reason", "Reason", FieldKind::Text(NOTE_LIMIT), help).required().saving()]
}

/// What a close comes to.
pub fn close(form: &Form, date: ProductionDate, shift_id: &ShiftId) -> Result<Command, Vec<Reject>> {
    Ok(Command::CloseShift(CloseShift {
        client_id: form.of_client()?.client_id.clone(),
        production_date: date,
        shift_id: shift_id.clone(),
        note: one(CleanText::note("note", form.text("note")))?,
    }))
}

/// What reopening comes to.
pub fn reopen(form: &Form, date: ProductionDate, shift_id: &ShiftId) -> Result<Command, Vec<Reject>> {
    Ok(Command::ReopenShift(ReopenShift {
        client_id: form.of_client()?.client_id.clone(),
        production_date: date,
        shift_id: shift_id.clone(),
        reason: one(CleanText::required("reason", form.text("reason"), NOTE_LIMIT))?,
    }))
}
