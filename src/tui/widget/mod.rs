//! Things to draw that know no screen: tables, boxes, bars, trend lines. Each draws from values; none asks or changes
//! anything.

pub mod bar;
pub mod boxed;
pub mod cell;
pub mod chart;
pub mod control_chart;
pub mod dialog;
pub mod matrix;
pub mod page;
pub mod pareto;
pub mod pick;
pub mod small;
pub mod table;
pub mod wait;

use super::capability::Glyphs;
use super::locale::Language;
use super::theme::Theme;
use crate::domain::clock::Instant;
use crate::domain::text::shown;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// What everything is drawn with.
#[derive(Debug, Clone, Copy)]
pub struct Pen {
    /// How the roles look.
    pub theme: Theme,
    /// The marks of the terminal's character set.
    pub glyphs: &'static Glyphs,
    /// The language.
    pub language: Language,
    /// The time.
    pub now: Instant,
}

impl Pen {
    /// A text of ours in the language of the screen.
    pub fn say<'a>(&self, english: &'a str) -> &'a str {
        self.language.say(english)
    }

    /// A heading of ours where there is little room, in the language of the screen.
    pub fn short<'a>(&self, english: &'a str) -> &'a str {
        self.language.say_short(english)
    }

    /// A text of ours with values in it, in the language of the screen.
    pub fn tell(&self, english: &str, values: &[(&str, &dyn std::fmt::Display)]) -> String {
        self.language.tell(english, values)
    }

    /// A sentence of ours that stands ready, in the language of the screen.
    pub fn translated(&self, sentence: &str) -> String {
        self.language.translated(sentence).into_owned()
    }

    /// A text cut to a width, with a mark where something is missing.
    pub fn cut(&self, text: &str, width: u16) -> String {
        cut(text, width, self.glyphs.cut)
    }

    /// Draws one line of text, cut to the area's first row.
    pub fn text(&self, text: &str, style: Style, area: Rect, buffer: &mut Buffer) {
        if area.height > 0 {
            buffer.set_string(area.x, area.y, self.cut(&shown(text), area.width), style);
        }
    }

    /// Draws one line of spans in the area's first row.
    pub fn line(&self, spans: Vec<Span<'_>>, area: Rect, buffer: &mut Buffer) {
        let shown = spans.into_iter().map(|span| Span { content: shown(&span.content).into_owned().into(), ..span });
        shown.collect::<Line<'_>>().render(Rect { height: area.height.min(1), ..area }, buffer);
    }

    /// Draws a horizontal line.
    pub fn rule(&self, area: Rect, buffer: &mut Buffer) {
        self.text(&self.glyphs.rule.repeat(usize::from(area.width)), self.theme.dim, area, buffer);
    }

    /// Text of a terminal that shows ASCII only: marks beyond it in our own texts are replaced.
    pub fn plain(&self, text: &str) -> String {
        if self.glyphs.rule.is_ascii() {
            let text = text.replace(['–', '·', '—', '−'], "-").replace('…', "~").replace('×', "x").replace('÷', "/");
            let text = text.replace('\u{fffd}', "?");
            text.replace('Σ', "sum of").replace('σ', "sigma").replace('²', "^2")
        } else {
            text.to_owned()
        }
    }
}

/// The width of a text in columns.
pub fn width(text: &str) -> u16 {
    u16::try_from(text.width()).unwrap_or(u16::MAX)
}

/// A text cut to a width, ending in `mark` where something is missing.
pub fn cut(text: &str, limit: u16, mark: &str) -> String {
    if width(text) <= limit {
        return text.to_owned();
    }
    let room = usize::from(limit.saturating_sub(width(mark)));
    let mut used = 0;
    let mut kept: String = text
        .chars()
        .take_while(|character| {
            used += character.width().unwrap_or(0);
            used <= room
        })
        .collect();
    if limit > 0 {
        kept.push_str(mark);
    }
    kept
}

/// A text filled with spaces to a width: on the right, or on the left for figures.
pub fn fill(text: &str, to: u16, right: bool) -> String {
    let space = " ".repeat(usize::from(to.saturating_sub(width(text))));
    if right { format!("{space}{text}") } else { format!("{text}{space}") }
}

/// The row `index` of an area, or an empty area below it.
pub fn row(area: Rect, index: u16) -> Rect {
    if index < area.height { Rect { y: area.y + index, height: 1, ..area } } else { Rect { height: 0, ..area } }
}

/// An area without its first rows.
pub fn below(area: Rect, rows: u16) -> Rect {
    let rows = rows.min(area.height);
    Rect { y: area.y + rows, height: area.height - rows, ..area }
}

/// An area without some columns on its left and right.
pub fn inset(area: Rect, columns: u16) -> Rect {
    let columns = columns.min(area.width / 2);
    Rect { x: area.x + columns, width: area.width - 2 * columns, ..area }
}

/// Text broken into lines of at most a width, at spaces where there are any.
pub fn wrap(text: &str, to: u16) -> Vec<String> {
    let to = to.max(1);
    let mut lines = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            let mut word = word.to_owned();
            if !line.is_empty() && width(&line) + 1 + width(&word) > to {
                lines.push(std::mem::take(&mut line));
            }
            while width(&word) > to {
                let head = cut(&word, to, "");
                word = word.split_off(head.len());
                lines.push(head);
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(&word);
        }
        lines.push(line);
    }
    lines
}

/// Minutes as people say them: `45 min`, `1h05`.
pub fn duration(minutes: i64) -> String {
    let minutes = minutes.max(0);
    if minutes < 60 { format!("{minutes} min") } else { format!("{}h{:02}", minutes / 60, minutes % 60) }
}

/// The same for what may last long: `1h05`, from two days on `22 d`.
pub fn long_duration(minutes: i64) -> String {
    if minutes < 48 * 60 { duration(minutes) } else { format!("{} d", minutes / 1440) }
}

/// The same in as few columns as can be: `45m`, `1h05`.
pub fn short_duration(minutes: i64) -> String {
    duration(minutes).replace(" min", "m")
}

/// How old something is, coarsely enough not to change all the time.
pub fn age(at: Instant, now: Instant) -> String {
    match (now.0 - at.0).max(0) / 1000 {
        seconds if seconds < 60 => "now".to_owned(),
        seconds => format!("{} ago", duration(seconds / 60)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("abcdef", 6, "abcdef")]
    #[case("abcdef", 4, "abc…")]
    #[case("日本語", 5, "日本…")]
    #[case("日本語", 4, "日…")]
    #[case("abc", 0, "")]
    fn a_text_is_cut_to_columns_not_characters(#[case] text: &str, #[case] to: u16, #[case] expected: &str) {
        assert_eq!(cut(text, to, "…"), expected);
        assert!(width(&cut(text, to, "…")) <= to);
    }

    #[test]
    fn text_wraps_at_spaces_and_long_words_are_broken() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("abcdefgh ij", 3), ["abc", "def", "gh", "ij"]);
    }

    #[test]
    fn times_read_as_people_say_them() {
        assert_eq!((duration(45), duration(65)), ("45 min".into(), "1h05".into()));
        assert_eq!(age(Instant(0), Instant(59_000)), "now");
        assert_eq!(age(Instant(0), Instant(125_000)), "2 min ago");
    }
}
