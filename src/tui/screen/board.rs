//! The shift board: every line against its target, now; what stands, what is on hold; the selected line by the hour.
//!
//! What is as it should be stays quiet. The lines keep their order, so that nothing jumps under the eye: what is
//! abnormal has a mark, a word and a colour, is counted in the first row, and has a key that goes to the next one.

mod columns;
mod hours;
mod lines;

pub use hours::explained;

use super::gate::setup_text;
use crate::domain::clock::Instant;
use crate::domain::hold::HoldStatus;
use crate::domain::id::{ClientId, LineId};
use crate::domain::measure::Units;
use crate::service::{Board, HoldOnBoard, LineBoard, RunningStop};
use crate::tui::layout::{VERY_WIDE, WIDE, explained_width};
use crate::tui::loaded::Loaded;
use crate::tui::model::Model;
use crate::tui::widget::{Pen, below, duration, inset, row, wrap};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Below this share of what should have been made (in percent) a line is far behind.
const FAR_BEHIND: i64 = 90;
/// Rows of the selected line's hours below the lines at least: title, three facts, heading, three hours.
const BELOW: u16 = 8;
/// Rows of them with every hour of a shift and some holds.
const ROOMY_BELOW: u16 = 16;
/// Rows above the lines: the summary and the heading.
const ABOVE: u16 = 2;

/// The board's state.
#[derive(Debug)]
pub struct BoardScreen {
    /// What is known of the lines.
    pub data: Loaded<Board>,
    chosen: Option<(ClientId, LineId)>,
    /// Since when its figures stand still, where somebody had them do so.
    pub frozen_at: Option<Instant>,
}

impl Default for BoardScreen {
    fn default() -> Self {
        Self { data: Loaded::Idle, chosen: None, frozen_at: None }
    }
}

impl BoardScreen {
    /// The lines.
    pub fn lines(&self) -> &[LineBoard] {
        self.data.value().map(|board| board.lines.as_slice()).unwrap_or_default()
    }

    /// The open holds.
    pub fn holds(&self) -> &[HoldOnBoard] {
        self.data.value().map(|board| board.holds.as_slice()).unwrap_or_default()
    }

    /// Position of the selected line. It stays with its line when others come or go.
    pub fn selected(&self) -> usize {
        let is_chosen = |line: &LineBoard| {
            self.chosen.as_ref().is_some_and(|(client, id)| (client, id) == (&line.client_id, &line.line_id))
        };
        self.lines().iter().position(is_chosen).unwrap_or(0)
    }

    /// The selected line.
    pub fn line(&self) -> Option<&LineBoard> {
        self.lines().get(self.selected())
    }

    /// Whether any line stands, so that the screen runs on with the seconds.
    pub fn has_running_stop(&self) -> bool {
        self.frozen_at.is_none() && self.lines().iter().any(|line| line.running_stop.is_some())
    }

    /// Selects the line so many rows on.
    pub fn step(&mut self, by: isize) {
        self.select(self.selected().saturating_add_signed(by));
    }

    /// Selects the line at a position, or the last one.
    pub fn select(&mut self, position: usize) {
        let lines = self.lines();
        let line = lines.get(position).or_else(|| lines.last());
        self.chosen = line.map(|line| (line.client_id.clone(), line.line_id.clone()));
    }

    /// Selects the next line that somebody has to look at, from the top again after the last; says whether there is one.
    pub fn select_next_abnormal(&mut self) -> bool {
        let lines = self.lines();
        let after = self.selected() + 1;
        let found = (after..lines.len())
            .chain(0..after)
            .find(|at| lines.get(*at).is_some_and(|line| LineState::of(line).is_abnormal()));
        if let Some(at) = found {
            self.select(at);
        }
        found.is_some()
    }

    /// Lines that stand without having been meant to.
    pub fn standing(&self) -> usize {
        self.lines().iter().filter(|line| line.running_stop.as_ref().is_some_and(|stop| !stop.planned)).count()
    }

    /// Holds that wait for a decision.
    pub fn undecided(&self) -> usize {
        self.holds().iter().filter(|hold| is_undecided(hold)).count()
    }
}

const fn is_undecided(hold: &HoldOnBoard) -> bool {
    matches!(hold.status, HoldStatus::Requested | HoldStatus::ReleaseRequested)
}

/// How a line does, the most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineState<'a> {
    /// It stands and was not meant to.
    Stopped(&'a RunningStop),
    /// It made much less than it should have.
    FarBehind,
    /// A little less.
    Behind,
    /// It stands as planned.
    Paused(&'a RunningStop),
    /// As much as it should have made, or more.
    OnPace,
    /// There is a shift, but nothing to hold it against.
    NoTarget,
    /// The shift was closed already.
    Closed,
    /// No shift is on.
    NoShift,
}

impl<'a> LineState<'a> {
    /// The state of a line.
    pub fn of(line: &'a LineBoard) -> Self {
        match (&line.running_stop, &line.shift) {
            (Some(stop), _) if stop.planned => Self::Paused(stop),
            (Some(stop), _) => Self::Stopped(stop),
            (None, None) => Self::NoShift,
            (None, Some(shift)) if shift.closed => Self::Closed,
            (None, Some(_)) => match (line.target_so_far.map(Units::get), percent(line)) {
                (None, _) => Self::NoTarget,
                (Some(_), None | Some(100..)) => Self::OnPace,
                (Some(_), Some(FAR_BEHIND..)) => Self::Behind,
                (Some(_), Some(_)) => Self::FarBehind,
            },
        }
    }

    /// Whether somebody has to look at it.
    pub const fn is_abnormal(self) -> bool {
        matches!(self, Self::Stopped(_) | Self::FarBehind | Self::Behind)
    }

    /// How soon somebody has to look at it: the smallest number first.
    pub const fn urgency(self) -> u8 {
        match self {
            Self::Stopped(_) => 0,
            Self::FarBehind => 1,
            Self::Behind => 2,
            Self::Paused(_) => 3,
            Self::OnPace => 4,
            Self::NoTarget => 5,
            Self::Closed => 6,
            Self::NoShift => 7,
        }
    }

    /// Its word, without times.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Stopped(_) => "stopped",
            Self::FarBehind => "far behind",
            Self::Behind => "behind",
            Self::Paused(_) => "planned",
            Self::OnPace => "on pace",
            Self::NoTarget => "no target",
            Self::Closed => "closed",
            Self::NoShift => "no shift now",
        }
    }

    /// The stop that runs.
    pub const fn stop(self) -> Option<&'a RunningStop> {
        match self {
            Self::Stopped(stop) | Self::Paused(stop) => Some(stop),
            Self::FarBehind | Self::Behind | Self::OnPace | Self::NoTarget | Self::Closed | Self::NoShift => None,
        }
    }

    /// Its word, with the time it has been standing.
    pub fn text(self, pen: &Pen) -> String {
        let word = pen.say(self.word());
        self.stop().map_or_else(|| word.to_owned(), |stop| format!("{word} {}", running(stop.started_at, pen.now)))
    }

    /// Its mark and style.
    pub const fn look(self, pen: &Pen) -> (&'static str, Style) {
        match self {
            Self::Stopped(_) | Self::FarBehind => (pen.glyphs.alarm, pen.theme.alarm),
            Self::Behind => (pen.glyphs.warn, pen.theme.warn),
            Self::Paused(_) => (pen.glyphs.neutral, pen.theme.normal),
            Self::OnPace => (pen.glyphs.good, pen.theme.good),
            Self::NoTarget | Self::Closed | Self::NoShift => (pen.glyphs.neutral, pen.theme.dim),
        }
    }
}

/// What a line made in percent of what it should have made by now, cut to whole percents: 100 is reached or it is not.
pub fn percent(line: &LineBoard) -> Option<i64> {
    let target = line.target_so_far.map(Units::get).filter(|target| *target > 0)?;
    i64::try_from(i128::from(line.made.get()) * 100 / i128::from(target)).ok()
}

/// Time since a moment as it runs: `0m42`, `12m05`, `1h05`.
pub fn running(since: Instant, now: Instant) -> String {
    let seconds = (now.0 - since.0).max(0) / 1000;
    if seconds < 3600 { format!("{}m{:02}", seconds / 60, seconds % 60) } else { duration(seconds / 60) }
}

/// Why a line stands, in words.
fn reason<'a>(pen: &Pen, stop: &'a RunningStop) -> &'a str {
    if stop.unclassified { pen.language.say("no reason given yet") } else { &stop.reason }
}

/// The board's parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Parts {
    summary: Rect,
    lines: Rect,
    hours: Option<Rect>,
}

fn parts(board: &Board, area: Rect) -> Parts {
    let (summary, rest) = (row(area, 0), below(area, 1));
    let rows = u16::try_from(lines::rows(board).len()).unwrap_or(u16::MAX).saturating_add(ABOVE - 1);
    // Beside the lines where they need the height; else they have the whole width for their names and reasons.
    let needs_height = rest.height.saturating_sub(rows) < ROOMY_BELOW;
    if area.width >= VERY_WIDE || (area.width >= WIDE && needs_height) {
        let beside = explained_width(area);
        let lines = Rect { width: rest.width - beside - 1, ..rest };
        return Parts { summary, lines, hours: Some(Rect { x: lines.right() + 1, width: beside, ..rest }) };
    }
    if rest.height.saturating_sub(rows) < BELOW {
        return Parts { summary, lines: rest, hours: None };
    }
    Parts { summary, lines: Rect { height: rows, ..rest }, hours: Some(below(rest, rows)) }
}

/// Where paging by so many pages leads from the selected line.
pub fn paged(model: &Model, area: Rect, by: isize) -> Option<usize> {
    let board = model.board.data.value()?;
    let height = parts(board, area).lines.height.saturating_sub(1);
    let pages = lines::pages(&lines::rows(board), usize::from(height));
    let at = lines::page_of(&pages, model.board.selected());
    let page = pages.get(at.saturating_add_signed(by)).or(pages.last())?;
    page.iter().find_map(lines::Row::line)
}

/// Draws the board.
pub fn draw(model: &Model, area: Rect, buffer: &mut Buffer) {
    let mut pen = model.pen();
    // What runs stands still with the rest.
    pen.now = model.board.frozen_at.unwrap_or(pen.now);
    let Some(board) = model.board.data.value() else {
        let text = model.board.data.failure().map_or_else(
            || pen.say("reading...").to_owned(),
            |why| pen.tell("could not be read: {why}", &[("why", &why)]),
        );
        return draw_text(&pen, &text, pen.theme.dim, area, buffer);
    };
    if board.lines.is_empty() && board.holds.is_empty() {
        let text = setup_text(model).unwrap_or_else(|| pen.say("No lines in view.").to_owned());
        return draw_text(&pen, &text, pen.theme.normal, area, buffer);
    }
    let parts = parts(board, area);
    lines::draw(model, &pen, board, parts.summary, parts.lines, buffer);
    if let Some((line, area)) = model.board.line().zip(parts.hours) {
        if parts.lines.right() < area.x {
            let side = Rect { x: area.x - 1, width: 1, ..area };
            (0..side.height).for_each(|y| pen.text(pen.glyphs.bar, pen.theme.dim, row(side, y), buffer));
        }
        hours::draw(model, &pen, line, area, buffer);
    }
    if model.board.frozen_at.is_some() || model.is_stale(&model.board.data) {
        buffer.set_style(area, pen.theme.dim);
    }
}

fn draw_text(pen: &Pen, text: &str, style: Style, area: Rect, buffer: &mut Buffer) {
    let area = inset(below(area, 1), 2);
    for (index, line) in wrap(&pen.plain(text), area.width).iter().enumerate() {
        pen.text(line, style, row(area, u16::try_from(index).unwrap_or(u16::MAX)), buffer);
    }
}

#[cfg(test)]
mod tests;
