//! A page that is read while what it tells of changes: it tells it as it is now, and stands where it was scrolled to.

use super::{holds, plant};
use crate::domain::list::List;
use crate::service::{Answer, Query};
use crate::tui::layer::{About, Layer, Page, PageLine};
use crate::tui::message::Slot;
use crate::tui::model::Model;
use crate::tui::screen::row_detail;

/// Asks again for what the page in view tells of. A row comes with its list.
pub fn ask(model: &mut Model) {
    let query = match page(model).and_then(|page| page.about.as_ref()) {
        Some(About::Week { client_id, from }) => Query::AttendanceWeek { client_id: client_id.clone(), from: *from },
        Some(About::Hold { client_id, hold_id }) => {
            Query::HoldHistory { client_id: client_id.clone(), hold_id: *hold_id }
        }
        Some(About::Row { .. }) | None => return,
    };
    model.ask(Slot::PageAgain, query);
}

/// Takes what was asked for again, unless the page was left meanwhile or is of something else now.
pub fn take(model: &mut Model, answer: Option<Answer>) {
    let about = page(model).and_then(|page| page.about.clone());
    let lines = match (about, answer) {
        (Some(About::Week { from, .. }), Some(Answer::AttendanceWeek(week))) if week.from == from => {
            plant::days_of(&week)
        }
        (Some(About::Hold { .. }), Some(Answer::HoldHistory(events))) => holds::history(model.language, &events),
        _ => return,
    };
    replace(model, lines);
}

/// Takes the row that the page tells of from its list, which was read anew. One that is no longer in the list stays as it
/// was read.
pub fn take_rows(model: &mut Model, read: List) {
    let Some(About::Row { list, client_id, key }) = page(model).and_then(|page| page.about.as_ref()) else { return };
    if *list != read {
        return;
    }
    let rows = model.lists.get(read).and_then(|screen| screen.page.value()).map(|page| &page.rows);
    let row = rows.and_then(|rows| rows.iter().find(|row| row.client_id == *client_id && row.key == *key));
    if let Some(lines) = row.map(|row| row_detail::detail(model, read, row)) {
        replace(model, lines);
    }
}

/// The page that is read.
fn page(model: &Model) -> Option<&Page> {
    match model.layers.last() {
        Some(Layer::Page(page)) => Some(page),
        _ => None,
    }
}

fn replace(model: &mut Model, lines: Vec<PageLine>) {
    if let Some(Layer::Page(page)) = model.layers.last_mut() {
        page.lines = lines;
    }
}
