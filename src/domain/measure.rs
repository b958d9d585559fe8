//! Whole-number measures. Sums of these are exact in any order, so a stored total can be compared with
//! a recomputed one for equality.

use super::reject::Reject;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Sub};

/// Milliseconds of a minute.
pub const MILLIS_PER_MINUTE: i64 = 60_000;

macro_rules! measure {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl $name {
            /// Nothing of it.
            pub const ZERO: Self = Self(0);

            /// The plain number.
            pub const fn get(self) -> i64 {
                self.0
            }
        }

        impl Add for $name {
            type Output = Self;
            fn add(self, other: Self) -> Self {
                Self(self.0 + other.0)
            }
        }

        impl AddAssign for $name {
            fn add_assign(&mut self, other: Self) {
                self.0 += other.0;
            }
        }

        impl Sub for $name {
            type Output = Self;
            fn sub(self, other: Self) -> Self {
                Self(self.0 - other.0)
            }
        }

        impl Sum for $name {
            fn sum<I: Iterator<Item = Self>>(values: I) -> Self {
                values.fold(Self::ZERO, Add::add)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(formatter)
            }
        }
    )+};
}

measure! {
    /// Pieces made, inspected or held.
    Units;
    /// Whole minutes of time.
    Minutes;
    /// Milliseconds: a cycle time per unit.
    Millis;
}

/// The largest whole number any field accepts; keeps every sum far from overflow.
pub const LARGEST: i64 = 1_000_000_000;

/// Reads a whole number from 0 to [`LARGEST`].
pub fn whole(field: &str, raw: &str) -> Result<i64, Reject> {
    let text = raw.trim();
    if text.is_empty() {
        return Err(Reject::new(field, "is missing", "type a whole number"));
    }
    let number: i64 = text.parse().map_err(|_| {
        Reject::new(field, format!("\"{text}\" is not a whole number"), "type digits only, for example 120")
    })?;
    if !(0..=LARGEST).contains(&number) {
        return Err(Reject::new(
            field,
            format!("{number} is out of range"),
            format!("type a number from 0 to {LARGEST}"),
        ));
    }
    Ok(number)
}

/// Reads a decimal number of seconds with a point into whole milliseconds (`3.25` → 3250).
pub fn seconds_to_millis(field: &str, raw: &str) -> Result<Millis, Reject> {
    decimal(field, raw, 3).map(Millis)
}

/// Reads a decimal with a point and at most `places` places into a whole number of 10^-places.
pub fn decimal(field: &str, raw: &str, places: usize) -> Result<i64, Reject> {
    let wrong = || {
        Reject::new(
            field,
            format!("\"{}\" is not a number with at most {places} decimals", raw.trim()),
            "type it with a decimal point, for example 3.25",
        )
    };
    let text = raw.trim();
    let (whole_part, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole_part) || !digits(fraction) || fraction.len() > places || whole_part.len() > 9 {
        return Err(wrong());
    }
    format!("{whole_part}{fraction:0<places$}").parse().map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("3.25", 3250)]
    #[case("0.001", 1)]
    #[case("3600", 3_600_000)]
    fn seconds_become_whole_milliseconds(#[case] raw: &str, #[case] millis: i64) {
        assert_eq!(seconds_to_millis("ideal_cycle_seconds", raw), Ok(Millis(millis)));
    }

    #[rstest]
    #[case("1,5")]
    #[case("-1")]
    #[case("0.0005")]
    #[case("")]
    #[case("1e3")]
    fn a_decimal_that_cannot_be_kept_exactly_is_refused(#[case] raw: &str) {
        assert!(seconds_to_millis("ideal_cycle_seconds", raw).is_err());
    }

    #[rstest]
    #[case("12.5")]
    #[case("-3")]
    #[case("99999999999")]
    #[case("12a")]
    fn a_count_that_is_no_whole_number_is_refused(#[case] raw: &str) {
        assert!(whole("units", raw).is_err());
    }
}
