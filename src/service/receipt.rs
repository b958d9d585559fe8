//! What a command leaves behind.

use super::command::Command;
use crate::store::OneTimeCode;

/// What was done, and how to take it back. The message, the audit row and the undo come from this one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// What was done, for the message line ("240 units on L1 saved").
    pub done: String,
    /// The command that undoes it, where there is one.
    pub undo: Option<Command>,
    /// A one-time code to hand over once.
    pub one_time_code: Option<OneTimeCode>,
}

impl Receipt {
    /// A receipt for something done.
    pub fn done(done: impl Into<String>) -> Self {
        Self { done: done.into(), undo: None, one_time_code: None }
    }

    /// The same with a one-time code to hand over.
    #[must_use]
    pub fn with_code(mut self, code: OneTimeCode) -> Self {
        self.one_time_code = Some(code);
        self
    }

    /// The same with its way back.
    #[must_use]
    pub fn undone_by(mut self, undo: Command) -> Self {
        self.undo = Some(undo);
        self
    }
}
