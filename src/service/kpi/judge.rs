//! Groups judged: the clients as they are now, their targets through time, and the time.

use super::super::{Desk, Problem};
use super::groups::ByClient;
use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::id::ClientId;
use crate::kpi::{ClientPart, Dimension, Kpi, KpiValue, Panel, Sums, Window};
use crate::store::ReadTx;
use crate::store::tally::live::{self, ClientLive, LiveQuery, Stretch};

/// The farthest that a zone is from UTC.
const FARTHEST_ZONE: i64 = 14 * 60;
const MILLIS_PER_DAY: i64 = 86_400_000;

/// When what waits is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum WaitsAt {
    /// Never.
    Never,
    /// At the end of a date, and of an earlier one.
    Ends(ProductionDate, Option<ProductionDate>),
    /// At the end of every date from this one on.
    Since(ProductionDate),
}

/// What figures are judged by.
pub(super) struct Judge {
    /// The clients that exist for the session, as they are now.
    pub(super) clients: Vec<ClientLive>,
    /// Now.
    pub(super) now: Instant,
}

impl WaitsAt {
    /// The time in which the ends of the dates lie, whatever the zone, at latest now.
    fn stretches(self, now: Instant) -> [Option<Stretch>; 2] {
        let end = |date: ProductionDate| {
            let end = Instant((i64::from(date.0) + 1) * MILLIS_PER_DAY);
            let (since, until) = (end.plus_minutes(-FARTHEST_ZONE).min(now), end.plus_minutes(FARTHEST_ZONE).min(now));
            Stretch { since, until }
        };
        match self {
            Self::Never => [None, None],
            Self::Ends(date, earlier) => [earlier.map(end), Some(end(date))],
            Self::Since(date) => [None, Some(Stretch { until: now, ..end(date) })],
        }
    }
}

impl Judge {
    /// Reads the clients, or the one that is asked for, for figures of some dates, with what waits.
    pub(super) async fn read(
        desk: &Desk,
        tx: &mut ReadTx,
        only: Option<&ClientId>,
        dates: Window,
        waits_at: WaitsAt,
    ) -> Result<Self, Problem> {
        let now = desk.now();
        let query = LiveQuery { dates, waiting: waits_at.stretches(now), now, client_id: only };
        let clients = live::read(tx, query).await?;
        match only {
            Some(client_id) if clients.is_empty() => Err(Problem::no_such("client", client_id)),
            _ => Ok(Self { clients, now }),
        }
    }

    /// The end of a date at a client, or at the first one, at latest now.
    pub(super) fn end_of(&self, client_id: Option<&ClientId>, date: ProductionDate) -> Option<Instant> {
        let is_wanted = |live: &&ClientLive| client_id.is_none_or(|client_id| live.client.client_id == *client_id);
        let live = self.clients.iter().find(is_wanted)?;
        Some(live.client.clock.at_minute(date.plus_days(1), 0).min(self.now))
    }

    /// The keys of the clients.
    pub(super) fn client_ids(&self) -> impl Iterator<Item = &ClientId> {
        self.clients.iter().map(|live| &live.client.client_id)
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
        let part = |live: &ClientLive| {
            let sums = sums.get(&live.client.client_id)?.clone();
            let day = last_day.min(live.client.clock.date(self.now));
            Some(ClientPart { client_id: live.client.client_id.clone(), sums, targets: live.targets_on(day) })
        };
        self.clients.iter().filter_map(part).collect()
    }

    /// Nothing, of every client.
    pub(super) fn nothing(&self) -> ByClient {
        self.client_ids().map(|client_id| (client_id.clone(), Sums::default())).collect()
    }
}
