//! A box with a title, over whatever was there.

use super::{Pen, width};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

/// Draws the box and gives the area inside it.
pub fn boxed(pen: &Pen, title: &str, area: Rect, buffer: &mut Buffer) -> Rect {
    Clear.render(area, buffer);
    if area.width < 4 || area.height < 3 {
        return area;
    }
    let [top_left, top_right, bottom_left, bottom_right] = pen.glyphs.corners;
    let title = pen.cut(title, area.width.saturating_sub(6));
    let rest = usize::from(area.width.saturating_sub(width(&title) + 5));
    let top = format!("{top_left}{} {title} {}{top_right}", pen.glyphs.rule, pen.glyphs.rule.repeat(rest));
    let bottom = format!("{bottom_left}{}{bottom_right}", pen.glyphs.rule.repeat(usize::from(area.width - 2)));
    buffer.set_string(area.x, area.y, top, pen.theme.strong);
    buffer.set_string(area.x, area.bottom() - 1, bottom, pen.theme.strong);
    for y in area.y + 1..area.bottom() - 1 {
        buffer.set_string(area.x, y, pen.glyphs.bar, pen.theme.strong);
        buffer.set_string(area.right() - 1, y, pen.glyphs.bar, pen.theme.strong);
    }
    Rect { x: area.x + 2, y: area.y + 1, width: area.width - 4, height: area.height - 2 }
}
