//! Stored tallies of a server are what the entries add up to, whatever is done to those and by how many at once.

use super::super::random_work::{Dice, Known, prepare, work};
use super::super::{Difference, rules};
use super::{are_kept, differences, install, rebuild, see_every_client, triggers};
use crate::domain::clock::Instant;
use crate::domain::id::ClientId;
use crate::domain::role::Role;
use crate::store::funnel::args;
use crate::store::test_plant::TestPlant;
use rstest::rstest;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use std::time::Duration;

const CLIENTS: [&str; 3] = ["ACME", "BOLT", "CORK"];

async fn found(plant: &TestPlant) -> Vec<Difference> {
    let mut owner = plant.database().owner().await;
    let mut transaction = owner.begin().await.unwrap();
    see_every_client(&mut transaction).await.unwrap();
    differences(&mut transaction).await.unwrap()
}

/// Runs a text as the owner, who sees every client.
async fn sql(plant: &TestPlant, text: &str) {
    let mut owner = plant.database().owner().await;
    let mut transaction = owner.begin().await.unwrap();
    see_every_client(&mut transaction).await.unwrap();
    transaction.execute(AssertSqlSafe(text.to_owned())).await.unwrap();
    transaction.commit().await.unwrap();
}

async fn number(plant: &TestPlant, text: &'static str) -> i64 {
    sqlx::query_scalar(text).fetch_one(&mut plant.database().superuser().await).await.unwrap()
}

/// Four plants of their own, so that they work beside each other: more than twenty thousand steps together.
#[rstest]
#[tokio::test]
async fn after_any_work_every_stored_sum_is_what_the_entries_add_up_to(#[values(7, 11, 19, 23)] seed: u64) {
    let plant = TestPlant::on_server(&CLIENTS).await;
    prepare(&plant, &CLIENTS).await;
    let mut known = vec![Known::default(); CLIENTS.len()];
    let mut dice = Dice(seed);
    let (leader, admin) = (plant.session(Role::Leader, &CLIENTS[..2]).await, plant.session(Role::Admin, &[]).await);
    let mut total = 0;
    for _ in 0..2 {
        let by_leader = work(&leader, &CLIENTS[..2], &mut known[..2], &mut dice, 1_250).await;
        let by_admin = work(&admin, &CLIENTS, &mut known, &mut dice, 1_250).await;
        assert_eq!(found(&plant).await, [], "{by_leader:?} {by_admin:?}");
        for done in [by_leader, by_admin] {
            assert!(done.rolled_back > 0 && done.refused * 40 < done.kept, "{done:?}");
            total += done.kept + done.rolled_back;
        }
    }
    assert!(total >= 5_000, "{total}");
    let units = number(&plant, "SELECT CAST(sum(units) AS BIGINT) FROM t_tally_month").await;
    assert!(units > 50_000, "there is something to compare: {units}");

    // The control: what is tampered with is found where it was done, and mended.
    for (tampered, table, client) in [
        (
            "UPDATE t_tally_day SET units = units + 1 WHERE client_id = 'BOLT' AND production_date = 20605",
            "tally_day",
            "BOLT",
        ),
        ("DELETE FROM t_tally_reason_month WHERE client_id = 'CORK'", "tally_reason_month", "CORK"),
        (
            "UPDATE t_attendance_entry SET covered_minutes = covered_minutes + 5 WHERE client_id = 'ACME'",
            "attendance_entry",
            "ACME",
        ),
        (
            "UPDATE t_defect_detail SET inspection_live = 1 - inspection_live WHERE client_id = 'CORK' AND deleted_at IS NULL",
            "defect_detail",
            "CORK",
        ),
    ] {
        sql(&plant, tampered).await;
        let found = found(&plant).await;
        let client = ClientId::parse(client).unwrap();
        assert!(found.iter().any(|found| (found.table, &found.client_id) == (table, &client)), "{tampered}: {found:?}");
        assert!(found.iter().all(|found| found.client_id == client), "{tampered}: {found:?}");
        rebuild(&mut plant.database().owner().await).await.unwrap();
        assert_eq!(self::found(&plant).await, []);
    }
}

#[tokio::test]
async fn a_change_that_changes_no_sum_touches_no_tally() {
    let plant = TestPlant::on_server(&CLIENTS).await;
    prepare(&plant, &CLIENTS).await;
    let mut known = vec![Known::default(); CLIENTS.len()];
    let admin = plant.session(Role::Admin, &[]).await;
    work(&admin, &CLIENTS, &mut known, &mut Dice(13), 500).await;
    let changes =
        "SELECT CAST((SELECT sum(change) FROM t_tally_day) + (SELECT sum(change) FROM t_tally_month) AS BIGINT)";
    let before = number(&plant, changes).await;
    let mut tx = admin.write(Instant(5)).await.unwrap();
    for table in [
        "UPDATE production_entry SET notes = 'x', version = version + 1 RETURNING version",
        "UPDATE downtime_entry SET notes = 'x', version = version + 1 RETURNING version",
        "UPDATE quality_entry SET notes = 'x', version = version + 1 RETURNING version",
        "UPDATE defect_detail SET notes = 'x', version = version + 1 RETURNING version",
        "UPDATE attendance_entry SET notes = 'x', version = version + 1 RETURNING version",
        "UPDATE work_order SET notes = 'x', version = version + 1 RETURNING version",
        "UPDATE line_shift SET handover_note = 'x', version = version + 1 RETURNING version",
    ] {
        assert!(tx.run(table, args![]).await.unwrap() > 0, "{table}");
    }
    tx.commit().await.unwrap();
    assert_eq!(number(&plant, changes).await, before);
}

/// One transaction of somebody who counts and corrects on lines and days that others work on too, in any order.
async fn count_at_random(runtime: &mut PgConnection, dice: &mut Dice) -> Result<(), sqlx::Error> {
    let mut transaction = runtime.begin().await?;
    transaction.execute("SET LOCAL app.clients = '{ACME,BOLT}'").await?;
    for _ in 0..2 {
        let client = dice.of(&["ACME", "BOLT"]);
        let (date, line, units) = (dice.of(&[20_605_i64, 20_606, 20_612]), dice.of(&["L1", "L2"]), dice.below(500));
        if dice.one_in(3) {
            let change =
                "UPDATE production_entry SET units = $4, defects = 0, scrap = 0, rework = 0, startup_defects = 0
                WHERE client_id = $1 AND production_date = $2 AND line_id = $3";
            sqlx::query(change).bind(client).bind(date).bind(line).bind(units).execute(&mut *transaction).await?;
        } else {
            let insert = "INSERT INTO production_entry (client_id, entry_id, production_date, shift_id, line_id, product_id,
                  units, defects, scrap, rework, startup_defects, standard_source, late, estimated,
                  created_by, created_at, updated_by, updated_at, version)
                SELECT $1, gen_random_uuid(), $2, s.shift_id, $3, p.product_id, $4, 0, 0, 0, 0, 'none', 0, 0, 'x', 0, 'x', 0, 1
                FROM (VALUES ('LATE'), ('EARLY')) AS s (shift_id), (VALUES ('P2'), ('P1')) AS p (product_id)";
            sqlx::query(insert).bind(client).bind(date).bind(line).bind(units).execute(&mut *transaction).await?;
        }
    }
    transaction.commit().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_writers_at_once_leave_exact_sums() {
    let plant = TestPlant::on_server(&CLIENTS[..2]).await;
    prepare(&plant, &CLIENTS[..2]).await;
    let mut writers = Vec::new();
    for seed in 1..=10 {
        let mut runtime = plant.database().runtime().await;
        writers.push(tokio::spawn(async move {
            let (mut dice, mut crossed, mut kept) = (Dice(seed * 7919), 0, 0);
            while kept < 20 {
                match count_at_random(&mut runtime, &mut dice).await {
                    Ok(()) => kept += 1,
                    Err(sqlx::Error::Database(error)) if matches!(error.code().as_deref(), Some("40P01" | "40001")) => {
                        crossed += 1;
                        tokio::time::sleep(Duration::from_millis(dice.below(50).cast_unsigned())).await;
                    }
                    Err(error) => panic!("{error}"),
                }
            }
            crossed
        }));
    }
    let mut crossed = 0;
    for writer in writers {
        crossed += writer.await.unwrap();
    }
    assert_eq!(found(&plant).await, [], "{crossed} crossed");
    assert!(number(&plant, "SELECT count(*) FROM t_production_entry").await > 500);
}

#[tokio::test]
async fn rows_outside_the_scope_are_refused_and_not_forgotten() {
    let plant = TestPlant::on_server(&CLIENTS).await;
    prepare(&plant, &CLIENTS).await;
    let mut superuser = plant.database().superuser().await;
    let unscoped = "UPDATE t_line_shift SET planned_minutes = planned_minutes + 1 WHERE client_id = 'ACME'";
    let error = superuser.execute(unscoped).await.unwrap_err().to_string();
    assert!(error.contains("outside the scope"), "a superuser sees past the policies, and the sums do not: {error}");
    let mut runtime = plant.database().runtime().await;
    for text in [
        "UPDATE t_tally_day SET units = 0",
        "DELETE FROM t_tally_month",
        "UPDATE t_line_shift SET units = 7",
        "SELECT tg_line_shift_update()",
    ] {
        assert!(runtime.execute(text).await.is_err(), "{text}");
    }
}

#[tokio::test]
async fn triggers_are_made_once_and_anew_where_one_is_missing_or_another() {
    let plant = TestPlant::on_server(&[]).await;
    let mut owner = plant.database().owner().await;
    let made = "SELECT string_agg(CAST(oid AS text), ',' ORDER BY oid) FROM pg_trigger WHERE starts_with(CAST(tgname AS text), 'tg_')";
    let before: String = sqlx::query_scalar(made).fetch_one(&mut owner).await.unwrap();
    install(&mut owner).await.unwrap();
    let after: String = sqlx::query_scalar(made).fetch_one(&mut owner).await.unwrap();
    assert_eq!(before, after);
    assert_eq!(before.split(',').count(), triggers(&rules::all(), &rules::push_down()).len());
    for fault in [
        "DROP TRIGGER tg_line_shift_update ON t_line_shift",
        "ALTER TABLE t_line_shift DISABLE TRIGGER tg_line_shift_update",
        "CREATE OR REPLACE FUNCTION tg_line_shift_update() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RETURN NULL; END'",
    ] {
        assert!(are_kept(&mut owner).await.unwrap(), "before {fault}");
        owner.execute(fault).await.unwrap();
        assert!(!are_kept(&mut owner).await.unwrap(), "{fault}");
        rebuild(&mut owner).await.unwrap();
    }
    assert!(are_kept(&mut plant.database().runtime().await).await.unwrap(), "the program's role can see it too");
    let loose = "SELECT count(*) FROM pg_proc WHERE pronamespace = CAST('public' AS regnamespace) AND prosecdef
        AND NOT (coalesce(CAST(proconfig AS text) LIKE '%search_path=pg_catalog, public, pg_temp%', false)
          AND prorettype = CAST('trigger' AS regtype))";
    assert_eq!(sqlx::query_scalar::<_, i64>(loose).fetch_one(&mut owner).await.unwrap(), 0);
}
