//! Handing a shift over: what it lacks with the way there, closing and reopening it, and what the one before left.

use super::{forms, look, shift_page, worklist};
use crate::domain::clock::ProductionDate;
use crate::domain::id::ShiftId;
use crate::domain::role::Permission;
use crate::service::{Answer, Choice, Command, Missing, OtherShift, Query, ShiftReview};
use crate::tui::form::hour::{self, HoursToSign};
use crate::tui::form::plant::PlantForm;
use crate::tui::form::{Form, FormKind};
use crate::tui::layer::{Layer, PickFor};
use crate::tui::locale::Language;
use crate::tui::message::{Refusal, Slot};
use crate::tui::model::{Model, NoticeKind};
use crate::tui::screen::Tab;
use crate::tui::widget::pick::PickList;
use std::fmt::Display;

/// One row of the review.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Step {
    Review(OtherShift),
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
    model.ask(Slot::Review, Query::ShiftReview { client_id, shift: None });
}

/// Opens the form that signs an hour of the selected line.
pub fn sign_hour(model: &mut Model) {
    let Some(line) = model.board.line() else {
        return model.say(NoticeKind::Refused, "there is no line to sign an hour of");
    };
    let client = model.seat.as_ref().and_then(|seat| seat.all.iter().find(|known| known.client_id == line.client_id));
    let (client, closed) = (client.cloned(), line.shift.as_ref().is_some_and(|shift| shift.closed));
    let Some(hours) = HoursToSign::of(line, model.now, model.language).filter(|_| !closed) else {
        let text = if closed { "the shift is closed; open it again first (h)" } else { "no shift is on at this line" };
        return model.say(NoticeKind::Refused, text);
    };
    let mut form = Form::new(FormKind::Plant(PlantForm::SignHour(Box::new(hours.clone()))), client);
    hour::begin(&mut form, &hours);
    forms::open(model, form);
}

/// Asks what the shift before left, for somebody who just came in.
pub fn look_for_hand_over(model: &mut Model) {
    let query = match forms::client_in_view(model) {
        Some(client) => Query::ShiftReview { client_id: client.client_id, shift: None },
        None => Query::LeftNotes,
    };
    model.ask(Slot::HandOver, query);
}

/// Shows the review that was asked for.
pub fn take_review(model: &mut Model, answer: Result<Answer, Refusal>) {
    match answer {
        Ok(Answer::ShiftReview(review)) => {
            let (title, choices) = (title(model, &review), choices(model, &review));
            if steps(model, &review) == [Step::Read] {
                // Nothing is left to do for this person, so there is nothing to choose.
                model.say(NoticeKind::Info, title);
                return read(model, &review);
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
    if !model.layers.is_empty() {
        return;
    }
    match answer {
        Ok(Answer::ShiftReview(review)) => {
            let own = model.seat.as_ref().map(|seat| seat.login.clone());
            let of_others = |before: &crate::service::HandOver| before.closed_by != own && !before.notes.is_empty();
            if review.before.as_ref().is_some_and(of_others) {
                read(model, &review);
            }
        }
        Ok(Answer::LeftNotes(notes)) if !notes.is_empty() => {
            let page = shift_page::notes(model.language, &notes);
            model.layers.push(Layer::Page(page));
        }
        _ => {}
    }
}

/// Does what the row of this number says.
pub fn choose(model: &mut Model, review: &ShiftReview, number: i64) {
    let step = usize::try_from(number - 1).ok().and_then(|index| steps(model, review).into_iter().nth(index));
    let client = model.seat.as_ref().and_then(|seat| seat.all.iter().find(|known| known.client_id == review.client_id));
    let (client, shift) = (client.cloned(), (review.production_date, review.shift_id.clone()));
    match step {
        Some(Step::Read) => read(model, review),
        Some(Step::Review(other)) => review_of(model, review, (other.production_date, other.shift_id)),
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

fn review_of(model: &mut Model, review: &ShiftReview, shift: (ProductionDate, ShiftId)) {
    model.ask(Slot::Review, Query::ShiftReview { client_id: review.client_id.clone(), shift: Some(shift) });
}

fn steps(model: &Model, review: &ShiftReview) -> Vec<Step> {
    let may_run = model.seat.as_ref().is_some_and(|seat| seat.role.may(Permission::RunShift));
    // The one that is over and open is what somebody who hands over means.
    let mut steps: Vec<Step> = review.others.iter().cloned().map(Step::Review).collect();
    steps.extend(review.before.is_some().then_some(Step::Read));
    steps.extend(review.missing.iter().cloned().map(Step::Mend));
    if may_run && review.closed_by.is_some() {
        steps.push(Step::Reopen);
    } else if may_run && review.has_entries {
        steps.push(Step::Close);
    }
    steps.extend(review.before.is_none().then_some(Step::Read));
    steps
}

fn title(model: &Model, review: &ShiftReview) -> String {
    let pen = model.pen();
    let (from, to) = (review.local.0.format("%H:%M"), review.local.1.format("%H:%M"));
    let state = match (&review.closed_by, review.missing.len()) {
        (Some(by), _) => pen.tell("closed by {by}", &[("by", by)]),
        (None, 0) => pen.say("nothing is missing").to_owned(),
        (None, missing) => pen.tell("{n} missing", &[("n", &missing)]),
    };
    let name = pen.say("Hand-over");
    pen.plain(&format!("{name} {} {from}{}{to} · {state}", review.name, pen.glyphs.to))
}

fn choices(model: &Model, review: &ShiftReview) -> Vec<Choice> {
    let numbered = (0..).zip(steps(model, review));
    let choice = |(index, step): (i64, Step)| {
        let (said, more) = said(model.language, review, &step);
        let name = subject(model.language, &step).map_or_else(|| said.clone(), |subject| format!("{subject}: {said}"));
        Choice { code: String::new(), number: Some(index + 1), name, more: model.language.say(more).to_owned() }
    };
    numbered.map(choice).collect()
}

/// What a row is about, in a word, where that is not the shift.
fn subject(language: Language, step: &Step) -> Option<String> {
    match step {
        Step::Mend(missing) => Some(concerned(language, missing)),
        Step::Review(_) | Step::Read | Step::Close | Step::Reopen => None,
    }
}

/// What something that is missing is about, in a word.
pub(super) fn concerned(language: Language, missing: &Missing) -> String {
    match missing {
        Missing::Running { line_id, .. } | Missing::NoCount { line_id } => line_id.to_string(),
        Missing::WithoutReason(_) => language.say("stops").to_owned(),
        Missing::Undecided(_) => language.say("holds").to_owned(),
        Missing::Attendance(_) => language.say("people").to_owned(),
        Missing::Estimated(_) => language.say("counts").to_owned(),
    }
}

/// What a row says, and what Enter does there.
fn said(language: Language, review: &ShiftReview, step: &Step) -> (String, &'static str) {
    match step {
        Step::Review(other) => {
            let state = if other.is_on { "{shift} is on" } else { "{shift} of {date} is over and open" };
            let values: [(&str, &dyn Display); 2] = [("shift", &other.name), ("date", &other.production_date)];
            (language.tell(state, &values), "review it")
        }
        Step::Read => (left(language, review), "read"),
        Step::Close => (language.say("Close the shift, with a note").to_owned(), "close"),
        Step::Reopen => (language.say("Open the shift again").to_owned(), "reopen"),
        Step::Mend(missing) => lacking(language, review, missing),
    }
}

/// What is missing, and what Enter does about it.
pub(super) fn lacking(language: Language, review: &ShiftReview, missing: &Missing) -> (String, &'static str) {
    let counted = |text: &str, n: i64| language.tell(text, &[("n", &n)]);
    match missing {
        Missing::Running { since, .. } => {
            let is_of_its_days = since.date() == review.local.0.date() || since.date() == review.local.1.date();
            let since = since.format(if is_of_its_days { "%H:%M" } else { "%Y-%m-%d %H:%M" });
            (language.tell("stands since {since}", &[("since", &since)]), "end the stop now")
        }
        Missing::NoCount { .. } => (language.say("no count").to_owned(), "log it"),
        Missing::WithoutReason(1) => (language.say("1 stop has no reason").to_owned(), "give it"),
        Missing::WithoutReason(stops) => (counted("{n} stops have no reason", *stops), "give them"),
        Missing::Undecided(holds) => (counted("holds to decide: {n}", *holds), "4 Holds"),
        Missing::Attendance(people) => (counted("people without attendance: {n}", *people), "6 People"),
        Missing::Estimated(counts) => (counted("estimated counts: {n}", *counts), "2 Production"),
    }
}

/// What the shift before left, in a line.
fn left(language: Language, review: &ShiftReview) -> String {
    let Some(before) = &review.before else { return language.say("What it begins with").to_owned() };
    let tell = |text: &str, what: &dyn Display| language.tell(text, &[("shift", &before.name), ("what", what)]);
    match (before.notes.first(), &before.closed_by) {
        (Some(note), _) => tell("{shift} left: {what}", note),
        (None, Some(by)) => tell("{shift} left no note ({what})", by),
        (None, None) => tell("{shift} is not closed", &""),
    }
}

/// Shows what the shift begins with, what the one before left first.
fn read(model: &mut Model, review: &ShiftReview) {
    let page = shift_page::start(model.language, review);
    model.layers.push(Layer::Page(page));
}
