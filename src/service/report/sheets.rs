//! The report as a spreadsheet: a sheet for the KPIs, one for their days, and one for each table, with real numbers.

use super::{Entries, KpiTable, Report, family_title, standing_text};
use crate::domain::list::Cell;
use crate::domain::measure::MILLIS_PER_MINUTE;
use crate::domain::text::shown;
use crate::kpi::{Kpi, KpiValue, Pareto, Target};
use rust_xlsxwriter::{Format, FormatBorder, Workbook, Worksheet, XlsxError};
use std::io::{self, Seek, Write};

struct Formats {
    title: Format,
    heading: Format,
    figure: Format,
    share: Format,
    date: Format,
    time: Format,
}

/// Writes the spreadsheet.
pub fn write(report: &Report, out: impl Write + Seek + Send) -> io::Result<()> {
    book(report, out).map_err(io::Error::other)
}

fn book(report: &Report, out: impl Write + Seek + Send) -> Result<(), XlsxError> {
    let formats = Formats {
        title: Format::new().set_bold().set_font_size(16),
        heading: Format::new().set_bold().set_border_bottom(FormatBorder::Thin),
        figure: Format::new().set_num_format("0.0"),
        share: Format::new().set_num_format("0.0%"),
        date: Format::new().set_num_format("yyyy-mm-dd"),
        time: Format::new().set_num_format("yyyy-mm-dd hh:mm"),
    };
    let mut book = Workbook::new();
    kpis(book.add_worksheet(), report, &formats)?;
    days(book.add_worksheet(), report, &formats)?;
    for table in &report.tables {
        kpi_table(book.add_worksheet(), table, &formats)?;
    }
    losses(book.add_worksheet(), report, &formats)?;
    for causes in &report.causes {
        pareto(book.add_worksheet(), causes, &formats)?;
    }
    for entries in &report.entries {
        list(book.add_worksheet(), entries, &formats)?;
    }
    trail(book.add_worksheet(), report, &formats)?;
    book.save_to_writer(out)
}

fn headings(sheet: &mut Worksheet, row: u32, headings: &[&str], formats: &Formats) -> Result<(), XlsxError> {
    for (column, heading) in (0..).zip(headings) {
        sheet.write_string_with_format(row, column, *heading, &formats.heading)?;
        sheet.set_column_width(column, u32::try_from(heading.len() + 3).unwrap_or(20).max(11))?;
    }
    sheet.set_freeze_panes(row + 1, 0)?;
    Ok(())
}

fn kpis(sheet: &mut Worksheet, report: &Report, formats: &Formats) -> Result<(), XlsxError> {
    sheet.set_name("KPIs")?;
    let title = format!("{}: {}", report.kind.title(), report.period_text());
    sheet.write_string_with_format(0, 0, title, &formats.title)?;
    sheet.write_string(1, 0, shown(&report.clients_text()))?;
    sheet.write_string(2, 0, report.made_text())?;
    let names =
        ["Group", "KPI", "Id", "Value", "Unit", "Target", "Status", "Before", "Change", "Inferred share", "Why"];
    headings(sheet, 4, &names, formats)?;
    sheet.set_column_width(0, 18)?.set_column_width(1, 34)?.set_column_width(6, 24)?.set_column_width(10, 80)?;
    for (row, kpi) in (5..).zip(&report.kpis) {
        let (value, before) = (&kpi.value, &kpi.before);
        sheet.write_string(row, 0, family_title(value.kpi.family()))?;
        sheet.write_string(row, 1, value.kpi.name())?;
        sheet.write_string(row, 2, value.kpi.as_str())?;
        number(sheet, row, 3, value.value(), &formats.figure)?;
        sheet.write_string(row, 4, value.kpi.unit().as_str())?;
        number(sheet, row, 5, value.target.map(Target::value), &formats.figure)?;
        sheet.write_string(row, 6, standing_text(value))?;
        number(sheet, row, 7, before.value(), &formats.figure)?;
        let change = value.change_since(before).map(|change| change.by.value(value.kpi.unit().scale()));
        number(sheet, row, 8, change, &formats.figure)?;
        number(sheet, row, 9, Some(value.inferred_share), &formats.share)?;
        sheet.write_string(row, 10, shown(&kpi.why.join("; ")))?;
    }
    Ok(())
}

/// The days of the trends, a column for each KPI.
fn days(sheet: &mut Worksheet, report: &Report, formats: &Formats) -> Result<(), XlsxError> {
    sheet.set_name("Days")?;
    let names: Vec<&str> =
        std::iter::once("Date").chain(report.trends.iter().map(|trend| trend.kpi.short_name())).collect();
    headings(sheet, 0, &names, formats)?;
    for (column, trend) in (1..).zip(&report.trends) {
        for (row, day) in (1..).zip(&trend.days) {
            sheet.write_datetime_with_format(row, 0, day.date.date(), &formats.date)?;
            let value = day.figure.map(|figure| figure.value(trend.kpi.unit().scale()));
            number(sheet, row, column, value, &formats.figure)?;
        }
    }
    Ok(())
}

fn kpi_table(sheet: &mut Worksheet, table: &KpiTable, formats: &Formats) -> Result<(), XlsxError> {
    sheet.set_name(table.title)?;
    let names: Vec<&str> = std::iter::once(table.row).chain(Kpi::ALL.iter().map(|kpi| kpi.short_name())).collect();
    headings(sheet, 0, &names, formats)?;
    sheet.set_column_width(0, 24)?;
    for (row, (label, values)) in (1..).zip(&table.rows) {
        sheet.write_string(row, 0, shown(label))?;
        for (column, kpi) in (1..).zip(Kpi::ALL) {
            let value = values.iter().find(|value| value.kpi == *kpi).and_then(KpiValue::value);
            number(sheet, row, column, value, &formats.figure)?;
        }
    }
    Ok(())
}

fn losses(sheet: &mut Worksheet, report: &Report, formats: &Formats) -> Result<(), XlsxError> {
    sheet.set_name("Planned time")?;
    headings(sheet, 0, &["Part", "Minutes", "Share"], formats)?;
    sheet.set_column_width(0, 30)?;
    for (row, loss) in (1..).zip(&report.losses) {
        sheet.write_string(row, 0, loss.name)?;
        let minutes = crate::kpi::Ratio::new(loss.millis, MILLIS_PER_MINUTE).map(|minutes| minutes.value(1));
        number(sheet, row, 1, minutes, &formats.figure)?;
        number(sheet, row, 2, loss.share.map(|share| share.value(1)), &formats.share)?;
    }
    Ok(())
}

fn pareto(sheet: &mut Worksheet, causes: &Pareto, formats: &Formats) -> Result<(), XlsxError> {
    sheet.set_name(causes.kind.name())?;
    headings(sheet, 0, &["Cause", causes.kind.name(), "Share", "So far"], formats)?;
    sheet.set_column_width(0, 36)?;
    for (row, cause) in (1..).zip(&causes.bars) {
        sheet.write_string(row, 0, shown(&cause.name))?;
        #[expect(clippy::cast_precision_loss, reason = "a count of units or minutes is far below 2^53")]
        sheet.write_number(row, 1, cause.amount as f64)?;
        number(sheet, row, 2, Some(cause.share.value(1)), &formats.share)?;
        number(sheet, row, 3, Some(cause.cumulative.value(1)), &formats.share)?;
    }
    Ok(())
}

fn list(sheet: &mut Worksheet, entries: &Entries, formats: &Formats) -> Result<(), XlsxError> {
    sheet.set_name(entries.title)?;
    let names: Vec<&str> = entries.columns.iter().map(|column| column.title).collect();
    headings(sheet, 0, &names, formats)?;
    for (row, cells) in (1..).zip(&entries.rows) {
        for (column, cell) in (0..).zip(cells) {
            entry(sheet, row, column, cell, formats)?;
        }
    }
    Ok(())
}

/// Where the audit trails end: the hash is text, because a spreadsheet would round it.
fn trail(sheet: &mut Worksheet, report: &Report, formats: &Formats) -> Result<(), XlsxError> {
    sheet.set_name("Audit trail")?;
    headings(sheet, 0, &["Client", "Last entry", "Its hash"], formats)?;
    sheet.set_column_width(2, 24)?;
    for (row, end) in (1..).zip(&report.trail) {
        sheet.write_string(row, 0, shown(end.client_id.as_str()))?;
        #[expect(clippy::cast_precision_loss, reason = "a number of entries is far below 2^53")]
        sheet.write_number(row, 1, end.seq as f64)?;
        sheet.write_string(row, 2, end.hash.as_deref().unwrap_or_default())?;
    }
    Ok(())
}

fn entry(sheet: &mut Worksheet, row: u32, column: u16, cell: &Cell, formats: &Formats) -> Result<(), XlsxError> {
    match cell {
        Cell::Missing => {}
        Cell::Text(text) => {
            sheet.write_string(row, column, shown(text))?;
        }
        Cell::Number(whole) => {
            #[expect(clippy::cast_precision_loss, reason = "a count is far below 2^53")]
            sheet.write_number(row, column, *whole as f64)?;
        }
        Cell::Date(date) => {
            sheet.write_datetime_with_format(row, column, date.date(), &formats.date)?;
        }
        Cell::Time(_, local) => {
            sheet.set_column_width(column, 17)?.write_datetime_with_format(row, column, *local, &formats.time)?;
        }
        Cell::Flag(yes) => {
            sheet.write_boolean(row, column, *yes)?;
        }
    }
    Ok(())
}

fn number(sheet: &mut Worksheet, row: u32, column: u16, value: Option<f64>, format: &Format) -> Result<(), XlsxError> {
    if let Some(value) = value {
        sheet.write_number_with_format(row, column, value, format)?;
    }
    Ok(())
}
