//! Mutations: each part that keeps clients apart is taken away alone, and somebody must then be answered otherwise. A part
//! whose loss nothing notices would be a part that nothing tests.
//!
//! In one run over the shared database, without compiling anything anew. Of a file: every filter of every view, every part
//! of the scope, every check of every trigger ([`walls`]); every composite foreign key, and the client in every key
//! ([`keys`]). Of a server: every policy, switch, right, view and trigger ([`rights`]), every part of how its transactions
//! begin ([`server_scope`]), and the keys again ([`server_keys`]). The cells of the table of permissions are in
//! `service::differential`. Each test says per mutation how it was noticed.

#[cfg(test)]
mod keys;
#[cfg(test)]
mod probe;
#[cfg(test)]
mod rights;
#[cfg(test)]
mod rights_probe;
#[cfg(test)]
mod server_keys;
#[cfg(test)]
mod server_scope;
#[cfg(test)]
mod walls;
