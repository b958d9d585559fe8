//! The locked terminal, the end of a session, and the password asked again.

use super::{forms, gate, look};
use crate::service::Command;
use crate::tui::effect::Effect;
use crate::tui::form::field::{Field, FieldKind};
use crate::tui::form::own::{Own, OwnSecrets};
use crate::tui::form::{Form, FormKind};
use crate::tui::layer::Layer;
use crate::tui::lock::Lock;
use crate::tui::message::{Refusal, Refused, Unlocked};
use crate::tui::model::{Model, NoticeKind, Waiting};

/// What the clock does to a session. `before` is when it was looked at last.
pub fn tick(model: &mut Model, before: crate::domain::clock::Instant) {
    let Some(seat) = &model.seat else { return };
    let (now, ends_at) = (model.now, seat.ends_at);
    if now >= ends_at {
        return gate::put_out(model, "your session ended after 12 hours; log in again");
    }
    if model.warns_at().is_some_and(|at| before < at && at <= now) {
        let left = ends_at.minutes_since(now);
        model
            .say(NoticeKind::Info, format!("your session ends in {left} minutes; save what is open, and log in again"));
    }
    if model.locks_at().is_some_and(|at| now >= at) {
        // Where a board waits behind the person, the board is of more use than a lock; not if something typed would go.
        let is_typing = || model.layers.iter().any(|layer| matches!(layer, Layer::Form(form) if form.is_dirty()));
        if model.andon.is_some() && model.lock.is_none() && model.kept.left_now() == 0 && !is_typing() {
            return gate::log_out(model);
        }
        lock(model);
    }
}

/// Locks the terminal: what is open stays for the same person, but no secret that is half typed.
pub fn lock(model: &mut Model) {
    if model.seat.is_none() || model.lock.is_some() {
        return;
    }
    super::kept::keep_open(model);
    for layer in &mut model.layers {
        if let Layer::Form(form) = layer {
            clear_secrets(form);
        }
    }
    model.notice = None;
    model.lock = Some(Lock::at(model.now));
}

/// Empties the secrets of a form, and puts the cursor there.
pub fn clear_secrets(form: &mut Form) {
    form.fields.iter_mut().filter(|field| field.kind == FieldKind::Secret).for_each(Field::clear);
    form.focus = form.fields.iter().position(|field| field.kind == FieldKind::Secret).unwrap_or(form.focus);
}

/// Sends what a form about one's own secrets came to.
pub fn submit(model: &mut Model, secrets: OwnSecrets) {
    let ticket = model.ticket();
    let command = match (secrets.own, &model.unproved) {
        (Own::Unlock | Own::UnlockByPin, _) => {
            model.waiting = Some(Waiting::Entry(ticket));
            None
        }
        (Own::SetPin | Own::ChangePassword, _) => {
            model.waiting = Some(Waiting::Form(ticket));
            None
        }
        (Own::Prove, Some((waiting, command))) => {
            model.waiting = Some(waiting.again(ticket));
            Some(command.clone())
        }
        (Own::Prove, None) => return,
    };
    model.send(Effect::Own { ticket, secrets, command });
}

/// Somebody tried to open the locked terminal.
pub fn take_unlocked(model: &mut Model, unlocked: Result<Unlocked, Refusal>) {
    let Some(lock) = &mut model.lock else { return };
    match unlocked {
        Ok(Unlocked::Open) => {
            model.lock = None;
            model.touched_at = model.now;
            if model.link.gone_since.is_some() {
                model.link.is_behind = true;
                return model
                    .say(NoticeKind::Info, "here is what you had open; the server is gone, and figures are of before");
            }
            model.say(NoticeKind::Info, "here is what you had open");
            look::reload(model);
        }
        Ok(Unlocked::Badge) => {
            lock.form = Form::new(FormKind::Own(Own::UnlockByPin), None);
            model.say(NoticeKind::Info, "badge read; now your PIN");
        }
        Err(refusal) if refusal.sort == Refused::PinIsOff => {
            lock.form = Form::new(FormKind::Own(Own::Unlock), None);
            model.say(NoticeKind::Refused, refusal.text);
        }
        Err(refusal) => {
            clear_secrets(&mut lock.form);
            if !lock.form.reject(&refusal.rejects) {
                model.say(NoticeKind::Refused, refusal.text);
            }
        }
    }
}

/// A command waits until its person has proved who they are.
pub fn ask_for_proof(model: &mut Model, waiting: Waiting, command: Box<Command>) {
    model.unproved = Some((waiting, command));
    forms::open(model, Form::new(FormKind::Own(Own::Prove), None));
}

/// The proof came: its form goes, and the command's answer is taken as ever.
pub fn take_proof(model: &mut Model) {
    if model.unproved.take().is_some() {
        model.layers.retain(|layer| !is_proof(layer));
    }
}

/// The proof was refused; it can be tried again.
pub fn take_refused_proof(model: &mut Model, refusal: Refusal) {
    let Some(form) = model.form_mut() else { return };
    clear_secrets(form);
    if !form.reject(&refusal.rejects) {
        model.say(NoticeKind::Refused, refusal.text);
    }
}

fn is_proof(layer: &Layer) -> bool {
    matches!(layer, Layer::Form(form) if form.kind == FormKind::Own(Own::Prove))
}
