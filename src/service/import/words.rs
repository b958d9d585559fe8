//! Rows with a business key in the words of their files, as far as a screen may change them.

use crate::domain::catalogue::CatalogueKind;
use crate::domain::clock::ProductionDate;
use crate::domain::measure::Millis;
use crate::domain::shift::Weekdays;
use crate::service::list::millionths;
use crate::store::import::code::CodeRow;
use crate::store::import::master::{LineRecord, ProductRecord, ShiftRecord, TargetRecord};
use crate::store::import::order::{JobRecord, OrderRecord, PartRecord};
use crate::store::import::people::EmployeeRecord;

/// Names and texts.
pub(super) type Words = Vec<(&'static str, String)>;

fn yes(value: bool) -> String {
    (if value { "yes" } else { "no" }).to_owned()
}

fn whole(value: impl std::fmt::Display) -> String {
    value.to_string()
}

fn or_empty(value: Option<impl std::fmt::Display>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

fn seconds(value: Option<Millis>) -> String {
    value.map_or_else(String::new, |millis| millionths(millis.get() * 1000))
}

fn time(minute: i64) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// A date from which something holds; the beginning of time is not written.
fn from(date: ProductionDate) -> String {
    if date == ProductionDate::BEGINNING { String::new() } else { date.to_string() }
}

pub(super) fn of_code(kind: CatalogueKind, row: &CodeRow) -> Words {
    let mut words = vec![
        ("kind", kind.as_str().to_owned()),
        ("code", row.code.to_string()),
        ("number", or_empty(row.number)),
        ("name", row.name.clone()),
        ("code_group", or_empty(row.group.as_ref())),
        ("hidden", yes(row.hidden)),
    ];
    words.extend(row.loss.map(|loss| ("loss", loss.as_str().to_owned())));
    words.extend(row.counts.map(|counts| ("counts", yes(counts))));
    words
}

pub(super) fn of_product(row: &ProductRecord) -> Words {
    vec![
        ("product_id", row.product_id.to_string()),
        ("name", row.name.clone()),
        ("ideal_cycle_seconds", seconds(row.ideal_cycle_ms)),
        ("labour_standard_seconds", seconds(row.labour_standard_ms)),
        ("standard_crew", whole(row.standard_crew)),
        ("active", yes(row.active)),
    ]
}

pub(super) fn of_shift(row: &ShiftRecord) -> Words {
    vec![
        ("shift_id", row.shift_id.to_string()),
        ("name", row.name.clone()),
        ("start", time(row.start_minute)),
        ("end", time(row.end_minute)),
        ("break_minutes", whole(row.break_minutes)),
        ("days", Weekdays(row.days).to_string()),
        ("valid_from", from(row.valid_from)),
    ]
}

pub(super) fn of_line(row: &LineRecord) -> Words {
    vec![
        ("line_id", row.line_id.to_string()),
        ("name", row.name.clone()),
        ("micro_stop_minutes", whole(row.micro_stop_minutes)),
        ("active", yes(row.active)),
    ]
}

pub(super) fn of_employee(row: &EmployeeRecord) -> Words {
    vec![
        ("employee_id", row.employee_number.to_string()),
        ("name", row.name.clone()),
        ("department", or_empty(row.department.as_ref())),
        ("is_primary", yes(row.is_primary)),
        ("valid_from", or_empty(row.valid_from)),
        ("valid_to", or_empty(row.valid_to)),
        ("active", yes(row.active)),
    ]
}

pub(super) fn of_order(row: &OrderRecord) -> Words {
    vec![
        ("work_order_id", row.work_order_id.to_string()),
        ("product_id", row.product_id.to_string()),
        ("quantity", whole(row.quantity)),
        ("ideal_cycle_seconds", seconds(row.ideal_cycle_ms)),
        ("received", or_empty(row.received)),
        ("planned_start", or_empty(row.planned_start)),
        ("required_date", or_empty(row.required_date)),
        ("priority", row.priority.as_str().to_owned()),
        ("po_number", or_empty(row.po_number.as_ref())),
        ("notes", or_empty(row.notes.as_ref())),
    ]
}

pub(super) fn of_job(row: &JobRecord) -> Words {
    vec![
        ("job_id", row.job_id.to_string()),
        ("work_order_id", row.work_order_id.to_string()),
        ("part_number", row.part_number.to_string()),
        ("quantity", whole(row.quantity)),
        ("job_number", or_empty(row.job_number.as_ref())),
        ("completed", whole(row.completed)),
        ("scrapped", whole(row.scrapped)),
    ]
}

pub(super) fn of_part(row: &PartRecord) -> Words {
    vec![
        ("part_number", row.part_number.to_string()),
        ("opportunities_per_unit", whole(row.opportunities_per_unit)),
        ("description", or_empty(row.description.as_ref())),
    ]
}

pub(super) fn of_target(row: &TargetRecord) -> Words {
    vec![
        ("kpi", row.kpi.clone()),
        ("target", millionths(row.target_micro)),
        ("warn", row.warning_micro.map_or_else(String::new, millionths)),
        ("valid_from", from(row.valid_from)),
    ]
}
