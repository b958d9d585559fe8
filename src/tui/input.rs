//! What comes in from a terminal, in our own words, and the one way to write keys down: `enter`, `ctrl-s`,
//! `shift-tab`, `f4`, `n`. The table of actions, the help and the tests all use it.

use crossterm::event::{Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use std::fmt;

/// A key without its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum KeyName {
    /// A character, as typed (upper case included).
    Char(char),
    /// A function key.
    Function(u8),
    /// Return, also of the number pad.
    Enter,
    /// Escape.
    Esc,
    /// Tab.
    Tab,
    /// Backspace.
    Backspace,
    /// Delete.
    Delete,
    /// Arrow.
    Up,
    /// Arrow.
    Down,
    /// Arrow.
    Left,
    /// Arrow.
    Right,
    /// Start of line or list.
    Home,
    /// End of line or list.
    End,
    /// One page back.
    PageUp,
    /// One page on.
    PageDown,
}

const NAMES: [(KeyName, &str); 13] = [
    (KeyName::Enter, "enter"),
    (KeyName::Esc, "esc"),
    (KeyName::Tab, "tab"),
    (KeyName::Backspace, "backspace"),
    (KeyName::Delete, "delete"),
    (KeyName::Up, "up"),
    (KeyName::Down, "down"),
    (KeyName::Left, "left"),
    (KeyName::Right, "right"),
    (KeyName::Home, "home"),
    (KeyName::End, "end"),
    (KeyName::PageUp, "pageup"),
    (KeyName::PageDown, "pagedown"),
];

/// One key press.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// Which key.
    pub name: KeyName,
    /// With control.
    pub ctrl: bool,
    /// With shift, where that is not in the character already.
    pub shift: bool,
}

impl Key {
    /// A key without modifiers.
    pub const fn plain(name: KeyName) -> Self {
        Self { name, ctrl: false, shift: false }
    }

    /// The character it types into a text field, if it types one.
    pub fn typed(self) -> Option<char> {
        match self.name {
            KeyName::Char(character) if !self.ctrl && !character.is_control() => Some(character),
            _ => None,
        }
    }

    /// Reads `ctrl-s`, `shift-tab`, `f4`, `enter`, `space`, `n`.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(rest) = text.strip_prefix("ctrl-") {
            return Self::parse(rest).map(|key| Self { ctrl: true, ..key });
        }
        if let Some(rest) = text.strip_prefix("shift-") {
            return Self::parse(rest).map(|key| Self { shift: true, ..key });
        }
        let mut characters = text.chars();
        if let (Some(only), None) = (characters.next(), characters.next()) {
            return Some(Self::plain(KeyName::Char(only)));
        }
        if text == "space" {
            return Some(Self::plain(KeyName::Char(' ')));
        }
        if let Some(number) = text.strip_prefix('f').and_then(|digits| digits.parse().ok()) {
            return (1..=12).contains(&number).then(|| Self::plain(KeyName::Function(number)));
        }
        NAMES.iter().find(|(_, name)| *name == text).map(|(name, _)| Self::plain(*name))
    }

    /// The key as people read it on the footer: `Ctrl-S`, `F4`, `Enter`.
    pub fn shown(self) -> String {
        let written = self.to_string();
        let shown: Vec<String> = match self.name {
            KeyName::Char(' ') => vec!["Space".to_owned()],
            KeyName::Char(character) if !self.ctrl => return character.to_string(),
            KeyName::Char('-') => return written,
            _ => written.split('-').map(capitalised).collect(),
        };
        shown.join("-").replace("Pageup", "PgUp").replace("Pagedown", "PgDn")
    }
}

fn capitalised(word: &str) -> String {
    let mut characters = word.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

impl fmt::Display for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let modifiers = [(self.ctrl, "ctrl-"), (self.shift, "shift-")];
        for (_, prefix) in modifiers.iter().filter(|(held, _)| *held) {
            formatter.write_str(prefix)?;
        }
        match self.name {
            KeyName::Char(' ') => formatter.write_str("space"),
            KeyName::Char(character) => write!(formatter, "{character}"),
            KeyName::Function(number) => write!(formatter, "f{number}"),
            name => formatter.write_str(NAMES.iter().find(|(known, _)| *known == name).map_or("", |(_, text)| *text)),
        }
    }
}

/// One thing that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A key.
    Key(Key),
    /// A paste in brackets; also what a scanner sends that speaks like this.
    Paste(String),
    /// The screen has another size now.
    Resize(u16, u16),
    /// The terminal went away, or the process was told to end.
    Hangup,
}

impl Input {
    /// What a crossterm event means here; most mean nothing.
    pub fn of(event: Event) -> Option<Self> {
        match event {
            Event::Key(key) => Self::of_key(key),
            Event::Paste(text) => Some(Self::Paste(text)),
            Event::Resize(width, height) => Some(Self::Resize(width, height)),
            Event::FocusGained | Event::FocusLost | Event::Mouse(_) => None,
        }
    }

    fn of_key(key: KeyEvent) -> Option<Self> {
        if key.kind == KeyEventKind::Release || key.modifiers.contains(KeyModifiers::ALT) {
            return None;
        }
        let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
        let shift = key.modifiers.contains(KeyModifiers::SHIFT);
        let name = match key.code {
            KeyCode::Char(character) => KeyName::Char(character),
            KeyCode::F(number) => KeyName::Function(number),
            KeyCode::Enter => KeyName::Enter,
            KeyCode::Esc => KeyName::Esc,
            KeyCode::Tab | KeyCode::BackTab => KeyName::Tab,
            KeyCode::Backspace => KeyName::Backspace,
            KeyCode::Delete => KeyName::Delete,
            KeyCode::Up => KeyName::Up,
            KeyCode::Down => KeyName::Down,
            KeyCode::Left => KeyName::Left,
            KeyCode::Right => KeyName::Right,
            KeyCode::Home => KeyName::Home,
            KeyCode::End => KeyName::End,
            KeyCode::PageUp => KeyName::PageUp,
            KeyCode::PageDown => KeyName::PageDown,
            _ => return None,
        };
        let shift = key.code == KeyCode::BackTab || (shift && !matches!(name, KeyName::Char(_)));
        Some(Self::Key(Key { name, ctrl, shift }))
    }

    /// Reads a story: characters stand for themselves, `<enter>` and its like for keys, `<lt>` for `<`.
    /// What cannot be read is an error with its place.
    pub fn story(text: &str) -> Result<Vec<Self>, String> {
        let mut inputs = Vec::new();
        let mut rest = text;
        while let Some(character) = rest.chars().next() {
            if character == '<' {
                let end = rest.find('>').ok_or_else(|| format!("no > after {rest}"))?;
                let (name, tail) = rest.split_at(end);
                let name = name.trim_start_matches('<');
                let key = if name == "lt" { Key::parse("<") } else { Key::parse(name) };
                inputs.push(Self::Key(key.ok_or_else(|| format!("no such key: <{name}>"))?));
                rest = tail.trim_start_matches('>');
            } else {
                inputs.push(Self::Key(Key::plain(KeyName::Char(character))));
                rest = rest.split_at(character.len_utf8()).1;
            }
        }
        Ok(inputs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("ctrl-s", "Ctrl-S")]
    #[case("shift-tab", "Shift-Tab")]
    #[case("f4", "F4")]
    #[case("n", "n")]
    #[case("G", "G")]
    #[case("pagedown", "PgDn")]
    #[case("space", "Space")]
    #[case("-", "-")]
    fn a_key_is_read_written_and_shown(#[case] text: &str, #[case] shown: &str) {
        let key = Key::parse(text).expect(text);
        assert_eq!(key.to_string(), text);
        assert_eq!(key.shown(), shown);
    }

    #[test]
    fn a_story_is_keys_in_a_string() {
        let inputs = Input::story("n240<enter><lt>").expect("story");
        let keys: Vec<String> = inputs
            .iter()
            .map(|input| if let Input::Key(key) = input { key.to_string() } else { String::new() })
            .collect();
        assert_eq!(keys, ["n", "2", "4", "0", "enter", "<"]);
        assert!(Input::story("<nonsense>").is_err());
    }

    #[test]
    fn key_releases_and_alt_are_no_input() {
        let alt = KeyEvent::new(KeyCode::Char('q'), KeyModifiers::ALT);
        assert_eq!(Input::of(Event::Key(alt)), None);
        let back = KeyEvent::new(KeyCode::BackTab, KeyModifiers::SHIFT);
        assert_eq!(Input::of(Event::Key(back)), Key::parse("shift-tab").map(Input::Key));
    }
}
