//! Stored tallies: the sums that KPIs are read from, kept beside the entries by the database itself.
//!
//! Triggers change them in the transaction that changes an entry, so they are never behind and never wrong, whoever
//! writes. [`rules`] says what is added where; [`sqlite`] makes triggers of it and [`recompute`] queries that say what
//! the sums must be. PostgreSQL's statement-level triggers will be a file beside [`sqlite`]. Called when a database is
//! opened and by the doctor; sessions only read.

mod install;
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
pub(crate) use random_settling::{enter_one, settle};
#[cfg(test)]
pub(crate) use random_work::{Dice, Known, prepare, work};
