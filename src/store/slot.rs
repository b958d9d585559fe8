//! The machine's slots for hashing passwords. Every terminal is a process of its own, and fifty logins at a change of
//! shift must not eat the machine: each hash takes one of a few file locks beside the database.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Hashes at a time on one machine: each takes 19 MiB of memory and a processor.
const SLOTS: usize = 4;
/// How often a full house is looked at again.
const PAUSE: Duration = Duration::from_millis(5);
/// Looks after which a hash is made all the same, so that stopped processes lock nobody out (some ten seconds).
const MOST_LOOKS: usize = 2_000;

/// The lock files of a database.
fn files(database: &Path) -> impl Iterator<Item = PathBuf> {
    (0..SLOTS).map(move |number| {
        let mut name = database.as_os_str().to_owned();
        name.push(format!("-login{number}"));
        PathBuf::from(name)
    })
}

/// Waits for a slot and holds it until the file is dropped. Blocks, so it is called where blocking is allowed.
/// A folder that takes no lock files means no slots, and no reason to refuse a login.
pub(in crate::store) fn take(database: &Path) -> Option<File> {
    for _ in 0..MOST_LOOKS {
        let mut open = 0;
        for file in files(database) {
            let Ok(file) = OpenOptions::new().create(true).append(true).open(file) else { continue };
            open += 1;
            if file.try_lock().is_ok() {
                return Some(file);
            }
        }
        if open == 0 {
            return None;
        }
        std::thread::sleep(PAUSE);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_house_waits_until_somebody_leaves() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("plant.db");
        let mut held: Vec<_> = (0..SLOTS).map(|_| take(&database).unwrap()).collect();
        let (sender, receiver) = std::sync::mpsc::channel();
        let waiting = std::thread::spawn(move || sender.send(take(&database).is_some()).unwrap());
        assert!(receiver.recv_timeout(Duration::from_millis(50)).is_err(), "no fifth hash beside four");
        held.pop();
        assert!(receiver.recv().unwrap());
        waiting.join().unwrap();
    }

    #[test]
    fn where_no_lock_can_be_made_nobody_waits() {
        assert!(take(Path::new("/nowhere/at/all/plant.db")).is_none());
    }
}
