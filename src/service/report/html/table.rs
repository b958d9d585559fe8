//! The tables of the page: KPIs by client, line and shift, and the entries that somebody should look at.

use super::{escaped, put};
use crate::domain::list::CellKind;
use crate::kpi::KpiValue;
use crate::service::report::{Entries, KpiTable, Report, Standing, cell_text, figure_text, standing, standing_text};
use std::fmt::Write;

/// Adds all of them.
pub(super) fn put_all(page: &mut String, report: &Report) {
    for table in &report.tables {
        put_kpis(page, table);
    }
    for entries in &report.entries {
        put_entries(page, entries);
    }
}

fn put_kpis(page: &mut String, table: &KpiTable) {
    put!(page, "<section>\n<h2>{}</h2>\n<div class=\"table\"><table>\n<thead><tr><th>{}</th>", table.title, table.row);
    for kpi in &table.shown {
        put!(page, "<th class=\"number\">{}</th>", escaped(kpi.short_name()));
    }
    put!(page, "</tr></thead>\n<tbody>\n");
    for (label, values) in &table.rows {
        put!(page, "<tr><td>{}</td>", escaped(label));
        for kpi in &table.shown {
            let value = values.iter().find(|value| value.kpi == *kpi);
            let class = value.map(|value| standing(value).class()).unwrap_or_default();
            let (text, word) = value.map(|value| (marked(value), standing_text(value))).unwrap_or_default();
            put!(page, "<td class=\"number {class}\" title=\"{}\">{}</td>", escaped(&word), escaped(&text));
        }
        put!(page, "</tr>\n");
    }
    put!(page, "</tbody></table></div>\n</section>\n");
}

/// A figure with a sign before it where it is not as it should be.
fn marked(value: &KpiValue) -> String {
    match standing(value) {
        Standing::Good | Standing::None => figure_text(value),
        abnormal => format!("{} {}", abnormal.sign(), figure_text(value)),
    }
}

fn put_entries(page: &mut String, entries: &Entries) {
    put!(page, "<section>\n<h2>{}</h2>\n", entries.title);
    if entries.rows.is_empty() {
        put!(page, "<p class=\"soft\">{}</p>\n</section>\n", entries.none);
        return;
    }
    let class = |kind| if kind == CellKind::Number { " class=\"number\"" } else { "" };
    put!(page, "<div class=\"table\"><table>\n<thead><tr>");
    for column in &entries.columns {
        put!(page, "<th{}>{}</th>", class(column.kind), escaped(column.title));
    }
    put!(page, "</tr></thead>\n<tbody>\n");
    for row in &entries.rows {
        put!(page, "<tr>");
        for (column, cell) in entries.columns.iter().zip(row) {
            put!(page, "<td{}>{}</td>", class(column.kind), escaped(&cell_text(cell)));
        }
        put!(page, "</tr>\n");
    }
    put!(page, "</tbody></table></div>\n");
    if entries.more > 0 {
        put!(page, "<p class=\"soft small\">and {} more</p>\n", entries.more);
    }
    put!(page, "</section>\n");
}
