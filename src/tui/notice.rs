//! What the message line says.

use crate::domain::clock::Instant;

/// What the message line says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// In a sentence.
    pub text: String,
    /// Of which sort.
    pub kind: NoticeKind,
    /// Since when.
    pub at: Instant,
}

/// Sorts of notices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeKind {
    /// It is committed.
    Saved,
    /// Worth knowing.
    Info,
    /// It was refused or failed.
    Refused,
}
