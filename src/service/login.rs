//! The place where nobody is logged in: the plant's gate. Everything it gives is a [`Desk`], or a reason why not.

use super::clock::Clock;
use super::{Desk, Problem};
use crate::domain::text::CleanText;
use crate::store::{DatabaseUrl, Entrance, Store, Ticket};
use secrecy::SecretString;

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

impl Plant {
    /// Opens a plant's database; creates one that does not exist and brings an old one up to date.
    pub async fn open(url: &DatabaseUrl, clock: Clock) -> Result<Self, Problem> {
        Ok(Self { store: Store::open(url).await?, clock })
    }

    /// Whether nobody has an account yet, so that the first ADMIN must be made.
    pub async fn is_new(&self) -> Result<bool, Problem> {
        Ok(self.store.is_without_accounts().await?)
    }

    /// Makes the first ADMIN and lets them in. Refused as soon as anybody has an account.
    pub async fn create_first_admin(
        &self,
        login: &str,
        full_name: &str,
        password: &SecretString,
    ) -> Result<Desk, Problem> {
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
