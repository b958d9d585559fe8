//! A chart of points with centre line, limits and target, made of the terminal's own characters. A point that breaks a
//! rule is drawn as the rule's number, so that it is seen without colour.

use super::{Pen, fill, row, width};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Columns that a point takes at most.
const WIDEST: usize = 4;

/// One point, all on one scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Point {
    /// The figure; a gap without one.
    pub value: Option<i128>,
    /// Centre line.
    pub centre: Option<i128>,
    /// Lower and upper limit.
    pub limits: Option<(i128, i128)>,
    /// The number of the rule that it breaks.
    pub rule: Option<u8>,
}

/// What a chart shows: the points of a series on one scale, and what they are called.
pub struct Plot<'a> {
    /// The points, the newest last.
    pub points: &'a [Point],
    /// Where the target is.
    pub target: Option<i128>,
    /// A value of the scale in words, for the axis.
    pub label: &'a dyn Fn(i128) -> String,
    /// What the first and the last point are called.
    pub ends: &'a dyn Fn(usize) -> String,
}

/// What stands in one cell, what comes later over what came before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Mark {
    Limit,
    Target,
    Centre,
}

/// Where the values of a chart are on its rows, each row in two halves.
#[derive(Debug, Clone, Copy)]
struct Scale {
    low: i128,
    high: i128,
    halves: i128,
}

impl Scale {
    fn of(chart: &Plot<'_>, points: &[Point], rows: u16) -> Option<Self> {
        let known = || {
            let of_point = |point: &Point| {
                let (lower, upper) = (point.limits.map(|limits| limits.0), point.limits.map(|limits| limits.1));
                [point.value, point.centre, lower, upper]
            };
            points.iter().flat_map(of_point).flatten().chain(chart.target)
        };
        Some(Self { low: known().min()?, high: known().max()?, halves: i128::from(rows) * 2 })
    }

    /// The half row of a value, counted from the bottom.
    fn half(self, value: i128) -> i128 {
        let span = self.high.saturating_sub(self.low);
        if span <= 0 {
            return self.halves / 2;
        }
        value.saturating_sub(self.low).saturating_mul(self.halves - 1) / span
    }

    fn row(self, value: i128) -> i128 {
        self.half(value) / 2
    }
}

/// Draws the chart: the ends of its scale and the centre at the left, the first and the last point's name below.
/// Gives how many of the newest points are shown.
pub fn draw(pen: &Pen, chart: &Plot<'_>, area: Rect, buffer: &mut Buffer) -> usize {
    let rows = area.height.saturating_sub(1);
    let Some(whole) = Scale::of(chart, chart.points, rows) else { return 0 };
    let newest = chart.points.iter().rev().find_map(|point| point.centre);
    let named: Vec<i128> = newest.into_iter().chain([whole.high, whole.low]).chain(chart.target).collect();
    let axis = named.iter().map(|value| width(&(chart.label)(*value))).max().unwrap_or(0);
    let room = usize::from(area.width.saturating_sub(axis + 1));
    let wide = (room / chart.points.len().max(1)).clamp(1, WIDEST);
    let first = chart.points.len().saturating_sub(room / wide);
    let points = chart.points.get(first..).unwrap_or_default();
    let Some(scale) = Scale::of(chart, points, rows) else { return 0 };
    for line in 0..rows {
        // Rows are counted from the bottom: the chart grows upwards.
        let level = i128::from(rows - 1 - line);
        let text = named.iter().find(|value| scale.row(**value) == level).map(|value| (chart.label)(*value));
        let place = row(area, line);
        pen.text(&fill(&text.unwrap_or_default(), axis, true), pen.theme.dim, place, buffer);
        let mut x = place.x.saturating_add(axis + 1);
        for point in points {
            draw_slot(pen, chart, scale, point, level, Rect { x, width: columns(wide), ..place }, buffer);
            x = x.saturating_add(columns(wide));
        }
    }
    let below = Rect { x: area.x + (axis + 1).min(area.width), width: columns(points.len() * wide), ..row(area, rows) };
    draw_ends(pen, chart, first, below.intersection(area), buffer);
    points.len()
}

fn columns(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}

/// Draws one row of a point's columns: the lines that cross it, and the point itself.
fn draw_slot(pen: &Pen, chart: &Plot<'_>, scale: Scale, point: &Point, level: i128, place: Rect, buffer: &mut Buffer) {
    let limits = point.limits.into_iter().flat_map(|(lower, upper)| [lower, upper]).map(|value| (value, Mark::Limit));
    let lines = limits.chain(chart.target.map(|value| (value, Mark::Target)));
    let lines = lines.chain(point.centre.map(|value| (value, Mark::Centre)));
    let mark = lines.filter(|(value, _)| scale.row(*value) == level).map(|(_, mark)| mark).max();
    if let Some(mark) = mark {
        let glyph = match mark {
            Mark::Limit => pen.glyphs.limit,
            Mark::Target => pen.glyphs.target,
            Mark::Centre => pen.glyphs.rule,
        };
        pen.text(&glyph.repeat(usize::from(place.width)), pen.theme.dim, place, buffer);
    }
    if let Some(value) = point.value.filter(|value| scale.row(*value) == level) {
        let (text, style) = shape(pen, point.rule, scale.half(value) % 2 == 1);
        pen.text(&text, style, Rect { width: 1.min(place.width), ..place }, buffer);
    }
}

fn shape(pen: &Pen, rule: Option<u8>, is_high: bool) -> (String, Style) {
    match rule {
        Some(rule) => (rule.to_string(), pen.theme.alarm),
        None if is_high => (pen.glyphs.point_high.to_owned(), pen.theme.strong),
        None => (pen.glyphs.point_low.to_owned(), pen.theme.strong),
    }
}

fn draw_ends(pen: &Pen, chart: &Plot<'_>, first: usize, place: Rect, buffer: &mut Buffer) {
    let (from, to) = ((chart.ends)(first), (chart.ends)(chart.points.len().saturating_sub(1)));
    let text = if width(&from) + width(&to) < place.width {
        format!("{from}{}", fill(&to, place.width - width(&from), true))
    } else {
        fill(&to, place.width, true)
    };
    pen.text(&text, pen.theme.dim, place, buffer);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::clock::Instant;
    use crate::tui::capability::{Capability, Characters, Palette};
    use crate::tui::theme::Theme;
    use proptest::prelude::*;

    fn drawn(points: &[Point], target: Option<i128>, characters: Characters, area: Rect) -> Vec<String> {
        let capability = Capability { palette: Palette::Mono, characters, frames: 0 };
        let pen = Pen {
            theme: Theme::built_in(Palette::Mono).expect("theme"),
            glyphs: capability.glyphs(),
            language: crate::tui::locale::Language::English,
            now: Instant(0),
        };
        let mut buffer = Buffer::empty(area);
        let chart = Plot { points, target, label: &|value| value.to_string(), ends: &|index| format!("d{index}") };
        draw(&pen, &chart, area, &mut buffer);
        let line = |y| (0..area.width).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
        (0..area.height).map(line).collect()
    }

    fn point(value: i128, rule: Option<u8>) -> Point {
        Point { value: Some(value), centre: Some(50), limits: Some((20, 80)), rule }
    }

    fn points() -> [Point; 6] {
        let gap = Point { value: None, ..point(0, None) };
        [point(50, None), point(60, None), gap, point(90, Some(1)), point(40, None), point(30, None)]
    }

    #[test]
    fn a_point_beyond_the_limits_is_its_rules_number_and_a_missing_day_a_gap() {
        let shown = drawn(&points(), Some(65), Characters::Unicode, Rect::new(0, 0, 9, 6));
        assert_eq!(shown, ["90    1", "   ┄┄┄┄┄┄", "65 ═▀════", "50 ▀───▄─", "20 ┄┄┄┄┄▀", "   d0  d5"]);
    }

    #[test]
    fn in_ascii_nothing_is_lost() {
        let shown = drawn(&points(), Some(65), Characters::Ascii, Rect::new(0, 0, 9, 7));
        let text = shown.join("\n");
        assert!(text.is_ascii(), "{text}");
        for mark in ['1', 'o', '.', '-', '='] {
            assert!(text.contains(mark), "{mark} is missing\n{text}");
        }
    }

    #[test]
    fn only_the_newest_points_are_drawn_where_room_is_short() {
        let shown = drawn(&points(), None, Characters::Unicode, Rect::new(0, 0, 6, 4));
        assert!(shown[3].ends_with("d5") && !shown.join("").contains("d0"), "{shown:#?}");
    }

    proptest! {
        #[test]
        fn no_values_and_no_size_make_it_fail(
            values in prop::collection::vec(prop::option::of(any::<i128>()), 0..40), target in prop::option::of(any::<i128>()),
            wide in 0_u16..30, high in 0_u16..9,
        ) {
            let points: Vec<Point> = values.iter().map(|value| Point {
                value: *value, centre: *value, limits: value.map(|value| (value, value)), rule: None,
            }).collect();
            drawn(&points, target, Characters::Unicode, Rect::new(0, 0, wide, high));
        }
    }
}
