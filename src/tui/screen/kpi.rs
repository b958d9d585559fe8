//! The KPI panel: a tile for each KPI with value, target, how it stands, change since the window before, and trend;
//! beside it, or on a page, how the selected one came about.

mod explain;
mod tile;

pub use explain::explained;

use crate::domain::clock::{Instant, ProductionDate};
use crate::kpi::{Family, Kpi, KpiValue, Status};
use crate::service;
use crate::tui::layout::{WIDE, explained_width};
use crate::tui::loaded::Loaded;
use crate::tui::model::Model;
use crate::tui::widget::{Pen, below, inset, row, wrap};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Rows of a tile.
const TILE_HEIGHT: u16 = 3;
/// Columns of a tile at least.
const TILE_WIDTH: u16 = 38;
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

/// Where an arrow key leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// To the tile above.
    Up,
    /// To the one below.
    Down,
    /// To the one before.
    Left,
    /// To the one after.
    Right,
}

impl KpiScreen {
    /// Since when the figures are, and whether newer ones could not be had.
    pub fn age(&self) -> (Option<Instant>, bool) {
        (self.data.at(), self.data.failure().is_some())
    }

    /// The KPIs on the panel: those that this build computes.
    pub fn values(&self) -> Vec<&KpiValue> {
        let values = self.data.value().map(|screen| screen.panel.values()).unwrap_or_default();
        values.iter().filter(|value| value.kpi.is_built()).collect()
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
        self.selected = neighbour(&rows(&kpis, columns(tiles_and_detail(area).0.width)), self.selected, way);
    }

    /// Whether the figures on the screen are of another window than the one wanted.
    fn is_other_window(&self) -> bool {
        self.data.value().is_some_and(|screen| days_of(screen) != self.days)
    }
}

fn days_of(screen: &service::KpiScreen) -> i32 {
    screen.window.to().0 - screen.window.from().0 + 1
}

/// A row of the panel.
#[derive(Debug, Clone, PartialEq, Eq)]
enum PanelRow {
    /// The name above a family's tiles.
    Family(Family),
    /// Tiles beside each other.
    Tiles(Vec<Kpi>),
}

impl PanelRow {
    const fn height(&self) -> u16 {
        match self {
            Self::Family(_) => 1,
            Self::Tiles(_) => TILE_HEIGHT,
        }
    }

    fn tiles(&self) -> &[Kpi] {
        match self {
            Self::Family(_) => &[],
            Self::Tiles(tiles) => tiles,
        }
    }
}

/// Divides the panel into its tiles and what explains the selected one, where there is room for it.
fn tiles_and_detail(area: Rect) -> (Rect, Option<Rect>) {
    if area.width < WIDE {
        return (area, None);
    }
    let detail = explained_width(area);
    let tiles = Rect { width: area.width - detail, ..area };
    (tiles, Some(Rect { x: tiles.right(), width: detail, ..area }))
}

/// Tiles beside each other in a width.
fn columns(width: u16) -> u16 {
    (width / TILE_WIDTH).max(1)
}

/// The rows of a panel: family by family.
fn rows(kpis: &[Kpi], across: u16) -> Vec<PanelRow> {
    kpis.chunk_by(|one, next| one.family() == next.family())
        .flat_map(|family| {
            let name = family.first().map(|kpi| PanelRow::Family(kpi.family()));
            let tiles = family.chunks(usize::from(across.max(1))).map(|tiles| PanelRow::Tiles(tiles.to_vec()));
            name.into_iter().chain(tiles)
        })
        .collect()
}

/// The tile that lies in a way from another one; the same where there is none.
fn neighbour(rows: &[PanelRow], from: Kpi, way: Way) -> Kpi {
    let rows: Vec<&[Kpi]> = rows.iter().map(PanelRow::tiles).filter(|tiles| !tiles.is_empty()).collect();
    let place = |kpi: Kpi| {
        rows.iter().enumerate().find_map(|(row, tiles)| Some((row, tiles.iter().position(|tile| *tile == kpi)?)))
    };
    let in_row = |row: Option<usize>, column: usize| {
        let tiles = rows.get(row?)?;
        tiles.get(column).or(tiles.last()).copied()
    };
    let Some((row, column)) = place(from) else {
        return rows.first().and_then(|tiles| tiles.first()).copied().unwrap_or(from);
    };
    let all: Vec<Kpi> = rows.iter().copied().flatten().copied().collect();
    let at = all.iter().position(|kpi| *kpi == from).unwrap_or(0);
    let found = match way {
        Way::Up => in_row(row.checked_sub(1), column),
        Way::Down => in_row(Some(row + 1), column),
        Way::Left => at.checked_sub(1).and_then(|at| all.get(at)).copied(),
        Way::Right => all.get(at + 1).copied(),
    };
    found.unwrap_or(from)
}

/// The first row to show so that the row with the selected tile fits a height, with its family's name if that fits.
fn first_shown(rows: &[PanelRow], selected: Kpi, height: u16) -> usize {
    let Some(last) = rows.iter().position(|row| row.tiles().contains(&selected)) else { return 0 };
    let fits =
        |first: &usize| rows.iter().skip(*first).take(last + 1 - first).map(PanelRow::height).sum::<u16>() <= height;
    (0..=last).find(fits).unwrap_or(last)
}

/// How a KPI stands, as mark, words and style. More than is possible is abnormal whatever the target says.
fn standing(pen: &Pen, value: &KpiValue) -> (&'static str, String, Style) {
    if value.figure.is_none() {
        return (pen.glyphs.neutral, "no value".to_owned(), pen.theme.dim);
    }
    if value.is_beyond_ideal() {
        return (pen.glyphs.warn, "over 100 %".to_owned(), pen.theme.warn);
    }
    let status = value.worst_client.as_ref().map_or(value.status, |worst| worst.status);
    let (mark, style) = match status {
        Status::None => (pen.glyphs.neutral, pen.theme.dim),
        Status::Ok => (pen.glyphs.good, pen.theme.good),
        Status::Warn => (pen.glyphs.warn, pen.theme.warn),
        Status::Bad => (pen.glyphs.alarm, pen.theme.alarm),
    };
    let words = match (&value.worst_client, status) {
        (Some(worst), Status::Warn) => format!("near: {}", worst.client_id),
        (Some(worst), Status::Bad) => format!("off: {}", worst.client_id),
        (Some(_), Status::None | Status::Ok) | (None, _) => status_word(status).to_owned(),
    };
    (mark, words, style)
}

const fn status_word(status: Status) -> &'static str {
    match status {
        Status::None => "no target",
        Status::Ok => "on target",
        Status::Warn => "near target",
        Status::Bad => "off target",
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
    let (tiles, detail) = tiles_and_detail(below(area, 1));
    draw_tiles(&pen, kpis, screen, tiles, buffer);
    if let Some((detail, value)) = detail.zip(kpis.value()) {
        explain::draw(&pen, screen, value, detail, buffer);
    }
    if kpis.is_other_window() || kpis.data.is_stale(pen.now) {
        buffer.set_style(below(area, 1), pen.theme.dim);
    }
}

/// Which days and which clients the figures are of.
fn draw_window(model: &Model, pen: &Pen, screen: &service::KpiScreen, place: Rect, buffer: &mut Buffer) {
    let days = days_of(screen);
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

fn draw_tiles(pen: &Pen, kpis: &KpiScreen, screen: &service::KpiScreen, area: Rect, buffer: &mut Buffer) {
    let across = columns(area.width);
    let width = area.width / across;
    let shown: Vec<Kpi> = kpis.values().iter().map(|value| value.kpi).collect();
    let rows = rows(&shown, across);
    let mut y = area.y;
    for shown in rows.iter().skip(first_shown(&rows, kpis.selected, area.height)) {
        if y + shown.height() > area.bottom() {
            break;
        }
        match shown {
            PanelRow::Family(family) => {
                let place = Rect { y, height: 1, ..area };
                pen.rule(place, buffer);
                let name = format!(" {} ", family_name(*family));
                pen.text(&name, pen.theme.dim, inset(place, 1), buffer);
            }
            PanelRow::Tiles(tiles) => {
                let mut x = area.x;
                for value in tiles.iter().filter_map(|kpi| screen.panel.get(*kpi)) {
                    let place = inset(Rect { x, y, width, height: TILE_HEIGHT }, 1);
                    tile::draw(pen, screen, value, value.kpi == kpis.selected, place, buffer);
                    x += width;
                }
            }
        }
        y += shown.height();
    }
}

const fn family_name(family: Family) -> &'static str {
    match family {
        Family::Production => "Production",
        Family::Quality => "Quality",
        Family::Orders => "Orders",
        Family::People => "People",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    #[rstest]
    #[case::beside(Kpi::Availability, Way::Right, Kpi::Performance)]
    #[case::below(Kpi::Performance, Way::Down, Kpi::Oee)]
    #[case::the_end_of_a_row_leads_on(Kpi::Performance, Way::Right, Kpi::QualityRate)]
    #[case::nothing_above(Kpi::Performance, Way::Up, Kpi::Performance)]
    #[case::into_the_next_family(Kpi::Mttr, Way::Down, Kpi::Rty)]
    #[case::a_short_row_has_a_last_tile(Kpi::Dpmo, Way::Down, Kpi::SigmaLevel)]
    #[case::back_up_from_it(Kpi::SigmaLevel, Way::Up, Kpi::Ppm)]
    #[case::nothing_after_the_last(Kpi::Bradford, Way::Right, Kpi::Bradford)]
    fn arrow_keys_lead_to_the_tile_that_lies_there(#[case] from: Kpi, #[case] way: Way, #[case] to: Kpi) {
        assert_eq!(neighbour(&rows(Kpi::ALL, 2), from, way), to);
    }

    #[test]
    fn ten_tiles_and_their_heading_fit_80_by_24() {
        let built: Vec<Kpi> = Kpi::ALL.iter().copied().filter(|kpi| kpi.is_built()).collect();
        let body = crate::tui::layout::areas(Rect::new(0, 0, 80, 24)).body;
        let rows = rows(&built, columns(80));
        assert!(rows.iter().map(PanelRow::height).sum::<u16>() < body.height);
        assert_eq!(rows.iter().map(|row| row.tiles().len()).sum::<usize>(), built.len());
    }

    proptest! {
        #[test]
        fn the_selected_tile_is_always_in_view(selected in 0..Kpi::ALL.len(), across in 1_u16..6, height in TILE_HEIGHT..40) {
            let rows = rows(Kpi::ALL, across);
            let first = first_shown(&rows, Kpi::ALL[selected], height);
            let mut left = height;
            let in_view = rows.iter().skip(first).take_while(|row| { let fits = row.height() <= left; left = left.saturating_sub(row.height()); fits });
            prop_assert!(in_view.flat_map(PanelRow::tiles).any(|kpi| *kpi == Kpi::ALL[selected]));
        }
    }
}
