//! Every statement of the store can be prepared against the migrated schema: through a scoped connection, or for
//! the doors through an unscoped one.

use super::fixture::Fixture;
use super::funnel::Look;
use super::plain::is_plain;
use super::{
    account, attempt, attendance, audit, backup, board, client, cover, demo, demo_mark, doctor, done, downtime, export,
    form_help, guard, hold, hold_queue, import, isolation, line_shift, lint, list, local, login, master_data, order,
    production, proof, quality, recalculate, record, referred, setup, shift_review, sign_off, ssh_key, standard,
    standby, standing, tally,
};
use sqlx::{AssertSqlSafe, Executor, SqlSafeStr};

const FILES: &[(&str, &[(&str, &str)])] = &[
    ("account.rs", account::STATEMENTS),
    ("attempt.rs", attempt::STATEMENTS),
    ("attendance.rs", attendance::STATEMENTS),
    ("audit/begin.rs", audit::BEGIN_STATEMENTS),
    ("audit/key.rs", audit::KEY_STATEMENTS),
    ("audit/statements.rs", audit::STATEMENTS),
    ("audit/verify.rs", audit::VERIFY_STATEMENTS),
    ("backup/mod.rs", backup::STATEMENTS),
    ("board.rs", board::STATEMENTS),
    ("client.rs", client::STATEMENTS),
    ("cover.rs", cover::STATEMENTS),
    ("demo.rs", demo::STATEMENTS),
    ("demo_mark.rs", demo_mark::STATEMENTS),
    ("doctor.rs", doctor::STATEMENTS),
    ("done.rs", done::STATEMENTS),
    ("downtime.rs", downtime::STATEMENTS),
    ("form_help.rs", form_help::STATEMENTS),
    ("guard/cost.rs", guard::COST_STATEMENTS),
    ("hold.rs", hold::STATEMENTS),
    ("hold_queue.rs", hold_queue::STATEMENTS),
    ("import/code.rs", import::code::STATEMENTS),
    ("import/entry.rs", import::entry::STATEMENTS),
    ("import/floor.rs", import::floor::STATEMENTS),
    ("import/kept.rs", import::kept::STATEMENTS),
    ("import/people.rs", import::people::STATEMENTS),
    ("isolation/probe.rs", isolation::PROBE_STATEMENTS),
    ("line_shift.rs", line_shift::STATEMENTS),
    ("lint.rs", lint::STATEMENTS),
    ("local/secret.rs", local::SECRET_STATEMENTS),
    ("login.rs", login::STATEMENTS),
    ("master_data.rs", master_data::STATEMENTS),
    ("order.rs", order::STATEMENTS),
    ("production.rs", production::STATEMENTS),
    ("proof.rs", proof::STATEMENTS),
    ("quality.rs", quality::STATEMENTS),
    ("recalculate.rs", recalculate::STATEMENTS),
    ("record.rs", record::STATEMENTS),
    ("referred.rs", referred::STATEMENTS),
    ("setup.rs", setup::STATEMENTS),
    ("shift_review.rs", shift_review::STATEMENTS),
    ("sign_off.rs", sign_off::STATEMENTS),
    ("ssh_key.rs", ssh_key::STATEMENTS),
    ("standard.rs", standard::STATEMENTS),
    ("standby.rs", standby::STATEMENTS),
    ("standing.rs", standing::STATEMENTS),
    ("tally.rs", tally::STATEMENTS),
    ("tally/causes.rs", tally::causes::STATEMENTS),
    ("tally/inspections.rs", tally::inspections::STATEMENTS),
    ("tally/line_shifts.rs", tally::line_shifts::STATEMENTS),
    ("tally/live.rs", tally::live::STATEMENTS),
    ("tally/memory.rs", tally::memory::STATEMENTS),
    ("tally/people.rs", tally::people::STATEMENTS),
    ("tally/products.rs", tally::products::STATEMENTS),
    ("tally/stored.rs", tally::stored::STATEMENTS),
];

/// Every statement of the store by name: those that files declare, those of the lists and of the imports.
pub(in crate::store) fn all_statements() -> impl Iterator<Item = (String, &'static str)> {
    let declared = FILES
        .iter()
        .flat_map(|(file, statements)| statements.iter().map(move |(name, sql)| (format!("{file} {name}"), *sql)));
    declared.chain(list::all_statements()).chain(export::all_statements()).chain(import::all_selects())
}

#[tokio::test]
async fn every_statement_can_be_prepared_where_it_runs() {
    let fixture = Fixture::new().await;
    let session = fixture.session("anna", "ADMIN", &[]).await;
    let mut prepared = 0;
    for (name, sql) in all_statements() {
        assert!(is_plain(sql), "{name} is no plain statement");
        // What names base tables belongs to a door.
        let mut tx = if sql.contains(" t_") {
            fixture.store.door("fixture", super::fixture::NOW).await.expect("door")
        } else {
            session.write(super::fixture::NOW).await.expect("write")
        };
        let connection = tx.open().expect("open").sqlite();
        if let Err(error) = connection.prepare(AssertSqlSafe(sql).into_sql_str()).await {
            panic!("{name}: {error}");
        }
        prepared += 1;
    }
    assert!(prepared > 300, "only {prepared} statements were found");
}

/// A file that declares statements and is missing above would go untested.
#[test]
fn every_file_that_declares_statements_is_prepared() {
    let store = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/store");
    let mut declaring = Vec::new();
    let mut folders = vec![store.clone()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("folder") {
            let path = entry.expect("entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if std::fs::read_to_string(&path).expect("source").contains("\nstatements! {") {
                declaring.push(path.strip_prefix(&store).expect("below").to_string_lossy().replace('\\', "/"));
            }
        }
    }
    declaring.sort();
    let mut listed: Vec<_> = FILES.iter().map(|(file, _)| (*file).to_owned()).collect();
    listed.sort();
    assert_eq!(declaring, listed);
}
