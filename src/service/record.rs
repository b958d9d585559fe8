//! One entry as it is now, field by field as its form names them: to be corrected, copied, or compared with what
//! somebody typed meanwhile.

use super::{Desk, Problem};
use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::id::{ClientId, EntryId};
use crate::store::{funnel::Look, record};
use serde::{Deserialize, Serialize};

/// Entries older than this no longer tell what a person enters today.
const LAST_DAYS: i32 = 14;

/// Which entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum RecordKey {
    /// A count.
    Count {
        /// The client.
        client_id: ClientId,
        /// The count.
        entry_id: EntryId,
    },
    /// A stop, by any of its parts.
    Stop {
        /// The client.
        client_id: ClientId,
        /// The stop.
        entry_id: EntryId,
    },
    /// The person's own last count.
    LastCount {
        /// The client.
        client_id: ClientId,
    },
    /// The person's own last stop.
    LastStop {
        /// The client.
        client_id: ClientId,
    },
}

/// An entry as it is now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its version, for the optimistic lock.
    pub version: i64,
    /// Who changed it last.
    pub changed_by: String,
    /// When.
    pub changed_at: Instant,
    /// What stands in each field of its form.
    pub values: Vec<(&'static str, RecordValue)>,
}

/// What stands in one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RecordValue {
    /// Nothing.
    Missing,
    /// A text, a key or a code.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// An instant.
    At(Instant),
    /// A production date.
    Date(ProductionDate),
}

impl RecordValue {
    /// A text, where there is one.
    pub fn text(text: Option<impl ToString>) -> Self {
        text.map_or(Self::Missing, |text| Self::Text(text.to_string()))
    }

    /// An instant, where there is one.
    pub fn at(at: Option<Instant>) -> Self {
        at.map_or(Self::Missing, Self::At)
    }
}

impl Desk {
    /// An entry of the scope as it is now; one outside it, or a removed one, is refused like one that never was.
    pub(super) async fn record(&self, key: &RecordKey) -> Result<Option<Record>, Problem> {
        let (RecordKey::Count { client_id, .. }
        | RecordKey::Stop { client_id, .. }
        | RecordKey::LastCount { client_id }
        | RecordKey::LastStop { client_id }) = key;
        let since = self.client(client_id)?.clock.date(self.now()).plus_days(-LAST_DAYS);
        let login = self.person().login.as_str();
        let mut tx = self.session.read().await?;
        match key {
            RecordKey::Count { client_id, entry_id } => count(&mut tx, client_id, *entry_id).await.map(Some),
            RecordKey::Stop { client_id, entry_id } => stop(&mut tx, client_id, *entry_id).await.map(Some),
            RecordKey::LastCount { client_id } => {
                let last = record::last_count(&mut tx, client_id, login, since).await?;
                let Some(last) = last else { return Ok(None) };
                count(&mut tx, client_id, last).await.map(Some)
            }
            RecordKey::LastStop { client_id } => {
                let last = record::last_stop(&mut tx, client_id, login, since).await?;
                let Some(last) = last else { return Ok(None) };
                stop(&mut tx, client_id, last).await.map(Some)
            }
        }
    }
}

async fn count(tx: &mut impl Look, client: &ClientId, entry: EntryId) -> Result<Record, Problem> {
    use RecordValue::{Date, Text, Whole};
    let count = record::count(tx, client, entry).await?.ok_or_else(|| Problem::no_such("count", entry))?;
    let figures = count.count;
    Ok(Record {
        version: count.changed.version,
        changed_by: count.changed.by,
        changed_at: count.changed.at,
        values: vec![
            ("units", Whole(figures.units.get())),
            ("defects", Whole(figures.defects.get())),
            ("scrap", Whole(figures.scrap.get())),
            ("rework", Whole(figures.rework.get())),
            ("startup_defects", Whole(figures.startup_defects.get())),
            ("line_id", Text(count.line_shift.line_id.to_string())),
            ("work_order_id", RecordValue::text(count.work_order_id)),
            ("job_id", RecordValue::text(count.job_id)),
            ("product_id", Text(count.product_id.to_string())),
            ("shift_id", Text(count.line_shift.shift_id.to_string())),
            ("production_date", Date(count.line_shift.production_date)),
            ("counted_at", RecordValue::at(count.counted_at)),
            ("estimated", RecordValue::text(count.estimated.then_some("yes"))),
            ("notes", RecordValue::text(count.notes)),
        ],
    })
}

async fn stop(tx: &mut impl Look, client: &ClientId, entry: EntryId) -> Result<Record, Problem> {
    let stop = record::stop(tx, client, entry).await?.ok_or_else(|| Problem::no_such("stop", entry))?;
    Ok(Record {
        version: stop.changed.version,
        changed_by: stop.changed.by,
        changed_at: stop.changed.at,
        values: vec![
            ("reason", RecordValue::Text(stop.reason.to_string())),
            ("line_id", RecordValue::Text(stop.line_id.to_string())),
            ("started_at", RecordValue::at(stop.started_at)),
            ("ended_at", RecordValue::at(stop.ended_at)),
            ("work_order_id", RecordValue::text(stop.work_order_id)),
            ("notes", RecordValue::text(stop.notes)),
        ],
    })
}
