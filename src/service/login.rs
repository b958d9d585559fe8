//! The place where nobody is logged in: the plant's gate. Everything it gives is a [`Desk`], or a reason why not.

use super::clock::Clock;
use super::{Desk, Problem};
use crate::domain::role::Role;
use crate::domain::text::CleanText;
use crate::store::{DatabaseUrl, Entrance, KeyHolder, Prepared, Store, StoreError, Ticket};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use std::path::Path;

/// A plant with its database open and nobody logged in.
#[derive(Debug, Clone)]
pub struct Plant {
    store: Store,
    clock: Clock,
}

/// How a login went on.
#[derive(Debug)]
pub enum LoginOutcome {
    /// In.
    In(Desk),
    /// A one-time code was right; now a password must be set.
    SetPassword(Ticket),
}

/// A login that a demo shows on its login screen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DemoLogin {
    /// The login name.
    pub login: String,
    /// The password; no secret, since the database is marked as a demo.
    pub password: String,
    /// What the person may do.
    pub role: Role,
    /// The clients of their scope, in words.
    pub clients: String,
}

impl Plant {
    /// Opens a plant's database; creates one that does not exist and brings an old one up to date.
    pub async fn open(url: &DatabaseUrl, clock: Clock) -> Result<Self, Problem> {
        Self::open_with_key(url, None, clock).await
    }

    /// The same, with the key of the audit trail in this file.
    pub async fn open_with_key(url: &DatabaseUrl, key: Option<&Path>, clock: Clock) -> Result<Self, Problem> {
        let store = Store::open_with_key(url, key).await?;
        store.begin_trails(clock.now()).await?;
        Ok(Self { store, clock })
    }

    /// Brings the database of a server up to date as its owner, and makes the role of `url` where it is missing.
    pub async fn prepare(owner: &DatabaseUrl, url: &DatabaseUrl) -> Result<Prepared, Problem> {
        Ok(Store::prepare(owner, url).await?)
    }

    /// Whether nobody has an account yet, so that the first ADMIN must be made.
    pub async fn is_new(&self) -> Result<bool, Problem> {
        Ok(self.store.is_without_accounts().await?)
    }

    /// Makes the first ADMIN and lets them in. Refused as soon as anybody has an account, and in a demo, whose accounts
    /// its filling makes.
    pub async fn create_first_admin(
        &self,
        login: &str,
        full_name: &str,
        password: &SecretString,
    ) -> Result<Desk, Problem> {
        if self.is_demo().await? {
            return Err(Problem::reject(
                "database",
                "is a demo that was never filled to its end",
                "name a new database",
            ));
        }
        let full_name = CleanText::name("full_name", full_name)?;
        let session =
            self.store.first_admin(login, &full_name, password, self.clock.new_id(), self.clock.now()).await?;
        Ok(self.desk(session))
    }

    /// Lets a person in who knows the password; one who knows a one-time code is asked for a password first.
    pub async fn login(&self, login: &str, secret: &SecretString, terminal: &str) -> Result<LoginOutcome, Problem> {
        match self.store.login(login, secret, terminal, self.clock.now()).await? {
            Entrance::In(session) => Ok(LoginOutcome::In(self.desk(*session))),
            Entrance::SetPassword(ticket) => Ok(LoginOutcome::SetPassword(ticket)),
            Entrance::Refused => Err(Problem::LoginRefused),
            Entrance::Delayed { seconds } => Err(Problem::LoginDelayed { seconds }),
        }
    }

    /// Sets the password that a one-time code is good for, and lets the person in.
    pub async fn set_password(&self, ticket: &Ticket, new: &SecretString) -> Result<Desk, Problem> {
        let session = self.store.set_password(ticket, new, self.clock.now()).await?;
        Ok(self.desk(session))
    }

    /// The public key with this fingerprint, if somebody who is let in has it; for sshd.
    pub async fn authorized_key(&self, fingerprint: &str) -> Result<Option<String>, Problem> {
        Ok(self.store.authorized_key(fingerprint).await?)
    }

    /// Whose key sshd found good, if they are let in.
    pub async fn key_holder(&self, fingerprint: &str) -> Result<Option<KeyHolder>, Problem> {
        Ok(self.store.key_holder(fingerprint).await?)
    }

    /// Lets a person in by the key that sshd found good. Nothing that asks for a fresh password takes it for one.
    pub async fn login_by_key(&self, holder: &KeyHolder, terminal: &str) -> Result<Desk, Problem> {
        match self.store.login_by_key(holder, terminal, self.clock.now()).await? {
            Entrance::In(session) => Ok(Desk::without_password(*session, self.clock.clone())),
            Entrance::SetPassword(_) | Entrance::Refused | Entrance::Delayed { .. } => Err(Problem::LoginRefused),
        }
    }

    /// Whether this is a demo; every screen says so.
    pub async fn is_demo(&self) -> Result<bool, Problem> {
        Ok(self.store.demo_mark().await?.is_some())
    }

    /// The logins of a demo, for its login screen; none of a real plant.
    pub async fn demo_logins(&self) -> Result<Vec<DemoLogin>, Problem> {
        let Some(mark) = self.store.demo_mark().await? else {
            return Ok(Vec::new());
        };
        serde_json::from_str(&mark)
            .map_err(|error| Problem::Store(StoreError::Driver(format!("the mark of the demo: {error}"))))
    }

    /// Whether the database holds nothing but what every new one has, so that a demo may fill it.
    pub async fn is_blank(&self) -> Result<bool, Problem> {
        Ok(self.store.is_blank().await?)
    }

    /// Marks a blank database as a demo with these logins. Only the demo filler calls this.
    pub(in crate::service) async fn mark_demo(&self, logins: &[DemoLogin]) -> Result<(), Problem> {
        let logins =
            serde_json::to_string(logins).map_err(|error| Problem::Store(StoreError::Driver(error.to_string())))?;
        Ok(self.store.mark_demo(&logins, self.clock.now()).await?)
    }

    pub(in crate::service) fn store(&self) -> &Store {
        &self.store
    }

    /// Where the database is.
    pub fn url(&self) -> &DatabaseUrl {
        self.store.url()
    }

    /// The plant's clock.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Closes the database.
    pub async fn close(&self) {
        self.store.close().await;
    }

    fn desk(&self, session: crate::store::Session) -> Desk {
        Desk::new(session, self.clock.clone())
    }
}
