//! The hashes of the audit trail: what is sealed of an entry, of the end of a chain, and of entries that are older
//! than their chain.

use super::super::error::StoreError;
use super::super::funnel::{Cells, FromCells};
use super::key::{AuditKey, LENGTH};
use crate::domain::clock::Instant;
use crate::domain::id::ClientId;
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// A hash or a seal.
pub(super) type Hash = Vec<u8>;

/// One chain of entries, in the order in which their ends are locked.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Chain {
    /// The changes of a client's rows.
    Client(ClientId),
    /// Logins, accounts, and what all clients share.
    Accounts,
}

impl Chain {
    /// What its entries and its end are found by.
    pub(super) fn key(&self) -> &str {
        match self {
            Self::Client(client) => client.as_str(),
            Self::Accounts => "accounts",
        }
    }

    /// What no key of a client can be mistaken for.
    const fn family(&self) -> &'static [u8] {
        match self {
            Self::Client(_) => b"client",
            Self::Accounts => b"accounts",
        }
    }
}

impl std::fmt::Display for Chain {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Client(client) => write!(formatter, "{client}"),
            Self::Accounts => formatter.write_str("logins and accounts"),
        }
    }
}

/// An entry of the trail as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StoredEntry {
    pub(super) seq: i64,
    pub(super) table: String,
    pub(super) key: String,
    pub(super) action: String,
    pub(super) before: Option<String>,
    pub(super) after: Option<String>,
    pub(super) by: String,
    pub(super) at: Instant,
    pub(super) previous: Option<Hash>,
    pub(super) hash: Option<Hash>,
}

impl FromCells for StoredEntry {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            seq: cells.int()?,
            table: cells.text()?,
            key: cells.text()?,
            action: cells.text()?,
            before: cells.text_opt()?,
            after: cells.text_opt()?,
            by: cells.text()?,
            at: cells.instant()?,
            previous: cells.bytes_opt()?,
            hash: cells.bytes_opt()?,
        })
    }
}

/// The end of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    /// The number of the last entry; 0 where there is none.
    pub(super) seq: i64,
    /// The number of the chain's first entry.
    pub(super) begun: i64,
    /// The hash of the last entry; none before the chain begins.
    pub(super) hash: Option<Hash>,
}

impl Head {
    /// Before anything was recorded.
    pub(super) const EMPTY: Self = Self { seq: 0, begun: 1, hash: None };
}

impl FromCells for Head {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self { seq: cells.int()?, begun: cells.int()?, hash: cells.bytes_opt()? })
    }
}

/// Adds a field so that no two lists of fields are the same bytes: what is there has its length before it.
fn field(mac: &mut Hmac<Sha256>, bytes: Option<&[u8]>) {
    let length = bytes.map_or(-1, |bytes| i64::try_from(bytes.len()).unwrap_or(i64::MAX));
    mac.update(&length.to_be_bytes());
    mac.update(bytes.unwrap_or_default());
}

fn text(mac: &mut Hmac<Sha256>, text: &str) {
    field(mac, Some(text.as_bytes()));
}

fn begin(key: &AuditKey, kind: &str, chain: &Chain) -> Result<Hmac<Sha256>, StoreError> {
    let mut mac = key.mac()?;
    text(&mut mac, kind);
    field(&mut mac, Some(chain.family()));
    text(&mut mac, chain.key());
    Ok(mac)
}

fn done(mac: Hmac<Sha256>) -> Hash {
    mac.finalize().into_bytes().to_vec()
}

/// The hash of an entry behind another one.
pub(super) fn hash(
    key: &AuditKey,
    chain: &Chain,
    previous: Option<&[u8]>,
    entry: &StoredEntry,
) -> Result<Hash, StoreError> {
    let mut mac = begin(key, "entry", chain)?;
    field(&mut mac, previous);
    mac.update(&entry.seq.to_be_bytes());
    text(&mut mac, &entry.table);
    text(&mut mac, &entry.key);
    text(&mut mac, &entry.action);
    field(&mut mac, entry.before.as_deref().map(str::as_bytes));
    field(&mut mac, entry.after.as_deref().map(str::as_bytes));
    text(&mut mac, &entry.by);
    mac.update(&entry.at.0.to_be_bytes());
    Ok(done(mac))
}

/// The seal of a chain's end.
pub(super) fn seal(key: &AuditKey, chain: &Chain, head: &Head) -> Result<Hash, StoreError> {
    let mut mac = begin(key, "head", chain)?;
    mac.update(&head.begun.to_be_bytes());
    mac.update(&head.seq.to_be_bytes());
    field(&mut mac, head.hash.as_deref());
    Ok(done(mac))
}

/// The digest of entries that are older than their chain, entry by entry.
#[derive(Debug, Default)]
pub(super) struct Digest {
    pub(super) entries: i64,
    so_far: Option<Hash>,
}

impl Digest {
    pub(super) fn add(&mut self, key: &AuditKey, chain: &Chain, entry: &StoredEntry) -> Result<(), StoreError> {
        self.so_far = Some(hash(key, chain, self.so_far.as_deref(), entry)?);
        self.entries += 1;
        Ok(())
    }

    /// What the entry that begins the chain holds of them.
    pub(super) fn told(&self) -> String {
        let digest = hex(self.so_far.as_deref().unwrap_or_default());
        serde_json::json!({ "older_entries": self.entries, "digest": digest }).to_string()
    }
}

/// Bytes as people and files write them.
pub(super) fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(LENGTH * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        write!(text, "{byte:02x}").ok();
        text
    })
}
