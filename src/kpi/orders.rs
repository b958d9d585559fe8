//! The KPIs of orders and holds: pure functions of a tally and of ages. A zero denominator gives no value.

use super::age::Ages;
use super::ratio::Ratio;
use super::tally::Tally;

/// On-time delivery: orders delivered on or before their required date ÷ orders whose required date lies in
/// the window and not after today, both in orders.
///
/// Undelivered and past due is late. Cancelled orders and orders without a required date are in neither sum;
/// the delivery's date is local to the client. No value where no order was due. Source: SCOR, "delivery
/// performance to customer commit date".
pub fn otd(tally: &Tally) -> Option<Ratio> {
    Ratio::new(tally.on_time_orders, tally.due_orders)
}

/// On time and in full: the orders of [`otd`] of which also the whole quantity was delivered ÷ orders due.
///
/// Where no delivered quantity was given, the order was not delivered in full. Source: SCOR, "perfect order
/// fulfilment", its time and quantity parts.
pub fn otif(tally: &Tally) -> Option<Ratio> {
    Ratio::new(tally.in_full_orders, tally.due_orders)
}

/// Age of the orders in process: their mean net whole days at the end of the window (at latest now).
///
/// Net is less the time on which holds of the whole open quantity ran, see
/// [`OrderSpan`](super::waiting::OrderSpan). No value where no order is in process.
pub fn wip_age(orders: &Ages) -> Option<Ratio> {
    orders.mean_net()
}

/// Age of the open holds: their mean whole days at the end of the window (at latest now), from the instant the
/// hold was placed. No value where none is open.
pub fn hold_age(holds: &Ages) -> Option<Ratio> {
    holds.mean_net()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_in_full_but_late_is_neither() {
        let tally = Tally { due_orders: 20, on_time_orders: 17, in_full_orders: 15, ..Tally::default() };
        assert_eq!((otd(&tally), otif(&tally)), (Ratio::new(17, 20), Ratio::new(15, 20)));
        assert_eq!((otd(&Tally::default()), otif(&Tally::default())), (None, None));
    }

    #[test]
    fn the_mean_age_is_of_the_net_days() {
        let mut orders = Ages::default();
        orders.add_one(4, 10, 100);
        orders.add_one(5, 5, 50);
        assert_eq!((wip_age(&orders), orders.mean_gross()), (Ratio::new(9, 2), Ratio::new(15, 2)));
        assert_eq!(hold_age(&Ages::default()), None);
    }
}
