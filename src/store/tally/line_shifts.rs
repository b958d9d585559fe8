//! Line shifts with the sums that the database keeps on them, and the stops that run in them.

use super::Selection;
use super::packed::{Fields, FromPacked, or_empty, packed, unpack};
use crate::domain::clock::Instant;
use crate::domain::downtime::Loss;
use crate::domain::id::{ClientId, LineId, NO_SHIFT};
use crate::domain::shift::LineShiftKey;
use crate::kpi::elapsed::ShiftTime;
use crate::kpi::{LineShiftSums, RunningStop};
use crate::store::error::StoreError;
use crate::store::funnel::{Cells, FromCells, Look, args, statements};
use crate::store::master_data::spelled;
use std::collections::BTreeMap;

/// Line shifts of the client `c`, packed as [`LineShiftSums`] reads them.
macro_rules! packed_line_shifts {
    ($which:expr) => {
        concat!(
            "(SELECT ",
            packed!(
                "s.client_id", "s.production_date", "s.shift_id", "s.line_id", "s.starts_at", "s.ends_at",
                "s.planned_minutes", or_empty!("s.crew"), or_empty!("s.target_units"),
                "s.planned_stop_minutes, s.unplanned_stop_minutes, s.unplanned_stops, s.setup_minutes,
                 s.small_stop_minutes, s.reduced_speed_minutes, s.reject_stop_minutes, s.startup_reject_stop_minutes,
                 s.micro_stop_minutes, s.micro_stops, s.units, s.defects, s.scrap, s.rework, s.startup_defects,
                 s.earned_millis, s.labour_millis, s.rejected_millis, s.startup_rejected_millis,
                 s.units_without_cycle, s.units_without_labour_standard, s.units_inferred, s.inspected, s.passed,
                 s.inspection_defects, s.opportunity_defects, s.opportunities, s.inspected_without_opportunities"
            ),
            " FROM ", $which, " AND s.deleted_at IS NULL)"
        )
    };
}
pub(super) use packed_line_shifts;

/// The stops of the client `c` that run, since whenever: they reach into every later line shift of their line. In
/// these words their own index finds them; a date would send the planner through all stops.
macro_rules! running_stops {
    () => {
        concat!(
            "(SELECT ",
            packed!(
                "r.client_id",
                "r.production_date",
                "r.shift_id",
                "r.line_id",
                "r.started_at",
                "r.loss",
                "r.counted",
                "r.reason",
                "(SELECT n.name FROM downtime_reason AS n WHERE n.client_id = r.client_id AND n.code = r.reason)"
            ),
            " FROM downtime_entry AS r WHERE r.client_id = c.client_id AND r.minutes IS NULL AND r.deleted_at IS NULL)"
        )
    };
}
pub(super) use running_stops;

statements! {
    /// The line shifts of a window, of every client or one, on lines of one name or all, in one shift or all.
    LINE_SHIFTS = concat!(
        "SELECT ",
        packed_line_shifts!(
            "line_shift AS s WHERE s.client_id = c.client_id AND s.production_date BETWEEN $1 AND $2
               AND ($3 IS NULL OR s.line_id = $3) AND ($4 IS NULL OR s.shift_id = $4)"
        ),
        ", ", running_stops!(), " FROM client AS c WHERE $5 IS NULL OR c.client_id = $5 ORDER BY c.client_id"
    );
}

/// A stop that runs, where it began.
#[derive(Debug, Clone)]
pub(super) struct Running {
    pub(super) line_shift: LineShiftKey,
    started_at: Instant,
    loss: Loss,
    counted: bool,
    /// The code of its reason.
    pub(super) reason: String,
    /// What that is called.
    pub(super) reason_name: String,
}

fn key(fields: &mut Fields<'_>) -> Result<LineShiftKey, StoreError> {
    Ok(LineShiftKey {
        client_id: fields.client()?,
        production_date: fields.date()?,
        shift_id: fields.shift()?,
        line_id: fields.line()?,
    })
}

impl FromPacked for LineShiftSums {
    fn from_packed(fields: &mut Fields<'_>) -> Result<Self, StoreError> {
        let LineShiftKey { client_id, production_date, shift_id, line_id } = key(fields)?;
        let time = ShiftTime { starts_at: fields.instant()?, ends_at: fields.instant()? };
        Ok(Self {
            planned_minutes: fields.int()?,
            crew: fields.int_opt()?,
            target_units: fields.int_opt()?,
            planned_stop_minutes: fields.int()?,
            unplanned_stop_minutes: fields.int()?,
            unplanned_stops: fields.int()?,
            setup_minutes: fields.int()?,
            small_stop_minutes: fields.int()?,
            reduced_speed_minutes: fields.int()?,
            reject_stop_minutes: fields.int()?,
            startup_reject_stop_minutes: fields.int()?,
            micro_stop_minutes: fields.int()?,
            micro_stops: fields.int()?,
            units: fields.int()?,
            defects: fields.int()?,
            scrap: fields.int()?,
            rework: fields.int()?,
            startup_defects: fields.int()?,
            earned_millis: fields.int()?,
            labour_millis: fields.int()?,
            rejected_millis: fields.int()?,
            startup_rejected_millis: fields.int()?,
            units_without_cycle: fields.int()?,
            units_without_labour_standard: fields.int()?,
            units_inferred: fields.int()?,
            inspected: fields.int()?,
            passed: fields.int()?,
            inspection_defects: fields.int()?,
            opportunity_defects: fields.int()?,
            opportunities: fields.int()?,
            inspected_without_opportunities: fields.int()?,
            ..Self::empty(client_id, line_id, shift_id, production_date, time)
        })
    }
}

impl FromPacked for Running {
    fn from_packed(fields: &mut Fields<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            line_shift: key(fields)?,
            started_at: fields.instant()?,
            loss: spelled(fields.text()?, Loss::parse)?,
            counted: fields.flag()?,
            reason: fields.text()?.to_owned(),
            reason_name: fields.text()?.to_owned(),
        })
    }
}

impl Running {
    /// This stop as a line shift has it: where it began, and in every later one of the line. Not in a later
    /// reserved one: that spans the hours of the day's shifts too, which would count the same minutes again.
    fn within(&self, key: &LineShiftKey, sums: &LineShiftSums) -> Option<RunningStop> {
        let began_here = *key == self.line_shift;
        let is_later = sums.starts_at > self.started_at && key.shift_id.as_str() != NO_SHIFT;
        (began_here || is_later).then_some(RunningStop {
            started_at: self.started_at,
            loss: self.loss,
            is_continued: !(began_here && self.counted),
        })
    }
}

/// Puts the stops that run into the line shifts that they reach into.
pub(super) fn add_running(sums: &mut [LineShiftSums], running: &[Running]) {
    let mut of_line: BTreeMap<(&ClientId, &LineId), Vec<&Running>> = BTreeMap::new();
    for stop in running {
        of_line.entry((&stop.line_shift.client_id, &stop.line_shift.line_id)).or_default().push(stop);
    }
    if of_line.is_empty() {
        return;
    }
    for row in sums {
        let key = row.key();
        for stop in of_line.get(&(&key.client_id, &key.line_id)).into_iter().flatten() {
            row.running_stops.extend(stop.within(&key, row));
        }
    }
}

struct ClientRows(Vec<LineShiftSums>);

impl FromCells for ClientRows {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        let (rows, running) = (cells.text_opt()?, cells.text_opt()?);
        let mut sums: Vec<LineShiftSums> = unpack(rows.as_deref())?;
        sums.sort_by_cached_key(LineShiftSums::key);
        add_running(&mut sums, &unpack::<Running>(running.as_deref())?);
        Ok(Self(sums))
    }
}

/// The sums of every line shift selected, by client, date, shift and line.
pub(crate) async fn line_shifts(
    tx: &mut impl Look,
    selection: Selection<'_>,
) -> Result<Vec<LineShiftSums>, StoreError> {
    let Selection { window, client_id, line_id, shift_id } = selection;
    let rows: Vec<ClientRows> =
        tx.all(LINE_SHIFTS, args![window.from(), window.to(), line_id, shift_id, client_id]).await?;
    Ok(rows.into_iter().flat_map(|rows| rows.0).collect())
}
