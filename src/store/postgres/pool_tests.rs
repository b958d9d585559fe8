//! The connections that all sessions of a program share: there are few of them, and none carries anything on.

use super::tests::{clients_seen, two_clients};
use crate::store::StoreError;
use crate::store::fixture::{CLIENTS, NOW};
use crate::store::funnel::Look;

#[tokio::test(flavor = "multi_thread")]
async fn many_sessions_share_a_few_connections_and_see_what_is_theirs() {
    let (fixture, admin, olga) = two_clients().await;
    let mut sessions = vec![(admin, &CLIENTS[..]), (olga, &CLIENTS[..1])];
    for number in 0..20 {
        let (client, login) = (&CLIENTS[number % 2..=number % 2], format!("user-{number}"));
        sessions.push((fixture.session(&login, "LEADER", client).await, client));
    }
    // A write that fails, one that is given up and a read go before each other on every connection.
    let asked = sessions.iter().map(async |(session, clients)| {
        for _ in 0..5 {
            let mut tx = session.write(NOW).await.unwrap();
            assert!(tx.run("UPDATE work_order SET quantity = -1 RETURNING version", Vec::new()).await.is_err());
            assert!(matches!(tx.commit().await, Err(StoreError::Poisoned)));
            let mut tx = session.write(NOW).await.unwrap();
            assert_eq!(
                tx.run("UPDATE work_order SET notes = 'lost' RETURNING version", Vec::new()).await.unwrap(),
                clients.len()
            );
            drop(tx);
            assert_eq!(clients_seen(session, "work_order").await, **clients);
        }
    });
    futures::future::join_all(asked).await;
    let lost: i64 = sessions[0]
        .0
        .read()
        .await
        .unwrap()
        .one("SELECT count(*) FROM work_order WHERE notes = 'lost'", Vec::new())
        .await
        .unwrap();
    assert_eq!(lost, 0);

    let Some(server) = fixture.store.url().server() else { panic!("a server") };
    let superuser = server.options.clone().username("postgres");
    let mut superuser: sqlx::PgConnection = sqlx::ConnectOptions::connect(&superuser).await.unwrap();
    let open = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'kpi_runtime' AND datname = current_database()";
    let open: i64 = sqlx::query_scalar(open).fetch_one(&mut superuser).await.unwrap();
    assert!((1..=8).contains(&open), "{open} connections of {} sessions", sessions.len());

    // Who left has none, and the others keep theirs.
    let (gone, _) = sessions.swap_remove(1);
    gone.close().await;
    assert!(matches!(gone.read().await.err(), Some(StoreError::SessionOver)));
    assert!(matches!(gone.write(NOW).await.err(), Some(StoreError::SessionOver)));
    assert_eq!(clients_seen(&sessions[0].0, "work_order").await, CLIENTS);
}
