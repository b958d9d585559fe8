//! What is taken away acts at once, on sessions that are open too.

use super::plant::{Engine, FloorPlant, run, secret};
use kpi_ops::domain::clock::ProductionDate;
use kpi_ops::domain::entity::Entity;
use kpi_ops::domain::id::{ClientId, EntryId};
use kpi_ops::domain::list::List;
use kpi_ops::domain::measure::Units;
use kpi_ops::domain::production::Count;
use kpi_ops::domain::role::Role;
use kpi_ops::service::{
    Answer, Command, Desk, ExportQuery, Exported, ListQuery, LogCount, LoginOutcome, PanelWindow, Query,
};
use rstest::rstest;

fn list_of(list: List) -> Query {
    Query::List(ListQuery { list, filter: String::new(), sort: None, offset: 0, limit: 100, within: None })
}

/// What an open desk sees now: clients' lines and products.
async fn sees(desk: &Desk) -> Vec<(String, String)> {
    let mut seen = Vec::new();
    for list in [List::Lines, List::Products] {
        let Answer::Page(page) = desk.ask(list_of(list)).await.unwrap() else { panic!("a list answers with a page") };
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
        estimated: false,
        notes: None,
    })
}

/// Why an open desk can do nothing any more; that it says the same whatever is asked.
async fn over(desk: &Desk) -> String {
    let why = desk.run(count("ACME")).await.unwrap_err().to_string();
    for query in [Query::Board, Query::Setup, list_of(List::Lines), list_of(List::Users), panel()] {
        let refused = desk.ask(query.clone()).await.err().map(|problem| problem.to_string());
        if desk.person().role == Role::Admin || query != list_of(List::Users) {
            assert_eq!(refused.as_ref(), Some(&why), "{query:?}");
        }
    }
    assert!(desk.refreshed().await.is_err() && desk.narrow(None).await.is_err(), "no way round");
    assert!(desk.every_user().await.is_err() && desk.run(Command::ResetUser { login: "rosa".into() }).await.is_err());
    why
}

fn panel() -> Query {
    let day = ProductionDate(20_591);
    Query::KpiPanel { window: PanelWindow::Dates { from: day, to: day } }
}

const OVER: &str = "your account was changed; log in again";
const MOVED: &str = "your clients were changed; do it again with those you have now";

#[rstest]
#[tokio::test]
async fn a_disabled_person_sees_and_writes_nothing_in_the_session_that_is_open(
    #[values(Engine::File, Engine::Server)] engine: Engine,
) {
    let plant = FloorPlant::on(engine).await;
    plant.add_user("anita", Role::Admin, &[]).await;
    for login in ["olga", "luis", "paul", "anita"] {
        let desk = plant.desk(login).await;
        assert!(!sees(&desk).await.is_empty());
        run(&desk, count("ACME")).await;
        run(&plant.admin, Command::SetUserActive { login: login.into(), active: false }).await;
        assert_eq!(over(&desk).await, OVER, "{login}");
        run(&plant.admin, Command::SetUserActive { login: login.into(), active: true }).await;
        assert_eq!(over(&desk).await, OVER, "{login} is let in again, through the door and not by the old session");
        assert!(!sees(&plant.desk(login).await).await.is_empty());
    }
    assert_eq!(plant.number("SELECT count(*) FROM t_production_entry").await, 4);
}

#[rstest]
#[tokio::test]
async fn another_role_ends_the_session_that_was_opened_with_the_old_one(
    #[values(Engine::File, Engine::Server)] engine: Engine,
) {
    let plant = FloorPlant::on(engine).await;
    plant.add_user("anita", Role::Admin, &[]).await;
    for (login, role) in
        [("luis", Role::Operator), ("paul", Role::Leader), ("anita", Role::PowerUser), ("olga", Role::Leader)]
    {
        let desk = plant.desk(login).await;
        run(&plant.admin, Command::SetRole { login: login.into(), role }).await;
        assert_eq!(over(&desk).await, OVER, "{login}");
        assert_eq!(plant.desk(login).await.person().role, role);
    }
    // The role counts by itself too, whoever changed it and however.
    let desk = plant.desk("lena").await;
    plant.sql("UPDATE t_user_account SET role = 'OPERATOR' WHERE login = 'lena'").await;
    assert_eq!(over(&desk).await, OVER);
}

#[rstest]
#[tokio::test]
async fn a_role_fits_the_clients_that_go_with_it(#[values(Engine::File, Engine::Server)] engine: Engine) {
    let plant = FloorPlant::on(engine).await;
    plant.add_user("lola", Role::Leader, &["ACME", "RIVAL"]).await;
    let set = |login: &str, role| Command::SetRole { login: login.into(), role };
    let refused = plant.admin.run(set("lola", Role::Operator)).await.unwrap_err().to_string();
    assert!(refused.contains("has 2 clients, and an OPERATOR has exactly one"), "{refused}");
    let refused = plant.admin.run(set("anna", Role::Leader)).await.unwrap_err().to_string();
    assert!(refused.contains("is your own account"), "{refused}");
    assert_eq!(run(&plant.admin, set("lola", Role::PowerUser)).await.undo, None, "her clients do not come back by it");
    let back = run(&plant.admin, set("lola", Role::Leader)).await;
    assert!(sees(&plant.desk("lola").await).await.is_empty());
    assert_eq!(back.undo, Some(set("lola", Role::PowerUser)));
}

#[rstest]
#[tokio::test]
async fn a_reset_and_a_new_password_end_every_open_session(#[values(Engine::File, Engine::Server)] engine: Engine) {
    let plant = FloorPlant::on(engine).await;
    let (first, second) = (plant.desk("luis").await, plant.desk("luis").await);
    let code = run(&plant.admin, Command::ResetUser { login: "luis".into() }).await.one_time_code.unwrap();
    assert_eq!((over(&first).await.as_str(), over(&second).await.as_str()), (OVER, OVER));
    let LoginOutcome::SetPassword(ticket) =
        plant.test.plant.login("luis", &secret(code.reveal()), "tty").await.unwrap()
    else {
        panic!("a code opens nothing but the way to a password")
    };
    let desk = plant.test.plant.set_password(&ticket, &secret("sieben kleine ziegen")).await.unwrap();
    assert!(!sees(&desk).await.is_empty());
    assert_eq!(over(&first).await, OVER);
}

#[rstest]
#[tokio::test]
async fn a_client_taken_away_is_gone_from_the_session_that_is_open(
    #[values(Engine::File, Engine::Server)] engine: Engine,
) {
    let plant = FloorPlant::on(engine).await;
    plant.add_user("lola", Role::Leader, &["ACME", "RIVAL"]).await;
    let desk = plant.desk("lola").await;
    let only_rival = desk.narrow(Some(vec!["RIVAL".parse().unwrap()])).await.unwrap();
    let only_acme = desk.narrow(Some(vec!["ACME".parse().unwrap()])).await.unwrap();
    assert!(sees(&desk).await.contains(&("RIVAL".into(), "L1".into())));
    let take =
        |assigned| Command::SetAssignment { login: "lola".into(), client_id: "RIVAL".parse().unwrap(), assigned };
    run(&plant.admin, take(false)).await;
    // What remembers the client can do nothing at all, so that nothing it remembers is ever shown.
    for desk in [&desk, &only_rival] {
        for query in [Query::Board, Query::Setup, list_of(List::Lines), panel()] {
            assert_eq!(desk.ask(query).await.unwrap_err().to_string(), MOVED);
        }
        assert_eq!(desk.run(count("RIVAL")).await.unwrap_err().to_string(), MOVED);
    }
    assert!(!sees(&only_acme).await.is_empty(), "a view that never held the client goes on");
    let left = desk.refreshed().await.unwrap();
    assert_eq!(left.clients().iter().map(|client| client.client_id.as_str()).collect::<Vec<_>>(), ["ACME"]);
    let seen = sees(&left).await;
    assert!(!seen.is_empty() && seen.iter().all(|(client, _)| client != "RIVAL"), "{seen:?}");
    let absent = left.run(count("NOPE")).await.unwrap_err().to_string();
    assert_eq!(left.run(count("RIVAL")).await.unwrap_err().to_string(), absent.replace("NOPE", "RIVAL"));
    run(&left, count("ACME")).await;
    assert_eq!(plant.number("SELECT count(*) FROM t_production_entry WHERE client_id = 'RIVAL'").await, 0);
    // Given back, it is there for those who look anew; those who lost it may go on too.
    run(&plant.admin, take(true)).await;
    assert!(!sees(&left).await.is_empty() && left.has_new_clients());
    assert!(sees(&left.refreshed().await.unwrap()).await.contains(&("RIVAL".into(), "L1".into())));
    run(&desk, count("RIVAL")).await;
}

#[rstest]
#[tokio::test]
async fn a_disabled_client_is_gone_for_everybody_and_comes_back(
    #[values(Engine::File, Engine::Server)] engine: Engine,
) {
    let plant = FloorPlant::on(engine).await;
    let (rosa, paul) = (plant.desk("rosa").await, plant.desk("paul").await);
    let receipt =
        run(&plant.admin, Command::SetClientActive { client_id: "RIVAL".parse().unwrap(), active: false }).await;
    for desk in [&rosa, &paul, &plant.admin] {
        assert_eq!(desk.ask(list_of(List::Lines)).await.unwrap_err().to_string(), MOVED);
        let now = desk.refreshed().await.unwrap();
        assert!(sees(&now).await.iter().all(|(client, _)| client != "RIVAL"), "for an ADMIN too");
        assert!(now.run(count("RIVAL")).await.is_err());
    }
    run(&plant.admin, receipt.undo.unwrap()).await;
    assert!(!sees(&rosa).await.is_empty());
    run(&rosa, count("RIVAL")).await;
}

/// An export asks for its rows in several turns; a client that goes between two of them ends it.
#[rstest]
#[tokio::test]
async fn a_long_export_ends_where_a_client_is_taken_away_in_its_middle(
    #[values(Engine::File, Engine::Server)] engine: Engine,
) {
    let plant = FloorPlant::on(engine).await;
    plant.add_user("lola", Role::Leader, &["ACME", "RIVAL"]).await;
    for client in ["ACME", "RIVAL"] {
        run(&plant.admin, count(client)).await;
    }
    let desk = plant.desk("lola").await;
    let day = ProductionDate(20_591);
    let what = Exported::Entity(Entity::Production);
    let mut turn = ExportQuery { what, window: Some((day, day)), after: None };
    let Answer::Export(first) = desk.ask(Query::Export(turn.clone())).await.unwrap() else { panic!("an export") };
    run(
        &plant.admin,
        Command::SetAssignment { login: "lola".into(), client_id: "RIVAL".parse().unwrap(), assigned: false },
    )
    .await;
    turn.after = first.next;
    assert_eq!(desk.ask(Query::Export(turn)).await.unwrap_err().to_string(), MOVED);
}
