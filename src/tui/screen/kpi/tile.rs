//! One KPI at a glance: name, value, how it stands; where there is room target and change, and the trend of the window.

use super::standing::standing;
use crate::kpi::{Ages, Kpi, KpiValue};
use crate::service::KpiScreen;
use crate::tui::widget::bar::trend;
use crate::tui::widget::{Pen, fill, row, width};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;
use std::cmp::Ordering;
use std::fmt::Display;

/// Columns of a KPI's short name.
const NAME: u16 = 12;
/// Columns of a value with its unit.
const VALUE: u16 = 10;

/// Draws the tile: one row, with target and change in a second, and the trend in a third, as high as the area is.
pub fn draw(pen: &Pen, screen: &KpiScreen, value: &KpiValue, selected: bool, area: Rect, buffer: &mut Buffer) {
    let stands = standing(pen, value);
    let focus = if selected { pen.glyphs.focus } else { " " };
    let name = format!("{focus}{}", fill(&pen.cut(pen.short(value.kpi.short_name()), NAME), NAME, false));
    let words = pen.cut(&format!("{} {}", stands.mark, stands.words), area.width.saturating_sub(NAME + VALUE + 2));
    let spans = vec![
        Span::styled(name, if selected { pen.theme.focus } else { pen.theme.normal }),
        Span::styled(fill(&shown(pen, value), VALUE, true), stands.figure),
        Span::raw(" "),
        Span::styled(words, stands.style),
    ];
    pen.line(spans, row(area, 0), buffer);
    pen.text(&format!("  {}", against(pen, screen, value)), pen.theme.dim, row(area, 1), buffer);
    let indent = 2.min(area.width);
    let line = Rect { x: area.x + indent, width: area.width - indent, ..row(area, 2) };
    draw_trend(pen, screen, value, line, buffer);
}

/// Draws below low tiles what they have no room for: the selected KPI's target, change and trend.
pub fn draw_about(pen: &Pen, screen: &KpiScreen, value: &KpiValue, area: Rect, buffer: &mut Buffer) {
    let name = format!(" {} ", pen.say(value.kpi.name()));
    pen.rule(row(area, 0), buffer);
    pen.text(&name, pen.theme.strong, row(area, 0), buffer);
    let used = width(&name);
    let text = format!("{} ", against(pen, screen, value));
    let place = Rect { x: area.x + used, width: area.width.saturating_sub(used), ..row(area, 0) };
    pen.text(&text, pen.theme.normal, place, buffer);
    draw_trend(pen, screen, value, Rect { x: area.x + 1, width: area.width.saturating_sub(1), ..row(area, 1) }, buffer);
}

fn draw_trend(pen: &Pen, screen: &KpiScreen, value: &KpiValue, line: Rect, buffer: &mut Buffer) {
    if line.height == 0 {
        return;
    }
    let scale = value.kpi.unit().scale();
    let figures = screen.trend(value.kpi, usize::from(line.width));
    let points: Vec<Option<f64>> = figures.iter().map(|figure| figure.map(|figure| figure.value(scale))).collect();
    if points.len() > 1 {
        pen.text(&trend(pen, line.width, &points), pen.theme.normal, line, buffer);
    }
}

/// The target and what changed; of what waits how much it is and how old, of Bradford factors whose they are.
fn against(pen: &Pen, screen: &KpiScreen, value: &KpiValue) -> String {
    let dot = pen.glyphs.dot;
    let target =
        value.target.map_or_else(String::new, |_| format!("{} {} {dot} ", pen.say("target"), value.target_number()));
    let before = screen.before.get(value.kpi);
    let sums = screen.sums();
    let waiting = |ages: &Ages, what: &str| {
        let oldest =
            ages.oldest_net_days().map_or_else(String::new, |days| pen.tell(", oldest {days} d", &[("days", &days)]));
        let what = pen.say(what);
        format!("{} {what}{oldest} {dot} {target}{}", ages.count(), change(pen, before, value))
    };
    match value.kpi {
        Kpi::WipAge => waiting(&sums.wip, "orders"),
        Kpi::HoldAge => waiting(&sums.holds, "holds"),
        Kpi::Bradford => match &sums.bradford {
            None => pen.say("of each employee: in the detail").to_owned(),
            Some(employees) => employees.first().map_or_else(
                || pen.say("nobody was absent").to_owned(),
                |first| {
                    let known: [(&str, &dyn Display); 2] = [("n", &employees.len()), ("points", &first.points)];
                    pen.tell("{n} people, highest {points}", &known)
                },
            ),
        },
        _ => format!("{target}{}", change(pen, before, value)),
    }
}

/// The value as it is shown: marked where it rests on inferred standards.
pub fn shown(pen: &Pen, value: &KpiValue) -> String {
    let inferred = if value.is_inferred() { "~" } else { "" };
    format!("{inferred}{}", pen.plain(&value.text()))
}

/// What changed since the window before: which way, by how much, and whether that is good.
pub fn change(pen: &Pen, before: Option<&KpiValue>, value: &KpiValue) -> String {
    let change = before.and_then(|before| value.change_since(before));
    let Some(change) = change else {
        return if value.figure.is_some() { pen.say("no value before").to_owned() } else { String::new() };
    };
    let number = change.number();
    // What rounds to nothing is no change that anybody could see.
    if !number.contains(|digit: char| ('1'..='9').contains(&digit)) {
        return format!("{} {}", pen.glyphs.same, pen.say("unchanged"));
    }
    let word = pen.say(if change.merit() == Ordering::Greater { "better" } else { "worse" });
    let arrow = if change.by.numerator() > 0 { pen.glyphs.up } else { pen.glyphs.down };
    format!("{arrow} {number} {word}")
}
