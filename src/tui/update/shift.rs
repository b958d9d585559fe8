//! Handing a shift over: what it lacks with the way there, closing and reopening it, and what the one before left.

use super::{forms, look, worklist};
use crate::domain::role::Permission;
use crate::service::{Answer, Choice, Command, Missing, Query, ShiftReview};
use crate::tui::form::{Form, FormKind};
use crate::tui::layer::{Layer, Page, PageLine, PickFor};
use crate::tui::message::{Refusal, Slot};
use crate::tui::model::{Model, NoticeKind};
use crate::tui::screen::Tab;
use crate::tui::widget::pick::PickList;

/// One row of the review.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Read,
    Mend(Missing),
    Close,
    Reopen,
}

/// Asks for the review of the shift of the selected line's client.
pub fn review(model: &mut Model) {
    let selected = model.board.line().map(|line| line.client_id.clone());
    let only = forms::client_in_view(model).map(|client| client.client_id);
    let Some(client_id) = selected.filter(|_| model.tab == Tab::Shift).or(only) else {
        return model.say(NoticeKind::Refused, "choose a client first (c)");
    };
    model.ask(Slot::Review, Query::ShiftReview { client_id });
}

/// Asks what the shift before left, for somebody who just came in.
pub fn look_for_hand_over(model: &mut Model) {
    if let Some(client) = forms::client_in_view(model) {
        model.ask(Slot::HandOver, Query::ShiftReview { client_id: client.client_id });
    }
}

/// Shows the review that was asked for.
pub fn take_review(model: &mut Model, answer: Result<Answer, Refusal>) {
    match answer {
        Ok(Answer::ShiftReview(review)) => {
            let (title, choices) = (title(model, &review), choices(model, &review));
            if choices.is_empty() {
                // Nothing is left to do for this person, so there is nothing to choose.
                return model.say(NoticeKind::Info, title);
            }
            let list = PickList::new(title, choices);
            model.layers.push(Layer::Pick(list, PickFor::Review(review)));
        }
        Ok(_) => {}
        Err(refusal) => model.say(NoticeKind::Refused, refusal.text),
    }
}

/// Shows what the shift before left, before anything else; nothing where it left nothing.
pub fn take_hand_over(model: &mut Model, answer: Result<Answer, Refusal>) {
    let Ok(Answer::ShiftReview(review)) = answer else { return };
    let own = model.seat.as_ref().map(|seat| seat.login.clone());
    let of_others = review.before.as_ref().is_some_and(|before| before.closed_by != own && !before.notes.is_empty());
    if of_others && model.layers.is_empty() {
        read(model, &review);
    }
}

/// Does what the row of this number says.
pub fn choose(model: &mut Model, review: &ShiftReview, number: i64) {
    let step = usize::try_from(number - 1).ok().and_then(|index| steps(model, review).into_iter().nth(index));
    let client = model.seat.as_ref().and_then(|seat| seat.all.iter().find(|known| known.client_id == review.client_id));
    let (client, shift) = (client.cloned(), (review.production_date, review.shift_id.clone()));
    match step {
        Some(Step::Read) => read(model, review),
        Some(Step::Close) => forms::open(model, Form::new(FormKind::CloseShift(shift.0, shift.1), client)),
        Some(Step::Reopen) => forms::open(model, Form::new(FormKind::ReopenShift(shift.0, shift.1), client)),
        Some(Step::Mend(Missing::NoCount { line_id })) => {
            let mut form = Form::new(FormKind::Count, client);
            form.line = Some(line_id);
            forms::open(model, form);
            if let (Some(form), true) = (model.form_mut(), review.is_over) {
                // What is counted afterwards belongs to the shift that is handed over.
                for (name, text) in [("shift_id", shift.1.to_string()), ("production_date", shift.0.to_string())] {
                    form.fill(name, text);
                    form.keep(name);
                }
            }
        }
        Some(Step::Mend(Missing::Running { entry_id, .. })) => {
            let ended_at = model.now;
            forms::run(model, Command::EndStop { client_id: review.client_id.clone(), entry_id, ended_at });
        }
        Some(Step::Mend(Missing::WithoutReason(_))) => {
            look::show_tab(model, Tab::Downtime);
            worklist::begin(model);
        }
        Some(Step::Mend(Missing::Undecided(_))) => look::show_tab(model, Tab::Holds),
        Some(Step::Mend(Missing::Attendance(_))) => look::show_tab(model, Tab::People),
        Some(Step::Mend(Missing::Estimated(_))) => look::show_tab(model, Tab::Production),
        None => {}
    }
}

fn steps(model: &Model, review: &ShiftReview) -> Vec<Step> {
    let may_run = model.seat.as_ref().is_some_and(|seat| seat.role.may(Permission::RunShift));
    let mut steps = Vec::new();
    if review.before.is_some() {
        steps.push(Step::Read);
    }
    steps.extend(review.missing.iter().cloned().map(Step::Mend));
    if may_run && review.closed_by.is_some() {
        steps.push(Step::Reopen);
    } else if may_run && review.has_entries {
        steps.push(Step::Close);
    }
    steps
}

fn title(model: &Model, review: &ShiftReview) -> String {
    let pen = model.pen();
    let (from, to) = (review.local.0.format("%H:%M"), review.local.1.format("%H:%M"));
    let state = match (&review.closed_by, review.missing.len()) {
        (Some(by), _) => format!("closed by {by}"),
        (None, 0) => "nothing is missing".to_owned(),
        (None, missing) => format!("{missing} missing"),
    };
    pen.plain(&format!("Hand-over {} {from}{}{to} · {state}", review.name, pen.glyphs.to))
}

fn choices(model: &Model, review: &ShiftReview) -> Vec<Choice> {
    let numbered = (0..).zip(steps(model, review));
    let choice = |(index, step): (i64, Step)| {
        let (name, more) = said(review, &step);
        Choice { code: subject(&step), number: Some(index + 1), name, more: more.to_owned() }
    };
    numbered.map(choice).collect()
}

/// What a row is about, in a word.
fn subject(step: &Step) -> String {
    match step {
        Step::Mend(Missing::Running { line_id, .. } | Missing::NoCount { line_id }) => line_id.to_string(),
        Step::Mend(Missing::WithoutReason(_)) => "stops".to_owned(),
        Step::Mend(Missing::Undecided(_)) => "holds".to_owned(),
        Step::Mend(Missing::Attendance(_)) => "people".to_owned(),
        Step::Mend(Missing::Estimated(_)) => "counts".to_owned(),
        Step::Read | Step::Close | Step::Reopen => "shift".to_owned(),
    }
}

/// What a row says, and what Enter does there.
fn said(review: &ShiftReview, step: &Step) -> (String, &'static str) {
    match step {
        Step::Read => (left(review), "read"),
        Step::Close => ("Close the shift, with a note".to_owned(), "close"),
        Step::Reopen => ("Open the shift again".to_owned(), "reopen"),
        Step::Mend(missing) => match missing {
            Missing::Running { since, .. } => (format!("stands since {}", since.format("%H:%M")), "end the stop now"),
            Missing::NoCount { .. } => ("no count".to_owned(), "log it"),
            Missing::WithoutReason(1) => ("1 stop has no reason".to_owned(), "give it"),
            Missing::WithoutReason(stops) => (format!("{stops} stops have no reason"), "give them"),
            Missing::Undecided(holds) => (format!("holds to decide: {holds}"), "4 Holds"),
            Missing::Attendance(people) => (format!("people without attendance: {people}"), "6 People"),
            Missing::Estimated(counts) => (format!("estimated counts: {counts}"), "2 Production"),
        },
    }
}

/// What the shift before left, in a line.
fn left(review: &ShiftReview) -> String {
    let Some(before) = &review.before else { return String::new() };
    match (before.notes.first(), &before.closed_by) {
        (Some(note), _) => format!("{} left: {note}", before.name),
        (None, Some(by)) => format!("{} left no note ({by})", before.name),
        (None, None) => format!("{} is not closed", before.name),
    }
}

/// Shows what the shift before left in full.
fn read(model: &mut Model, review: &ShiftReview) {
    let Some(before) = &review.before else { return };
    let by = before.closed_by.as_ref().map_or_else(|| "not closed".to_owned(), |by| format!("closed by {by}"));
    let mut lines = vec![PageLine::Heading(format!("{} of {}, {by}", before.name, before.production_date))];
    lines.extend(before.notes.iter().cloned().map(PageLine::Text));
    if before.notes.is_empty() {
        lines.push(PageLine::Text("It left no note.".to_owned()));
    }
    if let Some((by, why)) = &review.reopened {
        lines.extend([PageLine::Blank, PageLine::Text(format!("This shift was reopened by {by}: {why}"))]);
    }
    if !review.missing.is_empty() {
        lines.extend([PageLine::Blank, PageLine::Heading(format!("Missing in {}", review.name))]);
        lines.extend(review.missing.iter().map(|missing| {
            let step = Step::Mend(missing.clone());
            PageLine::Pair(subject(&step), said(review, &step).0)
        }));
    }
    model.layers.push(Layer::Page(Page { title: "Hand-over".to_owned(), lines, top: 0 }));
}
