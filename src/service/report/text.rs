//! The report as plain text in 80 columns, for a mail or a printer that knows nothing else.

use super::{
    Entries, KpiTable, Report, ReportKpi, cell_text, family_title, figure_text, grouped, standing, standing_text,
};
use crate::domain::list::CellKind;
use crate::domain::measure::MILLIS_PER_MINUTE;
use crate::domain::text::shown_lines;
use crate::kpi::{Change, Family, Kpi, KpiValue, Pareto, Unit};
use std::fmt::Write;
use unicode_width::UnicodeWidthStr;

const WIDTH: usize = 80;
/// Bars of a list of causes.
const MOST_BARS: usize = 8;
const NAMES: usize = 26;
const BAR: usize = 20;

/// The text.
pub fn text(report: &Report) -> String {
    let mut text = String::new();
    line(&mut text, &format!("{}: {}", report.kind.title(), report.period_text()));
    wrapped(&mut text, "", &report.clients_text());
    wrapped(&mut text, "", &report.made_text());
    if report.is_unfinished {
        line(&mut text, "The last day of this report has not ended: its figures still move.");
    }
    standing_out(&mut text, report);
    for &family in Family::ALL {
        heading(&mut text, family_title(family));
        line(&mut text, &format!("{:<33}{:>12}{:>11}{:>10}  STATUS", "KPI", "VALUE", "TARGET", "CHANGE"));
        report.family(family).for_each(|kpi| line(&mut text, &kpi_line(kpi)));
    }
    for table in &report.tables {
        kpi_table(&mut text, table);
    }
    losses(&mut text, report);
    report.causes.iter().filter(|causes| !causes.bars.is_empty()).for_each(|causes| pareto(&mut text, causes));
    report.entries.iter().for_each(|entries| list(&mut text, entries));
    line(&mut text, "");
    wrapped(
        &mut text,
        "",
        &format!(
            "CHANGE is since {}; ~ rests in part on cycle times told from history; — has no value.",
            report.kind.before()
        ),
    );
    wrapped(&mut text, "", &report.trail_text());
    shown_lines(&text).into_owned()
}

fn standing_out(text: &mut String, report: &Report) {
    heading(text, "What stands out");
    if report.standing_out().next().is_none() {
        line(text, report.nothing_text());
    }
    for kpi in report.standing_out() {
        let sign = standing(&kpi.value).sign();
        line(
            text,
            &format!("{sign} {}: {}, {}", kpi.value.kpi.name(), figure_text(&kpi.value), standing_text(&kpi.value)),
        );
        kpi.why.iter().for_each(|why| wrapped(text, "    ", why));
    }
}

fn kpi_line(kpi: &ReportKpi) -> String {
    let target = kpi.value.target.map(|_| kpi.value.target_number()).unwrap_or_default();
    let change = kpi.value.change_since(&kpi.before).map(Change::number).unwrap_or_default();
    let figure = figure_text(&kpi.value);
    let status = cut(&standing_text(&kpi.value), 12);
    format!("{:<33}{}{target:>11}{change:>10}  {status}", kpi.value.kpi.name(), right(&figure, 12))
}

fn kpi_table(text: &mut String, table: &KpiTable) {
    heading(text, table.title);
    let room = WIDTH - table.shown.len() * 9;
    let names: String = table.shown.iter().map(|kpi| right(column(*kpi), 9)).collect();
    line(text, &format!("{}{names}", left(table.row, room)));
    for (label, values) in &table.rows {
        let cells: String = table
            .shown
            .iter()
            .map(|kpi| values.iter().find(|value| value.kpi == *kpi))
            .map(|value| right(&value.map(KpiValue::number).unwrap_or_default(), 9))
            .collect();
        line(text, &format!("{}{cells}", left(&cut(label, room - 1), room)));
    }
}

/// A KPI above a narrow column.
const fn column(kpi: Kpi) -> &'static str {
    match kpi {
        Kpi::Availability => "Avail.",
        Kpi::Performance => "Perform.",
        Kpi::Absenteeism => "Absent",
        other => other.short_name(),
    }
}

fn losses(text: &mut String, report: &Report) {
    if report.losses.iter().all(|loss| loss.millis == 0) {
        return;
    }
    heading(text, "Planned time");
    for loss in report.losses.iter().filter(|loss| loss.millis != 0) {
        let share = Unit::Percent.text(loss.share);
        line(
            text,
            &format!(
                "{}{}{}",
                left(loss.name, NAMES),
                right(&format!("{} min", grouped(loss.millis / i128::from(MILLIS_PER_MINUTE))), 14),
                right(&share, 9)
            ),
        );
    }
}

fn pareto(text: &mut String, causes: &Pareto) {
    heading(text, causes.kind.name());
    for cause in causes.bars.iter().take(MOST_BARS) {
        let length = usize::try_from(cause.share.scaled_half_away(20)).unwrap_or(0).clamp(1, BAR);
        let bar = "#".repeat(length);
        let amount = right(&grouped(cause.amount.into()), 10);
        let share = Unit::Percent.text(Some(cause.cumulative));
        line(
            text,
            &format!("{} {} {amount}{}", left(&cut(&cause.name, NAMES), NAMES), left(&bar, BAR), right(&share, 10)),
        );
    }
    if causes.bars.len() > MOST_BARS {
        line(text, &format!("and {} more", causes.bars.len() - MOST_BARS));
    }
}

fn list(text: &mut String, entries: &Entries) {
    heading(text, entries.title);
    if entries.rows.is_empty() {
        line(text, entries.none);
        return;
    }
    let rows: Vec<Vec<String>> = entries.rows.iter().map(|row| row.iter().map(cell_text).collect()).collect();
    let mut widths: Vec<usize> = entries
        .columns
        .iter()
        .enumerate()
        .map(|(place, column)| {
            let cells = rows.iter().filter_map(|row| row.get(place)).map(|cell| cell.width());
            cells.chain([column.title.width()]).max().unwrap_or(0)
        })
        .collect();
    // The widest column gives way until the row fits.
    while widths.iter().sum::<usize>() + 2 * widths.len() > WIDTH + 2 {
        match widths.iter_mut().max() {
            Some(widest) if *widest > 4 => *widest -= 1,
            _ => break,
        }
    }
    let cells = |row: &[String]| {
        let cell = |((column, width), cell): ((&crate::domain::list::Column, &usize), &String)| match column.kind {
            CellKind::Number => right(&cut(cell, *width), *width),
            _ => left(&cut(cell, *width), *width),
        };
        entries.columns.iter().zip(&widths).zip(row).map(cell).collect::<Vec<_>>().join("  ")
    };
    let titles: Vec<String> = entries.columns.iter().map(|column| column.title.to_owned()).collect();
    line(text, &cells(&titles));
    for row in &rows {
        line(text, &cells(row));
    }
    if entries.more > 0 {
        line(text, &format!("and {} more", entries.more));
    }
}

fn heading(text: &mut String, title: &str) {
    line(text, "");
    line(text, &title.to_uppercase());
    line(text, &"-".repeat(WIDTH));
}

fn line(text: &mut String, line: &str) {
    // Writing to a String cannot fail.
    writeln!(text, "{}", line.trim_end()).ok();
}

/// Breaks a long text between its words.
fn wrapped(text: &mut String, indent: &str, long: &str) {
    let mut so_far = indent.to_owned();
    for word in long.split(' ') {
        let is_begun = so_far.len() > indent.len();
        if is_begun && so_far.width() + 1 + word.width() > WIDTH {
            line(text, &so_far);
            indent.clone_into(&mut so_far);
        } else if is_begun {
            so_far.push(' ');
        }
        so_far.push_str(word);
    }
    line(text, &so_far);
}

fn left(cell: &str, width: usize) -> String {
    format!("{cell}{}", " ".repeat(width.saturating_sub(cell.width())))
}

fn right(cell: &str, width: usize) -> String {
    format!("{}{cell}", " ".repeat(width.saturating_sub(cell.width())))
}

fn cut(cell: &str, width: usize) -> String {
    if cell.width() <= width {
        return cell.to_owned();
    }
    let mut short = String::new();
    for letter in cell.chars() {
        if short.width() + 2 > width {
            break;
        }
        short.push(letter);
    }
    short + "…"
}
