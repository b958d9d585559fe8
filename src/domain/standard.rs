//! The standards a count is judged by: where the ideal cycle comes from, and what it is when only history
//! can tell (2-data.md, "Missing inputs").

use super::measure::{LARGEST, MILLIS_PER_MINUTE, Millis};
use super::production::StandardSource;

/// The standards of a product, as far as they are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProductStandard {
    /// The line's fastest time for one unit.
    pub ideal_cycle: Option<Millis>,
    /// Person time for one unit, where it is stated.
    pub labour_standard: Option<Millis>,
    /// People for whom the ideal cycle holds.
    pub standard_crew: i64,
}

/// The standards that are stored with a count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Standards {
    /// The ideal cycle.
    pub ideal_cycle: Option<Millis>,
    /// Person time for one unit.
    pub labour_standard: Option<Millis>,
    /// Where the ideal cycle came from.
    pub source: StandardSource,
}

impl Standards {
    /// The work order's own cycle, else the product's, else the one inferred from history, else none.
    pub fn of(order: Option<Millis>, product: ProductStandard, history: Option<Millis>) -> Self {
        let (ideal_cycle, source) = match (order, product.ideal_cycle, history) {
            (Some(cycle), _, _) => (Some(cycle), StandardSource::Order),
            (None, Some(cycle), _) => (Some(cycle), StandardSource::Product),
            (None, None, Some(cycle)) => (Some(cycle), StandardSource::History),
            (None, None, None) => (None, StandardSource::None),
        };
        let derived = |cycle: Millis| {
            cycle.get().checked_mul(product.standard_crew).filter(|millis| (1..=LARGEST).contains(millis)).map(Millis)
        };
        let labour_standard = product.labour_standard.or_else(|| product.ideal_cycle.or(ideal_cycle).and_then(derived));
        Self { ideal_cycle, labour_standard, source }
    }

    /// Whether only history can tell the ideal cycle.
    pub const fn needs_history(order: Option<Millis>, product: ProductStandard) -> bool {
        order.is_none() && product.ideal_cycle.is_none()
    }
}

/// What one line shift made of a single product, and the time it had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Achieved {
    /// Units made.
    pub units: i64,
    /// Planned minutes.
    pub planned_minutes: i64,
    /// Minutes of planned stops.
    pub planned_stops: i64,
    /// Minutes of unplanned stops, micro-stops apart.
    pub unplanned_stops: i64,
}

impl Achieved {
    /// Run time for one unit; none where nothing was made or the line did not run.
    fn cycle(self) -> Option<Millis> {
        let available = (self.planned_minutes - self.planned_stops).max(0);
        let run = (available - self.unplanned_stops).max(0);
        let rounded = (run.checked_mul(MILLIS_PER_MINUTE)? + self.units / 2).checked_div(self.units)?;
        (run > 0 && self.units > 0).then_some(Millis(rounded.clamp(1, LARGEST)))
    }
}

/// The best decile of what was achieved: a tenth of the line shifts were at least as fast (nearest rank, so
/// that it is a cycle that was run).
pub fn best_decile(achieved: &[Achieved]) -> Option<Millis> {
    let mut cycles: Vec<Millis> = achieved.iter().filter_map(|line_shift| line_shift.cycle()).collect();
    cycles.sort_unstable();
    cycles.get(cycles.len().div_ceil(10).checked_sub(1)?).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn product(ideal: Option<i64>, labour: Option<i64>, standard_crew: i64) -> ProductStandard {
        ProductStandard { ideal_cycle: ideal.map(Millis), labour_standard: labour.map(Millis), standard_crew }
    }

    #[test]
    fn the_order_comes_before_the_product_and_the_product_before_history() {
        let (order, history) = (Some(Millis(7)), Some(Millis(9)));
        let from = |order, ideal, history| {
            let standards = Standards::of(order, product(ideal, None, 1), history);
            (standards.ideal_cycle.map(Millis::get), standards.source)
        };
        assert_eq!(from(order, Some(8), history), (Some(7), StandardSource::Order));
        assert_eq!(from(None, Some(8), history), (Some(8), StandardSource::Product));
        assert_eq!(from(None, None, history), (Some(9), StandardSource::History));
        assert_eq!(from(None, None, None), (None, StandardSource::None));
    }

    #[test]
    fn the_labour_standard_is_the_stated_one_or_the_products_cycle_times_its_crew() {
        let labour = |ideal, labour| Standards::of(Some(Millis(7)), product(ideal, labour, 3), None).labour_standard;
        assert_eq!(labour(Some(10), Some(50)), Some(Millis(50)));
        assert_eq!(labour(Some(10), None), Some(Millis(30)));
        assert_eq!(labour(None, None), Some(Millis(21)));
    }

    #[test]
    fn the_best_decile_is_a_cycle_that_was_run() {
        let line_shift = |units| Achieved { units, planned_minutes: 500, planned_stops: 20, unplanned_stops: 0 };
        let twenty: Vec<_> = (1..=20).map(line_shift).collect();
        // 480 minutes for 20, 19, 18 ... units: the second fastest of twenty is the best decile.
        assert_eq!(best_decile(&twenty), Some(Millis((480 * 60_000_i64 + 9) / 19)));
        assert_eq!(best_decile(&[line_shift(0)]), None);
        assert_eq!(best_decile(&[]), None);
        let stopped = Achieved { units: 5, planned_minutes: 60, planned_stops: 30, unplanned_stops: 90 };
        assert_eq!(best_decile(&[stopped]), None);
    }
}
