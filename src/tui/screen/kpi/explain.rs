//! How a KPI came about: its formula with the window's sums put in, where the time went, and day by day.

use super::standing::{of_status, standing, status_word};
use super::tile;
use crate::kpi::explain;
use crate::kpi::production::{Balance, balance};
use crate::kpi::{Kpi, KpiValue, Ratio, Status, Sums, Tally, figure};
use crate::service::KpiScreen;
use crate::tui::layer::PageLine;
use crate::tui::model::Model;
use crate::tui::widget::chart::{self, Chart};
use crate::tui::widget::page::laid_out;
use crate::tui::widget::{Pen, below, fill, inset, row};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::fmt::Display;

/// Rows of the chart in the pane.
const CHART: u16 = 7;
/// Columns of the chart's axis at least.
const AXIS: u16 = 5;
/// Columns of a day's figure with its unit.
const FIGURE: u16 = 10;
/// Parts of one in which the chart counts.
const FINE: i128 = 1_000_000_000;

/// All about the selected KPI, to read: title and lines.
pub fn explained(model: &Model) -> Option<(String, Vec<PageLine>)> {
    let pen = model.pen();
    if let Some(open) = &model.kpis.detail {
        let detail = open.level()?.data.value()?;
        let mut lines = facts(&pen, &detail.value, Some(&detail.before), &detail.sums);
        lines.extend(time_lines(&pen, detail.kpi, &detail.sums.tally));
        lines.extend([PageLine::Blank, PageLine::Heading(pen.say("The series, the newest first").to_owned())]);
        let series = detail.series.iter().rev().map(|(period, sums)| (period.to_string(), figure(detail.kpi, sums)));
        lines.extend(series.map(|(period, figure)| day_of(&pen, &detail.value, period, figure).line(&pen)));
        return Some((pen.say(open.kpi.name()).to_owned(), lines));
    }
    let (screen, value) = (model.kpis.data.value()?, model.kpis.value()?);
    let sums = screen.sums();
    let mut lines = facts(&pen, value, screen.before.get(value.kpi), sums);
    lines.extend(time_lines(&pen, value.kpi, &sums.tally));
    lines.extend([PageLine::Blank, PageLine::Heading(pen.say("Day by day, the newest first").to_owned())]);
    lines.extend(days(&pen, screen, value).map(|day| day.line(&pen)));
    Some((pen.say(value.kpi.name()).to_owned(), lines))
}

/// The formula, and the same with the numbers put in.
pub fn numbers_of(pen: &Pen, value: &KpiValue, sums: &Sums) -> Vec<PageLine> {
    let numbers = match value.figure {
        Some(_) => format!("{} = {}", explain::numbers(value.kpi, sums), tile::shown(pen, value)),
        None => pen.tell("no value: {why}", &[("why", &pen.translated(&explain::why_none(value.kpi, sums)))]),
    };
    let pair = |name: &str, text: String| PageLine::Pair(pen.say(name).to_owned(), text);
    vec![pair("Formula", pen.say(value.kpi.formula()).to_owned()), pair("Numbers", numbers)]
}

/// Draws the same beside the tiles, with a chart of the days.
pub fn draw(pen: &Pen, screen: &KpiScreen, value: &KpiValue, area: Rect, buffer: &mut Buffer) {
    let side = Rect { width: 1.min(area.width), ..area };
    (0..side.height).for_each(|y| pen.text(pen.glyphs.bar, pen.theme.dim, row(side, y), buffer));
    let area = inset(area, 2);
    pen.text(pen.say(value.kpi.name()), pen.theme.strong, row(area, 0), buffer);
    let facts = facts(pen, value, screen.before.get(value.kpi), screen.sums());
    let facts = laid_out(pen, &facts, area.width);
    let used = 1 + draw_lines(pen, &facts, below(area, 1), buffer);
    let time = laid_out(pen, &time_lines(pen, value.kpi, screen.tally()), area.width);
    let used = used + draw_lines(pen, &time, below(area, used), buffer);
    let rest = below(area, used + 1);
    let is_single = screen.window.from() == screen.window.to();
    if rest.height <= CHART || is_single {
        return;
    }
    draw_chart(pen, screen, value, Rect { height: CHART, ..rest }, buffer);
    let rest = below(rest, CHART + 1);
    for (index, day) in days(pen, screen, value).take(usize::from(rest.height)).enumerate() {
        let (figure, style) = match &day.figure {
            Some(figure) => (figure.as_str(), pen.theme.normal),
            None => (pen.glyphs.missing, pen.theme.dim),
        };
        let text = format!("{}  {}  {}", day.date, fill(&pen.plain(figure), FIGURE, true), day.mark);
        pen.text(&text, style, row(rest, u16::try_from(index).unwrap_or(u16::MAX)), buffer);
    }
}

fn draw_lines(pen: &Pen, lines: &[(ratatui::style::Style, String)], area: Rect, buffer: &mut Buffer) -> u16 {
    let mut used = 0;
    for (style, text) in lines.iter().take(usize::from(area.height)) {
        pen.text(text, *style, row(area, used), buffer);
        used += 1;
    }
    used
}

fn draw_chart(pen: &Pen, screen: &KpiScreen, value: &KpiValue, area: Rect, buffer: &mut Buffer) {
    // The axis takes at least this much; where it takes more, the oldest days are not drawn.
    let points = usize::from(area.width.saturating_sub(AXIS)).max(1);
    let scale = |figure: Ratio| figure.scaled_half_away(FINE);
    let values: Vec<Option<i128>> =
        screen.trend(value.kpi, points).into_iter().map(|figure| figure.map(scale)).collect();
    let target = value.target.and_then(|target| target.figure(value.kpi)).map(scale);
    // A column for a single day would be a line: short windows get wide columns.
    let wide = (points / values.len().max(1)).clamp(1, 4);
    let values: Vec<Option<i128>> = values.into_iter().flat_map(|value| std::iter::repeat_n(value, wide)).collect();
    let label = |height: i128| value.kpi.unit().number(Ratio::new(height, FINE));
    chart::draw(pen, &Chart { values: &values, target, label: &label }, area, buffer);
}

/// What there is to know about the value, as pairs.
fn facts(pen: &Pen, value: &KpiValue, before: Option<&KpiValue>, sums: &Sums) -> Vec<PageLine> {
    let tally = &sums.tally;
    let pair = |name: &str, text: String| PageLine::Pair(pen.say(name).to_owned(), text);
    let stands = standing(pen, value);
    let mut lines = numbers_of(pen, value, sums);
    lines.push(pair("Stands", format!("{} {}", stands.mark, stands.words)));
    if value.is_beyond_ideal() {
        lines.push(pair(
            "Why",
            pen.say("more was made than the time allows: an ideal cycle, a count or a time is wrong").to_owned(),
        ));
    }
    if value.target.is_some() {
        lines.push(pair("Target", format!("{}{}", value.target_number(), value.kpi.unit().suffix())));
    }
    if let Some(worst) = &value.worst_client {
        let words = pen.say(status_word(worst.status));
        let known: [(&str, &dyn Display); 2] = [("client", &worst.client_id), ("status", &words)];
        lines.push(pair("Worst", pen.tell("{client}, {status}; the clients' targets differ", &known)));
    }
    if let Some(known) = before.filter(|before| before.figure.is_some()) {
        lines.push(pair("Before", {
            let (figure, change) = (tile::shown(pen, known), tile::change(pen, before, value));
            pen.tell("{figure}, since then {change}", &[("figure", &figure), ("change", &change)])
        }));
    }
    if value.is_inferred() {
        let share =
            Ratio::new(tally.units_inferred, tally.units).map_or_else(String::new, |share| share.rounded(100, 0));
        let text = pen.tell("{share} % of the units have a standard inferred from history", &[("share", &share)]);
        lines.push(pair("~", text));
    }
    lines
}

/// Where the planned time went, beside the KPIs that are about time.
fn time_lines(pen: &Pen, kpi: Kpi, tally: &Tally) -> Vec<PageLine> {
    if !matches!(kpi, Kpi::Performance | Kpi::Oee) || tally.planned_minutes == 0 {
        return Vec::new();
    }
    let Balance {
        planned_millis, planned_stop_millis, unplanned_stop_millis, earned_millis, unexplained_millis, ..
    } = balance(tally);
    let pair = |name: &str, text: String| PageLine::Pair(pen.say(name).to_owned(), text);
    let micro = match (tally.micro_stops, tally.micro_stop_minutes) {
        (0, _) => String::new(),
        (stops, 0) => pen.tell(", with {n} micro-stops of under a minute", &[("n", &stops)]),
        (stops, minutes) => {
            pen.tell(", {minutes} min of it in {n} micro-stops", &[("minutes", &minutes), ("n", &stops)])
        }
    };
    let over = if unexplained_millis < 0 { format!("{} ", pen.glyphs.warn) } else { String::new() };
    let mut lines = vec![
        PageLine::Blank,
        PageLine::Heading(pen.say("Where the planned time went").to_owned()),
        pair("planned", explain::minutes(planned_millis)),
        pair("= planned stops", explain::minutes(planned_stop_millis)),
        pair("+ other stops", explain::minutes(unplanned_stop_millis)),
        pair("+ earned", explain::minutes(earned_millis)),
        pair("+ unexplained", format!("{over}{}{micro}", explain::minutes(unexplained_millis))),
    ];
    if tally.units_without_cycle > 0 {
        lines.push({
            let text = "{n} units earned nothing: no ideal cycle is known";
            pair("", pen.language.tell(text, &[("n", &tally.units_without_cycle)]))
        });
    }
    lines
}

/// A day of the window in words.
struct Day {
    date: String,
    figure: Option<String>,
    mark: &'static str,
}

impl Day {
    fn line(self, pen: &Pen) -> PageLine {
        match self.figure {
            Some(figure) => PageLine::Pair(self.date, format!("{figure}  {}", self.mark)),
            None => PageLine::Off(self.date, pen.glyphs.missing.to_owned()),
        }
    }
}

/// The days of the window, the newest first.
fn days(pen: &Pen, screen: &KpiScreen, value: &KpiValue) -> impl Iterator<Item = Day> {
    let mut days: Vec<_> = screen.series(value.kpi).collect();
    days.reverse();
    days.into_iter().map(move |(date, figure)| day_of(pen, value, date.to_string(), figure))
}

/// A day or longer, marked with how it stands against the target.
fn day_of(pen: &Pen, value: &KpiValue, date: String, figure: Option<Ratio>) -> Day {
    let status = figure.zip(value.target).map_or(Status::None, |(figure, target)| target.judge(value.kpi, figure));
    let mark = match status {
        Status::None => "",
        Status::Ok | Status::Warn | Status::Bad => of_status(pen, status).0,
    };
    Day { date, figure: figure.map(|figure| value.kpi.unit().text(Some(figure))), mark }
}
