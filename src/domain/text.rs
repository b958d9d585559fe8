//! Text from people and files: trimmed, normalised, limited in length, and free of anything that could steer a terminal
//! or disguise itself. What comes in goes through [`CleanText`]; what goes out to a screen, a file or a log goes through
//! [`shown`], because a row may have been planted by somebody else.

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
/// Bytes that a text may take for each character of its limit: enough for every living script.
const BYTES_OF_A_CHARACTER: usize = 3;
/// What stands on a screen or in a file for a character that must not.
const REPLACED: char = '\u{fffd}';

/// Text that went through [`CleanText::parse`]: NFC, trimmed, no control, format, private or stacked characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CleanText(String);

impl CleanText {
    /// Cleans a one-line text of at most `limit` characters.
    pub fn parse(field: &str, raw: &str, limit: usize) -> Result<Self, Reject> {
        let raw = raw.trim();
        let too_long = || Reject::new(field, format!("is longer than {limit} characters"), "shorten it");
        // Normalising makes one of at most three characters, each of at most four bytes.
        if raw.len() > limit.saturating_mul(4 * 3) {
            return Err(too_long());
        }
        // What stands for something that could not be read is no text either.
        if let Some(bad) = raw.chars().find(|&character| is_forbidden(character) || character == REPLACED) {
            return Err(forbidden(field, bad));
        }
        let spaced = raw.chars().map(|character| if character.is_whitespace() { ' ' } else { character });
        let text: String = spaced.nfc().collect();
        if let Some(bad) = text.chars().find(|&character| is_forbidden(character)) {
            return Err(forbidden(field, bad));
        }
        if text.chars().count() > limit {
            return Err(too_long());
        }
        let bytes = limit.saturating_mul(BYTES_OF_A_CHARACTER);
        if text.len() > bytes {
            return Err(Reject::new(field, format!("is longer than {bytes} bytes"), "shorten it"));
        }
        if text.chars().next().is_some_and(is_combining_mark) {
            return Err(Reject::new(field, "begins with a mark that belongs on a letter", "type the text anew"));
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

fn forbidden(field: &str, bad: char) -> Reject {
    let why = format!("holds a character that cannot be shown (U+{:04X})", u32::from(bad));
    Reject::new(field, why, "type the text anew without it")
}

/// Text as it may go out: to a terminal, a file, a log. What must not be there is replaced, and a letter keeps the marks
/// that writing knows. Text that came in through [`CleanText`] stays as it is.
pub fn shown(text: &str) -> Cow<'_, str> {
    let is_plain = |byte: u8| (b' '..0x7f).contains(&byte);
    if text.bytes().all(is_plain) || (!text.chars().any(is_forbidden) && !has_stacked_marks(text)) {
        return Cow::Borrowed(text);
    }
    let mut marks = 0;
    let mut cleaned = String::with_capacity(text.len());
    for character in text.chars() {
        marks = if is_combining_mark(character) { marks + 1 } else { 0 };
        if is_forbidden(character) {
            cleaned.push(REPLACED);
        } else if marks <= MARKS_ON_ONE_LETTER {
            cleaned.push(character);
        }
    }
    Cow::Owned(cleaned)
}

/// The same of a text of several lines, which stay lines.
pub fn shown_lines(text: &str) -> Cow<'_, str> {
    if !text.contains('\n') {
        return shown(text);
    }
    Cow::Owned(text.split('\n').map(shown).collect::<Vec<_>>().join("\n"))
}

/// Control, format (bidi, zero width, tags), invisible, private, unassigned-by-design and line-separating characters.
pub fn is_forbidden(character: char) -> bool {
    character.is_control()
        || matches!(
            u32::from(character),
            0x00AD
                | 0x034F
                | 0x0600..=0x0605
                | 0x061C
                | 0x06DD
                | 0x070F
                | 0x0890..=0x0891
                | 0x08E2
                | 0x115F..=0x1160
                | 0x17B4..=0x17B5
                | 0x180B..=0x180F
                | 0x200B..=0x200F
                | 0x2028..=0x202E
                | 0x2060..=0x206F
                | 0x3164
                | 0xFDD0..=0xFDEF
                | 0xFE00..=0xFE0F
                | 0xFEFF
                | 0xFFA0
                | 0xFFF0..=0xFFFC
                | 0xFFFE..=0xFFFF
                | 0x110BD
                | 0x110CD
                | 0x13430..=0x1345F
                | 0x1BCA0..=0x1BCA3
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
///
/// The text itself is to be [`shown`] before.
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
    use proptest::prelude::*;
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
    #[case("two\nlines")]
    #[case("c1\u{9b}31m")]
    #[case("join\u{200d}er")]
    #[case("blank\u{3164}")]
    #[case("\u{301}first")]
    #[case("private\u{e000}")]
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

    #[test]
    fn the_limit_counts_bytes_too() {
        let wide = "\u{1f3ed}".repeat(10);
        let reject = CleanText::parse("name", &wide, 10).expect_err("forty bytes");
        assert_eq!((reject.field.as_str(), reject.why.as_str()), ("name", "is longer than 30 bytes"));
        assert!(CleanText::parse("name", &"\u{65e5}".repeat(10), 10).is_ok());
        assert!(CleanText::parse("name", &"x".repeat(1 << 20), 10).is_err());
    }

    #[test]
    fn spaces_of_every_sort_are_one_sort() {
        let text = CleanText::parse("name", "\u{a0}Line\u{a0}1\u{3000}", 10).expect("clean");
        assert_eq!(text.as_str(), "Line 1");
    }

    #[test]
    fn what_goes_out_is_replaced_where_it_must_not_be_there() {
        assert_eq!(shown("a\u{1b}[2Jb\u{202e}c"), "a\u{fffd}[2Jb\u{fffd}c");
        assert_eq!(shown("e\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}"), "e\u{301}\u{301}\u{301}\u{301}");
        assert_eq!(shown_lines("one\ntwo\r"), "one\ntwo\u{fffd}");
        assert!(matches!(shown("Caf\u{e9} 3 \u{2013} \u{65e5}\u{672c}"), Cow::Borrowed(_)));
    }

    fn is_fit(text: &str) -> bool {
        !text.chars().any(is_forbidden) && !has_stacked_marks(text)
    }

    /// Arbitrary text, and arbitrary text out of what is hostile.
    fn texts() -> impl Strategy<Value = String> {
        let hostile = vec![
            '\u{1b}',
            '[',
            ']',
            '\u{7}',
            '\u{9b}',
            '\n',
            '\r',
            '\t',
            '\0',
            '\u{202e}',
            '\u{2066}',
            '\u{200b}',
            '\u{200d}',
            '\u{301}',
            '\u{fe0f}',
            '\u{feff}',
            '\u{e0041}',
            '\u{e000}',
            '\u{fffd}',
            '\u{a0}',
            '\u{3164}',
            '\u{1f469}',
            'e',
            ' ',
            '=',
            '\'',
            ',',
            '"',
            '<',
        ];
        let strange = proptest::collection::vec(proptest::sample::select(hostile), 0..40);
        prop_oneof![any::<String>(), strange.prop_map(|characters| characters.into_iter().collect())]
    }

    proptest! {
        #[test]
        fn clean_text_is_clean_bounded_and_stays_as_it_is_and_a_refusal_names_the_field(raw in texts(), limit in 0_usize..80) {
            match CleanText::parse("field", &raw, limit) {
                Ok(text) => {
                    let text = text.as_str();
                    prop_assert!(is_fit(text), "{text:?}");
                    prop_assert!(text.chars().count() <= limit && text.len() <= limit * BYTES_OF_A_CHARACTER);
                    prop_assert_eq!(text, text.trim());
                    let again = CleanText::parse("field", text, limit).expect("clean");
                    prop_assert_eq!(again.as_str(), text);
                    prop_assert_eq!(shown(text), text);
                }
                Err(reject) => {
                    prop_assert_eq!(&reject.field, "field");
                    prop_assert!(is_fit(&reject.why) && is_fit(&reject.try_this), "{reject:?}");
                }
            }
        }

        #[test]
        fn what_goes_out_is_fit_and_stays_as_it_is(raw in texts()) {
            let once = shown(&raw).into_owned();
            prop_assert!(is_fit(&once), "{once:?}");
            prop_assert_eq!(shown(&once), once.as_str());
            let lines = shown_lines(&raw);
            prop_assert_eq!(lines.matches('\n').count(), raw.matches('\n').count());
        }

        #[test]
        fn no_text_is_a_formula_and_every_text_comes_back(raw in texts()) {
            let text = shown(&raw);
            let cell = shielded(&text);
            prop_assert!(!cell.starts_with(FORMULA_MARKS));
            prop_assert_eq!(unshielded(&cell), text.as_ref());
        }
    }
}
