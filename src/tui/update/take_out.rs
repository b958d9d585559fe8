//! What is on the screen, taken along: into a file, or into the clipboard of the terminal.

use crate::service::Choice;
use crate::tui::effect::Effect;
use crate::tui::layer::{Layer, PickFor};
use crate::tui::model::{Model, NoticeKind};
use crate::tui::screen::list::ListScreen;
use crate::tui::screen::{selected_row, view_table};
use crate::tui::widget::pick::PickList;

/// Most bytes that are copied at once; some terminals give up on more.
const MOST_COPIED: usize = 4096;
/// Characters of it that are told.
const TOLD: u16 = 40;

/// Writes what is in view into files: of a list all of its rows.
pub fn export(model: &mut Model) {
    let Some(folder) = model.export_folder.clone() else {
        return model.say(NoticeKind::Info, "no files are written here; kpi-ops export takes the rows along");
    };
    let tables = view_table::tables(model);
    let list = if model.shows_isolation() { None } else { model.list_screen().map(ListScreen::query) };
    let ticket = model.ticket();
    let effect = match list {
        Some(query) => Effect::Export(ticket, Box::new(query), folder),
        None if tables.is_empty() => return model.say(NoticeKind::Info, "there is nothing to write yet"),
        None => Effect::ExportView(ticket, tables, folder),
    };
    model.say(NoticeKind::Info, "writing what is on the screen...");
    model.send(effect);
}

/// Copies the selected row as it is written on the screen: its cells with tabs between them.
pub fn copy_row(model: &mut Model) {
    let cells = selected_row::cells(model);
    if cells.is_empty() {
        return model.say(NoticeKind::Info, "select a row first");
    }
    copy(model, &row_of(&cells));
}

fn row_of(cells: &[(String, String)]) -> String {
    let texts: Vec<&str> = cells.iter().map(|(_, text)| text.as_str()).collect();
    texts.join("\t")
}

/// Offers the cells of the selected row to copy one of them; the whole row is the first of the choices.
pub fn pick_cell(model: &mut Model) {
    let mut cells = selected_row::cells(model);
    cells.retain(|(_, text)| !text.is_empty());
    if cells.is_empty() {
        return model.say(NoticeKind::Info, "select a row first");
    }
    let whole = (model.language.say("The whole row").to_owned(), row_of(&cells));
    cells.insert(0, whole);
    let choice = |(number, (title, text)): (i64, &(String, String))| Choice {
        code: String::new(),
        number: Some(number),
        name: title.clone(),
        more: text.replace('\t', " "),
    };
    let choices = (1..).zip(&cells).map(choice).collect();
    let texts = cells.into_iter().map(|(_, text)| text).collect();
    model.layers.push(Layer::Pick(PickList::new("Copy", choices), PickFor::Copy(texts)));
}

/// Copies a text: into the clipboard where that is allowed, else into a file.
pub fn copy(model: &mut Model, text: &str) {
    if text.len() > MOST_COPIED {
        return model.say(NoticeKind::Info, "the row is too long to copy");
    }
    if model.may_copy {
        let told = model.pen().cut(&text.replace('\t', " "), TOLD);
        model.send(Effect::Copy(text.to_owned()));
        let said = model.language.tell("in the clipboard, if your terminal takes it: {text}", &[("text", &told)]);
        return model.say(NoticeKind::Info, said);
    }
    let Some(folder) = model.export_folder.clone() else {
        return model
            .say(NoticeKind::Info, "copying is off here: copy = true in config.toml lets the terminal take a row");
    };
    let ticket = model.ticket();
    model.send(Effect::WriteCopied(ticket, text.to_owned(), folder));
}
