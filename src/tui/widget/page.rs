//! A page to read: help, a row's detail, a one-time code.

use super::boxed::boxed;
use super::{Pen, cut, fill, row, width, wrap};
use crate::tui::layer::{Page, PageLine};
use crate::tui::layout::centred;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// The page's lines as drawn at a width: each a style and a text.
pub fn laid_out(pen: &Pen, lines: &[PageLine], wide: u16) -> Vec<(Style, String)> {
    let pairs = lines.iter().filter_map(|line| match line {
        PageLine::Pair(name, _) | PageLine::Off(name, _) => Some(width(name)),
        PageLine::Three(name, _, _) | PageLine::ThreeHeads(name, _, _) => Some(width(name).min(wide / 3)),
        PageLine::Heading(_) | PageLine::Text(_) | PageLine::Blank => None,
    });
    let left = pairs.max().unwrap_or(0).min(wide / 2) + 2;
    lines.iter().flat_map(|line| lay_out(pen, line, left, wide)).collect()
}

fn lay_out(pen: &Pen, line: &PageLine, left: u16, wide: u16) -> Vec<(Style, String)> {
    let pair = |style: Style, name: &str, text: &str| {
        let name = cut(name, left.saturating_sub(2), pen.glyphs.cut);
        let room = wide.saturating_sub(left);
        let rows = wrap(&pen.plain(text), room);
        let rows = if rows.is_empty() { vec![String::new()] } else { rows };
        rows.into_iter()
            .enumerate()
            .map(|(index, text)| (style, format!("{}{text}", fill(if index == 0 { &name } else { "" }, left, false))))
            .collect()
    };
    match line {
        PageLine::Heading(text) => vec![(pen.theme.strong, pen.translated(text))],
        PageLine::Text(text) => {
            wrap(&pen.plain(&pen.translated(text)), wide).into_iter().map(|text| (pen.theme.normal, text)).collect()
        }
        PageLine::Pair(name, text) => pair(pen.theme.normal, name, text),
        PageLine::Off(name, text) => pair(pen.theme.dim, name, text),
        PageLine::Three(name, before, after) => three(pen, pen.theme.normal, [name, before, after], left, wide),
        PageLine::ThreeHeads(name, before, after) => three(pen, pen.theme.strong, [name, before, after], left, wide),
        PageLine::Blank => vec![(pen.theme.normal, String::new())],
    }
}

/// Three columns, each wrapped in its own.
fn three(pen: &Pen, style: Style, texts: [&String; 3], left: u16, wide: u16) -> Vec<(Style, String)> {
    let half = (wide.saturating_sub(left) / 2).max(4);
    let widths = [left, half, half];
    let cells: Vec<Vec<String>> =
        texts.iter().zip(widths).map(|(text, width)| wrap(&pen.plain(text), width.saturating_sub(2).max(1))).collect();
    let rows = cells.iter().map(Vec::len).max().unwrap_or(0);
    let cell =
        |row: usize, column: usize| cells.get(column).and_then(|lines| lines.get(row)).map_or("", String::as_str);
    let line = |row: usize| {
        let columns = widths.iter().enumerate().map(|(column, width)| fill(cell(row, column), *width, false));
        columns.collect::<String>().trim_end().to_owned()
    };
    (0..rows).map(|row| (style, line(row))).collect()
}

/// How far a page can be scrolled in an area of this size.
pub fn last_top(pen: &Pen, page: &Page, area: Rect) -> usize {
    let (wide, high) = inner_size(area);
    laid_out(pen, &page.lines, wide).len().saturating_sub(usize::from(high))
}

fn inner_size(area: Rect) -> (u16, u16) {
    (area.width.saturating_sub(8).clamp(1, 96), area.height.saturating_sub(4))
}

/// Draws a page over an area.
pub fn draw(pen: &Pen, page: &Page, area: Rect, buffer: &mut Buffer) {
    let (wide, high) = inner_size(area);
    let lines = laid_out(pen, &page.lines, wide);
    let shown = u16::try_from(lines.len()).unwrap_or(u16::MAX).min(high);
    let below = lines.len().saturating_sub(page.top + usize::from(shown));
    let title = pen.translated(&page.title);
    let more = pen.language.tell("{n} more below", &[("n", &below)]);
    let title = if below > 0 { format!("{title} {} {more}", pen.glyphs.dot) } else { title };
    let inner = boxed(pen, &title, centred(area, wide + 4, shown + 2), buffer);
    for (index, (style, text)) in lines.iter().skip(page.top).take(usize::from(shown)).enumerate() {
        pen.text(text, *style, row(inner, u16::try_from(index).unwrap_or(u16::MAX)), buffer);
    }
}
