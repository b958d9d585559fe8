//! The lint of the catalogue: whether the database is built so that no client can get at another's rows.
//!
//! It looks at tables, keys, indexes, triggers and views, never at anybody's rows. [`shape`] is what a catalogue says,
//! the same for every engine; [`rule`] has the rules that are the same too, [`sqlite`] those of its engine. Each rule
//! is tried on a database in which its fault was planted. It runs in the tests, once for each shape of the schema when
//! a database is opened, and in the audit.

mod class;
#[cfg(test)]
mod planted;
mod rule;
mod shape;
mod sqlite;

pub(in crate::store) use class::Class;

use super::engine::Door;
use super::error::StoreError;
use super::migrate::Store;
use sha2::{Digest, Sha256};
use sqlx::SqliteConnection;

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

impl Rule {
    fn broken_by(self, object: impl Into<String>) -> Finding {
        Finding { rule: self, object: object.into() }
    }
}

/// Every rule, in the order in which they are looked at.
pub(crate) fn rules() -> impl Iterator<Item = Rule> {
    rule::RULES.iter().chain(sqlite::RULES).copied()
}

impl Store {
    /// What is wrong with how the database is built; nothing is how it must be.
    pub(crate) async fn lint(&self) -> Result<Vec<Finding>, StoreError> {
        let Door::Sqlite(door) = &self.inner.door else { return Err(StoreError::NoAnswer) };
        let mut connection = door.acquire().await?;
        let mut findings = rule::findings(&shape::of_sqlite(&mut connection).await?);
        findings.extend(sqlite::findings(&mut connection, &self.inner.catalogue).await?);
        Ok(findings)
    }

    /// Looks at a shape of the schema that has not passed yet, and remembers it where it passes. What is found is told
    /// to the log, and again by the audit: refusing to open would leave nobody to tell.
    pub(in crate::store) async fn lint_once(&self) -> Result<(), StoreError> {
        let Door::Sqlite(door) = &self.inner.door else { return Ok(()) };
        let digest = digest(&mut *door.acquire().await?).await?;
        let known = "SELECT count(*) FROM t_lint_pass WHERE digest = $1";
        if sqlx::query_scalar::<_, i64>(known).bind(&digest).fetch_one(door).await? > 0 {
            return Ok(());
        }
        let findings = self.lint().await?;
        for Finding { rule, object } in &findings {
            tracing::error!(rule = rule.id, object, "the database is not built as it must be: {}", rule.words);
        }
        if findings.is_empty() {
            let pass = "INSERT INTO t_lint_pass (digest) VALUES ($1) ON CONFLICT (digest) DO NOTHING";
            sqlx::query(pass).bind(&digest).execute(door).await?;
        }
        Ok(())
    }
}

/// The shape of the schema and the rules it is held against, in one number.
async fn digest(connection: &mut SqliteConnection) -> Result<String, StoreError> {
    let mut hash = Sha256::new();
    for rule in rules() {
        hash.update(rule.words);
    }
    let texts = "SELECT coalesce(sql, name) FROM sqlite_schema ORDER BY type, name";
    for text in sqlx::query_scalar::<_, String>(texts).fetch_all(connection).await? {
        hash.update(text);
    }
    Ok(hash.finalize().iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}")))
}
