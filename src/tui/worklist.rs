//! The stops without a reason that are gone through, one after the other.

use super::message::Ticket;
use crate::domain::id::{ClientId, EntryId};
use std::collections::HashSet;

/// How far somebody is with them.
#[derive(Debug, Default)]
pub struct Worklist {
    /// Those that were asked for or left: none comes twice.
    pub passed: HashSet<EntryId>,
    /// How many could not be given a reason.
    pub left: u64,
    /// Why the first of those could not.
    pub why: Option<String>,
    /// The stop of which it is being found out whether it can be given one, and what is said above its form.
    pub tried: Option<Tried>,
}

/// A stop that may be the next one.
#[derive(Debug)]
pub struct Tried {
    /// The answer's ticket.
    pub ticket: Ticket,
    /// Whose it is.
    pub client_id: ClientId,
    /// The stop.
    pub entry_id: EntryId,
    /// Its line, time and length, and how many there are.
    pub about: String,
}
