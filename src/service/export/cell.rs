//! One cell of an export: a stored value made into what its column holds.

use crate::domain::clock::{Instant, PlantClock, ProductionDate};
use crate::domain::entity::{FileColumn, Form};
use crate::domain::shift::Weekdays;
use crate::store::funnel::Value;
use chrono::NaiveDateTime;

/// Decimals of a stored time per unit: it is kept in milliseconds.
const PLACES_OF_SECONDS: usize = 3;
/// Decimals of a stored target: it is kept in millionths.
const PLACES_OF_DECIMALS: usize = 6;

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub enum ExportCell {
    /// Nothing.
    Missing,
    /// Text, a key or a word.
    Text(String),
    /// A whole number.
    Whole(i128),
    /// An exact decimal: so many units of the last of so many places.
    Decimal(i64, usize),
    /// A number that is not rounded.
    Number(f64),
    /// A date.
    Date(ProductionDate),
    /// An instant: RFC 3339 with the client's offset, and the client's local time.
    Time(String, NaiveDateTime),
    /// Yes or no.
    YesNo(bool),
}

impl ExportCell {
    /// What a column holds of a stored value.
    pub(super) fn of(column: &FileColumn, value: Value, clock: Option<PlantClock>) -> Self {
        match value {
            Value::Int(Some(number)) => Self::of_number(column, number, clock),
            // The lines of an inspection's defects.
            Value::Text(Some(text)) if column.name == "defects" => Self::Text(text.replace('\n', ";")),
            Value::Text(Some(text)) => Self::Text(text),
            Value::Id(Some(id)) => Self::Text(id.to_string()),
            Value::Int(None) | Value::Text(None) | Value::Id(None) | Value::Bytes(_) => Self::Missing,
        }
    }

    fn of_number(column: &FileColumn, number: i64, clock: Option<PlantClock>) -> Self {
        match column.form {
            Form::Whole => Self::Whole(i128::from(number)),
            Form::Seconds => Self::Decimal(number, PLACES_OF_SECONDS),
            Form::Decimal => Self::Decimal(number, PLACES_OF_DECIMALS),
            Form::Date => match i32::try_from(number).map(ProductionDate) {
                // What holds from the beginning of time has no date.
                Ok(date) if date != ProductionDate::BEGINNING => Self::Date(date),
                _ => Self::Missing,
            },
            Form::Time => {
                let (clock, at) = (clock.unwrap_or(PlantClock::new(chrono_tz::UTC)), Instant(number));
                Self::Time(clock.rfc3339_exact(at), clock.local(at))
            }
            Form::Clock => Self::Text(format!("{:02}:{:02}", number / 60, number % 60)),
            Form::YesNo => Self::YesNo(number != 0),
            Form::Text if column.name == "days" => Self::Text(Weekdays(number).to_string()),
            Form::Text | Form::Key | Form::Word => Self::Text(number.to_string()),
        }
    }

    /// An exact decimal without idle zeros.
    pub(super) fn decimal(number: i64, places: usize) -> String {
        let sign = if number < 0 { "-" } else { "" };
        let digits = format!("{:0>width$}", number.unsigned_abs(), width = places + 1);
        let (whole, fraction) = digits.split_at(digits.len() - places);
        format!("{sign}{whole}.{fraction}").trim_end_matches('0').trim_end_matches('.').to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(30_000, 3, "30")]
    #[case(3_250, 3, "3.25")]
    #[case(5, 3, "0.005")]
    #[case(0, 3, "0")]
    #[case(85_500_000, 6, "85.5")]
    #[case(-500_000, 6, "-0.5")]
    fn a_decimal_is_exact_and_has_no_idle_zeros(#[case] number: i64, #[case] places: usize, #[case] text: &str) {
        assert_eq!(ExportCell::decimal(number, places), text);
    }
}
