//! The screen as a whole: header, tabs, body, message line, footer, and what lies over it. Reads the model only.

use super::action::Action;
use super::form;
use super::keymap::Row;
use super::layer::Layer;
use super::layout::{self, Areas};
use super::model::{Model, NoticeKind};
use super::screen::{Tab, andon, board, gate, inspections, isolation, kpi, list, locked};
use super::widget::{Pen, age, dialog, fill, page, pick, small, width, wrap};
use crate::domain::clock::PlantClock;
use crate::domain::text::shown;
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;
use std::borrow::Cow;

/// Draws everything.
pub fn draw(model: &Model, frame: &mut Frame<'_>) {
    let area = frame.area();
    if let Some(cursor) = draw_on(model, area, frame.buffer_mut()) {
        frame.set_cursor_position(cursor);
    }
}

/// Draws everything on a buffer; gives where the cursor belongs. Whatever stands in the model, nothing that could steer
/// the terminal or disguise itself is on the buffer afterwards.
pub fn draw_on(model: &Model, area: Rect, buffer: &mut Buffer) -> Option<(u16, u16)> {
    let cursor = draw_all(model, area, buffer);
    for cell in &mut buffer.content {
        if let Cow::Owned(fit) = shown(cell.symbol()) {
            cell.set_symbol(&fit);
        }
    }
    cursor
}

fn draw_all(model: &Model, area: Rect, buffer: &mut Buffer) -> Option<(u16, u16)> {
    let pen = model.pen();
    if layout::is_too_small(area) {
        small::small(&pen, area, buffer);
        return None;
    }
    buffer.set_style(area, pen.theme.normal);
    let areas = layout::areas(area);
    if let Some(lock) = &model.lock {
        let body = Rect { y: area.y, height: area.height - 2, ..area };
        let cursor = locked::draw(model, lock, body, buffer);
        draw_message(model, &pen, areas.message, buffer);
        draw_footer(model, &pen, areas.footer, buffer);
        return cursor;
    }
    if model.shows_andon() {
        let body = Rect { y: area.y, height: area.height - if model.gate_form.is_some() { 2 } else { 1 }, ..area };
        let cursor = andon::draw(model, body, buffer);
        if model.gate_form.is_some() {
            draw_message(model, &pen, areas.message, buffer);
        }
        draw_footer(model, &pen, areas.footer, buffer);
        return cursor;
    }
    let cursor = if model.seat.is_some() {
        draw_header(model, &pen, areas.header, buffer);
        draw_tabs(model, &pen, areas.tabs, buffer);
        pen.rule(areas.rule, buffer);
        draw_body(model, areas.body, buffer);
        None
    } else {
        let body = Rect { y: area.y, height: area.height - 2, ..area };
        gate::draw(model, body, buffer)
    };
    let over = draw_layers(model, &pen, &areas, buffer);
    draw_message(model, &pen, areas.message, buffer);
    draw_footer(model, &pen, areas.footer, buffer);
    if model.layers.is_empty() { cursor } else { over }
}

fn draw_body(model: &Model, area: Rect, buffer: &mut Buffer) {
    match model.tab {
        Tab::Shift => board::draw(model, area, buffer),
        Tab::Kpis => kpi::draw(model, area, buffer),
        Tab::Admin if model.shows_isolation() => isolation::draw(model, area, buffer),
        Tab::Production | Tab::Downtime | Tab::Holds | Tab::Quality | Tab::People | Tab::Orders | Tab::Admin => {
            list::draw(model, area, buffer);
        }
    }
}

fn draw_layers(model: &Model, pen: &Pen, areas: &Areas, buffer: &mut Buffer) -> Option<(u16, u16)> {
    let mut cursor = None;
    for layer in &model.layers {
        cursor = match layer {
            Layer::Form(open) => {
                let body = inspections::beside(model, pen, open, areas.body, buffer);
                let at = form::draw::draw(pen, open, body, buffer);
                open.pick.as_ref().map_or(at, |list| Some(pick::draw(pen, list, areas.body, buffer)))
            }
            Layer::Dialog(open) => {
                dialog::draw(pen, open, areas.body, buffer);
                None
            }
            Layer::Palette(open) => Some(pick::draw(pen, &open.list, areas.body, buffer)),
            Layer::Pick(open, _) => Some(pick::draw(pen, open, areas.body, buffer)),
            Layer::Page(open) => {
                page::draw(pen, open, areas.body, buffer);
                None
            }
        };
    }
    cursor
}

fn draw_header(model: &Model, pen: &Pen, area: Rect, buffer: &mut Buffer) {
    let Some(seat) = &model.seat else { return };
    let dot = pen.glyphs.dot;
    let clock =
        model.clock_of(None).map_or_else(String::new, |clock| clock.local(model.now).format("%H:%M").to_string());
    let mut right = Vec::new();
    if model.gate.value().is_some_and(|gate| gate.is_demo) {
        right.push((" DEMO ".to_owned(), pen.theme.warn));
    }
    let (standing, undecided) = (model.board.standing(), model.board.undecided());
    if standing > 0 {
        right.push((
            format!(" {} {} ", pen.glyphs.alarm, pen.language.tell("{n} stopped", &[("n", &standing)])),
            pen.theme.alarm,
        ));
    }
    if undecided > 0 {
        right.push((
            format!(" {} {} ", pen.glyphs.warn, pen.language.tell("{n} to decide", &[("n", &undecided)])),
            pen.theme.warn,
        ));
    }
    if let Some(since) = model.link.gone_since {
        let since = model.clock_of(None).unwrap_or(PlantClock::UTC).local(since).format("%H:%M");
        let text = pen.language.tell("server gone since {time}", &[("time", &since)]);
        right.push((format!(" {} {text} ", pen.glyphs.alarm), pen.theme.alarm));
    }
    if model.kept.outbox.refused() > 0 {
        right.push((
            format!(" {} {} ", pen.glyphs.alarm, pen.tell("{n} refused", &[("n", &model.kept.outbox.refused())])),
            pen.theme.alarm,
        ));
    }
    if model.kept.outbox.waiting() > 0 {
        right.push((
            format!(" {} {} ", pen.glyphs.warn, pen.tell("{n} waiting", &[("n", &model.kept.outbox.waiting())])),
            pen.theme.warn,
        ));
    }
    match model.kept.left.len() {
        0 => {}
        1 => right.push((format!(" {} ", pen.say("1 draft")), pen.theme.strong)),
        many => right.push((format!(" {} ", pen.tell("{n} drafts", &[("n", &many)])), pen.theme.strong)),
    }
    if let Some(left) = model.minutes_left() {
        right.push((
            format!(" {} {} ", pen.glyphs.warn, pen.tell("session ends in {n} min", &[("n", &left)])),
            pen.theme.warn,
        ));
    }
    right.push((format!("  {clock} "), pen.theme.strong));
    let right_width: u16 = right.iter().map(|(text, _)| width(text)).sum();
    let role = pen.say(&seat.role.as_str().to_lowercase()).to_owned();
    let left =
        format!(" {} {dot} {} {dot} {} {role}", clients_in_view(model, pen), shift_in_view(model, pen), seat.login);
    let room = area.width.saturating_sub(right_width);
    pen.text(&left, pen.theme.strong, Rect { width: room, ..area }, buffer);
    let spans = right.into_iter().map(|(text, style)| Span::styled(text, style)).collect();
    let start = area.right().saturating_sub(right_width).max(area.x);
    pen.line(spans, Rect { x: start, width: area.right() - start, ..area }, buffer);
}

fn clients_in_view(model: &Model, pen: &Pen) -> String {
    let Some(seat) = &model.seat else { return String::new() };
    match seat.clients.as_slice() {
        [] => pen.say("no clients").to_owned(),
        [only] => pen.cut(&only.name, 22),
        several if several.len() == seat.all.len() => pen.language.tell("all {n} clients", &[("n", &several.len())]),
        several if several.len() <= 3 => {
            several.iter().map(|client| client.client_id.as_str()).collect::<Vec<_>>().join(" ")
        }
        several => pen.language.tell("{n} of {all} clients", &[("n", &several.len()), ("all", &seat.all.len())]),
    }
}

fn shift_in_view(model: &Model, pen: &Pen) -> String {
    let mut shifts = model.board.lines().iter().filter_map(|line| line.shift.as_ref());
    let Some(first) = shifts.next() else { return pen.say("no shift").to_owned() };
    if shifts.any(|shift| shift.shift_id != first.shift_id) {
        return pen.say("several shifts").to_owned();
    }
    format!("{} {}{}{}", first.name, first.local.0.format("%H:%M"), pen.glyphs.to, first.local.1.format("%H:%M"))
}

fn draw_tabs(model: &Model, pen: &Pen, area: Rect, buffer: &mut Buffer) {
    let Some(seat) = &model.seat else { return };
    let tabs: Vec<Tab> = Tab::ALL.iter().copied().filter(|tab| tab.is_for(seat.role)).collect();
    let count = u16::try_from(tabs.len()).unwrap_or(0);
    let names: u16 = tabs.iter().map(|tab| width(pen.say(tab.as_str())) + 1).sum();
    // As much air as there is room for: between digit and name, then between the tabs.
    let (inside, between) = match area.width.saturating_sub(names + 1) {
        room if room >= count * 3 => (" ", "  "),
        room if room >= count * 2 => (" ", " "),
        _ => ("", " "),
    };
    let mut spans = vec![Span::raw(" ")];
    for tab in tabs {
        let (digit, name) =
            if tab == model.tab { (pen.theme.focus, pen.theme.focus) } else { (pen.theme.strong, pen.theme.normal) };
        spans.push(Span::styled(format!("{}{inside}", tab.digit()), digit));
        spans.push(Span::styled(pen.say(tab.as_str()), name));
        spans.push(Span::raw(between));
    }
    pen.line(spans, area, buffer);
}

/// What the message line says: the wrong field of an open form first, then the last outcome.
fn message(model: &Model, pen: &Pen) -> (String, Style) {
    if model.waiting.is_some() {
        return (pen.say("working...").to_owned(), pen.theme.dim);
    }
    let form = model.form();
    if let Some(form) = form {
        let wrong = form.fields.iter().filter(|field| field.reject.is_some()).count();
        if let Some(reject) =
            form.focused().and_then(|field| field.reject.as_ref().map(|reject| (&field.label, reject)))
        {
            let (label, reject) = reject;
            let more = if wrong > 1 { pen.language.tell(" ({n} more)", &[("n", &(wrong - 1))]) } else { String::new() };
            return (
                format!("{} {}: {}{more}", pen.glyphs.reject, pen.say(label), pen.translated(&reject.why)),
                pen.theme.warn,
            );
        }
        if form.help_ticket.is_some() {
            return (pen.say("filling in...").to_owned(), pen.theme.dim);
        }
    }
    match &model.notice {
        Some(notice) => {
            let text = pen.translated(&notice.text);
            match notice.kind {
                NoticeKind::Saved => (format!("{} {text}", pen.glyphs.done), pen.theme.strong),
                NoticeKind::Info => (text, pen.theme.normal),
                NoticeKind::Refused => (format!("{} {text}", pen.glyphs.reject), pen.theme.warn),
            }
        }
        None => (String::new(), pen.theme.dim),
    }
}

fn draw_message(model: &Model, pen: &Pen, area: Rect, buffer: &mut Buffer) {
    let (text, style) = message(model, pen);
    let (age, age_style) = age_of_data(model, pen);
    let room = area.width.saturating_sub(width(&age) + 2);
    let mut lines = wrap(&pen.plain(&text), room.saturating_sub(1));
    // A sentence that needs two lines takes the body's last one; what to do about it stands at its end.
    let second = if lines.len() > 1 { lines.split_off(1).join(" ") } else { String::new() };
    let first = lines.pop().unwrap_or_default();
    let (above, own) = if second.is_empty() { (None, first) } else { (Some(first), second) };
    if let Some(above) = above {
        let place = Rect { y: area.y.saturating_sub(1), ..area };
        pen.text(&fill(&format!(" {above}"), place.width, false), style, place, buffer);
    }
    pen.text(&format!(" {own}"), style, Rect { width: room, ..area }, buffer);
    let start = area.right().saturating_sub(width(&age) + 1).max(area.x);
    pen.text(&age, age_style, Rect { x: start, width: area.right() - start, ..area }, buffer);
}

/// How old the figures on the screen are, and whether newer ones could not be had.
fn age_of_data(model: &Model, pen: &Pen) -> (String, Style) {
    let (at, failed) = match (model.tab, model.list_screen()) {
        _ if model.seat.is_none() || model.lock.is_some() => return (String::new(), pen.theme.dim),
        (Tab::Shift, _) => (model.board.data.at(), model.board.data.failure().is_some()),
        (Tab::Kpis, _) => model.kpis.age(),
        (Tab::Admin, _) if model.shows_isolation() => {
            (model.isolation.data.at(), model.isolation.data.failure().is_some())
        }
        (_, Some(screen)) => (screen.page.at(), screen.page.failure().is_some()),
        (_, None) => (None, false),
    };
    if model.tab == Tab::Shift && model.board.frozen_at.is_some() {
        let since = at.map_or_else(String::new, |at| age(at, model.now));
        return (format!("{} {}: {since}", pen.glyphs.warn, pen.say("stands still")), pen.theme.warn);
    }
    match (at, failed || model.link.gone_since.is_some()) {
        (Some(at), true) => {
            (format!("{} {} {}", pen.glyphs.warn, pen.say("old:"), pen.translated(&age(at, model.now))), pen.theme.warn)
        }
        (None, true) => (format!("{} {}", pen.glyphs.warn, pen.say("not read")), pen.theme.warn),
        (Some(at), false) => (pen.translated(&age(at, model.now)), pen.theme.dim),
        (None, false) => (String::new(), pen.theme.dim),
    }
}

fn draw_footer(model: &Model, pen: &Pen, area: Rect, buffer: &mut Buffer) {
    let rows = model.footer();
    // Help and the way out have their place at the end whatever else fits.
    let (tail, head): (Vec<&Row>, Vec<&Row>) = rows.into_iter().partition(|row| row.footer >= Some(90));
    let piece = |row: &Row| {
        let label = if row.action == Action::CommitField && model.form().is_some_and(form::Form::enter_saves) {
            pen.say("Save")
        } else {
            &row.label
        };
        (row.key(), format!(" {label}  "))
    };
    let size = |row: &Row| {
        let (key, label) = piece(row);
        width(&key) + width(&label)
    };
    let reserved: u16 = tail.iter().map(|row| size(row)).sum();
    let mut room = area.width.saturating_sub(reserved + 1);
    let mut spans = vec![Span::raw(" ")];
    let mut push = |row: &Row| {
        let (key, label) = piece(row);
        let off = model.refusal(row.action).is_some();
        spans.push(Span::styled(key, if off { pen.theme.dim } else { pen.theme.strong }));
        spans.push(Span::styled(label, if off { pen.theme.dim } else { pen.theme.normal }));
    };
    for row in head {
        if size(row) > room {
            break;
        }
        room -= size(row);
        push(row);
    }
    for row in tail {
        push(row);
    }
    pen.line(spans, area, buffer);
}
