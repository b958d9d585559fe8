//! The shift board: every line against its target, now; what stands, what is on hold; the selected line by the hour.

use super::gate::setup_text;
use crate::domain::clock::Instant;
use crate::domain::hold::HoldStatus;
use crate::domain::measure::Units;
use crate::service::{Board, HoldOnBoard, LineBoard, RunningStop};
use crate::tui::loaded::Loaded;
use crate::tui::model::Model;
use crate::tui::widget::bar::bar;
use crate::tui::widget::{Pen, below, duration, fill, inset, row, width, wrap};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Span;

/// Below this share of what should have been made (in percent) a line is far behind.
const FAR_BEHIND: i64 = 90;

/// The board's state.
#[derive(Debug)]
pub struct BoardScreen {
    /// What is known of the lines.
    pub data: Loaded<Board>,
    /// The selected line.
    pub selected: usize,
}

impl Default for BoardScreen {
    fn default() -> Self {
        Self { data: Loaded::Idle, selected: 0 }
    }
}

impl BoardScreen {
    /// The lines.
    pub fn lines(&self) -> &[LineBoard] {
        self.data.value().map(|board| board.lines.as_slice()).unwrap_or_default()
    }

    /// The selected line.
    pub fn line(&self) -> Option<&LineBoard> {
        self.lines().get(self.selected)
    }

    /// Whether any line stands, so that the screen runs on with the seconds.
    pub fn has_running_stop(&self) -> bool {
        self.lines().iter().any(|line| line.running_stop.is_some())
    }

    /// Selects another line.
    pub fn step(&mut self, by: isize) {
        self.selected = self.selected.saturating_add_signed(by).min(self.lines().len().saturating_sub(1));
    }

    /// Lines that stand without having been meant to.
    pub fn standing(&self) -> usize {
        self.lines().iter().filter(|line| line.running_stop.as_ref().is_some_and(|stop| !stop.planned)).count()
    }

    /// Holds that wait for a decision.
    pub fn undecided(&self) -> usize {
        let holds = self.data.value().map(|board| board.holds.as_slice()).unwrap_or_default();
        holds.iter().filter(|hold| matches!(hold.status, HoldStatus::Requested | HoldStatus::ReleaseRequested)).count()
    }
}

/// How a line does against its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// As much as it should have made, or more.
    On,
    /// A little less.
    Behind,
    /// Much less.
    FarBehind,
    /// There is no target, or no shift.
    Unknown,
}

/// How a line does, and in percent of what it should have made by now.
pub fn pace(line: &LineBoard) -> (Pace, Option<i64>) {
    match line.target_so_far.map(Units::get) {
        Some(target) if target > 0 => {
            let percent = line.made.get() * 100 / target;
            let pace = match percent {
                100.. => Pace::On,
                FAR_BEHIND..100 => Pace::Behind,
                _ => Pace::FarBehind,
            };
            (pace, Some(percent))
        }
        Some(_) => (Pace::On, None),
        None => (Pace::Unknown, None),
    }
}

/// Time since a moment as it runs: `0:42`, `12:05`, `1h05`.
pub fn running(since: Instant, now: Instant) -> String {
    let seconds = (now.0 - since.0).max(0) / 1000;
    if seconds < 3600 { format!("{}:{:02}", seconds / 60, seconds % 60) } else { duration(seconds / 60) }
}

/// Draws the board.
pub fn draw(model: &Model, area: Rect, buffer: &mut Buffer) {
    let pen = model.pen();
    let Some(board) = model.board.data.value() else {
        let text = model
            .board
            .data
            .failure()
            .map_or_else(|| "reading...".to_owned(), |why| format!("could not be read: {why}"));
        pen.text(&text, pen.theme.dim, inset(below(area, 1), 2), buffer);
        return;
    };
    if board.lines.is_empty() {
        let text = setup_text(model).unwrap_or_else(|| "No lines in view.".to_owned());
        for (index, line) in wrap(&text, area.width.saturating_sub(4)).iter().enumerate() {
            pen.text(
                line,
                pen.theme.normal,
                row(inset(below(area, 1), 2), u16::try_from(index).unwrap_or(u16::MAX)),
                buffer,
            );
        }
        return;
    }
    let hours = model.board.line().map_or(0, |line| line.hours.len());
    let holds = board.holds.len().min(4);
    let wanted = u16::try_from(board.lines.len() + 1).unwrap_or(u16::MAX);
    let others = u16::try_from(hours + 2 + if holds > 0 { holds + 1 } else { 0 }).unwrap_or(u16::MAX);
    let lines_height = wanted.min(area.height.saturating_sub(others).max(area.height / 3)).max(3);
    draw_lines(model, &pen, board, Rect { height: lines_height.min(area.height), ..area }, buffer);
    let rest = below(area, lines_height);
    let used = draw_hours(model, &pen, rest, buffer);
    draw_holds(&pen, &board.holds, below(rest, used), buffer);
}

fn draw_lines(model: &Model, pen: &Pen, board: &Board, area: Rect, buffer: &mut Buffer) {
    let (name_width, bar_width) = if area.width >= 120 { (32, 24) } else { (17, 9) };
    let bar_title = if area.width >= 120 { "of the target" } else { "of target" };
    let heading = format!(
        "   {} {:>7} {:>7} {:>5}  {}",
        fill("Line", name_width, false),
        "Made",
        "Due now",
        "Pace",
        fill(bar_title, bar_width, false)
    );
    pen.text(&format!("{heading}  State"), pen.theme.strong, row(area, 0), buffer);
    let rows = below(area, 1);
    let top = model.board.selected.saturating_sub(usize::from(rows.height.saturating_sub(1)));
    let several = model.seat.as_ref().is_some_and(|seat| seat.clients.len() > 1);
    for (index, line) in board.lines.iter().enumerate().skip(top).take(usize::from(rows.height)) {
        let place = row(rows, u16::try_from(index - top).unwrap_or(u16::MAX));
        let selected = index == model.board.selected;
        let name = if several {
            format!("{} {} {}", line.client_id, line.line_id, line.name)
        } else {
            format!("{} {}", line.line_id, line.name)
        };
        draw_line(pen, line, &fill(&pen.cut(&name, name_width), name_width, false), bar_width, selected, place, buffer);
    }
}

fn draw_line(
    pen: &Pen,
    line: &LineBoard,
    name: &str,
    bar_width: u16,
    selected: bool,
    place: Rect,
    buffer: &mut Buffer,
) {
    let (on_pace, percent) = pace(line);
    let missing = || pen.glyphs.missing.to_owned();
    let target = line.target_so_far.map_or_else(missing, |target| target.to_string());
    let percent = percent.map_or_else(missing, |percent| format!("{percent}%"));
    let whole = line.target.map_or(0, Units::get);
    let drawn = bar(pen, bar_width, line.made.get(), whole, line.target_so_far.map(Units::get));
    let focus = if selected { pen.glyphs.focus } else { " " };
    let base = if selected { pen.theme.focus } else { pen.theme.normal };
    let (mark, word, style) = state(pen, line, on_pace);
    let figures = format!("{focus}{mark} {name} {:>7} {target:>7} {percent:>5}  {drawn} ", line.made);
    let word = pen.cut(&format!(" {word} "), place.width.saturating_sub(width(&figures)));
    pen.line(vec![Span::styled(figures, base), Span::styled(word, style)], place, buffer);
}

/// A line's state as shape, word and style.
fn state(pen: &Pen, line: &LineBoard, pace: Pace) -> (&'static str, String, Style) {
    if let Some(stop) = &line.running_stop {
        return stopped(pen, stop);
    }
    if line.shift.is_none() {
        return (pen.glyphs.neutral, "no shift now".to_owned(), pen.theme.dim);
    }
    match pace {
        Pace::On => (pen.glyphs.good, "on pace".to_owned(), pen.theme.good),
        Pace::Behind => (pen.glyphs.warn, "behind".to_owned(), pen.theme.warn),
        Pace::FarBehind => (pen.glyphs.alarm, "far behind".to_owned(), pen.theme.alarm),
        Pace::Unknown => (pen.glyphs.neutral, "no target".to_owned(), pen.theme.dim),
    }
}

fn stopped(pen: &Pen, stop: &RunningStop) -> (&'static str, String, Style) {
    let time = running(stop.started_at, pen.now);
    let (mark, style) =
        if stop.planned { (pen.glyphs.stop, pen.theme.dim) } else { (pen.glyphs.alarm, pen.theme.alarm) };
    (mark, format!("stopped {time} {}", stop.reason), style)
}

fn draw_hours(model: &Model, pen: &Pen, area: Rect, buffer: &mut Buffer) -> u16 {
    let Some(line) = model.board.line().filter(|_| area.height > 2) else { return 0 };
    let shift = line.shift.as_ref().map_or_else(
        || "no shift now".to_owned(),
        |shift| {
            format!(
                "{} {}{}{}",
                shift.name,
                shift.local.0.format("%H:%M"),
                pen.glyphs.to,
                shift.local.1.format("%H:%M")
            )
        },
    );
    let target = line.target.map_or_else(String::new, |units| format!(" {} target {units}", pen.glyphs.dot));
    let forecast = line.forecast.map_or_else(String::new, |units| format!(" {} forecast {units}", pen.glyphs.dot));
    let defects = format!(" {} defects {}", pen.glyphs.dot, line.defects);
    let stopped = format!(" {} stopped {}", pen.glyphs.dot, duration(line.stopped.get()));
    pen.rule(row(area, 0), buffer);
    let title =
        format!(" {} by the hour {} {shift}{target}{forecast}{defects}{stopped} ", line.line_id, pen.glyphs.dot);
    pen.text(
        &title,
        pen.theme.strong,
        Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..row(area, 0) },
        buffer,
    );
    pen.text(
        &format!("   {:<7}{:>7}{:>8}{:>8}   {}", "Hour", "Plan", "Made", "Gap", "Most time lost to"),
        pen.theme.strong,
        row(area, 1),
        buffer,
    );
    let rows = below(area, 2);
    let shown = line.hours.len().min(usize::from(rows.height));
    for (index, hour) in line.hours.iter().take(shown).enumerate() {
        let plan = hour.plan.map_or_else(|| pen.glyphs.missing.to_owned(), |plan| plan.to_string());
        let gap = hour.plan.map_or_else(String::new, |plan| format!("{:+}", hour.made.get() - plan.get()));
        let cause = hour
            .main_stop
            .as_ref()
            .map_or_else(String::new, |(name, minutes)| format!("{name} {}", duration(minutes.get())));
        let text = format!("   {:<7}{plan:>7}{:>8}{gap:>8}   {cause}", hour.local_start.format("%H:%M"), hour.made);
        pen.text(&text, pen.theme.normal, row(rows, u16::try_from(index).unwrap_or(u16::MAX)), buffer);
    }
    u16::try_from(shown).unwrap_or(0) + 2
}

fn draw_holds(pen: &Pen, holds: &[HoldOnBoard], area: Rect, buffer: &mut Buffer) {
    if holds.is_empty() || area.height < 2 {
        return;
    }
    pen.rule(row(area, 0), buffer);
    let title = format!(" {} on hold or asked for ", holds.len());
    pen.text(
        &title,
        pen.theme.strong,
        Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..row(area, 0) },
        buffer,
    );
    for (index, hold) in holds.iter().take(usize::from(area.height - 1)).enumerate() {
        let status = hold.status.as_str().replace('_', " ");
        let age = duration(pen.now.minutes_since(hold.since));
        let waits = !matches!(hold.status, HoldStatus::OnHold);
        let mark = if waits { pen.glyphs.warn } else { pen.glyphs.neutral };
        let text = format!(
            " {mark} {} {} {:>7} units  {status} for {age}  {}",
            hold.client_id, hold.work_order_id, hold.quantity, hold.reason
        );
        let style = if waits { pen.theme.warn } else { pen.theme.normal };
        pen.text(&text, style, row(area, u16::try_from(index + 1).unwrap_or(u16::MAX)), buffer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(42, "0:42")]
    #[case(725, "12:05")]
    #[case(3900, "1h05")]
    #[case(-5, "0:00")]
    fn running_time_is_shown_with_seconds_in_the_first_hour(#[case] seconds: i64, #[case] shown: &str) {
        assert_eq!(running(Instant(0), Instant(seconds * 1000)), shown);
    }
}
