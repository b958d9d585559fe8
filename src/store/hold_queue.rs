//! What waits for a decision about held goods, and what a hold holds in words.

use super::board::BoardHold;
use super::error::StoreError;
use super::funnel::{Cells, FromCells, Look, args, statements};
use super::master_data::spelled;
use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::hold::{Hands, HoldStatus};
use crate::domain::id::{ClientId, EntryId, JobId, ProductId, WorkOrderId};
use crate::domain::measure::Units;

statements! {
    /// Holds that somebody has to decide, of every client in view, the longest waiting first.
    UNDECIDED = "SELECT h.client_id, h.hold_id, h.work_order_id, r.name, h.quantity, h.status,
                        coalesce(h.release_requested_at, h.requested_at, h.created_at) AS since, h.requested_by,
                        coalesce(h.placed_by, h.approved_by), h.release_requested_by, w.required_date
                 FROM hold_entry AS h
                 JOIN hold_reason AS r ON r.client_id = h.client_id AND r.code = h.reason
                 JOIN work_order AS w ON w.client_id = h.client_id AND w.work_order_id = h.work_order_id
                 WHERE h.released_at IS NULL AND h.status IN ('requested', 'release_requested')
                   AND h.deleted_at IS NULL
                 ORDER BY since, h.client_id, h.hold_id LIMIT 500";
    /// What a hold holds, in words.
    GOODS = "SELECT h.work_order_id, w.product_id, p.name, h.job_id, r.name, h.quantity, h.status, h.requested_by,
                    coalesce(h.placed_by, h.approved_by), coalesce(h.hold_from, h.requested_at, h.created_at),
                    h.disposition, h.notes
             FROM hold_entry AS h
             JOIN hold_reason AS r ON r.client_id = h.client_id AND r.code = h.reason
             JOIN work_order AS w ON w.client_id = h.client_id AND w.work_order_id = h.work_order_id
             JOIN product AS p ON p.product_id = w.product_id
             WHERE h.client_id = $1 AND h.hold_id = $2 AND h.deleted_at IS NULL";
}

/// A hold that somebody has to decide.
#[derive(Debug, Clone)]
pub(crate) struct Open {
    /// What is held, since when it waits.
    pub(crate) hold: BoardHold,
    requested_by: Option<String>,
    placed_by: Option<String>,
    release_requested_by: Option<String>,
    /// When the order is due.
    pub(crate) due: Option<ProductionDate>,
}

impl Open {
    /// Who had a hand in it.
    pub(crate) fn hands(&self) -> Hands<'_> {
        Hands {
            requested_by: self.requested_by.as_deref(),
            placed_by: self.placed_by.as_deref(),
            release_requested_by: self.release_requested_by.as_deref(),
        }
    }

    /// Who asked for what is to be decided: the hold, or its release.
    pub(crate) fn asked_by(&self) -> Option<&str> {
        match self.hold.status {
            HoldStatus::ReleaseRequested => self.release_requested_by.as_deref(),
            _ => self.requested_by.as_deref(),
        }
    }
}

impl FromCells for Open {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            hold: BoardHold::from_cells(cells)?,
            requested_by: cells.text_opt()?,
            placed_by: cells.text_opt()?,
            release_requested_by: cells.text_opt()?,
            due: cells.date_opt()?,
        })
    }
}

/// The holds of every client in view that somebody has to decide, the longest waiting first.
pub(crate) async fn open(tx: &mut impl Look) -> Result<Vec<Open>, StoreError> {
    tx.all(UNDECIDED, args![]).await
}

/// What a hold holds, in words.
#[derive(Debug, Clone)]
pub(crate) struct HeldGoods {
    /// The order.
    pub(crate) work_order_id: WorkOrderId,
    /// Its product.
    pub(crate) product_id: ProductId,
    /// The product's name.
    pub(crate) product_name: String,
    /// The job.
    pub(crate) job_id: Option<JobId>,
    /// The reason's name.
    pub(crate) reason_name: String,
    /// How much.
    pub(crate) quantity: Units,
    /// Where it is.
    pub(crate) status: HoldStatus,
    /// Who asked for it.
    pub(crate) requested_by: Option<String>,
    /// Who placed or approved it.
    pub(crate) placed_by: Option<String>,
    /// Since when it is held or asked for.
    pub(crate) since: Instant,
    /// What becomes of the goods.
    pub(crate) disposition: Option<String>,
    /// Remarks.
    pub(crate) notes: Option<String>,
}

impl FromCells for HeldGoods {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            work_order_id: cells.order()?,
            product_id: cells.product()?,
            product_name: cells.text()?,
            job_id: cells.job_opt()?,
            reason_name: cells.text()?,
            quantity: cells.units()?,
            status: spelled(&cells.text()?, HoldStatus::parse)?,
            requested_by: cells.text_opt()?,
            placed_by: cells.text_opt()?,
            since: cells.instant()?,
            disposition: cells.text_opt()?,
            notes: cells.text_opt()?,
        })
    }
}

/// What a hold of a client holds.
pub(crate) async fn held_goods(
    tx: &mut impl Look,
    client: &ClientId,
    hold: EntryId,
) -> Result<Option<HeldGoods>, StoreError> {
    tx.optional(GOODS, args![client, hold]).await
}
