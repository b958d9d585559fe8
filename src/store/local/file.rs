//! The local file itself: two tables of sealed rows. It is made when something is kept for the first time.

use super::Kind;
use crate::store::error::StoreError;
use crate::store::migrate::{options, private_folder, still_usable};
use crate::store::turnstile::Turnstile;
use sqlx::sqlite::{SqlitePool, SqlitePoolOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use tokio::sync::OnceCell;
use uuid::Uuid;

const MAKE: &str = "
    CREATE TABLE IF NOT EXISTS draft (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        owner BLOB NOT NULL,
        id BLOB NOT NULL,
        sealed BLOB NOT NULL,
        UNIQUE (owner, id)
    ) STRICT;
    CREATE TABLE IF NOT EXISTS unsent (
        number INTEGER PRIMARY KEY AUTOINCREMENT,
        owner BLOB NOT NULL,
        id BLOB NOT NULL,
        sealed BLOB NOT NULL,
        UNIQUE (owner, id)
    ) STRICT";

/// What is done with the rows of a kind: put, change, all, remove.
struct Statements {
    put: &'static str,
    change: &'static str,
    all: &'static str,
    remove: &'static str,
}

macro_rules! statements_of {
    ($table:literal) => {
        Statements {
            put: concat!(
                "INSERT INTO ",
                $table,
                " (owner, id, sealed) VALUES ($1, $2, $3) ON CONFLICT (owner, id) DO UPDATE SET sealed = excluded.sealed"
            ),
            change: concat!("UPDATE ", $table, " SET sealed = $3 WHERE owner = $1 AND id = $2"),
            all: concat!("SELECT id, sealed FROM ", $table, " WHERE owner = $1 ORDER BY number"),
            remove: concat!("DELETE FROM ", $table, " WHERE owner = $1 AND id = $2"),
        }
    };
}

const DRAFT: Statements = statements_of!("draft");
const UNSENT: Statements = statements_of!("unsent");

const fn of(kind: Kind) -> &'static Statements {
    match kind {
        Kind::Draft => &DRAFT,
        Kind::Unsent => &UNSENT,
    }
}

/// The file and the connection to it.
#[derive(Debug)]
pub(super) struct File {
    path: PathBuf,
    pool: OnceCell<SqlitePool>,
    queue: Turnstile,
}

impl File {
    /// The file at a path, which need not be there.
    pub(super) fn at(path: PathBuf) -> Self {
        Self { queue: Turnstile::beside(&path), path, pool: OnceCell::new() }
    }

    async fn pool(&self) -> Result<&SqlitePool, StoreError> {
        let open = || async {
            if let Some(folder) = self.path.parent() {
                private_folder().create(folder).map_err(|_| StoreError::ReadOnly(folder.to_path_buf()))?;
            }
            // Made for its owner alone before anything is written; its log takes the same rights.
            let made = std::fs::OpenOptions::new().create(true).append(true).mode(0o600).open(&self.path);
            drop(made.map_err(|_| StoreError::ReadOnly(self.path.clone()))?);
            let pool = SqlitePoolOptions::new()
                .max_connections(1)
                .idle_timeout(None)
                .max_lifetime(None)
                .after_release(|connection, _| Box::pin(async move { still_usable(connection).await }))
                .connect_with(options(&self.path).pragma("cache_size", "-256"))
                .await
                .map_err(|error| self.told(error.into()))?;
            let _turn = self.queue.enter().await;
            sqlx::raw_sql(MAKE).execute(&pool).await.map_err(|error| self.told(error.into()))?;
            Ok(pool)
        };
        self.pool.get_or_try_init(open).await
    }

    /// A driver's error with the name of the file, and what to do.
    fn told(&self, error: StoreError) -> StoreError {
        match error {
            StoreError::Driver(why) => StoreError::Driver(format!(
                "{} cannot be used: {why}; move it away, so that a new one is made",
                self.path.display()
            )),
            other => other,
        }
    }

    /// Puts a row there, in the place of the one with its key.
    pub(super) async fn put(&self, kind: Kind, owner: &[u8], id: Uuid, sealed: Vec<u8>) -> Result<(), StoreError> {
        self.write(of(kind).put, owner, id, Some(sealed)).await.map(|_| ())
    }

    /// Changes the row with this key; says whether there is one.
    pub(super) async fn change(&self, kind: Kind, owner: &[u8], id: Uuid, sealed: Vec<u8>) -> Result<bool, StoreError> {
        Ok(self.path.exists() && self.write(of(kind).change, owner, id, Some(sealed)).await? > 0)
    }

    /// Takes the row with this key away.
    pub(super) async fn remove(&self, kind: Kind, owner: &[u8], id: Uuid) -> Result<(), StoreError> {
        if !self.path.exists() {
            return Ok(());
        }
        self.write(of(kind).remove, owner, id, None).await.map(|_| ())
    }

    /// Every row of an owner in the order in which they came: key and seal.
    pub(super) async fn all(&self, kind: Kind, owner: &[u8]) -> Result<Vec<(Vec<u8>, Vec<u8>)>, StoreError> {
        if !self.path.exists() {
            return Ok(Vec::new());
        }
        let rows = sqlx::query_as(of(kind).all).bind(owner.to_vec()).fetch_all(self.pool().await?).await;
        rows.map_err(|error| self.told(error.into()))
    }

    async fn write(
        &self,
        statement: &'static str,
        owner: &[u8],
        id: Uuid,
        sealed: Option<Vec<u8>>,
    ) -> Result<u64, StoreError> {
        let pool = self.pool().await?;
        let _turn = self.queue.enter().await;
        let mut query = sqlx::query(statement).bind(owner.to_vec()).bind(id.as_bytes().to_vec());
        if let Some(sealed) = sealed {
            query = query.bind(sealed);
        }
        let done = query.execute(pool).await.map_err(|error| self.told(error.into()))?;
        Ok(done.rows_affected())
    }
}
