//! Who asks, and the two desks that must answer alike.

use crate::domain::id::ClientId;
use crate::domain::role::Role;
use crate::service::clock::Clock;
use crate::service::{Answer, Desk, Problem, Query};
use crate::store::many_clients::{CLIENTS, Engine, ManyClients, NOW, key, marker};

/// Somebody with what exists for them.
#[derive(Debug, Clone)]
pub(super) struct Who {
    pub(super) login: String,
    /// The clients in view.
    pub(super) clients: Vec<usize>,
    /// Whether the view is narrowed to them.
    pub(super) is_narrowed: bool,
}

impl Who {
    pub(super) fn of(login: &str, clients: &[usize]) -> Self {
        Self { login: login.into(), clients: clients.to_vec(), is_narrowed: false }
    }

    pub(super) fn narrowed(login: &str, clients: &[usize]) -> Self {
        Self { is_narrowed: true, ..Self::of(login, clients) }
    }

    /// One operator of one client.
    pub(super) fn operator(client: usize) -> Self {
        Self::of(&format!("op{client:02}a"), &[client])
    }

    /// Whether they keep products, and so see every one.
    pub(super) fn keeps_products(&self) -> bool {
        matches!(self.login.as_str(), "anna" | "paul")
    }

    /// Their desk in a database: narrowed where they are and it holds more.
    pub(super) async fn desk(&self, at: &ManyClients) -> Desk {
        let desk = Desk::new(at.session(&self.login).await, Clock::fixed(NOW));
        let desk = if self.is_narrowed {
            desk.narrow(Some(self.clients.iter().map(|&client| key(client)).collect())).await.unwrap()
        } else {
            desk
        };
        let seen: Vec<ClientId> = desk.clients().iter().map(|client| client.client_id.clone()).collect();
        assert_eq!(seen, self.clients.iter().map(|&client| key(client)).collect::<Vec<_>>(), "{self:?}");
        desk
    }

    /// A database that holds nothing but what exists for them.
    pub(super) async fn alone(&self, engine: Engine) -> ManyClients {
        ManyClients::of(engine, &self.clients, self.keeps_products()).await
    }

    /// A word of a client that does not exist for them, if a text holds one. Those who keep products know their names.
    pub(super) fn foreign_word_in(&self, text: &str) -> Option<String> {
        let foreign = (0..=CLIENTS).filter(|client| !self.clients.contains(client)).map(marker);
        foreign.filter(|_| !self.keeps_products()).find(|word| text.contains(word.as_str()))
    }
}

/// What is said to a question: the answer, or the refusal in words and in every field.
pub(super) async fn said(desk: &Desk, query: &Query) -> Result<Answer, String> {
    desk.ask(query.clone()).await.map_err(|problem| words(&problem))
}

/// A refusal, in words and in every field.
pub(super) fn words(problem: &Problem) -> String {
    format!("{problem} | {problem:?}")
}

/// Every role with its scopes: one client, several, none, all; and views narrowed to some.
pub(super) fn everybody() -> Vec<(Role, Who)> {
    let all: Vec<usize> = (0..CLIENTS).collect();
    vec![
        (Role::Operator, Who::operator(7)),
        (Role::Leader, Who::of("lead11", &[11])),
        (Role::Leader, Who::of("lena", &[0, 7, 23])),
        (Role::Leader, Who::of("luis", &[7, 11])),
        (Role::Leader, Who::narrowed("lena", &[23])),
        (Role::Leader, Who::of("lost", &[])),
        (Role::PowerUser, Who::narrowed("paul", &[3, 7])),
        (Role::PowerUser, Who::of("paul", &all)),
        (Role::Admin, Who::narrowed("anna", &[0, 11, 12])),
        (Role::Admin, Who::of("anna", &all)),
    ]
}
