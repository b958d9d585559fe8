//! What a shift has and lacks when it is handed over.

use super::error::StoreError;
use super::funnel::{Cells, FromCells, Look, args, statements};
use super::master_data::spelled;
use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::id::{ClientId, Code, LineId, ProductId, ShiftId, WorkOrderId};
use crate::domain::measure::Units;
use crate::domain::order::Priority;
use crate::kpi::{Kpi, Target};

statements! {
    /// The line shifts of some days that were opened, the newest first.
    OPENED = "SELECT production_date, shift_id, starts_at, ends_at, closed_by, handover_note, reopened_by,
                     reopened_reason
              FROM line_shift WHERE client_id = $1 AND production_date BETWEEN $2 AND $3 AND deleted_at IS NULL
              ORDER BY starts_at DESC, shift_id, line_id";
    /// What the shift that was closed last left, of every client and line.
    LEFT = "SELECT s.client_id, s.production_date, s.shift_id, s.closed_by, s.handover_note
            FROM line_shift AS s
            WHERE s.production_date BETWEEN $1 AND $2 AND s.closed_by IS NOT NULL AND s.handover_note IS NOT NULL
              AND s.deleted_at IS NULL AND NOT EXISTS (
                SELECT 1 FROM line_shift AS l
                WHERE l.client_id = s.client_id AND l.production_date BETWEEN s.production_date AND $2
                  AND l.starts_at > s.starts_at AND l.closed_by IS NOT NULL AND l.deleted_at IS NULL)
            ORDER BY s.client_id, s.shift_id, s.line_id";
    /// The open orders of a client, the most urgent first, with what is made of them.
    TO_MAKE = "SELECT o.work_order_id, o.product_id, o.priority, o.required_date, o.quantity,
                      (SELECT CAST(coalesce(sum(p.units), 0) AS BIGINT) FROM production_entry AS p
                       WHERE p.client_id = o.client_id AND p.work_order_id = o.work_order_id AND p.deleted_at IS NULL)
               FROM work_order AS o
               WHERE o.client_id = $1 AND o.status IN ('planned', 'released', 'in_process') AND o.deleted_at IS NULL
               ORDER BY CASE o.priority WHEN 'rush' THEN 0 WHEN 'standard' THEN 1 ELSE 2 END,
                        o.required_date NULLS LAST, o.work_order_id LIMIT $2";
    /// Who was away in a shift, and why.
    AWAY = "SELECT m.name, y.name FROM attendance_entry AS a
            JOIN employee_client_assignment AS m
              ON m.client_id = a.client_id AND m.employee_number = a.employee_number
            LEFT JOIN absence_type AS y ON y.client_id = a.client_id AND y.code = a.absence_type
            WHERE a.client_id = $1 AND a.production_date = $2 AND a.shift_id = $3 AND a.absence_minutes > 0
              AND a.deleted_at IS NULL ORDER BY m.name, a.employee_number";
    /// What the lines of a shift are to make.
    LINE_TARGETS = "SELECT line_id, target_units FROM line_shift
                    WHERE client_id = $1 AND production_date = $2 AND shift_id = $3 AND target_units IS NOT NULL
                      AND deleted_at IS NULL ORDER BY line_id";
    /// The targets of a client's KPIs on a date, the newest last of each.
    KPI_TARGETS = "SELECT kpi, target_micro, warning_micro FROM kpi_target
                   WHERE client_id = $1 AND valid_from <= $2 AND deleted_at IS NULL ORDER BY kpi, valid_from";
    /// Counts of a shift by line, and how many of them are estimated.
    COUNTED = "SELECT line_id, CAST(count(*) AS BIGINT), CAST(sum(estimated) AS BIGINT) FROM production_entry
               WHERE client_id = $1 AND production_date = $2 AND shift_id = $3 AND deleted_at IS NULL GROUP BY line_id";
    /// Stops of a shift that nobody has given a reason.
    WITHOUT_REASON = "SELECT CAST(count(*) AS BIGINT) FROM downtime_entry
                      WHERE client_id = $1 AND production_date = $2 AND shift_id = $3 AND reason = $4 AND counted = 1
                        AND deleted_at IS NULL";
    /// Holds that wait for a decision.
    UNDECIDED = "SELECT CAST(count(*) AS BIGINT) FROM hold_entry
                 WHERE client_id = $1 AND released_at IS NULL AND status IN ('requested', 'release_requested')
                   AND deleted_at IS NULL";
    /// People whose attendance of a shift was taken.
    ATTENDANCE = "SELECT CAST(count(*) AS BIGINT) FROM attendance_entry
                  WHERE client_id = $1 AND production_date = $2 AND shift_id = $3 AND deleted_at IS NULL";
    /// People of the client.
    PEOPLE = "SELECT CAST(count(*) AS BIGINT) FROM employee_client_assignment
              WHERE client_id = $1 AND active = 1 AND deleted_at IS NULL";
}

/// A line shift that was opened.
#[derive(Debug, Clone)]
pub(crate) struct Opened {
    /// The date it began.
    pub(crate) production_date: ProductionDate,
    /// The shift.
    pub(crate) shift_id: ShiftId,
    /// Its start.
    pub(crate) starts_at: Instant,
    /// Its end.
    pub(crate) ends_at: Instant,
    /// Who closed it, if it is closed.
    pub(crate) closed_by: Option<String>,
    /// What was left for the next shift.
    pub(crate) handover_note: Option<String>,
    /// Who reopened it.
    pub(crate) reopened_by: Option<String>,
    /// Why.
    pub(crate) reopened_reason: Option<String>,
}

impl FromCells for Opened {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            production_date: cells.date()?,
            shift_id: cells.shift()?,
            starts_at: cells.instant()?,
            ends_at: cells.instant()?,
            closed_by: cells.text_opt()?,
            handover_note: cells.text_opt()?,
            reopened_by: cells.text_opt()?,
            reopened_reason: cells.text_opt()?,
        })
    }
}

/// The counts of one line.
#[derive(Debug, Clone)]
pub(crate) struct Counted {
    /// The line.
    pub(crate) line_id: LineId,
    /// How many.
    pub(crate) counts: i64,
    /// How many of them stand in for figures that are not to be had.
    pub(crate) estimated: i64,
}

impl FromCells for Counted {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self { line_id: cells.line()?, counts: cells.int()?, estimated: cells.int()? })
    }
}

/// The line shifts of some days, the newest first.
pub(crate) async fn opened(
    tx: &mut impl Look,
    client: &ClientId,
    from: ProductionDate,
    to: ProductionDate,
) -> Result<Vec<Opened>, StoreError> {
    tx.all(OPENED, args![client, from, to]).await
}

/// What a shift has.
#[derive(Debug, Clone)]
pub(crate) struct Content {
    /// Counts by line.
    pub(crate) counted: Vec<Counted>,
    /// Stops without a reason.
    pub(crate) without_reason: i64,
    /// Holds of the client that wait for a decision.
    pub(crate) undecided: i64,
    /// People whose attendance was taken.
    pub(crate) attendance: i64,
    /// People of the client.
    pub(crate) people: i64,
}

/// What a shift has, of all that a close asks for.
pub(crate) async fn content(
    tx: &mut impl Look,
    client: &ClientId,
    (date, shift): (ProductionDate, &ShiftId),
    unclassified: &Code,
) -> Result<Content, StoreError> {
    Ok(Content {
        counted: tx.all(COUNTED, args![client, date, shift]).await?,
        without_reason: tx.one(WITHOUT_REASON, args![client, date, shift, unclassified]).await?,
        undecided: tx.one(UNDECIDED, args![client]).await?,
        attendance: tx.one(ATTENDANCE, args![client, date, shift]).await?,
        people: tx.one(PEOPLE, args![client]).await?,
    })
}

/// A shift that left a note.
#[derive(Debug, Clone)]
pub(crate) struct Left {
    /// The client.
    pub(crate) client_id: ClientId,
    /// The date it began.
    pub(crate) production_date: ProductionDate,
    /// The shift.
    pub(crate) shift_id: ShiftId,
    /// Who closed it.
    pub(crate) closed_by: String,
    /// What it left.
    pub(crate) note: String,
}

impl FromCells for Left {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            client_id: cells.client()?,
            production_date: cells.date()?,
            shift_id: cells.shift()?,
            closed_by: cells.text()?,
            note: cells.text()?,
        })
    }
}

/// What the shift that was closed last left, of every client and line in view, looking back some days.
pub(crate) async fn left(
    tx: &mut impl Look,
    from: ProductionDate,
    to: ProductionDate,
) -> Result<Vec<Left>, StoreError> {
    tx.all(LEFT, args![from, to]).await
}

/// An order that is to be made.
#[derive(Debug, Clone)]
pub(crate) struct ToMake {
    /// The order.
    pub(crate) work_order_id: WorkOrderId,
    /// Its product.
    pub(crate) product_id: ProductId,
    /// How urgent it is.
    pub(crate) priority: Priority,
    /// When it is due.
    pub(crate) required_date: Option<ProductionDate>,
    /// How much is ordered.
    pub(crate) quantity: Units,
    /// How much is made.
    pub(crate) made: Units,
}

impl FromCells for ToMake {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            work_order_id: cells.order()?,
            product_id: cells.product()?,
            priority: spelled(&cells.text()?, Priority::parse)?,
            required_date: cells.date_opt()?,
            quantity: cells.units()?,
            made: cells.units()?,
        })
    }
}

struct Away(String, Option<String>);

impl FromCells for Away {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self(cells.text()?, cells.text_opt()?))
    }
}

struct LineTarget(LineId, Units);

impl FromCells for LineTarget {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self(cells.line()?, cells.units()?))
    }
}

struct KpiTarget(Kpi, Target);

impl FromCells for KpiTarget {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        let kpi = spelled(&cells.text()?, Kpi::parse)?;
        Ok(Self(kpi, Target { target_micro: cells.int()?, warn_micro: cells.int_opt()? }))
    }
}

/// What a shift begins with.
#[derive(Debug, Clone)]
pub(crate) struct Beginning {
    /// Open orders, the most urgent first.
    pub(crate) orders: Vec<ToMake>,
    /// Who is away, and why.
    pub(crate) away: Vec<(String, Option<String>)>,
    /// What its lines are to make.
    pub(crate) lines: Vec<(LineId, Units)>,
    /// The targets of the KPIs in force.
    pub(crate) kpis: Vec<(Kpi, Target)>,
}

/// What a shift begins with; so many orders at most.
pub(crate) async fn beginning(
    tx: &mut impl Look,
    client: &ClientId,
    (date, shift): (ProductionDate, &ShiftId),
    orders: i64,
) -> Result<Beginning, StoreError> {
    let away: Vec<Away> = tx.all(AWAY, args![client, date, shift]).await?;
    let lines: Vec<LineTarget> = tx.all(LINE_TARGETS, args![client, date, shift]).await?;
    let kpis: Vec<KpiTarget> = tx.all(KPI_TARGETS, args![client, date]).await?;
    let mut in_force: Vec<(Kpi, Target)> = Vec::new();
    for KpiTarget(kpi, target) in kpis {
        match in_force.iter_mut().find(|(known, _)| *known == kpi) {
            Some((_, known)) => *known = target,
            None => in_force.push((kpi, target)),
        }
    }
    Ok(Beginning {
        orders: tx.all(TO_MAKE, args![client, orders]).await?,
        away: away.into_iter().map(|Away(name, why)| (name, why)).collect(),
        lines: lines.into_iter().map(|LineTarget(line, units)| (line, units)).collect(),
        kpis: in_force,
    })
}
