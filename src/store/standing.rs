//! What an open session rests on: the account, its role and its clients, looked at when each transaction begins.
//!
//! The database hides what was taken away by itself. This is for everything that a session remembers: who may do what,
//! and figures that were read before. A session whose account was disabled, reset or given another role is over. One
//! that lost a client must be opened anew ([`Session::narrow`]), so that nothing it remembers outlives the client.

use super::error::StoreError;
use super::funnel::{Cells, FromCells, Look, args, statements};
use super::session::{Person, Session};
use crate::domain::role::Role;
use crate::domain::scope::Scope;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

statements! {
    CLIENTS_NOW = "SELECT client_id FROM client";
}

/// An account as the transaction that just began sees it; an account that is off has none.
pub(in crate::store) struct Standing {
    /// None where the account is off, which a server says by an empty role.
    role: Option<Role>,
    session_version: i64,
    scope_version: i64,
}

impl FromCells for Standing {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        let role = Role::parse(&cells.text()?);
        Ok(Self { role, session_version: cells.int()?, scope_version: cells.int()? })
    }
}

/// The numbers that a session was opened with.
#[derive(Debug)]
pub(in crate::store) struct Footing {
    session_version: AtomicI64,
    /// The one at which the scope was last found whole.
    scope_version: AtomicI64,
    /// Whether the person has clients now that the session does not know.
    has_new_clients: AtomicBool,
}

impl Footing {
    /// What the session of a person rests on.
    pub(in crate::store) const fn of(person: &Person) -> Self {
        Self {
            session_version: AtomicI64::new(person.session_version),
            scope_version: AtomicI64::new(person.scope_version),
            has_new_clients: AtomicBool::new(false),
        }
    }

    /// What another session of the same login rests on.
    pub(in crate::store) fn again(&self) -> Self {
        Self {
            session_version: AtomicI64::new(self.session_version.load(Ordering::Relaxed)),
            scope_version: AtomicI64::new(self.scope_version.load(Ordering::Relaxed)),
            has_new_clients: AtomicBool::new(self.has_new_clients.load(Ordering::Relaxed)),
        }
    }

    /// The person's own change of password ends every session but this one.
    pub(in crate::store) fn keep(&self, session_version: i64) {
        self.session_version.store(session_version, Ordering::Relaxed);
    }

    /// Whether the account is still the one that logged in.
    pub(in crate::store) fn holds(&self, before: &Person, now: &Person) -> bool {
        before.role == now.role && self.session_version.load(Ordering::Relaxed) == now.session_version
    }
}

impl Session {
    /// Looks at the beginning of a transaction whether the session still stands.
    pub(in crate::store) async fn stand(&self, tx: &mut impl Look) -> Result<(), StoreError> {
        let now: Option<Standing> = tx.optional(self.ways.standing(), args![]).await?;
        let footing = self.footing();
        let is_same = |now: &Standing| {
            now.role == Some(self.person().role)
                && now.session_version == footing.session_version.load(Ordering::Relaxed)
        };
        let now = now.filter(is_same).ok_or(StoreError::SessionOver)?;
        if now.scope_version == footing.scope_version.load(Ordering::Relaxed) {
            return Ok(());
        }
        let clients: Vec<String> = tx.all(CLIENTS_NOW, args![]).await?;
        if has_lost_a_client(self.scope(), &clients) {
            return Err(StoreError::ScopeMoved);
        }
        footing.has_new_clients.store(clients.len() > self.scope().clients().len(), Ordering::Relaxed);
        footing.scope_version.store(now.scope_version, Ordering::Relaxed);
        Ok(())
    }

    /// Whether clients came that the session does not know yet: it goes on without them until it is opened anew.
    pub fn has_new_clients(&self) -> bool {
        self.footing().has_new_clients.load(Ordering::Relaxed)
    }

    /// The person as they are now, if the session is not over.
    pub(in crate::store) async fn person_now(&self) -> Result<Person, StoreError> {
        let person = self.store().person(self.person().user_id).await?;
        person.filter(|now| self.footing().holds(self.person(), now)).ok_or(StoreError::SessionOver)
    }
}

/// Whether a client that the session knows is there no more.
fn has_lost_a_client(known: &Scope, now: &[String]) -> bool {
    known.clients().iter().any(|client| !now.iter().any(|id| id == client.client_id.as_str()))
}
