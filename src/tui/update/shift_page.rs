//! What somebody reads when a shift begins: what the one before left, who is here, what is to be made, the targets, and
//! what is missing.

use super::shift::{concerned, lacking};
use crate::service::{HandOver, HourOfLine, LeftNote, OrderToMake, ShiftReview};
use crate::tui::layer::{Page, PageLine};
use crate::tui::locale::Language;
use std::fmt::Display;

/// What the last shift of each client left.
pub fn notes(language: Language, notes: &[LeftNote]) -> Page {
    let mut lines = Vec::new();
    for note in notes {
        if !lines.is_empty() {
            lines.push(PageLine::Blank);
        }
        let heading = format!("{}: {}", note.client_id, whose(language, &note.hand_over));
        lines.push(PageLine::Heading(heading));
        lines.extend(note.hand_over.notes.iter().cloned().map(PageLine::Text));
    }
    Page { title: language.say("Hand-over").to_owned(), lines, top: 0, about: None }
}

/// What a shift begins with.
pub fn start(language: Language, review: &ShiftReview) -> Page {
    let mut lines = Vec::new();
    if let Some(before) = &review.before {
        lines.push(PageLine::Heading(whose(language, before)));
        lines.extend(before.notes.iter().cloned().map(PageLine::Text));
        if before.notes.is_empty() {
            lines.push(PageLine::Text(language.say("It left no note.").to_owned()));
        }
    }
    if let Some(before) = &review.before {
        lines.extend(remarks(language, &before.hours));
    }
    if let Some((by, why)) = &review.reopened {
        let values: [(&str, &dyn Display); 2] = [("by", by), ("why", why)];
        let text = language.tell("This shift was reopened by {by}: {why}", &values);
        lines.extend([PageLine::Blank, PageLine::Text(text)]);
    }
    let missing = review
        .missing
        .iter()
        .map(|missing| PageLine::Pair(concerned(language, missing), lacking(language, review, missing).0));
    section(&mut lines, language.tell("Missing in {shift}", &[("shift", &review.name)]), missing.collect());
    section(
        &mut lines,
        language.tell("Hours signed in {shift}", &[("shift", &review.name)]),
        hours(language, &review.hours),
    );
    section(&mut lines, language.say("Orders, the most urgent first").to_owned(), orders(language, review));
    section(&mut lines, language.say("People").to_owned(), people(language, review));
    section(&mut lines, language.say("Targets").to_owned(), targets(language, review));
    Page { title: language.say("Hand-over").to_owned(), lines, top: 0, about: None }
}

fn section(lines: &mut Vec<PageLine>, heading: String, mut rows: Vec<PageLine>) {
    if !rows.is_empty() {
        lines.extend((!lines.is_empty()).then_some(PageLine::Blank));
        lines.push(PageLine::Heading(heading));
        lines.append(&mut rows);
    }
}

fn whose(language: Language, before: &HandOver) -> String {
    let values: [(&str, &dyn Display); 3] = [
        ("shift", &before.name),
        ("date", &before.production_date),
        ("by", &before.closed_by.as_deref().unwrap_or_default()),
    ];
    let text =
        if before.closed_by.is_some() { "{shift} of {date}, closed by {by}" } else { "{shift} of {date}, not closed" };
    language.tell(text, &values)
}

/// What was said of the hours of the shift before; those that were only signed say nothing.
fn remarks(language: Language, all: &[HourOfLine]) -> Vec<PageLine> {
    let said: Vec<HourOfLine> = all.iter().filter(|hour| hour.signed.remark.is_some()).cloned().collect();
    hours(language, &said)
}

fn hours(language: Language, all: &[HourOfLine]) -> Vec<PageLine> {
    let said = |hour: &HourOfLine| {
        let name = format!("{} {}", hour.line_id, hour.local_start.format("%H:%M"));
        let by = language.tell("signed by {by}", &[("by", &hour.signed.by)]);
        let text = hour.signed.remark.as_ref().map_or(by.clone(), |remark| format!("{remark} ({by})"));
        PageLine::Pair(name, text)
    };
    all.iter().map(said).collect()
}

fn orders(language: Language, review: &ShiftReview) -> Vec<PageLine> {
    let said = |order: &OrderToMake| {
        let due = order
            .required_date
            .map_or_else(|| language.say("no date").to_owned(), |date| language.tell("due {date}", &[("date", &date)]));
        let made = language.tell("{made} of {all} made", &[("made", &order.made), ("all", &order.quantity)]);
        let urgency = language.say(order.priority.as_str());
        PageLine::Pair(order.work_order_id.to_string(), format!("{urgency}, {due}: {}, {made}", order.product_id))
    };
    review.start.orders.iter().map(said).collect()
}

fn people(language: Language, review: &ShiftReview) -> Vec<PageLine> {
    let start = &review.start;
    if start.here == 0 && start.away.is_empty() {
        return vec![PageLine::Text(language.say("Attendance is not taken yet.").to_owned())];
    }
    let mut lines = vec![PageLine::Text(
        language.tell("{here} here, {away} away", &[("here", &start.here), ("away", &start.away.len())]),
    )];
    lines.extend(start.away.iter().map(|(name, why)| {
        let why = why.clone().unwrap_or_else(|| language.say("not known yet").to_owned());
        PageLine::Pair(name.clone(), why)
    }));
    lines
}

fn targets(language: Language, review: &ShiftReview) -> Vec<PageLine> {
    let lines = review.start.lines.iter();
    let units = lines
        .map(|(line, units)| PageLine::Pair(line.to_string(), language.tell("{units} units", &[("units", units)])));
    let kpis = review.start.targets.iter();
    let kpis = kpis.map(|(kpi, target)| PageLine::Pair(language.say(kpi.name()).to_owned(), target.clone()));
    units.chain(kpis).collect()
}
