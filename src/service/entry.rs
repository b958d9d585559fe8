//! What every entry has in common: its client, its line and shift, and who may correct it.

use super::{Desk, Problem};
use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::id::{ClientId, LineId, ShiftId};
use crate::domain::reject::Reject;
use crate::domain::role::Permission;
use crate::domain::scope::ScopedClient;
use crate::domain::shift::{LineShiftKey, Shift, ShiftWindow, shift_or_none_at, versions_on};
use crate::store::StoreError;
use crate::store::funnel::Look;
use crate::store::line_shift::LineShift;
use crate::store::master_data::{Line, Setting};
use crate::store::record::Changed;
use crate::store::{WriteTx, line_shift, master_data};

impl Desk {
    /// A client of the scope; one outside it is refused like one that does not exist.
    pub(super) fn client(&self, client_id: &ClientId) -> Result<&ScopedClient, Problem> {
        self.session.scope().client(client_id).ok_or_else(|| Problem::no_such("client", client_id))
    }

    /// Refuses instants that have not happened yet.
    pub(super) fn not_in_future(&self, field: &str, at: Instant) -> Result<Instant, Reject> {
        if at <= self.now() {
            Ok(at)
        } else {
            Err(Reject::new(field, "lies in the future", "type a time that has passed"))
        }
    }
}

/// A line that can be used, or the refusal.
pub(super) async fn active_line(tx: &mut impl Look, client: &ClientId, line: &LineId) -> Result<Line, Problem> {
    usable_line(master_data::line(tx, client, line).await?.as_ref(), line).cloned()
}

/// A line that was looked for, if it can be used, or the refusal.
pub(super) fn usable_line<'a>(found: Option<&'a Line>, line: &LineId) -> Result<&'a Line, Problem> {
    match found {
        Some(line) if line.active => Ok(line),
        Some(line) => Err(Problem::reject("line_id", format!("{} is not active", line.line_id), "choose another line")),
        None => Err(Problem::no_such("line", line)),
    }
}

/// The shift an entry belongs to: the one given, else the one that is on at `at`, else the reserved one.
pub(super) fn shift_of<'a>(
    shifts: &'a [Shift],
    client: &ScopedClient,
    given: Option<&(ProductionDate, ShiftId)>,
    at: Instant,
) -> Result<(&'a Shift, ShiftWindow), Problem> {
    let found = match given {
        Some((date, shift_id)) => versions_on(shifts, *date)
            .into_iter()
            .find(|shift| &shift.shift_id == shift_id)
            .map(|shift| (shift, shift.window(*date, client.clock))),
        None => shift_or_none_at(shifts, at, client.clock),
    };
    found.ok_or_else(|| match given {
        Some((_, shift_id)) => Problem::no_such("shift", shift_id),
        None => Problem::reject("shift_id", "there is no shift", "add a shift first"),
    })
}

/// Opens the line shift of an entry, or refuses because it is closed.
pub(super) async fn open_line_shift(
    tx: &mut WriteTx,
    key: &LineShiftKey,
    shift: &Shift,
    window: &ShiftWindow,
) -> Result<LineShift, Problem> {
    let line_shift = line_shift::open(tx, key, shift, window).await?;
    unless_closed(&line_shift)?;
    Ok(line_shift)
}

/// Refuses a line shift that is closed.
pub(super) fn unless_closed(line_shift: &LineShift) -> Result<(), Problem> {
    line_shift.closed_by.as_deref().map_or(Ok(()), |by| Err(closed(Some(by))))
}

/// The refusal of a change to a closed shift.
pub(super) fn closed(by: Option<&str>) -> Problem {
    let who = by.map_or_else(String::new, |by| format!(" by {by}"));
    Problem::reject("shift_id", format!("the shift was closed{who}"), "a leader can reopen it")
}

/// Whether this person may correct or remove an entry: an own one until its shift is closed, anybody's for a LEADER
/// within the client's correction days.
pub(super) async fn may_correct(
    desk: &Desk,
    tx: &mut impl Look,
    line_shift: &LineShiftKey,
    created_by: &str,
    is_closed: bool,
) -> Result<(), Problem> {
    let person = desk.person();
    if is_closed {
        return Err(closed(None));
    }
    if created_by == person.login.as_str() {
        return Ok(());
    }
    Problem::unless_allowed(person.role, Permission::CorrectAny, "correct somebody else's entry")?;
    within_correction_days(desk, tx, &line_shift.client_id, line_shift.production_date).await
}

/// Refuses what lies further back than a client lets a LEADER correct.
pub(super) async fn within_correction_days(
    desk: &Desk,
    tx: &mut impl Look,
    client: &ClientId,
    date: ProductionDate,
) -> Result<(), Problem> {
    let days = master_data::setting(tx, client, Setting::CorrectionDays).await?;
    let today = desk.client(client)?.clock.date(desk.now());
    if i64::from(today.0) - i64::from(date.0) > days {
        return Err(Problem::reject(
            "production_date",
            format!("is more than {days} days ago"),
            "entries that old are corrected by an import",
        ));
    }
    Ok(())
}

/// Refuses a change of what somebody else changed since it was looked at, and says who and when.
pub(super) fn same_version(changed: &Changed, looked_at: i64) -> Result<(), Problem> {
    if changed.version == looked_at {
        return Ok(());
    }
    Err(Problem::Conflict { by: changed.by.clone(), at: changed.at })
}

/// Turns a lost race into the refusal that names who was faster.
pub(super) fn unless_changed(hit: bool) -> Result<(), Problem> {
    if hit { Ok(()) } else { Err(Problem::Store(StoreError::Busy)) }
}
