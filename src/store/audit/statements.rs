//! What the chains are read and written with: a session uses the views of its scope, a door the base tables.

use super::super::funnel::{InsertInto, Stamp, statements};

statements! {
    /// Locks the end of a chain by changing nothing about it, which every engine understands.
    LOCK = "UPDATE audit_head SET seq = seq WHERE client_id = $1 RETURNING seq, begun, hash";
    DOOR_LOCK = "UPDATE t_audit_head SET seq = seq WHERE client_id = $1 RETURNING seq, begun, hash";
    ACCOUNTS_LOCK = "UPDATE account_audit_head SET seq = seq WHERE chain = $1 RETURNING seq, begun, hash";
    DOOR_ACCOUNTS_LOCK = "UPDATE t_account_audit_head SET seq = seq WHERE chain = $1 RETURNING seq, begun, hash";
    MOVE = "UPDATE audit_head SET seq = $2, begun = $3, hash = $4, seal = $5 WHERE client_id = $1 RETURNING seq";
    DOOR_MOVE = "UPDATE t_audit_head SET seq = $2, begun = $3, hash = $4, seal = $5 WHERE client_id = $1 RETURNING seq";
    ACCOUNTS_MOVE =
        "UPDATE account_audit_head SET seq = $2, begun = $3, hash = $4, seal = $5 WHERE chain = $1 RETURNING seq";
    DOOR_ACCOUNTS_MOVE =
        "UPDATE t_account_audit_head SET seq = $2, begun = $3, hash = $4, seal = $5 WHERE chain = $1 RETURNING seq";
    /// Reads the end of a chain where nobody else can write meanwhile.
    READ = "SELECT seq, begun, hash FROM audit_head WHERE client_id = $1";
    DOOR_READ = "SELECT seq, begun, hash FROM t_audit_head WHERE client_id = $1";
    ACCOUNTS_READ = "SELECT seq, begun, hash FROM account_audit_head WHERE chain = $1";
    DOOR_ACCOUNTS_READ = "SELECT seq, begun, hash FROM t_account_audit_head WHERE chain = $1";
    ENTRIES = "SELECT seq, table_name, row_key, action, before, after, by_login, at, previous_hash, hash
        FROM audit_entry WHERE client_id = $1 AND seq > $2 ORDER BY seq LIMIT 64";
    DOOR_ENTRIES = "SELECT seq, table_name, row_key, action, before, after, by_login, at, previous_hash, hash
        FROM t_audit_entry WHERE client_id = $1 AND seq > $2 ORDER BY seq LIMIT 64";
    ACCOUNTS_ENTRIES = "SELECT seq, '', subject, action, before, after, by_login, at, previous_hash, hash
        FROM account_audit_entry WHERE $1 = 'accounts' AND seq > $2 ORDER BY seq LIMIT 64";
    DOOR_ACCOUNTS_ENTRIES = "SELECT seq, '', subject, action, before, after, by_login, at, previous_hash, hash
        FROM t_account_audit_entry WHERE $1 = 'accounts' AND seq > $2 ORDER BY seq LIMIT 64";
}

/// The statements of one chain.
#[derive(Debug, Clone, Copy)]
pub(super) struct ChainSql {
    /// Locks and reads the end.
    pub(super) lock: &'static str,
    /// Reads the end.
    pub(super) read: &'static str,
    /// Moves the end.
    pub(super) move_to: &'static str,
    /// Reads entries behind a number, some at a time.
    pub(super) entries: &'static str,
    /// Makes the end of a new chain.
    pub(super) head: InsertInto,
    /// Adds entries.
    pub(super) entry: InsertInto,
}

const HEAD: &[&str] = &["client_id", "seq", "begun"];
const ACCOUNTS_HEAD: &[&str] = &["chain", "seq", "begun"];
const ENTRY: &[&str] = &[
    "client_id",
    "seq",
    "table_name",
    "row_key",
    "action",
    "before",
    "after",
    "by_login",
    "at",
    "previous_hash",
    "hash",
];
const ACCOUNTS_ENTRY: &[&str] =
    &["seq", "action", "subject", "before", "after", "by_login", "at", "previous_hash", "hash"];

const fn into(table: &'static str, columns: &'static [&'static str]) -> InsertInto {
    InsertInto { table, columns, stamp: Stamp::Bare }
}

/// A client's chain, for a session.
pub(super) const CLIENT: ChainSql = ChainSql {
    lock: LOCK,
    read: READ,
    move_to: MOVE,
    entries: ENTRIES,
    head: into("audit_head", HEAD),
    entry: into("audit_entry", ENTRY),
};
/// The same for a door.
pub(super) const DOOR_CLIENT: ChainSql = ChainSql {
    lock: DOOR_LOCK,
    read: DOOR_READ,
    move_to: DOOR_MOVE,
    entries: DOOR_ENTRIES,
    head: into("t_audit_head", HEAD),
    entry: into("t_audit_entry", ENTRY),
};
/// The chain of accounts, for the session of somebody who keeps what all share.
pub(super) const ACCOUNTS: ChainSql = ChainSql {
    lock: ACCOUNTS_LOCK,
    read: ACCOUNTS_READ,
    move_to: ACCOUNTS_MOVE,
    entries: ACCOUNTS_ENTRIES,
    head: into("account_audit_head", ACCOUNTS_HEAD),
    entry: into("account_audit_entry", ACCOUNTS_ENTRY),
};
/// The same for a door.
pub(super) const DOOR_ACCOUNTS: ChainSql = ChainSql {
    lock: DOOR_ACCOUNTS_LOCK,
    read: DOOR_ACCOUNTS_READ,
    move_to: DOOR_ACCOUNTS_MOVE,
    entries: DOOR_ACCOUNTS_ENTRIES,
    head: into("t_account_audit_head", ACCOUNTS_HEAD),
    entry: into("t_account_audit_entry", ACCOUNTS_ENTRY),
};
