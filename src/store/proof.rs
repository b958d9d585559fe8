//! Proving again, in an open session, that one is who logged in: by password or by PIN. And setting one's own of them.
//!
//! Every try is counted like a login, before anything is hashed, by the same account and terminal.

use super::attempt::{Try, at_terminal};
use super::error::StoreError;
use super::funnel::{Look, args, statements};
use super::password;
use super::session::Session;
use super::standby::Secrets;
use crate::domain::clock::Instant;
use secrecy::SecretString;

statements! {
    SET_PIN = "UPDATE t_user_account SET pin_hash = $2, updated_by = login, updated_at = $3, version = version + 1
        WHERE user_id = $1 AND active = 1 AND deleted_at IS NULL RETURNING version";
    CHANGE_PASSWORD = "UPDATE t_user_account SET password_hash = $2, pin_hash = NULL, updated_by = login, updated_at = $3,
        version = version + 1, session_version = session_version + 1
        WHERE user_id = $1 AND active = 1 AND deleted_at IS NULL RETURNING session_version";
}

/// What a proof is made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProvedBy {
    /// The password.
    Password,
    /// The PIN.
    Pin,
}

impl ProvedBy {
    /// As it stands in the record.
    pub(in crate::store) const fn as_str(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Pin => "pin",
        }
    }
}

/// How a try to prove it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// It is the person.
    Proved,
    /// It is not.
    Refused,
    /// Not looked at: too many failures before.
    Delayed {
        /// Seconds until the next try.
        seconds: i64,
    },
}

impl Session {
    /// Whether the person has a PIN.
    pub(crate) async fn has_pin(&self) -> Result<bool, StoreError> {
        self.unless_cut_off()?;
        self.person_now().await?;
        let secrets = self.know_secrets().await?;
        Ok(secrets.pin.is_some())
    }

    /// The person's secrets as they are now.
    async fn know_secrets(&self) -> Result<Secrets, StoreError> {
        let secrets = self.store().secrets(self.person().user_id).await?.unwrap_or_default();
        if let Some(standby) = self.standby() {
            standby.know(&secrets);
        }
        Ok(secrets)
    }

    /// Whether the secret is the person's; `what` the proof is for stands in the record.
    pub(crate) async fn prove(
        &self,
        by: ProvedBy,
        secret: &SecretString,
        what: &str,
        terminal: &str,
        now: Instant,
    ) -> Result<Proof, StoreError> {
        self.unless_cut_off()?;
        self.tell_tries(now).await?;
        let login = self.person().login.as_str();
        let attempt = Try::new(login, terminal);
        let mut tx = self.store().door(login, now).await?;
        let attempts = match attempt.count(&mut tx).await? {
            Ok(attempts) => attempts,
            Err(seconds) => return Ok(Proof::Delayed { seconds }),
        };
        tx.commit().await?;
        if let Some(standby) = self.standby() {
            standby.counted(Some(attempts));
        }
        let secrets = self.know_secrets().await?;
        let fits = password::fits(self.store().url().slots(), secret, secrets.of(by)).await?;

        // While it was hashed, the account may have been disabled or reset.
        self.person_now().await?;
        let mut tx = self.store().door(login, now).await?;
        if fits {
            attempt.forget(&mut tx).await?;
        }
        let action = if fits { what.to_owned() } else { format!("{what}_failed") };
        let mut after = at_terminal(&attempt);
        if let Some(after) = after.as_object_mut() {
            after.insert("by".into(), by.as_str().into());
        }
        tx.record_account(&action, login.to_owned(), None, Some(after));
        tx.commit().await?;
        if let Some(standby) = self.standby().filter(|_| fits) {
            standby.counted(None);
        }
        Ok(if fits { Proof::Proved } else { Proof::Refused })
    }

    /// Gives the person a checked PIN.
    pub(crate) async fn set_pin(&self, pin: &SecretString, now: Instant) -> Result<(), StoreError> {
        let hash = password::hash(self.store().url().slots(), pin).await?;
        self.person_now().await?;
        let login = self.person().login.as_str();
        let mut tx = self.store().door(login, now).await?;
        if tx.run(SET_PIN, args![self.person().user_id, hash, now]).await? == 0 {
            return Err(StoreError::SessionOver);
        }
        tx.record_account("pin_set", login.to_owned(), None, None);
        tx.commit().await?;
        self.know_secrets().await.map(|_| ())
    }

    /// Gives the person another password. Every other session of theirs ends, and the PIN goes with the old password.
    pub(crate) async fn change_password(&self, new: &SecretString, now: Instant) -> Result<(), StoreError> {
        let words = self.store().words_of_scope(self.person().user_id).await?;
        let hash = self.store().new_password(new, &self.person().login, &words).await?;
        self.person_now().await?;
        let login = self.person().login.as_str();
        let mut tx = self.store().door(login, now).await?;
        let set: Option<i64> = tx.optional(CHANGE_PASSWORD, args![self.person().user_id, hash, now]).await?;
        let session_version = set.ok_or(StoreError::SessionOver)?;
        tx.record_account("password_changed", login.to_owned(), None, None);
        tx.commit().await?;
        self.footing().keep(session_version);
        self.know_secrets().await.map(|_| ())
    }
}
