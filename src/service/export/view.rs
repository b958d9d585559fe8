//! What a screen that is no list shows, as a file: its figures unrounded, as the command line gives them.

use super::super::{Desk, Problem};
use super::{CsvRows, ExportCell, ExportRows};
use crate::domain::clock::Instant;
use crate::kpi::{KpiValue, Target};
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// A table of what is on the screen.
#[derive(Debug, Clone, PartialEq)]
pub struct ViewTable {
    /// What its file is called, before the time.
    pub name: &'static str,
    /// The names of the columns.
    pub columns: Vec<&'static str>,
    /// The rows, a cell for each column.
    pub rows: Vec<Vec<ExportCell>>,
}

impl ViewTable {
    /// The columns that tell of a KPI, wherever one is exported.
    pub const KPI: [&'static str; 8] =
        ["kpi", "value", "unit", "numerator", "denominator", "target", "status", "inferred_share"];

    /// The cells of [`ViewTable::KPI`] for a value.
    pub fn kpi(value: &KpiValue) -> Vec<ExportCell> {
        let number = |number: Option<f64>| number.map_or(ExportCell::Missing, ExportCell::Number);
        let whole = |number: Option<i128>| number.map_or(ExportCell::Missing, ExportCell::Whole);
        vec![
            ExportCell::Text(value.kpi.to_string()),
            number(value.value()),
            ExportCell::Text(value.kpi.unit().to_string()),
            whole(value.quotient().map(|(numerator, _)| numerator)),
            whole(value.quotient().map(|(_, denominator)| denominator)),
            number(value.target.map(Target::value)),
            ExportCell::Text(value.status.to_string()),
            ExportCell::Number(value.inferred_share),
        ]
    }

    fn csv(&self) -> std::io::Result<Vec<u8>> {
        let mut text = Vec::new();
        let mut rows = CsvRows::new(&mut text);
        rows.header(&self.columns)?;
        self.rows.iter().try_for_each(|cells| rows.row(cells))?;
        rows.end()?;
        drop(rows);
        Ok(text)
    }
}

impl Desk {
    /// Writes each table into a new CSV file in `folder`, which only its owner reads; gives the files and how many rows
    /// they hold.
    pub fn export_view(&self, tables: &[ViewTable], folder: &Path) -> Result<(Vec<PathBuf>, usize), Problem> {
        let written = |table: &ViewTable| {
            let text = table.csv().map_err(|error| Problem::File(error.to_string()))?;
            write_new(folder, &format!("{}-{}.csv", table.name, stamp(self.now())), &text)
        };
        let paths = tables.iter().map(written).collect::<Result<_, Problem>>()?;
        Ok((paths, tables.iter().map(|table| table.rows.len()).sum()))
    }

    /// Writes a text that was copied into a new file in `folder`, for terminals that take none.
    pub fn write_copied(&self, text: &str, folder: &Path) -> Result<PathBuf, Problem> {
        write_new(folder, &format!("copied-{}.txt", stamp(self.now())), format!("{text}\n").as_bytes())
    }
}

/// A moment as it stands in the name of a file.
pub(super) fn stamp(now: Instant) -> String {
    now.utc().format("%Y%m%d-%H%M%S").to_string()
}

/// Writes a file that only its owner reads; one that is there already is never written over.
pub(super) fn write_new(folder: &Path, name: &str, text: &[u8]) -> Result<PathBuf, Problem> {
    let path = folder.join(name);
    let failed = |error: std::io::Error| Problem::File(format!("cannot write {}: {error}", path.display()));
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).map_err(failed)?;
    file.write_all(text).map_err(failed)?;
    file.sync_all().map_err(failed)?;
    Ok(path)
}
