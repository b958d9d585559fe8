//! A list to choose from, by number, by code, or by typing letters of the name.

use super::boxed::boxed;
use super::{Pen, below, fill, row, width};
use crate::service::Choice;
use crate::tui::layout::centred;
use nucleo_matcher::pattern::{CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::collections::BTreeSet;

/// Rows a page of choices moves.
const PAGE: usize = 10;

/// A list to choose from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PickList {
    /// Above it.
    pub title: String,
    /// What can be chosen.
    pub choices: Vec<Choice>,
    /// What was typed to narrow it.
    pub query: String,
    /// The selected one among those that match.
    pub selected: usize,
    /// Codes that are marked, where several may be.
    pub marked: BTreeSet<String>,
    /// Whether a number chooses as soon as it can mean one choice alone.
    pub is_quick: bool,
}

impl PickList {
    /// A list with nothing typed.
    pub fn new(title: impl Into<String>, choices: Vec<Choice>) -> Self {
        Self {
            title: title.into(),
            choices,
            query: String::new(),
            selected: 0,
            marked: BTreeSet::new(),
            is_quick: false,
        }
    }

    /// The same with the choice of this code selected.
    #[must_use]
    pub fn at(mut self, code: &str) -> Self {
        self.selected = self.choices.iter().position(|choice| choice.code == code).unwrap_or(0);
        self
    }

    /// The choices that match what was typed, the best first.
    pub fn matching(&self) -> Vec<&Choice> {
        matching(&self.choices, &self.query)
    }

    /// The selected choice.
    pub fn chosen(&self) -> Option<&Choice> {
        self.matching().get(self.selected).copied()
    }

    /// Whether what was typed is the number of one choice, and the beginning of no other's.
    pub fn is_told_apart(&self) -> bool {
        let begins = |choice: &&Choice| choice.number.is_some_and(|number| number.to_string().starts_with(&self.query));
        let mut begun = self.choices.iter().filter(begins);
        let only = begun.next().and_then(|choice| choice.number);
        begun.next().is_none() && only.is_some_and(|number| number.to_string() == self.query)
    }

    /// Types a character to narrow the list.
    pub fn type_character(&mut self, character: char) {
        self.query.push(character);
        self.selected = 0;
    }

    /// Takes the last character back.
    pub fn backspace(&mut self) {
        self.query.pop();
        self.selected = 0;
    }

    /// Moves the selection by so many rows.
    pub fn step(&mut self, rows: isize) {
        let last = self.matching().len().saturating_sub(1);
        self.selected = self.selected.saturating_add_signed(rows).min(last);
    }

    /// Moves by pages.
    pub fn page(&mut self, pages: isize) {
        self.step(pages.saturating_mul(isize::try_from(PAGE).unwrap_or(1)));
    }

    /// Marks or unmarks the selected choice.
    pub fn mark(&mut self) {
        if let Some(code) = self.chosen().map(|choice| choice.code.clone())
            && !self.marked.remove(&code)
        {
            self.marked.insert(code);
        }
    }
}

/// The choice that a typed text stands for: its number, its code, its name, or the only one it begins.
pub fn resolve<'a>(choices: &'a [Choice], typed: &str) -> Option<&'a Choice> {
    let typed = typed.trim();
    if typed.is_empty() {
        return None;
    }
    let by_number =
        typed.parse::<i64>().ok().and_then(|number| choices.iter().find(|choice| choice.number == Some(number)));
    let lower = typed.to_lowercase();
    let exact = |choice: &&Choice| choice.code.to_lowercase() == lower || choice.name.to_lowercase() == lower;
    choices.iter().find(|choice| choice.code == typed).or(by_number).or_else(|| choices.iter().find(exact)).or_else(
        || {
            let mut begun = choices.iter().filter(|choice| {
                choice.code.to_lowercase().starts_with(&lower) || choice.name.to_lowercase().starts_with(&lower)
            });
            match (begun.next(), begun.next()) {
                (Some(only), None) => Some(only),
                _ => None,
            }
        },
    )
}

/// The choices that match a typed text, the best first; all of them in their order while nothing is typed.
pub fn matching<'a>(choices: &'a [Choice], typed: &str) -> Vec<&'a Choice> {
    if typed.trim().is_empty() {
        return choices.iter().collect();
    }
    let pattern = Pattern::parse(typed, CaseMatching::Ignore, Normalization::Smart);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut characters = Vec::new();
    let number = typed.trim().parse::<i64>().ok();
    let mut scored: Vec<(u32, &Choice)> = choices
        .iter()
        .filter_map(|choice| {
            if number.is_some() && choice.number == number {
                return Some((u32::MAX, choice));
            }
            let text = format!("{} {} {}", choice.code, choice.name, choice.more);
            pattern.score(Utf32Str::new(&text, &mut characters), &mut matcher).map(|score| (score, choice))
        })
        .collect();
    scored.sort_by_key(|(score, _)| std::cmp::Reverse(*score));
    scored.into_iter().map(|(_, choice)| choice).collect()
}

/// Draws the list in the middle of an area; gives where the cursor belongs.
pub fn draw(pen: &Pen, list: &PickList, area: Rect, buffer: &mut Buffer) -> (u16, u16) {
    let matching = list.matching();
    let numbers = list.choices.iter().any(|choice| choice.number.is_some());
    let codes = list.choices.iter().map(|choice| width(&choice.code)).max().unwrap_or(4).clamp(4, 24);
    let names = list.choices.iter().map(|choice| width(&choice.name)).max().unwrap_or(10).clamp(10, 44);
    let more = list.choices.iter().map(|choice| width(&choice.more)).max().unwrap_or(0).min(24);
    let wide = (4 + codes + names + more + 12).clamp(36, 100);
    let high = u16::try_from(list.choices.len())
        .unwrap_or(u16::MAX)
        .clamp(3, 40)
        .saturating_add(4)
        .min(area.height.saturating_sub(2));
    let title = format!(
        "{} {} {}",
        pen.translated(&list.title),
        pen.glyphs.dot,
        pen.language.tell("{n} of {all}", &[("n", &matching.len()), ("all", &list.choices.len())])
    );
    let inner = boxed(pen, &title, centred(area, wide, high), buffer);
    let typed = format!("{} {}", pen.glyphs.focus, list.query);
    pen.text(&typed, pen.theme.strong, row(inner, 0), buffer);
    pen.rule(row(inner, 1), buffer);
    let rows = below(inner, 2);
    let top = list.selected.saturating_sub(usize::from(rows.height.saturating_sub(1)));
    if matching.is_empty() {
        pen.text(pen.say("nothing matches; Backspace takes a letter back"), pen.theme.dim, rows, buffer);
    }
    for (index, choice) in matching.iter().enumerate().skip(top).take(usize::from(rows.height)) {
        let selected = index == list.selected;
        let mark = if list.marked.contains(&choice.code) { pen.glyphs.done } else { " " };
        let number = choice.number.map_or_else(String::new, |number| number.to_string());
        let number = if numbers { fill(&number, 4, true) + "  " } else { String::new() };
        let code = fill(&pen.cut(&choice.code, codes), codes, false);
        let name = fill(&pen.cut(&choice.name, names), names, false);
        let focus = if selected { pen.glyphs.focus } else { " " };
        let text = format!("{focus}{mark}{number}{code}  {name}  {}", choice.more);
        let place = row(rows, u16::try_from(index - top).unwrap_or(u16::MAX));
        pen.text(
            &fill(&text, place.width, false),
            if selected { pen.theme.focus } else { pen.theme.normal },
            place,
            buffer,
        );
    }
    (inner.x + width(&typed), inner.y)
}

/// Fixed choices, numbered from one.
pub fn numbered<'a>(codes: impl Iterator<Item = &'a str>) -> Vec<Choice> {
    (1..)
        .zip(codes)
        .map(|(number, code)| Choice {
            code: code.to_owned(),
            number: Some(number),
            name: code.replace('_', " ").to_lowercase(),
            more: String::new(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn reasons() -> Vec<Choice> {
        [(4, "BRK", "Breakdown"), (40, "SET-UP", "Set-up"), (5, "BRUSH", "Brush change")]
            .map(|(number, code, name)| Choice {
                code: code.into(),
                number: Some(number),
                name: name.into(),
                more: String::new(),
            })
            .into()
    }

    #[rstest]
    #[case("4", Some("BRK"))]
    #[case("40", Some("SET-UP"))]
    #[case("brk", Some("BRK"))]
    #[case("breakdown", Some("BRK"))]
    #[case("set", Some("SET-UP"))]
    #[case("br", None)]
    #[case("", None)]
    #[case("99", None)]
    fn a_number_a_code_or_the_beginning_of_a_name_stands_for_one_choice(
        #[case] typed: &str,
        #[case] code: Option<&str>,
    ) {
        let reasons = reasons();
        assert_eq!(resolve(&reasons, typed).map(|choice| choice.code.as_str()), code);
    }

    #[test]
    fn typing_narrows_and_a_number_comes_first() {
        let mut list = PickList::new("Reason", reasons());
        list.type_character('5');
        assert_eq!(list.chosen().map(|choice| choice.code.as_str()), Some("BRUSH"));
        list.backspace();
        "bkd".chars().for_each(|character| list.type_character(character));
        assert_eq!(list.matching().len(), 1);
    }

    #[test]
    fn the_selection_stays_inside() {
        let mut list = PickList::new("Reason", reasons());
        list.step(99);
        assert_eq!(list.selected, 2);
        list.step(-99);
        assert_eq!(list.selected, 0);
    }
}
