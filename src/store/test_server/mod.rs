//! A throw-away PostgreSQL for tests: a server that the first test of a run starts, and a database for each test.
//!
//! Used by the store's tests and, through a `#[path]`, by the tests of the program, so it names nothing of this crate.
//! The server listens on a Unix socket only, writes nothing through to the disk, and is ended by its watchdog soon
//! after the last test. Two roles are made as in a plant: one that owns the schema and one that the program runs as.
#![allow(dead_code, unused_imports, reason = "each of the two test programs uses its part")]

#[cfg(test)]
mod own;
#[cfg(test)]
mod process;

#[cfg(test)]
pub(crate) use own::OwnServer;

use process::Server;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::OnceLock;
use uuid::Uuid;

/// The role that owns the schema.
pub(crate) const OWNER: &str = "kpi_owner";
/// The role that the program runs as.
pub(crate) const RUNTIME: &str = "kpi_runtime";
/// Passwords of both; the server asks for them as a plant's would.
const PASSWORD: &str = "a-password-of-tests";

/// A database of one test, dropped with this value.
#[derive(Debug)]
pub(crate) struct TestDatabase {
    name: String,
    server: &'static Server,
}

impl TestDatabase {
    /// A database without a schema, which belongs to [`OWNER`].
    pub(crate) async fn empty() -> Self {
        let database = Self::named(format!("test_{}", Uuid::new_v4().simple()));
        database.made(&format!("CREATE DATABASE {} OWNER {OWNER}", database.name)).await;
        database
    }

    /// A copy of a database that `make` has filled; what one build of the tests makes is made once in a run.
    pub(crate) async fn copy_of(what: &str, make: impl AsyncFnOnce(&TestDatabase)) -> Self {
        let template = format!("{what}_{}", build());
        let mut postgres = Self::named("postgres".into()).superuser().await;
        // Whoever comes second finds the template done.
        run(&mut postgres, "SELECT pg_advisory_lock(1)").await;
        let known = sqlx::query_scalar::<_, i64>("SELECT count(*) FROM pg_database WHERE datname = $1");
        if known.bind(&template).fetch_one(&mut postgres).await.expect("databases") == 0 {
            let begun = Self::empty().await;
            make(&begun).await;
            run(&mut postgres, &format!("ALTER DATABASE {} RENAME TO {template}", begun.name)).await;
        }
        run(&mut postgres, "SELECT pg_advisory_unlock(1)").await;
        let database = Self::named(format!("test_{}", Uuid::new_v4().simple()));
        database.made(&format!("CREATE DATABASE {} TEMPLATE {template} OWNER {OWNER}", database.name)).await;
        database
    }

    /// What the server calls it.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Its URL for the role that owns the schema.
    pub(crate) fn owner_url(&self) -> String {
        self.url(OWNER)
    }

    /// Its URL for the role that the program runs as.
    pub(crate) fn runtime_url(&self) -> String {
        self.url(RUNTIME)
    }

    /// Its URL for the server's superuser.
    pub(crate) fn superuser_url(&self) -> String {
        self.url(process::SUPERUSER)
    }

    /// Its URL for any role that has the password of tests.
    pub(crate) fn url(&self, role: &str) -> String {
        format!("postgres://{role}:{PASSWORD}@localhost/{}?host={}", self.name, self.server.folder().display())
    }

    /// A connection of the role that owns the schema.
    pub(crate) async fn owner(&self) -> PgConnection {
        connect(&self.owner_url()).await
    }

    /// A connection of the role that the program runs as.
    pub(crate) async fn runtime(&self) -> PgConnection {
        connect(&self.runtime_url()).await
    }

    /// A connection of the superuser, to whom no policy applies: for the truth, and for planting faults.
    pub(crate) async fn superuser(&self) -> PgConnection {
        connect(&self.superuser_url()).await
    }

    /// The server, started where no test of this run has done so.
    fn named(name: String) -> Self {
        static SERVER: OnceLock<Server> = OnceLock::new();
        let server = SERVER.get_or_init(|| Server::of_this_run(make_roles));
        Self { name, server }
    }

    async fn made(&self, text: &str) {
        let mut postgres = Self { name: "postgres".into(), server: self.server }.superuser().await;
        run(&mut postgres, text).await;
        postgres.close().await.expect("close");
    }
}

/// Makes both roles of a plant on a server that listens in a folder.
fn make_roles(folder: &std::path::Path) {
    let roles =
        [OWNER, RUNTIME].map(|role| format!("CREATE ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD '{PASSWORD}'"));
    let url = format!("postgres://{}@localhost/postgres?host={}", process::SUPERUSER, folder.display());
    finish(async move {
        let mut postgres = connect(&url).await;
        for role in roles {
            run(&mut postgres, &role).await;
        }
    });
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if !self.name.starts_with("test_") {
            return;
        }
        let url = Self { name: "postgres".into(), server: self.server }.superuser_url();
        // A database that became a template is there no longer under its first name.
        let text = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        finish(async move { run(&mut connect(&url).await, &text).await });
    }
}

async fn connect(url: &str) -> PgConnection {
    PgConnection::connect(url).await.unwrap_or_else(|error| panic!("{url}: {error}"))
}

async fn run(connection: &mut PgConnection, text: &str) {
    if let Err(error) = connection.execute(AssertSqlSafe(text.to_owned())).await {
        panic!("{text}: {error}");
    }
}

/// Waits for some work, inside a runtime or out of one.
fn finish(work: impl Future<Output = ()> + Send + 'static) {
    let thread = std::thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("runtime");
        runtime.block_on(work);
    });
    thread.join().expect("the work on the server");
}

/// This build of the tests, so that another one makes its own templates.
fn build() -> String {
    let program = std::env::current_exe().expect("program");
    let changed = program.metadata().and_then(|file| file.modified()).expect("time");
    let mut hasher = DefaultHasher::new();
    (program, changed).hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_test_has_a_database_of_its_own_made_from_the_template() {
        let fill = async |database: &TestDatabase| {
            run(
                &mut database.owner().await,
                "CREATE TABLE plant (name TEXT COLLATE \"C\"); INSERT INTO plant VALUES ('one')",
            )
            .await;
        };
        let (first, second) = (TestDatabase::copy_of("own", fill).await, TestDatabase::copy_of("own", fill).await);
        run(&mut first.owner().await, "INSERT INTO plant VALUES ('two')").await;
        let count = "SELECT count(*) FROM plant";
        for (database, expected) in [(&first, 2_i64), (&second, 1)] {
            let found: i64 = sqlx::query_scalar(count).fetch_one(&mut database.owner().await).await.expect("count");
            assert_eq!(found, expected);
        }
        let (name, server) = (first.name.clone(), first.superuser_url());
        drop(first);
        assert!(PgConnection::connect(&server).await.is_err(), "{name} is gone");
    }

    #[tokio::test]
    async fn a_role_needs_its_password() {
        let database = TestDatabase::empty().await;
        for (password, is_right) in [(PASSWORD, true), ("another", false)] {
            let url = database.runtime_url().replace(PASSWORD, password);
            assert_eq!(PgConnection::connect(&url).await.is_ok(), is_right, "{password}");
        }
    }

    #[tokio::test]
    async fn the_server_sorts_text_otherwise_than_sqlite_does() {
        let database = TestDatabase::empty().await;
        let sorted = "SELECT string_agg(x, '' ORDER BY x) FROM (VALUES ('a'), ('B'), ('ä'), ('z')) AS letters (x)";
        let sorted: String = sqlx::query_scalar(sorted).fetch_one(&mut database.owner().await).await.expect("sorted");
        assert_eq!(sorted, "aäBz", "a column without its own collation is seen in tests");
    }
}
