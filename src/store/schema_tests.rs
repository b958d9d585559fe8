//! Both engines have the same schema: tables, columns, keys, foreign keys, checks and indexes, as the migrated databases
//! themselves tell, and keys that could be spread by client over many servers.

use super::fixture::Fixture;
use super::scoped::{Kind, TABLES};
use super::test_postgres::migrated;
use sqlx::postgres::PgRow;
use sqlx::sqlite::{SqlitePool, SqliteRow};
use sqlx::{AssertSqlSafe, PgConnection, Row};
use std::collections::{BTreeMap, BTreeSet};

/// What both engines must agree on about one table.
#[derive(Debug, Default, PartialEq, Eq)]
struct Table {
    /// Name, family of the type, whether it may be empty, default.
    columns: Vec<(String, &'static str, bool, Option<String>)>,
    key: Vec<String>,
    foreign_keys: BTreeSet<(Vec<String>, String, Vec<String>)>,
    named_checks: BTreeSet<String>,
    /// The columns and the literals of each check.
    checks: Vec<(BTreeSet<String>, Vec<String>)>,
    /// Name, columns in order, whether it is unique, literals and columns of its condition.
    indexes: BTreeSet<(String, Vec<String>, bool, Vec<String>)>,
    /// The columns of unique keys besides the primary one.
    unique: BTreeSet<Vec<String>>,
}

/// The words of a condition: columns of the table, and literals.
fn words(text: &str, columns: &[String]) -> (BTreeSet<String>, Vec<String>) {
    let (mut named, mut literals) = (BTreeSet::new(), Vec::new());
    for (place, part) in text.split('\'').enumerate() {
        if place % 2 == 1 {
            literals.push(part.to_owned());
            continue;
        }
        for word in part.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '_') {
            if columns.iter().any(|column| column == word) {
                named.insert(word.to_owned());
            } else if word.starts_with(|letter: char| letter.is_ascii_digit()) {
                literals.push(word.to_owned());
            }
        }
    }
    literals.sort();
    (named, literals)
}

/// The conditions behind every CHECK of a table's text, each with its name.
fn checks(text: &str) -> Vec<(Option<&str>, &str)> {
    let mut found = Vec::new();
    for (place, _) in text.match_indices("CHECK (") {
        let inside = &text[place + "CHECK (".len()..];
        let mut depth = 1;
        let end = inside.find(|letter| {
            depth += match letter {
                '(' => 1,
                ')' => -1,
                _ => 0,
            };
            depth == 0
        });
        let mut before = text[..place].split_whitespace().rev();
        let name = before.next().filter(|_| before.next() == Some("CONSTRAINT"));
        found.push((name, &inside[..end.expect("balanced")]));
    }
    found
}

async fn of_sqlite(pool: &SqlitePool) -> BTreeMap<String, Table> {
    let all =
        async |text: String| -> Vec<SqliteRow> { sqlx::query(AssertSqlSafe(text)).fetch_all(pool).await.unwrap() };
    let mut tables = BTreeMap::new();
    for row in
        all("SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name LIKE 't\\_%' ESCAPE '\\'".into()).await
    {
        let (name, text): (String, String) = (row.get(0), row.get(1));
        let lines = text.lines().map(|line| line.split("--").next().unwrap_or_default());
        let text = lines.collect::<Vec<_>>().join("\n");
        let mut table = Table::default();
        let mut key = Vec::new();
        for row in all(format!("SELECT name, type, \"notnull\", dflt_value, pk FROM pragma_table_info('{name}')")).await
        {
            let (column, kind): (String, String) = (row.get(0), row.get(1));
            let is_id = text.contains(&format!("length({column}) = 16"));
            let family = match kind.as_str() {
                "TEXT" => "text",
                "INTEGER" => "whole number",
                "BLOB" if is_id => "id",
                "BLOB" => "bytes",
                other => panic!("{name}.{column} is {other}"),
            };
            if row.get::<i64, _>(4) > 0 {
                key.push((row.get::<i64, _>(4), column.clone()));
            }
            table.columns.push((column, family, row.get::<i64, _>(2) == 0, row.get(3)));
        }
        key.sort();
        table.key = key.into_iter().map(|(_, column)| column).collect();
        let names: Vec<_> = table.columns.iter().map(|(column, ..)| column.clone()).collect();
        let mut foreign: BTreeMap<i64, (Vec<String>, String, Vec<String>)> = BTreeMap::new();
        for row in all(format!(
            "SELECT id, \"table\", \"from\", \"to\" FROM pragma_foreign_key_list('{name}') ORDER BY id, seq"
        ))
        .await
        {
            let found = foreign.entry(row.get(0)).or_default();
            found.0.push(row.get(2));
            found.1 = row.get(1);
            found.2.push(row.get(3));
        }
        table.foreign_keys = foreign.into_values().collect();
        for (named, condition) in checks(&text) {
            let (columns, literals) = words(condition, &names);
            // An id is of its own type in the other engine.
            if condition.starts_with("length(") && literals == ["16"] {
                continue;
            }
            table.named_checks.extend(named.map(str::to_owned));
            table.checks.push((columns, literals));
        }
        table.checks.sort();
        for row in all(format!("SELECT name, \"unique\", origin FROM pragma_index_list('{name}')")).await {
            let (index, is_unique, origin): (String, i64, String) = (row.get(0), row.get(1), row.get(2));
            let columns = all(format!("SELECT name FROM pragma_index_info('{index}') ORDER BY seqno")).await;
            let columns: Vec<String> = columns.iter().map(|row| row.get(0)).collect();
            match origin.as_str() {
                "u" => drop(table.unique.insert(columns)),
                "c" => {
                    let text = all(format!("SELECT sql FROM sqlite_schema WHERE name = '{index}'")).await;
                    let text: String = text[0].get(0);
                    let condition = text.split(" WHERE ").nth(1).or_else(|| text.split("\nWHERE ").nth(1));
                    let condition = condition.map(|text| words(text, &names)).unwrap_or_default();
                    let condition = condition.0.into_iter().chain(condition.1).collect();
                    table.indexes.insert((index, columns, is_unique == 1, condition));
                }
                _ => {}
            }
        }
        tables.insert(name, table);
    }
    tables
}

async fn of_postgres(connection: &mut PgConnection) -> BTreeMap<String, Table> {
    let mut all =
        async |text: &'static str| -> Vec<PgRow> { sqlx::query(text).fetch_all(&mut *connection).await.unwrap() };
    let mut tables: BTreeMap<String, Table> = BTreeMap::new();
    for row in all("SELECT CAST(c.relname AS text), CAST(a.attname AS text), CAST(t.typname AS text), CAST(l.collname AS text),
          a.attnotnull, pg_get_expr(d.adbin, d.adrelid)
        FROM pg_class AS c JOIN pg_attribute AS a ON a.attrelid = c.oid JOIN pg_type AS t ON t.oid = a.atttypid
        LEFT JOIN pg_collation AS l ON l.oid = a.attcollation
        LEFT JOIN pg_attrdef AS d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE c.relkind = 'r' AND c.relname LIKE 't\\_%' AND a.attnum > 0 AND NOT a.attisdropped ORDER BY c.oid, a.attnum").await {
        let (table, column, kind, collation): (String, String, String, Option<String>) = (row.get(0), row.get(1), row.get(2), row.get(3));
        let family = match (kind.as_str(), collation.as_deref()) {
            ("text", Some("C")) => "text",
            ("int8", None) => "whole number",
            ("uuid", None) => "id",
            ("bytea", None) => "bytes",
            other => panic!("{table}.{column} is {other:?}"),
        };
        tables.entry(table).or_default().columns.push((column, family, !row.get::<bool, _>(4), row.get(5)));
    }
    let columns: BTreeMap<_, Vec<String>> = tables
        .iter()
        .map(|(name, table)| (name.clone(), table.columns.iter().map(|(column, ..)| column.clone()).collect()))
        .collect();
    for row in all(
        "SELECT CAST(c.relname AS text), CAST(k.conname AS text), CAST(k.contype AS text), pg_get_constraintdef(k.oid),
          ARRAY(SELECT CAST(a.attname AS text) FROM unnest(k.conkey) WITH ORDINALITY AS n (num, place)
            JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = n.num ORDER BY n.place),
          (SELECT CAST(f.relname AS text) FROM pg_class AS f WHERE f.oid = k.confrelid),
          ARRAY(SELECT CAST(a.attname AS text) FROM unnest(k.confkey) WITH ORDINALITY AS n (num, place)
            JOIN pg_attribute AS a ON a.attrelid = k.confrelid AND a.attnum = n.num ORDER BY n.place)
        FROM pg_constraint AS k JOIN pg_class AS c ON c.oid = k.conrelid WHERE c.relname LIKE 't\\_%'",
    )
    .await
    {
        let (name, constraint, kind, text): (String, String, String, String) =
            (row.get(0), row.get(1), row.get(2), row.get(3));
        let own: Vec<String> = row.get(4);
        let table = tables.get_mut(&name).unwrap();
        match kind.as_str() {
            "p" => table.key = own,
            "u" => drop(table.unique.insert(own)),
            "f" => drop(table.foreign_keys.insert((own, row.get(5), row.get(6)))),
            "c" => {
                if !constraint.starts_with("t_") {
                    table.named_checks.insert(constraint);
                }
                table.checks.push(words(&text, &columns[&name]));
            }
            other => panic!("{constraint} is {other}"),
        }
    }
    for row in all("SELECT CAST(c.relname AS text), CAST(x.relname AS text), i.indisunique,
          ARRAY(SELECT CAST(a.attname AS text) FROM unnest(i.indkey) WITH ORDINALITY AS n (num, place)
            JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = n.num ORDER BY n.place),
          pg_get_expr(i.indpred, i.indrelid)
        FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indrelid JOIN pg_class AS x ON x.oid = i.indexrelid
        WHERE c.relname LIKE 't\\_%' AND NOT EXISTS (SELECT 1 FROM pg_constraint AS k WHERE k.conindid = i.indexrelid)")
    .await
    {
        let name: String = row.get(0);
        let condition = row.get::<Option<String>, _>(4).map(|text| words(&text, &columns[&name])).unwrap_or_default();
        let condition = condition.0.into_iter().chain(condition.1).collect();
        tables.get_mut(&name).unwrap().indexes.insert((row.get(1), row.get(3), row.get(2), condition));
    }
    for table in tables.values_mut() {
        table.checks.sort();
    }
    tables
}

#[tokio::test]
async fn both_engines_have_the_same_tables_columns_keys_checks_and_indexes() {
    let sqlite = of_sqlite(Fixture::new().await.store.sqlite()).await;
    let postgres = of_postgres(&mut migrated().await.owner().await).await;
    assert!(sqlite.len() > 50, "{} tables", sqlite.len());
    assert_eq!(sqlite.keys().collect::<Vec<_>>(), postgres.keys().collect::<Vec<_>>());
    for (name, table) in &sqlite {
        assert_eq!(&postgres[name], table, "PostgreSQL is left, SQLite is right: {name}");
    }
    let total = |count: fn(&Table) -> usize| sqlite.values().map(count).sum::<usize>();
    let (checks, foreign, indexes) = (
        total(|table| table.checks.len()),
        total(|table| table.foreign_keys.len()),
        total(|table| table.indexes.len()),
    );
    assert!(checks > 300 && foreign > 60 && indexes > 25, "{checks} checks, {foreign} foreign keys, {indexes} indexes");
}

#[tokio::test]
async fn the_views_show_every_column_of_their_tables() {
    let database = migrated().await;
    let mut owner = database.owner().await;
    let columns = "SELECT CAST(array_agg(attname ORDER BY attnum) AS text[]) FROM pg_attribute
        WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped";
    for (view, _) in TABLES {
        let mut of = async |name: String| -> Vec<String> {
            sqlx::query_scalar(columns).bind(name).fetch_one(&mut owner).await.unwrap()
        };
        assert_eq!(of((*view).to_owned()).await, of(format!("t_{view}")).await, "{view}");
    }
    let runs_as_owner =
        "SELECT count(*) FROM pg_class WHERE relkind IN ('v', 'm') AND relnamespace = CAST('public' AS regnamespace)
        AND NOT coalesce(CAST(reloptions AS text) LIKE '%security_invoker=true%', false)";
    assert_eq!(sqlx::query_scalar::<_, i64>(runs_as_owner).fetch_one(&mut owner).await.unwrap(), 0);
}

/// Citus spreads tables by a column that every key holds, and copies the others to every server.
#[tokio::test]
async fn every_key_could_be_spread_by_client() {
    let tables = of_postgres(&mut migrated().await.owner().await).await;
    let is_spread = |name: &str| tables[name].columns.iter().any(|(column, ..)| column == "client_id");
    let mut wrong = Vec::new();
    for (name, table) in &tables {
        let unique = table.indexes.iter().filter(|(_, _, is_unique, _)| *is_unique).map(|(_, columns, ..)| columns);
        let mut keys = unique.chain(&table.unique).chain([&table.key]);
        if is_spread(name) && keys.any(|key| key.first().map(String::as_str) != Some("client_id")) {
            wrong.push(format!("{name} has a key that does not begin with the client"));
        }
        for (own, other, theirs) in &table.foreign_keys {
            let is_together =
                own.iter().zip(theirs).any(|pair| pair == (&"client_id".to_owned(), &"client_id".to_owned()));
            match (is_spread(name), is_spread(other)) {
                (true, true) if !is_together => wrong.push(format!("{name} points to {other} without the client")),
                (false, true) => {
                    wrong.push(format!("{name} is copied everywhere and points to {other}, which is spread"));
                }
                _ => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    // What a client has is spread; what is copied belongs to no client.
    for (view, kind) in TABLES {
        let of_client = matches!(kind, Kind::Tenant | Kind::TenantAppendOnly | Kind::Client | Kind::Head | Kind::Tally);
        assert_eq!(is_spread(&format!("t_{view}")), of_client, "{view}");
    }
}
