//! People of the client. A number that is new is a new person; who is the same person at two clients is for an ADMIN
//! to say.

use super::fields::Given;
use super::keyed::{merge, named, stored};
use super::{Bench, Item, Verdict};
use crate::domain::id::EmployeeNumber;
use crate::domain::reject::Reject;
use crate::domain::text::NAME_LIMIT;
use crate::service::Problem;
use crate::store::WriteTx;
use crate::store::import::people::{EmployeeRecord, add_persons, with_primary_place};
use std::collections::HashSet;

/// People with their place at the client.
pub(super) async fn batch(
    tx: &mut WriteTx,
    bench: &mut Bench<'_>,
    items: &[Item<'_>],
) -> Result<Vec<Verdict>, Problem> {
    let client = &bench.client()?.client_id;
    let keys = named(items, |fields| fields.must("employee_id", EmployeeNumber::parse).map(Some));
    let known = stored(tx, Some(client), &keys, |row: &EmployeeRecord| row.employee_number.clone()).await?;
    let persons: Vec<_> = known.values().map(|stored| stored.row.employee_id).collect();
    let placed: HashSet<_> = with_primary_place(tx, &persons).await?.into_iter().collect();
    let clock = bench.clock;
    let merged = merge(
        items,
        &known,
        |fields| fields.must("employee_id", EmployeeNumber::parse),
        |fields, employee_number, before| {
            let name = fields.name("name")?;
            let department = fields.short_text("department", NAME_LIMIT)?;
            let stated = fields.yes_no("is_primary")?;
            let elsewhere = before.is_some_and(|row| !row.is_primary && placed.contains(&row.employee_id));
            // A person's first place is their primary one unless the file says otherwise.
            let is_primary = match stated {
                Given::Value(stated) => stated,
                Given::Empty => !elsewhere,
                Given::Absent => before.is_none_or(|row| row.is_primary),
            };
            if is_primary && elsewhere {
                let why = format!("{employee_number} has a primary place at another client");
                return Err(Reject::new("is_primary", why, "write no, or change the other place first"));
            }
            let valid_from = fields.date_opt("valid_from")?.over(before.and_then(|row| row.valid_from));
            let valid_to = fields.date_opt("valid_to")?.over(before.and_then(|row| row.valid_to));
            if let (Some(from), Some(to)) = (valid_from, valid_to)
                && to < from
            {
                return Err(Reject::new("valid_to", format!("is before {from}"), "correct one of the two dates"));
            }
            Ok(EmployeeRecord {
                client_id: client.clone(),
                employee_number,
                employee_id: before.map_or_else(|| clock.new_id(), |row| row.employee_id),
                name,
                department: department.over(before.and_then(|row| row.department.clone())),
                is_primary,
                valid_from,
                valid_to,
                active: fields.yes_no("active")?.over_or(before.map(|row| row.active), true),
            })
        },
    );
    let new: Vec<_> =
        merged.changes.iter().filter(|change| change.before.is_none()).map(|change| change.after.employee_id).collect();
    add_persons(tx, &new).await?;
    merged.save(tx, bench).await
}
