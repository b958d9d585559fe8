//! Everything that can be done, as values. The screen, the command line and the queue of unsent entries
//! all speak these; tests generate them.

mod correct;
mod order;
mod people;
mod quality;
mod right;
mod row;
mod shift;
mod way_back;

pub use correct::{CorrectCount, CorrectStop, JoinStops, SplitStop};
pub use order::{OrderStanding, RewindOrder, StepOrder};
pub use people::{Attended, CoverAbsence, TakeAttendance, WorkedTime};
pub use quality::{DefectLine, LogInspection};
pub(in crate::service) use row::noun;
pub use row::{RemoveRow, SaveRow};
pub use shift::{CloseShift, ReopenShift, SignHour, SignOff};

use super::client_settings::ClientSettings;
use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::hold::{Disposition, HoldStep};
use crate::domain::id::{ClientId, Code, EntryId, JobId, LineId, ProductId, ShiftId, WorkOrderId};
use crate::domain::measure::{Millis, Units};
use crate::domain::production::Count;
use crate::domain::role::Role;
use crate::domain::shift::Weekdays;
use crate::domain::text::CleanText;
use serde::{Deserialize, Serialize};

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Command {
    /// Log a count.
    LogCount(LogCount),
    /// Correct a count.
    CorrectCount(CorrectCount),
    /// Start a stop now, or log one that is over.
    LogStop(LogStop),
    /// Correct a stop.
    CorrectStop(CorrectStop),
    /// Make two stops of one that had two reasons.
    SplitStop(SplitStop),
    /// Make one stop of two that touch: the way back from splitting it.
    JoinStops(JoinStops),
    /// End a running stop.
    EndStop {
        /// The client.
        client_id: ClientId,
        /// The stop.
        entry_id: EntryId,
        /// When it ended.
        ended_at: Instant,
    },
    /// Give a stop its reason later.
    ClassifyStop {
        /// The client.
        client_id: ClientId,
        /// The stop.
        entry_id: EntryId,
        /// The reason.
        reason: Code,
    },
    /// Close a shift, with a note for the next one.
    CloseShift(CloseShift),
    /// Open a closed shift again, with a reason.
    ReopenShift(ReopenShift),
    /// Sign an hour of a line's shift, with a remark or without, or take that back.
    SignHour(SignHour),
    /// Ask for a hold, or place one directly.
    OpenHold(OpenHold),
    /// Take a further step with a hold.
    StepHold(StepHold),
    /// Take a count back.
    RemoveCount {
        /// The client.
        client_id: ClientId,
        /// The count.
        entry_id: EntryId,
    },
    /// Take a stop back.
    RemoveStop {
        /// The client.
        client_id: ClientId,
        /// The stop.
        entry_id: EntryId,
    },
    /// Bring a removed count back.
    RestoreCount {
        /// The client.
        client_id: ClientId,
        /// The count.
        entry_id: EntryId,
    },
    /// Bring a removed stop back.
    RestoreStop {
        /// The client.
        client_id: ClientId,
        /// The stop.
        entry_id: EntryId,
    },
    /// Let an ended stop run again: the way back from ending it.
    ReopenStop {
        /// The client.
        client_id: ClientId,
        /// The stop.
        entry_id: EntryId,
    },
    /// Log an inspection.
    LogInspection(LogInspection),
    /// Correct an inspection.
    CorrectInspection {
        /// The inspection as it is to be.
        to: LogInspection,
        /// The version that was looked at; an older one is refused.
        version: i64,
    },
    /// Take an inspection back.
    RemoveInspection {
        /// The client.
        client_id: ClientId,
        /// The inspection.
        entry_id: EntryId,
    },
    /// Bring a removed inspection back.
    RestoreInspection {
        /// The client.
        client_id: ClientId,
        /// The inspection.
        entry_id: EntryId,
    },
    /// Take the attendance of a crew.
    TakeAttendance(TakeAttendance),
    /// Cover an absence from the floating pool.
    CoverAbsence(CoverAbsence),
    /// Take a work order a step on.
    StepOrder(StepOrder),
    /// Take a step of a work order back.
    RewindOrder(RewindOrder),
    /// Add or change a row of what the plant consists of.
    SaveRow(SaveRow),
    /// Take such a row away.
    RemoveRow(RemoveRow),
    /// Add a production line.
    AddLine {
        /// The client.
        client_id: ClientId,
        /// The new key.
        line_id: LineId,
        /// The name.
        name: CleanText,
    },
    /// Add a product and link it to a client, or link one that exists.
    AddProduct(AddProduct),
    /// Add a shift pattern.
    AddShift(AddShift),
    /// Add a client.
    AddClient {
        /// The new key.
        client_id: ClientId,
        /// The name.
        name: CleanText,
        /// The IANA zone.
        time_zone: String,
    },
    /// Let a client's people in, or keep them out.
    SetClientActive {
        /// The client.
        client_id: ClientId,
        /// In or out.
        active: bool,
    },
    /// Change the settings of a client.
    SetClientSettings(SetClientSettings),
    /// Add an account; its person sets a password with a one-time code.
    AddUser(AddUser),
    /// Let a person in, or keep them out.
    SetUserActive {
        /// The login name.
        login: String,
        /// In or out.
        active: bool,
    },
    /// Give a person a client, or take one away.
    SetAssignment {
        /// The login name.
        login: String,
        /// The client.
        client_id: ClientId,
        /// Given or taken.
        assigned: bool,
    },
    /// Give a person another role; their open sessions end.
    SetRole {
        /// The login name.
        login: String,
        /// The role.
        role: Role,
    },
    /// Give a person a new one-time code; the old password is void.
    ResetUser {
        /// The login name.
        login: String,
    },
    /// Let a person in over SSH with a key.
    AddSshKey {
        /// The login name.
        login: String,
        /// The line of the public key file.
        key: String,
    },
    /// Take a key away from a person.
    RemoveSshKey {
        /// The login name.
        login: String,
        /// The key's fingerprint.
        fingerprint: String,
    },
    /// Let a person in by a key alone, or ask for the password too.
    SetSshKeyAlone {
        /// The login name.
        login: String,
        /// Whether the key is enough.
        alone: bool,
    },
    /// Classify and value past entries by today's catalogue, standards and opportunities.
    Recalculate {
        /// The client.
        client_id: ClientId,
        /// The first production date.
        from: ProductionDate,
        /// The last one.
        to: ProductionDate,
    },
}

/// A count of what was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogCount {
    /// Made by the program before it writes.
    pub entry_id: EntryId,
    /// The client.
    pub client_id: ClientId,
    /// The line.
    pub line_id: LineId,
    /// The shift's date and key; the one that is on at `counted_at` where none is given.
    pub shift: Option<(ProductionDate, ShiftId)>,
    /// The product.
    pub product_id: ProductId,
    /// The order, where one is known.
    pub work_order_id: Option<WorkOrderId>,
    /// The order's job.
    pub job_id: Option<JobId>,
    /// The figures.
    pub count: Count,
    /// When it was counted; now where none is given.
    pub counted_at: Option<Instant>,
    /// Whether it stands in for a figure that is not to be had; screens and reports mark it.
    #[serde(default)]
    pub estimated: bool,
    /// Remarks.
    pub notes: Option<CleanText>,
}

/// A stop of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogStop {
    /// Made by the program before it writes.
    pub entry_id: EntryId,
    /// The client.
    pub client_id: ClientId,
    /// The line.
    pub line_id: LineId,
    /// The reason; unclassified where none is given yet.
    pub reason: Option<Code>,
    /// When it began; now where none is given.
    pub started_at: Option<Instant>,
    /// When it ended; it runs where none is given.
    pub ended_at: Option<Instant>,
    /// The order on the line.
    pub work_order_id: Option<WorkOrderId>,
    /// Remarks.
    pub notes: Option<CleanText>,
}

/// A new hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenHold {
    /// Made by the program before it writes.
    pub hold_id: EntryId,
    /// Whether it is asked for ([`HoldStep::Request`]) or placed ([`HoldStep::Place`]).
    pub step: HoldStep,
    /// The client.
    pub client_id: ClientId,
    /// The order whose goods are held.
    pub work_order_id: WorkOrderId,
    /// Its job.
    pub job_id: Option<JobId>,
    /// Why.
    pub reason: Code,
    /// How much.
    pub quantity: Units,
    /// The inspection that found it.
    pub quality_entry_id: Option<EntryId>,
    /// Remarks.
    pub notes: Option<CleanText>,
}

/// A further step of a hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepHold {
    /// The hold.
    pub hold_id: EntryId,
    /// The client.
    pub client_id: ClientId,
    /// The step.
    pub step: HoldStep,
    /// The version that was looked at; an older one is refused.
    pub version: i64,
    /// What becomes of the goods, for a release.
    pub disposition: Option<Disposition>,
    /// How much is released or scrapped: a part is split off, the rest stays as it is. All of it where none is given.
    pub quantity: Option<Units>,
    /// Remarks.
    pub notes: Option<CleanText>,
}

/// A product for a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddProduct {
    /// The client that gets it.
    pub client_id: ClientId,
    /// The key.
    pub product_id: ProductId,
    /// The name.
    pub name: CleanText,
    /// The line's fastest time for one unit.
    pub ideal_cycle: Option<Millis>,
}

/// A shift pattern, valid from the beginning of time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddShift {
    /// The key.
    pub shift_id: ShiftId,
    /// The name.
    pub name: CleanText,
    /// Minutes after local midnight.
    pub start_minute: i64,
    /// Minutes after local midnight; at or before the start is the next day.
    pub end_minute: i64,
    /// Minutes of breaks.
    pub break_minutes: i64,
    /// Days it starts on.
    pub days: Weekdays,
}

/// Other settings for a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetClientSettings {
    /// The client.
    pub client_id: ClientId,
    /// What was looked at.
    pub from: ClientSettings,
    /// What they are to be.
    pub to: ClientSettings,
}

/// A new account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddUser {
    /// The login name.
    pub login: String,
    /// The name people call them.
    pub full_name: CleanText,
    /// The role.
    pub role: Role,
    /// The clients; an OPERATOR has exactly one, ADMIN and POWERUSER need none.
    pub clients: Vec<ClientId>,
}
