//! The audit trail: one row per command, written in the transaction of the change, and chained so that no entry can be
//! changed, removed or put between others without being found.
//!
//! There is one chain for each client and one for logins, accounts and what all clients share. A transaction collects
//! what it did; its commit locks the ends of the chains it adds to, last and in the order of the clients, and appends.
//! Every entry carries the hash of the one before it and its own, made with a key outside the database ([`key`]); the
//! end of a chain is sealed with the same key, so that cutting off the newest entries is found too, unless an old end
//! was kept and put back with them. Against that the reports show where each chain ends.
//!
//! Entries that are older than the chain have no hashes. The first entry that is chained holds a digest of them as they
//! stood then: a later change of one is found, which one it was is not.

mod begin;
mod chain;
mod key;
mod statements;
#[cfg(test)]
mod tests;
mod verify;

pub(crate) use chain::Chain;
pub(in crate::store) use key::AuditKey;
pub use key::KeyTrouble;
pub use verify::ChainEnd;
pub(crate) use verify::ChainState;
#[cfg(test)]
pub(in crate::store) use {
    begin::STATEMENTS as BEGIN_STATEMENTS, key::STATEMENTS as KEY_STATEMENTS, statements::STATEMENTS,
    verify::STATEMENTS as VERIFY_STATEMENTS,
};

use super::error::StoreError;
use super::funnel::{Look, Value, WriteTx, args};
use crate::domain::id::ClientId;
use chain::{Head, StoredEntry};
use statements::ChainSql;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One change to be recorded.
#[derive(Debug, Clone)]
pub(crate) struct AuditEntry<'a> {
    /// The table, by its plain name.
    pub(crate) table: &'static str,
    /// The row's key.
    pub(crate) key: String,
    /// What was done.
    pub(crate) action: &'a str,
    /// The row before, where there was one.
    pub(crate) before: Option<serde_json::Value>,
    /// The row after.
    pub(crate) after: Option<serde_json::Value>,
}

/// What a transaction will add to the trail when it commits.
#[derive(Debug)]
pub(in crate::store) struct Trail {
    /// What seals it, or why nothing can be sealed.
    key: Arc<Result<AuditKey, KeyTrouble>>,
    /// Whether the transaction is a door's, which sees base tables.
    is_door: bool,
    waiting: BTreeMap<Chain, Vec<Waiting>>,
}

#[derive(Debug)]
struct Waiting {
    table: &'static str,
    key: String,
    action: String,
    before: Option<String>,
    after: Option<String>,
}

impl Trail {
    /// That of a session.
    pub(in crate::store) fn of_session(key: Arc<Result<AuditKey, KeyTrouble>>) -> Self {
        Self { key, is_door: false, waiting: BTreeMap::new() }
    }

    /// That of a door.
    pub(in crate::store) fn of_door(key: Arc<Result<AuditKey, KeyTrouble>>) -> Self {
        Self { key, is_door: true, waiting: BTreeMap::new() }
    }

    const fn sql(&self, chain: &Chain) -> &'static ChainSql {
        match (chain, self.is_door) {
            (Chain::Client(_), false) => &statements::CLIENT,
            (Chain::Client(_), true) => &statements::DOOR_CLIENT,
            (Chain::Accounts, false) => &statements::ACCOUNTS,
            (Chain::Accounts, true) => &statements::DOOR_ACCOUNTS,
        }
    }

    fn add(&mut self, chain: Chain, entry: Waiting) {
        self.waiting.entry(chain).or_default().push(entry);
    }
}

fn json(value: Option<serde_json::Value>) -> Option<String> {
    value.map(|value| value.to_string())
}

impl WriteTx {
    /// Records a change of a client's row.
    pub(crate) fn record(&mut self, client: &ClientId, entry: AuditEntry<'_>) {
        let AuditEntry { table, key, action, before, after } = entry;
        let waiting = Waiting { table, key, action: action.to_owned(), before: json(before), after: json(after) };
        self.trail().add(Chain::Client(client.clone()), waiting);
    }

    /// Records a change of something that all clients share.
    pub(crate) fn record_shared(&mut self, action: &str, subject: String, after: serde_json::Value) {
        self.record_account(action, subject, None, Some(after));
    }

    /// Records a login, or a change of accounts or of something that all clients share. It holds no secrets.
    pub(in crate::store) fn record_account(
        &mut self,
        action: &str,
        subject: String,
        before: Option<serde_json::Value>,
        after: Option<serde_json::Value>,
    ) {
        let action = action.to_owned();
        let waiting = Waiting { table: "", key: subject, action, before: json(before), after: json(after) };
        self.trail().add(Chain::Accounts, waiting);
    }

    /// Appends what was recorded to its chains: the last thing before a commit.
    pub(in crate::store) async fn append_trail(&mut self) -> Result<(), StoreError> {
        let waiting = std::mem::take(&mut self.trail().waiting);
        if waiting.is_empty() {
            return Ok(());
        }
        let key = Arc::clone(&self.trail().key);
        let key = key.as_ref().as_ref().map_err(|trouble| StoreError::AuditKey(trouble.clone()))?;
        for (chain, entries) in waiting {
            self.append(key, &chain, entries).await?;
        }
        Ok(())
    }

    async fn append(&mut self, key: &AuditKey, chain: &Chain, entries: Vec<Waiting>) -> Result<(), StoreError> {
        let sql = self.trail().sql(chain);
        if let (Chain::Client(client), true) = (chain, self.trail().is_door) {
            self.reach(Some(client)).await?;
        }
        let end = if self.open()?.is_alone() { sql.read } else { sql.lock };
        let end: Option<Head> = self.optional(end, args![chain.key()]).await?;
        if end.is_none() {
            self.insert_one(&sql.head, args![chain.key(), 0_i64, 1_i64]).await?;
        }
        let mut head = end.unwrap_or(Head::EMPTY);
        let mut rows = Vec::with_capacity(entries.len());
        if head.hash.is_none() && head.seq > 0 {
            let begun = self.digest(key, chain, sql).await?;
            head.begun = head.seq + 1;
            rows.push(self.chained(key, chain, &mut head, begun)?);
        }
        for entry in entries {
            rows.push(self.chained(key, chain, &mut head, entry)?);
        }
        self.insert(&sql.entry, rows).await.map_err(|error| match error {
            // The number behind the end is taken, though the end is locked; a view says so in its own way.
            StoreError::Duplicate | StoreError::OutOfScope => StoreError::TrailBroken(chain.key().to_owned()),
            other => other,
        })?;
        let seal = chain::seal(key, chain, &head)?;
        let moved = self.run(sql.move_to, args![chain.key(), head.seq, head.begun, head.hash, seal]).await?;
        if moved == 1 { Ok(()) } else { Err(StoreError::OutOfScope) }
    }

    /// The row of an entry behind the end, which moves on to it.
    fn chained(
        &self,
        key: &AuditKey,
        chain: &Chain,
        head: &mut Head,
        entry: Waiting,
    ) -> Result<Vec<Value>, StoreError> {
        let mut entry = StoredEntry {
            seq: head.seq + 1,
            // The record of accounts has no tables.
            table: if *chain == Chain::Accounts { String::new() } else { entry.table.to_owned() },
            key: entry.key,
            action: entry.action,
            before: entry.before,
            after: entry.after,
            by: self.by().to_owned(),
            at: self.at(),
            previous: head.hash.take(),
            hash: None,
        };
        entry.hash = Some(chain::hash(key, chain, entry.previous.as_deref(), &entry)?);
        head.seq = entry.seq;
        head.hash.clone_from(&entry.hash);
        let StoredEntry { seq, table, key, action, before, after, by, at, previous, hash } = entry;
        Ok(match chain {
            Chain::Client(client) => {
                args![client, seq, table, key, action, before, after, by, at, previous, hash]
            }
            Chain::Accounts => args![seq, action, key, before, after, by, at, previous, hash],
        })
    }
}
