//! Stored tallies: the sums that KPIs are read from, kept beside the entries by the database itself.
//!
//! Triggers change them in the transaction that changes an entry, so they are never behind and never wrong, whoever
//! writes. [`rules`] says what is added where; [`sqlite`] and [`postgres`] make triggers of it, and [`recompute`] queries
//! that say what the sums must be. Called when a database is opened or migrated and by the doctor; sessions only read.

mod dialect;
mod install;
#[cfg_attr(
    not(test),
    allow(dead_code, unused_imports, reason = "called by migrating a server, which comes with the second engine")
)]
pub(in crate::store) mod postgres;
#[cfg(test)]
mod random_correction;
#[cfg(test)]
mod random_entry;
#[cfg(test)]
mod random_settling;
#[cfg(test)]
mod random_work;
mod recompute;
mod rule;
mod rules;
mod sqlite;
#[cfg(test)]
mod tests;

pub(crate) use install::Difference;
pub(in crate::store) use install::{are_kept, differences, install, keeping, rebuild, texts};
#[cfg(test)]
pub(crate) use random_settling::{allow_bradford, enter_one, settle};
#[cfg(test)]
pub(crate) use random_work::{Dice, Known, prepare, work};
