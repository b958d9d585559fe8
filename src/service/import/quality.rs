//! Inspections with their defects.

use super::fields::{Fields, Given};
use super::floor::Floor;
use super::keyed::named;
use super::reasons::Reasons;
use super::reference::Orders;
use super::{Bench, Done, Item, Verdict};
use crate::domain::catalogue::CatalogueKind;
use crate::domain::id::{ClientId, Code, PartNumber, Stage};
use crate::domain::measure::whole;
use crate::domain::quality::Inspected;
use crate::domain::reject::Reject;
use crate::service::Problem;
use crate::store::WriteTx;
use crate::store::import::entry::{self, EntryTable, Numbered, add_stages, known, opportunities};
use crate::store::quality::{self, Findings, NewInspection};
use std::collections::{HashMap, HashSet};

/// Inspections at the client.
pub(super) async fn batch(
    tx: &mut WriteTx,
    bench: &mut Bench<'_>,
    items: &[Item<'_>],
) -> Result<Vec<Verdict>, Problem> {
    let client = &bench.client()?.client_id;
    let ids = items.iter().map(|item| item.id).collect();
    let known: HashSet<_> = known(tx, EntryTable::Quality, client, ids).await?.into_iter().collect();
    let fresh: Vec<Item<'_>> = items.iter().filter(|item| !known.contains(&item.id)).copied().collect();
    let mut floor = Floor::read(tx, bench, &fresh).await?;
    let orders = Orders::read(tx, client, &fresh).await?;
    let reasons = Reasons::read(tx, CatalogueKind::Defect, client).await?;
    let parts = named(&fresh, |fields| fields.may("part_number", PartNumber::parse).map(Given::value));
    let parts = opportunities(tx, client, &parts).await?;
    let parts: HashMap<_, _> = parts.into_iter().map(|part| (part.key, part.number)).collect();
    let mut inspections = Vec::with_capacity(fresh.len());
    let mut verdicts = Vec::with_capacity(items.len());
    for item in items {
        verdicts.push(if known.contains(&item.id) {
            Ok(Done::Unchanged)
        } else {
            judge(item, &mut floor, &orders, &reasons, &parts).map(|inspection| {
                inspections.push(inspection);
                Done::New
            })
        });
    }
    floor.save(tx, bench).await?;
    append_stages(tx, client, &inspections).await?;
    inspections.sort_by_key(|inspection| inspection.line_shift.production_date);
    quality::add(tx, &inspections).await?;
    Ok(verdicts)
}

fn judge(
    item: &Item<'_>,
    floor: &mut Floor<'_>,
    orders: &Orders,
    reasons: &Reasons,
    parts: &HashMap<String, i64>,
) -> Result<NewInspection, Reject> {
    let fields = &item.fields;
    let place = floor.place(fields)?;
    let (order, job_id) = orders.of(fields)?;
    let stage = fields.must("stage", Stage::parse)?;
    let inspected = Inspected {
        inspected: fields.units("inspected")?,
        passed: fields.units("passed")?,
        reworked: fields.units_or_zero("reworked")?,
        repaired: fields.units_or_zero("repaired")?,
        scrapped: fields.units_or_zero("scrapped")?,
    };
    let inspected = inspected.check().map_err(|rejects| {
        rejects.into_iter().next().unwrap_or_else(|| Reject::new("inspected", "does not add up", "check the figures"))
    })?;
    let part = fields.may("part_number", PartNumber::parse)?.value();
    let defects = defects(fields, reasons)?;
    floor.open(&place);
    Ok(NewInspection {
        entry_id: item.id,
        line_shift: place.key,
        found: Findings {
            work_order_id: order.map(|order| order.work_order_id.clone()),
            job_id,
            part: part.map(|part| {
                let opportunities = parts.get(part.as_str()).copied();
                (part, opportunities)
            }),
            stage,
            inspected,
            defects,
            notes: None,
        },
        inspector: None,
        late: false,
    })
}

/// Reads `CODE:count;CODE:count`.
fn defects(fields: &Fields<'_>, reasons: &Reasons) -> Result<Vec<(Code, i64)>, Reject> {
    const COLUMN: &str = "defects";
    let mut defects: Vec<(Code, i64)> = Vec::new();
    for part in fields.text(COLUMN).unwrap_or_default().split(';').map(str::trim).filter(|part| !part.is_empty()) {
        let wrong =
            || Reject::new(COLUMN, format!("\"{part}\" is no CODE:count"), "write them like OPEN_SEAM:2;STAIN:1");
        let (named, count) = part.rsplit_once(':').ok_or_else(wrong)?;
        let named = Code::parse(named).map_err(|reject| reject.on(COLUMN))?;
        let code = reasons.find(COLUMN, &named)?.code.clone();
        let count = whole(COLUMN, count)?;
        if count == 0 {
            return Err(Reject::new(COLUMN, format!("{code} has a count of 0"), "leave it out"));
        }
        if defects.iter().any(|(other, _)| *other == code) {
            return Err(Reject::new(COLUMN, format!("{code} stands twice"), "add the two counts"));
        }
        defects.push((code, count));
    }
    Ok(defects)
}

/// Stages that the client does not know yet come behind the ones it has, in the order of the file.
async fn append_stages(tx: &mut WriteTx, client: &ClientId, inspections: &[NewInspection]) -> Result<(), Problem> {
    let known = entry::stages(tx, client).await?;
    let mut position = known.iter().map(|stage| stage.number + 1).max().unwrap_or(0);
    let mut names: HashSet<&str> = known.iter().map(|stage| stage.key.as_str()).collect();
    let mut new = Vec::new();
    for inspection in inspections {
        if names.insert(inspection.found.stage.as_str()) {
            new.push(Numbered { key: inspection.found.stage.as_str().to_owned(), number: position });
            position += 1;
        }
    }
    Ok(add_stages(tx, client, &new).await?)
}
