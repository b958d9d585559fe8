//! What people read about a figure, for every KPI.

use super::*;
use crate::domain::id::{ClientId, EmployeeNumber, Stage};
use crate::kpi::{BradfordFactor, StageSums};
use rstest::rstest;

fn sums() -> Sums {
    let tally = Tally {
        planned_minutes: 420,
        unplanned_stop_minutes: 47,
        unplanned_stops: 4,
        units: 19_271,
        defects: 423,
        scrap: 400,
        rework: 23,
        earned_millis: 19_271_000,
        labour_millis: 38_542_000,
        crew_minutes: 840,
        inspected: 1000,
        passed: 800,
        opportunity_defects: 45,
        opportunities: 7500,
        scheduled_minutes: 9600,
        absence_minutes: 480,
        covered_minutes: 360,
        due_orders: 20,
        on_time_orders: 17,
        in_full_orders: 15,
        ..Tally::default()
    };
    let stage = |name: &str, position, inspected, passed| {
        (Stage::parse(name).unwrap(), StageSums { position, inspected, passed })
    };
    let stages = [stage("cut", 1, 1000, 950), stage("press", 2, 0, 0), stage("sew", 3, 950, 800)];
    let mut sums = Sums { stages: stages.into_iter().collect(), ..tally.into() };
    sums.wip.add_one(4, 9, 100);
    sums.wip.add_one(5, 5, 10);
    sums.holds.add_one(3, 3, 10);
    let name = "Ada".to_owned();
    let (client_id, employee_number) = (ClientId::parse("ACME").unwrap(), EmployeeNumber::parse("17").unwrap());
    sums.bradford = Some(vec![BradfordFactor { client_id, employee_number, name, spells: 3, days: 5, points: 45 }]);
    sums
}

#[rstest]
#[case(Kpi::Availability, "373 min ÷ (420 min − 0 min)")]
#[case(Kpi::Performance, "321.2 min ÷ 373 min")]
#[case(Kpi::QualityRate, "(19271 − 423) ÷ 19271")]
#[case(Kpi::Oee, "88.8 % × 86.1 % × 97.8 %")]
#[case(Kpi::Efficiency, "642.4 min ÷ 840 min")]
#[case(Kpi::ScrapRate, "400 ÷ 19271")]
#[case(Kpi::ReworkRate, "23 ÷ 19271")]
#[case(Kpi::Throughput, "19271 ÷ 6.2 h")]
#[case(Kpi::Mtbf, "373 min ÷ 4")]
#[case(Kpi::Mttr, "47 min ÷ 4")]
#[case(Kpi::Fpy, "800 ÷ 1000")]
#[case(Kpi::Rty, "cut 95.0 % × sew 84.2 %, without press")]
#[case(Kpi::Ppm, "(1000 − 800) ÷ 1000 × 1,000,000")]
#[case(Kpi::Dpmo, "45 ÷ 7500 × 1,000,000")]
#[case(Kpi::SigmaLevel, "inverse normal of (1 − 45 ÷ 7500) + 1.5")]
#[case(Kpi::Otd, "17 ÷ 20")]
#[case(Kpi::Otif, "15 ÷ 20")]
#[case(Kpi::WipAge, "9 d ÷ 2 orders")]
#[case(Kpi::HoldAge, "3 d ÷ 1 holds")]
#[case(Kpi::Absenteeism, "480 min ÷ 9600 min")]
#[case(Kpi::Coverage, "360 min ÷ 480 min")]
#[case(Kpi::Bradford, "highest 3² × 5 = 45 (17)")]
fn the_sums_stand_in_the_formula(#[case] kpi: Kpi, #[case] text: &str) {
    assert_eq!(numbers(kpi, &sums()), text);
}

fn with(change: impl FnOnce(&mut Sums)) -> Sums {
    let mut sums = sums();
    change(&mut sums);
    sums
}

#[rstest]
#[case(Kpi::Oee, with(|sums| sums.tally.units_without_cycle = 7), "7 units have no ideal cycle")]
#[case(Kpi::Efficiency, with(|sums| sums.tally.minutes_without_crew = 420), "the crew of 420 planned minutes is unknown")]
#[case(Kpi::Efficiency, with(|sums| sums.tally.units_without_labour_standard = 3), "3 units have no labour standard")]
#[case(Kpi::Mtbf, with(|sums| sums.tally.unplanned_stops = 0), "no unplanned stops")]
#[case(Kpi::Performance, with(|sums| sums.tally.unplanned_stop_minutes = 420), "no run time")]
#[case(Kpi::Dpmo, with(|sums| sums.tally.opportunities = 0), "the opportunities of the inspected parts are not known")]
#[case(Kpi::SigmaLevel, with(|sums| sums.tally.opportunity_defects = 0), "no defect in 7500 opportunities: beyond every level")]
#[case(Kpi::SigmaLevel, with(|sums| sums.tally.opportunities = 45), "there are as many defects as opportunities")]
#[case(Kpi::Bradford, sums(), "it is a figure of each employee, not of all together")]
#[case(Kpi::Bradford, with(|sums| sums.bradford = None), "kept private by the client's setting, or for leaders and above")]
#[case(Kpi::Otd, sums(), "it has no value split this way")]
fn a_missing_value_says_what_it_lacks(#[case] kpi: Kpi, #[case] sums: Sums, #[case] why: &str) {
    assert_eq!(why_none(kpi, &sums), why);
}

#[test]
fn nothing_at_all_is_explained_for_every_kpi() {
    for kpi in Kpi::ALL {
        let why = why_none(*kpi, &Sums::default());
        assert!(!why.is_empty() && !why.contains("split"), "{kpi}: {why}");
    }
}
