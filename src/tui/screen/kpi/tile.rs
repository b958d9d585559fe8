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
const VALUE: u16 = 11;

/// Draws the tile.
pub fn draw(pen: &Pen, screen: &KpiScreen, value: &KpiValue, selected: bool, area: Rect, buffer: &mut Buffer) {
    let (mark, words, style) = standing(pen, value);
    let focus = if selected { pen.glyphs.focus } else { " " };
    let name = format!("{focus}{}", fill(value.kpi.short_name(), NAME, false));
    let spans = vec![
        Span::styled(name, if selected { pen.theme.focus } else { pen.theme.normal }),
        Span::styled(fill(&shown(pen, value), VALUE, true), pen.theme.strong),
        Span::raw("  "),
        Span::styled(pen.cut(&format!("{mark} {words}"), area.width.saturating_sub(NAME + VALUE + 3)), style),
    ];
    pen.line(spans, row(area, 0), buffer);
    let target =
        value.target.map_or_else(String::new, |_| format!("target {} {} ", value.target_number(), pen.glyphs.dot));
    pen.text(&format!("  {target}{}", change(pen, screen, value)), pen.theme.dim, row(area, 1), buffer);
    let line = Rect { x: area.x + 2.min(area.width), width: area.width.saturating_sub(2), ..row(area, 2) };
    let scale = value.kpi.unit().scale();
    let figures = screen.trend(value.kpi, usize::from(line.width));
    let points: Vec<Option<f64>> = figures.iter().map(|figure| figure.map(|figure| figure.value(scale))).collect();
    pen.text(&trend(pen, line.width, &points), pen.theme.normal, line, buffer);
}

/// The value as it is shown: marked where it rests on inferred standards.
pub fn shown(pen: &Pen, value: &KpiValue) -> String {
    let inferred = if value.is_inferred() { "~" } else { "" };
    format!("{inferred}{}", pen.plain(&value.text()))
}

/// What changed since the window before: which way, by how much, and whether that is good.
pub fn change(pen: &Pen, screen: &KpiScreen, value: &KpiValue) -> String {
    let change = screen.before.get(value.kpi).and_then(|before| value.change_since(before));
    let Some(change) = change else { return "nothing to compare with".to_owned() };
    let word = match change.merit() {
        Ordering::Greater => "better",
        Ordering::Less => "worse",
        Ordering::Equal => "unchanged",
    };
    let arrow = match change.by.numerator().cmp(&0) {
        Ordering::Greater => pen.glyphs.up,
        Ordering::Less => pen.glyphs.down,
        Ordering::Equal => pen.glyphs.same,
    };
    format!("{arrow} {} {word}", change.number())
}
