//! Standards of a count: the ideal cycle that only the client's own history can tell.
//!
//! The entry form and the import both ask here, so a count gets the same standard whichever way it comes.

use super::error::StoreError;
use super::funnel::{Cells, FromCells, Look, args, statements};
use super::master_data::Product;
use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::id::{ClientId, ProductId};
use crate::domain::measure::Millis;
use crate::domain::standard::{Achieved, ProductStandard, Standards, best_decile};

statements! {
    /// Line shifts that made nothing but one product, on the last 30 dates before a date on which it was made, and
    /// that are over. What a line shift made of all products is one of its stored sums.
    ACHIEVED = "WITH dates AS (
                  SELECT DISTINCT d.production_date FROM production_entry AS d
                  WHERE d.client_id = $1 AND d.product_id = $2 AND d.production_date < $3 AND d.deleted_at IS NULL
                  ORDER BY d.production_date DESC LIMIT 30
                ), made AS (
                  SELECT e.production_date, e.shift_id, e.line_id, CAST(sum(e.units) AS BIGINT) AS units
                  FROM production_entry AS e
                  WHERE e.client_id = $1 AND e.product_id = $2 AND e.deleted_at IS NULL
                    AND e.production_date >= (SELECT min(production_date) FROM dates) AND e.production_date < $3
                  GROUP BY e.production_date, e.shift_id, e.line_id
                )
                SELECT m.units, s.planned_minutes, s.planned_stop_minutes, s.unplanned_stop_minutes
                FROM made AS m
                JOIN line_shift AS s ON s.client_id = $1 AND s.production_date = m.production_date
                  AND s.shift_id = m.shift_id AND s.line_id = m.line_id AND s.deleted_at IS NULL
                WHERE s.ends_at <= $4 AND s.units = m.units";
}

impl FromCells for Achieved {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            units: cells.int()?,
            planned_minutes: cells.int()?,
            planned_stops: cells.int()?,
            unplanned_stops: cells.int()?,
        })
    }
}

impl From<&Product> for ProductStandard {
    fn from(product: &Product) -> Self {
        Self {
            ideal_cycle: product.ideal_cycle,
            labour_standard: product.labour_standard,
            standard_crew: product.standard_crew,
        }
    }
}

/// The ideal cycle that a client's history gives a product on a date. Only that client's rows are read.
pub(crate) async fn history_cycle(
    tx: &mut impl Look,
    client: &ClientId,
    product: &ProductId,
    date: ProductionDate,
    now: Instant,
) -> Result<Option<Millis>, StoreError> {
    let achieved: Vec<Achieved> = tx.all(ACHIEVED, args![client, product, date, now]).await?;
    Ok(best_decile(&achieved))
}

/// The standards of a count of a product on a date, for an order with its own cycle or none.
pub(crate) async fn of(
    tx: &mut impl Look,
    client: &ClientId,
    product: &Product,
    order_cycle: Option<Millis>,
    date: ProductionDate,
    now: Instant,
) -> Result<Standards, StoreError> {
    let standard = ProductStandard::from(product);
    let history = if Standards::needs_history(order_cycle, standard) {
        history_cycle(tx, client, &product.product_id, date, now).await?
    } else {
        None
    };
    Ok(Standards::of(order_cycle, standard, history))
}
