//! The card that says the screen is too small; it shows what fits, down to one cell.

use super::{Pen, row, wrap};
use crate::tui::layout::{LEAST_HEIGHT, LEAST_WIDTH};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Draws the card.
pub fn small(pen: &Pen, area: Rect, buffer: &mut Buffer) {
    let text = format!(
        "Too small: {}x{}. Make it {LEAST_WIDTH}x{LEAST_HEIGHT} or larger. Nothing is lost; ctrl-c leaves.",
        area.width, area.height
    );
    for (index, line) in wrap(&text, area.width).iter().enumerate() {
        pen.text(line, pen.theme.strong, row(area, u16::try_from(index).unwrap_or(u16::MAX)), buffer);
    }
}
