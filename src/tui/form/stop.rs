//! The forms of stops: one that starts now, one that is over, and a reason given later.

use super::field::{Field, FieldKind, Source, moment};
use super::{Form, FormKind, one};
use crate::domain::catalogue::UNCLASSIFIED;
use crate::domain::clock::Instant;
use crate::domain::id::{Code, EntryId, LineId};
use crate::domain::reject::Reject;
use crate::domain::text::NOTE_LIMIT;
use crate::service::{Command, CorrectStop, LogStop, SplitStop};

fn reason() -> Field {
    Field::new(
        "reason",
        "Reason",
        FieldKind::Pick(Source::StopReasons),
        "Why the line stands: a number or the beginning of its name; leave it empty if nobody knows yet",
    )
    .hint("not classified yet")
}

fn line() -> Field {
    Field::new("line_id", "Line", FieldKind::Pick(Source::Lines), "The line that stands").required()
}

fn started(hint: &str) -> Field {
    Field::new("started_at", "Started", FieldKind::Moment, "When it began: HH:MM, or with a date").hint(hint)
}

fn ended(hint: &str) -> Field {
    Field::new("ended_at", "Ended", FieldKind::Moment, "When it ended: HH:MM, or with a date").hint(hint)
}

fn rest() -> [Field; 2] {
    [
        Field::new("work_order_id", "Order", FieldKind::Pick(Source::WorkOrders), "The work order on the line, if any")
            .hint("none"),
        Field::new("notes", "Notes", FieldKind::Text(NOTE_LIMIT), "Anything the next shift should know"),
    ]
}

/// A stop that starts now: Enter saves from the reason on.
pub fn starting_fields() -> Vec<Field> {
    let mut fields = vec![reason().saving(), line(), started("now"), ended("it runs")];
    fields.extend(rest());
    fields
}

/// A stop that is over.
pub fn past_fields() -> Vec<Field> {
    let mut fields =
        vec![line(), started("HH:MM").required(), ended("HH:MM; empty if it still runs"), reason().saving()];
    fields.extend(rest());
    fields
}

/// A reason given later.
pub fn reason_fields() -> Vec<Field> {
    vec![reason().required()]
}

/// A stop that is saved.
pub fn correct_fields() -> Vec<Field> {
    let mut fields = vec![reason().saving(), line(), started("HH:MM").required().saving(), ended("it runs").saving()];
    fields.extend(rest());
    fields
}

/// A stop that had two reasons.
pub fn split_fields() -> Vec<Field> {
    let help = "When the second reason began: HH:MM, or with a date; the stop ends there, and another one begins";
    vec![
        Field::new("at", "From", FieldKind::Moment, help).required().hint("HH:MM"),
        Field { name: "second_reason", label: "Then reason".into(), ..reason().saving() },
    ]
}

/// Fills in the line: the selected one, else the last counted one that does not stand already, else the only one.
pub fn prefill(form: &mut Form) {
    let Some(help) = form.help.as_deref() else { return };
    let stands = |line: &LineId| help.running_stops.iter().any(|(other, _)| other == line);
    let last = help.last_counts.iter().map(|last| &last.line_id).find(|line| !stands(line));
    let only = if let [only] = help.lines.as_slice() { Some(only.code.clone()) } else { None };
    let line = form.line.as_ref().or(last).map(ToString::to_string).or(only);
    let order = help.last_counts.iter().find(|last| Some(last.line_id.as_str()) == line.as_deref());
    let order = order.and_then(|last| last.work_order_id.as_ref()).map(ToString::to_string);
    form.fill("line_id", line.unwrap_or_default());
    form.fill("work_order_id", order.unwrap_or_default());
    if form.kind == FormKind::PastStop && !form.text("line_id").is_empty() && form.focus == 0 {
        form.focus = 1;
    }
}

/// What the form comes to.
pub fn command(form: &Form, now: Instant) -> Result<Command, Vec<Reject>> {
    Ok(Command::LogStop(read(form, form.new_entry()?, now)?))
}

/// What the correction of a stop comes to.
pub fn correct(form: &Form, entry_id: EntryId, now: Instant) -> Result<Command, Vec<Reject>> {
    let to = read(form, entry_id, now)?;
    Ok(Command::CorrectStop(CorrectStop { version: form.edited_version(), to }))
}

/// What splitting a stop comes to.
pub fn split(form: &Form, entry_id: EntryId, now: Instant) -> Result<Command, Vec<Reject>> {
    let client = form.of_client()?;
    let at = one(moment("at", form.text("at"), client.clock, now))?;
    Ok(Command::SplitStop(SplitStop {
        client_id: client.client_id.clone(),
        entry_id,
        version: form.edited_version(),
        at,
        second_id: form.new_entry()?,
        reason: form.code("second_reason")?.filter(|code| code.as_str() != UNCLASSIFIED),
    }))
}

fn read(form: &Form, entry_id: EntryId, now: Instant) -> Result<LogStop, Vec<Reject>> {
    let client = form.of_client()?;
    let started_at = form.instant("started_at", client.clock, now)?;
    let ended_at = form.instant("ended_at", client.clock, now)?;
    if let Some(ended) = ended_at.filter(|ended| *ended < started_at.unwrap_or(now)) {
        let start = client.clock.local(started_at.unwrap_or(now)).format("%H:%M");
        let why = format!("{} is before the start {start}", client.clock.local(ended).format("%H:%M"));
        return Err(vec![Reject::new("ended_at", why, "type the later time, with its date if need be")]);
    }
    Ok(LogStop {
        entry_id,
        client_id: client.client_id.clone(),
        line_id: one(LineId::parse(form.text("line_id")))?,
        reason: form.code("reason")?.filter(|code| code.as_str() != UNCLASSIFIED),
        started_at,
        ended_at,
        work_order_id: form.order()?,
        notes: form.notes()?,
    })
}

/// What giving a reason comes to.
pub fn classify(form: &Form, entry_id: EntryId) -> Result<Command, Vec<Reject>> {
    Ok(Command::ClassifyStop {
        client_id: form.of_client()?.client_id.clone(),
        entry_id,
        reason: one(Code::parse(form.text("reason")).map_err(|reject| reject.on("reason")))?,
    })
}
