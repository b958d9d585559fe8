//! Properties of the whole layer: KPIs of tallies added equal the KPIs of the rows together, and time
//! only ever adds. Also the `line_shift` that the tests of this layer start from.

use super::elapsed::ShiftTime;
use super::{Kpi, LineShiftSums, Ratio, RunningStop, Tally, figure, production};
use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::downtime::Loss;
use crate::domain::id::{ClientId, LineId, ShiftId};
use proptest::prelude::*;
use proptest::sample::select;

#[cfg(test)]
mod sums;

/// An instant so many minutes after the start of [`a_line_shift`].
pub fn minute(minutes: i64) -> Instant {
    Instant(1_780_000_020_000).plus_minutes(minutes)
}

/// 480 minutes, 420 of them planned; nothing entered.
pub fn a_line_shift() -> LineShiftSums {
    let time = ShiftTime { starts_at: minute(0), ends_at: minute(480) };
    let empty = LineShiftSums::empty(
        ClientId::parse("ACME").unwrap(),
        LineId::parse("L1").unwrap(),
        ShiftId::parse("EARLY").unwrap(),
        ProductionDate(20_600),
        time,
    );
    LineShiftSums { planned_minutes: 420, ..empty }
}

prop_compose! {
    fn running_stop()(start in -200_i64..900, loss in select(Loss::ALL), is_continued: bool) -> RunningStop {
        RunningStop { started_at: minute(start), loss, is_continued }
    }
}

prop_compose! {
    fn stops()(
        minutes in (0_i64..400, 0_i64..400, 0_i64..20), numbers in (0_i64..6, 0_i64..20),
        running_stops in prop::collection::vec(running_stop(), 0..2), classes in prop::array::uniform5(0_i64..40),
    ) -> LineShiftSums {
        // Each class is at most a fifth of the unplanned minutes; what is left was breakdowns.
        let [setup, small_stop, reduced_speed, reject, startup_reject] =
            classes.map(|class| (minutes.1 * class / 100).min(minutes.1 / 5));
        LineShiftSums {
            setup_minutes: setup,
            small_stop_minutes: small_stop,
            reduced_speed_minutes: reduced_speed,
            reject_stop_minutes: reject,
            startup_reject_stop_minutes: startup_reject,
            planned_stop_minutes: minutes.0,
            unplanned_stop_minutes: minutes.1,
            unplanned_stops: numbers.0,
            micro_stop_minutes: minutes.2,
            micro_stops: numbers.1,
            running_stops,
            ..a_line_shift()
        }
    }
}

prop_compose! {
    fn line_shift()(
        stops in stops(), start in -600_i64..600, length in 0_i64..1440, planned in prop_oneof![Just(0), 1_i64..1440],
        crew in prop::option::weighted(0.95, 0_i64..50),
        (units, defective, scrapped) in (0_i64..1_000_000, 0_i64..=100, 0_i64..=100),
        (inspected, passing, per_unit) in (0_i64..10_000, 0_i64..=100, 0_i64..20),
        cycles in (0_i64..100_000, 0_i64..100_000), without in prop::bool::weighted(0.03), inferred: bool,
    ) -> LineShiftSums {
        let defects = units * defective / 100;
        let scrap = defects * scrapped / 100;
        LineShiftSums {
            starts_at: minute(start),
            ends_at: minute(start + length),
            planned_minutes: planned,
            crew,
            units,
            defects,
            scrap,
            rework: defects - scrap,
            startup_defects: scrap,
            earned_millis: if without { 0 } else { units * cycles.0 },
            labour_millis: units * cycles.1,
            rejected_millis: if without { 0 } else { (defects - scrap) * cycles.0 },
            startup_rejected_millis: if without { 0 } else { scrap * cycles.0 },
            inspected,
            passed: inspected * passing / 100,
            inspection_defects: inspected - inspected * passing / 100,
            opportunity_defects: if per_unit > 0 { inspected - inspected * passing / 100 } else { 0 },
            opportunities: inspected * per_unit,
            inspected_without_opportunities: if per_unit > 0 { 0 } else { inspected },
            units_without_cycle: if without { units } else { 0 },
            units_inferred: if inferred && !without { units } else { 0 },
            ..stops
        }
    }
}

fn total<'a>(rows: impl IntoIterator<Item = &'a LineShiftSums>, now: Instant) -> Tally {
    rows.into_iter().map(|row| Tally::of_line_shift(row, now)).sum()
}

/// Availability straight from the rows, written as the specification says it.
fn availability_of_rows(rows: &[LineShiftSums], now: Instant) -> Option<Ratio> {
    let (mut run, mut available) = (0, 0);
    for row in rows {
        let whole = row.ends_at.0 - row.starts_at.0;
        let elapsed = (now.0 - row.starts_at.0).clamp(0, whole);
        let planned = match (now >= row.ends_at, whole) {
            (true, _) => row.planned_minutes,
            (false, 0) => 0,
            (false, _) => row.planned_minutes * elapsed / whole,
        };
        let (mut planned_stops, mut unplanned_stops) = (row.planned_stop_minutes, row.unplanned_stop_minutes);
        for stop in &row.running_stops {
            let minutes = now.min(row.ends_at).minutes_since(stop.started_at.max(row.starts_at)).max(0);
            *(if stop.loss == Loss::Planned { &mut planned_stops } else { &mut unplanned_stops }) += minutes;
        }
        let row_available = (planned - planned_stops).max(0);
        available += row_available;
        run += (row_available - unplanned_stops).max(0);
    }
    Ratio::new(run, available)
}

proptest! {
    #[test]
    fn the_kpis_of_two_tallies_added_are_those_of_the_rows_together(
        rows in prop::collection::vec((line_shift(), any::<bool>()), 0..20), now in -700_i64..3000,
    ) {
        let now = minute(now);
        let half = |side: bool| total(rows.iter().filter(|row| row.1 == side).map(|row| &row.0), now);
        let together = total(rows.iter().rev().map(|row| &row.0), now);
        prop_assert_eq!(half(true) + half(false), together);
        for kpi in Kpi::ALL.iter().copied() {
            prop_assert_eq!(
                figure(kpi, &(half(true) + half(false)).into()), figure(kpi, &together.into()), "{}", kpi
            );
        }
    }

    #[test]
    fn the_kpis_of_a_tally_are_the_formulas_over_its_rows(
        rows in prop::collection::vec(line_shift(), 0..20), now in -700_i64..3000,
    ) {
        let now = minute(now);
        let tally = total(&rows, now);
        let sum = |field: fn(&LineShiftSums) -> i64| rows.iter().map(field).sum::<i64>();
        let (units, run) = (sum(|row| row.units), i128::from(tally.run_minutes()));
        prop_assert_eq!(production::availability(&tally), availability_of_rows(&rows, now));
        prop_assert_eq!(production::quality_rate(&tally), Ratio::new(units - sum(|row| row.defects), units));
        prop_assert_eq!(production::scrap_rate(&tally), Ratio::new(sum(|row| row.scrap), units));
        prop_assert_eq!(production::rework_rate(&tally), Ratio::new(sum(|row| row.rework), units));
        prop_assert_eq!(production::throughput(&tally), Ratio::new(units, run));
        let performance = if sum(|row| row.units_without_cycle) > 0 { None } else {
            Ratio::new(sum(|row| row.earned_millis), run * 60_000)
        };
        prop_assert_eq!(production::performance(&tally), performance);
    }

    #[test]
    fn the_planned_time_is_always_accounted_for(row in line_shift(), now in -700_i64..3000) {
        let tally = Tally::of_line_shift(&row, minute(now));
        let balance = production::balance(&tally);
        prop_assert_eq!(
            balance.planned_millis,
            balance.planned_stop_millis + balance.unplanned_stop_millis + balance.earned_millis + balance.unexplained_millis
        );
        prop_assert!(tally.run_minutes() >= 0 && tally.overlap_minutes >= 0);
        prop_assert!(tally.run_minutes() <= tally.available_minutes());
    }

    #[test]
    fn planned_time_only_grows_and_stands_still_once_the_shift_has_ended(
        row in line_shift(), (sooner, later) in (-700_i64..3000, 0_i64..3000),
    ) {
        let at = |minutes| Tally::of_line_shift(&row, minute(minutes));
        prop_assert!(at(sooner).planned_minutes <= at(sooner + later).planned_minutes);
        if minute(sooner) >= row.ends_at {
            prop_assert_eq!(at(sooner), at(sooner + later));
        }
    }
}
