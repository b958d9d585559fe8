//! What the model wants done outside, as data. Only the runner does it.

use super::form::own::OwnSecrets;
use super::kept::Keep;
use super::message::{Slot, Ticket};
use crate::domain::id::{ClientId, EntryId};
use crate::service::{Command, KeyHolder, ListQuery, Query, RecordKey, ViewTable};
use secrecy::SecretString;
use std::path::PathBuf;

/// One thing to do outside; whatever has a ticket answers with it.
#[derive(Debug, Clone)]
pub enum Effect {
    /// Look whether the plant is new or a demo.
    LookAtGate(Ticket),
    /// Let somebody in.
    LogIn {
        /// The answer's ticket.
        ticket: Ticket,
        /// The login name.
        login: String,
        /// The password or one-time code.
        secret: SecretString,
    },
    /// Let the holder of an SSH key in by the key alone.
    LogInByKey(Ticket, KeyHolder),
    /// Set the password that the one-time code was good for.
    SetPassword {
        /// The answer's ticket.
        ticket: Ticket,
        /// The new password.
        password: SecretString,
    },
    /// Make the first ADMIN of a new plant.
    FirstAdmin {
        /// The answer's ticket.
        ticket: Ticket,
        /// The login name.
        login: String,
        /// The name people call them.
        full_name: String,
        /// The password.
        password: SecretString,
    },
    /// Have other clients in view; all of them with `None`.
    Narrow(Ticket, Option<Vec<ClientId>>),
    /// Ask something.
    Ask(Ticket, Slot, Query),
    /// Ask what a form is filled with: what its client's forms know beforehand, a new entry's key, and the entry that it
    /// corrects.
    AskFormHelp {
        /// The answer's ticket.
        ticket: Ticket,
        /// The client, where the form is about one's things.
        client_id: Option<ClientId>,
        /// The entry, where it corrects one.
        record: Option<RecordKey>,
    },
    /// Ask for an entry, to copy it.
    AskRecord(Ticket, RecordKey),
    /// Ask whether a command would be done as it stands.
    Check(Ticket, Box<Command>),
    /// Do something.
    Run(Ticket, Box<Command>),
    /// Do what a form came to; it is kept with the form in its own words where it has to wait for the server.
    Save(Ticket, Box<Command>, Option<String>),
    /// Keep something on this machine, or do something with what is kept.
    Keep(Keep),
    /// Try or set one's own password or PIN; then do the command that waited for the proof.
    Own {
        /// The answer's ticket.
        ticket: Ticket,
        /// What was typed.
        secrets: OwnSecrets,
        /// What waited.
        command: Option<Box<Command>>,
    },
    /// Read anew which clients the person has.
    LookRound(Ticket),
    /// Write the rows of a list into a new file in a folder.
    Export(Ticket, Box<ListQuery>, PathBuf),
    /// Write tables of what is on the screen into new files in a folder.
    ExportView(Ticket, Vec<ViewTable>, PathBuf),
    /// Write a text that was copied into a new file in a folder.
    WriteCopied(Ticket, String, PathBuf),
    /// Write the tag of a hold into new files in a folder.
    WriteTag {
        /// The answer's ticket.
        ticket: Ticket,
        /// The client.
        client_id: ClientId,
        /// The hold.
        hold_id: EntryId,
        /// The folder.
        folder: PathBuf,
    },
    /// Put a text into the terminal's clipboard.
    Copy(String),
    /// Make the terminal a board that only reads, of the clients in view.
    ShowBoard(Ticket),
    /// Come back to the board after a person left.
    ResumeBoard(Ticket),
    /// Ring the terminal's bell.
    Ring,
    /// The person leaves.
    LogOut,
}
