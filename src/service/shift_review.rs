//! What a shift hands over: what the one before left, what is missing in this one, and whether it is closed.

use super::{Desk, Problem};
use crate::domain::catalogue::UNCLASSIFIED;
use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::id::{ClientId, Code, EntryId, LineId, ShiftId};
use crate::domain::shift::{shift_at, versions_on};
use crate::store::form_help::Choosable;
use crate::store::shift_review::{Content, Opened};
use crate::store::{board, form_help, master_data, shift_review};
use chrono::NaiveDateTime;

/// A shift that is over waits for its close for a day.
const WAITS_MILLIS: i64 = 24 * 3_600_000;

/// The shift to hand over, of one client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShiftReview {
    /// The client.
    pub client_id: ClientId,
    /// The date it began.
    pub production_date: ProductionDate,
    /// Its key.
    pub shift_id: ShiftId,
    /// Its name.
    pub name: String,
    /// Its local start and end.
    pub local: (NaiveDateTime, NaiveDateTime),
    /// Whether it is over.
    pub is_over: bool,
    /// Whether anything was entered in it; else there is nothing to close.
    pub has_entries: bool,
    /// Who closed it, where every line of it is closed.
    pub closed_by: Option<String>,
    /// Who reopened it and why.
    pub reopened: Option<(String, String)>,
    /// What is missing before it can be handed over with good conscience.
    pub missing: Vec<Missing>,
    /// What the shift before left.
    pub before: Option<HandOver>,
}

/// What a shift left for the next one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandOver {
    /// The date it began.
    pub production_date: ProductionDate,
    /// Its name.
    pub name: String,
    /// Who closed it; none while it is open.
    pub closed_by: Option<String>,
    /// Its notes, each once.
    pub notes: Vec<String>,
}

/// One thing that is missing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Missing {
    /// A line has no count.
    NoCount {
        /// The line.
        line_id: LineId,
    },
    /// A stop runs.
    Running {
        /// The line.
        line_id: LineId,
        /// The stop.
        entry_id: EntryId,
        /// Since when, at the client.
        since: NaiveDateTime,
    },
    /// Stops have no reason.
    WithoutReason(i64),
    /// Holds wait for a decision.
    Undecided(i64),
    /// Attendance was not taken, of so many people.
    Attendance(i64),
    /// Counts are estimated: the real figures may be there now.
    Estimated(i64),
}

impl Desk {
    /// The shift of a client that is to be handed over: one that is over and still open, else the one that is on.
    pub(super) async fn shift_review(&self, client_id: &ClientId) -> Result<ShiftReview, Problem> {
        let (clock, now) = (self.client(client_id)?.clock, self.now());
        let today = clock.date(now);
        let mut tx = self.session.read().await?;
        let shifts = master_data::shifts(&mut tx).await?;
        let opened = shift_review::opened(&mut tx, client_id, today.plus_days(-3), today.plus_days(1)).await?;
        let waits =
            |line: &&Opened| line.closed_by.is_none() && line.ends_at <= now && line.ends_at.0 > now.0 - WAITS_MILLIS;
        let on_now = shift_at(&shifts, now, clock).map(|(shift, window)| Chosen {
            key: (window.production_date, shift.shift_id.clone()),
            span: (window.starts_at, window.ends_at),
        });
        let chosen = opened.iter().find(waits).map(Chosen::of).or(on_now).or_else(|| opened.first().map(Chosen::of));
        let Some(chosen) = chosen else {
            return Err(Problem::reject("shift_id", "no shift is on and none waits for its close", "look again later"));
        };
        let (date, shift_id) = &chosen.key;
        let content = shift_review::content(&mut tx, client_id, (*date, shift_id), &Code::parse(UNCLASSIFIED)?).await?;
        let lines = form_help::choices(&mut tx, client_id, Choosable::Lines).await?;
        let running = board::running(&mut tx).await?;
        let name_of = |date: ProductionDate, id: &ShiftId| {
            let found = versions_on(&shifts, date).into_iter().find(|shift| &shift.shift_id == id);
            found.map_or_else(|| id.to_string(), |shift| shift.name.clone())
        };
        let own: Vec<&Opened> = opened.iter().filter(|line| chosen.is(line)).collect();
        let mut missing = lacks(&lines.iter().map(|line| line.code.as_str()).collect::<Vec<_>>(), &content);
        missing.extend(running.iter().filter(|stop| &stop.key.client_id == client_id).filter_map(|stop| {
            let since = clock.local(stop.started_at?);
            Some(Missing::Running { line_id: stop.key.line_id.clone(), entry_id: stop.entry_id, since })
        }));
        missing.sort_by_key(order);
        let all_closed = !own.is_empty() && own.iter().all(|line| line.closed_by.is_some());
        let reopened = own.iter().find_map(|line| line.reopened_by.clone().zip(line.reopened_reason.clone()));
        let before = opened.iter().find(|line| line.starts_at < chosen.span.0).map(Chosen::of);
        Ok(ShiftReview {
            client_id: client_id.clone(),
            production_date: *date,
            shift_id: shift_id.clone(),
            name: name_of(*date, shift_id),
            local: (clock.local(chosen.span.0), clock.local(chosen.span.1)),
            is_over: chosen.span.1 <= now,
            has_entries: !own.is_empty(),
            closed_by: own.iter().find_map(|line| line.closed_by.clone()).filter(|_| all_closed),
            reopened,
            missing,
            before: before.map(|before| before.left(&opened, name_of(before.key.0, &before.key.1))),
        })
    }
}

/// A shift among those that were opened.
struct Chosen {
    key: (ProductionDate, ShiftId),
    span: (Instant, Instant),
}

impl Chosen {
    fn of(line: &Opened) -> Self {
        Self { key: (line.production_date, line.shift_id.clone()), span: (line.starts_at, line.ends_at) }
    }

    fn is(&self, line: &Opened) -> bool {
        self.key.0 == line.production_date && self.key.1 == line.shift_id
    }

    fn left(&self, opened: &[Opened], name: String) -> HandOver {
        let mut notes: Vec<String> = Vec::new();
        for note in opened.iter().filter(|line| self.is(line)).filter_map(|line| line.handover_note.as_ref()) {
            if !notes.contains(note) {
                notes.push(note.clone());
            }
        }
        let closed_by = opened.iter().filter(|line| self.is(line)).find_map(|line| line.closed_by.clone());
        HandOver { production_date: self.key.0, name, closed_by, notes }
    }
}

/// What the content of a shift lacks.
fn lacks(lines: &[&str], content: &Content) -> Vec<Missing> {
    let counted =
        |line: &str| content.counted.iter().any(|counted| counted.line_id.as_str() == line && counted.counts > 0);
    let uncounted = lines.iter().filter(|line| !counted(line)).filter_map(|line| LineId::parse(line).ok());
    let mut missing: Vec<Missing> = uncounted.map(|line_id| Missing::NoCount { line_id }).collect();
    let estimated = content.counted.iter().map(|counted| counted.estimated).sum();
    let more = [
        (content.without_reason, Missing::WithoutReason as fn(i64) -> Missing),
        (content.undecided, Missing::Undecided),
        (content.people - content.attendance, Missing::Attendance),
        (estimated, Missing::Estimated),
    ];
    missing.extend(more.into_iter().filter(|(number, _)| *number > 0).map(|(number, make)| make(number)));
    missing
}

/// What is looked at first stands first.
const fn order(missing: &Missing) -> u8 {
    match missing {
        Missing::Running { .. } => 0,
        Missing::NoCount { .. } => 1,
        Missing::WithoutReason(_) => 2,
        Missing::Undecided(_) => 3,
        Missing::Attendance(_) => 4,
        Missing::Estimated(_) => 5,
    }
}
