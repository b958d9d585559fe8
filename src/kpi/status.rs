//! Targets and how a figure stands against them. Judged exactly: a figure that is shown as 85.0 % but is
//! 84.96 % misses a target of 85.

use super::catalogue::{Direction, Kpi};
use super::ratio::Ratio;
use crate::domain::clock::ProductionDate;
use crate::domain::id::ClientId;
use crate::domain::reject::Reject;
use crate::domain::spelled;
use std::cmp::Ordering;
use std::collections::BTreeMap;

spelled! {
    /// How a figure stands against its target, from the least to the most urgent.
    Status {
        /// No target, or no value.
        None = "none",
        /// On target or better.
        Ok = "ok",
        /// Worse than the target, within the warning limit.
        Warn = "warn",
        /// Worse than that.
        Bad = "bad",
    }
}

/// Millionths in one.
const MICRO: i64 = 1_000_000;

/// A client's target for a KPI, in millionths of the KPI's unit (85.5 % is 85,500,000).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Target {
    /// The target itself.
    pub target_micro: i64,
    /// The last value that is a warning only; without one, whatever misses the target is bad.
    pub warn_micro: Option<i64>,
}

impl Target {
    /// A target whose warning limit lies on the worse side of it.
    pub fn checked(kpi: Kpi, target_micro: i64, warn_micro: Option<i64>) -> Result<Self, Reject> {
        let (is_better, side) = match kpi.direction() {
            Direction::Higher => (warn_micro.is_some_and(|warn| warn > target_micro), "most"),
            Direction::Lower => (warn_micro.is_some_and(|warn| warn < target_micro), "least"),
        };
        if is_better {
            return Err(Reject::new(
                "warn",
                format!("is better than the target of {kpi}"),
                format!("type at {side} the target, or leave it out"),
            ));
        }
        Ok(Self { target_micro, warn_micro })
    }

    /// The target as a double, in the KPI's unit.
    pub fn value(self) -> f64 {
        Ratio::new(self.target_micro, MICRO).map_or(0.0, |ratio| ratio.value(1))
    }

    /// The target as a ratio like the KPI's figures (85.5 % is 0.855), for showing and comparing.
    pub fn figure(self, kpi: Kpi) -> Option<Ratio> {
        in_figures(kpi, self.target_micro)
    }

    /// How a figure stands against it.
    pub fn judge(self, kpi: Kpi, figure: Ratio) -> Status {
        let reaches = |limit_micro: i64| {
            in_figures(kpi, limit_micro).is_some_and(|limit| match (kpi.direction(), figure.compare(limit)) {
                (_, Ordering::Equal) | (Direction::Higher, Ordering::Greater) | (Direction::Lower, Ordering::Less) => {
                    true
                }
                (Direction::Higher, Ordering::Less) | (Direction::Lower, Ordering::Greater) => false,
            })
        };
        if reaches(self.target_micro) {
            Status::Ok
        } else if self.warn_micro.is_some_and(reaches) {
            Status::Warn
        } else {
            Status::Bad
        }
    }

    /// By how much a figure misses it; below zero where it is better.
    fn shortfall(self, kpi: Kpi, figure: Ratio) -> Option<Ratio> {
        let target = self.figure(kpi)?;
        Some(match kpi.direction() {
            Direction::Higher => target.minus(figure),
            Direction::Lower => figure.minus(target),
        })
    }
}

fn in_figures(kpi: Kpi, micro: i64) -> Option<Ratio> {
    Ratio::new(micro, i128::from(MICRO) * i128::from(kpi.unit().scale()))
}

/// The targets of one client at one time.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Targets(BTreeMap<Kpi, Target>);

impl Targets {
    /// The target of a KPI.
    pub fn get(&self, kpi: Kpi) -> Option<Target> {
        self.0.get(&kpi).copied()
    }

    /// The targets in force on a day, of a client's targets with the days from which they are valid. A
    /// shift or a day is judged by the target of its time; a longer window by that of its last day.
    pub fn in_force(history: &[(Kpi, ProductionDate, Target)], on: ProductionDate) -> Self {
        let mut latest: BTreeMap<Kpi, (ProductionDate, Target)> = BTreeMap::new();
        for &(kpi, valid_from, target) in history.iter().filter(|(_, valid_from, _)| *valid_from <= on) {
            let entry = latest.entry(kpi).or_insert((valid_from, target));
            if valid_from >= entry.0 {
                *entry = (valid_from, target);
            }
        }
        latest.into_iter().map(|(kpi, (_, target))| (kpi, target)).collect()
    }
}

impl FromIterator<(Kpi, Target)> for Targets {
    fn from_iter<I: IntoIterator<Item = (Kpi, Target)>>(targets: I) -> Self {
        Self(targets.into_iter().collect())
    }
}

/// The client that stands worst where several have no status in common.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct WorstClient {
    /// Which.
    #[serde(rename = "client")]
    pub client_id: ClientId,
    /// How it stands against its own target.
    pub status: Status,
}

/// How a KPI stands: its status, the target it was judged by, and who stands worst where there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The status.
    pub status: Status,
    /// The one target.
    pub target: Option<Target>,
    /// Named only where the clients' targets differ.
    pub worst_client: Option<WorstClient>,
}

impl Verdict {
    /// One client's figure against its target.
    pub fn of_one(kpi: Kpi, figure: Option<Ratio>, target: Option<Target>) -> Self {
        let status = figure.zip(target).map_or(Status::None, |(figure, target)| target.judge(kpi, figure));
        Self { status, target, worst_client: None }
    }

    /// The figure of several clients together. Only clients that have a figure have a say: the targets of
    /// one that did not work in the window neither agree nor disagree. Where they agree, the common
    /// figure is judged; otherwise the worst client is named.
    pub fn of_clients(
        kpi: Kpi,
        together: Option<Ratio>,
        clients: &[(&ClientId, Option<Ratio>, Option<Target>)],
    ) -> Self {
        let with_figure: Vec<_> =
            clients.iter().filter_map(|(client, figure, target)| Some((*client, (*figure)?, *target))).collect();
        match with_figure.as_slice() {
            [] => match clients {
                [(_, figure, target)] => Self::of_one(kpi, *figure, *target),
                [] | [_, ..] => Self::of_one(kpi, None, None),
            },
            [(_, _, first), rest @ ..] if rest.iter().all(|(_, _, target)| target == first) => {
                Self::of_one(kpi, together, *first)
            }
            [_, ..] => Self { status: Status::None, target: None, worst_client: worst_client(kpi, &with_figure) },
        }
    }
}

/// The client whose status is worst, then the one that misses its target by most, then the first by key.
/// A client without a target cannot stand worst.
fn worst_client(kpi: Kpi, clients: &[(&ClientId, Ratio, Option<Target>)]) -> Option<WorstClient> {
    clients
        .iter()
        .filter_map(|&(client, figure, target)| {
            let target = target?;
            Some((client, target.judge(kpi, figure), target.shortfall(kpi, figure)?))
        })
        .min_by(|(left, left_status, left_gap), (right, right_status, right_gap)| {
            right_status.cmp(left_status).then(right_gap.compare(*left_gap)).then(left.cmp(right))
        })
        .map(|(client, status, _)| WorstClient { client_id: client.clone(), status })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    fn percent(target: i64, warn: Option<i64>) -> Target {
        Target { target_micro: target * MICRO, warn_micro: warn.map(|warn| warn * MICRO) }
    }

    fn client(name: &str) -> ClientId {
        ClientId::parse(name).unwrap()
    }

    #[rstest]
    #[case::on_target(Kpi::Oee, 85, 100, Some(80), Status::Ok)]
    #[case::a_hair_below_is_shown_as_85_but_misses(Kpi::Oee, 84_999, 100_000, Some(80), Status::Warn)]
    #[case::on_the_limit(Kpi::Oee, 80, 100, Some(80), Status::Warn)]
    #[case::below_it(Kpi::Oee, 79, 100, Some(80), Status::Bad)]
    #[case::no_limit(Kpi::Oee, 84, 100, None, Status::Bad)]
    #[case::lower_is_better(Kpi::ScrapRate, 85, 100, Some(90), Status::Ok)]
    #[case::worse_upwards(Kpi::ScrapRate, 86, 100, Some(90), Status::Warn)]
    #[case::too_much(Kpi::ScrapRate, 91, 100, Some(90), Status::Bad)]
    #[case::minutes_have_no_scale(Kpi::Mttr, 170, 2, Some(90), Status::Ok)]
    #[case::per_hour(Kpi::Throughput, 17, 12, None, Status::Ok)]
    fn a_figure_is_judged_exactly(
        #[case] kpi: Kpi,
        #[case] above: i64,
        #[case] below: i64,
        #[case] warn: Option<i64>,
        #[case] status: Status,
    ) {
        assert_eq!(percent(85, warn).judge(kpi, Ratio::new(above, below).unwrap()), status);
    }

    #[test]
    fn a_warning_limit_on_the_better_side_is_refused() {
        assert!(Target::checked(Kpi::Oee, 85 * MICRO, Some(86 * MICRO)).is_err());
        assert!(Target::checked(Kpi::ScrapRate, 2 * MICRO, Some(MICRO)).is_err());
        assert!(Target::checked(Kpi::ScrapRate, 2 * MICRO, Some(3 * MICRO)).is_ok());
    }

    #[test]
    fn the_target_of_its_time_judges_a_past_day() {
        let history =
            [(Kpi::Oee, ProductionDate(10), percent(80, None)), (Kpi::Oee, ProductionDate(20), percent(85, None))];
        let on = |day| Targets::in_force(&history, ProductionDate(day)).get(Kpi::Oee);
        assert_eq!((on(9), on(19), on(20)), (None, Some(percent(80, None)), Some(percent(85, None))));
    }

    #[test]
    fn clients_whose_targets_agree_are_judged_together() {
        let (a, b) = (client("A"), client("B"));
        let target = Some(percent(85, Some(80)));
        let clients = [(&a, Ratio::new(70, 100), target), (&b, Ratio::new(95, 100), target)];
        let verdict = Verdict::of_clients(Kpi::Oee, Ratio::new(165, 200), &clients);
        assert_eq!(verdict, Verdict { status: Status::Warn, target, worst_client: None });
    }

    #[rstest]
    #[case::worse_status_first(80, 90, Some(85), "A", Status::Bad)]
    #[case::then_the_larger_miss(80, 70, Some(85), "B", Status::Bad)]
    #[case::all_well_names_the_nearest(86, 99, Some(85), "A", Status::Ok)]
    #[case::one_without_a_target(99, 10, None, "A", Status::Ok)]
    fn clients_whose_targets_differ_name_the_worst(
        #[case] first: i64,
        #[case] second: i64,
        #[case] second_target: Option<i64>,
        #[case] worst: &str,
        #[case] status: Status,
    ) {
        let (a, b) = (client("A"), client("B"));
        let clients = [
            (&b, Ratio::new(second, 100), second_target.map(|target| percent(target, None))),
            (&a, Ratio::new(first, 100), Some(percent(84, None))),
        ];
        let verdict = Verdict::of_clients(Kpi::Oee, Ratio::new(first + second, 200), &clients);
        assert_eq!((verdict.status, verdict.target), (Status::None, None));
        assert_eq!(verdict.worst_client, Some(WorstClient { client_id: client(worst), status }));
    }

    #[test]
    fn a_client_that_did_not_work_has_no_say() {
        let (a, b) = (client("A"), client("B"));
        let clients = [(&a, Ratio::new(9, 10), Some(percent(85, None))), (&b, None, Some(percent(50, None)))];
        let verdict = Verdict::of_clients(Kpi::Oee, Ratio::new(9, 10), &clients);
        assert_eq!((verdict.status, verdict.worst_client), (Status::Ok, None));
    }
}
