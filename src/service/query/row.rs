//! What a plant consists of, as answers.

use crate::domain::clock::Instant;

/// A row with a business key as it is, in the words of its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowAsIs {
    /// Its version, for the optimistic lock.
    pub version: i64,
    /// Who changed it last.
    pub changed_by: String,
    /// When.
    pub changed_at: Instant,
    /// Names and texts.
    pub fields: Vec<(String, String)>,
}
