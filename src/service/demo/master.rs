//! What there is before anybody works: shifts, products, lines, stages, parts and targets.

use super::cast::{Cast, Client};
use super::line::MICRO_STOP;
use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::shift::Shift;
use crate::store::demo::{Entered, LineRow, LinkRow, PartRow, ProductRow, ShiftRow, StageRow, TargetRow};

const MILLION: i64 = 1_000_000;

/// Targets and warning limits, in thousandths of the KPI's unit.
const TARGETS: [(&str, i64, i64); 16] = [
    ("availability", 87_000, 82_000),
    ("performance", 91_000, 87_000),
    ("quality_rate", 98_000, 97_000),
    ("oee", 77_000, 70_000),
    ("efficiency", 76_000, 68_000),
    ("scrap_rate", 900, 1_300),
    ("rework_rate", 1_100, 1_600),
    ("mtbf", 60_000, 40_000),
    ("mttr", 12_000, 18_000),
    ("fpy", 97_000, 95_000),
    ("rty", 92_000, 88_000),
    ("ppm", 30_000_000, 45_000_000),
    ("otd", 92_000, 85_000),
    ("otif", 88_000, 80_000),
    ("absenteeism", 4_500, 6_500),
    ("coverage", 35_000, 20_000),
];
/// The first client asks for more since so many days.
const RAISED: i32 = 30;

/// The plant's shift patterns.
pub(super) fn shifts(shifts: &[Shift], by: &str, at: Instant) -> Vec<Entered<ShiftRow>> {
    let row = |shift: &Shift| ShiftRow {
        shift_id: shift.shift_id.as_str().to_owned(),
        valid_from: shift.valid_from,
        name: shift.name.clone(),
        start_minute: shift.start_minute,
        end_minute: shift.end_minute,
        break_minutes: shift.break_minutes,
        days: shift.days.0,
        active: true,
    };
    shifts.iter().map(|shift| Entered { by: by.to_owned(), at, row: row(shift) }).collect()
}

/// The plant's products, each once, whoever has them.
pub(super) fn products(cast: &Cast, by: &str, at: Instant) -> Vec<Entered<ProductRow>> {
    let mut rows: Vec<Entered<ProductRow>> = Vec::new();
    for client in &cast.clients {
        for product in &client.products {
            if rows.iter().any(|known| known.row.product_id == product.id) {
                continue;
            }
            let row = ProductRow {
                product_id: product.id.clone(),
                name: product.name.clone(),
                ideal_cycle_ms: (!product.unstated).then_some(product.cycle),
                labour_standard_ms: None,
                standard_crew: product.standard_crew,
                active: true,
            };
            rows.push(Entered { by: by.to_owned(), at, row });
        }
    }
    rows
}

/// What belongs to one client.
pub(super) struct Master {
    pub(super) links: Vec<Entered<LinkRow>>,
    pub(super) stages: Vec<Entered<StageRow>>,
    pub(super) lines: Vec<Entered<LineRow>>,
    pub(super) parts: Vec<Entered<PartRow>>,
    pub(super) targets: Vec<Entered<TargetRow>>,
}

/// The master data of a client.
pub(super) fn of_client(client: &Client, by: &str, at: Instant, today: ProductionDate) -> Master {
    let client_id = || client.id.as_str().to_owned();
    let links =
        client.products.iter().map(|product| LinkRow { client_id: client_id(), product_id: product.id.clone() });
    let stages = client.stages.iter().zip(1..);
    let stages = stages.map(|(stage, position)| StageRow { client_id: client_id(), stage: stage.clone(), position });
    let line_rows = client.lines.iter().map(|line| LineRow {
        client_id: client_id(),
        line_id: line.id.clone(),
        name: line.name.clone(),
        micro_stop_minutes: MICRO_STOP,
        active: true,
    });
    let parts = client.products.iter().filter_map(|product| {
        Some(PartRow {
            client_id: client_id(),
            part_number: product.part.clone(),
            opportunities_per_unit: product.opportunities?,
            description: Some(product.name.clone()),
        })
    });
    Master {
        links: entered(links, by, at),
        stages: entered(stages, by, at),
        lines: entered(line_rows, by, at),
        parts: entered(parts, by, at),
        targets: entered(targets(client, today).into_iter(), by, at),
    }
}

fn targets(client: &Client, today: ProductionDate) -> Vec<TargetRow> {
    let place = i64::try_from(client.place).unwrap_or(0);
    let target = |kpi: &str, target: i64, warning: i64, valid_from: ProductionDate| TargetRow {
        client_id: client.id.as_str().to_owned(),
        kpi: kpi.to_owned(),
        valid_from,
        target_micro: target * MILLION / 1000,
        warning_micro: Some(warning * MILLION / 1000),
    };
    let mut rows: Vec<TargetRow> = TARGETS
        .iter()
        .map(|&(kpi, aim, warning)| {
            // Clients do not all ask for the same.
            let more = if kpi == "oee" { place % 3 * 1_500 - 1_500 } else { 0 };
            target(kpi, aim + more, warning + more, ProductionDate::BEGINNING)
        })
        .collect();
    if client.place == 0 {
        rows.push(target("oee", 78_000, 72_000, today.plus_days(-RAISED)));
    }
    rows
}

fn entered<T>(rows: impl Iterator<Item = T>, by: &str, at: Instant) -> Vec<Entered<T>> {
    rows.map(|row| Entered { by: by.to_owned(), at, row }).collect()
}
