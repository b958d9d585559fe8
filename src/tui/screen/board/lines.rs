//! The board's table: the summary above it, and under each client's name its lines, page by page.

use super::columns::{Cells, Widths};
use super::{LineState, is_undecided};
use crate::domain::id::ClientId;
use crate::domain::measure::Units;
use crate::service::{Board, HoldOnBoard};
use crate::tui::model::Model;
use crate::tui::widget::bar::bar;
use crate::tui::widget::{Pen, below, fill, long_duration, row, width};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row<'a> {
    /// The name above a client's lines.
    Client(&'a ClientId),
    /// The line at a position.
    Line(usize),
}

impl Row<'_> {
    /// The line's position.
    pub const fn line(&self) -> Option<usize> {
        match self {
            Self::Line(at) => Some(*at),
            Self::Client(_) => None,
        }
    }
}

/// All rows: the lines under their clients, then clients that have no line but goods on hold.
pub fn rows(board: &Board) -> Vec<Row<'_>> {
    let mut rows = Vec::new();
    let mut above = None;
    for (at, line) in board.lines.iter().enumerate() {
        if above != Some(&line.client_id) {
            rows.push(Row::Client(&line.client_id));
            above = Some(&line.client_id);
        }
        rows.push(Row::Line(at));
    }
    for hold in &board.holds {
        if !rows.contains(&Row::Client(&hold.client_id)) {
            rows.push(Row::Client(&hold.client_id));
        }
    }
    rows
}

/// Rows divided into pages of a height. A page that begins within a client repeats its name; none ends with a name
/// whose lines are on the next.
pub fn pages<'a>(rows: &[Row<'a>], height: usize) -> Vec<Vec<Row<'a>>> {
    let height = height.max(2);
    let mut pages: Vec<Vec<Row<'a>>> = vec![Vec::new()];
    let mut client = None;
    for (index, row) in rows.iter().enumerate() {
        let full = pages.last().is_some_and(|page| {
            let leads = matches!(row, Row::Client(_)) && matches!(rows.get(index + 1), Some(Row::Line(_)));
            page.len() + usize::from(leads) >= height
        });
        if full {
            let repeated = client.filter(|_| row.line().is_some());
            pages.push(repeated.into_iter().collect());
        }
        if let Row::Client(_) = row {
            client = Some(*row);
        }
        if let Some(page) = pages.last_mut() {
            page.push(*row);
        }
    }
    pages
}

/// The page that a line is on.
pub fn page_of(pages: &[Vec<Row<'_>>], line: usize) -> usize {
    pages.iter().position(|page| page.contains(&Row::Line(line))).unwrap_or(0)
}

/// Draws the summary and the page with the selected line.
pub fn draw(model: &Model, pen: &Pen, board: &Board, summary: Rect, area: Rect, buffer: &mut Buffer) {
    let rows = rows(board);
    let list = below(area, 1);
    let pages = pages(&rows, usize::from(list.height));
    let at = page_of(&pages, model.board.selected());
    draw_summary(pen, board, (at, pages.len()), summary, buffer);
    let cells: Vec<Cells<'_>> =
        board.lines.iter().map(|line| Cells::of(pen, line, model.clock_of(Some(&line.client_id)))).collect();
    let widths = Widths::for_lines(pen, &cells, area.width);
    pen.text(&widths.heading(pen, area.width), pen.theme.strong, row(area, 0), buffer);
    for (index, shown) in pages.get(at).into_iter().flatten().enumerate() {
        let place = row(list, u16::try_from(index).unwrap_or(u16::MAX));
        match shown {
            Row::Client(client) => draw_client(model, pen, board, client, place, buffer),
            Row::Line(line) => {
                if let Some(cells) = cells.get(*line) {
                    draw_line(pen, cells, &widths, *line == model.board.selected(), place, buffer);
                }
            }
        }
    }
}

fn draw_line(pen: &Pen, cells: &Cells<'_>, widths: &Widths, selected: bool, place: Rect, buffer: &mut Buffer) {
    let line = cells.line;
    let (mark, style) = LineState::of(line).look(pen);
    let whole = line.target.map_or(0, Units::get);
    let drawn = if whole > 0 && line.shift.is_some() {
        bar(pen, widths.bar, line.made.get(), whole, line.target_so_far.map(Units::get))
    } else {
        " ".repeat(usize::from(widths.bar))
    };
    let base = if selected { pen.theme.focus } else { pen.theme.normal };
    let focus = if selected { pen.glyphs.focus } else { " " };
    let name = fill(&pen.cut(&cells.name, widths.name), widths.name, false);
    let figures = widths.figures(cells, &drawn);
    let mut spans = vec![
        Span::styled(focus, base),
        Span::styled(mark, style),
        Span::styled(format!(" {name} {figures}"), base),
        Span::styled(fill(&cells.state, widths.state, false), style),
    ];
    if widths.reason > 0 && !cells.reason.is_empty() {
        spans.push(Span::styled(pen.cut(&format!("  {}", cells.reason), widths.reason), pen.theme.normal));
    }
    pen.line(spans, place, buffer);
}

fn draw_client(model: &Model, pen: &Pen, board: &Board, client: &ClientId, place: Rect, buffer: &mut Buffer) {
    let known = model.seat.as_ref().and_then(|seat| seat.clients.iter().find(|known| &known.client_id == client));
    let name = known.map_or_else(|| client.to_string(), |known| known.name.clone());
    let dot = pen.glyphs.dot;
    let mut spans = vec![Span::styled(format!(" {}", pen.cut(&name, place.width / 3)), pen.theme.strong)];
    let holds: Vec<&HoldOnBoard> = board.holds.iter().filter(|hold| &hold.client_id == client).collect();
    if let Some((text, style)) = holds_text(pen, &holds) {
        spans.push(Span::styled(format!(" {dot} "), pen.theme.dim));
        spans.push(Span::styled(text, style));
    }
    let shift = shift_of(pen, board, client);
    // The same shift everywhere stands in the header already.
    if rows(board).iter().any(|row| matches!(row, Row::Client(other) if shift_of(pen, board, other) != shift)) {
        spans.push(Span::styled(format!(" {dot} {shift}"), pen.theme.dim));
    }
    pen.line(spans, place, buffer);
}

/// The shift of a client's lines in words.
fn shift_of(pen: &Pen, board: &Board, client: &ClientId) -> String {
    let shifts = || board.lines.iter().filter(|line| &line.client_id == client).filter_map(|line| line.shift.as_ref());
    let Some(shift) = shifts().next() else { return pen.say("no shift now").to_owned() };
    let closed = if shifts().all(|shift| shift.closed) { format!(", {}", pen.say("closed")) } else { String::new() };
    format!(
        "{} {}{}{}{closed}",
        shift.name,
        shift.local.0.format("%H:%M"),
        pen.glyphs.to,
        shift.local.1.format("%H:%M")
    )
}

/// A client's open holds in words: how many, how much, the oldest, and how many wait for a decision.
fn holds_text(pen: &Pen, holds: &[&HoldOnBoard]) -> Option<(String, Style)> {
    let oldest = holds.iter().map(|hold| hold.since).min()?;
    let quantity: Units = holds.iter().map(|hold| hold.quantity).sum();
    let age = long_duration(pen.now.minutes_since(oldest));
    let undecided = holds.iter().filter(|hold| is_undecided(hold)).count();
    let noun = pen.say(if holds.len() == 1 { "hold" } else { "holds" });
    let much = pen.tell("{n} units, oldest {age}", &[("n", &quantity), ("age", &age)]);
    Some(if undecided > 0 {
        {
            let decide = pen.tell("{n} to decide", &[("n", &undecided)]);
            (format!("{} {} {noun}, {decide}, {much}", pen.glyphs.warn, holds.len()), pen.theme.warn)
        }
    } else {
        (format!("{} {noun}, {much}", holds.len()), pen.theme.normal)
    })
}

fn draw_summary(pen: &Pen, board: &Board, (page, pages): (usize, usize), place: Rect, buffer: &mut Buffer) {
    let mut kinds: Vec<(LineState<'_>, usize)> = Vec::new();
    for state in board.lines.iter().map(LineState::of) {
        match kinds.iter_mut().find(|(kind, _)| kind.word() == state.word()) {
            Some((_, count)) => *count += 1,
            None => kinds.push((state, 1)),
        }
    }
    kinds.sort_by_key(|(kind, _)| kind.urgency());
    let noun = pen.say(if board.lines.len() == 1 { "line" } else { "lines" });
    let paging = if pages > 1 {
        format!("  {} ", pen.tell("page {n} of {all}", &[("n", &(page + 1)), ("all", &pages)]))
    } else {
        String::new()
    };
    let start = place.right().saturating_sub(width(&paging)).max(place.x);
    pen.text(&paging, pen.theme.dim, Rect { x: start, width: place.right() - start, ..place }, buffer);
    let total = format!(" {} {noun}", board.lines.len());
    let mut room = (start - place.x).saturating_sub(width(&total));
    let mut spans = vec![Span::styled(total, pen.theme.strong)];
    for (kind, count) in kinds {
        let (mark, style) = kind.look(pen);
        let text = format!("{mark} {count} {}", pen.say(kind.word()));
        // The most urgent come first: what does not fit is quiet.
        if width(&text) + 2 > room {
            break;
        }
        room -= width(&text) + 2;
        spans.push(Span::raw("  "));
        spans.push(Span::styled(text, style));
    }
    pen.line(spans, Rect { width: start - place.x, ..place }, buffer);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn client(name: &str) -> ClientId {
        ClientId::parse(name).expect("client")
    }

    proptest! {
        #[test]
        fn every_line_is_on_exactly_one_page_under_its_client(counts in prop::collection::vec(0_usize..9, 1..6), height in 0_usize..14) {
            let clients: Vec<_> = (0..counts.len()).map(|index| client(&format!("C{index}"))).collect();
            let mut rows = Vec::new();
            let mut next = 0;
            for (client, count) in clients.iter().zip(&counts) {
                rows.push(Row::Client(client));
                rows.extend((next..next + count).map(Row::Line));
                next += count;
            }
            let pages = pages(&rows, height);
            let shown: Vec<usize> = pages.iter().flatten().filter_map(Row::line).collect();
            prop_assert_eq!(shown, (0..next).collect::<Vec<_>>());
            for page in &pages {
                prop_assert!(page.len() <= height.max(2));
                prop_assert!(matches!(page.first(), None | Some(Row::Client(_))), "{page:?}");
            }
        }
    }
}
