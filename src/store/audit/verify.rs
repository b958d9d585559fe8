//! Whether the chains are whole: every entry's hash is made again, a page of entries at a time.
//!
//! An entry is judged by itself and by its link to the one before, so that one changed entry is one fault, wherever it
//! lies. All clients are looked at through a door, no content of theirs is shown.

use super::super::error::StoreError;
use super::super::funnel::{Cells, FromCells, Look, ReadTx, args, statements};
use super::super::migrate::Store;
use super::super::session::Session;
use super::KeyTrouble;
use super::begin::BEGUN;
use super::chain::{Chain, Digest, Hash, Head, StoredEntry, hash, hex, seal};
use super::key::AuditKey;
use super::statements::{DOOR_ACCOUNTS, DOOR_CLIENT};
use crate::domain::id::ClientId;

/// Faults of one chain that are told one by one; more say nothing more.
const MOST_FAULTS: usize = 20;
/// Digits of a hash that people compare.
const SHORT: usize = 16;

statements! {
    CLIENTS = "SELECT client_id FROM t_client ORDER BY client_id";
    END = "SELECT seq, begun, hash, seal FROM t_audit_head WHERE client_id = $1";
    ACCOUNTS_END = "SELECT seq, begun, hash, seal FROM t_account_audit_head WHERE chain = $1";
    SHOWN_ENDS = "SELECT client_id, seq, hash FROM audit_head ORDER BY client_id";
}

/// Something that is wrong with a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// Entries between others are gone, the first and the last of them.
    Missing(i64, i64),
    /// An entry is not what was sealed.
    Changed(i64),
    /// An entry does not follow the one before it.
    Unlinked(i64),
    /// An entry was never sealed.
    Unsealed(i64),
    /// Entries that are older than the chain are not what they were when it began.
    Older(i64),
    /// The newest entries are gone, the first and the last of them.
    Cut(i64, i64),
    /// An entry lies behind the end.
    Beyond(i64),
    /// The end is not the one that was sealed.
    End,
    /// There are entries and no end.
    NoEnd,
    /// The chain is said not to have begun.
    NotBegun,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Missing(from, to) if from == to => write!(formatter, "entry {from} was removed"),
            Self::Missing(from, to) => write!(formatter, "entries {from} to {to} were removed"),
            Self::Changed(seq) => write!(formatter, "entry {seq} was changed"),
            Self::Unlinked(seq) => write!(formatter, "entry {seq} does not follow the one before it"),
            Self::Unsealed(seq) => write!(formatter, "entry {seq} is not sealed"),
            Self::Older(last) => {
                write!(formatter, "one of the entries 1 to {last} is not what it was when the chain began")
            }
            Self::Cut(from, to) if from == to => write!(formatter, "the newest entry, {from}, was cut off"),
            Self::Cut(from, to) => write!(formatter, "the newest entries, {from} to {to}, were cut off"),
            Self::Beyond(seq) => write!(formatter, "entry {seq} was put behind the end"),
            Self::End => formatter.write_str("the end of the chain was changed"),
            Self::NotBegun => formatter.write_str("the chain of hashes was taken off"),
            Self::NoEnd => formatter.write_str("the end of the chain was removed"),
        }
    }
}

/// A chain as it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ChainState {
    /// Whose.
    pub(crate) chain: Chain,
    /// How many entries were looked at.
    pub(crate) entries: i64,
    /// What is wrong, in order.
    pub(crate) faults: Vec<Fault>,
    /// How many further faults there are.
    pub(crate) more: i64,
}

impl ChainState {
    fn add(&mut self, fault: Fault) {
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(fault);
        } else {
            self.more += 1;
        }
    }
}

/// The end of a chain, for people to keep outside the database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainEnd {
    /// The client.
    pub client_id: ClientId,
    /// The number of its last entry.
    pub seq: i64,
    /// The first digits of its hash; none before the chain has begun.
    pub hash: Option<String>,
}

impl FromCells for ChainEnd {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        let (client_id, seq, hash) = (cells.client()?, cells.int()?, cells.bytes_opt()?);
        Ok(Self { client_id, seq, hash: hash.map(|hash| hex(&hash).chars().take(SHORT).collect()) })
    }
}

impl Session {
    /// The ends of the chains of the scope, by client.
    pub(crate) async fn trail_ends(&self) -> Result<Vec<ChainEnd>, StoreError> {
        self.read().await?.all(SHOWN_ENDS, args![]).await
    }
}

struct SealedHead {
    head: Head,
    seal: Option<Hash>,
}

impl FromCells for SealedHead {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self { head: Head::from_cells(cells)?, seal: cells.bytes_opt()? })
    }
}

impl Store {
    /// Looks at every chain: those of the clients in order, then the one of the accounts.
    pub(crate) async fn verify_trails(&self) -> Result<Vec<ChainState>, StoreError> {
        let key = self.key();
        let key = key.as_ref().as_ref().map_err(|trouble: &KeyTrouble| StoreError::AuditKey(trouble.clone()))?;
        self.verify_with(key).await
    }

    /// The same with a key that is about to be the plant's.
    pub(super) async fn verify_with(&self, key: &AuditKey) -> Result<Vec<ChainState>, StoreError> {
        // One look for all, so that nothing is found between two of somebody's changes.
        let mut tx = self.look_at_all().await?;
        let clients: Vec<String> = tx.all(CLIENTS, args![]).await?;
        let chains = clients.into_iter().map(|client| Chain::Client(ClientId::stored(client)));
        let mut states = Vec::new();
        for chain in chains.chain([Chain::Accounts]) {
            states.push(verify(&mut tx, key, chain).await?);
        }
        Ok(states)
    }
}

async fn verify(tx: &mut ReadTx, key: &AuditKey, chain: Chain) -> Result<ChainState, StoreError> {
    let (end, sql) = match &chain {
        Chain::Client(_) => (END, &DOOR_CLIENT),
        Chain::Accounts => (ACCOUNTS_END, &DOOR_ACCOUNTS),
    };
    let end: Option<SealedHead> = tx.optional(end, args![chain.key()]).await?;
    let mut state = ChainState { chain: chain.clone(), entries: 0, faults: Vec::new(), more: 0 };
    let has_end = end.is_some();
    let SealedHead { head, seal: sealed } = end.unwrap_or(SealedHead { head: Head::EMPTY, seal: None });
    let mut walk = Walk { head: &head, has_end, digest: Digest::default(), last: None, next: head.begun };
    let mut last_seq = 0;
    loop {
        let entries: Vec<StoredEntry> = tx.all(sql.entries, args![chain.key(), last_seq]).await?;
        let Some(newest) = entries.last() else { break };
        last_seq = newest.seq;
        for entry in &entries {
            state.entries += 1;
            walk.step(key, &chain, entry, &mut state)?;
        }
    }
    match (has_end, head.hash.is_some()) {
        (false, _) if state.entries > 0 => state.add(Fault::NoEnd),
        // Older entries are chained when the database is opened.
        (true, false) if head.seq > 0 => state.add(Fault::NotBegun),
        (true, true) => {
            if walk.next <= head.seq {
                state.add(Fault::Cut(walk.next, head.seq));
            }
            let is_last = walk.next <= head.seq || walk.last == head.hash || last_seq > head.seq;
            if !is_last || sealed.as_deref() != Some(seal(key, &chain, &head)?.as_slice()) {
                state.add(Fault::End);
            }
        }
        _ => {}
    }
    Ok(state)
}

/// Where a look at a chain is.
struct Walk<'a> {
    head: &'a Head,
    has_end: bool,
    /// Of the entries that are older than the chain.
    digest: Digest,
    /// The hash that the last entry was stored with.
    last: Option<Hash>,
    /// The number that comes next.
    next: i64,
}

impl Walk<'_> {
    fn step(
        &mut self,
        key: &AuditKey,
        chain: &Chain,
        entry: &StoredEntry,
        state: &mut ChainState,
    ) -> Result<(), StoreError> {
        if self.head.hash.is_none() && self.has_end {
            if entry.seq > self.head.seq {
                state.add(Fault::Beyond(entry.seq));
            }
            return Ok(());
        }
        if entry.seq < self.head.begun {
            return self.digest.add(key, chain, entry);
        }
        if self.has_end && entry.seq > self.head.seq {
            state.add(Fault::Beyond(entry.seq));
            return Ok(());
        }
        let follows = entry.seq == self.next;
        if !follows {
            state.add(Fault::Missing(self.next, entry.seq - 1));
        }
        match &entry.hash {
            None => state.add(Fault::Unsealed(entry.seq)),
            Some(stored) if *stored != hash(key, chain, entry.previous.as_deref(), entry)? => {
                state.add(Fault::Changed(entry.seq));
            }
            Some(_) if follows && entry.previous != self.last => state.add(Fault::Unlinked(entry.seq)),
            Some(_) => {}
        }
        let is_first = entry.seq == self.head.begun && entry.seq > 1;
        if is_first && (entry.action != BEGUN || entry.after.as_deref() != Some(self.digest.told().as_str())) {
            state.add(Fault::Older(entry.seq - 1));
        }
        self.last.clone_from(&entry.hash);
        self.next = entry.seq + 1;
        Ok(())
    }
}
