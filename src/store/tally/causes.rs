//! What stops, defects, absences and holds were caused by: stored sums by code, or entries where a line or a shift is
//! asked for, which stored sums do not know.

use super::Selection;
use super::extent::{Extent, month_number};
use crate::domain::id::ClientId;
use crate::kpi::Window;
use crate::store::error::StoreError;
use crate::store::funnel::{Cells, FromCells, Look, Value, args, statements};

/// Stored sums of the days and months of an extent, by code.
macro_rules! stored_causes {
    ($days:literal, $months:literal, $code:literal, $first:literal, $second:literal, $catalogue:literal) => {
        concat!(
            "SELECT t.client_id, t.code, n.name, CAST(sum(t.amount) AS BIGINT), CAST(sum(t.number) AS BIGINT) FROM (",
            stored_causes!(@part $days, $code, $first, $second, "d.production_date BETWEEN $1 AND $2"), " UNION ALL ",
            stored_causes!(@part $days, $code, $first, $second, "d.production_date BETWEEN $3 AND $4"), " UNION ALL ",
            stored_causes!(@part $months, $code, $first, $second, "d.month BETWEEN $5 AND $6"),
            ") AS t JOIN ", $catalogue, " AS n ON n.client_id = t.client_id AND n.code = t.code
             GROUP BY t.client_id, t.code, n.name"
        )
    };
    (@part $table:literal, $code:literal, $first:literal, $second:literal, $when:literal) => {
        concat!(
            "SELECT d.client_id, d.", $code, " AS code, ", $first, " AS amount, ", $second, " AS number
             FROM client AS c CROSS JOIN ", $table, " AS d
             WHERE ($7 IS NULL OR c.client_id = $7) AND d.client_id = c.client_id AND ", $when
        )
    };
}

/// Entries of the line shifts selected, by code.
macro_rules! entered_causes {
    ($from:literal, $code:literal, $amount:literal, $number:literal, $catalogue:literal) => {
        concat!(
            "SELECT e.client_id, ", $code, ", n.name, CAST(sum(", $amount, ") AS BIGINT), CAST(sum(", $number, ") AS BIGINT)
             FROM client AS c CROSS JOIN ", $from, " JOIN ", $catalogue, " AS n ON n.client_id = e.client_id AND n.code = ", $code, "
             WHERE ($5 IS NULL OR c.client_id = $5) AND e.client_id = c.client_id
               AND e.production_date BETWEEN $1 AND $2 AND ($4 IS NULL OR e.shift_id = $4) AND e.deleted_at IS NULL"
        )
    };
}

statements! {
    /// Unplanned stops that have ended, by reason.
    UNPLANNED = stored_causes!("tally_reason", "tally_reason_month", "reason", "d.unplanned_minutes", "d.unplanned_stops", "downtime_reason");
    /// Micro-stops, by reason.
    MICRO_STOPS = stored_causes!("tally_reason", "tally_reason_month", "reason", "d.micro_stop_minutes", "d.micro_stops", "downtime_reason");
    /// Defects, by type.
    DEFECTS = stored_causes!("tally_defect", "tally_defect_month", "defect_type", "d.defects", "d.defects", "defect_type");
    /// Absences that count, by type.
    ABSENCES = stored_causes!("tally_absence", "tally_absence_month", "absence_type", "d.absence_minutes", "d.absences", "absence_type");
    /// Holds that were placed in a span of time, by reason: units and holds.
    HOLDS = "SELECT e.client_id, e.reason, n.name, CAST(sum(e.quantity) AS BIGINT), count(*)
             FROM client AS c CROSS JOIN hold_entry AS e JOIN hold_reason AS n ON n.client_id = e.client_id AND n.code = e.reason
             WHERE ($3 IS NULL OR c.client_id = $3) AND e.client_id = c.client_id AND e.hold_from BETWEEN $1 AND $2
               AND e.status NOT IN ('requested', 'rejected', 'withdrawn') AND e.deleted_at IS NULL
             GROUP BY e.client_id, e.reason, n.name";
    /// Unplanned stops that have ended, in line shifts, by reason.
    UNPLANNED_ENTERED = concat!(
        entered_causes!("downtime_entry AS e", "e.reason", "e.minutes", "e.counted", "downtime_reason"),
        " AND ($3 IS NULL OR e.line_id = $3) AND e.minutes IS NOT NULL AND e.loss <> 'planned' AND e.micro_stop = 0
         GROUP BY e.client_id, e.reason, n.name"
    );
    /// Micro-stops in line shifts, by reason.
    MICRO_STOPS_ENTERED = concat!(
        entered_causes!("downtime_entry AS e", "e.reason", "e.minutes", "e.counted", "downtime_reason"),
        " AND ($3 IS NULL OR e.line_id = $3) AND e.micro_stop = 1 GROUP BY e.client_id, e.reason, n.name"
    );
    /// Defects named by the inspections of line shifts, by type.
    DEFECTS_ENTERED = concat!(
        entered_causes!(
            "quality_entry AS e JOIN defect_detail AS d ON d.client_id = e.client_id AND d.quality_entry_id = e.entry_id",
            "d.defect_type", "d.count", "d.count", "defect_type"
        ),
        " AND ($3 IS NULL OR e.line_id = $3) AND d.deleted_at IS NULL GROUP BY e.client_id, d.defect_type, n.name"
    );
    /// Failed units of inspections of line shifts that name no defects.
    DEFECTS_UNNAMED = concat!(
        entered_causes!("quality_entry AS e", "'UNCLASSIFIED'", "e.inspected - e.passed", "e.inspected - e.passed", "defect_type"),
        " AND ($3 IS NULL OR e.line_id = $3) AND e.defect_count = 0 GROUP BY e.client_id, n.name"
    );
    /// Absences that count in shifts, by type.
    ABSENCES_ENTERED = concat!(
        entered_causes!("attendance_entry AS e", "e.absence_type", "e.absence_minutes", "1", "absence_type"),
        " AND e.absence_counts = 1 AND e.absence_minutes > 0 GROUP BY e.client_id, e.absence_type, n.name"
    );
}

/// What is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CauseKind {
    /// Unplanned stops that have ended, micro-stops excepted: minutes and stops.
    Unplanned,
    /// Micro-stops: minutes and stops.
    MicroStops,
    /// Defects.
    Defects,
    /// Absences that count: minutes and absences.
    Absences,
}

/// One cause at one client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Cause {
    /// The client.
    pub(crate) client_id: ClientId,
    /// Its code.
    pub(crate) code: String,
    /// What it is called.
    pub(crate) name: String,
    /// How much of it there was: minutes, defects or units.
    pub(crate) amount: i64,
    /// How often it was.
    pub(crate) number: i64,
}

impl FromCells for Cause {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            client_id: cells.client()?,
            code: cells.text()?,
            name: cells.text()?,
            amount: cells.int()?,
            number: cells.int()?,
        })
    }
}

/// The causes stored for an extent, of every client in view or of one.
pub(crate) async fn stored(
    tx: &mut impl Look,
    kind: CauseKind,
    extent: Extent,
    only: Option<&ClientId>,
) -> Result<Vec<Cause>, StoreError> {
    let sql = match kind {
        CauseKind::Unplanned => UNPLANNED,
        CauseKind::MicroStops => MICRO_STOPS,
        CauseKind::Defects => DEFECTS,
        CauseKind::Absences => ABSENCES,
    };
    let [first, second] = extent.stretches();
    let (from, to) = (|part: Option<Window>| part.map(Window::from), |part: Option<Window>| part.map(Window::to));
    let month = |date: Option<_>| date.map(month_number);
    let (first_month, last_month) = (month(from(extent.months())), month(to(extent.months())));
    tx.all(sql, args![from(first), to(first), from(second), to(second), first_month, last_month, only]).await
}

/// The causes entered in the line shifts selected.
pub(crate) async fn entered(
    tx: &mut impl Look,
    kind: CauseKind,
    selection: Selection<'_>,
) -> Result<Vec<Cause>, StoreError> {
    let Selection { window, client_id, line_id, shift_id } = selection;
    let values = || -> Vec<Value> { args![window.from(), window.to(), line_id, shift_id, client_id] };
    match kind {
        CauseKind::Unplanned => tx.all(UNPLANNED_ENTERED, values()).await,
        CauseKind::MicroStops => tx.all(MICRO_STOPS_ENTERED, values()).await,
        CauseKind::Absences => tx.all(ABSENCES_ENTERED, values()).await,
        CauseKind::Defects => {
            let mut causes: Vec<Cause> = tx.all(DEFECTS_ENTERED, values()).await?;
            causes.append(&mut tx.all(DEFECTS_UNNAMED, values()).await?);
            Ok(causes)
        }
    }
}

/// The reasons of the holds that were placed in a span of time: units and holds.
pub(crate) async fn holds(
    tx: &mut impl Look,
    from: crate::domain::clock::Instant,
    to: crate::domain::clock::Instant,
    only: Option<&ClientId>,
) -> Result<Vec<Cause>, StoreError> {
    tx.all(HOLDS, args![from, to, only]).await
}
