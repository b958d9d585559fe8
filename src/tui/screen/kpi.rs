//! The KPI panel: a tile for each KPI with value, target, how it stands, change since the window before, and trend.

use crate::domain::clock::{Instant, ProductionDate};
use crate::kpi::{KpiValue, Status};
use crate::service;
use crate::tui::layer::PageLine;
use crate::tui::loaded::Loaded;
use crate::tui::model::Model;
use crate::tui::widget::bar::trend;
use crate::tui::widget::{Pen, below, fill, inset, row, width};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;
use std::cmp::Ordering;

/// Rows of a tile.
const TILE_HEIGHT: u16 = 3;
/// Columns of a tile at least.
const TILE_WIDTH: u16 = 38;

/// The panel's state.
#[derive(Debug)]
pub struct KpiScreen {
    /// The figures of the window.
    pub data: Loaded<Box<service::KpiScreen>>,
    /// Days of the window.
    pub days: i32,
    /// The selected KPI, among those that exist.
    pub selected: usize,
}

impl Default for KpiScreen {
    fn default() -> Self {
        Self { data: Loaded::Idle, days: 30, selected: 0 }
    }
}

impl KpiScreen {
    /// Since when the figures are, and whether newer ones could not be had.
    pub fn age(&self) -> (Option<Instant>, bool) {
        (self.data.at(), self.data.failure().is_some())
    }

    /// The KPIs on the panel.
    pub fn values(&self) -> Vec<&KpiValue> {
        let values = self.data.value().map(|screen| screen.panel.values()).unwrap_or_default();
        values.iter().filter(|value| value.kpi.is_built()).collect()
    }

    /// The window that ends today.
    pub const fn window(&self, today: ProductionDate) -> (ProductionDate, ProductionDate) {
        (today.plus_days(1 - self.days), today)
    }

    /// Selects another KPI.
    pub fn step(&mut self, by: isize) {
        self.selected = self.selected.saturating_add_signed(by).min(self.values().len().saturating_sub(1));
    }

    /// All about the selected KPI.
    pub fn explained(&self) -> Option<(String, Vec<PageLine>)> {
        let screen = self.data.value()?;
        let value = *self.values().get(self.selected)?;
        let pair = |name: &str, text: String| PageLine::Pair(name.to_owned(), text);
        let mut lines = vec![pair("Formula", value.kpi.formula().to_owned()), pair("Value", value.text())];
        if let Some(figure) = value.figure {
            lines.push(pair("Made of", format!("{} ÷ {}", figure.numerator(), figure.denominator())));
        }
        lines.push(pair("Target", value.target_number()));
        lines.push(pair("Stands", status_word(value.status).to_owned()));
        if let Some(before) = screen.before.get(value.kpi) {
            lines.push(pair("Window before", before.text()));
        }
        if value.is_inferred() {
            lines.push(pair(
                "Inferred",
                format!("{:.0} % of the units have a standard from history (~)", value.inferred_share * 100.0),
            ));
        }
        lines.extend([PageLine::Blank, PageLine::Heading("Day by day, the newest first".to_owned())]);
        let mut days: Vec<_> = screen.series(value.kpi).collect();
        days.reverse();
        lines.extend(days.into_iter().map(|(day, figure)| pair(&day.to_string(), value.kpi.unit().text(figure))));
        Some((value.kpi.name().to_owned(), lines))
    }
}

/// Tiles beside each other in a width.
pub const fn columns(width: u16) -> u16 {
    let columns = width / TILE_WIDTH;
    if columns == 0 { 1 } else { columns }
}

const fn status_word(status: Status) -> &'static str {
    match status {
        Status::None => "no target",
        Status::Ok => "on target",
        Status::Warn => "off target",
        Status::Bad => "bad",
    }
}

fn status_look(pen: &Pen, status: Status) -> (&'static str, Style) {
    match status {
        Status::None => (pen.glyphs.neutral, pen.theme.dim),
        Status::Ok => (pen.glyphs.good, pen.theme.good),
        Status::Warn => (pen.glyphs.warn, pen.theme.warn),
        Status::Bad => (pen.glyphs.alarm, pen.theme.alarm),
    }
}

/// Draws the panel.
pub fn draw(model: &Model, area: Rect, buffer: &mut Buffer) {
    let pen = model.pen();
    let kpis = &model.kpis;
    let Some(screen) = kpis.data.value() else {
        let text =
            kpis.data.failure().map_or_else(|| "reading...".to_owned(), |why| format!("could not be read: {why}"));
        pen.text(&text, pen.theme.dim, inset(below(area, 1), 2), buffer);
        return;
    };
    let days = if kpis.days == 1 { "today".to_owned() } else { format!("last {} days", kpis.days) };
    let window = format!(" {days}: {} {} {}", screen.window.from(), pen.glyphs.to, screen.window.to());
    pen.text(&window, pen.theme.strong, row(area, 0), buffer);
    let tiles = below(area, 1);
    let across = columns(tiles.width);
    let tile_width = tiles.width / across;
    let shown_rows = (tiles.height / TILE_HEIGHT).max(1);
    let selected_row = u16::try_from(kpis.selected).unwrap_or(0) / across;
    let top = selected_row.saturating_sub(shown_rows - 1);
    for (index, value) in kpis.values().into_iter().enumerate() {
        let place = u16::try_from(index).unwrap_or(u16::MAX);
        let (line, column) = (place / across, place % across);
        if line < top || line >= top + shown_rows {
            continue;
        }
        let y = tiles.y + (line - top) * TILE_HEIGHT;
        let tile = Rect {
            x: tiles.x + column * tile_width,
            y,
            width: tile_width,
            height: TILE_HEIGHT.min(tiles.bottom().saturating_sub(y)),
        };
        draw_tile(&pen, screen, value, index == kpis.selected, inset(tile, 1), buffer);
    }
}

fn draw_tile(
    pen: &Pen,
    screen: &service::KpiScreen,
    value: &KpiValue,
    selected: bool,
    area: Rect,
    buffer: &mut Buffer,
) {
    let (mark, style) = status_look(pen, value.status);
    let name_style = if selected { pen.theme.focus } else { pen.theme.normal };
    let focus = if selected { pen.glyphs.focus } else { " " };
    let inferred = if value.is_inferred() { "~" } else { "" };
    let number = format!("{inferred}{}", pen.plain(&value.text()));
    let status = format!("{mark} {}", status_word(value.status));
    let name_width = area.width.saturating_sub(width(&number) + width(&status) + 4);
    let name = fill(&pen.cut(value.kpi.name(), name_width), name_width, false);
    let spans = vec![
        Span::styled(format!("{focus}{name} "), name_style),
        Span::styled(number, pen.theme.strong),
        Span::raw("  "),
        Span::styled(status, style),
    ];
    pen.line(spans, row(area, 0), buffer);
    let target = value.target.map_or_else(|| "no target".to_owned(), |_| format!("target {}", value.target_number()));
    let change = change(pen, screen, value);
    let points: Vec<Option<f64>> = screen
        .series(value.kpi)
        .map(|(_, figure)| figure.map(|figure| figure.value(value.kpi.unit().scale())))
        .collect();
    let facts = format!("  {} {} {change}", pen.plain(&target), pen.glyphs.dot);
    pen.text(&facts, pen.theme.dim, row(area, 1), buffer);
    let line = Rect { x: area.x + 2, width: area.width.saturating_sub(2), ..row(area, 2) };
    pen.text(&trend(pen, line.width, &points), pen.theme.normal, line, buffer);
}

fn change(pen: &Pen, screen: &service::KpiScreen, value: &KpiValue) -> String {
    let change = screen.before.get(value.kpi).and_then(|before| value.change_since(before));
    let Some(change) = change else { return "no window before".to_owned() };
    let word = match change.merit() {
        Ordering::Greater => "better",
        Ordering::Less => "worse",
        Ordering::Equal => "same",
    };
    let arrow = match change.by.numerator().cmp(&0) {
        Ordering::Greater => pen.glyphs.up,
        Ordering::Less => pen.glyphs.down,
        Ordering::Equal => pen.glyphs.same,
    };
    format!("{arrow} {} {word}", change.number())
}
