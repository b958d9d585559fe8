//! A PIN: six digits that open a locked terminal again, and those that everybody tries first.

use super::reject::Reject;

/// Digits of a PIN.
pub const DIGITS: usize = 6;

/// Refuses what is no PIN, and what is guessed first: one digit, two or three digits over and over, a row of digits.
pub fn check(raw: &str) -> Result<(), Reject> {
    let refuse = |why: &str, try_this: &str| Err(Reject::new("pin", why, try_this));
    let digits: Vec<u32> = raw.chars().filter_map(|character| character.to_digit(10)).collect();
    if digits.len() != DIGITS || raw.chars().count() != DIGITS {
        return refuse("is not six digits", "type six digits");
    }
    let repeats = |length: usize| digits.iter().zip(digits.iter().skip(length)).all(|(one, next)| one == next);
    let steps_by = |step: u32| digits.iter().zip(digits.iter().skip(1)).all(|(one, next)| (one + step) % 10 == *next);
    if repeats(1) || repeats(2) || repeats(3) || steps_by(1) || steps_by(9) {
        return refuse("is one of those that everybody tries first", "take digits without a pattern");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("000000", "tries first")]
    #[case("123456", "tries first")]
    #[case("654321", "tries first")]
    #[case("789012", "tries first")]
    #[case("121212", "tries first")]
    #[case("407407", "tries first")]
    #[case("12345", "six digits")]
    #[case("1234567", "six digits")]
    #[case("12a456", "six digits")]
    #[case("", "six digits")]
    fn a_pin_that_is_guessed_first_or_is_none_is_refused(#[case] raw: &str, #[case] why: &str) {
        assert!(check(raw).unwrap_err().why.contains(why), "{raw}");
    }

    #[rstest]
    #[case("407316")]
    #[case("112233")]
    fn six_other_digits_are_a_pin(#[case] raw: &str) {
        assert!(check(raw).is_ok());
    }
}
