//! Which row of a file is which: the same row in the same place of the same content is the same entry, however
//! often the file is imported.

use super::fields::Fields;
use super::reader::Layout;
use crate::domain::clock::ProductionDate;
use crate::domain::entity::{Entity, Form, Recognition};
use crate::domain::id::ClientId;
use crate::domain::measure::whole;
use crate::domain::reject::Reject;
use crate::domain::text::{CleanText, ID_LIMIT};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use unicode_normalization::UnicodeNormalization;
use uuid::Uuid;

type Print = [u8; 16];

/// What is known of the rows that were read so far. It keeps 48 bytes a row, not the rows.
#[derive(Debug)]
pub(super) struct Seen {
    entity: Entity,
    client: Option<ClientId>,
    /// For a key: its first line and the content it had there. For a content: how often it has stood.
    rows: HashMap<Print, (u64, Print)>,
    /// Whether any row was recognised by its content.
    pub(super) by_content: bool,
}

/// What a row is to the rows before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// The first of its key; an entry has the id it is recognised by.
    First(Uuid),
    /// A row of the same key and content stood before.
    Again,
}

impl Seen {
    pub(super) fn new(entity: Entity, client: Option<ClientId>) -> Self {
        Self { entity, client, rows: HashMap::new(), by_content: false }
    }

    /// Recognises a row. A key that stands twice with different contents is refused.
    pub(super) fn recognise(&mut self, layout: &Layout, fields: &Fields<'_>) -> Result<Standing, Reject> {
        let content = self.print(canonical(layout, fields, |name| name != "id"));
        match self.entity.recognition() {
            Recognition::Key(columns) => {
                let key = self.print(canonical(layout, fields, |name| columns.contains(&name)));
                let named = columns.iter().rev().find(|name| layout.has(name)).copied().unwrap_or("row");
                let first = self.first(key, content, fields, named)?;
                Ok(first.map_or(Standing::Again, |()| Standing::First(plain(key))))
            }
            Recognition::Entry => {
                if let Some(id) = fields.text("id").filter(|id| !id.is_empty()) {
                    return self.by_id(id, content, fields);
                }
                self.by_content = true;
                let (times, _) = self.rows.entry(content).or_insert((0, [0; 16]));
                *times += 1;
                let print = digest(&[&content, times.to_string().as_bytes()]);
                Ok(Standing::First(derived(fields, print)))
            }
        }
    }

    /// An entry that brings its id: a UUID is taken as it is.
    fn by_id(&mut self, id: &str, content: Print, fields: &Fields<'_>) -> Result<Standing, Reject> {
        let id = CleanText::parse("id", id, ID_LIMIT)?;
        let id = Uuid::parse_str(id.as_str()).unwrap_or_else(|_| plain(self.print([("id", id.as_str().to_owned())])));
        let first = self.first(id.into_bytes(), content, fields, "id")?;
        Ok(first.map_or(Standing::Again, |()| Standing::First(id)))
    }

    /// Whether this is the first row of its key; refused where an earlier one says something else.
    fn first(&mut self, key: Print, content: Print, fields: &Fields<'_>, column: &str) -> Result<Option<()>, Reject> {
        match self.rows.entry(key) {
            Entry::Vacant(free) => {
                free.insert((fields.line, content));
                Ok(Some(()))
            }
            Entry::Occupied(before) if before.get().1 == content => Ok(None),
            Entry::Occupied(before) => Err(Reject::new(
                column,
                format!("stands on line {} already, with other values", before.get().0),
                "keep one of the two rows",
            )),
        }
    }

    fn print<'a>(&self, parts: impl IntoIterator<Item = (&'a str, String)>) -> Print {
        let mut hash = Sha256::new();
        let client = self.client.as_ref().map_or("", ClientId::as_str);
        for part in ["kpi-ops import", client, self.entity.as_str()] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        for (name, text) in parts {
            hash.update(name.as_bytes());
            hash.update([1]);
            hash.update(text.as_bytes());
            hash.update([0]);
        }
        cut(&hash.finalize())
    }
}

/// The filled fields of a row in the order of the entity's columns, so that neither the order in the file nor an
/// empty optional column makes another content. Letters are composed, whole numbers are numbers, an optional 0 is
/// nothing.
fn canonical<'a>(
    layout: &'a Layout,
    fields: &'a Fields<'_>,
    wanted: impl Fn(&str) -> bool + 'a,
) -> impl Iterator<Item = (&'static str, String)> + 'a {
    layout.present().filter(move |(column, _)| wanted(column.name)).filter_map(|(column, _)| {
        let text = fields.text(column.name).filter(|text| !text.is_empty())?;
        let text = match column.form {
            Form::Whole => match whole(column.name, text) {
                Ok(0) if !column.required => return None,
                Ok(number) => number.to_string(),
                Err(_) => text.to_owned(),
            },
            Form::Word | Form::YesNo => text.to_lowercase(),
            _ if text.is_ascii() => text.to_owned(),
            _ => text.nfc().collect(),
        };
        Some((column.name, text))
    })
}

/// The id of an entry without a UUID of its own: begun with its date like a `UUIDv7`, so that a client's entries lie
/// in the order of their dates, and ended with what it is recognised by.
fn derived(fields: &Fields<'_>, print: Print) -> Uuid {
    const MILLIS_PER_DAY: i64 = 86_400_000;
    let date = fields.text("production_date").and_then(|text| ProductionDate::parse("production_date", text).ok());
    let Some(millis) = date.and_then(|date| u64::try_from(i64::from(date.0) * MILLIS_PER_DAY).ok()) else {
        return plain(print);
    };
    let mut bytes = print;
    let time = millis.to_be_bytes();
    for (byte, of_time) in bytes.iter_mut().zip(time.iter().skip(2)) {
        *byte = *of_time;
    }
    plain(bytes)
}

fn plain(print: Print) -> Uuid {
    uuid::Builder::from_custom_bytes(print).into_uuid()
}

/// The id of a further part of a stop that runs over a change of shifts.
pub(super) fn part_of(stop: Uuid, part: usize) -> Uuid {
    plain(digest(&[stop.as_bytes(), b"part", part.to_string().as_bytes()]))
}

fn digest(parts: &[&[u8]]) -> Print {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
        hash.update([0]);
    }
    cut(&hash.finalize())
}

fn cut(hash: &[u8]) -> Print {
    hash.first_chunk().copied().unwrap_or_default()
}
