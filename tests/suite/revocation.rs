//! What is taken away acts at once, on sessions that are open too.

use super::plant::{FloorPlant, run};
use kpi_ops::domain::id::{ClientId, EntryId};
use kpi_ops::domain::list::List;
use kpi_ops::domain::measure::Units;
use kpi_ops::domain::production::Count;
use kpi_ops::domain::role::Role;
use kpi_ops::service::{Answer, Command, Desk, ListQuery, LogCount, Query};

/// What an open desk sees now: clients' lines and products.
async fn sees(desk: &Desk) -> Vec<(String, String)> {
    let mut seen = Vec::new();
    for list in [List::Lines, List::Products] {
        let query = ListQuery { list, filter: String::new(), sort: None, offset: 0, limit: 100, within: None };
        let Answer::Page(page) = desk.ask(Query::List(query)).await.unwrap() else {
            panic!("a list answers with a page")
        };
        assert_eq!(usize::try_from(page.total).unwrap(), page.rows.len());
        let client = |id: Option<ClientId>| id.map_or_else(|| "-".to_owned(), |id| id.to_string());
        seen.extend(page.rows.into_iter().map(|row| (client(row.client_id), row.key)));
    }
    seen
}

fn count(client: &str) -> Command {
    Command::LogCount(LogCount {
        entry_id: EntryId(uuid::Uuid::now_v7()),
        client_id: client.parse().unwrap(),
        line_id: "L1".parse().unwrap(),
        shift: None,
        product_id: "P1".parse().unwrap(),
        work_order_id: None,
        job_id: None,
        count: Count { units: Units(5), ..Count::default() },
        counted_at: None,
        notes: None,
    })
}

#[tokio::test]
async fn a_disabled_person_sees_and_writes_nothing_in_the_session_that_is_open() {
    let plant = FloorPlant::new().await;
    for login in ["olga", "luis", "paul"] {
        let desk = plant.desk(login).await;
        assert!(!sees(&desk).await.is_empty());
        run(&desk, count("ACME")).await;
        run(&plant.admin, Command::SetUserActive { login: login.into(), active: false }).await;
        assert!(sees(&desk).await.is_empty(), "{login}");
        assert!(desk.run(count("ACME")).await.is_err(), "{login}");
        assert!(desk.refreshed().await.is_err(), "{login}");
        assert!(desk.narrow(None).await.is_err(), "{login}");
    }
    assert_eq!(plant.number("SELECT count(*) FROM t_production_entry").await, 3);
}

#[tokio::test]
async fn a_client_taken_away_is_gone_from_the_session_that_is_open() {
    let plant = FloorPlant::new().await;
    plant.add_user("lola", Role::Leader, &["ACME", "RIVAL"]).await;
    let desk = plant.desk("lola").await;
    assert!(sees(&desk).await.contains(&("RIVAL".into(), "L1".into())));
    run(
        &plant.admin,
        Command::SetAssignment { login: "lola".into(), client_id: "RIVAL".parse().unwrap(), assigned: false },
    )
    .await;
    let left = sees(&desk).await;
    assert!(left.contains(&("ACME".into(), "L1".into())));
    assert!(left.iter().all(|(client, _)| client != "RIVAL"), "{left:?}");
    assert!(desk.run(count("RIVAL")).await.is_err());
    run(&desk, count("ACME")).await;
    assert_eq!(plant.number("SELECT count(*) FROM t_production_entry WHERE client_id = 'RIVAL'").await, 0);
}

#[tokio::test]
async fn a_disabled_client_is_gone_for_everybody_and_comes_back() {
    let plant = FloorPlant::new().await;
    let rosa = plant.desk("rosa").await;
    let receipt =
        run(&plant.admin, Command::SetClientActive { client_id: "RIVAL".parse().unwrap(), active: false }).await;
    assert!(sees(&rosa).await.is_empty());
    assert!(sees(&plant.admin).await.iter().all(|(client, _)| client != "RIVAL"), "for an ADMIN too");
    assert!(rosa.run(count("RIVAL")).await.is_err());
    run(&plant.admin, receipt.undo.unwrap()).await;
    assert!(!sees(&rosa).await.is_empty());
    run(&rosa, count("RIVAL")).await;
}
