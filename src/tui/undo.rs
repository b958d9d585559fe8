//! What was done and can be taken back.

use crate::domain::id::EntryId;
use crate::service::Command;

/// Something that can be taken back.
#[derive(Debug, Clone, PartialEq)]
pub struct Undo {
    /// What was done.
    pub done: String,
    /// The way back.
    pub command: Command,
    /// The entry it changed, and the version it left it at.
    pub left: Option<(EntryId, i64)>,
}
