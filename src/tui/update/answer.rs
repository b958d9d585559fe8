//! What answers do. One that is no longer wanted does nothing.

use super::{andon, entries, forms, gate, isolation, kept, kpi, lock, look, moved, page_again, plant, shift, worklist};
use crate::domain::list::List;
use crate::service::{Answer, Receipt};
use crate::tui::effect::Effect;
use crate::tui::form::FormKind;
use crate::tui::kept::Keep;
use crate::tui::layer::{Layer, Page, PageLine};
use crate::tui::message::{Outcome, Refusal, Refused, Seat, Slot, Ticket};
use crate::tui::model::{Model, NoticeKind, Waiting};
use crate::tui::undo::Undo;
use crate::tui::worklist::Worklist;

/// What is said where two people changed one entry.
const BOTH_CHANGED: &str = "changed by two people: marked fields show theirs; F2 saves yours, F5 takes theirs";

/// Takes an answer.
#[allow(clippy::too_many_lines, reason = "a table: every answer stands once, with what follows from it")]
pub fn take(model: &mut Model, ticket: Ticket, outcome: Outcome) {
    if follows(model, ticket, &outcome) {
        return;
    }
    match outcome {
        Outcome::Broken(why) => {
            model.broken = Some(why);
            model.leaving = true;
        }
        Outcome::Gate(gate) => gate::take_gate(model, ticket, gate),
        Outcome::Entered(entry) => {
            if done_waiting(model, ticket).is_some() {
                gate::take_entry(model, entry);
            }
        }
        Outcome::Unlocked(unlocked) => {
            if done_waiting(model, ticket).is_some() {
                lock::take_unlocked(model, unlocked);
            }
        }
        Outcome::Unproved(command) => {
            if let Some(waiting) = done_waiting(model, ticket) {
                lock::ask_for_proof(model, waiting, command);
            }
        }
        Outcome::ProofRefused(refusal) => {
            if done_waiting(model, ticket).is_some() {
                lock::take_refused_proof(model, refusal);
            }
        }
        Outcome::Round(seat) => {
            if done_waiting(model, ticket).is_some() {
                moved::take_round(model, seat);
            }
        }
        Outcome::Board(seat) => {
            if done_waiting(model, ticket).is_some() {
                andon::take_board(model, seat);
            }
        }
        Outcome::Narrowed(seat) => {
            if done_waiting(model, ticket).is_some() {
                take_narrowed(model, seat);
            }
        }
        Outcome::Answered(slot, answer) => {
            if model.asked.remove(&ticket) == Some(slot) {
                if answer.is_ok() {
                    kept::server_answered(model);
                }
                take_answer(model, ticket, slot, answer);
            }
        }
        Outcome::Tagged(Ok(file)) => {
            let text = model.language.tell("the tag is in {file}, and beside it as text", &[("file", &file)]);
            model.say(NoticeKind::Saved, text);
        }
        Outcome::Exported(Ok((rows, file))) => model.say(NoticeKind::Saved, format!("{rows} rows are in {file}")),
        Outcome::Copied(Ok(file)) => {
            let text = model.language.tell("copied into {file}", &[("file", &file)]);
            model.say(NoticeKind::Saved, text);
        }
        Outcome::Tagged(Err(refusal)) | Outcome::Exported(Err(refusal)) | Outcome::Copied(Err(refusal)) => {
            model.say(NoticeKind::Refused, refusal.text);
        }
        Outcome::FormHelp(help) => {
            let form = model.layers.iter_mut().find_map(|layer| match layer {
                Layer::Form(form) if form.help_ticket == Some(ticket) => Some(form),
                _ => None,
            });
            let Some(form) = form else { return };
            match help {
                Ok(filled) => {
                    let differ = form.take_filled(filled);
                    let opens = form.opens_choices;
                    if differ {
                        model.say(NoticeKind::Refused, BOTH_CHANGED);
                    }
                    if opens {
                        forms::show_choices(model);
                    }
                }
                Err(refusal) => {
                    form.help_ticket = None;
                    model.say(NoticeKind::Refused, refusal.text);
                }
            }
        }
        Outcome::Kept(found) => kept::take_at_login(model, found),
        Outcome::NotKept(why) => {
            if !std::mem::replace(&mut model.kept.was_told, true) {
                model.say(NoticeKind::Refused, format!("what you type is not kept on this machine: {why}"));
            }
        }
        Outcome::Sent(sent) => kept::take_sent(model, sent),
        Outcome::Outbox(outbox) => kept::take_outbox(model, outbox),
        Outcome::Record(record) => forms::take_copied(model, ticket, record),
        Outcome::Checked(checked) if worklist::take_checked(model, ticket, &checked) => {}
        Outcome::Checked(checked) => {
            if let Some(Layer::Form(form)) = model.layers.last_mut()
                && form.check_ticket.take_if(|waited| *waited == ticket).is_some()
                && let Err(refusal) = checked
            {
                form.mark(&refusal.rejects);
            }
        }
        Outcome::Done(done) => {
            if let Some(waiting) = done_waiting(model, ticket) {
                lock::take_proof(model);
                take_receipt(model, waiting, done);
            }
        }
    }
}

/// What follows from a refusal whatever it was an answer to: nobody sits here any more, or not with these clients.
fn follows(model: &mut Model, ticket: Ticket, outcome: &Outcome) -> bool {
    let Some(refusal) = outcome.refusal().filter(|_| model.seat.is_some() && is_wanted(model, ticket)) else {
        return false;
    };
    match refusal.sort {
        Refused::Over => gate::put_out(model, &refusal.text),
        Refused::Moved => moved::look_round(model),
        Refused::Only | Refused::PinIsOff | Refused::Conflict | Refused::ServerGone => return false,
    }
    true
}

/// Whether an answer is one that this person waits for; those of the person before are not.
fn is_wanted(model: &Model, ticket: Ticket) -> bool {
    let fills = |layer: &Layer| matches!(layer, Layer::Form(form) if form.help_ticket == Some(ticket) || form.check_ticket == Some(ticket));
    let tries = |work: &Worklist| work.tried.as_ref().is_some_and(|tried| tried.ticket == ticket);
    model.asked.contains_key(&ticket)
        || model.worklist.as_ref().is_some_and(tries)
        || model.waiting.is_some_and(|waiting| waiting.ticket() == ticket)
        || model.layers.iter().any(fills)
}

fn done_waiting(model: &mut Model, ticket: Ticket) -> Option<Waiting> {
    model.waiting.take_if(|waiting| waiting.ticket() == ticket)
}

fn take_answer(model: &mut Model, ticket: Ticket, slot: Slot, answer: Result<Answer, Refusal>) {
    let now = model.now;
    let why = |refusal: Refusal| refusal.text;
    match (slot, answer) {
        (Slot::Board, Ok(Answer::Board(board))) => {
            if model.board.data.answer(ticket, Ok(board), now) {
                andon::take_alarms(model);
            }
        }
        (Slot::Board, Err(refusal)) => {
            model.board.data.answer(ticket, Err(why(refusal)), now);
        }
        (Slot::Setup, Ok(Answer::Setup(setup))) => {
            model.setup.answer(ticket, Ok(setup), now);
        }
        (Slot::Setup, Err(refusal)) => {
            model.setup.answer(ticket, Err(why(refusal)), now);
        }
        (Slot::Review, answer) => shift::take_review(model, answer),
        (Slot::Done, answer) => entries::take_done(model, answer),
        (Slot::HandOver, answer) => shift::take_hand_over(model, answer),
        (Slot::Kpis, answer) => kpi::take_panel(model, ticket, answer.map_err(why)),
        (Slot::WaitingDays, answer) => kpi::take_waiting(model, answer.ok()),
        (Slot::KpiCauses, answer) => kpi::take_causes(model, ticket, answer.map_err(why)),
        (Slot::IsolationAudit, answer) => isolation::take(model, ticket, answer),
        (Slot::KpiDetail, answer) => kpi::take_detail(model, ticket, answer.map_err(why)),
        (Slot::List(list), answer) => {
            let rows = model.list_rows();
            let screen = model.lists.get_or_new(list);
            let page = match answer {
                Ok(Answer::Page(page)) => Ok(page),
                Ok(_) => Err("the answer is not a list".to_owned()),
                Err(refusal) => Err(refusal.text),
            };
            if screen.take_page(ticket, page, now, rows) {
                page_again::take_rows(model, list);
                let screen = model.lists.get_or_new(list);
                if std::mem::take(&mut screen.to_last) {
                    screen.selected = u64::MAX;
                }
                screen.keep_visible(rows);
                look::load_more(model);
                if list == List::Downtime {
                    worklist::next(model);
                }
            }
        }
        (Slot::PageAgain, answer) => page_again::take(model, answer.ok()),
        (Slot::Crew | Slot::Week | Slot::Settings | Slot::HoldHistory | Slot::HoldQueue, answer) => {
            plant::take_answer(model, slot, answer);
        }
        (Slot::Board | Slot::Setup | Slot::FormHelp, _) => {}
    }
}

fn take_narrowed(model: &mut Model, seat: Result<Seat, Refusal>) {
    match seat {
        Ok(seat) => {
            model.seat = Some(seat);
            look::forget(model);
            look::reload(model);
        }
        Err(refusal) => model.say(NoticeKind::Refused, refusal.text),
    }
}

fn take_receipt(model: &mut Model, waiting: Waiting, done: Result<Box<(Receipt, Option<Seat>)>, Refusal>) {
    match done {
        Ok(done) => {
            let (receipt, seat) = *done;
            if let Some(seat) = seat {
                model.seat = Some(seat);
            }
            if matches!(waiting, Waiting::Form(_)) {
                kept::close_saved(model);
            }
            if matches!(waiting, Waiting::Undo(_)) {
                taken_back(model, &receipt);
            }
            let kind = if receipt.waits { NoticeKind::Info } else { NoticeKind::Saved };
            if receipt.waits || !model.kept.outbox.entries.is_empty() {
                let ticket = model.ticket();
                model.kept.tried_at = Some(model.now);
                model.send(Effect::Keep(Keep::Look(ticket)));
            }
            let entry = receipt.entry();
            let tells = std::mem::take(&mut model.tells_undo) && receipt.undo.is_some();
            let back = if tells { model.language.say("; u takes it back") } else { "" };
            let said = format!("{}{back}", receipt.done);
            model.say(kind, said);
            if let Some(offer) = receipt.offer {
                plant::offer_hold(model, offer, &receipt.done);
            }
            match receipt.undo {
                Some(command) if !matches!(waiting, Waiting::Undo(_)) => {
                    model.remember(Undo { done: receipt.done, command, left: receipt.left });
                }
                _ => {}
            }
            if let Some(code) = receipt.one_time_code {
                show_code(model, code.reveal());
            }
            look::after_change(model, entry);
        }
        Err(refusal) => refuse(model, waiting, refusal),
    }
}

/// Remembers how to take back what was confirmed after it had waited; while it waited it was remembered already.
pub(super) fn remember(model: &mut Model, receipt: &Receipt) {
    let Some(command) = &receipt.undo else { return };
    match model.undo.iter_mut().find(|undo| undo.command == *command) {
        Some(known) => (known.done, known.left) = (receipt.done.clone(), receipt.left),
        None => model.remember(Undo { done: receipt.done.clone(), command: command.clone(), left: receipt.left }),
    }
}

/// Forgets what was taken back; what was done to the same entry before it follows on what is there now.
fn taken_back(model: &mut Model, receipt: &Receipt) {
    let Some(undone) = model.undo.pop() else { return };
    if let (Some((entry, was)), Some((_, now))) = (undone.left, receipt.left) {
        model.undo.iter_mut().for_each(|older| older.command.follow(entry, was - 1, now));
    }
}

fn refuse(model: &mut Model, waiting: Waiting, refusal: Refusal) {
    let corrects = model.form().is_some_and(|form| form.edited.is_some());
    if refusal.sort == Refused::Conflict && corrects && matches!(waiting, Waiting::Form(_)) {
        model.say(NoticeKind::Refused, refusal.text);
        return forms::read_anew(model);
    }
    let marked = match (waiting, model.form_mut()) {
        (Waiting::Form(_), Some(form)) => {
            if matches!(form.kind, FormKind::Own(_)) {
                lock::clear_secrets(form);
            }
            form.reject(&refusal.rejects)
        }

        _ => false,
    };
    if !marked {
        model.say(NoticeKind::Refused, refusal.text);
    }
    if !matches!(waiting, Waiting::Form(_)) && refusal.sort != Refused::ServerGone {
        look::after_change(model, None);
    }
}

/// A one-time code is on the screen once; nothing keeps it.
fn show_code(model: &mut Model, code: &str) {
    let lines = vec![
        PageLine::Text("Hand this one-time code over now. It is shown once and is good for an hour.".to_owned()),
        PageLine::Blank,
        PageLine::Heading(format!("    {code}")),
        PageLine::Blank,
        PageLine::Text("With it the person logs in and sets a password of their own.".to_owned()),
    ];
    model.layers.push(Layer::Page(Page { title: "One-time code".to_owned(), lines, top: 0, about: None }));
}
