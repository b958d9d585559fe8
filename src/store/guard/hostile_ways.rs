//! Other ways out of a guarded connection: what the library brings along, and transactions that end badly.

use super::super::fixture::NOW;
use super::super::funnel::args;
use super::hostile::{Plant, asked, everything, is_refused, plant, unguarded};

/// What tells of the library and the database: every table that is there without being made, every pragma, and every
/// function that is not on the list.
#[tokio::test]
async fn what_the_library_brings_along_is_refused() {
    let plant = &plant().await;
    let names =
        |sql| async move { unguarded(plant, sql).await.expect(sql).split('|').map(str::to_owned).collect::<Vec<_>>() };
    let modules = names("SELECT DISTINCT name FROM pragma_module_list").await;
    let pragmas = names("SELECT DISTINCT name FROM pragma_pragma_list").await;
    let functions = names(
        "SELECT DISTINCT name || '(' || substr('NULL, NULL, NULL, NULL, NULL, NULL', 1, max(narg, 0) * 6 - 2) || ')'
        FROM pragma_function_list WHERE type = 's' GROUP BY name",
    )
    .await;
    assert!(modules.len() > 3 && pragmas.len() > 50 && functions.len() > 60);
    let mut tried = 0;
    for module in modules.iter().filter(|name| !name.is_empty()) {
        for sql in [format!("SELECT count(*) FROM {module}"), format!("SELECT * FROM {module}")] {
            assert!(asked(&plant.anna, &sql).await.is_err(), "{sql}");
        }
    }
    for pragma in pragmas.iter().filter(|name| !name.is_empty()) {
        for sql in [format!("PRAGMA {pragma}"), format!("SELECT count(*) FROM pragma_{pragma}")] {
            assert!(asked(&plant.anna, &sql).await.is_err(), "{sql}");
        }
    }
    for function in functions.iter().filter(|name| !name.is_empty()) {
        let sql = format!("SELECT {function}");
        let name = function.split('(').next().unwrap();
        if super::right::FUNCTIONS.contains(&name) || unguarded(plant, &sql).await.is_err() {
            continue;
        }
        assert!(is_refused(&asked(&plant.anna, &sql).await), "{sql}");
        tried += 1;
    }
    assert!(tried > 20, "only {tried} functions could be tried");
}

#[tokio::test]
async fn after_cancelled_and_panicked_transactions_the_next_one_sees_its_scope_and_nothing_of_them() {
    let plant = plant().await;
    let before = everything(&plant).await;
    let write = "UPDATE production_line SET name = 'gone' RETURNING name";
    for is_panic in [true, false] {
        let anna = plant.fixture.session(if is_panic { "otto" } else { "omar" }, "ADMIN", &[]).await;
        let anna = std::sync::Arc::new(anna);
        let before = everything(&plant).await;
        let other = anna.clone();
        let task = tokio::spawn(async move {
            let mut tx = other.write(NOW).await.expect("write");
            tx.run(write, args![]).await.expect("changed");
            assert!(!is_panic, "on purpose");
            std::future::pending::<()>().await;
        });
        while !is_panic && !somebody_writes(&plant).await {}
        task.abort();
        assert!(task.await.is_err());
        let lines = "SELECT name FROM production_line";
        assert_eq!(asked(&plant.olga, lines).await.expect("read"), "word of ACME|");
        assert_eq!(asked(&anna, lines).await.expect("read"), "word of ACME|word of BOLT|");
        assert_eq!(everything(&plant).await, before);
    }
    assert!(before.contains("word of BOLT"));
}

/// Whether somebody holds the right to write.
async fn somebody_writes(plant: &Plant) -> bool {
    tokio::task::yield_now().await;
    let mut connection = plant.fixture.store.sqlite().acquire().await.expect("door");
    sqlx::query("PRAGMA busy_timeout = 0").execute(&mut *connection).await.expect("timeout");
    let begun = sqlx::query("BEGIN IMMEDIATE").execute(&mut *connection).await.is_err();
    if !begun {
        sqlx::query("ROLLBACK").execute(&mut *connection).await.expect("rollback");
    }
    begun
}
