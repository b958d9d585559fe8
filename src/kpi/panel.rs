//! The KPI panel: every KPI of the catalogue for one group, each with its figure, target and status.
//! It serialises as the `kpis` object of the JSON contract (4-cli.md).
//!
//! Numerators are written as JSON integers of any size. `serde_json::Value` holds at most 64 bits, so a
//! panel is written with `serde_json::to_writer` or `to_string`, not by way of `json!` or `to_value`.

use super::catalogue::{Dimension, Kpi};
use super::status::{Targets, Verdict};
use super::sums::{Sums, figure};
use super::value::KpiValue;
use crate::domain::id::ClientId;
use serde::ser::{Serialize, SerializeMap, Serializer};

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
        let value = |kpi: &Kpi| {
            let sums = has_all(*kpi, dimensions).then_some(sums);
            KpiValue::new(*kpi, sums, |figure| Verdict::of_one(*kpi, figure, targets.get(*kpi)))
        };
        Self { values: Kpi::ALL.iter().map(value).collect() }
    }

    /// The panel of any number of clients added up: divided once, judged by [`Verdict::of_clients`].
    pub fn of_clients(clients: &[ClientPart], dimensions: &[Dimension]) -> Self {
        let together = clients.iter().map(|client| &client.sums).sum();
        let value = |kpi: &Kpi| KpiValue::of_parts(*kpi, &together, clients, dimensions);
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

impl KpiValue {
    /// One KPI of any number of clients added up: divided once, judged by [`Verdict::of_clients`].
    pub fn of_clients(kpi: Kpi, clients: &[ClientPart], dimensions: &[Dimension]) -> Self {
        Self::of_parts(kpi, &clients.iter().map(|client| &client.sums).sum(), clients, dimensions)
    }

    fn of_parts(kpi: Kpi, together: &Sums, clients: &[ClientPart], dimensions: &[Dimension]) -> Self {
        let has_all = has_all(kpi, dimensions);
        let figure_of = |sums| if has_all { figure(kpi, sums) } else { None };
        let parts: Vec<_> = clients
            .iter()
            .map(|client| (&client.client_id, figure_of(&client.sums), client.targets.get(kpi)))
            .collect();
        Self::new(kpi, has_all.then_some(together), |figure| Verdict::of_clients(kpi, figure, &parts))
    }
}

fn has_all(kpi: Kpi, dimensions: &[Dimension]) -> bool {
    dimensions.iter().all(|dimension| kpi.has(*dimension))
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
    use crate::kpi::{Ratio, Tally, Target};
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
}
