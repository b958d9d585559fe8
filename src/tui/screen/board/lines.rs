//! The board's table: under each client's name its lines, page by page. Columns are as wide as their figures need;
//! what is left goes to names, reasons and bars.

use super::{LineState, is_undecided, percent, reason};
use crate::domain::clock::PlantClock;
use crate::domain::id::ClientId;
use crate::domain::measure::Units;
use crate::service::{Board, HoldOnBoard, LineBoard};
use crate::tui::model::Model;
use crate::tui::widget::bar::bar;
use crate::tui::widget::{Pen, below, duration, fill, row, short_duration, width};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;

/// Figures of a line: heading, heading where there is room, and whether it may go where there is little.
const FIGURES: [(&str, &str, bool); 7] = [
    ("Made", "Made", false),
    ("Due", "Due now", false),
    ("Pace", "Pace", false),
    ("Fcst/Plan", "Forecast/Target", false),
    ("Down", "Downtime", true),
    ("Def", "Defects", true),
    ("Count", "Last count", true),
];
/// From this width on there is room for full headings.
const ROOMY: u16 = 104;
/// Columns of names and bars at least, and at most.
const NAME: (u16, u16) = (8, 32);
const BAR: (u16, u16) = (6, 24);
/// A reason shorter than this says nothing.
const LEAST_REASON: u16 = 12;

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

/// The figures of a line as texts, in the order of [`FIGURES`].
fn figures(pen: &Pen, line: &LineBoard, clock: Option<PlantClock>) -> [String; 7] {
    let missing = || pen.glyphs.missing.to_owned();
    let known = |units: Option<Units>| units.map_or_else(missing, |units| units.to_string());
    if line.shift.is_none() {
        return std::array::from_fn(|_| missing());
    }
    let counted = line.last_count_at.zip(clock).map(|(at, clock)| clock.local(at).format("%H:%M").to_string());
    [
        line.made.to_string(),
        known(line.target_so_far),
        percent(line).map_or_else(missing, |percent| format!("{percent}%")),
        format!("{}/{}", known(line.forecast), known(line.target)),
        short_duration(line.stopped.get()),
        line.defects.to_string(),
        counted.unwrap_or_else(missing),
    ]
}

/// Widths of the columns: of each figure (0 where it had to go), the name, the bar, the state and its reason.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Widths {
    figures: [u16; 7],
    name: u16,
    bar: u16,
    state: u16,
    reason: u16,
}

/// What wants columns: the widest of each.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Wanted {
    figures: [u16; 7],
    name: u16,
    state: u16,
    reason: u16,
}

impl Widths {
    fn of(wanted: &Wanted, width: u16) -> Self {
        let mut figures = wanted.figures;
        let fixed = |figures: &[u16; 7]| figures.iter().filter(|width| **width > 0).map(|width| width + 1).sum::<u16>();
        let least = 3 + NAME.0.min(wanted.name) + 1 + BAR.0 + 1 + wanted.state;
        for place in (0..figures.len()).rev() {
            let may_go = FIGURES.get(place).is_some_and(|(_, _, may_go)| *may_go);
            if may_go && least + fixed(&figures) > width {
                figures.iter_mut().skip(place).take(1).for_each(|given| *given = 0);
            }
        }
        let mut left = width.saturating_sub(least + fixed(&figures));
        let mut give = |want: u16| {
            let given = want.min(left);
            left -= given;
            given
        };
        let name = NAME.0.min(wanted.name);
        let name = name + give(wanted.name.min(NAME.1 / 2).saturating_sub(name));
        let reason = give(wanted.reason + 2);
        let name = name + give(wanted.name.min(NAME.1).saturating_sub(name));
        let bar = BAR.0 + give(BAR.1 - BAR.0);
        let reason = if reason < LEAST_REASON { 0 } else { reason };
        Self { figures, name, bar, state: wanted.state, reason }
    }
}

/// Everything that one line shows.
struct Cells<'a> {
    line: &'a LineBoard,
    name: String,
    figures: [String; 7],
    state: String,
    reason: String,
}

impl<'a> Cells<'a> {
    fn of(pen: &Pen, line: &'a LineBoard, clock: Option<PlantClock>) -> Self {
        let state = LineState::of(line);
        let since = |at| clock.map_or_else(String::new, |clock| clock.local(at).format("%H:%M").to_string());
        Self {
            line,
            name: format!("{} {}", line.line_id, line.name),
            figures: figures(pen, line, clock),
            state: state.text(pen.now),
            reason: state
                .stop()
                .map_or_else(String::new, |stop| format!("{}, since {}", reason(stop), since(stop.started_at))),
        }
    }
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
    let widths = Widths::of(&wanted(&cells, area.width), area.width);
    pen.text(&heading(&widths, area.width), pen.theme.strong, row(area, 0), buffer);
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

fn wanted(cells: &[Cells<'_>], room: u16) -> Wanted {
    let widest = |texts: &mut dyn Iterator<Item = u16>| texts.max().unwrap_or(0);
    let figures = std::array::from_fn(|place| {
        let title = titles(room).nth(place).map_or(0, width);
        widest(&mut cells.iter().filter_map(|cells| cells.figures.get(place)).map(|text| width(text))).max(title)
    });
    Wanted {
        figures,
        name: widest(&mut cells.iter().map(|cells| width(&cells.name))),
        // Room for a stop's running time from the start, so that nothing moves when one begins.
        state: widest(&mut cells.iter().map(|cells| width(&cells.state))).max(width("stopped 12:34")),
        reason: widest(&mut cells.iter().map(|cells| width(&cells.reason))),
    }
}

fn titles(room: u16) -> impl Iterator<Item = &'static str> {
    FIGURES.iter().map(move |(short, long, _)| if room >= ROOMY { *long } else { *short })
}

/// The columns of a row in their order; the bar stands between the pace and the forecast.
fn figure_columns<'a>(widths: &Widths, texts: impl Iterator<Item = &'a str>, bar: &str) -> String {
    let mut line = String::new();
    for (place, (text, given)) in texts.zip(widths.figures).enumerate() {
        if place == 3 {
            line.push_str(bar);
            line.push(' ');
        }
        if given > 0 {
            line.push_str(&fill(text, given, true));
            line.push(' ');
        }
    }
    line
}

fn heading(widths: &Widths, room: u16) -> String {
    let figures = figure_columns(widths, titles(room), &fill("", widths.bar, false));
    format!("   {} {figures}State", fill("Line", widths.name, false))
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
    let figures = figure_columns(widths, cells.figures.iter().map(String::as_str), &drawn);
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
    let shift = shift_of(pen, board, client);
    // The same shift everywhere stands in the header already.
    if rows(board).iter().any(|row| matches!(row, Row::Client(other) if shift_of(pen, board, other) != shift)) {
        spans.push(Span::styled(format!(" {dot} {shift}"), pen.theme.dim));
    }
    let holds: Vec<&HoldOnBoard> = board.holds.iter().filter(|hold| &hold.client_id == client).collect();
    if let Some((text, style)) = holds_text(pen, &holds) {
        spans.push(Span::styled(format!(" {dot} "), pen.theme.dim));
        spans.push(Span::styled(text, style));
    }
    pen.line(spans, place, buffer);
}

/// The shift of a client's lines in words.
fn shift_of(pen: &Pen, board: &Board, client: &ClientId) -> String {
    let shifts = || board.lines.iter().filter(|line| &line.client_id == client).filter_map(|line| line.shift.as_ref());
    let Some(shift) = shifts().next() else { return "no shift now".to_owned() };
    let closed = if shifts().all(|shift| shift.closed) { ", closed" } else { "" };
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
    let age = duration(pen.now.minutes_since(oldest));
    let undecided = holds.iter().filter(|hold| is_undecided(hold)).count();
    let noun = if holds.len() == 1 { "hold" } else { "holds" };
    let text = format!("{} {noun}, {quantity} units, oldest {age}", holds.len());
    Some(if undecided > 0 {
        (format!("{} {text}, {undecided} to decide", pen.glyphs.warn), pen.theme.warn)
    } else {
        (text, pen.theme.normal)
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
    let noun = if board.lines.len() == 1 { "line" } else { "lines" };
    let paging = if pages > 1 { format!("  page {} of {pages} ", page + 1) } else { String::new() };
    let start = place.right().saturating_sub(width(&paging)).max(place.x);
    pen.text(&paging, pen.theme.dim, Rect { x: start, width: place.right() - start, ..place }, buffer);
    let total = format!(" {} {noun}", board.lines.len());
    let mut room = (start - place.x).saturating_sub(width(&total));
    let mut spans = vec![Span::styled(total, pen.theme.strong)];
    for (kind, count) in kinds {
        let (mark, style) = kind.look(pen);
        let text = format!("{mark} {count} {}", kind.word());
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

        #[test]
        fn columns_fit_whatever_is_in_them(width in 76_u16..300, name in 1_u16..60, reason in 0_u16..40, figure in 1_u16..6) {
            let wanted = Wanted { figures: [figure; 7], name, state: 13, reason };
            let widths = Widths::of(&wanted, width);
            let figures: u16 = widths.figures.iter().filter(|given| **given > 0).map(|given| given + 1).sum();
            prop_assert!(3 + widths.name + 1 + figures + widths.bar + 1 + widths.state + widths.reason <= width);
            prop_assert_eq!(widths.figures[..4].iter().filter(|given| **given == 0).count(), 0);
        }
    }
}
