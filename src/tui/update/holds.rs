//! What waits for the person on the Holds screen, every step of a hold, and its tag.

use super::look;
use crate::domain::hold::HoldStatus;
use crate::domain::id::{ClientId, EntryId, WorkOrderId};
use crate::domain::list::List;
use crate::service::{Choice, HoldEvent, Query, WaitingHold};
use crate::tui::effect::Effect;
use crate::tui::layer::{About, Layer, Page, PageLine, PickFor};
use crate::tui::locale::Language;
use crate::tui::message::{Refusal, Slot};
use crate::tui::model::{Model, NoticeKind};
use crate::tui::widget::pick::PickList;
use std::fmt::Display;

/// Minutes of a day.
const DAY: i64 = 24 * 60;

/// Asks what waits for the person.
pub fn show_queue(model: &mut Model) {
    model.ask(Slot::HoldQueue, Query::HoldQueue);
}

/// Shows what waits for the person: choosing one goes to it in the list.
pub fn take_queue(model: &mut Model, queue: &[WaitingHold]) {
    if queue.is_empty() {
        let text = model.language.say("no hold waits for you").to_owned();
        return model.say(NoticeKind::Info, text);
    }
    let has_several = model.seat.as_ref().is_some_and(|seat| seat.clients.len() > 1);
    let choice = |(number, hold): (i64, &WaitingHold)| {
        let client = if has_several { format!("{} ", hold.client_id) } else { String::new() };
        Choice {
            code: String::new(),
            number: Some(number),
            name: format!("{client}{} {}: {}", hold.quantity, hold.work_order_id, wanted(model, hold)),
            more: if is_oldest(queue, hold) { oldest(model, hold) } else { waits(model, hold) },
        }
    };
    let choices = (1..).zip(queue).map(choice).collect();
    let title = model.language.say("These wait for you").to_owned();
    let holds = queue.iter().map(|hold| (hold.hold_id, hold.work_order_id.clone())).collect();
    model.layers.push(Layer::Pick(PickList::new(title, choices), PickFor::WaitingHold(holds)));
}

/// Whether a hold is the one of its client that waits longest, among several.
fn is_oldest(queue: &[WaitingHold], hold: &WaitingHold) -> bool {
    let mut of_client = queue.iter().filter(|other| other.client_id == hold.client_id);
    let first = of_client.clone().min_by_key(|other| other.since);
    of_client.nth(1).is_some() && first.is_some_and(|first| first.hold_id == hold.hold_id)
}

/// The wait of such a hold; the word stands first, because what stands last is cut first.
fn oldest(model: &Model, hold: &WaitingHold) -> String {
    model.language.tell("oldest, {wait}", &[("wait", &waits(model, hold))])
}

/// What is wanted, and of whom.
fn wanted(model: &Model, hold: &WaitingHold) -> String {
    let text = match (hold.status, hold.steps.is_empty()) {
        (HoldStatus::ReleaseRequested, false) => "{by} wants it released",
        (HoldStatus::ReleaseRequested, true) => "its release waits for a leader",
        (_, false) => "{by} wants it held, {reason}",
        (_, true) => "it waits for a leader, {reason}",
    };
    model.language.tell(text, &[("by", &hold.asked_by), ("reason", &hold.reason)])
}

/// How long it waits; marked from a day on, and where the order is due.
fn waits(model: &Model, hold: &WaitingHold) -> String {
    let glyph = model.pen().glyphs.warn;
    let minutes = model.now.minutes_since(hold.since).max(0);
    let (days, hours) = (minutes / DAY, minutes % DAY / 60);
    let age = match (days, hours) {
        (0, 0) => format!("{minutes} min"),
        (0, hours) => format!("{hours} h"),
        (days, hours) => format!("{days} d {hours} h {glyph}"),
    };
    match hold.due {
        Some(due) if hold.is_due => format!("{age}, {} {glyph}", model.language.tell("due {date}", &[("date", &due)])),
        _ => age,
    }
}

/// Goes to the hold of this number in the list; where it is not among the rows that are read, to those of its order.
pub fn go_to(model: &mut Model, holds: &[(EntryId, WorkOrderId)], number: i64) {
    let rows = model.list_rows();
    let place = usize::try_from(number - 1).ok();
    let Some((hold, order)) = place.and_then(|place| holds.get(place)) else { return };
    let screen = model.lists.get_or_new(List::Holds);
    let key = hold.to_string();
    let found = screen
        .page
        .value()
        .and_then(|page| (page.offset..).zip(&page.rows).find(|(_, row)| row.key == key).map(|(place, _)| place));
    if let Some(place) = found {
        return screen.select(place, rows);
    }
    screen.filter = order.to_string();
    (screen.selected, screen.top) = (0, 0);
    look::load_list(model, List::Holds);
}

/// The selected hold.
fn selected(model: &Model) -> Option<(ClientId, EntryId)> {
    let row = model.list_screen().filter(|screen| screen.list == List::Holds)?.row()?;
    Some((row.client_id.clone()?, EntryId(uuid::Uuid::parse_str(&row.key).ok()?)))
}

/// Writes the tag of the selected hold into files.
pub fn write_tag(model: &mut Model) {
    let Some(folder) = model.export_folder.clone() else {
        return model.say(NoticeKind::Info, "no files are written here, so no tag is");
    };
    let Some((client_id, hold_id)) = selected(model) else {
        return model.say(NoticeKind::Refused, "select a hold first");
    };
    let ticket = model.ticket();
    model.send(Effect::WriteTag { ticket, client_id, hold_id, folder });
}

/// Asks for every step of the selected hold.
pub fn show_history(model: &mut Model) {
    let Some((client_id, hold_id)) = selected(model) else {
        return model.say(NoticeKind::Refused, "select a hold first");
    };
    model.ask(Slot::HoldHistory, Query::HoldHistory { client_id, hold_id });
}

/// Shows every step of a hold.
pub fn take_history(model: &mut Model, events: Result<Vec<HoldEvent>, Refusal>) {
    match events {
        Ok(events) => {
            let about = selected(model).map(|(client_id, hold_id)| About::Hold { client_id, hold_id });
            let (title, lines) = ("Every step of this hold".to_owned(), history(model.language, &events));
            model.layers.push(Layer::Page(Page { title, lines, top: 0, about }));
        }
        Err(refusal) => model.say(NoticeKind::Refused, refusal.text),
    }
}

/// Every step of a hold, a line each.
pub fn history(language: Language, events: &[HoldEvent]) -> Vec<PageLine> {
    let lines = events.iter().map(|event| {
        let note = event.note.as_ref().map_or_else(String::new, |note| format!(": {note}"));
        let step = event.step.replace('_', " ");
        let known: [(&str, &dyn Display); 4] =
            [("step", &language.say(&step)), ("n", &event.quantity), ("by", &event.by), ("note", &note)];
        let what = language.tell("{step} {n} by {by}{note}", &known);
        PageLine::Pair(event.local.format("%Y-%m-%d %H:%M").to_string(), what)
    });
    lines.collect()
}
