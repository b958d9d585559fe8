//! Counts: what was made, and how much of it was not right.

use super::measure::Units;
use super::reject::Reject;
use super::spelled;
use serde::{Deserialize, Serialize};

spelled! {
    /// Where the ideal cycle of a count came from.
    StandardSource {
        /// The work order's own.
        Order = "order",
        /// The product's.
        Product = "product",
        /// Inferred from the client's own history; shown with `~`.
        History = "history",
        /// There is none: figures that need it have no value.
        None = "none",
    }
}

/// The figures of one count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Count {
    /// All units made, good or not.
    pub units: Units,
    /// Units that were not right, whatever became of them.
    pub defects: Units,
    /// Defects that were scrapped.
    pub scrap: Units,
    /// Defects that were reworked.
    pub rework: Units,
    /// Defects made while starting up.
    pub startup_defects: Units,
}

impl Count {
    /// Checks the sums: defects ≤ units, scrap + rework ≤ defects, startup defects ≤ defects.
    pub fn check(self) -> Result<Self, Vec<Reject>> {
        let mut rejects = Vec::new();
        if self.defects > self.units {
            rejects.push(Reject::new(
                "defects",
                format!("{} is more than the {} units made", self.defects, self.units),
                "type at most the units, or correct the units",
            ));
        }
        if self.scrap + self.rework > self.defects {
            rejects.push(Reject::new(
                "scrap",
                format!("scrap {} and rework {} are more than the {} defects", self.scrap, self.rework, self.defects),
                "raise the defects, or lower scrap or rework",
            ));
        }
        if self.startup_defects > self.defects {
            rejects.push(Reject::new(
                "startup_defects",
                format!("{} is more than the {} defects", self.startup_defects, self.defects),
                "type at most the defects",
            ));
        }
        if rejects.is_empty() { Ok(self) } else { Err(rejects) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case((10, 0, 0, 0, 0), None)]
    #[case((10, 10, 4, 6, 10), None)]
    #[case((10, 11, 0, 0, 0), Some("defects"))]
    #[case((10, 5, 3, 3, 0), Some("scrap"))]
    #[case((10, 5, 0, 0, 6), Some("startup_defects"))]
    fn the_parts_of_a_count_fit_in_each_other(#[case] figures: (i64, i64, i64, i64, i64), #[case] wrong: Option<&str>) {
        let (units, defects, scrap, rework, startup) = figures;
        let count = Count {
            units: Units(units),
            defects: Units(defects),
            scrap: Units(scrap),
            rework: Units(rework),
            startup_defects: Units(startup),
        };
        let field = count.check().err().and_then(|rejects| rejects.first().map(|reject| reject.field.clone()));
        assert_eq!(field.as_deref(), wrong);
    }
}
