//! Control charts: a daily series with its centre and limits, and the points that break a rule.
//!
//! Which chart a KPI has (3-kpis.md): ratios of time are charted as individuals with moving ranges (XmR); so
//! is what has no simpler distribution (sigma level, rolled throughput yield, coverage). Shares of counted
//! things have a p chart, defects per opportunity a u chart. Absenteeism is a p chart with Laney's
//! adjustment: a person's minutes are not independent trials, and without it nearly every day would break a
//! rule. Ages have none: an order that waits is in every day's figure, so neighbouring points are not
//! independent.
//!
//! Sources: NIST/SEMATECH e-Handbook 6.3.2.2 (individuals), 6.3.3.1 and 6.3.3.2 (counts, proportions) and
//! 6.3.2 (Western Electric rules); D. C. Montgomery, "Introduction to Statistical Quality Control", chapters 6
//! and 7; D. B. Laney, "Improved control charts for attributes", Quality Engineering 14 (2002).

use super::catalogue::Kpi;
use super::period::Period;
use super::ratio::Ratio;
use crate::domain::spelled;

/// Fewer points than this say nothing about limits.
const FEWEST_POINTS: usize = 5;

/// The mean range of two values of a normal variable, in standard deviations (d₂ of n = 2). Limits at three
/// deviations are the mean ± 2.66 mean moving ranges.
const D2: f64 = 1.128;

spelled! {
    /// How the limits of a chart are found.
    ChartKind {
        /// Individuals: the mean of the points ± 2.66 × their mean moving range.
        Individuals = "xmr",
        /// Shares: p̄ ± 3 √(p̄ (1 − p̄) ÷ n), n of each point.
        Share = "p",
        /// Shares of what is not counted one by one: p limits × Laney's σz.
        AdjustedShare = "p_prime",
        /// Defects per opportunity: ū ± 3 √(ū ÷ n), n of each point.
        Rate = "u",
    }
}

spelled! {
    /// A Western Electric rule; always on one side of the centre.
    Rule {
        /// One point beyond three standard deviations.
        BeyondLimit = "beyond_limit",
        /// Two of three points in a row beyond two.
        TwoOfThree = "two_of_three",
        /// Four of five points in a row beyond one.
        FourOfFive = "four_of_five",
        /// Eight points in a row.
        EightInARow = "eight_in_a_row",
    }
}

impl Rule {
    /// What was seen, in words.
    pub const fn name(self) -> &'static str {
        match self {
            Self::BeyondLimit => "beyond the limit",
            Self::TwoOfThree => "two of three near the limit",
            Self::FourOfFive => "four of five off the centre",
            Self::EightInARow => "eight in a row on one side",
        }
    }

    /// Whether a series breaks it at its last point, which must take part. Points are in standard deviations
    /// from the centre, the last one last.
    fn is_broken_by(self, points: &[f64]) -> bool {
        let (beyond, least, of) = match self {
            Self::BeyondLimit => (3.0, 1, 1),
            Self::TwoOfThree => (2.0, 2, 3),
            Self::FourOfFive => (1.0, 4, 5),
            Self::EightInARow => (0.0, 8, 8),
        };
        let latest = points.iter().rev().take(of);
        [1.0, -1.0].into_iter().any(|side| {
            let is_beyond = |point: &f64| point * side > beyond;
            points.last().is_some_and(is_beyond) && latest.clone().filter(|point| is_beyond(point)).count() >= least
        })
    }
}

/// A series with its centre and limits.
#[derive(Debug, Clone, PartialEq)]
pub struct ControlChart {
    /// How the limits were found.
    pub kind: ChartKind,
    /// The periods that have a figure, in order.
    pub points: Vec<ChartPoint>,
}

/// One period of a control chart. Centre and limits are like the KPI's figures, to 10⁻¹².
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChartPoint {
    /// The period.
    pub period: Period,
    /// The exact figure.
    pub figure: Ratio,
    /// The centre line.
    pub centre: Ratio,
    /// The lower limit, not below zero.
    pub lower: Ratio,
    /// The upper limit; of a share not above one.
    pub upper: Ratio,
    /// The rules that this point breaks, as the last of the points in question.
    pub broken: Vec<Rule>,
}

impl ChartKind {
    /// The chart of a KPI, where it has one.
    pub const fn of(kpi: Kpi) -> Option<Self> {
        match kpi {
            Kpi::Availability
            | Kpi::Performance
            | Kpi::Oee
            | Kpi::Efficiency
            | Kpi::Throughput
            | Kpi::Mtbf
            | Kpi::Mttr
            | Kpi::Rty
            | Kpi::SigmaLevel
            | Kpi::Coverage => Some(Self::Individuals),
            Kpi::QualityRate | Kpi::ScrapRate | Kpi::ReworkRate | Kpi::Fpy | Kpi::Ppm | Kpi::Otd | Kpi::Otif => {
                Some(Self::Share)
            }
            Kpi::Absenteeism => Some(Self::AdjustedShare),
            Kpi::Dpmo => Some(Self::Rate),
            Kpi::WipAge | Kpi::HoldAge | Kpi::Bradford => None,
        }
    }
}

/// The centre of a series and the standard deviation of each of its points.
struct Spread {
    centre: f64,
    deviations: Vec<f64>,
}

impl ControlChart {
    /// The chart of a KPI's series, of which periods without a figure are left out. None where the KPI has no
    /// chart, and below five points.
    pub fn of(kpi: Kpi, series: impl IntoIterator<Item = (Period, Option<Ratio>)>) -> Option<Self> {
        let kind = ChartKind::of(kpi)?;
        let series: Vec<_> = series.into_iter().filter_map(|(period, figure)| Some((period, figure?))).collect();
        if series.len() < FEWEST_POINTS {
            return None;
        }
        let figures: Vec<Ratio> = series.iter().map(|(_, figure)| *figure).collect();
        let spread = spread(kind, &figures);
        let off_centre = off_centre(&figures, &spread);
        let points =
            series.into_iter().zip(&spread.deviations).enumerate().map(|(index, ((period, figure), deviation))| {
                let upper = spread.centre + 3.0 * deviation;
                let upper =
                    if matches!(kind, ChartKind::Share | ChartKind::AdjustedShare) { upper.min(1.0) } else { upper };
                let so_far = off_centre.get(..=index).unwrap_or_default();
                Some(ChartPoint {
                    period,
                    figure,
                    centre: Ratio::near(spread.centre)?,
                    lower: Ratio::near((spread.centre - 3.0 * deviation).max(0.0))?,
                    upper: Ratio::near(upper)?,
                    broken: Rule::ALL.iter().copied().filter(|rule| rule.is_broken_by(so_far)).collect(),
                })
            });
        points.collect::<Option<Vec<_>>>().map(|points| Self { kind, points })
    }

    /// The points that break a rule.
    pub fn broken(&self) -> impl Iterator<Item = &ChartPoint> {
        self.points.iter().filter(|point| !point.broken.is_empty())
    }
}

fn spread(kind: ChartKind, figures: &[Ratio]) -> Spread {
    match kind {
        ChartKind::Individuals => {
            let values: Vec<f64> = figures.iter().map(|figure| figure.value(1)).collect();
            let deviation = mean_moving_range(&values) / D2;
            Spread { centre: mean(values.iter().copied()), deviations: vec![deviation; values.len()] }
        }
        ChartKind::Share => {
            let centre = together(figures);
            let deviation = |figure: &Ratio| (centre * (1.0 - centre) / trials(*figure)).max(0.0).sqrt();
            Spread { centre, deviations: figures.iter().map(deviation).collect() }
        }
        ChartKind::AdjustedShare => {
            let within = spread(ChartKind::Share, figures);
            let between = mean_moving_range(&off_centre(figures, &within)) / D2;
            let deviations = within.deviations.iter().map(|deviation| deviation * between).collect();
            Spread { deviations, ..within }
        }
        ChartKind::Rate => {
            let centre = together(figures);
            let deviation = |figure: &Ratio| (centre / trials(*figure)).max(0.0).sqrt();
            Spread { centre, deviations: figures.iter().map(deviation).collect() }
        }
    }
}

/// How many standard deviations each figure lies off the centre. Where there is no deviation, a figure lies on
/// the centre or infinitely far from it.
fn off_centre(figures: &[Ratio], spread: &Spread) -> Vec<f64> {
    let off = |(figure, deviation): (&Ratio, &f64)| {
        let distance = figure.value(1) - spread.centre;
        // What is left of the centre after adding and dividing doubles is no distance.
        if distance.abs() < 1e-12 { 0.0 } else { distance / deviation }
    };
    figures.iter().zip(&spread.deviations).map(off).collect()
}

/// All figures together: added, then divided once.
fn together(figures: &[Ratio]) -> f64 {
    let (above, below) = figures.iter().fold((0_i128, 0_i128), |(above, below), figure| {
        (above.saturating_add(figure.numerator()), below.saturating_add(figure.denominator()))
    });
    Ratio::new(above, below).map_or(0.0, |ratio| ratio.value(1))
}

#[expect(clippy::cast_precision_loss, reason = "limits are doubles")]
const fn trials(figure: Ratio) -> f64 {
    figure.denominator() as f64
}

#[expect(clippy::cast_precision_loss, reason = "limits are doubles")]
fn mean(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let count = values.len().max(1);
    values.sum::<f64>() / count as f64
}

fn mean_moving_range(values: &[f64]) -> f64 {
    mean(values.iter().zip(values.iter().skip(1)).map(|(left, right)| (right - left).abs()))
}

#[cfg(test)]
mod tests;
