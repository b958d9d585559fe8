//! Inspections.

use super::measure::Units;
use super::reject::Reject;
use serde::{Deserialize, Serialize};

/// The figures of one inspection at one stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inspected {
    /// Units looked at.
    pub inspected: Units,
    /// Units that passed the first time, without rework or repair.
    pub passed: Units,
    /// Failed units that were reworked.
    pub reworked: Units,
    /// Failed units that were repaired.
    pub repaired: Units,
    /// Failed units that were scrapped.
    pub scrapped: Units,
}

impl Inspected {
    /// The units that did not pass the first time.
    pub fn failed(self) -> Units {
        self.inspected - self.passed
    }

    /// Checks the sums: inspected > 0, passed ≤ inspected, reworked + repaired + scrapped ≤ inspected − passed.
    pub fn check(self) -> Result<Self, Vec<Reject>> {
        let mut rejects = Vec::new();
        if self.inspected <= Units::ZERO {
            rejects.push(Reject::new("inspected", "must be more than 0", "type how many units were looked at"));
        }
        if self.passed > self.inspected {
            rejects.push(Reject::new(
                "passed",
                format!("{} is more than the {} inspected", self.passed, self.inspected),
                "type at most the inspected units",
            ));
        } else if self.reworked + self.repaired + self.scrapped > self.failed() {
            rejects.push(Reject::new(
                "scrapped",
                format!("reworked, repaired and scrapped are more than the {} that failed", self.failed()),
                "lower them, or lower passed",
            ));
        }
        if rejects.is_empty() { Ok(self) } else { Err(rejects) }
    }
}
