//! What happens to the model: the one pure step of the program. Messages in, effects out; nothing waits here.

mod act;
mod admin;
mod andon;
mod answer;
mod dialog;
mod entries;
mod forms;
mod gate;
mod holds;
mod isolation;
mod kept;
mod kpi;
mod lists;
mod lock;
mod look;
mod moved;
mod news;
mod page_again;
mod plant;
mod shift;
mod shift_page;
mod take_out;
#[cfg(test)]
mod tests;
mod worklist;

use super::action::Action;
use super::effect::Effect;
use super::input::{Input, Key, KeyName};
use super::layer::Layer;
use super::message::{Msg, Slot};
use super::model::{Model, NoticeKind};
use super::worklist::Worklist;
use crate::domain::list::List;
use ratatui::layout::Rect;

/// How old a message may be before it is taken off the line.
const NOTICE_MINUTES: i64 = 1;

/// Opens the terminal: looks at the gate.
pub fn begin(model: &mut Model) -> Vec<Effect> {
    gate::look(model);
    model.take_effects()
}

/// Changes the model by one message; gives what is to be done outside.
pub fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    match msg {
        Msg::Input(Input::Resize(width, height)) => resize(model, width, height),
        Msg::Input(Input::Hangup) => hang_up(model),
        Msg::Input(input) => {
            model.held.push_back(input);
            take_held(model);
        }
        Msg::Clock(now) => tick(model, now),
        Msg::Answer(ticket, outcome) => {
            answer::take(model, ticket, *outcome);
            take_held(model);
            news::catch_up(model);
        }
        Msg::News(news) => news::take(model, news),
    }
    model.take_effects()
}

/// The link is cut, or the program is told to end: what is typed is kept.
fn hang_up(model: &mut Model) {
    kept::keep_open(model);
    model.leaving = true;
}

fn resize(model: &mut Model, width: u16, height: u16) {
    model.size = Rect::new(0, 0, width, height);
    let rows = model.list_rows();
    model.lists.all_mut().for_each(|screen| screen.keep_visible(rows));
}

fn tick(model: &mut Model, now: crate::domain::clock::Instant) {
    let before = std::mem::replace(&mut model.now, now);
    let is_old = model.notice.as_ref().is_some_and(|notice| now.minutes_since(notice.at) > NOTICE_MINUTES);
    // Why somebody was put out stands there until they come back.
    if is_old && model.seat.is_some() {
        model.notice = None;
    }
    lock::tick(model, before);
    gate::tick(model);
    andon::tick(model, now);
    kept::tick(model);
    look::refresh_old(model);
}

/// Takes the keys that were typed, in order, until one has to wait.
fn take_held(model: &mut Model) {
    while let Some(input) = model.held.front() {
        let interrupts = matches!(input, Input::Key(Key { name: KeyName::Char('c'), ctrl: true, .. }));
        if !interrupts && must_wait(model, input) {
            return;
        }
        let Some(input) = model.held.pop_front() else { return };
        take(model, input);
    }
}

/// Whether a key has to wait: for something that is being saved, or for what the form is filled in with. What is
/// typed into a field does not.
fn must_wait(model: &Model, input: &Input) -> bool {
    if model.waiting.is_some() || model.asked.values().any(|slot| matches!(slot, Slot::Review | Slot::Done)) {
        return true;
    }
    // The next stop without a reason is on its way: the number of its reason is not for the screen below.
    let is_next_coming = || model.asked.values().any(|slot| *slot == Slot::List(List::Downtime));
    let is_trying = |work: &Worklist| work.tried.is_some() || is_next_coming();
    if model.layers.is_empty() && model.worklist.as_ref().is_some_and(is_trying) {
        return true;
    }
    let Some(form) = model.form().filter(|form| form.help_ticket.is_some()) else { return false };
    if form.opens_choices {
        return true;
    }
    let Input::Key(key) = input else { return false };
    // What is copied depends on what comes.
    let edits = !(key.typed() == Some('"') && form.last.is_none()) && key.typed().is_some()
        || matches!(key.name, KeyName::Backspace | KeyName::Delete | KeyName::Left | KeyName::Right | KeyName::Esc);
    !(edits && form.pick.is_none())
}

fn take(model: &mut Model, input: Input) {
    if model.lock.is_none() && matches!(input, Input::Key(_) | Input::Paste(_)) {
        model.touched_at = model.now;
        kept::touch(model);
    }
    match input {
        Input::Key(key) => take_key(model, key),
        Input::Paste(text) => paste(model, &text),
        Input::Resize(width, height) => resize(model, width, height),
        Input::Hangup => hang_up(model),
    }
}

fn take_key(model: &mut Model, key: Key) {
    let refused = model.notice.as_ref().is_some_and(|notice| notice.kind == NoticeKind::Refused);
    if refused {
        model.notice = None;
    }
    let action = model.keymap.find(model.contexts(), key).map(|row| row.action);
    match action {
        None if model.shows_andon() && model.gate_form.is_none() => andon::ask_for_login(model),
        Some(action) if !is_text_for_pick(model, key) => act::act(model, action),
        Some(_) | None => type_key(model, key),
    }
}

/// Letters narrow a list to choose from, whatever else they mean there.
fn is_text_for_pick(model: &Model, key: Key) -> bool {
    let narrows = match model.layers.last() {
        _ if model.lock.is_some() => false,
        Some(Layer::Palette(_)) => true,
        Some(Layer::Pick(..)) => key.typed() != Some(' '),
        _ => model.form().is_some_and(|form| form.pick.is_some()),
    };
    narrows && key.typed().is_some()
}

fn type_key(model: &mut Model, key: Key) {
    match model.layers.last_mut() {
        _ if model.lock.is_some() => forms::type_key(model, key),
        Some(Layer::Dialog(_)) => dialog::press_letter(model, key),
        Some(Layer::Palette(palette)) => lists::type_into_pick(&mut palette.list, key),
        Some(Layer::Pick(list, _)) => lists::type_into_pick(list, key),
        Some(Layer::Form(_)) => forms::type_key(model, key),
        Some(Layer::Page(_)) => {}
        None if model.seat.is_none() || model.gate_form.is_some() => forms::type_key(model, key),
        None => lists::type_filter(model, key),
    }
}

fn paste(model: &mut Model, text: &str) {
    let first = text.lines().next().unwrap_or_default();
    if model.shows_andon() {
        andon::ask_for_login(model);
    }
    let Some(form) = model.form_mut() else { return };
    if let Some(field) = form.focused_mut() {
        field.paste(first);
    }
    // A scanner in paste mode ends with a line end, as a scanner that types ends with Enter.
    if text.ends_with(['\n', '\r']) {
        act::act(model, Action::CommitField);
    }
}
