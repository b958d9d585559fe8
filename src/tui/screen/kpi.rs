//! The KPI panel: a tile for each KPI with value, target, how it stands, change since the window before, and trend;
//! beside it, or on a page, how the selected one came about.

mod explain;
mod panel;
mod standing;
mod tile;

pub use explain::explained;
pub use panel::Way;

use crate::domain::clock::{Instant, ProductionDate};
use crate::kpi::{Kpi, KpiValue};
use crate::service;
use crate::tui::loaded::Loaded;
use crate::tui::model::Model;
use crate::tui::widget::{Pen, below, inset, row, wrap};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Days of the window at first.
const FIRST_WINDOW: i32 = 30;

/// The panel's state.
#[derive(Debug)]
pub struct KpiScreen {
    /// The figures of the window.
    pub data: Loaded<Box<service::KpiScreen>>,
    /// Days of the window that is wanted.
    pub days: i32,
    /// The selected KPI. It stays selected from window to window.
    pub selected: Kpi,
}

impl Default for KpiScreen {
    fn default() -> Self {
        Self { data: Loaded::Idle, days: FIRST_WINDOW, selected: Kpi::Availability }
    }
}

impl KpiScreen {
    /// Since when the figures are, and whether newer ones could not be had.
    pub fn age(&self) -> (Option<Instant>, bool) {
        (self.data.at(), self.data.failure().is_some())
    }

    /// The KPIs on the panel.
    pub fn values(&self) -> &[KpiValue] {
        self.data.value().map(|screen| screen.panel.values()).unwrap_or_default()
    }

    /// The window that ends today.
    pub const fn window(&self, today: ProductionDate) -> (ProductionDate, ProductionDate) {
        (today.plus_days(1 - self.days), today)
    }

    /// The selected KPI's value.
    pub fn value(&self) -> Option<&KpiValue> {
        self.data.value()?.panel.get(self.selected)
    }

    /// Selects the tile that lies in a way on a panel of this area.
    pub fn step(&mut self, way: Way, area: Rect) {
        let kpis: Vec<Kpi> = self.values().iter().map(|value| value.kpi).collect();
        self.selected = panel::neighbour(&kpis, area, self.selected, way);
    }

    /// Selects the next KPI that is abnormal; says whether there is one.
    pub fn select_next_abnormal(&mut self) -> bool {
        let next = panel::next_abnormal(self);
        self.selected = next.unwrap_or(self.selected);
        next.is_some()
    }

    /// Whether the figures on the screen are of another window than the one wanted.
    fn is_other_window(&self) -> bool {
        self.data.value().is_some_and(|screen| screen.window.days() != self.days)
    }
}

fn window_words(days: i32) -> String {
    if days == 1 { "Today".to_owned() } else { format!("Last {days} days") }
}

/// Draws the panel.
pub fn draw(model: &Model, area: Rect, buffer: &mut Buffer) {
    let pen = model.pen();
    let kpis = &model.kpis;
    let Some(screen) = kpis.data.value() else {
        let text =
            kpis.data.failure().map_or_else(|| "reading...".to_owned(), |why| format!("could not be read: {why}"));
        let place = inset(below(area, 1), 2);
        for (index, line) in wrap(&text, place.width).iter().enumerate() {
            pen.text(line, pen.theme.dim, row(place, u16::try_from(index).unwrap_or(u16::MAX)), buffer);
        }
        return;
    };
    draw_window(model, &pen, screen, row(area, 0), buffer);
    let (tiles, detail) = panel::tiles_and_detail(below(area, 1));
    panel::draw(&pen, kpis, screen, tiles, buffer);
    if let Some((detail, value)) = detail.zip(kpis.value()) {
        explain::draw(&pen, screen, value, detail, buffer);
    }
    if kpis.is_other_window() || kpis.data.is_stale(pen.now) {
        buffer.set_style(below(area, 1), pen.theme.dim);
    }
}

/// Which days and which clients the figures are of.
fn draw_window(model: &Model, pen: &Pen, screen: &service::KpiScreen, place: Rect, buffer: &mut Buffer) {
    let days = screen.window.days();
    let before = if days == 1 { "the day before".to_owned() } else { format!("the {days} before") };
    let clients = match model.seat.as_ref().map(|seat| seat.clients.as_slice()) {
        Some([only]) => pen.cut(&only.name, 22),
        Some(several) => format!("{} clients", several.len()),
        None => String::new(),
    };
    let (dot, to) = (pen.glyphs.dot, pen.glyphs.to);
    let (from, until) = (screen.window.from(), screen.window.to());
    let window = if from == until { from.to_string() } else { format!("{from} {to} {until}") };
    let next = if model.kpis.is_other_window() {
        format!("reading {}...", window_words(model.kpis.days).to_lowercase())
    } else {
        format!("against {before} {dot} {clients}")
    };
    pen.text(&format!(" {} {window} {dot} {next}", window_words(days)), pen.theme.strong, place, buffer);
}
