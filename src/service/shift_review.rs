//! What a shift hands over: what the one before left, what is missing in this one, and whether it is closed.

use super::{Desk, HourOfLine, Problem};
use crate::domain::catalogue::UNCLASSIFIED;
use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::id::{ClientId, Code, EntryId, LineId, ProductId, ShiftId, WorkOrderId};
use crate::domain::measure::Units;
use crate::domain::order::Priority;
use crate::domain::shift::{Shift, shift_at, versions_on};
use crate::kpi::{Kpi, Target};
use crate::store::form_help::Choosable;
use crate::store::shift_review::{Beginning, Content, Opened};
use crate::store::{board, form_help, master_data, shift_review, sign_off};
use chrono::NaiveDateTime;

/// So many days back a shift that is over and open is found.
const WAITS_DAYS: i32 = 7;
/// Orders that a shift is shown at its start.
const ORDERS: i64 = 8;

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
    /// Others that may be meant: those that are over and still open, and the one that is on.
    pub others: Vec<OtherShift>,
    /// Its hours that a leader signed, by line.
    pub hours: Vec<HourOfLine>,
    /// What it begins with.
    pub start: ShiftStart,
}

/// Another shift than the one that is reviewed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherShift {
    /// The date it began.
    pub production_date: ProductionDate,
    /// Its key.
    pub shift_id: ShiftId,
    /// Its name.
    pub name: String,
    /// Whether it is on; else it is over and open.
    pub is_on: bool,
}

/// What a shift begins with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ShiftStart {
    /// How many people were taken as here, where attendance was taken.
    pub here: i64,
    /// Who is away, and why.
    pub away: Vec<(String, Option<String>)>,
    /// Open orders, the most urgent first.
    pub orders: Vec<OrderToMake>,
    /// What the lines are to make, where that is known.
    pub lines: Vec<(LineId, Units)>,
    /// The targets of the KPIs, with their units.
    pub targets: Vec<(Kpi, String)>,
}

/// An order that is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderToMake {
    /// The order.
    pub work_order_id: WorkOrderId,
    /// Its product.
    pub product_id: ProductId,
    /// How urgent it is.
    pub priority: Priority,
    /// When it is due.
    pub required_date: Option<ProductionDate>,
    /// How much is ordered.
    pub quantity: Units,
    /// How much is made.
    pub made: Units,
}

/// What a client's last shift left, for somebody who comes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftNote {
    /// The client.
    pub client_id: ClientId,
    /// What it left.
    pub hand_over: HandOver,
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
    /// What was said of its hours, where its client is the only one in view.
    pub hours: Vec<HourOfLine>,
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
    /// A shift of a client that is to be handed over: the one that is given, else the one that is on, else the newest.
    pub(super) async fn shift_review(
        &self,
        client_id: &ClientId,
        shift: Option<&(ProductionDate, ShiftId)>,
    ) -> Result<ShiftReview, Problem> {
        let (clock, now) = (self.client(client_id)?.clock, self.now());
        let today = clock.date(now);
        let mut tx = self.session.read().await?;
        let shifts = master_data::shifts(&mut tx).await?;
        let from = today.plus_days(-WAITS_DAYS).min(shift.map_or(today, |(date, _)| *date));
        let opened = shift_review::opened(&mut tx, client_id, from, today.plus_days(1)).await?;
        let on_now = shift_at(&shifts, now, clock).map(|(shift, window)| Chosen {
            key: (window.production_date, shift.shift_id.clone()),
            span: (window.starts_at, window.ends_at),
        });
        let chosen = match shift {
            Some((date, id)) => Some(given(&shifts, &opened, (*date, id), clock)?),
            None => on_now.clone().or_else(|| opened.first().map(Chosen::of)),
        };
        let Some(chosen) = chosen else {
            return Err(Problem::reject("shift_id", "no shift is on and none waits for its close", "look again later"));
        };
        let (date, shift_id) = &chosen.key;
        let content = shift_review::content(&mut tx, client_id, (*date, shift_id), &Code::parse(UNCLASSIFIED)?).await?;
        let hours = sign_off::of_shift(&mut tx, client_id, (*date, shift_id)).await?;
        let hours = HourOfLine::all(&hours, chosen.span.0, clock);
        let before = opened.iter().find(|line| line.starts_at < chosen.span.0).map(Chosen::of);
        let said_before = match &before {
            Some(Chosen { key, span }) => {
                let signed = sign_off::of_shift(&mut tx, client_id, (key.0, &key.1)).await?;
                HourOfLine::all(&signed, span.0, clock)
            }
            None => Vec::new(),
        };
        let start = shift_review::beginning(&mut tx, client_id, (*date, shift_id), ORDERS).await?;
        let lines = form_help::choices(&mut tx, client_id, Choosable::Lines).await?;
        let running = board::running(&mut tx).await?;
        let name_of = |date: ProductionDate, id: &ShiftId| {
            let found = versions_on(&shifts, date).into_iter().find(|shift| &shift.shift_id == id);
            found.map_or_else(|| id.to_string(), |shift| shift.name.clone())
        };
        let own: Vec<&Opened> = opened.iter().filter(|line| chosen.is(line)).collect();
        let mut missing = lacks(&lines.iter().map(|line| line.code.as_str()).collect::<Vec<_>>(), &content);
        missing.extend(running.iter().filter(|stop| &stop.key.client_id == client_id).filter_map(|stop| {
            // One that began after the shift is none of it; one that began before runs on in it.
            let started_at = stop.started_at.filter(|started_at| *started_at < chosen.span.1)?;
            let since = clock.local(started_at);
            Some(Missing::Running { line_id: stop.key.line_id.clone(), entry_id: stop.entry_id, since })
        }));
        missing.sort_by_key(order);
        let all_closed = !own.is_empty() && own.iter().all(|line| line.closed_by.is_some());
        let reopened = own.iter().find_map(|line| line.reopened_by.clone().zip(line.reopened_reason.clone()));
        let mut others: Vec<OtherShift> = Vec::new();
        let is_chosen = |other: &Chosen| other.key == chosen.key;
        let waits = |line: &&Opened| line.closed_by.is_none() && line.ends_at <= now;
        let waiting = opened.iter().filter(waits).map(|line| (Chosen::of(line), false));
        for (other, is_on) in waiting.chain(on_now.map(|on| (on, true))).filter(|(other, _)| !is_chosen(other)) {
            let (production_date, shift_id) = other.key;
            if !others.iter().any(|known| known.production_date == production_date && known.shift_id == shift_id) {
                let name = name_of(production_date, &shift_id);
                others.push(OtherShift { production_date, shift_id, name, is_on });
            }
        }
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
            before: before.map(|before| before.left(&opened, name_of(before.key.0, &before.key.1), said_before)),
            others,
            hours,
            start: begins_with(start, content.attendance),
        })
    }

    /// What the shift that was closed last left at each client in view, where somebody else closed it.
    pub(super) async fn left_notes(&self) -> Result<Vec<LeftNote>, Problem> {
        let now = self.now();
        let mut tx = self.session.read().await?;
        let shifts = master_data::shifts(&mut tx).await?;
        // Zones are at most a day apart.
        let today = crate::domain::clock::PlantClock::UTC.date(now);
        let left = shift_review::left(&mut tx, today.plus_days(-WAITS_DAYS), today.plus_days(1)).await?;
        let mut notes: Vec<LeftNote> = Vec::new();
        for line in left {
            let over =
                notes.iter_mut().find(|known| known.client_id == line.client_id).map(|known| &mut known.hand_over);
            if let Some(over) = over {
                // Each line may say something else.
                if !over.notes.contains(&line.note) {
                    over.notes.push(line.note);
                }
                continue;
            }
            let shift =
                versions_on(&shifts, line.production_date).into_iter().find(|shift| shift.shift_id == line.shift_id);
            let name = shift.map_or_else(|| line.shift_id.to_string(), |shift| shift.name.clone());
            let (production_date, closed_by, notes_of) = (line.production_date, Some(line.closed_by), vec![line.note]);
            let hand_over = HandOver { production_date, name, closed_by, notes: notes_of, hours: Vec::new() };
            notes.push(LeftNote { client_id: line.client_id, hand_over });
        }
        let own = self.person().login.as_str();
        notes.retain(|note| note.hand_over.closed_by.as_deref() != Some(own));
        Ok(notes)
    }
}

/// The shift of that date and key; one that is no shift of the plant is refused.
fn given(
    shifts: &[Shift],
    opened: &[Opened],
    key: (ProductionDate, &ShiftId),
    clock: crate::domain::clock::PlantClock,
) -> Result<Chosen, Problem> {
    let line = opened.iter().find(|line| line.production_date == key.0 && &line.shift_id == key.1);
    let of_plan = || {
        let shift = versions_on(shifts, key.0).into_iter().find(|shift| &shift.shift_id == key.1)?;
        let window = shift.window(key.0, clock);
        Some(Chosen { key: (key.0, key.1.clone()), span: (window.starts_at, window.ends_at) })
    };
    line.map(Chosen::of).or_else(of_plan).ok_or_else(|| Problem::no_such("shift", key.1))
}

fn begins_with(start: Beginning, attendance: i64) -> ShiftStart {
    let away = i64::try_from(start.away.len()).unwrap_or(i64::MAX);
    let target = |(kpi, target): (Kpi, Target)| {
        (kpi, format!("{}{}", kpi.unit().number(target.figure(kpi)), kpi.unit().suffix()))
    };
    let orders = start.orders.into_iter().map(|order| OrderToMake {
        work_order_id: order.work_order_id,
        product_id: order.product_id,
        priority: order.priority,
        required_date: order.required_date,
        quantity: order.quantity,
        made: order.made,
    });
    ShiftStart {
        here: attendance - away,
        orders: orders.collect(),
        away: start.away,
        lines: start.lines,
        targets: start.kpis.into_iter().map(target).collect(),
    }
}

/// A shift among those that were opened.
#[derive(Clone)]
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

    fn left(&self, opened: &[Opened], name: String, hours: Vec<HourOfLine>) -> HandOver {
        let mut notes: Vec<String> = Vec::new();
        for note in opened.iter().filter(|line| self.is(line)).filter_map(|line| line.handover_note.as_ref()) {
            if !notes.contains(note) {
                notes.push(note.clone());
            }
        }
        let closed_by = opened.iter().filter(|line| self.is(line)).find_map(|line| line.closed_by.clone());
        HandOver { production_date: self.key.0, name, closed_by, notes, hours }
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
