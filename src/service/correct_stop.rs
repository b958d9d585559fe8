//! Correcting a stop that is saved, splitting one that had two reasons, and joining two that were one.

use super::entry::{active_line, may_correct, same_version, unless_changed};
use super::stop::{Stop, check_order, local, reason_of, refuse_overlap};
use super::{Command, CorrectStop, Desk, JoinStops, LogStop, Problem, Receipt, SplitStop};
use crate::domain::clock::Instant;
use crate::domain::id::{ClientId, EntryId};
use crate::domain::text::CleanText;
use crate::store::audit::AuditEntry;
use crate::store::downtime::Part;
use crate::store::master_data::DowntimeReason;
use crate::store::record::StopRow;
use crate::store::{WriteTx, downtime, master_data, record};
use serde_json::json;

/// A stop as the database has it: in one piece, and by its parts.
struct Known {
    row: StopRow,
    parts: Vec<Part>,
    /// The stop's own key, which its first part has.
    stop_id: EntryId,
    started_at: Instant,
}

impl Known {
    /// The stop in the words of the command that would have logged it.
    fn as_logged(&self, client: &ClientId) -> LogStop {
        LogStop {
            entry_id: self.stop_id,
            client_id: client.clone(),
            line_id: self.row.line_id.clone(),
            reason: Some(self.row.reason.clone()),
            started_at: Some(self.started_at),
            ended_at: self.row.ended_at,
            work_order_id: self.row.work_order_id.clone(),
            notes: self.row.notes.as_deref().and_then(|notes| CleanText::note("notes", notes).ok().flatten()),
        }
    }
}

impl Desk {
    /// Lets an ended stop run again, as before it was ended.
    pub(super) async fn reopen_stop(&self, client_id: ClientId, entry_id: EntryId) -> Result<Receipt, Problem> {
        let client = self.client(&client_id)?;
        let now = self.now();
        let mut tx = self.session.write(now).await?;
        let parts = self.live_parts(&mut tx, &client_id, entry_id).await?;
        let Some((first, later)) = parts.split_first() else { return Err(Problem::no_such("stop", entry_id)) };
        let Some(started_at) = first.started_at else {
            return Err(Problem::reject("started_at", "the stop has no clock time", "enter it anew"));
        };
        for part in &parts {
            may_correct(self, &mut tx, &part.line_shift, &part.created_by, part.closed).await?;
        }
        for part in later {
            unless_changed(downtime::set_deleted(&mut tx, part, Some(now)).await?)?;
        }
        unless_changed(downtime::reopen(&mut tx, first).await?)?;
        let entry = AuditEntry {
            table: "downtime_entry",
            key: first.stop_id.to_string(),
            action: "reopen",
            before: Some(json!({ "ended_at": parts.last().and_then(|part| part.ended_at) })),
            after: Some(json!({ "ended_at": null })),
        };
        tx.record(&client_id, entry);
        tx.commit().await?;
        let done = format!("{} is stopped since {}", first.line_shift.line_id, local(client, started_at));
        Ok(Receipt::done(done).leaving(first.stop_id, first.version + 1))
    }

    /// Corrects a stop. One whose end is taken away runs again; one that lies over a shift change is split there anew.
    pub(super) async fn correct_stop(&self, correct: CorrectStop) -> Result<Receipt, Problem> {
        let CorrectStop { version, to } = correct;
        let client = self.client(&to.client_id)?;
        for (field, at) in [("started_at", to.started_at), ("ended_at", to.ended_at)] {
            at.map(|at| self.not_in_future(field, at)).transpose()?;
        }
        let mut tx = self.session.write(self.now()).await?;
        let known = self.known_stop(&mut tx, &to.client_id, to.entry_id).await?;
        same_version(&known.row.changed, version)?;
        let before = known.as_logged(&to.client_id);
        let to = LogStop { entry_id: known.stop_id, started_at: to.started_at.or(Some(known.started_at)), ..to };
        self.rewrite(&mut tx, &known, &to).await?;
        let entry = AuditEntry {
            table: "downtime_entry",
            key: known.stop_id.to_string(),
            action: "correct",
            before: serde_json::to_value(&before).ok(),
            after: serde_json::to_value(&to).ok(),
        };
        tx.record(&to.client_id, entry);
        tx.commit().await?;
        let since = local(client, to.started_at.unwrap_or(known.started_at));
        let until = to.ended_at.map_or_else(|| "now, it runs".to_owned(), |end| local(client, end));
        let undo = Command::CorrectStop(CorrectStop { version: version + 1, to: before });
        let receipt = Receipt::done(format!("stop on {} corrected: {since} to {until}", to.line_id));
        Ok(receipt.leaving(known.stop_id, version + 1).undone_by(undo))
    }

    /// Splits a stop in two: the second part gets a reason of its own.
    pub(super) async fn split_stop(&self, split: SplitStop) -> Result<Receipt, Problem> {
        let client = self.client(&split.client_id)?;
        let at = self.not_in_future("at", split.at)?;
        let mut tx = self.session.write(self.now()).await?;
        let known = self.known_stop(&mut tx, &split.client_id, split.entry_id).await?;
        same_version(&known.row.changed, split.version)?;
        if at <= known.started_at || known.row.ended_at.is_some_and(|end| at >= end) {
            let until = known.row.ended_at.map_or_else(|| "now".to_owned(), |end| local(client, end));
            let span = format!("lies outside the stop from {} to {until}", local(client, known.started_at));
            return Err(Problem::reject("at", span, "type a time inside it"));
        }
        let whole = known.as_logged(&split.client_id);
        self.rewrite(&mut tx, &known, &LogStop { ended_at: Some(at), ..whole.clone() }).await?;
        let reason = split.reason.clone();
        let second = LogStop { entry_id: split.second_id, started_at: Some(at), reason, ..whole.clone() };
        let name = self.add_second(&mut tx, &second).await?;
        let entry = AuditEntry {
            table: "downtime_entry",
            key: known.stop_id.to_string(),
            action: "split",
            before: serde_json::to_value(&whole).ok(),
            after: Some(json!({ "ended_at": at, "second": second })),
        };
        tx.record(&split.client_id, entry);
        tx.commit().await?;
        let undo = JoinStops { client_id: split.client_id, entry_id: known.stop_id, second_id: split.second_id };
        let done = format!("stop on {} split at {}: from there {name}", whole.line_id, local(client, at));
        let receipt = Receipt::done(done).leaving(known.stop_id, split.version + 1);
        Ok(receipt.undone_by(Command::JoinStops(undo)))
    }

    /// Adds the second stop of a split, or brings back the one that was joined before; gives its reason's name.
    async fn add_second(&self, tx: &mut WriteTx, second: &LogStop) -> Result<String, Problem> {
        let client = self.client(&second.client_id)?;
        let there = downtime::parts(tx, &second.client_id, second.entry_id).await?;
        if let Some(first) = there.first() {
            let is_same = first.line_shift.line_id == second.line_id && first.started_at == second.started_at;
            if !is_same || there.iter().any(|part| !part.deleted) {
                return Err(Problem::reject("second_id", "belongs to another stop", "split the stop anew"));
            }
            for part in &there {
                may_correct(self, tx, &part.line_shift, &part.created_by, part.closed).await?;
                unless_changed(downtime::set_deleted(tx, part, None).await?)?;
            }
            return Ok(reason_of(tx, &second.client_id, Some(&first.reason)).await?.name);
        }
        let no_line = || Problem::no_such("line", &second.line_id);
        let line = master_data::line(tx, &second.client_id, &second.line_id).await?.ok_or_else(no_line)?;
        let reason = reason_of(tx, &second.client_id, second.reason.as_ref()).await?;
        let started_at = second.started_at.unwrap_or(self.now());
        let stop = Stop { client, line, reason, started_at, ended_at: second.ended_at, carried_from: None };
        let shifts = master_data::shifts(tx).await?;
        let parts = self.parts_of(tx, &shifts, &stop, second).await?;
        downtime::add(tx, &parts).await?;
        Ok(stop.reason.name)
    }

    /// Makes one stop of two of a line that touch; it keeps the first one's reason.
    pub(super) async fn join_stops(&self, join: JoinStops) -> Result<Receipt, Problem> {
        self.client(&join.client_id)?;
        let mut tx = self.session.write(self.now()).await?;
        let first = self.known_stop(&mut tx, &join.client_id, join.entry_id).await?;
        let second = self.known_stop(&mut tx, &join.client_id, join.second_id).await?;
        if first.row.line_id != second.row.line_id || first.row.ended_at != Some(second.started_at) {
            return Err(Problem::reject("second_id", "does not begin where the first stop ends", "correct the times"));
        }
        for part in &second.parts {
            unless_changed(downtime::set_deleted(&mut tx, part, Some(self.now())).await?)?;
        }
        let before = first.as_logged(&join.client_id);
        let to = LogStop { ended_at: second.row.ended_at, ..before.clone() };
        self.rewrite(&mut tx, &first, &to).await?;
        let entry = AuditEntry {
            table: "downtime_entry",
            key: first.stop_id.to_string(),
            action: "join",
            before: Some(json!({ "first": before, "second": second.as_logged(&join.client_id) })),
            after: serde_json::to_value(&to).ok(),
        };
        tx.record(&join.client_id, entry);
        tx.commit().await?;
        let undo = SplitStop {
            client_id: join.client_id,
            entry_id: first.stop_id,
            version: first.row.changed.version + 1,
            at: second.started_at,
            second_id: second.stop_id,
            reason: Some(second.row.reason),
        };
        let receipt =
            Receipt::done(format!("two stops on {} are one", to.line_id)).leaving(undo.entry_id, undo.version);
        Ok(receipt.undone_by(Command::SplitStop(undo)))
    }

    /// A stop that this person may correct.
    async fn known_stop(&self, tx: &mut WriteTx, client: &ClientId, entry: EntryId) -> Result<Known, Problem> {
        let parts = self.live_parts(tx, client, entry).await?;
        let no_such = || Problem::no_such("stop", entry);
        let row = record::stop(tx, client, entry).await?.ok_or_else(no_such)?;
        for part in &parts {
            may_correct(self, tx, &part.line_shift, &part.created_by, part.closed).await?;
        }
        let stop_id = parts.first().map(|part| part.stop_id).ok_or_else(no_such)?;
        let started_at = row.started_at.ok_or_else(|| {
            Problem::reject("started_at", "the stop has no clock time", "remove it and enter it anew")
        })?;
        Ok(Known { row, parts, stop_id, started_at })
    }

    /// Gives a stop other words and times: the first part is corrected, those behind it are made anew.
    async fn rewrite(&self, tx: &mut WriteTx, known: &Known, to: &LogStop) -> Result<(), Problem> {
        let client = self.client(&to.client_id)?;
        let started_at = to.started_at.unwrap_or(known.started_at);
        if to.ended_at.is_some_and(|end| end < started_at) {
            return Err(Problem::reject("ended_at", "is before the start", "type an end after the start"));
        }
        let line = if to.line_id == known.row.line_id {
            let line = master_data::line(tx, &to.client_id, &to.line_id).await?;
            line.ok_or_else(|| Problem::no_such("line", &to.line_id))?
        } else {
            active_line(tx, &to.client_id, &to.line_id).await?
        };
        if to.work_order_id != known.row.work_order_id {
            check_order(tx, &to.client_id, to.work_order_id.as_ref()).await?;
        }
        let reason = reason_of(tx, &to.client_id, to.reason.as_ref()).await?;
        // A reason that stays keeps the loss it was stored with, whatever the catalogue says today.
        let kept = known.parts.first().filter(|first| first.reason == reason.code);
        let reason = DowntimeReason { loss: kept.map_or(reason.loss, |first| first.loss), ..reason };
        let stop = Stop { client, line, reason, started_at, ended_at: to.ended_at, carried_from: None };
        refuse_overlap(tx, &stop, known.stop_id).await?;
        let shifts = master_data::shifts(tx).await?;
        let parts = self.parts_of(tx, &shifts, &stop, to).await?;
        let (Some((old, later)), Some((new, rest))) = (known.parts.split_first(), parts.split_first()) else {
            return Err(Problem::no_such("stop", known.stop_id));
        };
        for part in later {
            unless_changed(downtime::set_deleted(tx, part, Some(self.now())).await?)?;
        }
        unless_changed(downtime::correct(tx, old, new).await?)?;
        Ok(downtime::add(tx, rest).await?)
    }
}
