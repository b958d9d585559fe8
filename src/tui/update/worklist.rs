//! The stops that nobody has given a reason, one after the other: each takes the number of its reason.

use super::{forms, look};
use crate::domain::id::EntryId;
use crate::domain::list::List;
use crate::tui::form::{Form, FormKind};
use crate::tui::model::{Model, NoticeKind};

/// The text that narrows the list to them.
const FILTER: &str = "unclassified";

/// Narrows the list of stops to those without a reason and asks for the first one's.
pub fn begin(model: &mut Model) {
    let screen = model.lists.get_or_new(List::Downtime);
    FILTER.clone_into(&mut screen.filter);
    screen.selected = 0;
    model.is_classifying = true;
    look::load_list(model, List::Downtime);
}

/// Asks for the reason of the next stop; without one the list is whole again.
pub fn next(model: &mut Model) {
    if !model.is_classifying || !model.layers.is_empty() {
        return;
    }
    let screen = model.lists.get_or_new(List::Downtime);
    screen.selected = 0;
    let left = screen.total();
    let text = |column: &str| screen.text_of(column).unwrap_or_default();
    let about = format!("{} {} {} min, {left} left", text("line_id"), text("started_at"), text("minutes"));
    let row = screen.row().map(|row| (row.client_id.clone(), row.key.clone()));
    let stop = row.and_then(|(client, key)| Some((client?, uuid::Uuid::parse_str(&key).ok()?)));
    let Some((client_id, id)) = stop else { return end(model) };
    let client = model.seat.as_ref().and_then(|seat| seat.all.iter().find(|known| known.client_id == client_id));
    let mut form = Form::new(FormKind::ClassifyStop(EntryId(id)), client.cloned());
    form.about = about;
    form.opens_choices = true;
    forms::open(model, form);
}

/// Stops asking, and shows all stops again.
fn end(model: &mut Model) {
    model.is_classifying = false;
    model.lists.get_or_new(List::Downtime).filter.clear();
    look::load_list(model, List::Downtime);
    model.say(NoticeKind::Info, "every stop has a reason");
}
