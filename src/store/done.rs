//! What a person did, as the audit trail has it.

use super::error::StoreError;
use super::funnel::{Cells, FromCells, Look, args, statements};
use crate::domain::clock::Instant;
use crate::domain::id::ClientId;

statements! {
    /// What somebody did at a client since an instant, the newest first; of so many changes of the client at most.
    DONE = "SELECT e.table_name, e.row_key, e.action, e.before, e.after, e.at FROM audit_entry AS e
            WHERE e.client_id = $1 AND e.by_login = $2 AND e.at >= $3
              AND e.seq > (SELECT h.seq FROM audit_head AS h WHERE h.client_id = $1) - $4
            ORDER BY e.seq DESC LIMIT $5";
}

/// One thing that was done.
#[derive(Debug, Clone)]
pub(crate) struct Done {
    /// The table.
    pub(crate) table: String,
    /// The row's key.
    pub(crate) key: String,
    /// What was done.
    pub(crate) action: String,
    /// The row before, as JSON.
    pub(crate) before: Option<String>,
    /// The row after, as JSON.
    pub(crate) after: Option<String>,
    /// When.
    pub(crate) at: Instant,
}

impl FromCells for Done {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            table: cells.text()?,
            key: cells.text()?,
            action: cells.text()?,
            before: cells.text_opt()?,
            after: cells.text_opt()?,
            at: cells.instant()?,
        })
    }
}

/// What somebody did at a client since an instant, the newest first: at most `most`, of the last `changes` of the client.
pub(crate) async fn done(
    tx: &mut impl Look,
    client: &ClientId,
    (login, since): (&str, Instant),
    (changes, most): (i64, i64),
) -> Result<Vec<Done>, StoreError> {
    tx.all(DONE, args![client, login, since, changes, most]).await
}
