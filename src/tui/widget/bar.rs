//! Bars and trend lines made of the terminal's own characters.

use super::Pen;

/// A bar of `width` columns filled to `part` of `whole`, with a mark at `target` of it.
pub fn bar(pen: &Pen, width: u16, part: i64, whole: i64, target: Option<i64>) -> String {
    let place = |value: i64| -> u16 {
        if whole <= 0 {
            return 0;
        }
        let columns = i64::from(width) * value.clamp(0, whole) / whole;
        u16::try_from(columns).unwrap_or(width)
    };
    let filled = place(part);
    let mark = target.filter(|_| whole > 0).map(|target| place(target).min(width.saturating_sub(1)));
    (0..width)
        .map(|column| match column {
            _ if Some(column) == mark => pen.glyphs.mark,
            _ if column < filled => pen.glyphs.full,
            _ => pen.glyphs.empty,
        })
        .collect()
}

/// A line of levels, one for each value, the newest last; days without a value are gaps. Only the last `width`.
pub fn trend(pen: &Pen, width: u16, values: &[Option<f64>]) -> String {
    let skip = values.len().saturating_sub(usize::from(width));
    let values = values.get(skip..).unwrap_or_default();
    let known = || values.iter().flatten().copied();
    let (low, high) = (known().fold(f64::INFINITY, f64::min), known().fold(f64::NEG_INFINITY, f64::max));
    values.iter().map(|value| value.map_or(" ", |value| level(pen, value, low, high))).collect()
}

fn level(pen: &Pen, value: f64, low: f64, high: f64) -> &'static str {
    let levels = pen.glyphs.levels;
    let top = levels.len().saturating_sub(1);
    if high <= low {
        return levels.get(top / 2).copied().unwrap_or(" ");
    }
    let share = (value - low) / (high - low);
    // Few levels: the first whose upper edge is not below the value.
    let index = (1..=top).find(|index| {
        share < f64::from(u32::try_from(*index).unwrap_or(1)) / f64::from(u32::try_from(top + 1).unwrap_or(1))
    });
    levels.get(index.map_or(top, |index| index - 1)).copied().unwrap_or(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::clock::Instant;
    use crate::tui::capability::{Capability, Palette};
    use crate::tui::theme::Theme;

    fn pen() -> Pen {
        Pen {
            theme: Theme::built_in(Palette::Mono).expect("theme"),
            glyphs: Capability::PLAIN.glyphs(),
            language: crate::tui::locale::Language::English,
            now: Instant(0),
        }
    }

    #[test]
    fn a_bar_shows_part_and_target_and_never_more_than_its_width() {
        assert_eq!(bar(&pen(), 10, 50, 100, Some(80)), "█████░░░│░");
        assert_eq!(bar(&pen(), 4, 900, 100, Some(100)), "███│");
        assert_eq!(bar(&pen(), 4, 1, 0, Some(1)), "░░░░");
    }

    #[test]
    fn a_trend_goes_from_low_to_high_with_gaps_where_nothing_is_known() {
        assert_eq!(trend(&pen(), 9, &[Some(0.0), None, Some(1.0)]), "▁ █");
        assert_eq!(trend(&pen(), 2, &[Some(0.0), Some(5.0), Some(5.0)]).chars().count(), 2);
    }
}
