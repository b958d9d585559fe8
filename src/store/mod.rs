//! The database: the only place that holds SQL.
//!
//! Above this layer there is a [`Session`], made only by logging in, whose [`ReadTx`] and [`WriteTx`] see the
//! rows of its scope and nothing else. Connections that are not scoped exist for a short list of doors: migrating,
//! logging in, reading the catalogue of tables, and keeping accounts.

pub(crate) mod account;
mod attempt;
pub(crate) mod attendance;
pub(crate) mod audit;
pub(crate) mod backup;
pub(crate) mod board;
mod cells;
mod client;
pub(crate) mod cover;
pub(crate) mod demo;
mod demo_mark;
pub(crate) mod doctor;
pub(crate) mod done;
pub(crate) mod downtime;
mod engine;
mod error;
pub(crate) mod export;
#[cfg(test)]
mod fault_tests;
mod feed;
#[cfg(test)]
mod fixture;
pub(crate) mod form_help;
pub(crate) mod funnel;
mod grants;
mod guard;
pub(crate) mod hold;
pub(crate) mod hold_queue;
pub(crate) mod import;
mod insert;
pub(crate) mod isolation;
mod key_file;
pub(crate) mod line_shift;
pub(crate) mod lint;
pub(crate) mod list;
pub(crate) mod local;
mod login;
#[cfg(test)]
pub(crate) mod many_clients;
pub(crate) mod master_data;
mod migrate;
#[cfg(test)]
mod mutation;
pub(crate) mod order;
mod password;
mod plain;
#[cfg(test)]
mod plans;
mod postgres;
#[cfg(test)]
mod prepared;
#[cfg(test)]
mod prepared_on_server;
pub(crate) mod production;
mod proof;
pub(crate) mod quality;
#[cfg(test)]
mod random_statement;
#[cfg(test)]
pub(crate) mod raw_entries;
pub(crate) mod recalculate;
pub(crate) mod record;
pub(crate) mod referred;
#[cfg(test)]
mod schema_tests;
mod scoped;
#[cfg(test)]
mod scoped_tests;
mod session;
mod setup;
pub(crate) mod shift_review;
pub(crate) mod sign_off;
mod slot;
mod ssh_key;
pub(crate) mod standard;
mod standby;
mod standing;
mod stored_tally;
pub(crate) mod tally;
mod template;
#[cfg(test)]
pub(crate) mod test_plant;
#[cfg(test)]
mod test_plant_zones;
#[cfg(test)]
mod test_postgres;
#[cfg(test)]
mod test_server;
mod turnstile;
mod url;
mod value;
mod write_ahead_log;

#[cfg(test)]
pub(crate) use stored_tally::{Dice, Known, allow_bradford, enter_one, prepare, settle, work};

pub use account::UserAccount;
pub use audit::{ChainEnd, KeyTrouble};
pub use client::ClientAccount;
pub use error::StoreError;
pub use feed::{Feed, News};
pub use funnel::{ReadTx, WriteTx};
pub use guard::GuardCost;
pub use login::{Entrance, Ticket};
pub use migrate::{DatabaseUrl, Store};
pub use password::OneTimeCode;
pub use postgres::Prepared;
pub use proof::{Proof, ProvedBy};
pub use session::{Person, Session};
pub use ssh_key::{AccountKey, KeyHolder};
