//! Orders in process and holds as spans of time, and how old they are at an instant.
//!
//! An order's clock stands while holds of its whole open quantity run: holds that run at the same time add
//! their quantities, and time under several of them counts once (the union of their intervals). A hold of a
//! part leaves the rest to be worked on, so the clock runs.

use super::age::Ages;
use crate::domain::clock::Instant;

const MILLIS_PER_DAY: i64 = 86_400_000;

/// A hold that was placed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HoldSpan {
    /// When it was placed.
    pub from: Instant,
    /// When it ended, released or scrapped; none while it is open.
    pub to: Option<Instant>,
    /// The units it holds.
    pub units: i64,
}

/// An order from its start on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderSpan {
    /// When it was started.
    pub started_at: Instant,
    /// When it was no longer in process: completed, delivered or cancelled, whichever was first.
    pub ended_at: Option<Instant>,
    /// Ordered units that are not delivered.
    pub open_units: i64,
    /// Every hold of it that was ever placed, in any order.
    pub holds: Vec<HoldSpan>,
}

/// Which of some instants in order lie from one on and before another.
fn between(instants: &[Instant], from: Instant, until: Option<Instant>) -> std::ops::Range<usize> {
    let first = instants.partition_point(|at| *at < from);
    let end = until.map_or(instants.len(), |until| instants.partition_point(|at| *at < until));
    first..end.max(first)
}

impl HoldSpan {
    fn is_open(&self, at: Instant) -> bool {
        self.from <= at && self.to.is_none_or(|to| at < to)
    }
}

impl OrderSpan {
    fn is_in_process(&self, at: Instant) -> bool {
        self.started_at <= at && self.ended_at.is_none_or(|ended| at < ended)
    }

    /// Milliseconds from its start to an instant on which holds covered its open quantity.
    fn held_millis(&self, at: Instant) -> i64 {
        // +units where a hold begins, −units where it ends: between two of these moments nothing changes.
        let mut moments = Vec::with_capacity(self.holds.len() * 2);
        for hold in &self.holds {
            let (from, to) = (hold.from.max(self.started_at), hold.to.unwrap_or(at).min(at));
            if from < to && hold.units > 0 {
                moments.extend([(from, hold.units), (to, -hold.units)]);
            }
        }
        moments.sort_unstable();
        let (mut held, mut on_hold, mut since) = (0, 0, at);
        for (moment, units) in moments {
            if on_hold > 0 && on_hold >= self.open_units {
                held += moment.0 - since.0;
            }
            on_hold += units;
            since = moment;
        }
        held
    }
}

impl Ages {
    /// The ages of the orders that are in process at an instant: gross from the start to then, net less the
    /// time on hold, each cut to whole days of 24 hours; the units are those not delivered.
    pub fn of_orders<'a>(orders: impl IntoIterator<Item = &'a OrderSpan>, at: Instant) -> Self {
        let mut ages = Self::default();
        for order in orders.into_iter().filter(|order| order.is_in_process(at)) {
            let gross = at.0 - order.started_at.0;
            let net = gross - order.held_millis(at);
            ages.add_one(net / MILLIS_PER_DAY, gross / MILLIS_PER_DAY, order.open_units.max(0));
        }
        ages
    }

    /// The same at each of some instants in order: an order is looked at only while it is in process.
    pub fn of_orders_at_each(orders: &[OrderSpan], instants: &[Instant]) -> Vec<Self> {
        let mut ages = vec![Self::default(); instants.len()];
        for order in orders {
            let in_process = between(instants, order.started_at, order.ended_at);
            for (at, ages) in instants.iter().zip(&mut ages).skip(in_process.start).take(in_process.len()) {
                *ages += Self::of_orders([order], *at);
            }
        }
        ages
    }

    /// The ages of the holds that are open at each of some instants in order.
    pub fn of_holds_at_each(holds: &[HoldSpan], instants: &[Instant]) -> Vec<Self> {
        let mut ages = vec![Self::default(); instants.len()];
        for hold in holds {
            let open = between(instants, hold.from, hold.to);
            for (at, ages) in instants.iter().zip(&mut ages).skip(open.start).take(open.len()) {
                *ages += Self::of_holds([hold], *at);
            }
        }
        ages
    }

    /// The ages of the holds that are open at an instant, from where each was placed, cut to whole days of 24
    /// hours; net and gross are the same.
    pub fn of_holds<'a>(holds: impl IntoIterator<Item = &'a HoldSpan>, at: Instant) -> Self {
        let mut ages = Self::default();
        for hold in holds.into_iter().filter(|hold| hold.is_open(at)) {
            let days = (at.0 - hold.from.0) / MILLIS_PER_DAY;
            ages.add_one(days, days, hold.units);
        }
        ages
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kpi::Bucket;
    use proptest::prelude::*;
    use rstest::rstest;

    fn day(days: i64) -> Instant {
        Instant(1_780_000_000_000 + days * MILLIS_PER_DAY)
    }

    fn hold(from: i64, to: Option<i64>, units: i64) -> HoldSpan {
        HoldSpan { from: day(from), to: to.map(day), units }
    }

    fn order(holds: Vec<HoldSpan>) -> OrderSpan {
        OrderSpan { started_at: day(0), ended_at: None, open_units: 100, holds }
    }

    #[rstest]
    #[case::no_hold(vec![], 20)]
    #[case::a_hold_of_all(vec![hold(5, Some(8), 100)], 17)]
    #[case::a_hold_of_a_part(vec![hold(5, Some(8), 99)], 20)]
    #[case::two_parts_that_make_the_whole_overlap_for_a_day(vec![hold(5, Some(8), 60), hold(7, Some(12), 40)], 19)]
    #[case::two_holds_of_all_are_a_union(vec![hold(5, Some(8), 100), hold(7, Some(12), 100)], 13)]
    #[case::one_after_the_other_without_a_gap(vec![hold(8, Some(12), 100), hold(5, Some(8), 100)], 13)]
    #[case::an_open_one(vec![hold(15, None, 100)], 15)]
    #[case::from_before_the_start(vec![hold(-5, Some(3), 100)], 17)]
    #[case::after_the_instant(vec![hold(25, Some(30), 100)], 20)]
    fn the_clock_stands_while_the_whole_open_quantity_is_held(#[case] holds: Vec<HoldSpan>, #[case] net: i64) {
        let ages = Ages::of_orders([&order(holds)], day(20));
        assert_eq!((ages.oldest_net_days(), ages.oldest_gross_days()), (Some(net), Some(20)));
    }

    #[test]
    fn an_order_of_which_all_is_delivered_stands_only_under_a_hold() {
        let of = |holds| OrderSpan { open_units: 0, ..order(holds) };
        let net = |holds| Ages::of_orders([&of(holds)], day(20)).oldest_net_days();
        assert_eq!((net(vec![]), net(vec![hold(5, Some(8), 1)])), (Some(20), Some(17)));
    }

    #[test]
    fn days_are_whole_and_buckets_are_those_of_the_specification() {
        let started = |hours: i64| OrderSpan { started_at: Instant(day(40).0 - hours * 3_600_000), ..order(vec![]) };
        let orders: Vec<_> = [0, 71, 72, 143, 144, 263, 264, 503, 504, 900].into_iter().map(started).collect();
        let ages = Ages::of_orders(&orders, day(40));
        let buckets: Vec<_> = ages.buckets().collect();
        let two = Bucket { count: 2, units: 200 };
        assert_eq!(buckets, [("0-2", two), ("3-5", two), ("6-10", two), ("11-20", two), ("over 20", two)]);
        assert_eq!((ages.count(), ages.units(), ages.oldest_net_days()), (10, 1000, Some(37)));
    }

    #[test]
    fn only_what_waits_at_the_instant_has_an_age() {
        let ended = OrderSpan { ended_at: Some(day(10)), ..order(vec![]) };
        let count = |at| Ages::of_orders([&ended], day(at)).count();
        assert_eq!([-1, 0, 9, 10, 11].map(count), [0, 1, 1, 0, 0]);
        let open = |at| Ages::of_holds([&hold(2, Some(5), 30)], day(at)).oldest_net_days();
        assert_eq!([1, 2, 4, 5].map(open), [None, Some(0), Some(2), None]);
    }

    proptest! {
        #[test]
        fn at_each_of_some_instants_the_ages_are_those_at_that_instant(
            spans in prop::collection::vec((-10_i64..40, 0_i64..20, any::<bool>(), 1_i64..120), 0..9),
            mut instants in prop::collection::vec(-5_i64..45, 0..9),
        ) {
            instants.sort_unstable();
            let instants: Vec<_> = instants.into_iter().map(day).collect();
            let holds: Vec<_> = spans.iter()
                .map(|(from, length, open, units)| hold(*from, (!open).then_some(from + length), *units)).collect();
            let orders: Vec<_> = holds.iter()
                .map(|span| OrderSpan { started_at: span.from, ended_at: span.to, ..order(holds.clone()) }).collect();
            let each = |ages: &dyn Fn(Instant) -> Ages| instants.iter().map(|at| ages(*at)).collect::<Vec<_>>();
            prop_assert_eq!(Ages::of_orders_at_each(&orders, &instants), each(&|at| Ages::of_orders(&orders, at)));
            prop_assert_eq!(Ages::of_holds_at_each(&holds, &instants), each(&|at| Ages::of_holds(&holds, at)));
        }

        #[test]
        fn the_sweep_agrees_with_looking_at_every_moment(
            spans in prop::collection::vec((-10_i64..40, 0_i64..20, any::<bool>(), 1_i64..120), 0..6), at in 0_i64..40,
        ) {
            let holds: Vec<_> = spans.into_iter()
                .map(|(from, length, open, units)| hold(from, (!open).then_some(from + length), units)).collect();
            let is_held = |moment: i64| {
                let running = holds.iter().filter(|hold| hold.is_open(day(moment)));
                running.map(|hold| hold.units).sum::<i64>() >= 100
            };
            let held = i64::try_from((0..at).filter(|moment| is_held(*moment)).count()).unwrap();
            prop_assert_eq!(order(holds.clone()).held_millis(day(at)), held * MILLIS_PER_DAY);
        }
    }
}
