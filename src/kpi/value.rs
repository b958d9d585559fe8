//! One KPI of a panel: its figure, how it stands, and what is told beside it. It serialises as the contract of
//! 4-cli.md says.

use super::age::Ages;
use super::bradford::BradfordFactor;
use super::catalogue::{Direction, Kpi};
use super::ratio::{Ratio, shown};
use super::stages::{StageSums, Stages};
use super::status::{Status, Target, Verdict, WorstClient};
use super::sums::{Sums, figure};
use super::{production, quality};
use crate::domain::id::Stage;
use serde::ser::{Serialize, SerializeMap, SerializeStruct, Serializer};
use std::cmp::Ordering;

/// What is shown for a sigma level that has no upper end.
const FAULTLESS: &str = "> 6";

/// One KPI of a panel.
#[derive(Debug, Clone, PartialEq)]
pub struct KpiValue {
    /// Which.
    pub kpi: Kpi,
    /// The exact figure; none where there is no value.
    pub figure: Option<Ratio>,
    /// The target it is judged by.
    pub target: Option<Target>,
    /// How it stands against it.
    pub status: Status,
    /// The share of units whose standard was inferred from history, 0 to 1; 0 where none was used.
    pub inferred_share: f64,
    /// Who stands worst, where several clients have different targets.
    pub worst_client: Option<WorstClient>,
    /// What this KPI tells beside its figure.
    pub detail: Detail,
}

/// What some KPIs tell beside their figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Detail {
    /// Nothing more.
    None,
    /// First-pass yield: the yield of every stage.
    StageYields(Stages),
    /// Rolled throughput yield: the stages it is the product of, and those left out.
    RolledStages(Stages),
    /// DPMO and sigma level: the share of inspected units that they leave out; none where nothing was inspected.
    WithoutOpportunities {
        /// That share.
        share: Option<Ratio>,
        /// Whether opportunities were inspected and no defect was found.
        is_faultless: bool,
    },
    /// Age of work in process: its orders.
    Orders(Ages),
    /// Age of open holds.
    Holds(Ages),
    /// Bradford factor: the employees, the highest first.
    Employees(Vec<BradfordFactor>),
}

impl Detail {
    fn of(kpi: Kpi, sums: &Sums) -> Self {
        match kpi {
            Kpi::Fpy => Self::StageYields(sums.stages.clone()),
            Kpi::Rty => Self::RolledStages(sums.stages.clone()),
            Kpi::Dpmo | Kpi::SigmaLevel => Self::WithoutOpportunities {
                share: quality::without_opportunities_share(&sums.tally),
                is_faultless: quality::is_faultless(&sums.tally),
            },
            Kpi::WipAge => Self::Orders(sums.wip),
            Kpi::HoldAge => Self::Holds(sums.holds),
            Kpi::Bradford => sums.bradford.clone().map_or(Self::None, Self::Employees),
            Kpi::Availability
            | Kpi::Performance
            | Kpi::QualityRate
            | Kpi::Oee
            | Kpi::Efficiency
            | Kpi::ScrapRate
            | Kpi::ReworkRate
            | Kpi::Throughput
            | Kpi::Mtbf
            | Kpi::Mttr
            | Kpi::Ppm
            | Kpi::Otd
            | Kpi::Otif
            | Kpi::Absenteeism
            | Kpi::Coverage => Self::None,
        }
    }
}

impl KpiValue {
    /// A KPI of a group; `sums` only where the KPI has all dimensions of the group.
    pub(super) fn new(kpi: Kpi, sums: Option<&Sums>, verdict: impl FnOnce(Option<Ratio>) -> Verdict) -> Self {
        let figure = sums.and_then(|sums| figure(kpi, sums));
        let inferred = sums
            .filter(|_| figure.is_some() && kpi.uses_standards())
            .and_then(|sums| production::inferred_share(&sums.tally));
        let verdict = verdict(figure);
        Self {
            kpi,
            figure,
            target: verdict.target,
            status: verdict.status,
            inferred_share: inferred.map_or(0.0, |share| share.value(1)),
            worst_client: verdict.worst_client,
            detail: sums.map_or(Detail::None, |sums| Detail::of(kpi, sums)),
        }
    }

    /// The unrounded value in the KPI's unit.
    pub fn value(&self) -> Option<f64> {
        self.figure.map(|figure| figure.value(self.kpi.unit().scale()))
    }

    /// The exact numerator and denominator; none without a value, and none for a sigma level, which is no
    /// quotient of sums.
    pub fn quotient(&self) -> Option<(i128, i128)> {
        let exact = self.figure.filter(|_| self.kpi != Kpi::SigmaLevel)?;
        Some((exact.numerator(), exact.denominator()))
    }

    /// The number as people see it, without the unit: rounded, `—` for no value, `> 6` for a sigma level of a
    /// process without defects.
    pub fn number(&self) -> String {
        if self.is_faultless() { FAULTLESS.to_owned() } else { self.kpi.unit().number(self.figure) }
    }

    /// The number as people see it, with the unit.
    pub fn text(&self) -> String {
        let has_unit = self.figure.is_some() || self.is_faultless();
        self.number() + if has_unit { self.kpi.unit().suffix() } else { "" }
    }

    fn is_faultless(&self) -> bool {
        self.kpi == Kpi::SigmaLevel && matches!(self.detail, Detail::WithoutOpportunities { is_faultless: true, .. })
    }

    /// The target as people see it, without the unit; `—` for none.
    pub fn target_number(&self) -> String {
        self.kpi.unit().number(self.target.and_then(|target| target.figure(self.kpi)))
    }

    /// Whether part of it rests on inferred standards, so that it is marked `~`.
    pub fn is_inferred(&self) -> bool {
        self.inferred_share > 0.0
    }

    /// Whether it says that more was made than the time allows: an ideal cycle, a count or a time is wrong.
    pub fn is_beyond_ideal(&self) -> bool {
        let whole = Ratio::new(1, 1);
        matches!(self.kpi, Kpi::Performance | Kpi::Oee)
            && self.figure.zip(whole).is_some_and(|(figure, whole)| figure.compare(whole) == Ordering::Greater)
    }

    /// What changed since the window before; none where either has no value.
    pub fn change_since(&self, before: &Self) -> Option<Change> {
        let by = self.figure?.minus(before.figure?);
        Some(Change { kpi: self.kpi, by })
    }
}

/// The difference of a KPI between two windows, from the exact ratios.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// Of which KPI.
    pub kpi: Kpi,
    /// By how much; in percentage points for a percentage.
    pub by: Ratio,
}

impl Change {
    /// Greater is better, less is worse, equal is no change: the KPI's direction is taken into account.
    pub fn merit(self) -> Ordering {
        let grown = self.by.numerator().cmp(&0);
        match self.kpi.direction() {
            Direction::Higher => grown,
            Direction::Lower => grown.reverse(),
        }
    }

    /// The number with its sign, as people see it: `+2.3`, `-0.4`, `0.0`.
    pub fn number(self) -> String {
        let unit = self.kpi.unit();
        let number = shown(Some(self.by), unit.scale(), unit.decimals());
        let is_zero = !number.bytes().any(|digit| (b'1'..=b'9').contains(&digit));
        if self.by.numerator() > 0 && !is_zero { format!("+{number}") } else { number }
    }
}

impl Serialize for KpiValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        let quotient = self.quotient();
        object.serialize_entry("value", &self.value())?;
        object.serialize_entry("unit", self.kpi.unit().as_str())?;
        object.serialize_entry("numerator", &quotient.map(|(numerator, _)| numerator))?;
        object.serialize_entry("denominator", &quotient.map(|(_, denominator)| denominator))?;
        object.serialize_entry("target", &self.target.map(Target::value))?;
        object.serialize_entry("status", self.status.as_str())?;
        object.serialize_entry("inferred_share", &self.inferred_share)?;
        if let Some(worst) = &self.worst_client {
            object.serialize_entry("worst_client", worst)?;
        }
        self.detail.add_to(&mut object)?;
        object.end()
    }
}

impl Detail {
    fn add_to<M: SerializeMap>(&self, object: &mut M) -> Result<(), M::Error> {
        match self {
            Self::None => Ok(()),
            Self::StageYields(stages) => object.serialize_entry("stages", &yields(stages)),
            Self::RolledStages(stages) => {
                object.serialize_entry("stages", &yields(stages))?;
                object.serialize_entry("left_out", &stages.left_out())
            }
            Self::WithoutOpportunities { share, .. } => {
                object.serialize_entry("without_opportunities_share", &share.map(|share| share.value(1)))
            }
            Self::Orders(ages) => add_ages(object, "orders", ages),
            Self::Holds(ages) => add_ages(object, "holds", ages),
            Self::Employees(employees) => {
                object.serialize_entry("employees", &employees.iter().map(Employee).collect::<Vec<_>>())
            }
        }
    }
}

fn yields(stages: &Stages) -> Vec<StageYield<'_>> {
    stages.inspected().into_iter().map(|(stage, sums)| StageYield { stage, sums }).collect()
}

fn add_ages<M: SerializeMap>(object: &mut M, things: &'static str, ages: &Ages) -> Result<(), M::Error> {
    object.serialize_entry(things, &ages.count())?;
    object.serialize_entry("units", &ages.units())?;
    object.serialize_entry("oldest_days", &ages.oldest_net_days())?;
    object.serialize_entry("mean_gross_days", &ages.mean_gross().map(|mean| mean.value(1)))?;
    object.serialize_entry("oldest_gross_days", &ages.oldest_gross_days())?;
    let buckets =
        ages.buckets().map(|(days, bucket)| AgeBucket { days, things, count: bucket.count, units: bucket.units });
    object.serialize_entry("buckets", &buckets.collect::<Vec<_>>())
}

struct StageYield<'a> {
    stage: &'a Stage,
    sums: StageSums,
}

impl Serialize for StageYield<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("StageYield", 4)?;
        object.serialize_field("stage", self.stage)?;
        object.serialize_field("value", &self.sums.fpy().map(|share| share.value(Kpi::Fpy.unit().scale())))?;
        object.serialize_field("numerator", &self.sums.passed)?;
        object.serialize_field("denominator", &self.sums.inspected)?;
        object.end()
    }
}

struct AgeBucket {
    days: &'static str,
    things: &'static str,
    count: i64,
    units: i64,
}

impl Serialize for AgeBucket {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("AgeBucket", 3)?;
        object.serialize_field("days", self.days)?;
        object.serialize_field(self.things, &self.count)?;
        object.serialize_field("units", &self.units)?;
        object.end()
    }
}

struct Employee<'a>(&'a BradfordFactor);

impl Serialize for Employee<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_struct("Employee", 6)?;
        object.serialize_field("client", &self.0.client_id)?;
        object.serialize_field("employee_id", &self.0.employee_number)?;
        object.serialize_field("name", &self.0.name)?;
        object.serialize_field("spells", &self.0.spells)?;
        object.serialize_field("days", &self.0.days)?;
        object.serialize_field("points", &self.0.points)?;
        object.end()
    }
}

#[cfg(test)]
mod tests;
