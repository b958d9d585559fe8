//! The way down: the parts one level below, the worst first, each with its figure and how it stands.

use super::DetailScreen;
use crate::service::Child;
use crate::tui::screen::kpi::standing::standing;
use crate::tui::screen::kpi::tile;
use crate::tui::widget::{Pen, fill, row, width};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

/// Columns of a part's name.
const NAME: u16 = 14;
/// Columns of its figure.
const FIGURE: u16 = 11;
/// Columns of mark and words.
const WORDS: u16 = 16;

/// What the parts are called together.
pub fn title(children: &[Child]) -> &'static str {
    match children.first().map(|child| &child.place) {
        None => "Entries",
        Some(place) if place.date.is_some() => "Days, the worst first",
        Some(place) if place.shift_id.is_some() => "Shifts, the worst first",
        Some(place) if place.line_id.is_some() => "Lines, the worst first",
        Some(_) => "Clients, the worst first",
    }
}

/// Draws the parts that fit, the selected one among them.
pub fn draw(pen: &Pen, screen: &DetailScreen, area: Rect, buffer: &mut Buffer) -> u16 {
    let Some(level) = screen.level() else { return 0 };
    let children = level.children();
    if children.is_empty() {
        pen.text(pen.say("Enter shows the entries."), pen.theme.normal, row(area, 0), buffer);
        return 1;
    }
    let (selected, room) = (level.selected(), usize::from(area.height));
    let rest = children.len().saturating_sub(room);
    let top = (selected + 1).saturating_sub(room.saturating_sub(usize::from(rest > 0))).min(rest + 1);
    let mut used = 0;
    for (index, child) in children.iter().enumerate().skip(top).take(room) {
        let place = row(area, used);
        let more = children.len() - index;
        if used + 1 == area.height && more > 1 {
            pen.text(&pen.tell("  and {n} more", &[("n", &more)]), pen.theme.dim, place, buffer);
        } else {
            draw_child(pen, child, index == selected, place, buffer);
        }
        used += 1;
    }
    used
}

fn draw_child(pen: &Pen, child: &Child, selected: bool, place: Rect, buffer: &mut Buffer) {
    let stands = standing(pen, &child.value);
    let focus = if selected { pen.glyphs.focus } else { " " };
    let name = format!("{focus}{}", fill(&pen.cut(&child.label, NAME), NAME, false));
    let words = format!("{} {}", stands.mark, stands.words);
    let mut spans = vec![
        Span::styled(name, if selected { pen.theme.focus } else { pen.theme.normal }),
        Span::styled(fill(&tile::shown(pen, &child.value), FIGURE, true), stands.figure),
        Span::raw("  "),
        Span::styled(pen.cut(&words, WORDS), stands.style),
    ];
    if let Some(worst) = &child.value.worst_client {
        let used: u16 = spans.iter().map(|span| width(&span.content)).sum();
        spans.push(Span::styled(
            pen.cut(&pen.tell("  worst {client}", &[("client", &worst.client_id)]), place.width.saturating_sub(used)),
            pen.theme.dim,
        ));
    }
    pen.line(spans, place, buffer);
}
