//! Composite foreign keys, and the client at the front of every key, each taken away alone.

use crate::store::Session;
use crate::store::engine::Door;
use crate::store::funnel::Look;
use crate::store::many_clients::{Columns, Engine, ManyClients, NOW, Words};
use crate::store::scoped::{Kind, TABLES, TALLY_COLUMNS};
use sqlx::sqlite::SqlitePool;
use sqlx::{AssertSqlSafe, Row};

/// A foreign key of a tenant table that carries the client.
#[derive(Debug, Clone)]
struct Parent {
    child: &'static str,
    columns: Vec<String>,
    text: String,
}

fn door(many: &ManyClients) -> &SqlitePool {
    match &many.store.inner.door {
        Door::Sqlite(pool, _) => pool,
        Door::Postgres(_) => panic!("a file"),
    }
}

async fn texts(pool: &SqlitePool, sql: String) -> Vec<Vec<String>> {
    let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(pool).await.unwrap();
    rows.iter().map(|row| (0..row.len()).map(|place| row.get::<String, _>(place)).collect()).collect()
}

/// The columns of a table's key.
async fn key_of(pool: &SqlitePool, table: &str) -> Vec<String> {
    let sql = format!("SELECT name FROM pragma_table_info('t_{table}') WHERE pk > 0 ORDER BY pk");
    texts(pool, sql).await.into_iter().flatten().collect()
}

async fn parents(pool: &SqlitePool) -> Vec<Parent> {
    let mut parents = Vec::new();
    for (child, _) in TABLES.iter().filter(|(_, kind)| matches!(kind, Kind::Tenant | Kind::TenantAppendOnly)) {
        let sql = format!(
            "SELECT CAST(id AS TEXT), \"table\", \"from\", \"to\" FROM pragma_foreign_key_list('t_{child}') ORDER BY id, seq"
        );
        let rows = texts(pool, sql).await;
        let mut ids: Vec<_> = rows.iter().map(|row| row[0].clone()).collect();
        ids.dedup();
        for id in ids {
            let part: Vec<_> = rows.iter().filter(|row| row[0] == id).collect();
            let columns: Vec<_> = part.iter().map(|row| row[2].clone()).collect();
            if columns.len() < 2 || columns[0] != "client_id" {
                continue;
            }
            let to: Vec<_> = part.iter().map(|row| row[3].clone()).collect();
            let text = format!("FOREIGN KEY ({}) REFERENCES {} ({})", columns.join(", "), part[0][1], to.join(", "));
            parents.push(Parent { child, columns, text });
        }
    }
    parents
}

/// Replaces a part of the stored text of a table.
async fn rewrite(pool: &SqlitePool, table: &str, part: &str, by: &str) {
    let mut connection = pool.acquire().await.unwrap();
    let version: i64 = sqlx::query_scalar("PRAGMA schema_version").fetch_one(&mut *connection).await.unwrap();
    let squeezed = |column: &str| format!("replace({column}, char(10) || '        REFERENCES', ' REFERENCES')");
    let text = format!(
        "PRAGMA writable_schema = ON;
         UPDATE sqlite_schema SET sql = replace({}, '{part}', '{by}') WHERE name = 't_{table}';
         PRAGMA writable_schema = RESET;
         PRAGMA schema_version = {};",
        squeezed("sql"),
        version + 1
    );
    sqlx::raw_sql(AssertSqlSafe(text)).execute(&mut *connection).await.unwrap();
}

/// Points an own row at a parent that only another client has, or that nobody has.
async fn point(session: &Session, columns: &Columns, key: &[String], parent: &Parent) -> String {
    let kinds = &columns[parent.child];
    let strange = |column: &str| match kinds.iter().find(|(name, _)| name == column).unwrap().1 {
        'I' => "-5".to_owned(),
        'U' => "X'0000000000007000000000040000041F'".to_owned(),
        _ => "'W-CL07'".to_owned(),
    };
    let moved: Vec<_> = parent.columns.iter().skip(1).collect();
    let in_key = moved.iter().any(|column| key.contains(column));
    let text = if in_key {
        let kept = TALLY_COLUMNS.iter().find(|(name, _)| *name == parent.child).map_or(&[][..], |(_, kept)| kept);
        let given: Vec<_> = kinds.iter().map(|(name, _)| name.as_str()).filter(|name| !kept.contains(name)).collect();
        let value = |name: &&str| if moved.iter().any(|it| it == name) { strange(name) } else { (*name).to_owned() };
        let values: Vec<_> = given.iter().map(value).collect();
        format!(
            "INSERT INTO {0} ({1}) SELECT {2} FROM {0} WHERE client_id = 'CL11' LIMIT 1",
            parent.child,
            given.join(", "),
            values.join(", ")
        )
    } else {
        let set: Vec<_> = moved.iter().map(|column| format!("{column} = {}", strange(column))).collect();
        let rest = key[1..].join(", ");
        // An absence without a type has none to change.
        let typed =
            if moved.iter().any(|column| *column == "absence_type") { "AND absence_type IS NOT NULL" } else { "" };
        format!(
            "UPDATE {0} SET {1} WHERE client_id = 'CL11' AND ({rest}) IN
               (SELECT {rest} FROM {0} WHERE client_id = 'CL11' {typed} LIMIT 1) RETURNING 1",
            parent.child,
            set.join(", ")
        )
    };
    let mut tx = session.write(NOW).await.unwrap();
    match tx.all::<Words>(text.leak(), Vec::new()).await {
        Ok(_) => "accepted".into(),
        Err(error) => error.to_string(),
    }
}

#[tokio::test]
async fn without_any_one_composite_key_a_row_points_at_what_its_client_does_not_have() {
    let shared = ManyClients::shared(Engine::File).await;
    let (pool, columns) = (door(&shared), shared.columns().await);
    let all = parents(pool).await;
    for parent in &all {
        let key = key_of(pool, parent.child).await;
        let before = {
            let session = shared.session("lead11").await;
            let answer = point(&session, &columns, &key, parent).await;
            session.close().await;
            answer
        };
        assert_eq!(before, "it names something that does not exist", "{parent:?}");
        // Other keys over the same columns would refuse it too; they are not what is looked at.
        let covered: Vec<_> = all
            .iter()
            .filter(|other| {
                other.child == parent.child
                    && other.columns.iter().skip(1).any(|column| parent.columns.contains(column))
            })
            .collect();
        let nothing = |place: usize| format!("CHECK ({place} = {place})");
        for (place, other) in (1000..).zip(&covered) {
            rewrite(pool, other.child, &other.text, &nothing(place)).await;
        }
        let session = shared.session("lead11").await;
        let after = point(&session, &columns, &key, parent).await;
        session.close().await;
        assert_ne!(after, before, "nobody notices that {} lacks {}", parent.child, parent.text);
        eprintln!("red without {} of {}: {after}", parent.text, parent.child);
        for (place, other) in (1000..).zip(&covered) {
            rewrite(pool, other.child, &nothing(place), &other.text).await;
        }
    }
    assert!(all.len() >= 18, "{} composite keys", all.len());
}

/// Keys that no two clients share, with the reason.
pub(super) const OWN_KEYS: [(&str, &str); 2] =
    [("client", "its key is the client"), ("coverage_entry", "a booking of the pool names it, over all clients")];

#[tokio::test]
async fn without_the_client_no_key_could_hold_the_rows_of_sixty_clients() {
    let shared = ManyClients::shared(Engine::File).await;
    let pool = door(&shared);
    let is_of_clients = |kind: Kind| matches!(kind, Kind::Tenant | Kind::TenantAppendOnly | Kind::Tally | Kind::Client);
    for (table, _) in TABLES.iter().filter(|(_, kind)| is_of_clients(*kind)) {
        let key = key_of(pool, table).await;
        assert_eq!(key[0], "client_id", "{table}");
        if OWN_KEYS.iter().any(|(name, _)| name == table) {
            continue;
        }
        let rest = key[1..].join(", ");
        let sql = format!("CREATE UNIQUE INDEX mutant ON t_{table} ({rest})");
        let refused = sqlx::query(AssertSqlSafe(sql)).execute(pool).await.unwrap_err();
        assert!(refused.to_string().contains("UNIQUE"), "{table}: {refused}");
        eprintln!("red without the client in the key of {table}");
    }
}
