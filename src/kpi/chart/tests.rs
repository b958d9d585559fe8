//! Charts against the published worked examples.

use super::*;
use crate::domain::clock::ProductionDate;
use crate::kpi::Span;
use proptest::prelude::*;
use rstest::rstest;

fn chart(kpi: Kpi, figures: impl IntoIterator<Item = (i64, i64)>) -> ControlChart {
    let point = |(day, (above, below)): (i32, (i64, i64))| {
        (Period::of(Span::Day, ProductionDate(20_600 + day)), Ratio::new(above, below))
    };
    ControlChart::of(kpi, (0..).zip(figures).map(point)).unwrap()
}

fn lines(point: &ChartPoint, decimals: u32) -> [String; 3] {
    [point.lower, point.centre, point.upper].map(|line| line.rounded(1, decimals))
}

// The constant that textbooks give for individuals: 2.66.
#[test]
fn limits_of_individuals_lie_at_2_66_moving_ranges() {
    assert_eq!(Ratio::near(3.0 / D2).unwrap().rounded(1, 2), "2.66");
}

// NIST/SEMATECH e-Handbook 6.3.2.2: flow rates of ten batches, mean 50.81, limits 45.8159 and 55.8041.
#[test]
fn individuals_agree_with_the_handbook() {
    let flow = [496, 476, 499, 513, 478, 512, 526, 524, 536, 521];
    let chart = chart(Kpi::Mttr, flow.map(|tenths| (tenths, 10)));
    assert_eq!(chart.kind, ChartKind::Individuals);
    assert_eq!(lines(&chart.points[0], 4), ["45.8159", "50.8100", "55.8041"]);
    assert_eq!(chart.broken().count(), 0);
}

// NIST/SEMATECH e-Handbook 6.3.3.2 (and Montgomery's orange juice cans): 30 samples of 50, p̄ 0.2313, limits
// 0.0524 and 0.4102; samples 15 and 23 are out of control.
#[test]
fn shares_agree_with_the_handbook() {
    let defective =
        [12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9, 12, 7, 13, 9, 6];
    let chart = chart(Kpi::ScrapRate, defective.map(|units| (units, 50)));
    assert_eq!(lines(&chart.points[7], 4), ["0.0524", "0.2313", "0.4102"]);
    let beyond = chart.points.iter().enumerate().filter(|(_, point)| point.broken.contains(&Rule::BeyondLimit));
    assert_eq!(beyond.map(|(index, _)| index + 1).collect::<Vec<_>>(), [15, 23]);
}

// Montgomery, "Introduction to Statistical Quality Control", table 7.4: purchase orders, samples of different
// sizes, p̄ = 234 ÷ 2450 = 0.0955; the eleventh point is out of control.
#[test]
fn every_share_has_the_limits_of_its_own_size() {
    let orders = [
        (12, 100),
        (8, 80),
        (6, 80),
        (9, 100),
        (10, 110),
        (12, 110),
        (11, 100),
        (16, 100),
        (10, 90),
        (6, 90),
        (20, 110),
        (15, 120),
        (9, 120),
        (8, 120),
        (6, 110),
        (8, 80),
        (10, 80),
        (7, 80),
        (5, 90),
        (8, 100),
        (5, 100),
        (8, 100),
        (10, 100),
        (6, 90),
        (9, 90),
    ];
    let chart = chart(Kpi::Ppm, orders);
    assert_eq!(lines(&chart.points[0], 3), ["0.007", "0.096", "0.184"]);
    assert_eq!(lines(&chart.points[1], 3), ["0.000", "0.096", "0.194"]);
    assert_eq!(lines(&chart.points[10], 3), ["0.011", "0.096", "0.180"]);
    let beyond = chart.points.iter().position(|point| point.broken.contains(&Rule::BeyondLimit));
    assert_eq!(beyond, Some(10));
}

// Montgomery, table 7.11: defects in dyed cloth on rolls of different length, in units of 50 m²: ū =
// 153 ÷ 107.5 = 1.42.
#[test]
fn rates_agree_with_the_textbook() {
    let rolls =
        [(14, 100), (12, 80), (20, 130), (11, 100), (7, 95), (10, 100), (21, 120), (16, 105), (19, 120), (23, 125)];
    let chart = chart(Kpi::Dpmo, rolls);
    let per_roll = |line: Ratio| line.rounded(10, 2);
    let of = |index: usize| (per_roll(chart.points[index].lower), per_roll(chart.points[index].upper));
    assert_eq!(per_roll(chart.points[0].centre), "1.42");
    assert_eq!(
        [of(0), of(2), of(9)],
        [("0.29", "2.56"), ("0.43", "2.42"), ("0.41", "2.44")].map(|(l, u)| (l.into(), u.into()))
    );
    assert!(chart.broken().next().is_none());
}

#[test]
fn people_absent_for_whole_shifts_are_not_thousands_of_independent_minutes() {
    let absent = [0, 480, 960, 480, 0, 480, 1440, 480, 0, 960];
    let adjusted = chart(Kpi::Absenteeism, absent.map(|minutes| (minutes, 9600)));
    let plain = chart(Kpi::ScrapRate, absent.map(|minutes| (minutes, 9600)));
    assert_eq!((adjusted.broken().count(), plain.broken().count()), (0, 10));
    assert_eq!(adjusted.points[0].centre, plain.points[0].centre);
}

#[rstest]
#[case::one_beyond_three(&[0.5, -0.4, 3.1], &[Rule::BeyondLimit])]
#[case::on_the_limit_is_not_beyond(&[0.5, -0.4, 3.0], &[])]
#[case::two_of_three(&[2.1, 0.3, 2.2], &[Rule::TwoOfThree])]
#[case::on_both_sides_is_no_pattern(&[2.1, 0.3, -2.2], &[])]
#[case::the_last_point_takes_part(&[2.1, 2.2, 0.3], &[])]
#[case::four_of_five(&[-1.1, -1.2, 0.4, -1.3, -1.4], &[Rule::FourOfFive])]
#[case::three_of_five(&[-1.1, 0.2, 0.4, -1.3, -1.4], &[])]
#[case::eight_in_a_row(&[0.1, 0.2, 0.1, 0.4, 0.1, 0.2, 0.3, 0.1], &[Rule::EightInARow])]
#[case::seven_in_a_row(&[-0.1, 0.2, 0.1, 0.4, 0.1, 0.2, 0.3, 0.1], &[])]
#[case::the_centre_is_on_no_side(&[0.1, 0.2, 0.1, 0.0, 0.1, 0.2, 0.3, 0.1], &[])]
#[case::several_at_once(&[2.5, 2.5, 2.5, 3.5], &[Rule::BeyondLimit, Rule::TwoOfThree, Rule::FourOfFive])]
fn western_electric_rules_are_broken_by_the_last_point(#[case] points: &[f64], #[case] broken: &[Rule]) {
    let found: Vec<_> = Rule::ALL.iter().copied().filter(|rule| rule.is_broken_by(points)).collect();
    assert_eq!(found, broken);
}

#[test]
fn a_series_without_any_difference_has_limits_on_its_centre_and_breaks_none() {
    for kpi in [Kpi::Availability, Kpi::Fpy, Kpi::Absenteeism, Kpi::Dpmo] {
        for share in [(0, 100), (100, 100)] {
            let chart = chart(kpi, [share; 9]);
            let spread = chart.points.iter().all(|point| point.lower == point.centre && point.upper == point.centre);
            assert!((spread || kpi == Kpi::Dpmo) && chart.broken().next().is_none(), "{kpi} {share:?}");
        }
    }
}

#[test]
fn gaps_are_left_out_and_few_points_have_no_chart() {
    let series = |days: i32| {
        let day =
            |day| (Period::of(Span::Day, ProductionDate(day)), if day % 2 == 0 { Ratio::new(1, 2) } else { None });
        ControlChart::of(Kpi::Oee, (0..days).map(day)).map(|chart| chart.points.len())
    };
    assert_eq!((series(8), series(9)), (None, Some(5)));
    assert_eq!(ControlChart::of(Kpi::WipAge, []), None);
}

proptest! {
    #[test]
    fn limits_enclose_the_centre_and_only_points_outside_them_break_the_first_rule(
        figures in prop::collection::vec((0_i64..1000, 0_i64..1000), 5..40),
        kpi in prop::sample::select(&[Kpi::Availability, Kpi::Fpy, Kpi::Absenteeism, Kpi::Dpmo][..]),
    ) {
        let chart = chart(kpi, figures.into_iter().map(|(above, more)| (above, above + more + 1)));
        for point in &chart.points {
            prop_assert!(point.lower.compare(point.centre).is_le() && point.centre.compare(point.upper).is_le());
            let near = |line: Ratio| (point.figure.value(1) - line.value(1)).abs() < 1e-9;
            if !near(point.lower) && !near(point.upper) {
                let outside = point.figure.compare(point.lower).is_lt() || point.figure.compare(point.upper).is_gt();
                prop_assert_eq!(outside, point.broken.contains(&Rule::BeyondLimit));
            }
        }
    }
}
