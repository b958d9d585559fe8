//! What is said of a KPI above its parts: the way to it, its figure, what it is compared with, and its series.

use super::DetailScreen;
use crate::kpi::chart::{self, Rule};
use crate::kpi::{KpiValue, Period, Ratio, figure};
use crate::service::KpiDetail;
use crate::tui::screen::kpi::standing::standing;
use crate::tui::screen::kpi::tile;
use crate::tui::widget::control_chart::{self, Plot, Point};
use crate::tui::widget::{Pen, row, width};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

/// Parts of one in which the chart counts.
const FINE: i128 = 1_000_000_000;

/// The KPI and the levels one went down through.
pub fn way(pen: &Pen, screen: &DetailScreen) -> String {
    let names = screen.names().join(&format!(" {} ", pen.glyphs.focus));
    format!("{} {} {names}", pen.say(screen.kpi.name()), pen.glyphs.dot)
}

/// Draws way and figure in one row, what the figure is compared with in the next.
pub fn draw(pen: &Pen, screen: &DetailScreen, detail: &KpiDetail, area: Rect, buffer: &mut Buffer) {
    let stands = standing(pen, &detail.value);
    let shown = tile::shown(pen, &detail.value);
    let spans = vec![
        Span::styled(shown, pen.theme.strong),
        Span::raw("  "),
        Span::styled(format!("{} {}", stands.mark, stands.words), stands.style),
        Span::raw(" "),
    ];
    let used: u16 = spans.iter().map(|span| width(&span.content)).sum();
    let start = area.right().saturating_sub(used).max(area.x);
    let left = Rect { x: area.x + 1, width: start.saturating_sub(area.x + 2), ..row(area, 0) };
    pen.text(&way(pen, screen), pen.theme.strong, left, buffer);
    pen.line(spans, Rect { x: start, width: area.right() - start, ..row(area, 0) }, buffer);
    pen.text(&format!(" {}", pen.plain(&against(pen, detail))), pen.theme.normal, row(area, 1), buffer);
}

fn against(pen: &Pen, detail: &KpiDetail) -> String {
    let dot = pen.glyphs.dot;
    let target = match detail.value.target {
        Some(_) => {
            format!("{} {}{}", pen.say("target"), detail.value.target_number(), detail.value.kpi.unit().suffix())
        }
        None => pen.say("no target").to_owned(),
    };
    let before = match detail.before.figure {
        Some(_) => format!("{} {}, {}", pen.say("before"), tile::shown(pen, &detail.before), change(pen, detail)),
        None => pen.say("no value before").to_owned(),
    };
    let interval = detail.interval.map_or_else(String::new, |(low, high)| {
        let unit = detail.value.kpi.unit();
        format!(" {dot} 95 %: {} {} {}", unit.number(Some(low)), pen.say("to"), unit.number(Some(high)))
    });
    format!("{target} {dot} {before}{interval}")
}

/// What changed since the window before.
pub fn change(pen: &Pen, detail: &KpiDetail) -> String {
    tile::change(pen, Some(&detail.before), &detail.value)
}

/// Draws the series with its target, and says below it what the lines are.
pub fn draw_chart(pen: &Pen, detail: &KpiDetail, area: Rect, buffer: &mut Buffer) {
    if area.height < 3 {
        return;
    }
    let scale = |figure: Ratio| figure.scaled_half_away(FINE);
    let kpi = detail.kpi;
    let charted = |period: &Period| {
        let points = detail.chart.iter().flat_map(|chart| &chart.points);
        points.into_iter().find(|point| point.period == *period)
    };
    let newest = detail.chart.as_ref().and_then(|chart| chart.points.last());
    let points: Vec<Point> = detail
        .series
        .iter()
        .map(|(period, sums)| {
            // A day without a figure has the lines of the day that has one: they go on across a gap.
            let (own, lines) = (charted(period), charted(period).or(newest));
            Point {
                value: figure(kpi, sums).map(scale),
                centre: lines.map(|point| scale(point.centre)),
                limits: own.map(|point| (scale(point.lower), scale(point.upper))),
                rule: own.and_then(|point| point.broken.first()).map(|rule| number_of(*rule)),
            }
        })
        .collect();
    let label = |height: i128| pen.plain(&kpi.unit().number(Ratio::new(height, FINE)));
    let ends = |index: usize| detail.series.get(index).map_or_else(String::new, |(period, _)| period.to_string());
    let chart = Plot { points: &points, target: target(&detail.value).map(scale), label: &label, ends: &ends };
    let shown = control_chart::draw(pen, &chart, Rect { height: area.height - 1, ..area }, buffer);
    let mut legend = Vec::new();
    if shown < points.len() {
        legend.push(pen.tell("the newest {n} of {all}", &[("n", &shown), ("all", &points.len())]));
    }
    if detail.value.target.is_some() {
        legend.push(format!("{} {}", pen.glyphs.target, pen.say("target")));
    }
    if let Some(newest) = newest {
        let number = |figure: Ratio| pen.plain(&kpi.unit().number(Some(figure)));
        legend.push(format!("{} {} {}", pen.glyphs.rule, pen.say("centre"), number(newest.centre)));
        legend.push({
            let (low, high) = (number(newest.lower), number(newest.upper));
            format!("{} {}", pen.glyphs.limit, pen.tell("limits {low} to {high}", &[("low", &low), ("high", &high)]))
        });
    }
    let broken: Vec<Rule> = detail
        .chart
        .iter()
        .flat_map(chart::ControlChart::broken)
        .filter_map(|point| point.broken.first())
        .copied()
        .collect();
    let seen = Rule::ALL.iter().filter(|rule| broken.contains(rule));
    legend.extend(seen.map(|rule| format!("{} {}", number_of(*rule), pen.say(rule.name()))));
    pen.text(&legend.join("  "), pen.theme.dim, row(area, area.height - 1), buffer);
}

/// The number that a point which breaks a rule is drawn as.
fn number_of(rule: Rule) -> u8 {
    Rule::ALL.iter().position(|known| *known == rule).and_then(|at| u8::try_from(at + 1).ok()).unwrap_or(1)
}

fn target(value: &KpiValue) -> Option<Ratio> {
    value.target.and_then(|target| target.figure(value.kpi))
}
