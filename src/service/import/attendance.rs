//! Attendance: one row for a person's shift. The absence is what is scheduled and was not worked.

use super::fields::{Fields, Given, no_such};
use super::keyed::{merge, named, stored};
use super::reasons::Reasons;
use super::{Bench, Item, Verdict};
use crate::domain::attendance::absence;
use crate::domain::catalogue::{CatalogueKind, UNCLASSIFIED};
use crate::domain::clock::ProductionDate;
use crate::domain::id::{Code, EmployeeNumber, ShiftId};
use crate::domain::measure::Minutes;
use crate::domain::reject::Reject;
use crate::domain::shift::versions_on;
use crate::service::Problem;
use crate::store::import::people::{AttendanceRecord, EmployeeRecord};
use crate::store::{WriteTx, master_data};

/// Two days: more cannot be scheduled in one shift.
const MOST_MINUTES: i64 = 2880;

type Key = (ProductionDate, ShiftId, EmployeeNumber);

/// Attendance at the client.
pub(super) async fn batch(
    tx: &mut WriteTx,
    bench: &mut Bench<'_>,
    items: &[Item<'_>],
) -> Result<Vec<Verdict>, Problem> {
    let client = bench.client()?;
    let now = bench.now;
    let shifts = master_data::shifts(tx).await?;
    let types = Reasons::read(tx, CatalogueKind::Absence, &client.client_id).await?;
    let people = named(items, |fields| fields.must("employee_id", EmployeeNumber::parse).map(Some));
    let people =
        stored(tx, Some(&client.client_id), &people, |row: &EmployeeRecord| row.employee_number.clone()).await?;
    let keys = named(items, |fields| key(fields).map(Some));
    let known = stored(tx, Some(&client.client_id), &keys, |row: &AttendanceRecord| {
        (row.production_date, row.shift_id.clone(), row.employee_number.clone())
    })
    .await?;
    let merged = merge(items, &known, key, |fields, (date, shift_id, employee_number), before| {
        if people.get(&employee_number).is_none_or(|person| person.removed) {
            return Err(no_such("employee_id", "employee", &employee_number));
        }
        let shift = versions_on(&shifts, date).into_iter().find(|shift| shift.shift_id == shift_id);
        let shift = shift.ok_or_else(|| no_such("shift_id", "shift", &shift_id))?;
        if shift.window(date, client.clock).starts_at > now {
            return Err(Reject::new(
                "production_date",
                "lies in the future",
                "attendance is taken when the shift began",
            ));
        }
        let scheduled = fields.whole("scheduled_minutes", MOST_MINUTES)?;
        let worked = fields.whole("worked_minutes", MOST_MINUTES)?;
        let absence = absence(Minutes(scheduled), Minutes(worked)).get();
        let (absence_type, absence_counts) = absence_type(fields, &types, absence, before)?.unzip();
        Ok(AttendanceRecord {
            client_id: client.client_id.clone(),
            production_date: date,
            // What was already entered keeps the version of its shift.
            shift_valid_from: before.map_or(shift.valid_from, |row| row.shift_valid_from),
            shift_id,
            employee_number,
            scheduled_minutes: scheduled,
            worked_minutes: worked,
            absence_minutes: absence,
            absence_type,
            absence_counts,
            late: before.is_some_and(|row| row.late),
            notes: before.and_then(|row| row.notes.clone()),
        })
    });
    merged.save(tx, bench).await
}

fn key(fields: &Fields<'_>) -> Result<Key, Reject> {
    Ok((
        fields.date("production_date")?,
        fields.must("shift_id", ShiftId::parse)?,
        fields.must("employee_id", EmployeeNumber::parse)?,
    ))
}

/// The type of an absence and whether it counts; none without an absence. One that stays keeps what it was entered
/// as.
fn absence_type(
    fields: &Fields<'_>,
    types: &Reasons,
    absence: i64,
    before: Option<&AttendanceRecord>,
) -> Result<Option<(Code, bool)>, Reject> {
    let stated = match fields.may("absence_type", Code::parse)? {
        Given::Value(stated) => Some(stated),
        Given::Absent => before.and_then(|row| row.absence_type.clone()),
        Given::Empty => None,
    };
    let named = stated.map_or_else(|| Code::parse(UNCLASSIFIED), Ok)?;
    let chosen = types.find("absence_type", &named)?;
    if absence == 0 {
        return Ok(None);
    }
    let kept = before.filter(|row| row.absence_type.as_ref() == Some(&chosen.code)).and_then(|row| row.absence_counts);
    Ok(Some((chosen.code.clone(), kept.or(chosen.counts).unwrap_or(true))))
}
