//! The change feed: it tells an open session that something may have changed that exists for it, and never what.
//!
//! A server notifies a channel of each client whose rows a committed transaction changed, by triggers behind the audit
//! trail (migration 0022), so that no command can forget it; a session listens to the channels of its scope alone
//! ([`server`]). A file tells only that somebody wrote ([`file`]): every session looks again then, and finds what is new
//! to it or nothing. What a session changed itself is no news to it.

mod file;
mod server;
#[cfg(test)]
mod tests;

use super::error::StoreError;
use super::session::{Session, Ways};
pub(in crate::store) use file::FileWatch;
use server::Listener;
use std::sync::Arc;
use tokio::sync::Notify;

/// What a session is told without having asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// Something may have changed.
    Changed,
    /// The server is gone.
    ServerGone,
    /// The server is back. What changed meanwhile was not told.
    ServerBack,
}

/// The news of one session. Nothing is missed from its making on.
#[derive(Debug)]
pub struct Feed(Source);

#[derive(Debug)]
enum Source {
    File(Arc<FileWatch>),
    Server(Box<Listener>),
}

impl Session {
    /// The session's news. Whoever had an answer that sounds as if the server were gone says so through `doubt`: the feed
    /// then looks whether it is there.
    pub async fn feed(&self, doubt: Arc<Notify>) -> Feed {
        match &self.ways {
            Ways::Sqlite { watch, .. } => {
                watch.look().await.ok();
                Feed(Source::File(watch.clone()))
            }
            Ways::Postgres { pool, scoped, .. } => {
                let channels = server::channels(self.person(), self.scope());
                let mut listener =
                    Listener::new(self.store(), channels, scoped.writer.to_string(), doubt, pool.link().clone());
                listener.begin().await;
                Feed(Source::Server(Box::new(listener)))
            }
        }
    }

    /// Takes what was written until now as known to whoever reads from now on: the session has just written itself.
    pub async fn know_own_change(&self) {
        if let Ways::Sqlite { watch, .. } = &self.ways {
            watch.take_as_seen().await;
        }
    }
}

impl Feed {
    /// Waits for the next news.
    pub async fn next(&mut self) -> News {
        match &mut self.0 {
            Source::File(watch) => watch.changed().await,
            Source::Server(listener) => listener.next().await,
        }
    }
}
