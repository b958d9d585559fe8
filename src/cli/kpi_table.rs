//! The KPIs of a report as a table for people: 80 columns, one row for each KPI, a heading for each group.

use crate::kpi::KpiValue;
use crate::service::{KpiGroup, KpiReport, told};
use std::fmt::Write;
use unicode_width::UnicodeWidthStr;

/// More clients than this are counted rather than named.
const NAMED_CLIENTS: usize = 3;

const WIDTH: usize = 80;

/// The report as text.
pub fn text(report: &KpiReport) -> String {
    let mut text = format!("{} to {}, {}\n", report.window.from(), report.window.to(), clients(report));
    if report.groups.is_empty() {
        text.push_str("\nNothing was entered for these days.\n");
    }
    for group in &report.groups {
        push_group(&mut text, group);
    }
    text
}

fn clients(report: &KpiReport) -> String {
    match report.clients.as_slice() {
        [] => "no client".to_owned(),
        few if few.len() <= NAMED_CLIENTS => few.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "),
        many => format!("{} clients", many.len()),
    }
}

fn push_group(text: &mut String, group: &KpiGroup) {
    let heading = group.group.as_deref().unwrap_or("KPI");
    line(text, &format!("\n{heading:<33}{:>11} {:<4}{:>11}  {}", "VALUE", "", "TARGET", "STATUS"));
    for value in group.panel.values() {
        line(text, &row(value));
        for told in told(value) {
            push_wrapped(text, &told);
        }
    }
}

fn row(value: &KpiValue) -> String {
    let mark = if value.is_inferred() { "~" } else { "" };
    let number = format!("{mark}{}", value.number());
    let unit = if value.text() == value.number() { "" } else { value.kpi.unit().suffix().trim() };
    let target = value.target.map(|_| value.target_number()).unwrap_or_default();
    let status = match &value.worst_client {
        Some(worst) => format!("worst: {} {}", worst.client_id, worst.status),
        None if value.target.is_none() => String::new(),
        None => value.status.to_string(),
    };
    format!("{:<33}{number:>11} {unit:<4}{target:>11}  {status}", value.kpi.name())
}

/// What is told beside a figure, indented, broken between words.
fn push_wrapped(text: &mut String, told: &str) {
    let mut so_far = String::from("   ");
    for word in told.split(' ') {
        if so_far.width() + 1 + word.width() > WIDTH {
            line(text, &so_far);
            so_far = String::from("    ");
        }
        so_far.push(' ');
        so_far.push_str(word);
    }
    line(text, &so_far);
}

fn line(text: &mut String, line: &str) {
    // Writing to a String cannot fail.
    writeln!(text, "{}", line.trim_end()).ok();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::clock::ProductionDate;
    use crate::domain::id::ClientId;
    use crate::kpi::{ClientPart, Kpi, Panel, Tally, Target, Window};

    #[test]
    fn a_table_fits_80_columns_and_marks_what_was_inferred() {
        let target = |percent: i64| Target { target_micro: percent * 1_000_000, warn_micro: None };
        let part = |client: &str, availability: i64| ClientPart {
            client_id: ClientId::parse(client).unwrap(),
            sums: Tally {
                planned_minutes: 3858,
                unplanned_stop_minutes: 1388,
                units: 38,
                units_inferred: 1,
                earned_millis: 2470 * 60_000,
                ..Tally::default()
            }
            .into(),
            targets: [(Kpi::Oee, target(60)), (Kpi::Availability, target(availability))].into_iter().collect(),
        };
        let panel = Panel::of_clients(&[part("ACME", 85), part("ZETA", 60)], &[]);
        let clients = ["ACME", "ZETA"].map(|client| ClientId::parse(client).unwrap()).to_vec();
        let window = Window::ending(ProductionDate(20_605), 7);
        let report = KpiReport { window, clients, groups: vec![KpiGroup { group: None, panel }] };
        let text = text(&report);
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        insta::assert_snapshot!(text, @"
        2026-05-26 to 2026-06-01, ACME, ZETA

        KPI                                    VALUE          TARGET  STATUS
        Availability                            64.0 %                worst: ACME bad
        Performance                           ~100.0 %
        Quality rate                           100.0 %
        Overall equipment effectiveness        ~64.0 %          60.0  ok
        Labour efficiency                          —
        Scrap rate                               0.0 %
        Rework rate                              0.0 %
        Throughput                               0.9 /h
        Time between stops (MTBF)                  —
        Time to restart (MTTR)                     —
        First-pass yield                           —
        Rolled throughput yield                    —
        Defective parts per million                —
        Defects per million opportunities          —
        Sigma level                                —
        On-time delivery                           —
        On time and in full                        —
        Age of work in process                     —
        Age of open holds                          —
        Absenteeism                                —
        Coverage of absences                       —
        Bradford factor                            —
        ");
    }
}
