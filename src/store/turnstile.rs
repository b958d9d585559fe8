//! Whose turn it is to write into a file.
//!
//! SQLite lets one process write at a time and has the others try again and again, which at a busy hour makes some wait
//! for seconds and others never (7-database.md). Here they queue at a lock of a side file before they begin.

use super::error::StoreError;
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// After this long a writer begins without its turn, so that a stopped process keeps nobody out; SQLite's own lock then
/// decides.
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// The queue of a database file's writers.
#[derive(Debug, Clone)]
pub(in crate::store) struct Turnstile {
    file: PathBuf,
    database: PathBuf,
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
        Self { file: file.into(), known: identity(database), database: database.to_path_buf() }
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
        let Ok(file) = OpenOptions::new().create(true).append(true).open(&self.file) else {
            return Turn { _held: None };
        };
        if !matches!(file.try_lock(), Err(TryLockError::WouldBlock)) {
            return Turn { _held: Some(file) };
        }
        // Dropped meanwhile, the turn that still comes passes at once.
        let waits = tokio::task::spawn_blocking(move || file.lock().map(|()| file));
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
