//! Many rows in one cell: the database writes the fields of its rows into one text, and they are read from it here.
//!
//! A row of its own costs the driver more than the database needs to find it, so whatever has many rows for each
//! client comes packed: fields apart by U+001F, rows by U+001E, which no stored text holds (2-data.md).

use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::id::{ClientId, LineId, ProductId, ShiftId};
use crate::store::error::StoreError;

const FIELD: u8 = b'\x1f';
const ROW: u8 = b'\x1e';

/// The text of an aggregate that packs the fields of its rows. Absence must be written as an empty text, because
/// `concat_ws` leaves it out: see [`or_empty!`].
macro_rules! packed {
    ($($field:expr),+ $(,)?) => {
        concat!("string_agg(concat_ws('\u{1f}'", $(", ", $field,)+ "), '\u{1e}')")
    };
}
pub(in crate::store) use packed;

/// A number that may be missing.
macro_rules! or_empty {
    ($number:expr) => {
        concat!("coalesce(CAST(", $number, " AS TEXT), '')")
    };
}
pub(in crate::store) use or_empty;

/// The fields of one row, read from left to right.
pub(in crate::store) struct Fields<'t> {
    text: &'t str,
    at: usize,
}

/// A row that comes packed.
pub(in crate::store) trait FromPacked: Sized {
    /// Reads the fields in the order in which they were packed.
    fn from_packed(fields: &mut Fields<'_>) -> Result<Self, StoreError>;
}

/// The rows of a cell, which is empty where there are none.
pub(in crate::store) fn unpack<T: FromPacked>(cell: Option<&str>) -> Result<Vec<T>, StoreError> {
    let Some(text) = cell else { return Ok(Vec::new()) };
    let mut fields = Fields { text, at: 0 };
    let mut rows = Vec::new();
    loop {
        rows.push(T::from_packed(&mut fields)?);
        match fields.text.as_bytes().get(fields.at.saturating_sub(1)) {
            Some(&ROW) => {}
            Some(_) => return Err(StoreError::Driver("a packed row has too many fields".into())),
            None => return Ok(rows),
        }
    }
}

impl<'t> Fields<'t> {
    /// The next field as text.
    fn next(&mut self) -> Result<&'t str, StoreError> {
        let rest = self.text.get(self.at..).ok_or_else(missing)?;
        let end = rest.bytes().position(|byte| byte == FIELD || byte == ROW).unwrap_or(rest.len());
        self.at += end + 1;
        rest.get(..end).ok_or_else(missing)
    }

    /// A whole number.
    pub(in crate::store) fn int(&mut self) -> Result<i64, StoreError> {
        self.int_opt()?.ok_or_else(missing)
    }

    /// A whole number, or none.
    pub(in crate::store) fn int_opt(&mut self) -> Result<Option<i64>, StoreError> {
        let bytes = self.text.as_bytes();
        let start = self.at;
        let is_negative = bytes.get(start) == Some(&b'-');
        let mut at = start + usize::from(is_negative);
        let (mut number, first) = (0_i64, at);
        // Below zero from the start, because the smallest number has no opposite.
        while let Some(digit) = bytes.get(at).filter(|byte| byte.is_ascii_digit()) {
            let digit = i64::from(digit - b'0');
            number = number.checked_mul(10).and_then(|tens| tens.checked_sub(digit)).ok_or_else(not_a_number)?;
            at += 1;
        }
        self.at = at + 1;
        match bytes.get(at) {
            None | Some(&(FIELD | ROW)) if at == start => Ok(None),
            None | Some(&(FIELD | ROW)) if at > first => {
                let number = if is_negative { Some(number) } else { number.checked_neg() };
                number.map(Some).ok_or_else(not_a_number)
            }
            _ => Err(not_a_number()),
        }
    }

    /// A yes or no.
    pub(in crate::store) fn flag(&mut self) -> Result<bool, StoreError> {
        Ok(self.int()? != 0)
    }

    /// A production date.
    pub(in crate::store) fn date(&mut self) -> Result<ProductionDate, StoreError> {
        Ok(ProductionDate(i32::try_from(self.int()?).map_err(|_| not_a_number())?))
    }

    /// An instant.
    pub(in crate::store) fn instant(&mut self) -> Result<Instant, StoreError> {
        Ok(Instant(self.int()?))
    }

    /// An instant, or none.
    pub(in crate::store) fn instant_opt(&mut self) -> Result<Option<Instant>, StoreError> {
        Ok(self.int_opt()?.map(Instant))
    }

    /// Text.
    pub(in crate::store) fn text(&mut self) -> Result<&'t str, StoreError> {
        self.next()
    }

    /// A client's key.
    pub(in crate::store) fn client(&mut self) -> Result<ClientId, StoreError> {
        self.text().map(ClientId::packed)
    }

    /// A line's key.
    pub(in crate::store) fn line(&mut self) -> Result<LineId, StoreError> {
        self.text().map(LineId::packed)
    }

    /// A shift's key.
    pub(in crate::store) fn shift(&mut self) -> Result<ShiftId, StoreError> {
        self.text().map(ShiftId::packed)
    }

    /// A product's key.
    pub(in crate::store) fn product(&mut self) -> Result<ProductId, StoreError> {
        self.text().map(ProductId::packed)
    }
}

fn missing() -> StoreError {
    StoreError::Driver("a packed row has too few fields".into())
}

fn not_a_number() -> StoreError {
    StoreError::Driver("a packed field is no whole number".into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Debug, PartialEq)]
    struct Row(i64, Option<i64>, String);

    impl FromPacked for Row {
        fn from_packed(fields: &mut Fields<'_>) -> Result<Self, StoreError> {
            Ok(Self(fields.int()?, fields.int_opt()?, fields.text()?.to_owned()))
        }
    }

    fn pack(rows: &[Row]) -> String {
        let number = |number: Option<i64>| number.map_or_else(String::new, |number| number.to_string());
        let row = |row: &Row| format!("{}\u{1f}{}\u{1f}{}", row.0, number(row.1), row.2);
        rows.iter().map(row).collect::<Vec<_>>().join("\u{1e}")
    }

    proptest! {
        #[test]
        fn what_was_packed_is_read_again(
            rows in prop::collection::vec((any::<i64>(), any::<Option<i64>>(), "[a-zé, ]{0,5}"), 1..9),
        ) {
            let rows: Vec<Row> = rows.into_iter().map(|(a, b, c)| Row(a, b, c)).collect();
            prop_assert_eq!(unpack::<Row>(Some(&pack(&rows))).unwrap(), rows);
        }

        #[test]
        fn whatever_the_text_nothing_panics(text in ".*|[-0-9\u{1e}\u{1f}]*") {
            let _ = unpack::<Row>(Some(&text));
        }
    }

    #[test]
    fn an_empty_cell_has_no_rows_and_a_broken_one_is_an_error() {
        assert!(unpack::<Row>(None).unwrap().is_empty());
        for text in ["1", "x\u{1f}2\u{1f}y", "-\u{1f}2\u{1f}y", "99999999999999999999\u{1f}2\u{1f}y"] {
            assert!(unpack::<Row>(Some(text)).is_err(), "{text:?}");
        }
    }
}
