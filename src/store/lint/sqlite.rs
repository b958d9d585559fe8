//! The rules of SQLite: the tables are of the strict kind, the triggers are those that were generated, and a session's
//! connection gets a view with its triggers for every table that it can reach.

use super::{Finding, Rule};
use crate::domain::id::UserId;
use crate::store::error::StoreError;
use crate::store::guard::{Access, made_by};
use crate::store::migrate::MIGRATIONS;
use crate::store::scoped::{Catalogue, Kind, TABLES};
use crate::store::stored_tally;
use sqlx::{Row, SqliteConnection};
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

pub(super) const STRICT: Rule =
    Rule { id: "strict-table", words: "every table is STRICT and WITHOUT ROWID, so that a client's rows lie together" };
pub(super) const TRIGGERS: Rule = Rule {
    id: "generated-triggers",
    words: "the triggers of the database are those of the tallies and of the migrations, word for word",
};
pub(super) const VIEWS: Rule = Rule { id: "no-view", words: "the database holds no view: they are each session's own" };
pub(super) const SCOPED: Rule = Rule {
    id: "scoped-view",
    words: "a session gets a view of every table it can reach, which filters, with a trigger for each way of writing",
};
pub(super) const SETTINGS: Rule =
    Rule { id: "connection-settings", words: "recursive triggers and foreign keys are on, on every connection" };

/// In the order in which they are looked at.
pub(super) const RULES: &[Rule] = &[STRICT, TRIGGERS, VIEWS, SCOPED, SETTINGS];

/// What the rules find.
pub(super) async fn findings(
    connection: &mut SqliteConnection,
    catalogue: &Catalogue,
) -> Result<Vec<Finding>, StoreError> {
    let mut findings = Vec::new();
    let loose = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND NOT (strict AND wr)
        AND name NOT LIKE 'sqlite^_%' ESCAPE '^' AND name <> '_sqlx_migrations'";
    for name in sqlx::query_scalar::<_, String>(loose).fetch_all(&mut *connection).await? {
        findings.push(STRICT.broken_by(name));
    }
    let views = "SELECT name FROM sqlite_schema WHERE type = 'view'";
    for name in sqlx::query_scalar::<_, String>(views).fetch_all(&mut *connection).await? {
        findings.push(VIEWS.broken_by(name));
    }
    findings.extend(triggers(connection).await?);
    for setting in [
        "SELECT 'recursive_triggers', recursive_triggers FROM pragma_recursive_triggers",
        "SELECT 'foreign_keys', foreign_keys FROM pragma_foreign_keys",
    ] {
        let row = sqlx::query(setting).fetch_one(&mut *connection).await?;
        if row.try_get::<i64, _>(1)? != 1 {
            findings.push(SETTINGS.broken_by(row.try_get::<String, _>(0)?));
        }
    }
    findings.extend(scoped(catalogue).await?);
    Ok(findings)
}

async fn triggers(connection: &mut SqliteConnection) -> Result<Vec<Finding>, StoreError> {
    let texts = "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'";
    let there: BTreeMap<String, String> =
        sqlx::query_as(texts).fetch_all(&mut *connection).await?.into_iter().collect();
    let wanted = stored_tally::texts(connection).await?.into_iter().chain(of_migrations());
    let wanted: BTreeMap<String, String> = wanted.collect();
    let other = wanted.iter().filter(|(name, text)| there.get(*name) != Some(text)).map(|(name, _)| name);
    let unknown = there.keys().filter(|name| !wanted.contains_key(*name));
    Ok(other.chain(unknown).map(|name| TRIGGERS.broken_by(name)).collect())
}

/// The triggers that the migrations make, each with its statement.
fn of_migrations() -> impl Iterator<Item = (String, String)> {
    let begin = "CREATE TRIGGER ";
    let texts = MIGRATIONS.iter().flat_map(move |migration| migration.sql.as_str().split(begin).skip(1));
    texts.filter_map(move |text| {
        let (name, _) = text.split_once(' ')?;
        let (statement, _) = text.split_once("END;")?;
        Some((name.to_owned(), format!("{begin}{statement}END")))
    })
}

/// Makes a session's views for nobody on an empty database beside, and looks at what was made.
async fn scoped(catalogue: &Catalogue) -> Result<Vec<Finding>, StoreError> {
    let (texts, rights) = catalogue.scoped(UserId(Uuid::nil()), None, Access::Write)?;
    let made = made_by(&texts).await?;
    let mut findings = Vec::new();
    for &(name, kind) in TABLES {
        let private = |what: &str| rights.naming(&format!("g__{name}{what}"));
        let mut wanted = BTreeSet::from([name.to_owned(), private("")]);
        let writes = catalogue.writes(name);
        if writes.insert {
            wanted.insert(private("_insert"));
        }
        if writes.update {
            wanted.insert(private("_update"));
        }
        let missing = wanted.iter().any(|view| !made.contains_key(view));
        let filter = rights.naming("b.client_id IN (SELECT s.client_id FROM temp.g__scope AS s)");
        let is_tenants =
            matches!(kind, Kind::Tenant | Kind::TenantAppendOnly | Kind::Client | Kind::Head | Kind::Tally);
        let is_open = is_tenants && made.get(&private("")).is_none_or(|text| !text.ends_with(&filter));
        let refuses = |what: &str| {
            let text = made.get(&private(what)).map(String::as_str).unwrap_or_default();
            text.contains("SELECT RAISE(ABORT, 'outside the scope') WHERE")
        };
        let writes_freely = (writes.insert && !refuses("_insert")) || (writes.update && !refuses("_update"));
        if missing || is_open || writes_freely {
            findings.push(SCOPED.broken_by(name));
        }
    }
    Ok(findings)
}
