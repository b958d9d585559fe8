//! The audit trail of a client: one row per command, written in the transaction of the change.

use super::error::StoreError;
use super::funnel::{InsertInto, Look, Stamp, WriteTx, args, statements};
use crate::domain::id::ClientId;

statements! {
    /// The number of the next entry of a client's trail.
    NEXT = "SELECT coalesce(max(seq), 0) + 1 FROM audit_entry WHERE client_id = $1";
}

const AUDIT_ENTRY: InsertInto = InsertInto {
    table: "audit_entry",
    columns: &[
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
    ],
    stamp: Stamp::Bare,
};

const ACCOUNT_AUDIT_ENTRY: InsertInto = InsertInto {
    table: "account_audit_entry",
    columns: &["seq", "action", "subject", "before", "after", "by_login", "at", "previous_hash", "hash"],
    stamp: Stamp::Bare,
};

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

impl WriteTx {
    /// Records a change of a client's row.
    pub(crate) async fn record(&mut self, client: &ClientId, entry: AuditEntry<'_>) -> Result<(), StoreError> {
        let seq: i64 = self.one(NEXT, args![client]).await?;
        let (by, at) = (self.by().to_owned(), self.at());
        let json = |value: Option<serde_json::Value>| value.map(|value| value.to_string());
        let row = args![
            client,
            seq,
            entry.table,
            entry.key,
            entry.action,
            json(entry.before),
            json(entry.after),
            by,
            at,
            None::<Vec<u8>>,
            None::<Vec<u8>>
        ];
        self.insert_one(&AUDIT_ENTRY, row).await
    }

    /// Records a change of something that all clients share.
    pub(crate) async fn record_shared(
        &mut self,
        action: &str,
        subject: String,
        after: serde_json::Value,
    ) -> Result<(), StoreError> {
        let (by, at) = (self.by().to_owned(), self.at());
        // The database gives the number: no session can read the record of the whole plant.
        let row = args![
            None::<i64>,
            action,
            subject,
            None::<String>,
            after.to_string(),
            by,
            at,
            None::<Vec<u8>>,
            None::<Vec<u8>>
        ];
        self.insert_one(&ACCOUNT_AUDIT_ENTRY, row).await
    }
}
