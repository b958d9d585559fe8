//! The inverse of the standard normal distribution.
//!
//! Source: M. J. Wichura, Algorithm AS 241, "The Percentage Points of the Normal Distribution", Applied
//! Statistics 37 (1988) 477–484, routine PPND16: about 16 digits. Tested against the values of its table and
//! of the NIST/SEMATECH e-Handbook.

/// Coefficients of a rational function, the highest power first.
struct Rational {
    above: [f64; 8],
    below: [f64; 8],
}

/// For probabilities between 0.075 and 0.925.
const MIDDLE: Rational = Rational {
    above: [
        2.509_080_928_730_122_7e3,
        3.343_057_558_358_813e4,
        6.726_577_092_700_87e4,
        4.592_195_393_154_987e4,
        1.373_169_376_550_946e4,
        1.971_590_950_306_551_3e3,
        1.331_416_678_917_843_8e2,
        3.387_132_872_796_366_5,
    ],
    below: [
        5.226_495_278_852_854e3,
        2.872_908_573_572_194_3e4,
        3.930_789_580_009_271e4,
        2.121_379_430_158_659_7e4,
        5.394_196_021_424_751e3,
        6.871_870_074_920_579e2,
        4.231_333_070_160_091e1,
        1.0,
    ],
};

/// For tails down to exp(−25).
const TAIL: Rational = Rational {
    above: [
        7.745_450_142_783_414e-4,
        2.272_384_498_926_918_4e-2,
        2.417_807_251_774_506e-1,
        1.270_458_252_452_368_4,
        3.647_848_324_763_204_5,
        5.769_497_221_460_691,
        4.630_337_846_156_546,
        1.423_437_110_749_683_5,
    ],
    below: [
        1.050_750_071_644_416_9e-9,
        5.475_938_084_995_345e-4,
        1.519_866_656_361_645_7e-2,
        1.481_039_764_274_800_8e-1,
        6.897_673_349_851e-1,
        1.676_384_830_183_803_8,
        2.053_191_626_637_759,
        1.0,
    ],
};

/// For tails beyond that.
const FAR_TAIL: Rational = Rational {
    above: [
        2.010_334_399_292_288_1e-7,
        2.711_555_568_743_487_6e-5,
        1.242_660_947_388_078_4e-3,
        2.653_218_952_657_612_4e-2,
        2.965_605_718_285_048_7e-1,
        1.784_826_539_917_291_3,
        5.463_784_911_164_114,
        6.657_904_643_501_103,
    ],
    below: [
        2.044_263_103_389_939_8e-15,
        1.421_511_758_316_446e-7,
        1.846_318_317_510_054_8e-5,
        7.868_691_311_456_133e-4,
        1.487_536_129_085_061_5e-2,
        1.369_298_809_227_358e-1,
        5.998_322_065_558_88e-1,
        1.0,
    ],
};

impl Rational {
    fn at(&self, place: f64) -> f64 {
        let value = |coefficients: &[f64]| coefficients.iter().fold(0.0, |sum, next| sum * place + next);
        value(&self.above) / value(&self.below)
    }
}

/// How many standard deviations above the mean a normal variable lies with this probability of being
/// exceeded: inverse normal of 1 − `exceeded`, exact also where that is all but 1.
///
/// No value outside 0 to 1, both excluded.
pub fn deviations_exceeded_by(exceeded: f64) -> Option<f64> {
    if !(exceeded > 0.0 && exceeded < 1.0) {
        return None;
    }
    let from_middle = 0.5 - exceeded;
    if from_middle.abs() <= 0.425 {
        return Some(from_middle * MIDDLE.at(0.180_625 - from_middle * from_middle));
    }
    let tail = if from_middle > 0.0 { exceeded } else { 1.0 - exceeded };
    let depth = (-tail.ln()).sqrt();
    let deviations = if depth <= 5.0 { TAIL.at(depth - 1.6) } else { FAR_TAIL.at(depth - 5.0) };
    Some(deviations.copysign(from_middle))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    // The first three are the check values of AS 241; the others are table values of the e-Handbook (1.3.6.7.1).
    #[rstest]
    #[case(0.75, -0.674_489_750_196_081_7)]
    #[case(0.999, -3.090_232_306_167_814)]
    #[case(1e-20, 9.262_340_089_798_408)]
    #[case(0.5, 0.0)]
    #[case(0.025, 1.959_963_984_540_054)]
    #[case(0.001_349_898_031_630_095, 3.0)]
    #[case(0.158_655_253_931_457_05, 1.0)]
    fn published_percentage_points_come_out(#[case] exceeded: f64, #[case] deviations: f64) {
        let found = deviations_exceeded_by(exceeded).unwrap();
        assert!((found - deviations).abs() < 1e-13, "{found}");
    }

    #[rstest]
    #[case(0.0)]
    #[case(1.0)]
    #[case(-0.1)]
    #[case(f64::NAN)]
    fn nothing_lies_beyond_certainty(#[case] exceeded: f64) {
        assert_eq!(deviations_exceeded_by(exceeded), None);
    }
}
