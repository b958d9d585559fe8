//! The board above the line: one line at a time in figures that can be read from far away, and the alarms below it.
//!
//! Whoever starts it leaves the terminal to everybody: it only reads, it never locks, and every key that is not its own
//! asks who is there.

mod figure;

use super::board::{LineState, percent, running};
use super::gate;
use crate::domain::clock::Instant;
use crate::domain::measure::Units;
use crate::service::{HoldOnBoard, LineBoard};
use crate::tui::alarm::{self, Alarm};
use crate::tui::message::Seat;
use crate::tui::model::Model;
use crate::tui::widget::bar::bar;
use crate::tui::widget::{Pen, age, below, duration, fill, inset, row, width, wrap};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;

/// How long each line is shown, in milliseconds.
pub const TURN_MILLIS: i64 = 10_000;
/// Rows for alarms at least, with their heading.
const ALARMS: u16 = 6;
/// Rows above and below the figures: head, rule, state, and labels, bar, facts.
const AROUND: u16 = 8;

/// The board above the line.
#[derive(Debug, Clone)]
pub struct Andon {
    /// Whose clients it shows, which the terminal comes back to when somebody leaves who logged in from it.
    pub seat: Seat,
    /// Since when the line is shown.
    pub turned_at: Instant,
    /// Whether it stays with its line.
    pub is_paused: bool,
    /// Whether somebody who logged in from it sits here.
    pub is_away: bool,
}

impl Andon {
    /// A board of these clients.
    pub const fn new(seat: Seat, now: Instant) -> Self {
        Self { seat, turned_at: now, is_paused: false, is_away: false }
    }
}

/// Draws it, and over it the login that somebody asked for; gives where the cursor belongs.
pub fn draw(model: &Model, area: Rect, buffer: &mut Buffer) -> Option<(u16, u16)> {
    if model.gate_form.is_some() {
        return gate::draw(model, area, buffer);
    }
    let pen = model.pen();
    let Some(board) = model.board.data.value() else {
        let why = model.board.data.failure();
        let text = why.map_or_else(|| pen.say("reading...").to_owned(), ToOwned::to_owned);
        pen.text(&text, pen.theme.dim, row(inset(area, 2), 1), buffer);
        return None;
    };
    let alarms = alarm::of_board(board, pen.language, pen.now);
    let room = area.height.saturating_sub(AROUND);
    let listed = u16::try_from(alarms.len()).unwrap_or(u16::MAX).saturating_add(2).clamp(ALARMS, ALARMS.max(room / 3));
    let top = Rect { height: area.height.saturating_sub(listed), ..area };
    match model.board.line() {
        Some(line) => draw_line(model, &pen, line, top, buffer),
        None => pen.text(pen.say("No lines in view."), pen.theme.strong, row(inset(top, 2), 3), buffer),
    }
    draw_head(model, &pen, row(area, 0), buffer);
    pen.rule(row(area, 1), buffer);
    draw_alarms(model, &pen, &alarms, below(area, top.height), buffer);
    None
}

fn draw_head(model: &Model, pen: &Pen, place: Rect, buffer: &mut Buffer) {
    let line = model.board.line();
    let clock = line.and_then(|line| model.clock_of(Some(&line.client_id))).or_else(|| model.clock_of(None));
    let time = clock.map_or_else(String::new, |clock| clock.local(pen.now).format("%H:%M").to_string());
    let mut right = Vec::new();
    if model.gate.value().is_some_and(|gate| gate.is_demo) {
        right.push((" DEMO ".to_owned(), pen.theme.warn));
    }
    if model.andon.as_ref().is_some_and(|andon| andon.is_paused) {
        right.push((format!(" {} ", pen.say("paused")), pen.theme.warn));
    }
    if model.is_stale(&model.board.data) {
        let since = model.board.data.at().map_or_else(String::new, |at| age(at, pen.now));
        right.push((format!(" {} {} {since} ", pen.glyphs.warn, pen.say("old:")), pen.theme.warn));
    }
    let at = (model.board.selected() + 1, model.board.lines().len());
    right.push((format!(" {}/{} ", at.0.min(at.1), at.1), pen.theme.dim));
    right.push((format!(" {time} "), pen.theme.strong));
    let wide: u16 = right.iter().map(|(text, _)| width(text)).sum();
    let start = place.right().saturating_sub(wide).max(place.x);
    let left = line.map_or_else(String::new, |line| head_of(model, pen, line));
    pen.text(&left, pen.theme.strong, Rect { width: start - place.x, ..place }, buffer);
    let spans = right.into_iter().map(|(text, style)| Span::styled(text, style)).collect();
    pen.line(spans, Rect { x: start, width: place.right() - start, ..place }, buffer);
}

/// The client and the shift of a line.
fn head_of(model: &Model, pen: &Pen, line: &LineBoard) -> String {
    let known = model.seat.as_ref().and_then(|seat| seat.all.iter().find(|known| known.client_id == line.client_id));
    let name = known.map_or_else(|| line.client_id.to_string(), |known| known.name.clone());
    let shift = line.shift.as_ref().map_or_else(
        || pen.say("no shift now").to_owned(),
        |shift| {
            let time = |at: chrono::NaiveDateTime| at.format("%H:%M").to_string();
            format!("{} {}{}{}", shift.name, time(shift.local.0), pen.glyphs.to, time(shift.local.1))
        },
    );
    format!(" {name} {} {shift}", pen.glyphs.dot)
}

fn draw_line(model: &Model, pen: &Pen, line: &LineBoard, area: Rect, buffer: &mut Buffer) {
    let inner = inset(area, 1);
    let state = LineState::of(line);
    let (mark, style) = state.look(pen);
    let name = format!("{} {}  ", line.line_id, line.name);
    let stop = state.stop();
    let why = stop.map_or_else(String::new, |stop| {
        let reason = if stop.unclassified { pen.say("no reason given yet") } else { &stop.reason };
        format!("  {reason}")
    });
    let spans = vec![
        Span::styled(pen.cut(&name, inner.width / 2), pen.theme.strong),
        Span::styled(format!(" {mark} {} ", pen.say(state.word()).to_uppercase()), style),
        Span::styled(why, pen.theme.strong),
    ];
    pen.line(spans, row(inner, 2), buffer);
    let figures = figures(pen, line);
    let below_figures = 4;
    let place = Rect { y: inner.y + 4, height: inner.height.saturating_sub(4 + below_figures), ..inner };
    let used = figure::draw(pen, &figures, place, buffer);
    let foot = below(inner, 4 + used + 2);
    if line.shift.is_some()
        && let Some(target) = line.target.map(Units::get)
    {
        let drawn = bar(pen, foot.width, line.made.get(), target, line.target_so_far.map(Units::get));
        pen.text(&drawn, pen.theme.normal, row(foot, 0), buffer);
    }
    let facts = facts(pen, line, model.board.holds());
    for (index, text) in wrap(&facts, foot.width).iter().take(2).enumerate() {
        pen.text(text, pen.theme.normal, row(foot, 1 + u16::try_from(index).unwrap_or(0)), buffer);
    }
}

/// The figures of a line, the most important first: big text, what it is, and how it looks.
fn figures(pen: &Pen, line: &LineBoard) -> Vec<(String, String)> {
    let known = |units: Option<Units>| units.map_or_else(|| pen.glyphs.missing.to_owned(), |units| units.to_string());
    let made = if line.shift.is_some() { line.made.to_string() } else { pen.glyphs.missing.to_owned() };
    let mut figures = vec![(made, pen.language.tell("made of {target}", &[("target", &known(line.target))]))];
    if let Some(stop) = LineState::of(line).stop() {
        let word = LineState::of(line).word();
        figures.push((running(stop.started_at, pen.now), pen.say(word).to_owned()));
    } else {
        let pace = percent(line).map_or_else(|| pen.glyphs.missing.to_owned(), |percent| format!("{percent}%"));
        figures.push((pace, pen.say("pace").to_owned()));
    }
    figures.push((known(line.target_so_far), pen.say("due by now").to_owned()));
    figures.push((known(line.forecast), pen.say("forecast").to_owned()));
    figures
}

/// What the figures do not say: downtime, defects, goods on hold.
fn facts(pen: &Pen, line: &LineBoard, holds: &[HoldOnBoard]) -> String {
    let held: Units = holds.iter().filter(|hold| hold.client_id == line.client_id).map(|hold| hold.quantity).sum();
    let due = line.target_so_far.map_or_else(|| pen.glyphs.missing.to_owned(), |due| due.to_string());
    let parts = [
        pen.language.tell("{due} due by now", &[("due", &due)]),
        pen.language.tell("downtime {time}", &[("time", &duration(line.stopped.get()))]),
        pen.language.tell("defects {units}", &[("units", &line.defects)]),
        pen.language.tell("{units} units on hold", &[("units", &held)]),
    ];
    parts.join(&format!(" {} ", pen.glyphs.dot))
}

fn draw_alarms(model: &Model, pen: &Pen, alarms: &[Alarm], area: Rect, buffer: &mut Buffer) {
    let fresh = alarms.iter().filter(|alarm| model.alarms.is_new(alarm)).count();
    let all = alarms.len();
    let heading = if all == 0 {
        pen.say("No alarms").to_owned()
    } else {
        pen.language.tell("Alarms: {all}, {new} new", &[("all", &all), ("new", &fresh)])
    };
    pen.rule(row(area, 0), buffer);
    pen.text(
        &format!(" {heading} "),
        pen.theme.strong,
        Rect { x: area.x + 1, ..row(area, 0) }.intersection(area),
        buffer,
    );
    let list = inset(below(area, 1), 1);
    let room = usize::from(list.height);
    let shown = if all > room { room.saturating_sub(1) } else { all };
    for (index, alarm) in alarms.iter().take(shown).enumerate() {
        let place = row(list, u16::try_from(index).unwrap_or(u16::MAX));
        pen.line(alarm_spans(pen, alarm, model.alarms.is_new(alarm), place.width), place, buffer);
    }
    if shown < all {
        let more = pen.language.tell("and {n} more", &[("n", &(all - shown))]);
        pen.text(&more, pen.theme.dim, row(list, list.height.saturating_sub(1)), buffer);
    }
}

/// An alarm as a row: shape, letter, whether it is new, where, what.
pub fn alarm_spans(pen: &Pen, alarm: &Alarm, is_new: bool, room: u16) -> Vec<Span<'static>> {
    let (shape, style) = alarm.priority().look(pen);
    let fresh = pen.say("NEW");
    let mark = if is_new { fresh.to_owned() } else { " ".repeat(usize::from(width(fresh))) };
    let text = format!(" {}  {}", fill(&pen.cut(&alarm.name, 24), 14, false), alarm.text);
    let text_style: Style = if is_new { pen.theme.strong } else { pen.theme.normal };
    vec![
        Span::styled(format!("{shape} {}", alarm.priority().letter()), style),
        Span::raw(" "),
        Span::styled(mark, if is_new { pen.theme.focus } else { pen.theme.normal }),
        Span::styled(pen.cut(&text, room.saturating_sub(4 + width(fresh))), text_style),
    ]
}
