//! What a new count refers to, read in one statement: asking for each thing alone would take longer than finding it.

use super::error::StoreError;
use super::funnel::{Cells, FromCells, Look, args, statements};
use super::line_shift::LineShift;
use super::master_data::{Line, Product};
use super::order::WorkOrder;
use super::tally::packed::{Fields, FromPacked, or_empty, packed, unpack};
use crate::domain::clock::ProductionDate;
use crate::domain::id::{ClientId, EntryId, JobId, LineId, ProductId, ShiftId, WorkOrderId};
use crate::domain::measure::{Millis, Units};
use crate::domain::shift::{LineShiftKey, Shift, Weekdays};
use crate::kpi::Window;

statements! {
    /// Whether the entry is there, the line, the product, the order, whether it has the job, the shifts, and the line
    /// shifts of the line on the dates `$7` to `$8`.
    REFERRED = concat!(
        "SELECT (SELECT count(*) FROM production_entry AS e WHERE e.client_id = $1 AND e.entry_id = $2), (SELECT ",
        packed!("l.line_id", "l.name", "l.micro_stop_minutes", "l.active"),
        " FROM production_line AS l WHERE l.client_id = $1 AND l.line_id = $3 AND l.deleted_at IS NULL), (SELECT ",
        packed!("p.product_id", "p.name", or_empty!("p.ideal_cycle_ms"), or_empty!("p.labour_standard_ms"), "p.standard_crew", "p.active"),
        " FROM client_product AS k JOIN product AS p ON p.product_id = k.product_id
          WHERE k.client_id = $1 AND k.product_id = $4 AND k.deleted_at IS NULL AND p.deleted_at IS NULL), (SELECT ",
        packed!("o.product_id", "o.quantity", or_empty!("o.ideal_cycle_ms")),
        " FROM work_order AS o WHERE o.client_id = $1 AND o.work_order_id = $5 AND o.deleted_at IS NULL),
          (SELECT count(*) FROM job AS j WHERE j.client_id = $1 AND j.work_order_id = $5 AND j.job_id = $6 AND j.deleted_at IS NULL),
          (SELECT ",
        packed!("s.shift_id", "s.valid_from", "s.name", "s.start_minute", "s.end_minute", "s.break_minutes", "s.days"),
        " FROM shift AS s WHERE s.active = 1 AND s.deleted_at IS NULL), (SELECT ",
        packed!("r.production_date", "r.shift_id", "r.status", "coalesce(r.closed_by, '')"),
        " FROM line_shift AS r WHERE r.client_id = $1 AND r.production_date BETWEEN $7 AND $8 AND r.line_id = $3
            AND r.deleted_at IS NULL)"
    );
}

/// What a new count names.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Named<'a> {
    /// The client.
    pub(crate) client_id: &'a ClientId,
    /// The entry itself.
    pub(crate) entry_id: EntryId,
    /// The line.
    pub(crate) line_id: &'a LineId,
    /// The product.
    pub(crate) product_id: &'a ProductId,
    /// The order, where one is named.
    pub(crate) work_order_id: Option<&'a WorkOrderId>,
    /// The job, where one is named.
    pub(crate) job_id: Option<&'a JobId>,
    /// The dates on which its line shift may lie.
    pub(crate) dates: Window,
}

/// What was found of it.
#[derive(Debug)]
pub(crate) struct Referred {
    /// Whether the entry is there already.
    pub(crate) is_entered: bool,
    /// The line, in use or not.
    pub(crate) line: Option<Line>,
    /// The product, if the client may know of it.
    pub(crate) product: Option<Product>,
    /// The order.
    pub(crate) order: Option<WorkOrder>,
    /// Whether the order has the job.
    pub(crate) has_job: bool,
    /// Every version of every active shift, by shift and date.
    pub(crate) shifts: Vec<Shift>,
    /// The line shifts of the line that were opened on the dates.
    line_shifts: Vec<(ProductionDate, ShiftId, LineShift)>,
}

impl Referred {
    /// The line shift of the line, if it was opened and lies on the dates that were looked at.
    pub(crate) fn line_shift(&self, key: &LineShiftKey) -> Option<&LineShift> {
        let is_it = |(date, shift, _): &&(ProductionDate, ShiftId, LineShift)| {
            (*date, shift) == (key.production_date, &key.shift_id)
        };
        self.line_shifts.iter().find(is_it).map(|(.., line_shift)| line_shift)
    }
}

struct OpenedOn(ProductionDate, ShiftId, LineShift);

impl FromPacked for Line {
    fn from_packed(fields: &mut Fields<'_>) -> Result<Self, StoreError> {
        let (line_id, name) = (fields.line()?, fields.text()?.to_owned());
        Ok(Self { line_id, name, micro_stop_minutes: fields.int()?, active: fields.flag()? })
    }
}

impl FromPacked for Product {
    fn from_packed(fields: &mut Fields<'_>) -> Result<Self, StoreError> {
        let (product_id, name) = (fields.product()?, fields.text()?.to_owned());
        let (ideal_cycle, labour_standard) = (fields.int_opt()?.map(Millis), fields.int_opt()?.map(Millis));
        let (standard_crew, active) = (fields.int()?, fields.flag()?);
        Ok(Self { product_id, name, ideal_cycle, labour_standard, standard_crew, active })
    }
}

impl FromPacked for WorkOrder {
    fn from_packed(fields: &mut Fields<'_>) -> Result<Self, StoreError> {
        let product_id = fields.product()?;
        Ok(Self { product_id, quantity: Units(fields.int()?), ideal_cycle: fields.int_opt()?.map(Millis) })
    }
}

impl FromPacked for Shift {
    fn from_packed(fields: &mut Fields<'_>) -> Result<Self, StoreError> {
        let (shift_id, valid_from, name) = (fields.shift()?, fields.date()?, fields.text()?.to_owned());
        let (start_minute, end_minute, break_minutes) = (fields.int()?, fields.int()?, fields.int()?);
        let days = Weekdays(fields.int()?);
        Ok(Self { shift_id, valid_from, name, start_minute, end_minute, break_minutes, days })
    }
}

impl FromPacked for OpenedOn {
    fn from_packed(fields: &mut Fields<'_>) -> Result<Self, StoreError> {
        let (date, shift_id) = (fields.date()?, fields.shift()?);
        let is_closed = fields.text()? == "closed";
        let by = fields.text()?;
        let closed_by = (is_closed && !by.is_empty()).then(|| by.to_owned());
        Ok(Self(date, shift_id, LineShift { closed_by }))
    }
}

/// The only row of a packed cell, or none.
fn only<T: FromPacked>(cells: &mut Cells<'_>) -> Result<Option<T>, StoreError> {
    Ok(unpack(cells.text_opt()?.as_deref())?.into_iter().next())
}

impl FromCells for Referred {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        let is_entered = cells.int()? > 0;
        let (line, product, order) = (only(cells)?, only(cells)?, only(cells)?);
        let has_job = cells.int()? > 0;
        let mut shifts: Vec<Shift> = unpack(cells.text_opt()?.as_deref())?;
        shifts.sort_by(|left, right| (&left.shift_id, left.valid_from).cmp(&(&right.shift_id, right.valid_from)));
        let opened: Vec<OpenedOn> = unpack(cells.text_opt()?.as_deref())?;
        let line_shifts = opened.into_iter().map(|OpenedOn(date, shift, line_shift)| (date, shift, line_shift));
        Ok(Self { is_entered, line, product, order, has_job, shifts, line_shifts: line_shifts.collect() })
    }
}

/// Reads what a new count names.
pub(crate) async fn referred(tx: &mut impl Look, named: Named<'_>) -> Result<Referred, StoreError> {
    let Named { client_id, entry_id, line_id, product_id, work_order_id, job_id, dates } = named;
    let values = args![client_id, entry_id, line_id, product_id, work_order_id, job_id, dates.from(), dates.to()];
    tx.one(REFERRED, values).await
}
