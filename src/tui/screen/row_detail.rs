//! One row of a list: all of it for the detail.

use crate::domain::change::{self, Change};
use crate::domain::list::{List, ListRow};
use crate::tui::layer::PageLine;
use crate::tui::model::Model;
use crate::tui::widget::cell::{missing_as, said};

/// All of a row, for the detail; of a record what changed, field by field.
pub fn detail(model: &Model, list: List, loaded: &ListRow) -> Vec<PageLine> {
    let pen = model.pen();
    let missing = pen.glyphs.missing;
    let mut lines: Vec<PageLine> = list
        .columns()
        .iter()
        .zip(&loaded.cells)
        .filter(|(column, _)| !(list.is_record() && ["before", "after"].contains(&column.name)))
        .map(|(column, cell)| {
            let text = said(&pen, cell, column, 16, missing_as(loaded, list.columns(), column, missing));
            if text == missing {
                PageLine::Off(pen.say(column.title).to_owned(), text)
            } else {
                PageLine::Pair(pen.say(column.title).to_owned(), text)
            }
        })
        .collect();
    if list.is_record() {
        lines.extend(changes_of(model, list, loaded));
    }
    lines
}

/// What a row of a record changed, as lines of three columns.
fn changes_of(model: &Model, list: List, loaded: &ListRow) -> Vec<PageLine> {
    let changes = change::changes_of(list, loaded, model.clock_of_row(loaded));
    if changes.is_empty() {
        return vec![PageLine::Blank, PageLine::Text(model.pen().say("No field was changed.").to_owned())];
    }
    let missing = || model.pen().glyphs.missing.to_owned();
    let row = |change: Change| {
        PageLine::Three(change.field, change.before.unwrap_or_else(missing), change.after.unwrap_or_else(missing))
    };
    let heading = ["Field", "Before", "After"].map(|title| model.pen().say(title).to_owned());
    let [field, before, after] = heading;
    [PageLine::Blank, PageLine::ThreeHeads(field, before, after)]
        .into_iter()
        .chain(changes.into_iter().map(row))
        .collect()
}
