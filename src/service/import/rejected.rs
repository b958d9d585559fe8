//! The file of rejected rows: as they stood, with their line, the column and the reason. A mended one can be
//! imported as it is.

use super::reader::{Layout, REJECTED_COLUMNS, REJECTED_REASON, Row};
use crate::domain::reject::Reject;
use crate::domain::text::{shielded, shown};
use crate::service::Problem;
use std::borrow::Cow;
use std::fs::File;
use std::path::{Path, PathBuf};

/// Writes the rejected rows of one file; the file appears with the first of them.
#[derive(Debug)]
pub(super) struct RejectedFile {
    path: PathBuf,
    writer: Option<csv::Writer<File>>,
}

impl RejectedFile {
    /// For the rows of `file`.
    pub(super) fn beside(file: &Path) -> Self {
        Self { path: rejected_path(file), writer: None }
    }

    /// Adds a row.
    pub(super) fn add(&mut self, layout: &Layout, row: &Row, reject: &Reject) -> Result<(), Problem> {
        let path = self.path.clone();
        let failed = |error: csv::Error| cannot_write(&path, &error);
        if self.writer.is_none() {
            self.writer = Some(start(&self.path, layout)?);
        }
        let Some(writer) = &mut self.writer else { return Ok(()) };
        let own = layout.own_fields(row.raw());
        for field in row.raw().iter().take(own) {
            writer.write_field(harmless(field)).map_err(failed)?;
        }
        // A row that is too short still has its reasons in their columns.
        for _ in own..layout.header.len() {
            writer.write_field("").map_err(failed)?;
        }
        let reason = format!("{}; {}", reject.why, reject.try_this);
        for field in [&row.line.to_string(), &reject.field, &reason] {
            writer.write_field(shielded(&shown(field)).as_bytes()).map_err(failed)?;
        }
        writer.write_record(None::<&[u8]>).map_err(failed)
    }

    /// Makes what was written so far durable enough to be looked at.
    pub(super) fn flush(&mut self) -> Result<(), Problem> {
        match &mut self.writer {
            Some(writer) => writer.flush().map_err(|error| cannot_write(&self.path, &error)),
            None => Ok(()),
        }
    }

    /// Ends it: its path where rows were rejected. One that an earlier import of the file left is removed where
    /// none are, because nothing of it is true any more.
    pub(super) fn finish(mut self) -> Result<Option<PathBuf>, Problem> {
        self.flush()?;
        if self.writer.is_some() {
            return Ok(Some(self.path));
        }
        match std::fs::remove_file(&self.path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(cannot_write(&self.path, &error)),
            _ => Ok(None),
        }
    }
}

/// A field as it stood, which no spreadsheet takes for a formula. What is shielded already stays so: the import takes
/// one apostrophe away.
fn harmless(field: &[u8]) -> Cow<'_, [u8]> {
    match std::str::from_utf8(field) {
        Ok(text) if !text.starts_with('\'') => match shielded(text) {
            Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
            Cow::Owned(text) => Cow::Owned(text.into_bytes()),
        },
        _ => Cow::Borrowed(field),
    }
}

/// Where the rejected rows of a file go: beside it, `FILE.rejected.csv` for `FILE.csv`.
fn rejected_path(file: &Path) -> PathBuf {
    let is_csv = file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("csv"));
    let mut name = if is_csv { file.with_extension("") } else { file.to_path_buf() }.into_os_string();
    name.push(".rejected.csv");
    PathBuf::from(name)
}

fn start(path: &Path, layout: &Layout) -> Result<csv::Writer<File>, Problem> {
    let file = File::create(path).map_err(|error| cannot_write(path, &error))?;
    let mut writer = csv::WriterBuilder::new().delimiter(layout.delimiter).flexible(true).from_writer(file);
    let [line, column, reason] = REJECTED_COLUMNS;
    let reason = if layout.has(reason) { REJECTED_REASON } else { reason };
    let header = layout.header.iter().map(String::as_str).chain([line, column, reason]);
    writer.write_record(header).map_err(|error| cannot_write(path, &error))?;
    Ok(writer)
}

fn cannot_write(path: &Path, error: &dyn std::fmt::Display) -> Problem {
    Problem::File(format!("cannot write the rejected rows to {}: {error}", path.display()))
}
