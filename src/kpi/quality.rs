//! The KPIs of inspections: pure functions of a tally and of the stages. A zero denominator gives no value.

use super::normal::deviations_exceeded_by;
use super::ratio::Ratio;
use super::stages::Stages;
use super::tally::Tally;

/// What a process drifts by in the long run, in standard deviations (Motorola's convention for sigma levels).
const LONG_TERM_SHIFT: f64 = 1.5;

/// First-pass yield of all stages: Σ passed first time ÷ Σ inspected, both in units.
///
/// Reworked and repaired units did not pass. No value where nothing was inspected. Per stage it is
/// [`StageSums::fpy`](super::stages::StageSums::fpy). Source: ISO 22400-2 first-pass yield (GP ÷ IP).
pub fn fpy(tally: &Tally) -> Option<Ratio> {
    Ratio::new(tally.passed, tally.inspected)
}

/// Rolled throughput yield: the product, over the stages, of each stage's first-pass yield; a share.
///
/// A stage at which nothing was inspected is left out ([`Stages::left_out`] names it); no value where that is
/// every stage. Exact in lowest terms as long as 38 digits hold it, else to 10⁻¹². Source: ASQ, "rolled
/// throughput yield" (the chance that a unit passes every stage the first time).
pub fn rty(stages: &Stages) -> Option<Ratio> {
    stages.inspected().into_iter().filter_map(|(_, sums)| sums.fpy()).reduce(Ratio::times)
}

/// Defective parts per million: Σ (inspected − passed) ÷ Σ inspected, both in units; shown × 1,000,000.
///
/// No value where nothing was inspected. Source: ASQ glossary, "parts per million"; it is 1 − FPY.
pub fn ppm(tally: &Tally) -> Option<Ratio> {
    Ratio::new(tally.inspected - tally.passed, tally.inspected)
}

/// Defects per million opportunities: Σ defects ÷ Σ (inspected × opportunities of the part); shown × 1,000,000.
///
/// Inspections of a part without a known number of opportunities are in neither sum
/// ([`without_opportunities_share`]). It may exceed a million. No value where no opportunity was inspected.
/// Source: ASQ glossary, "defects per million opportunities".
pub fn dpmo(tally: &Tally) -> Option<Ratio> {
    Ratio::new(tally.opportunity_defects, tally.opportunities)
}

/// The share of inspected units that DPMO and sigma level leave out, because the opportunities of their part
/// are not known. No value where nothing was inspected.
pub fn without_opportunities_share(tally: &Tally) -> Option<Ratio> {
    Ratio::new(tally.inspected_without_opportunities, tally.inspected)
}

/// Sigma level: inverse normal of (1 − DPMO ÷ 10⁶), plus 1.5, in standard deviations; to 10⁻¹².
///
/// No value without DPMO, at 0 (the level has no upper end: [`is_faultless`]) and at 10⁶ and above. Source:
/// Six Sigma's short-term level with Motorola's shift of 1.5 (3.4 DPMO is 6.0).
pub fn sigma_level(tally: &Tally) -> Option<Ratio> {
    let deviations = deviations_exceeded_by(dpmo(tally)?.value(1))?;
    Ratio::near(deviations + LONG_TERM_SHIFT)
}

/// Whether opportunities were inspected and no defect was found: the sigma level is shown as `> 6`.
pub fn is_faultless(tally: &Tally) -> bool {
    tally.opportunities > 0 && tally.opportunity_defects == 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::Stage;
    use crate::kpi::StageSums;
    use proptest::prelude::*;
    use rstest::rstest;

    fn stages(sums: &[(&str, i64, i64)]) -> Stages {
        let stage = |(position, (name, passed, inspected)): (usize, &(&str, i64, i64))| {
            let position = i64::try_from(position).unwrap();
            (Stage::parse(name).unwrap(), StageSums { position, inspected: *inspected, passed: *passed })
        };
        sums.iter().enumerate().map(stage).collect()
    }

    fn with_dpmo(defects: i64, opportunities: i128) -> Tally {
        Tally { opportunity_defects: defects, opportunities, ..Tally::default() }
    }

    // Minitab support, "What are throughput yield and rolled throughput yield": 1000 labels are printed, 950 of
    // them well; 800 are laminated well; 700 are cut well: 0.95 × 0.84 × 0.88 = 0.70.
    #[test]
    fn the_rolled_throughput_example_comes_out() {
        let line = stages(&[("print", 950, 1000), ("laminate", 800, 950), ("cut", 700, 800)]);
        assert_eq!(rty(&line), Ratio::new(7, 10));
    }

    // The example of 4-cli.md: one stage alone keeps its sums.
    #[test]
    fn one_stage_rolls_to_its_own_yield() {
        assert_eq!(rty(&stages(&[("sewing", 960, 1000)])), Ratio::new(960, 1000));
    }

    #[test]
    fn a_stage_without_inspections_is_left_out_and_named() {
        let line = stages(&[("cut", 90, 100), ("press", 0, 0), ("sew", 80, 100)]);
        assert_eq!(rty(&line), Ratio::new(18, 25));
        assert_eq!(line.left_out(), [&Stage::parse("press").unwrap()]);
        assert_eq!(rty(&stages(&[("cut", 0, 0)])), None);
    }

    #[test]
    fn a_stage_that_passes_nothing_is_not_one_without_inspections() {
        assert_eq!(rty(&stages(&[("cut", 90, 100), ("sew", 0, 10)])), Ratio::new(0, 1));
    }

    // The conversion table of the Six Sigma literature (Harry & Schroeder, "Six Sigma", 2000; isixsigma.com
    // "DPMO to sigma level"): yields at each level with the shift of 1.5.
    #[rstest]
    #[case(690_000, "1.00")] // 690,000 in the rounded table, 691,462 exactly
    #[case(691_462, "1.00")]
    #[case(308_538, "2.00")]
    #[case(66_807, "3.00")]
    #[case(6_210, "4.00")]
    #[case(233, "5.00")]
    #[case(500_000, "1.50")]
    #[case(22_750, "3.50")]
    #[case(32, "5.50")]
    fn dpmo_and_sigma_level_agree_with_the_published_table(#[case] defects: i64, #[case] sigma: &str) {
        let tally = with_dpmo(defects, 1_000_000);
        assert_eq!(dpmo(&tally), Ratio::new(defects, 1_000_000));
        assert_eq!(sigma_level(&tally).unwrap().rounded(1, 2), sigma);
    }

    #[test]
    fn three_point_four_per_million_is_six_sigma() {
        assert_eq!(sigma_level(&with_dpmo(34, 10_000_000)).unwrap().rounded(1, 2), "6.00");
    }

    #[rstest]
    #[case::nothing_inspected(0, 0, false)]
    #[case::faultless(0, 10, true)]
    #[case::a_million(10, 10, false)]
    #[case::more_defects_than_opportunities(11, 10, false)]
    fn a_sigma_level_needs_some_defects_and_not_only_them(
        #[case] defects: i64,
        #[case] opportunities: i128,
        #[case] faultless: bool,
    ) {
        let tally = with_dpmo(defects, opportunities);
        assert_eq!((sigma_level(&tally), is_faultless(&tally)), (None, faultless));
    }

    #[test]
    fn failed_units_and_their_defects_are_different_things() {
        let tally = Tally {
            inspected: 1000,
            passed: 960,
            inspection_defects: 60,
            inspected_without_opportunities: 250,
            ..with_dpmo(45, 7500)
        };
        assert_eq!((fpy(&tally), ppm(&tally)), (Ratio::new(960, 1000), Ratio::new(40, 1000)));
        assert_eq!(dpmo(&tally).unwrap().rounded(1_000_000, 0), "6000");
        assert_eq!(without_opportunities_share(&tally), Ratio::new(250, 1000));
    }

    proptest! {
        #[test]
        fn many_large_stages_still_roll_to_the_product(
            yields in prop::collection::vec((1_i64..10_000_000, 0_i64..10_000_000), 1..20),
        ) {
            let names: Vec<_> = (0..yields.len()).map(|place| format!("S{place}")).collect();
            let sums: Vec<_> =
                names.iter().zip(&yields).map(|(name, (more, passed))| (name.as_str(), *passed, passed + more)).collect();
            #[expect(clippy::cast_precision_loss, reason = "compared as doubles")]
            let product: f64 = sums.iter().map(|(_, passed, inspected)| *passed as f64 / *inspected as f64).product();
            let rolled = rty(&stages(&sums)).unwrap().value(1);
            prop_assert!((rolled - product).abs() < 1e-10, "{rolled} {product}");
        }
    }
}
