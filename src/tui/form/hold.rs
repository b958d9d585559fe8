//! The forms of holds: asking for or placing one, and the steps that take a word.

use super::field::{Field, FieldKind, Source};
use super::{Form, one};
use crate::domain::hold::{Disposition, HoldStep};
use crate::domain::id::{Code, EntryId, WorkOrderId};
use crate::domain::measure::{Units, whole};
use crate::domain::reject::Reject;
use crate::domain::text::NOTE_LIMIT;
use crate::service::{Command, HoldOffer, OpenHold, StepHold};

/// The reason that a failed inspection has, where the client kept it.
const FAILED_INSPECTION: &str = "QUALITY_FAILED";

fn notes() -> Field {
    Field::new("notes", "Notes", FieldKind::Text(NOTE_LIMIT), "Anything the next person should know")
}

/// A new hold.
pub fn fields() -> Vec<Field> {
    use FieldKind::{Pick, Whole};
    vec![
        Field::new("work_order_id", "Order", Pick(Source::WorkOrders), "The work order whose goods must not move")
            .required(),
        Field::new("quantity", "Quantity", Whole, "How many units are held").required(),
        Field::new("reason", "Reason", Pick(Source::HoldReasons), "Why: a number or the beginning of its name")
            .required()
            .saving(),
        Field::new("job_id", "Job", Pick(Source::Jobs), "The order's job, if only that is held")
            .hint("the whole order"),
        notes(),
    ]
}

/// A step that takes a word.
pub fn step_fields(step: HoldStep) -> Vec<Field> {
    let what = "What becomes of the goods: 1 use as is, 2 rework, 3 scrap, 4 return";
    let disposition =
        Field::new("disposition", "Goods go", FieldKind::Pick(Source::Dispositions), what).required().saving();
    let part = "How many of them; the rest stays on hold";
    let part = Field::new("quantity", "Quantity", FieldKind::Whole, part).hint("all of it");
    if step == HoldStep::Release { vec![disposition, part, notes()] } else { vec![notes()] }
}

/// What stands above a step's form.
pub const fn step_title(step: HoldStep) -> &'static str {
    match step {
        HoldStep::Request => "Ask for a hold",
        HoldStep::Place => "Place a hold",
        HoldStep::Approve => "Approve the hold",
        HoldStep::Reject => "Reject the request",
        HoldStep::Withdraw => "Withdraw the request",
        HoldStep::RequestRelease => "Ask for the release",
        HoldStep::RefuseRelease => "Refuse the release",
        HoldStep::Release => "Release the goods",
        HoldStep::Scrap => "Scrap the goods",
    }
}

/// Whether a step takes a word, so that a form is asked for it.
pub const fn takes_a_word(step: HoldStep) -> bool {
    matches!(step, HoldStep::Release | HoldStep::Reject | HoldStep::RefuseRelease)
}

/// Fills in the order last counted.
pub fn prefill(form: &mut Form) {
    let Some(help) = form.help.as_deref() else { return };
    let last = help.last_counts.iter().find_map(|last| last.work_order_id.as_ref()).map(ToString::to_string);
    let open = last.filter(|order| help.work_orders.iter().any(|choice| &choice.code == order));
    if let Some(order) = open {
        form.fill("work_order_id", order);
        if form.focus == 0 {
            form.focus = 1;
        }
    }
}

/// What a new hold comes to.
pub fn command(form: &Form, step: HoldStep) -> Result<Command, Vec<Reject>> {
    let quantity = one(whole("quantity", form.text("quantity")))?;
    if quantity == 0 {
        return Err(vec![Reject::new("quantity", "must be more than 0", "type how many units are held")]);
    }
    Ok(Command::OpenHold(OpenHold {
        hold_id: form.new_entry()?,
        step,
        client_id: form.of_client()?.client_id.clone(),
        work_order_id: one(WorkOrderId::parse(form.text("work_order_id")))?,
        job_id: form.job()?,
        reason: one(Code::parse(form.text("reason")).map_err(|reject| reject.on("reason")))?,
        quantity: Units(quantity),
        quality_entry_id: None,
        notes: form.notes()?,
    }))
}

/// Fills in what a failed inspection found; the cursor waits at the reason.
pub fn prefill_offer(form: &mut Form, offer: &HoldOffer) {
    form.fill("work_order_id", offer.work_order_id.to_string());
    form.fill("quantity", offer.quantity.to_string());
    form.fill("job_id", offer.job_id.as_ref().map_or_else(String::new, ToString::to_string));
    form.fill("notes", offer.notes.clone());
    let failed = |choice: &&crate::service::Choice| choice.code == FAILED_INSPECTION;
    let reasons = form.help.as_deref().map(|help| help.hold_reasons.as_slice()).unwrap_or_default();
    if let Some(reason) = reasons.iter().find(failed).or(reasons.first()).map(|choice| choice.code.clone()) {
        form.fill("reason", reason);
    }
    form.focus = form.fields.iter().position(|field| field.name == "reason").unwrap_or(0);
}

/// What an offered hold comes to: it names its inspection.
pub fn offered_command(form: &Form, step: HoldStep, offer: &HoldOffer) -> Result<Command, Vec<Reject>> {
    match command(form, step)? {
        Command::OpenHold(open) => {
            Ok(Command::OpenHold(OpenHold { quality_entry_id: Some(offer.quality_entry_id), ..open }))
        }
        other => Ok(other),
    }
}

/// What a step comes to.
pub fn step_command(form: &Form, hold_id: EntryId, version: i64, step: HoldStep) -> Result<Command, Vec<Reject>> {
    Ok(Command::StepHold(StepHold {
        hold_id,
        client_id: form.of_client()?.client_id.clone(),
        step,
        version,
        disposition: Disposition::parse(form.text("disposition")),
        quantity: form.optional("quantity", |text| whole("quantity", text))?.map(Units),
        notes: form.notes()?,
    }))
}
