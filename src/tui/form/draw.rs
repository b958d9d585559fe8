//! How a form is drawn: label, text, what it stands for, and a mark where something is wrong.

use super::field::{Field, FieldKind};
use super::plant::PlantForm;
use super::{Form, attendance_draw};
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
    let fields = u16::try_from(form.fields.len()).unwrap_or(u16::MAX);
    let wide = area.width.saturating_sub(4).min(84);
    let inner =
        boxed(pen, &pen.plain(&title(pen, form)), centred(area, wide, fields.saturating_add(3 + ABOUT)), buffer);
    draw_fields(pen, form, inner, buffer)
}

/// Draws the fields, as many as there is room for, and below them what belongs in the focused one.
pub(super) fn draw_fields(pen: &Pen, form: &Form, inner: Rect, buffer: &mut Buffer) -> Option<(u16, u16)> {
    let fields = u16::try_from(form.fields.len()).unwrap_or(u16::MAX);
    let rows = inner.height.saturating_sub(ABOUT + 1).clamp(1, fields.max(1));
    // The focused field is always visible, however low the screen.
    let top = form.focus.saturating_sub(usize::from(rows - 1));
    let mut cursor = None;
    for (index, field) in form.fields.iter().enumerate().skip(top).take(usize::from(rows)) {
        let place = row(inner, u16::try_from(index - top).unwrap_or(u16::MAX));
        let focused = index == form.focus;
        draw_field(pen, form, field, focused, place, buffer);
        if focused {
            let before = field.text.chars().take(field.cursor).collect::<String>();
            let column =
                if field.kind == FieldKind::Secret { u16::try_from(field.cursor).unwrap_or(0) } else { width(&before) };
            cursor = Some((place.x + LABELS + 2 + column.min(TEXTS - 1), place.y));
        }
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
        Some(reject) => (format!("{} {}; {}", pen.glyphs.reject, reject.why, reject.try_this), pen.theme.warn),
        None => (pen.say(field.help).to_owned(), pen.theme.dim),
    };
    for (index, line) in wrap(&pen.plain(&text), area.width).iter().enumerate() {
        pen.text(line, style, row(area, u16::try_from(index).unwrap_or(u16::MAX)), buffer);
    }
}

fn draw_field(pen: &Pen, form: &Form, field: &Field, focused: bool, place: Rect, buffer: &mut Buffer) {
    let mark = match (&field.reject, focused) {
        (Some(_), _) => pen.glyphs.reject,
        (None, true) => pen.glyphs.focus,
        (None, false) => " ",
    };
    let label = fill(&pen.cut(pen.say(field.label), LABELS - 1), LABELS, false);
    let style = if field.reject.is_some() { pen.theme.invalid } else { pen.theme.normal };
    buffer.set_stringn(place.x, place.y, format!("{mark} {label}"), usize::from(place.width), style);
    let text_area = Rect { x: place.x + LABELS + 2, width: TEXTS.min(place.width.saturating_sub(LABELS + 2)), ..place };
    let shown = shown(pen, field);
    let (text, style) = if shown.is_empty() {
        (field.hint.clone(), pen.theme.dim)
    } else {
        (shown, if focused { pen.theme.strong } else { pen.theme.normal })
    };
    let style = if focused { style.patch(pen.theme.focus) } else { style };
    pen.text(&fill(&tail(&text, field, text_area.width), text_area.width, false), style, text_area, buffer);
    let rest = Rect { x: text_area.right() + 1, width: place.right().saturating_sub(text_area.right() + 1), ..place };
    pen.text(&meaning(form, field, focused), pen.theme.dim, rest, buffer);
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
fn meaning(form: &Form, field: &Field, focused: bool) -> String {
    if let Some(reject) = &field.reject {
        // The focused field's reason stands in full below the fields.
        return if focused { String::new() } else { reject.why.clone() };
    }
    let choices = form.choices(field);
    let chosen = resolve(&choices, &field.text).filter(|choice| choice.name != field.text);
    match chosen {
        Some(choice) => choice.name.clone(),
        None if focused && matches!(field.kind, FieldKind::Pick(_)) => format!("F4 lists {}", choices.len()),
        None => String::new(),
    }
}
