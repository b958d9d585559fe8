//! The differential test: sixty clients in one database against databases that hold some of the clients only.
//!
//! Whatever somebody can ask or do must be answered in the shared database as it is answered where nothing but the rows
//! of their scope exists: every [`Query`](super::Query), every [`Command`](super::Command), every KPI, export and error
//! text, and any statement through the scoped door. What is done must leave every foreign row as it was. The cases walk
//! the enums: a new variant or field does not compile here before it has a case.
//!
//! Listed exceptions: that a login name, a client's key or a product's key is taken is said to those who keep them for
//! the whole plant; an ADMIN's lists of clients and users show all of both; and a pool employee is "not available".

#[cfg(test)]
mod asked;
#[cfg(test)]
mod cells;
#[cfg(test)]
mod commands;
#[cfg(test)]
mod done;
#[cfg(test)]
mod feed;
#[cfg(test)]
mod questions;
#[cfg(test)]
mod scope;
