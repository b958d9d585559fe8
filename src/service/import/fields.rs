//! The fields of one row, read by name into the words of `domain`.

use super::reader::Layout;
use crate::domain::clock::{Instant, PlantClock, ProductionDate};
use crate::domain::measure::{self, LARGEST, Millis, Units};
use crate::domain::reject::Reject;
use crate::domain::text::{CleanText, unshielded};
use csv::StringRecord;

/// What a file says of an optional field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Given<T> {
    /// The file has no such column: what is there stays.
    Absent,
    /// The field is empty: it is cleared.
    Empty,
    /// This value.
    Value(T),
}

impl<T> Given<T> {
    /// The new value where there was `old`.
    pub(super) fn over(self, old: Option<T>) -> Option<T> {
        match self {
            Self::Absent => old,
            Self::Empty => None,
            Self::Value(value) => Some(value),
        }
    }

    /// The new value where there was `old`, and `default` where there is none.
    pub(super) fn over_or(self, old: Option<T>, default: T) -> T {
        self.over(old).unwrap_or(default)
    }

    /// The value, if the file gives one.
    pub(super) fn value(self) -> Option<T> {
        self.over(None)
    }

    /// The same in another type.
    pub(super) fn map<U>(self, convert: impl FnOnce(T) -> U) -> Given<U> {
        match self {
            Self::Absent => Given::Absent,
            Self::Empty => Given::Empty,
            Self::Value(value) => Given::Value(convert(value)),
        }
    }
}

/// One row with the layout of its file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fields<'a> {
    layout: &'a Layout,
    record: &'a StringRecord,
    /// The line it begins on.
    pub(super) line: u64,
}

impl<'a> Fields<'a> {
    pub(super) const fn new(layout: &'a Layout, record: &'a StringRecord, line: u64) -> Self {
        Self { layout, record, line }
    }

    /// The text of a field, trimmed, without the apostrophe that shields it from spreadsheets; nothing where the file
    /// has no such column.
    pub(super) fn text(&self, name: &str) -> Option<&'a str> {
        self.layout.place(name).and_then(|place| self.record.get(place)).map(|text| unshielded(text.trim()))
    }

    /// A field that must be filled in.
    pub(super) fn must<T>(&self, name: &str, parse: impl FnOnce(&str) -> Result<T, Reject>) -> Result<T, Reject> {
        match self.text(name) {
            Some(text) if !text.is_empty() => parse(text).map_err(|reject| reject.on(name)),
            _ => Err(Reject::new(name, "is missing", "fill it in")),
        }
    }

    /// A field that may be empty or absent.
    pub(super) fn may<T>(&self, name: &str, parse: impl FnOnce(&str) -> Result<T, Reject>) -> Result<Given<T>, Reject> {
        match self.text(name) {
            None => Ok(Given::Absent),
            Some("") => Ok(Given::Empty),
            Some(text) => parse(text).map(Given::Value).map_err(|reject| reject.on(name)),
        }
    }

    /// A name that must be filled in.
    pub(super) fn name(&self, name: &str) -> Result<String, Reject> {
        self.must(name, |text| CleanText::name(name, text)).map(|text| text.as_str().to_owned())
    }

    /// An optional text of at most `limit` characters.
    pub(super) fn short_text(&self, name: &str, limit: usize) -> Result<Given<String>, Reject> {
        Ok(self.may(name, |text| CleanText::parse(name, text, limit))?.map(|text| text.as_str().to_owned()))
    }

    /// Optional remarks.
    pub(super) fn notes(&self) -> Result<Option<CleanText>, Reject> {
        self.may("notes", |text| CleanText::note("notes", text)).map(|notes| notes.value().flatten())
    }

    /// A whole number from 0 to `most` that must be filled in.
    pub(super) fn whole(&self, name: &str, most: i64) -> Result<i64, Reject> {
        self.must(name, |text| up_to(name, text, most))
    }

    /// An optional whole number from 0 to `most`.
    pub(super) fn whole_opt(&self, name: &str, most: i64) -> Result<Given<i64>, Reject> {
        self.may(name, |text| up_to(name, text, most))
    }

    /// Units that must be filled in.
    pub(super) fn units(&self, name: &str) -> Result<Units, Reject> {
        self.whole(name, LARGEST).map(Units)
    }

    /// Units; none are 0.
    pub(super) fn units_or_zero(&self, name: &str) -> Result<Units, Reject> {
        Ok(Units(self.whole_opt(name, LARGEST)?.value().unwrap_or(0)))
    }

    /// A quantity that must be more than 0.
    pub(super) fn quantity(&self, name: &str) -> Result<Units, Reject> {
        match self.units(name)? {
            Units(0) => Err(Reject::new(name, "must be more than 0", "type how many")),
            units => Ok(units),
        }
    }

    /// An optional time per unit.
    pub(super) fn seconds(&self, name: &str) -> Result<Given<Millis>, Reject> {
        self.may(name, |text| {
            let millis = measure::seconds_to_millis(name, text)?;
            if (1..=LARGEST).contains(&millis.get()) {
                return Ok(millis);
            }
            Err(Reject::new(name, "is out of range", "type a time from 0.001 to 1000000 seconds"))
        })
    }

    /// A date that must be filled in.
    pub(super) fn date(&self, name: &str) -> Result<ProductionDate, Reject> {
        self.must(name, |text| ProductionDate::parse(name, text))
    }

    /// An optional date.
    pub(super) fn date_opt(&self, name: &str) -> Result<Given<ProductionDate>, Reject> {
        self.may(name, |text| ProductionDate::parse(name, text))
    }

    /// An optional instant that has passed.
    pub(super) fn past(&self, name: &str, clock: PlantClock, now: Instant) -> Result<Given<Instant>, Reject> {
        self.may(name, |text| {
            let at = clock.parse_instant(name, text)?;
            if at <= now {
                return Ok(at);
            }
            Err(Reject::new(name, "lies in the future", "type a time that has passed"))
        })
    }

    /// Optional yes or no.
    pub(super) fn yes_no(&self, name: &str) -> Result<Given<bool>, Reject> {
        self.may(name, |text| match text.to_lowercase().as_str() {
            "yes" | "y" | "true" | "1" => Ok(true),
            "no" | "n" | "false" | "0" => Ok(false),
            _ => Err(Reject::new(name, format!("\"{text}\" is neither yes nor no"), "write yes or no")),
        })
    }

    /// An optional word out of a few.
    pub(super) fn word<T>(
        &self,
        name: &str,
        parse: impl Fn(&str) -> Option<T>,
        choices: fn() -> String,
    ) -> Result<Given<T>, Reject> {
        self.may(name, |text| {
            parse(text).ok_or_else(|| {
                Reject::new(name, format!("\"{text}\" is none of its words"), format!("write one of {}", choices()))
            })
        })
    }
}

fn up_to(name: &str, text: &str, most: i64) -> Result<i64, Reject> {
    let number = measure::whole(name, text)?;
    if number <= most {
        return Ok(number);
    }
    Err(Reject::new(name, format!("{number} is out of range"), format!("type a number from 0 to {most}")))
}

/// The refusal of something that does not exist for the client, which is also what is said of what others have.
pub(super) fn no_such(column: &str, what: &str, name: impl std::fmt::Display) -> Reject {
    Reject::new(column, format!("no such {what}: {name}"), "correct it, or import it first")
}
