//! Puts together what a slow link tore apart. An arrow is three bytes; where the first comes alone it looks like Esc, and
//! the others like letters. Keys that follow an Esc faster than anybody types are looked at again here.

use super::input::{Input, Key, KeyName};
use std::time::Duration;

/// How long the rest of a torn sequence may take on a line of this machine's own.
pub const WAIT: Duration = Duration::from_millis(50);
/// The same over SSH.
pub const WAIT_OVER_SSH: Duration = Duration::from_millis(100);
/// Longer than any sequence that means something here.
const LONGEST: usize = 6;

/// The pieces of a sequence that may go on.
#[derive(Debug, Default)]
pub struct Pieces {
    /// Esc, and what followed it.
    held: Vec<Input>,
    /// What followed it, as text.
    text: String,
}

/// What the text behind an Esc is.
#[derive(Debug, PartialEq, Eq)]
enum Meaning {
    Key(Key),
    /// Something whole that is no key: the bracket around a paste.
    Nothing,
    /// It may go on.
    Open,
    /// No sequence: an Esc and keys.
    None,
}

impl Pieces {
    /// Whether something waits for its rest.
    pub fn is_waiting(&self) -> bool {
        !self.held.is_empty()
    }

    /// Takes what came in; gives what is whole.
    pub fn take(&mut self, input: Input) -> Vec<Input> {
        let is_esc = input == Input::Key(Key::plain(KeyName::Esc));
        let typed = match &input {
            Input::Key(key) => key.typed(),
            Input::Paste(_) | Input::Resize(..) | Input::Hangup => None,
        };
        if !self.is_waiting() {
            if is_esc {
                self.held.push(input);
                return Vec::new();
            }
            return vec![input];
        }
        let Some(typed) = typed else {
            let mut whole = self.release();
            whole.extend(self.take(input));
            return whole;
        };
        self.held.push(input);
        self.text.push(typed);
        match meaning(&self.text) {
            Meaning::Open => Vec::new(),
            Meaning::None => self.release(),
            Meaning::Nothing => {
                self.release();
                Vec::new()
            }
            Meaning::Key(key) => {
                self.release();
                vec![Input::Key(key)]
            }
        }
    }

    /// Gives what waited as it came: nothing followed in time.
    pub fn release(&mut self) -> Vec<Input> {
        self.text.clear();
        std::mem::take(&mut self.held)
    }
}

fn meaning(text: &str) -> Meaning {
    let plain = |name| Meaning::Key(Key::plain(name));
    let named = |letter: &str| match letter {
        "A" => plain(KeyName::Up),
        "B" => plain(KeyName::Down),
        "C" => plain(KeyName::Right),
        "D" => plain(KeyName::Left),
        "H" => plain(KeyName::Home),
        "F" => plain(KeyName::End),
        _ => Meaning::None,
    };
    if let Some(rest) = text.strip_prefix('O') {
        return match rest {
            "" => Meaning::Open,
            "P" => plain(KeyName::Function(1)),
            "Q" => plain(KeyName::Function(2)),
            "R" => plain(KeyName::Function(3)),
            "S" => plain(KeyName::Function(4)),
            other => named(other),
        };
    }
    let Some(rest) = text.strip_prefix('[') else { return Meaning::None };
    match rest {
        "" | "[" => Meaning::Open,
        "Z" => Meaning::Key(Key { shift: true, ..Key::plain(KeyName::Tab) }),
        // The keys of the Linux console.
        "[A" => plain(KeyName::Function(1)),
        "[B" => plain(KeyName::Function(2)),
        "[C" => plain(KeyName::Function(3)),
        "[D" => plain(KeyName::Function(4)),
        "[E" => plain(KeyName::Function(5)),
        _ => match rest.strip_suffix('~') {
            Some(number) => numbered(number),
            None if rest.len() < LONGEST && rest.chars().all(|letter| letter.is_ascii_digit()) => Meaning::Open,
            None => named(rest),
        },
    }
}

fn numbered(number: &str) -> Meaning {
    let name = match number {
        "1" | "7" => KeyName::Home,
        "3" => KeyName::Delete,
        "4" | "8" => KeyName::End,
        "5" => KeyName::PageUp,
        "6" => KeyName::PageDown,
        "200" | "201" => return Meaning::Nothing,
        other => match other.parse::<u8>() {
            Ok(code @ 11..=15) => KeyName::Function(code - 10),
            Ok(code @ 17..=21) => KeyName::Function(code - 11),
            Ok(code @ 23..=24) => KeyName::Function(code - 12),
            _ => return Meaning::None,
        },
    };
    Meaning::Key(Key::plain(name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn whole(story: &str) -> String {
        let mut pieces = Pieces::default();
        let mut inputs: Vec<Input> =
            Input::story(story).expect("story").into_iter().flat_map(|input| pieces.take(input)).collect();
        inputs.extend(pieces.release());
        let shown = inputs.iter().map(|input| match input {
            Input::Key(key) => key.to_string(),
            other => format!("{other:?}"),
        });
        shown.collect::<Vec<_>>().join(" ")
    }

    #[rstest]
    #[case("n2", "n 2")]
    #[case("<esc>", "esc")]
    #[case("<esc>n", "esc n")]
    #[case("<esc>[B", "down")]
    #[case("<esc>OA", "up")]
    #[case("<esc>[Z", "shift-tab")]
    #[case("<esc>[3~x", "delete x")]
    #[case("<esc>[15~", "f5")]
    #[case("<esc>[24~", "f12")]
    #[case("<esc>OS", "f4")]
    #[case("<esc>[[B", "f2")]
    #[case("<esc>[", "esc [")]
    #[case("<esc>[x", "esc [ x")]
    #[case("<esc>[99~", "esc [ 9 9 ~")]
    #[case("<esc><esc>[A", "esc up")]
    #[case("<esc><enter>", "esc enter")]
    #[case("<esc>[12<enter>", "esc [ 1 2 enter")]
    #[case("<esc>[200~ab", "a b")]
    fn torn_sequences_are_keys_and_everything_else_stays_what_it_was(#[case] story: &str, #[case] keys: &str) {
        assert_eq!(whole(story), keys);
    }

    proptest::proptest! {
        #[test]
        fn nothing_that_is_no_sequence_is_lost(text in "[a-z]{0,12}") {
            let story = format!("<esc>{text}");
            let expected: Vec<String> = std::iter::once("esc".to_owned()).chain(text.chars().map(String::from)).collect();
            proptest::prop_assert_eq!(whole(&story), expected.join(" "));
        }
    }
}
