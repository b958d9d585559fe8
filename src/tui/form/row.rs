//! The form of a row of what a plant consists of: one field for each column of its file that a screen may change.

use super::Form;
use super::field::{Field, FieldKind, Source};
use crate::domain::clock::ProductionDate;
use crate::domain::entity::{Entity, FileColumn, Form as Written, Recognition};
use crate::domain::list::{Cell, List, ListRow};
use crate::domain::reject::Reject;
use crate::domain::text::{ID_LIMIT, NAME_LIMIT, NOTE_LIMIT};
use crate::service::{Command, SaveRow};
use serde::{Deserialize, Serialize};

/// Which row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowForm {
    /// What it is.
    pub entity: Entity,
    /// The version that was looked at and the fields of its key; none for a new row.
    pub known: Option<(i64, Vec<(String, String)>)>,
}

/// The rows of a list, where they are kept row by row.
pub const fn entity_of(list: List) -> Option<Entity> {
    Some(match list {
        List::Employees => Entity::Employees,
        List::WorkOrders => Entity::WorkOrders,
        List::Jobs => Entity::Jobs,
        List::PartOpportunities => Entity::PartOpportunities,
        List::Lines => Entity::Lines,
        List::Products => Entity::Products,
        List::Shifts => Entity::Shifts,
        List::Codes => Entity::Codes,
        List::Targets => Entity::Targets,
        _ => return None,
    })
}

/// The fields of the key of a row of a list.
pub fn key_of(entity: Entity, list: List, row: &ListRow) -> Vec<(String, String)> {
    let Recognition::Key(columns) = entity.recognition() else { return Vec::new() };
    columns.iter().map(|name| ((*name).to_owned(), text_of(list, row, name))).collect()
}

/// What stands in a field of a row of a list, as a person would type it.
fn text_of(list: List, row: &ListRow, name: &str) -> String {
    let cell = |wanted: &str| {
        let place = list.columns().iter().position(|column| column.name == wanted)?;
        row.cells.get(place)
    };
    if let Some(of_millis) = name.strip_suffix("_seconds").map(|stem| format!("{stem}_ms")) {
        return match cell(&of_millis) {
            Some(Cell::Number(millis)) => seconds(*millis),
            _ => String::new(),
        };
    }
    match cell(name) {
        Some(Cell::Text(text)) => text.clone(),
        Some(Cell::Number(number)) => number.to_string(),
        Some(Cell::Date(date)) => date.to_string(),
        Some(Cell::Time(_, local)) => local.format("%Y-%m-%d %H:%M").to_string(),
        Some(Cell::Flag(value)) => (if *value { "yes" } else { "no" }).to_owned(),
        Some(Cell::Missing) | None => String::new(),
    }
}

fn seconds(millis: i64) -> String {
    let text = format!("{}.{:03}", millis / 1000, millis % 1000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

impl RowForm {
    /// Whether it belongs to the whole plant.
    pub fn is_of_plant(&self) -> bool {
        self.entity == Entity::Shifts
    }

    /// What stands above it.
    pub fn title(&self) -> String {
        let noun = noun(self.entity);
        match &self.known {
            None => format!("Add {noun}"),
            Some((_, key)) => {
                let parts = key
                    .iter()
                    .filter(|(name, text)| !matches!(name.as_str(), "kind" | "valid_from") && !text.is_empty());
                let key: Vec<_> = parts.map(|(_, text)| text.as_str()).collect();
                format!("Change {noun} {}", key.join(" "))
            }
        }
    }

    /// Its fields, empty.
    pub fn fields(&self) -> Vec<Field> {
        self.columns().map(|column| field(self.entity, column)).collect()
    }

    fn columns(&self) -> impl Iterator<Item = &'static FileColumn> + '_ {
        let is_key = |name: &str| match self.entity.recognition() {
            Recognition::Key(columns) => columns.contains(&name),
            Recognition::Entry => false,
        };
        let kind = self.known.as_ref().and_then(|(_, key)| key.iter().find(|(name, _)| name == "kind"));
        let kind = kind.map(|(_, kind)| kind.as_str());
        self.entity.screen_columns().filter(move |column| {
            let of_kind = match (column.name, kind) {
                ("loss", Some(kind)) => kind == "downtime",
                ("counts", Some(kind)) => kind == "absence",
                _ => true,
            };
            // The key of a row that is there never changes; from when a shift holds is said with the change.
            let stays = self.known.is_some() && is_key(column.name) && self.entity != Entity::Shifts;
            let is_shift_key = self.known.is_some() && column.name == "shift_id";
            of_kind && !stays && !is_shift_key
        })
    }

    /// Fills in the row as it is. A changed shift holds from today on.
    pub fn fill(&self, form: &mut Form, list: List, row: &ListRow, today: ProductionDate) {
        for column in self.columns() {
            form.fill(column.name, text_of(list, row, column.name));
        }
        if self.entity == Entity::Shifts {
            form.fill("valid_from", today.to_string());
        }
    }

    /// What it comes to.
    pub fn command(&self, form: &Form) -> Result<Command, Vec<Reject>> {
        let client_id = if self.is_of_plant() { None } else { Some(form.of_client()?.client_id.clone()) };
        let mut fields: Vec<(String, String)> =
            form.fields.iter().map(|field| (field.name.to_owned(), field.text.trim().to_owned())).collect();
        if let Some((_, key)) = &self.known {
            let missing = key.iter().filter(|(name, _)| form.field(name).is_none());
            fields.extend(missing.cloned());
        }
        let version = self.known.as_ref().map(|(version, _)| *version);
        Ok(Command::SaveRow(SaveRow { entity: self.entity, client_id, version, fields }))
    }
}

const fn noun(entity: Entity) -> &'static str {
    match entity {
        Entity::Codes => "a code",
        Entity::Products => "a product",
        Entity::Shifts => "a shift",
        Entity::Lines => "a line",
        Entity::Employees => "an employee",
        Entity::WorkOrders => "a work order",
        Entity::Jobs => "a job",
        Entity::PartOpportunities => "a part",
        Entity::Targets => "a target",
        _ => "an entry",
    }
}

fn field(entity: Entity, column: &'static FileColumn) -> Field {
    let (label, help) = said(entity, column.name);
    let field = Field::new(column.name, label, kind(entity, column), help);
    if column.required { field.required() } else { field }
}

fn kind(entity: Entity, column: &FileColumn) -> FieldKind {
    use FieldKind::{Date, Days, Moment, Pick, Seconds, Text, TimeOfDay, Whole};
    match (column.form, column.name) {
        (_, "days") => Days,
        (_, "product_id") if entity == Entity::WorkOrders => Pick(Source::Products),
        (_, "work_order_id") if entity == Entity::Jobs => Pick(Source::WorkOrders),
        (Written::Word, "kind") => Pick(Source::CatalogueKinds),
        (Written::Word, "loss") => Pick(Source::Losses),
        (Written::Word, "priority") => Pick(Source::Priorities),
        (Written::Word, "kpi") => Pick(Source::Kpis),
        (Written::YesNo, _) => Pick(Source::YesNo),
        (Written::Text, "notes" | "description") => Text(NOTE_LIMIT),
        (Written::Text, "po_number" | "job_number") | (Written::Key, _) => Text(ID_LIMIT),
        (Written::Text | Written::Word, _) => Text(NAME_LIMIT),
        (Written::Decimal, _) => Text(20),
        (Written::Whole, _) => Whole,
        (Written::Seconds, _) => Seconds,
        (Written::Date, _) => Date,
        (Written::Time, _) => Moment,
        (Written::Clock, _) => TimeOfDay,
    }
}

/// What stands before a field, and what F1 says about it.
fn said(entity: Entity, name: &'static str) -> (&'static str, &'static str) {
    match name {
        "kind" => ("Catalogue", "Which catalogue: 1 downtime, 2 hold, 3 defect, 4 absence"),
        "code" => ("Code", "A short key, like JAM; it never changes"),
        "number" => ("Number", "The number people type for it; one that is taken moves here"),
        "name" => ("Name", "What people call it"),
        "loss" => ("Loss", "The loss a stop with this reason stands for"),
        "counts" => ("Counts", "Whether such an absence counts: yes unless it is agreed leave"),
        "code_group" => ("Group", "What it is listed under"),
        "hidden" => ("Hidden", "Whether it is offered no more; what was entered keeps it"),
        "product_id" => ("Product", "A short key; an order's product is chosen from the client's"),
        "ideal_cycle_seconds" => ("Ideal cycle (s)", "Seconds the line needs for one unit at its fastest"),
        "labour_standard_seconds" => ("Labour (s)", "Person time for one unit; else cycle times crew"),
        "standard_crew" => ("Crew", "People for whom the ideal cycle holds; 1 unless stated"),
        "active" => ("Active", "Whether it can be chosen; what was entered stays"),
        "shift_id" => ("Shift", "A short key, like A or EARLY; it never changes"),
        "start" => ("Starts", "Local time of day, like 06:00"),
        "end" => ("Ends", "Local time of day; at or before the start is the next day"),
        "break_minutes" => ("Breaks (min)", "Minutes of breaks inside the shift"),
        "days" => ("Days", "Days it starts on, like mon-fri; every day where empty"),
        "valid_from" => match entity {
            Entity::Employees => ("From", "The first day this person works here"),
            _ => ("From", "The first production date it holds for; what was worked keeps its own"),
        },
        "valid_to" => ("To", "The last day this person works here"),
        "line_id" => ("Line", "A short key, like L1; it never changes"),
        "micro_stop_minutes" => ("Micro-stop (min)", "Unplanned stops shorter than this are speed losses"),
        "employee_id" => ("Number", "The person's number at this client"),
        "department" => ("Department", "Where they work"),
        "is_primary" => ("Primary", "Whether this is the person's first place"),
        "work_order_id" => ("Order", "A short key, unique at this client; it never changes"),
        "quantity" => ("Quantity", "How many units, more than 0"),
        "received" => ("Received", "The date it came in"),
        "planned_start" => ("Planned start", "The date it is to be begun"),
        "required_date" => ("Required", "The date it is to be delivered on; OTD rests on it"),
        "priority" => ("Priority", "1 rush, 2 standard, 3 low; standard where empty"),
        "po_number" => ("Customer PO", "The customer's number for it"),
        "notes" => ("Notes", "Anything the next person should know"),
        "job_id" => ("Job", "A short key, unique at this client; it never changes"),
        "part_number" => ("Part", "The part number"),
        "job_number" => ("Job number", "The number on the paper"),
        "completed" => ("Completed", "Units that are done"),
        "scrapped" => ("Scrapped", "Units that were scrapped"),
        "opportunities_per_unit" => ("Opportunities", "How many ways one unit can be wrong; DPMO rests on it"),
        "description" => ("Description", "What they are"),
        "kpi" => ("KPI", "Which KPI"),
        "target" => ("Target", "In the KPI's unit, like 85 or 85.5"),
        "warn" => ("Warn", "The limit behind which it is bad; none where empty"),
        _ => (name, ""),
    }
}
