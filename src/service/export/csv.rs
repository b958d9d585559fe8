//! Exports as CSV: what `kpi-ops import` reads. Text that a spreadsheet would take for a formula has an apostrophe
//! before it, which the import takes away again.

use super::{ExportCell, ExportRows};
use crate::domain::text::{shielded, shown};
use std::io::{self, Write};

/// Writes CSV.
pub struct CsvRows<W: Write> {
    writer: csv::Writer<W>,
}

impl<W: Write> CsvRows<W> {
    /// Into this.
    pub fn new(out: W) -> Self {
        Self { writer: csv::Writer::from_writer(out) }
    }
}

impl<W: Write + Send> ExportRows for CsvRows<W> {
    fn header(&mut self, columns: &[&'static str]) -> io::Result<()> {
        Ok(self.writer.write_record(columns)?)
    }

    fn row(&mut self, cells: &[ExportCell]) -> io::Result<()> {
        for cell in cells {
            match cell {
                ExportCell::Missing => self.writer.write_field("")?,
                ExportCell::Text(text) => self.writer.write_field(shielded(&shown(text)).as_bytes())?,
                ExportCell::Whole(number) => self.writer.write_field(number.to_string())?,
                ExportCell::Decimal(number, places) => {
                    self.writer.write_field(ExportCell::decimal(*number, *places))?;
                }
                ExportCell::Number(number) => self.writer.write_field(number.to_string())?,
                ExportCell::Date(date) => self.writer.write_field(date.to_string())?,
                ExportCell::Time(text, _) => self.writer.write_field(text)?,
                ExportCell::YesNo(yes) => self.writer.write_field(if *yes { "yes" } else { "no" })?,
            }
        }
        Ok(self.writer.write_record(None::<&[u8]>)?)
    }

    fn end(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}
