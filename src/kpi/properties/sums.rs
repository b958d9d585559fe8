//! Sums of any kind: added in any order, grouped by client or by day, taken away again, and split into losses.

use super::{line_shift, minute};
use crate::domain::id::{ClientId, EmployeeNumber, Stage};
use crate::kpi::{
    Ages, BradfordFactor, Kpi, LineShiftSums, StageSums, Stages, Sums, Tally, figure, production, six_big_losses,
};
use proptest::prelude::*;
use proptest::sample::select;

prop_compose! {
    fn stages()(
        counted in prop::collection::vec((select(&["cut", "sew", "pack"][..]), 0_i64..5, 0_i64..1000, 0_i64..1000), 0..5),
    ) -> Stages {
        let stage = |(name, position, passed, failed)| {
            (Stage::parse(name).unwrap(), StageSums { position, inspected: passed + failed, passed })
        };
        counted.into_iter().map(stage).collect()
    }
}

prop_compose! {
    fn ages()(waiting in prop::collection::vec((0_i64..40, 0_i64..40, 0_i64..1000), 0..6)) -> Ages {
        let mut ages = Ages::default();
        for (net, held, units) in waiting {
            ages.add_one(net, net + held, units);
        }
        ages
    }
}

prop_compose! {
    fn employees()(factors in prop::collection::vec((0_u8..9, 1_i64..9, 0_i64..9), 0..4)) -> Vec<BradfordFactor> {
        let factor = |(number, spells, more): (u8, i64, i64)| BradfordFactor {
            client_id: ClientId::parse("ACME").unwrap(),
            employee_number: EmployeeNumber::parse(&number.to_string()).unwrap(),
            name: "Ada".to_owned(),
            spells,
            days: spells + more,
            points: spells * spells * (spells + more),
        };
        factors.into_iter().map(factor).collect()
    }
}

prop_compose! {
    /// The sums of one client and day.
    fn sums()(
        row in line_shift(), stages in stages(), (wip, holds) in (ages(), ages()),
        (attended, absent, uncovered) in (0_i64..9600, 0_i64..9600, 0_i64..9600),
        (due, on_time, in_full) in (0_i64..50, 0_i64..50, 0_i64..50),
        bradford in prop::option::of(employees()),
    ) -> Sums {
        let tally = Tally {
            scheduled_minutes: attended + absent,
            absence_minutes: absent,
            covered_minutes: absent - absent.min(uncovered),
            due_orders: due,
            on_time_orders: due.min(on_time),
            in_full_orders: due.min(on_time).min(in_full),
            ..Tally::of_whole_line_shift(&row)
        };
        // Employees are kept in the order in which sums keep them.
        [Sums { tally, stages, wip, holds, bradford }].iter().sum()
    }
}

fn figures(sums: &Sums) -> Vec<Option<crate::kpi::Ratio>> {
    Kpi::ALL.iter().map(|kpi| figure(*kpi, sums)).collect()
}

proptest! {
    #[test]
    fn the_kpis_of_all_clients_are_those_of_any_grouping_of_them_in_any_order(
        parts in prop::collection::vec((sums(), 0_usize..3), 0..9),
    ) {
        let of_group = |group: usize| parts.iter().filter(|part| part.1 == group).map(|part| &part.0).sum::<Sums>();
        let together: Sums = parts.iter().map(|part| &part.0).sum();
        let reversed: Sums = parts.iter().rev().map(|part| &part.0).sum();
        let grouped: Sums = [2, 0, 1].map(of_group).into_iter().sum();
        prop_assert_eq!(figures(&grouped), figures(&together));
        prop_assert_eq!(&grouped, &together);
        prop_assert_eq!(reversed, together);
    }

    #[test]
    fn a_year_is_its_months_and_its_days(days in prop::collection::vec(sums(), 1..40), month in 1_usize..12) {
        let months: Vec<Sums> = days.chunks(month).map(Sums::over_time).collect();
        let (of_days, of_months) = (Sums::over_time(&days), Sums::over_time(&months));
        prop_assert_eq!(figures(&of_days), figures(&of_months));
        prop_assert_eq!(&of_days, &of_months);
        prop_assert_eq!(of_days.tally, days.iter().map(|day| day.tally).sum());
        prop_assert_eq!(Some(&of_days.wip), days.last().map(|day| &day.wip));
    }

    #[test]
    fn clients_first_or_days_first_is_the_same(
        days in prop::collection::vec((sums(), sums()), 1..12),
    ) {
        let clients_first = Sums::over_time(&days.iter().map(|(one, other)| one.clone() + other).collect::<Vec<_>>());
        let days_first =
            Sums::over_time(days.iter().map(|day| &day.0)) + &Sums::over_time(days.iter().map(|day| &day.1));
        prop_assert_eq!(clients_first, days_first);
    }

    #[test]
    fn taking_away_undoes_adding(one in sums(), other in sums()) {
        prop_assert_eq!(one.tally + other.tally - other.tally, one.tally);
        prop_assert_eq!(one.tally - one.tally, Tally::default());
    }

    #[test]
    fn a_stored_day_and_its_correction_are_the_day_as_it_stands(
        rows in prop::collection::vec(line_shift(), 0..9), now in -700_i64..3000,
    ) {
        let now = minute(now);
        let stored: Tally = rows.iter().map(Tally::of_whole_line_shift).sum();
        let running = |row: &&LineShiftSums| row.ends_at > now || !row.running_stops.is_empty();
        let corrected = rows.iter().filter(running).fold(stored, |sum, row| {
            sum + (Tally::of_line_shift(row, now) - Tally::of_whole_line_shift(row))
        });
        prop_assert_eq!(corrected, rows.iter().map(|row| Tally::of_line_shift(row, now)).sum());
    }

    #[test]
    fn a_whole_line_shift_is_one_at_its_end_without_running_stops(row in line_shift(), later in 0_i64..3000) {
        let without = LineShiftSums { running_stops: Vec::new(), ..row.clone() };
        let ended = Tally::of_line_shift(&without, row.ends_at.plus_minutes(later));
        prop_assert_eq!(Tally::of_whole_line_shift(&row), ended);
    }

    #[test]
    fn the_six_big_losses_add_up_to_the_planned_time(
        rows in prop::collection::vec(line_shift(), 0..6), now in -700_i64..3000,
    ) {
        let tally: Tally = rows.iter().map(|row| Tally::of_line_shift(row, minute(now))).sum();
        let losses = six_big_losses(&tally);
        let lost: i128 = losses.losses().iter().map(|(_, millis)| millis).sum();
        prop_assert_eq!(
            losses.planned_stop_millis + lost + losses.unknown_millis + losses.fully_productive_millis,
            losses.planned_millis
        );
        prop_assert!([losses.breakdown_millis, losses.setup_millis, losses.small_stop_millis].iter().all(|part| *part >= 0));
        prop_assert_eq!(losses.planned_millis, production::balance(&tally).planned_millis);
        prop_assert!(tally.units_without_cycle > 0 || losses.unknown_millis == 0);
    }

    #[test]
    fn a_share_of_counted_things_is_a_share(sums in sums()) {
        let shares = [
            Kpi::Availability, Kpi::QualityRate, Kpi::ScrapRate, Kpi::ReworkRate, Kpi::Fpy, Kpi::Rty, Kpi::Ppm,
            Kpi::Otd, Kpi::Otif, Kpi::Absenteeism, Kpi::Coverage,
        ];
        for kpi in shares {
            let share = figure(kpi, &sums);
            prop_assert!(share.is_none_or(|share| (0..=share.denominator()).contains(&share.numerator())), "{}", kpi);
        }
    }
}
