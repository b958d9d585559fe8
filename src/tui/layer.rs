//! What lies over the screen. Keys go to the top layer; the screen below waits.

use super::action::Action;
use super::form::Form;
use super::keymap::Context;
use super::palette::PaletteState;
use super::widget::pick::PickList;
use crate::domain::clock::ProductionDate;
use crate::domain::id::{ClientId, EntryId, WorkOrderId};
use crate::domain::list::List;
use crate::service::{Command, ShiftReview};
use uuid::Uuid;

/// One thing over the screen.
#[derive(Debug)]
pub enum Layer {
    /// A form.
    Form(Box<Form>),
    /// A question.
    Dialog(Dialog),
    /// The command palette.
    Palette(PaletteState),
    /// Something to read.
    Page(Page),
    /// A list to choose from.
    Pick(PickList, PickFor),
}

/// What a choice is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PickFor {
    /// The clients in view.
    Clients,
    /// The client that a form is opened for.
    FormClient(Action),
    /// The client to give to this user or take away.
    Assignment {
        /// The user.
        login: String,
        /// Those they have.
        has: Vec<ClientId>,
    },
    /// The role to give to this user.
    Role(String),
    /// What to do next before a shift is handed over.
    Review(Box<ShiftReview>),
    /// What to take back: a place in this session's memory, or a command.
    Undo(Vec<TakeBack>),
    /// The hold to go to, of those that wait.
    WaitingHold(Vec<(EntryId, WorkOrderId)>),
    /// The cell to copy, of these texts.
    Copy(Vec<String>),
    /// A form or an entry that is kept.
    Kept,
}

/// How something that was done is taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TakeBack {
    /// By what this session remembers of it.
    Remembered(usize),
    /// By a command.
    By(Box<Command>),
    /// Not from here.
    Never,
}

/// A text to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Above it.
    pub title: String,
    /// Its lines: a heading's text, or two columns.
    pub lines: Vec<PageLine>,
    /// The first line shown.
    pub top: usize,
    /// What it tells of, where it is read anew when that changes.
    pub about: Option<About>,
}

/// What a page tells of that may change while it is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum About {
    /// A row of a list.
    Row {
        /// The list.
        list: List,
        /// The client of the row.
        client_id: Option<ClientId>,
        /// Its key.
        key: String,
    },
    /// Seven days of attendance.
    Week {
        /// Of whom.
        client_id: ClientId,
        /// The first day.
        from: ProductionDate,
    },
    /// Every step of a hold.
    Hold {
        /// The client of the hold.
        client_id: ClientId,
        /// The hold.
        hold_id: EntryId,
    },
}

/// A line of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PageLine {
    /// A heading.
    Heading(String),
    /// Running text, wrapped.
    Text(String),
    /// A name and what it is.
    Pair(String, String),
    /// A name, what it was and what it is.
    Three(String, String, String),
    /// The heads of such lines.
    ThreeHeads(String, String, String),
    /// A pair that is off here, and why.
    Off(String, String),
    /// Nothing.
    Blank,
}

/// A question with buttons; the first is the harmless one and has the focus.
#[derive(Debug, Clone, PartialEq)]
pub struct Dialog {
    /// Above it.
    pub title: String,
    /// The question.
    pub lines: Vec<String>,
    /// What can be answered.
    pub buttons: Vec<Button>,
    /// The button with the focus.
    pub focus: usize,
}

/// An answer to a question.
#[derive(Debug, Clone, PartialEq)]
pub struct Button {
    /// Its letter, which presses it at once.
    pub letter: char,
    /// What it says.
    pub label: String,
    /// What it does.
    pub then: Then,
}

/// What a button does.
#[derive(Debug, Clone, PartialEq)]
pub enum Then {
    /// Nothing: close the question.
    Stay,
    /// Run a command.
    Run(Box<Command>),
    /// Close the form below and keep what was typed.
    KeepDraft,
    /// Close the form below and forget what was typed.
    Discard,
    /// Make the terminal a board above the line.
    ShowAndon,
    /// Forget a form that was left.
    DiscardDraft(Uuid),
    /// Open the form of a refused entry again.
    CorrectUnsent(Uuid),
    /// Have a refused entry tried once more.
    SendAgain(Uuid),
    /// Give up an entry that is not sent.
    DiscardUnsent(Uuid),
    /// Leave the program.
    Quit,
    /// Leave the terminal to the next person.
    LogOut,
}

impl Dialog {
    /// A question whose harmless answer is `stay`.
    pub fn new(title: impl Into<String>, lines: Vec<String>, stay: &str) -> Self {
        let first = Button {
            letter: stay.chars().next().unwrap_or('c').to_ascii_lowercase(),
            label: stay.to_owned(),
            then: Then::Stay,
        };
        Self { title: title.into(), lines, buttons: vec![first], focus: 0 }
    }

    /// With a further button.
    #[must_use]
    pub fn button(mut self, letter: char, label: &str, then: Then) -> Self {
        self.buttons.push(Button { letter, label: label.to_owned(), then });
        self
    }
}

impl Layer {
    /// The contexts of its keys.
    pub const fn contexts(&self) -> &'static [Context] {
        match self {
            Self::Form(form) if form.pick.is_some() => &[Context::Pick, Context::Always],
            Self::Form(form) if form.kind.copies() => &[Context::EntryForm, Context::Form, Context::Always],
            Self::Form(_) => &[Context::Form, Context::Always],
            Self::Dialog(_) => &[Context::Dialog, Context::Always],
            Self::Palette(_)
            | Self::Pick(
                _,
                PickFor::FormClient(_)
                | PickFor::Assignment { .. }
                | PickFor::Role(_)
                | PickFor::Review(_)
                | PickFor::Undo(_)
                | PickFor::Copy(_)
                | PickFor::WaitingHold(_),
            ) => &[Context::Pick, Context::Always],
            Self::Pick(_, PickFor::Kept) => &[Context::Kept, Context::Pick, Context::Always],
            Self::Pick(_, PickFor::Clients) => &[Context::Marks, Context::Pick, Context::Always],
            Self::Page(_) => &[Context::Page, Context::Always],
        }
    }
}
