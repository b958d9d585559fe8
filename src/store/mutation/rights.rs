//! Policies, row-level security, rights, views and triggers of a server, each taken away or widened alone, in a
//! transaction that is rolled back. Somebody must then be answered otherwise than before.

use super::rights_probe::{Table, granted, noticed, prepare, tried};
use crate::store::lint::of_server;
use crate::store::many_clients::{Engine, ManyClients};
use crate::store::test_postgres::migrated;
use crate::store::test_server::{RUNTIME, TestDatabase};
use sqlx::{AssertSqlSafe, Executor, PgConnection};
use std::collections::BTreeMap;

/// One thing that is taken away or widened.
#[derive(Debug)]
struct Mutation {
    kind: &'static str,
    /// The table that it is about.
    base: String,
    sql: String,
}

impl Mutation {
    fn new(kind: &'static str, base: &str, sql: String) -> Self {
        Self { kind, base: base.to_owned(), sql }
    }
}

const POLICIES: &str = "SELECT CAST(c.relname AS text), CAST(p.polname AS text),
      coalesce(pg_get_expr(p.polqual, p.polrelid), 'true') <> 'true',
      coalesce(pg_get_expr(p.polwithcheck, p.polrelid), 'true') <> 'true'
    FROM pg_policy AS p JOIN pg_class AS c ON c.oid = p.polrelid
    WHERE c.relnamespace = CAST('public' AS regnamespace) ORDER BY 1, 2";

async fn policies(connection: &mut PgConnection) -> Vec<Mutation> {
    let rows: Vec<(String, String, bool, bool)> = sqlx::query_as(POLICIES).fetch_all(connection).await.unwrap();
    let mut all = Vec::new();
    for (base, name, shows_some, takes_some) in rows {
        all.push(Mutation::new("policy dropped", &base, format!("DROP POLICY {name} ON {base}")));
        if shows_some {
            all.push(Mutation::new("policy shows all", &base, format!("ALTER POLICY {name} ON {base} USING (true)")));
        }
        if takes_some {
            let sql = format!("ALTER POLICY {name} ON {base} WITH CHECK (true)");
            all.push(Mutation::new("policy takes all", &base, sql));
        }
    }
    all
}

fn switches(tables: &[Table]) -> Vec<Mutation> {
    let mut all = Vec::new();
    for table in tables.iter().filter(|table| table.base.starts_with("t_")) {
        let switch = |off: &str| format!("ALTER TABLE {} {off} ROW LEVEL SECURITY", table.base);
        all.push(Mutation::new("row-level security off", &table.base, switch("DISABLE")));
        all.push(Mutation::new("not forced", &table.base, switch("NO FORCE")));
        if let Some(view) = &table.view {
            // Forced row-level security binds the owner whose rights the view would have: that is taken away too.
            let sql = format!("ALTER VIEW {view} RESET (security_invoker); {}", switch("NO FORCE"));
            all.push(Mutation::new("view with its owner's rights", &table.base, sql));
        }
    }
    all
}

/// Rights that the program's role does not have, each given alone.
const WITHHELD: &str = "SELECT CAST(c.relname AS text), w.what || ' (' || CAST(a.attname AS text) || ')'
    FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped,
      (VALUES ('INSERT'), ('UPDATE')) AS w (what)
    WHERE c.relnamespace = CAST('public' AS regnamespace) AND c.relkind IN ('r', 'v')
      AND has_any_column_privilege($1, c.oid, w.what) AND NOT has_column_privilege($1, c.oid, a.attnum, w.what)
    UNION ALL SELECT CAST(c.relname AS text), w.what
    FROM pg_class AS c, (VALUES ('SELECT'), ('INSERT'), ('UPDATE'), ('DELETE'), ('TRUNCATE')) AS w (what)
    WHERE c.relnamespace = CAST('public' AS regnamespace) AND c.relkind IN ('r', 'v') AND (c.relkind = 'r' OR w.what <> 'TRUNCATE')
      AND NOT has_table_privilege($1, c.oid, w.what)
      AND NOT (w.what IN ('SELECT', 'INSERT', 'UPDATE') AND has_any_column_privilege($1, c.oid, w.what))
    ORDER BY 1, 2";

async fn rights(database: &TestDatabase, connection: &mut PgConnection, tables: &[Table]) -> Vec<Mutation> {
    let base = |name: &str| {
        let of = tables.iter().find(|table| table.names().any(|known| known == name));
        of.unwrap_or_else(|| panic!("{name}")).base.clone()
    };
    let taken = granted(database)
        .await
        .into_iter()
        .filter(|(name, _)| tables.iter().any(|table| table.names().any(|known| known == name)));
    let mut all: Vec<_> = taken.map(|(name, revoke)| Mutation::new("right taken", &base(&name), revoke)).collect();
    let withheld: Vec<(String, String)> = sqlx::query_as(WITHHELD).bind(RUNTIME).fetch_all(connection).await.unwrap();
    for (name, what) in withheld {
        // A view asks for the right to its table too.
        let table = base(&name);
        let sql = format!("GRANT {what} ON {name}, {table} TO {RUNTIME}");
        all.push(Mutation::new("right given", &table, sql));
    }
    let made = [
        "GRANT CREATE ON SCHEMA public TO PUBLIC".to_owned(),
        format!("GRANT TEMPORARY ON DATABASE {} TO PUBLIC", database.name()),
    ];
    all.extend(made.map(|sql| Mutation::new("right given", "t_plant_setting", sql)));
    all
}

/// Those of the tallies and of the change feed change no answer; tests of their own take them away.
const TRIGGERS: &str = "SELECT CAST(c.relname AS text), CAST(t.tgname AS text) FROM pg_trigger AS t
    JOIN pg_class AS c ON c.oid = t.tgrelid
    WHERE c.relnamespace = CAST('public' AS regnamespace) AND NOT t.tgisinternal AND t.tgname NOT LIKE 'tg^_%' ESCAPE '^'
      AND t.tgname NOT LIKE 'feed^_%' ESCAPE '^' ORDER BY 1, 2";

async fn triggers(connection: &mut PgConnection) -> Vec<Mutation> {
    let rows: Vec<(String, String)> = sqlx::query_as(TRIGGERS).fetch_all(connection).await.unwrap();
    let off = |(base, name): (String, String)| {
        let sql = format!("ALTER TABLE {base} DISABLE TRIGGER {name}");
        Mutation::new("trigger off", &base, sql)
    };
    rows.into_iter().map(off).collect()
}

/// What another rule says too, so that its loss alone changes no answer: everybody may book somebody of the pool, so a
/// door may.
const HELD_TWICE: [&str; 1] = ["ALTER POLICY door ON t_pool_booking WITH CHECK (true)"];

#[tokio::test]
async fn without_any_one_policy_right_or_switch_of_a_server_somebody_is_answered_otherwise() {
    let many = ManyClients::of(Engine::Server, &[7, 11], true).await;
    let database = many.database();
    let tables = prepare(database).await;
    let mut superuser = database.superuser().await;
    let mut before: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for table in &tables {
        superuser.execute("BEGIN").await.unwrap();
        before.insert(&table.base, tried(&mut superuser, table).await);
        superuser.execute("ROLLBACK").await.unwrap();
    }
    let mut mutations = policies(&mut superuser).await;
    mutations.extend(switches(&tables));
    mutations.extend(rights(database, &mut superuser, &tables).await);
    mutations.extend(triggers(&mut superuser).await);
    let (mut counts, mut unnoticed) = (BTreeMap::<&str, (u32, u32)>::new(), Vec::new());
    for mutation in &mutations {
        let table = tables.iter().find(|table| table.base == mutation.base).unwrap();
        superuser.execute(AssertSqlSafe(format!("BEGIN; {}", mutation.sql))).await.expect(&mutation.sql);
        let how = noticed(&mut superuser, table, &before[mutation.base.as_str()]).await;
        superuser.execute("ROLLBACK").await.unwrap();
        let count = counts.entry(mutation.kind).or_default();
        count.0 += 1;
        match how {
            Some(how) => eprintln!("red with {}: {how}", mutation.sql),
            None if HELD_TWICE.contains(&mutation.sql.as_str()) => count.1 += 1,
            None => unnoticed.push(format!("{}: {}", mutation.kind, mutation.sql)),
        }
    }
    for (kind, (all, twice)) in &counts {
        eprintln!("{kind}: {all} mutations, {twice} held twice");
    }
    assert!(unnoticed.is_empty(), "{} mutations changed no answer: {unnoticed:#?}", unnoticed.len());
    assert!(mutations.len() > 500, "{} mutations", mutations.len());
}

/// A view that loses its reader's rights shows no more while its owner is bound, so the lint says it.
#[tokio::test]
async fn a_view_that_has_its_owners_rights_is_found_by_the_lint() {
    let database = migrated().await;
    let mut superuser = database.superuser().await;
    let views = "SELECT CAST(relname AS text) FROM pg_class WHERE relnamespace = CAST('public' AS regnamespace) AND relkind = 'v'";
    let views: Vec<String> = sqlx::query_scalar(views).fetch_all(&mut superuser).await.unwrap();
    let reset: Vec<_> = views.iter().map(|view| format!("ALTER VIEW {view} RESET (security_invoker);")).collect();
    superuser.execute(AssertSqlSafe(format!("BEGIN; {} SET LOCAL ROLE {RUNTIME}", reset.join(" ")))).await.unwrap();
    let findings = of_server(&mut superuser).await.unwrap().findings;
    for view in &views {
        assert!(findings.iter().any(|it| it.rule.id == "invoker-view" && it.object == *view), "{view}");
    }
    superuser.execute("ROLLBACK").await.unwrap();
    assert!(views.len() > 45, "{} views", views.len());
}
