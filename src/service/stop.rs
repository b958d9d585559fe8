//! Stops: starting one, ending it, typing one afterwards, giving it a reason, taking it back.

use super::entry::{active_line, may_correct, open_line_shift, unless_changed};
use super::{Command, Desk, LogStop, Problem, Receipt, entry};
use crate::domain::catalogue::UNCLASSIFIED;
use crate::domain::clock::Instant;
use crate::domain::downtime::is_micro_stop;
use crate::domain::id::{ClientId, Code, EntryId, WorkOrderId};
use crate::domain::scope::ScopedClient;
use crate::domain::shift::{LineShiftKey, Shift, ShiftWindow, shift_or_none_at, split_at_shifts};
use crate::store::audit::AuditEntry;
use crate::store::downtime::{Ended, NewPart, Part};
use crate::store::master_data::{DowntimeReason, Line};
use crate::store::{WriteTx, downtime, master_data, order};
use serde_json::json;

/// A stop on its way into the database.
pub(super) struct Stop<'a> {
    pub(super) client: &'a ScopedClient,
    pub(super) line: Line,
    pub(super) reason: DowntimeReason,
    pub(super) started_at: Instant,
    pub(super) ended_at: Option<Instant>,
    /// The closed shift that it began in and ran out of: there it stood until the end, as it was counted then.
    pub(super) carried_from: Option<LineShiftKey>,
}

impl Desk {
    /// Starts a stop, or logs one that is over. The same stop twice is one stop.
    pub(super) async fn log_stop(&self, log: LogStop) -> Result<Receipt, Problem> {
        let client = self.client(&log.client_id)?;
        let now = self.now();
        let started_at = log.started_at.map_or(Ok(now), |at| self.not_in_future("started_at", at))?;
        let ended_at = log.ended_at.map(|at| self.not_in_future("ended_at", at)).transpose()?;
        if ended_at.is_some_and(|end| end < started_at) {
            return Err(Problem::reject("ended_at", "is before the start", "type an end after the start"));
        }

        let mut tx = self.session.write(now).await?;
        let known = downtime::parts(&mut tx, &log.client_id, log.entry_id).await?;
        if let Some(first) = known.first() {
            return self.same_stop(&log, first);
        }
        let line = active_line(&mut tx, &log.client_id, &log.line_id).await?;
        let reason = reason_of(&mut tx, &log.client_id, log.reason.as_ref()).await?;
        check_order(&mut tx, &log.client_id, log.work_order_id.as_ref()).await?;
        let stop = Stop { client, line, reason, started_at, ended_at, carried_from: None };
        refuse_overlap(&mut tx, &stop, log.entry_id).await?;
        let shifts = master_data::shifts(&mut tx).await?;
        let parts = self.parts_of(&mut tx, &shifts, &stop, &log).await?;
        downtime::add(&mut tx, &parts).await?;
        let after = serde_json::to_value(&log).ok();
        let entry =
            AuditEntry { table: "downtime_entry", key: log.entry_id.to_string(), action: "log", before: None, after };
        tx.record(&log.client_id, entry);
        tx.commit().await?;

        let done = match ended_at {
            None => format!("{} stopped since {}: {}", stop.line.name, local(client, started_at), stop.reason.name),
            Some(end) => format!(
                "stop of {} min on {} saved: {}",
                end.minutes_since(started_at),
                stop.line.name,
                stop.reason.name
            ),
        };
        Ok(Receipt::done(done).undone_by(log.removal()))
    }

    fn same_stop(&self, log: &LogStop, first: &Part) -> Result<Receipt, Problem> {
        if first.created_by == self.person().login.as_str() && first.line_shift.line_id == log.line_id {
            let done = format!("the stop on {} was saved already", log.line_id);
            return Ok(Receipt::done(done).undone_by(log.removal()));
        }
        Err(Problem::reject("entry_id", "belongs to another stop", "enter the stop anew"))
    }

    /// The parts of a new stop: one while it runs, one for each shift it lies in once it is over.
    pub(super) async fn parts_of(
        &self,
        tx: &mut WriteTx,
        shifts: &[Shift],
        stop: &Stop<'_>,
        log: &LogStop,
    ) -> Result<Vec<NewPart>, Problem> {
        let spans = match stop.ended_at {
            Some(end) => split_at_shifts(shifts, stop.started_at, end, stop.client.clock)?
                .into_iter()
                .map(|(shift, window, from, to)| (shift, window, from, Some(to)))
                .collect(),
            None => shift_or_none_at(shifts, stop.started_at, stop.client.clock)
                .map(|(shift, window)| vec![(shift, window, stop.started_at, None)])
                .ok_or_else(|| Problem::reject("shift_id", "there is no shift", "add a shift first"))?,
        };
        let whole = stop.ended_at.map(|end| end.minutes_since(stop.started_at));
        let micro_stop =
            whole.is_some_and(|minutes| is_micro_stop(stop.reason.loss, minutes, stop.line.micro_stop_minutes));
        let mut parts = Vec::new();
        for (shift, window, from, to) in spans {
            let first = parts.is_empty();
            parts.push(NewPart {
                entry_id: if first { log.entry_id.0 } else { self.new_id().0 },
                stop_id: log.entry_id,
                line_shift: self.line_shift_of(tx, stop, shift, &window).await?,
                work_order_id: log.work_order_id.clone(),
                reason: stop.reason.code.clone(),
                loss: stop.reason.loss,
                started_at: from,
                ended_at: to,
                classified_minutes: whole,
                micro_stop,
                counted: first,
                late: self.now() >= window.ends_at,
                notes: log.notes.clone(),
            });
        }
        Ok(parts)
    }

    async fn line_shift_of(
        &self,
        tx: &mut WriteTx,
        stop: &Stop<'_>,
        shift: &Shift,
        window: &ShiftWindow,
    ) -> Result<LineShiftKey, Problem> {
        let key = LineShiftKey {
            client_id: stop.client.client_id.clone(),
            production_date: window.production_date,
            shift_id: shift.shift_id.clone(),
            line_id: stop.line.line_id.clone(),
        };
        if stop.carried_from.as_ref() != Some(&key) {
            open_line_shift(tx, &key, shift, window).await?;
        }
        Ok(key)
    }

    /// Ends a running stop; one that ran over a shift change is split there.
    pub(super) async fn end_stop(
        &self,
        client_id: ClientId,
        entry_id: EntryId,
        ended_at: Instant,
    ) -> Result<Receipt, Problem> {
        let client = self.client(&client_id)?;
        let now = self.now();
        let ended_at = self.not_in_future("ended_at", ended_at)?;
        let mut tx = self.session.write(now).await?;
        let parts = downtime::parts(&mut tx, &client_id, entry_id).await?;
        let end = parts.iter().rfind(|part| !part.deleted).and_then(|part| part.ended_at);
        let known = parts.into_iter().find(|part| !part.deleted).ok_or_else(|| Problem::no_such("stop", entry_id))?;
        if end == Some(ended_at) {
            // Sent twice: the answer to the first was lost.
            let line = &known.line_shift.line_id;
            let done = format!("the stop of {line} was ended already at {}", local(client, ended_at));
            return Ok(Receipt::done(done).undone_by(Command::ReopenStop { client_id, entry_id: known.entry_id }));
        }
        let Some(started_at) = known.started_at.filter(|_| known.ended_at.is_none()) else {
            return Err(Problem::reject("ended_at", "the stop has ended already", "nothing is left to do"));
        };
        if ended_at < started_at {
            return Err(Problem::reject("ended_at", "is before the start", "type an end after the start"));
        }
        let line = active_line(&mut tx, &client_id, &known.line_shift.line_id).await?;
        let reason = reason_of(&mut tx, &client_id, Some(&known.reason)).await?;
        let shifts = master_data::shifts(&mut tx).await?;
        let stop = Stop { client, line, reason, started_at, ended_at: Some(ended_at), carried_from: None };
        let carried_from = carried(&shifts, &stop, &known, ended_at)?;
        let stop = Stop { carried_from, ..stop };
        self.end_parts(&mut tx, &shifts, &stop, &known, ended_at).await?;
        let minutes = ended_at.minutes_since(started_at);
        let entry = AuditEntry {
            table: "downtime_entry",
            key: known.stop_id.to_string(),
            action: "end",
            before: Some(json!({ "ended_at": null })),
            after: Some(json!({ "ended_at": ended_at, "minutes": minutes })),
        };
        tx.record(&client_id, entry);
        tx.commit().await?;
        let undo = Command::ReopenStop { client_id, entry_id: known.entry_id };
        let receipt = Receipt::done(format!("{} runs again after {minutes} min", stop.line.name));
        Ok(receipt.leaving(known.stop_id, known.version + 1).undone_by(undo))
    }

    async fn end_parts(
        &self,
        tx: &mut WriteTx,
        shifts: &[Shift],
        stop: &Stop<'_>,
        known: &Part,
        ended_at: Instant,
    ) -> Result<(), Problem> {
        let log = LogStop {
            entry_id: known.stop_id,
            client_id: stop.client.client_id.clone(),
            line_id: stop.line.line_id.clone(),
            reason: Some(known.reason.clone()),
            started_at: Some(stop.started_at),
            ended_at: Some(ended_at),
            work_order_id: None,
            notes: None,
        };
        // The stop's loss is the one it was stored with, whatever the catalogue says today.
        let stop = Stop {
            reason: DowntimeReason { loss: known.loss, ..stop.reason.clone() },
            line: stop.line.clone(),
            carried_from: stop.carried_from.clone(),
            ..*stop
        };
        let mut parts = self.parts_of(tx, shifts, &stop, &log).await?.into_iter();
        let Some(first) = parts.next() else { return Ok(()) };
        let first_end = first.ended_at.unwrap_or(ended_at);
        let ended = Ended {
            ended_at: first_end,
            minutes: first_end.minutes_since(stop.started_at),
            classified_minutes: ended_at.minutes_since(stop.started_at),
            micro_stop: first.micro_stop,
        };
        unless_changed(downtime::end(tx, known, ended).await?)?;
        Ok(downtime::add(tx, &parts.collect::<Vec<_>>()).await?)
    }

    /// Gives a stop a reason. Anybody may classify what nobody has; changing a reason is a correction.
    pub(super) async fn classify_stop(
        &self,
        client_id: ClientId,
        entry_id: EntryId,
        code: Code,
    ) -> Result<Receipt, Problem> {
        self.client(&client_id)?;
        let mut tx = self.session.write(self.now()).await?;
        let parts = self.live_parts(&mut tx, &client_id, entry_id).await?;
        let reason = reason_of(&mut tx, &client_id, Some(&code)).await?;
        let Some(first) = parts.first() else { return Err(Problem::no_such("stop", entry_id)) };
        // That a stop takes no reason any more is said although it has none yet: the work list asks for that.
        if reason.code.as_str() != UNCLASSIFIED && parts.iter().all(|part| part.reason == reason.code) {
            return Ok(Receipt::done(format!("stop on {} is {} already", first.line_shift.line_id, reason.name)));
        }
        if first.reason.as_str() != UNCLASSIFIED {
            may_correct(self, &mut tx, &first.line_shift, &first.created_by, first.closed).await?;
        } else if first.closed {
            return Err(entry::closed(None));
        }
        let whole = whole_minutes(&parts);
        for part in &parts {
            let micro_stop = whole.is_some_and(|minutes| is_micro_stop(reason.loss, minutes, part.micro_stop_minutes));
            unless_changed(downtime::classify(&mut tx, part, &reason.code, reason.loss, micro_stop).await?)?;
        }
        let entry = AuditEntry {
            table: "downtime_entry",
            key: first.stop_id.to_string(),
            action: "classify",
            before: Some(json!({ "reason": first.reason })),
            after: Some(json!({ "reason": reason.code })),
        };
        tx.record(&client_id, entry);
        tx.commit().await?;
        let undo = Command::ClassifyStop { client_id, entry_id, reason: first.reason.clone() };
        let receipt = Receipt::done(format!("stop on {} is now {}", first.line_shift.line_id, reason.name));
        Ok(receipt.leaving(first.stop_id, first.version + 1).undone_by(undo))
    }

    /// Removes a stop with all its parts, or restores a removed one.
    pub(super) async fn set_stop_removed(
        &self,
        client_id: ClientId,
        entry_id: EntryId,
        removed: bool,
    ) -> Result<Receipt, Problem> {
        self.client(&client_id)?;
        let now = self.now();
        let mut tx = self.session.write(now).await?;
        let parts = downtime::parts(&mut tx, &client_id, entry_id).await?;
        let Some(first) = parts.first() else { return Err(Problem::no_such("stop", entry_id)) };
        for part in parts.iter().filter(|part| part.deleted != removed) {
            may_correct(self, &mut tx, &part.line_shift, &part.created_by, part.closed).await?;
            unless_changed(downtime::set_deleted(&mut tx, part, removed.then_some(now)).await?)?;
        }
        let (action, verb) = if removed { ("remove", "removed") } else { ("restore", "restored") };
        let entry = AuditEntry {
            table: "downtime_entry",
            key: first.stop_id.to_string(),
            action,
            before: Some(json!({ "removed": !removed })),
            after: Some(json!({ "removed": removed })),
        };
        tx.record(&client_id, entry);
        tx.commit().await?;
        let undo = if removed {
            Command::RestoreStop { client_id, entry_id }
        } else {
            Command::RemoveStop { client_id, entry_id }
        };
        let receipt = Receipt::done(format!("stop on {} {verb}", first.line_shift.line_id));
        Ok(receipt.leaving(first.stop_id, first.version + 1).undone_by(undo))
    }

    pub(super) async fn live_parts(
        &self,
        tx: &mut WriteTx,
        client: &ClientId,
        entry: EntryId,
    ) -> Result<Vec<Part>, Problem> {
        let parts: Vec<_> =
            downtime::parts(tx, client, entry).await?.into_iter().filter(|part| !part.deleted).collect();
        if parts.is_empty() { Err(Problem::no_such("stop", entry)) } else { Ok(parts) }
    }
}

/// The closed shift that a running stop began in, if it ends behind that shift; one that ends inside it would change it.
fn carried(
    shifts: &[Shift],
    stop: &Stop<'_>,
    known: &Part,
    ended_at: Instant,
) -> Result<Option<LineShiftKey>, Problem> {
    if !known.closed {
        return Ok(None);
    }
    let end = shift_or_none_at(shifts, stop.started_at, stop.client.clock).map(|(_, window)| window.ends_at);
    if end.is_some_and(|end| ended_at >= end) { Ok(Some(known.line_shift.clone())) } else { Err(entry::closed(None)) }
}

/// A stop's reason, or the unclassified one where none is given.
pub(super) async fn reason_of(
    tx: &mut WriteTx,
    client: &ClientId,
    code: Option<&Code>,
) -> Result<DowntimeReason, Problem> {
    let unclassified = Code::parse(UNCLASSIFIED)?;
    let code = code.unwrap_or(&unclassified);
    master_data::downtime_reason(tx, client, code).await?.ok_or_else(|| Problem::no_such("stop reason", code))
}

pub(super) async fn check_order(
    tx: &mut WriteTx,
    client: &ClientId,
    order: Option<&WorkOrderId>,
) -> Result<(), Problem> {
    match order {
        Some(id) if order::find(tx, client, id).await?.is_none() => Err(Problem::no_such("work order", id)),
        _ => Ok(()),
    }
}

/// Refuses a stop that overlaps another of its line, and says which.
pub(super) async fn refuse_overlap(tx: &mut WriteTx, stop: &Stop<'_>, itself: EntryId) -> Result<(), Problem> {
    let client = &stop.client.client_id;
    let Some(other) =
        downtime::overlapping(tx, client, &stop.line.line_id, stop.started_at, stop.ended_at, itself).await?
    else {
        return Ok(());
    };
    let since = local(stop.client, other.started_at);
    Err(match other.ended_at {
        None => Problem::reject(
            "started_at",
            format!("{} is stopped already since {since} ({})", stop.line.name, other.reason),
            "end that stop first",
        ),
        Some(end) => Problem::reject(
            "started_at",
            format!("overlaps the stop from {since} to {} ({})", local(stop.client, end), other.reason),
            "correct the times",
        ),
    })
}

/// Minutes from the first part's start to the last one's end, once the stop is over; as they were given of a stop that
/// is known by its minutes only.
fn whole_minutes(parts: &[Part]) -> Option<i64> {
    let first = parts.first()?;
    let Some(start) = first.started_at else { return first.classified_minutes };
    Some(parts.last()?.ended_at?.minutes_since(start))
}

pub(super) fn local(client: &ScopedClient, at: Instant) -> String {
    client.clock.local(at).format("%H:%M").to_string()
}
