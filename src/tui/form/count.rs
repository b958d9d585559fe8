//! The form of a count. Everything but the figure is filled in from the last count and the clock.

use super::field::{Field, FieldKind, Source};
use super::{Form, one};
use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::id::{EntryId, LineId, ProductId, ShiftId};
use crate::domain::measure::{Units, whole};
use crate::domain::production::Count;
use crate::domain::reject::Reject;
use crate::domain::text::NOTE_LIMIT;
use crate::service::{Command, CorrectCount, LastCount, LogCount};

/// The fields; the cursor begins on the count, where Enter saves.
pub fn fields() -> Vec<Field> {
    use FieldKind::{Date, Moment, Pick, Text, Whole};
    vec![
        Field::new("units", "Count", Whole, "All units made since the last count, good or not").required().saving(),
        Field::new("defects", "Defects", Whole, "How many of them were not right, whatever became of them")
            .hint("0")
            .saving(),
        Field::new("scrap", "Scrap", Whole, "How many of the defects were scrapped").hint("0").saving(),
        Field::new("rework", "Rework", Whole, "How many of the defects were reworked").hint("0").saving(),
        Field::new("startup_defects", "Start-up", Whole, "How many of the defects were made while starting up")
            .hint("0")
            .saving(),
        Field::new("line_id", "Line", Pick(Source::Lines), "The line they were made on").required(),
        Field::new("work_order_id", "Order", Pick(Source::WorkOrders), "The work order they belong to, if any")
            .hint("none"),
        Field::new("job_id", "Job", Pick(Source::Jobs), "The order's job, if any").hint("none"),
        Field::new("product_id", "Product", Pick(Source::Products), "What was made").required(),
        Field::new("shift_id", "Shift", Pick(Source::Shifts), "The shift they belong to; the one that is on now")
            .hint("the one that is on"),
        Field::new("production_date", "Shift began", Date, "The date on which that shift began").hint("by the clock"),
        Field::new("counted_at", "Counted at", Moment, "When it was counted: HH:MM, or with a date").hint("now"),
        Field::new(
            "estimated",
            "Estimated",
            Text(3),
            "Type y where the real figure is not to be had; screens and reports mark the count",
        )
        .hint("no"),
        Field::new("notes", "Notes", Text(NOTE_LIMIT), "Anything the next shift should know"),
    ]
}

/// The fields of a count that is saved: Enter saves from any of its figures.
pub fn correct_fields() -> Vec<Field> {
    let mut fields = fields();
    for field in &mut fields {
        match field.name {
            "shift_id" | "production_date" => field.required = true,
            "counted_at" => "no hour".clone_into(&mut field.hint),
            _ => {}
        }
    }
    fields
}

/// Fills in line, order, product and shift.
pub fn prefill(form: &mut Form) {
    let Some(help) = form.help.as_deref() else { return };
    let last = help.last_counts.iter().find(|last| last.own).or_else(|| help.last_counts.first());
    let only_line = if let [only] = help.lines.as_slice() { Some(only.code.clone()) } else { None };
    let line =
        form.line.as_ref().map(ToString::to_string).or_else(|| last.map(|last| last.line_id.to_string())).or(only_line);
    let shift = help.shift_now.clone();
    form.fill("line_id", line.unwrap_or_default());
    if let Some((date, shift)) = shift {
        form.fill("shift_id", shift.to_string());
        form.fill("production_date", date.to_string());
    }
    fill_from_line(form);
}

/// Fills in what was last counted on the line.
pub fn fill_from_line(form: &mut Form) {
    let Some(help) = form.help.as_deref() else { return };
    let line = form.text("line_id");
    let last: Option<LastCount> = help.last_counts.iter().find(|last| last.line_id.as_str() == line).cloned();
    let only_product = if let [only] = help.products.as_slice() { only.code.clone() } else { String::new() };
    match last {
        Some(last) => {
            form.fill("product_id", last.product_id.to_string());
            form.fill("work_order_id", last.work_order_id.map(|order| order.to_string()).unwrap_or_default());
            form.fill("job_id", last.job_id.map(|job| job.to_string()).unwrap_or_default());
        }
        None => form.fill("product_id", only_product),
    }
}

/// Fills in the order's product.
pub fn fill_from_order(form: &mut Form) {
    let Some(help) = form.help.as_deref() else { return };
    let order = form.text("work_order_id");
    let product = help.work_orders.iter().find(|choice| choice.code == order).map(|choice| choice.more.clone());
    if let Some(product) = product.filter(|product| help.products.iter().any(|choice| &choice.code == product)) {
        form.fill("product_id", product);
    }
    let job_of_another = form.help.as_deref().is_some_and(|help| {
        help.jobs.iter().any(|job| job.code == form.text("job_id") && job.more != form.text("work_order_id"))
    });
    if job_of_another {
        form.fill("job_id", "");
    }
}

/// What the form comes to.
pub fn command(form: &Form, now: Instant) -> Result<Command, Vec<Reject>> {
    Ok(Command::LogCount(read(form, form.new_entry()?, now)?))
}

/// What the correction of a count comes to.
pub fn correct(form: &Form, entry_id: EntryId, now: Instant) -> Result<Command, Vec<Reject>> {
    let to = read(form, entry_id, now)?;
    Ok(Command::CorrectCount(CorrectCount { version: form.edited_version(), to }))
}

fn read(form: &Form, entry_id: EntryId, now: Instant) -> Result<LogCount, Vec<Reject>> {
    let client = form.of_client()?;
    let figure = |name: &str| form.optional(name, |text| whole(name, text)).map(|number| Units(number.unwrap_or(0)));
    let count = Count {
        units: figure("units")?,
        defects: figure("defects")?,
        scrap: figure("scrap")?,
        rework: figure("rework")?,
        startup_defects: figure("startup_defects")?,
    };
    Ok(LogCount {
        entry_id,
        client_id: client.client_id.clone(),
        line_id: one(LineId::parse(form.text("line_id")))?,
        shift: shift(form)?,
        product_id: one(ProductId::parse(form.text("product_id")))?,
        work_order_id: form.order()?,
        job_id: form.job()?,
        count: count.check()?,
        counted_at: form.instant("counted_at", client.clock, now)?,
        estimated: yes(form.text("estimated"))?,
        notes: form.notes()?,
    })
}

/// Whether a word says yes.
fn yes(text: &str) -> Result<bool, Vec<Reject>> {
    match text.to_lowercase().as_str() {
        "" | "n" | "no" => Ok(false),
        "y" | "yes" => Ok(true),
        _ => Err(vec![Reject::new("estimated", format!("\"{text}\" is neither y nor n"), "type y or n")]),
    }
}

/// The shift as it stands on the screen; what was saved is what was seen.
fn shift(form: &Form) -> Result<Option<(ProductionDate, ShiftId)>, Vec<Reject>> {
    let shift = form.optional("shift_id", ShiftId::parse)?;
    let date = form.optional("production_date", |text| ProductionDate::parse("production_date", text))?;
    match (date, shift) {
        (Some(date), Some(shift)) => Ok(Some((date, shift))),
        (None, None) => Ok(None),
        (None, Some(_)) => {
            Err(vec![Reject::new("production_date", "is missing", "type the date on which the shift began")])
        }
        (Some(_), None) => Err(vec![Reject::new("shift_id", "is missing", "type the shift, or clear the date")]),
    }
}
