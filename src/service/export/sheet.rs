//! Exports as a spreadsheet: numbers are numbers, dates are dates, times are the client's local times. Rows go to the
//! disk as they come.

use super::{ExportCell, ExportRows};
use crate::domain::text::shown;
use rust_xlsxwriter::{Format, FormatBorder, Workbook, Worksheet, XlsxError};
use std::io::{self, Seek, Write};

/// Rows of one sheet, its header included; what is more goes to a further sheet.
const ROWS_OF_A_SHEET: u32 = 1_048_576;
/// Whole numbers up to here are exact in a spreadsheet.
const LARGEST_EXACT: i128 = 1 << 53;
const NARROWEST: usize = 11;
const WIDTH_OF_A_TIME: usize = 17;

/// Writes a spreadsheet.
pub struct SheetRows<W: Write + Seek + Send> {
    out: W,
    name: String,
    book: Workbook,
    columns: Vec<&'static str>,
    /// The row that comes next in the present sheet.
    next: u32,
    sheets: usize,
    formats: Formats,
}

struct Formats {
    heading: Format,
    date: Format,
    time: Format,
}

impl<W: Write + Seek + Send> SheetRows<W> {
    /// Into this; the sheet has this name.
    pub fn new(out: W, name: &str) -> Self {
        let formats = Formats {
            heading: Format::new().set_bold().set_border_bottom(FormatBorder::Thin),
            date: Format::new().set_num_format("yyyy-mm-dd"),
            time: Format::new().set_num_format("yyyy-mm-dd hh:mm"),
        };
        Self { out, name: name.to_owned(), book: Workbook::new(), columns: Vec::new(), next: 0, sheets: 0, formats }
    }

    fn begin_sheet(&mut self) -> Result<(), XlsxError> {
        self.sheets += 1;
        let sheet = self.book.add_worksheet_with_constant_memory()?;
        let name = if self.sheets == 1 { self.name.clone() } else { format!("{} {}", self.name, self.sheets) };
        sheet.set_name(name)?.set_freeze_panes(1, 0)?;
        for (column, heading) in (0..).zip(&self.columns) {
            let width = if heading.ends_with("_at") || *heading == "hold_from" {
                WIDTH_OF_A_TIME
            } else {
                NARROWEST.max(heading.len() + 2)
            };
            sheet.set_column_width(column, u32::try_from(width).unwrap_or(u32::MAX))?;
            sheet.write_string_with_format(0, column, *heading, &self.formats.heading)?;
        }
        self.next = 1;
        Ok(())
    }

    fn write_row(&mut self, cells: &[ExportCell]) -> Result<(), XlsxError> {
        if self.next >= ROWS_OF_A_SHEET {
            self.begin_sheet()?;
        }
        let sheet = self.book.worksheet_from_index(self.sheets.saturating_sub(1))?;
        for (column, cell) in (0..).zip(cells) {
            write_cell(sheet, self.next, column, cell, &self.formats)?;
        }
        self.next += 1;
        Ok(())
    }
}

fn write_cell(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &ExportCell,
    formats: &Formats,
) -> Result<(), XlsxError> {
    match cell {
        ExportCell::Missing => {}
        ExportCell::Text(text) => {
            sheet.write_string(row, column, shown(text))?;
        }
        ExportCell::Whole(number) if number.abs() <= LARGEST_EXACT => {
            #[allow(clippy::cast_precision_loss, reason = "it was just found to be exact")]
            sheet.write_number(row, column, *number as f64)?;
        }
        ExportCell::Whole(number) => {
            sheet.write_string(row, column, number.to_string())?;
        }
        ExportCell::Decimal(number, places) => match ExportCell::decimal(*number, *places).parse::<f64>() {
            Ok(number) => {
                sheet.write_number(row, column, number)?;
            }
            Err(_) => {
                sheet.write_string(row, column, ExportCell::decimal(*number, *places))?;
            }
        },
        ExportCell::Number(number) => {
            sheet.write_number(row, column, *number)?;
        }
        ExportCell::Date(date) => {
            sheet.write_datetime_with_format(row, column, date.date(), &formats.date)?;
        }
        ExportCell::Time(_, local) => {
            sheet.write_datetime_with_format(row, column, *local, &formats.time)?;
        }
        ExportCell::YesNo(yes) => {
            sheet.write_boolean(row, column, *yes)?;
        }
    }
    Ok(())
}

impl<W: Write + Seek + Send> ExportRows for SheetRows<W> {
    fn header(&mut self, columns: &[&'static str]) -> io::Result<()> {
        self.columns = columns.to_vec();
        self.begin_sheet().map_err(io::Error::other)
    }

    fn row(&mut self, cells: &[ExportCell]) -> io::Result<()> {
        self.write_row(cells).map_err(io::Error::other)
    }

    fn end(&mut self) -> io::Result<()> {
        self.book.save_to_writer(&mut self.out).map_err(io::Error::other)?;
        self.out.flush()
    }
}
