//! Who is told what: each way of changing something tells those whom it concerns, and nobody else.

use super::Feed;
use crate::domain::clock::Instant;
use crate::domain::id::ClientId;
use crate::domain::role::Role;
use crate::store::funnel::args;
use crate::store::test_plant::TestPlant;
use crate::store::{News, Session};
use rstest::rstest;
use sqlx::{AssertSqlSafe, Executor};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

/// Longer than news take.
const A_WHILE: Duration = Duration::from_millis(600);
/// Only what is broken waits so long.
const PATIENCE: Duration = Duration::from_secs(20);

async fn feed(session: &Session) -> Feed {
    session.feed(Arc::default()).await
}

async fn told(feed: &mut Feed) -> Option<News> {
    tokio::time::timeout(PATIENCE, feed.next()).await.ok()
}

async fn is_silent(feed: &mut Feed) -> bool {
    tokio::time::timeout(A_WHILE, feed.next()).await.is_err()
}

const MOVE: &str = "UPDATE audit_head SET seq = seq + 1 WHERE client_id = $1 RETURNING seq";
const BEGIN: &str = "INSERT INTO audit_head (client_id, seq, begun) VALUES ($1, 0, 1) RETURNING seq";

/// Moves the end of a client's audit chain, as every command does.
async fn change(session: &Session, client: &str) {
    let mut tx = session.write(Instant(1)).await.unwrap();
    if tx.run(MOVE, args![client]).await.unwrap() == 0 {
        tx.run(BEGIN, args![client]).await.unwrap();
    }
    tx.commit().await.unwrap();
    session.know_own_change().await;
}

#[rstest]
#[tokio::test]
async fn a_session_is_told_what_others_changed_and_not_what_it_changed_itself(#[values(false, true)] on_server: bool) {
    let clients = ["ACME", "BOLT"];
    let plant = if on_server { TestPlant::on_server(&clients).await } else { TestPlant::of(&clients).await };
    let (one, other) = (plant.session(Role::Leader, &clients).await, plant.session(Role::Leader, &clients).await);
    change(&one, "ACME").await;
    let mut news = feed(&one).await;
    assert!(is_silent(&mut news).await, "what was before is no news");
    change(&one, "ACME").await;
    assert!(is_silent(&mut news).await, "its own change is no news");
    change(&other, "BOLT").await;
    change(&one, "ACME").await;
    change(&other, "ACME").await;
    assert_eq!(told(&mut news).await, Some(News::Changed));
    assert!(is_silent(&mut news).await, "several changes are one piece of news");
}

#[tokio::test]
async fn on_a_server_a_session_is_told_of_its_own_clients_alone() {
    let plant = TestPlant::on_server(&["ACME", "BOLT"]).await;
    let acme = plant.session(Role::Leader, &["ACME"]).await;
    let both = plant.session(Role::Leader, &["ACME", "BOLT"]).await;
    let narrowed = both.narrow(Some(vec![ClientId::parse("ACME").unwrap()])).await.unwrap();
    let (mut of_acme, mut of_both, mut of_narrowed) = (feed(&acme).await, feed(&both).await, feed(&narrowed).await);
    let writer = plant.session(Role::Admin, &[]).await;
    change(&writer, "BOLT").await;
    assert_eq!(told(&mut of_both).await, Some(News::Changed));
    assert!(is_silent(&mut of_acme).await && is_silent(&mut of_narrowed).await);
    change(&writer, "ACME").await;
    for feed in [&mut of_acme, &mut of_both, &mut of_narrowed] {
        assert_eq!(told(feed).await, Some(News::Changed));
    }
}

/// What concerns an ADMIN of ACME and BOLT, by the table whose trigger tells it.
const TOLD: [(&str, &str); 7] = [
    (
        "t_audit_head",
        "INSERT INTO t_audit_head (client_id, seq, begun) VALUES ('ACME', 0, 1) ON CONFLICT (client_id) DO UPDATE SET seq = t_audit_head.seq + 1",
    ),
    ("t_client", "UPDATE t_client SET name = name || '!' WHERE client_id = 'BOLT'"),
    ("t_user_account", "UPDATE t_user_account SET scope_version = scope_version + 1"),
    ("t_account_audit_head", "UPDATE t_account_audit_head SET seq = seq + 1"),
    ("t_product", "UPDATE t_product SET name = name || '!'"),
    ("t_shift", "UPDATE t_shift SET name = name || '!'"),
    ("t_floating_pool", "UPDATE t_floating_pool SET name = name || '!'"),
];
const IN_POOL: &str = "INSERT INTO t_employee (employee_id, created_by, created_at) VALUES (gen_random_uuid(), 'x', 0);
    INSERT INTO t_floating_pool SELECT e.employee_id, 'Pia', NULL, 1, 'x', 0, 'x', 0, NULL, 1 FROM t_employee AS e";
const TRIGGERS: &str =
    "SELECT DISTINCT CAST(c.relname AS text) FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid
    WHERE t.tgname LIKE 'feed^_%' ESCAPE '^'";

#[tokio::test]
async fn each_trigger_of_the_feed_tells_something_that_nobody_is_told_without_it() {
    let plant = TestPlant::on_server(&["ACME", "BOLT"]).await;
    let mut superuser = plant.database().superuser().await;
    superuser.execute(IN_POOL).await.unwrap();
    let tables: Vec<String> = sqlx::query_scalar(TRIGGERS).fetch_all(&mut superuser).await.unwrap();
    assert_eq!(tables.into_iter().collect::<BTreeSet<_>>(), TOLD.map(|(table, _)| table.to_owned()).into());
    let admin = plant.session(Role::Admin, &[]).await;
    let mut news = feed(&admin).await;
    for (table, change) in TOLD {
        superuser.execute(change).await.expect(change);
        assert_eq!(told(&mut news).await, Some(News::Changed), "{table}");
        let off = format!("ALTER TABLE {table} DISABLE TRIGGER USER");
        superuser.execute(AssertSqlSafe(off)).await.unwrap();
        superuser.execute(change).await.expect(change);
        assert!(is_silent(&mut news).await, "{table}");
    }
}
