//! A question with its buttons.

use super::boxed::boxed;
use super::{Pen, below, row, width, wrap};
use crate::tui::layer::Dialog;
use crate::tui::layout::centred;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

/// Draws the question in the middle of an area.
pub fn draw(pen: &Pen, dialog: &Dialog, area: Rect, buffer: &mut Buffer) {
    let wide = area.width.saturating_sub(8).clamp(1, 64);
    let lines: Vec<String> =
        dialog.lines.iter().flat_map(|line| wrap(&pen.translated(line), wide.saturating_sub(4))).collect();
    let height = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(4);
    let inner = boxed(pen, &pen.translated(&dialog.title), centred(area, wide, height), buffer);
    for (index, line) in lines.iter().enumerate() {
        pen.text(line, pen.theme.normal, row(inner, u16::try_from(index).unwrap_or(u16::MAX)), buffer);
    }
    let place = row(below(inner, inner.height.saturating_sub(1)), 0);
    pen.line(buttons(pen, dialog, place.width), place, buffer);
}

fn buttons(pen: &Pen, dialog: &Dialog, room: u16) -> Vec<Span<'static>> {
    let mut used = 0;
    dialog
        .buttons
        .iter()
        .enumerate()
        .flat_map(|(index, button)| {
            let focused = index == dialog.focus;
            let mark = if focused { pen.glyphs.focus } else { " " };
            let text = format!("{mark}{} [{}] ", pen.translated(&button.label), button.letter);
            used += width(&text) + 1;
            let text = if used > room + 1 { String::new() } else { text };
            [Span::styled(text, if focused { pen.theme.focus } else { pen.theme.normal }), Span::raw(" ")]
        })
        .collect()
}
