//! Mutations: each part that keeps clients apart is taken away alone, and the comparison of the differential test must
//! then find a difference. A part whose loss nothing notices would be a part that nothing tests.
//!
//! In one run over the shared database, without compiling anything anew: every composite foreign key, and the client in
//! every key ([`keys`]). The cells of the table of permissions are in `service::differential`. Each test says per mutation
//! what went red.

#[cfg(test)]
mod keys;
