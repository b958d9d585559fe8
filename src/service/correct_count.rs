//! Correcting a count that is saved: other figures, another line, product, order or hour.

use super::count::{check_references, named};
use super::entry::{active_line, may_correct, open_line_shift, same_version, shift_of, unless_changed};
use super::{Command, CorrectCount, Desk, LogCount, Problem, Receipt};
use crate::domain::clock::Instant;
use crate::domain::reject::Reject;
use crate::domain::shift::{LineShiftKey, ShiftWindow};
use crate::domain::text::CleanText;
use crate::store::audit::AuditEntry;
use crate::store::production::Counted;
use crate::store::record::CountRow;
use crate::store::referred::referred;
use crate::store::{WriteTx, master_data, order, production, record, standard};

impl Desk {
    /// Corrects a count: an own one, or anybody's for a LEADER, while its shift and the one it moves to are open.
    pub(super) async fn correct_count(&self, correct: CorrectCount) -> Result<Receipt, Problem> {
        let CorrectCount { version, to } = correct;
        let client = self.client(&to.client_id)?;
        let count = to.count.check()?;
        let counted_at = to.counted_at.map(|at| self.not_in_future("counted_at", at)).transpose()?;

        let mut tx = self.session.write(self.now()).await?;
        let no_such = || Problem::no_such("count", to.entry_id);
        let before = record::count(&mut tx, &to.client_id, to.entry_id).await?.ok_or_else(no_such)?;
        let known = production::find(&mut tx, &to.client_id, to.entry_id).await?.ok_or_else(no_such)?;
        may_correct(self, &mut tx, &known.line_shift, &known.created_by, known.closed).await?;
        same_version(&before.changed, version)?;
        if to.line_id != before.line_shift.line_id {
            active_line(&mut tx, &to.client_id, &to.line_id).await?;
        }
        let shifts = master_data::shifts(&mut tx).await?;
        let stays = counted_at.is_none() || counted_at == before.counted_at;
        let its_own = || (before.line_shift.production_date, before.line_shift.shift_id.clone());
        let given = to.shift.clone().or_else(|| stays.then(its_own));
        let (shift, window) = shift_of(&shifts, client, given.as_ref(), counted_at.unwrap_or(self.now()))?;
        check_hour(counted_at, &window)?;
        let line_shift = LineShiftKey {
            client_id: to.client_id.clone(),
            production_date: window.production_date,
            shift_id: shift.shift_id.clone(),
            line_id: to.line_id.clone(),
        };
        open_line_shift(&mut tx, &line_shift, shift, &window).await?;
        self.take_standard(&mut tx, &before, &to, &line_shift).await?;
        let corrected = Counted {
            line_shift,
            counted_at,
            product_id: to.product_id.clone(),
            work_order_id: to.work_order_id.clone(),
            job_id: to.job_id.clone(),
            count,
            estimated: to.estimated,
            notes: to.notes.clone(),
        };
        unless_changed(production::correct(&mut tx, to.entry_id, &corrected, version).await?)?;
        let undo = as_logged(&before, &to);
        let entry = AuditEntry {
            table: "production_entry",
            key: to.entry_id.to_string(),
            action: "correct",
            before: serde_json::to_value(&undo).ok(),
            after: serde_json::to_value(&to).ok(),
        };
        tx.record(&to.client_id, entry);
        tx.commit().await?;
        let done = if before.count.units == count.units {
            format!("count of {} units on {} corrected", count.units, to.line_id)
        } else {
            format!("count on {} corrected from {} to {} units", to.line_id, before.count.units, count.units)
        };
        let receipt = Receipt::done(done).leaving(to.entry_id, version + 1);
        Ok(receipt.undone_by(Command::CorrectCount(CorrectCount { version: version + 1, to: undo })))
    }

    /// Checks what the count names. Where another product or order was made, or on another day, it has the standards
    /// of that.
    async fn take_standard(
        &self,
        tx: &mut WriteTx,
        before: &CountRow,
        to: &LogCount,
        line_shift: &LineShiftKey,
    ) -> Result<(), Problem> {
        let (date, client) = (line_shift.production_date, &to.client_id);
        let found = referred(tx, named(to, date)).await?;
        let (product, order_cycle) = check_references(&found, to, Some(&before.product_id))?;
        let same = before.product_id == to.product_id && before.work_order_id == to.work_order_id;
        if !(same && before.line_shift.production_date == date) {
            let standard = standard::of(tx, client, product, order_cycle, date, self.now()).await?;
            unless_changed(production::set_standard(tx, client, to.entry_id, &standard).await?)?;
        }
        if let Some(order) = to.work_order_id.as_ref().filter(|order| before.work_order_id.as_ref() != Some(order)) {
            order::start(tx, client, order, to.counted_at.unwrap_or(self.now())).await?;
        }
        Ok(())
    }
}

fn check_hour(counted_at: Option<Instant>, window: &ShiftWindow) -> Result<(), Reject> {
    match counted_at {
        Some(at) if !window.contains(at) && at != window.ends_at => {
            Err(Reject::new("counted_at", "lies outside the shift", "type a time within the shift, or leave it empty"))
        }
        _ => Ok(()),
    }
}

/// The count as it was, in the words of the command that would have logged it.
fn as_logged(before: &CountRow, to: &LogCount) -> LogCount {
    LogCount {
        entry_id: to.entry_id,
        client_id: to.client_id.clone(),
        line_id: before.line_shift.line_id.clone(),
        shift: Some((before.line_shift.production_date, before.line_shift.shift_id.clone())),
        product_id: before.product_id.clone(),
        work_order_id: before.work_order_id.clone(),
        job_id: before.job_id.clone(),
        count: before.count,
        counted_at: before.counted_at,
        estimated: before.estimated,
        notes: before.notes.as_deref().and_then(|notes| CleanText::note("notes", notes).ok().flatten()),
    }
}
