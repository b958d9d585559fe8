//! The stops that nobody has given a reason, one after the other: each takes the number of its reason. One that takes
//! none any more, because its shift is closed, is left, and counted at the end.

use super::{forms, look};
use crate::domain::catalogue::UNCLASSIFIED;
use crate::domain::id::{Code, EntryId};
use crate::domain::list::List;
use crate::service::Command;
use crate::tui::effect::Effect;
use crate::tui::form::{Form, FormKind};
use crate::tui::message::{Refusal, Ticket};
use crate::tui::model::{Model, NoticeKind};
use crate::tui::worklist::{Tried, Worklist};

/// The text that narrows the list to them.
const FILTER: &str = "unclassified";

/// Narrows the list of stops to those without a reason and asks for the first one's.
pub fn begin(model: &mut Model) {
    let screen = model.lists.get_or_new(List::Downtime);
    FILTER.clone_into(&mut screen.filter);
    screen.selected = 0;
    model.worklist = Some(Worklist::default());
    look::load_list(model, List::Downtime);
}

/// Finds out of the next stop whether it can be given a reason; without one the list is whole again.
pub fn next(model: &mut Model) {
    let rows = model.list_rows();
    let Some(work) = model.worklist.as_ref().filter(|work| model.layers.is_empty() && work.tried.is_none()) else {
        return;
    };
    let screen = model.lists.get_or_new(List::Downtime);
    let Some(page) = screen.page.value() else { return };
    let id = |key: &str| uuid::Uuid::parse_str(key).ok().map(EntryId);
    let is_next = |key: &str| id(key).is_some_and(|entry| !work.passed.contains(&entry));
    let Some(place) = (page.offset..).zip(&page.rows).find(|(_, row)| is_next(&row.key)).map(|(place, _)| place) else {
        let behind = page.offset + u64::try_from(page.rows.len()).unwrap_or(0);
        if behind < page.total {
            screen.select(behind, rows);
            if screen.needs_rows() {
                return look::load_list(model, List::Downtime);
            }
        }
        return end(model);
    };
    screen.select(place, rows);
    let left = screen.total().saturating_sub(work.left);
    let text = |column: &str| screen.text_of(column).unwrap_or_default();
    let about = format!("{} {} {} min, {left} left", text("line_id"), text("started_at"), text("minutes"));
    let stop = screen.row().and_then(|row| Some((row.client_id.clone()?, id(&row.key)?)));
    let (Some((client_id, entry_id)), Ok(reason)) = (stop, Code::parse(UNCLASSIFIED)) else { return end(model) };
    let ticket = model.ticket();
    let command = Command::ClassifyStop { client_id: client_id.clone(), entry_id, reason };
    model.send(Effect::Check(ticket, Box::new(command)));
    if let Some(work) = &mut model.worklist {
        work.passed.insert(entry_id);
        work.tried = Some(Tried { ticket, client_id, entry_id, about });
    }
}

/// Asks for the reason of a stop that can be given one, and leaves another; says whether it was asked of this stop.
pub fn take_checked(model: &mut Model, ticket: Ticket, checked: &Result<(), Refusal>) -> bool {
    let Some(work) = &mut model.worklist else { return false };
    let Some(tried) = work.tried.take_if(|tried| tried.ticket == ticket) else { return false };
    if let Err(refusal) = checked {
        work.left += 1;
        work.why.get_or_insert_with(|| refusal.text.clone());
        next(model);
        return true;
    }
    if !model.layers.is_empty() {
        return true;
    }
    let mut clients = model.seat.iter().flat_map(|seat| &seat.all);
    let client = clients.find(|known| known.client_id == tried.client_id).cloned();
    let mut form = Form::new(FormKind::ClassifyStop(tried.entry_id), client);
    form.about = tried.about;
    form.opens_choices = true;
    forms::open(model, form);
    true
}

/// Stops asking, and shows all stops again.
fn end(model: &mut Model) {
    let Some(work) = model.worklist.take() else { return };
    model.lists.get_or_new(List::Downtime).filter.clear();
    look::load_list(model, List::Downtime);
    let text = match (work.left, work.why) {
        (0, _) => model.language.say("every stop has a reason").to_owned(),
        (left, why) => model
            .language
            .tell("left without a reason: {left}; {why}", &[("left", &left), ("why", &why.unwrap_or_default())]),
    };
    model.say(NoticeKind::Info, text);
}
