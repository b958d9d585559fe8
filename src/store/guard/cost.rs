//! What the guard of a file and the row-level security of a server cost: the same questions through a session's views,
//! and of the base tables with the filter written out, taking turns. Asked by the benchmark and by a test; nothing leaves this file but times.

use super::super::error::StoreError;
use super::super::funnel::{Cells, FromCells, Look, Value, args, statements};
use super::super::migrate::Store;
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
        self.guard_costs_beside(self.store(), client, at, rounds).await
    }

    /// The same beside a store whose doors see every row of the same database: those of a server are bound by its
    /// policies, unless their role is a superuser's.
    async fn guard_costs_beside(
        &self,
        truth: &Store,
        client: &ClientId,
        at: Instant,
        rounds: usize,
    ) -> Result<Vec<GuardCost>, StoreError> {
        let mut costs = Vec::new();
        for (what, viewed, of_tables) in OF_CLIENT {
            let (mut guarded, mut filtered) = (Vec::new(), Vec::new());
            for _ in 0..rounds {
                guarded.push(timed(&mut self.write(at).await?, viewed, args![client]).await?);
                filtered.push(timed(&mut truth.door("bench", at).await?, of_tables, args![client]).await?);
            }
            costs.push(GuardCost { what, guarded: median(guarded), filtered: median(filtered) });
        }
        let scope: Vec<Vec<Value>> = self.scope().clients().iter().map(|client| args![&client.client_id]).collect();
        let (mut guarded, mut filtered) = (Vec::new(), Vec::new());
        for _ in 0..rounds {
            guarded.push(timed(&mut self.write(at).await?, ALL, args![]).await?);
            let mut door = truth.door("bench", at).await?;
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
    use super::super::super::engine::Door;
    use super::super::super::fixture::{CLIENTS, Engine, Fixture, NOW, TODAY, count, fill, fill_shared, insert_counts};
    use super::super::super::postgres::Pools;
    use super::super::super::scoped::Catalogue;
    use super::*;
    use rstest::rstest;
    use uuid::Uuid;

    /// Entries of each client.
    const ENTRIES: i64 = 6_000;
    /// More than this would be another plan, and no matter of chance.
    const MOST: f64 = 10.0;

    /// The same database with doors that no policy binds, and its figures for the planner.
    async fn truth(store: &Store) -> Store {
        let Some(server) = store.url().server() else { return store.clone() };
        let superuser = server.options.clone().username("postgres");
        let pools = Pools::new(&superuser);
        sqlx::query("ANALYZE").execute(&pools.doors.connections).await.expect("analyzed");
        store.through(Door::Postgres(pools), Catalogue::default())
    }

    #[rstest]
    #[tokio::test]
    async fn the_scope_costs_little_beside_a_filter_written_out(
        #[values(Engine::File, Engine::Server)] engine: Engine,
    ) {
        let fixture = Fixture::on(engine).await;
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
        let truth = truth(&fixture.store).await;
        for cost in anna.guard_costs_beside(&truth, &client, NOW, 21).await.expect("times") {
            let ratio = cost.guarded.as_secs_f64() / cost.filtered.as_secs_f64();
            eprintln!("{engine:?}, {}: {ratio:.2} × ({:?} against {:?})", cost.what, cost.guarded, cost.filtered);
            assert!(ratio < MOST, "{} takes {ratio:.1} times as long through the views", cost.what);
        }
    }
}
