//! What the isolation audit looks at: rows, parents and the catalogue of all clients, through a door that only reads;
//! and the same tables through the sessions of people who may see one client, several, or all.
//!
//! Nothing stays written: what is tried is taken back.

mod catalogue;
mod parents;
mod probe;
mod tables;

pub(crate) use catalogue::{RuleBreak, Rules};
#[cfg(test)]
pub(in crate::store) use probe::STATEMENTS as PROBE_STATEMENTS;
pub(crate) use tables::AUDITED;

#[cfg(test)]
mod tests;
