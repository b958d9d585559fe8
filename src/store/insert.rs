//! Rows that are inserted: where they go, and the columns that say who wrote them and when.

use super::value::{Value, args};
use crate::domain::clock::Instant;

/// Most arguments that the engine takes in one statement (its default limit).
const MOST_ARGUMENTS: usize = 32_766;
/// Rows in one VALUES list; more than this gains nothing (measured, performance.md section 6).
const MOST_ROWS: usize = 1_000;

/// A table to insert into, with the columns that the caller fills. The columns that say who and when are
/// filled by the transaction.
#[derive(Debug, Clone, Copy)]
pub(crate) struct InsertInto {
    /// Its plain name.
    pub(crate) table: &'static str,
    /// The columns of each row, in order.
    pub(crate) columns: &'static [&'static str],
    /// How its rows are stamped.
    pub(crate) stamp: Stamp,
}

/// Which of the columns that say who and when a table has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stamp {
    /// created, updated, deleted, version.
    Full,
    /// created only: append-only tables.
    Created,
    /// None: the caller fills every column.
    Bare,
}

impl Stamp {
    const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Full => &["created_by", "created_at", "updated_by", "updated_at", "deleted_at", "version"],
            Self::Created => &["created_by", "created_at"],
            Self::Bare => &[],
        }
    }

    /// What they hold in a new row.
    pub(in crate::store) fn values(self, by: &str, at: Instant) -> Vec<Value> {
        match self {
            Self::Full => args![by, at, by, at, None::<Instant>, 1_i64],
            Self::Created => args![by, at],
            Self::Bare => Vec::new(),
        }
    }
}

impl InsertInto {
    /// How many rows fit in one statement.
    pub(in crate::store) fn rows_in_one_statement(&self) -> usize {
        let width = self.columns.len() + self.stamp.columns().len();
        (MOST_ARGUMENTS / width).min(MOST_ROWS)
    }

    /// The text for so many rows; its parts are names that the program's own tables have, never anybody's input.
    pub(in crate::store) fn text(&self, rows: usize) -> String {
        let columns: Vec<_> = self.columns.iter().chain(self.stamp.columns()).copied().collect();
        let mut text = format!("INSERT INTO {} ({}) VALUES ", self.table, columns.join(", "));
        // Without numbers: SQLite looks a numbered argument up among all the others, which makes long lists very slow.
        let row = format!("({})", vec!["?"; columns.len()].join(", "));
        text.push_str(&vec![row; rows].join(", "));
        text
    }

    /// The text for any number of rows that come as one array a column.
    pub(in crate::store) fn text_of_arrays(&self) -> String {
        let columns: Vec<_> = self.columns.iter().chain(self.stamp.columns()).copied().collect();
        let arrays: Vec<_> = (1..=columns.len()).map(|place| format!("${place}")).collect();
        format!("INSERT INTO {} ({}) SELECT * FROM unnest({})", self.table, columns.join(", "), arrays.join(", "))
    }

    /// The text of a change of every column of one row, found by its first `key` columns.
    pub(in crate::store) fn replacing_text(&self, key: usize) -> String {
        let mut set = Vec::new();
        let mut same = Vec::new();
        for (position, column) in self.columns.iter().enumerate() {
            let list = if position < key { &mut same } else { &mut set };
            list.push(format!("{column} = ${}", position + 1));
        }
        let (by, at) = (self.columns.len() + 1, self.columns.len() + 2);
        set.push(format!("updated_by = ${by}, updated_at = ${at}, deleted_at = NULL, version = version + 1"));
        format!("UPDATE {} SET {} WHERE {} RETURNING version", self.table, set.join(", "), same.join(" AND "))
    }
}
