//! Coming in and leaving.

use super::look;
use crate::tui::effect::Effect;
use crate::tui::form::{Form, FormKind, Submission};
use crate::tui::kept::Keep;
use crate::tui::layer::Layer;
use crate::tui::message::{Entry, Gate, Refusal, Refused, Ticket};
use crate::tui::model::{Model, NoticeKind, Waiting};
use crate::tui::screen::Tab;

/// Looks whether the plant is new or a demo.
pub fn look(model: &mut Model) {
    let ticket = model.ticket();
    model.gate.ask(ticket);
    model.send(Effect::LookAtGate(ticket));
}

/// What the clock does where nobody is in: a server that is gone is looked for, and one that is there is looked at.
pub fn tick(model: &mut Model) {
    if model.looks_at().is_some_and(|at| model.now >= at) {
        look(model);
    }
}

/// Notes whether the server was there when it was asked something at the gate.
fn note_link(model: &mut Model, refused: Option<Refused>) {
    if refused == Some(Refused::ServerGone) {
        model.link.gone_since.get_or_insert(model.now);
    } else if model.link.gone_since.take().is_some() {
        model.say(NoticeKind::Info, "the server is back");
    }
}

/// The gate was looked at: it has its form now. One that somebody types into stays as it is.
pub fn take_gate(model: &mut Model, ticket: Ticket, gate: Result<Gate, Refusal>) {
    if model.gate.ticket() != Some(ticket) {
        return;
    }
    let (is_new, refused) = (gate.as_ref().is_ok_and(|gate| gate.is_new), gate.as_ref().err().map(|why| why.sort));
    model.gate.answer(ticket, gate.map_err(|refusal| refusal.text), model.now);
    model.link.looked_at = Some(model.now);
    if model.seat.is_some() {
        return;
    }
    note_link(model, refused);
    let is_empty = |form: &Form| form.kind == FormKind::LogIn && form.fields.iter().all(|field| field.text.is_empty());
    match &model.gate_form {
        None => open_form(model, is_new),
        Some(form) if is_new && is_empty(form) => open_form(model, is_new),
        Some(_) => {}
    }
    if let Some(holder) = model.holder.as_mut().filter(|holder| holder.alone && refused.is_none()) {
        // Once: whoever is put out later is asked for the password.
        holder.alone = false;
        let holder = holder.clone();
        let ticket = model.ticket();
        model.waiting = Some(Waiting::Entry(ticket));
        model.send(Effect::LogInByKey(ticket, holder));
    }
}

/// Opens the form with which somebody comes in, or makes the first ADMIN.
fn open_form(model: &mut Model, is_new: bool) {
    let form = if is_new { Form::new(FormKind::FirstAdmin, None) } else { login_form(model) };
    model.gate_form = Some(form);
    if let Some(holder) = model.holder.as_ref().filter(|_| model.notice.is_none()) {
        let named = format!("your SSH key says that you are {} ({})", holder.full_name, holder.login);
        model.say(NoticeKind::Info, named);
    }
}

/// The form with which somebody comes in; whom an SSH key named is not asked for a name.
pub fn login_form(model: &Model) -> Form {
    let mut form = Form::new(FormKind::LogIn, None);
    if model.holder.is_some() {
        form.fields.retain(|field| field.name != "login");
    }
    form
}

/// Sends what the gate's form came to.
pub fn submit(model: &mut Model, submission: Submission) {
    let ticket = model.ticket();
    let effect = match submission {
        Submission::LogIn(login, secret) => {
            let login = model.holder.as_ref().map_or(login, |holder| holder.login.to_string());
            Effect::LogIn { ticket, login, secret }
        }
        Submission::SetPassword(password) => Effect::SetPassword { ticket, password },
        Submission::FirstAdmin(login, full_name, password) => Effect::FirstAdmin { ticket, login, full_name, password },
        Submission::Own(secrets) => return super::lock::submit(model, secrets),
        Submission::Command(_) | Submission::Window(_) => return,
    };
    model.waiting = Some(Waiting::Entry(ticket));
    model.send(effect);
}

/// Somebody tried to come in.
pub fn take_entry(model: &mut Model, entry: Result<Entry, Refusal>) {
    model.link.looked_at = Some(model.now);
    note_link(model, entry.as_ref().err().map(|why| why.sort));
    match entry {
        Ok(Entry::In(seat)) => {
            let welcome = format!("welcome, {}", seat.full_name);
            model.gate_form = None;
            model.seat = Some(seat);
            model.touched_at = model.now;
            model.tab = Tab::Shift;
            look::forget(model);
            look::reload(model);
            model.say(NoticeKind::Info, welcome);
            match &mut model.andon {
                Some(andon) => andon.is_away = true,
                None if model.starts_as_andon => return super::andon::begin(model),
                None => {}
            }
            super::shift::look_for_hand_over(model);
            let ticket = model.ticket();
            model.send(Effect::Keep(Keep::Ask(ticket)));
        }
        Ok(Entry::SetPassword) => {
            model.gate_form = Some(Form::new(FormKind::SetPassword, None));
            model.say(NoticeKind::Info, "the one-time code is right; now set a password of your own");
        }
        Err(refusal) => {
            let Some(form) = &mut model.gate_form else { return };
            let marked = form.reject(&refusal.rejects);
            if !marked {
                super::lock::clear_secrets(form);
                model.say(NoticeKind::Refused, refusal.text);
            }
        }
    }
}

/// Leaves the terminal to the next person: nothing of this one stays. Nobody comes next where a key named the person.
pub fn log_out(model: &mut Model) {
    if model.holder.is_some() && model.andon.is_none() {
        super::kept::keep_open(model);
        model.leaving = true;
        return;
    }
    to_gate(model);
}

fn to_gate(model: &mut Model) {
    super::kept::keep_open(model);
    model.renew();
    model.send(Effect::LogOut);
    if model.andon.is_some() { super::andon::resume(model) } else { look(model) }
}

/// The same at once, from wherever one is, the lock too.
pub fn switch_user(model: &mut Model) {
    if model.shows_andon() {
        return super::andon::leave_login(model);
    }
    let Some(seat) = &model.seat else {
        return look(model);
    };
    let login = seat.login.clone();
    let is_dirty = |layer: &&Layer| matches!(layer, Layer::Form(form) if form.is_dirty());
    let open = model.layers.iter().filter(is_dirty).count();
    let is_kept = model.kept.seed.is_some();
    let lost = match (open + model.kept.left_now(), is_kept) {
        (0, _) => String::new(),
        (1, true) => "; a form that was not saved is kept for them".to_owned(),
        (forms, true) => format!("; {forms} forms that were not saved are kept for them"),
        (1, false) => "; a form that was not saved is gone".to_owned(),
        (forms, false) => format!("; {forms} forms that were not saved are gone"),
    };
    let left = format!("{login} has left this terminal{lost}");
    log_out(model);
    model.say(NoticeKind::Info, left);
}

/// Takes the terminal from somebody whose session is over, and says why.
pub fn put_out(model: &mut Model, why: &str) {
    if model.shows_andon() {
        // The board's own person is who is out.
        model.andon = None;
    }
    to_gate(model);
    model.say(NoticeKind::Refused, why);
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
