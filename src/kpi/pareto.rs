//! Paretos: what causes most of it, the largest first, with the cumulative line.

use super::catalogue::{Family, Kpi};
use super::ratio::Ratio;
use crate::domain::catalogue::UNCLASSIFIED;
use crate::domain::spelled;
use std::cmp::Reverse;
use std::collections::BTreeMap;

spelled! {
    /// What a Pareto adds up.
    ParetoKind {
        /// Minutes of stops, by reason.
        StopMinutes = "stop_minutes",
        /// Stops, by reason.
        Stops = "stops",
        /// Defects that inspections found, by type.
        Defects = "defects",
        /// Holds, by reason.
        Holds = "holds",
        /// Units on hold, by reason.
        HeldUnits = "held_units",
        /// Minutes of absence that counts, by type.
        AbsenceMinutes = "absence_minutes",
        /// Absences that count, by type.
        Absences = "absences",
    }
}

impl ParetoKind {
    /// Its heading.
    pub const fn name(self) -> &'static str {
        match self {
            Self::StopMinutes => "Stop minutes by reason",
            Self::Stops => "Stops by reason",
            Self::Defects => "Defects by type",
            Self::Holds => "Holds by reason",
            Self::HeldUnits => "Held units by reason",
            Self::AbsenceMinutes => "Absence minutes by type",
            Self::Absences => "Absences by type",
        }
    }

    /// What stands behind an amount.
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::StopMinutes | Self::AbsenceMinutes => " min",
            Self::Stops | Self::Defects | Self::Holds | Self::HeldUnits | Self::Absences => "",
        }
    }

    /// The Paretos that explain a KPI, the most telling first.
    pub const fn of(kpi: Kpi) -> &'static [Self] {
        match (kpi, kpi.family()) {
            (Kpi::QualityRate | Kpi::ScrapRate | Kpi::ReworkRate, _) | (_, Family::Quality) => &[Self::Defects],
            (Kpi::Oee, _) => &[Self::StopMinutes, Self::Stops, Self::Defects],
            (Kpi::Mtbf, _) => &[Self::Stops, Self::StopMinutes],
            (_, Family::Production) => &[Self::StopMinutes, Self::Stops],
            (_, Family::Orders) => &[Self::Holds, Self::HeldUnits],
            (_, Family::People) => &[Self::AbsenceMinutes, Self::Absences],
        }
    }
}

/// The causes of something, the largest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pareto {
    /// What is added up.
    pub kind: ParetoKind,
    /// The causes; those of nothing are left out.
    pub bars: Vec<Bar>,
}

/// One cause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// Its code; `UNCLASSIFIED` for what nobody has given a cause yet.
    pub code: String,
    /// What it is called.
    pub name: String,
    /// How much of it there was.
    pub amount: i64,
    /// That ÷ the total.
    pub share: Ratio,
    /// This and all larger bars ÷ the total; the last bar's is 1.
    pub cumulative: Ratio,
}

impl Bar {
    /// Whether it is what nobody has given a cause yet.
    pub fn is_unclassified(&self) -> bool {
        self.code.eq_ignore_ascii_case(UNCLASSIFIED)
    }
}

impl Pareto {
    /// Adds up amounts by code: (code, name, amount), in any order and any grouping. What is unclassified has
    /// its own bar, at the place its amount gives it. Equal bars are ordered by code; of several names of one
    /// code (clients rename theirs) the first in the alphabet is shown.
    pub fn of(kind: ParetoKind, causes: impl IntoIterator<Item = (String, String, i64)>) -> Self {
        let mut by_code: BTreeMap<String, (String, i64)> = BTreeMap::new();
        for (code, name, amount) in causes {
            let (shown, sum) = by_code.entry(code).or_insert_with(|| (name.clone(), 0));
            *sum += amount;
            if name < *shown {
                *shown = name;
            }
        }
        let mut causes: Vec<_> = by_code.into_iter().filter(|(_, (_, amount))| *amount > 0).collect();
        causes.sort_by_key(|(_, (_, amount))| Reverse(*amount));
        let total: i64 = causes.iter().map(|(_, (_, amount))| amount).sum();
        let mut so_far = 0;
        let bars = causes.into_iter().filter_map(|(code, (name, amount))| {
            so_far += amount;
            let (share, cumulative) = (Ratio::new(amount, total)?, Ratio::new(so_far, total)?);
            Some(Bar { code, name, amount, share, cumulative })
        });
        Self { kind, bars: bars.collect() }
    }

    /// All causes together.
    pub fn total(&self) -> i64 {
        self.bars.iter().map(|bar| bar.amount).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cause(code: &str, amount: i64) -> (String, String, i64) {
        (code.to_owned(), code.to_lowercase(), amount)
    }

    #[test]
    fn the_largest_cause_comes_first_and_the_line_ends_at_all() {
        let causes = [cause("JAM", 30), cause(UNCLASSIFIED, 45), cause("TOOL", 15), cause("JAM", 10), cause("NONE", 0)];
        let pareto = Pareto::of(ParetoKind::StopMinutes, causes);
        let seen: Vec<_> =
            pareto.bars.iter().map(|bar| (bar.code.as_str(), bar.amount, bar.is_unclassified())).collect();
        assert_eq!(seen, [(UNCLASSIFIED, 45, true), ("JAM", 40, false), ("TOOL", 15, false)]);
        let shares: Vec<_> =
            pareto.bars.iter().map(|bar| (bar.share.rounded(100, 0), bar.cumulative.rounded(100, 0))).collect();
        assert_eq!(
            shares,
            [("45", "45"), ("40", "85"), ("15", "100")].map(|(share, line)| (share.into(), line.into()))
        );
        assert!(Pareto::of(ParetoKind::Stops, []).bars.is_empty());
    }

    #[test]
    fn every_kpi_is_explained_by_a_pareto() {
        assert!(Kpi::ALL.iter().all(|kpi| !ParetoKind::of(*kpi).is_empty()));
    }

    proptest! {
        #[test]
        fn bars_add_up_to_what_went_in_whatever_the_order(
            causes in prop::collection::vec((0_u8..8, 0_i64..1000), 0..40),
        ) {
            let bars = |causes: &[(u8, i64)]| {
                Pareto::of(ParetoKind::Stops, causes.iter().map(|(code, amount)| cause(&format!("C{code}"), *amount)))
            };
            let pareto = bars(&causes);
            prop_assert_eq!(pareto.total(), causes.iter().map(|cause| cause.1).sum::<i64>());
            prop_assert!(pareto.bars.is_sorted_by_key(|bar| Reverse(bar.amount)));
            prop_assert!(pareto.bars.last().is_none_or(|bar| bar.cumulative.numerator() == bar.cumulative.denominator()));
            let reversed: Vec<_> = causes.into_iter().rev().collect();
            prop_assert_eq!(bars(&reversed), pareto);
        }
    }
}
