//! Groups judged: the clients as they are now, their targets through time, and the time.

use super::super::Problem;
use super::groups::ByClient;
use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::id::ClientId;
use crate::domain::scope::ScopedClient;
use crate::kpi::{ClientPart, Dimension, Kpi, KpiValue, Panel, Sums};
use crate::store::ReadTx;
use crate::store::tally;
use crate::store::target::{self, TargetHistory};

/// What figures are judged by.
pub(super) struct Judge {
    /// The clients that exist for the session.
    pub(super) clients: Vec<ScopedClient>,
    targets: TargetHistory,
    now: Instant,
}

impl Judge {
    /// Reads the clients, or the one that is asked for, and their targets until a day.
    pub(super) async fn read(
        tx: &mut ReadTx,
        only: Option<&ClientId>,
        until: ProductionDate,
        now: Instant,
    ) -> Result<Self, Problem> {
        let mut clients = tally::clients(tx).await?;
        if let Some(client_id) = only {
            clients.retain(|client| client.client_id == *client_id);
            if clients.is_empty() {
                return Err(Problem::no_such("client", client_id));
            }
        }
        Ok(Self { clients, targets: target::until(tx, until).await?, now })
    }

    /// The panel of a group whose last day this is: judged by the targets of that day, or of today where it
    /// is still to come, because a target that does not hold yet judges nothing.
    pub(super) fn panel(&self, sums: &ByClient, last_day: ProductionDate, dimensions: &[Dimension]) -> Panel {
        Panel::of_clients(&self.parts(sums, last_day), dimensions)
    }

    /// One KPI of a group.
    pub(super) fn value(
        &self,
        kpi: Kpi,
        sums: &ByClient,
        last_day: ProductionDate,
        dimensions: &[Dimension],
    ) -> KpiValue {
        KpiValue::of_clients(kpi, &self.parts(sums, last_day), dimensions)
    }

    fn parts(&self, sums: &ByClient, last_day: ProductionDate) -> Vec<ClientPart> {
        let part = |client: &ScopedClient| {
            let sums = sums.get(&client.client_id)?.clone();
            let day = last_day.min(client.clock.date(self.now));
            let targets = self.targets.on(&client.client_id, day);
            Some(ClientPart { client_id: client.client_id.clone(), sums, targets })
        };
        self.clients.iter().filter_map(part).collect()
    }

    /// Nothing, of every client.
    pub(super) fn nothing(&self) -> ByClient {
        self.clients.iter().map(|client| (client.client_id.clone(), Sums::default())).collect()
    }
}
