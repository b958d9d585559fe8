//! A session: who somebody is, what exists for them, and the two doors to the rows.

use super::audit::Trail;
use super::engine::{Door, Open};
use super::error::StoreError;
use super::feed::FileWatch;
use super::funnel::{Look, ReadTx, WriteTx};
use super::guard::Access;
use super::local::Local;
use super::migrate::{Store, options, still_usable};
use super::postgres;
use super::standby::Standby;
use super::standing::Footing;
use super::tally::memory::Memory;
use super::turnstile::Turnstile;
use crate::domain::clock::Instant;
use crate::domain::id::{ClientId, Login, UserId};
use crate::domain::list::List;
use crate::domain::role::Role;
use crate::domain::scope::{Scope, ScopedClient};
use sqlx::SqlStr;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// Who logged in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The account.
    pub user_id: UserId,
    /// The name they log in with.
    pub login: Login,
    /// The name people call them.
    pub full_name: String,
    /// What they may do.
    pub role: Role,
    /// Grows whenever every open session of the account has to end.
    pub(in crate::store) session_version: i64,
    /// Grows whenever the account's clients may have changed.
    pub(in crate::store) scope_version: i64,
}

/// A person's way to the rows of their scope: on a file over a few connections of its own, on a server over those that
/// all sessions share.
///
/// Made only by [`Store::login`] and its kin. Holding one proves that somebody logged in.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a property of its own that is set alone")]
pub struct Session {
    store: Store,
    person: Person,
    scope: Scope,
    narrowed: bool,
    footing: Footing,
    pub(in crate::store) ways: Ways,
    /// Lists that were found to be long, a bit for each.
    long_lists: AtomicU32,
    pub(in crate::store) memory: Memory,
    /// Whether nothing that it changes is kept.
    is_trial: bool,
    /// Whether it does not ask the database, as if nobody answered.
    is_cut_off: bool,
    /// When changes say that they were written, where that is not when they say that they happen.
    stamp: Option<Instant>,
    /// What this machine keeps for the person, where it can.
    local: Option<Arc<Local>>,
    /// What proves who sits here while the server is gone; none on a file.
    standby: Option<Arc<Standby>>,
    /// Whether it has no door for changes: the session of a board.
    reads_only: bool,
}

/// The connections of a session.
#[derive(Debug, Clone)]
pub(in crate::store) enum Ways {
    /// To a file: each connection is scoped when it is made.
    Sqlite {
        /// Two that only read.
        readers: SqlitePool,
        /// The one that writes.
        writer: SqlitePool,
        /// The queue of the file's writers.
        queue: Turnstile,
        /// What tells that somebody wrote.
        watch: Arc<FileWatch>,
    },
    /// To a server: each transaction is scoped when it begins.
    Postgres {
        /// The connections of all sessions.
        pool: postgres::Pool,
        /// How the transactions of this one begin.
        scoped: postgres::Scoped,
        /// Whether the session was closed: its connections stay with the others.
        is_over: Arc<AtomicBool>,
    },
}

impl Ways {
    fn new(store: &Store, user: UserId, narrowed: Option<Vec<ClientId>>) -> Self {
        match &store.inner.door {
            Door::Sqlite(_, queue) => Self::Sqlite {
                readers: pool(
                    store,
                    of_file(store).pragma("cache_size", CACHE_OF_READERS),
                    user,
                    narrowed.clone(),
                    Access::Read,
                ),
                writer: pool(store, of_file(store), user, narrowed, Access::Write),
                queue: queue.clone(),
                watch: Arc::new(FileWatch::of(file(store))),
            },
            Door::Postgres(pools) => Self::Postgres {
                pool: pools.sessions.clone(),
                scoped: postgres::Scoped::to(user, narrowed.as_deref()),
                is_over: Arc::default(),
            },
        }
    }

    async fn read(&self) -> Result<Open, StoreError> {
        match self {
            Self::Sqlite { readers, queue, .. } => {
                queue.must_be_the_same_file()?;
                Ok(Open::Sqlite(readers.begin().await?, None))
            }
            Self::Postgres { pool, scoped, is_over } => begin(pool, is_over, &scoped.reads).await,
        }
    }

    /// How a transaction that just began says what the account is.
    pub(in crate::store) const fn standing(&self) -> &'static str {
        match self {
            Self::Sqlite { .. } => "SELECT role, session_version, scope_version FROM own_account",
            Self::Postgres { .. } => postgres::OWN_ACCOUNT,
        }
    }

    async fn write(&self) -> Result<Open, StoreError> {
        match self {
            Self::Sqlite { writer, queue, .. } => Open::write_file(writer, queue).await,
            Self::Postgres { pool, scoped, is_over } => begin(pool, is_over, &scoped.writes).await,
        }
    }

    async fn close(&self) {
        match self {
            Self::Sqlite { readers, writer, watch, .. } => {
                watch.close().await;
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres { is_over, .. } => is_over.store(true, Ordering::Relaxed),
        }
    }
}

/// Begins a transaction of a session on a server, unless the session is over.
async fn begin(pool: &postgres::Pool, is_over: &AtomicBool, statement: &SqlStr) -> Result<Open, StoreError> {
    if is_over.load(Ordering::Relaxed) {
        return Err(StoreError::SessionOver);
    }
    Ok(Open::Postgres(pool.begin(statement.clone()).await?))
}

impl Session {
    /// Opens the session of a person whom a login door has let in.
    pub(in crate::store) async fn open(
        store: &Store,
        person: Person,
        narrowed: Option<Vec<ClientId>>,
    ) -> Result<Self, StoreError> {
        let is_narrowed = narrowed.is_some();
        let ways = Ways::new(store, person.user_id, narrowed);
        let mut session = Self {
            store: store.clone(),
            footing: Footing::of(&person),
            person,
            scope: Scope::read_at_login(Vec::new()),
            narrowed: is_narrowed,
            ways,
            long_lists: AtomicU32::new(0),
            memory: Memory::default(),
            is_trial: false,
            is_cut_off: false,
            stamp: None,
            local: None,
            standby: None,
            reads_only: false,
        };
        session.scope = session.read_scope().await?;
        Ok(session)
    }

    /// The same, with what this machine keeps for the person, and this process for when the server is gone.
    pub(in crate::store) fn keeping(mut self, local: Option<Local>, standby: Option<Arc<Standby>>) -> Self {
        (self.local, self.standby) = (local.map(Arc::new), standby);
        self
    }

    /// What proves who sits here while the server is gone, where it can be.
    pub(in crate::store) fn standby(&self) -> Option<&Standby> {
        self.standby.as_deref()
    }

    /// What this machine keeps for the person, where it can.
    pub(crate) fn local(&self) -> Option<&Local> {
        self.local.as_deref()
    }

    /// Who this is.
    pub fn person(&self) -> &Person {
        &self.person
    }

    /// The clients that exist for this session.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// Whether the session shows fewer clients than the person has.
    pub fn is_narrowed(&self) -> bool {
        self.narrowed
    }

    /// What it rests on.
    pub(in crate::store) const fn footing(&self) -> &Footing {
        &self.footing
    }

    /// The database this session looks at.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Whether a list was found to be long.
    pub(in crate::store) fn is_known_as_long(&self, list: List) -> bool {
        self.long_lists.load(Ordering::Relaxed) & (1 << list as u32) != 0
    }

    /// Remembers that a list is long.
    pub(in crate::store) fn know_as_long(&self, list: List) {
        self.long_lists.fetch_or(1 << list as u32, Ordering::Relaxed);
    }

    /// The same person's session on some of their clients; on all of them with `None`. Clients that do not exist
    /// for them are left out, as if they had not been named.
    pub async fn narrow(&self, clients: Option<Vec<ClientId>>) -> Result<Self, StoreError> {
        let person = self.person_now().await?;
        let clients = clients.map(|mut clients| {
            clients.sort();
            clients.dedup();
            clients
        });
        let mut session = Self::open(&self.store, person, clients).await?;
        session.local.clone_from(&self.local);
        session.standby.clone_from(&self.standby);
        Ok(session)
    }

    /// The session of somebody else, for the isolation audit.
    pub(in crate::store) async fn of_another(&self, person: Person) -> Result<Self, StoreError> {
        Self::open(&self.store, person, None).await
    }

    /// Opens a look at the rows. Keep it short: a change of the scope acts when the next one opens.
    pub async fn read(&self) -> Result<ReadTx, StoreError> {
        self.unless_cut_off()?;
        let mut tx = ReadTx::new(self.ways.read().await?);
        self.stand(&mut tx).await?;
        Ok(tx)
    }

    /// Opens a change of rows that says it happens at `at`.
    pub async fn write(&self, at: Instant) -> Result<WriteTx, StoreError> {
        self.unless_cut_off()?;
        if self.reads_only {
            return Err(StoreError::ReadingOnly);
        }
        let (trail, at) = (Trail::of_session(self.store.key()), self.stamp.unwrap_or(at));
        let mut tx = WriteTx::new(self.ways.write().await?, self.person.login.as_str().to_owned(), at, trail);
        tx.is_trial = self.is_trial;
        self.stand(&mut tx).await?;
        Ok(tx)
    }

    pub(in crate::store) fn unless_cut_off(&self) -> Result<(), StoreError> {
        if self.is_cut_off { Err(StoreError::NoAnswer) } else { Ok(()) }
    }

    /// The same session, of whose changes nothing is kept: what they would come to is all that is wanted.
    pub(crate) fn on_trial(&self) -> Self {
        Self { is_trial: true, ..self.again() }
    }

    /// The same session without its door for changes.
    pub(crate) fn only_reading(&self) -> Self {
        Self { reads_only: true, standby: None, ..self.again() }
    }

    /// The same session as it is while the server is gone: nothing is asked, and the answer is that nobody answers.
    pub(crate) fn cut_off(&self) -> Self {
        Self { is_cut_off: true, ..self.again() }
    }

    /// The same session, whose changes say that they were written at `now`, whenever they say that they happen.
    pub(crate) fn stamping(&self, now: Instant) -> Self {
        Self { stamp: Some(now), ..self.again() }
    }

    /// The same session with nothing read yet.
    fn again(&self) -> Self {
        Self {
            store: self.store.clone(),
            person: self.person.clone(),
            scope: self.scope.clone(),
            narrowed: self.narrowed,
            footing: self.footing.again(),
            ways: self.ways.clone(),
            long_lists: AtomicU32::new(0),
            memory: Memory::default(),
            is_trial: self.is_trial,
            is_cut_off: self.is_cut_off,
            stamp: self.stamp,
            local: self.local.clone(),
            standby: self.standby.clone(),
            reads_only: self.reads_only,
        }
    }

    /// Ends the session: nothing begins any more, and nothing of the person's secrets is left.
    pub async fn close(&self) {
        self.standby().into_iter().for_each(Standby::forget);
        self.ways.close().await;
    }

    /// A session whose database file cannot grow.
    #[cfg(test)]
    pub(in crate::store) async fn open_on_a_full_disk(store: &Store, person: Person) -> Result<Self, StoreError> {
        let options = of_file(store).pragma("max_page_count", "1");
        let (user, readers) = (person.user_id, pool(store, options.clone(), person.user_id, None, Access::Read));
        let mut session = Self::open(store, person, None).await?;
        let queue = Turnstile::beside(file(store));
        let (writer, watch) = (pool(store, options, user, None, Access::Write), Arc::new(FileWatch::of(file(store))));
        session.ways = Ways::Sqlite { readers, writer, queue, watch };
        Ok(session)
    }

    async fn read_scope(&self) -> Result<Scope, StoreError> {
        let mut tx = self.read().await?;
        let clients: Vec<ScopedClient> =
            tx.all("SELECT client_id, name, time_zone FROM client ORDER BY client_id", Vec::new()).await?;
        Ok(Scope::read_at_login(clients))
    }
}

/// KiB below zero: what a screen looks at. More would be the same pages again in each terminal; the machine has them.
const CACHE_OF_READERS: &str = "-2048";

fn file(store: &Store) -> &Path {
    store.url().path().unwrap_or(Path::new(""))
}

fn of_file(store: &Store) -> SqliteConnectOptions {
    options(file(store))
}

fn pool(
    store: &Store,
    options: SqliteConnectOptions,
    user: UserId,
    narrowed: Option<Vec<ClientId>>,
    access: Access,
) -> SqlitePool {
    let size = match access {
        Access::Read => 2,
        Access::Write => 1,
    };
    let catalogue = store.inner.catalogue.clone();
    SqlitePoolOptions::new()
        .max_connections(size)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .after_connect(move |connection, _| {
            let (catalogue, narrowed) = (catalogue.clone(), narrowed.clone());
            Box::pin(async move {
                let scoped = catalogue.scope_connection(connection, user, narrowed.as_deref(), access).await;
                scoped.map_err(|error| {
                    // The pool reports a failed hook only as a time-out.
                    tracing::error!(%error, "a connection could not be scoped");
                    sqlx::Error::Protocol(error.to_string())
                })
            })
        })
        .after_release(|connection, _| Box::pin(async move { still_usable(connection).await }))
        .connect_lazy_with(options)
}
