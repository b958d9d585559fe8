//! The dashboard: everything that is drawn and typed.
//!
//! [`model::Model`] is all there is to see. [`update::update`] changes it, purely, by one [`message::Msg`] and says
//! as [`effect::Effect`]s what has to be done outside; [`runner::Runner`] does that and answers with messages. The
//! loop in [`run`] joins them to a [`port::Port`]: the terminal, or a test. Called by `cli`; never sees the store.

pub mod action;
pub mod alarm;
pub mod capability;
pub mod draw;
pub mod effect;
pub mod escape;
pub mod form;
pub mod input;
pub mod kept;
pub mod keymap;
pub mod layer;
pub mod layout;
pub mod link;
pub mod live;
pub mod loaded;
pub mod locale;
pub mod lock;
pub mod message;
pub mod model;
pub mod notice;
pub mod palette;
pub mod port;
pub mod quiet_backend;
pub mod run;
pub mod runner;
pub mod screen;
pub mod terminal_port;
pub mod test_port;
pub mod theme;
pub mod undo;
pub mod update;
pub mod waiting;
pub mod widget;
pub mod worklist;

use crate::domain::idle::IdleLock;
use crate::service::{KeyHolder, Plant};
use capability::Capability;
use keymap::Keymap;
use locale::Language;
use run::Dashboard;
use std::io;
use std::path::PathBuf;
use terminal_port::TerminalPort;
use theme::Theme;

/// Where a dashboard is opened.
#[derive(Debug)]
pub struct Place {
    /// What the login delay knows the place by.
    pub terminal: String,
    /// After how long it locks.
    pub idle: IdleLock,
    /// How it looks, reads and is typed at.
    pub looks: Looks,
    /// Whose SSH key sshd found good, where somebody came with one of theirs.
    pub holder: Option<KeyHolder>,
}

/// How the dashboard looks, reads and is typed at, where that is a person's choice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looks {
    /// How the roles look; what comes along for the terminal where none is chosen.
    pub theme: Option<Theme>,
    /// The table of actions.
    pub keymap: Keymap,
    /// The language.
    pub language: Language,
    /// Whether a row may go into the terminal's clipboard.
    pub copies: bool,
    /// Whether the terminal's bell rings for a new high alarm.
    pub rings: bool,
    /// Whether whoever logs in first makes the terminal a board above the line.
    pub starts_as_andon: bool,
    /// Where lists are written to; none where nobody could fetch a file.
    pub export_folder: Option<PathBuf>,
}

impl Looks {
    /// What comes with the program.
    pub fn built_in() -> Result<Self, String> {
        Ok(Self {
            theme: None,
            keymap: Keymap::built_in()?,
            language: Language::default(),
            copies: false,
            rings: false,
            starts_as_andon: false,
            export_folder: None,
        })
    }
}

/// Opens the dashboard on the terminal this process was started from, until somebody leaves.
///
/// `capability` is read from the terminal's environment by whoever may read it.
pub async fn open(plant: Plant, capability: Capability, place: Place) -> io::Result<()> {
    let port = TerminalPort::open(capability)?;
    let mut dashboard = Dashboard::open_for(plant, port, place.terminal, place.holder)?.locking(place.idle).live();
    dashboard.look_like(place.looks).map_err(io::Error::other)?;
    let left = dashboard.run().await;
    dashboard.close().await;
    left.map(|_| ())
}
