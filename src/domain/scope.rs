//! The scope: which clients exist for a session. Everything outside it does not exist.

use super::clock::PlantClock;
use super::id::ClientId;
use std::sync::Arc;

/// One client as its people see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScopedClient {
    /// Its key.
    pub client_id: ClientId,
    /// Its name.
    pub name: String,
    /// Its clock.
    pub clock: PlantClock,
}

/// The clients of a session, in order of their keys.
///
/// There is no public constructor: `store::Session` reads it from accounts and assignments when somebody
/// logs in, and an architecture test holds that nothing else makes one. It describes the scope to the
/// layers above; the database enforces it whether they look at it or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    clients: Arc<[ScopedClient]>,
}

impl Scope {
    pub(crate) fn read_at_login(mut clients: Vec<ScopedClient>) -> Self {
        clients.sort_by(|left, right| left.client_id.cmp(&right.client_id));
        Self { clients: clients.into() }
    }

    /// The clients in it.
    pub fn clients(&self) -> &[ScopedClient] {
        &self.clients
    }

    /// One client of it, if it exists for this session.
    pub fn client(&self, client_id: &ClientId) -> Option<&ScopedClient> {
        self.clients.iter().find(|client| &client.client_id == client_id)
    }

    /// The only client, where there is exactly one.
    pub fn only_client(&self) -> Option<&ScopedClient> {
        match &*self.clients {
            [only] => Some(only),
            _ => None,
        }
    }

    /// Whether nothing exists for this session.
    pub fn is_empty(&self) -> bool {
        self.clients.is_empty()
    }
}
