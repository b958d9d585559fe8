//! Composite foreign keys of a server, and the client at the front of every key, each taken away alone.

use super::rights_probe::{Table, prepare};
use crate::store::many_clients::{Columns, Engine, ManyClients};
use sqlx::{AssertSqlSafe, Executor, PgConnection};

/// A foreign key that carries the client.
#[derive(Debug, Clone, sqlx::FromRow)]
struct Parent {
    child: String,
    name: String,
    columns: Vec<String>,
}

const PARENTS: &str = "SELECT CAST(c.relname AS text) AS child, CAST(k.conname AS text) AS name,
      ARRAY(SELECT CAST(a.attname AS text) FROM unnest(k.conkey) WITH ORDINALITY AS n (place, at)
            JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = n.place ORDER BY n.at) AS columns
    FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = k.conrelid
    WHERE k.contype = 'f' AND cardinality(k.conkey) > 1 ORDER BY 1, 2";

/// Points an own row at a parent that only another client has, or that nobody has.
fn point(parent: &Parent, table: &Table, columns: &Columns) -> String {
    let base = &parent.child;
    let strange = |column: &str| {
        let (_, kind) = columns[&base[2..]].iter().find(|(name, _)| name == column).unwrap();
        match kind {
            'I' => "-5",
            'U' => "CAST('00000000-0000-7000-0000-00040000041f' AS uuid)",
            _ => "'W-CL07'",
        }
    };
    let moved = &parent.columns[1..];
    if moved.iter().any(|column| table.key.contains(column)) {
        let given = table.given();
        let value =
            |column: &str| if moved.iter().any(|it| it == column) { strange(column) } else { column }.to_owned();
        let values: Vec<String> = given.iter().map(|column| value(column)).collect();
        return format!("INSERT INTO {base} ({}) SELECT {} FROM sample.{base}", given.join(", "), values.join(", "));
    }
    let set: Vec<_> = moved.iter().map(|column| format!("{column} = {}", strange(column))).collect();
    // An absence without a type has none to change.
    let typed = if moved.iter().any(|column| column == "absence_type") { "AND absence_type IS NOT NULL" } else { "" };
    format!(
        "UPDATE {base} SET {} WHERE ctid = (SELECT ctid FROM {base} WHERE client_id = 'CL11' {typed} LIMIT 1)",
        set.join(", ")
    )
}

/// How a text ends for somebody whom no policy binds, after another one; nothing of both stays.
async fn ended(superuser: &mut PgConnection, first: &str, text: &str) -> String {
    let begin = format!("BEGIN; SET LOCAL app.clients = '{{CL11}}'; {first}");
    superuser.execute(AssertSqlSafe(begin)).await.expect(first);
    let ended = sqlx::query_scalar("SELECT sample.ended($1)").bind(text).fetch_one(&mut *superuser).await.unwrap();
    superuser.execute("ROLLBACK").await.unwrap();
    ended
}

#[tokio::test]
async fn without_any_one_composite_key_a_row_of_a_server_points_at_what_its_client_does_not_have() {
    let shared = ManyClients::of(Engine::Server, &[7, 11], true).await;
    let columns = shared.columns().await;
    let tables = prepare(shared.database()).await;
    let mut superuser = shared.database().superuser().await;
    let all: Vec<Parent> = sqlx::query_as(PARENTS).fetch_all(&mut superuser).await.unwrap();
    for parent in &all {
        let table = tables.iter().find(|table| table.base == parent.child).unwrap();
        let text = point(parent, table, &columns);
        assert_eq!(ended(&mut superuser, "", &text).await, "23503", "{parent:?}: {text}");
        // Other keys over the same columns would refuse it too; they are not what is looked at.
        let is_about = |other: &&Parent| {
            other.child == parent.child && other.columns[1..].iter().any(|column| parent.columns.contains(column))
        };
        let drop = |other: &Parent| format!("ALTER TABLE {} DROP CONSTRAINT {}; ", other.child, other.name);
        let dropped: String = all.iter().filter(is_about).map(drop).collect();
        let after = ended(&mut superuser, &dropped, &text).await;
        assert_eq!(after, "1 rows", "nobody notices that {} lacks {}: {text}", parent.child, parent.name);
        eprintln!("red without {} of {}: {after}", parent.name, parent.child);
    }
    assert!(all.len() >= 25, "{} composite keys", all.len());
}

#[tokio::test]
async fn without_the_client_no_key_of_a_server_could_hold_the_rows_of_sixty_clients() {
    let shared = ManyClients::of(Engine::Server, &[7, 11], true).await;
    let tables = prepare(shared.database()).await;
    let mut superuser = shared.database().superuser().await;
    let mut red = 0;
    for table in tables.iter().filter(|table| table.columns[0] == "client_id") {
        assert_eq!(table.key[0], "client_id", "{}", table.base);
        if super::keys::OWN_KEYS.iter().any(|(name, _)| *name == &table.base[2..]) || table.key.len() == 1 {
            continue;
        }
        let text = format!("CREATE UNIQUE INDEX mutant ON {} ({})", table.base, table.key[1..].join(", "));
        assert_eq!(ended(&mut superuser, "", &text).await, "23505", "{text}");
        eprintln!("red without the client in the key of {}", table.base);
        red += 1;
    }
    assert!(red >= 30, "{red} keys");
}
