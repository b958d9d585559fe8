//! Logging a count, and taking it back.

use super::entry::{may_correct, open_line_shift, shift_of, unless_changed, unless_closed, usable_line};
use super::{Command, Desk, LogCount, Problem, Receipt};
use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::id::{ClientId, EntryId, ProductId};
use crate::domain::measure::Millis;
use crate::domain::reject::Reject;
use crate::domain::shift::{LineShiftKey, ShiftWindow};
use crate::kpi::Window;
use crate::store::audit::AuditEntry;
use crate::store::master_data::Product;
use crate::store::production::{Counted, NewCount};
use crate::store::referred::{Named, Referred, referred};
use crate::store::{order, production, standard};
use serde_json::json;

impl Desk {
    /// Logs a count. The same count twice is one count.
    pub(super) async fn log_count(&self, log: LogCount) -> Result<Receipt, Problem> {
        let client = self.client(&log.client_id)?;
        let count = log.count.check()?;
        let now = self.now();
        let counted_at = log.counted_at.map(|at| self.not_in_future("counted_at", at)).transpose()?;

        let mut tx = self.session.write(now).await?;
        let found = referred(&mut tx, named(&log, client.clock.date(counted_at.unwrap_or(now)))).await?;
        if found.is_entered
            && let Some(known) = production::find(&mut tx, &log.client_id, log.entry_id).await?
        {
            return self.same_count(&log, &known);
        }
        let line = usable_line(found.line.as_ref(), &log.line_id)?;
        let (product, order_cycle) = check_references(&found, &log, None)?;
        let (shift, window) = shift_of(&found.shifts, client, log.shift.as_ref(), counted_at.unwrap_or(now))?;
        let counted_at = hour_of(counted_at, now, &window)?;
        let line_shift = LineShiftKey {
            client_id: log.client_id.clone(),
            production_date: window.production_date,
            shift_id: shift.shift_id.clone(),
            line_id: line.line_id.clone(),
        };
        match found.line_shift(&line_shift) {
            Some(known) => unless_closed(known)?,
            None => drop(open_line_shift(&mut tx, &line_shift, shift, &window).await?),
        }
        let date = window.production_date;
        let standard = standard::of(&mut tx, &log.client_id, product, order_cycle, date, now).await?;
        let counted = Counted {
            line_shift,
            counted_at,
            product_id: log.product_id.clone(),
            work_order_id: log.work_order_id.clone(),
            job_id: log.job_id.clone(),
            count,
            estimated: log.estimated,
            notes: log.notes.clone(),
        };
        let new = NewCount {
            entry_id: log.entry_id,
            counted,
            ideal_cycle: standard.ideal_cycle,
            labour_standard: standard.labour_standard,
            source: standard.source,
            late: now >= window.ends_at,
        };
        production::add(&mut tx, &new).await?;
        if let Some(order) = &log.work_order_id {
            order::start(&mut tx, &log.client_id, order, counted_at.unwrap_or(now)).await?;
        }
        let after = serde_json::to_value(&log).ok();
        let entry =
            AuditEntry { table: "production_entry", key: log.entry_id.to_string(), action: "log", before: None, after };
        tx.record(&log.client_id, entry);
        tx.commit().await?;

        let late = if new.late { " (late)" } else { "" };
        Ok(Receipt::done(format!("{} units on {} saved{late}", count.units, line.name)).undone_by(log.removal()))
    }

    fn same_count(&self, log: &LogCount, known: &production::Entered) -> Result<Receipt, Problem> {
        let same = known.created_by == self.person().login.as_str()
            && production::units(known) == log.count.units
            && known.line_shift.line_id == log.line_id;
        if same {
            let done = format!("{} units on {} were saved already", log.count.units, log.line_id);
            return Ok(Receipt::done(done).undone_by(log.removal()));
        }
        Err(Problem::reject("entry_id", "belongs to another count", "enter the count anew"))
    }

    /// Removes a count, or restores a removed one.
    pub(super) async fn set_count_removed(
        &self,
        client: ClientId,
        entry: EntryId,
        removed: bool,
    ) -> Result<Receipt, Problem> {
        self.client(&client)?;
        let now = self.now();
        let mut tx = self.session.write(now).await?;
        let known = production::find(&mut tx, &client, entry).await?.ok_or_else(|| Problem::no_such("count", entry))?;
        may_correct(self, &mut tx, &known.line_shift, &known.created_by, known.closed).await?;
        let units = production::units(&known);
        let (verb, undo) = if removed {
            ("removed", Command::RestoreCount { client_id: client.clone(), entry_id: entry })
        } else {
            ("restored", remove(&client, entry))
        };
        if known.deleted != removed {
            let deleted_at = removed.then_some(now);
            unless_changed(production::set_deleted(&mut tx, &client, entry, deleted_at, known.version).await?)?;
            let recorded = AuditEntry {
                table: "production_entry",
                key: entry.to_string(),
                action: if removed { "remove" } else { "restore" },
                before: Some(json!({ "units": units, "removed": known.deleted })),
                after: Some(json!({ "units": units, "removed": removed })),
            };
            tx.record(&client, recorded);
            tx.commit().await?;
        }
        let left = known.version + i64::from(known.deleted != removed);
        let receipt = Receipt::done(format!("count of {units} units on {} {verb}", known.line_shift.line_id));
        Ok(receipt.leaving(entry, left).undone_by(undo))
    }
}

fn remove(client: &ClientId, entry: EntryId) -> Command {
    Command::RemoveCount { client_id: client.clone(), entry_id: entry }
}

/// What a count names. Without a shift it lies in one that began today or yesterday.
pub(super) fn named(log: &LogCount, today: ProductionDate) -> Named<'_> {
    Named {
        client_id: &log.client_id,
        entry_id: log.entry_id,
        line_id: &log.line_id,
        product_id: &log.product_id,
        work_order_id: log.work_order_id.as_ref(),
        job_id: log.job_id.as_ref(),
        dates: log.shift.as_ref().map_or_else(|| Window::ending(today, 2), |(date, _)| Window::ending(*date, 1)),
    }
}

/// Product, order and job must exist for this client and belong together. Gives the product and the order's own cycle.
/// A product that is out of use is refused, unless the count has it already.
pub(super) fn check_references<'a>(
    found: &'a Referred,
    log: &LogCount,
    had: Option<&ProductId>,
) -> Result<(&'a Product, Option<Millis>), Problem> {
    let product = found.product.as_ref().ok_or_else(|| Problem::no_such("product", &log.product_id))?;
    if !product.active && had != Some(&log.product_id) {
        return Err(Problem::reject(
            "product_id",
            format!("{} is not active", product.product_id),
            "choose another product",
        ));
    }
    let Some(order_id) = &log.work_order_id else {
        return match &log.job_id {
            Some(_) => Err(Problem::reject("work_order_id", "is missing for the job", "choose the job's work order")),
            None => Ok((product, None)),
        };
    };
    let order = found.order.as_ref().ok_or_else(|| Problem::no_such("work order", order_id))?;
    if order.product_id != log.product_id {
        return Err(Problem::reject(
            "product_id",
            format!("work order {order_id} makes {}", order.product_id),
            "choose that product, or another order",
        ));
    }
    match &log.job_id {
        Some(job) if !found.has_job => Err(Problem::no_such("job", job)),
        _ => Ok((product, order.ideal_cycle)),
    }
}

/// The instant a count belongs to: as given, else now while its shift runs; a count of a past shift without a time
/// belongs to no hour.
fn hour_of(given: Option<Instant>, now: Instant, window: &ShiftWindow) -> Result<Option<Instant>, Reject> {
    match given {
        // What is counted when the shift ends was made in it.
        Some(at) if window.contains(at) || at == window.ends_at => Ok(Some(at)),
        Some(_) => {
            Err(Reject::new("counted_at", "lies outside the shift", "type a time within the shift, or leave it empty"))
        }
        None => Ok(Some(now).filter(|now| window.contains(*now))),
    }
}
