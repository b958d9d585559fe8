//! What people can ask and do. Only this layer decides who may do what, and writes the audit row.
//!
//! [`Desk`] is a person's place: a session and the clock. Everything goes through [`Desk::ask`] and
//! [`Desk::run`]; a command is permitted, then valid, then written and audited in one transaction, and its
//! [`Receipt`] says what was done and how to take it back.

mod account;
mod attendance;
mod backup;
mod board;
mod client_settings;
pub mod clock;
mod close_shift;
mod command;
mod correct_count;
mod correct_stop;
mod count;
mod demo;
mod desk;
#[cfg(test)]
mod differential;
mod doctor;
mod done;
mod draft;
mod entry;
mod export;
mod feed;
mod form_help;
mod hold;
mod hold_queue;
mod hold_tag;
mod import;
mod inspection;
mod isolation_audit;
mod kpi;
mod list;
mod login;
mod loss;
mod master_data;
mod order;
mod presence;
mod problem;
mod query;
mod recalculate;
mod receipt;
mod record;
mod report;
mod setup;
mod shift_review;
mod sign_hour;
mod stop;
mod unsent;

pub use crate::domain::entity::{Entity, FileColumn, Form};
pub use crate::store::{
    AccountKey, ChainEnd, ClientAccount, DatabaseUrl, Feed, GuardCost, KeyHolder, News, OneTimeCode, Person, Prepared,
    StoreError, Ticket, UserAccount,
};
pub use backup::{BackedUp, BackupRequest, Restored};
pub use client_settings::{ClientSettings, MOST_CORRECTION_DAYS, MOST_STAGES};
pub use command::{
    AddProduct, AddShift, AddUser, Attended, CloseShift, Command, CorrectCount, CorrectStop, CoverAbsence, DefectLine,
    JoinStops, LogCount, LogInspection, LogStop, OpenHold, OrderStanding, RemoveRow, ReopenShift, RewindOrder, SaveRow,
    SetClientSettings, SignHour, SignOff, SplitStop, StepHold, StepOrder, TakeAttendance, WorkedTime,
};
pub use demo::{DemoFilled, DemoPlan, DemoState, MOST_CLIENTS, MOST_DAYS};
pub use doctor::{Finding, MachineLook};
pub use done::DoneToday;
pub use draft::{Draft, Drafts};
pub use export::{
    CsvRows, ExportCell, ExportMark, ExportPage, ExportQuery, ExportRows, Exported, JsonRows, SheetRows, ViewTable,
};
pub use hold_queue::WaitingHold;
pub use hold_tag::HoldTag;
pub use import::{Import, ImportProgress, ImportReport};
pub use isolation_audit::{AuditRow, IsolationAudit, audit_json, audit_text};
pub use kpi::{Child, DetailQuery, KpiDetail, KpiGroup, KpiQuery, KpiReport, KpiScreen, WaitingDays};
pub use login::{DemoLogin, LoginOutcome, Plant};
pub use loss::loss_name;
pub use problem::Problem;
pub use query::{
    Answer, AttendanceWeek, Board, Choice, Crew, CrewMember, DayOf, FormHelp, HoldEvent, HoldOnBoard, HourOnBoard,
    LastCount, LastInspection, LineBoard, LineNow, ListQuery, PanelWindow, Place, Query, RowAsIs, RunningStop, Setup,
    ShiftOnBoard, WeekOf, Within,
};
pub use receipt::{HoldOffer, Receipt};
pub use record::{Record, RecordKey, RecordValue};
pub use report::{Report, ReportKind, report_html, report_sheets, report_text, told};
pub use shift_review::{HandOver, LeftNote, Missing, OrderToMake, OtherShift, ShiftReview, ShiftStart};
pub use sign_hour::{HourOfLine, SignedHour};
pub use unsent::{Outbox, Sent, Unsent};

use crate::domain::clock::Instant;
use crate::domain::id::{ClientId, EntryId};
use crate::domain::role::Role;
use crate::domain::scope::ScopedClient;
use crate::store::Session;
use clock::Clock;
use presence::Presence;
use std::sync::Arc;

/// A person's place at the plant: their session and the clock.
#[derive(Debug, Clone)]
pub struct Desk {
    session: Arc<Session>,
    clock: Clock,
    presence: Arc<Presence>,
    /// Whether nothing can be done here: the desk of a board.
    reads_only: bool,
}

impl Desk {
    pub(crate) fn new(session: Session, clock: Clock) -> Self {
        let presence = Arc::new(Presence::begin(clock.now()));
        Self { session: Arc::new(session), clock, presence, reads_only: false }
    }

    /// The desk of somebody who came in without typing a password.
    fn without_password(session: Session, clock: Clock) -> Self {
        let presence = Arc::new(Presence::begin_unproved(clock.now()));
        Self { session: Arc::new(session), clock, presence, reads_only: false }
    }

    /// The same person's desk with another view of the rows.
    fn with(&self, session: Session) -> Self {
        let session = if self.reads_only { session.only_reading() } else { session };
        Self { session: Arc::new(session), ..self.clone() }
    }

    /// The same place as it was when an entry was made; what is written says that it was written now.
    fn as_of(&self, at: Instant) -> Self {
        Self { clock: Clock::fixed(at), ..self.with(self.session.stamping(self.now())) }
    }

    /// The same place at this moment, which stays.
    fn standing_still(&self) -> Self {
        let clock = Clock::fixed(self.now());
        Self { clock, ..self.clone() }
    }

    /// Who sits here.
    pub fn person(&self) -> &Person {
        self.session.person()
    }

    /// The clients in view.
    pub fn clients(&self) -> &[ScopedClient] {
        self.session.scope().clients()
    }

    /// Whether fewer clients are in view than the person has.
    pub fn is_narrowed(&self) -> bool {
        self.session.is_narrowed()
    }

    /// Whether the person was given clients that this desk does not know yet; [`Desk::refreshed`] knows them.
    pub fn has_new_clients(&self) -> bool {
        self.session.has_new_clients()
    }

    /// The time here.
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// A new key for an entry.
    pub fn new_id(&self) -> EntryId {
        EntryId(self.clock.new_id())
    }

    /// The same person's desk with only these clients in view, or with all of theirs. A client that does not exist
    /// for the person is refused like one that exists for nobody.
    pub async fn narrow(&self, clients: Option<Vec<ClientId>>) -> Result<Self, Problem> {
        let session = self.session.narrow(clients.clone()).await?;
        for client in clients.unwrap_or_default() {
            if session.scope().client(&client).is_none() {
                return Err(Problem::no_such("client", client));
            }
        }
        Ok(self.with(session))
    }

    /// The same person's desk as their account is now: after a client was added, it is in view. What was narrowed
    /// stays so.
    pub async fn refreshed(&self) -> Result<Self, Problem> {
        let in_view = || self.clients().iter().map(|client| client.client_id.clone()).collect();
        let session = self.session.narrow(self.is_narrowed().then(in_view)).await?;
        Ok(self.with(session))
    }

    /// Why nothing at all is in view, where that is so: every list is empty then, and the person is told why.
    pub fn why_nothing_is_in_view(&self) -> Option<&'static str> {
        match (self.clients().is_empty(), self.person().role) {
            (false, _) => None,
            (true, Role::Operator | Role::Leader) => Some("no client is assigned to you; ask an ADMIN to assign one"),
            (true, Role::PowerUser) => Some("this plant has no active client yet; ask an ADMIN to add one"),
            (true, Role::Admin) => Some("this plant has no active client yet; add one"),
        }
    }

    /// How long the guard of the database makes questions about a client and about the scope take, beside the same
    /// questions with the filter written out: for the benchmark. It tells times and nothing else.
    pub async fn guard_costs(&self, client: &ClientId, rounds: usize) -> Result<Vec<GuardCost>, Problem> {
        self.client(client)?;
        Ok(self.session.guard_costs(client, self.now(), rounds).await?)
    }

    /// Ends the session and closes the database, so that all of it is in its one file: the last one to leave.
    pub async fn close(&self) {
        self.session.close().await;
        self.session.store().close().await;
    }

    /// Ends the session.
    pub async fn leave(&self) {
        self.session.close().await;
    }
}
