//! The KPIs of production: pure functions of a tally, exact, not capped (104 % performance is shown, as
//! abnormal). A zero denominator gives no value.
//!
//! Numerators and denominators are whole: minutes, milliseconds or units as each formula says. What they
//! are multiplied by to be shown is the unit's scale ([`Unit::scale`](super::Unit::scale)).

use super::ratio::Ratio;
use super::tally::Tally;
use crate::domain::measure::MILLIS_PER_MINUTE;

/// Minutes in milliseconds.
pub(super) fn millis(minutes: i64) -> i128 {
    i128::from(minutes) * i128::from(MILLIS_PER_MINUTE)
}

/// Run minutes ÷ available minutes (ISO 22400-2: actual production time ÷ planned busy time). None where no
/// time was available.
pub fn availability(tally: &Tally) -> Option<Ratio> {
    Ratio::new(tally.run_minutes(), tally.available_minutes())
}

/// Earned milliseconds ÷ run milliseconds (ISO 22400-2 effectiveness). None where any counted unit has
/// no ideal cycle: what it earned is unknown, and leaving it out would show a line slower than it was.
pub fn performance(tally: &Tally) -> Option<Ratio> {
    if tally.units_without_cycle > 0 {
        return None;
    }
    Ratio::new(tally.earned_millis, millis(tally.run_minutes()))
}

/// Units that were right ÷ units (ISO 22400-2 quality ratio); reworked units were not right.
pub fn quality_rate(tally: &Tally) -> Option<Ratio> {
    Ratio::new(tally.units - tally.defects, tally.units)
}

/// Availability × performance × quality rate as exact ratios, in lowest terms (ISO 22400-2). None where
/// a factor has none.
pub fn oee(tally: &Tally) -> Option<Ratio> {
    Some(availability(tally)?.times(performance(tally)?).times(quality_rate(tally)?))
}

/// Earned milliseconds of labour ÷ paid milliseconds (standard-hours labour efficiency). None where a
/// planned `line_shift`'s crew is unknown or a unit has no labour standard.
pub fn efficiency(tally: &Tally) -> Option<Ratio> {
    if tally.minutes_without_crew > 0 || tally.units_without_labour_standard > 0 {
        return None;
    }
    Ratio::new(tally.labour_millis, tally.crew_minutes.checked_mul(MILLIS_PER_MINUTE.into())?)
}

/// Scrapped units ÷ units (ISO 22400-2 scrap ratio). None where nothing was made.
pub fn scrap_rate(tally: &Tally) -> Option<Ratio> {
    Ratio::new(tally.scrap, tally.units)
}

/// Reworked units ÷ units (ISO 22400-2 rework ratio). None where nothing was made.
pub fn rework_rate(tally: &Tally) -> Option<Ratio> {
    Ratio::new(tally.rework, tally.units)
}

/// Units, good or not, ÷ run minutes; shown per hour (ISO 22400-2 throughput rate, over run time). None where
/// nothing ran.
pub fn throughput(tally: &Tally) -> Option<Ratio> {
    Ratio::new(tally.units, tally.run_minutes())
}

/// Run minutes ÷ unplanned stops (ISO 22400-2 mean operating time between failures). All unplanned causes
/// count, not failures alone; micro-stops do not. None where nothing stopped.
pub fn mtbf(tally: &Tally) -> Option<Ratio> {
    Ratio::new(tally.run_minutes(), tally.unplanned_stops)
}

/// Minutes of unplanned stops ÷ their number (ISO 22400-2 mean time to restore); running stops count up to now
/// in both. None where nothing stopped.
pub fn mttr(tally: &Tally) -> Option<Ratio> {
    Ratio::new(tally.unplanned_stop_minutes, tally.unplanned_stops)
}

/// The share of units whose ideal cycle was inferred from history.
pub fn inferred_share(tally: &Tally) -> Option<Ratio> {
    Ratio::new(tally.units_inferred, tally.units)
}

/// Where the planned time went, in milliseconds: planned = planned stops + unplanned stops + earned +
/// unexplained. Shown while a count is being entered and in the detail view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Balance {
    /// Planned time.
    pub planned_millis: i128,
    /// Planned stops.
    pub planned_stop_millis: i128,
    /// Unplanned stops, without micro-stops.
    pub unplanned_stop_millis: i128,
    /// Units × ideal cycle, of all units, right or not.
    pub earned_millis: i128,
    /// What is left: micro-stops, reduced speed, stops nobody entered. Below zero where more was earned
    /// than there was time, which is as abnormal and as visible.
    pub unexplained_millis: i128,
    /// The part of the unexplained time that micro-stops explain.
    pub micro_stop_millis: i128,
    /// Units that earned nothing because they have no ideal cycle.
    pub units_without_cycle: i64,
}

/// The balance of a tally.
pub fn balance(tally: &Tally) -> Balance {
    Balance {
        planned_millis: millis(tally.planned_minutes),
        planned_stop_millis: millis(tally.planned_stop_minutes),
        unplanned_stop_millis: millis(tally.unplanned_stop_minutes),
        earned_millis: tally.earned_millis,
        unexplained_millis: millis(tally.run_minutes()) - tally.earned_millis,
        micro_stop_millis: millis(tally.micro_stop_minutes),
        units_without_cycle: tally.units_without_cycle,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kpi::properties::{a_line_shift, minute};
    use crate::kpi::{Family, Kpi, LineShiftSums, Sums};
    use rstest::rstest;

    fn figure(kpi: Kpi, tally: &Tally) -> Option<Ratio> {
        crate::kpi::figure(kpi, &Sums::from(*tally))
    }

    fn of_production() -> impl Iterator<Item = Kpi> {
        Kpi::ALL.iter().copied().filter(|kpi| kpi.family() == Family::Production)
    }

    /// Vorne's worked example: 480 minutes less 60 of breaks, 47 of stops, 1.0 s a unit.
    fn vorne() -> Tally {
        let sums = LineShiftSums {
            planned_minutes: 420,
            crew: Some(2),
            unplanned_stop_minutes: 47,
            unplanned_stops: 4,
            units: 19_271,
            defects: 423,
            scrap: 400,
            rework: 23,
            earned_millis: 19_271_000,
            labour_millis: 2 * 19_271_000,
            ..a_line_shift()
        };
        Tally::of_line_shift(&sums, minute(480))
    }

    #[rstest]
    #[case(Kpi::Availability, "88.81", Some((373, 420)))]
    #[case(Kpi::Performance, "86.11", Some((19_271_000, 22_380_000)))]
    #[case(Kpi::QualityRate, "97.80", Some((18_848, 19_271)))]
    #[case(Kpi::Oee, "74.79", None)]
    #[case(Kpi::Efficiency, "76.47", Some((38_542_000, 50_400_000)))]
    #[case(Kpi::ScrapRate, "2.08", Some((400, 19_271)))]
    #[case(Kpi::ReworkRate, "0.12", Some((23, 19_271)))]
    #[case(Kpi::Throughput, "3099.89", Some((19_271, 373)))]
    #[case(Kpi::Mtbf, "93.25", Some((373, 4)))]
    #[case(Kpi::Mttr, "11.75", Some((47, 4)))]
    fn the_worked_example_comes_out(#[case] kpi: Kpi, #[case] value: &str, #[case] sums: Option<(i128, i128)>) {
        let ratio = figure(kpi, &vorne()).unwrap();
        assert_eq!(ratio.rounded(kpi.unit().scale(), 2), value);
        if let Some(sums) = sums {
            assert_eq!((ratio.numerator(), ratio.denominator()), sums);
        }
    }

    #[test]
    fn oee_is_the_product_of_the_exact_factors_and_the_run_time_cancels() {
        let expected = Ratio::new(19_271_000_i64 * 18_848, 420_i64 * 60_000 * 19_271).unwrap().reduced();
        assert_eq!(oee(&vorne()), Some(expected));
    }

    #[test]
    fn oee_is_the_same_whether_a_stop_is_a_micro_stop_or_not() {
        let micro = Tally { unplanned_stop_minutes: 40, micro_stop_minutes: 7, micro_stops: 7, ..vorne() };
        assert_eq!(oee(&micro), oee(&vorne()));
        assert_ne!(availability(&micro), availability(&vorne()));
    }

    #[test]
    fn the_bottling_line_runs_at_exactly_its_ideal_speed() {
        let tally = Tally {
            planned_minutes: 3858,
            unplanned_stop_minutes: 1388,
            units: 38,
            earned_millis: 2470 * 60_000,
            ..Tally::default()
        };
        let text = |kpi: Kpi| kpi.unit().text(figure(kpi, &tally));
        assert_eq!([Kpi::Availability, Kpi::Performance, Kpi::Oee].map(text), ["64.0 %", "100.0 %", "64.0 %"]);
        assert_eq!(oee(&tally), Ratio::new(1235, 1929));
    }

    #[test]
    fn nothing_at_all_has_no_value_rather_than_zero() {
        assert!(Kpi::ALL.iter().all(|kpi| figure(*kpi, &Tally::default()).is_none()));
    }

    #[test]
    fn a_shift_gives_every_kpi_of_production_and_no_other() {
        let with_value: Vec<_> = Kpi::ALL.iter().copied().filter(|kpi| figure(*kpi, &vorne()).is_some()).collect();
        assert_eq!(with_value, of_production().collect::<Vec<_>>());
    }

    #[rstest]
    #[case::no_cycle(Tally { units_without_cycle: 1, ..vorne() }, &[Kpi::Performance, Kpi::Oee])]
    #[case::no_labour_standard(Tally { units_without_labour_standard: 1, ..vorne() }, &[Kpi::Efficiency])]
    #[case::no_crew(Tally { minutes_without_crew: 1, ..vorne() }, &[Kpi::Efficiency])]
    #[case::no_units(Tally { units: 0, defects: 0, ..vorne() }, &[Kpi::QualityRate, Kpi::Oee, Kpi::ScrapRate, Kpi::ReworkRate])]
    #[case::no_stops(Tally { unplanned_stops: 0, ..vorne() }, &[Kpi::Mtbf, Kpi::Mttr])]
    #[case::stopped_all_the_time(
        Tally { unplanned_stop_minutes: 420, ..vorne() }, &[Kpi::Performance, Kpi::Oee, Kpi::Throughput]
    )]
    fn a_missing_input_takes_only_the_kpis_that_need_it(#[case] tally: Tally, #[case] without: &[Kpi]) {
        let missing: Vec<_> = of_production().filter(|kpi| figure(*kpi, &tally).is_none()).collect();
        assert_eq!(missing, without);
    }

    #[test]
    fn a_line_that_is_faster_than_its_ideal_shows_it() {
        let tally = Tally { earned_millis: 373 * 62_400, ..vorne() };
        assert_eq!(Kpi::Performance.unit().text(performance(&tally)), "104.0 %");
        assert_eq!(balance(&tally).unexplained_millis, -373 * 2_400);
    }

    #[test]
    fn a_plant_of_fifty_clients_over_three_years_is_still_exact() {
        let plant = Tally {
            planned_minutes: 1_000_000_007,
            unplanned_stop_minutes: 100_000_007,
            units: 10_000_000_019,
            defects: 100_000_007,
            earned_millis: 47_000_000_000_000_033,
            ..Tally::default()
        };
        let good = 10_000_000_019_i128 - 100_000_007;
        let exact = Ratio::new(47_000_000_000_000_033 * good, 1_000_000_007_i128 * 60_000 * 10_000_000_019).unwrap();
        assert_eq!(oee(&plant), Some(exact.reduced()));
        assert_eq!(oee(&plant).unwrap().rounded(100, 1), exact.rounded(100, 1));
    }
}
