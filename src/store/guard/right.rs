//! What a guarded connection may do. Whatever is not allowed here is refused.

use super::PRIVATE;
use crate::store::error::StoreError;
use std::collections::HashMap;
use std::sync::Arc;

/// Whether a connection changes rows or only looks at them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum Access {
    /// It looks.
    Read,
    /// It looks and changes.
    Write,
}

/// What a session may do to the rows of a view; nothing is ever deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) struct Writes {
    /// Add one.
    pub(in crate::store) insert: bool,
    /// Change one.
    pub(in crate::store) update: bool,
}

/// The base tables that a trigger of stored tallies works on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::store) struct Sums {
    /// Whose rows it adds.
    pub(in crate::store) source: String,
    /// Where it adds them.
    pub(in crate::store) target: String,
}

/// What the library asks about, as far as it can be allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked<'a> {
    /// A SELECT, wherever it stands.
    Select,
    /// A column of a table or view, or only that it is there. Without a database it is a view, a WITH or a table of
    /// which nothing but the number of rows is used.
    Read { table: &'a str, database: Option<&'a str> },
    /// A new row.
    Insert { table: &'a str, database: &'a str },
    /// A change of a column.
    Update { table: &'a str, database: &'a str },
    /// A function.
    Function(&'a str),
    /// BEGIN, COMMIT or ROLLBACK.
    Transaction,
}

/// Functions that statements, views and triggers use. None of them loads code, or tells of the database itself.
pub(super) const FUNCTIONS: &[&str] = &[
    "coalesce",
    "concat",
    "concat_ws",
    "count",
    "length",
    "like",
    "lower",
    "max",
    "min",
    "row_number",
    "string_agg",
    "strftime",
    "substr",
    "sum",
    "upper",
];

/// What exists without being made: tables that tell of the database itself.
const OF_THE_LIBRARY: &[&str] =
    &["t_", "tg_", "sqlite_", "_sqlx", "pragma_", "dbstat", "json_", "fts", "rtree", "bytecode", "tables_used"];

/// What one connection may do.
#[derive(Debug, Clone)]
pub(in crate::store) struct Rights {
    private: String,
    access: Access,
    plain: Arc<HashMap<&'static str, Writes>>,
    sums: Arc<HashMap<String, Sums>>,
}

impl Rights {
    /// The rights on the views of those plain names, whose inner names are made of fresh randomness, where those
    /// triggers keep sums.
    pub(in crate::store) fn new(
        access: Access,
        plain: Arc<HashMap<&'static str, Writes>>,
        sums: Arc<HashMap<String, Sums>>,
    ) -> Result<Self, StoreError> {
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(|error| StoreError::Driver(error.to_string()))?;
        let private = format!("g_{:032x}_", u128::from_ne_bytes(random));
        Ok(Self { private, access, plain, sums })
    }

    /// A text with the random names that this connection has in place of those that begin with [`PRIVATE`].
    pub(in crate::store) fn naming(&self, text: &str) -> String {
        text.replace(PRIVATE, &self.private)
    }

    /// Whether something may be done, by the view, trigger or WITH of that name, if by any.
    pub(super) fn allow(&self, asked: Asked<'_>, by: Option<&str>) -> bool {
        let by = By::of(by, self);
        match asked {
            Asked::Transaction => true,
            Asked::Function(name) => FUNCTIONS.contains(&name),
            // No trigger of stored tallies holds one, so this is somebody who borrowed its name.
            Asked::Select => !matches!(by, By::Sums(_)),
            Asked::Read { table, database } => self.may_read(table, database, by),
            Asked::Insert { table, database } => self.may_change(table, database, by, Verb::Insert),
            Asked::Update { table, database } => self.may_change(table, database, by, Verb::Update),
        }
    }

    fn may_read(&self, table: &str, database: Option<&str>, by: By<'_>) -> bool {
        let is_view = || self.plain.contains_key(table) || table.starts_with(&self.private);
        match (database, by) {
            (Some("main"), By::Own(_)) => table.starts_with("t_"),
            (Some("main"), By::Sums(sums)) => table == sums.source || table == sums.target || table == "t_client",
            (Some("temp"), _) => is_view(),
            // The name of a WITH can be anything, but for what is there without it.
            (None, _) => !OF_THE_LIBRARY.iter().any(|known| begins_with(table, known)),
            _ => false,
        }
    }

    fn may_change(&self, table: &str, database: &str, by: By<'_>, verb: Verb) -> bool {
        let allowed = match (database, by) {
            ("temp", By::Statement) => self.plain.get(table).is_some_and(|writes| writes.has(verb)),
            // The trigger of a view writes the table behind it, and no other.
            ("main", By::Own(name)) => {
                name.strip_suffix(verb.as_str()).and_then(|name| name.strip_suffix('_')) == table.strip_prefix("t_")
            }
            ("main", By::Sums(sums)) => table == sums.target,
            _ => false,
        };
        allowed && self.access == Access::Write
    }
}

/// How a row is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verb {
    Insert,
    Update,
}

impl Verb {
    /// As the names of triggers have it.
    fn as_str(self) -> &'static str {
        match self {
            Self::Insert => "insert",
            Self::Update => "update",
        }
    }
}

impl Writes {
    fn has(self, verb: Verb) -> bool {
        match verb {
            Verb::Insert => self.insert,
            Verb::Update => self.update,
        }
    }
}

/// By whom something is done.
#[derive(Clone, Copy)]
enum By<'a> {
    /// The statement itself, or something in it that has any name.
    Statement,
    /// An inner view or one of its triggers: its name without the private part.
    Own(&'a str),
    /// A trigger that keeps sums.
    Sums(&'a Sums),
}

impl<'a> By<'a> {
    fn of(name: Option<&'a str>, rights: &'a Rights) -> Self {
        let Some(name) = name else { return Self::Statement };
        if let Some(own) = name.strip_prefix(&rights.private) {
            return Self::Own(own);
        }
        rights.sums.get(name).map_or(Self::Statement, Self::Sums)
    }
}

fn begins_with(name: &str, start: &str) -> bool {
    name.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start))
}
