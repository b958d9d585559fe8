//! Inspections and their defects.

use super::error::StoreError;
use super::funnel::{Cells, FromCells, InsertInto, Look, Stamp, WriteTx, args, statements};
use crate::domain::clock::Instant;
use crate::domain::id::{ClientId, Code, EntryId, JobId, PartNumber, Stage, WorkOrderId};
use crate::domain::quality::Inspected;
use crate::domain::shift::LineShiftKey;
use crate::domain::text::CleanText;
use uuid::Uuid;

statements! {
    /// One inspection with what decides who may correct it.
    ONE = "SELECT e.production_date, e.shift_id, e.line_id, e.work_order_id, e.job_id, e.part_number,
                  e.opportunities_per_unit, e.stage, e.inspected, e.passed, e.reworked, e.repaired, e.scrapped, e.notes,
                  e.created_by, e.deleted_at, e.version, e.updated_by, e.updated_at, s.status
           FROM quality_entry AS e
           JOIN line_shift AS s ON s.client_id = e.client_id AND s.production_date = e.production_date
                               AND s.shift_id = e.shift_id AND s.line_id = e.line_id
           WHERE e.client_id = $1 AND e.entry_id = $2";
    /// The defects of one inspection, removed ones too.
    DEFECTS = "SELECT defect_type, count, deleted_at FROM defect_detail
               WHERE client_id = $1 AND quality_entry_id = $2 ORDER BY count DESC, defect_type";
    /// Corrects an inspection where it is.
    CORRECT = "UPDATE quality_entry SET work_order_id = $3, job_id = $4, part_number = $5, opportunities_per_unit = $6,
                 stage = $7, inspected = $8, passed = $9, reworked = $10, repaired = $11, scrapped = $12, notes = $13,
                 updated_by = $14, updated_at = $15, version = version + 1
               WHERE client_id = $1 AND entry_id = $2 AND version = $16 RETURNING version";
    /// Corrects the count of a type that was found, or found before.
    RECOUNT = "UPDATE defect_detail SET count = $4, deleted_at = NULL, updated_by = $5, updated_at = $6, version = version + 1
               WHERE client_id = $1 AND quality_entry_id = $2 AND defect_type = $3 RETURNING version";
    /// Takes a type away that was not found after all.
    DROP_DEFECT = "UPDATE defect_detail SET deleted_at = $4, updated_by = $5, updated_at = $4, version = version + 1
                   WHERE client_id = $1 AND quality_entry_id = $2 AND defect_type = $3 RETURNING version";
    /// Removes or restores an inspection.
    SET_DELETED = "UPDATE quality_entry SET deleted_at = $3, updated_by = $4, updated_at = $5, version = version + 1
                   WHERE client_id = $1 AND entry_id = $2 AND version = $6 RETURNING version";
    /// Whether a client inspects at a stage.
    STAGE_IS = "SELECT count(*) FROM stage WHERE client_id = $1 AND stage = $2 AND deleted_at IS NULL";
    /// The opportunities of a part.
    OPPORTUNITIES_OF = "SELECT opportunities_per_unit FROM part_opportunities
                        WHERE client_id = $1 AND part_number = $2 AND deleted_at IS NULL";
    /// Whether a client knows a type of defect.
    DEFECT_TYPE = "SELECT name FROM defect_type WHERE client_id = $1 AND code = $2 AND deleted_at IS NULL";
}

const QUALITY_ENTRY: InsertInto = InsertInto {
    table: "quality_entry",
    columns: &[
        "client_id",
        "entry_id",
        "production_date",
        "shift_id",
        "line_id",
        "work_order_id",
        "job_id",
        "part_number",
        "opportunities_per_unit",
        "stage",
        "inspected",
        "passed",
        "reworked",
        "repaired",
        "scrapped",
        "inspector",
        "late",
        "notes",
    ],
    stamp: Stamp::Full,
};
const DEFECT_DETAIL: InsertInto = InsertInto {
    table: "defect_detail",
    columns: &["client_id", "quality_entry_id", "defect_type", "count", "cause", "notes"],
    stamp: Stamp::Full,
};

/// An inspection.
#[derive(Debug, Clone)]
pub(crate) struct NewInspection {
    /// Its key.
    pub(crate) entry_id: Uuid,
    /// Where it belongs.
    pub(crate) line_shift: LineShiftKey,
    /// What was found.
    pub(crate) found: Findings,
    /// Who inspected.
    pub(crate) inspector: Option<String>,
    /// Whether it is entered after its shift ended.
    pub(crate) late: bool,
}

/// What an inspection looked at and found: all that can be corrected in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Findings {
    /// The order that was inspected.
    pub(crate) work_order_id: Option<WorkOrderId>,
    /// The order's job.
    pub(crate) job_id: Option<JobId>,
    /// The part, and its opportunities as they are now.
    pub(crate) part: Option<(PartNumber, Option<i64>)>,
    /// Where in the process.
    pub(crate) stage: Stage,
    /// The figures.
    pub(crate) inspected: Inspected,
    /// What was wrong, by type.
    pub(crate) defects: Vec<(Code, i64)>,
    /// Remarks.
    pub(crate) notes: Option<CleanText>,
}

/// An inspection as the database has it.
#[derive(Debug, Clone)]
pub(crate) struct Inspection {
    /// Where it belongs.
    pub(crate) line_shift: LineShiftKey,
    /// What was found.
    pub(crate) found: Findings,
    /// Who entered it.
    pub(crate) created_by: String,
    /// Whether it was removed.
    pub(crate) deleted: bool,
    /// Its version.
    pub(crate) version: i64,
    /// Who changed it last.
    pub(crate) updated_by: String,
    /// When.
    pub(crate) updated_at: Instant,
    /// Whether its shift is closed.
    pub(crate) closed: bool,
}

struct Row(Inspection);

impl FromCells for Row {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        let (production_date, shift_id, line_id) = (cells.date()?, cells.shift()?, cells.line()?);
        let (work_order_id, job_id) = (cells.order_opt()?, cells.job_opt()?);
        let (part, opportunities) = (cells.text_opt()?.map(PartNumber::stored), cells.int_opt()?);
        let stage = Stage::stored(cells.text()?);
        let inspected = Inspected {
            inspected: cells.units()?,
            passed: cells.units()?,
            reworked: cells.units()?,
            repaired: cells.units()?,
            scrapped: cells.units()?,
        };
        let notes = cells.text_opt()?.and_then(|text| CleanText::note("notes", &text).ok().flatten());
        Ok(Self(Inspection {
            // The client is the one that was asked for; the caller puts it in.
            line_shift: LineShiftKey { client_id: ClientId::stored(String::new()), production_date, shift_id, line_id },
            found: Findings {
                work_order_id,
                job_id,
                part: part.map(|part| (part, opportunities)),
                stage,
                inspected,
                defects: Vec::new(),
                notes,
            },
            created_by: cells.text()?,
            deleted: cells.instant_opt()?.is_some(),
            version: cells.int()?,
            updated_by: cells.text()?,
            updated_at: cells.instant()?,
            closed: cells.text()? == "closed",
        }))
    }
}

struct Defect {
    code: Code,
    count: i64,
    removed: bool,
}

impl FromCells for Defect {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self { code: cells.code()?, count: cells.int()?, removed: cells.instant_opt()?.is_some() })
    }
}

/// Saves inspections with their defects.
pub(crate) async fn add(tx: &mut WriteTx, inspections: &[NewInspection]) -> Result<(), StoreError> {
    let rows = inspections.iter().map(|new| {
        let (found, figures) = (&new.found, new.found.inspected);
        args![
            &new.line_shift.client_id,
            new.entry_id,
            new.line_shift.production_date,
            &new.line_shift.shift_id,
            &new.line_shift.line_id,
            found.work_order_id.as_ref(),
            found.job_id.as_ref(),
            found.part.as_ref().map(|(part, _)| part),
            found.part.as_ref().and_then(|(_, opportunities)| *opportunities),
            &found.stage,
            figures.inspected,
            figures.passed,
            figures.reworked,
            figures.repaired,
            figures.scrapped,
            new.inspector.as_ref(),
            new.late,
            found.notes.as_ref()
        ]
    });
    tx.insert(&QUALITY_ENTRY, rows.collect()).await?;
    let details = inspections.iter().flat_map(|new| {
        let client = &new.line_shift.client_id;
        let defects = new.found.defects.iter();
        defects.map(move |(code, count)| args![client, new.entry_id, code, *count, None::<String>, None::<String>])
    });
    tx.insert(&DEFECT_DETAIL, details.collect()).await
}

/// One inspection of a client with its defects, removed or not.
pub(crate) async fn find(
    tx: &mut impl Look,
    client: &ClientId,
    entry: EntryId,
) -> Result<Option<Inspection>, StoreError> {
    let row: Option<Row> = tx.optional(ONE, args![client, entry]).await?;
    let Some(Row(mut inspection)) = row else { return Ok(None) };
    inspection.line_shift.client_id = client.clone();
    let defects: Vec<Defect> = tx.all(DEFECTS, args![client, entry]).await?;
    let live = defects.into_iter().filter(|defect| !defect.removed);
    inspection.found.defects = live.map(|defect| (defect.code, defect.count)).collect();
    Ok(Some(inspection))
}

/// Corrects an inspection and its defects; false where somebody was faster.
pub(crate) async fn correct(
    tx: &mut WriteTx,
    client: &ClientId,
    entry: EntryId,
    found: &Findings,
    version: i64,
) -> Result<bool, StoreError> {
    let (by, at) = (tx.by().to_owned(), tx.at());
    let figures = found.inspected;
    let values = args![
        client,
        entry,
        found.work_order_id.as_ref(),
        found.job_id.as_ref(),
        found.part.as_ref().map(|(part, _)| part),
        found.part.as_ref().and_then(|(_, opportunities)| *opportunities),
        &found.stage,
        figures.inspected,
        figures.passed,
        figures.reworked,
        figures.repaired,
        figures.scrapped,
        found.notes.as_ref(),
        &by,
        at,
        version
    ];
    if tx.run(CORRECT, values).await? != 1 {
        return Ok(false);
    }
    let known: Vec<Defect> = tx.all(DEFECTS, args![client, entry]).await?;
    for gone in known.iter().filter(|old| !old.removed && found.defects.iter().all(|(code, _)| *code != old.code)) {
        tx.run(DROP_DEFECT, args![client, entry, &gone.code, at, &by]).await?;
    }
    for (code, count) in &found.defects {
        match known.iter().find(|old| old.code == *code) {
            Some(old) if !old.removed && old.count == *count => {}
            Some(_) => {
                tx.run(RECOUNT, args![client, entry, code, *count, &by, at]).await?;
            }
            None => {
                let row = args![client, entry, code, *count, None::<String>, None::<String>];
                tx.insert_one(&DEFECT_DETAIL, row).await?;
            }
        }
    }
    Ok(true)
}

/// Removes (with an instant) or restores an inspection; false where somebody was faster.
pub(crate) async fn set_deleted(
    tx: &mut WriteTx,
    client: &ClientId,
    entry: EntryId,
    deleted_at: Option<Instant>,
    version: i64,
) -> Result<bool, StoreError> {
    let (by, at) = (tx.by().to_owned(), tx.at());
    Ok(tx.run(SET_DELETED, args![client, entry, deleted_at, by, at, version]).await? == 1)
}

/// Whether a client inspects at a stage.
pub(crate) async fn has_stage(tx: &mut impl Look, client: &ClientId, stage: &Stage) -> Result<bool, StoreError> {
    Ok(tx.one::<i64>(STAGE_IS, args![client, stage]).await? > 0)
}

/// The opportunities of a part, where it has a count.
pub(crate) async fn opportunities(
    tx: &mut impl Look,
    client: &ClientId,
    part: &PartNumber,
) -> Result<Option<i64>, StoreError> {
    tx.optional(OPPORTUNITIES_OF, args![client, part]).await
}

/// The name of a type of defect.
pub(crate) async fn defect_type(
    tx: &mut impl Look,
    client: &ClientId,
    code: &Code,
) -> Result<Option<String>, StoreError> {
    tx.optional(DEFECT_TYPE, args![client, code]).await
}
