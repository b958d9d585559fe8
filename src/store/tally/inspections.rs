//! Inspections by stage in line shifts: what the stages of a line or a shift are, which no stored day tells.

use super::Selection;
use super::packed::{Fields, FromPacked, packed, unpack};
use crate::domain::id::{ClientId, Stage};
use crate::domain::shift::LineShiftKey;
use crate::kpi::StageSums;
use crate::store::error::StoreError;
use crate::store::funnel::{Cells, FromCells, Look, args, statements};

statements! {
    /// What was inspected at each stage in each line shift of a window.
    BY_STAGE = concat!(
        "SELECT c.client_id, (SELECT ",
        packed!("q.production_date", "q.shift_id", "q.line_id", "q.stage", "q.inspected", "q.passed"),
        " FROM (SELECT e.production_date, e.shift_id, e.line_id, e.stage, CAST(sum(e.inspected) AS BIGINT) AS inspected,
                       CAST(sum(e.passed) AS BIGINT) AS passed
                FROM quality_entry AS e
                WHERE e.client_id = c.client_id AND e.production_date BETWEEN $1 AND $2
                  AND ($3 IS NULL OR e.line_id = $3) AND ($4 IS NULL OR e.shift_id = $4) AND e.deleted_at IS NULL
                GROUP BY e.production_date, e.shift_id, e.line_id, e.stage) AS q)
         FROM client AS c WHERE $5 IS NULL OR c.client_id = $5 ORDER BY c.client_id"
    );
}

/// What was inspected at a stage in a line shift.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StageInLineShift {
    /// Where.
    pub(crate) line_shift: LineShiftKey,
    /// At which stage.
    pub(crate) stage: Stage,
    /// What; its place among the stages is not known here.
    pub(crate) sums: StageSums,
}

struct OfClient(Vec<StageInLineShift>);

struct Row {
    rest: (crate::domain::clock::ProductionDate, crate::domain::id::ShiftId, crate::domain::id::LineId),
    stage: Stage,
    sums: StageSums,
}

impl FromPacked for Row {
    fn from_packed(fields: &mut Fields<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            rest: (fields.date()?, fields.shift()?, fields.line()?),
            stage: Stage::packed(fields.text()?),
            sums: StageSums { position: i64::MAX, inspected: fields.int()?, passed: fields.int()? },
        })
    }
}

impl FromCells for OfClient {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        let client_id: ClientId = cells.client()?;
        let rows: Vec<Row> = unpack(cells.text_opt()?.as_deref())?;
        let of = |Row { rest: (production_date, shift_id, line_id), stage, sums }| {
            let line_shift = LineShiftKey { client_id: client_id.clone(), production_date, shift_id, line_id };
            StageInLineShift { line_shift, stage, sums }
        };
        Ok(Self(rows.into_iter().map(of).collect()))
    }
}

/// What was inspected at each stage in the line shifts selected.
pub(crate) async fn by_stage(
    tx: &mut impl Look,
    selection: Selection<'_>,
) -> Result<Vec<StageInLineShift>, StoreError> {
    let Selection { window, client_id, line_id, shift_id } = selection;
    let rows: Vec<OfClient> = tx.all(BY_STAGE, args![window.from(), window.to(), line_id, shift_id, client_id]).await?;
    Ok(rows.into_iter().flat_map(|rows| rows.0).collect())
}
