//! Everything the KPIs of one group rest on: a tally, the stages of inspection, the ages of what waits, and,
//! where it may be seen, absence by employee.

use super::age::Ages;
use super::bradford::BradfordFactor;
use super::catalogue::Kpi;
use super::ratio::Ratio;
use super::stages::Stages;
use super::tally::Tally;
use super::{orders, people, production, quality};
use std::iter::Sum;
use std::ops::{Add, AddAssign};

/// The sums of one group. They add over clients, lines and shifts; over time as [`Sums::over_time`] says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sums {
    /// Time, units, inspections, attendance, orders due.
    pub tally: Tally,
    /// Inspections by stage.
    pub stages: Stages,
    /// Orders in process at the end of the window.
    pub wip: Ages,
    /// Holds open at the end of the window.
    pub holds: Ages,
    /// The employees of clients whose setting allows it, for a reader who may see them; none otherwise.
    pub bradford: Option<Vec<BradfordFactor>>,
}

impl Sums {
    /// The sums of consecutive periods together: what happened adds up; ages and Bradford factors are a state,
    /// and the last period's holds.
    pub fn over_time<'a>(periods: impl IntoIterator<Item = &'a Self>) -> Self {
        let (mut together, mut last) = (Self::default(), None);
        for period in periods {
            together.tally += period.tally;
            together.stages += &period.stages;
            last = Some(period);
        }
        if let Some(last) = last {
            (together.wip, together.holds) = (last.wip, last.holds);
            together.bradford.clone_from(&last.bradford);
        }
        together
    }

    /// Whether there is nothing in it at all.
    pub fn is_empty(&self) -> bool {
        self.tally.is_empty()
            && self.stages.inspected().is_empty()
            && self.wip.count() == 0
            && self.holds.count() == 0
            && self.bradford.as_ref().is_none_or(Vec::is_empty)
    }
}

/// The figure of a KPI; none where there is no value. Every figure of the program is this one.
pub fn figure(kpi: Kpi, sums: &Sums) -> Option<Ratio> {
    let tally = &sums.tally;
    match kpi {
        Kpi::Availability => production::availability(tally),
        Kpi::Performance => production::performance(tally),
        Kpi::QualityRate => production::quality_rate(tally),
        Kpi::Oee => production::oee(tally),
        Kpi::Efficiency => production::efficiency(tally),
        Kpi::ScrapRate => production::scrap_rate(tally),
        Kpi::ReworkRate => production::rework_rate(tally),
        Kpi::Throughput => production::throughput(tally),
        Kpi::Mtbf => production::mtbf(tally),
        Kpi::Mttr => production::mttr(tally),
        Kpi::Fpy => quality::fpy(tally),
        Kpi::Rty => quality::rty(&sums.stages),
        Kpi::Ppm => quality::ppm(tally),
        Kpi::Dpmo => quality::dpmo(tally),
        Kpi::SigmaLevel => quality::sigma_level(tally),
        Kpi::Otd => orders::otd(tally),
        Kpi::Otif => orders::otif(tally),
        Kpi::WipAge => orders::wip_age(&sums.wip),
        Kpi::HoldAge => orders::hold_age(&sums.holds),
        Kpi::Absenteeism => people::absenteeism(tally),
        Kpi::Coverage => people::coverage(tally),
        // A list of employees, no figure of a group.
        Kpi::Bradford => None,
    }
}

impl From<Tally> for Sums {
    fn from(tally: Tally) -> Self {
        Self { tally, ..Self::default() }
    }
}

impl AddAssign<&Self> for Sums {
    fn add_assign(&mut self, other: &Self) {
        self.tally += other.tally;
        self.stages += &other.stages;
        self.wip += other.wip;
        self.holds += other.holds;
        if let Some(more) = &other.bradford {
            let employees = self.bradford.get_or_insert_default();
            employees.extend(more.iter().cloned());
            employees.sort_by(|left, right| right.points.cmp(&left.points).then_with(|| left.cmp(right)));
        }
    }
}

impl Add<&Self> for Sums {
    type Output = Self;
    fn add(mut self, other: &Self) -> Self {
        self += other;
        self
    }
}

impl<'a> Sum<&'a Self> for Sums {
    fn sum<I: Iterator<Item = &'a Self>>(all: I) -> Self {
        all.fold(Self::default(), Add::add)
    }
}

impl Sum for Sums {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |total, sums| total + &sums)
    }
}
