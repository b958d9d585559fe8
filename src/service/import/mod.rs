//! Importing a file: rows in, rows new, updated, unchanged or rejected out (4-cli.md, "CSV import").
//!
//! A file is read in batches. Each batch loads what its rows name in a few statements, judges every row, and writes
//! the good ones in multi-row statements with one audit row; a row that is bad never stops the others. Rows are
//! recognised before they are judged, so that importing a file again changes nothing.

mod attendance;
mod codes;
mod downtime;
mod employees;
mod fields;
mod floor;
mod holds;
mod identity;
mod keyed;
mod master;
mod orders;
mod production;
mod quality;
mod reader;
mod reasons;
mod reference;
mod rejected;
mod row;
mod run;
mod shifts;
mod targets;
mod words;

use crate::domain::entity::Entity;

use super::{Desk, Problem};
use crate::domain::clock::Instant;
use crate::domain::role::Permission;
use crate::domain::scope::ScopedClient;
use serde_json::Value as Json;
use std::path::{Path, PathBuf};

/// What to import, and how.
#[derive(Debug, Clone)]
pub struct Import<'a> {
    /// What the rows are.
    pub entity: Entity,
    /// The file.
    pub file: &'a Path,
    /// The client, as it was named.
    pub client: Option<&'a str>,
    /// Say what would happen and write nothing but the file of rejected rows.
    pub dry_run: bool,
    /// One bad row imports nothing.
    pub all_or_nothing: bool,
}

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImportProgress {
    /// Rows read.
    pub rows: u64,
    /// Bytes read.
    pub bytes: u64,
    /// Bytes of the file.
    pub of_bytes: u64,
}

/// What an import did, or would have done.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ImportReport {
    /// Rows read.
    pub read: u64,
    /// Rows that were not known.
    pub new: u64,
    /// Rows that changed something.
    pub updated: u64,
    /// Rows that changed nothing.
    pub unchanged: u64,
    /// Rows that were refused.
    pub rejected: u64,
    /// Whether the good rows are in the database.
    pub saved: bool,
    /// What else there is to know, such as a number that moved to another code.
    pub notes: Vec<String>,
    /// The first refusals: line, and why.
    pub refusals: Vec<(u64, crate::domain::reject::Reject)>,
    /// Where the rejected rows are.
    pub rejected_file: Option<PathBuf>,
}

impl Desk {
    /// Imports a file. `progress` is told after every batch.
    pub async fn import(
        &self,
        import: &Import<'_>,
        progress: impl FnMut(ImportProgress) + Send,
    ) -> Result<ImportReport, Problem> {
        Problem::unless_allowed(self.person().role, Permission::Import, "import a file")?;
        let client = self.client_of(import)?;
        run::run(self, import, client, progress).await
    }

    /// The client of the file: the one that is named, else the only one there is. One outside the scope is refused
    /// like one that does not exist.
    fn client_of(&self, import: &Import<'_>) -> Result<Option<&ScopedClient>, Problem> {
        match import.client {
            Some(name) => {
                let found = self.clients().iter().find(|client| client.client_id.as_str() == name);
                found.map(Some).ok_or_else(|| Problem::no_such("client", name))
            }
            None if !import.entity.needs_client() => Ok(None),
            None => self.session.scope().only_client().map(Some).ok_or_else(|| {
                let why = if self.clients().is_empty() { "is missing, and there is none yet" } else { "is missing" };
                Problem::reject("client", why, format!("{} belong to one client: name it", import.entity))
            }),
        }
    }
}

/// What a good row did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Done {
    /// It was not known.
    New,
    /// It changed something.
    Updated,
    /// It changed nothing.
    Unchanged,
}

/// What became of a row.
type Verdict = Result<Done, crate::domain::reject::Reject>;

/// A row that is readable and the first of its key.
#[derive(Debug, Clone, Copy)]
struct Item<'a> {
    fields: fields::Fields<'a>,
    /// What an entry is recognised by.
    id: uuid::Uuid,
}

/// What the batches of one file share.
#[derive(Debug)]
struct Bench<'a> {
    client: Option<&'a ScopedClient>,
    /// Every client of the scope.
    clients: &'a [ScopedClient],
    clock: &'a super::clock::Clock,
    now: Instant,
    /// Whether a column is in the file.
    layout: reader::Layout,
    /// Rows changed beside the file's own new ones, for the audit trail.
    changes: Vec<Json>,
    /// For the report.
    notes: Vec<String>,
    /// The numbers that the file has given to codes so far.
    numbers: std::collections::HashMap<(crate::domain::catalogue::CatalogueKind, i64), u64>,
}

impl<'a> Bench<'a> {
    /// The client of an entity that always has one.
    fn client(&self) -> Result<&'a ScopedClient, Problem> {
        self.client.ok_or_else(|| Problem::reject("client", "is missing", "name the client"))
    }
}
