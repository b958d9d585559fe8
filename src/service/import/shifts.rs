//! Shift patterns: the first version of a shift is valid from the beginning of time, a change from a date on starts
//! a new one.

use super::fields::{Fields, Given};
use super::keyed::{named, stored};
use super::{Bench, Done, Item, Verdict};
use crate::domain::clock::ProductionDate;
use crate::domain::id::{NO_SHIFT, ShiftId};
use crate::domain::reject::Reject;
use crate::domain::shift::{Weekdays, minute_of_day};
use crate::service::Problem;
use crate::store::WriteTx;
use crate::store::import::master::ShiftRecord;
use crate::store::import::{Change, Stored, save};
use std::collections::{BTreeMap, HashMap};

const MINUTES_OF_A_DAY: i64 = 1440;

type Versions = BTreeMap<ProductionDate, Stored<ShiftRecord>>;

/// Shifts of the plant.
pub(super) async fn batch(
    tx: &mut WriteTx,
    bench: &mut Bench<'_>,
    items: &[Item<'_>],
) -> Result<Vec<Verdict>, Problem> {
    let keys = named(items, |fields| fields.must("shift_id", ShiftId::parse).map(Some));
    let known = stored(tx, None, &keys, |row: &ShiftRecord| (row.shift_id.clone(), row.valid_from)).await?;
    let mut shifts: HashMap<ShiftId, Versions> = HashMap::new();
    for ((shift, date), version) in known {
        shifts.entry(shift).or_default().insert(date, version);
    }
    // From the earliest version on, whatever their order in the file: a version is compared with the one before it.
    let mut order: Vec<usize> = (0..items.len()).collect();
    let date = |item: &Item<'_>| item.fields.date_opt("valid_from").ok().and_then(Given::value);
    order.sort_by_key(|place| items.get(*place).and_then(date));
    let mut changes = Vec::new();
    let mut verdicts: Vec<(usize, Verdict)> = Vec::with_capacity(items.len());
    for place in order {
        if let Some(item) = items.get(place) {
            verdicts.push((place, version(&item.fields, &mut shifts, &mut changes)));
        }
    }
    bench.changes.extend(save(tx, changes).await?);
    verdicts.sort_by_key(|(place, _)| *place);
    Ok(verdicts.into_iter().map(|(_, verdict)| verdict).collect())
}

fn version(
    fields: &Fields<'_>,
    shifts: &mut HashMap<ShiftId, Versions>,
    changes: &mut Vec<Change<ShiftRecord>>,
) -> Verdict {
    let shift_id = fields.must("shift_id", ShiftId::parse)?;
    if shift_id.as_str() == NO_SHIFT {
        let why = format!("{NO_SHIFT} is reserved for work outside any shift");
        return Err(Reject::new("shift_id", why, "give the shift another key"));
    }
    let given = fields.date_opt("valid_from")?.value();
    let versions = shifts.entry(shift_id.clone()).or_default();
    let first = versions.values().all(|version| version.removed);
    let valid_from = given.filter(|_| !first).unwrap_or(ProductionDate::BEGINNING);
    let before = versions.range(..=valid_from).rev().map(|(_, version)| version).find(|version| !version.removed);
    let row = row(fields, shift_id, valid_from, before.map(|version| &version.row))?;
    // What already holds on that date is no change.
    if before.is_some_and(|version| ShiftRecord { valid_from: version.row.valid_from, ..row.clone() } == version.row) {
        return Ok(Done::Unchanged);
    }
    let there = versions.get(&valid_from).map(|version| version.row.clone());
    versions.insert(valid_from, Stored { row: row.clone(), removed: false });
    // The first version of a shift is new; a further one is a change of the shift.
    let done = if first { Done::New } else { Done::Updated };
    match changes
        .iter_mut()
        .find(|change| change.after.shift_id == row.shift_id && change.after.valid_from == valid_from)
    {
        Some(change) => change.after = row,
        None => changes.push(Change { before: there, after: row }),
    }
    Ok(done)
}

fn row(
    fields: &Fields<'_>,
    shift_id: ShiftId,
    valid_from: ProductionDate,
    before: Option<&ShiftRecord>,
) -> Result<ShiftRecord, Reject> {
    let name = fields.name("name")?;
    let start = fields.must("start", |text| minute_of_day("start", text))?;
    let end = fields.must("end", |text| minute_of_day("end", text))?;
    let length = if end <= start { end + MINUTES_OF_A_DAY - start } else { end - start };
    let breaks = fields.whole("break_minutes", MINUTES_OF_A_DAY)?;
    if breaks > length {
        let why = format!("{breaks} is more than the {length} minutes of the shift");
        return Err(Reject::new("break_minutes", why, "type at most the minutes of the shift"));
    }
    let days = fields.may("days", Weekdays::parse)?;
    Ok(ShiftRecord {
        shift_id,
        valid_from,
        name,
        start_minute: start,
        end_minute: end,
        break_minutes: breaks,
        days: days.map(|days| days.0).over_or(before.map(|row| row.days), Weekdays::EVERY_DAY.0),
        active: before.is_none_or(|row| row.active),
    })
}
