//! What was made of each product, from stored days and months, or in line shifts where a line or a shift is asked for.

use super::Selection;
use super::extent::{Extent, month_number};
use super::packed::{Fields, FromPacked, packed, unpack};
use crate::domain::clock::ProductionDate;
use crate::domain::id::{ClientId, ProductId};
use crate::domain::shift::LineShiftKey;
use crate::kpi::{Tally, Window};
use crate::store::error::StoreError;
use crate::store::funnel::{Cells, FromCells, Look, args, statements};

/// The figures of a product in rows named `d`.
macro_rules! made {
    ($key:literal) => {
        packed!($key, "d.product_id", "d.units", "d.defects", "d.scrap", "d.rework", "d.startup_defects")
    };
}

statements! {
    /// What was made of one product or each, in the days and months of an extent.
    BY_PRODUCT = concat!(
        "SELECT c.client_id, (SELECT ", made!("d.production_date"),
        " FROM tally_product AS d WHERE d.client_id = c.client_id AND d.production_date BETWEEN $1 AND $2
            AND ($7 IS NULL OR d.product_id = $7)), (SELECT ", made!("d.production_date"),
        " FROM tally_product AS d WHERE d.client_id = c.client_id AND d.production_date BETWEEN $3 AND $4
            AND ($7 IS NULL OR d.product_id = $7)), (SELECT ", made!("0"),
        " FROM tally_product_month AS d WHERE d.client_id = c.client_id AND d.month BETWEEN $5 AND $6
            AND ($7 IS NULL OR d.product_id = $7))
         FROM client AS c WHERE $8 IS NULL OR c.client_id = $8 ORDER BY c.client_id"
    );
    /// What was counted of one product or each in the line shifts of a window.
    IN_LINE_SHIFTS = "SELECT client_id, production_date, shift_id, line_id, product_id,
                             CAST(sum(units) AS BIGINT), CAST(sum(defects) AS BIGINT), CAST(sum(scrap) AS BIGINT),
                             CAST(sum(rework) AS BIGINT), CAST(sum(startup_defects) AS BIGINT)
                      FROM production_entry
                      WHERE production_date BETWEEN $1 AND $2 AND ($3 IS NULL OR line_id = $3)
                        AND ($4 IS NULL OR shift_id = $4) AND ($5 IS NULL OR product_id = $5)
                        AND ($6 IS NULL OR client_id = $6) AND deleted_at IS NULL
                      GROUP BY client_id, production_date, shift_id, line_id, product_id";
}

/// What was made of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Made {
    /// On which date; that of the beginning where whole months were read.
    pub(crate) date: ProductionDate,
    /// Of which product.
    pub(crate) product_id: ProductId,
    /// Units and what became of them, nothing else: a line shift's time belongs to no single product.
    pub(crate) tally: Tally,
}

/// What was made of a product in a line shift.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct MadeInLineShift {
    /// Where.
    pub(crate) line_shift: LineShiftKey,
    /// What.
    pub(crate) made: Made,
}

fn units([units, defects, scrap, rework, startup_defects]: [i64; 5]) -> Tally {
    Tally { units, defects, scrap, rework, startup_defects, ..Tally::default() }
}

impl FromPacked for Made {
    fn from_packed(fields: &mut Fields<'_>) -> Result<Self, StoreError> {
        let (date, product_id) = (fields.date()?, fields.product()?);
        let made = [fields.int()?, fields.int()?, fields.int()?, fields.int()?, fields.int()?];
        Ok(Self { date, product_id, tally: units(made) })
    }
}

impl FromCells for MadeInLineShift {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        let line_shift = LineShiftKey {
            client_id: cells.client()?,
            production_date: cells.date()?,
            shift_id: cells.shift()?,
            line_id: cells.line()?,
        };
        let product_id = cells.product()?;
        let made = [cells.int()?, cells.int()?, cells.int()?, cells.int()?, cells.int()?];
        let date = line_shift.production_date;
        Ok(Self { line_shift, made: Made { date, product_id, tally: units(made) } })
    }
}

struct OfClient(ClientId, Vec<Made>);

impl FromCells for OfClient {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        let client_id = cells.client()?;
        let mut made = unpack(cells.text_opt()?.as_deref())?;
        made.append(&mut unpack(cells.text_opt()?.as_deref())?);
        made.append(&mut unpack(cells.text_opt()?.as_deref())?);
        Ok(Self(client_id, made))
    }
}

/// What was made of one product or each, by client.
pub(crate) async fn by_product(
    tx: &mut impl Look,
    extent: Extent,
    product_id: Option<&ProductId>,
    only: Option<&ClientId>,
) -> Result<Vec<(ClientId, Made)>, StoreError> {
    let [first, second] = extent.stretches();
    let (from, to) = (|part: Option<Window>| part.map(Window::from), |part: Option<Window>| part.map(Window::to));
    let months = extent.months().map(|months| (month_number(months.from()), month_number(months.to())));
    let (first_month, last_month) = (months.map(|months| months.0), months.map(|months| months.1));
    let values = args![from(first), to(first), from(second), to(second), first_month, last_month, product_id, only];
    let rows: Vec<OfClient> = tx.all(BY_PRODUCT, values).await?;
    Ok(rows
        .into_iter()
        .flat_map(|OfClient(client, made)| made.into_iter().map(move |row| (client.clone(), row)))
        .collect())
}

/// What was made of one product or each in the line shifts selected.
pub(crate) async fn in_line_shifts(
    tx: &mut impl Look,
    selection: Selection<'_>,
    product_id: Option<&ProductId>,
) -> Result<Vec<MadeInLineShift>, StoreError> {
    let Selection { window, client_id, line_id, shift_id } = selection;
    tx.all(IN_LINE_SHIFTS, args![window.from(), window.to(), line_id, shift_id, product_id, client_id]).await
}
