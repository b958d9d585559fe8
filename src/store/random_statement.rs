//! Random statements through the scoped door: each must answer in a database of sixty clients what it answers where
//! nothing but the scope's rows exists, and leave every other row alone.
//!
//! The statements are wrong on purpose: filters forgotten, turned round or made true, joins without the client, names of
//! foreign clients, rows moved out of the scope. What fails must fail in the same words.

#[cfg(test)]
mod grammar;

use super::funnel::{Look, Value};
use super::many_clients::{Engine, ManyClients, NOW, Words, key};
use super::session::Session;
use grammar::Grammar;

/// What a statement answers: its rows in no order, or why not.
async fn read(session: &Session, sql: &'static str) -> Result<Vec<String>, String> {
    let mut tx = session.read().await.unwrap();
    rows(tx.all::<Words>(sql, Vec::new()).await)
}

fn rows(result: Result<Vec<Words>, super::StoreError>) -> Result<Vec<String>, String> {
    let rows = result.map_err(|error| error.to_string())?;
    let mut rows: Vec<_> = rows.iter().map(|Words(values)| format!("{values:?}")).collect();
    rows.sort();
    Ok(rows)
}

/// What a change answers, and what its own transaction then sees; one in four is kept.
async fn write(session: &Session, sql: &'static str, look: &'static str, is_kept: bool) -> Result<Vec<String>, String> {
    let mut tx = session.write(NOW).await.unwrap();
    let mut seen = rows(tx.all::<Words>(sql, Vec::<Value>::new()).await)?;
    seen.extend(rows(tx.all::<Words>(look, Vec::new()).await)?);
    if is_kept {
        tx.commit().await.map_err(|error| error.to_string())?;
    }
    Ok(seen)
}

/// Login, clients in view, whether narrowed to them, seed.
const SESSIONS: [(&str, &[usize], bool, u64); 4] = [
    ("op05a", &[5], false, 0x5eed_0001),
    ("lena", &[0, 7, 23], false, 0x5eed_0002),
    ("luis", &[11], true, 0x5eed_0003),
    ("paul", &[3, 4], true, 0x5eed_0004),
];

/// With so many reads and changes for each session; the seed is in every failure.
#[rstest::rstest]
#[case::in_a_file(Engine::File, 700, 250)]
#[case::on_a_server(Engine::Server, 90, 40)]
#[tokio::test]
async fn any_statement_answers_as_where_nothing_but_the_scope_exists(
    #[case] engine: Engine,
    #[case] reads: u64,
    #[case] writes: u64,
) {
    let shared = ManyClients::shared(engine).await;
    let columns = shared.columns().await;
    let (mut answered, mut refused) = (0, 0);
    for (login, clients, is_narrowed, seed) in SESSIONS {
        let alone = ManyClients::of(engine, clients, login == "paul").await;
        let (mut one, mut other) = (shared.session(login).await, alone.session(login).await);
        if is_narrowed {
            let view = || Some(clients.iter().map(|&client| key(client)).collect());
            (one, other) = (one.narrow(view()).await.unwrap(), other.narrow(view()).await.unwrap());
        }
        let before = shared.digest().await;
        for number in 0..reads {
            let mut grammar = Grammar::new(&columns, clients, seed + number * 7919);
            let sql: &'static str = grammar.read().leak();
            let (first, second) = (read(&one, sql).await, read(&other, sql).await);
            assert_eq!(first, second, "seed {seed:#x}, statement {number} of {login}: {sql}");
            if first.is_ok_and(|rows| !rows.is_empty()) {
                answered += 1;
            }
        }
        for number in 0..writes {
            let mut grammar = Grammar::new(&columns, clients, seed + number * 104_729);
            let (sql, look) = grammar.write();
            let (sql, look): (&'static str, &'static str) = (sql.leak(), look.leak());
            let is_kept = number % 4 == 0;
            let (first, second) = (write(&one, sql, look, is_kept).await, write(&other, sql, look, is_kept).await);
            assert_eq!(first, second, "seed {seed:#x}, change {number} of {login}: {sql}");
            if first.is_err() {
                refused += 1;
            }
        }
        let own: Vec<String> = clients.iter().map(|&client| key(client).to_string()).collect();
        let mut own: Vec<&str> = own.iter().map(String::as_str).collect();
        let after = shared.digest().await;
        assert_eq!(after.of(&own), alone.digest().await.of(&own), "{login}");
        if login == "paul" {
            own.push("-");
        }
        assert_eq!(before.changed_but_for(&after, &own), [""; 0], "{login}");
    }
    // The seeds make statements that say something, and changes of both kinds.
    assert!(answered > reads * 2, "{answered} of the statements had an answer");
    assert!((writes / 2..writes * 4 - writes / 5).contains(&refused), "{refused} of the changes were refused");
    eprintln!("{answered} answers that say something, {refused} refusals");
}
