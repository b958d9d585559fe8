//! Sentences that stand ready with values in them, as the service and the store give them: found again by the text that
//! they were made from.

/// Characters of our own that a text needs at least, to be known again among values.
const LEAST: usize = 4;

/// A text with places for values, and what it is in another language.
#[derive(Debug)]
pub(super) struct Pattern {
    pieces: Vec<Piece>,
    translated: String,
}

#[derive(Debug)]
enum Piece {
    /// Of our own.
    Text(String),
    /// The place of a value, by its name.
    Value(String),
}

impl Pattern {
    /// Reads a text; none where it holds no values or too little besides them.
    pub(super) fn of(english: &str, translated: &str) -> Option<Self> {
        let mut pieces = Vec::new();
        for part in english.split_inclusive('}') {
            match part.strip_suffix('}').and_then(|part| part.split_once('{')) {
                Some((text, name)) => pieces.extend([Piece::Text(text.to_owned()), Piece::Value(name.to_owned())]),
                None => pieces.push(Piece::Text(part.to_owned())),
            }
        }
        pieces.retain(|piece| !matches!(piece, Piece::Text(text) if text.is_empty()));
        let pattern = Self { pieces, translated: translated.to_owned() };
        let has_values = pattern.pieces.iter().any(|piece| matches!(piece, Piece::Value(_)));
        (has_values && pattern.weight() >= LEAST).then_some(pattern)
    }

    /// How much of it is our own: of two patterns that a sentence fits, the heavier one made it.
    pub(super) fn weight(&self) -> usize {
        let text = |piece: &Piece| if let Piece::Text(text) = piece { text.chars().count() } else { 0 };
        self.pieces.iter().map(text).sum()
    }

    /// The sentence in the other language, if this is what it was made from. A value whose name ends in a star is a text
    /// of ours and is said by `say`; every other one stays as it is.
    pub(super) fn translate(&self, sentence: &str, say: impl Fn(&str) -> String) -> Option<String> {
        let (mut rest, mut open, mut values) = (sentence, None, Vec::new());
        for piece in &self.pieces {
            match (piece, open) {
                (Piece::Value(name), _) => open = Some(name),
                (Piece::Text(text), None) => rest = rest.strip_prefix(text.as_str())?,
                (Piece::Text(text), Some(name)) => {
                    let (value, behind) = rest.split_once(text.as_str()).filter(|(value, _)| !value.is_empty())?;
                    values.push((name, value));
                    (rest, open) = (behind, None);
                }
            }
        }
        match open {
            Some(name) if !rest.is_empty() => values.push((name, rest)),
            None if rest.is_empty() => {}
            Some(_) | None => return None,
        }
        let said = |name: &str, value: &str| if name.ends_with('*') { say(value) } else { value.to_owned() };
        let put_in = |text: String, (name, value): &(&String, &str)| {
            text.replace(&format!("{{{name}}}"), &said(name.as_str(), value))
        };
        Some(values.iter().fold(self.translated.clone(), put_in))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("{rows} rows are in {file}", "{rows} filas en {file}", "12 rows are in /x", Some("12 filas en /x"))]
    #[case("{rows} rows are in {file}", "{rows} filas en {file}", "12 rows are out", None)]
    #[case("no such {what*}: {name}", "no existe {what*}: {name}", "no such line: line", Some("no existe LINE: line"))]
    #[case("is more than {n} days ago", "hace {n} días", "is more than 30 days ago", Some("hace 30 días"))]
    #[case("is more than {n} days ago", "hace {n} días", "is more than 30 days ago.", None)]
    fn a_sentence_is_known_by_the_text_it_was_made_from(
        #[case] english: &str,
        #[case] spanish: &str,
        #[case] sentence: &str,
        #[case] expected: Option<&str>,
    ) {
        let pattern = Pattern::of(english, spanish).expect("a pattern");
        assert_eq!(pattern.translate(sentence, str::to_uppercase).as_deref(), expected);
    }

    #[test]
    fn what_is_almost_all_values_is_no_pattern() {
        assert!(Pattern::of("{a}: {b}", "{a}: {b}").is_none() && Pattern::of("no value here", "x").is_none());
    }
}
