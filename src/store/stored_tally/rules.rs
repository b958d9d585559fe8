//! The one table of rules: how entries add up in the rows above them, in days, and in months.
//!
//! Triggers and recompute queries are both made from it, so they cannot drift apart. What a line shift gives to its
//! day is `Tally::of_whole_line_shift` of `kpi`, word for word: stops are cut to the planned time there, and only there.

use super::rule::{Key, Kind, PushDown, Rule, Sum};
use crate::domain::catalogue::UNCLASSIFIED;

const NOT_REMOVED: &str = "@deleted_at IS NULL";
/// A stop that still runs is not stored: how long it is depends on when one looks.
const ENDED: &str = "@deleted_at IS NULL AND @minutes IS NOT NULL";

/// Every rule, those that others rest on first.
pub(super) fn all() -> Vec<Rule> {
    let mut rules = parents();
    rules.extend(dates());
    let months = months(&rules);
    rules.extend(months);
    rules
}

/// What an inspection hands down to its defect lines.
pub(super) fn push_down() -> PushDown {
    PushDown {
        source: "quality_entry",
        target: "defect_detail",
        key: ("quality_entry_id", "entry_id"),
        sign: "defect_count",
        values: vec![
            sum("production_date", "@production_date"),
            sum("inspection_live", "CASE WHEN @deleted_at IS NULL THEN 1 ELSE 0 END"),
        ],
        live: NOT_REMOVED,
    }
}

/// Sums on the rows that entries point to.
fn parents() -> Vec<Rule> {
    let line_shift = || columns(&["production_date", "shift_id", "line_id"]);
    vec![
        Rule {
            source: "defect_detail",
            target: "quality_entry",
            kind: Kind::Parent,
            key: vec![("entry_id", Key::Column("quality_entry_id"))],
            live: Some(NOT_REMOVED),
            groups: vec![vec![sum("defect_count", "@count")]],
        },
        Rule {
            source: "coverage_entry",
            target: "attendance_entry",
            kind: Kind::Parent,
            key: columns(&["production_date", "shift_id", "employee_number"]),
            live: Some(NOT_REMOVED),
            groups: vec![vec![sum("covered_minutes", "@minutes")]],
        },
        Rule {
            source: "downtime_entry",
            target: "line_shift",
            kind: Kind::Parent,
            key: line_shift(),
            live: Some(ENDED),
            groups: vec![stops_of_entry()],
        },
        Rule {
            source: "production_entry",
            target: "line_shift",
            kind: Kind::Parent,
            key: line_shift(),
            live: Some(NOT_REMOVED),
            groups: vec![counts_of_entry()],
        },
        Rule {
            source: "quality_entry",
            target: "line_shift",
            kind: Kind::Parent,
            key: line_shift(),
            live: Some(NOT_REMOVED),
            groups: vec![inspection()],
        },
    ]
}

fn counts_of_entry() -> Vec<Sum> {
    let mut sums = same(&["units", "defects", "scrap", "rework", "startup_defects"]);
    sums.extend([
        sum("earned_millis", "coalesce(@units * @ideal_cycle_ms, 0)"),
        sum("labour_millis", "coalesce(@units * @labour_standard_ms, 0)"),
        sum("rejected_millis", "coalesce((@defects - @startup_defects) * @ideal_cycle_ms, 0)"),
        sum("startup_rejected_millis", "coalesce(@startup_defects * @ideal_cycle_ms, 0)"),
        sum("units_without_cycle", "CASE WHEN @ideal_cycle_ms IS NULL THEN @units ELSE 0 END"),
        sum("units_without_labour_standard", "CASE WHEN @labour_standard_ms IS NULL THEN @units ELSE 0 END"),
        sum("units_inferred", "CASE WHEN @standard_source = 'history' THEN @units ELSE 0 END"),
    ]);
    sums
}

/// Stops as they were entered; micro-stops are in no class of loss of availability.
fn stops_of_entry() -> Vec<Sum> {
    let minutes = |column, loss: &str| {
        sum(column, &format!("CASE WHEN @loss {loss} AND @micro_stop = 0 THEN @minutes ELSE 0 END"))
    };
    vec![
        minutes("planned_stop_minutes", "= 'planned'"),
        minutes("unplanned_stop_minutes", "<> 'planned'"),
        sum("unplanned_stops", "CASE WHEN @loss <> 'planned' AND @micro_stop = 0 AND @counted = 1 THEN 1 ELSE 0 END"),
        minutes("setup_minutes", "= 'setup'"),
        minutes("small_stop_minutes", "= 'small_stop'"),
        minutes("reduced_speed_minutes", "= 'reduced_speed'"),
        minutes("reject_stop_minutes", "= 'reject'"),
        minutes("startup_reject_stop_minutes", "= 'startup_reject'"),
        sum("micro_stop_minutes", "CASE WHEN @micro_stop = 1 THEN @minutes ELSE 0 END"),
        sum("micro_stops", "CASE WHEN @micro_stop = 1 AND @counted = 1 THEN 1 ELSE 0 END"),
    ]
}

fn inspection() -> Vec<Sum> {
    let mut sums = same(&["inspected", "passed"]);
    sums.extend([
        sum("inspection_defects", "CASE WHEN @defect_count > 0 THEN @defect_count ELSE @inspected - @passed END"),
        sum(
            "opportunity_defects",
            "CASE WHEN @opportunities_per_unit IS NULL THEN 0
                  WHEN @defect_count > 0 THEN @defect_count ELSE @inspected - @passed END",
        ),
        sum("opportunities", "coalesce(@inspected * @opportunities_per_unit, 0)"),
        sum("inspected_without_opportunities", "CASE WHEN @opportunities_per_unit IS NULL THEN @inspected ELSE 0 END"),
    ]);
    sums
}

/// Sums of dates.
fn dates() -> Vec<Rule> {
    let tally = |source, target, key, live, sums| Rule {
        source,
        target,
        kind: Kind::Tally,
        key,
        live: Some(live),
        groups: vec![sums],
    };
    let date = |rest: &'static str| columns(&["production_date", rest]);
    vec![
        Rule {
            source: "line_shift",
            target: "tally_day",
            kind: Kind::Tally,
            key: columns(&["production_date"]),
            live: Some(NOT_REMOVED),
            groups: vec![time_of_line_shift(), stops_of_line_shift(), counts_of_line_shift(), quality_of_line_shift()],
        },
        tally("attendance_entry", "tally_day", columns(&["production_date"]), NOT_REMOVED, attendance()),
        tally(
            "work_order",
            "tally_day",
            vec![("production_date", Key::Column("required_date"))],
            "@deleted_at IS NULL AND @status <> 'cancelled' AND @required_date IS NOT NULL",
            delivery(),
        ),
        tally("attendance_entry", "tally_shift", date("shift_id"), NOT_REMOVED, attendance()),
        tally("quality_entry", "tally_stage", date("stage"), NOT_REMOVED, same(&["inspected", "passed"])),
        tally("downtime_entry", "tally_reason", date("reason"), ENDED, stops_of_reason()),
        tally(
            "defect_detail",
            "tally_defect",
            date("defect_type"),
            "@deleted_at IS NULL AND @inspection_live = 1 AND @production_date IS NOT NULL",
            vec![sum("defects", "@count")],
        ),
        tally(
            "quality_entry",
            "tally_defect",
            vec![("production_date", Key::Column("production_date")), ("defect_type", Key::Constant(UNCLASSIFIED))],
            "@deleted_at IS NULL AND @defect_count = 0 AND @passed < @inspected",
            vec![sum("defects", "@inspected - @passed")],
        ),
        tally(
            "production_entry",
            "tally_product",
            date("product_id"),
            NOT_REMOVED,
            same(&["units", "defects", "scrap", "rework", "startup_defects"]),
        ),
        tally(
            "attendance_entry",
            "tally_absence",
            date("absence_type"),
            "@deleted_at IS NULL AND @absence_minutes > 0 AND @absence_counts = 1",
            vec![sum("absence_minutes", "@absence_minutes"), sum("absences", "1")],
        ),
    ]
}

fn time_of_line_shift() -> Vec<Sum> {
    vec![
        sum("line_shifts", "1"),
        sum("planned_minutes", "@planned_minutes"),
        sum("crew_minutes", "coalesce(@crew * @planned_minutes, 0)"),
        sum("minutes_without_crew", "CASE WHEN @crew IS NULL THEN @planned_minutes ELSE 0 END"),
    ]
}

/// Planned stops count up to the planned minutes, unplanned ones up to the rest; of that rest each class of loss gets
/// what those before it left. A line shift without planned time has its stops outside availability.
fn stops_of_line_shift() -> Vec<Sum> {
    const REST: &str = "(@planned_minutes - least(@planned_stop_minutes, @planned_minutes))";
    const ALL: &str = "@planned_stop_minutes + @unplanned_stop_minutes";
    let inside = |column, value: &str| sum(column, &format!("CASE WHEN @planned_minutes > 0 THEN {value} ELSE 0 END"));
    let outside = |column, value: &str| sum(column, &format!("CASE WHEN @planned_minutes > 0 THEN 0 ELSE {value} END"));
    let mut sums = vec![
        sum("planned_stop_minutes", "least(@planned_stop_minutes, @planned_minutes)"),
        sum("unplanned_stop_minutes", &format!("least(@unplanned_stop_minutes, {REST})")),
        inside("unplanned_stops", "@unplanned_stops"),
        inside("micro_stop_minutes", "@micro_stop_minutes"),
        inside("micro_stops", "@micro_stops"),
        inside(
            "overlap_minutes",
            &format!("{ALL} - least(@planned_stop_minutes, @planned_minutes) - least(@unplanned_stop_minutes, {REST})"),
        ),
        outside("outside_stop_minutes", &format!("{ALL} + @micro_stop_minutes")),
        outside("outside_stops", "@unplanned_stops + @micro_stops"),
    ];
    let mut before = String::new();
    for class in [
        "setup_minutes",
        "small_stop_minutes",
        "reduced_speed_minutes",
        "reject_stop_minutes",
        "startup_reject_stop_minutes",
    ] {
        let up_to = if before.is_empty() { format!("@{class}") } else { format!("{before} + @{class}") };
        let less = if before.is_empty() { String::new() } else { format!(" - least({before}, {REST})") };
        sums.push(sum(class, &format!("least({up_to}, {REST}){less}")));
        before = up_to;
    }
    sums
}

fn counts_of_line_shift() -> Vec<Sum> {
    counts_of_entry().into_iter().map(|Sum { column, .. }| sum(column, &format!("@{column}"))).collect()
}

fn quality_of_line_shift() -> Vec<Sum> {
    inspection().into_iter().map(|Sum { column, .. }| sum(column, &format!("@{column}"))).collect()
}

/// Agreed leave is taken out of what was scheduled and of what was missed; cover counts up to the absence.
fn attendance() -> Vec<Sum> {
    let unless_agreed = |column, value: &str, agreed: &str| {
        sum(column, &format!("CASE WHEN @absence_counts = 0 THEN {agreed} ELSE {value} END"))
    };
    vec![
        unless_agreed("scheduled_minutes", "@scheduled_minutes", "@scheduled_minutes - @absence_minutes"),
        unless_agreed("absence_minutes", "@absence_minutes", "0"),
        unless_agreed("covered_minutes", "least(@covered_minutes, @absence_minutes)", "0"),
    ]
}

/// Orders by the date on which they are due.
fn delivery() -> Vec<Sum> {
    vec![
        sum("due_orders", "1"),
        sum("on_time_orders", "CASE WHEN @delivered_date <= @required_date THEN 1 ELSE 0 END"),
        sum(
            "in_full_orders",
            "CASE WHEN @delivered_date <= @required_date AND @delivered_quantity >= @quantity THEN 1 ELSE 0 END",
        ),
    ]
}

fn stops_of_reason() -> Vec<Sum> {
    let kinds = [
        ("planned_minutes", "planned_stops", "@loss = 'planned' AND @micro_stop = 0"),
        ("unplanned_minutes", "unplanned_stops", "@loss <> 'planned' AND @micro_stop = 0"),
        ("micro_stop_minutes", "micro_stops", "@micro_stop = 1"),
    ];
    let both = kinds.map(|(minutes, stops, of_kind)| {
        [
            sum(minutes, &format!("CASE WHEN {of_kind} THEN @minutes ELSE 0 END")),
            sum(stops, &format!("CASE WHEN {of_kind} AND @counted = 1 THEN 1 ELSE 0 END")),
        ]
    });
    both.into_iter().flatten().collect()
}

/// Months add what the dates have, in the groups in which those change.
fn months(rules: &[Rule]) -> Vec<Rule> {
    const MONTHS: [(&str, &str); 6] = [
        ("tally_day", "tally_month"),
        ("tally_stage", "tally_stage_month"),
        ("tally_reason", "tally_reason_month"),
        ("tally_defect", "tally_defect_month"),
        ("tally_product", "tally_product_month"),
        ("tally_absence", "tally_absence_month"),
    ];
    let month = |(source, target): (&'static str, &'static str)| {
        let mut key = vec![("month", Key::MonthOf("production_date"))];
        let mut groups: Vec<Vec<Sum>> = Vec::new();
        for rule in rules.iter().filter(|rule| rule.target == source) {
            if groups.is_empty() {
                key.extend(rule.key.iter().skip(1).map(|(column, _)| (*column, Key::Column(column))));
            }
            for group in &rule.groups {
                let columns: Vec<_> = group.iter().map(|sum| sum.column).collect();
                if groups.iter().flatten().all(|known| !columns.contains(&known.column)) {
                    groups.push(same(&columns));
                }
            }
        }
        Rule { source, target, kind: Kind::Tally, key, live: None, groups }
    };
    MONTHS.into_iter().map(month).collect()
}

fn sum(column: &'static str, value: &str) -> Sum {
    Sum { column, value: value.to_owned() }
}

/// Columns that add themselves.
fn same(columns: &[&'static str]) -> Vec<Sum> {
    columns.iter().map(|column| sum(column, &format!("@{column}"))).collect()
}

/// Columns of the source that have the same name in the key of the target.
fn columns(names: &[&'static str]) -> Vec<(&'static str, Key)> {
    names.iter().map(|name| (*name, Key::Column(name))).collect()
}
