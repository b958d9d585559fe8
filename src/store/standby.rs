//! Proving who one is while the server is gone: a locked terminal must open for its person, who has entries to make.
//!
//! The session is still live in this process, and all that is to be found out is whether its person came back. So the
//! process keeps the hashes of their password and PIN, as the login door read them: in memory alone, for as long as the
//! session lives, wiped when it ends. Tries are counted and delayed by the rules of the login door, go on from the
//! failures that it counted, and are told to it when the server is back. What was revoked meanwhile acts with the first
//! transaction, as ever.

use super::attempt::{Attempts, Try, at_terminal};
use super::error::StoreError;
use super::funnel::{Cells, FromCells, Look, args, statements};
use super::migrate::Store;
use super::password;
use super::proof::{Proof, ProvedBy};
use super::session::Session;
use crate::domain::clock::Instant;
use crate::domain::id::UserId;
use secrecy::SecretString;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use zeroize::Zeroizing;

statements! {
    SECRETS = "SELECT password_hash, pin_hash FROM t_user_account
        WHERE user_id = $1 AND active = 1 AND deleted_at IS NULL AND must_set_password = 0";
}

/// The hashes of an account's secrets.
#[derive(Clone, Default)]
pub(in crate::store) struct Secrets {
    pub(in crate::store) password: Option<Zeroizing<String>>,
    pub(in crate::store) pin: Option<Zeroizing<String>>,
}

impl Secrets {
    /// The one that a proof is made with.
    pub(in crate::store) fn of(&self, by: ProvedBy) -> Option<Zeroizing<String>> {
        match by {
            ProvedBy::Password => self.password.clone(),
            ProvedBy::Pin => self.pin.clone(),
        }
    }
}

impl FromCells for Secrets {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self { password: cells.text_opt()?.map(Zeroizing::new), pin: cells.text_opt()?.map(Zeroizing::new) })
    }
}

/// A try that the server was not told yet.
#[derive(Debug)]
struct Untold {
    at: Instant,
    attempt: Try,
    by: ProvedBy,
    fits: bool,
}

/// What stands by for a server that is gone.
#[derive(Default)]
struct Memory {
    secrets: Secrets,
    /// Failures since the last proof, wherever they were counted; none yet.
    attempts: Option<Attempts>,
    /// What the server is not told yet. It is gone with the process, and so is all that could be guessed at: the hashes are
    /// in this memory alone, and the next log-in asks the server, which counts by itself. The log has each failure.
    untold: Vec<Untold>,
}

/// What a session on a server remembers of its person's secrets; shared by all views of one login.
#[derive(Default)]
pub(in crate::store) struct Standby(Mutex<Memory>);

impl std::fmt::Debug for Standby {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Standby([REDACTED])")
    }
}

impl Standby {
    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the hashes as the account has them now.
    pub(in crate::store) fn know(&self, secrets: &Secrets) {
        self.memory().secrets = secrets.clone();
    }

    /// Wipes the hashes: the session is over.
    pub(in crate::store) fn forget(&self) {
        self.memory().secrets = Secrets::default();
    }

    /// Remembers a failure that the login door counted, or that it counted none since the last proof.
    pub(in crate::store) fn counted(&self, attempts: Option<Attempts>) {
        self.memory().attempts = attempts;
    }

    /// Counts a try as failed until it fits and gives what it is compared with; or the seconds to wait.
    fn begin(&self, by: ProvedBy, now: Instant) -> Result<Option<Zeroizing<String>>, i64> {
        let mut memory = self.memory();
        memory.attempts = Some(memory.attempts.unwrap_or(Attempts::NONE).one_more(now)?);
        Ok(memory.secrets.of(by))
    }

    fn end(&self, tried: Untold) {
        let mut memory = self.memory();
        if tried.fits {
            memory.attempts = None;
        }
        memory.untold.push(tried);
    }
}

impl Store {
    /// What a session keeps for when the server is gone; a file never is.
    pub(in crate::store) async fn standby_of(&self, user: UserId) -> Result<Option<Arc<Standby>>, StoreError> {
        if !self.url().is_server() {
            return Ok(None);
        }
        let standby = Standby::default();
        standby.know(&self.secrets(user).await?.unwrap_or_default());
        Ok(Some(Arc::new(standby)))
    }

    /// The secrets of an active account that has its own.
    pub(in crate::store) async fn secrets(&self, user: UserId) -> Result<Option<Secrets>, StoreError> {
        self.look().await?.optional(SECRETS, args![user]).await
    }
}

impl Session {
    /// Whether the person had a PIN when the server was asked last; nothing where that is not remembered.
    pub(crate) fn had_pin(&self) -> Option<bool> {
        Some(self.standby()?.memory().secrets.pin.is_some())
    }

    /// Whether the secret is the person's, by what is remembered of it; nothing where nothing is.
    pub(crate) async fn prove_alone(
        &self,
        by: ProvedBy,
        secret: &SecretString,
        terminal: &str,
        now: Instant,
    ) -> Result<Option<Proof>, StoreError> {
        let Some(standby) = self.standby() else { return Ok(None) };
        let hash = match standby.begin(by, now) {
            Ok(hash) => hash,
            Err(seconds) => return Ok(Some(Proof::Delayed { seconds })),
        };
        let fits = password::fits(self.store().url().slots(), secret, hash).await?;
        let attempt = Try::new(self.person().login.as_str(), terminal);
        if !fits {
            let (login, terminal) = (self.person().login.as_str(), attempt.terminal());
            tracing::warn!(login, terminal, "a locked terminal was tried in vain while the server is gone");
        }
        standby.end(Untold { at: now, attempt, by, fits });
        Ok(Some(if fits { Proof::Proved } else { Proof::Refused }))
    }

    /// Tells the server how the terminal was tried while it was gone: failures count there too, and all of it is on the
    /// record. What cannot be told now is told another time.
    pub(crate) async fn tell_tries(&self, now: Instant) -> Result<(), StoreError> {
        let Some(standby) = self.standby() else { return Ok(()) };
        let (untold, attempts) = {
            let mut memory = standby.memory();
            (std::mem::take(&mut memory.untold), memory.attempts)
        };
        let told = self.tell(&untold, attempts, now).await;
        if told.is_err() {
            standby.memory().untold.splice(0..0, untold);
        }
        told
    }

    async fn tell(&self, untold: &[Untold], attempts: Option<Attempts>, now: Instant) -> Result<(), StoreError> {
        let Some(last) = untold.last() else { return Ok(()) };
        let login = self.person().login.as_str();
        let mut tx = self.store().door(login, now).await?;
        match attempts {
            Some(attempts) => last.attempt.catch_up(&mut tx, attempts).await?,
            None => last.attempt.forget(&mut tx).await?,
        }
        for tried in untold {
            let action = if tried.fits { "unlocked" } else { "unlocked_failed" };
            let mut after = at_terminal(&tried.attempt);
            if let Some(after) = after.as_object_mut() {
                after.insert("by".into(), tried.by.as_str().into());
                after.insert("without_server_at".into(), tried.at.utc().to_rfc3339().into());
            }
            tx.record_account(action, login.to_owned(), None, Some(after));
        }
        tx.commit().await
    }
}
