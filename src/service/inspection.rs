//! Logging an inspection with its defects, correcting it, and taking it back.

use super::entry::{active_line, may_correct, open_line_shift, shift_of, unless_changed};
use super::{Command, DefectLine, Desk, HoldOffer, LogInspection, Problem, Receipt};
use crate::domain::id::{ClientId, EntryId};
use crate::domain::measure::{LARGEST, Units};
use crate::domain::reject::Reject;
use crate::domain::shift::LineShiftKey;
use crate::store::audit::AuditEntry;
use crate::store::quality::{Findings, Inspection, NewInspection};
use crate::store::{StoreError, WriteTx, master_data, order, quality};
use serde_json::{Value as Json, json};

impl Desk {
    /// Logs an inspection. The same inspection twice is one inspection.
    pub(super) async fn log_inspection(&self, log: LogInspection) -> Result<Receipt, Problem> {
        let client = self.client(&log.client_id)?;
        log.inspected.check()?;
        let now = self.now();
        let mut tx = self.session.write(now).await?;
        if let Some(known) = quality::find(&mut tx, &log.client_id, log.entry_id).await? {
            return self.same_inspection(&log, &known);
        }
        let line = active_line(&mut tx, &log.client_id, &log.line_id).await?;
        let (found, what) = read(&mut tx, &log).await?;
        let shifts = master_data::shifts(&mut tx).await?;
        let (shift, window) = shift_of(&shifts, client, log.shift.as_ref(), now)?;
        if window.starts_at > now {
            let way_out = "inspections are entered when the shift began";
            return Err(Problem::reject("shift_id", "has not begun", way_out));
        }
        let line_shift = LineShiftKey {
            client_id: log.client_id.clone(),
            production_date: window.production_date,
            shift_id: shift.shift_id.clone(),
            line_id: line.line_id.clone(),
        };
        open_line_shift(&mut tx, &line_shift, shift, &window).await?;
        let new = NewInspection {
            entry_id: log.entry_id.0,
            line_shift,
            found,
            inspector: Some(self.person().full_name.clone()),
            late: now >= window.ends_at,
        };
        let late = if new.late { " (late)" } else { "" };
        quality::add(&mut tx, &[new]).await?;
        let after = serde_json::to_value(&log).ok();
        tx.record(&log.client_id, entry(log.entry_id, "log", None, after));
        tx.commit().await?;
        Ok(Receipt::done(format!("inspection at {} saved: {}{late}", log.stage, passed(&log)))
            .undone_by(log.removal())
            .offering(offer(&log, &what)))
    }

    fn same_inspection(&self, log: &LogInspection, known: &Inspection) -> Result<Receipt, Problem> {
        let same = known.created_by == self.person().login.as_str()
            && known.found.inspected == log.inspected
            && known.found.stage == log.stage
            && known.line_shift.line_id == log.line_id;
        if same {
            let done = format!("inspection at {} was saved already: {}", log.stage, passed(log));
            return Ok(Receipt::done(done).undone_by(log.removal()));
        }
        Err(Problem::reject("entry_id", "belongs to another inspection", "enter the inspection anew"))
    }

    /// Corrects an inspection. It stays on its line and in its shift.
    pub(super) async fn correct_inspection(&self, to: LogInspection, version: i64) -> Result<Receipt, Problem> {
        self.client(&to.client_id)?;
        to.inspected.check()?;
        let mut tx = self.session.write(self.now()).await?;
        let known = quality::find(&mut tx, &to.client_id, to.entry_id).await?.filter(|known| !known.deleted);
        let known = known.ok_or_else(|| Problem::no_such("inspection", to.entry_id))?;
        may_correct(self, &mut tx, &known.line_shift, &known.created_by, known.closed).await?;
        if known.version != version {
            return Err(StoreError::Conflict { by: known.updated_by, at: known.updated_at }.into());
        }
        let (mut found, _) = read(&mut tx, &to).await?;
        // Opportunities stay as they were while the part stays.
        if let (Some(part), Some(was)) = (&mut found.part, &known.found.part)
            && part.0 == was.0
        {
            part.1 = was.1;
        }
        unless_changed(quality::correct(&mut tx, &to.client_id, to.entry_id, &found, version).await?)?;
        let before = as_logged(&to.client_id, to.entry_id, &known);
        let (was, is) = (serde_json::to_value(&before).ok(), serde_json::to_value(&to).ok());
        tx.record(&to.client_id, entry(to.entry_id, "correct", was, is));
        tx.commit().await?;
        Ok(Receipt::done(format!("inspection at {} corrected: {}", to.stage, passed(&to)))
            .undone_by(Command::CorrectInspection { to: before, version: version + 1 }))
    }

    /// Removes an inspection, or restores a removed one.
    pub(super) async fn set_inspection_removed(
        &self,
        client: ClientId,
        entry_id: EntryId,
        removed: bool,
    ) -> Result<Receipt, Problem> {
        self.client(&client)?;
        let now = self.now();
        let mut tx = self.session.write(now).await?;
        let known = quality::find(&mut tx, &client, entry_id).await?;
        let known = known.ok_or_else(|| Problem::no_such("inspection", entry_id))?;
        may_correct(self, &mut tx, &known.line_shift, &known.created_by, known.closed).await?;
        let (verb, undo) = if removed {
            ("removed", Command::RestoreInspection { client_id: client.clone(), entry_id })
        } else {
            ("restored", remove(&client, entry_id))
        };
        if known.deleted != removed {
            let deleted_at = removed.then_some(now);
            unless_changed(quality::set_deleted(&mut tx, &client, entry_id, deleted_at, known.version).await?)?;
            let figures = known.found.inspected;
            let said = |removed: bool| Some(json!({ "inspected": figures.inspected, "removed": removed }));
            let action = if removed { "remove" } else { "restore" };
            tx.record(&client, entry(entry_id, action, said(known.deleted), said(removed)));
            tx.commit().await?;
        }
        let (stage, line) = (&known.found.stage, &known.line_shift.line_id);
        Ok(Receipt::done(format!("inspection at {stage} on {line} {verb}")).undone_by(undo))
    }
}

fn remove(client: &ClientId, entry: EntryId) -> Command {
    Command::RemoveInspection { client_id: client.clone(), entry_id: entry }
}

fn entry(entry: EntryId, action: &'static str, before: Option<Json>, after: Option<Json>) -> AuditEntry<'static> {
    AuditEntry { table: "quality_entry", key: entry.to_string(), action, before, after }
}

fn passed(log: &LogInspection) -> String {
    format!("{} of {} passed", log.inspected.passed, log.inspected.inspected)
}

/// Stage, order, job and types of defects must exist for this client and belong together. Gives what is stored, and in
/// words what was found.
async fn read(tx: &mut WriteTx, log: &LogInspection) -> Result<(Findings, String), Problem> {
    let client = &log.client_id;
    if !quality::has_stage(tx, client, &log.stage).await? {
        return Err(Problem::no_such("stage", &log.stage));
    }
    match (&log.work_order_id, &log.job_id) {
        (None, Some(_)) => {
            return Err(Problem::reject("work_order_id", "is missing for the job", "choose the job's work order"));
        }
        (Some(order), job) => {
            order::find(tx, client, order).await?.ok_or_else(|| Problem::no_such("work order", order))?;
            if let Some(job) = job
                && !order::has_job(tx, client, order, job).await?
            {
                return Err(Problem::no_such("job", job));
            }
        }
        (None, None) => {}
    }
    let (defects, words) = defects(tx, log).await?;
    let part = match &log.part_number {
        Some(part) => Some((part.clone(), quality::opportunities(tx, client, part).await?)),
        None => None,
    };
    let found = Findings {
        work_order_id: log.work_order_id.clone(),
        job_id: log.job_id.clone(),
        part,
        stage: log.stage.clone(),
        inspected: log.inspected,
        defects,
        notes: log.notes.clone(),
    };
    Ok((found, words))
}

async fn defects(
    tx: &mut WriteTx,
    log: &LogInspection,
) -> Result<(Vec<(crate::domain::id::Code, i64)>, String), Problem> {
    let mut defects: Vec<(crate::domain::id::Code, i64)> = Vec::new();
    let mut words = Vec::new();
    for DefectLine { code, count } in &log.defects {
        let name = quality::defect_type(tx, &log.client_id, code).await?;
        let name = name.ok_or_else(|| Problem::no_such("defect type", code))?;
        if !(1..=LARGEST).contains(count) {
            let why = format!("{code} has a count of {count}");
            return Err(Reject::new("defects", why, "type how many, or leave the line out").into());
        }
        if defects.iter().any(|(other, _)| other == code) {
            return Err(Reject::new("defects", format!("{code} stands twice"), "add the two counts").into());
        }
        words.push(format!("{count} {name}"));
        defects.push((code.clone(), *count));
    }
    if !defects.is_empty() && log.inspected.failed() == Units::ZERO {
        let why = "are given, and every unit passed";
        return Err(Reject::new("defects", why, "lower passed, or leave the defects out").into());
    }
    Ok((defects, words.join(", ")))
}

/// A failed inspection of an order offers to hold what failed.
fn offer(log: &LogInspection, what: &str) -> Option<HoldOffer> {
    let quantity = log.inspected.failed();
    let work_order_id = log.work_order_id.clone().filter(|_| quantity > Units::ZERO)?;
    let found = if what.is_empty() { String::new() } else { format!(": {what}") };
    Some(HoldOffer {
        client_id: log.client_id.clone(),
        quality_entry_id: log.entry_id,
        work_order_id,
        job_id: log.job_id.clone(),
        quantity,
        notes: format!("inspection at {}, {}{found}", log.stage, passed(log)),
    })
}

/// An inspection as the command that would make it so.
fn as_logged(client: &ClientId, entry_id: EntryId, known: &Inspection) -> LogInspection {
    let Findings { work_order_id, job_id, part, stage, inspected, defects, notes } = known.found.clone();
    LogInspection {
        entry_id,
        client_id: client.clone(),
        line_id: known.line_shift.line_id.clone(),
        shift: Some((known.line_shift.production_date, known.line_shift.shift_id.clone())),
        stage,
        work_order_id,
        job_id,
        part_number: part.map(|(part, _)| part),
        inspected,
        defects: defects.into_iter().map(|(code, count)| DefectLine { code, count }).collect(),
        notes,
    }
}
