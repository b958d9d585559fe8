//! What must not harm: a full disk, a dropped transaction, many writers at once.

use super::scoped_tests::{session, two_clients, user};
use super::{Session, StoreError, master_data};
use crate::domain::clock::Instant;
use crate::domain::id::{ClientId, LineId};

const NOW: Instant = Instant(1_779_098_400_000);

fn acme() -> ClientId {
    ClientId::parse("A").unwrap()
}

fn line(number: usize) -> LineId {
    LineId::parse(&format!("N{number:06}")).unwrap()
}

/// sqlx 0.9.0 hands a connection out again that SQLite has rolled back by itself; the pool must not.
#[tokio::test]
async fn after_a_full_disk_the_same_session_saves_again() {
    let plant = two_clients().await;
    // A disk that is full is a file that cannot grow; what is deleted makes room in it.
    let door = |sql: &'static str| sqlx::query(sql).execute(plant.store.sqlite());
    door(
        "INSERT INTO t_plant_setting SELECT 'n' || value, printf('%2000s', 'x'), 'x', 0, 'x', 0, NULL, 1
          FROM json_each('[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20]')",
    )
    .await
    .unwrap();
    let person = plant.store.person(user(2)).await.unwrap().unwrap();
    let leader = Session::open_on_a_full_disk(&plant.store, person).await.unwrap();
    let mut tx = leader.write(NOW).await.unwrap();
    let mut full = None;
    for number in 0..5_000 {
        let long_name = "x".repeat(120);
        if let Err(error) = master_data::add_line(&mut tx, &acme(), &line(number), &long_name).await {
            full = Some(error);
            break;
        }
    }
    assert!(matches!(full, Some(StoreError::Full)), "{full:?}");
    assert!(matches!(tx.commit().await, Err(StoreError::Poisoned)));
    door("DELETE FROM t_plant_setting").await.unwrap();

    let mut tx = leader.write(NOW).await.unwrap();
    master_data::add_line(&mut tx, &acme(), &line(0), "after").await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_transaction_that_is_dropped_never_happened_and_blocks_nobody() {
    let plant = two_clients().await;
    let (leader, admin) = (session(&plant, 2).await, session(&plant, 3).await);
    let mut dropped = leader.write(NOW).await.unwrap();
    master_data::add_line(&mut dropped, &acme(), &line(1), "dropped").await.unwrap();
    drop(dropped);
    let mut tx = admin.write(NOW).await.unwrap();
    assert!(master_data::line(&mut tx, &acme(), &line(1)).await.unwrap().is_none());
    master_data::add_line(&mut tx, &acme(), &line(1), "kept").await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn many_writers_at_once_all_save() {
    let plant = two_clients().await;
    let mut writers = Vec::new();
    for writer in 0..8 {
        let leader = session(&plant, 2).await;
        writers.push(tokio::spawn(async move {
            for number in 0..20 {
                let mut tx = leader.write(NOW).await.unwrap();
                let found = master_data::line(&mut tx, &acme(), &line(0)).await.unwrap();
                assert!(found.is_none());
                master_data::add_line(&mut tx, &acme(), &line(1 + writer * 100 + number), "x").await.unwrap();
                tx.commit().await.unwrap();
            }
        }));
    }
    for writer in writers {
        writer.await.unwrap();
    }
}
