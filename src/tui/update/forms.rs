//! Typing into forms, saving them, leaving them.

use super::{andon, gate, kept, kpi, look};
use crate::service::Record;
use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::form::field::FieldKind;
use crate::tui::form::plant::PlantForm;
use crate::tui::form::{Form, FormKind, Submission};
use crate::tui::form::{attendance, inspection};
use crate::tui::input::{Key, KeyName};
use crate::tui::layer::{Dialog, Layer, Then};
use crate::tui::message::{Refusal, Ticket};
use crate::tui::model::{Model, NoticeKind, Waiting};
use crate::tui::screen::kpi::window::WindowChoice;
use crate::tui::widget::pick::PickList;

/// Opens a form over the screen; one of its sort that was left is opened as it was, with its crew as it is by now.
pub fn open(model: &mut Model, form: Form) {
    let left = if form.is_kept() { kept::take_left(model, &form) } else { None };
    let Some(left) = left else { return open_new(model, form) };
    let mut again = kept::reopened(model, &left);
    again.kind = form.kind;
    let others = attendance::resume(&mut again, &left.form.kind);
    open_new(model, again);
    let mut text = model.language.say("what you had typed is here again").to_owned();
    if !others.is_empty() {
        let names: [(&str, &dyn std::fmt::Display); 1] = [("names", &others.join(", "))];
        text += &model.language.tell("; changed by somebody else meanwhile: {names}", &names);
    }
    model.say(NoticeKind::Info, text);
}

/// Opens a form that was kept.
pub fn open_kept(model: &mut Model, form: Form) {
    open_new(model, form);
    let text = model.language.say("what you had typed is here again").to_owned();
    model.say(NoticeKind::Info, text);
}

fn open_new(model: &mut Model, mut form: Form) {
    model.notice = None;
    fill_in(model, &mut form);
    form.clients = super::lists::client_choices(model);
    model.layers.push(Layer::Form(Box::new(form)));
}

/// Asks for what a form is filled with.
fn fill_in(model: &mut Model, form: &mut Form) {
    if !form.kind.needs_help() && form.edited.is_none() {
        return;
    }
    let client_id = form.client.as_ref().map(|client| client.client_id.clone()).filter(|_| form.kind.needs_help());
    let ticket = model.ticket();
    form.help_ticket = Some(ticket);
    let record = form.edited.as_ref().map(|edited| edited.key.clone());
    model.send(Effect::AskFormHelp { ticket, client_id, record });
}

/// Reads the entry that the top form corrects once more, because somebody else changed it.
pub fn read_anew(model: &mut Model) {
    let Some(Layer::Form(mut form)) = model.layers.pop() else { return };
    fill_in(model, &mut form);
    model.layers.push(Layer::Form(form));
}

/// Copies the person's last entry into the form, or into the field with the cursor alone.
fn copy_last(model: &mut Model, only_field: bool) {
    let ticket = model.ticket();
    let Some(form) = model.form_mut() else { return };
    if matches!(form.kind.plant(), Some(PlantForm::Inspection)) {
        if !inspection::copy_similar(form) {
            let text = model.language.say("nothing was inspected at this stage lately; there is nothing to copy");
            model.say(NoticeKind::Info, text.to_owned());
        }
        return;
    }
    let key = form.client.as_ref().and_then(|client| form.kind.last(&client.client_id));
    match (form.last.take(), key) {
        (Some(last), _) => {
            let copied = if only_field { form.copy_last_field(&last) } else { true };
            if !only_field {
                form.copy_last(&last);
            }
            form.last = Some(last);
            if !copied {
                model.say(NoticeKind::Info, "your last entry has nothing in this field");
            }
        }
        (None, Some(key)) => {
            form.copies_field = only_field;
            form.help_ticket = Some(ticket);
            model.send(Effect::AskRecord(ticket, key));
        }
        (None, None) => model.say(NoticeKind::Info, "there is nothing to copy in this form"),
    }
}

/// Takes the last entry that was asked for, and copies it.
pub fn take_copied(model: &mut Model, ticket: Ticket, record: Result<Option<Box<Record>>, Refusal>) {
    let Some(Layer::Form(form)) = model.layers.last_mut() else { return };
    if form.help_ticket.take_if(|waited| *waited == ticket).is_none() {
        return;
    }
    match record {
        Ok(None) => model.say(NoticeKind::Info, "you have entered none lately; there is nothing to copy"),
        Ok(Some(record)) => {
            form.last = Some(record);
            let only_field = form.copies_field;
            copy_last(model, only_field);
        }
        Err(refusal) => model.say(NoticeKind::Info, refusal.text),
    }
}

/// Asks the database behind the typing whether what stands in the form would be saved.
fn check(model: &mut Model) {
    let (now, ticket) = (model.now, model.ticket());
    let Some(Layer::Form(form)) = model.layers.last_mut() else { return };
    if form.help_ticket.is_some() || form.fields.iter().any(|field| field.reject.is_some()) {
        return;
    }
    let Ok(Submission::Command(command)) = form.read(now) else { return };
    if command.is_entry() {
        form.check_ticket = Some(ticket);
        model.send(Effect::Check(ticket, command));
    }
}

/// Does something with the form that has the keys.
pub fn act(model: &mut Model, action: Action) {
    let now = model.now;
    let is_gate = model.layers.is_empty();
    let Some(form) = model.form_mut() else { return };
    match action {
        Action::CommitField if commits_exception(form, now) => {}
        Action::CommitField if form.enter_saves() => save(model),
        Action::CommitField => {
            form.leave_field(now);
            let wrong = form.focused().is_some_and(|field| field.reject.is_some());
            if !wrong {
                form.step(1);
                check(model);
            }
        }
        Action::Save => save(model),
        Action::NextField | Action::PreviousField => {
            form.leave_field(now);
            form.step(if action == Action::NextField { 1 } else { -1 });
            check(model);
        }
        Action::CopyLast => copy_last(model, false),
        Action::ShowChoices => show_choices(model),
        Action::FieldHelp => field_help(model),
        Action::ResetField => {
            if let Some(field) = form.focused_mut() {
                field.reset();
            }
        }
        Action::LeaveForm if is_gate && model.shows_andon() => andon::leave_login(model),
        Action::LeaveForm if is_gate => {}
        Action::LeaveForm => ask_to_leave(model),
        _ => {}
    }
}

/// Types into the focused field.
pub fn type_key(model: &mut Model, key: Key) {
    let Some(form) = model.form_mut() else { return };
    if let Some(list) = &mut form.pick {
        super::lists::type_into_pick(list, key);
        if list.is_quick && list.is_told_apart() {
            act_on_choices(model, Action::Choose);
        }
        return;
    }
    let can_copy = form.kind.copies_fields();
    let Some(field) = form.focused_mut() else { return };
    match (key.typed(), key.name) {
        // As on old terminals: what stood here the last time.
        (Some('"'), _) if can_copy && !field.is_dirty() => return copy_last(model, true),
        // The number pad's plus ends a figure, as its Enter does.
        (Some('+'), _) if field.kind == FieldKind::Whole => return act(model, Action::CommitField),
        (Some(character), _) => field.type_character(character),
        (None, KeyName::Backspace) => field.backspace(),
        (None, KeyName::Delete) => field.delete(),
        (None, KeyName::Left) => field.step(-1),
        (None, KeyName::Right) => field.step(1),
        (None, KeyName::Home) => field.jump(false),
        (None, KeyName::End) => field.jump(true),
        (None, _) => return,
    }
    form.asked_help = false;
}

/// Whether leaving the last field of an exception took it into the crew; the next one can be typed.
fn commits_exception(form: &mut Form, now: crate::domain::clock::Instant) -> bool {
    if form.focused().is_none_or(|field| field.name != "missed") {
        return false;
    }
    take_exception(form, now)
}

/// Takes the exception that is typed into the crew; one that cannot be taken is marked.
fn take_exception(form: &mut Form, now: crate::domain::clock::Instant) -> bool {
    for place in 0..form.fields.len() {
        form.focus = place;
        form.leave_field(now);
    }
    if let Some(wrong) = form.fields.iter().position(|field| field.reject.is_some()) {
        form.focus = wrong;
        return true;
    }
    attendance::take_exception(form).unwrap_or_else(|rejects| form.reject(&rejects))
}

fn save(model: &mut Model) {
    let now = model.now;
    if let Some(form) = model.form_mut()
        && matches!(form.kind.plant(), Some(PlantForm::Attendance(..)))
        && !form.text("who").is_empty()
        && take_exception(form, now)
        && form.fields.iter().any(|field| field.reject.is_some())
    {
        return;
    }
    let Some(submission) = model.form_mut().and_then(|form| form.submit(now)) else { return };
    match submission {
        Submission::Command(command) => {
            let ticket = model.ticket();
            model.waiting = Some(Waiting::Form(ticket));
            let form = model.form().filter(|form| form.is_kept()).map(|form| form.kept(now));
            let form = form.and_then(|form| serde_json::to_string(&form).ok());
            model.send(Effect::Save(ticket, command, form));
        }
        Submission::Window(window) => {
            model.layers.pop();
            kpi::show_window(model, WindowChoice::Dates(window));
        }
        other => gate::submit(model, other),
    }
}

pub(super) fn show_choices(model: &mut Model) {
    let now = model.now;
    let Some(form) = model.form_mut() else { return };
    let Some(field) = form.focused() else { return };
    if !matches!(field.kind, FieldKind::Pick(_)) {
        // Down in a field without choices goes on to the next one.
        form.leave_field(now);
        form.step(1);
        return;
    }
    let choices = form.choices(field);
    if choices.is_empty() {
        let label = field.label.clone();
        return model.say(NoticeKind::Info, format!("{label}: there is nothing to choose from yet"));
    }
    let title = if form.about.is_empty() { field.label.to_string() } else { form.about.clone() };
    let mut list = PickList::new(title, choices);
    let known = list.choices.iter().any(|choice| choice.code == field.text);
    if known {
        list = list.at(&field.text);
    } else if field.typed {
        list.query.clone_from(&field.text);
    }
    list.is_quick = form.opens_choices;
    form.pick = Some(list);
}

/// Moves in the open list of a field, takes its choice, or closes it.
pub fn act_on_choices(model: &mut Model, action: Action) {
    let Some(form) = model.form_mut() else { return };
    let Some(list) = &mut form.pick else { return };
    match action {
        Action::ChoiceUp => list.step(-1),
        Action::ChoiceDown => list.step(1),
        Action::ChoicePageUp => list.page(-1),
        Action::ChoicePageDown => list.page(1),
        Action::Choose => {
            let chosen = list.chosen().map(|choice| choice.code.clone());
            form.pick = None;
            let Some(code) = chosen else { return };
            if let Some(field) = form.focused_mut() {
                field.clear();
                field.paste(&code);
            }
            act(model, Action::CommitField);
        }
        Action::LeaveChoices => form.pick = None,
        _ => {}
    }
}

/// F1: the field first, the keys of forms the second time.
fn field_help(model: &mut Model) {
    let Some(form) = model.form_mut() else { return };
    let (asked, field) =
        (form.asked_help, form.focused().map(|field| (field.label.clone(), field.help, form.choices(field).len())));
    form.asked_help = !asked;
    match field {
        Some((label, help, choices)) if !asked => {
            let list = if choices > 0 { format!(". F4 lists the {choices} there are") } else { String::new() };
            model.say(NoticeKind::Info, format!("{label}: {help}{list}. F1 again: the keys"));
        }
        _ => look::open_help(model),
    }
}

/// Leaves the top form, at once if nothing is typed.
pub fn ask_to_leave(model: &mut Model) {
    model.worklist = None;
    let Some(Layer::Form(form)) = model.layers.last() else { return };
    if !form.is_dirty() {
        if let Some(Layer::Form(mut form)) = model.layers.pop() {
            kept::forget(model, &mut form);
        }
        return;
    }
    let dialog = Dialog::new("Not saved", vec!["Something is typed in this form.".to_owned()], "Go on typing")
        .button('k', "Keep for later", Then::KeepDraft)
        .button('d', "Discard", Then::Discard);
    model.layers.push(Layer::Dialog(dialog));
}

/// Closes the top form and keeps what was typed.
pub fn keep_draft(model: &mut Model) {
    let Some(Layer::Form(form)) = model.layers.pop() else { return };
    kept::leave(model, *form);
    model.say(NoticeKind::Info, "kept; open the form again to go on");
}

/// Runs a command at once, without a form.
pub fn run(model: &mut Model, command: crate::service::Command) {
    model.tells_undo = false;
    let ticket = model.ticket();
    model.waiting = Some(Waiting::Command(ticket));
    model.send(Effect::Run(ticket, Box::new(command)));
}

/// Runs a command that takes something away, and says with what it did how it comes back.
pub fn run_and_tell_undo(model: &mut Model, command: crate::service::Command) {
    run(model, command);
    model.tells_undo = true;
}

/// The client a form is about: the only one in view, or that of what is selected. Several: none.
pub fn client_in_view(model: &Model) -> Option<crate::domain::scope::ScopedClient> {
    model.seat.as_ref()?.only_client().cloned()
}

/// Whether a form of this kind needs a client to be chosen first.
pub fn must_choose_client(model: &Model, kind: &FormKind) -> bool {
    kind.needs_client() && client_in_view(model).is_none()
}
