//! The sums that KPIs are made of: stored days and months, line shifts, and what depends on the time.
//!
//! Read for the KPI panel, the board and everything else that divides. Nothing is cut or divided here. Whatever has
//! many rows for a client comes packed, one row a client ([`packed`]).

pub(crate) mod causes;
pub(crate) mod extent;
pub(in crate::store) mod inspections;
pub(in crate::store) mod line_shifts;
pub(crate) mod live;
pub(crate) mod memory;
pub(in crate::store) mod packed;
pub(crate) mod people;
pub(crate) mod products;
pub(crate) mod stored;

pub(crate) use inspections::by_stage;
pub(crate) use line_shifts::line_shifts;

use super::error::StoreError;
use super::funnel::{Look, args, statements};
use crate::domain::id::{ClientId, LineId, ProductId, ShiftId};
use crate::domain::scope::ScopedClient;
use crate::kpi::Window;

statements! {
    /// The clients in view.
    CLIENTS = "SELECT client_id, name, time_zone FROM client ORDER BY client_id";
    /// Whether a client of the scope has, or had, a line of this name.
    LINE_IS_KNOWN = "SELECT count(*) FROM production_line WHERE line_id = $1";
    /// Whether the plant has, or had, a shift of this name.
    SHIFT_IS_KNOWN = "SELECT count(*) FROM shift WHERE shift_id = $1";
    /// Whether a client of the scope is, or was, linked to a product.
    PRODUCT_IS_KNOWN = "SELECT count(*) FROM client_product WHERE product_id = $1";
}

/// Which line shifts are read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Selection<'a> {
    /// Their production dates.
    pub(crate) window: Window,
    /// Only those of this client.
    pub(crate) client_id: Option<&'a ClientId>,
    /// Only lines of this name.
    pub(crate) line_id: Option<&'a LineId>,
    /// Only this shift.
    pub(crate) shift_id: Option<&'a ShiftId>,
}

impl Selection<'_> {
    /// All of a window.
    pub(crate) const fn all(window: Window) -> Self {
        Self { window, client_id: None, line_id: None, shift_id: None }
    }
}

/// The clients that exist for the session now, which may be fewer than when it logged in.
pub(crate) async fn clients(tx: &mut impl Look) -> Result<Vec<ScopedClient>, StoreError> {
    tx.all(CLIENTS, args![]).await
}

/// Whether any client of the scope has, or had, a line of this name.
pub(crate) async fn line_is_known(tx: &mut impl Look, line_id: &LineId) -> Result<bool, StoreError> {
    Ok(tx.one::<i64>(LINE_IS_KNOWN, args![line_id]).await? > 0)
}

/// Whether the plant has, or had, a shift of this name.
pub(crate) async fn shift_is_known(tx: &mut impl Look, shift_id: &ShiftId) -> Result<bool, StoreError> {
    Ok(tx.one::<i64>(SHIFT_IS_KNOWN, args![shift_id]).await? > 0)
}

/// Whether any client of the scope makes, or made, a product.
pub(crate) async fn product_is_known(tx: &mut impl Look, product_id: &ProductId) -> Result<bool, StoreError> {
    Ok(tx.one::<i64>(PRODUCT_IS_KNOWN, args![product_id]).await? > 0)
}

#[cfg(test)]
mod tests;
