//! Opening a database: creating it, bringing its schema up to date, and saying plainly what is wrong with it.

use super::audit::{AuditKey, KeyTrouble};
use super::engine::Door;
use super::error::StoreError;
use super::postgres::{self, Prepared};
use super::scoped::Catalogue;
use super::template;
use super::turnstile::Turnstile;
pub use super::url::DatabaseUrl;
use rustix::fs::Access;
use sqlx::ConnectOptions;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

pub(in crate::store) static MIGRATIONS: Migrator = sqlx::migrate!("./migrations/sqlite");

/// An open database with the current schema.
///
/// It gives no rows. Rows come from a [`super::Session`], which comes from logging in.
#[derive(Debug, Clone)]
pub struct Store {
    pub(in crate::store) inner: Arc<Inner>,
}

#[derive(Debug)]
pub(in crate::store) struct Inner {
    pub(in crate::store) url: DatabaseUrl,
    /// The unscoped connections of the narrow doors.
    pub(in crate::store) door: Door,
    /// The tables that a session can reach, where their views are made for each session.
    pub(in crate::store) catalogue: Catalogue,
    key_path: PathBuf,
    /// What seals the audit trail, or why nothing can be sealed; read once the database is open.
    key: OnceLock<Arc<Result<AuditKey, KeyTrouble>>>,
}

impl Store {
    /// Opens a database, creating and migrating a file as needed.
    pub async fn open(url: &DatabaseUrl) -> Result<Self, StoreError> {
        Self::open_with_key(url, None).await
    }

    /// The same, with the audit key in this file; without one it lies beside the database, or in the program's folder.
    pub async fn open_with_key(url: &DatabaseUrl, key: Option<&Path>) -> Result<Self, StoreError> {
        let (door, catalogue) = match (url.path(), url.server()) {
            (Some(path), _) => Self::open_file(path).await?,
            (_, Some(server)) => {
                // Without the folder there are no slots for hashing, which is no reason to refuse anybody.
                let _ = url.slots().parent().map(|folder| private_folder().create(folder));
                (Door::Postgres(postgres::open(server).await?), Catalogue::default())
            }
            (None, None) => return Err(StoreError::UnknownUrl(url.to_string())),
        };
        let key_path = Self::key_path_of(url, key);
        let store =
            Self { inner: Arc::new(Inner { url: url.clone(), door, catalogue, key_path, key: OnceLock::new() }) };
        if store.url().server().is_none() {
            store.load_templates().await?;
        }
        let key = store.open_key().await?;
        store.inner.key.set(Arc::new(key)).ok();
        if let Err(error) = store.lint_once().await {
            // Nobody is kept out because the lint could not look; the audit says so again.
            tracing::error!(%error, "the catalogue could not be looked at");
        }
        Ok(store)
    }

    async fn open_file(path: &Path) -> Result<(Door, Catalogue), StoreError> {
        prepare_folder(path)?;
        let queue = Turnstile::beside(path);
        let door = SqlitePoolOptions::new()
            .max_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .after_release(|connection, _| Box::pin(async move { still_usable(connection).await }))
            .connect_with(options(path).create_if_missing(true))
            .await
            .map_err(|error| cannot_open(path, &error))?;
        MIGRATIONS.run(&door).await.map_err(|error| cannot_migrate(path, error))?;
        let mut connection = door.acquire().await?;
        super::stored_tally::install(&mut connection).await?;
        let catalogue = Catalogue::read(&mut connection).await?;
        drop(connection);
        Ok((Door::Sqlite(door, queue), catalogue))
    }

    /// The file of a database's audit key, where it is named or not.
    pub(crate) fn key_path_of(url: &DatabaseUrl, named: Option<&Path>) -> PathBuf {
        named.map_or_else(|| url.audit_key(), Path::to_path_buf)
    }

    /// The file of the audit key.
    pub fn key_path(&self) -> &Path {
        &self.inner.key_path
    }

    /// What seals the audit trail, or why nothing can be sealed.
    pub(in crate::store) fn key(&self) -> Arc<Result<AuditKey, KeyTrouble>> {
        self.inner.key.get().map_or_else(|| Arc::new(Err(KeyTrouble::NotNamed)), Arc::clone)
    }

    /// Why nothing can be written, where the audit key is not what it must be.
    pub fn key_trouble(&self) -> Option<KeyTrouble> {
        self.key().as_ref().as_ref().err().cloned()
    }

    /// Brings the database of a server up to date as its owner, for the role that the program runs as.
    pub async fn prepare(owner: &DatabaseUrl, url: &DatabaseUrl) -> Result<Prepared, StoreError> {
        match (owner.server(), url.server()) {
            (Some(owner), Some(server)) => postgres::prepare(owner, server).await,
            (None, _) => Err(StoreError::NoOwner(owner.to_string())),
            (_, None) => Err(StoreError::NoOwner(url.to_string())),
        }
    }

    /// Nearly every start finds the templates filled, and must not wait for somebody who writes.
    async fn load_templates(&self) -> Result<(), StoreError> {
        let mut look = self.inner.door.read().await?;
        if template::are_filled(&mut look).await? {
            return Ok(());
        }
        drop(look);
        let mut open = self.inner.door.write().await?;
        template::fill(&mut open).await?;
        open.commit().await
    }

    /// Where this database is.
    pub fn url(&self) -> &DatabaseUrl {
        &self.inner.url
    }

    /// Closes every connection, so that the file can be moved.
    pub async fn close(&self) {
        self.inner.door.close().await;
    }
}

/// SQLite settings of 7-database.md, the same on every connection. `recursive_triggers` must be on before
/// anything is written, scoped or not.
pub(in crate::store) fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        .pragma("recursive_triggers", "ON")
        .pragma("cache_size", "-16384")
        .pragma("temp_store", "MEMORY")
        .disable_statement_logging()
}

/// sqlx 0.9.0 believes for ever in a transaction that SQLite ended by itself; such a connection is closed.
pub(in crate::store) async fn still_usable(connection: &mut sqlx::SqliteConnection) -> Result<bool, sqlx::Error> {
    use sqlx::Connection;
    connection.ping().await?;
    Ok(!connection.is_in_transaction())
}

/// A folder that the program makes is for its own account alone; one that exists keeps its rights.
pub(in crate::store) fn private_folder() -> std::fs::DirBuilder {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
}

fn prepare_folder(path: &Path) -> Result<(), StoreError> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    private_folder().create(folder).map_err(|_| StoreError::ReadOnly(folder.to_path_buf()))?;
    if path.is_dir() {
        return Err(StoreError::CannotOpen { path: path.to_path_buf(), why: "it is a folder".into() });
    }
    if path.exists() {
        // Asked, not tried: closing the file again would drop every lock that this process has on it, and with them
        // what keeps others from taking the write-ahead log away under an open plant.
        rustix::fs::access(path, Access::READ_OK | Access::WRITE_OK)
            .map_err(|_| StoreError::ReadOnly(path.to_path_buf()))?;
    } else {
        make_private(path);
    }
    Ok(())
}

/// Makes a file that is not there for its own account alone; the files beside it take its rights. Where that fails, opening
/// it says why.
fn make_private(path: &Path) {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let _ = options.open(path);
}

/// Why a file could not be opened, in words.
pub(in crate::store) fn cannot_open(path: &Path, error: &sqlx::Error) -> StoreError {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    match code.as_deref() {
        Some("26") => StoreError::NotADatabase(path.to_path_buf()),
        Some("8" | "14" | "264" | "520" | "776" | "1032" | "1544") => StoreError::ReadOnly(path.to_path_buf()),
        Some("5" | "261") => StoreError::Busy,
        _ => StoreError::CannotOpen { path: path.to_path_buf(), why: error.to_string() },
    }
}

fn cannot_migrate(path: &Path, error: MigrateError) -> StoreError {
    match error {
        MigrateError::VersionMissing(_) | MigrateError::VersionTooNew(..) => {
            StoreError::NewerSchema(path.to_path_buf())
        }
        MigrateError::VersionMismatch(_) => StoreError::NotADatabase(path.to_path_buf()),
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => match cannot_open(path, &error) {
            StoreError::CannotOpen { .. } => StoreError::NotADatabase(path.to_path_buf()),
            other => other,
        },
        other => StoreError::CannotOpen { path: path.to_path_buf(), why: other.to_string() },
    }
}

#[cfg(test)]
impl Store {
    /// The same database, whose sessions are made from another catalogue.
    pub(in crate::store) fn with_catalogue(&self, catalogue: Catalogue) -> Self {
        let door = match &self.inner.door {
            Door::Sqlite(pool, queue) => Door::Sqlite(pool.clone(), queue.clone()),
            Door::Postgres(pools) => Door::Postgres(pools.clone()),
        };
        self.through(door, catalogue)
    }

    /// The same database through other doors.
    pub(in crate::store) fn through(&self, door: Door, catalogue: Catalogue) -> Self {
        let (url, key_path, key) = (self.inner.url.clone(), self.inner.key_path.clone(), self.inner.key.clone());
        Self { inner: Arc::new(Inner { url, door, catalogue, key_path, key }) }
    }
}
