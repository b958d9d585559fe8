//! What happens to the model: something typed, the clock, an answer from outside.

use super::input::Input;
use super::kept::KeptAtLogin;
use crate::domain::clock::Instant;
use crate::domain::id::EntryId;
use crate::domain::list::List;
use crate::domain::reject::Reject;
use crate::domain::role::Role;
use crate::domain::scope::ScopedClient;
use crate::service::{Answer, Command, DemoLogin, FormHelp, News, Outbox, Problem, Receipt, Record, Sent, StoreError};

/// Joins an answer to what was asked. Higher numbers were asked later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ticket(pub u64);

/// What an answer is for. Of two questions for one place only the newer is of interest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Slot {
    /// The shift board.
    Board,
    /// One list.
    List(List),
    /// The KPI panel.
    Kpis,
    /// What waited day by day, for the panel.
    WaitingDays,
    /// One KPI in detail.
    KpiDetail,
    /// What it was caused by.
    KpiCauses,
    /// The shift to hand over.
    Review,
    /// What the shift before left, for somebody who just came in.
    HandOver,
    /// What a new plant lacks.
    Setup,
    /// The isolation audit.
    IsolationAudit,
    /// What the open form is filled with.
    FormHelp,
    /// A crew, for its attendance or a cover.
    Crew,
    /// The settings of a client.
    Settings,
    /// Seven days of attendance.
    Week,
    /// What the person did.
    Done,
    /// The holds that wait for this person.
    HoldQueue,
    /// Every step of a hold.
    HoldHistory,
    /// What the page in view tells of, once more.
    PageAgain,
}

/// One thing that happened.
#[derive(Debug)]
pub enum Msg {
    /// Somebody typed, or the screen changed.
    Input(Input),
    /// It is this late.
    Clock(Instant),
    /// Something asked for or done came back.
    Answer(Ticket, Box<Outcome>),
    /// The plant told something by itself.
    News(News),
}

/// Why something was not done, ready to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// In a sentence.
    pub text: String,
    /// The fields that are wrong, where that is why.
    pub rejects: Vec<Reject>,
    /// What follows from it.
    pub sort: Refused,
}

/// What follows from a refusal besides its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// Nothing.
    Only,
    /// Nobody sits here any more.
    Over,
    /// The person's clients are others now.
    Moved,
    /// The password opens the terminal, the PIN does not.
    PinIsOff,
    /// Somebody else changed the entry since it was read.
    Conflict,
    /// The server could not be reached; the same can be sent again when it is back.
    ServerGone,
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        let rejects = problem.rejects().to_vec();
        let sort = match &problem {
            Problem::SessionEnded | Problem::Store(StoreError::SessionOver) => Refused::Over,
            Problem::Store(StoreError::ScopeMoved) => Refused::Moved,
            Problem::PinIsOff(_) => Refused::PinIsOff,
            Problem::Conflict { .. } => Refused::Conflict,
            problem if problem.is_server_gone() => Refused::ServerGone,
            _ => Refused::Only,
        };
        let text = problem.to_string().replace('\n', " ");
        Self { text, rejects, sort }
    }
}

/// What the gate looks like before anybody is in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Gate {
    /// Nobody has an account yet.
    pub is_new: bool,
    /// Logins to try, where the plant is a demo.
    pub demo_logins: Vec<DemoLogin>,
    /// Whether the plant is a demo.
    pub is_demo: bool,
    /// Whether its database is on a server, which can be gone.
    pub is_on_server: bool,
}

/// Who sits at the terminal and what is in view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// The login name.
    pub login: String,
    /// The name people call them.
    pub full_name: String,
    /// The role.
    pub role: Role,
    /// All clients of theirs.
    pub all: Vec<ScopedClient>,
    /// The clients in view.
    pub clients: Vec<ScopedClient>,
    /// When the session ends.
    pub ends_at: Instant,
}

impl Seat {
    /// The only client in view, where there is exactly one.
    pub fn only_client(&self) -> Option<&ScopedClient> {
        match self.clients.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }
}

/// How a login went on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// In.
    In(Seat),
    /// The one-time code was right: now set a password.
    SetPassword,
}

/// How the locked terminal was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unlocked {
    /// It is open.
    Open,
    /// The badge is the person's: now the PIN.
    Badge,
}

/// What a form is filled with.
#[derive(Debug)]
pub struct FilledIn {
    /// What the client's forms know beforehand.
    pub help: Box<FormHelp>,
    /// A key for the new entry.
    pub entry_id: EntryId,
    /// The entry that is corrected.
    pub record: Option<Box<Record>>,
}

/// What came back.
#[derive(Debug)]
pub enum Outcome {
    /// Nothing will come: the work broke down, which is a fault of the program.
    Broken(String),
    /// The gate was looked at.
    Gate(Result<Gate, Refusal>),
    /// Somebody tried to come in.
    Entered(Result<Entry, Refusal>),
    /// Somebody tried to open the locked terminal.
    Unlocked(Result<Unlocked, Refusal>),
    /// A command waits for its person to prove who they are.
    Unproved(Box<Command>),
    /// The proof was refused.
    ProofRefused(Refusal),
    /// Who sits here as the accounts are now.
    Round(Result<Seat, Refusal>),
    /// Other clients are in view.
    Narrowed(Result<Seat, Refusal>),
    /// A question was answered.
    Answered(Slot, Result<Answer, Refusal>),
    /// What a form is filled with came.
    FormHelp(Result<FilledIn, Refusal>),
    /// An entry to copy came, if there is one.
    Record(Result<Option<Box<Record>>, Refusal>),
    /// What is typed would be done as it stands, or not.
    Checked(Result<(), Refusal>),
    /// The terminal is a board now: of whose clients.
    Board(Result<Seat, Refusal>),
    /// The tag of a hold was written into a file: where.
    Tagged(Result<String, Refusal>),
    /// A list was written into a file: how many rows, and where.
    Exported(Result<(usize, String), Refusal>),
    /// The file that a copied text is in.
    Copied(Result<String, Refusal>),
    /// What this machine keeps for the person.
    Kept(Result<Box<KeptAtLogin>, Refusal>),
    /// What is typed could not be kept, and why.
    NotKept(String),
    /// What waited was sent, or not.
    Sent(Result<Box<Sent>, Refusal>),
    /// What is not sent now.
    Outbox(Result<Outbox, Refusal>),
    /// A command was carried out and committed, or not at all; with who sits here now, where it changed the scope.
    Done(Result<Box<(Receipt, Option<Seat>)>, Refusal>),
}

impl Outcome {
    /// Whether something waits on this machine because the server did not answer.
    pub fn waits(&self) -> bool {
        match self {
            Self::Done(Ok(done)) => done.0.waits,
            Self::Sent(Ok(sent)) => sent.stopped.as_ref().is_some_and(Problem::is_server_gone),
            _ => false,
        }
    }

    /// Why it was refused, where it was.
    pub const fn refusal(&self) -> Option<&Refusal> {
        match self {
            Self::Entered(Err(refusal))
            | Self::Unlocked(Err(refusal))
            | Self::ProofRefused(refusal)
            | Self::Round(Err(refusal))
            | Self::Board(Err(refusal))
            | Self::Narrowed(Err(refusal))
            | Self::Answered(_, Err(refusal))
            | Self::Tagged(Err(refusal))
            | Self::Exported(Err(refusal))
            | Self::Copied(Err(refusal))
            | Self::FormHelp(Err(refusal))
            | Self::Record(Err(refusal))
            | Self::Checked(Err(refusal))
            | Self::Done(Err(refusal)) => Some(refusal),
            _ => None,
        }
    }
}
