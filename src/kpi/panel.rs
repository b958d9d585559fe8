//! The KPI panel: every KPI of the catalogue for one group, each with its figure, target and status.
//! It serialises as the `kpis` object of the JSON contract (4-cli.md).
//!
//! Numerators are written as JSON integers of any size. `serde_json::Value` holds at most 64 bits, so a
//! panel is written with `serde_json::to_writer` or `to_string`, not by way of `json!` or `to_value`.

use super::catalogue::{Dimension, Direction, Kpi};
use super::production;
use super::ratio::{Ratio, shown};
use super::status::{Status, Target, Targets, Verdict, WorstClient};
use super::sums::{Sums, figure};
use crate::domain::id::ClientId;
use serde::ser::{Serialize, SerializeMap, SerializeStruct, Serializer};
use std::cmp::Ordering;

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
}

impl KpiValue {
    fn new(kpi: Kpi, figure: Option<Ratio>, sums: &Sums, verdict: Verdict) -> Self {
        let uses_inferred = figure.is_some() && kpi.uses_standards();
        let inferred = if uses_inferred { production::inferred_share(&sums.tally) } else { None };
        Self {
            kpi,
            figure,
            target: verdict.target,
            status: verdict.status,
            inferred_share: inferred.map_or(0.0, |share| share.value(1)),
            worst_client: verdict.worst_client,
        }
    }

    /// One KPI of any number of clients added up: divided once, judged by [`Verdict::of_clients`].
    pub fn of_clients(kpi: Kpi, clients: &[ClientPart], dimensions: &[Dimension]) -> Self {
        let together = clients.iter().map(|client| &client.sums).sum();
        let figure = figure_by(kpi, &together, dimensions);
        let parts: Vec<_> = clients
            .iter()
            .map(|client| (&client.client_id, figure_by(kpi, &client.sums, dimensions), client.targets.get(kpi)))
            .collect();
        Self::new(kpi, figure, &together, Verdict::of_clients(kpi, figure, &parts))
    }

    /// The unrounded value in the KPI's unit.
    pub fn value(&self) -> Option<f64> {
        self.figure.map(|figure| figure.value(self.kpi.unit().scale()))
    }

    /// The number as people see it, without the unit: rounded, `—` for no value.
    pub fn number(&self) -> String {
        self.kpi.unit().number(self.figure)
    }

    /// The number as people see it, with the unit.
    pub fn text(&self) -> String {
        self.kpi.unit().text(self.figure)
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

/// What one client brings to a panel of several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientPart {
    /// Which.
    pub client_id: ClientId,
    /// Its sums.
    pub sums: Sums,
    /// Its targets.
    pub targets: Targets,
}

/// All KPIs of one group, in the order of the catalogue; those without a value are there too.
#[derive(Debug, Clone, PartialEq)]
pub struct Panel {
    values: Vec<KpiValue>,
}

impl Panel {
    /// The panel of one client's sums. `dimensions` are those that the figures are filtered or grouped
    /// by; a KPI that lacks one of them has no value.
    pub fn of(sums: &Sums, targets: &Targets, dimensions: &[Dimension]) -> Self {
        Self::judged(sums, dimensions, |kpi, figure| Verdict::of_one(kpi, figure, targets.get(kpi)))
    }

    /// The panel of any number of clients added up: divided once, judged by [`Verdict::of_clients`].
    pub fn of_clients(clients: &[ClientPart], dimensions: &[Dimension]) -> Self {
        let together = clients.iter().map(|client| &client.sums).sum();
        Self::judged(&together, dimensions, |kpi, figure| {
            let parts: Vec<_> = clients
                .iter()
                .map(|client| (&client.client_id, figure_by(kpi, &client.sums, dimensions), client.targets.get(kpi)))
                .collect();
            Verdict::of_clients(kpi, figure, &parts)
        })
    }

    fn judged(sums: &Sums, dimensions: &[Dimension], verdict: impl Fn(Kpi, Option<Ratio>) -> Verdict) -> Self {
        let value = |kpi: &Kpi| {
            let figure = figure_by(*kpi, sums, dimensions);
            KpiValue::new(*kpi, figure, sums, verdict(*kpi, figure))
        };
        Self { values: Kpi::ALL.iter().map(value).collect() }
    }

    /// Every KPI, in the order of the catalogue.
    pub fn values(&self) -> &[KpiValue] {
        &self.values
    }

    /// One KPI.
    pub fn get(&self, kpi: Kpi) -> Option<&KpiValue> {
        self.values.iter().find(|value| value.kpi == kpi)
    }
}

fn figure_by(kpi: Kpi, sums: &Sums, dimensions: &[Dimension]) -> Option<Ratio> {
    if dimensions.iter().all(|dimension| kpi.has(*dimension)) { figure(kpi, sums) } else { None }
}

impl Serialize for KpiValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let fields = 7 + usize::from(self.worst_client.is_some());
        let mut object = serializer.serialize_struct("KpiValue", fields)?;
        object.serialize_field("value", &self.value())?;
        object.serialize_field("unit", self.kpi.unit().as_str())?;
        object.serialize_field("numerator", &self.figure.map(Ratio::numerator))?;
        object.serialize_field("denominator", &self.figure.map(Ratio::denominator))?;
        object.serialize_field("target", &self.target.map(Target::value))?;
        object.serialize_field("status", self.status.as_str())?;
        object.serialize_field("inferred_share", &self.inferred_share)?;
        if let Some(worst) = &self.worst_client {
            object.serialize_field("worst_client", worst)?;
        }
        object.end()
    }
}

impl Serialize for Panel {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(Some(self.values.len()))?;
        for value in &self.values {
            object.serialize_entry(value.kpi.as_str(), value)?;
        }
        object.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kpi::Tally;
    use rstest::rstest;

    fn tally() -> Tally {
        Tally {
            line_shifts: 1,
            planned_minutes: 420,
            unplanned_stop_minutes: 47,
            unplanned_stops: 4,
            units: 1000,
            defects: 20,
            units_inferred: 250,
            earned_millis: 373 * 60_000,
            crew_minutes: 840,
            labour_millis: 420 * 60_000,
            ..Tally::default()
        }
    }

    fn target(kpi: Kpi, percent: i64) -> Targets {
        [(kpi, Target { target_micro: percent * 1_000_000, warn_micro: None })].into_iter().collect()
    }

    fn client(name: &str, tally: &Tally, percent: i64) -> ClientPart {
        ClientPart {
            client_id: ClientId::parse(name).unwrap(),
            sums: (*tally).into(),
            targets: target(Kpi::Availability, percent),
        }
    }

    #[test]
    fn every_id_is_there_in_order_and_a_value_reads_as_the_contract_says() {
        let json = serde_json::to_string(&Panel::of(&tally().into(), &target(Kpi::Availability, 85), &[])).unwrap();
        let read: serde_json::Map<_, _> = serde_json::from_str(&json).unwrap();
        assert!(read.keys().map(String::as_str).eq(Kpi::ALL.iter().map(|kpi| kpi.as_str())));
        assert!(json.starts_with(
            r#"{"availability":{"value":88.80952380952381,"unit":"percent","numerator":373,"denominator":420,"target":85.0,"status":"ok","inferred_share":0.0},"performance":{"value":100.0,"unit":"percent","numerator":22380000,"denominator":22380000,"target":null,"status":"none","inferred_share":0.25}"#
        ), "{json}");
        assert!(json.contains(
            r#""bradford":{"value":null,"unit":"points","numerator":null,"denominator":null,"target":null,"status":"none","inferred_share":0.0}"#
        ), "{json}");
    }

    #[test]
    fn sums_beyond_64_bits_are_still_whole_numbers_in_json() {
        let huge = Tally { earned_millis: 1 << 100, ..tally() };
        let json = serde_json::to_string(&Panel::of(&huge.into(), &Targets::default(), &[])).unwrap();
        assert!(json.contains(r#""numerator":1267650600228229401496703205376,"#), "{json}");
    }

    #[rstest]
    #[case(&[], 10)]
    #[case(&[Dimension::Day, Dimension::Line, Dimension::Shift, Dimension::Client], 10)]
    #[case(&[Dimension::Product], 3)]
    #[case(&[Dimension::Line, Dimension::Product], 3)]
    fn a_kpi_without_the_dimension_has_no_value(#[case] dimensions: &[Dimension], #[case] with_value: usize) {
        let panel = Panel::of(&tally().into(), &Targets::default(), dimensions);
        assert_eq!(panel.values().iter().filter(|value| value.figure.is_some()).count(), with_value);
    }

    #[test]
    fn several_clients_are_added_then_divided_and_the_worst_is_named() {
        let clients = [client("A", &tally(), 85), client("B", &Tally { unplanned_stop_minutes: 210, ..tally() }, 60)];
        let panel = Panel::of_clients(&clients, &[]);
        let availability = panel.get(Kpi::Availability).unwrap();
        assert_eq!(availability.figure, Ratio::new(420 - 47 + 210, 840));
        let json = serde_json::to_string(availability).unwrap();
        assert!(
            json.ends_with(
                r#""target":null,"status":"none","inferred_share":0.0,"worst_client":{"client":"B","status":"bad"}}"#
            ),
            "{json}"
        );
    }

    #[test]
    fn one_client_among_several_is_the_same_as_alone() {
        let one = client("A", &tally(), 85);
        assert_eq!(Panel::of_clients(std::slice::from_ref(&one), &[]), Panel::of(&one.sums, &one.targets, &[]));
        let idle = client("A", &Tally::default(), 85);
        assert_eq!(Panel::of_clients(std::slice::from_ref(&idle), &[]), Panel::of(&idle.sums, &idle.targets, &[]));
    }

    #[rstest]
    #[case(Kpi::Availability, 47, 68, "-5.0", Ordering::Less)]
    #[case(Kpi::Availability, 68, 47, "+5.0", Ordering::Greater)]
    #[case(Kpi::Mttr, 47, 68, "+5.3", Ordering::Less)]
    #[case(Kpi::Mttr, 47, 47, "0.0", Ordering::Equal)]
    fn a_change_knows_its_sign_and_whether_it_is_good(
        #[case] kpi: Kpi,
        #[case] before: i64,
        #[case] after: i64,
        #[case] number: &str,
        #[case] merit: Ordering,
    ) {
        let panel =
            |stopped| Panel::of(&Tally { unplanned_stop_minutes: stopped, ..tally() }.into(), &Targets::default(), &[]);
        let change = panel(after).get(kpi).unwrap().change_since(panel(before).get(kpi).unwrap()).unwrap();
        assert_eq!((change.number().as_str(), change.merit()), (number, merit));
    }
}
