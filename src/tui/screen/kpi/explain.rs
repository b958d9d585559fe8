//! How a KPI came about: its formula with the window's sums put in, where the time went, and day by day.

use super::standing::{of_status, standing, status_word};
use super::tile;
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

/// Rows of the chart in the pane.
const CHART: u16 = 7;
/// Columns of the chart's axis at least.
const AXIS: u16 = 5;
/// Columns of a day's figure with its unit.
const FIGURE: u16 = 10;
/// Parts of one in which the chart counts.
const FINE: i128 = 1_000_000_000;
const MILLIS_PER_MINUTE: i128 = 60_000;

/// All about the selected KPI, to read: title and lines.
pub fn explained(model: &Model) -> Option<(String, Vec<PageLine>)> {
    let pen = model.pen();
    if let Some(open) = &model.kpis.detail {
        let detail = open.level()?.data.value()?;
        let mut lines = facts(&pen, &detail.value, Some(&detail.before), &detail.sums.tally);
        lines.extend(time_lines(&pen, detail.kpi, &detail.sums.tally));
        lines.extend([PageLine::Blank, PageLine::Heading("The series, the newest first".to_owned())]);
        let series = detail.series.iter().rev().map(|(period, sums)| (period.to_string(), figure(detail.kpi, sums)));
        lines.extend(series.map(|(period, figure)| day_of(&pen, &detail.value, period, figure).line(&pen)));
        return Some((open.kpi.name().to_owned(), lines));
    }
    let (screen, value) = (model.kpis.data.value()?, model.kpis.value()?);
    let tally = screen.tally();
    let mut lines = facts(&pen, value, screen.before.get(value.kpi), &tally);
    lines.extend(time_lines(&pen, value.kpi, &tally));
    lines.extend([PageLine::Blank, PageLine::Heading("Day by day, the newest first".to_owned())]);
    lines.extend(days(&pen, screen, value).map(|day| day.line(&pen)));
    Some((value.kpi.name().to_owned(), lines))
}

/// The formula, and the same with the numbers put in.
pub fn numbers_of(pen: &Pen, value: &KpiValue, sums: &Sums) -> Vec<PageLine> {
    let numbers = match value.figure {
        Some(_) => format!("{} = {}", with_numbers(value, &sums.tally), tile::shown(pen, value)),
        None => format!("no value: {}", why_none(value.kpi, &sums.tally)),
    };
    let pair = |name: &str, text: String| PageLine::Pair(name.to_owned(), text);
    vec![pair("Formula", value.kpi.formula().to_owned()), pair("Numbers", numbers)]
}

/// Draws the same beside the tiles, with a chart of the days.
pub fn draw(pen: &Pen, screen: &KpiScreen, value: &KpiValue, area: Rect, buffer: &mut Buffer) {
    let side = Rect { width: 1.min(area.width), ..area };
    (0..side.height).for_each(|y| pen.text(pen.glyphs.bar, pen.theme.dim, row(side, y), buffer));
    let area = inset(area, 2);
    pen.text(value.kpi.name(), pen.theme.strong, row(area, 0), buffer);
    let facts = facts(pen, value, screen.before.get(value.kpi), &screen.tally());
    let facts = laid_out(pen, &facts, area.width);
    let used = 1 + draw_lines(pen, &facts, below(area, 1), buffer);
    let time = laid_out(pen, &time_lines(pen, value.kpi, &screen.tally()), area.width);
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
fn facts(pen: &Pen, value: &KpiValue, before: Option<&KpiValue>, tally: &Tally) -> Vec<PageLine> {
    let pair = |name: &str, text: String| PageLine::Pair(name.to_owned(), text);
    let stands = standing(pen, value);
    let mut lines = numbers_of(pen, value, &Sums::from(*tally));
    lines.push(pair("Stands", format!("{} {}", stands.mark, stands.words)));
    if value.is_beyond_ideal() {
        lines.push(pair(
            "Why",
            "more was made than the time allows: an ideal cycle, a count or a time is wrong".to_owned(),
        ));
    }
    if value.target.is_some() {
        lines.push(pair("Target", format!("{}{}", value.target_number(), value.kpi.unit().suffix())));
    }
    if let Some(worst) = &value.worst_client {
        let words = status_word(worst.status);
        lines.push(pair("Worst", format!("{}, {words}; the clients' targets differ", worst.client_id)));
    }
    if let Some(known) = before.filter(|before| before.figure.is_some()) {
        lines.push(pair(
            "Before",
            format!("{}, since then {}", tile::shown(pen, known), tile::change(pen, before, value)),
        ));
    }
    if value.is_inferred() {
        let share =
            Ratio::new(tally.units_inferred, tally.units).map_or_else(String::new, |share| share.rounded(100, 0));
        lines.push(pair("~", format!("{share} % of the units have a standard inferred from history")));
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
    let pair = |name: &str, text: String| PageLine::Pair(name.to_owned(), text);
    let micro = match (tally.micro_stops, tally.micro_stop_minutes) {
        (0, _) => String::new(),
        (stops, 0) => format!(", with {stops} micro-stops of under a minute"),
        (stops, minutes) => format!(", {minutes} min of it in {stops} micro-stops"),
    };
    let over = if unexplained_millis < 0 { format!("{} ", pen.glyphs.warn) } else { String::new() };
    let mut lines = vec![
        PageLine::Blank,
        PageLine::Heading("Where the planned time went".to_owned()),
        pair("planned", minutes(planned_millis)),
        pair("= planned stops", minutes(planned_stop_millis)),
        pair("+ other stops", minutes(unplanned_stop_millis)),
        pair("+ earned", minutes(earned_millis)),
        pair("+ unexplained", format!("{over}{}{micro}", minutes(unexplained_millis))),
    ];
    if tally.units_without_cycle > 0 {
        lines.push(pair("", format!("{} units earned nothing: no ideal cycle is known", tally.units_without_cycle)));
    }
    lines
}

/// Milliseconds as minutes in words.
pub fn minutes(millis: i128) -> String {
    format!("{} min", number(millis, MILLIS_PER_MINUTE))
}

/// A quotient of sums with one decimal, or none where it is whole.
fn number(sum: i128, by: i128) -> String {
    let text = Ratio::new(sum, by).map_or_else(String::new, |ratio| ratio.rounded(1, 1));
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// The formula with the window's sums in place of its words.
fn with_numbers(value: &KpiValue, tally: &Tally) -> String {
    let run = tally.run_minutes();
    match value.kpi {
        Kpi::Availability => {
            format!("{run} min ÷ ({} min − {} min)", tally.planned_minutes, tally.planned_stop_minutes)
        }
        Kpi::Performance => format!("{} ÷ {run} min", minutes(tally.earned_millis)),
        Kpi::QualityRate => format!("({} − {}) ÷ {0}", tally.units, tally.defects),
        Kpi::Oee => factors(tally),
        Kpi::Efficiency => format!("{} ÷ {} min", minutes(tally.labour_millis), tally.crew_minutes),
        Kpi::ScrapRate => format!("{} ÷ {}", tally.scrap, tally.units),
        Kpi::ReworkRate => format!("{} ÷ {}", tally.rework, tally.units),
        Kpi::Throughput => format!("{} ÷ {} h", tally.units, number(run.into(), 60)),
        Kpi::Mtbf => format!("{run} min ÷ {}", tally.unplanned_stops),
        Kpi::Mttr => format!("{} min ÷ {}", tally.unplanned_stop_minutes, tally.unplanned_stops),
        Kpi::Fpy
        | Kpi::Rty
        | Kpi::Ppm
        | Kpi::Dpmo
        | Kpi::SigmaLevel
        | Kpi::Otd
        | Kpi::Otif
        | Kpi::WipAge
        | Kpi::HoldAge
        | Kpi::Absenteeism
        | Kpi::Coverage
        | Kpi::Bradford => {
            value.figure.map_or_else(String::new, |ratio| format!("{} ÷ {}", ratio.numerator(), ratio.denominator()))
        }
    }
}

fn factors(tally: &Tally) -> String {
    let factors = [Kpi::Availability, Kpi::Performance, Kpi::QualityRate];
    let text = |kpi: Kpi| kpi.unit().text(crate::kpi::figure(kpi, &(*tally).into()));
    factors.map(text).join(" × ")
}

/// What a KPI without a value lacks.
fn why_none(kpi: Kpi, tally: &Tally) -> String {
    let without = |units: i64, what: &str| format!("{units} units have no {what}");
    match kpi {
        Kpi::Availability => "no planned time".to_owned(),
        Kpi::Performance if tally.units_without_cycle > 0 => without(tally.units_without_cycle, "ideal cycle"),
        Kpi::Performance | Kpi::Throughput => "no run time".to_owned(),
        Kpi::Oee => {
            let factors = [Kpi::Availability, Kpi::Performance, Kpi::QualityRate];
            let missing = factors.into_iter().find(|kpi| crate::kpi::figure(*kpi, &(*tally).into()).is_none());
            missing.map_or_else(String::new, |missing| why_none(missing, tally))
        }
        Kpi::Efficiency if tally.units_without_labour_standard > 0 => {
            without(tally.units_without_labour_standard, "labour standard")
        }
        Kpi::Efficiency if tally.minutes_without_crew > 0 => {
            format!("the crew of {} planned minutes is unknown", tally.minutes_without_crew)
        }
        Kpi::Efficiency => "no paid time".to_owned(),
        Kpi::QualityRate | Kpi::ScrapRate | Kpi::ReworkRate => "no units".to_owned(),
        Kpi::Mtbf | Kpi::Mttr => "no unplanned stops".to_owned(),
        Kpi::Fpy | Kpi::Rty | Kpi::Ppm | Kpi::Dpmo | Kpi::SigmaLevel => "no inspections".to_owned(),
        Kpi::Otd | Kpi::Otif | Kpi::WipAge => "no orders".to_owned(),
        Kpi::HoldAge => "no open holds".to_owned(),
        Kpi::Absenteeism | Kpi::Coverage | Kpi::Bradford => "no attendance".to_owned(),
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kpi::{Panel, Targets};
    use rstest::rstest;

    fn tally() -> Tally {
        Tally {
            planned_minutes: 420,
            unplanned_stop_minutes: 47,
            unplanned_stops: 4,
            units: 19_271,
            defects: 423,
            earned_millis: 19_271_000,
            ..Tally::default()
        }
    }

    #[rstest]
    #[case(Kpi::Availability, "373 min ÷ (420 min − 0 min)")]
    #[case(Kpi::Performance, "321.2 min ÷ 373 min")]
    #[case(Kpi::QualityRate, "(19271 − 423) ÷ 19271")]
    #[case(Kpi::Oee, "88.8 % × 86.1 % × 97.8 %")]
    #[case(Kpi::Throughput, "19271 ÷ 6.2 h")]
    #[case(Kpi::Mttr, "47 min ÷ 4")]
    fn the_sums_stand_in_the_formula(#[case] kpi: Kpi, #[case] text: &str) {
        let panel = Panel::of(&tally().into(), &Targets::default(), &[]);
        assert_eq!(with_numbers(panel.get(kpi).expect("value"), &tally()), text);
    }

    #[rstest]
    #[case(Kpi::Oee, Tally { units_without_cycle: 7, ..tally() }, "7 units have no ideal cycle")]
    #[case(Kpi::Oee, Tally::default(), "no planned time")]
    #[case(Kpi::Efficiency, Tally { minutes_without_crew: 420, ..tally() }, "the crew of 420 planned minutes is unknown")]
    #[case(Kpi::Mtbf, Tally { unplanned_stops: 0, ..tally() }, "no unplanned stops")]
    fn a_missing_value_says_what_it_lacks(#[case] kpi: Kpi, #[case] tally: Tally, #[case] why: &str) {
        assert_eq!(crate::kpi::figure(kpi, &tally.into()), None);
        assert_eq!(why_none(kpi, &tally), why);
    }

    #[test]
    fn the_parts_of_the_planned_time_add_up_to_it() {
        let parts = balance(&tally());
        assert_eq!(
            parts.planned_stop_millis + parts.unplanned_stop_millis + parts.earned_millis + parts.unexplained_millis,
            parts.planned_millis
        );
        assert_eq!(
            (minutes(parts.planned_millis), minutes(parts.unexplained_millis)),
            ("420 min".into(), "51.8 min".into())
        );
    }
}
