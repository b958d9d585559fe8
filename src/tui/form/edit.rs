//! Correcting what is saved: the form is filled with the entry as it was read, keeps its version for the optimistic
//! lock, and shows both versions where somebody else changed it meanwhile. It also copies the last entry (F9, `"`).

use super::Form;
use super::field::{Field, FieldKind, moment};
use crate::domain::clock::{Instant, PlantClock};
use crate::domain::reject::Reject;
use crate::service::{Record, RecordKey, RecordValue};

/// The entry that a form corrects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edited {
    /// Which one.
    pub key: RecordKey,
    /// The version that was read; 0 before it was.
    pub version: i64,
    /// Its instants as they were read; a form shows minutes.
    pub instants: Vec<(&'static str, Instant)>,
}

impl Form {
    /// The version of the entry that is corrected.
    pub fn edited_version(&self) -> i64 {
        self.edited.as_ref().map_or(0, |edited| edited.version)
    }

    /// Takes the entry that is corrected: fills the fields in the first time; later it is somebody else's version, which
    /// is taken where nothing was typed, and shown beside what was. Says whether both differ somewhere.
    pub fn take_record(&mut self, record: &Record) -> bool {
        let clock = self.clock();
        let Some(edited) = &mut self.edited else { return false };
        let is_first = edited.version == 0;
        edited.version = record.version;
        let instant = |(name, value): &(&'static str, RecordValue)| match value {
            RecordValue::At(at) => Some((*name, *at)),
            _ => None,
        };
        edited.instants = record.values.iter().filter_map(instant).collect();
        let mut differ = false;
        for (name, value) in &record.values {
            let text = written(value, clock);
            let Some(field) = self.fields.iter_mut().find(|field| field.name == *name && field.line.is_none()) else {
                continue;
            };
            if is_first {
                field.fill(&text);
            } else {
                differ |= meet(field, &text, &record.changed_by);
            }
            field.was = Some(text);
        }
        differ
    }

    /// Copies the last entry into every field that nobody typed in. Times are of the new entry.
    pub fn copy_last(&mut self, record: &Record) {
        let clock = self.clock();
        for (name, value) in record.values.iter().filter(|(_, value)| !matches!(value, RecordValue::At(_))) {
            let text = written(value, clock);
            let copied = |field: &&mut Field| field.name == *name && field.kind != FieldKind::Date;
            if let Some(field) = self.fields.iter_mut().find(copied)
                && !field.typed
            {
                field.fill(text);
            }
        }
    }

    /// Copies the last entry into the field with the cursor alone; says whether it has something there.
    pub fn copy_last_field(&mut self, record: &Record) -> bool {
        let clock = self.clock();
        let Some(field) = self.focused_mut() else { return false };
        let value = record.values.iter().find(|(name, _)| *name == field.name).map(|(_, value)| written(value, clock));
        let Some(text) = value.filter(|text| !text.is_empty()) else { return false };
        field.clear();
        field.paste(&text);
        true
    }

    /// The instant in a field; one that nobody changed is the one that was read, to the millisecond.
    pub(super) fn instant(&self, name: &str, clock: PlantClock, now: Instant) -> Result<Option<Instant>, Vec<Reject>> {
        let kept = self.edited.as_ref().and_then(|edited| edited.instants.iter().find(|(field, _)| *field == name));
        let is_kept = self.field(name).is_some_and(|field| field.was.as_deref() == Some(field.text.trim()));
        match kept {
            Some((_, at)) if is_kept => Ok(Some(*at)),
            _ => self.optional(name, |text| moment(name, text, clock, now)),
        }
    }

    fn clock(&self) -> Option<PlantClock> {
        self.client.as_ref().map(|client| client.clock)
    }
}

/// Somebody else's version meets what was typed; says whether they differ.
fn meet(field: &mut Field, theirs: &str, by: &str) -> bool {
    let (was, mine) = (field.was.clone().unwrap_or_default(), field.text.trim().to_owned());
    if theirs == was || theirs == mine {
        return false;
    }
    if mine == was {
        field.typed = false;
        field.fill(theirs);
        return false;
    }
    let shown = if theirs.is_empty() { "empty" } else { theirs };
    let (why, way_out) = (format!("{by} made it {shown}"), "F2 saves what you typed, F5 takes theirs");
    field.reject = Some(Reject::new(field.path(), why, way_out));
    field.theirs = Some(theirs.to_owned());
    true
}

/// A value as a person would type it.
fn written(value: &RecordValue, clock: Option<PlantClock>) -> String {
    match value {
        RecordValue::Missing => String::new(),
        RecordValue::Text(text) => text.clone(),
        RecordValue::Whole(number) => number.to_string(),
        RecordValue::Date(date) => date.to_string(),
        RecordValue::At(at) => {
            clock.map_or_else(String::new, |clock| clock.local(*at).format("%Y-%m-%d %H:%M").to_string())
        }
    }
}
