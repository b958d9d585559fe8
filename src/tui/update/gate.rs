//! Coming in and leaving.

use super::look;
use crate::tui::effect::Effect;
use crate::tui::form::{Form, FormKind, Submission};
use crate::tui::message::{Entry, Gate, Refusal, Ticket};
use crate::tui::model::{Model, NoticeKind, Waiting};
use crate::tui::screen::Tab;

/// Looks whether the plant is new or a demo.
pub fn look(model: &mut Model) {
    let ticket = model.ticket();
    model.gate.ask(ticket);
    model.send(Effect::LookAtGate(ticket));
}

/// The gate was looked at: it has its form now.
pub fn take_gate(model: &mut Model, ticket: Ticket, gate: Result<Gate, Refusal>) {
    let is_new = gate.as_ref().is_ok_and(|gate| gate.is_new);
    let failed = gate.is_err();
    if model.gate.answer(ticket, gate.map_err(|refusal| refusal.text), model.now) && !failed && model.seat.is_none() {
        let kind = if is_new { FormKind::FirstAdmin } else { FormKind::LogIn };
        model.gate_form = Some(Form::new(kind, None));
    }
}

/// Sends what the gate's form came to.
pub fn submit(model: &mut Model, submission: Submission) {
    let ticket = model.ticket();
    let effect = match submission {
        Submission::LogIn(login, secret) => Effect::LogIn { ticket, login, secret },
        Submission::SetPassword(password) => Effect::SetPassword { ticket, password },
        Submission::FirstAdmin(login, full_name, password) => Effect::FirstAdmin { ticket, login, full_name, password },
        Submission::Command(_) | Submission::Window(_) => return,
    };
    model.waiting = Some(Waiting::Entry(ticket));
    model.send(effect);
}

/// Somebody tried to come in.
pub fn take_entry(model: &mut Model, entry: Result<Entry, Refusal>) {
    match entry {
        Ok(Entry::In(seat)) => {
            let welcome = format!("welcome, {}", seat.full_name);
            model.gate_form = None;
            model.seat = Some(seat);
            model.tab = Tab::Shift;
            look::forget(model);
            look::reload(model);
            model.say(NoticeKind::Info, welcome);
        }
        Ok(Entry::SetPassword) => {
            model.gate_form = Some(Form::new(FormKind::SetPassword, None));
            model.say(NoticeKind::Info, "the one-time code is right; now set a password of your own");
        }
        Err(refusal) => {
            let Some(form) = &mut model.gate_form else { return };
            let marked = form.reject(&refusal.rejects);
            if !marked {
                clear_secrets(form);
                model.say(NoticeKind::Refused, refusal.text);
            }
        }
    }
}

/// After a refusal the secrets are typed anew; the name stays.
fn clear_secrets(form: &mut Form) {
    let is_secret =
        |field: &&mut crate::tui::form::field::Field| field.kind == crate::tui::form::field::FieldKind::Secret;
    form.fields.iter_mut().filter(is_secret).for_each(crate::tui::form::field::Field::clear);
    form.focus =
        form.fields.iter().position(|field| field.kind == crate::tui::form::field::FieldKind::Secret).unwrap_or(0);
}

/// Leaves the terminal to the next person: nothing of this one stays.
pub fn log_out(model: &mut Model) {
    model.seat = None;
    model.layers.clear();
    model.drafts.clear();
    model.undo.clear();
    model.held.clear();
    model.notice = None;
    model.waiting = None;
    look::forget(model);
    model.send(Effect::LogOut);
    look(model);
}

/// Ctrl-C at the gate: first clears what is typed, then leaves.
pub fn interrupt(model: &mut Model) {
    let typed = model.gate_form.as_ref().is_some_and(|form| form.fields.iter().any(|field| !field.text.is_empty()));
    match &mut model.gate_form {
        Some(form) if typed => {
            form.fields.iter_mut().for_each(crate::tui::form::field::Field::clear);
            form.focus = 0;
            form.pick = None;
        }
        _ => model.leaving = true,
    }
}
