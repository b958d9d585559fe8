//! A KPI day by day: its line with target, control limits and marked days, and the report's own dates shaded.

use super::frame::Scale;
use super::{escaped, put};
use crate::kpi::{Kpi, Ratio};
use crate::service::report::{Trend, TrendDay};
use std::fmt::Write;

const WIDTH: f64 = 560.0;
const HEIGHT: f64 = 190.0;
const LEFT: f64 = 48.0;
const RIGHT: f64 = 14.0;
const TOP: f64 = 10.0;
const BOTTOM: f64 = 24.0;
/// Letters of a name beside which the figures have room.
const LONGEST_CAPTION: usize = 22;
/// Dates below the plot.
const DATES: usize = 5;

/// Adds the plot.
pub(super) fn put(page: &mut String, trend: &Trend) {
    let plot = Plot::of(trend);
    let (kpi, last) = (trend.kpi, trend.days.iter().rev().find_map(|day| Some((day.date, day.figure?))));
    let target = trend.target.map(|target| format!("target {}, ", kpi.unit().text(Some(target)))).unwrap_or_default();
    let last = last.map(|(date, figure)| format!("{date}: {}", kpi.unit().text(Some(figure)))).unwrap_or_default();
    let about = target + &last;
    put!(page, "<figure><figcaption>{}<span>{}</span></figcaption>\n", escaped(caption(kpi)), escaped(&about));
    put!(
        page,
        "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-label=\"{} day by day\">\n",
        escaped(kpi.name())
    );
    plot.put_frame(page);
    plot.put_limits(page);
    plot.put_target(page);
    plot.put_line(page);
    put!(page, "</svg></figure>\n");
}

struct Plot<'a> {
    trend: &'a Trend,
    scale: Scale,
}

fn value(kpi: Kpi, figure: Ratio) -> f64 {
    figure.value(kpi.unit().scale())
}

impl<'a> Plot<'a> {
    fn of(trend: &'a Trend) -> Self {
        let figures: Vec<f64> = trend.days.iter().filter_map(|day| Some(value(trend.kpi, day.figure?))).collect();
        let (low, high) = figures
            .iter()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), figure| (low.min(*figure), high.max(*figure)));
        // Limits are drawn as far as they are near: far ones would press the line flat.
        let room = (high - low).max(high.abs() * 0.02);
        let near = |limit: &f64| *limit >= low - room && *limit <= high + room;
        let limits: Vec<f64> = trend
            .days
            .iter()
            .flat_map(|day| day.limits.into_iter().flatten())
            .map(|limit| value(trend.kpi, limit))
            .filter(near)
            .collect();
        let target = trend.target.map(|target| value(trend.kpi, target));
        Self { trend, scale: Scale::of(figures.into_iter().chain(limits).chain(target), 4) }
    }

    fn x(&self, place: usize) -> f64 {
        let steps = u32::try_from(self.trend.days.len().saturating_sub(1).max(1)).unwrap_or(u32::MAX);
        LEFT + (WIDTH - LEFT - RIGHT) * f64::from(u32::try_from(place).unwrap_or(u32::MAX)) / f64::from(steps)
    }

    fn y(&self, value: f64) -> f64 {
        TOP + (HEIGHT - TOP - BOTTOM) * (1.0 - self.scale.share(value))
    }

    fn put_frame(&self, page: &mut String) {
        let days = &self.trend.days;
        let half = (self.x(1) - self.x(0)) / 2.0;
        let reported: Vec<usize> = days
            .iter()
            .enumerate()
            .filter(|(_, day)| self.trend.reported.contains(day.date))
            .map(|(place, _)| place)
            .collect();
        if let (Some(first), Some(last)) = (reported.first(), reported.last()) {
            let from = (self.x(*first) - half).max(LEFT);
            let to = (self.x(*last) + half).min(WIDTH - RIGHT + 6.0);
            put!(
                page,
                "<rect class=\"band\" x=\"{from:.1}\" y=\"{TOP}\" width=\"{:.1}\" height=\"{:.1}\"/>\n",
                to - from,
                HEIGHT - TOP - BOTTOM
            );
        }
        for tick in self.scale.ticks() {
            let y = self.y(tick);
            put!(page, "<line class=\"grid\" x1=\"{LEFT}\" y1=\"{y:.1}\" x2=\"{:.1}\" y2=\"{y:.1}\"/>", WIDTH - RIGHT);
            put!(
                page,
                "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>\n",
                LEFT - 6.0,
                y + 4.0,
                self.scale.label(tick)
            );
        }
        let step = days.len().div_ceil(DATES).max(1);
        for (place, day) in days.iter().enumerate().rev().step_by(step) {
            let anchor = if place + 1 == days.len() { "end" } else { "middle" };
            put!(
                page,
                "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\">{}</text>\n",
                self.x(place),
                HEIGHT - 7.0,
                day.date.date().format("%-d %b")
            );
        }
    }

    fn put_limits(&self, page: &mut String) {
        for (which, class) in [(0, "centre"), (1, "limit"), (2, "limit")] {
            let limit = |day: &TrendDay| day.limits.as_ref().and_then(|limits| limits.get(which).copied());
            self.put_path(page, class, limit);
        }
    }

    fn put_target(&self, page: &mut String) {
        let Some(target) = self.trend.target else { return };
        let y = self.y(value(self.trend.kpi, target));
        let end = WIDTH - RIGHT;
        put!(page, "<line class=\"target\" x1=\"{LEFT}\" y1=\"{y:.1}\" x2=\"{end:.1}\" y2=\"{y:.1}\"/>");
    }

    fn put_line(&self, page: &mut String) {
        self.put_path(page, "line", |day| day.figure);
        for (place, day) in self.trend.days.iter().enumerate() {
            let Some(figure) = day.figure else { continue };
            let (x, y) = (self.x(place), self.y(value(self.trend.kpi, figure)));
            let (class, size, remark) = if day.is_marked { ("mark", 4.5, ", unusual") } else { ("dot", 2.4, "") };
            let text = escaped(&self.trend.kpi.unit().text(Some(figure)));
            put!(
                page,
                "<circle class=\"{class}\" cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{size}\"><title>{}: {text}{remark}</title></circle>\n",
                day.date
            );
        }
    }

    /// A line through the days that have a figure; the others are bridged.
    fn put_path(&self, page: &mut String, class: &str, figure: impl Fn(&TrendDay) -> Option<Ratio>) {
        let mut path = String::new();
        for (place, day) in self.trend.days.iter().enumerate() {
            if let Some(figure) = figure(day) {
                let verb = if path.is_empty() { 'M' } else { 'L' };
                put!(path, "{verb}{:.1} {:.1}", self.x(place), self.y(value(self.trend.kpi, figure)));
            }
        }
        if !path.is_empty() {
            put!(page, "<path class=\"{class}\" d=\"{path}\"/>\n");
        }
    }
}

/// A KPI's name above a plot, the short one where the long one leaves no room for the figures.
const fn caption(kpi: Kpi) -> &'static str {
    let name = kpi.name();
    if name.len() > LONGEST_CAPTION { kpi.short_name() } else { name }
}
