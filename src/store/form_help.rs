//! What can be chosen in the entry forms of one client, and what was entered last.

use super::error::StoreError;
use super::funnel::{Cells, FromCells, Look, args, statements};
use crate::domain::id::{ClientId, Code, EntryId, JobId, LineId, PartNumber, ProductId, Stage, WorkOrderId};
use crate::domain::measure::{Millis, Units};

statements! {
    /// Lines: key, number, name, more.
    LINES = "SELECT line_id, CAST(NULL AS BIGINT), name, '' FROM production_line
             WHERE client_id = $1 AND active = 1 AND deleted_at IS NULL ORDER BY line_id";
    /// Products linked to the client.
    PRODUCTS = "SELECT p.product_id, CAST(NULL AS BIGINT), p.name, '' FROM client_product AS l
                JOIN product AS p ON p.product_id = l.product_id
                WHERE l.client_id = $1 AND l.deleted_at IS NULL AND p.deleted_at IS NULL AND p.active = 1 ORDER BY p.product_id";
    /// Open orders by priority, then due date; more is the product.
    WORK_ORDERS = "SELECT w.work_order_id, CAST(NULL AS BIGINT), p.name, w.product_id FROM work_order AS w
                   JOIN product AS p ON p.product_id = w.product_id
                   WHERE w.client_id = $1 AND w.status IN ('planned', 'released', 'in_process') AND w.deleted_at IS NULL
                   ORDER BY CASE w.priority WHEN 'rush' THEN 0 WHEN 'standard' THEN 1 ELSE 2 END,
                            w.required_date NULLS LAST, w.work_order_id
                   LIMIT 500";
    /// Jobs of open orders; more is the order.
    JOBS = "SELECT j.job_id, CAST(NULL AS BIGINT), j.part_number, j.work_order_id FROM job AS j
            JOIN work_order AS w ON w.client_id = j.client_id AND w.work_order_id = j.work_order_id
            WHERE j.client_id = $1 AND w.status IN ('planned', 'released', 'in_process') AND j.deleted_at IS NULL
            ORDER BY j.work_order_id, j.job_id LIMIT 500";
    /// Reasons of stops; more is the loss.
    DOWNTIME_REASONS = "SELECT code, number, name, loss FROM downtime_reason
                        WHERE client_id = $1 AND hidden = 0 AND deleted_at IS NULL ORDER BY number NULLS LAST, code";
    /// Reasons of holds; more is the group.
    HOLD_REASONS = "SELECT code, number, name, coalesce(code_group, '') FROM hold_reason
                    WHERE client_id = $1 AND hidden = 0 AND deleted_at IS NULL ORDER BY number NULLS LAST, code";
    /// Types of absences; more is the group.
    ABSENCE_TYPES = "SELECT code, number, name, coalesce(code_group, '') FROM absence_type
                     WHERE client_id = $1 AND hidden = 0 AND deleted_at IS NULL ORDER BY number NULLS LAST, code";
    /// Types of defects; more is the group.
    DEFECT_TYPES = "SELECT code, number, name, coalesce(code_group, '') FROM defect_type
                    WHERE client_id = $1 AND hidden = 0 AND deleted_at IS NULL ORDER BY number NULLS LAST, code";
    /// Stages in their order.
    STAGES = "SELECT stage, CAST(NULL AS BIGINT), '', '' FROM stage
              WHERE client_id = $1 AND deleted_at IS NULL ORDER BY position, stage";
    /// Parts with opportunities.
    PARTS = "SELECT part_number, CAST(NULL AS BIGINT), coalesce(description, ''), '' FROM part_opportunities
             WHERE client_id = $1 AND deleted_at IS NULL ORDER BY part_number LIMIT 500";
    /// The newest inspection of each stage, a person's own first; entry ids sort by time.
    LAST_INSPECTIONS = "SELECT entry_id, line_id, stage, work_order_id, job_id, part_number, inspected, own FROM (
                          SELECT entry_id, line_id, stage, work_order_id, job_id, part_number, inspected,
                                 CASE WHEN created_by = $2 THEN 1 ELSE 0 END AS own,
                                 row_number() OVER (PARTITION BY stage, CASE WHEN created_by = $2 THEN 1 ELSE 0 END
                                                    ORDER BY created_at DESC, entry_id DESC) AS place
                          FROM quality_entry
                          WHERE client_id = $1 AND deleted_at IS NULL AND production_date >= $3) AS looked
                        WHERE place = 1 ORDER BY own DESC, entry_id DESC";
    /// Ideal cycles of a client's products.
    PRODUCT_CYCLES = "SELECT p.product_id, p.ideal_cycle_ms FROM client_product AS l
                      JOIN product AS p ON p.product_id = l.product_id
                      WHERE l.client_id = $1 AND l.deleted_at IS NULL AND p.deleted_at IS NULL
                        AND p.ideal_cycle_ms IS NOT NULL ORDER BY p.product_id";
    /// Open orders' own ideal cycles.
    ORDER_CYCLES = "SELECT work_order_id, ideal_cycle_ms FROM work_order
                    WHERE client_id = $1 AND status IN ('planned', 'released', 'in_process')
                      AND ideal_cycle_ms IS NOT NULL AND deleted_at IS NULL ORDER BY work_order_id";
    /// What an inspection found, by type.
    FOUND = "SELECT defect_type, count FROM defect_detail
             WHERE client_id = $1 AND quality_entry_id = $2 AND deleted_at IS NULL ORDER BY count DESC, defect_type";
    /// The newest count of each line, a person's own first; entry ids sort by time.
    LAST_COUNTS = "SELECT line_id, product_id, work_order_id, job_id, own FROM (
                     SELECT line_id, product_id, work_order_id, job_id, entry_id,
                            CASE WHEN created_by = $2 THEN 1 ELSE 0 END AS own,
                            row_number() OVER (PARTITION BY line_id, CASE WHEN created_by = $2 THEN 1 ELSE 0 END
                                               ORDER BY created_at DESC, entry_id DESC) AS place
                     FROM production_entry
                     WHERE client_id = $1 AND deleted_at IS NULL AND production_date >= $3) AS counted
                   WHERE place = 1 ORDER BY own DESC, entry_id DESC";
}

/// One thing to choose.
#[derive(Debug, Clone)]
pub(crate) struct ChoiceRow {
    /// What is stored.
    pub(crate) code: String,
    /// The short number for typing.
    pub(crate) number: Option<i64>,
    /// What people call it.
    pub(crate) name: String,
    /// A third thing worth seeing.
    pub(crate) more: String,
}

impl FromCells for ChoiceRow {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self { code: cells.text()?, number: cells.int_opt()?, name: cells.text()?, more: cells.text()? })
    }
}

/// What a line last counted.
#[derive(Debug, Clone)]
pub(crate) struct LastCountRow {
    /// The line.
    pub(crate) line_id: LineId,
    /// The product.
    pub(crate) product_id: ProductId,
    /// The order.
    pub(crate) work_order_id: Option<WorkOrderId>,
    /// The job.
    pub(crate) job_id: Option<JobId>,
    /// Whether the person entered it.
    pub(crate) own: bool,
}

impl FromCells for LastCountRow {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            line_id: cells.line()?,
            product_id: cells.product()?,
            work_order_id: cells.order_opt()?,
            job_id: cells.job_opt()?,
            own: cells.flag()?,
        })
    }
}

/// What was last inspected at a stage.
#[derive(Debug, Clone)]
pub(crate) struct LastInspectionRow {
    /// Its key.
    pub(crate) entry_id: EntryId,
    /// The line.
    pub(crate) line_id: LineId,
    /// The stage.
    pub(crate) stage: Stage,
    /// The order.
    pub(crate) work_order_id: Option<WorkOrderId>,
    /// The job.
    pub(crate) job_id: Option<JobId>,
    /// The part.
    pub(crate) part_number: Option<PartNumber>,
    /// Units looked at.
    pub(crate) inspected: Units,
    /// Whether the person entered it.
    pub(crate) own: bool,
}

impl FromCells for LastInspectionRow {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            entry_id: EntryId(cells.id()?),
            line_id: cells.line()?,
            stage: Stage::stored(cells.text()?),
            work_order_id: cells.order_opt()?,
            job_id: cells.job_opt()?,
            part_number: cells.text_opt()?.map(PartNumber::stored),
            inspected: cells.units()?,
            own: cells.flag()?,
        })
    }
}

struct FoundRow(Code, i64);

impl FromCells for FoundRow {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self(cells.code()?, cells.int()?))
    }
}

/// What can be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Choosable {
    /// Lines.
    Lines,
    /// Products.
    Products,
    /// Open orders.
    WorkOrders,
    /// Their jobs.
    Jobs,
    /// Reasons of stops.
    DowntimeReasons,
    /// Reasons of holds.
    HoldReasons,
    /// Types of absences.
    AbsenceTypes,
    /// Types of defects.
    DefectTypes,
    /// Stages of inspection.
    Stages,
    /// Parts with opportunities.
    Parts,
}

/// The choices of one kind.
pub(crate) async fn choices(
    tx: &mut impl Look,
    client: &ClientId,
    kind: Choosable,
) -> Result<Vec<ChoiceRow>, StoreError> {
    let sql = match kind {
        Choosable::Lines => LINES,
        Choosable::Products => PRODUCTS,
        Choosable::WorkOrders => WORK_ORDERS,
        Choosable::Jobs => JOBS,
        Choosable::DowntimeReasons => DOWNTIME_REASONS,
        Choosable::HoldReasons => HOLD_REASONS,
        Choosable::AbsenceTypes => ABSENCE_TYPES,
        Choosable::DefectTypes => DEFECT_TYPES,
        Choosable::Stages => STAGES,
        Choosable::Parts => PARTS,
    };
    tx.all(sql, args![client]).await
}

/// The newest counts since a date: each line's by this person, then each line's by others.
pub(crate) async fn last_counts(
    tx: &mut impl Look,
    client: &ClientId,
    login: &str,
    since: crate::domain::clock::ProductionDate,
) -> Result<Vec<LastCountRow>, StoreError> {
    tx.all(LAST_COUNTS, args![client, login, since]).await
}

/// The newest inspections since a date: each stage's by this person, then each stage's by others.
pub(crate) async fn last_inspections(
    tx: &mut impl Look,
    client: &ClientId,
    login: &str,
    since: crate::domain::clock::ProductionDate,
) -> Result<Vec<LastInspectionRow>, StoreError> {
    tx.all(LAST_INSPECTIONS, args![client, login, since]).await
}

/// What an inspection found, by type.
pub(crate) async fn found(
    tx: &mut impl Look,
    client: &ClientId,
    inspection: EntryId,
) -> Result<Vec<(Code, i64)>, StoreError> {
    let rows: Vec<FoundRow> = tx.all(FOUND, args![client, inspection]).await?;
    Ok(rows.into_iter().map(|FoundRow(code, count)| (code, count)).collect())
}

struct CycleRow(String, Millis);

impl FromCells for CycleRow {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self(cells.text()?, Millis(cells.int()?)))
    }
}

/// Ideal cycles by product, and by order where it has its own.
#[derive(Debug, Clone)]
pub(crate) struct Cycles {
    /// Those of products.
    pub(crate) products: Vec<(ProductId, Millis)>,
    /// Those of open orders.
    pub(crate) orders: Vec<(WorkOrderId, Millis)>,
}

/// The ideal cycles that a client's counts are judged by, as far as they are stated.
pub(crate) async fn cycles(tx: &mut impl Look, client: &ClientId) -> Result<Cycles, StoreError> {
    let products: Vec<CycleRow> = tx.all(PRODUCT_CYCLES, args![client]).await?;
    let orders: Vec<CycleRow> = tx.all(ORDER_CYCLES, args![client]).await?;
    Ok(Cycles {
        products: products.into_iter().map(|CycleRow(id, cycle)| (ProductId::stored(id), cycle)).collect(),
        orders: orders.into_iter().map(|CycleRow(id, cycle)| (WorkOrderId::stored(id), cycle)).collect(),
    })
}
