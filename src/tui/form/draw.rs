//! How a form is drawn: label, text, what it stands for, and a mark where something is wrong.

use super::field::{Field, FieldKind};
use super::plant::PlantForm;
use super::{Form, attendance_draw, count_balance};
use crate::tui::layout::centred;
use crate::tui::widget::boxed::boxed;
use crate::tui::widget::pick::resolve;
use crate::tui::widget::{Pen, below, fill, row, width, wrap};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Columns of the labels.
const LABELS: u16 = 16;
/// Columns of the texts.
const TEXTS: u16 = 24;
/// Rows that say what belongs in the focused field.
const ABOUT: u16 = 2;

/// Draws the form in the middle of an area; gives where the cursor belongs.
pub fn draw(pen: &Pen, form: &Form, area: Rect, buffer: &mut Buffer) -> Option<(u16, u16)> {
    if matches!(form.kind.plant(), Some(PlantForm::Attendance(..))) {
        return attendance_draw::draw(pen, form, area, buffer);
    }
    let fields = u16::try_from(lines(form).len()).unwrap_or(u16::MAX);
    let wide = area.width.saturating_sub(4).min(84);
    let inner =
        boxed(pen, &pen.plain(&title(pen, form)), centred(area, wide, fields.saturating_add(3 + ABOUT)), buffer);
    draw_fields(pen, form, inner, buffer)
}

/// Draws the fields, as many as there is room for, and below them what belongs in the focused one.
pub(super) fn draw_fields(pen: &Pen, form: &Form, inner: Rect, buffer: &mut Buffer) -> Option<(u16, u16)> {
    let all = lines(form);
    let fields = u16::try_from(all.len()).unwrap_or(u16::MAX);
    let rows = inner.height.saturating_sub(ABOUT + 1).clamp(1, fields.max(1));
    // The focused field is always visible, however low the screen.
    let focus = all.iter().position(|line| line.contains(&form.focus)).unwrap_or(0);
    let top = focus.saturating_sub(usize::from(rows - 1));
    let mut cursor = None;
    for (index, line) in all.iter().enumerate().skip(top).take(usize::from(rows)) {
        let place = row(inner, u16::try_from(index - top).unwrap_or(u16::MAX));
        cursor = draw_line(pen, form, line, place, buffer).or(cursor);
    }
    draw_about(pen, form, below(inner, rows + 1), buffer);
    cursor
}

/// What stands above the form, in the language of the screen; the name of a client behind it is as it is.
fn title(pen: &Pen, form: &Form) -> String {
    let title = form.title();
    match title.split_once(" · ") {
        Some((what, client)) => format!("{} · {client}", pen.say(what)),
        None => pen.say(&title).to_owned(),
    }
}

/// Says below the fields what belongs in the focused one, or in full what is wrong with it.
fn draw_about(pen: &Pen, form: &Form, area: Rect, buffer: &mut Buffer) {
    let Some(field) = form.focused() else { return };
    let (text, style) = match &field.reject {
        Some(reject) => (
            format!("{} {}; {}", pen.glyphs.reject, pen.translated(&reject.why), pen.translated(&reject.try_this)),
            pen.theme.warn,
        ),
        None => (pen.say(field.help).to_owned(), pen.theme.dim),
    };
    for (index, line) in wrap(&pen.plain(&text), area.width).iter().enumerate() {
        pen.text(line, style, row(area, u16::try_from(index).unwrap_or(u16::MAX)), buffer);
    }
}

/// The fields that stand on each row: one, or those of one line of a group.
fn lines(form: &Form) -> Vec<Vec<usize>> {
    let mut lines: Vec<Vec<usize>> = Vec::new();
    for (index, field) in form.fields.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|before| form.fields.get(before));
        match lines.last_mut() {
            Some(line) if field.line.is_some() && before.is_some_and(|before| before.line == field.line) => {
                line.push(index);
            }
            _ => lines.push(vec![index]),
        }
    }
    lines
}

/// Columns of a field's text: one alone has the same as every other, those beside each other what they need.
const fn columns(field: &Field) -> u16 {
    match (field.line, field.kind) {
        (None, _) => TEXTS,
        (Some(_), FieldKind::Whole | FieldKind::Seconds | FieldKind::TimeOfDay) => 8,
        (Some(_), FieldKind::Text(_)) => 20,
        (Some(_), _) => 14,
    }
}

/// Draws the fields of one row; gives where the cursor belongs, if it is in one of them.
fn draw_line(pen: &Pen, form: &Form, line: &[usize], place: Rect, buffer: &mut Buffer) -> Option<(u16, u16)> {
    let fields = || line.iter().filter_map(|&index| Some((index, form.fields.get(index)?)));
    let is_wrong = fields().any(|(_, field)| field.reject.is_some());
    let mark = match (is_wrong, line.contains(&form.focus)) {
        (true, _) => pen.glyphs.reject,
        (false, true) => pen.glyphs.focus,
        (false, false) => " ",
    };
    let (mut x, mut cursor, mut said) = (place.x, None, String::new());
    for (index, field) in fields() {
        let focused = index == form.focus;
        let style = if field.reject.is_some() { pen.theme.invalid } else { pen.theme.normal };
        let label = if x == place.x {
            format!("{mark} {}", fill(&pen.cut(pen.say(&field.label), LABELS - 1), LABELS, false))
        } else {
            format!(" {} ", pen.say(&field.label))
        };
        let room = place.right().saturating_sub(x);
        buffer.set_stringn(x, place.y, &label, usize::from(room), style);
        x = x.saturating_add(width(&label));
        let text_area = Rect { x, width: columns(field).min(place.right().saturating_sub(x)), ..place };
        draw_text(pen, field, focused, text_area, buffer);
        if focused {
            let before = field.text.chars().take(field.cursor).collect::<String>();
            let column =
                if field.kind == FieldKind::Secret { u16::try_from(field.cursor).unwrap_or(0) } else { width(&before) };
            cursor = Some((x + column.min(text_area.width.saturating_sub(1)), place.y));
        }
        x = text_area.right();
        let meaning = meaning(pen, form, field, focused);
        if said.is_empty() || (focused && !meaning.is_empty()) {
            said = meaning;
        }
    }
    let rest = Rect { x: x + 1, width: place.right().saturating_sub(x + 1), ..place };
    pen.text(&said, pen.theme.dim, rest, buffer);
    cursor
}

/// Draws what stands in a field, or its hint.
fn draw_text(pen: &Pen, field: &Field, focused: bool, text_area: Rect, buffer: &mut Buffer) {
    let shown = shown(pen, field);
    let (text, style) = if shown.is_empty() {
        (pen.translated(&field.hint), pen.theme.dim)
    } else {
        (shown, if focused { pen.theme.strong } else { pen.theme.normal })
    };
    let style = if focused { style.patch(pen.theme.focus) } else { style };
    pen.text(&fill(&tail(&text, field, text_area.width), text_area.width, false), style, text_area, buffer);
}

fn shown(pen: &Pen, field: &Field) -> String {
    match field.kind {
        FieldKind::Secret => pen.glyphs.secret.repeat(field.text.chars().count()),
        _ => field.text.clone(),
    }
}

/// The part of a long text around its cursor.
fn tail(text: &str, field: &Field, room: u16) -> String {
    let skip = field.cursor.saturating_sub(usize::from(room.saturating_sub(1)));
    text.chars().skip(skip).collect()
}

/// What a code stands for; at the focused field what belongs there.
fn meaning(pen: &Pen, form: &Form, field: &Field, focused: bool) -> String {
    if let Some(reject) = &field.reject {
        // The focused field's reason stands in full below the fields.
        return if focused { String::new() } else { pen.translated(&reject.why) };
    }
    let choices = form.choices(field);
    let chosen = resolve(&choices, &field.text).filter(|choice| choice.name != field.text);
    match chosen {
        Some(choice) => choice.name.clone(),
        None if focused && matches!(field.kind, FieldKind::Pick(_)) => {
            pen.language.tell("F4 lists {n}", &[("n", &choices.len())])
        }
        None => count_balance::beside(pen, form, field.name),
    }
}
