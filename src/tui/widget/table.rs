//! A window of rows as a table whose columns shrink and disappear by rank.

use super::cell::{is_figure, missing_as, said};
use super::wait::Wait;
use super::{Pen, below, fill, row};
use crate::domain::clock::Instant;
use crate::domain::list::{Column, ListRow, Sort};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Columns that the bar of the selected row covers at most: each costs two bytes whenever the selection moves, which a
/// slow link feels on a very wide screen.
const BAR: u16 = 100;

/// What a table shows.
#[derive(Debug)]
pub struct Table<'a> {
    /// The list's columns.
    pub columns: &'static [Column],
    /// Columns not to show, by name.
    pub hidden: Option<&'static str>,
    /// Rows that are loaded, the first at `offset`.
    pub rows: &'a [ListRow],
    /// Position of the first loaded row.
    pub offset: u64,
    /// How many rows there are.
    pub total: u64,
    /// Position of the first row to show.
    pub top: u64,
    /// Position of the selected row.
    pub selected: u64,
    /// By which column it is sorted.
    pub sort: Option<Sort>,
    /// Whether the rows are not the newest.
    pub old: bool,
    /// The present, for the age of what waits.
    pub now: Instant,
}

/// The columns that fit a width, with the widths they get: position in the list and columns of the screen.
pub fn fitting(columns: &'static [Column], hidden: Option<&str>, width: u16) -> Vec<(usize, u16)> {
    let mut shown: Vec<(usize, &Column)> = columns
        .iter()
        .enumerate()
        .filter(|(_, column)| column.rank != Column::DETAIL && Some(column.name) != hidden)
        .collect();
    let needs = |shown: &[(usize, &Column)]| -> u16 { shown.iter().map(|(_, column)| column.width + 1).sum() };
    while needs(&shown) > width {
        // Of the highest rank the last one goes first.
        let Some((place, _)) = shown
            .iter()
            .enumerate()
            .filter(|(_, (_, column))| column.rank > 0)
            .max_by_key(|(place, (_, column))| (column.rank, *place))
        else {
            break;
        };
        shown.remove(place);
    }
    let mut left = width.saturating_sub(needs(&shown));
    let mut widths: Vec<(usize, u16)> = shown.iter().map(|(index, column)| (*index, column.width)).collect();
    // What is left goes to the texts, in turn, up to half as much again.
    for ((_, column), (_, given)) in shown.iter().zip(&mut widths) {
        if !is_figure(column.kind) && column.width >= 10 && column.kind == crate::domain::list::CellKind::Text {
            let more = (column.width / 2).min(left);
            *given += more;
            left -= more;
        }
    }
    shrunk(widths, width)
}

fn shrunk(mut widths: Vec<(usize, u16)>, width: u16) -> Vec<(usize, u16)> {
    loop {
        let needed: u16 = widths.iter().map(|(_, given)| given + 1).sum();
        let Some(widest) = widths.iter_mut().max_by_key(|(_, given)| *given) else { return widths };
        if needed <= width || widest.1 <= 3 {
            return widths;
        }
        widest.1 -= 1;
    }
}

/// Draws the heading in the first row and the rows below it.
pub fn draw(pen: &Pen, table: &Table<'_>, area: Rect, buffer: &mut Buffer) {
    let columns = fitting(table.columns, table.hidden, area.width.saturating_sub(1));
    pen.text(&heading(pen, table, &columns), pen.theme.strong, row(area, 0), buffer);
    let rows = below(area, 1);
    for line in 0..rows.height {
        let position = table.top + u64::from(line);
        if position >= table.total {
            break;
        }
        let place = row(rows, line);
        let selected = position == table.selected;
        let loaded = position
            .checked_sub(table.offset)
            .and_then(|index| usize::try_from(index).ok())
            .and_then(|index| table.rows.get(index));
        let text = loaded.map_or_else(|| format!(" {}", pen.glyphs.cut), |loaded| cells(pen, loaded, table, &columns));
        let text = format!("{}{text}", if selected { pen.glyphs.focus } else { " " });
        let waits = loaded.and_then(|loaded| Wait::of(loaded, table.columns, table.now));
        let style = match waits {
            _ if table.old && !selected => pen.theme.dim,
            Some(wait) if wait.is_long() => pen.theme.warn,
            Some(_) | None => pen.theme.normal,
        };
        pen.text(&fill(&text, place.width, false), style, place, buffer);
        if selected {
            buffer.set_style(Rect { width: bar(&columns, place.width), ..place }, pen.theme.focus);
        }
    }
}

/// How wide the bar of the selected row is: as wide as the table, or to the end of the last column that it may cover.
fn bar(columns: &[(usize, u16)], width: u16) -> u16 {
    if width <= BAR {
        return width;
    }
    let ends = columns.iter().scan(1, |end, (_, given)| {
        *end += given + 1;
        Some(*end)
    });
    ends.take_while(|end| *end <= BAR).last().unwrap_or(BAR)
}

fn heading(pen: &Pen, table: &Table<'_>, columns: &[(usize, u16)]) -> String {
    let mut text = " ".to_owned();
    for (index, width) in columns {
        let Some(column) = table.columns.get(*index) else { continue };
        let arrow = match table.sort {
            Some(sort) if sort.column == *index => {
                if sort.descending {
                    pen.glyphs.down
                } else {
                    pen.glyphs.up
                }
            }
            _ => "",
        };
        let title =
            format!("{}{arrow}", super::cut(pen.say(column.title), width.saturating_sub(super::width(arrow)), ""));
        text.push_str(&fill(&title, *width, is_figure(column.kind)));
        text.push(' ');
    }
    text
}

fn cells(pen: &Pen, loaded: &ListRow, table: &Table<'_>, columns: &[(usize, u16)]) -> String {
    let all = table.columns;
    let wait = Wait::of(loaded, all, table.now);
    let mut text = String::new();
    for (index, width) in columns {
        let (Some(cell), Some(column)) = (loaded.cells.get(*index), all.get(*index)) else { continue };
        let figure = is_figure(column.kind);
        let waited = wait.as_ref().filter(|_| column.name == Wait::COLUMN).map(|wait| wait.written(*width));
        let told = waited
            .unwrap_or_else(|| said(pen, cell, column, *width, missing_as(loaded, all, column, pen.glyphs.missing)));
        text.push_str(&fill(&pen.cut(&told, *width), *width, figure));
        text.push(' ');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::list::List;
    use proptest::prelude::*;

    #[test]
    fn the_bar_of_a_very_wide_table_ends_with_a_column() {
        let columns = [(0, 8), (1, 30), (2, 50), (3, 20)];
        assert_eq!((bar(&columns, 80), bar(&columns, 100), bar(&columns, 156)), (80, 100, 92));
    }

    proptest! {
        #[test]
        fn columns_always_fit_and_the_most_important_stay(list in 0..List::ALL.len(), width in 40_u16..300) {
            let columns = List::ALL[list].columns();
            let shown = fitting(columns, None, width);
            let used: u16 = shown.iter().map(|(_, given)| given + 1).sum();
            prop_assert!(used <= width);
            for (index, column) in columns.iter().enumerate().filter(|(_, column)| column.rank == 0) {
                prop_assert!(shown.iter().any(|(place, _)| *place == index), "{} is gone", column.name);
            }
        }

        #[test]
        fn no_width_makes_it_fail(width in 0_u16..60) {
            fitting(List::Production.columns(), Some("client_id"), width);
        }
    }
}
