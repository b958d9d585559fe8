//! A file's feed: a look at its version every quarter of a second, on a connection of its own. The look costs
//! microseconds and reads no row; that a session's own connections may not ask for it is the guard's doing.

use super::{News, StoreError};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, SqliteConnection};
use std::path::Path;
use std::time::Duration;
use tokio::sync::Mutex;

/// Between two looks.
const PACE: Duration = Duration::from_millis(250);

/// What a session has seen of its file.
#[derive(Debug)]
pub(in crate::store) struct FileWatch {
    options: SqliteConnectOptions,
    seen: Mutex<Seen>,
}

#[derive(Debug, Default)]
struct Seen {
    /// The connection that looks, and the version that it saw last. It changes whenever another connection commits.
    last: Option<(SqliteConnection, i64)>,
    /// Whether a look failed, so that nobody knows what was written meanwhile.
    has_failed: bool,
}

impl FileWatch {
    /// The watch of a file, which nobody uses yet.
    pub(in crate::store) fn of(file: &Path) -> Self {
        let options = crate::store::migrate::options(file).pragma("query_only", "ON").pragma("cache_size", "-64");
        Self { options, seen: Mutex::default() }
    }

    /// Waits until somebody has written.
    pub(super) async fn changed(&self) -> News {
        loop {
            tokio::time::sleep(PACE).await;
            if matches!(self.look().await, Ok(true)) {
                return News::Changed;
            }
        }
    }

    /// Whether somebody wrote since the last look. The first one begins to watch.
    pub(super) async fn look(&self) -> Result<bool, StoreError> {
        let mut seen = self.seen.lock().await;
        let looked = seen.look(&self.options).await;
        if looked.is_err() {
            *seen = Seen { last: None, has_failed: true };
        }
        Ok(looked?)
    }

    /// Takes what was written until now as seen, where anybody watches.
    pub(super) async fn take_as_seen(&self) {
        if self.seen.lock().await.last.is_some() {
            self.look().await.ok();
        }
    }

    /// Ends the watch, so that the file can be moved.
    pub(in crate::store) async fn close(&self) {
        if let Some((connection, _)) = self.seen.lock().await.last.take() {
            connection.close().await.ok();
        }
    }
}

impl Seen {
    async fn look(&mut self, options: &SqliteConnectOptions) -> Result<bool, sqlx::Error> {
        if let Some((connection, before)) = &mut self.last {
            let now = version(connection).await?;
            return Ok(std::mem::replace(before, now) != now);
        }
        let mut connection = options.connect().await?;
        let now = version(&mut connection).await?;
        self.last = Some((connection, now));
        Ok(std::mem::take(&mut self.has_failed))
    }
}

async fn version(connection: &mut SqliteConnection) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("PRAGMA data_version").fetch_one(connection).await
}
