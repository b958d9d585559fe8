//! What a row of the audit trail changed: field by field, before and after, in the words of the lists.
//!
//! The trail keeps both sides as JSON; whoever shows or exports the trail takes its fields from here.

use super::clock::{Instant, PlantClock, ProductionDate};
use super::list::{Cell, CellKind, Column, List, ListRow};
use serde_json::{Map, Value};

/// Most fields of one row that are told one by one.
const MOST_FIELDS: usize = 300;
/// Fields that name the row itself, which stands above the changes.
const OWN_KEYS: [&str; 3] = ["entry_id", "hold_id", "client_id"];

/// One field that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What people call it.
    pub field: String,
    /// What stood there; none where there was nothing.
    pub before: Option<String>,
    /// What stands there now; none where there is nothing.
    pub after: Option<String>,
}

/// What changed between the two sides of a row of `table`, with instants in the client's local time. Of a row that was
/// made or is gone every field that holds something; of others those that differ.
fn changes(table: &str, before: Option<&str>, after: Option<&str>, clock: PlantClock) -> Vec<Change> {
    let side = |text: Option<&str>| {
        text.map_or(Value::Null, |text| serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned())))
    };
    let mut told = Told { list: list_of(table), clock, changes: Vec::new() };
    told.compare("", &side(before), &side(after));
    let more = told.changes.len().saturating_sub(MOST_FIELDS);
    if more > 0 {
        told.changes.truncate(MOST_FIELDS);
        told.changes.push(Change { field: format!("and {more} more"), before: None, after: None });
    }
    told.changes
}

/// What a row of a record changed.
pub fn changes_of(list: List, row: &ListRow, clock: PlantClock) -> Vec<Change> {
    let text = |name: &str| {
        let place = list.columns().iter().position(|column| column.name == name)?;
        match row.cells.get(place) {
            Some(Cell::Text(text)) => Some(text.as_str()),
            _ => None,
        }
    };
    changes(text("table_name").unwrap_or_default(), text("before"), text("after"), clock)
}

/// The table as people call one of its rows.
pub fn table_title(table: &str) -> String {
    match table {
        "production_entry" => "count",
        "downtime_entry" => "stop",
        "hold_entry" => "hold",
        "quality_entry" => "inspection",
        "defect_detail" => "defect",
        "attendance_entry" => "attendance",
        "coverage_entry" => "cover",
        "hour_sign_off" => "signed hour",
        "work_order" => "work order",
        "part_opportunities" => "opportunities",
        "production_line" => "line",
        "client_product" | "product" => "product",
        "employee_client_assignment" => "employee",
        "kpi_target" => "target",
        "client_setting" => "setting",
        "catalogue" | "downtime_reason" | "hold_reason" | "defect_type" | "absence_type" => "code",
        other => return other.replace('_', " "),
    }
    .to_owned()
}

/// The list whose columns name the table's fields.
fn list_of(table: &str) -> Option<List> {
    Some(match table {
        "production_entry" => List::Production,
        "downtime_entry" => List::Downtime,
        "hold_entry" => List::Holds,
        "quality_entry" | "defect_detail" => List::Quality,
        "attendance_entry" => List::Attendance,
        "coverage_entry" => List::Coverage,
        "work_order" => List::WorkOrders,
        "job" => List::Jobs,
        "part_opportunities" => List::PartOpportunities,
        "production_line" => List::Lines,
        "client_product" | "product" => List::Products,
        "shift" => List::Shifts,
        "employee_client_assignment" => List::Employees,
        "kpi_target" => List::Targets,
        "client" => List::Clients,
        "catalogue" => List::Codes,
        _ => return None,
    })
}

struct Told {
    list: Option<List>,
    clock: PlantClock,
    changes: Vec<Change>,
}

impl Told {
    fn compare(&mut self, path: &str, before: &Value, after: &Value) {
        if before == after {
            return;
        }
        match (before, after) {
            (Value::Null, Value::Object(map)) if map.contains_key("after") => self.compare_within(path, map),
            (Value::Object(_) | Value::Null, Value::Object(_) | Value::Null) => {
                let none = Map::new();
                let (old, new) = (before.as_object().unwrap_or(&none), after.as_object().unwrap_or(&none));
                let added = new.keys().filter(|name| !old.contains_key(*name));
                for name in old.keys().chain(added).filter(|name| !OWN_KEYS.contains(&name.as_str())) {
                    let (old, new) = (old.get(name).unwrap_or(&Value::Null), new.get(name).unwrap_or(&Value::Null));
                    self.compare(&joined(path, name), old, new);
                }
            }
            _ if is_of_parts(before) && is_of_parts(after) => {
                let (old, new) = (parts(before), parts(after));
                for index in 0..old.len().max(new.len()) {
                    let (old, new) = (old.get(index).unwrap_or(&Value::Null), new.get(index).unwrap_or(&Value::Null));
                    self.compare(&joined(path, &(index + 1).to_string()), old, new);
                }
            }
            _ => {
                let (before, after) = (self.written(path, before), self.written(path, after));
                if before != after {
                    self.changes.push(Change { field: self.title(path), before, after });
                }
            }
        }
    }

    /// One row of several that were changed together, which holds both of its sides.
    fn compare_within(&mut self, path: &str, row: &Map<String, Value>) {
        let named = row.iter().filter(|(name, _)| !["before", "after"].contains(&name.as_str()));
        let named: Vec<String> = named.filter_map(|(name, value)| self.written(name, value)).collect();
        let path = if named.is_empty() { path.to_owned() } else { joined(path, &named.join(" ")) };
        let null = Value::Null;
        self.compare(&path, row.get("before").unwrap_or(&null), row.get("after").unwrap_or(&null));
    }

    fn column(&self, name: &str) -> Option<&'static Column> {
        let of = |list: List| list.columns().iter().find(|column| column.name == name);
        self.list.and_then(of).or_else(|| List::ALL.iter().copied().find_map(of))
    }

    /// A path as people read it: the words of its parts.
    fn title(&self, path: &str) -> String {
        let word = |name: &str| match self.column(name) {
            // Its column is too narrow for the word.
            Some(column) if column.name == "estimated" => "Estimated".to_owned(),
            Some(column) => column.title.to_owned(),
            None => capitalised(&name.replace('_', " ")),
        };
        let words: Vec<String> = path.split(SEPARATOR).filter(|name| !name.is_empty()).map(word).collect();
        match words.as_slice() {
            [] => "Row".to_owned(),
            // What is counted together is told by its own names.
            [group, own @ ..] if group == "Count" && !own.is_empty() => own.join(", "),
            words => words.join(", "),
        }
    }

    fn written(&self, path: &str, value: &Value) -> Option<String> {
        let name = path.rsplit(SEPARATOR).next().unwrap_or_default();
        let kind = self.column(name).map(|column| column.kind);
        match value {
            Value::Null => None,
            Value::Bool(yes) => Some(if *yes { "yes" } else { "no" }.to_owned()),
            Value::Number(number) => Some(match (number.as_i64(), kind) {
                (Some(millis), Some(CellKind::Time)) => self.local(millis),
                (Some(millis), None) if name.ends_with("_at") => self.local(millis),
                (Some(day), Some(CellKind::Date)) => date(day),
                (Some(flag), Some(CellKind::Flag)) => if flag == 0 { "no" } else { "yes" }.to_owned(),
                _ => number.to_string(),
            }),
            Value::String(text) if text.is_empty() => None,
            Value::String(text) => Some(text.clone()),
            Value::Array(values) => {
                let of_shift = |(index, value): (usize, &Value)| match (index, value.as_i64()) {
                    (0, Some(day)) if name == "shift" => Some(date(day)),
                    _ => self.written("", value),
                };
                let words: Vec<String> = values.iter().enumerate().filter_map(of_shift).collect();
                (!words.is_empty()).then(|| words.join(", "))
            }
            Value::Object(_) => Some(value.to_string()),
        }
    }

    fn local(&self, millis: i64) -> String {
        self.clock.local(Instant(millis)).format("%Y-%m-%d %H:%M").to_string()
    }
}

/// Between the parts of a path; no name holds it.
const SEPARATOR: char = '\u{1f}';

fn joined(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}{SEPARATOR}{name}") }
}

/// Whether a value is a list of things that have fields, or may stand beside one.
fn is_of_parts(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(values) => values.iter().any(|value| value.is_object() || value.is_array()),
        _ => false,
    }
}

fn parts(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn date(day: i64) -> String {
    i32::try_from(day).map_or_else(|_| day.to_string(), |day| ProductionDate(day).to_string())
}

fn capitalised(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn vienna() -> PlantClock {
        PlantClock::parse("Europe/Vienna").expect("zone")
    }

    fn told(table: &str, before: Option<&str>, after: Option<&str>) -> Vec<String> {
        let dash = |side: Option<String>| side.unwrap_or_else(|| "-".into());
        let line = |change: Change| format!("{}: {} > {}", change.field, dash(change.before), dash(change.after));
        changes(table, before, after, vienna()).into_iter().map(line).collect()
    }

    #[test]
    fn only_what_changed_is_told_in_the_words_of_the_list() {
        let before = r#"{"ended_at":null,"units":240,"notes":"a"}"#;
        let after = r#"{"ended_at":1779265800000,"units":250,"notes":"a"}"#;
        assert_eq!(
            told("downtime_entry", Some(before), Some(after)),
            ["End: - > 2026-05-20 10:30", "Units: 240 > 250"]
        );
    }

    #[test]
    fn a_row_that_was_made_shows_what_it_holds_and_one_that_is_gone_what_it_held() {
        let row =
            r#"{"entry_id":"x","client_id":"ACME","shift":[20593,"E"],"count":{"units":240,"defects":0},"notes":null}"#;
        assert_eq!(
            told("production_entry", None, Some(row)),
            ["Shift: - > 2026-05-20, E", "Units: - > 240", "Defects: - > 0"]
        );
        assert_eq!(told("production_entry", Some(row), None).last().map(String::as_str), Some("Defects: 0 > -"));
        assert_eq!(told("production_entry", None, None), Vec::<String>::new());
    }

    #[test]
    fn rows_that_were_imported_together_are_told_one_by_one() {
        let after = r#"{"file":"l.csv","changes":[{"key":"L1","before":{"name":"One"},"after":{"name":"Two"}},
            {"key":"L2","before":null,"after":{"name":"New"}}]}"#;
        assert_eq!(
            told("production_line", None, Some(after)),
            ["File: - > l.csv", "Changes, 1, L1, Name: One > Two", "Changes, 2, L2, Name: - > New"]
        );
    }

    #[test]
    fn what_is_no_json_is_told_as_it_stands() {
        assert_eq!(told("job", Some("old"), Some("{new")), ["Row: old > {new"]);
    }

    proptest! {
        #[test]
        fn no_text_makes_it_fail_and_equal_sides_changed_nothing(text in "\\PC{0,60}", other in "\\PC{0,60}") {
            prop_assert!(changes("job", Some(&text), Some(&text), vienna()).is_empty());
            changes("job", Some(&text), Some(&other), vienna());
        }
    }
}
