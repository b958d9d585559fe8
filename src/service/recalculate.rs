//! Recalculating the past: entries classified and valued by today's catalogue, standards and opportunities.
//!
//! What a row was classified as is stored with it, so that a changed code or standard changes new rows alone. This is
//! the one way to change the old ones, closed shifts too; a month at a time, each on the record.

use super::entry::unless_changed;
use super::{Desk, Problem, Receipt};
use crate::domain::clock::ProductionDate;
use crate::domain::downtime::is_micro_stop;
use crate::domain::id::{ClientId, ProductId};
use crate::domain::measure::Millis;
use crate::domain::standard::Standards;
use crate::kpi::{Span, Window};
use crate::store::audit::AuditEntry;
use crate::store::{WriteTx, recalculate, standard};
use serde_json::{Value, json};
use std::collections::BTreeMap;

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
        for month in window.periods(Span::Month) {
            let part = Window::new(month.first().max(from), month.last().min(to))?;
            let mut tx = self.session.write(self.now()).await?;
            stops(&mut tx, client_id, part, &mut changed).await?;
            counts(&mut tx, client_id, part, &mut changed).await?;
            inspections(&mut tx, client_id, part, &mut changed).await?;
            absences(&mut tx, client_id, part, &mut changed).await?;
            tx.commit().await?;
        }
        let Changed { stops, counts, inspections, absences } = changed;
        Ok(Receipt::done(format!(
            "{client_id} recalculated from {from} to {to}: {stops} stops, {counts} counts, {inspections} inspections and \
             {absences} absences changed"
        )))
    }
}

async fn stops(tx: &mut WriteTx, client: &ClientId, window: Window, total: &mut Changed) -> Result<(), Problem> {
    let mut changes = Vec::new();
    for stop in recalculate::stops(tx, client, window).await? {
        let is_short = |minutes| is_micro_stop(stop.loss, minutes, stop.micro_stop_minutes);
        let micro_stop = stop.classified_minutes.is_some_and(is_short);
        if (stop.loss, micro_stop) != stop.stored {
            unless_changed(recalculate::set_stop(tx, client, &stop, micro_stop).await?)?;
            let of = |(loss, micro): (crate::domain::downtime::Loss, bool)| json!([loss.as_str(), micro]);
            changes.push(change(&json!(stop.entry_id), &of(stop.stored), &of((stop.loss, micro_stop))));
        }
    }
    total.stops += changes.len();
    record(tx, client, "downtime_entry", changes).await
}

async fn counts(tx: &mut WriteTx, client: &ClientId, window: Window, total: &mut Changed) -> Result<(), Problem> {
    let mut changes = Vec::new();
    let mut history: BTreeMap<(ProductionDate, ProductId), Option<Millis>> = BTreeMap::new();
    let now = tx.at();
    for count in recalculate::counts(tx, client, window).await? {
        let inferred = if Standards::needs_history(count.order_cycle, count.product) {
            let key = (count.date, count.product_id.clone());
            if !history.contains_key(&key) {
                let cycle = standard::history_cycle(tx, client, &count.product_id, count.date, now).await?;
                history.insert(key.clone(), cycle);
            }
            history.get(&key).copied().flatten()
        } else {
            None
        };
        let standards = Standards::of(count.order_cycle, count.product, inferred);
        if standards != count.stored {
            unless_changed(recalculate::set_count(tx, client, &count, standards).await?)?;
            let of = |it: Standards| json!([it.ideal_cycle, it.labour_standard, it.source.as_str()]);
            changes.push(change(&json!(count.entry_id), &of(count.stored), &of(standards)));
        }
    }
    total.counts += changes.len();
    record(tx, client, "production_entry", changes).await
}

async fn inspections(tx: &mut WriteTx, client: &ClientId, window: Window, total: &mut Changed) -> Result<(), Problem> {
    let mut changes = Vec::new();
    for inspection in recalculate::inspections(tx, client, window).await? {
        unless_changed(recalculate::set_inspection(tx, client, &inspection).await?)?;
        changes.push(change(&json!(inspection.entry_id), &json!(inspection.before), &json!(inspection.after)));
    }
    total.inspections += changes.len();
    record(tx, client, "quality_entry", changes).await
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
    record(tx, client, "attendance_entry", changes).await
}

/// One changed row for the audit trail.
fn change(key: &Value, before: &Value, after: &Value) -> (Value, Value) {
    (json!([key, before]), json!([key, after]))
}

/// Puts the changes of one table on the record.
async fn record(
    tx: &mut WriteTx,
    client: &ClientId,
    table: &'static str,
    changes: Vec<(Value, Value)>,
) -> Result<(), Problem> {
    for some in changes.chunks(CHANGES_IN_ONE) {
        let (before, after): (Vec<_>, Vec<_>) = some.iter().cloned().unzip();
        let entry = AuditEntry {
            table,
            key: format!("{} entries", some.len()),
            action: "recalculate",
            before: Some(json!(before)),
            after: Some(json!(after)),
        };
        tx.record(client, entry).await?;
    }
    Ok(())
}
