//! Keeps the write-ahead log of a file short.
//!
//! SQLite starts its log anew when everything in it is in the database and nobody reads in it just then. Where many read
//! all the time that moment does not come by itself, and the log grows with every entry. A writer whose turn it is makes
//! it come.

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant as Timer};

/// From this many bytes on the log is cut off. SQLite itself starts it anew at 1,000 pages of 4 KiB where it can.
const LONG: u64 = 6 * 1024 * 1024;
/// How long a writer waits for those who read in the log; those behind him wait too.
const PATIENCE: Duration = Duration::from_millis(50);
/// How long it is left alone after somebody read in it for longer than that.
const PAUSE: Duration = Duration::from_secs(1);

/// The write-ahead log of a database file.
#[derive(Debug)]
pub(in crate::store) struct WriteAheadLog {
    file: PathBuf,
    /// Until when it is left alone.
    left_until: Mutex<Option<Timer>>,
}

impl WriteAheadLog {
    /// That of a database.
    pub(in crate::store) fn of(database: &Path) -> Self {
        let mut file = database.as_os_str().to_owned();
        file.push("-wal");
        Self { file: file.into(), left_until: Mutex::default() }
    }

    /// Cuts the log off where it is long. Where somebody reads in it for longer than a moment it is left alone for a while.
    /// Whatever fails here keeps no entry from being saved.
    pub(in crate::store) async fn keep_short(&self, options: &SqliteConnectOptions) {
        if self.length() < LONG || self.left_until().is_some_and(|until| Timer::now() < until) {
            return;
        }
        // A connection of its own: those of sessions may not touch the log.
        if let Ok(mut connection) = options.clone().busy_timeout(PATIENCE).connect().await {
            sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&mut connection).await.ok();
            connection.close().await.ok();
        }
        let is_long = self.length() >= LONG;
        *self.left_until() = is_long.then(|| Timer::now() + PAUSE);
    }

    fn left_until(&self) -> MutexGuard<'_, Option<Timer>> {
        self.left_until.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn length(&self) -> u64 {
        std::fs::metadata(&self.file).map_or(0, |log| log.len())
    }
}

#[cfg(test)]
mod tests {
    use super::super::engine::Open;
    use super::super::migrate::options;
    use super::super::turnstile::Turnstile;
    use super::*;
    use sqlx::sqlite::SqlitePoolOptions;

    /// Somebody reads for minutes: every entry is saved and the log grows. They end: the next entry cuts it off.
    #[tokio::test]
    async fn the_log_is_cut_off_as_soon_as_nobody_reads_in_it() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("plant.db");
        let pool = SqlitePoolOptions::new().connect_with(options(&path).create_if_missing(true)).await.expect("pool");
        sqlx::query("CREATE TABLE t (content BLOB)").execute(&pool).await.expect("table");
        let queue = Turnstile::beside(&path);
        let save = async || {
            let Open::Sqlite(mut tx, _turn) = Open::write_file(&pool, &queue).await.expect("turn") else {
                unreachable!()
            };
            sqlx::query("INSERT INTO t VALUES (zeroblob(1000000))").execute(&mut *tx).await.expect("saved");
            tx.commit().await.expect("committed");
        };
        let mut reader = pool.begin().await.expect("read");
        let rows = "SELECT count(*) FROM t";
        sqlx::query(rows).fetch_one(&mut *reader).await.expect("rows");
        for _ in 0..16 {
            save().await;
        }
        assert!(queue.log.length() > 15_000_000, "{}", queue.log.length());
        reader.rollback().await.expect("read");
        tokio::time::sleep(PAUSE).await;
        save().await;
        assert!(queue.log.length() < LONG + 2_000_000, "{}", queue.log.length());
        assert_eq!(sqlx::query_scalar::<_, i64>(rows).fetch_one(&pool).await.expect("rows"), 17);
    }
}
