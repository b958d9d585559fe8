//! Entering: counts, stops, holds, and taking the last thing back.

use super::forms;
use crate::domain::hold::{HoldStatus, HoldStep};
use crate::domain::id::{ClientId, EntryId};
use crate::domain::list::List;
use crate::domain::role::Permission;
use crate::domain::scope::ScopedClient;
use crate::service::{Answer, Choice, Command, Query, RecordKey, StepHold};
use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::form::{Form, FormKind, hold};
use crate::tui::layer::{Dialog, Layer, PickFor, TakeBack, Then};
use crate::tui::message::{Refusal, Slot};
use crate::tui::model::{Model, NoticeKind, Waiting};
use crate::tui::screen::Tab;
use crate::tui::undo::Undo;
use crate::tui::widget::pick::PickList;

/// Opens the form of an entry; with several clients in view it asks for the client first.
pub fn open(model: &mut Model, action: Action) {
    let Some(seat) = &model.seat else { return };
    if seat.clients.is_empty() {
        return model.say(NoticeKind::Refused, "you have no clients yet; ask an ADMIN to assign you to one");
    }
    let selected = selected_client(model);
    let client = if model.tab == Tab::Shift { selected.clone().map(|client| client.to_string()) } else { None };
    let client = client.or_else(|| forms::client_in_view(model).map(|client| client.client_id.to_string()));
    if let Some(client) = client {
        return open_for(model, action, &client);
    }
    let in_view = |code: &str| seat_shows(model, code);
    let choices = super::lists::client_choices(model).into_iter().filter(|choice| in_view(&choice.code)).collect();
    let list = PickList::new("For which client?", choices);
    let list = match selected {
        Some(client) => list.at(client.as_str()),
        None => list,
    };
    model.layers.push(Layer::Pick(list, PickFor::FormClient(action)));
}

fn seat_shows(model: &Model, code: &str) -> bool {
    model.seat.as_ref().is_some_and(|seat| seat.clients.iter().any(|client| client.client_id.as_str() == code))
}

/// The client of what is selected.
fn selected_client(model: &Model) -> Option<ClientId> {
    match model.tab {
        Tab::Shift => model.board.line().map(|line| line.client_id.clone()),
        _ => model.list_screen()?.row()?.client_id.clone(),
    }
}

/// Opens the form of an entry for a client.
pub fn open_for(model: &mut Model, action: Action, client: &str) {
    let Some(seat) = &model.seat else { return };
    let Some(client) = seat.all.iter().find(|known| known.client_id.as_str() == client).cloned() else { return };
    let kind = match action {
        Action::LogCount => FormKind::Count,
        Action::StartStop => FormKind::StartStop,
        Action::LogStop => FormKind::PastStop,
        Action::OpenHold if seat.role.may(Permission::DecideHold) => FormKind::OpenHold(HoldStep::Place),
        Action::OpenHold => FormKind::OpenHold(HoldStep::Request),
        Action::AddRecord => return super::admin::add_for(model, client),
        Action::NewRow => return super::plant::new_for(model, client),
        _ => return,
    };
    let mut form = Form::new(kind, Some(client.clone()));
    let line = model.board.line().filter(|line| model.tab == Tab::Shift && line.client_id == client.client_id);
    form.line = line.map(|line| line.line_id.clone());
    forms::open(model, form);
}

/// The selected row of a list as an entry.
fn selected_entry(model: &Model, list: List) -> Option<(ClientId, EntryId, i64)> {
    let screen = model.list_screen().filter(|screen| screen.list == list)?;
    let row = screen.row()?;
    let id = uuid::Uuid::parse_str(&row.key).ok()?;
    Some((row.client_id.clone()?, EntryId(id), row.version))
}

/// Ends the running stop of the selected line or row, now.
pub fn end_stop(model: &mut Model) {
    let now = model.now;
    let running = if model.tab == Tab::Shift {
        let line = model.board.line();
        line.and_then(|line| Some((line.client_id.clone(), line.running_stop.as_ref()?.entry_id)))
    } else {
        let runs =
            model.list_screen().is_some_and(|screen| screen.is_missing("ended_at") && !screen.is_missing("started_at"));
        selected_entry(model, List::Downtime)
            .filter(|_| runs)
            .map(|(client, entry, _)| (client, entry))
            .or_else(|| only_running(model))
    };
    let waiting = super::kept::waiting_stop(model, |client, line| {
        model.tab != Tab::Shift
            || model.board.line().is_some_and(|selected| selected.client_id == *client && selected.line_id == *line)
    });
    match running {
        Some((client_id, entry_id)) => forms::run(model, Command::EndStop { client_id, entry_id, ended_at: now }),
        None if waiting.is_some() => waiting.into_iter().for_each(|command| forms::run(model, command)),
        None => model.say(NoticeKind::Refused, "no stop runs here; select the one to end"),
    }
}

/// The only stop that runs in view: then nothing has to be selected.
fn only_running(model: &Model) -> Option<(ClientId, EntryId)> {
    let mut running = model
        .board
        .lines()
        .iter()
        .filter_map(|line| Some((line.client_id.clone(), line.running_stop.as_ref()?.entry_id)));
    let first = running.next()?;
    running.next().is_none().then_some(first)
}

/// Asks for the reason of the selected stop.
pub fn classify_stop(model: &mut Model) {
    let Some((client, entry, _)) = selected_entry(model, List::Downtime) else {
        return model.say(NoticeKind::Refused, "select a stop first");
    };
    let client = client_of(model, &client);
    forms::open(model, Form::new(FormKind::ClassifyStop(entry), client));
}

/// Opens the form that corrects the selected entry.
pub fn correct(model: &mut Model) {
    let Some(list) = model.list() else { return };
    let Some((client_id, entry_id, _)) = selected_entry(model, list) else {
        return model.say(NoticeKind::Refused, "select an entry first");
    };
    let (kind, key) = match list {
        List::Production => {
            (FormKind::CorrectCount(entry_id), RecordKey::Count { client_id: client_id.clone(), entry_id })
        }
        List::Downtime => (FormKind::CorrectStop(entry_id), RecordKey::Stop { client_id: client_id.clone(), entry_id }),
        _ => return,
    };
    let form = Form::correcting(kind, client_of(model, &client_id), key);
    forms::open(model, form);
}

/// Asks where to split the selected stop.
pub fn split_stop(model: &mut Model) {
    let Some((client_id, entry_id, _)) = selected_entry(model, List::Downtime) else {
        return model.say(NoticeKind::Refused, "select a stop first");
    };
    let key = RecordKey::Stop { client_id: client_id.clone(), entry_id };
    let form = Form::correcting(FormKind::SplitStop(entry_id), client_of(model, &client_id), key);
    forms::open(model, form);
}

fn client_of(model: &Model, client_id: &ClientId) -> Option<ScopedClient> {
    model.seat.as_ref()?.all.iter().find(|known| &known.client_id == client_id).cloned()
}

/// Removes the selected entry, without a question: it can be taken back.
pub fn remove(model: &mut Model) {
    let Some(list) = model.list() else { return };
    let Some((client_id, entry_id, _)) = selected_entry(model, list) else {
        return model.say(NoticeKind::Refused, "select an entry first");
    };
    let command = match list {
        List::Production => Command::RemoveCount { client_id, entry_id },
        List::Downtime => Command::RemoveStop { client_id, entry_id },
        _ => return,
    };
    forms::run_and_tell_undo(model, command);
}

/// Takes a step with the selected hold, where its status and the role allow it.
pub fn step_hold(model: &mut Model, step: HoldStep) {
    let Some((client_id, hold_id, version)) = selected_entry(model, List::Holds) else {
        return model.say(NoticeKind::Refused, "select a hold first");
    };
    let (Some(screen), Some(seat)) = (model.list_screen(), &model.seat) else { return };
    let status = screen.text_of("status").and_then(|status| HoldStatus::parse(&status));
    if let Some(Err(reject)) = status.map(|status| step.take(status, seat.role)) {
        return model.say(NoticeKind::Refused, format!("{}; {}", reject.why, reject.try_this));
    }
    let what = format!(
        "{} of order {}",
        screen.text_of("quantity").unwrap_or_default(),
        screen.text_of("work_order_id").unwrap_or_default()
    );
    let command = Command::StepHold(StepHold {
        hold_id,
        client_id: client_id.clone(),
        step,
        version,
        disposition: None,
        quantity: None,
        notes: None,
    });
    if hold::takes_a_word(step) {
        let client = seat.all.iter().find(|known| known.client_id == client_id).cloned();
        return forms::open(model, Form::new(FormKind::StepHold(hold_id, version, step), client));
    }
    let is_danger = model.keymap.rows().iter().any(|row| row.action.hold_step() == Some(step) && row.danger);
    if !is_danger {
        return forms::run(model, command);
    }
    let dialog = Dialog::new(
        format!("{}?", hold::step_title(step)),
        vec![what, "This cannot be taken back.".to_owned()],
        "Cancel",
    )
    .button('s', "Scrap", Then::Run(Box::new(command)));
    model.layers.push(Layer::Dialog(dialog));
}

/// Asks what the person did today.
pub fn show_done(model: &mut Model) {
    model.ask(Slot::Done, Query::DoneToday);
}

/// Lists what was done, the newest first: what this session remembers and the record does not tell stands above.
pub fn take_done(model: &mut Model, answer: Result<Answer, Refusal>) {
    let done = match answer {
        Ok(Answer::DoneToday(done)) => done,
        Ok(_) => return,
        Err(refusal) => return model.say(NoticeKind::Refused, refusal.text),
    };
    let remembered = |command: &Command| model.undo.iter().position(|undo| undo.command == *command);
    let of_record = |undo: &Undo| done.iter().any(|done| done.undo.as_ref() == Some(&undo.command));
    let mut rows: Vec<(String, TakeBack)> = Vec::new();
    for (place, undo) in model.undo.iter().enumerate().rev().filter(|(_, undo)| !of_record(undo)) {
        rows.push((undo.done.clone(), TakeBack::Remembered(place)));
    }
    for done in &done {
        let way = match &done.undo {
            Some(command) => {
                remembered(command).map_or_else(|| TakeBack::By(Box::new(command.clone())), TakeBack::Remembered)
            }
            None => TakeBack::Never,
        };
        // A receipt of this session tells more than the record does.
        let what = match way {
            TakeBack::Remembered(place) => model.undo.get(place).map(|undo| undo.done.as_str()),
            TakeBack::By(_) | TakeBack::Never => None,
        };
        let what = model.language.translated(what.unwrap_or(&done.what));
        rows.push((format!("{} {what}", done.local.format("%H:%M")), way));
    }
    if rows.is_empty() {
        return model.say(NoticeKind::Info, "you have done nothing yet that can be taken back");
    }
    let back = model.language.say("take back").to_owned();
    let choice = |(number, (what, way)): (i64, &(String, TakeBack))| Choice {
        code: String::new(),
        number: Some(number),
        name: what.clone(),
        more: if *way == TakeBack::Never { String::new() } else { back.clone() },
    };
    let choices = (1..).zip(&rows).map(choice).collect();
    let ways = rows.into_iter().map(|(_, way)| way).collect();
    model.layers.push(Layer::Pick(PickList::new("Enter takes back", choices), PickFor::Undo(ways)));
}

/// Takes one thing back out of turn.
pub fn take_back(model: &mut Model, way: &TakeBack) {
    match way {
        TakeBack::Remembered(place) if *place < model.undo.len() => {
            let chosen = model.undo.remove(*place);
            model.undo.push(chosen);
            undo(model);
        }
        TakeBack::By(command) => forms::run(model, (**command).clone()),
        TakeBack::Remembered(_) | TakeBack::Never => {
            let text = model.language.say("this is not taken back from here; correct it where it is").to_owned();
            model.say(NoticeKind::Info, text);
        }
    }
}

/// Takes the last receipt back.
pub fn undo(model: &mut Model) {
    let Some(undo) = model.undo.last() else {
        return model.say(NoticeKind::Info, "there is nothing to take back");
    };
    let command = Box::new(undo.command.clone());
    let ticket = model.ticket();
    model.waiting = Some(Waiting::Undo(ticket));
    model.send(Effect::Run(ticket, command));
}
