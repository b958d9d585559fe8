//! Text from people: trimmed, normalised, limited in length, and free of anything that could steer a
//! terminal or disguise itself.

use super::reject::Reject;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

/// Longest business key (client, line, product, work order, ...), in characters.
pub const ID_LIMIT: usize = 64;
/// Longest name, in characters.
pub const NAME_LIMIT: usize = 120;
/// Longest note, in characters.
pub const NOTE_LIMIT: usize = 2000;
/// More marks than this on one letter is not writing.
const MARKS_ON_ONE_LETTER: usize = 4;

/// Text that went through [`CleanText::parse`]: NFC, trimmed, no control, format, private or stacked characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CleanText(String);

impl CleanText {
    /// Cleans a one-line text of at most `limit` characters.
    pub fn parse(field: &str, raw: &str, limit: usize) -> Result<Self, Reject> {
        let text: String = raw.trim().nfc().collect();
        if text.chars().count() > limit {
            return Err(Reject::new(field, format!("is longer than {limit} characters"), "shorten it"));
        }
        if let Some(bad) = text.chars().find(|&character| is_forbidden(character)) {
            return Err(Reject::new(
                field,
                format!("holds a character that cannot be shown (U+{:04X})", u32::from(bad)),
                "type the text anew without it",
            ));
        }
        if has_stacked_marks(&text) {
            return Err(Reject::new(field, "has too many marks on one letter", "type the text anew"));
        }
        Ok(Self(text))
    }

    /// Cleans a name that must not be empty.
    pub fn name(field: &str, raw: &str) -> Result<Self, Reject> {
        Self::required(field, raw, NAME_LIMIT)
    }

    /// Cleans a note; an empty one is none.
    pub fn note(field: &str, raw: &str) -> Result<Option<Self>, Reject> {
        let text = Self::parse(field, raw, NOTE_LIMIT)?;
        Ok((!text.0.is_empty()).then_some(text))
    }

    /// Cleans a text that must not be empty.
    pub fn required(field: &str, raw: &str, limit: usize) -> Result<Self, Reject> {
        let text = Self::parse(field, raw, limit)?;
        if text.0.is_empty() {
            return Err(Reject::new(field, "is missing", "fill it in"));
        }
        Ok(text)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for CleanText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.0)
    }
}

/// Control, format (bidi, zero width, tags), private, unassigned-by-design and line-separating characters.
fn is_forbidden(character: char) -> bool {
    character.is_control()
        || matches!(
            u32::from(character),
            0x00AD
                | 0x0600..=0x0605
                | 0x061C
                | 0x06DD
                | 0x070F
                | 0x180E
                | 0x200B..=0x200F
                | 0x2028..=0x202E
                | 0x2060..=0x206F
                | 0xFE00..=0xFE0F
                | 0xFEFF
                | 0xFFF0..=0xFFFF
                | 0x1D173..=0x1D17A
                | 0xE0000..=0xE0FFF
                | 0xE000..=0xF8FF
                | 0x000F_0000..=0x0010_FFFF
        )
}

fn has_stacked_marks(text: &str) -> bool {
    let mut run = 0;
    text.chars().any(|character| {
        run = if is_combining_mark(character) { run + 1 } else { 0 };
        run > MARKS_ON_ONE_LETTER
    })
}

/// What a spreadsheet begins a formula with.
const FORMULA_MARKS: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Text for a CSV file that no spreadsheet takes for a formula: an apostrophe stands before what looks like one.
pub fn shielded(text: &str) -> Cow<'_, str> {
    if looks_like_a_formula(text) { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
}

/// The text that was [`shielded`].
pub fn unshielded(text: &str) -> &str {
    text.strip_prefix('\'').filter(|rest| looks_like_a_formula(rest)).unwrap_or(text)
}

/// Apostrophes before the mark are looked through, so that every text comes back as it was.
fn looks_like_a_formula(text: &str) -> bool {
    text.trim_start_matches('\'').starts_with(FORMULA_MARKS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("L1", "L1")]
    #[case("=1+1", "'=1+1")]
    #[case("@SUM(A1)", "'@SUM(A1)")]
    #[case("-2", "'-2")]
    #[case("'=1", "''=1")]
    #[case("'quoted'", "'quoted'")]
    fn text_is_never_a_formula_and_comes_back_as_it_was(#[case] text: &str, #[case] cell: &str) {
        assert_eq!(shielded(text), cell);
        assert_eq!(unshielded(cell), text);
    }

    #[rstest]
    #[case("line\u{1b}[2J")]
    #[case("evil\u{202e}txt")]
    #[case("tag\u{e0041}")]
    #[case("zero\u{200b}width")]
    #[case("e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}")]
    fn text_that_could_steer_or_disguise_is_refused(#[case] raw: &str) {
        assert!(CleanText::parse("notes", raw, 100).is_err());
    }

    #[test]
    fn text_is_trimmed_and_composed() {
        let text = CleanText::parse("name", "  Cafe\u{301} 3 ", 10).expect("clean");
        assert_eq!(text.as_str(), "Café 3");
    }

    #[test]
    fn the_limit_counts_characters_and_names_the_field() {
        let reject = CleanText::parse("name", "ééé", 2).expect_err("too long");
        assert_eq!(reject.field, "name");
        assert!(CleanText::parse("name", "éé", 2).is_ok());
    }
}
