//! The forms of stops: one that starts now, one that is over, and a reason given later.

use super::field::{Field, FieldKind, Source, moment};
use super::{Form, FormKind, one};
use crate::domain::catalogue::UNCLASSIFIED;
use crate::domain::clock::Instant;
use crate::domain::id::{Code, EntryId, LineId};
use crate::domain::reject::Reject;
use crate::domain::text::NOTE_LIMIT;
use crate::service::{Command, LogStop};

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
    let client = form.of_client()?;
    let started_at = form.optional("started_at", |text| moment("started_at", text, client.clock, now))?;
    let ended_at = form.optional("ended_at", |text| moment("ended_at", text, client.clock, now))?;
    if let Some(ended) = ended_at.filter(|ended| *ended < started_at.unwrap_or(now)) {
        let start = client.clock.local(started_at.unwrap_or(now)).format("%H:%M");
        let why = format!("{} is before the start {start}", client.clock.local(ended).format("%H:%M"));
        return Err(vec![Reject::new("ended_at", why, "type the later time, with its date if need be")]);
    }
    Ok(Command::LogStop(LogStop {
        entry_id: form.new_entry()?,
        client_id: client.client_id.clone(),
        line_id: one(LineId::parse(form.text("line_id")))?,
        reason: form.code("reason")?.filter(|code| code.as_str() != UNCLASSIFIED),
        started_at,
        ended_at,
        work_order_id: form.order()?,
        notes: form.notes()?,
    }))
}

/// What giving a reason comes to.
pub fn classify(form: &Form, entry_id: EntryId) -> Result<Command, Vec<Reject>> {
    Ok(Command::ClassifyStop {
        client_id: form.of_client()?.client_id.clone(),
        entry_id,
        reason: one(Code::parse(form.text("reason")).map_err(|reject| reject.on("reason")))?,
    })
}
