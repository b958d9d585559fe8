//! Exact ratios, and the only place in the program where one is rounded: screens, table output, reports
//! and exports all show a figure through [`shown`].

use std::cmp::Ordering;

/// What is shown where there is no value.
pub const NO_VALUE: &str = "—";

/// Scales and decimals multiply to less than this, so a denominator below `ROOM` never overflows.
const ROOM: u128 = u128::MAX >> 50;

/// Figures further apart than an `i128` can say exactly are compared at this many parts of one.
const FINE: i128 = 1_000_000_000_000;

/// An exact fraction with a positive denominator.
///
/// It keeps the sums it was made of (373 ÷ 420 stays that), because they are shown beside the value.
/// Two are `==` if both sums are; [`Ratio::compare`] compares the values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ratio {
    numerator: i128,
    denominator: i128,
}

impl Ratio {
    /// The fraction, or none where the denominator is zero: a zero denominator gives no value, never 0.
    pub fn new(numerator: impl Into<i128>, denominator: impl Into<i128>) -> Option<Self> {
        let (numerator, denominator) = (numerator.into(), denominator.into());
        match denominator.cmp(&0) {
            Ordering::Greater => Some(Self { numerator, denominator }),
            Ordering::Equal => None,
            Ordering::Less => {
                Some(Self { numerator: numerator.checked_neg()?, denominator: denominator.checked_neg()? })
            }
        }
    }

    /// The upper sum.
    pub const fn numerator(self) -> i128 {
        self.numerator
    }

    /// The lower sum; above zero.
    pub const fn denominator(self) -> i128 {
        self.denominator
    }

    /// In lowest terms.
    #[must_use]
    pub fn reduced(self) -> Self {
        let shared = greatest_common_divisor(self.numerator, self.denominator);
        Self { numerator: self.numerator / shared, denominator: self.denominator / shared }
    }

    /// The double to the nearest 10⁻¹²; none where it is not finite. For figures that are no quotient of sums.
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "a cast stops at the ends")]
    pub(super) fn near(value: f64) -> Option<Self> {
        value.is_finite().then(|| Self { numerator: (value * FINE as f64).round() as i128, denominator: FINE })
    }

    /// The product in lowest terms: exact unless that needs more than 38 digits (a thousand million times what
    /// the largest plant of 6-quality.md can reach with three factors), and then to 10⁻¹².
    #[must_use]
    pub fn times(self, other: Self) -> Self {
        self.exact_times(other).unwrap_or_else(|| {
            let product = self.scaled_half_away(FINE).saturating_mul(other.scaled_half_away(FINE));
            let product = Self { numerator: product, denominator: FINE * FINE };
            Self { numerator: product.scaled_half_away(FINE), denominator: FINE }
        })
    }

    fn exact_times(self, other: Self) -> Option<Self> {
        // With each in lowest terms, cancelling crosswise leaves the product in lowest terms too.
        let (this, other) = (self.reduced(), other.reduced());
        let left = Self { numerator: this.numerator, denominator: other.denominator }.reduced();
        let right = Self { numerator: other.numerator, denominator: this.denominator }.reduced();
        Some(Self {
            numerator: left.numerator.checked_mul(right.numerator)?,
            denominator: left.denominator.checked_mul(right.denominator)?,
        })
    }

    /// This less `other`, in lowest terms: exact unless that needs more than 38 digits, and then to
    /// 10⁻¹².
    #[must_use]
    pub fn minus(self, other: Self) -> Self {
        self.exact_minus(other).unwrap_or_else(|| Self {
            numerator: self.scaled_half_away(FINE).saturating_sub(other.scaled_half_away(FINE)),
            denominator: FINE,
        })
    }

    fn exact_minus(self, other: Self) -> Option<Self> {
        let shared = greatest_common_divisor(self.denominator, other.denominator);
        let (mine, theirs) = (self.denominator / shared, other.denominator / shared);
        let left = self.numerator.checked_mul(theirs)?;
        let right = other.numerator.checked_mul(mine)?;
        let denominator = self.denominator.checked_mul(theirs)?;
        Some(Self { numerator: left.checked_sub(right)?, denominator }.reduced())
    }

    /// Which value is greater; exact, whatever the size of the sums.
    pub fn compare(self, other: Self) -> Ordering {
        // Whole parts first, then the reciprocals of what is left: nothing is multiplied.
        let (mut left, mut right) = (self, other);
        let mut swapped = false;
        loop {
            let parts = |ratio: Self| {
                (ratio.numerator.div_euclid(ratio.denominator), ratio.numerator.rem_euclid(ratio.denominator))
            };
            let ((left_whole, left_rest), (right_whole, right_rest)) = (parts(left), parts(right));
            let order = left_whole.cmp(&right_whole).then((left_rest > 0).cmp(&(right_rest > 0)));
            if order.is_eq() && left_rest > 0 {
                left = Self { numerator: left.denominator, denominator: left_rest };
                right = Self { numerator: right.denominator, denominator: right_rest };
                swapped = !swapped;
                continue;
            }
            return if swapped { order.reverse() } else { order };
        }
    }

    /// The value times `scale` (100 for percent) as a double, unrounded.
    #[expect(clippy::cast_precision_loss, reason = "a double is what JSON and plots take")]
    pub fn value(self, scale: i64) -> f64 {
        match self.numerator.checked_mul(i128::from(scale)) {
            Some(scaled) => scaled as f64 / self.denominator as f64,
            None => self.numerator as f64 / self.denominator as f64 * scale as f64,
        }
    }

    /// The value times `factor` as a whole number, rounded half away from zero.
    pub fn scaled_half_away(self, factor: i128) -> i128 {
        let negative = (self.numerator < 0) != (factor < 0);
        let (mut above, mut below) = (self.numerator.unsigned_abs(), self.denominator.unsigned_abs());
        if below > ROOM {
            let shared = greatest_common_divisor(self.numerator, self.denominator).unsigned_abs();
            (above, below) = (above / shared, below / shared);
        }
        // Only sums of 10²³ and more that share no factor come here; what is lost is below 10⁻²³.
        while below > ROOM {
            (above, below) = (above >> 1, below >> 1);
        }
        let factor = factor.unsigned_abs();
        let rest = (above % below).saturating_mul(factor);
        let up = u128::from(rest % below >= below - rest % below);
        let magnitude = (above / below).saturating_mul(factor).saturating_add(rest / below).saturating_add(up);
        let magnitude = i128::try_from(magnitude).unwrap_or(i128::MAX);
        if negative { -magnitude } else { magnitude }
    }

    /// The value times `scale` as text with this many decimals, rounded half away from zero from the
    /// exact ratio.
    pub fn rounded(self, scale: i64, decimals: u32) -> String {
        let one = 10_i128.saturating_pow(decimals.min(9));
        let scaled = self.scaled_half_away(i128::from(scale).saturating_mul(one));
        let sign = if scaled < 0 { "-" } else { "" };
        let (whole, part) = (scaled.unsigned_abs() / one.unsigned_abs(), scaled.unsigned_abs() % one.unsigned_abs());
        if decimals == 0 {
            format!("{sign}{whole}")
        } else {
            format!("{sign}{whole}.{part:0width$}", width = decimals.min(9) as usize)
        }
    }
}

/// A figure as text: rounded, or [`NO_VALUE`].
pub fn shown(figure: Option<Ratio>, scale: i64, decimals: u32) -> String {
    figure.map_or_else(|| NO_VALUE.to_owned(), |ratio| ratio.rounded(scale, decimals))
}

/// At least 1, so that it can be divided by.
fn greatest_common_divisor(left: i128, right: i128) -> i128 {
    let (mut left, mut right) = (left.unsigned_abs(), right.unsigned_abs());
    while right != 0 {
        (left, right) = (right, left % right);
    }
    i128::try_from(left).unwrap_or(1).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    fn ratio(numerator: i128, denominator: i128) -> Ratio {
        Ratio::new(numerator, denominator).unwrap()
    }

    #[rstest]
    #[case(373, 420, "88.8")]
    #[case(1, 1, "100.0")]
    #[case(26, 25, "104.0")]
    #[case(1, 3, "33.3")]
    #[case(2, 3, "66.7")]
    #[case(1, 2000, "0.1")] // 0.05 exactly: away from zero
    #[case(-1, 2000, "-0.1")]
    #[case(-1, 2001, "0.0")] // no minus before a zero
    #[case(1, 2001, "0.0")]
    #[case(8885, 10_000, "88.9")] // 88.85: a double would say 88.8
    #[case(-5, -10, "50.0")]
    fn a_percentage_is_rounded_half_away_from_zero(#[case] above: i128, #[case] below: i128, #[case] text: &str) {
        assert_eq!(ratio(above, below).rounded(100, 1), text);
    }

    #[rstest]
    #[case(5, 2, 1, 0, "3")]
    #[case(-5, 2, 1, 0, "-3")]
    #[case(7, 8, 1_000_000, 0, "875000")]
    #[case(1, 8, 1, 2, "0.13")]
    #[case(1, 16, 1, 4, "0.0625")]
    fn scale_and_decimals_are_the_units(
        #[case] above: i128,
        #[case] below: i128,
        #[case] scale: i64,
        #[case] decimals: u32,
        #[case] text: &str,
    ) {
        assert_eq!(ratio(above, below).rounded(scale, decimals), text);
    }

    #[test]
    fn nothing_divided_by_nothing_has_no_value() {
        assert_eq!(Ratio::new(0, 0), None);
        assert_eq!(shown(None, 100, 1), "—");
    }

    #[test]
    fn the_largest_sums_neither_overflow_nor_lose_their_order() {
        let (big, bigger) = (ratio(i128::MAX - 1, i128::MAX), ratio(i128::MAX, i128::MAX));
        assert_eq!(big.compare(bigger), Ordering::Less);
        assert_eq!(big.rounded(100, 1), "100.0");
        assert_eq!(ratio(i128::MAX, 1).rounded(100, 1).len(), 40);
        assert_eq!(big.minus(ratio(1, i128::MAX - 2)).rounded(100, 1), "100.0");
        assert_eq!(
            ratio(i128::MAX / 2, i128::MAX).times(ratio(i128::MAX / 3, i128::MAX - 1)).rounded(1, 9),
            "0.166666667"
        );
    }

    proptest! {
        #[test]
        fn comparing_agrees_with_cross_multiplying(
            (a, b) in (-1000_i128..1000, 1_i128..1000), (c, d) in (-1000_i128..1000, 1_i128..1000),
        ) {
            prop_assert_eq!(ratio(a, b).compare(ratio(c, d)), (a * d).cmp(&(c * b)));
        }

        #[test]
        fn a_product_and_a_difference_are_exact(
            (a, b) in (-1_000_000_i128..1_000_000, 1_i128..1_000_000), (c, d) in (-1_000_000_i128..1_000_000, 1_i128..1_000_000),
        ) {
            let (left, right) = (ratio(a, b), ratio(c, d));
            prop_assert_eq!(left.times(right), ratio(a * c, b * d).reduced());
            prop_assert_eq!(left.minus(right), ratio(a * d - c * b, b * d).reduced());
        }

        #[test]
        fn the_rounded_figure_is_the_nearest_one(a in -1_000_000_i128..1_000_000, b in 1_i128..1_000_000) {
            let rounded = ratio(a, b).scaled_half_away(1000);
            let twice_off = 2 * (a * 1000 - rounded * b).abs();
            prop_assert!(twice_off < b || (twice_off == b && (rounded * b).abs() >= (a * 1000).abs()));
        }
    }
}
