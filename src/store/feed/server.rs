//! A server's feed: one connection that listens to the channels of a session's scope and nothing else, and that tells
//! when the server goes and when it is back.
//!
//! It needs a connection that stays: a pooler that gives a connection to somebody else after each transaction takes the
//! notifications with it.

use super::{News, StoreError};
use crate::domain::role::Role;
use crate::domain::scope::Scope;
use crate::store::Store;
use crate::store::postgres::{self, PATIENCE};
use crate::store::session::Person;
use sha2::{Digest, Sha256};
use sqlx::postgres::{PgConnectOptions, PgConnection, PgListener};
use sqlx::{Connection, Executor};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::timeout;

/// A server that says nothing is asked so often whether it is there: a cut cable tells nobody. With the answer's time it
/// is eight seconds at most until a terminal says that its server is gone.
const PING: Duration = Duration::from_secs(5);
/// How long the answer to that may take. A server that is only slow is found again at once.
const ANSWER: Duration = Duration::from_secs(3);
/// Before the second try to reach a server that is gone; each next one waits twice as long.
const FIRST_DELAY: Duration = Duration::from_millis(250);
/// The doublings after which the wait grows no more: four seconds.
const MOST_DOUBLINGS: u32 = 4;
/// Hexadecimal digits of a hash in a channel's name, which may have 63 bytes.
const DIGITS: usize = 40;

/// Listens for one session.
#[derive(Debug)]
pub(super) struct Listener {
    options: PgConnectOptions,
    channels: Vec<String>,
    /// What the session's own changes are told with.
    writer: String,
    doubt: Arc<Notify>,
    /// Whom else it concerns that the server is gone.
    link: postgres::Link,
    listening: Option<PgListener>,
    /// Tries in vain since the connection was lost.
    tries: u32,
    /// Whether it was told that the server is gone.
    is_gone: bool,
}

impl Listener {
    pub(super) fn new(
        store: &Store,
        channels: Vec<String>,
        writer: String,
        doubt: Arc<Notify>,
        link: postgres::Link,
    ) -> Self {
        let options = store.url().server().map(|server| server.options.clone()).unwrap_or_default();
        Self { options, channels, writer, doubt, link, listening: None, tries: 0, is_gone: false }
    }

    /// Begins to listen; one who cannot is told by the first news.
    pub(super) async fn begin(&mut self) {
        self.listening = self.connect().await.ok();
    }

    /// Waits for the next news. Dropping the wait loses none.
    pub(super) async fn next(&mut self) -> News {
        loop {
            let news = if self.listening.is_some() { self.listen().await } else { self.come_back().await };
            if let Some(news) = news {
                return news;
            }
        }
    }

    /// Listens until there is something to tell or the connection is lost.
    async fn listen(&mut self) -> Option<News> {
        while let Some(listening) = &mut self.listening {
            let (told, is_doubted) = tokio::select! {
                told = listening.try_recv() => (Some(told), false),
                () = self.doubt.notified() => (None, true),
                () = tokio::time::sleep(PING) => (None, false),
            };
            let is_there = match told {
                Some(Ok(Some(told))) if told.payload() == self.writer => true,
                Some(Ok(Some(_))) => {
                    if !is_drained(listening).await {
                        self.listening = None;
                    }
                    return Some(News::Changed);
                }
                Some(Ok(None) | Err(_)) => false,
                None => matches!(timeout(ANSWER, listening.execute("SELECT 1")).await, Ok(Ok(_))),
            };
            if !is_there {
                self.listening = None;
            } else if is_doubted {
                // What failed is to be asked again.
                return Some(News::Changed);
            }
        }
        None
    }

    /// Tries once to reach the server, later with each try.
    async fn come_back(&mut self) -> Option<News> {
        if let Some(doublings) = self.tries.checked_sub(1) {
            tokio::time::sleep(delay(doublings)).await;
        }
        match self.connect().await {
            Ok(listening) => {
                self.listening = Some(listening);
                self.tries = 0;
                let was_gone = std::mem::take(&mut self.is_gone);
                Some(if was_gone { News::ServerBack } else { News::Changed })
            }
            Err(error) => {
                self.tries = self.tries.saturating_add(1);
                // A server that has no connection left for the feed may well answer the session.
                let is_new = matches!(error, StoreError::NoAnswer) && !std::mem::replace(&mut self.is_gone, true);
                if is_new {
                    // Whoever still waits for an answer waits in vain.
                    self.link.lose();
                }
                is_new.then_some(News::ServerGone)
            }
        }
    }

    /// Connects. Somebody may be waiting for an answer to what they saved, so that the first try is the shortest; one
    /// that failed on a slow way is followed by longer ones.
    async fn connect(&self) -> Result<PgListener, StoreError> {
        let patience = if self.tries == 0 { ANSWER } else { PATIENCE };
        timeout(patience, self.connect_at_last()).await.map_err(|_| StoreError::NoAnswer)?
    }

    async fn connect_at_last(&self) -> Result<PgListener, StoreError> {
        let options = postgres::with_settings(self.options.clone());
        // A pool would try for its whole patience where nobody answers.
        PgConnection::connect_with(&options).await?.close().await?;
        let pool = postgres::pool(self.options.clone(), 1, postgres::Link::default());
        let mut listening = PgListener::connect_with(&pool).await?;
        listening.eager_reconnect(false);
        listening.listen_all(self.channels.iter().map(String::as_str)).await?;
        Ok(listening)
    }
}

/// Takes what has come meanwhile: it is one piece of news. Says whether the connection is there still.
async fn is_drained(listening: &mut PgListener) -> bool {
    loop {
        match timeout(Duration::ZERO, listening.try_recv()).await {
            Err(_) => return true,
            Ok(Ok(Some(_))) => {}
            Ok(Ok(None) | Err(_)) => return false,
        }
    }
}

/// How long to wait after so many doublings: up to a quarter more for some, so that not all terminals come at once.
fn delay(doublings: u32) -> Duration {
    let whole = FIRST_DELAY * 2_u32.pow(doublings.min(MOST_DOUBLINGS));
    let random = u32::from(uuid::Uuid::new_v4().as_bytes().first().copied().unwrap_or_default());
    whole + whole / 4 * random / u32::from(u8::MAX)
}

/// The channels of a person's scope: each client's, the person's, everybody's, and where they keep accounts that of the
/// accounts. Migration 0022 notifies the same names.
pub(super) fn channels(person: &Person, scope: &Scope) -> Vec<String> {
    let clients = scope.clients().iter().map(|client| named("client", client.client_id.as_str()));
    let mut channels: Vec<_> = clients.collect();
    channels.push(named("person", &person.user_id.0.hyphenated().to_string()));
    channels.push("kpi_plant".to_owned());
    if person.role == Role::Admin {
        channels.push("kpi_accounts".to_owned());
    }
    channels
}

/// A hash of the key: no key can be another channel, or too long for one.
fn named(kind: &str, key: &str) -> String {
    let hash = Sha256::digest(key.as_bytes());
    let digits = hash.iter().fold(String::new(), |digits, byte| digits + &format!("{byte:02x}"));
    format!("kpi_{kind}_{}", digits.get(..DIGITS).unwrap_or(&digits))
}
