//! Keeping forms that are not saved, opening them again, and what becomes of entries that are not sent.

use super::forms;
use crate::domain::clock::Instant;
use crate::domain::id::ClientId;
use crate::domain::scope::ScopedClient;
use crate::service::{Choice, Command, Draft, Outbox, Sent, Unsent};
use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::form::Form;
use crate::tui::form::kept::KeptForm;
use crate::tui::kept::{Keep, KeptAtLogin, LeftForm};
use crate::tui::layer::{Dialog, Layer, PickFor, Then};
use crate::tui::message::{Refusal, Refused};
use crate::tui::model::{Model, NoticeKind};
use crate::tui::widget::pick::PickList;
use uuid::Uuid;

/// What the clock does to what is kept.
pub fn tick(model: &mut Model) {
    if model.kept.due.is_some_and(|due| model.now >= due) {
        keep_open(model);
    }
    if model.seat.is_some() && model.link.gone_since.is_none() && model.kept.is_due_to_send(model.now) {
        send(model);
    }
}

/// Somebody typed: a form that stands open is kept soon.
pub fn touch(model: &mut Model) {
    let now = model.now;
    if model.kept_forms().next().is_some() {
        model.kept.touch(now);
    }
}

/// Keeps what stands in every open form now.
pub fn keep_open(model: &mut Model) {
    model.kept.due = None;
    if model.kept.seed.is_none() {
        return;
    }
    let mut layers = std::mem::take(&mut model.layers);
    for layer in &mut layers {
        if let Layer::Form(form) = layer
            && form.is_kept()
        {
            keep_form(model, form);
        }
    }
    model.layers = layers;
}

/// Keeps a form that is not saved; forgets the draft of one in which nothing stands any more that is not.
fn keep_form(model: &mut Model, form: &mut Form) {
    let now = model.now;
    if !form.is_dirty() {
        return forget(model, form);
    }
    let kept = form.kept(now);
    let Ok(said) = serde_json::to_string(&kept) else { return };
    if said == form.draft.said {
        return;
    }
    let Some(id) = form.draft.id.or_else(|| model.draft_id()) else { return };
    form.draft.id = Some(id);
    form.draft.said.clone_from(&said);
    model.send(Effect::Keep(Keep::Draft(Box::new(Draft { id, client_id: kept.client_id, at: now, form: said }))));
}

/// Forgets the draft of a form that was saved or given up.
pub fn forget(model: &mut Model, form: &mut Form) {
    form.draft.said.clear();
    if let Some(id) = form.draft.id.take() {
        model.send(Effect::Keep(Keep::Forget(id)));
    }
}

/// Closes the top form because it was saved: its draft goes, and the refused entry that it took the place of.
pub fn close_saved(model: &mut Model) {
    let Some(Layer::Form(mut form)) = model.layers.pop() else { return };
    forget(model, &mut form);
    if let Some(id) = form.draft.unsent {
        discard_entry(model, id);
    }
}

/// Leaves a form for later: it is kept, and opens again with one key.
pub fn leave(model: &mut Model, mut form: Form) {
    let now = model.now;
    keep_form(model, &mut form);
    let id = form.draft.id.unwrap_or_else(|| Uuid::from_u128(u128::from(model.ticket().0)));
    model.kept.left.push(LeftForm { id, at: now, form: form.kept(now), is_new: true });
}

/// Takes a form that was left in this sitting out of those, if one fits: of the same sort, for the same client. An older
/// one opens by its own key alone: who wants a new form does not think of it.
pub fn take_left(model: &mut Model, form: &Form) -> Option<LeftForm> {
    let client_id = form.client.as_ref().map(|client| &client.client_id);
    let fits = |left: &LeftForm| {
        left.is_new && left.form.kind.is_resumed_by(&form.kind) && left.form.client_id.as_ref() == client_id
    };
    let place = model.kept.left.iter().rposition(fits)?;
    Some(model.kept.left.remove(place))
}

/// The form of a draft, as it stood.
pub fn reopened(model: &Model, left: &LeftForm) -> Form {
    let mut form = left.form.open(left.form.client_id.as_ref().and_then(|id| client(model, id)));
    form.draft.id = Some(left.id);
    form
}

fn client(model: &Model, id: &ClientId) -> Option<ScopedClient> {
    model.seat.as_ref()?.all.iter().find(|known| known.client_id == *id).cloned()
}

/// Takes what was found at the login, and says so in one line.
pub fn take_at_login(model: &mut Model, found: Result<Box<KeptAtLogin>, Refusal>) {
    let found = match found {
        Ok(found) => *found,
        Err(refusal) => return model.say(NoticeKind::Refused, refusal.text),
    };
    model.kept.seed = found.seed;
    let mut spoiled = found.drafts.spoiled + found.outbox.spoiled;
    let aside = found.drafts.aside + found.outbox.aside;
    for draft in found.drafts.drafts {
        match serde_json::from_str::<KeptForm>(&draft.form) {
            Ok(form) => model.kept.left.push(LeftForm { id: draft.id, at: draft.at, form, is_new: false }),
            Err(_) => spoiled += 1,
        }
    }
    model.kept.outbox = found.outbox;
    let mut told = Vec::new();
    let key = model.keymap.row(Action::ShowKept).map(crate::tui::keymap::Row::key).unwrap_or_default();
    match model.kept.left.as_slice() {
        [] => {}
        [only] => {
            told.push(format!("a draft of {} from {} is here: {key} opens it", only.form.title, shown(model, only.at)));
        }
        many => told.push(format!("{} drafts are here: {key} shows them", many.len())),
    }
    match model.kept.outbox.refused() {
        0 => {}
        1 => told.push(format!("an entry of yours was refused: {key} shows why")),
        many => told.push(format!("{many} entries of yours were refused: {key} shows why")),
    }
    if aside > 0 {
        told.push(format!("{aside} of a client that is not yours any more kept aside"));
    }
    if spoiled > 0 {
        told.push(format!("{spoiled} of what was kept for you was changed from outside and cannot be read"));
    }
    if !told.is_empty() {
        model.say(NoticeKind::Info, told.join("; "));
    }
    if model.kept.outbox.waiting() > 0 {
        send(model);
    }
}

/// When something was typed: the time, and the date where it was not today.
fn shown(model: &Model, at: Instant) -> String {
    let Some(clock) = model.clock_of(None) else { return String::new() };
    let format = if clock.date(at) == clock.date(model.now) { "%H:%M" } else { "%Y-%m-%d %H:%M" };
    clock.local(at).format(format).to_string()
}

/// Opens the only draft, or lists what is kept.
pub fn show(model: &mut Model) {
    let entries = &model.kept.outbox.entries;
    if let ([only], true) = (model.kept.left.as_slice(), entries.is_empty()) {
        let id = only.id;
        return open_left(model, id);
    }
    let entries = entries.iter().map(|entry| {
        let more = match &entry.refused {
            Some(why) => format!("refused: {why}"),
            None => format!("waits since {}", shown(model, entry.at)),
        };
        (entry.what.clone(), more)
    });
    let drafts = model.kept.left.iter().rev();
    let drafts = drafts.map(|left| (format!("draft: {}", left.form.title), shown(model, left.at)));
    let listed = (1..).zip(entries.chain(drafts));
    let choices: Vec<Choice> = listed
        .map(|(number, (name, more))| Choice { code: i64::to_string(&number), number: None, name, more })
        .collect();
    if choices.is_empty() {
        return model.say(NoticeKind::Info, "nothing is kept here: no draft, and no entry that is not sent");
    }
    model.layers.push(Layer::Pick(PickList::new("Not saved yet", choices), PickFor::Kept));
}

/// What stands in the list under a number.
fn listed(model: &Model, code: &str) -> Option<Uuid> {
    let place = code.parse::<usize>().ok()?.checked_sub(1)?;
    let entries = model.kept.outbox.entries.iter().map(|entry| entry.id);
    entries.chain(model.kept.left.iter().rev().map(|left| left.id)).nth(place)
}

/// Opens what was chosen in the list.
pub fn choose(model: &mut Model, code: &str) {
    let Some(id) = listed(model, code) else { return };
    if model.kept.left.iter().any(|left| left.id == id) {
        return open_left(model, id);
    }
    let Some(entry) = entry(model, id) else { return };
    let Some(why) = &entry.refused else { return ask_to_discard(model, code) };
    let lines = vec![capital(&entry.what), format!("Refused: {why}")];
    let mut dialog = Dialog::new("An entry was refused", lines, "Keep it");
    if entry.form.is_some() {
        dialog = dialog.button('c', "Correct", Then::CorrectUnsent(id));
    }
    let dialog = dialog.button('t', "Try again", Then::SendAgain(id)).button('d', "Discard", Then::DiscardUnsent(id));
    model.layers.push(Layer::Dialog(dialog));
}

/// Asks whether to give up what is selected in the list.
pub fn ask_to_discard(model: &mut Model, code: &str) {
    let Some(id) = listed(model, code) else { return };
    let draft = model.kept.left.iter().find(|left| left.id == id).map(|left| left.form.title.clone());
    let (title, what, then) = match (draft, entry(model, id)) {
        (Some(title), _) => ("Discard this draft?", title, Then::DiscardDraft(id)),
        (None, Some(entry)) if entry.refused.is_none() => {
            ("This entry waits for the server", capital(&entry.what), Then::DiscardUnsent(id))
        }
        (None, Some(entry)) => ("Discard this entry?", capital(&entry.what), Then::DiscardUnsent(id)),
        (None, None) => return,
    };
    let dialog = Dialog::new(title, vec![what, "Discarded it cannot be brought back.".to_owned()], "Keep it")
        .button('d', "Discard", then);
    model.layers.push(Layer::Dialog(dialog));
}

fn entry(model: &Model, id: Uuid) -> Option<Unsent> {
    model.kept.outbox.entries.iter().find(|entry| entry.id == id).cloned()
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn open_left(model: &mut Model, id: Uuid) {
    let Some(place) = model.kept.left.iter().position(|left| left.id == id) else { return };
    let left = model.kept.left.remove(place);
    let form = reopened(model, &left);
    forms::open_kept(model, form);
}

/// Gives a draft up.
pub fn discard_draft(model: &mut Model, id: Uuid) {
    model.kept.left.retain(|left| left.id != id);
    model.send(Effect::Keep(Keep::Forget(id)));
    model.say(NoticeKind::Info, "the draft is discarded");
}

/// Opens the form of a refused entry again, to correct it.
pub fn correct_entry(model: &mut Model, id: Uuid) {
    let Some(entry) = entry(model, id) else { return };
    let Some(kept) = entry.form.as_deref().and_then(|form| serde_json::from_str::<KeptForm>(form).ok()) else {
        return model.say(NoticeKind::Refused, "its form cannot be read; enter it anew, and discard this one");
    };
    let mut form = kept.open(kept.client_id.as_ref().and_then(|client_id| client(model, client_id)));
    form.draft.unsent = Some(id);
    forms::open_kept(model, form);
    if let Some(why) = entry.refused {
        model.say(NoticeKind::Refused, why);
    }
}

/// Gives an entry up that is not sent.
pub fn discard_entry(model: &mut Model, id: Uuid) {
    model.kept.outbox.entries.retain(|entry| entry.id != id);
    let ticket = model.ticket();
    model.send(Effect::Keep(Keep::Discard(ticket, id)));
}

/// Sends what waits.
pub fn send(model: &mut Model) {
    let ticket = model.ticket();
    (model.kept.is_sending, model.kept.tried_at) = (true, Some(model.now));
    model.send(Effect::Keep(Keep::Send(ticket, None)));
}

/// Has a refused entry tried once more.
pub fn send_again(model: &mut Model, id: Uuid) {
    let ticket = model.ticket();
    (model.kept.is_sending, model.kept.tried_at) = (true, Some(model.now));
    model.send(Effect::Keep(Keep::Send(ticket, Some(id))));
}

/// The server answered something: what waits need not wait for the clock.
pub fn server_answered(model: &mut Model) {
    if model.kept.outbox.waiting() > 0 && !model.kept.is_sending {
        send(model);
    }
}

/// Takes what came of sending.
pub fn take_sent(model: &mut Model, sent: Result<Box<Sent>, Refusal>) {
    model.kept.is_sending = false;
    model.kept.tried_at = Some(model.now);
    let sent = match sent {
        Ok(sent) => *sent,
        Err(refusal) => return model.say(NoticeKind::Refused, refusal.text),
    };
    model.kept.outbox = sent.outbox;
    match (sent.confirmed.as_slice(), sent.refused.as_slice()) {
        ([], []) => {}
        (confirmed, [(what, why), rest @ ..]) => {
            let more = if rest.is_empty() { String::new() } else { format!(" (and {} more)", rest.len()) };
            let done = if confirmed.is_empty() { String::new() } else { format!("{} sent; ", confirmed.len()) };
            let key = model.keymap.row(Action::ShowKept).map(crate::tui::keymap::Row::key).unwrap_or_default();
            model.say(NoticeKind::Refused, format!("{done}{what} was refused{more}: {why}; {key} shows it"));
        }
        ([only], []) => model.say(NoticeKind::Saved, format!("sent: {}", only.done)),
        (many, []) => model.say(NoticeKind::Saved, format!("{} entries that waited are sent", many.len())),
    }
    let has_sent = !sent.confirmed.is_empty();
    for receipt in sent.confirmed {
        super::answer::remember(model, &receipt);
    }
    if has_sent {
        super::look::after_change(model, None);
    }
    if let Some(problem) = sent.stopped.map(Refusal::from) {
        match problem.sort {
            Refused::Over => super::gate::put_out(model, &problem.text),
            Refused::Moved => super::moved::look_round(model),
            _ => {}
        }
    }
}

/// Takes the outbox as it is now.
pub fn take_outbox(model: &mut Model, outbox: Result<Outbox, Refusal>) {
    match outbox {
        Ok(outbox) => model.kept.outbox = outbox,
        Err(refusal) => model.say(NoticeKind::Refused, refusal.text),
    }
}

/// The running stop of a line that waits to be sent, if nothing that waits ends it.
pub fn waiting_stop(model: &Model, fits: impl Fn(&ClientId, &crate::domain::id::LineId) -> bool) -> Option<Command> {
    let commands =
        || model.kept.outbox.entries.iter().filter(|entry| entry.refused.is_none()).map(|entry| &entry.command);
    let ended = |id| commands().any(|other| matches!(other, Command::EndStop { entry_id, .. } if *entry_id == id));
    commands().find_map(|command| match command {
        Command::LogStop(log)
            if log.ended_at.is_none() && !ended(log.entry_id) && fits(&log.client_id, &log.line_id) =>
        {
            let (client_id, entry_id) = (log.client_id.clone(), log.entry_id);
            Some(Command::EndStop { client_id, entry_id, ended_at: model.now })
        }
        _ => None,
    })
}
