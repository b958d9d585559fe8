//! What the guard costs: the same questions through a session's views, and of the base tables with the filter written
//! out, taking turns. Asked by the benchmark and by a test; nothing leaves this file but times.

use super::super::error::StoreError;
use super::super::funnel::{Cells, FromCells, Look, Value, args, statements};
use super::super::session::Session;
use crate::domain::clock::Instant;
use crate::domain::id::ClientId;
use std::time::{Duration, Instant as Timer};

/// The sums of a client's line shifts, of the view or of its table.
macro_rules! line_shifts {
    ($table:literal) => {
        concat!(
            "SELECT CAST(sum(units) AS BIGINT), CAST(sum(defects) AS BIGINT), CAST(sum(earned_millis) AS BIGINT) FROM ",
            $table,
            " WHERE client_id = $1 AND production_date > 0"
        )
    };
}

/// Every count of a client, by product.
macro_rules! counts {
    ($table:literal) => {
        concat!(
            "SELECT product_id, CAST(sum(units) AS BIGINT), count(*) FROM ",
            $table,
            " WHERE client_id = $1 GROUP BY product_id"
        )
    };
}

/// The latest counts of a client.
macro_rules! latest {
    ($table:literal) => {
        concat!(
            "SELECT entry_id, units FROM ",
            $table,
            " WHERE client_id = $1 ORDER BY production_date DESC, counted_at DESC LIMIT 50"
        )
    };
}

statements! {
    LINE_SHIFTS = line_shifts!("line_shift");
    LINE_SHIFTS_FILTERED = line_shifts!("t_line_shift");
    COUNTS = counts!("production_entry");
    COUNTS_FILTERED = counts!("t_production_entry");
    LATEST = latest!("production_entry");
    LATEST_FILTERED = latest!("t_production_entry");
    /// Every count of the scope.
    ALL = "SELECT client_id, CAST(sum(units) AS BIGINT), count(*) FROM production_entry GROUP BY client_id";
    ALL_FILTERED = "SELECT client_id, CAST(sum(units) AS BIGINT), count(*) FROM t_production_entry WHERE client_id IN ($keys) GROUP BY client_id";
}

/// How long a question takes through the views and with the filter written out: medians.
#[derive(Debug, Clone, Copy)]
pub struct GuardCost {
    /// What is asked.
    pub what: &'static str,
    /// Through a session's views.
    pub guarded: Duration,
    /// Of the base tables.
    pub filtered: Duration,
}

/// A row that nobody looks at.
struct Ignored;

impl FromCells for Ignored {
    fn from_cells(_: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self)
    }
}

/// The questions about one client: through the views, and with the filter.
const OF_CLIENT: [(&str, &str, &str); 3] = [
    ("sums of line shifts", LINE_SHIFTS, LINE_SHIFTS_FILTERED),
    ("every count of a client", COUNTS, COUNTS_FILTERED),
    ("the latest 50", LATEST, LATEST_FILTERED),
];

impl Session {
    /// What the guard costs a session of a file. Both sides ask a connection that could write, because those that only
    /// read have a smaller cache than a door.
    pub(crate) async fn guard_costs(
        &self,
        client: &ClientId,
        at: Instant,
        rounds: usize,
    ) -> Result<Vec<GuardCost>, StoreError> {
        let mut costs = Vec::new();
        for (what, viewed, of_tables) in OF_CLIENT {
            let (mut guarded, mut filtered) = (Vec::new(), Vec::new());
            for _ in 0..rounds {
                guarded.push(timed(&mut self.write(at).await?, viewed, args![client]).await?);
                filtered.push(timed(&mut self.store().door("bench", at).await?, of_tables, args![client]).await?);
            }
            costs.push(GuardCost { what, guarded: median(guarded), filtered: median(filtered) });
        }
        let scope: Vec<Vec<Value>> = self.scope().clients().iter().map(|client| args![&client.client_id]).collect();
        let (mut guarded, mut filtered) = (Vec::new(), Vec::new());
        for _ in 0..rounds {
            guarded.push(timed(&mut self.write(at).await?, ALL, args![]).await?);
            let mut door = self.store().door("bench", at).await?;
            let begun = Timer::now();
            door.among::<Ignored>(ALL_FILTERED, args![], scope.clone()).await?;
            filtered.push(begun.elapsed());
        }
        let what = "every count of the scope";
        costs.push(GuardCost { what, guarded: median(guarded), filtered: median(filtered) });
        Ok(costs)
    }
}

async fn timed(tx: &mut impl Look, sql: &'static str, values: Vec<Value>) -> Result<Duration, StoreError> {
    let begun = Timer::now();
    tx.all::<Ignored>(sql, values).await?;
    Ok(begun.elapsed())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::super::fixture::{CLIENTS, Fixture, NOW, TODAY, count, fill, fill_shared, insert_counts};
    use super::*;
    use uuid::Uuid;

    /// Entries of each client.
    const ENTRIES: i64 = 6_000;
    /// More than this would be another plan, and no matter of chance.
    const MOST: f64 = 10.0;

    #[tokio::test]
    async fn the_views_cost_little_beside_a_filter_written_out() {
        let fixture = Fixture::new().await;
        let anna = fixture.session("anna", "ADMIN", &[]).await;
        fill_shared(&anna).await;
        for client in CLIENTS {
            fill(&anna, client).await;
            let mut tx = anna.write(NOW).await.expect("write");
            let rows = (0..ENTRIES).map(|number| {
                let minute = number % 400;
                count(client, Uuid::from_u128(number.unsigned_abs().into()), TODAY, minute, number % 90, "note")
            });
            insert_counts(&mut tx, rows.collect()).await;
            tx.commit().await.expect("commit");
        }
        let client = ClientId::parse("ACME").expect("a key");
        for cost in anna.guard_costs(&client, NOW, 9).await.expect("times") {
            let ratio = cost.guarded.as_secs_f64() / cost.filtered.as_secs_f64();
            assert!(ratio < MOST, "{} takes {ratio:.1} times as long through the views", cost.what);
        }
    }
}
