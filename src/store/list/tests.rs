//! Lists on a database with two clients: what they show, to whom, and in which order.

use super::*;
use crate::domain::clock::ProductionDate;
use crate::domain::id::ClientId;
use crate::domain::list::{Cell, ListRow};
use crate::store::Session;
use crate::store::fixture::{self, CLIENTS, Engine, Fixture, NOW, TODAY};
use crate::store::funnel::{Look, args};
use crate::store::insert::{InsertInto, Stamp};
use rstest::rstest;
use std::collections::BTreeSet;
use uuid::Uuid;

/// Lists of rows that belong to clients and come through the scoped session.
fn client_lists() -> impl Iterator<Item = List> {
    List::ALL
        .iter()
        .copied()
        .filter(|list| !matches!(list, List::Clients | List::Users | List::Shifts | List::AccountRecord))
}

fn wanted(list: List) -> Wanted {
    Wanted {
        list,
        pattern: None,
        date: None,
        sort: None,
        limit: 50,
        offset: 0,
        within: None,
        record: WantedRecord::default(),
    }
}

async fn filled() -> (Fixture, Session) {
    filled_on(Engine::File).await
}

async fn filled_on(engine: Engine) -> (Fixture, Session) {
    let fixture = Fixture::on(engine).await;
    let admin = fixture.session("anna", "ADMIN", &[]).await;
    fixture::fill_shared(&admin).await;
    for client in CLIENTS {
        fixture::fill(&admin, client).await;
    }
    (fixture, admin)
}

/// Five thousand counts of ACME over a hundred days, and five of BOLT.
async fn with_many_counts(engine: Engine) -> (Fixture, Session) {
    with_counts(engine, 5000).await
}

/// So many counts of ACME over a hundred days, and five of BOLT.
async fn with_counts(engine: Engine, number: i64) -> (Fixture, Session) {
    let (fixture, admin) = filled_on(engine).await;
    let mut tx = admin.write(NOW).await.expect("write");
    for (client, most) in [("ACME", number), ("BOLT", 5)] {
        let shifts = (1..=most.min(100)).map(|day| fixture::line_shift(client, TODAY - day)).collect();
        tx.insert(&crate::store::line_shift::LINE_SHIFT, shifts).await.expect("line shifts");
        let counts = (0..most).map(|number| {
            let note = if number % 1000 == 7 { "100%_done" } else { "100 done" };
            fixture::count(client, Uuid::new_v4(), TODAY - 1 - number % most.min(100), number / 100, number % 777, note)
        });
        fixture::insert_counts(&mut tx, counts.collect()).await;
    }
    tx.commit().await.expect("commit");
    (fixture, admin)
}

#[test]
fn the_columns_selected_are_the_columns_of_the_list() {
    for &list in List::ALL {
        let names: Vec<_> = list.columns().iter().map(|column| column.name).collect();
        assert_eq!(statements_of(list).columns, names, "{list}");
    }
}

#[test]
fn every_column_of_the_table_can_be_sorted_by_and_none_of_the_detail() {
    use crate::domain::list::Column;
    for &list in List::ALL {
        let shown = list.columns().iter().filter(|column| column.rank != Column::DETAIL).count();
        assert_eq!(statements_of(list).all.sorted.len(), shown, "{list}");
    }
}

#[rstest]
#[tokio::test]
async fn every_list_has_a_row_of_each_client_for_those_who_see_both(
    #[values(Engine::File, Engine::Server)] engine: Engine,
) {
    let (_fixture, admin) = filled_on(engine).await;
    for list in client_lists() {
        let Found { rows, total, .. } = admin.list(&wanted(list)).await.expect("rows");
        let clients: BTreeSet<_> = rows.iter().filter_map(|row| row.client_id.as_ref()).map(ClientId::as_str).collect();
        assert_eq!(clients, BTreeSet::from(CLIENTS), "{list}");
        assert_eq!(i64::try_from(rows.len()), Ok(total), "{list}");
        assert!(rows.iter().all(|row| row.cells.len() == list.columns().len()), "{list}");
    }
}

#[tokio::test]
async fn nobody_gets_a_row_of_another_client_from_any_list_however_it_is_asked() {
    let (fixture, admin) = filled().await;
    let narrowed = admin.narrow(Some(vec![ClientId::stored("ACME".into())])).await.expect("narrowed");
    let sessions = [
        fixture.session("olga", "OPERATOR", &["ACME"]).await,
        fixture.session("leo", "LEADER", &["ACME"]).await,
        narrowed,
    ];
    for session in &sessions {
        for list in client_lists() {
            let sorts = (0..statements_of(list).all.sorted.len())
                .flat_map(|column| [Some((column, false)), Some((column, true))]);
            for sort in std::iter::once(None).chain(sorts) {
                for pattern in [None, Some("%"), Some("%BOLT%"), Some("%word of%")] {
                    let wanted = Wanted { pattern: pattern.map(str::to_owned), sort, ..wanted(list) };
                    let Found { rows, total, .. } = session.list(&wanted).await.expect("rows");
                    assert_eq!(i64::try_from(rows.len()), Ok(total), "{list} {wanted:?}");
                    let theirs = |row: &&ListRow| format!("{row:?}").contains("BOLT");
                    assert_eq!(rows.iter().find(theirs), None, "{list} {wanted:?}");
                    assert!(pattern.is_some_and(|pattern| pattern != "%") || !rows.is_empty(), "{list} {wanted:?}");
                }
            }
        }
    }
    let nobody = fixture.session("nora", "LEADER", &[]).await;
    for list in client_lists() {
        assert_eq!(nobody.list(&wanted(list)).await.expect("rows"), Found::NOTHING, "{list}");
    }
}

#[rstest]
#[tokio::test]
async fn pages_together_are_the_whole_list_in_order_and_without_repetition(
    #[values(Engine::File, Engine::Server)] engine: Engine,
) {
    let (_fixture, admin) = with_many_counts(engine).await;
    for sort in [None, Some((1, false)), Some((7, true)), Some((12, false))] {
        let mut keys = BTreeSet::new();
        let mut units = Vec::new();
        for page in 0..6 {
            let wanted = Wanted { sort, limit: 1000, offset: page * 1000, ..wanted(List::Production) };
            let Found { rows, total, .. } = admin.list(&wanted).await.expect("rows");
            assert_eq!(total, 5007);
            keys.extend(rows.iter().map(|row| row.key.clone()));
            units.extend(rows.iter().map(|row| row.cells[7].clone()));
        }
        assert_eq!(keys.len(), 5007, "{sort:?}");
        if sort == Some((7, true)) {
            let numbers: Vec<_> =
                units.iter().map(|cell| matches!(cell, Cell::Number(_)).then(|| format!("{cell:?}").len())).collect();
            assert!(numbers.iter().all(Option::is_some));
            assert!(units.is_sorted_by_key(|cell| match cell {
                Cell::Number(number) => -number,
                _ => 1,
            }));
        }
    }
}

#[rstest]
#[tokio::test]
async fn the_newest_come_first_whatever_client_they_are_of(#[values(Engine::File, Engine::Server)] engine: Engine) {
    let (_fixture, admin) = with_many_counts(engine).await;
    let Found { rows, .. } = admin.list(&Wanted { limit: 200, ..wanted(List::Production) }).await.expect("rows");
    let times: Vec<_> = rows.iter().map(|row| (row.cells[1].clone(), row.cells[2].clone())).collect();
    let number = |cell: &Cell| if let Cell::Number(number) = cell { -number } else { panic!("{cell:?}") };
    assert!(times.is_sorted_by_key(|(date, time)| (number(date), number(time))));
    assert_eq!(
        rows.iter().filter(|row| row.client_id.as_ref().is_some_and(|client| client.as_str() == "BOLT")).count(),
        4
    );
}

#[rstest]
#[tokio::test]
async fn the_filter_takes_its_signs_literally_and_a_date_as_a_date(
    #[values(Engine::File, Engine::Server)] engine: Engine,
) {
    let (_fixture, admin) = with_many_counts(engine).await;
    for (pattern, date, expected) in [
        (r"%100\%\_DONE%", None, 5),
        ("%100 done%", None, 5000),
        ("%PART%", None, 5007),
        ("%nothing of the kind%", None, 0),
        ("%2026-05-20%", Some(ProductionDate(20_593)), 2),
    ] {
        let wanted = Wanted { pattern: Some(pattern.into()), date, ..wanted(List::Production) };
        let Found { rows, total, .. } = admin.list(&wanted).await.expect("rows");
        assert_eq!(total, expected, "{pattern}");
        assert_eq!(i64::try_from(rows.len()), Ok(expected.min(50)), "{pattern}");
    }
}

#[tokio::test]
async fn orders_are_counted_up_to_ten_thousand_and_searched_as_a_whole() {
    let (_fixture, admin) = filled_on(Engine::File).await;
    let mut tx = admin.write(NOW).await.expect("write");
    let order = InsertInto {
        table: "work_order",
        columns: &["client_id", "work_order_id", "product_id", "quantity", "status", "priority"],
        stamp: Stamp::Full,
    };
    let many = (1..=10_100_i64).map(|number| args!["ACME", format!("M{number}"), "P-ACME", number, "planned", "low"]);
    tx.insert(&order, many.collect()).await.expect("orders");
    tx.commit().await.expect("commit");
    let orders = || wanted(List::WorkOrders);
    let all = admin.list(&orders()).await.expect("rows");
    assert_eq!((all.total, all.more, all.since, all.rows.len()), (10_000, true, None, 50));
    let found = admin.list(&Wanted { pattern: Some("%m10099%".into()), ..orders() }).await.expect("rows");
    assert_eq!((found.total, found.more, found.since), (1, false, None));
    let largest = admin.list(&Wanted { sort: Some((3, true)), ..orders() }).await.expect("rows");
    assert!(largest.rows[0].cells.contains(&Cell::Number(10_100)), "{:?}", largest.rows[0]);
}

#[rstest]
#[tokio::test]
async fn a_list_of_more_than_ten_thousand_rows_is_searched_in_its_newest_entries_and_says_so(
    #[values(Engine::File, Engine::Server)] engine: Engine,
) {
    let (_fixture, admin) = with_counts(engine, 12_000).await;
    let number = |row: &ListRow, column: usize| match row.cells[column] {
        Cell::Number(number) => number,
        ref other => panic!("{other:?}"),
    };
    let production = || wanted(List::Production);
    let all = admin.list(&production()).await.expect("rows");
    assert_eq!((all.total, all.more, all.since, all.rows.len()), (10_000, true, None, 50));
    let far = admin.list(&Wanted { offset: 9_980, ..production() }).await.expect("rows");
    assert!(number(&far.rows[0], 1) < number(&all.rows[0], 1) && !far.rows.is_empty());
    assert_eq!(admin.list(&Wanted { offset: 10_000, ..production() }).await.expect("rows").rows, Vec::new());

    for search in [
        Wanted { pattern: Some("%100 done%".into()), ..production() },
        Wanted { sort: Some((7, true)), ..production() },
    ] {
        let found = admin.list(&search).await.expect("rows");
        let since = found.since.expect("a date");
        assert!((TODAY - 20..TODAY - 5).contains(&i64::from(since.0)), "{since:?}");
        assert!((600..2_500).contains(&found.total) && !found.more, "{}", found.total);
        assert!(found.rows.iter().all(|row| number(row, 1) >= i64::from(since.0)));
    }
    let old = Wanted { pattern: Some("%x%".into()), date: Some(ProductionDate(20_503)), ..production() };
    let found = admin.list(&old).await.expect("rows");
    assert_eq!((found.total, found.since), (120, None));
    assert!(found.rows.iter().all(|row| number(row, 1) == TODAY - 90));
}

#[rstest]
#[tokio::test]
async fn sorted_by_minutes_a_stop_that_runs_is_the_longest(#[values(Engine::File, Engine::Server)] engine: Engine) {
    let (_fixture, admin) = filled_on(engine).await;
    let mut tx = admin.write(NOW).await.expect("write");
    let runs =
        "UPDATE downtime_entry SET ended_at = NULL, minutes = NULL, classified_minutes = NULL, version = version + 1
                WHERE client_id = $1 RETURNING version";
    assert_eq!(tx.run(runs, args!["BOLT"]).await.expect("it runs"), 1);
    tx.commit().await.expect("commit");
    let minutes = List::Downtime.columns().iter().position(|column| column.name == "minutes").expect("minutes");
    for (descending, expected) in [(true, ["BOLT", "ACME"]), (false, ["ACME", "BOLT"])] {
        let wanted = Wanted { sort: Some((minutes, descending)), ..wanted(List::Downtime) };
        let Found { rows, .. } = admin.list(&wanted).await.expect("rows");
        let clients: Vec<_> = rows.iter().filter_map(|row| row.client_id.as_ref()).map(ClientId::as_str).collect();
        assert_eq!(clients, expected);
    }
}

#[rstest]
#[tokio::test]
async fn what_was_removed_is_not_listed(#[values(Engine::File, Engine::Server)] engine: Engine) {
    let (_fixture, admin) = filled_on(engine).await;
    let mut tx = admin.write(NOW).await.expect("write");
    tx.run(
        "UPDATE production_entry SET deleted_at = $1, version = version + 1 WHERE client_id = $2 RETURNING version",
        args![NOW, "ACME"],
    )
    .await
    .expect("removed");
    tx.commit().await.expect("commit");
    let Found { rows, total, .. } = admin.list(&wanted(List::Production)).await.expect("rows");
    assert_eq!((rows.len(), total), (1, 1));
}

#[rstest]
#[tokio::test]
async fn accounts_are_listed_for_an_admin_as_long_as_they_are_one(
    #[values(Engine::File, Engine::Server)] engine: Engine,
) {
    let (fixture, admin) = filled_on(engine).await;
    let operator = fixture.session("olga", "OPERATOR", &["ACME"]).await;
    let Found { rows, total, .. } = admin.list(&wanted(List::Users)).await.expect("rows");
    assert_eq!((rows.len(), total), (2, 2));
    assert_eq!(rows[1].cells[3], Cell::Text("ACME".into()));
    assert!(operator.list(&wanted(List::Users)).await.is_err());
    assert!(operator.list(&wanted(List::Clients)).await.is_err());

    let mut tx = fixture.store.door("fixture", NOW).await.expect("door");
    tx.run("UPDATE t_user_account SET role = 'LEADER' WHERE login = $1 RETURNING version", args!["anna"])
        .await
        .expect("demoted");
    tx.commit().await.expect("commit");
    assert!(admin.list(&wanted(List::Users)).await.is_err());
}

/// The plan of a statement as it runs, through the scoped views; `b` is a base table in it.
async fn plan(session: &Session, sql: &'static str) -> Vec<String> {
    use sqlx::Row as _;
    let mut tx = session.read().await.expect("read");
    let connection = tx.open().expect("open").sqlite();
    let mut query = sqlx::query(sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}")));
    for value in [None, None, Some(50), Some(0)] {
        query = query.bind(value);
    }
    let rows = query.fetch_all(connection).await.expect("plan");
    rows.iter().map(|row| row.get::<String, _>(3)).collect()
}

#[tokio::test]
async fn the_newest_rows_of_the_long_lists_come_from_an_index() {
    let (_fixture, admin) = filled().await;
    for (list, index) in [
        (List::Production, "INDEX i_production_entry_line_shift (client_id=?)"),
        (List::Downtime, "INDEX i_downtime_entry_line_shift (client_id=?)"),
        (List::Quality, "INDEX i_quality_entry_line_shift (client_id=?)"),
        (List::Jobs, "INDEX sqlite_autoindex_t_job_2 (client_id=?)"),
        (List::Attendance, "PRIMARY KEY (client_id=?)"),
        (List::AuditTrail, "PRIMARY KEY (client_id=? AND seq>?)"),
    ] {
        let plan = plan(&admin, statements_of(list).all.newest).await;
        let start =
            plan.iter().position(|step| step.starts_with("CORRELATED LIST SUBQUERY")).expect("one for each client");
        assert!(plan[start + 1].contains(index), "{list}: {plan:#?}");
    }
}

#[tokio::test]
async fn no_list_reads_another_clients_rows_to_throw_them_away() {
    let (_fixture, admin) = filled().await;
    for (name, sql) in all_statements().filter(|(_, sql)| !sql.contains(" t_") && !sql.contains("shift AS e WHERE")) {
        let plan = plan(&admin, sql).await;
        // The floating pool and the products are shared; everything else is found by its client.
        let scans = plan.iter().filter(|step| step.starts_with("SCAN b"));
        let allowed = usize::from(sql.contains("FROM product AS n"));
        assert!(scans.count() <= allowed, "{name}: {plan:#?}");
    }
}
