//! A forgotten filter sees the scope only, and nothing outside it can be written: tried on real connections.

use super::fixture::{CLIENTS, Fixture, TODAY, fill, fill_shared, line_shift};
use super::funnel::{InsertInto, Look, Stamp, args};
use super::line_shift::LINE_SHIFT;
use super::migrate::{DatabaseUrl, Store};
use super::scoped::{Kind, TABLES, UNREACHABLE};
use super::session::Session;
use super::{StoreError, master_data};
use crate::domain::clock::Instant;
use crate::domain::id::{ClientId, LineId, UserId};
use rstest::rstest;
use uuid::Uuid;

const NOW: Instant = Instant(1_779_098_400_000);

pub(in crate::store) struct TwoClients {
    pub(in crate::store) store: Store,
    _folder: tempfile::TempDir,
}

/// Clients A and B with a line and a product each, an operator of A (1), a leader of both (2), an admin (3), and
/// somebody without any client (4).
pub(in crate::store) async fn two_clients() -> TwoClients {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&DatabaseUrl::file(folder.path().join("plant.db"))).await.unwrap();
    for client in ["A", "B"] {
        door(
            &store,
            &format!("INSERT INTO t_client VALUES ('{client}', 'Client {client}', 'UTC', 1, 'x', 0, 'x', 0, NULL, 1)"),
        )
        .await;
        door(&store, &format!("INSERT INTO t_product VALUES ('P{client}', 'Secret {client}', NULL, NULL, 1, 1, 'x', 0, 'x', 0, NULL, 1)")).await;
        door(
            &store,
            &format!("INSERT INTO t_client_product VALUES ('{client}', 'P{client}', 'x', 0, 'x', 0, NULL, 1)"),
        )
        .await;
        door(&store, &format!("INSERT INTO t_production_line VALUES ('{client}', 'L1', 'Line {client}', 2, 1, 'x', 0, 'x', 0, NULL, 1)")).await;
    }
    for (number, role, clients) in [(1, "OPERATOR", "A"), (2, "LEADER", "AB"), (3, "ADMIN", ""), (4, "LEADER", "")] {
        let id = user(number).0.simple();
        door(&store, &format!("INSERT INTO t_user_account VALUES (X'{id}', 'user{number}', 'U', '{role}', NULL, NULL, 1, 0, 'x', 0, 'x', 0, NULL, 1, 1, 1, 0, NULL)")).await;
        for client in clients.chars() {
            door(
                &store,
                &format!("INSERT INTO t_user_client_assignment VALUES ('{client}', X'{id}', 'x', 0, 'x', 0, NULL, 1)"),
            )
            .await;
        }
    }
    TwoClients { store, _folder: folder }
}

async fn door(store: &Store, sql: &str) {
    sqlx::query(sqlx::AssertSqlSafe(sql.to_owned())).execute(store.sqlite()).await.unwrap();
}

pub(in crate::store) fn user(number: u128) -> UserId {
    UserId(Uuid::from_u128(number))
}

pub(in crate::store) async fn session(plant: &TwoClients, number: u128) -> Session {
    let person = plant.store.person(user(number)).await.unwrap().unwrap();
    Session::open(&plant.store, person, None).await.unwrap()
}

async fn seen(session: &Session, sql: &'static str) -> Vec<String> {
    session.read().await.unwrap().all(sql, args![]).await.unwrap()
}

const LINES: &str = "SELECT name FROM production_line ORDER BY name";

#[rstest]
#[case::operator(1, &["Line A"])]
#[case::leader_of_both(2, &["Line A", "Line B"])]
#[case::admin(3, &["Line A", "Line B"])]
#[case::nobodys(4, &[])]
#[tokio::test]
async fn a_query_without_a_filter_sees_the_scope_only(#[case] who: u128, #[case] expected: &[&str]) {
    let plant = two_clients().await;
    assert_eq!(seen(&session(&plant, who).await, LINES).await, expected);
}

#[tokio::test]
async fn names_of_products_tell_nothing_about_other_clients() {
    let plant = two_clients().await;
    let names = "SELECT name FROM product ORDER BY name";
    assert_eq!(seen(&session(&plant, 1).await, names).await, ["Secret A"]);
    assert_eq!(seen(&session(&plant, 3).await, names).await, ["Secret A", "Secret B"]);
}

#[tokio::test]
async fn narrowing_shows_fewer_clients_and_never_more() {
    let plant = two_clients().await;
    let client = |name| ClientId::parse(name).unwrap();
    let leader = session(&plant, 2).await;
    assert_eq!(seen(&leader.narrow(Some(vec![client("B")])).await.unwrap(), LINES).await, ["Line B"]);
    assert!(seen(&leader.narrow(Some(Vec::new())).await.unwrap(), LINES).await.is_empty());
    let operator = session(&plant, 1).await.narrow(Some(vec![client("A"), client("B")])).await.unwrap();
    assert_eq!(seen(&operator, LINES).await, ["Line A"]);
    assert_eq!(seen(&operator.narrow(None).await.unwrap(), LINES).await, ["Line A"]);
}

#[rstest]
#[case::assignment("UPDATE t_user_client_assignment SET deleted_at = 1")]
#[case::client("UPDATE t_client SET active = 0")]
#[tokio::test]
async fn what_is_taken_away_is_gone_at_the_next_transaction_of_an_open_session(#[case] taken: &str) {
    let plant = two_clients().await;
    let operator = session(&plant, 1).await;
    assert_eq!(seen(&operator, LINES).await, ["Line A"]);
    door(&plant.store, taken).await;
    assert!(seen(&operator, LINES).await.is_empty());
    let mut tx = operator.write(NOW).await.unwrap();
    let line = LineId::parse("L9").unwrap();
    let refused = master_data::add_line(&mut tx, &ClientId::parse("A").unwrap(), &line, "x").await;
    assert!(matches!(refused, Err(StoreError::OutOfScope)), "{refused:?}");
}

#[rstest]
#[case::disabled("UPDATE t_user_account SET active = 0")]
#[case::removed("UPDATE t_user_account SET deleted_at = 1")]
#[case::ended("UPDATE t_user_account SET session_version = session_version + 1")]
#[case::another_role("UPDATE t_user_account SET role = 'LEADER'")]
#[tokio::test]
async fn a_session_whose_account_changed_begins_no_transaction_and_opens_no_other_session(#[case] changed: &str) {
    let plant = two_clients().await;
    let operator = session(&plant, 1).await;
    door(&plant.store, changed).await;
    assert!(matches!(operator.read().await.err(), Some(StoreError::SessionOver)));
    assert!(matches!(operator.write(NOW).await.err(), Some(StoreError::SessionOver)));
    assert!(matches!(operator.narrow(None).await.err(), Some(StoreError::SessionOver)));
    assert!(operator.accounts(NOW).await.is_err());
}

#[tokio::test]
async fn a_row_of_another_client_cannot_be_written_and_poisons_the_transaction() {
    let plant = two_clients().await;
    let operator = session(&plant, 1).await;
    let mut tx = operator.write(NOW).await.unwrap();
    let (own, foreign) = (ClientId::parse("A").unwrap(), ClientId::parse("B").unwrap());
    let line = LineId::parse("L2").unwrap();
    master_data::add_line(&mut tx, &own, &line, "first").await.unwrap();
    let refused = master_data::add_line(&mut tx, &foreign, &line, "second").await;
    assert!(matches!(refused, Err(StoreError::OutOfScope)), "{refused:?}");
    let after = master_data::add_line(&mut tx, &own, &LineId::parse("L3").unwrap(), "third").await;
    assert!(matches!(after, Err(StoreError::Poisoned)), "{after:?}");
    assert!(matches!(tx.commit().await, Err(StoreError::Poisoned)));
    assert_eq!(seen(&operator, LINES).await, ["Line A"], "nothing of a failed transaction stays");
}

#[rstest]
#[case::moved("UPDATE production_line SET client_id = 'B' WHERE line_id = 'L1' RETURNING version")]
#[case::renamed_key("UPDATE production_line SET line_id = 'L9' WHERE line_id = 'L1' RETURNING version")]
#[case::removed("DELETE FROM production_line WHERE line_id = 'L1' RETURNING version")]
#[case::client("UPDATE client SET active = 0 RETURNING version")]
#[case::shared_by_an_operator("UPDATE product SET name = 'x' RETURNING version")]
#[tokio::test]
async fn keys_never_change_and_nothing_is_deleted(#[case] sql: &'static str) {
    let plant = two_clients().await;
    let operator = session(&plant, 1).await;
    let mut tx = operator.write(NOW).await.unwrap();
    assert!(tx.run(sql, args![]).await.is_err());
}

#[tokio::test]
async fn a_foreign_row_is_updated_like_one_that_does_not_exist() {
    let plant = two_clients().await;
    let operator = session(&plant, 1).await;
    let mut tx = operator.write(NOW).await.unwrap();
    let sql = "UPDATE production_line SET name = 'mine' WHERE client_id = $1 AND line_id = 'L1' RETURNING version";
    let foreign = tx.run(sql, args!["B"]).await.unwrap();
    let absent = tx.run(sql, args!["NOBODY"]).await.unwrap();
    assert_eq!((foreign, absent), (0, 0));
    tx.commit().await.unwrap();
    assert_eq!(seen(&session(&plant, 3).await, LINES).await, ["Line A", "Line B"]);
}

#[tokio::test]
async fn a_child_cannot_point_at_another_clients_parent() {
    let plant = two_clients().await;
    let leader = session(&plant, 2).await;
    let order = InsertInto {
        table: "work_order",
        columns: &["client_id", "work_order_id", "product_id", "quantity", "status", "priority"],
        stamp: Stamp::Full,
    };
    for product in ["PB", "NOTHING"] {
        let mut tx = leader.write(NOW).await.unwrap();
        let refused = tx.insert_one(&order, args!["A", "W1", product, 5_i64, "planned", "standard"]).await;
        assert!(matches!(refused, Err(StoreError::NoParent)), "{product}: {refused:?}");
    }
}

#[tokio::test]
async fn a_reader_cannot_write_and_the_record_cannot_be_forged() {
    let plant = two_clients().await;
    let admin = session(&plant, 3).await;
    let mut reader = admin.read().await.unwrap();
    let refused = reader.all::<i64>("UPDATE production_line SET name = 'x' RETURNING version", args![]).await;
    assert!(refused.is_err());
    let entry = |seq: i64| {
        args!["A", seq, "x", "k", "a", None::<String>, None::<String>, "user3", NOW, None::<Vec<u8>>, None::<Vec<u8>>]
    };
    let audit = InsertInto {
        table: "audit_entry",
        columns: &[
            "client_id",
            "seq",
            "table_name",
            "row_key",
            "action",
            "before",
            "after",
            "by_login",
            "at",
            "previous_hash",
            "hash",
        ],
        stamp: Stamp::Bare,
    };
    let mut tx = admin.write(NOW).await.unwrap();
    tx.insert_one(&audit, entry(1)).await.unwrap();
    tx.commit().await.unwrap();
    for sql in ["UPDATE audit_entry SET action = 'b' RETURNING seq", "DELETE FROM audit_entry RETURNING seq"] {
        assert!(admin.write(NOW).await.unwrap().run(sql, args![]).await.is_err(), "{sql}");
    }
    assert!(admin.write(NOW).await.unwrap().insert_one(&audit, entry(1)).await.is_err());
}

/// Minutes after midnight of two stops on one line, and whether the second is refused.
#[rstest]
#[case::apart((10, Some(20)), (20, Some(30)), false)]
#[case::before((10, Some(20)), (5, Some(10)), false)]
#[case::inside((10, Some(20)), (12, Some(15)), true)]
#[case::around((10, Some(20)), (5, Some(30)), true)]
#[case::over_the_end((10, Some(20)), (19, Some(30)), true)]
#[case::after_a_running_one((10, None), (30, Some(40)), true)]
#[case::before_a_running_one((10, None), (5, Some(10)), false)]
#[case::running_over_an_ended_one((10, Some(20)), (5, None), true)]
#[case::empty_at_the_edge((10, Some(20)), (20, Some(20)), false)]
#[case::empty_inside((10, Some(20)), (15, Some(15)), true)]
#[tokio::test]
async fn stops_of_one_line_never_overlap(
    #[case] first: (i64, Option<i64>),
    #[case] second: (i64, Option<i64>),
    #[case] refused: bool,
) {
    let plant = two_clients().await;
    door(
        &plant.store,
        "INSERT INTO t_downtime_reason VALUES ('A', 'JAM', 1, 'Jam', NULL, 'small_stop', 0, 'x', 0, 'x', 0, NULL, 1)",
    )
    .await;
    door(
        &plant.store,
        "INSERT INTO t_line_shift (client_id, production_date, shift_id, line_id, shift_valid_from, starts_at, ends_at,
           planned_minutes, planned_stated, crew, crew_stated, target_units, target_stated, status, created_by,
           created_at, updated_by, updated_at, version)
         VALUES ('A', 0, 'NO-SHIFT', 'L1', -2147483648, 0, 86400000, 0, 0, NULL, 0, NULL, 0,
           'open', 'x', 0, 'x', 0, 1)",
    )
    .await;
    let leader = session(&plant, 2).await;
    let mut tx = leader.write(NOW).await.unwrap();
    let mut results = Vec::new();
    for (id, (from, to)) in [(1_u128, first), (2, second)] {
        let at = |minute: i64| Instant(minute * 60_000);
        let id = Uuid::from_u128(id);
        let row = args![
            "A",
            id,
            id,
            0_i64,
            "NO-SHIFT",
            "L1",
            None::<String>,
            "JAM",
            "small_stop",
            at(from),
            to.map(at),
            to.map(|to| to - from),
            to.map(|to| to - from),
            false,
            true,
            false,
            None::<String>,
            None::<String>,
            None::<String>
        ];
        results.push(tx.insert_one(&super::downtime::DOWNTIME_ENTRY, row).await);
    }
    assert!(results[0].is_ok(), "{:?}", results[0]);
    assert_eq!(matches!(results[1], Err(StoreError::Overlap)), refused, "{:?}", results[1]);
}

#[test]
fn every_table_of_the_schema_is_reachable_or_left_out_on_purpose() {
    let migrations = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations/sqlite")).unwrap();
    let text: String = migrations.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect();
    let tables: Vec<&str> =
        text.split("CREATE TABLE t_").skip(1).filter_map(|rest| rest.split_whitespace().next()).collect();
    assert!(tables.len() > 35, "{tables:?}");
    for table in tables {
        let listed = TABLES.iter().any(|(name, _)| *name == table);
        let is_unreachable = UNREACHABLE.iter().any(|(name, _)| *name == table);
        assert!(listed != is_unreachable, "{table} must be listed in scoped.rs as one or the other");
    }
    let tenant = TABLES.iter().filter(|(_, kind)| *kind == Kind::Tenant).count();
    assert!(tenant >= 20);
}

#[rstest]
#[case::a_sum_of_a_line_shift("UPDATE line_shift SET units = 5 RETURNING version")]
#[case::the_defects_of_an_inspection("UPDATE quality_entry SET defect_count = defect_count + 1 RETURNING version")]
#[case::the_day_of_a_defect_line("UPDATE defect_detail SET production_date = 1 RETURNING version")]
#[case::the_covered_minutes_of_an_absence("UPDATE attendance_entry SET covered_minutes = 9 RETURNING version")]
#[case::a_day("UPDATE tally_day SET units = 5 RETURNING units")]
#[case::a_new_month("INSERT INTO tally_month (client_id, month, units) VALUES ('A', 202605, 5) RETURNING units")]
#[case::a_reason("DELETE FROM tally_reason RETURNING reason")]
#[tokio::test]
async fn what_the_database_keeps_is_not_taken_from_anybody(#[case] sql: &'static str) {
    let fixture = Fixture::new().await;
    let admin = fixture.session("anna", "ADMIN", &[]).await;
    fill_shared(&admin).await;
    fill(&admin, CLIENTS[0]).await;
    door(
        &fixture.store,
        &format!("INSERT INTO t_tally_reason (client_id, production_date, reason) VALUES ('{}', 0, 'X')", CLIENTS[0]),
    )
    .await;
    door(&fixture.store, &format!("INSERT INTO t_tally_day (client_id, production_date) VALUES ('{}', 0)", CLIENTS[0]))
        .await;
    assert!(admin.write(NOW).await.unwrap().run(sql, args![]).await.is_err());
}

#[tokio::test]
async fn a_given_sum_is_refused_and_not_ignored() {
    let fixture = Fixture::new().await;
    let admin = fixture.session("anna", "ADMIN", &[]).await;
    fill_shared(&admin).await;
    fill(&admin, CLIENTS[0]).await;
    let mut columns = LINE_SHIFT.columns.to_vec();
    columns.push("units");
    let with_units = InsertInto { columns: columns.leak(), ..LINE_SHIFT };
    let row = |date| line_shift(CLIENTS[0], date);
    let mut tx = admin.write(NOW).await.unwrap();
    tx.insert_one(&LINE_SHIFT, row(TODAY + 1)).await.unwrap();
    let given = row(TODAY + 2).into_iter().chain(args![7_i64]).collect();
    assert!(tx.insert_one(&with_units, given).await.is_err());
}
