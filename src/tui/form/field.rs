//! One field of a form: a line of text that is read when the cursor leaves it, and keeps what was typed.

pub use super::source::Source;
use crate::domain::clock::{Instant, PlantClock, ProductionDate};
use crate::domain::measure::{seconds_to_millis, whole};
use crate::domain::reject::Reject;
use crate::domain::shift::{Weekdays, minute_of_day};
use crate::domain::text::CleanText;
use crate::service::Choice;
use crate::tui::widget::pick::resolve;
use chrono::NaiveTime;
use std::borrow::Cow;

/// Longest text a field takes in, whatever is pasted.
const LONGEST: usize = 2000;

/// What belongs in a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    /// A whole number.
    Whole,
    /// Seconds with up to three decimals.
    Seconds,
    /// Text of at most so many characters.
    Text(usize),
    /// One of a list.
    Pick(Source),
    /// A moment: `HH:MM` of today or yesterday, or with its date.
    Moment,
    /// A production date.
    Date,
    /// A time of day.
    TimeOfDay,
    /// Days of the week.
    Days,
    /// A time zone.
    Zone,
    /// A password or one-time code.
    Secret,
}

/// One field.
#[derive(Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a property of its own that a form sets alone")]
pub struct Field {
    /// Its name in refusals.
    pub name: &'static str,
    /// What stands before it.
    pub label: Cow<'static, str>,
    /// The line of a group that it is in, from 0; fields of one line stand beside each other.
    pub line: Option<usize>,
    /// What stands in it, dimmed, while it is empty.
    pub hint: String,
    /// What F1 says about it.
    pub help: &'static str,
    /// What belongs in it.
    pub kind: FieldKind,
    /// Whether it may not be empty.
    pub required: bool,
    /// Whether Enter saves the form from here.
    pub enter_saves: bool,
    /// What stands in it.
    pub text: String,
    /// Characters before the cursor.
    pub cursor: usize,
    /// Whether a person typed it; what was filled in before may be filled in anew.
    pub typed: bool,
    /// Whether the next character replaces what was filled in.
    pub fresh: bool,
    /// What stood in it when the entry was read, in a form that corrects one.
    pub was: Option<String>,
    /// What somebody else made of it meanwhile, where that is not what was typed.
    pub theirs: Option<String>,
    /// Why it was refused.
    pub reject: Option<Reject>,
}

impl std::fmt::Debug for Field {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // What a person types as a secret is in no log and no panic.
        let text = if self.kind == FieldKind::Secret { "[REDACTED]" } else { &self.text };
        formatter.debug_struct("Field").field("name", &self.name).field("text", &text).finish_non_exhaustive()
    }
}

impl Field {
    /// An empty field.
    pub fn new(name: &'static str, label: impl Into<Cow<'static, str>>, kind: FieldKind, help: &'static str) -> Self {
        Self {
            name,
            label: label.into(),
            line: None,
            hint: String::new(),
            help,
            kind,
            required: false,
            enter_saves: false,
            text: String::new(),
            cursor: 0,
            typed: false,
            fresh: true,
            was: None,
            theirs: None,
            reject: None,
        }
    }

    /// The same, not to be left empty.
    #[must_use]
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The same, saving the form by Enter.
    #[must_use]
    pub fn saving(mut self) -> Self {
        self.enter_saves = true;
        self
    }

    /// The same with a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = hint.into();
        self
    }

    /// Fills it in, unless a person typed something.
    pub fn fill(&mut self, text: impl Into<String>) {
        if !self.typed {
            self.text = text.into();
            self.cursor = self.text.chars().count();
            self.fresh = true;
            self.reject = None;
        }
    }

    /// Types a character. The first one replaces what was filled in.
    pub fn type_character(&mut self, character: char) {
        if self.fresh {
            self.text.clear();
            self.cursor = 0;
        }
        if self.text.chars().count() < LONGEST {
            let at = self.byte(self.cursor);
            self.text.insert(at, character);
            self.cursor += 1;
        }
        self.touched();
    }

    /// Takes in pasted or scanned text, without what cannot be shown.
    pub fn paste(&mut self, text: &str) {
        text.chars().filter(|character| !character.is_control()).for_each(|character| self.type_character(character));
    }

    /// Removes the character before the cursor.
    pub fn backspace(&mut self) {
        if self.cursor > 0 {
            self.cursor -= 1;
            self.delete();
        }
    }

    /// Removes the character at the cursor.
    pub fn delete(&mut self) {
        let at = self.byte(self.cursor);
        if at < self.text.len() {
            self.text.remove(at);
        }
        self.touched();
    }

    /// Empties it.
    pub fn clear(&mut self) {
        self.text.clear();
        self.cursor = 0;
        self.touched();
    }

    /// Moves the cursor by characters.
    pub fn step(&mut self, by: isize) {
        self.cursor = self.cursor.saturating_add_signed(by).min(self.text.chars().count());
        self.fresh = false;
    }

    /// Puts the cursor to the start or the end.
    pub fn jump(&mut self, to_end: bool) {
        self.cursor = if to_end { self.text.chars().count() } else { 0 };
        self.fresh = false;
    }

    fn touched(&mut self) {
        self.typed = true;
        self.fresh = false;
        self.reject = None;
    }

    fn byte(&self, characters: usize) -> usize {
        self.text.char_indices().nth(characters).map_or(self.text.len(), |(at, _)| at)
    }

    /// Whether a person typed something that would be lost.
    pub fn is_dirty(&self) -> bool {
        self.typed && self.text.trim() != self.was.as_deref().unwrap_or_default()
    }

    /// How refusals name it: its name, and in a group the number of its line from 1.
    pub fn path(&self) -> Cow<'static, str> {
        self.line.map_or(Cow::Borrowed(self.name), |line| Cow::Owned(format!("{}.{}", self.name, line + 1)))
    }

    /// Takes in what somebody else made of it, else what stood in it when it was read, else nothing.
    pub fn reset(&mut self) {
        let before = self.theirs.take().or_else(|| self.was.clone());
        self.clear();
        if let Some(before) = before {
            self.typed = false;
            self.fill(before);
        }
    }

    /// Reads what was typed, as the cursor leaves: a choice becomes its code, what is wrong is marked.
    pub fn leave(&mut self, choices: &[Choice], clock: Option<PlantClock>, now: Instant) {
        if let FieldKind::Pick(_) = self.kind
            && let Some(choice) = resolve(choices, &self.text)
        {
            self.text.clone_from(&choice.code);
            self.cursor = self.text.chars().count();
        }
        self.reject = self.check(choices, clock, now).map_err(|reject| reject.on(self.path())).err();
        // What was refused is mended, not typed anew.
        self.fresh = self.reject.is_none();
    }

    /// Whether what stands in it can be read as its kind.
    pub fn check(&self, choices: &[Choice], clock: Option<PlantClock>, now: Instant) -> Result<(), Reject> {
        if self.text.trim().is_empty() {
            let way_out =
                if matches!(self.kind, FieldKind::Pick(_)) { "type a code, or F4 for the list" } else { "fill it in" };
            return if self.required { Err(Reject::new(self.name, "is missing", way_out)) } else { Ok(()) };
        }
        if self.kind != FieldKind::Secret {
            CleanText::parse(self.name, &self.text, LONGEST)?;
        }
        match self.kind {
            FieldKind::Whole => whole(self.name, &self.text).map(|_| ()),
            FieldKind::Seconds => seconds_to_millis(self.name, &self.text).map(|_| ()),
            FieldKind::Text(limit) => CleanText::parse(self.name, &self.text, limit).map(|_| ()),
            FieldKind::Pick(_) => resolve(choices, &self.text).map(|_| ()).ok_or_else(|| self.no_choice(choices)),
            FieldKind::Moment => clock.map_or(Ok(()), |clock| moment(self.name, &self.text, clock, now).map(|_| ())),
            FieldKind::Date => ProductionDate::parse(self.name, &self.text).map(|_| ()),
            FieldKind::TimeOfDay => minute_of_day(self.name, &self.text).map(|_| ()),
            FieldKind::Days => Weekdays::parse(&self.text).map(|_| ()),
            FieldKind::Zone => PlantClock::parse(&self.text).map(|_| ()),
            FieldKind::Secret => Ok(()),
        }
    }

    fn no_choice(&self, choices: &[Choice]) -> Reject {
        let typed = self.text.trim();
        match choices.len() {
            0 => Reject::new(self.name, "there is nothing to choose from yet", "add one first (9 Admin)"),
            many => {
                Reject::new(self.name, format!("\"{typed}\" is none of the {many}"), "type another, or F4 for the list")
            }
        }
    }
}

/// Reads `HH:MM` as the last time the clock showed it, or a time with its date.
pub fn moment(field: &str, raw: &str, clock: PlantClock, now: Instant) -> Result<Instant, Reject> {
    let text = raw.trim();
    if text.len() > 5 {
        return clock.parse_instant(field, text);
    }
    let minute = minute_of_day(field, text)?;
    let time =
        u32::try_from(minute * 60).ok().and_then(|seconds| NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0));
    let today = clock.date(now).date().and_time(time.unwrap_or(NaiveTime::MIN));
    let at = clock.instant_of(field, today)?;
    if at <= now { Ok(at) } else { clock.instant_of(field, today - chrono::TimeDelta::days(1)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn vienna() -> PlantClock {
        PlantClock::parse("Europe/Vienna").expect("zone")
    }

    #[rstest]
    #[case("09:30", "2026-05-20T09:30:00+02:00")]
    #[case("23:50", "2026-05-19T23:50:00+02:00")]
    #[case("2026-05-18 07:00", "2026-05-18T07:00:00+02:00")]
    fn a_time_without_a_date_is_the_last_time_the_clock_showed_it(#[case] typed: &str, #[case] expected: &str) {
        let now = vienna().parse_instant("now", "2026-05-20 10:00").expect("now");
        let at = moment("started_at", typed, vienna(), now).expect("moment");
        assert_eq!(vienna().rfc3339(at), expected);
    }

    #[test]
    fn the_first_character_replaces_what_was_filled_in_and_later_filling_spares_what_was_typed() {
        let mut field = Field::new("line_id", "Line", FieldKind::Text(64), "");
        field.fill("L1");
        field.type_character('L');
        field.type_character('2');
        assert_eq!(field.text, "L2");
        field.fill("L3");
        assert_eq!(field.text, "L2");
    }

    #[test]
    fn a_wrong_field_keeps_its_text_and_says_why_when_it_is_left() {
        let mut field = Field::new("units", "Units", FieldKind::Whole, "").required();
        field.paste("12\u{1b}x");
        field.leave(&[], None, Instant(0));
        assert_eq!(field.text, "12x");
        assert!(field.reject.as_ref().is_some_and(|reject| reject.why.contains("12x")));
        field.backspace();
        assert_eq!(field.reject, None, "typing takes the mark away");
    }

    #[test]
    fn the_cursor_moves_by_characters_also_in_accented_text() {
        let mut field = Field::new("name", "Name", FieldKind::Text(64), "");
        field.paste("áéí");
        field.step(-2);
        field.type_character('X');
        assert_eq!(field.text, "áXéí");
        field.jump(false);
        field.delete();
        assert_eq!(field.text, "Xéí");
    }
}
