//! Exports as JSON: an array of objects, one on each line; what is missing is `null`.

use super::{ExportCell, ExportRows};
use crate::domain::text::shown;
use std::io::{self, Write};

/// Writes JSON.
pub struct JsonRows<W: Write> {
    out: W,
    names: Vec<String>,
    rows: u64,
}

impl<W: Write> JsonRows<W> {
    /// Into this.
    pub const fn new(out: W) -> Self {
        Self { out, names: Vec::new(), rows: 0 }
    }
}

impl<W: Write + Send> ExportRows for JsonRows<W> {
    fn header(&mut self, columns: &[&'static str]) -> io::Result<()> {
        self.names = columns.iter().map(serde_json::to_string).collect::<Result<_, _>>()?;
        self.out.write_all(b"[")
    }

    fn row(&mut self, cells: &[ExportCell]) -> io::Result<()> {
        self.out.write_all(if self.rows == 0 { b"\n" } else { b",\n" })?;
        self.rows += 1;
        for (place, (name, cell)) in self.names.iter().zip(cells).enumerate() {
            let before = if place == 0 { '{' } else { ',' };
            write!(self.out, "{before}{name}:")?;
            match cell {
                ExportCell::Missing => self.out.write_all(b"null")?,
                ExportCell::Text(text) | ExportCell::Time(text, _) => {
                    serde_json::to_writer(&mut self.out, &shown(text))?;
                }
                ExportCell::Whole(number) => write!(self.out, "{number}")?,
                ExportCell::Decimal(number, places) => {
                    self.out.write_all(ExportCell::decimal(*number, *places).as_bytes())?;
                }
                ExportCell::Number(number) => serde_json::to_writer(&mut self.out, number)?,
                ExportCell::Date(date) => write!(self.out, "\"{date}\"")?,
                ExportCell::YesNo(yes) => write!(self.out, "{yes}")?,
            }
        }
        self.out.write_all(b"}")
    }

    fn end(&mut self) -> io::Result<()> {
        self.out.write_all(if self.rows == 0 { b"]\n" } else { b"\n]\n" })?;
        self.out.flush()
    }
}
