//! Copies of a file, and a file put into the place of another.

use super::super::error::StoreError;
use super::super::lint::Class;
use super::super::lint::class_of;
use super::super::migrate::options;
use super::super::turnstile::{Turn, Turnstile};
use super::copy::{count, schema, tables};
use super::{Held, Schema};
use crate::domain::clock::Instant;
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use std::path::{Path, PathBuf};

/// Whether a database holds more than every new one.
pub(super) const ANYTHING: &str = "SELECT (SELECT count(*) FROM t_user_account) + (SELECT count(*) FROM t_client)
    + (SELECT count(*) FROM t_product) + (SELECT count(*) FROM t_shift WHERE shift_id <> 'NO-SHIFT')";

/// Writes a copy of a database to a new file. It is one look at the database, which keeps no writer waiting.
pub(super) async fn copy(path: &Path, to: &Path) -> Result<Held, StoreError> {
    let mut connection = connect(path).await?;
    if schema(&mut connection, path).await? == Schema::Newer {
        return Err(StoreError::NewerSchema(path.to_path_buf()));
    }
    let held = held(&mut connection).await?;
    let name = to.to_str().ok_or_else(|| StoreError::FileRefused {
        path: to.to_path_buf(),
        why: "its name is no text".into(),
        try_this: "name another file".into(),
    })?;
    sqlx::query("VACUUM INTO $1").bind(name).execute(&mut connection).await?;
    connection.close().await?;
    Ok(held)
}

async fn connect(path: &Path) -> Result<SqliteConnection, StoreError> {
    if !path.is_file() {
        return Err(StoreError::CannotOpen { path: path.to_path_buf(), why: "there is no such file".into() });
    }
    options(path).connect().await.map_err(|error| cannot_open(path, &error))
}

/// What a database holds now, as far as it is never taken away.
async fn held(connection: &mut SqliteConnection) -> Result<Held, StoreError> {
    let mut look = connection.begin().await?;
    let mut held = Held::default();
    for table in tables(&mut look).await? {
        let is_summed = table.starts_with("t_tally_");
        if class_of(&table) == Some(Class::Tenant) && !is_summed {
            held.rows.push((table.clone(), count(&mut look, &table).await?));
        }
    }
    let ends = "SELECT client_id, seq, hash FROM t_audit_head UNION ALL
        SELECT NULL, seq, hash FROM t_account_audit_head WHERE chain = 'accounts'";
    // A schema from before the chains has none.
    held.ends = sqlx::query_as(ends).fetch_all(&mut *look).await.unwrap_or_default();
    Ok(held)
}

pub(super) fn cannot_open(path: &Path, error: &sqlx::Error) -> StoreError {
    super::super::migrate::cannot_open(path, error)
}

/// A database file that nobody else has open, and nobody can begin to write to.
#[derive(Debug)]
pub(crate) struct Exclusive {
    path: PathBuf,
    connection: Option<SqliteConnection>,
    _turn: Turn,
}

/// Where the file went that was there before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Placed {
    /// Its new name; none where there was no file.
    pub(crate) before: Option<PathBuf>,
}

impl Exclusive {
    /// Takes the place of a database. One that holds something is taken with `force` alone; one that somebody has open,
    /// or that is newer than the program, never.
    pub(crate) async fn take(path: &Path, force: bool) -> Result<Self, StoreError> {
        let turn = Turnstile::beside(path).enter().await;
        let is_absent = std::fs::metadata(path).map_or(true, |about| about.len() == 0);
        let connection = if is_absent { None } else { lock(path, force).await? };
        Ok(Self { path: path.to_path_buf(), connection, _turn: turn })
    }

    /// Puts a whole file into the place, in one step; the one before keeps its rows under a name of its own.
    pub(crate) async fn place(self, file: &Path, at: Instant) -> Result<Placed, StoreError> {
        let refused = |error: std::io::Error| StoreError::FileRefused {
            path: self.path.clone(),
            why: error.to_string(),
            try_this: "check that you may write in its folder".into(),
        };
        let before = if self.path.exists() { Some(free_name(&self.path, at)) } else { None };
        if let Some(before) = &before {
            std::fs::hard_link(&self.path, before).map_err(refused)?;
            for end in ["-wal", "-shm"] {
                // Only a file that could not be opened still has them, and they are its own.
                let beside = beside(&self.path, end);
                if beside.exists() {
                    std::fs::rename(&beside, self::beside(before, end)).map_err(refused)?;
                }
            }
        }
        std::fs::rename(file, &self.path).map_err(refused)?;
        if let Some(folder) = self.path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            std::fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(refused)?;
        }
        if let Some(connection) = self.connection {
            connection.close().await?;
        }
        Ok(Placed { before })
    }
}

fn beside(path: &Path, end: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(end);
    name.into()
}

fn free_name(path: &Path, at: Instant) -> PathBuf {
    let first = beside(path, &at.utc().format(".before-%Y%m%dT%H%M%SZ").to_string());
    let mut names = std::iter::once(first.clone()).chain((2..).map(|number| beside(&first, &format!("-{number}"))));
    names.find(|name| !name.exists()).unwrap_or(first)
}

/// Locks a file that is there. One that is damaged cannot be locked, and goes with `force`.
async fn lock(path: &Path, force: bool) -> Result<Option<SqliteConnection>, StoreError> {
    let refused = |why: &str, try_this: &str| StoreError::FileRefused {
        path: path.to_path_buf(),
        why: why.to_owned(),
        try_this: try_this.to_owned(),
    };
    let opened = async {
        let mut connection = connect(path).await?;
        let schema = schema(&mut connection, path).await?;
        let rows: i64 = sqlx::query_scalar(ANYTHING).fetch_one(&mut connection).await?;
        Ok::<_, StoreError>((connection, schema, rows))
    };
    let (mut connection, schema, rows) = match opened.await {
        Ok(opened) => opened,
        Err(_) if force => return Ok(None),
        Err(error) => {
            let why = format!("there is something else already ({error})");
            return Err(refused(&why, "name another file, or put the backup in its place with --force"));
        }
    };
    if schema == Schema::Newer {
        return Err(StoreError::NewerSchema(path.to_path_buf()));
    }
    if rows > 0 && !force {
        return Err(refused(
            "it holds a plant already",
            "restore into a new file, or put the backup in its place with --force; what was there keeps its rows under \
             another name",
        ));
    }
    // Leaving the write-ahead log takes a file that nobody else has open.
    let mode = sqlx::query_scalar::<_, String>("PRAGMA journal_mode = DELETE").fetch_one(&mut connection).await;
    let locked = match mode {
        Ok(mode) if mode == "delete" => sqlx::query("BEGIN EXCLUSIVE").execute(&mut connection).await.map(|_| ()),
        Ok(mode) => Err(sqlx::Error::Protocol(mode)),
        Err(error) => Err(error),
    };
    match locked {
        Ok(()) => Ok(Some(connection)),
        Err(_) => Err(refused(
            "somebody has it open",
            "end every terminal and job that uses it (`fuser` names them), then restore again",
        )),
    }
}
