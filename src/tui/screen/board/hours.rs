//! The selected line in full: how it stands, hour by hour with the stop that explains each gap, and its client's holds.

use super::{LineState, is_undecided, reason};
use crate::domain::clock::Instant;
use crate::domain::measure::Units;
use crate::service::{HoldOnBoard, HourOnBoard, LineBoard, SignedHour};
use crate::tui::layer::PageLine;
use crate::tui::model::Model;
use crate::tui::widget::{Pen, below, duration, fill, inset, long_duration, row, short_duration, width, wrap};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;
use std::fmt::Display;

/// Behind a figure that is in part estimated.
const ESTIMATED: &str = "E";
/// Milliseconds of an hour.
const HOUR: i64 = 3_600_000;

/// Draws the line: its facts, its hours as far as there is room, and the holds of its client below them.
pub fn draw(model: &Model, pen: &Pen, line: &LineBoard, area: Rect, buffer: &mut Buffer) {
    let title = format!(" {} {} ", line.line_id, line.name);
    pen.rule(row(area, 0), buffer);
    let place = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..row(area, 0) };
    pen.text(&title, pen.theme.strong, place, buffer);
    let mut used = 1;
    let inner = inset(area, 1);
    for (style, text) in facts(model, pen, line) {
        for part in wrap(&text, inner.width) {
            pen.text(&part, style, row(inner, used), buffer);
            used += 1;
        }
    }
    let used = used + draw_hours(pen, line, below(inner, used), buffer);
    draw_holds(model, pen, line, below(inner, used + 1), buffer);
}

/// How the line stands, in three sentences.
fn facts(model: &Model, pen: &Pen, line: &LineBoard) -> [(Style, String); 3] {
    let state = LineState::of(line);
    let (mark, style) = state.look(pen);
    let clock = model.clock_of(Some(&line.client_id));
    let time = |at: Instant| clock.map_or_else(String::new, |clock| clock.local(at).format("%H:%M").to_string());
    let stop = state.stop().map_or_else(String::new, |stop| {
        let known: [(&str, &dyn Display); 2] = [("time", &time(stop.started_at)), ("reason", &reason(pen, stop))];
        pen.tell(" since {time}: {reason}", &known)
    });
    let due = match (line.target_so_far, &line.shift) {
        (Some(due), Some(_)) => pen.tell(", {n} made of {due} due by now", &[("n", &line.made), ("due", &due)]),
        (None, Some(_)) => pen.tell(", {n} made", &[("n", &line.made)]),
        (_, None) => String::new(),
    };
    let due = match line.estimated {
        Units::ZERO => due,
        estimated => {
            due + &pen.tell(", {units} of it estimated ({mark})", &[("units", &estimated), ("mark", &ESTIMATED)])
        }
    };
    let style = if state.is_abnormal() { style } else { pen.theme.normal };
    let counted = line.last_count_at.map_or_else(
        || pen.say("no count in this shift").to_owned(),
        |at| {
            let ago = duration(pen.now.minutes_since(at));
            pen.tell("last count {time}, {ago} ago", &[("time", &time(at)), ("ago", &ago)])
        },
    );
    let dot = pen.glyphs.dot;
    let losses = format!(
        "{} {} {dot} {} {} {dot} {counted}",
        pen.say("downtime"),
        duration(line.stopped.get()),
        pen.say("defects"),
        line.defects
    );
    [
        (style, format!("{mark} {}{stop}{due}", state.text(pen))),
        (pen.theme.normal, outlook(pen, line)),
        (pen.theme.normal, if line.shift.is_some() { losses } else { String::new() }),
    ]
}

/// What the shift will have made against what it should have.
fn outlook(pen: &Pen, line: &LineBoard) -> String {
    match (line.target, line.forecast) {
        (Some(target), Some(forecast)) => {
            let gap = match forecast.get() - target.get() {
                0 => String::new(),
                short @ ..0 => pen.tell(", {n} short", &[("n", &short.unsigned_abs())]),
                over => pen.tell(", {n} over", &[("n", &over)]),
            };
            format!("{} {target} {} {} {forecast}{gap}", pen.say("target"), pen.glyphs.dot, pen.say("forecast"))
        }
        (Some(target), None) => format!("{} {target}", pen.say("target")),
        (None, Some(forecast)) => {
            format!("{} {} {} {forecast}", pen.say("no target"), pen.glyphs.dot, pen.say("forecast"))
        }
        (None, None) => pen.say("no target").to_owned(),
    }
}

/// Position of the hour that is on, among the line's.
fn hour_now(line: &LineBoard, now: Instant) -> Option<usize> {
    let since = now.0 - line.shift.as_ref()?.starts_at.0;
    usize::try_from(since.div_euclid(HOUR)).ok()
}

/// How an hour lies to now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum When {
    Over,
    Now,
    ToCome,
}

fn when(index: usize, now: Option<usize>) -> When {
    match now {
        Some(now) if index < now => When::Over,
        Some(now) if index == now => When::Now,
        Some(_) | None => When::ToCome,
    }
}

/// Draws as many hours as there is room for, the one that is on among them; gives the rows used.
fn draw_hours(pen: &Pen, line: &LineBoard, area: Rect, buffer: &mut Buffer) -> u16 {
    if line.hours.is_empty() || area.height < 2 {
        return 0;
    }
    let [hour, plan, made, gap, stop] = ["Hour", "Plan", "Made", "Gap", "Main stop"].map(|title| pen.short(title));
    let heading = format!("  {hour:<5}{plan:>6}{made:>6}{gap:>7}  {stop}");
    pen.text(&heading, pen.theme.strong, row(area, 0), buffer);
    let (rows, room) = (below(area, 1), area.width.saturating_sub(28));
    let shown = line.hours.len().min(usize::from(rows.height));
    let now = hour_now(line, pen.now);
    // Where not all fit: the hour that is on is last but one.
    let first = now.unwrap_or(0).saturating_add(2).saturating_sub(shown).min(line.hours.len() - shown);
    for (place, (index, hour)) in line.hours.iter().enumerate().skip(first).take(shown).enumerate() {
        let when = when(index, now);
        let plan = hour.plan.map_or_else(|| pen.glyphs.missing.to_owned(), |plan| plan.to_string());
        let gap = hour.plan.map(|plan| hour.made.get() - plan.get());
        let (made, gap_text) = match when {
            When::Over => (figure(hour), gap.map_or_else(String::new, signed)),
            When::Now => (figure(hour), pen.short("so far").to_owned()),
            When::ToCome => (String::new(), String::new()),
        };
        let style = if when == When::ToCome { pen.theme.dim } else { pen.theme.normal };
        let is_short = when == When::Over && gap.is_some_and(|gap| gap < 0);
        let cause =
            hour.main_stop.as_ref().map_or_else(String::new, |(name, minutes)| cause(pen, name, minutes.get(), room));
        let cause = with_signature(pen, cause, hour.signed.as_ref(), room);
        let focus = if when == When::Now { pen.glyphs.focus } else { " " };
        let spans = vec![
            Span::styled(format!("{focus} {:<5}{plan:>6}{made:>6}", hour.local_start.format("%H:%M")), style),
            Span::styled(format!("{gap_text:>7}"), if is_short { pen.theme.warn } else { style }),
            Span::styled(format!("  {cause}"), style),
        ];
        pen.line(spans, row(rows, u16::try_from(place).unwrap_or(u16::MAX)), buffer);
    }
    u16::try_from(shown).unwrap_or(0) + 1
}

/// What was made in an hour, marked where some of it is estimated.
fn figure(hour: &HourOnBoard) -> String {
    format!("{}{}", hour.made, if hour.estimated > Units::ZERO { ESTIMATED } else { "" })
}

/// What took most of an hour, its minutes whole whatever becomes of the name.
fn cause(pen: &Pen, name: &str, minutes: i64, room: u16) -> String {
    let minutes = short_duration(minutes);
    format!("{} {minutes}", pen.cut(name, room.saturating_sub(width(&minutes) + 1)))
}

/// What took most of an hour, and behind it who signed the hour and what they said, as far as there is room.
fn with_signature(pen: &Pen, cause: String, signed: Option<&SignedHour>, room: u16) -> String {
    let Some(signed) = signed else { return cause };
    let gap = if cause.is_empty() { "" } else { "  " };
    pen.cut(&format!("{cause}{gap}{} {}", pen.glyphs.good, signature(signed)), room)
}

fn signature(signed: &SignedHour) -> String {
    signed.remark.as_ref().map_or_else(|| signed.by.clone(), |remark| format!("{}: {remark}", signed.by))
}

/// A difference with its sign; nothing has none.
fn signed(difference: i64) -> String {
    if difference == 0 { "0".to_owned() } else { format!("{difference:+}") }
}

fn draw_holds(model: &Model, pen: &Pen, line: &LineBoard, area: Rect, buffer: &mut Buffer) {
    let holds: Vec<&HoldOnBoard> = model.board.holds().iter().filter(|hold| hold.client_id == line.client_id).collect();
    if holds.is_empty() || area.height < 3 {
        return;
    }
    pen.text(
        &pen.tell("Holds of {client}, in units", &[("client", &line.client_id)]),
        pen.theme.strong,
        row(area, 0),
        buffer,
    );
    let room = usize::from(area.height - 1);
    let shown = if holds.len() > room { room - 1 } else { holds.len() };
    let widest = |text: fn(&HoldOnBoard) -> String| holds.iter().map(|hold| width(&text(hold))).max().unwrap_or(0);
    let (orders, quantities) =
        (widest(|hold| hold.work_order_id.to_string()).min(16), widest(|hold| hold.quantity.to_string()));
    for (index, hold) in holds.iter().take(shown).enumerate() {
        let (mark, style) =
            if is_undecided(hold) { (pen.glyphs.warn, pen.theme.warn) } else { (pen.glyphs.neutral, pen.theme.normal) };
        let order = fill(&pen.cut(hold.work_order_id.as_str(), orders), orders, false);
        let quantity = fill(&hold.quantity.to_string(), quantities, true);
        let age = long_duration(pen.now.minutes_since(hold.since));
        let text = format!("{mark} {order} {quantity} {} {age}", pen.say(&status(hold)));
        pen.text(&text, style, row(area, u16::try_from(index + 1).unwrap_or(u16::MAX)), buffer);
    }
    if shown < holds.len() {
        pen.text(&format!("  and {} more", holds.len() - shown), pen.theme.dim, row(area, area.height - 1), buffer);
    }
}

fn status(hold: &HoldOnBoard) -> String {
    hold.status.as_str().replace('_', " ")
}

/// All about the selected line, to read: title and lines.
pub fn explained(model: &Model) -> Option<(String, Vec<PageLine>)> {
    let (pen, line) = (model.pen(), model.board.line()?);
    let pair = |name: &str, text: String| PageLine::Pair(pen.say(name).to_owned(), text);
    let known = |units: Option<Units>| units.map_or_else(|| pen.say("not known").to_owned(), |units| units.to_string());
    let [state, outlook, losses] = facts(model, &pen, line).map(|(_, text)| text);
    let mut lines = vec![pair("Now", state), pair("Outlook", outlook)];
    if let Some(shift) = &line.shift {
        let closed = if shift.closed { format!(", {}", pen.say("closed")) } else { String::new() };
        let times = format!("{} {} {}", shift.local.0.format("%H:%M"), pen.glyphs.to, shift.local.1.format("%H:%M"));
        lines.push(pair("Shift", format!("{} {}, {times}{closed}", shift.production_date, shift.name)));
        lines.push(pair("So far", losses));
    }
    lines.push(pair("Making", making(&pen, line)));
    if !line.hours.is_empty() {
        lines.extend([PageLine::Blank, PageLine::Heading("Hour by hour".to_owned())]);
    }
    let now = hour_now(line, pen.now);
    for (index, hour) in line.hours.iter().enumerate() {
        let cause = hour
            .main_stop
            .as_ref()
            .map_or_else(String::new, |(name, minutes)| format!(", {name} {}", duration(minutes.get())));
        let plan = format!("{} {}", pen.say("plan"), known(hour.plan));
        let gap = hour
            .plan
            .map_or_else(String::new, |plan| format!(", {} {}", pen.say("gap"), signed(hour.made.get() - plan.get())));
        let word = pen.say("made");
        let text = match when(index, now) {
            When::Over => format!("{plan}, {word} {}{gap}{cause}", figure(hour)),
            When::Now => format!("{plan}, {word} {} {}{cause}", figure(hour), pen.say("so far")),
            When::ToCome => plan,
        };
        let signed = hour.signed.as_ref().map(|signed| {
            let at = signed.local.format("%H:%M");
            let remark = signed.remark.as_ref().map_or_else(String::new, |remark| format!(": {remark}"));
            format!("; {} {at}{remark}", pen.tell("signed by {by}", &[("by", &signed.by)]))
        });
        let text = text + &signed.unwrap_or_default();
        lines.push(pair(&hour.local_start.format("%H:%M").to_string(), text));
    }
    let holds: Vec<&HoldOnBoard> = model.board.holds().iter().filter(|hold| hold.client_id == line.client_id).collect();
    if !holds.is_empty() {
        lines.extend([
            PageLine::Blank,
            PageLine::Heading(pen.tell("Holds of {client}", &[("client", &line.client_id)])),
        ]);
    }
    lines.extend(holds.into_iter().map(|hold| {
        let age = long_duration(pen.now.minutes_since(hold.since));
        pair(hold.work_order_id.as_str(), {
            let status = status(hold);
            let (quantity, status) = (hold.quantity, pen.say(&status));
            let known: [(&str, &dyn Display); 4] =
                [("n", &quantity), ("status", &status), ("age", &age), ("reason", &hold.reason)];
            pen.tell("{n} units, {status} for {age}: {reason}", &known)
        })
    }));
    Some((format!("{} {} {} {}", line.client_id, pen.glyphs.dot, line.line_id, line.name), lines))
}

fn making(pen: &Pen, line: &LineBoard) -> String {
    let nothing = || pen.say("nothing counted yet").to_owned();
    let product = line.product_id.as_ref().map_or_else(nothing, ToString::to_string);
    let of_order = |order| pen.tell("{product} for order {order}", &[("product", &product), ("order", order)]);
    line.work_order_id.as_ref().map_or(product.clone(), |order| of_order(order))
}
