//! Every statement of the store can be prepared on a server too, by the role that the program runs as, so that its rights
//! are enough for each; and what comes back is of types that the program reads.

use super::prepared::all_statements;
use super::test_postgres::migrated;
use sqlx::postgres::types::Oid;
use sqlx::postgres::{PgStatement, PgTypeInfo};
use sqlx::{AssertSqlSafe, Column, Executor, PgConnection, SqlSafeStr, Statement, TypeInfo};

/// A type that the server is to find out.
const OPEN: Oid = Oid(0);
const WHOLE: Oid = Oid(20);
const TEXT: Oid = Oid(25);
/// Most arguments of a statement that the server takes for text where they are whole numbers.
const MOST_NUMBERS: u32 = 4;

/// A text with places for one row of keys behind its other arguments, and how many arguments it has.
fn with_one_key(sql: &str) -> (String, usize) {
    let used = (1..100).rev().find(|place| sql.contains(&format!("${place}"))).unwrap_or_default();
    let mut count = used;
    let mut parts = sql.split("$key").enumerate();
    let mut text = String::new();
    for (place, part) in &mut parts {
        if place > 0 {
            count += 1;
            text.push('$');
            text.push_str(&count.to_string());
        }
        text.push_str(if place > 0 { part.strip_prefix('s').unwrap_or(part) } else { part });
    }
    (text, count)
}

/// The argument of which the server cannot tell the type, as where it is only asked whether it is NULL.
fn undetermined(error: &sqlx::Error) -> Option<usize> {
    let message = error.as_database_error()?.message();
    message.strip_prefix("could not determine data type of parameter $")?.parse().ok()
}

/// Prepares a text. The program says what types its arguments have; here they are found: what the server cannot tell is
/// text, or some of it is whole numbers.
async fn prepare(connection: &mut PgConnection, sql: &str) -> Result<PgStatement, sqlx::Error> {
    let (text, count) = with_one_key(sql);
    let mut guesses: Vec<u32> =
        (0..1 << count.min(10)).filter(|guess: &u32| guess.count_ones() <= MOST_NUMBERS).collect();
    guesses.sort_by_key(|guess| guess.count_ones());
    let mut first = None;
    for guess in guesses {
        let mut types: Vec<_> = (0..count).map(|place| if guess >> place & 1 == 1 { WHOLE } else { OPEN }).collect();
        loop {
            let known: Vec<_> = types.iter().map(|oid| PgTypeInfo::with_oid(*oid)).collect();
            match connection.prepare_with(AssertSqlSafe(text.clone()).into_sql_str(), &known).await {
                Ok(statement) => return Ok(statement),
                Err(error) => match undetermined(&error).and_then(|place| types.get_mut(place - 1)) {
                    Some(kind) if *kind == OPEN => *kind = TEXT,
                    _ => {
                        first.get_or_insert(error);
                        break;
                    }
                },
            }
        }
    }
    Err(first.expect("an error"))
}

#[tokio::test]
async fn every_statement_can_be_prepared_on_a_server() {
    let database = migrated().await;
    let mut runtime = database.runtime().await;
    let (mut prepared, mut wrong) = (0, Vec::new());
    for (name, sql) in all_statements().chain(super::list::statements_of_servers()) {
        prepared += 1;
        match prepare(&mut runtime, sql).await {
            Ok(statement) => {
                for column in statement.columns() {
                    let kind = column.type_info().name();
                    if !["INT2", "INT4", "INT8", "TEXT", "UUID", "BYTEA"].contains(&kind) {
                        wrong.push(format!("{name}: {} is {kind}", column.name()));
                    }
                }
            }
            Err(error) => wrong.push(format!("{name}: {error}\n{sql}")),
        }
    }
    assert!(wrong.is_empty(), "{} of {prepared}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(prepared > 300, "only {prepared} statements were found");
}

#[tokio::test]
async fn what_only_one_engine_understands_is_seen() {
    let database = migrated().await;
    let mut runtime = database.runtime().await;
    for wrong in [
        "SELECT max(quantity, 3) FROM work_order",
        "SELECT count(*) FROM work_order AS some",
        "SELECT count(*) FROM work_order WHERE 1",
        "SELECT strftime('%Y', 0)",
    ] {
        assert!(prepare(&mut runtime, wrong).await.is_err(), "{wrong}");
    }
}
