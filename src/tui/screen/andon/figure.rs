//! Figures as large as there is room for, made of whole cells, so that they look alike in every terminal and in ASCII.

use crate::tui::widget::{Pen, row, width};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::Widget;
use tui_big_text::{BigText, PixelSize};

/// Columns and rows of a character at the smallest size.
const SIDE: u16 = 8;
/// Columns between two figures.
const BETWEEN: u16 = 3;

/// Draws as many of the figures side by side as fit, the first ones first, each with its name below it; gives the rows
/// that the figures took.
pub fn draw(pen: &Pen, figures: &[(String, String)], area: Rect, buffer: &mut Buffer) -> u16 {
    let (shown, scale) = fitting(figures, area);
    let Some(shown) = figures.get(..shown).filter(|shown| !shown.is_empty() && scale > 0) else {
        return draw_plain(pen, figures, area, buffer);
    };
    let rows = SIDE * scale;
    let mut x = area.x;
    for (text, name) in shown {
        let columns = width(text) * SIDE * scale;
        let place = Rect { x, width: columns.max(width(name)).min(area.right() - x), ..area };
        draw_big(pen, text, scale, place, buffer);
        let label = Rect { y: area.y + rows, height: 1, ..place };
        pen.text(name, pen.theme.strong, label.intersection(*buffer.area()), buffer);
        x = (x + place.width + BETWEEN).min(area.right());
    }
    rows
}

/// How many figures fit side by side, and how large: two at least if they can be; more of them rather than larger ones.
fn fitting(figures: &[(String, String)], area: Rect) -> (usize, u16) {
    let wide = |count: usize, scale: u16| -> u16 {
        let each = figures.iter().take(count);
        let columns = each.map(|(text, name)| (width(text) * SIDE * scale).max(width(name)) + BETWEEN).sum::<u16>();
        columns.saturating_sub(BETWEEN)
    };
    let tallest = area.height / SIDE;
    (1..=figures.len())
        .rev()
        .find_map(|count| {
            let scale = (1..=tallest).rev().find(|scale| wide(count, *scale) <= area.width)?;
            Some((count, scale))
        })
        .unwrap_or((0, 0))
}

fn draw_big(pen: &Pen, text: &str, scale: u16, area: Rect, buffer: &mut Buffer) {
    let small = Rect::new(0, 0, width(text) * SIDE, SIDE);
    let mut drawn = Buffer::empty(small);
    let text = text.replace(pen.glyphs.missing, "-");
    BigText::builder().pixel_size(PixelSize::Full).lines([Line::from(text)]).build().render(small, &mut drawn);
    let style: Style = pen.theme.strong;
    for y in 0..(SIDE * scale).min(area.height) {
        for x in 0..(small.width * scale).min(area.width) {
            let is_on = drawn.cell((x / scale, y / scale)).is_some_and(|cell| cell.symbol() != " ");
            if let Some(cell) = buffer.cell_mut((area.x + x, area.y + y)).filter(|_| is_on) {
                cell.set_symbol(pen.glyphs.full).set_style(style);
            }
        }
    }
}

/// Where not even one fits: in words.
fn draw_plain(pen: &Pen, figures: &[(String, String)], area: Rect, buffer: &mut Buffer) -> u16 {
    for (index, (text, name)) in figures.iter().enumerate() {
        pen.text(&format!("{text} {name}"), pen.theme.strong, row(area, u16::try_from(index).unwrap_or(0)), buffer);
    }
    u16::try_from(figures.len()).unwrap_or(0)
}
