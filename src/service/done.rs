//! What the person did today, from the record of changes, and what takes each of it back: a new login or another
//! terminal forgets nothing.

use super::{Command, Desk, Problem, ReopenShift, SignHour, StepHold};
use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::hold::HoldStep;
use crate::domain::id::{ClientId, Code, EntryId, ShiftId};
use crate::domain::text::CleanText;
use crate::store::done;
use chrono::NaiveDateTime;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// How far back it reaches: a shift and the one before.
const MINUTES: i64 = 16 * 60;
/// Changes of a client that are looked through.
const CHANGES: i64 = 5_000;
/// Most things that are told.
const MOST: i64 = 100;

/// Something the person did.
#[derive(Debug, Clone, PartialEq)]
pub struct DoneToday {
    /// The client.
    pub client_id: ClientId,
    /// When.
    pub at: Instant,
    /// The same at the client.
    pub local: NaiveDateTime,
    /// What.
    pub what: String,
    /// What takes it back, where that follows from the record alone.
    pub undo: Option<Command>,
}

impl Desk {
    /// What the person did in the last hours at every client in view, the newest first.
    pub(super) async fn done_today(&self) -> Result<Vec<DoneToday>, Problem> {
        let since = self.now().plus_minutes(-MINUTES);
        let login = self.person().login.as_str();
        let mut tx = self.session.read().await?;
        let mut told = Vec::new();
        for client in self.clients() {
            let rows = done::done(&mut tx, &client.client_id, (login, since), (CHANGES, MOST)).await?;
            // What became of each row last, since the newest come first.
            let mut last: BTreeMap<(String, String), String> = BTreeMap::new();
            for row in rows {
                let row_key = (row.table.clone(), row.key.clone());
                let newest = last.entry(row_key).or_insert_with(|| row.action.clone()).clone();
                let is_newest = newest == row.action;
                let json = |text: &Option<String>| {
                    text.as_deref().and_then(|text| serde_json::from_str(text).ok()).unwrap_or(Json::Null)
                };
                let change = Change {
                    client_id: &client.client_id,
                    table: &row.table,
                    key: &row.key,
                    action: &row.action,
                    before: json(&row.before),
                    after: json(&row.after),
                };
                let can = is_newest || (row.action == "log" && newest != "remove");
                told.push(DoneToday {
                    client_id: client.client_id.clone(),
                    at: row.at,
                    local: client.clock.local(row.at),
                    what: change.told(),
                    undo: if can { change.undo() } else { None },
                });
            }
        }
        told.sort_by_key(|done| std::cmp::Reverse(done.at));
        told.truncate(usize::try_from(MOST).unwrap_or(usize::MAX));
        Ok(told)
    }
}

/// A change as the record has it.
struct Change<'a> {
    client_id: &'a ClientId,
    table: &'a str,
    key: &'a str,
    action: &'a str,
    before: Json,
    after: Json,
}

impl Change<'_> {
    /// A text in the row, as it is after the change or as it was.
    fn text(&self, path: &str) -> Option<String> {
        let found = self.after.pointer(path).or_else(|| self.before.pointer(path))?;
        match found {
            Json::String(text) => Some(text.clone()),
            Json::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// What was done, in a line.
    fn told(&self) -> String {
        let what = match self.table {
            "production_entry" => {
                let units =
                    self.text("/count/units").or_else(|| self.text("/to/count/units")).or_else(|| self.text("/units"));
                units.map_or_else(|| "count".to_owned(), |units| format!("count of {units}"))
            }
            "downtime_entry" => self.stop(),
            "quality_entry" => "inspection".to_owned(),
            "hold_entry" => {
                let quantity = self.text("/quantity").map_or_else(String::new, |quantity| format!(" of {quantity}"));
                format!("hold{quantity}")
            }
            "line_shift" => format!("shift {}", self.key),
            "attendance_entry" => format!("attendance of {}", self.key),
            "coverage_entry" => "cover".to_owned(),
            // Its key says the line, and the day is the one that is listed.
            "hour_sign_off" => {
                let hour = self.key.split(',').next().unwrap_or(self.key);
                return format!("hour {hour}: {}", self.verb());
            }
            "work_order" => format!("work order {}", self.key),
            table => format!("{} {}", table.replace('_', " "), self.key),
        };
        let place = self.text("/line_id").or_else(|| self.text("/work_order_id")).or_else(|| self.text("/stage"));
        let place = place.map_or_else(String::new, |place| format!(" on {place}"));
        format!("{what}{place}: {}", self.verb())
    }

    /// The action as people say it.
    fn verb(&self) -> String {
        match self.action {
            "log" | "take" | "add" => "entered".to_owned(),
            "classify" => {
                let reason = self.after.pointer("/reason").and_then(Json::as_str).unwrap_or_default();
                format!("reason {reason}")
            }
            "correct" | "change" | "update" => "corrected".to_owned(),
            "end" => "ended".to_owned(),
            "remove" => "removed".to_owned(),
            "restore" => "restored".to_owned(),
            "reopen" => "opened again".to_owned(),
            "close" => "closed".to_owned(),
            "request" => "asked for".to_owned(),
            "place" => "placed".to_owned(),
            "approve" => "approved".to_owned(),
            "reject" => "rejected".to_owned(),
            "withdraw" => "withdrawn".to_owned(),
            "release" => "released".to_owned(),
            "cover" => "booked".to_owned(),
            "sign" => "signed".to_owned(),
            "take_back" => "taken back".to_owned(),
            action => action.replace('_', " "),
        }
    }

    fn stop(&self) -> String {
        let at = |path| self.after.pointer(path).and_then(Json::as_i64).map(Instant);
        match (at("/started_at"), at("/ended_at")) {
            (Some(from), Some(to)) => format!("stop of {} min", to.minutes_since(from)),
            _ => "stop".to_owned(),
        }
    }

    /// The signature on an hour as it was before.
    fn sign_off(&self) -> Option<Command> {
        let signed: SignHour = serde_json::from_value(self.after.clone()).ok()?;
        let before = self.before.pointer("/sign_off").cloned().unwrap_or_default();
        Some(Command::SignHour(SignHour { sign_off: serde_json::from_value(before).ok()?, ..signed }))
    }

    /// What takes it back, where that is known from the record alone.
    fn undo(&self) -> Option<Command> {
        let client_id = self.client_id.clone();
        let id = || uuid::Uuid::parse_str(self.key).ok().map(EntryId);
        match (self.table, self.action) {
            ("production_entry", "log" | "restore") => Some(Command::RemoveCount { client_id, entry_id: id()? }),
            ("production_entry", "remove") => Some(Command::RestoreCount { client_id, entry_id: id()? }),
            ("downtime_entry", "log" | "restore") => Some(Command::RemoveStop { client_id, entry_id: id()? }),
            ("downtime_entry", "remove") => Some(Command::RestoreStop { client_id, entry_id: id()? }),
            ("downtime_entry", "end") => Some(Command::ReopenStop { client_id, entry_id: id()? }),
            ("downtime_entry", "classify") => {
                let reason = Code::parse(self.before.pointer("/reason")?.as_str()?).ok()?;
                Some(Command::ClassifyStop { client_id, entry_id: id()?, reason })
            }
            ("quality_entry", "log" | "restore") => Some(Command::RemoveInspection { client_id, entry_id: id()? }),
            ("quality_entry", "remove") => Some(Command::RestoreInspection { client_id, entry_id: id()? }),
            ("hold_entry", "request") => Some(Command::StepHold(StepHold {
                hold_id: id()?,
                client_id,
                step: HoldStep::Withdraw,
                version: 1,
                disposition: None,
                quantity: None,
                notes: None,
            })),
            ("hour_sign_off", "sign" | "take_back") => self.sign_off(),
            ("line_shift", "close") => {
                let (date, shift) = self.key.split_once(' ')?;
                Some(Command::ReopenShift(ReopenShift {
                    client_id,
                    production_date: ProductionDate::parse("production_date", date).ok()?,
                    shift_id: ShiftId::parse(shift).ok()?,
                    reason: CleanText::required("reason", "closed by mistake, taken back at once", 80).ok()?,
                }))
            }
            _ => None,
        }
    }
}
