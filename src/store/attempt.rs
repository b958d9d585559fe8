//! Tries to prove who one is: how failures are counted for an account at a terminal, and how long the next try has to
//! wait. It is a delay and never a lock: else anyone could lock the ADMIN out.

use super::error::StoreError;
use super::funnel::{Cells, FromCells, Look, WriteTx, args, statements};
use crate::domain::clock::Instant;
use crate::domain::id::Login;
use crate::domain::text::shown;
use sha2::{Digest, Sha256};

/// The longest delay, in milliseconds.
const LONGEST_DELAY: i64 = 300_000;
/// Failures that are forgiven at once.
const FREE_FAILURES: i64 = 3;
/// After this long an old failure is forgotten.
const FORGOTTEN_AFTER: i64 = 24 * 60 * 60_000;
/// Most characters of a terminal's name that are kept.
const TERMINAL_LIMIT: usize = 120;

statements! {
    ATTEMPT = "SELECT failures, next_try_at FROM t_login_attempt WHERE name_hash = $1 AND terminal = $2";
    COUNT_ATTEMPT = "INSERT INTO t_login_attempt (name_hash, terminal, failures, next_try_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (name_hash, terminal) DO UPDATE SET failures = excluded.failures, next_try_at = excluded.next_try_at
        RETURNING failures";
    FORGET_ATTEMPT = "DELETE FROM t_login_attempt WHERE name_hash = $1 AND terminal = $2 RETURNING failures";
    FORGET_OLD_ATTEMPTS = "DELETE FROM t_login_attempt WHERE next_try_at < $1 RETURNING failures";
}

/// Failures so far and the time of the next try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) struct Attempts {
    failures: i64,
    next_try_at: Instant,
}

impl FromCells for Attempts {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self { failures: cells.int()?, next_try_at: cells.instant()? })
    }
}

impl Attempts {
    /// No failure.
    pub(in crate::store) const NONE: Self = Self { failures: 0, next_try_at: Instant(0) };

    /// Milliseconds to wait. A wait longer than the longest delay means that the clock was set back.
    fn wait(&self, now: Instant) -> i64 {
        let wait = self.next_try_at.0.saturating_sub(now.0);
        if wait > LONGEST_DELAY { 0 } else { wait.max(0) }
    }

    /// One failure more; the seconds to wait instead, where it comes too early. A begun one counts.
    pub(in crate::store) fn one_more(&self, now: Instant) -> Result<Self, i64> {
        match self.wait(now) {
            0 => {
                let failures = self.failures + 1;
                Ok(Self { failures, next_try_at: now.plus_millis(delay(failures)) })
            }
            wait => Err((wait + 999) / 1000),
        }
    }
}

/// The delay after so many failures: 0, 0, 0, 1, 2, 4, … seconds.
const fn delay(failures: i64) -> i64 {
    let doublings = failures - FREE_FAILURES - 1;
    if doublings < 0 {
        0
    } else if doublings >= 9 {
        LONGEST_DELAY
    } else {
        1000 << doublings
    }
}

/// One person at one terminal who tries to log in.
#[derive(Debug)]
pub(in crate::store) struct Try {
    /// Hashed, because people type passwords into the wrong field.
    name_hash: Vec<u8>,
    terminal: String,
    pub(in crate::store) login: Option<Login>,
}

impl Try {
    pub(in crate::store) fn new(login: &str, terminal: &str) -> Self {
        let parsed = Login::normalised(login).ok();
        let name = parsed.as_ref().map_or_else(|| login.to_lowercase(), |login| login.as_str().to_owned());
        let terminal: String = shown(terminal).chars().take(TERMINAL_LIMIT).collect();
        Self {
            name_hash: Sha256::digest(name.as_bytes()).to_vec(),
            terminal: if terminal.is_empty() { "unknown".into() } else { terminal },
            login: parsed,
        }
    }

    /// Counts this try as failed until it succeeds. Gives the seconds to wait instead, where it comes too early.
    pub(in crate::store) async fn count(&self, tx: &mut WriteTx) -> Result<Result<Attempts, i64>, StoreError> {
        let now = tx.at();
        tx.run(FORGET_OLD_ATTEMPTS, args![now.plus_millis(-FORGOTTEN_AFTER)]).await?;
        let counted = self.so_far(tx).await?.one_more(now);
        if let Ok(attempts) = counted {
            self.set(tx, attempts).await?;
        }
        Ok(counted)
    }

    /// Counts what was tried while nobody could count it here; fewer failures than are known already change nothing.
    pub(in crate::store) async fn catch_up(&self, tx: &mut WriteTx, tried: Attempts) -> Result<(), StoreError> {
        let known = self.so_far(tx).await?;
        if tried.failures > known.failures {
            self.set(tx, tried).await?;
        }
        Ok(())
    }

    async fn so_far(&self, tx: &mut WriteTx) -> Result<Attempts, StoreError> {
        let known: Option<Attempts> = tx.optional(ATTEMPT, args![self.name_hash.clone(), &self.terminal]).await?;
        Ok(known.unwrap_or(Attempts::NONE))
    }

    async fn set(&self, tx: &mut WriteTx, attempts: Attempts) -> Result<(), StoreError> {
        let Attempts { failures, next_try_at } = attempts;
        tx.run(COUNT_ATTEMPT, args![self.name_hash.clone(), &self.terminal, failures, next_try_at]).await?;
        Ok(())
    }

    /// Where it is made.
    pub(in crate::store) fn terminal(&self) -> &str {
        &self.terminal
    }

    pub(in crate::store) async fn forget(&self, tx: &mut WriteTx) -> Result<(), StoreError> {
        tx.run(FORGET_ATTEMPT, args![self.name_hash.clone(), &self.terminal]).await?;
        Ok(())
    }
}

/// Where a try was made, for the record.
pub(in crate::store) fn at_terminal(attempt: &Try) -> serde_json::Value {
    serde_json::json!({ "terminal": attempt.terminal })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_delay_doubles_after_three_failures_and_ends_at_five_minutes() {
        let seconds: Vec<i64> = (1..=14).map(|failures| delay(failures) / 1000).collect();
        assert_eq!(seconds, [0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
    }
}
