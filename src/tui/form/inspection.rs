//! The form of an inspection: what was looked at, what passed, and up to [`LINES`] kinds of defects by their numbers.

use super::field::{Field, FieldKind, Source};
use super::{Form, one};
use crate::domain::id::{Code, EntryId, LineId, PartNumber, Stage};
use crate::domain::measure::{Units, whole};
use crate::domain::quality::Inspected;
use crate::domain::reject::Reject;
use crate::domain::text::{ID_LIMIT, NOTE_LIMIT};
use crate::service::{Command, DefectLine, LastInspection, LogInspection};

/// Kinds of defects that one form takes.
const LINES: usize = 6;
const DEFECTS: [(&str, &str); LINES] = [
    ("defect_1", "count_1"),
    ("defect_2", "count_2"),
    ("defect_3", "count_3"),
    ("defect_4", "count_4"),
    ("defect_5", "count_5"),
    ("defect_6", "count_6"),
];

/// A new inspection; line, stage, order, job and part come from the last one.
pub fn fields() -> Vec<Field> {
    use FieldKind::Pick;
    let mut fields =
        vec![Field::new("line_id", "Line", Pick(Source::Lines), "The line whose goods are inspected").required()];
    fields.extend(correct_fields());
    fields
}

/// An inspection that is saved; it stays on its line.
pub fn correct_fields() -> Vec<Field> {
    use FieldKind::{Pick, Text, Whole};
    let mut fields = vec![
        Field::new("stage", "Stage", Pick(Source::Stages), "Where in the process it is inspected").required(),
        Field::new("work_order_id", "Order", Pick(Source::WorkOrders), "The order that is inspected").hint("none"),
        Field::new("job_id", "Job", Pick(Source::Jobs), "The order's job; it tells the part").hint("none"),
        Field::new("part_number", "Part", Text(ID_LIMIT), "The part: its opportunities make DPMO").hint("none"),
        Field::new("inspected", "Inspected", Whole, "How many units were looked at").required(),
        Field::new("passed", "Passed", Whole, "How many passed the first time, without rework or repair").required(),
    ];
    for (defect, count) in DEFECTS {
        let what = "What was wrong: a number, or the beginning of its name. Enter in an empty one saves";
        fields.push(Field::new(defect, "Defect", Pick(Source::DefectTypes), what).hint("no more"));
        fields.push(Field::new(count, "  how many", Whole, "How many defects of this kind").hint("1"));
    }
    fields.extend([
        Field::new("scrapped", "Scrapped", Whole, "Failed units that were scrapped").hint("0"),
        Field::new("reworked", "Reworked", Whole, "Failed units that were reworked").hint("0"),
        Field::new("repaired", "Repaired", Whole, "Failed units that were repaired").hint("0"),
        Field::new("notes", "Notes", Text(NOTE_LIMIT), "Anything the next person should know"),
    ]);
    fields
}

/// Fills in where the last inspection was: one's own, on the selected line if there was one.
pub fn prefill(form: &mut Form) {
    let Some(help) = form.help.as_deref() else { return };
    let line = form.line.clone();
    let last = help.last_inspections.iter().find(|last| line.as_ref().is_none_or(|line| *line == last.line_id));
    let only = |choices: &[crate::service::Choice]| match choices {
        [only] => Some(only.code.clone()),
        _ => None,
    };
    let open = |order: &String| help.work_orders.iter().any(|choice| choice.code == *order);
    let place = last.map(|last| last.line_id.to_string());
    let line = line.map(|line| line.to_string()).or(place).or_else(|| only(&help.lines));
    let stage = last.map(|last| last.stage.to_string()).or_else(|| only(&help.stages));
    let order = last.and_then(|last| last.work_order_id.as_ref()).map(ToString::to_string).filter(open);
    let rest = last.filter(|_| order.is_some()).cloned();
    for (name, text) in [("line_id", line), ("stage", stage), ("work_order_id", order)] {
        if let Some(text) = text {
            form.fill(name, text);
        }
    }
    if let Some(LastInspection { job_id, part_number, .. }) = rest {
        form.fill("job_id", job_id.map_or_else(String::new, |job| job.to_string()));
        form.fill("part_number", part_number.map_or_else(String::new, |part| part.to_string()));
    }
    let known = ["line_id", "stage"].iter().all(|name| !form.text(name).is_empty());
    if known && form.focus == 0 {
        form.focus = form.fields.iter().position(|field| field.name == "inspected").unwrap_or(0);
    }
}

/// Copies the figures of the last inspection at the same stage, where nothing was typed.
pub fn copy_similar(form: &mut Form) -> bool {
    let stage = form.text("stage").to_owned();
    let similar = form.help.as_deref().and_then(|help| {
        let mut all = help.last_inspections.iter();
        all.find(|last| stage.is_empty() || last.stage.as_str() == stage).cloned()
    });
    let Some(similar) = similar else { return false };
    form.fill("stage", similar.stage.to_string());
    form.fill("inspected", similar.inspected.to_string());
    for ((code, count), (defect_field, count_field)) in similar.defects.iter().zip(DEFECTS) {
        form.fill(defect_field, code.to_string());
        form.fill(count_field, count.to_string());
    }
    true
}

/// A job tells its part.
pub fn fill_from_job(form: &mut Form) {
    let job = form.text("job_id").to_owned();
    let part = form.help.as_deref().and_then(|help| help.jobs.iter().find(|choice| choice.code == job));
    if let Some(part) = part.map(|choice| choice.name.clone()) {
        form.fill("part_number", part);
    }
}

fn units(form: &Form, name: &str) -> Result<Units, Vec<Reject>> {
    Ok(Units(form.optional(name, |text| whole(name, text))?.unwrap_or(0)))
}

fn defects(form: &Form) -> Result<Vec<DefectLine>, Vec<Reject>> {
    let mut lines: Vec<DefectLine> = Vec::new();
    for (defect, count) in DEFECTS {
        let Some(code) = form.optional(defect, Code::parse)? else {
            if !form.text(count).is_empty() {
                let way_out = "type its number, or empty how many";
                return Err(vec![Reject::new(defect, "is missing for what was counted", way_out)]);
            }
            continue;
        };
        let count = form.optional(count, |text| whole(count, text))?.unwrap_or(1);
        if lines.iter().any(|line| line.code == code) {
            return Err(vec![Reject::new(defect, format!("{code} stands twice"), "add the two counts")]);
        }
        lines.push(DefectLine { code, count });
    }
    Ok(lines)
}

/// What the form says, but for where it is.
fn inspected(form: &Form, entry_id: EntryId, line_id: LineId) -> Result<LogInspection, Vec<Reject>> {
    let figures = Inspected {
        inspected: Units(one(whole("inspected", form.text("inspected")))?),
        passed: Units(one(whole("passed", form.text("passed")))?),
        reworked: units(form, "reworked")?,
        repaired: units(form, "repaired")?,
        scrapped: units(form, "scrapped")?,
    };
    Ok(LogInspection {
        entry_id,
        client_id: form.of_client()?.client_id.clone(),
        line_id,
        shift: None,
        stage: one(Stage::parse(form.text("stage")))?,
        work_order_id: form.order()?,
        job_id: form.job()?,
        part_number: form.optional("part_number", PartNumber::parse)?,
        inspected: figures.check()?,
        defects: defects(form)?,
        notes: form.notes()?,
    })
}

/// What a new inspection comes to.
pub fn command(form: &Form) -> Result<Command, Vec<Reject>> {
    let line = one(LineId::parse(form.text("line_id")))?;
    Ok(Command::LogInspection(inspected(form, form.new_entry()?, line)?))
}

/// What a corrected inspection comes to; the line is the one it is on.
pub fn correct(form: &Form, entry: EntryId, version: i64) -> Result<Command, Vec<Reject>> {
    let line = form.line.clone().ok_or_else(|| vec![Reject::new("line_id", "is missing", "open the form again")])?;
    Ok(Command::CorrectInspection { to: inspected(form, entry, line)?, version })
}

/// Fills the defects of a saved inspection in, from `CODE:count` as its list shows them.
pub fn fill_defects(form: &mut Form, text: &str) {
    let lines = text.split([';', ',']).filter_map(|part| part.trim().rsplit_once([':', ' ']));
    for ((code, count), (defect_field, count_field)) in lines.zip(DEFECTS) {
        form.fill(defect_field, code.trim());
        form.fill(count_field, count.trim());
    }
}
