//! The frame of a plot: a scale from the lowest to the highest value with round numbers on it, and where a value or a
//! day lies. Plots are drawn in doubles: they are pictures, and every number beside them is exact.

/// A scale.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scale {
    low: f64,
    high: f64,
    step: f64,
}

/// Decimals of the finest round numbers.
const LABEL_DECIMALS: usize = 3;
/// Steps between two powers of ten.
const STEPS: [f64; 4] = [1.0, 2.0, 2.5, 5.0];

impl Scale {
    /// A scale that holds every value, with about `ticks` round numbers.
    pub(super) fn of(values: impl Iterator<Item = f64>, ticks: u32) -> Self {
        let (mut low, mut high) = values
            .filter(|value| value.is_finite())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| (low.min(value), high.max(value)));
        if low > high {
            (low, high) = (0.0, 1.0);
        }
        if high - low < 1e-9 {
            let room = (high.abs() * 0.05).max(0.5);
            (low, high) = (if low >= 0.0 { (low - room).max(0.0) } else { low - room }, high + room);
        }
        let step = round_step((high - low) / f64::from(ticks.max(1)));
        Self { low: (low / step).floor() * step, high: (high / step).ceil() * step, step }
    }

    /// Where a value lies, 0 at the lowest and 1 at the highest.
    pub(super) fn share(&self, value: f64) -> f64 {
        ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }

    /// The round numbers.
    pub(super) fn ticks(&self) -> Vec<f64> {
        let mut ticks = Vec::new();
        let mut tick = self.low;
        while tick <= self.high + self.step / 2.0 && ticks.len() < 20 {
            ticks.push(tick);
            tick += self.step;
        }
        ticks
    }

    /// A round number in words.
    pub(super) fn label(&self, tick: f64) -> String {
        let is_whole = |number: f64| (number - number.round()).abs() < 1e-6;
        let decimals =
            [1.0, 10.0, 100.0].iter().position(|parts| is_whole(self.step * parts)).unwrap_or(LABEL_DECIMALS);
        let text = format!("{tick:.decimals$}");
        if text.trim_start_matches('-').bytes().all(|digit| matches!(digit, b'0' | b'.')) {
            return text.trim_start_matches('-').to_owned();
        }
        text
    }
}

fn round_step(rough: f64) -> f64 {
    let power = 10_f64.powf(rough.log10().floor());
    STEPS.iter().map(|step| step * power).find(|step| *step >= rough * 0.999).unwrap_or(10.0 * power)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case(&[61.3, 92.8], &["60", "70", "80", "90", "100"])]
    #[case(&[0.0, 0.8], &["0.0", "0.2", "0.4", "0.6", "0.8"])]
    #[case(&[5.0, 5.0], &["4.50", "4.75", "5.00", "5.25", "5.50"])]
    fn a_scale_has_round_numbers_and_holds_every_value(#[case] values: &[f64], #[case] labels: &[&str]) {
        let scale = Scale::of(values.iter().copied(), 4);
        let ticks: Vec<_> = scale.ticks().into_iter().map(|tick| scale.label(tick)).collect();
        assert_eq!(ticks, labels);
    }

    #[test]
    fn a_scale_of_nothing_is_a_scale_all_the_same() {
        assert!(Scale::of(std::iter::empty(), 4).ticks().len() > 1);
    }
}
