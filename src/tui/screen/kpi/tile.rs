//! One KPI at a glance: name, value, how it stands; target and change; the trend of the window.

use super::standing;
use crate::kpi::KpiValue;
use crate::service::KpiScreen;
use crate::tui::widget::bar::trend;
use crate::tui::widget::{Pen, fill, row};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;
use std::cmp::Ordering;

/// Columns of a KPI's short name.
const NAME: u16 = 12;
/// Columns of a value with its unit.
const VALUE: u16 = 10;

/// Draws the tile.
pub fn draw(pen: &Pen, screen: &KpiScreen, value: &KpiValue, selected: bool, area: Rect, buffer: &mut Buffer) {
    let (mark, words, style) = standing(pen, value);
    let focus = if selected { pen.glyphs.focus } else { " " };
    let name = format!("{focus}{}", fill(value.kpi.short_name(), NAME, false));
    let spans = vec![
        Span::styled(name, if selected { pen.theme.focus } else { pen.theme.normal }),
        Span::styled(fill(&shown(pen, value), VALUE, true), pen.theme.strong),
        Span::raw(" "),
        Span::styled(pen.cut(&format!("{mark} {words}"), area.width.saturating_sub(NAME + VALUE + 2)), style),
    ];
    pen.line(spans, row(area, 0), buffer);
    let target =
        value.target.map_or_else(String::new, |_| format!("target {} {} ", value.target_number(), pen.glyphs.dot));
    pen.text(&format!("  {target}{}", change(pen, screen, value)), pen.theme.dim, row(area, 1), buffer);
    let line = Rect { x: area.x + 2.min(area.width), width: area.width.saturating_sub(2), ..row(area, 2) };
    let scale = value.kpi.unit().scale();
    let figures = screen.trend(value.kpi, usize::from(line.width));
    let points: Vec<Option<f64>> = figures.iter().map(|figure| figure.map(|figure| figure.value(scale))).collect();
    if points.len() > 1 {
        pen.text(&trend(pen, line.width, &points), pen.theme.normal, line, buffer);
    }
}

/// The value as it is shown: marked where it rests on inferred standards.
pub fn shown(pen: &Pen, value: &KpiValue) -> String {
    let inferred = if value.is_inferred() { "~" } else { "" };
    format!("{inferred}{}", pen.plain(&value.text()))
}

/// What changed since the window before: which way, by how much, and whether that is good.
pub fn change(pen: &Pen, screen: &KpiScreen, value: &KpiValue) -> String {
    let change = screen.before.get(value.kpi).and_then(|before| value.change_since(before));
    let Some(change) = change else {
        return if value.figure.is_some() { "no value before".to_owned() } else { String::new() };
    };
    let number = change.number();
    // What rounds to nothing is no change that anybody could see.
    if !number.contains(|digit: char| ('1'..='9').contains(&digit)) {
        return format!("{} unchanged", pen.glyphs.same);
    }
    let word = if change.merit() == Ordering::Greater { "better" } else { "worse" };
    let arrow = if change.by.numerator() > 0 { pen.glyphs.up } else { pen.glyphs.down };
    format!("{arrow} {number} {word}")
}
