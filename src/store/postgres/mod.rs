//! PostgreSQL below the funnel: how values travel, how a transaction begins, and what a server must be like.
//!
//! Called by [`super::engine`], by [`super::Session`] and by opening a store; nothing else knows the engine.

mod begin;
mod bind;
mod diagnose;
mod error;
mod link;
mod open;
mod owner;
#[cfg(test)]
mod pool_tests;
mod pools;
mod secret;
#[cfg(test)]
mod tests;
mod whole;

pub(in crate::store) use begin::{DOOR_READS, DOOR_WRITES, OWN_ACCOUNT, REACH, REACH_ALL, Scoped};
pub(in crate::store) use bind::{bind, bind_columns};
pub(in crate::store) use diagnose::{diagnose, time};
pub(in crate::store) use error::said;
pub(in crate::store) use link::Link;
pub(in crate::store) use open::{MIGRATIONS, connect, must_be_current, open, unusable};
pub use owner::Prepared;
pub(in crate::store) use owner::{prepare, rebuild_tallies};
pub(crate) use pools::Served;
pub(in crate::store) use pools::{ANSWER, PATIENCE, Pool, Pools, pool, with_settings};
pub(in crate::store) use whole::Whole;
