//! A server from outside the funnel: what is refused at its door, and what a session on it sees, loses and is told.

use crate::domain::id::ClientId;
use crate::store::fixture::{CLIENTS, Engine, Fixture, NOW, TODAY, fill, fill_shared};
use crate::store::funnel::{InsertInto, Look, Stamp, Value, args};
use crate::store::postgres::Prepared;
use crate::store::test_postgres::migrated;
use crate::store::test_server::{OWNER, TestDatabase};
use crate::store::{DatabaseUrl, Session, Store, StoreError};
use rstest::rstest;
use sqlx::{AssertSqlSafe, Executor};
use std::time::Duration;
use uuid::Uuid;

fn url(text: &str) -> DatabaseUrl {
    DatabaseUrl::parse(text).unwrap()
}

async fn refusal(text: &str) -> String {
    Store::open(&url(text)).await.unwrap_err().to_string()
}

async fn superuser(database: &TestDatabase, statement: &str) {
    database.superuser().await.execute(AssertSqlSafe(statement.to_owned())).await.unwrap();
}

#[tokio::test]
async fn a_role_that_no_policy_binds_is_refused_with_the_reason() {
    let database = migrated().await;
    let role = format!("odd_{}", uuid::Uuid::new_v4().simple());
    superuser(&database, &format!("CREATE ROLE {role} LOGIN PASSWORD 'a-password-of-tests'")).await;
    for (make, why, undo) in [
        (format!("ALTER ROLE {role} SUPERUSER"), "is a superuser", format!("ALTER ROLE {role} NOSUPERUSER")),
        (format!("ALTER ROLE {role} BYPASSRLS"), "has BYPASSRLS", format!("ALTER ROLE {role} NOBYPASSRLS")),
        (format!("ALTER ROLE {role} CREATEROLE"), "has CREATEROLE", format!("ALTER ROLE {role} NOCREATEROLE")),
        (format!("GRANT {OWNER} TO {role}"), "is a member of another role", format!("REVOKE {OWNER} FROM {role}")),
        (format!("CREATE TABLE own (a INT); ALTER TABLE own OWNER TO {role}"), "owns", "DROP TABLE own".into()),
    ] {
        superuser(&database, &make).await;
        let said = refusal(&database.url(&role)).await;
        assert!(said.contains(why) && said.contains("--owner-database"), "{said}");
        superuser(&database, &undo).await;
    }
    assert!(refusal(&database.owner_url()).await.contains("owns the database"));
    let said = refusal(&database.url(&role)).await;
    assert!(said.contains("has no rights in it; run `kpi-ops migrate --owner-database URL`"), "{said}");
    drop(database);
}

#[tokio::test]
async fn a_database_that_cannot_be_used_says_why_and_the_way_out() {
    let empty = TestDatabase::empty().await;
    let said = refusal(&empty.runtime_url()).await;
    assert!(
        said.ends_with("it holds no kpi-ops plant yet; run `kpi-ops init --owner-database URL --admin NAME`"),
        "{said}"
    );
    let wrong = empty.runtime_url().replace("a-password-of-tests", "geheim-und-falsch");
    let said = refusal(&wrong).await;
    assert!(said.contains("refuses the login of the role kpi_runtime") && !said.contains("geheim"), "{said}");
    let absent = empty.runtime_url().replace("test_", "no_such_");
    assert!(refusal(&absent).await.contains("there is no such database"));
    let said = refusal("postgres://ops:geheim@127.0.0.1:1/kpi").await;
    assert!(said.contains("the server does not answer") && !said.contains("geheim"), "{said}");

    let database = migrated().await;
    let mut owner = database.owner().await;
    owner
        .execute("INSERT INTO _sqlx_migrations VALUES (9999, 'from the future', now(), true, '\\x00', 1)")
        .await
        .unwrap();
    assert!(refusal(&database.runtime_url()).await.ends_with("made by a newer version of kpi-ops; update the program"));
    owner.execute("DELETE FROM _sqlx_migrations WHERE version >= 3").await.unwrap();
    let said = refusal(&database.runtime_url()).await;
    assert!(
        said.ends_with("its schema is older than this program; run `kpi-ops migrate --owner-database URL`"),
        "{said}"
    );
}

#[tokio::test]
async fn the_owner_makes_the_schema_the_templates_and_the_runtime_role() {
    let database = TestDatabase::empty().await;
    let role = format!("plant_{}", uuid::Uuid::new_v4().simple());
    let runtime = database.url(&role).replace("a-password-of-tests", "d%C3%BCne-42");
    let (owner, runtime) = (url(&database.owner_url()), url(&runtime));
    let Prepared::RoleIsMissing { statements } = Store::prepare(&owner, &runtime).await.unwrap() else {
        panic!("the owner may make no role");
    };
    assert!(
        statements.join("\n").contains("NOBYPASSRLS") && !statements.join("\n").contains("ne-42"),
        "{statements:?}"
    );

    superuser(&database, &format!("ALTER ROLE {OWNER} CREATEROLE")).await;
    let prepared = Store::prepare(&owner, &runtime).await.unwrap();
    superuser(&database, &format!("ALTER ROLE {OWNER} NOCREATEROLE")).await;
    assert_eq!(prepared, Prepared::Ready);
    assert_eq!(Store::prepare(&owner, &runtime).await.unwrap(), Prepared::Ready, "twice is once");
    let store = Store::open(&runtime).await.unwrap();
    assert!(store.is_without_accounts().await.unwrap());
    let filled: i64 =
        store.look().await.unwrap().one("SELECT count(*) FROM t_downtime_reason_template", Vec::new()).await.unwrap();
    assert!(filled > 5, "{filled}");
    store.close().await;
    superuser(&database, &format!("DROP OWNED BY {role}; DROP ROLE {role}")).await;
}

#[tokio::test]
async fn the_owner_is_another_role_of_the_same_database_and_bound_by_policies() {
    let database = TestDatabase::empty().await;
    let (owner, runtime) = (url(&database.owner_url()), url(&database.runtime_url()));
    let refused = async |owner: &DatabaseUrl, runtime: &DatabaseUrl| {
        Store::prepare(owner, runtime).await.unwrap_err().to_string()
    };
    assert!(refused(&owner, &owner).await.contains("must not run as the owner"));
    let elsewhere = url(&database.runtime_url().replace("test_", "other_"));
    assert!(refused(&owner, &elsewhere).await.contains("another database"));
    assert!(refused(&url(&database.superuser_url()), &runtime).await.contains("bound by no row-level security"));
    assert!(refused(&runtime, &owner).await.contains("may make no tables"));
    assert!(
        refused(&DatabaseUrl::file("/tmp/x.db"), &runtime).await.contains("only a PostgreSQL database has an owner")
    );
}

pub(super) async fn two_clients() -> (Fixture, Session, Session) {
    let fixture = Fixture::postgres().await;
    let admin = fixture.session("anna", "ADMIN", &[]).await;
    fill_shared(&admin).await;
    for client in CLIENTS {
        fill(&admin, client).await;
    }
    let olga = fixture.session("olga", "LEADER", &CLIENTS[..1]).await;
    (fixture, admin, olga)
}

pub(super) async fn clients_seen(session: &Session, table: &str) -> Vec<String> {
    let text: &'static str = format!("SELECT DISTINCT client_id FROM {table} ORDER BY 1").leak();
    session.read().await.unwrap().all(text, Vec::new()).await.unwrap()
}

#[tokio::test]
async fn a_session_reads_and_writes_the_rows_of_its_scope_and_no_others() {
    let (_fixture, admin, olga) = two_clients().await;
    for table in ["client", "work_order", "production_entry", "defect_detail", "audit_entry", "t_work_order"] {
        assert_eq!(clients_seen(&admin, table).await, CLIENTS, "{table}");
        assert_eq!(clients_seen(&olga, table).await, CLIENTS[..1], "{table}");
    }
    let accounts: i64 =
        olga.read().await.unwrap().one("SELECT count(*) FROM t_user_account", Vec::new()).await.unwrap();
    assert_eq!(accounts, 0, "accounts are behind a door");

    let mut tx = olga.write(NOW).await.unwrap();
    let all = "UPDATE work_order SET notes = 'x', version = version + 1 WHERE notes <> $1 RETURNING version";
    assert_eq!(tx.run(all, args!["none"]).await.unwrap(), 1, "a forgotten filter hits the own rows alone");
    tx.commit().await.unwrap();

    let line = InsertInto {
        table: "production_line",
        columns: &["client_id", "line_id", "name", "micro_stop_minutes", "active"],
        stamp: Stamp::Full,
    };
    let mut tx = olga.write(NOW).await.unwrap();
    let foreign = tx.insert_one(&line, args![CLIENTS[1], "L9", "Line", 5_i64, true]).await.unwrap_err();
    assert!(matches!(foreign, StoreError::OutOfScope), "{foreign:?}");
    let after = tx.all::<i64>("SELECT count(*) FROM work_order", Vec::new()).await.unwrap_err();
    assert!(matches!(after, StoreError::Poisoned), "{after:?}");
    assert!(matches!(tx.commit().await, Err(StoreError::Poisoned)));
    let mut tx = olga.read().await.unwrap();
    assert!(tx.all::<i64>("DELETE FROM work_order RETURNING version", Vec::new()).await.is_err());
}

#[tokio::test]
async fn taking_a_client_away_acts_at_the_next_transaction() {
    let (fixture, _admin, olga) = two_clients().await;
    assert_eq!(clients_seen(&olga, "work_order").await, CLIENTS[..1]);
    let mut door = fixture.store.door("test", NOW).await.unwrap();
    let away = "UPDATE t_user_client_assignment SET deleted_at = $1 WHERE client_id = $2 RETURNING version";
    assert_eq!(door.run(away, args![NOW, CLIENTS[0]]).await.unwrap(), 1);
    door.commit().await.unwrap();
    assert!(clients_seen(&olga, "work_order").await.is_empty());
    let mut tx = olga.write(NOW).await.unwrap();
    assert_eq!(tx.run("UPDATE work_order SET notes = 'y' RETURNING version", Vec::new()).await.unwrap(), 0);
}

#[tokio::test]
async fn a_narrowed_session_sees_no_more_than_it_named() {
    let (_fixture, admin, _olga) = two_clients().await;
    let narrow = async |names: &[&str]| {
        let clients = names.iter().map(|name| ClientId::stored((*name).to_owned())).collect();
        let narrowed = admin.narrow(Some(clients)).await.unwrap();
        clients_seen(&narrowed, "work_order").await
    };
    assert_eq!(narrow(&[CLIENTS[1]]).await, CLIENTS[1..]);
    assert_eq!(narrow(&[CLIENTS[1], "NOBODY"]).await, CLIENTS[1..]);
    assert!(narrow(&[]).await.is_empty());
}

#[tokio::test]
async fn transactions_that_were_cancelled_or_broke_leave_nothing_behind() {
    let (_fixture, admin, olga) = two_clients().await;
    for patience in [0, 50, 200, 500, 1000, 3000] {
        // Cancelled somewhere between the first byte of the BEGIN and the end of the statement.
        let work = async {
            let mut tx = olga.write(NOW).await?;
            tx.run("UPDATE work_order SET notes = 'lost' RETURNING version", Vec::new()).await?;
            tx.all::<String>("SELECT notes FROM work_order, pg_sleep(0.2)", Vec::new()).await
        };
        let cancelled = tokio::time::timeout(Duration::from_micros(patience), work).await;
        assert!(cancelled.is_err(), "{cancelled:?}");
    }
    for _ in 0..4 {
        let mut tx = olga.write(NOW).await.unwrap();
        let notes: Vec<String> = tx.all("SELECT notes FROM work_order", Vec::new()).await.unwrap();
        assert!(notes.iter().all(|notes| notes != "lost"), "{notes:?}");
        assert!(tx.all::<i64>("SELECT 1 FROM no_such_table", Vec::new()).await.is_err());
    }
    assert_eq!(clients_seen(&olga, "work_order").await, CLIENTS[..1]);
    assert_eq!(clients_seen(&admin, "work_order").await, CLIENTS);
}

#[tokio::test]
async fn connections_that_broke_are_replaced_and_a_server_that_is_gone_is_said_to_be() {
    let (fixture, _admin, olga) = two_clients().await;
    let broken = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'kpi_runtime'
        AND datname = current_database()";
    let Some(server) = fixture.store.url().server() else { panic!("a server") };
    let owner = server.options.clone().username("postgres");
    let mut owner: sqlx::PgConnection = sqlx::ConnectOptions::connect(&owner).await.unwrap();
    let mut held = olga.write(NOW).await.unwrap();
    owner.execute(broken).await.unwrap();
    let lost = held.all::<i64>("SELECT count(*) FROM work_order", Vec::new()).await.unwrap_err();
    assert!(matches!(lost, StoreError::NoAnswer), "{lost:?}");
    assert!(lost.to_string().contains("does not answer"), "{lost}");
    drop(held);
    assert_eq!(clients_seen(&olga, "work_order").await, CLIENTS[..1]);
}

/// The same mistake is the same error on both engines.
#[rstest]
#[case::a_key_that_is_taken(
    "INSERT INTO stage (client_id, stage, position, created_by, created_at, updated_by, updated_at, version)
    SELECT client_id, stage, position, 'x', 0, 'x', 0, 1 FROM stage RETURNING version"
)]
#[case::a_parent_that_is_not_there("UPDATE job SET work_order_id = 'NONE' RETURNING version")]
#[case::a_value_out_of_range("UPDATE work_order SET quantity = -1 RETURNING version")]
#[case::a_value_that_is_missing("UPDATE work_order SET status = NULL RETURNING version")]
#[case::a_key_that_changes("UPDATE work_order SET client_id = 'BOLT' RETURNING version")]
#[case::what_the_database_keeps("UPDATE line_shift SET units = 7 RETURNING version")]
#[case::what_is_on_the_record("UPDATE audit_entry SET action = 'x' RETURNING seq")]
#[case::a_row_on_the_record_that_is_there(
    "INSERT INTO audit_entry (client_id, seq, table_name, row_key, action, by_login, at, previous_hash, hash)
    SELECT client_id, seq, table_name, row_key, action, by_login, at, previous_hash, hash FROM audit_entry RETURNING seq"
)]
#[case::removing("DELETE FROM work_order RETURNING version")]
#[case::what_no_session_reads("SELECT count(*) FROM pool_booking")]
#[tokio::test]
async fn a_mistake_is_told_in_the_same_words_on_both_engines(#[case] text: &'static str) {
    let mut said = Vec::new();
    for fixture in [Fixture::new().await, Fixture::postgres().await] {
        let admin = fixture.session("anna", "ADMIN", &[]).await;
        fill_shared(&admin).await;
        fill(&admin, CLIENTS[0]).await;
        let mut tx = admin.write(NOW).await.unwrap();
        said.push(tx.run(text, Vec::<Value>::new()).await.unwrap_err().to_string());
    }
    assert_eq!(said[0], said[1]);
}

/// What one row cannot say by itself: a trigger looks at others.
#[rstest]
#[tokio::test]
async fn overlaps_bookings_and_primary_places_are_refused_on_both_engines(
    #[values(Engine::File, Engine::Server)] engine: Engine,
) {
    let fixture = Fixture::on(engine).await;
    let admin = fixture.session("anna", "ADMIN", &[]).await;
    fill_shared(&admin).await;
    for client in CLIENTS {
        fill(&admin, client).await;
    }
    let stop = InsertInto {
        table: "downtime_entry",
        columns: &[
            "client_id",
            "entry_id",
            "stop_id",
            "production_date",
            "shift_id",
            "line_id",
            "reason",
            "loss",
            "started_at",
            "ended_at",
            "minutes",
            "classified_minutes",
            "micro_stop",
            "counted",
            "late",
        ],
        stamp: Stamp::Full,
    };
    let stop_at = |client: &str, from: i64, to: Option<i64>| {
        let (id, at) = (Uuid::new_v4(), |minutes| NOW.plus_minutes(minutes));
        args![
            client,
            id,
            id,
            TODAY,
            "EARLY",
            "L1",
            "JAM",
            "small_stop",
            at(from),
            to.map(at),
            to.map(|to| to - from),
            to.map(|to| to - from),
            false,
            true,
            false
        ]
    };
    let booking = InsertInto {
        table: "pool_booking",
        columns: &["employee_id", "booked_from", "booked_to", "coverage_id"],
        stamp: Stamp::Created,
    };
    let booked = |from: i64, to: i64| args![Uuid::nil(), NOW.plus_minutes(from), NOW.plus_minutes(to), Uuid::new_v4()];
    let place = InsertInto {
        table: "employee_client_assignment",
        columns: &["client_id", "employee_number", "employee_id", "name", "is_primary", "active"],
        stamp: Stamp::Full,
    };
    let person = admin
        .read()
        .await
        .unwrap()
        .one::<Uuid>("SELECT employee_id FROM employee_client_assignment WHERE client_id = 'ACME'", Vec::new())
        .await
        .unwrap();
    let placed = |primary: bool| args!["BOLT", "7", person, "Ada", primary, true];
    // The filled stop lasts from 0 to 9; a stop is half open, and one that runs has no end.
    for (into, row, refused) in [
        (&stop, stop_at("ACME", 8, Some(20)), Some("it overlaps another stop of the line")),
        (&stop, stop_at("ACME", -5, None), Some("it overlaps another stop of the line")),
        (&stop, stop_at("ACME", 9, Some(12)), None),
        (&stop, stop_at("ACME", 12, None), None),
        (&stop, stop_at("ACME", 30, Some(40)), Some("it overlaps another stop of the line")),
        (&stop, stop_at("BOLT", 30, Some(40)), None),
        (&booking, booked(0, 60), None),
        (&booking, booked(59, 90), Some("it does not exist")),
        (&booking, booked(60, 90), None),
        (&place, placed(true), Some("it does not exist")),
        (&place, placed(false), None),
    ] {
        let mut tx = admin.write(NOW).await.unwrap();
        let said = tx.insert_one(into, row.clone()).await.err().map(|error| error.to_string());
        assert_eq!(said.as_deref(), refused, "{} {row:?}", into.table);
        if said.is_none() {
            tx.commit().await.unwrap();
        }
    }
    // The end of the record moves forward only, and what a version was cannot be what it is.
    let mut tx = admin.write(NOW).await.unwrap();
    let back = tx.run("UPDATE audit_head SET seq = seq - 1 WHERE client_id = 'ACME' RETURNING seq", Vec::new()).await;
    assert!(matches!(back, Err(StoreError::Guarded)), "{back:?}");
    drop(tx);
    let mut tx = admin.write(NOW).await.unwrap();
    let old = "UPDATE work_order SET notes = 'late', version = version + 1 WHERE client_id = $1 AND version = $2 RETURNING version";
    assert_eq!(tx.run(old, args!["ACME", 1_i64]).await.unwrap(), 1);
    assert_eq!(tx.run(old, args!["ACME", 1_i64]).await.unwrap(), 0, "somebody else was first");
}

#[tokio::test(flavor = "multi_thread")]
async fn writers_of_one_client_wait_for_each_other() {
    let (_fixture, _admin, olga) = two_clients().await;
    let olga = std::sync::Arc::new(olga);
    let mut writers = Vec::new();
    for _ in 0..8 {
        let olga = olga.clone();
        writers.push(tokio::spawn(async move {
            for _ in 0..10 {
                let mut tx = olga.write(NOW).await.unwrap();
                let quantity: i64 = tx.one("SELECT quantity FROM work_order", Vec::new()).await.unwrap();
                let set = "UPDATE work_order SET quantity = $1 RETURNING version";
                tx.run(set, args![quantity + 1]).await.unwrap();
                tx.commit().await.unwrap();
            }
        }));
    }
    for writer in writers {
        writer.await.unwrap();
    }
    let quantity: i64 = olga.read().await.unwrap().one("SELECT quantity FROM work_order", Vec::new()).await.unwrap();
    assert_eq!(quantity, 5080, "no count is lost");
}
