//! What must come back before further keys are taken.

use super::message::Ticket;

/// What a command is carried out for, which decides what its answer does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Waiting {
    /// Somebody comes in; the gate's form waits.
    Entry(Ticket),
    /// The top form is being saved.
    Form(Ticket),
    /// A command of one key.
    Command(Ticket),
    /// The last receipt is being taken back.
    Undo(Ticket),
    /// Other clients are coming into view.
    Narrow(Ticket),
    /// It is found out which clients there are now.
    Round(Ticket),
    /// The terminal becomes a board above the line.
    Board(Ticket),
}

impl Waiting {
    /// The ticket waited for.
    pub const fn ticket(self) -> Ticket {
        match self {
            Self::Entry(ticket)
            | Self::Form(ticket)
            | Self::Command(ticket)
            | Self::Undo(ticket)
            | Self::Narrow(ticket)
            | Self::Round(ticket)
            | Self::Board(ticket) => ticket,
        }
    }

    /// The same, waited for with another ticket.
    #[must_use]
    pub const fn again(self, ticket: Ticket) -> Self {
        match self {
            Self::Entry(_) => Self::Entry(ticket),
            Self::Form(_) => Self::Form(ticket),
            Self::Command(_) => Self::Command(ticket),
            Self::Undo(_) => Self::Undo(ticket),
            Self::Narrow(_) => Self::Narrow(ticket),
            Self::Round(_) => Self::Round(ticket),
            Self::Board(_) => Self::Board(ticket),
        }
    }
}
