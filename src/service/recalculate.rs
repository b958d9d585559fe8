//! Recalculating the past: entries classified and valued by today's catalogue, standards and opportunities.
//!
//! What a row was classified as is stored with it, so that a changed code or standard changes new rows alone. This is
//! the one way to change the old ones, closed shifts too; a month at a time, so that few are held in memory, and in one
//! transaction: all of them change or none. Everything is on the record, and there is no undo.

use super::entry::unless_changed;
use super::{Desk, Problem, Receipt};
use crate::domain::clock::ProductionDate;
use crate::domain::downtime::{Loss, is_micro_stop};
use crate::domain::id::{ClientId, EntryId, ProductId};
use crate::domain::standard::Standards;
use crate::kpi::{Span, Window};
use crate::store::audit::AuditEntry;
use crate::store::standard::History;
use crate::store::{WriteTx, recalculate, standard};
use serde_json::{Value, json};
use std::collections::HashMap;

/// Changed rows of one row of the audit trail.
const CHANGES_IN_ONE: usize = 1000;

/// What was changed.
#[derive(Debug, Clone, Copy, Default)]
struct Changed {
    stops: usize,
    counts: usize,
    inspections: usize,
    absences: usize,
}

impl Desk {
    /// Classifies and values the entries of a client between two production dates anew.
    pub(super) async fn recalculate(
        &self,
        client_id: &ClientId,
        from: ProductionDate,
        to: ProductionDate,
    ) -> Result<Receipt, Problem> {
        self.client(client_id)?;
        let window = Window::new(from, to)?;
        let mut changed = Changed::default();
        let mut tx = self.session.write(self.now()).await?;
        for month in window.periods(Span::Month) {
            let part = Window::new(month.first().max(from), month.last().min(to))?;
            // Stops come first: the run time they leave is what cycles are inferred from.
            stops(&mut tx, client_id, part, &mut changed).await?;
            counts(&mut tx, client_id, part, &mut changed).await?;
            inspections(&mut tx, client_id, part, &mut changed).await?;
            absences(&mut tx, client_id, part, &mut changed).await?;
        }
        tx.commit().await?;
        let Changed { stops, counts, inspections, absences } = changed;
        if stops + counts + inspections + absences == 0 {
            let done = format!(
                "nothing changed: {client_id} from {from} to {to} is as today's catalogue and standards have it"
            );
            return Ok(Receipt::done(done));
        }
        Ok(Receipt::done(format!(
            "{client_id} recalculated from {from} to {to}: {stops} stops, {counts} counts, {inspections} inspections and \
             {absences} absences changed"
        )))
    }
}

async fn stops(tx: &mut WriteTx, client: &ClientId, window: Window, total: &mut Changed) -> Result<(), Problem> {
    let mut changes = Vec::new();
    let mut alike: HashMap<(Loss, bool), Vec<EntryId>> = HashMap::new();
    for stop in recalculate::stops(tx, client, window).await? {
        let is_short = |minutes| is_micro_stop(stop.loss, minutes, stop.micro_stop_minutes);
        let today = (stop.loss, stop.classified_minutes.is_some_and(is_short));
        if today != stop.stored {
            let of = |(loss, micro): (Loss, bool)| json!([loss.as_str(), micro]);
            changes.push(change(&json!(stop.entry_id), &of(stop.stored), &of(today)));
            alike.entry(today).or_default().push(stop.entry_id);
        }
    }
    for (today, stops) in alike {
        total.stops += recalculate::set_stops(tx, client, &stops, today).await?;
    }
    record(tx, client, "downtime_entry", &changes);
    Ok(())
}

async fn counts(tx: &mut WriteTx, client: &ClientId, window: Window, total: &mut Changed) -> Result<(), Problem> {
    let mut changes = Vec::new();
    let mut alike: HashMap<Standards, Vec<EntryId>> = HashMap::new();
    // What history tells is told by units and times, never by another inferred cycle: the order of the rows is nothing.
    let mut histories: HashMap<ProductId, History> = HashMap::new();
    let (now, span) = (tx.at(), (window.from(), window.to()));
    for count in recalculate::counts(tx, client, window).await? {
        let mut inferred = None;
        if Standards::needs_history(count.order_cycle, count.product) {
            if !histories.contains_key(&count.product_id) {
                let history = standard::history(tx, client, &count.product_id, span, now).await?;
                histories.insert(count.product_id.clone(), history);
            }
            inferred = histories.get(&count.product_id).and_then(|history| history.cycle_on(count.date));
        }
        let today = Standards::of(count.order_cycle, count.product, inferred);
        if today != count.stored {
            let of = |it: Standards| json!([it.ideal_cycle, it.labour_standard, it.source.as_str()]);
            changes.push(change(&json!(count.entry_id), &of(count.stored), &of(today)));
            alike.entry(today).or_default().push(count.entry_id);
        }
    }
    for (today, counts) in alike {
        total.counts += recalculate::set_counts(tx, client, &counts, today).await?;
    }
    record(tx, client, "production_entry", &changes);
    Ok(())
}

async fn inspections(tx: &mut WriteTx, client: &ClientId, window: Window, total: &mut Changed) -> Result<(), Problem> {
    let mut changes = Vec::new();
    let mut alike: HashMap<Option<i64>, Vec<EntryId>> = HashMap::new();
    for inspection in recalculate::inspections(tx, client, window).await? {
        changes.push(change(&json!(inspection.entry_id), &json!(inspection.before), &json!(inspection.after)));
        alike.entry(inspection.after).or_default().push(inspection.entry_id);
    }
    for (opportunities, inspections) in alike {
        total.inspections += recalculate::set_inspections(tx, client, &inspections, opportunities).await?;
    }
    record(tx, client, "quality_entry", &changes);
    Ok(())
}

async fn absences(tx: &mut WriteTx, client: &ClientId, window: Window, total: &mut Changed) -> Result<(), Problem> {
    let mut changes = Vec::new();
    for absence in recalculate::absences(tx, client, window).await? {
        unless_changed(recalculate::set_absence(tx, client, &absence).await?)?;
        let (date, shift, person) = &absence.key;
        let key = json!([date.to_string(), shift, person]);
        changes.push(change(&key, &json!(absence.before), &json!(absence.after)));
    }
    total.absences += changes.len();
    record(tx, client, "attendance_entry", &changes);
    Ok(())
}

/// One changed row for the audit trail.
fn change(key: &Value, before: &Value, after: &Value) -> (Value, Value) {
    (json!([key, before]), json!([key, after]))
}

/// Puts the changes of one table on the record.
fn record(tx: &mut WriteTx, client: &ClientId, table: &'static str, changes: &[(Value, Value)]) {
    for some in changes.chunks(CHANGES_IN_ONE) {
        let (before, after): (Vec<_>, Vec<_>) = some.iter().cloned().unzip();
        let entry = AuditEntry {
            table,
            key: format!("{} entries", some.len()),
            action: "recalculate",
            before: Some(json!(before)),
            after: Some(json!(after)),
        };
        tx.record(client, entry);
    }
}
