//! The 95 % interval of a share: how far chance alone may have carried it.
//!
//! Source: E. B. Wilson, "Probable inference", JASA 22 (1927); R. G. Newcombe, "Two-sided confidence intervals
//! for the single proportion", Statistics in Medicine 17 (1998), method 3, whose table is the test.

use super::catalogue::Kpi;
use super::ratio::Ratio;

/// How many standard deviations enclose 95 % of a normal variable.
const DEVIATIONS: f64 = 1.959_963_984_540_054;

/// Whether a KPI is a share of counted things. Shares of time are not: minutes are no independent trials, and
/// an interval for them would be narrow for no reason.
const fn is_share_of_counts(kpi: Kpi) -> bool {
    match kpi {
        Kpi::QualityRate | Kpi::ScrapRate | Kpi::ReworkRate | Kpi::Fpy | Kpi::Ppm | Kpi::Otd | Kpi::Otif => true,
        Kpi::Availability
        | Kpi::Performance
        | Kpi::Oee
        | Kpi::Efficiency
        | Kpi::Throughput
        | Kpi::Mtbf
        | Kpi::Mttr
        | Kpi::Rty
        | Kpi::Dpmo
        | Kpi::SigmaLevel
        | Kpi::WipAge
        | Kpi::HoldAge
        | Kpi::Absenteeism
        | Kpi::Coverage
        | Kpi::Bradford => false,
    }
}

/// The 95 % Wilson interval of a KPI's figure, like the figure, to 10⁻¹². None for what is no share of counted
/// things.
pub fn interval(kpi: Kpi, figure: Option<Ratio>) -> Option<(Ratio, Ratio)> {
    if is_share_of_counts(kpi) { of_share(figure?) } else { None }
}

/// (p + z²÷2n ± z √(p(1−p)÷n + z²÷4n²)) ÷ (1 + z²÷n), of numerator successes in denominator trials. It lies
/// within 0 and 1, also where every trial went the same way.
fn of_share(figure: Ratio) -> Option<(Ratio, Ratio)> {
    if !(0..=figure.denominator()).contains(&figure.numerator()) {
        return None;
    }
    #[expect(clippy::cast_precision_loss, reason = "an interval is of doubles")]
    let trials = figure.denominator() as f64;
    let (share, square) = (figure.value(1), DEVIATIONS * DEVIATIONS);
    let middle = share + square / (2.0 * trials);
    let reach = DEVIATIONS * (share * (1.0 - share) / trials + square / (4.0 * trials * trials)).sqrt();
    let whole = 1.0 + square / trials;
    let bound = |bound: f64| Ratio::near((bound / whole).clamp(0.0, 1.0));
    Some((bound(middle - reach)?, bound(middle + reach)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    // Newcombe 1998, table I, method 3 (Wilson score without continuity correction).
    #[rstest]
    #[case(81, 263, "0.2553", "0.3662")]
    #[case(15, 148, "0.0624", "0.1605")]
    #[case(0, 20, "0.0000", "0.1611")]
    #[case(1, 29, "0.0061", "0.1718")]
    fn the_published_intervals_come_out(
        #[case] successes: i64,
        #[case] trials: i64,
        #[case] lower: &str,
        #[case] upper: &str,
    ) {
        let (low, high) = interval(Kpi::Fpy, Ratio::new(successes, trials)).unwrap();
        assert_eq!((low.rounded(1, 4).as_str(), high.rounded(1, 4).as_str()), (lower, upper));
    }

    #[test]
    fn only_shares_of_counted_things_have_one() {
        let half = Ratio::new(1, 2);
        assert_eq!((interval(Kpi::Availability, half), interval(Kpi::Fpy, None)), (None, None));
        assert_eq!(interval(Kpi::Fpy, Ratio::new(3, 2)), None);
        assert!(interval(Kpi::Otd, half).is_some());
    }

    proptest! {
        #[test]
        fn an_interval_holds_its_share_and_mirrors(successes in 0_i64..1_000_000, failures in 0_i64..1_000_000) {
            let trials = successes + failures + 1;
            let share = Ratio::new(successes, trials).unwrap();
            let (low, high) = of_share(share).unwrap();
            prop_assert!(low.value(1) <= share.value(1) + 1e-12 && share.value(1) <= high.value(1) + 1e-12);
            let (mirrored, _) = of_share(Ratio::new(trials - successes, trials).unwrap()).unwrap();
            prop_assert!((mirrored.value(1) - (1.0 - high.value(1))).abs() < 1e-9);
        }
    }
}
