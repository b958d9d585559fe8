//! Everything that can be asked, as values, and the shapes of the answers.

mod forms;
mod hold;
mod people;
mod quality;
mod row;
mod setup;

use super::client_settings::ClientSettings;
use super::done::DoneToday;
use super::export::{ExportPage, ExportQuery};
use super::hold_queue::WaitingHold;
use super::hold_tag::HoldTag;
use super::isolation_audit::IsolationAudit;
use super::kpi::{DetailQuery, KpiDetail, KpiQuery, KpiReport, KpiScreen, WaitingDays};
use super::record::{Record, RecordKey};
use super::shift_review::{LeftNote, ShiftReview};
use super::sign_hour::SignedHour;
use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::entity::Entity;
use crate::domain::id::{ClientId, EntryId, LineId, ProductId, ShiftId, WorkOrderId};
use crate::domain::list::{List, Page, Sort};
use crate::domain::measure::{Minutes, Units};
use crate::domain::role::Permission;
use crate::kpi::Pareto;
use crate::store::ChainEnd;
use chrono::NaiveDateTime;
pub use forms::{Choice, FormHelp, LastCount, LineNow};
pub use hold::{HoldEvent, HoldOnBoard};
pub use people::{AttendanceWeek, Crew, CrewMember, DayOf, WeekOf};
pub use quality::LastInspection;
pub use row::RowAsIs;
use serde::{Deserialize, Serialize};
pub use setup::Setup;

/// One thing to ask.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Query {
    /// The shift board: every line of the scope, now.
    Board,
    /// Some rows of a list.
    List(ListQuery),
    /// What the forms of one client are pre-filled with and what can be chosen in them.
    FormHelp {
        /// The client.
        client_id: ClientId,
    },
    /// What a client may have otherwise than others.
    ClientSettings {
        /// The client.
        client_id: ClientId,
    },
    /// The crew of a shift, as its attendance was taken or is expected.
    Crew {
        /// The client.
        client_id: ClientId,
        /// The date and the shift; the one that is on now where none is given.
        shift: Option<(ProductionDate, ShiftId)>,
    },
    /// A row of what the plant consists of, to be changed.
    Row {
        /// What it is.
        entity: Entity,
        /// Whose it is.
        client_id: Option<ClientId>,
        /// The fields of its key.
        key: Vec<(String, String)>,
    },
    /// What the person did in the last hours.
    DoneToday,
    /// The holds that wait for this person.
    HoldQueue,
    /// What stands on the tag of a hold.
    HoldTag {
        /// The client.
        client_id: ClientId,
        /// The hold.
        hold_id: EntryId,
    },
    /// Every step of a hold.
    HoldHistory {
        /// The client.
        client_id: ClientId,
        /// The hold.
        hold_id: EntryId,
    },
    /// Seven days of everybody's attendance.
    AttendanceWeek {
        /// The client.
        client_id: ClientId,
        /// The first of the days.
        from: ProductionDate,
    },
    /// One entry as it is now, to correct or copy it.
    Record(RecordKey),
    /// The shift of a client that is to be handed over: what it lacks, and what the one before left.
    ShiftReview {
        /// The client.
        client_id: ClientId,
        /// The date and the shift; the one that is on now where none is given.
        shift: Option<(ProductionDate, ShiftId)>,
    },
    /// What the last shift of each client in view left.
    LeftNotes,
    /// What a new plant still lacks.
    Setup,
    /// The next rows of an export.
    Export(ExportQuery),
    /// KPIs of a window, grouped.
    Kpis(KpiQuery),
    /// The KPI screen of a window: its panel, the one of the window before, and the daily series.
    KpiPanel {
        /// The window.
        window: PanelWindow,
    },
    /// What waited at the end of each day of a window: it fills the panel's series of ages.
    WaitingDays {
        /// The window.
        window: PanelWindow,
    },
    /// One KPI in a place: its figure, its series, and what lies below.
    KpiDetail(DetailQuery),
    /// What a KPI was caused by in a place: it completes the detail.
    KpiCauses(DetailQuery),
    /// Where the audit trail of each client ends.
    TrailEnds,
    /// Whether any client's rows can reach another client's people.
    IsolationAudit,
}

/// The time that figures are wanted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum PanelWindow {
    /// Production dates, both inside.
    Dates {
        /// The first.
        from: ProductionDate,
        /// The last.
        to: ProductionDate,
    },
    /// The shift that is on at each client now; before it lies the shift that was on until then.
    ThisShift,
}

/// A place on the way down from a figure to what it is made of; what is not given is not narrowed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct Place {
    /// Only this client.
    pub client_id: Option<ClientId>,
    /// Only lines of this name.
    pub line_id: Option<LineId>,
    /// Only this shift.
    pub shift_id: Option<ShiftId>,
    /// Only this production date.
    pub date: Option<ProductionDate>,
}

/// The part of a list of entries that lies in a place. Entries that have no line or shift are not narrowed by them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Within {
    /// The place.
    pub place: Place,
    /// The first and the last production date, or due date of orders; any where there is none, and for holds.
    pub dates: Option<(ProductionDate, ProductionDate)>,
    /// Of orders those in process at this instant, of holds those that ran.
    pub waiting_at: Option<Instant>,
    /// Of stops the unplanned ones alone.
    pub is_unplanned: bool,
}

/// Which rows of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListQuery {
    /// The list.
    pub list: List,
    /// Only rows that hold this text.
    pub filter: String,
    /// By which column; the list's own order otherwise (the newest first).
    pub sort: Option<Sort>,
    /// Position of the first row.
    pub offset: u64,
    /// How many rows at most.
    pub limit: u64,
    /// Only rows that lie here.
    pub within: Option<Within>,
}

impl Query {
    /// The right it takes.
    pub const fn permission(&self) -> Permission {
        match self {
            Self::List(query) => query.list.permission(),
            Self::Board
            | Self::FormHelp { .. }
            | Self::Row { .. }
            | Self::DoneToday
            | Self::HoldQueue
            | Self::HoldTag { .. }
            | Self::HoldHistory { .. }
            | Self::Crew { .. }
            | Self::AttendanceWeek { .. }
            | Self::Record(_)
            | Self::ShiftReview { .. }
            | Self::LeftNotes
            | Self::Setup
            | Self::Export(_)
            | Self::Kpis(_)
            | Self::KpiPanel { .. }
            | Self::WaitingDays { .. }
            | Self::KpiDetail(_)
            | Self::KpiCauses(_)
            | Self::TrailEnds => Permission::Look,
            Self::ClientSettings { .. } => Permission::KeepAccounts,
            Self::IsolationAudit => Permission::ReadAudit,
        }
    }
}

/// The answer to a [`Query`], of the same name.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// The shift board.
    Board(Board),
    /// Rows of a list.
    Page(Page),
    /// Help for forms.
    FormHelp(Box<FormHelp>),
    /// What they did, the newest first.
    DoneToday(Vec<DoneToday>),
    /// The holds, the longest waiting first.
    HoldQueue(Vec<WaitingHold>),
    /// The tag.
    HoldTag(Box<HoldTag>),
    /// Every step of a hold, the first one first.
    HoldHistory(Vec<HoldEvent>),
    /// A row.
    Row(Box<RowAsIs>),
    /// The settings of this client.
    ClientSettings(ClientId, ClientSettings),
    /// A crew.
    Crew(Box<Crew>),
    /// Seven days.
    AttendanceWeek(AttendanceWeek),
    /// The entry; none where the person has entered none lately.
    Record(Option<Box<Record>>),
    /// The shift.
    ShiftReview(Box<ShiftReview>),
    /// The notes.
    LeftNotes(Vec<LeftNote>),
    /// What is missing.
    Setup(Setup),
    /// Rows of an export.
    Export(ExportPage),
    /// KPIs by group.
    Kpis(KpiReport),
    /// The KPI screen.
    KpiPanel(Box<KpiScreen>),
    /// What waited day by day.
    WaitingDays(WaitingDays),
    /// One KPI in detail.
    KpiDetail(Box<KpiDetail>),
    /// Its causes, the most telling first.
    KpiCauses(Vec<Pareto>),
    /// The ends, by client.
    TrailEnds(Vec<ChainEnd>),
    /// What the audit found.
    IsolationAudit(Box<IsolationAudit>),
}

/// All lines of the scope, now.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Board {
    /// The lines, by client and key.
    pub lines: Vec<LineBoard>,
    /// Open holds per client, the oldest first.
    pub holds: Vec<HoldOnBoard>,
}

/// One line, now.
#[derive(Debug, Clone, PartialEq)]
pub struct LineBoard {
    /// The client.
    pub client_id: ClientId,
    /// The line.
    pub line_id: LineId,
    /// Its name.
    pub name: String,
    /// The shift that is on: date, key, name, local start and end; none outside any shift.
    pub shift: Option<ShiftOnBoard>,
    /// Units made in this shift.
    pub made: Units,
    /// How many of them are estimated.
    pub estimated: Units,
    /// Defective ones among them.
    pub defects: Units,
    /// The whole shift's target.
    pub target: Option<Units>,
    /// What should have been made by now.
    pub target_so_far: Option<Units>,
    /// What will have been made at the end if it goes on like this.
    pub forecast: Option<Units>,
    /// The product last counted.
    pub product_id: Option<ProductId>,
    /// The order last counted.
    pub work_order_id: Option<WorkOrderId>,
    /// When the last count was taken.
    pub last_count_at: Option<Instant>,
    /// Unplanned stop minutes of this shift up to now.
    pub stopped: Minutes,
    /// The stop that runs now.
    pub running_stop: Option<RunningStop>,
    /// Hour by hour: plan, made, and the stop that explains the gap.
    pub hours: Vec<HourOnBoard>,
}

/// The shift a line is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShiftOnBoard {
    /// The date it began.
    pub production_date: ProductionDate,
    /// Its key.
    pub shift_id: ShiftId,
    /// Its name.
    pub name: String,
    /// Its start.
    pub starts_at: Instant,
    /// Its end.
    pub ends_at: Instant,
    /// The same in the client's local time.
    pub local: (NaiveDateTime, NaiveDateTime),
    /// Whether it was closed already.
    pub closed: bool,
}

/// A stop that runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunningStop {
    /// The stop.
    pub entry_id: EntryId,
    /// Its reason's name.
    pub reason: String,
    /// Whether the reason is planned.
    pub planned: bool,
    /// Whether nobody has given a reason yet.
    pub unclassified: bool,
    /// Since when.
    pub started_at: Instant,
}

/// One hour of a shift.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HourOnBoard {
    /// Local start of the hour.
    pub local_start: NaiveDateTime,
    /// What should be made in it.
    pub plan: Option<Units>,
    /// What was counted in it.
    pub made: Units,
    /// How much of that is estimated.
    pub estimated: Units,
    /// The reason that took most of it, and its minutes.
    pub main_stop: Option<(String, Minutes)>,
    /// The leader's signature, where it was given.
    pub signed: Option<SignedHour>,
}
