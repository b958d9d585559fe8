//! Holds: asking, placing, deciding, releasing.

use super::entry::unless_changed;
use super::{Desk, HoldEvent, OpenHold, Problem, Receipt, StepHold};
use crate::domain::hold::{Disposition, Hands, HoldStatus, HoldStep};
use crate::domain::id::{ClientId, EntryId};
use crate::domain::measure::Units;
use crate::store::audit::AuditEntry;
use crate::store::hold::{Hold, NewHold};
use crate::store::master_data::Setting;
use crate::store::{StoreError, WriteTx, hold, master_data, order, quality};
use serde_json::json;

impl Desk {
    /// Asks for a hold, or places one. The same hold twice is one hold.
    pub(super) async fn open_hold(&self, open: OpenHold) -> Result<Receipt, Problem> {
        self.client(&open.client_id)?;
        let Some(status) = open.step.leads_to(None) else {
            return Err(Problem::reject(
                "status",
                "a hold begins with asking for it or placing it",
                "use request or place",
            ));
        };
        if open.quantity <= Units::ZERO {
            return Err(Problem::reject("quantity", "must be more than 0", "type how much is held"));
        }
        let mut tx = self.session.write(self.now()).await?;
        if let Some(known) = hold::find(&mut tx, &open.client_id, open.hold_id).await? {
            return same_hold(&open, &known);
        }
        self.check_open(&mut tx, &open).await?;
        let new = NewHold {
            client_id: &open.client_id,
            hold_id: open.hold_id,
            work_order_id: &open.work_order_id,
            job_id: open.job_id.as_ref(),
            reason: &open.reason,
            quantity: open.quantity,
            placed: status == HoldStatus::OnHold,
            quality_entry_id: open.quality_entry_id,
            notes: open.notes.as_ref(),
        };
        hold::add(&mut tx, &new).await?;
        hold::append_step(&mut tx, &open.client_id, open.hold_id, open.step, open.quantity, open.notes.as_ref())
            .await?;
        let after = serde_json::to_value(&open).ok();
        let (key, action) = (open.hold_id.to_string(), open.step.as_str());
        tx.record(&open.client_id, AuditEntry { table: "hold_entry", key, action, before: None, after });
        tx.commit().await?;

        let (quantity, order) = (open.quantity, &open.work_order_id);
        Ok(if new.placed {
            Receipt::done(format!("{quantity} of {order} are on hold"))
        } else {
            Receipt::done(format!("hold of {quantity} of {order} asked for")).undone_by(open.withdrawal())
        })
    }

    async fn check_open(&self, tx: &mut WriteTx, open: &OpenHold) -> Result<(), Problem> {
        let order = order::find(tx, &open.client_id, &open.work_order_id)
            .await?
            .ok_or_else(|| Problem::no_such("work order", &open.work_order_id))?;
        if let Some(job) = &open.job_id
            && !order::has_job(tx, &open.client_id, &open.work_order_id, job).await?
        {
            return Err(Problem::no_such("job", job));
        }
        if master_data::hold_reason(tx, &open.client_id, &open.reason).await?.is_none() {
            return Err(Problem::no_such("hold reason", &open.reason));
        }
        if let Some(inspection) = open.quality_entry_id {
            let known = quality::find(tx, &open.client_id, inspection).await?;
            let of_order = known.filter(|known| known.found.work_order_id.as_ref() == Some(&open.work_order_id));
            of_order.ok_or_else(|| Problem::no_such("inspection of this order", inspection))?;
        }
        let free = order.quantity - hold::held(tx, &open.client_id, &open.work_order_id).await?;
        if open.quantity > free {
            return Err(Problem::reject(
                "quantity",
                format!("{} is more than the {free} of {} that are not held yet", open.quantity, open.work_order_id),
                format!("type at most {free}"),
            ));
        }
        Ok(())
    }

    /// Takes a further step with a hold.
    pub(super) async fn step_hold(&self, step: StepHold) -> Result<Receipt, Problem> {
        self.client(&step.client_id)?;
        let mut tx = self.session.write(self.now()).await?;
        let known = hold::find(&mut tx, &step.client_id, step.hold_id)
            .await?
            .ok_or_else(|| Problem::no_such("hold", step.hold_id))?;
        let status = step.step.take(known.status, self.person().role)?;
        if known.version != step.version {
            return Err(StoreError::Conflict { by: known.updated_by, at: known.updated_at }.into());
        }
        self.check_person(&mut tx, &step, &known).await?;
        let disposition = match step.step {
            HoldStep::Scrap => Some(Disposition::Scrap),
            HoldStep::Release => Some(step.disposition.unwrap_or(Disposition::UseAsIs)),
            _ => None,
        };
        let known = self.part_of(&mut tx, &step, known).await?;
        unless_changed(hold::step(&mut tx, &step.client_id, &known, step.step, status, disposition).await?)?;
        hold::append_step(&mut tx, &step.client_id, known.hold_id, step.step, known.quantity, step.notes.as_ref())
            .await?;
        let entry = AuditEntry {
            table: "hold_entry",
            key: known.hold_id.to_string(),
            action: step.step.as_str(),
            before: Some(json!({ "status": known.status, "of": step.hold_id })),
            after: Some(json!({
                "status": status, "quantity": known.quantity, "disposition": disposition, "notes": step.notes,
            })),
        };
        tx.record(&step.client_id, entry);
        tx.commit().await?;
        let what = status.as_str().replace('_', " ");
        Ok(Receipt::done(format!("hold of {} of {}: {what}", known.quantity, known.work_order_id)))
    }

    /// The hold that the step is taken with: where it is about a part, that part is split off and the rest stays.
    async fn part_of(&self, tx: &mut WriteTx, step: &StepHold, known: Hold) -> Result<Hold, Problem> {
        let Some(quantity) = step.quantity.filter(|quantity| *quantity != known.quantity) else { return Ok(known) };
        if !matches!(step.step, HoldStep::Release | HoldStep::Scrap) {
            return Err(Problem::reject("quantity", "is given", "only a release or scrapping is of a part"));
        }
        if quantity <= Units::ZERO || quantity > known.quantity {
            let why = format!("{quantity} of the {} that are held", known.quantity);
            return Err(Problem::reject("quantity", why, format!("type from 1 to {}", known.quantity)));
        }
        let part = self.new_id();
        unless_changed(hold::split(tx, &step.client_id, &known, part, quantity).await?)?;
        hold::find(tx, &step.client_id, part).await?.ok_or_else(|| Problem::no_such("hold", part))
    }

    /// Every step of a hold, the first one first.
    pub(super) async fn hold_history(&self, client_id: &ClientId, hold_id: EntryId) -> Result<Vec<HoldEvent>, Problem> {
        let clock = self.client(client_id)?.clock;
        let mut tx = self.session.read().await?;
        hold::find(&mut tx, client_id, hold_id).await?.ok_or_else(|| Problem::no_such("hold", hold_id))?;
        let events = hold::history(&mut tx, client_id, hold_id).await?;
        let told = |event: hold::Event| HoldEvent {
            step: event.step,
            quantity: event.quantity,
            by: event.by,
            at: event.at,
            local: clock.local(event.at),
            note: event.note,
        };
        Ok(events.into_iter().map(told).collect())
    }

    /// Only who asked takes a request back, and only a second person releases where the client wants two.
    async fn check_person(&self, tx: &mut WriteTx, step: &StepHold, known: &Hold) -> Result<(), Problem> {
        let login = self.person().login.as_str();
        match step.step {
            HoldStep::Withdraw if known.requested_by.as_deref() != Some(login) => {
                let who = known.requested_by.as_deref().unwrap_or("somebody else");
                Err(Problem::reject(
                    "status",
                    format!("{who} asked for this hold"),
                    "only they take it back; a leader can reject it",
                ))
            }
            HoldStep::Release | HoldStep::Scrap => {
                let two_people = master_data::setting(tx, &step.client_id, Setting::TwoPersonRelease).await? != 0;
                let hands = Hands {
                    requested_by: known.requested_by.as_deref(),
                    placed_by: known.placed_by.as_deref(),
                    release_requested_by: known.release_requested_by.as_deref(),
                };
                if two_people { Ok(hands.second_person(login)?) } else { Ok(()) }
            }
            _ => Ok(()),
        }
    }
}

fn same_hold(open: &OpenHold, known: &Hold) -> Result<Receipt, Problem> {
    if known.work_order_id == open.work_order_id && known.quantity == open.quantity {
        return Ok(Receipt::done(format!("hold of {} of {} was saved already", open.quantity, open.work_order_id)));
    }
    Err(Problem::reject("hold_id", "belongs to another hold", "enter the hold anew"))
}
