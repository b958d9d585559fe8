//! The chain holds, and whatever is done to it behind the program's back is found, at the row where it was done.

use super::super::fixture::{Fixture, NOW};
use super::super::session::Session;
use super::verify::Fault;
use super::*;
use crate::store::{DatabaseUrl, Store};
use rstest::rstest;
use serde_json::json;
use sqlx::AssertSqlSafe;

fn client(name: &str) -> ClientId {
    ClientId::stored(name.to_owned())
}

async fn record(session: &Session, name: &str, number: i64) {
    let mut tx = session.write(NOW).await.unwrap();
    let (before, after) = (Some(json!({ "units": number - 1 })), Some(json!({ "units": number })));
    let entry = AuditEntry { table: "production_entry", key: format!("k{number}"), action: "log", before, after };
    tx.record(&client(name), entry);
    tx.commit().await.unwrap();
}

/// Client ACME with ten entries, BOLT with three, and four in the record of accounts.
async fn plant() -> (Fixture, Session) {
    let fixture = Fixture::new().await;
    let session = fixture.session("paul", "POWERUSER", &[]).await;
    for number in 1..=10 {
        record(&session, "ACME", number).await;
        if number <= 3 {
            record(&session, "BOLT", number).await;
        }
    }
    for number in 1..=4 {
        let mut tx = session.write(NOW).await.unwrap();
        tx.record_shared("add", format!("product P{number}"), json!({ "name": "Part" }));
        tx.commit().await.unwrap();
    }
    (fixture, session)
}

/// Does something that the program never does.
async fn tamper(store: &Store, sql: &str) {
    let text = format!(
        "PRAGMA foreign_keys = OFF; DROP TRIGGER IF EXISTS audit_entry_stays; DROP TRIGGER IF EXISTS audit_entry_is_kept;
         DROP TRIGGER IF EXISTS account_audit_entry_stays; DROP TRIGGER IF EXISTS account_audit_entry_is_kept;
         DROP TRIGGER IF EXISTS audit_head_is_kept; {sql}"
    );
    sqlx::raw_sql(AssertSqlSafe(text)).execute(store.sqlite()).await.unwrap();
}

async fn faults(store: &Store) -> Vec<(String, Vec<Fault>)> {
    let states = store.verify_trails().await.unwrap();
    let wrong = states.into_iter().filter(|state| !state.faults.is_empty());
    wrong.map(|state| (state.chain.key().to_owned(), state.faults)).collect()
}

#[tokio::test]
async fn every_chain_is_whole_and_each_entry_was_looked_at() {
    let (fixture, _session) = plant().await;
    let states = fixture.store.verify_trails().await.unwrap();
    let counted: Vec<_> = states.iter().map(|state| (state.chain.key(), state.entries, state.faults.len())).collect();
    assert_eq!(counted, [("ACME", 10, 0), ("BOLT", 3, 0), ("accounts", 4, 0)]);
}

#[rstest]
#[case::edited("UPDATE t_audit_entry SET after = '{\"units\":99}' WHERE client_id = 'ACME' AND seq = 4", "ACME", &[Fault::Changed(4)])]
#[case::backdated("UPDATE t_audit_entry SET at = at - 1 WHERE client_id = 'ACME' AND seq = 10", "ACME", &[Fault::Changed(10)])]
#[case::somebody_elses("UPDATE t_audit_entry SET by_login = 'olga' WHERE client_id = 'ACME' AND seq = 1", "ACME", &[Fault::Changed(1)])]
#[case::removed("DELETE FROM t_audit_entry WHERE client_id = 'ACME' AND seq BETWEEN 4 AND 5", "ACME", &[Fault::Missing(4, 5)])]
#[case::cut("DELETE FROM t_audit_entry WHERE client_id = 'ACME' AND seq > 8", "ACME", &[Fault::Cut(9, 10), ])]
#[case::cut_with_its_end(
    "DELETE FROM t_audit_entry WHERE client_id = 'ACME' AND seq > 8;
     UPDATE t_audit_head SET seq = 8, hash = (SELECT hash FROM t_audit_entry WHERE client_id = 'ACME' AND seq = 8) WHERE client_id = 'ACME'",
    "ACME", &[Fault::End]
)]
#[case::emptied("DELETE FROM t_audit_entry WHERE client_id = 'ACME'", "ACME", &[Fault::Cut(1, 10)])]
#[case::put_behind(
    "INSERT INTO t_audit_entry SELECT client_id, 11, table_name, row_key, action, before, after, by_login, at, hash, hash
     FROM t_audit_entry WHERE client_id = 'ACME' AND seq = 10", "ACME", &[Fault::Beyond(11)]
)]
#[case::put_in_another_place(
    "DELETE FROM t_audit_entry WHERE client_id = 'ACME' AND seq = 5;
     INSERT INTO t_audit_entry SELECT client_id, 5, table_name, row_key, action, before, after, by_login, at, previous_hash, hash
     FROM t_audit_entry WHERE client_id = 'ACME' AND seq = 4", "ACME", &[Fault::Changed(5), Fault::Unlinked(6)]
)]
#[case::taken_from_another_client(
    "DELETE FROM t_audit_entry WHERE client_id = 'ACME' AND seq = 3;
     INSERT INTO t_audit_entry SELECT 'ACME', 3, table_name, row_key, action, before, after, by_login, at, previous_hash, hash
     FROM t_audit_entry WHERE client_id = 'BOLT' AND seq = 3", "ACME", &[Fault::Changed(3), Fault::Unlinked(4)]
)]
#[case::unsealed("UPDATE t_audit_entry SET hash = NULL WHERE client_id = 'ACME' AND seq = 7", "ACME", &[Fault::Unsealed(7), Fault::Unlinked(8)])]
#[case::end_removed("DELETE FROM t_audit_head WHERE client_id = 'ACME'", "ACME", &[Fault::NoEnd])]
#[case::end_moved("UPDATE t_audit_head SET seq = 12 WHERE client_id = 'ACME'", "ACME", &[Fault::Cut(11, 12), Fault::End])]
#[case::chain_taken_off(
    "UPDATE t_audit_entry SET hash = NULL, previous_hash = NULL WHERE client_id = 'ACME';
     UPDATE t_audit_head SET hash = NULL, seal = NULL, begun = 11 WHERE client_id = 'ACME'", "ACME", &[Fault::NotBegun]
)]
#[case::begun_later(
    "UPDATE t_audit_entry SET after = NULL WHERE client_id = 'ACME' AND seq = 2; UPDATE t_audit_head SET begun = 9 WHERE client_id = 'ACME'",
    "ACME", &[Fault::Unlinked(9), Fault::Older(8), Fault::End]
)]
#[case::account("UPDATE t_account_audit_entry SET subject = 'product P9' WHERE seq = 2", "accounts", &[Fault::Changed(2)])]
#[case::account_cut("DELETE FROM t_account_audit_entry WHERE seq = 4", "accounts", &[Fault::Cut(4, 4)])]
#[tokio::test]
async fn what_was_done_to_the_trail_is_found_where_it_was_done(
    #[case] sql: &str,
    #[case] chain: &str,
    #[case] expected: &[Fault],
) {
    let (fixture, _session) = plant().await;
    tamper(&fixture.store, sql).await;
    assert_eq!(faults(&fixture.store).await, [(chain.to_owned(), expected.to_vec())]);
}

#[rstest]
#[case("UPDATE t_audit_entry SET action = 'x'")]
#[case("DELETE FROM t_audit_entry")]
#[case("REPLACE INTO t_audit_entry SELECT * FROM t_audit_entry")]
#[case("UPDATE t_account_audit_entry SET action = 'x'")]
#[case("DELETE FROM t_account_audit_entry")]
#[case("DELETE FROM t_audit_head")]
#[case("DELETE FROM t_account_audit_head")]
#[tokio::test]
async fn not_even_a_door_changes_what_was_recorded(#[case] sql: &'static str) {
    let (fixture, _session) = plant().await;
    let error = sqlx::query(sql).execute(fixture.store.sqlite()).await.unwrap_err();
    assert!(error.to_string().contains("append-only"), "{error}");
    assert_eq!(faults(&fixture.store).await, []);
}

#[rstest]
#[case::the_end_back("UPDATE audit_head SET seq = 1 WHERE client_id = 'ACME' RETURNING seq")]
#[case::another_clients_end("INSERT INTO audit_head (client_id, seq, begun) VALUES ('BOLT', 7, 1) RETURNING seq")]
#[case::an_end_that_is_there("INSERT INTO audit_head (client_id, seq, begun) VALUES ('ACME', 0, 1) RETURNING seq")]
#[case::no_end("DELETE FROM audit_head RETURNING seq")]
#[case::an_account(
    "INSERT INTO account_audit_entry (seq, action, subject, by_login, at) VALUES (5, 'login', 'anna', 'anna', 1) RETURNING seq"
)]
#[tokio::test]
async fn an_operator_cannot_touch_the_ends_of_chains(#[case] sql: &'static str) {
    let (fixture, _session) = plant().await;
    let operator = fixture.session("olga", "OPERATOR", &["ACME"]).await;
    assert!(operator.write(NOW).await.unwrap().run(sql, args![]).await.is_err());
    let mut reader = operator.read().await.unwrap();
    assert_eq!(reader.all::<i64>("SELECT seq FROM audit_head", args![]).await.unwrap(), [10]);
    assert_eq!(reader.all::<i64>("SELECT seq FROM account_audit_head", args![]).await.unwrap(), [0; 0]);
}

#[tokio::test]
async fn one_transaction_of_several_clients_adds_to_each_chain() {
    let (fixture, session) = plant().await;
    let mut tx = session.write(NOW).await.unwrap();
    for name in ["BOLT", "ACME", "BOLT"] {
        let entry = AuditEntry { table: "job", key: "J".into(), action: "log", before: None, after: None };
        tx.record(&client(name), entry);
    }
    tx.record_shared("add", "shift X".into(), json!({}));
    tx.commit().await.unwrap();
    let states = fixture.store.verify_trails().await.unwrap();
    let counted: Vec<_> = states.iter().map(|state| (state.entries, state.faults.len())).collect();
    assert_eq!(counted, [(11, 0), (5, 0), (5, 0)]);
    let ends = session.trail_ends().await.unwrap();
    assert_eq!(ends.iter().map(|end| end.seq).collect::<Vec<_>>(), [11, 5]);
    assert!(ends.iter().all(|end| end.hash.as_ref().is_some_and(|hash| hash.len() == 16)));
}

#[tokio::test]
async fn a_change_that_is_taken_back_leaves_no_entry() {
    let (fixture, session) = plant().await;
    let mut tx = session.write(NOW).await.unwrap();
    tx.record(&client("ACME"), AuditEntry { table: "job", key: "J".into(), action: "log", before: None, after: None });
    drop(tx);
    record(&session, "ACME", 11).await;
    assert_eq!(faults(&fixture.store).await, []);
}

#[tokio::test]
async fn an_entry_behind_the_end_stops_the_chain_and_is_named() {
    let (fixture, session) = plant().await;
    let forged = "INSERT INTO t_audit_entry (client_id, seq, table_name, row_key, action, by_login, at) VALUES ('ACME', 11, 't', 'k', 'a', 'x', 1)";
    tamper(&fixture.store, forged).await;
    let mut tx = session.write(NOW).await.unwrap();
    tx.record(&client("ACME"), AuditEntry { table: "job", key: "J".into(), action: "log", before: None, after: None });
    let error = tx.commit().await.unwrap_err().to_string();
    assert!(error.contains("audit trail of ACME is not whole"), "{error}");
}

#[tokio::test]
async fn entries_older_than_their_chain_are_covered_by_its_first() {
    let (fixture, session) = plant().await;
    let older = "UPDATE t_audit_entry SET hash = NULL, previous_hash = NULL;
        UPDATE t_audit_head SET hash = NULL, seal = NULL, begun = seq + 1;
        UPDATE t_account_audit_entry SET hash = NULL, previous_hash = NULL;
        UPDATE t_account_audit_head SET hash = NULL, seal = NULL, begun = seq + 1";
    tamper(&fixture.store, older).await;
    fixture.store.begin_trails(NOW).await.unwrap();
    fixture.store.begin_trails(NOW).await.unwrap();
    record(&session, "ACME", 11).await;
    let states = fixture.store.verify_trails().await.unwrap();
    let counted: Vec<_> = states.iter().map(|state| (state.entries, state.faults.len())).collect();
    assert_eq!(counted, [(12, 0), (4, 0), (5, 0)], "one entry more a chain");
    tamper(&fixture.store, "UPDATE t_audit_entry SET after = NULL WHERE client_id = 'ACME' AND seq = 3").await;
    tamper(&fixture.store, "UPDATE t_account_audit_entry SET subject = 'x' WHERE seq = 1").await;
    let expected = [("ACME".to_owned(), vec![Fault::Older(10)]), ("accounts".to_owned(), vec![Fault::Older(4)])];
    assert_eq!(faults(&fixture.store).await, expected);
}

#[tokio::test]
async fn without_its_key_a_plant_is_read_and_never_written() {
    let folder = tempfile::tempdir().unwrap();
    let url = DatabaseUrl::file(folder.path().join("plant.db"));
    let key = folder.path().join("plant.db.audit-key");
    let open = async || Store::open(&url).await.unwrap();
    let save = async |store: &Store| {
        let mut tx = store.door("x", NOW).await.unwrap();
        tx.record_account("login", "anna".into(), None, None);
        tx.commit().await
    };
    let store = open().await;
    save(&store).await.unwrap();
    let kept = std::fs::read_to_string(&key).unwrap();

    std::fs::remove_file(&key).unwrap();
    let store = open().await;
    assert_eq!(store.key_trouble(), Some(KeyTrouble::Missing(key.clone())));
    assert!(!key.exists(), "a key is never made anew in silence");
    assert!(matches!(save(&store).await, Err(StoreError::AuditKey(KeyTrouble::Missing(_)))));
    assert!(matches!(store.verify_trails().await, Err(StoreError::AuditKey(_))));

    std::fs::write(&key, format!("{}\n", "ab".repeat(32))).unwrap();
    let store = open().await;
    assert!(matches!(save(&store).await, Err(StoreError::AuditKey(KeyTrouble::Other(_)))));
    assert!(store.is_without_accounts().await.unwrap(), "reading goes on");

    std::fs::write(&key, kept.trim()).unwrap();
    let store = open().await;
    save(&store).await.unwrap();
    let states = store.verify_trails().await.unwrap();
    assert_eq!(states.iter().map(|state| (state.entries, state.faults.len())).collect::<Vec<_>>(), [(2, 0)]);
}

#[tokio::test]
async fn a_trail_that_is_not_whole_begins_anew_behind_what_is_there() {
    let (fixture, session) = plant().await;
    let forged = "INSERT INTO t_audit_entry (client_id, seq, table_name, row_key, action, by_login, at) VALUES ('ACME', 11, 't', 'k', 'a', 'x', 1)";
    tamper(&fixture.store, forged).await;
    tamper(&fixture.store, "DELETE FROM t_audit_head WHERE client_id = 'BOLT'").await;
    let begun = fixture.store.begin_trails_anew(NOW).await.unwrap();
    assert_eq!(begun.iter().map(Chain::key).collect::<Vec<_>>(), ["ACME", "BOLT"]);
    record(&session, "ACME", 12).await;
    record(&session, "BOLT", 4).await;
    let states = fixture.store.verify_trails().await.unwrap();
    let counted: Vec<_> = states.iter().map(|state| (state.entries, state.faults.len())).collect();
    assert_eq!(counted, [(13, 0), (5, 0), (4, 0)]);
    assert!(fixture.store.begin_trails_anew(NOW).await.unwrap().is_empty(), "a whole trail stays");
}

#[tokio::test]
async fn a_lost_key_is_replaced_on_the_record_of_every_chain() {
    let (fixture, _session) = plant().await;
    let path = fixture.store.url().path().unwrap().with_file_name("plant.db.audit-key");
    std::fs::remove_file(&path).unwrap();
    let store = Store::open(fixture.store.url()).await.unwrap();
    assert!(store.key_trouble().is_some());
    assert_eq!(store.begin_trails_anew(NOW).await.unwrap().len(), 3);
    let store = Store::open(fixture.store.url()).await.unwrap();
    assert_eq!(store.key_trouble(), None);
    let states = store.verify_trails().await.unwrap();
    let counted: Vec<_> = states.iter().map(|state| (state.entries, state.faults.len())).collect();
    assert_eq!(counted, [(11, 0), (4, 0), (5, 0)]);
}

#[tokio::test]
async fn several_who_first_use_a_database_at_once_end_with_one_key() {
    let folder = tempfile::tempdir().unwrap();
    let url = DatabaseUrl::file(folder.path().join("plant.db"));
    let store = Store::open(&url).await.unwrap();
    tamper(&store, "UPDATE t_account_audit_head SET key_mark = NULL").await;
    store.close().await;
    std::fs::remove_file(folder.path().join("plant.db.audit-key")).unwrap();
    let opened = futures::future::join_all((0..4).map(|_| Store::open(&url))).await;
    assert!(opened.into_iter().all(|store| store.unwrap().key_trouble().is_none()));
}
