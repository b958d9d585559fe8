//! The connections of a program to a server, and the transactions over them. sqlx offers neither keepalive nor a limit of
//! a round trip, so each has one here.

use super::link::{Link, Waiting};
use crate::store::error::StoreError;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions};
use sqlx::{Executor, PgPool, Postgres, SqlSafeStr, SqlStr};
use std::time::Duration;

/// How long somebody waits for a connection before the server counts as gone.
pub(in crate::store) const PATIENCE: Duration = Duration::from_secs(8);
/// How long the beginning of a transaction may take: a writer waits for others no longer than the server's limit of ten
/// seconds.
const BEGINNING: Duration = Duration::from_secs(15);
/// How long any other answer may take: longer than the server itself lets a statement run.
pub(in crate::store) const ANSWER: Duration = Duration::from_secs(75);
/// How long a connection may take to end what is still open on it. One that takes longer is closed.
const CLEARING: Duration = Duration::from_secs(5);

/// Connections of the doors.
const OF_DOORS: u32 = 2;
/// Connections of all sessions together. They are made when they are needed: a terminal has two or three.
const OF_SESSIONS: u32 = 6;

/// The connections of this program to a server, as one role.
#[derive(Debug, Clone)]
pub(in crate::store) struct Pools {
    /// Those of the narrow doors: somebody who has one in a session can still go through a door.
    pub(in crate::store) doors: Pool,
    /// Those of every session.
    pub(in crate::store) sessions: Pool,
}

impl Pools {
    /// None is opened yet.
    pub(in crate::store) fn new(options: &PgConnectOptions) -> Self {
        let link = Link::default();
        let pool = |size| Pool::new(options.clone(), size, link.clone());
        Self { doors: pool(OF_DOORS), sessions: pool(OF_SESSIONS) }
    }

    /// Closes every connection. Whoever still waits for a server that says nothing is not waited for.
    pub(in crate::store) async fn close(&self) {
        let close = async { tokio::join!(self.sessions.close(), self.doors.close()) };
        tokio::time::timeout(CLEARING, close).await.ok();
    }
}

/// Connections that are used one after the other.
#[derive(Debug, Clone)]
pub(in crate::store) struct Pool {
    /// For a look that no transaction is needed for.
    pub(in crate::store) connections: PgPool,
    link: Link,
}

impl Pool {
    /// So many connections at most, over a way that others know too.
    pub(super) fn new(options: PgConnectOptions, size: u32, link: Link) -> Self {
        Self { connections: pool(options, size, link.clone()), link }
    }

    /// What is known of the way to the server.
    pub(in crate::store) const fn link(&self) -> &Link {
        &self.link
    }

    /// Begins a transaction. Connections that broke while nobody used them are replaced without a word, be it that the
    /// server closed them or that the network forgot them.
    pub(in crate::store) async fn begin(&self, statement: impl SqlSafeStr) -> Result<Served, StoreError> {
        let begun = Box::pin(self.begin_at_last(statement.into_sql_str()));
        // Whoever learns meanwhile that the server is gone does not try another connection.
        self.link.waiting().within(ANSWER, begun).await
    }

    async fn begin_at_last(&self, statement: SqlStr) -> Result<Served, StoreError> {
        let mut tries = self.connections.options().get_max_connections();
        let mut was_silent = false;
        loop {
            let begun = self.begin_once(statement.clone()).await;
            match begun {
                Begun::Silent if was_silent => return Err(StoreError::NoAnswer),
                Begun::Silent => was_silent = true,
                Begun::Refused(StoreError::NoAnswer) if tries > 0 => tries -= 1,
                Begun::Refused(error) => return Err(error),
                Begun::NoConnection => return Err(StoreError::NoAnswer),
                Begun::Open(open) => return Ok(open),
            }
        }
    }

    async fn begin_once(&self, statement: SqlStr) -> Begun {
        let waiting = self.link.waiting();
        let connection = match self.connections.acquire().await {
            Ok(connection) => connection,
            Err(sqlx::Error::PoolTimedOut) => return Begun::NoConnection,
            Err(error) => return Begun::Refused(error.into()),
        };
        let mut open = Served { connection, waiting };
        let (connection, waiting) = open.parts();
        match waiting.within(BEGINNING, connection.execute(statement)).await {
            Ok(_) => Begun::Open(open),
            Err(_) if open.waiting.is_in_vain() => {
                self.link.distrust();
                Begun::Silent
            }
            Err(error) => Begun::Refused(error),
        }
    }

    /// Closes every connection.
    pub(in crate::store) async fn close(&self) {
        self.connections.close().await;
    }
}

/// How one try to begin ended.
enum Begun {
    Open(Served),
    NoConnection,
    Silent,
    Refused(StoreError),
}

/// An open transaction on a server. Dropped it never happened.
#[derive(Debug)]
pub(crate) struct Served {
    connection: PoolConnection<Postgres>,
    waiting: Waiting,
}

impl Served {
    /// The connection, and what waits for its answers.
    pub(in crate::store) fn parts(&mut self) -> (&mut PgConnection, &mut Waiting) {
        (&mut self.connection, &mut self.waiting)
    }

    /// Makes everything durable. Without an answer nobody knows whether it is.
    pub(in crate::store) async fn commit(self) -> Result<(), StoreError> {
        self.end("COMMIT").await
    }

    /// Takes everything back.
    pub(in crate::store) async fn rollback(self) -> Result<(), StoreError> {
        self.end("ROLLBACK").await
    }

    async fn end(mut self, how: &'static str) -> Result<(), StoreError> {
        let (connection, waiting) = self.parts();
        waiting.within(ANSWER, connection.execute(how)).await.map(|_| ())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        if self.waiting.is_in_vain() {
            self.connection.close_on_drop();
        }
    }
}

/// A pool of so many connections.
pub(in crate::store) fn pool(options: PgConnectOptions, size: u32, link: Link) -> PgPool {
    PgPoolOptions::new()
        .max_connections(size)
        .acquire_timeout(PATIENCE)
        .idle_timeout(None)
        .max_lifetime(None)
        // A connection that broke meanwhile is noticed by the BEGIN, which is then tried on another one.
        .test_before_acquire(false)
        .before_acquire(move |_, meta| {
            let is_trusted = link.trusts(meta.age);
            Box::pin(async move { Ok(is_trusted) })
        })
        .after_release(|connection, _| {
            // Ends what was dropped, also where its BEGIN was cancelled or failed half way.
            Box::pin(async move {
                let cleared = tokio::time::timeout(CLEARING, connection.execute("ROLLBACK")).await;
                Ok(matches!(cleared, Ok(Ok(_))))
            })
        })
        .connect_lazy_with(with_settings(options))
}

/// What every connection of ours is like.
pub(in crate::store) fn with_settings(options: PgConnectOptions) -> PgConnectOptions {
    use sqlx::ConnectOptions;
    options
        .application_name("kpi-ops")
        .statement_cache_capacity(500)
        .options([("standard_conforming_strings", "on"), ("client_min_messages", "error")])
        .disable_statement_logging()
}
