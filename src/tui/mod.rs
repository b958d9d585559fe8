//! The dashboard: everything that is drawn and typed.
//!
//! [`model::Model`] is all there is to see. [`update::update`] changes it, purely, by one [`message::Msg`] and says
//! as [`effect::Effect`]s what has to be done outside; [`runner::Runner`] does that and answers with messages. The
//! loop in [`run`] joins them to a [`port::Port`]: the terminal, or a test. Called by `cli`; never sees the store.

pub mod action;
pub mod capability;
pub mod draw;
pub mod effect;
pub mod escape;
pub mod form;
pub mod input;
pub mod keymap;
pub mod layer;
pub mod layout;
pub mod loaded;
pub mod lock;
pub mod message;
pub mod model;
pub mod palette;
pub mod port;
pub mod quiet_backend;
pub mod run;
pub mod runner;
pub mod screen;
pub mod terminal_port;
pub mod test_port;
pub mod theme;
pub mod update;
pub mod widget;

use crate::domain::idle::IdleLock;
use crate::service::{KeyHolder, Plant};
use capability::Capability;
use run::Dashboard;
use std::io;
use terminal_port::TerminalPort;

/// Where a dashboard is opened.
#[derive(Debug)]
pub struct Place {
    /// What the login delay knows the place by.
    pub terminal: String,
    /// After how long it locks.
    pub idle: IdleLock,
    /// Whose SSH key sshd found good, where somebody came with one of theirs.
    pub holder: Option<KeyHolder>,
}

/// Opens the dashboard on the terminal this process was started from, until somebody leaves.
///
/// `capability` is read from the terminal's environment by whoever may read it.
pub async fn open(plant: Plant, capability: Capability, place: Place) -> io::Result<()> {
    let port = TerminalPort::open(capability)?;
    let mut dashboard = Dashboard::open_for(plant, port, place.terminal, place.holder)?.locking(place.idle);
    let left = dashboard.run().await;
    dashboard.close().await;
    left.map(|_| ())
}
