//! Screens of lists: a window of rows around the selection, however many there are, with filter and sorting.

use super::anchor::Anchor;
use super::narrowed::Narrowed;
use super::{Tab, row_detail, strip};
use crate::domain::list::{Cell, CellKind, Column, List, ListRow, Page, Sort};
use crate::service::{ListQuery, Within};
use crate::tui::layout;
use crate::tui::loaded::Loaded;
use crate::tui::model::Model;
use crate::tui::widget::cell::written;
use crate::tui::widget::page::laid_out;
use crate::tui::widget::table::{self, Table};
use crate::tui::widget::{Pen, below, inset, row, width, wrap};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::collections::HashMap;

/// Rows that are loaded at once.
pub const WINDOW: u64 = 200;
/// What is said where a filter leaves nothing.
const NOTHING_HOLDS: &str = "Nothing here holds \"{text}\". Esc shows all again.";
/// And where not all days were looked at.
const NOTHING_SINCE: &str =
    "Nothing since {date} holds \"{text}\". Type a date to look further back. Esc shows all again.";
/// How near the edge of the loaded window the selection may come before the next window is asked for.
const MARGIN: u64 = 40;

/// All lists, and which is in view on each screen.
#[derive(Debug, Default)]
pub struct ListScreens {
    screens: HashMap<List, ListScreen>,
    current: HashMap<Tab, List>,
    /// The list that is narrowed to what lies below a figure.
    pub(super) narrowed: Option<Narrowed>,
}

impl ListScreens {
    /// The list in view on a screen.
    pub fn current(&self, tab: Tab) -> Option<List> {
        self.current.get(&tab).or_else(|| tab.lists().first()).copied()
    }

    /// Has another list in view on a screen.
    pub fn show(&mut self, tab: Tab, list: List) {
        self.current.insert(tab, list);
    }

    /// A list's state, if it was ever in view.
    pub fn get(&self, list: List) -> Option<&ListScreen> {
        self.screens.get(&list)
    }

    /// A list's state.
    pub fn get_or_new(&mut self, list: List) -> &mut ListScreen {
        self.screens.entry(list).or_insert_with(|| ListScreen::new(list))
    }

    /// Puts another state in a list's place; gives the one that was there.
    pub(super) fn replace(&mut self, list: List, screen: Option<ListScreen>) -> Option<ListScreen> {
        match screen {
            Some(screen) => self.screens.insert(list, screen),
            None => self.screens.remove(&list),
        }
    }

    /// Every list that was in view.
    pub fn all_mut(&mut self) -> impl Iterator<Item = &mut ListScreen> {
        self.screens.values_mut()
    }
}

/// One list.
#[derive(Debug)]
pub struct ListScreen {
    /// Which.
    pub list: List,
    /// The loaded window of rows.
    pub page: Loaded<Page>,
    /// Position of the selected row.
    pub selected: u64,
    /// Position of the first row on the screen.
    pub top: u64,
    /// Only rows that hold this text.
    pub filter: String,
    /// Whether the filter is being typed.
    pub is_filtering: bool,
    /// By which column it is sorted.
    pub sort: Option<Sort>,
    /// Whether the selection goes to the last row when the next page comes.
    pub to_last: bool,
    /// What stays selected when the next page comes.
    pub anchor: Anchor,
    /// Only rows that lie here.
    pub within: Option<Within>,
}

impl ListScreen {
    pub(super) fn new(list: List) -> Self {
        Self {
            list,
            page: Loaded::Idle,
            selected: 0,
            top: 0,
            filter: String::new(),
            is_filtering: false,
            sort: None,
            to_last: false,
            anchor: Anchor::Position,
            within: None,
        }
    }

    /// How many rows match.
    pub fn total(&self) -> u64 {
        self.page.value().map_or(0, |page| page.total)
    }

    /// The selected row, if it is loaded.
    pub fn row(&self) -> Option<&ListRow> {
        let page = self.page.value()?;
        let index = usize::try_from(self.selected.checked_sub(page.offset)?).ok()?;
        page.rows.get(index)
    }

    /// The query for the window around the selection.
    pub fn query(&self) -> ListQuery {
        ListQuery {
            list: self.list,
            filter: self.filter.clone(),
            sort: self.sort,
            offset: self.selected.saturating_sub(WINDOW / 2),
            limit: WINDOW,
            within: self.within.clone(),
        }
    }

    /// Whether the selection comes near rows that are not loaded.
    pub fn needs_rows(&self) -> bool {
        let Some(page) = self.page.value() else { return true };
        let end = page.offset + u64::try_from(page.rows.len()).unwrap_or(0);
        let before = page.offset > 0 && self.selected < page.offset + MARGIN;
        let after = end < page.total && self.selected + MARGIN >= end;
        // The same window again would hold the same rows: asking for it would never end.
        (before || after) && self.query().offset != page.offset
    }

    /// Selects another row and keeps it on the screen.
    pub fn select(&mut self, position: u64, rows: u64) {
        self.selected = position.min(self.total().saturating_sub(1));
        self.keep_visible(rows);
    }

    /// Scrolls so that the selection is on the screen.
    pub fn keep_visible(&mut self, rows: u64) {
        self.selected = self.selected.min(self.total().saturating_sub(1));
        let lowest = (self.selected + 1).saturating_sub(rows);
        self.top = self.top.clamp(lowest, self.selected).min(self.total().saturating_sub(rows).max(lowest));
    }

    /// The next column to sort by, round and back to the list's own order.
    pub fn sort_next(&mut self, hidden: Option<&str>) {
        let columns = self.list.columns();
        let next = self.sort.map_or(0, |sort| sort.column + 1);
        let sortable = |column: &Column| column.rank != Column::DETAIL && Some(column.name) != hidden;
        self.sort =
            columns.iter().enumerate().skip(next).find(|(_, column)| sortable(column)).map(|(column, found)| Sort {
                column,
                descending: matches!(found.kind, CellKind::Number | CellKind::Time | CellKind::Date),
            });
    }

    /// The text in a column of the selected row.
    pub fn text_of(&self, column: &str) -> Option<String> {
        let (place, column) = self.list.columns().iter().enumerate().find(|(_, known)| known.name == column)?;
        self.row()?.cells.get(place).map(|cell| match cell {
            Cell::Text(text) => text.clone(),
            other => written(other, column, 16, ""),
        })
    }

    /// Whether the selected row has nothing in a column.
    pub fn is_missing(&self, column: &str) -> bool {
        let place = self.list.columns().iter().position(|known| known.name == column);
        let cell = place.and_then(|place| self.row()?.cells.get(place));
        matches!(cell, Some(Cell::Missing))
    }
}

/// The column that says nothing here: the client's, where one client is in view.
pub fn hidden_column(model: &Model, list: List) -> Option<&'static str> {
    let one_client = model.seat.as_ref().is_some_and(|seat| seat.clients.len() == 1);
    (one_client && list != List::Clients).then_some("client_id")
}

/// Draws the list in view.
pub fn draw(model: &Model, area: Rect, buffer: &mut Buffer) {
    let (Some(list), pen) = (model.list(), model.pen()) else { return };
    let Some(screen) = model.lists.get(list) else { return };
    let (table_area, detail_area) = layout::list_and_detail(area);
    draw_title(model, &pen, screen, row(table_area, 0), buffer);
    let rows = below(table_area, 1);
    match screen.page.value() {
        Some(page) if page.total == 0 => draw_empty(model, &pen, screen, rows, buffer),
        Some(page) => {
            let shown = Table {
                columns: list.columns(),
                hidden: hidden_column(model, list),
                rows: &page.rows,
                offset: page.offset,
                total: page.total,
                top: screen.top,
                selected: screen.selected,
                sort: screen.sort,
                old: model.is_stale(&screen.page),
                now: model.now,
            };
            table::draw(&pen, &shown, rows, buffer);
        }
        None => {
            let text = screen.page.failure().map_or_else(
                || pen.say("reading...").to_owned(),
                |why| pen.tell("could not be read: {why}", &[("why", &why)]),
            );
            pen.text(&pen.plain(&text), pen.theme.dim, inset(below(rows, 1), 1), buffer);
        }
    }
    if let (Some(area), Some(loaded)) = (detail_area, screen.row()) {
        draw_detail(model, &pen, list, loaded, area, buffer);
    }
}

fn draw_title(model: &Model, pen: &Pen, screen: &ListScreen, area: Rect, buffer: &mut Buffer) {
    let dot = pen.glyphs.dot;
    let position = screen.page.value().map_or_else(String::new, |page| position_in(pen, page, screen.selected));
    let filter = match (screen.is_filtering, screen.filter.as_str()) {
        (true, text) => format!("/{text}_ {dot} "),
        (false, "") => String::new(),
        (false, text) => format!("/{text} {dot} "),
    };
    let text = format!("{filter}{position} ");
    let names = Rect { width: area.width.saturating_sub(width(&text)), ..area };
    let mut x = strip::draw(model, pen, names, buffer);
    if let Some(narrowed) = model.lists.narrowing(screen.list) {
        let note = pen.tell("only {what}: Esc goes back", &[("what", &narrowed.note)]);
        pen.text(&note, pen.theme.warn, Rect { x, width: area.right().saturating_sub(x), ..area }, buffer);
        x = x.saturating_add(width(&note) + 1);
    }
    let start = area.right().saturating_sub(width(&text)).max(x);
    let style = if screen.filter.is_empty() && !screen.is_filtering { pen.theme.dim } else { pen.theme.strong };
    pen.text(&text, style, Rect { x: start, width: area.right().saturating_sub(start), ..area }, buffer);
}

/// Which row is selected, of how many; and since when entries were looked at.
fn position_in(pen: &Pen, page: &Page, selected: u64) -> String {
    let tell = |text, values: &[(&str, &dyn std::fmt::Display)]| pen.language.tell(text, values);
    let since = page.since.map_or_else(String::new, |date| format!(" {}", tell("since {date}", &[("date", &date)])));
    let (row, total) = (selected + 1, page.total);
    let values: [(&str, &dyn std::fmt::Display); 2] = [("row", &row), ("total", &total)];
    match (total, page.more) {
        (0, _) => since.trim_start().to_owned(),
        (_, false) => tell("{row} of {total}", &values) + &since,
        (_, true) => tell("{row} of more than {total}", &values) + &since,
    }
}

/// The lists of the screen in view that this person may read.
pub fn visible_lists(model: &Model) -> Vec<List> {
    let Some(seat) = &model.seat else { return Vec::new() };
    model.tab.lists().iter().copied().filter(|list| seat.role.may(list.permission())).collect()
}

fn draw_empty(model: &Model, pen: &Pen, screen: &ListScreen, area: Rect, buffer: &mut Buffer) {
    let text = if screen.filter.is_empty() {
        super::gate::empty_text(model, screen.list)
    } else {
        match screen.page.value().and_then(|page| page.since) {
            None => pen.tell(NOTHING_HOLDS, &[("text", &screen.filter)]),
            Some(date) => {
                let known: [(&str, &dyn std::fmt::Display); 2] = [("date", &date), ("text", &screen.filter)];
                pen.tell(NOTHING_SINCE, &known)
            }
        }
    };
    for (index, line) in wrap(&pen.plain(&text), area.width.saturating_sub(4)).iter().enumerate() {
        pen.text(
            line,
            pen.theme.normal,
            row(inset(below(area, 1), 2), u16::try_from(index).unwrap_or(u16::MAX)),
            buffer,
        );
    }
}

fn draw_detail(model: &Model, pen: &Pen, list: List, loaded: &ListRow, area: Rect, buffer: &mut Buffer) {
    for y in area.y..area.bottom() {
        buffer.set_string(area.x, y, pen.glyphs.bar, pen.theme.dim);
    }
    let inner = Rect { x: area.x + 2, width: area.width.saturating_sub(2), ..area };
    let lines = laid_out(pen, &row_detail::detail(model, list, loaded), inner.width);
    for (index, (style, text)) in lines.iter().take(usize::from(inner.height)).enumerate() {
        pen.text(text, *style, row(inner, u16::try_from(index).unwrap_or(u16::MAX)), buffer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::clock::Instant;

    fn screen(total: u64, offset: u64, loaded: u64) -> ListScreen {
        let rows = (0..loaded)
            .map(|index| ListRow { client_id: None, key: index.to_string(), version: 1, cells: Vec::new() })
            .collect();
        let mut screen = ListScreen::new(List::Production);
        screen.page =
            Loaded::Ready(Page { list: List::Production, offset, total, more: false, since: None, rows }, Instant(0));
        screen
    }

    #[test]
    fn a_hundred_thousand_rows_are_walked_through_a_window() {
        let mut screen = screen(100_000, 0, WINDOW);
        screen.select(10, 20);
        assert!(!screen.needs_rows());
        screen.select(99_999, 20);
        assert!(screen.needs_rows());
        assert_eq!((screen.query().offset, screen.query().limit), (99_899, WINDOW));
        assert_eq!(screen.top, 99_980);
        assert!(screen.row().is_none(), "not loaded yet");
    }

    #[test]
    fn the_selection_stays_on_the_screen_and_inside_the_list() {
        let mut screen = screen(30, 0, 30);
        screen.select(25, 10);
        assert_eq!(screen.top, 16);
        screen.select(18, 10);
        assert_eq!(screen.top, 16, "no scrolling without need");
        screen.select(500, 10);
        assert_eq!((screen.selected, screen.top), (29, 20));
        screen.select(0, 10);
        assert_eq!(screen.top, 0);
    }

    #[test]
    fn sorting_goes_through_the_shown_columns_and_back_to_the_own_order() {
        let mut screen = screen(1, 0, 1);
        let mut seen = Vec::new();
        for _ in 0..100 {
            screen.sort_next(None);
            match screen.sort {
                Some(sort) => seen.push(sort.column),
                None => break,
            }
        }
        assert!(seen.is_sorted() && seen.len() > 5, "{seen:?}");
        assert_eq!(screen.sort, None);
    }
}
