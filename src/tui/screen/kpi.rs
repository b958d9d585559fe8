//! The KPIs: a panel of tiles with value, target, how it stands, change and trend; clients side by side; and each KPI in
//! detail, down to its entries.

pub mod compare;
pub mod detail;
mod explain;
mod panel;
mod standing;
mod tile;
pub mod window;

pub use explain::explained;
pub use panel::Way;

use crate::domain::clock::Instant;
use crate::kpi::{Kpi, KpiValue, Window};
use crate::service;
use crate::tui::loaded::Loaded;
use crate::tui::model::Model;
use crate::tui::widget::{Pen, below, inset, row, wrap};
use compare::Comparison;
use detail::{DetailScreen, Level};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use window::WindowChoice;

/// Days of the window at first.
const FIRST_WINDOW: i32 = 30;

/// What of the KPIs is in view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// All of them as tiles.
    Panel,
    /// The clients side by side.
    Compare,
    /// One in detail.
    Detail,
}

/// The state of the KPIs' screen.
#[derive(Debug)]
pub struct KpiScreen {
    /// The figures of the window.
    pub data: Loaded<Box<service::KpiScreen>>,
    /// The window that is wanted.
    pub window: WindowChoice,
    /// The window that was asked for last.
    pub asked: Option<WindowChoice>,
    /// The window of the figures in view.
    pub shown: Option<WindowChoice>,
    /// The selected KPI. It stays selected from window to window.
    pub selected: Kpi,
    /// The abnormal KPI that a key led to last.
    pub led_to: Option<Kpi>,
    /// Whether the clients are side by side.
    pub is_comparing: bool,
    /// What is selected among them.
    pub compare: Comparison,
    /// The KPI that is open in detail.
    pub detail: Option<DetailScreen>,
}

impl Default for KpiScreen {
    fn default() -> Self {
        Self {
            data: Loaded::Idle,
            window: WindowChoice::Days(FIRST_WINDOW),
            asked: None,
            shown: None,
            selected: Kpi::Availability,
            led_to: None,
            is_comparing: false,
            compare: Comparison::default(),
            detail: None,
        }
    }
}

impl KpiScreen {
    /// What is in view.
    pub const fn view(&self) -> View {
        match (&self.detail, self.is_comparing) {
            (Some(_), _) => View::Detail,
            (None, true) => View::Compare,
            (None, false) => View::Panel,
        }
    }

    /// Since when the figures are, and whether newer ones could not be had.
    pub fn age(&self) -> (Option<Instant>, bool) {
        match self.detail.as_ref().and_then(DetailScreen::level) {
            Some(level) => (level.data.at(), level.data.failure().is_some()),
            None => (self.data.at(), self.data.failure().is_some()),
        }
    }

    /// The KPIs on the panel.
    pub fn values(&self) -> &[KpiValue] {
        self.data.value().map(|screen| screen.panel.values()).unwrap_or_default()
    }

    /// The selected KPI's value.
    pub fn value(&self) -> Option<&KpiValue> {
        self.data.value()?.panel.get(self.selected)
    }

    /// Selects what lies in a way, on a screen of this area.
    pub fn step(&mut self, way: Way, area: Rect) {
        match self.view() {
            View::Panel => {
                let kpis: Vec<Kpi> = self.values().iter().map(|value| value.kpi).collect();
                self.selected = panel::neighbour(&kpis, area, self.selected, way);
            }
            View::Compare => self.step_compared(way, area),
            View::Detail => self.step_in_detail(way),
        }
    }

    fn step_in_detail(&mut self, way: Way) {
        let Some(detail) = &mut self.detail else { return };
        match way {
            Way::Left => detail.section = detail.section.checked_sub(1).unwrap_or(detail.last_section()),
            Way::Right => detail.section = if detail.section < detail.last_section() { detail.section + 1 } else { 0 },
            Way::Up | Way::Down => {
                let by = if way == Way::Up { -1 } else { 1 };
                self.change_level(|level| level.select(level.selected().saturating_add_signed(by)));
            }
        }
    }

    /// Changes the level in view of the detail.
    pub fn change_level(&mut self, change: impl FnOnce(&mut Level)) {
        if let Some(level) = self.detail.as_mut().and_then(DetailScreen::level_mut) {
            change(level);
        }
    }

    /// Selects the next figure that is abnormal; says whether there is one.
    pub fn select_next_abnormal(&mut self) -> bool {
        if self.view() == View::Compare {
            return self.select_next_abnormal_compared();
        }
        let next = panel::next_abnormal(self);
        self.led_to = next;
        self.selected = next.unwrap_or(self.selected);
        next.is_some()
    }
}

/// How a KPI stands, as mark and words.
pub fn standing_of(pen: &Pen, value: &KpiValue) -> String {
    let stands = standing::standing(pen, value);
    format!("{} {}", stands.mark, stands.words)
}

/// Draws the KPIs.
pub fn draw(model: &Model, area: Rect, buffer: &mut Buffer) {
    let pen = model.pen();
    let kpis = &model.kpis;
    if let Some(detail) = &kpis.detail {
        return detail::draw(model, detail, area, buffer);
    }
    let Some(screen) = kpis.data.value() else {
        let text = kpis.data.failure().map_or_else(
            || pen.say("reading...").to_owned(),
            |why| pen.tell("could not be read: {why}", &[("why", &why)]),
        );
        let place = inset(below(area, 1), 2);
        for (index, line) in wrap(&text, place.width).iter().enumerate() {
            pen.text(line, pen.theme.dim, row(place, u16::try_from(index).unwrap_or(u16::MAX)), buffer);
        }
        return;
    };
    let shown = kpis.shown.unwrap_or(kpis.window);
    let is_other = shown != kpis.window;
    draw_window(model, &pen, (shown, screen.window, screen.label.as_deref()), is_other, row(area, 0), buffer);
    if kpis.is_comparing {
        compare::draw(&pen, kpis, screen, below(area, 1), buffer);
    } else {
        let (tiles, detail) = panel::tiles_and_detail(below(area, 1));
        panel::draw(&pen, kpis, screen, tiles, buffer);
        if let Some((detail, value)) = detail.zip(kpis.value()) {
            explain::draw(&pen, screen, value, detail, buffer);
        }
    }
    if is_other || model.is_stale(&kpis.data) {
        buffer.set_style(below(area, 1), pen.theme.dim);
    }
}

/// Which days and which clients the figures are of; while others are read, which those will be.
fn draw_window(
    model: &Model,
    pen: &Pen,
    (choice, window, label): (WindowChoice, Window, Option<&str>),
    is_other: bool,
    place: Rect,
    buffer: &mut Buffer,
) {
    let clients = match model.seat.as_ref().map(|seat| seat.clients.as_slice()) {
        Some([only]) => pen.cut(&only.name, 22),
        Some(several) => pen.tell("{n} clients", &[("n", &several.len())]),
        None => String::new(),
    };
    let (dot, to) = (pen.glyphs.dot, pen.glyphs.to);
    let (from, until) = (window.from(), window.to());
    let dates = if from == until { from.to_string() } else { format!("{from} {to} {until}") };
    let shown = label.map_or_else(|| dates.clone(), |label| format!("{label} {dates}"));
    let next = if is_other {
        pen.tell("reading {window}...", &[("window", &pen.translated(&model.kpis.window.words()).to_lowercase())])
    } else {
        {
            let before = pen.translated(&choice.before());
            format!("{} {dot} {clients}", pen.tell("against {window}", &[("window", &before)]))
        }
    };
    let text = format!(" {} {shown} {dot} {next}", pen.translated(&choice.words()));
    pen.text(&text, pen.theme.strong, place, buffer);
}
