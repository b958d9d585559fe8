//! The catalogue of KPIs: what each is called, how it is measured, which way is better, and by what it
//! can be split. Screens, help, targets and JSON draw on this one table.

use super::ratio::{Ratio, shown};
use crate::domain::spelled;

spelled! {
    /// A KPI, in the order of 3-kpis.md.
    Kpi {
        /// Share of the available time in which the line ran.
        Availability = "availability",
        /// Earned time against run time.
        Performance = "performance",
        /// Share of units that were right.
        QualityRate = "quality_rate",
        /// Overall equipment effectiveness.
        Oee = "oee",
        /// Earned hours against hours paid.
        Efficiency = "efficiency",
        /// Share of units scrapped.
        ScrapRate = "scrap_rate",
        /// Share of units reworked.
        ReworkRate = "rework_rate",
        /// Units in an hour of run time.
        Throughput = "throughput",
        /// Run time between unplanned stops.
        Mtbf = "mtbf",
        /// Time to restart after an unplanned stop.
        Mttr = "mttr",
        /// First-pass yield.
        Fpy = "fpy",
        /// Rolled throughput yield.
        Rty = "rty",
        /// Defective parts per million.
        Ppm = "ppm",
        /// Defects per million opportunities.
        Dpmo = "dpmo",
        /// Sigma level of the process.
        SigmaLevel = "sigma_level",
        /// On-time delivery.
        Otd = "otd",
        /// On time and in full.
        Otif = "otif",
        /// Age of the orders in process.
        WipAge = "wip_age",
        /// Age of the open holds.
        HoldAge = "hold_age",
        /// Absence against scheduled time.
        Absenteeism = "absenteeism",
        /// Share of absence that was covered.
        Coverage = "coverage",
        /// Bradford factor per employee.
        Bradford = "bradford",
    }
}

spelled! {
    /// What a KPI's value is measured in, as JSON says it.
    Unit {
        /// Of a hundred.
        Percent = "percent",
        /// Units in an hour.
        PerHour = "per_hour",
        /// Minutes.
        Minutes = "minutes",
        /// Of a million.
        PerMillion = "per_million",
        /// Standard deviations.
        Sigma = "sigma",
        /// Days.
        Days = "days",
        /// Points of a score.
        Points = "points",
    }
}

spelled! {
    /// The family of formulas a KPI belongs to; it decides the dimensions.
    Family {
        /// What the lines made, and in what time.
        Production = "production",
        /// What inspections found.
        Quality = "quality",
        /// Orders and holds.
        Orders = "orders",
        /// Attendance.
        People = "people",
    }
}

spelled! {
    /// Something a KPI can be filtered or grouped by. Weeks and months are days put together.
    Dimension {
        /// The production date.
        Day = "day",
        /// The client.
        Client = "client",
        /// The line.
        Line = "line",
        /// The shift.
        Shift = "shift",
        /// The product.
        Product = "product",
    }
}

/// Which way a KPI should go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// More is better.
    Higher,
    /// Less is better.
    Lower,
}

impl Unit {
    /// What a figure's ratio is multiplied by: a share becomes a percentage, units per minute become
    /// units per hour.
    pub const fn scale(self) -> i64 {
        match self {
            Self::Percent => 100,
            Self::PerHour => 60,
            Self::PerMillion => 1_000_000,
            Self::Minutes | Self::Sigma | Self::Days | Self::Points => 1,
        }
    }

    /// How many decimals people see.
    pub const fn decimals(self) -> u32 {
        match self {
            Self::Percent | Self::PerHour | Self::Minutes | Self::Days => 1,
            Self::Sigma => 2,
            Self::PerMillion | Self::Points => 0,
        }
    }

    /// What stands behind the number.
    pub const fn suffix(self) -> &'static str {
        match self {
            Self::Percent => " %",
            Self::PerHour => " /h",
            Self::Minutes => " min",
            Self::PerMillion => " ppm",
            Self::Sigma => " σ",
            Self::Days => " d",
            Self::Points => "",
        }
    }

    /// The number alone, as people see it: rounded from the exact ratio, `—` for no value.
    pub fn number(self, figure: Option<Ratio>) -> String {
        shown(figure, self.scale(), self.decimals())
    }

    /// The number with its unit; `—` alone for no value.
    pub fn text(self, figure: Option<Ratio>) -> String {
        let suffix = if figure.is_some() { self.suffix() } else { "" };
        self.number(figure) + suffix
    }
}

impl Kpi {
    /// Its full name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Availability => "Availability",
            Self::Performance => "Performance",
            Self::QualityRate => "Quality rate",
            Self::Oee => "Overall equipment effectiveness",
            Self::Efficiency => "Labour efficiency",
            Self::ScrapRate => "Scrap rate",
            Self::ReworkRate => "Rework rate",
            Self::Throughput => "Throughput",
            Self::Mtbf => "Time between stops (MTBF)",
            Self::Mttr => "Time to restart (MTTR)",
            Self::Fpy => "First-pass yield",
            Self::Rty => "Rolled throughput yield",
            Self::Ppm => "Defective parts per million",
            Self::Dpmo => "Defects per million opportunities",
            Self::SigmaLevel => "Sigma level",
            Self::Otd => "On-time delivery",
            Self::Otif => "On time and in full",
            Self::WipAge => "Age of work in process",
            Self::HoldAge => "Age of open holds",
            Self::Absenteeism => "Absenteeism",
            Self::Coverage => "Coverage of absences",
            Self::Bradford => "Bradford factor",
        }
    }

    /// Its name on a tile: at most 12 characters.
    pub const fn short_name(self) -> &'static str {
        match self {
            Self::Availability => "Availability",
            Self::Performance => "Performance",
            Self::QualityRate => "Quality",
            Self::Oee => "OEE",
            Self::Efficiency => "Efficiency",
            Self::ScrapRate => "Scrap",
            Self::ReworkRate => "Rework",
            Self::Throughput => "Throughput",
            Self::Mtbf => "MTBF",
            Self::Mttr => "MTTR",
            Self::Fpy => "FPY",
            Self::Rty => "RTY",
            Self::Ppm => "PPM",
            Self::Dpmo => "DPMO",
            Self::SigmaLevel => "Sigma",
            Self::Otd => "OTD",
            Self::Otif => "OTIF",
            Self::WipAge => "WIP age",
            Self::HoldAge => "Hold age",
            Self::Absenteeism => "Absenteeism",
            Self::Coverage => "Coverage",
            Self::Bradford => "Bradford",
        }
    }

    /// Its formula, for help.
    pub const fn formula(self) -> &'static str {
        match self {
            Self::Availability => "run time ÷ (planned time − planned stops)",
            Self::Performance => "Σ units × ideal cycle ÷ run time",
            Self::QualityRate => "(units − defects) ÷ units",
            Self::Oee => "availability × performance × quality rate",
            Self::Efficiency => "Σ units × labour standard ÷ Σ crew × planned time",
            Self::ScrapRate => "scrap ÷ units",
            Self::ReworkRate => "rework ÷ units",
            Self::Throughput => "units ÷ run hours",
            Self::Mtbf => "run time ÷ number of unplanned stops, without micro-stops",
            Self::Mttr => "unplanned stop time ÷ number of unplanned stops, without micro-stops",
            Self::Fpy => "Σ passed first time ÷ Σ inspected",
            Self::Rty => "product over the stages of each stage's first-pass yield",
            Self::Ppm => "(inspected − passed) ÷ inspected × 1,000,000",
            Self::Dpmo => "defects ÷ (inspected × opportunities of the part) × 1,000,000",
            Self::SigmaLevel => "inverse normal of (1 − DPMO ÷ 1,000,000) + 1.5",
            Self::Otd => "orders delivered by their required date ÷ orders due",
            Self::Otif => "orders delivered by their required date and in full ÷ orders due",
            Self::WipAge => "mean days since orders in process were started, less time wholly on hold",
            Self::HoldAge => "mean days since open holds were placed",
            Self::Absenteeism => "absence that counts ÷ scheduled time",
            Self::Coverage => "covered absence ÷ absence that counts",
            Self::Bradford => "spells of absence² × days of absence, over 52 weeks",
        }
    }

    /// What its value is measured in.
    pub const fn unit(self) -> Unit {
        match self {
            Self::Availability
            | Self::Performance
            | Self::QualityRate
            | Self::Oee
            | Self::Efficiency
            | Self::ScrapRate
            | Self::ReworkRate
            | Self::Fpy
            | Self::Rty
            | Self::Otd
            | Self::Otif
            | Self::Absenteeism
            | Self::Coverage => Unit::Percent,
            Self::Throughput => Unit::PerHour,
            Self::Mtbf | Self::Mttr => Unit::Minutes,
            Self::Ppm | Self::Dpmo => Unit::PerMillion,
            Self::SigmaLevel => Unit::Sigma,
            Self::WipAge | Self::HoldAge => Unit::Days,
            Self::Bradford => Unit::Points,
        }
    }

    /// Which way is better.
    pub const fn direction(self) -> Direction {
        match self {
            Self::Availability
            | Self::Performance
            | Self::QualityRate
            | Self::Oee
            | Self::Efficiency
            | Self::Throughput
            | Self::Mtbf
            | Self::Fpy
            | Self::Rty
            | Self::SigmaLevel
            | Self::Otd
            | Self::Otif
            | Self::Coverage => Direction::Higher,
            Self::ScrapRate
            | Self::ReworkRate
            | Self::Mttr
            | Self::Ppm
            | Self::Dpmo
            | Self::WipAge
            | Self::HoldAge
            | Self::Absenteeism
            | Self::Bradford => Direction::Lower,
        }
    }

    /// The family it belongs to.
    pub const fn family(self) -> Family {
        match self {
            Self::Availability
            | Self::Performance
            | Self::QualityRate
            | Self::Oee
            | Self::Efficiency
            | Self::ScrapRate
            | Self::ReworkRate
            | Self::Throughput
            | Self::Mtbf
            | Self::Mttr => Family::Production,
            Self::Fpy | Self::Rty | Self::Ppm | Self::Dpmo | Self::SigmaLevel => Family::Quality,
            Self::Otd | Self::Otif | Self::WipAge | Self::HoldAge => Family::Orders,
            Self::Absenteeism | Self::Coverage | Self::Bradford => Family::People,
        }
    }

    /// Whether it can be filtered or grouped by a dimension. Of production, a product has only the
    /// rates of units: a `line_shift`'s time belongs to no single product.
    ///
    /// The days of an order are those of its required date. Ages are a state, not something that happened:
    /// of a day, week or month they are the ages at its end, at latest now. So are Bradford factors, over the 52
    /// weeks before it.
    pub const fn has(self, dimension: Dimension) -> bool {
        match dimension {
            Dimension::Day | Dimension::Client => true,
            Dimension::Line => matches!(self.family(), Family::Production | Family::Quality),
            Dimension::Shift => matches!(self.family(), Family::Production | Family::Quality | Family::People),
            Dimension::Product => matches!(self, Self::QualityRate | Self::ScrapRate | Self::ReworkRate),
        }
    }

    /// Whether it rests on ideal cycles or labour standards, which may have been inferred from history.
    pub const fn uses_standards(self) -> bool {
        matches!(self, Self::Performance | Self::Oee | Self::Efficiency)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_kpi_fits_a_tile_under_a_name_of_its_own() {
        let names: BTreeSet<_> = Kpi::ALL.iter().map(|kpi| kpi.short_name()).collect();
        assert_eq!((names.len(), Kpi::ALL.len()), (22, 22));
        assert!(names.iter().all(|name| (1..=12).contains(&name.chars().count())), "{names:?}");
    }

    #[test]
    fn dimensions_are_those_of_the_contract() {
        let with = |dimension| Kpi::ALL.iter().filter(|kpi| kpi.has(dimension)).count();
        assert_eq!(Dimension::ALL.iter().copied().map(with).collect::<Vec<_>>(), [22, 22, 15, 18, 3]);
    }

    #[test]
    fn a_number_is_shown_with_its_unit_and_no_value_without() {
        let figure = Ratio::new(373, 420);
        assert_eq!((Unit::Percent.text(figure), Unit::Percent.text(None)), ("88.8 %".to_owned(), "—".to_owned()));
        assert_eq!(Unit::PerHour.text(Ratio::new(100, 240)), "25.0 /h");
        assert_eq!(Unit::PerMillion.number(Ratio::new(1, 3)), "333333");
    }
}
