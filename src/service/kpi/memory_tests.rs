//! What a session remembers is what it would read, whatever others did meanwhile.

use super::oracle_tests::{CLIENTS, amid, worked};
use super::tests::{dates, desk, window};
use crate::domain::role::Role;
use crate::store::work;

/// Windows of which some have whole months before them, and some are all edges.
const WINDOWS: [(i32, i32); 4] = [(-6, 35), (20, 21), (32, 74), (-40, 34)];

#[tokio::test]
async fn a_screen_from_memory_is_the_screen_read_anew() {
    let (plant, mut known, mut dice) = worked(600, 31).await;
    let worker = plant.session(Role::Admin, &[]).await;
    let mut desks = Vec::new();
    for (from, to) in WINDOWS {
        for (role, clients) in [(Role::Admin, &[][..]), (Role::Leader, &CLIENTS[1..])] {
            desks.push((desk(&plant, role, clients, amid()).await, role, clients, dates(window(from, to))));
        }
    }
    for round in 0..12 {
        for (remembering, role, clients, window) in &desks {
            let fresh = desk(&plant, *role, clients, amid()).await;
            let (seen, expected) = (remembering.kpi_screen(*window).await, fresh.kpi_screen(*window).await);
            assert_eq!(seen.unwrap(), expected.unwrap(), "round {round}, {window:?}");
            fresh.leave().await;
        }
        work(&worker, &CLIENTS, &mut known, &mut dice, 6).await;
    }
}
