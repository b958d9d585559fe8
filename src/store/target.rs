//! The targets of KPIs, with the days from which they hold.

use super::error::StoreError;
use super::funnel::{Cells, FromCells, Look, args, statements};
use super::master_data::spelled;
use crate::domain::clock::ProductionDate;
use crate::domain::id::ClientId;
use crate::kpi::{Kpi, Target, Targets};
use std::collections::BTreeMap;

statements! {
    /// Every target of the scope that began by a day.
    UNTIL = "SELECT client_id, kpi, valid_from, target_micro, warning_micro FROM kpi_target
             WHERE valid_from <= $1 AND deleted_at IS NULL";
}

/// The targets of several clients through time.
#[derive(Debug, Clone, Default)]
pub(crate) struct TargetHistory(BTreeMap<ClientId, Vec<(Kpi, ProductionDate, Target)>>);

impl TargetHistory {
    /// The targets that a client had on a day.
    pub(crate) fn on(&self, client_id: &ClientId, date: ProductionDate) -> Targets {
        self.0.get(client_id).map(|history| Targets::in_force(history, date)).unwrap_or_default()
    }
}

struct Row(ClientId, (Kpi, ProductionDate, Target));

impl FromCells for Row {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        let (client_id, kpi) = (cells.client()?, spelled(&cells.text()?, Kpi::parse)?);
        let (valid_from, target_micro, warn_micro) = (cells.date()?, cells.int()?, cells.int_opt()?);
        Ok(Self(client_id, (kpi, valid_from, Target { target_micro, warn_micro })))
    }
}

/// The targets that began by a day.
pub(crate) async fn until(tx: &mut impl Look, date: ProductionDate) -> Result<TargetHistory, StoreError> {
    let mut history = TargetHistory::default();
    for Row(client_id, entry) in tx.all(UNTIL, args![date]).await? {
        history.0.entry(client_id).or_default().push(entry);
    }
    Ok(history)
}
