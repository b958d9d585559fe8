//! What a terminal keeps for a person beside the database: drafts of forms, and entries that were made while the server
//! was gone.
//!
//! It is a small SQLite file on the machine that runs the program, its owner's alone. All people who come over SSH share
//! that owner, so every row is sealed with a key that only a live session of its person has, and belongs to a mark that
//! tells nobody whose it is ([`seal`]). The key comes from a secret of the account, which the login door gives to the
//! session and to nothing else ([`secret`]). A row that cannot be opened is counted and stays where it is.

mod file;
mod seal;
pub(in crate::store) mod secret;
#[cfg(test)]
mod tests;

use super::error::StoreError;
use super::migrate::Store;
use crate::domain::id::UserId;
use file::File;
use seal::Seal;
use secret::LocalSecret;
#[cfg(test)]
pub(in crate::store) use secret::STATEMENTS as SECRET_STATEMENTS;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::{Mutex, MutexGuard};
use uuid::Uuid;
use zeroize::Zeroizing;

/// What is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// What was typed into a form that is not saved.
    Draft,
    /// An entry that the server has not confirmed.
    Unsent,
}

/// One thing that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    /// Its key.
    pub(crate) id: Uuid,
    /// What it says, in the words of whoever keeps it.
    pub(crate) text: Zeroizing<String>,
}

/// What is kept of one kind, the oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Found {
    /// What can be read.
    pub(crate) kept: Vec<Kept>,
    /// How many rows of the person are not as they were written; they stay.
    pub(crate) spoiled: usize,
}

/// One person's part of a machine's local file.
#[derive(Debug)]
pub(crate) struct Local {
    file: File,
    seal: Seal,
    turn: Mutex<()>,
    is_cut_off: AtomicBool,
}

impl Local {
    /// The part of a person whose secret this is; none where no folder is known to keep anything in.
    pub(in crate::store) fn of(store: &Store, user: UserId, secret: &LocalSecret) -> Result<Option<Self>, StoreError> {
        let Some(path) = store.url().local() else { return Ok(None) };
        Ok(Some(Self {
            file: File::at(path),
            seal: Seal::of(secret, store.url().database(), user)?,
            turn: Mutex::new(()),
            is_cut_off: AtomicBool::new(false),
        }))
    }

    /// Whether the server did not answer the last time that something was entered or sent.
    pub(crate) fn is_cut_off(&self) -> bool {
        self.is_cut_off.load(Ordering::Relaxed)
    }

    /// Remembers whether the server answered.
    pub(crate) fn cut_off(&self, is_cut_off: bool) {
        self.is_cut_off.store(is_cut_off, Ordering::Relaxed);
    }

    /// Waits until nobody else of this session works through what is kept.
    pub(crate) async fn turn(&self) -> MutexGuard<'_, ()> {
        self.turn.lock().await
    }

    /// Keeps a text durably, in the place of what was kept under the same key.
    pub(crate) async fn keep(&self, kind: Kind, id: Uuid, text: &str) -> Result<(), StoreError> {
        let sealed = self.seal.close(kind, id, text)?;
        self.file.put(kind, self.seal.owner(), id, sealed).await
    }

    /// Keeps another text in the place of what is still there; says whether it was.
    pub(crate) async fn change(&self, kind: Kind, id: Uuid, text: &str) -> Result<bool, StoreError> {
        let sealed = self.seal.close(kind, id, text)?;
        self.file.change(kind, self.seal.owner(), id, sealed).await
    }

    /// What is kept for the person, in the order in which it was kept first.
    pub(crate) async fn all(&self, kind: Kind) -> Result<Found, StoreError> {
        let mut found = Found::default();
        for (id, sealed) in self.file.all(kind, self.seal.owner()).await? {
            match Uuid::from_slice(&id).ok().and_then(|id| Some((id, self.seal.open(kind, id, &sealed)?))) {
                Some((id, text)) => found.kept.push(Kept { id, text }),
                None => found.spoiled += 1,
            }
        }
        if found.spoiled > 0 {
            tracing::warn!(rows = found.spoiled, ?kind, "what this machine keeps was changed from outside");
        }
        Ok(found)
    }

    /// Forgets one of the person's; what is not there is forgotten already.
    pub(crate) async fn forget(&self, kind: Kind, id: Uuid) -> Result<(), StoreError> {
        self.file.remove(kind, self.seal.owner(), id).await
    }
}
