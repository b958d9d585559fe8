//! The lint of the catalogue: whether the database is built so that no client can get at another's rows.
//!
//! It looks at tables, keys, indexes, triggers and views, never at anybody's rows. [`shape`] is what a catalogue says,
//! the same for every engine; [`rule`] has the rules that are the same too, [`sqlite`] and [`postgres`] those of their engine. Each rule
//! is tried on a database in which its fault was planted. It runs in the tests, once for each shape of the schema when
//! a database is opened, and in the audit.

mod class;
#[cfg(test)]
mod planted;
#[cfg(test)]
mod planted_postgres;
mod postgres;
pub(in crate::store) mod rule;
mod shape;
mod sqlite;
mod trigger;

pub(in crate::store) use class::{Class, of as class_of};

use super::engine::Door;
use super::error::StoreError;
use super::funnel::{Look, args, statements};
use super::migrate::Store;
use crate::domain::clock::Instant;
use sha2::{Digest, Sha256};
use sqlx::{PgConnection, SqliteConnection};

statements! {
    HAS_PASSED = "SELECT count(*) FROM t_lint_pass WHERE digest = $1";
    PASS = "INSERT INTO t_lint_pass (digest) VALUES ($1) ON CONFLICT (digest) DO NOTHING RETURNING digest";
}

/// One of the rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rule {
    /// A short name, which stays the same.
    pub(crate) id: &'static str,
    /// What must hold.
    pub(crate) words: &'static str,
}

/// Something that a rule found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    /// The rule that is broken.
    pub(crate) rule: Rule,
    /// By what: a table, a column, an index.
    pub(crate) object: String,
}

/// How much of the catalogue was looked at, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::store) struct CatalogueLook {
    /// Tables.
    pub(in crate::store) tables: usize,
    /// Primary and unique keys of clients' tables.
    pub(in crate::store) keys: usize,
    /// Foreign keys between clients' tables.
    pub(in crate::store) references: usize,
    /// Columns of all tables.
    pub(in crate::store) columns: usize,
    /// What is wrong.
    pub(in crate::store) findings: Vec<Finding>,
}

impl CatalogueLook {
    /// The rules of every engine held against the tables, beside what those of one found.
    fn at(tables: &[shape::Table], of_engine: Vec<Finding>) -> Self {
        let is_clients = |name: &str| class::of(name) == Some(Class::Tenant);
        let of_clients = || tables.iter().filter(|table| is_clients(&table.name));
        let mut findings = rule::findings(tables);
        findings.extend(of_engine);
        Self {
            tables: tables.len(),
            keys: of_clients().map(|table| 1 + table.indexes.iter().filter(|index| index.is_unique).count()).sum(),
            references: of_clients()
                .map(|table| table.foreign.iter().filter(|foreign| is_clients(&foreign.parent)).count())
                .sum(),
            columns: tables.iter().map(|table| table.columns.len()).sum(),
            findings,
        }
    }
}

impl Rule {
    fn broken_by(self, object: impl Into<String>) -> Finding {
        Finding { rule: self, object: object.into() }
    }
}

impl Store {
    /// The rules for this database, in the order in which they are looked at.
    pub(crate) fn lint_rules(&self) -> impl Iterator<Item = Rule> {
        let of_engine = match self.inner.door {
            Door::Sqlite(..) => sqlite::RULES,
            Door::Postgres(_) => postgres::RULES,
        };
        rule::RULES.iter().chain(of_engine).copied()
    }

    /// What is wrong with how the database is built; nothing is how it must be.
    pub(crate) async fn lint(&self) -> Result<Vec<Finding>, StoreError> {
        Ok(self.look_at_catalogue().await?.findings)
    }

    /// Looks at how the database is built.
    pub(in crate::store) async fn look_at_catalogue(&self) -> Result<CatalogueLook, StoreError> {
        match &self.inner.door {
            Door::Sqlite(door, _) => {
                let mut connection = door.acquire().await?;
                let tables = shape::of_sqlite(&mut connection).await?;
                let of_engine = sqlite::findings(&mut connection, &self.inner.catalogue).await?;
                Ok(CatalogueLook::at(&tables, of_engine))
            }
            Door::Postgres(pools) => of_server(&mut *pools.doors.connections.acquire().await?).await,
        }
    }

    /// Looks at a shape of the schema that has not passed yet, and remembers it where it passes. What is found is told
    /// to the log, and again by the audit: refusing to open would leave nobody to tell.
    pub(in crate::store) async fn lint_once(&self) -> Result<(), StoreError> {
        let digest = match &self.inner.door {
            Door::Sqlite(door, _) => self.digest(&texts_of_sqlite(&mut *door.acquire().await?).await?),
            Door::Postgres(pools) => {
                self.digest(&postgres::texts(&mut *pools.doors.connections.acquire().await?).await?)
            }
        };
        if self.look().await?.one::<i64>(HAS_PASSED, args![&digest]).await? > 0 {
            return Ok(());
        }
        let findings = self.lint().await?;
        for Finding { rule, object } in &findings {
            tracing::error!(rule = rule.id, object, "the database is not built as it must be: {}", rule.words);
        }
        if findings.is_empty() {
            let mut tx = self.door("lint", Instant(0)).await?;
            tx.run(PASS, args![digest]).await?;
            tx.commit().await?;
        }
        Ok(())
    }

    /// The shape of the schema and the rules it is held against, in one number.
    fn digest(&self, texts: &[String]) -> String {
        let mut hash = Sha256::new();
        self.lint_rules().for_each(|rule| hash.update(rule.words));
        for text in texts {
            hash.update(text);
        }
        hash.finalize().iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
    }
}

async fn texts_of_sqlite(connection: &mut SqliteConnection) -> Result<Vec<String>, StoreError> {
    // Without what is this database's own in the names of triggers.
    let texts = "SELECT replace(coalesce(sql, name), coalesce((SELECT infix FROM t_tally_rule), ' '), '')
        FROM sqlite_schema ORDER BY 1";
    Ok(sqlx::query_scalar(texts).fetch_all(connection).await?)
}

/// What a server's database is like, for the role of the connection.
pub(in crate::store) async fn of_server(connection: &mut PgConnection) -> Result<CatalogueLook, StoreError> {
    let tables = shape::of_postgres(connection).await?;
    Ok(CatalogueLook::at(&tables, postgres::findings(connection).await?))
}
