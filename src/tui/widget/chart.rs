//! A chart of columns with a target line, made of the terminal's own characters.

use super::{Pen, fill, row, width};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// What a chart shows.
pub struct Chart<'a> {
    /// The columns, the newest last; one without a value is a gap.
    pub values: &'a [Option<i128>],
    /// Where the target line is, on the same scale.
    pub target: Option<i128>,
    /// A value of the scale in words, for the ends of the axis.
    pub label: &'a dyn Fn(i128) -> String,
}

/// Draws the chart: the highest, the lowest and the target's value at the left, a column for each value, the target across.
pub fn draw(pen: &Pen, chart: &Chart<'_>, area: Rect, buffer: &mut Buffer) {
    let known = || chart.values.iter().flatten().copied().chain(chart.target);
    let (Some(low), Some(high)) = (known().min(), known().max()) else { return };
    let (bottom, top) = ((chart.label)(low), (chart.label)(high));
    let middle = chart.target.map_or_else(String::new, |target| (chart.label)(target));
    let axis = width(&bottom).max(width(&top)).max(width(&middle));
    let room = area.width.saturating_sub(axis + 1);
    let skip = chart.values.len().saturating_sub(usize::from(room));
    let values = chart.values.get(skip..).unwrap_or_default();
    let steps = pen.glyphs.levels.len();
    let whole = usize::from(area.height).saturating_mul(steps);
    let heights: Vec<Option<usize>> =
        values.iter().map(|value| value.map(|value| height(value, low, high, whole))).collect();
    let target = chart.target.map(|target| height(target, low, high, whole).saturating_sub(1) / steps.max(1));
    for line in 0..area.height {
        // Rows are counted from the bottom: the chart grows upwards.
        let level = usize::from(area.height - 1 - line);
        let label = match (line, level) {
            (0, _) => top.as_str(),
            (_, 0) => bottom.as_str(),
            _ if target == Some(level) => middle.as_str(),
            _ => "",
        };
        let is_target = target == Some(level);
        let cells: String = heights.iter().map(|height| cell(pen, *height, level * steps, is_target)).collect();
        let text = format!("{} {cells}", fill(label, axis, true));
        pen.text(&text, pen.theme.normal, row(area, line), buffer);
    }
}

/// How high a value stands in steps, at least one and at most `whole`.
fn height(value: i128, low: i128, high: i128, whole: usize) -> usize {
    let (span, steps) = (high.saturating_sub(low), i128::try_from(whole.saturating_sub(1)).unwrap_or(0));
    if span <= 0 {
        return (whole / 2).max(1);
    }
    usize::try_from(value.saturating_sub(low).saturating_mul(steps) / span).unwrap_or(0) + 1
}

/// One cell: full, partly full or empty; the target line goes over both what is full and what is empty.
fn cell(pen: &Pen, height: Option<usize>, below: usize, is_target: bool) -> &'static str {
    let steps = pen.glyphs.levels.len();
    let empty = if is_target { pen.glyphs.rule } else { " " };
    match height.map(|height| height.saturating_sub(below)) {
        None | Some(0) => empty,
        Some(filled) if filled > steps && is_target => pen.glyphs.rule,
        Some(filled) => pen.glyphs.levels.get(filled.min(steps) - 1).copied().unwrap_or(empty),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::clock::Instant;
    use crate::tui::capability::{Capability, Characters, Palette};
    use crate::tui::theme::Theme;
    use proptest::prelude::*;

    fn drawn(values: &[Option<i128>], target: Option<i128>, characters: Characters, area: Rect) -> Vec<String> {
        let capability = Capability { palette: Palette::Mono, characters, frames: 0 };
        let pen = Pen {
            theme: Theme::built_in(Palette::Mono).expect("theme"),
            glyphs: capability.glyphs(),
            language: crate::tui::locale::Language::English,
            now: Instant(0),
        };
        let mut buffer = Buffer::empty(area);
        draw(&pen, &Chart { values, target, label: &|value| value.to_string() }, area, &mut buffer);
        let line = |y| (0..area.width).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
        (0..area.height).map(line).collect()
    }

    #[test]
    fn columns_rise_between_the_lowest_and_the_highest_and_missing_days_are_gaps() {
        let area = Rect::new(0, 0, 8, 3);
        let values = [Some(0), None, Some(50), Some(100)];
        assert_eq!(drawn(&values, None, Characters::Unicode, area), ["100    █", "      ▄█", "  0 ▁ ██"]);
    }

    #[test]
    fn the_target_goes_across_full_and_empty_columns_alike() {
        let area = Rect::new(0, 0, 8, 3);
        let values = [Some(0), None, Some(100), Some(100)];
        assert_eq!(drawn(&values, Some(50), Characters::Unicode, area), ["100   ██", " 50 ────", "  0 ▁ ██"]);
        assert_eq!(drawn(&values, Some(50), Characters::Ascii, area), ["100   ##", " 50 ----", "  0 _ ##"]);
    }

    #[test]
    fn only_the_newest_columns_are_drawn_where_room_is_short() {
        let area = Rect::new(0, 0, 4, 1);
        assert_eq!(drawn(&[Some(9), Some(1), Some(9)], None, Characters::Unicode, area), ["9 ▁█"]);
    }

    proptest! {
        #[test]
        fn no_values_and_no_size_make_it_fail(
            values in prop::collection::vec(prop::option::of(any::<i128>()), 0..40), target in prop::option::of(any::<i128>()),
            wide in 0_u16..30, high in 0_u16..9,
        ) {
            drawn(&values, target, Characters::Unicode, Rect::new(0, 0, wide, high));
        }
    }
}
