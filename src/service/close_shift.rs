//! Closing a shift with a note for the next one, and reopening it with a reason.

use super::{CloseShift, Command, Desk, Problem, Receipt, ReopenShift};
use crate::domain::id::ShiftId;
use crate::domain::text::CleanText;
use crate::store::audit::AuditEntry;
use crate::store::{line_shift, master_data};
use serde_json::json;

impl Desk {
    /// Closes every open line of a shift. Nothing in it changes any more until it is reopened.
    pub(super) async fn close_shift(&self, close: CloseShift) -> Result<Receipt, Problem> {
        self.client(&close.client_id)?;
        let mut tx = self.session.write(self.now()).await?;
        let (client, date, shift) = (&close.client_id, close.production_date, &close.shift_id);
        let lines = line_shift::of_shift(&mut tx, client, date, shift).await?;
        if lines.is_empty() {
            return Err(self.nothing_entered(&mut tx, shift).await?);
        }
        if let Some(early) = lines.iter().find(|line| line.starts_at > self.now()) {
            let why = format!("has not begun on {}", early.line_id);
            return Err(Problem::reject("shift_id", why, "close it when it is over"));
        }
        let closed = line_shift::close(&mut tx, client, date, shift, close.note.as_ref()).await?;
        if closed == 0 {
            let by = lines.iter().find_map(|line| line.closed_by.clone()).unwrap_or_default();
            return Err(Problem::reject("shift_id", format!("was closed already by {by}"), "nothing is left to do"));
        }
        let entry = AuditEntry {
            table: "line_shift",
            key: format!("{date} {shift}"),
            action: "close",
            before: Some(json!({ "status": "open" })),
            after: Some(json!({ "status": "closed", "lines": closed, "handover_note": close.note })),
        };
        tx.record(client, entry);
        tx.commit().await?;
        let lines = if closed == 1 { "1 line".to_owned() } else { format!("{closed} lines") };
        let undo = ReopenShift {
            client_id: close.client_id.clone(),
            production_date: date,
            shift_id: shift.clone(),
            reason: CleanText::required("reason", "closed by mistake, taken back at once", 80)?,
        };
        Ok(Receipt::done(format!("shift {shift} of {date} closed, {lines}")).undone_by(Command::ReopenShift(undo)))
    }

    /// Opens a closed shift again, so that its entries can be corrected; who did so and why stays on it.
    pub(super) async fn reopen_shift(&self, reopen: ReopenShift) -> Result<Receipt, Problem> {
        self.client(&reopen.client_id)?;
        let mut tx = self.session.write(self.now()).await?;
        let (client, date, shift) = (&reopen.client_id, reopen.production_date, &reopen.shift_id);
        let lines = line_shift::of_shift(&mut tx, client, date, shift).await?;
        if lines.is_empty() {
            return Err(self.nothing_entered(&mut tx, shift).await?);
        }
        let reopened = line_shift::reopen(&mut tx, client, date, shift, &reopen.reason).await?;
        if reopened == 0 {
            return Err(Problem::reject("shift_id", "is not closed", "correct what is wrong in it"));
        }
        let entry = AuditEntry {
            table: "line_shift",
            key: format!("{date} {shift}"),
            action: "reopen",
            before: Some(json!({ "status": "closed" })),
            after: Some(json!({ "status": "open", "lines": reopened, "reopened_reason": reopen.reason })),
        };
        tx.record(client, entry);
        tx.commit().await?;
        let note = lines.iter().find_map(|line| line.handover_note.as_deref());
        let undo = CloseShift {
            client_id: reopen.client_id.clone(),
            production_date: date,
            shift_id: shift.clone(),
            note: note.and_then(|note| CleanText::note("note", note).ok().flatten()),
        };
        Ok(Receipt::done(format!("shift {shift} of {date} is open again")).undone_by(Command::CloseShift(undo)))
    }

    /// The refusal for a shift in which no line was opened; one that does not exist is refused as such.
    async fn nothing_entered(&self, tx: &mut crate::store::WriteTx, shift: &ShiftId) -> Result<Problem, Problem> {
        let known = master_data::shifts(tx).await?.iter().any(|known| &known.shift_id == shift);
        Ok(if known {
            Problem::reject("shift_id", "has no entries on that date", "there is nothing to close or to reopen")
        } else {
            Problem::no_such("shift", shift)
        })
    }
}
