//! What the guard costs: the same questions through a session's views and of the base tables with the filter written
//! out, taking turns. The figures are printed; the bound is wide, because a machine has other things to do too.

use super::super::fixture::{CLIENTS, Fixture, NOW, TODAY, count, fill, fill_shared, insert_counts};
use super::super::funnel::Look;
use super::super::session::Session;
use sqlx::{AssertSqlSafe, SqliteConnection};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// What is asked, through the views, and of the base tables.
const QUESTIONS: &[(&str, &str, &str)] = &[
    (
        "sums of a month",
        "SELECT sum(units), sum(defects), sum(earned_millis) FROM line_shift WHERE client_id = 'ACME' AND production_date > 0",
        "SELECT sum(units), sum(defects), sum(earned_millis) FROM t_line_shift WHERE client_id = 'ACME' AND production_date > 0",
    ),
    (
        "every entry of a client",
        "SELECT product_id, sum(units), count(*) FROM production_entry WHERE client_id = 'ACME' GROUP BY product_id",
        "SELECT product_id, sum(units), count(*) FROM t_production_entry WHERE client_id = 'ACME' GROUP BY product_id",
    ),
    (
        "every entry of all clients",
        "SELECT client_id, sum(units), count(*) FROM production_entry GROUP BY client_id",
        "SELECT client_id, sum(units), count(*) FROM t_production_entry WHERE client_id IN ('ACME', 'BOLT') GROUP BY client_id",
    ),
    (
        "the latest 50",
        "SELECT entry_id, units FROM production_entry WHERE client_id = 'ACME' ORDER BY production_date DESC, counted_at DESC LIMIT 50",
        "SELECT entry_id, units FROM t_production_entry WHERE client_id = 'ACME' ORDER BY production_date DESC, counted_at DESC LIMIT 50",
    ),
];
/// Rounds in which the two take turns.
const ROUNDS: usize = 9;
/// Entries of each client.
const ENTRIES: i64 = 6_000;
/// More than this would be another plan, and no matter of chance.
const MOST: f64 = 2.5;

async fn timed(connection: &mut SqliteConnection, sql: &str) -> Duration {
    let begun = Instant::now();
    sqlx::query(AssertSqlSafe(sql.to_owned())).fetch_all(connection).await.expect(sql);
    begun.elapsed()
}

async fn guarded(session: &Session, sql: &str) -> Duration {
    let mut tx = session.write(NOW).await.expect("write");
    timed(tx.open().expect("open").sqlite(), sql).await
}

async fn with_filter(fixture: &Fixture, sql: &str) -> Duration {
    let mut tx = fixture.store.door("fixture", NOW).await.expect("door");
    timed(tx.open().expect("open").sqlite(), sql).await
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64()
}

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
    for (what, through_views, of_base_tables) in QUESTIONS {
        let (mut ours, mut theirs) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            ours.push(guarded(&anna, through_views).await);
            theirs.push(with_filter(&fixture, of_base_tables).await);
        }
        let (ours, theirs) = (median(ours), median(theirs));
        println!("{what}: {:.2} ({:.0} against {:.0} µs)", ours / theirs, ours * 1e6, theirs * 1e6);
        assert!(ours / theirs < MOST, "{what} takes {:.1} times as long through the views", ours / theirs);
    }
}
