//! A table of short figures with names down and across, scrolled so that the selected one is in view.

use super::{Pen, cut, fill, row, width};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Columns of the names at the left.
const NAMES: u16 = 13;
/// Columns of a figure.
const CELL: u16 = 13;

/// One figure.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cell {
    /// What it says.
    pub text: String,
    /// How it looks.
    pub style: Style,
}

/// What a table shows.
pub struct Matrix<'a> {
    /// Names down the left.
    pub rows: &'a [String],
    /// Names across the top.
    pub columns: &'a [String],
    /// Row and column of the selected figure.
    pub selected: (usize, usize),
    /// The figure in a row and a column.
    pub cell: &'a dyn Fn(usize, usize) -> Cell,
}

/// How many columns of figures there are in a width.
pub const fn columns_in(width: u16) -> u16 {
    width.saturating_sub(NAMES + 1) / CELL
}

/// The first of so many things in view with the selected one among them.
const fn first_in_view(selected: usize, count: usize, room: usize) -> usize {
    let last_first = count.saturating_sub(room);
    let needed = (selected + 1).saturating_sub(room);
    // The selected one stays in the middle where there is more on both sides.
    let wanted = selected.saturating_sub(room / 2);
    let first = if wanted > needed { wanted } else { needed };
    if first < last_first { first } else { last_first }
}

/// Draws the table: names across in the first row, what lies further to the sides said by a mark.
pub fn draw(pen: &Pen, matrix: &Matrix<'_>, area: Rect, buffer: &mut Buffer) {
    let across = usize::from(columns_in(area.width)).max(1);
    let down = usize::from(area.height.saturating_sub(1)).max(1);
    let (row_at, column_at) = matrix.selected;
    let first_column = first_in_view(column_at, matrix.columns.len(), across);
    let first_row = first_in_view(row_at, matrix.rows.len(), down);
    let place = |column: usize, line: u16| -> Rect {
        let offset = u16::try_from(column).unwrap_or(u16::MAX).saturating_mul(CELL);
        let x = area.x.saturating_add(NAMES + 1).saturating_add(offset);
        Rect { x, width: CELL, ..row(area, line) }.intersection(area)
    };
    let before = if first_column > 0 { format!("{}{first_column}", pen.glyphs.less) } else { String::new() };
    let hidden = matrix.columns.len().saturating_sub(first_column + across);
    let after = if hidden > 0 { format!("{hidden}{}", pen.glyphs.focus) } else { String::new() };
    pen.text(&format!(" {}", fill(&format!("{before} {after}"), NAMES, false)), pen.theme.dim, row(area, 0), buffer);
    for (index, (at, name)) in matrix.columns.iter().enumerate().skip(first_column).take(across).enumerate() {
        let style = if at == column_at { pen.theme.strong } else { pen.theme.dim };
        pen.text(&fill(&cut(name, CELL - 1, pen.glyphs.cut), CELL - 1, true), style, place(index, 0), buffer);
    }
    for (index, (at, name)) in matrix.rows.iter().enumerate().skip(first_row).take(down).enumerate() {
        let line = u16::try_from(index + 1).unwrap_or(u16::MAX);
        let style = if at == row_at { pen.theme.strong } else { pen.theme.normal };
        pen.text(&format!(" {}", cut(name, NAMES, pen.glyphs.cut)), style, row(area, line), buffer);
        for (index, column) in (first_column..matrix.columns.len()).take(across).enumerate() {
            let cell = (matrix.cell)(at, column);
            let is_selected = (at, column) == matrix.selected;
            let style = if is_selected { pen.theme.focus } else { cell.style };
            let text = cut(&cell.text, CELL - 1, pen.glyphs.cut);
            let focus = if is_selected { pen.glyphs.focus } else { "" };
            let text = fill(&format!("{focus}{text}"), CELL - 1, true);
            let at_x = place(index, line);
            // The style belongs to what is said, not to the space before it.
            let space = width(&text).saturating_sub(width(text.trim_start()));
            let own = Rect { x: at_x.x.saturating_add(space), width: at_x.width.saturating_sub(space), ..at_x };
            pen.text(text.trim_start(), style, own.intersection(area), buffer);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::clock::Instant;
    use crate::tui::capability::{Capability, Palette};
    use crate::tui::theme::Theme;
    use proptest::prelude::*;

    fn drawn(rows: usize, columns: usize, selected: (usize, usize), area: Rect) -> String {
        let pen = Pen {
            theme: Theme::built_in(Palette::Mono).expect("theme"),
            glyphs: Capability::PLAIN.glyphs(),
            language: crate::tui::locale::Language::English,
            now: Instant(0),
        };
        let mut buffer = Buffer::empty(area);
        let names = |letter: char, count: usize| (0..count).map(|at| format!("{letter}{at}")).collect::<Vec<_>>();
        let (rows, columns) = (names('R', rows), names('C', columns));
        let cell = |row: usize, column: usize| Cell { text: format!("{row}.{column}"), style: Style::new() };
        draw(&pen, &Matrix { rows: &rows, columns: &columns, selected, cell: &cell }, area, &mut buffer);
        let line = |y| (0..area.width).map(|x| buffer[(x, y)].symbol()).collect::<String>();
        (0..area.height).map(line).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn figures_stand_under_their_names() {
        let text = drawn(2, 2, (1, 0), Rect::new(0, 0, 41, 3));
        let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
        assert_eq!(lines[0].trim_start(), "C0           C1");
        assert!(lines[1].starts_with(" R0") && lines[2].contains("›1.0"), "{text}");
    }

    proptest! {
        #[test]
        fn the_selected_figure_is_always_in_view(
            rows in 1_usize..60, columns in 1_usize..60, at in (0_usize..60, 0_usize..60), wide in 30_u16..200, high in 2_u16..60,
        ) {
            let selected = (at.0.min(rows - 1), at.1.min(columns - 1));
            let text = drawn(rows, columns, selected, Rect::new(0, 0, wide, high));
            prop_assert!(text.contains('›'), "{}", text);
        }

        #[test]
        fn no_size_makes_it_fail(rows in 0_usize..9, columns in 0_usize..9, wide in 0_u16..40, high in 0_u16..9) {
            drawn(rows, columns, (0, 0), Rect::new(0, 0, wide, high));
        }
    }
}
