//! How each engine writes what the texts of rules say in words of their own.

use super::rule::Key;

/// An engine, as far as it writes rules otherwise than the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    #[cfg_attr(not(test), allow(dead_code, reason = "named by migrating a server, which comes with the second engine"))]
    Postgres,
}

impl Dialect {
    /// A rule's text for a row of that name.
    pub(super) fn spelled(self, text: &str, row: &str) -> String {
        let text = text.replace('@', &format!("{row}."));
        match self {
            Self::Sqlite => text.replace("least(", "min("),
            Self::Postgres => text,
        }
    }

    /// A part of a key for a row of that name.
    pub(super) fn key_of(self, key: Key, row: &str) -> String {
        match (self, key) {
            (_, Key::Column(column)) => format!("{row}.{column}"),
            (Self::Sqlite, Key::MonthOf(column)) => {
                format!("CAST(strftime('%Y%m', {row}.{column} * 86400, 'unixepoch') AS INTEGER)")
            }
            (Self::Postgres, Key::MonthOf(column)) => {
                let date = format!("DATE '1970-01-01' + CAST({row}.{column} AS INTEGER)");
                format!("CAST(extract(YEAR FROM {date}) * 100 + extract(MONTH FROM {date}) AS BIGINT)")
            }
            (_, Key::Constant(text)) => format!("'{text}'"),
        }
    }
}

/// Whether a table counts its changes, so that a screen knows which of its days to read again.
pub(super) fn counts_changes(target: &str) -> bool {
    matches!(target, "tally_day" | "tally_month" | "tally_stage" | "tally_stage_month")
}
