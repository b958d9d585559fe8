//! Inspections of what a shift made, with what was found wrong.

use super::chance::Chance;
use super::line::Place;
use crate::domain::clock::Instant;
use crate::store::demo::{DefectRow, Entered, InspectionRow};

/// Of a thousand inspections with failed units, those whose defects nobody classified.
const UNCLASSIFIED: i64 = 90;
/// Of a thousand inspections, those without a part number.
const WITHOUT_PART: i64 = 40;

/// Inspectors of a client.
const INSPECTORS: i64 = 4;

/// An inspection and its defects.
#[derive(Debug, Clone)]
pub(super) struct Inspected {
    pub(super) inspection: Entered<InspectionRow>,
    pub(super) defects: Vec<Entered<DefectRow>>,
}

/// The inspections of a shift that made so many units, `failing` of ten thousand of which are not right.
pub(super) fn inspections(place: &Place<'_>, chance: &mut Chance, units: i64, failing: i64) -> Vec<Inspected> {
    let stages = &place.setting.client.stages;
    let length = place.turn.window.ends_at.0 - place.turn.window.starts_at.0;
    let skipped = chance.between(0, i64::try_from(stages.len()).unwrap_or(1) - 1);
    let mut inspected = Vec::new();
    for (position, stage) in (0..).zip(stages) {
        let at = place.turn.window.starts_at.plus_millis(length * (position + 1) / 4 + chance.between(0, length / 8));
        if position == skipped || at > place.setting.now {
            continue;
        }
        let sample = chance.around(40, 220).min(units);
        if sample > 0 {
            inspected.push(inspection(place, chance, stage, sample, failing, at));
        }
    }
    inspected
}

fn inspection(
    place: &Place<'_>,
    chance: &mut Chance,
    stage: &str,
    sample: i64,
    failing: i64,
    at: Instant,
) -> Inspected {
    let client = place.setting.client;
    let failed = chance.share(sample, failing).min(sample);
    let scrapped = chance.share(failed, 2_500);
    let reworked = chance.share(failed - scrapped, 6_000);
    let repaired = chance.share(failed - scrapped - reworked, 6_000);
    let part = (!chance.happens(WITHOUT_PART)).then(|| place.product.part.clone());
    let row = InspectionRow {
        client_id: client.id.as_str().to_owned(),
        entry_id: chance.id(at),
        production_date: place.turn.date(),
        shift_id: place.turn.shift_id.clone(),
        line_id: place.line.id.clone(),
        work_order_id: Some(place.order.to_owned()),
        job_id: Some(place.job.to_owned()),
        opportunities_per_unit: part.as_ref().and(place.product.opportunities),
        part_number: part,
        stage: stage.to_owned(),
        inspected: sample,
        passed: sample - failed,
        reworked,
        repaired,
        scrapped,
        inspector: Some(inspector(place, chance)),
        late: false,
        notes: None,
    };
    let by = client.operator.clone();
    let defects = if failed == 0 || chance.happens(UNCLASSIFIED) { Vec::new() } else { found(place, chance, failed) };
    let defects = defects.into_iter().map(|(defect_type, count, cause)| {
        let row = DefectRow {
            client_id: row.client_id.clone(),
            quality_entry_id: row.entry_id,
            defect_type,
            count,
            cause,
            notes: None,
        };
        Entered { by: by.clone(), at, row }
    });
    let defects = defects.collect();
    Inspected { inspection: Entered { by, at, row }, defects }
}

/// One of the client's inspectors.
fn inspector(place: &Place<'_>, chance: &mut Chance) -> String {
    let Place { setting, .. } = place;
    let name = format!("inspector {} {}", setting.client.id, chance.between(1, INSPECTORS));
    setting.words.person(&mut Chance::of(setting.seed, &name))
}

/// Types of defects with their numbers; the first types of a client are the most frequent.
fn found(place: &Place<'_>, chance: &mut Chance, failed: i64) -> Vec<(String, i64, Option<String>)> {
    let types = &place.setting.client.defect_types;
    let most = i64::try_from(types.len()).unwrap_or(1) - 1;
    let mut found: Vec<(String, i64, Option<String>)> = Vec::new();
    for _ in 0..failed + chance.between(0, failed / 3) {
        // The smaller of two numbers is small more often.
        let position = chance.between(0, most).min(chance.between(0, most));
        let Some(defect_type) = usize::try_from(position).ok().and_then(|position| types.get(position)) else {
            continue;
        };
        if let Some((_, count, _)) = found.iter_mut().find(|(known, ..)| known == defect_type) {
            *count += 1;
        } else {
            let cause = chance.happens(200).then(|| chance.word(&place.setting.words.causes)).flatten();
            found.push((defect_type.clone(), 1, cause));
        }
    }
    found
}
