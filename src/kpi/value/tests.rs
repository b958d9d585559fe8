//! How values read: with their sign, their unit, and as JSON.

use super::*;
use crate::domain::id::{ClientId, EmployeeNumber};
use crate::kpi::{Dimension, Panel, Tally, Targets};
use rstest::rstest;

fn value(kpi: Kpi, sums: &Sums) -> KpiValue {
    Panel::of(sums, &Targets::default(), &[]).get(kpi).unwrap().clone()
}

fn json(kpi: Kpi, sums: &Sums) -> String {
    serde_json::to_string(&value(kpi, sums)).unwrap()
}

#[rstest]
#[case(Kpi::Availability, 47, 68, "-5.0", Ordering::Less)]
#[case(Kpi::Availability, 68, 47, "+5.0", Ordering::Greater)]
#[case(Kpi::Mttr, 47, 68, "+5.3", Ordering::Less)]
#[case(Kpi::Mttr, 47, 47, "0.0", Ordering::Equal)]
fn a_change_knows_its_sign_and_whether_it_is_good(
    #[case] kpi: Kpi,
    #[case] before: i64,
    #[case] after: i64,
    #[case] number: &str,
    #[case] merit: Ordering,
) {
    let stopped = |minutes| {
        let tally =
            Tally { planned_minutes: 420, unplanned_stop_minutes: minutes, unplanned_stops: 4, ..Tally::default() };
        value(kpi, &tally.into())
    };
    let change = stopped(after).change_since(&stopped(before)).unwrap();
    assert_eq!((change.number().as_str(), change.merit()), (number, merit));
}

fn inspected(passed: i64, defects: i64) -> Sums {
    let stage = |position, name: &str, inspected| {
        let sums = StageSums { position, inspected, passed: passed.min(inspected) };
        (Stage::parse(name).unwrap(), sums)
    };
    let tally = Tally {
        inspected: 1250,
        passed,
        opportunity_defects: defects,
        opportunities: 10_000,
        inspected_without_opportunities: 250,
        ..Tally::default()
    };
    Sums { stages: [stage(2, "packing", 0), stage(1, "sewing", 1000)].into_iter().collect(), ..tally.into() }
}

#[test]
fn yields_name_their_stages() {
    let sums = inspected(960, 40);
    assert_eq!(
        json(Kpi::Rty, &sums),
        r#"{"value":96.0,"unit":"percent","numerator":960,"denominator":1000,"target":null,"status":"none","inferred_share":0.0,"stages":[{"stage":"sewing","value":96.0,"numerator":960,"denominator":1000}],"left_out":["packing"]}"#
    );
    assert!(json(Kpi::Fpy, &sums).contains(r#""numerator":960,"denominator":1250,"#));
    assert!(
        json(Kpi::Fpy, &sums)
            .ends_with(r#""stages":[{"stage":"sewing","value":96.0,"numerator":960,"denominator":1000}]}"#)
    );
}

#[test]
fn what_has_no_opportunities_is_told_beside_dpmo() {
    assert!(json(Kpi::Dpmo, &inspected(960, 40)).ends_with(r#""without_opportunities_share":0.2}"#));
    assert!(json(Kpi::Dpmo, &Sums::default()).ends_with(r#""without_opportunities_share":null}"#));
}

#[test]
fn a_sigma_level_is_a_double_without_a_quotient_and_has_no_end_where_nothing_is_wrong() {
    let some = value(Kpi::SigmaLevel, &inspected(960, 62));
    assert_eq!((some.text().as_str(), some.quotient()), ("4.00 σ", None));
    let text = json(Kpi::SigmaLevel, &inspected(960, 62));
    assert!(text.starts_with(r#"{"value":4.00"#) && text.contains(r#""numerator":null,"denominator":null"#), "{text}");
    let none = value(Kpi::SigmaLevel, &inspected(960, 0));
    assert_eq!((none.value(), none.number().as_str(), none.text().as_str()), (None, "> 6", "> 6 σ"));
    assert_eq!(value(Kpi::SigmaLevel, &Sums::default()).text(), "—");
}

#[test]
fn ages_come_with_their_buckets_net_and_gross() {
    let mut sums = Sums::default();
    sums.wip.add_one(1, 1, 600);
    sums.wip.add_one(23, 30, 50);
    sums.holds.add_one(4, 4, 7);
    assert_eq!(
        json(Kpi::WipAge, &sums),
        r#"{"value":12.0,"unit":"days","numerator":24,"denominator":2,"target":null,"status":"none","inferred_share":0.0,"orders":2,"units":650,"oldest_days":23,"mean_gross_days":15.5,"oldest_gross_days":30,"buckets":[{"days":"0-2","orders":1,"units":600},{"days":"3-5","orders":0,"units":0},{"days":"6-10","orders":0,"units":0},{"days":"11-20","orders":0,"units":0},{"days":"over 20","orders":1,"units":50}]}"#
    );
    assert!(json(Kpi::HoldAge, &sums).contains(r#""holds":1,"units":7,"oldest_days":4,"#));
    assert!(
        json(Kpi::WipAge, &Sums::default())
            .contains(r#""orders":0,"units":0,"oldest_days":null,"mean_gross_days":null"#)
    );
}

#[test]
fn employees_are_listed_only_where_they_may_be_seen() {
    let factor = BradfordFactor {
        client_id: ClientId::parse("ACME").unwrap(),
        employee_number: EmployeeNumber::parse("17").unwrap(),
        name: "Ada".to_owned(),
        spells: 3,
        days: 5,
        points: 45,
    };
    let seen = Sums { bradford: Some(vec![factor]), ..Sums::default() };
    assert!(json(Kpi::Bradford, &seen).ends_with(
        r#""employees":[{"client":"ACME","employee_id":"17","name":"Ada","spells":3,"days":5,"points":45}]}"#
    ));
    assert!(json(Kpi::Bradford, &seen).starts_with(r#"{"value":null,"unit":"points","#));
    assert!(!json(Kpi::Bradford, &Sums::default()).contains("employees"));
}

#[test]
fn a_kpi_without_the_dimension_tells_nothing_beside_its_missing_value() {
    let panel = Panel::of(&inspected(960, 0), &Targets::default(), &[Dimension::Product]);
    for kpi in [Kpi::Rty, Kpi::SigmaLevel, Kpi::WipAge] {
        let value = panel.get(kpi).unwrap();
        assert_eq!((&value.detail, value.text().as_str()), (&Detail::None, "—"), "{kpi}");
    }
}
