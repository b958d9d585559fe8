//! Standards of a count: the ideal cycle that only the client's own history can tell.
//!
//! The entry form, the import and the recalculation all ask here, so a count gets the same standard whichever way it
//! comes.

use super::error::StoreError;
use super::funnel::{Cells, FromCells, Look, args, statements};
use super::master_data::Product;
use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::id::{ClientId, ProductId};
use crate::domain::measure::Millis;
use crate::domain::standard::{Achieved, ProductStandard, Standards, best_decile};
use std::collections::BTreeMap;

statements! {
    /// What line shifts that are over and made nothing but one product achieved: on the dates of a span on which it was
    /// made, and on the last ones before it. A date without such a line shift is one row without figures.
    ACHIEVED = "WITH earlier AS (
                  SELECT DISTINCT d.production_date FROM production_entry AS d
                  WHERE d.client_id = $1 AND d.product_id = $2 AND d.production_date < $3 AND d.deleted_at IS NULL
                  ORDER BY d.production_date DESC LIMIT $6
                ), dates AS (
                  SELECT production_date FROM earlier
                  UNION
                  SELECT d.production_date FROM production_entry AS d
                  WHERE d.client_id = $1 AND d.product_id = $2 AND d.production_date >= $3 AND d.production_date < $4
                    AND d.deleted_at IS NULL
                ), made AS (
                  SELECT e.production_date, e.shift_id, e.line_id, CAST(sum(e.units) AS BIGINT) AS units
                  FROM production_entry AS e
                  WHERE e.client_id = $1 AND e.product_id = $2 AND e.deleted_at IS NULL
                    AND e.production_date IN (SELECT production_date FROM dates)
                  GROUP BY e.production_date, e.shift_id, e.line_id
                ), achieved AS (
                  SELECT m.production_date, m.units, s.planned_minutes,
                    (SELECT CAST(coalesce(sum(p.minutes), 0) AS BIGINT) FROM downtime_entry AS p
                     WHERE p.client_id = $1 AND p.production_date = m.production_date AND p.shift_id = m.shift_id
                       AND p.line_id = m.line_id AND p.deleted_at IS NULL AND p.loss = 'planned') AS planned_stops,
                    (SELECT CAST(coalesce(sum(u.minutes), 0) AS BIGINT) FROM downtime_entry AS u
                     WHERE u.client_id = $1 AND u.production_date = m.production_date AND u.shift_id = m.shift_id
                       AND u.line_id = m.line_id AND u.deleted_at IS NULL AND u.loss <> 'planned' AND u.micro_stop = 0
                    ) AS unplanned_stops
                  FROM made AS m
                  JOIN line_shift AS s ON s.client_id = $1 AND s.production_date = m.production_date
                    AND s.shift_id = m.shift_id AND s.line_id = m.line_id AND s.deleted_at IS NULL
                  WHERE s.ends_at <= $5 AND NOT EXISTS (
                    SELECT 1 FROM production_entry AS o
                    WHERE o.client_id = $1 AND o.production_date = m.production_date AND o.shift_id = m.shift_id
                      AND o.line_id = m.line_id AND o.deleted_at IS NULL AND o.product_id <> $2)
                )
                SELECT d.production_date, a.units, a.planned_minutes, a.planned_stops, a.unplanned_stops
                FROM dates AS d LEFT JOIN achieved AS a ON a.production_date = d.production_date";
}

/// How many production dates an inferred cycle looks back on.
const HISTORY_DATES: usize = 30;

/// What a product's line shifts achieved on the dates on which it was made.
#[derive(Debug)]
pub(crate) struct History {
    dates: BTreeMap<ProductionDate, Vec<Achieved>>,
}

impl History {
    /// The ideal cycle that the dates before this one give.
    pub(crate) fn cycle_on(&self, date: ProductionDate) -> Option<Millis> {
        let before = self.dates.range(..date).rev().take(HISTORY_DATES);
        let achieved: Vec<Achieved> = before.flat_map(|(_, achieved)| achieved).copied().collect();
        best_decile(&achieved)
    }
}

struct OnDate(ProductionDate, Option<Achieved>);

impl FromCells for OnDate {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        let date = cells.date()?;
        let Some(units) = cells.int_opt()? else { return Ok(Self(date, None)) };
        let achieved = Achieved {
            units,
            planned_minutes: cells.int()?,
            planned_stops: cells.int()?,
            unplanned_stops: cells.int()?,
        };
        Ok(Self(date, Some(achieved)))
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

/// What a client's own rows tell of a product, as far as it takes to infer cycles from one date to another.
pub(crate) async fn history(
    tx: &mut impl Look,
    client: &ClientId,
    product: &ProductId,
    (from, to): (ProductionDate, ProductionDate),
    now: Instant,
) -> Result<History, StoreError> {
    let most = i64::try_from(HISTORY_DATES).unwrap_or(i64::MAX);
    let mut dates: BTreeMap<ProductionDate, Vec<Achieved>> = BTreeMap::new();
    for OnDate(date, achieved) in tx.all(ACHIEVED, args![client, product, from, to, now, most]).await? {
        dates.entry(date).or_default().extend(achieved);
    }
    Ok(History { dates })
}

/// The ideal cycle that a client's history gives a product on a date. Only that client's rows are read.
pub(crate) async fn history_cycle(
    tx: &mut impl Look,
    client: &ClientId,
    product: &ProductId,
    date: ProductionDate,
    now: Instant,
) -> Result<Option<Millis>, StoreError> {
    Ok(history(tx, client, product, (date, date), now).await?.cycle_on(date))
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
