//! Row 10: what the guard of a file costs beside the same questions with the filter written out.

use crate::measure::{Table, micros, time};
use crate::plant::client_key;
use kpi_ops::service::Desk;

/// What it may cost at most.
const BUDGET: f64 = 1.3;
/// Rounds in which the two take turns.
const ROUNDS: usize = 9;

/// The row of all questions together, on the small plant: the largest of them reads a million counts.
pub async fn rows(table: &mut Table, desk: &Desk) {
    let client = client_key(0).parse().expect("a key");
    let costs = desk.guard_costs(&client, ROUNDS).await.expect("times");
    let mut ratios = Vec::new();
    for cost in &costs {
        let (guarded, filtered) = (micros(cost.guarded), micros(cost.filtered));
        eprintln!("{}: {} against {}", cost.what, time(guarded), time(filtered));
        ratios.push((guarded / filtered, cost.what));
    }
    let said: Vec<_> = ratios.iter().map(|(ratio, what)| format!("{what} {ratio:.2} ×")).collect();
    let met = ratios.iter().all(|(ratio, _)| *ratio <= BUDGET);
    table.add("10", "guard against explicit filters, in a file", format!("≤ {BUDGET} ×"), said.join(", "), Some(met));
    table.missing(
        "10",
        "row-level security against explicit filters",
        "≤ 1.3 ×",
        "a test prints it: the_scope_costs_little_beside_a_filter_written_out",
    );
}
