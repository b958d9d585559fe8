//! Beginning a chain behind entries that are older than it: its first entry holds a digest of them.

use super::super::error::StoreError;
use super::super::funnel::{Look, WriteTx, args, statements};
use super::super::migrate::Store;
use super::Waiting;
use super::chain::{Chain, Digest, StoredEntry};
use super::key::AuditKey;
use super::statements::ChainSql;
use crate::domain::clock::Instant;
use crate::domain::id::ClientId;

statements! {
    CLIENTS = "SELECT client_id FROM t_audit_head WHERE hash IS NULL AND seq > 0 ORDER BY client_id";
    /// Gives an end to chains that have lost theirs.
    MISSING_ENDS = "INSERT INTO t_audit_head (client_id, seq, begun) SELECT c.client_id, 0, 1 FROM t_client AS c
        WHERE NOT EXISTS (SELECT 1 FROM t_audit_head AS h WHERE h.client_id = c.client_id) RETURNING seq";
    /// Takes a chain off its entries, so that the next one begins it.
    TAKE_OFF = "UPDATE t_audit_head SET hash = NULL, seq = (SELECT coalesce(max(e.seq), 0) FROM t_audit_entry AS e
        WHERE e.client_id = t_audit_head.client_id) WHERE client_id = $1 RETURNING seq";
    TAKE_OFF_ACCOUNTS = "UPDATE t_account_audit_head SET hash = NULL, seq = (SELECT coalesce(max(e.seq), 0)
        FROM t_account_audit_entry AS e) WHERE chain = $1 RETURNING seq";
    ACCOUNTS = "SELECT count(*) FROM t_account_audit_head WHERE hash IS NULL AND seq > 0";
}

/// The action of the entry that begins a chain behind older entries.
pub(super) const BEGUN: &str = "chain_begun";

impl Store {
    /// Begins the chains whose entries are all older than they: once, after a database was brought up to date.
    pub(crate) async fn begin_trails(&self, at: Instant) -> Result<(), StoreError> {
        let key = self.key();
        let Ok(key) = key.as_ref() else { return Ok(()) };
        if waiting(&mut self.look().await?).await?.is_empty() {
            return Ok(());
        }
        let mut tx = self.door("system", at).await?;
        for chain in waiting(&mut tx).await? {
            tx.append(key, &chain, Vec::new()).await?;
        }
        tx.commit().await
    }

    /// Begins the chains anew that are not whole, or all of them where their key is lost, behind the entries that are
    /// there. Gives those that were begun.
    pub(crate) async fn begin_trails_anew(&self, at: Instant) -> Result<Vec<Chain>, StoreError> {
        let (key, is_other) = self.key_from_now_on().await?;
        let states = self.verify_with(&key).await?;
        let wanted = states.into_iter().filter(|state| is_other || !state.faults.is_empty());
        let wanted: Vec<Chain> = wanted.map(|state| state.chain).collect();
        if wanted.is_empty() {
            return Ok(wanted);
        }
        let mut tx = self.door("system", at).await?;
        tx.reach(None).await?;
        tx.run(MISSING_ENDS, args![]).await?;
        for chain in &wanted {
            let take_off = if *chain == Chain::Accounts { TAKE_OFF_ACCOUNTS } else { TAKE_OFF };
            tx.run(take_off, args![chain.key()]).await?;
        }
        for chain in waiting(&mut tx).await? {
            tx.append(&key, &chain, Vec::new()).await?;
        }
        if is_other {
            tx.change_mark(&key).await?;
        }
        tx.commit().await?;
        Ok(wanted)
    }
}

/// The chains that are to be begun.
async fn waiting(tx: &mut impl Look) -> Result<Vec<Chain>, StoreError> {
    tx.reach(None).await?;
    let clients: Vec<String> = tx.all(CLIENTS, args![]).await?;
    let mut chains: Vec<_> = clients.into_iter().map(|client| Chain::Client(ClientId::stored(client))).collect();
    if tx.one::<i64>(ACCOUNTS, args![]).await? > 0 {
        chains.push(Chain::Accounts);
    }
    Ok(chains)
}

impl WriteTx {
    /// The entry that begins a chain: it holds the digest of all older entries.
    pub(super) async fn digest(
        &mut self,
        key: &AuditKey,
        chain: &Chain,
        sql: &ChainSql,
    ) -> Result<Waiting, StoreError> {
        let mut digest = Digest::default();
        let mut last = 0;
        loop {
            let entries: Vec<StoredEntry> = self.all(sql.entries, args![chain.key(), last]).await?;
            let Some(newest) = entries.last() else { break };
            last = newest.seq;
            for entry in &entries {
                digest.add(key, chain, entry)?;
            }
        }
        // A session sees no entry of the chain of accounts; but to have one, somebody has logged in, through a door.
        if digest.entries == 0 {
            return Err(StoreError::TrailBroken(chain.key().to_owned()));
        }
        Ok(Waiting {
            table: "audit_entry",
            key: format!("1-{last}"),
            action: BEGUN.to_owned(),
            before: None,
            after: Some(digest.told()),
        })
    }
}
