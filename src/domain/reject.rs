//! Why an input was refused, in the three parts a person needs: where, why, and the way out.

use serde::{Deserialize, Serialize};
use std::fmt;

/// One refused input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reject {
    /// The field, column or flag, by the name the person sees.
    pub field: String,
    /// What is wrong with it, as a half sentence ("must not exceed the units").
    pub why: String,
    /// What to do instead.
    pub try_this: String,
}

impl Reject {
    /// Makes a refusal from its three parts.
    pub fn new(field: impl Into<String>, why: impl Into<String>, try_this: impl Into<String>) -> Self {
        Self { field: field.into(), why: why.into(), try_this: try_this.into() }
    }

    /// The same refusal under the name that the caller's form or file has for the field.
    #[must_use]
    pub fn on(mut self, field: impl Into<String>) -> Self {
        self.field = field.into();
        self
    }
}

impl fmt::Display for Reject {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}; {}", self.field, self.why, self.try_this)
    }
}

impl std::error::Error for Reject {}
