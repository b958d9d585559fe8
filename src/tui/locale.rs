//! The language of the screens. English stands in the code, in `assets/keymap.toml` and in `assets/help`, and is the key
//! of a text; the other languages stand in `assets/locales`, one file each. A text that is missing there is shown in
//! English, and a test says which those are.
//!
//! What people typed, and names of theirs, are never looked up.

mod sentence;

use sentence::Pattern;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

/// A language of the screens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Spanish.
    Spanish,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 2] = [Self::English, Self::Spanish];

    /// Its code, as settings and locales of the system name it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Spanish => "es",
        }
    }

    /// The language that a setting (`es`) or a locale of the system (`es_MX.UTF-8`) names, if it is one of ours.
    pub fn named(text: &str) -> Option<Self> {
        let code = text.split(['_', '-', '.', '@']).next().unwrap_or_default();
        Self::ALL.into_iter().find(|language| language.code().eq_ignore_ascii_case(code))
    }

    /// A text of ours in this language.
    pub fn say(self, english: &str) -> &str {
        match self {
            Self::English => english,
            Self::Spanish => spanish().get(english).map_or(english, String::as_str),
        }
    }

    /// A heading of ours where there is little room: its short text, else the usual one.
    pub fn say_short(self, english: &str) -> &str {
        match self {
            Self::English => english,
            Self::Spanish => {
                spanish().get(&format!("{english} (short)")).map_or_else(|| self.say(english), String::as_str)
            }
        }
    }

    /// A text with values in it: `{name}` stands for the value of that name.
    pub fn tell(self, english: &str, values: &[(&str, &dyn std::fmt::Display)]) -> String {
        let said = self.say(english).to_owned();
        values.iter().fold(said, |said, (name, value)| said.replace(&format!("{{{name}}}"), &value.to_string()))
    }

    /// A sentence of ours that stands ready, values and all, in this language; as it is where there is none. Never asked
    /// for what people typed by itself.
    pub fn translated(self, sentence: &str) -> Cow<'_, str> {
        match self {
            Self::English => Cow::Borrowed(sentence),
            Self::Spanish => spanish().get(sentence).map_or_else(
                || {
                    // Of a list of texts of ours each is said by itself.
                    let say = |text: &str| text.split(", ").map(|one| self.say(one)).collect::<Vec<_>>().join(", ");
                    let found = patterns().iter().find_map(|pattern| pattern.translate(sentence, say));
                    found.map_or(Cow::Borrowed(sentence), Cow::Owned)
                },
                |text| Cow::Borrowed(text.as_str()),
            ),
        }
    }

    /// Whether the language has a text of its own for it.
    pub fn has(self, english: &str) -> bool {
        match self {
            Self::English => true,
            Self::Spanish => spanish().contains_key(english),
        }
    }
}

/// The Spanish texts by the English ones. A file that cannot be read is an empty one; a test sees to it that it can.
fn spanish() -> &'static HashMap<String, String> {
    static TEXTS: OnceLock<HashMap<String, String>> = OnceLock::new();
    TEXTS.get_or_init(|| read(include_str!("../../assets/locales/es.toml")).unwrap_or_default())
}

/// Those of them with values, the most telling first.
fn patterns() -> &'static [Pattern] {
    static PATTERNS: OnceLock<Vec<Pattern>> = OnceLock::new();
    PATTERNS.get_or_init(|| {
        let made = spanish().iter().filter_map(|(english, spanish)| Pattern::of(english, spanish));
        let mut patterns: Vec<Pattern> = made.collect();
        patterns.sort_by_key(|pattern| std::cmp::Reverse(pattern.weight()));
        patterns
    })
}

fn read(text: &str) -> Result<HashMap<String, String>, String> {
    toml::from_str(text).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::list::List;
    use crate::domain::text::is_forbidden;
    use crate::tui::keymap::{Context, Keymap};
    use crate::tui::screen::{Tab, list_title};
    use rstest::rstest;
    use std::collections::BTreeSet;

    /// Texts of the tables that a language file covers: keys, screens, lists, columns, contexts and help.
    fn covered() -> BTreeSet<String> {
        let keymap = Keymap::built_in().expect("keys");
        let rows = keymap.rows().iter().flat_map(|row| [row.label.clone(), row.help.clone()]);
        let tabs = Tab::ALL.iter().flat_map(|tab| [tab.as_str().to_owned(), tab.help().trim().to_owned()]);
        let contexts = Context::ALL.iter().map(|context| context.heading().to_owned());
        let lists = List::ALL.iter().flat_map(|list| {
            let columns = list.columns().iter().map(|column| column.title.to_owned());
            columns.chain([list_title(*list).to_owned()])
        });
        rows.chain(tabs).chain(contexts).chain(lists).collect()
    }

    #[test]
    fn the_texts_of_keys_screens_and_lists_are_there_in_spanish() {
        let covered = covered();
        let missing: Vec<_> = covered.iter().filter(|text| !Language::Spanish.has(text)).collect();
        // A text added today may wait for its translation until tomorrow; more than that is a gap.
        assert!(
            missing.len() * 20 <= covered.len(),
            "{} of {} are missing: {missing:#?}",
            missing.len(),
            covered.len()
        );
    }

    #[test]
    fn a_language_file_holds_fit_texts_that_keep_their_values() {
        let texts = read(include_str!("../../assets/locales/es.toml")).expect("es.toml");
        for (english, spanish) in texts {
            assert!(!spanish.trim().is_empty() && !spanish.chars().any(is_forbidden), "{english}");
            let values = |text: &str| -> BTreeSet<String> {
                text.split('{')
                    .skip(1)
                    .filter_map(|rest| rest.split_once('}'))
                    .map(|(name, _)| name.to_owned())
                    .collect()
            };
            assert_eq!(values(&english), values(&spanish), "{english}");
        }
    }

    #[rstest]
    #[case("es", Some(Language::Spanish))]
    #[case("es_MX.UTF-8", Some(Language::Spanish))]
    #[case("en_GB", Some(Language::English))]
    #[case("C.UTF-8", None)]
    #[case("", None)]
    fn a_language_is_named_by_its_code_or_a_locale(#[case] text: &str, #[case] expected: Option<Language>) {
        assert_eq!(Language::named(text), expected);
    }

    /// Every text that the screens are made of: what is said, told, noted and asked for in the sources of this layer.
    #[test]
    fn no_text_that_the_code_says_is_missing_in_spanish() {
        const SAID: [&str; 7] = [
            "say(\"",
            "tell(\"",
            "translated(\"",
            "NoticeKind::Info, \"",
            "NoticeKind::Refused, \"",
            "NoticeKind::Saved, \"",
            "ours(\"",
        ];
        let mut folders = vec![std::path::PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/src/tui"))];
        let (mut missing, mut found) = (BTreeSet::new(), 0);
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("sources") {
                let path = entry.expect("entry").path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let text = std::fs::read_to_string(&path).expect("source");
                let code = text.split("#[cfg(test)]").next().unwrap_or_default();
                for said in SAID.iter().flat_map(|begin| code.split(begin).skip(1)) {
                    let literal = said.split('"').next().unwrap_or_default();
                    found += 1;
                    if !literal.is_empty() && !literal.contains('\\') && !Language::Spanish.has(literal) {
                        missing.insert(literal.to_owned());
                    }
                }
            }
        }
        assert!(found > 100, "{found} texts were found");
        assert!(missing.is_empty(), "{missing:#?}");
    }

    #[test]
    fn what_the_service_says_is_translated_with_its_values() {
        let spanish = |text: &str| Language::Spanish.translated(text).into_owned();
        assert_eq!(spanish("no such line: L9"), "no existe línea: L9");
        assert_eq!(spanish("12 is more than the 8 defects"), "12 es más que los 8 defectos");
        assert_eq!(spanish("is missing"), "falta");
        assert_eq!(spanish("Juan's own words"), "Juan's own words");
        assert_eq!(Language::English.translated("is missing"), "is missing");
    }

    #[test]
    fn a_text_that_is_missing_stays_english_and_values_are_put_in() {
        assert_eq!(Language::Spanish.say("no such text"), "no such text");
        assert_eq!(Language::English.tell("{n} of {all}", &[("n", &2), ("all", &9)]), "2 of 9");
    }

    /// Titles of columns stand in columns as wide as the English ones are.
    #[test]
    fn spanish_titles_fit_their_columns() {
        for list in List::ALL {
            for column in list.columns().iter().filter(|column| column.rank != u8::MAX) {
                let title = Language::Spanish.say(column.title);
                assert!(
                    title.chars().count() <= usize::from(column.width),
                    "{list}: {title} is wider than {}",
                    column.width
                );
            }
        }
    }
}
