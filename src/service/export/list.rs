//! What is on the screen as a file: the rows of a list as it is filtered and sorted there, in the columns of the list.
//!
//! Unlike an export of an entity it is for looking at, not for importing again: it holds what the list shows, and of a
//! record what changed field by field.

use super::super::{Desk, ListQuery, Problem};
use super::view::{stamp, write_new};
use crate::domain::change::changes_of;
use crate::domain::clock::PlantClock;
use crate::domain::list::{Cell, List, ListRow};
use crate::domain::text::{shielded, shown};
use std::path::{Path, PathBuf};

/// Rows that are asked for at once.
const PAGE: u64 = 1_000;
/// Most rows of a file: as many as a list lets one walk through.
const MOST: usize = 10_000;
/// Columns of a record that are told as changes.
const SIDES: [&str; 2] = ["before", "after"];

impl Desk {
    /// Writes the rows of a list as it is filtered and sorted into a new file in `folder`, which only its owner reads;
    /// gives the file and how many rows it holds.
    pub async fn export_list(&self, query: &ListQuery, folder: &Path) -> Result<(PathBuf, usize), Problem> {
        let mut rows = Vec::new();
        loop {
            let offset = u64::try_from(rows.len()).unwrap_or(u64::MAX);
            let page = self.list(&ListQuery { offset, limit: PAGE, ..query.clone() }).await?;
            let is_last = page.rows.is_empty() || offset + PAGE >= page.total;
            rows.extend(page.rows);
            if is_last || rows.len() >= MOST {
                break;
            }
        }
        let clock = |row: &ListRow| {
            let client = row.client_id.as_ref().and_then(|id| self.session.scope().client(id));
            client.map_or(PlantClock::UTC, |client| client.clock)
        };
        let text = csv(query.list, &rows, clock).map_err(|error| Problem::File(error.to_string()))?;
        let path = write_new(folder, &format!("{}-{}.csv", query.list, stamp(self.now())), &text)?;
        Ok((path, rows.len()))
    }
}

fn csv(list: List, rows: &[ListRow], clock: impl Fn(&ListRow) -> PlantClock) -> Result<Vec<u8>, csv::Error> {
    let columns =
        || list.columns().iter().enumerate().filter(|(_, column)| !(list.is_record() && SIDES.contains(&column.name)));
    let mut writer = csv::Writer::from_writer(Vec::new());
    for (_, column) in columns() {
        writer.write_field(column.name)?;
    }
    if list.is_record() {
        writer.write_field("changes")?;
    }
    writer.write_record(None::<&[u8]>)?;
    for row in rows {
        for (place, _) in columns() {
            writer.write_field(row.cells.get(place).map_or_else(String::new, written))?;
        }
        if list.is_record() {
            writer.write_field(told_changes(list, row, clock(row)))?;
        }
        writer.write_record(None::<&[u8]>)?;
    }
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

fn written(cell: &Cell) -> String {
    match cell {
        Cell::Missing => String::new(),
        Cell::Text(text) => shielded(&shown(text)).into_owned(),
        Cell::Number(number) => number.to_string(),
        Cell::Date(date) => date.to_string(),
        Cell::Time(_, local) => local.format("%Y-%m-%d %H:%M").to_string(),
        Cell::Flag(yes) => if *yes { "yes" } else { "no" }.to_owned(),
    }
}

/// What a row of a record changed, in one text.
fn told_changes(list: List, row: &ListRow, clock: PlantClock) -> String {
    let none = |side: Option<String>| side.unwrap_or_else(|| "none".to_owned());
    let told: Vec<String> = changes_of(list, row, clock)
        .into_iter()
        .map(|change| format!("{}: {} -> {}", change.field, none(change.before), none(change.after)))
        .collect();
    shielded(&shown(&told.join("; "))).into_owned()
}
