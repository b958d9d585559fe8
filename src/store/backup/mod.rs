//! Backups: a copy of a whole database, and its way back.
//!
//! The copy is always a database file of ours, from a server too: it can be looked at by everything that looks at a
//! plant, opened in place, and put back into either engine. Called by the service for whoever keeps the machine; it
//! knows no session and shows no row.

mod copy;
mod file;
mod rows;
mod sealed;
mod server;

pub(crate) use copy::{Copy, Schema};
pub(crate) use file::Exclusive;
pub(crate) use sealed::{BackupKey, is_sealed, open, seal};

use super::error::StoreError;
use super::funnel::{Look, args, statements};
use super::migrate::{DatabaseUrl, Store};
use crate::domain::clock::Instant;
use std::path::Path;

statements! {
    /// Keeps when the last backup was made, and where to.
    REMEMBER = "INSERT INTO t_plant_setting (name, value, created_by, created_at, updated_by, updated_at, deleted_at, version)
        VALUES ('last_backup', $1, 'system', $2, 'system', $2, NULL, 1)
        ON CONFLICT (name) DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at,
        version = t_plant_setting.version + 1 RETURNING version";
    LAST = "SELECT updated_at FROM t_plant_setting WHERE name = 'last_backup' AND deleted_at IS NULL";
}

/// What a database held when its copy was begun: all of it has to be in the copy.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Held {
    /// Base tables whose rows are never taken away, and their rows.
    pub(crate) rows: Vec<(String, i64)>,
    /// The ends of the chains of the audit trail: of a client, or of the accounts; number and hash.
    pub(crate) ends: Vec<(Option<String>, i64, Option<Vec<u8>>)>,
}

/// Writes a copy of a database to a file that is not there yet, while others go on writing. A server's database is read
/// by a role that may read all of it.
pub(crate) async fn copy(url: &DatabaseUrl, reader: Option<&DatabaseUrl>, to: &Path) -> Result<Held, StoreError> {
    match (url.path(), reader.and_then(DatabaseUrl::server), url.server()) {
        (Some(path), ..) => file::copy(path, to).await,
        (None, Some(reader), Some(server)) => {
            server::must_name_the_same(reader, server)?;
            server::copy(reader, to).await
        }
        (None, None, server) => Err(StoreError::Unusable {
            server: server.map(|server| server.shown.clone()).unwrap_or_default(),
            why: "the role that the program runs as may not read all of it".into(),
            try_this: "name a role with BYPASSRLS and pg_read_all_data, or the owner, in --backup-database".into(),
        }),
        (None, Some(_), None) => Err(StoreError::UnknownUrl(url.to_string())),
    }
}

/// Puts a copy into the database of a server, which has the current schema, as its owner: all of it in one transaction.
/// Says how many rows that were.
pub(crate) async fn put_back(
    copy: &Path,
    owner: &DatabaseUrl,
    url: &DatabaseUrl,
    force: bool,
) -> Result<i64, StoreError> {
    match (owner.server(), url.server()) {
        (Some(owner), Some(_)) => server::put_back(copy, owner, force).await,
        _ => Err(StoreError::NoOwner(url.to_string())),
    }
}

impl Store {
    /// Keeps that a backup was made.
    pub(crate) async fn remember_backup(&self, file: &Path, at: Instant) -> Result<(), StoreError> {
        let shown: String = file.display().to_string().chars().take(1000).collect();
        let mut tx = self.door("system", at).await?;
        tx.run(REMEMBER, args![shown, at]).await?;
        tx.commit().await
    }

    /// When the last backup was made, if the database knows of one.
    pub(crate) async fn last_backup(&self) -> Result<Option<Instant>, StoreError> {
        Ok(self.look().await?.optional::<i64>(LAST, args![]).await?.map(Instant))
    }
}
