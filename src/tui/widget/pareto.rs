//! Bars from the largest down, with the cumulative share as a mark and in figures. Bars and marks are on one scale: the
//! whole width is all there is.

use super::bar::bar;
use super::{Pen, cut, fill, row, width};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::Span;

/// Columns of the names at most.
const NAMES: u16 = 18;
/// Columns of a share in figures.
const SHARE: u16 = 5;
/// Thousandths in a whole.
const WHOLE: i64 = 1000;

/// One cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParetoBar {
    /// What it is called.
    pub name: String,
    /// How much it is, in words.
    pub amount: String,
    /// Its share, in thousandths.
    pub share: i64,
    /// Its share and that of all before it, in thousandths.
    pub cumulative: i64,
    /// Whether nobody said what it was.
    pub is_unclassified: bool,
}

/// Draws one bar a row; where not all fit, the last row says how many more there are. Gives the rows used.
pub fn draw(pen: &Pen, bars: &[ParetoBar], area: Rect, buffer: &mut Buffer) -> u16 {
    let rows = usize::from(area.height);
    let shown = if bars.len() > rows { rows.saturating_sub(1) } else { bars.len() };
    let longest = |take: fn(&ParetoBar) -> &str| bars.iter().map(|bar| width(take(bar))).max().unwrap_or(0);
    let (names, amounts) = (longest(|bar| &bar.name).min(NAMES), longest(|bar| &bar.amount));
    let room = area.width.saturating_sub(names + amounts + SHARE + 3);
    let mut used = 0;
    for cause in bars.iter().take(shown) {
        let place = row(area, used);
        let style = if cause.is_unclassified { pen.theme.warn } else { pen.theme.normal };
        let name = fill(&cut(&cause.name, names, pen.glyphs.cut), names, false);
        let amount = fill(&cause.amount, amounts, true);
        let drawn = bar(pen, room, cause.share, WHOLE, Some(cause.cumulative));
        let spans = vec![
            Span::styled(format!("{name} {amount} "), style),
            Span::styled(drawn, pen.theme.normal),
            Span::styled(fill(&percent(cause.cumulative), SHARE + 1, true), pen.theme.dim),
        ];
        pen.line(spans, place, buffer);
        used += 1;
    }
    if shown < bars.len() && area.height > 0 {
        pen.text(&format!("and {} more", bars.len() - shown), pen.theme.dim, row(area, used), buffer);
        used += 1;
    }
    used
}

fn percent(thousandths: i64) -> String {
    format!("{} %", (thousandths + 5) / 10)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::clock::Instant;
    use crate::tui::capability::{Capability, Palette};
    use crate::tui::theme::Theme;

    fn drawn(bars: &[ParetoBar], area: Rect) -> Vec<String> {
        let pen = Pen {
            theme: Theme::built_in(Palette::Mono).expect("theme"),
            glyphs: Capability::PLAIN.glyphs(),
            language: crate::tui::locale::Language::English,
            now: Instant(0),
        };
        let mut buffer = Buffer::empty(area);
        draw(&pen, bars, area, &mut buffer);
        let line = |y| (0..area.width).map(|x| buffer[(x, y)].symbol()).collect::<String>().trim_end().to_owned();
        (0..area.height).map(line).collect()
    }

    fn cause(name: &str, amount: &str, share: i64, cumulative: i64) -> ParetoBar {
        let is_unclassified = name == "Unclassified";
        ParetoBar { name: name.into(), amount: amount.into(), share, cumulative, is_unclassified }
    }

    #[test]
    fn each_cause_has_its_bar_and_the_cumulative_mark_goes_to_the_right() {
        let bars =
            [cause("Jam", "600", 600, 600), cause("Unclassified", "300", 300, 900), cause("Cut", "100", 100, 1000)];
        let expected = [
            "Jam          600 ██████│░░░  60 %",
            "Unclassified 300 ███░░░░░░│  90 %",
            "Cut          100 █░░░░░░░░│ 100 %",
        ];
        assert_eq!(drawn(&bars, Rect::new(0, 0, 33, 3)), expected);
    }

    #[test]
    fn what_does_not_fit_is_counted() {
        let bars = [cause("A", "6", 600, 600), cause("B", "3", 300, 900), cause("C", "1", 100, 1000)];
        assert_eq!(drawn(&bars, Rect::new(0, 0, 30, 2))[1], "and 2 more");
        assert_eq!(drawn(&[], Rect::new(0, 0, 30, 1)), [""]);
    }
}
