//! Whose turn it is to write into a file.
//!
//! SQLite lets one process write at a time and has the others try again and again, which at a busy hour makes some wait
//! for seconds and others never (7-database.md). Here they queue at the locks of two side files before they begin: whoever
//! holds the first is next, and waits for the second, which is the turn. So one who was just through and comes again is
//! behind those who wait, where with one lock he would have it back before anybody woke up.

use super::error::StoreError;
use super::write_ahead_log::WriteAheadLog;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// After this long a writer begins without its turn, so that a stopped process keeps nobody out; SQLite's own lock then
/// decides.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// The queue of a database file's writers.
#[derive(Debug, Clone)]
pub(in crate::store) struct Turnstile {
    file: PathBuf,
    next: PathBuf,
    database: PathBuf,
    /// What is known of the database's write-ahead log.
    pub(in crate::store) log: Arc<WriteAheadLog>,
    /// Which file of the disk the database was.
    known: Option<(u64, u64)>,
}

/// A writer's turn, which ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    /// Closing the file gives the lock back, a killed process too.
    _held: Option<File>,
}

impl Turnstile {
    /// The queue beside a database.
    pub(in crate::store) fn beside(database: &Path) -> Self {
        let mut file = database.as_os_str().to_owned();
        file.push("-writer");
        let mut next = file.clone();
        next.push("-next");
        Self {
            file: file.into(),
            next: next.into(),
            database: database.to_path_buf(),
            log: Arc::new(WriteAheadLog::of(database)),
            known: identity(database),
        }
    }

    /// Refuses to write where the file may not be written. SQLite would open it for reading without a word, and that
    /// connection would refuse every entry for as long as it lives, also when the file may be written again.
    pub(in crate::store) fn must_be_writable(&self) -> Result<(), StoreError> {
        match rustix::fs::access(&self.database, rustix::fs::Access::WRITE_OK) {
            Err(rustix::io::Errno::ACCESS | rustix::io::Errno::ROFS | rustix::io::Errno::PERM) => {
                Err(StoreError::ReadOnly(self.database.clone()))
            }
            _ => Ok(()),
        }
    }

    /// Refuses to go on where the file was moved away or another one put in its place: what is written to the one that
    /// is open would be in no database that anybody opens.
    pub(in crate::store) fn must_be_the_same_file(&self) -> Result<(), StoreError> {
        if self.known.is_none() || identity(&self.database) == self.known {
            return Ok(());
        }
        Err(StoreError::Replaced(self.database.clone()))
    }

    /// Waits for the turn. A folder that takes no lock file means no queue, and no reason to refuse an entry.
    pub(in crate::store) async fn enter(&self) -> Turn {
        let open = |file| OpenOptions::new().create(true).append(true).open(file);
        let (Ok(next), Ok(turn)) = (open(&self.next), open(&self.file)) else {
            return Turn { _held: None };
        };
        let is_taken = |file: &File| matches!(file.try_lock(), Err(TryLockError::WouldBlock));
        if !is_taken(&next) && !is_taken(&turn) {
            return Turn { _held: Some(turn) };
        }
        // Dropped meanwhile, the turn that still comes passes at once. To lock again what is held already does nothing.
        let waits = tokio::task::spawn_blocking(move || next.lock().and_then(|()| turn.lock()).map(|()| turn));
        let held = tokio::time::timeout(LONGEST_WAIT, waits).await.ok().and_then(Result::ok).and_then(Result::ok);
        Turn { _held: held }
    }
}

/// The disk and the number of a file on it.
fn identity(path: &Path) -> Option<(u64, u64)> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        std::fs::metadata(path).ok().map(|about| (about.dev(), about.ino()))
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_second_writer_waits_until_the_first_is_through() {
        let folder = tempfile::tempdir().expect("folder");
        let queue = Turnstile::beside(&folder.path().join("plant.db"));
        let first = queue.enter().await;
        let second = tokio::spawn({
            let queue = queue.clone();
            async move { queue.enter().await }
        });
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert!(!second.is_finished());
        drop(first);
        second.await.expect("its turn");
    }

    #[tokio::test]
    async fn one_who_comes_again_is_behind_those_who_wait() {
        let folder = tempfile::tempdir().expect("folder");
        let queue = Turnstile::beside(&folder.path().join("plant.db"));
        let first = queue.enter().await;
        let order = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
        let mut waiting = Vec::new();
        for writer in 1..=4 {
            let (queue, order) = (queue.clone(), order.clone());
            waiting.push(tokio::spawn(async move {
                let _turn = queue.enter().await;
                order.lock().expect("order").push(writer);
            }));
            // So that they stand in this order.
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        drop(first);
        let again = queue.enter().await;
        assert!(
            !order.lock().expect("order").is_empty(),
            "who was through had the turn again before anybody who waits"
        );
        drop(again);
        for waiting in waiting {
            waiting.await.expect("its turn");
        }
        assert_eq!(order.lock().expect("order").len(), 4);
    }

    #[tokio::test]
    async fn one_who_gave_up_waiting_keeps_nobody() {
        let folder = tempfile::tempdir().expect("folder");
        let queue = Turnstile::beside(&folder.path().join("plant.db"));
        let first = queue.enter().await;
        let gave_up = tokio::time::timeout(Duration::from_millis(20), queue.enter()).await;
        assert!(gave_up.is_err());
        drop(first);
        queue.enter().await;
    }

    #[tokio::test]
    async fn where_no_file_can_be_made_nobody_waits() {
        let queue = Turnstile::beside(Path::new("/nowhere/at/all/plant.db"));
        let (_first, _second) = (queue.enter().await, queue.enter().await);
    }
}
