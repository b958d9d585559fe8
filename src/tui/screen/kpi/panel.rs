//! The panel's tiles: family by family, as tall as the screen allows, the selected one always in view.

use super::{KpiScreen, standing, tile};
use crate::kpi::{Family, Kpi};
use crate::service;
use crate::tui::layout::{WIDE, explained_width};
use crate::tui::widget::{Pen, inset};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Rows of a tile, the roomiest first.
const TILE_HEIGHTS: [u16; 3] = [3, 2, 1];
/// Columns of a tile at least.
const TILE_WIDTH: u16 = 38;
/// Rows below tiles of one row that say more about the selected one.
const ABOUT_SELECTED: u16 = 2;

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

/// A row of the panel.
#[derive(Debug, Clone, PartialEq, Eq)]
enum PanelRow {
    /// The name above a family's tiles.
    Family(Family),
    /// Tiles beside each other.
    Tiles(Vec<Kpi>),
}

impl PanelRow {
    const fn height(&self, tile: u16) -> u16 {
        match self {
            Self::Family(_) => 1,
            Self::Tiles(_) => tile,
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
pub fn tiles_and_detail(area: Rect) -> (Rect, Option<Rect>) {
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

fn height_of(rows: &[PanelRow], tile: u16) -> u16 {
    rows.iter().map(|row| row.height(tile)).sum()
}

/// The tallest tiles with which everything is in view at once; the lowest where nothing fits.
fn tile_height(rows: &[PanelRow], height: u16) -> u16 {
    TILE_HEIGHTS.into_iter().find(|tile| height_of(rows, *tile) <= height).unwrap_or(1)
}

/// The tile that lies in a way from another one on a panel of this area; the same where there is none.
pub fn neighbour(kpis: &[Kpi], area: Rect, from: Kpi, way: Way) -> Kpi {
    let rows = rows(kpis, columns(tiles_and_detail(area).0.width));
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
    let at = kpis.iter().position(|kpi| *kpi == from).unwrap_or(0);
    let found = match way {
        Way::Up => in_row(row.checked_sub(1), column),
        Way::Down => in_row(Some(row + 1), column),
        Way::Left => at.checked_sub(1).and_then(|at| kpis.get(at)).copied(),
        Way::Right => kpis.get(at + 1).copied(),
    };
    found.unwrap_or(from)
}

/// The first row to show so that the row with the selected tile fits a height, with its family's name if that fits.
fn first_shown(rows: &[PanelRow], selected: Kpi, tile: u16, height: u16) -> usize {
    let Some(last) = rows.iter().position(|row| row.tiles().contains(&selected)) else { return 0 };
    let fits = |first: &usize| {
        rows.iter().skip(*first).take(last + 1 - first).map(|row| row.height(tile)).sum::<u16>() <= height
    };
    (0..=last).find(fits).unwrap_or(last)
}

/// Draws the tiles; where they are low, what the selected one has no room for stands below them.
pub fn draw(pen: &Pen, kpis: &KpiScreen, screen: &service::KpiScreen, area: Rect, buffer: &mut Buffer) {
    let across = columns(area.width);
    let width = area.width / across;
    let shown: Vec<Kpi> = kpis.values().iter().map(|value| value.kpi).collect();
    let rows = rows(&shown, across);
    let tile = tile_height(&rows, area.height);
    let is_low = tile == 1 && area.width < WIDE && area.height > 3 * ABOUT_SELECTED;
    let tiles = Rect { height: area.height - if is_low { ABOUT_SELECTED } else { 0 }, ..area };
    let mut y = tiles.y;
    for shown in rows.iter().skip(first_shown(&rows, kpis.selected, tile, tiles.height)) {
        if y + shown.height(tile) > tiles.bottom() {
            break;
        }
        match shown {
            PanelRow::Family(family) => draw_family(pen, *family, Rect { y, height: 1, ..area }, buffer),
            PanelRow::Tiles(kpis_beside) => {
                let mut x = area.x;
                for value in kpis_beside.iter().filter_map(|kpi| screen.panel.get(*kpi)) {
                    let place = inset(Rect { x, y, width, height: tile }, 1);
                    tile::draw(pen, screen, value, value.kpi == kpis.selected, place, buffer);
                    x += width;
                }
            }
        }
        y += shown.height(tile);
    }
    if is_low && let Some(value) = kpis.value() {
        let about = Rect { y: tiles.bottom(), height: ABOUT_SELECTED, ..area };
        tile::draw_about(pen, screen, value, inset(about, 1), buffer);
    }
}

fn draw_family(pen: &Pen, family: Family, place: Rect, buffer: &mut Buffer) {
    pen.rule(place, buffer);
    let name = format!(" {} ", pen.say(family_name(family)));
    pen.text(&name, pen.theme.dim, inset(place, 1), buffer);
}

/// What a family is called above its tiles.
pub const fn family_name(family: Family) -> &'static str {
    match family {
        Family::Production => "Production",
        Family::Quality => "Quality",
        Family::Orders => "Orders",
        Family::People => "People",
    }
}

/// The abnormal KPI to select after another one: the bad ones first, then those near their limits, in the panel's
/// order, and round again.
pub fn next_abnormal(kpis: &KpiScreen) -> Option<Kpi> {
    let mut abnormal: Vec<(u8, Kpi)> =
        kpis.values().iter().filter_map(|value| Some((standing::urgency(value)?, value.kpi))).collect();
    abnormal.sort_by_key(|(urgency, _)| *urgency);
    // Whoever came here by other keys begins with the worst.
    let was_led_here = kpis.led_to == Some(kpis.selected);
    let here = abnormal.iter().position(|(_, kpi)| was_led_here && *kpi == kpis.selected);
    let after = here.map_or(0, |at| at + 1);
    abnormal.get(after).or(abnormal.first()).map(|(_, kpi)| *kpi)
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
        assert_eq!(neighbour(Kpi::ALL, Rect::new(0, 0, 80, 19), from, way), to);
    }

    #[rstest]
    #[case::low_but_all_at_once(80, 24, 1)]
    #[case::with_target_and_change(120, 40, 2)]
    #[case::with_the_trend(200, 60, 3)]
    fn all_kpis_with_their_headings_are_in_view_at_once(#[case] width: u16, #[case] height: u16, #[case] tile: u16) {
        let body = crate::tui::layout::areas(Rect::new(0, 0, width, height)).body;
        let (tiles, beside) = tiles_and_detail(body);
        let rows = rows(Kpi::ALL, columns(tiles.width));
        let room = body.height - 1 - if beside.is_none() { ABOUT_SELECTED } else { 0 };
        assert_eq!(tile_height(&rows, room), tile);
        assert!(height_of(&rows, tile) <= room);
    }

    proptest! {
        #[test]
        fn the_selected_tile_is_always_in_view(
            selected in 0..Kpi::ALL.len(), across in 1_u16..6, tile in 1_u16..4, more in 0_u16..40,
        ) {
            let rows = rows(Kpi::ALL, across);
            let first = first_shown(&rows, Kpi::ALL[selected], tile, tile + more);
            let mut left = tile + more;
            let in_view = rows.iter().skip(first).take_while(|row| {
                let fits = row.height(tile) <= left;
                left = left.saturating_sub(row.height(tile));
                fits
            });
            prop_assert!(in_view.flat_map(PanelRow::tiles).any(|kpi| *kpi == Kpi::ALL[selected]));
        }
    }
}
