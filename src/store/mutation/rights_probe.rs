//! What is tried of every table of a server while something is missing: by the program's role as somebody of a client,
//! as who keeps the plant and as a door, and by the owner, whom the policies bind too.

use super::super::grants;
use super::super::scoped::TALLY_COLUMNS;
use super::super::test_server::{RUNTIME, TestDatabase};
use sqlx::{AssertSqlSafe, Executor, PgConnection};

/// A table of the server's database.
#[derive(Debug, Clone)]
pub(super) struct Table {
    /// Its name.
    pub(super) base: String,
    /// The view over it, where sessions reach it.
    pub(super) view: Option<String>,
    pub(super) columns: Vec<String>,
    pub(super) key: Vec<String>,
    kept: &'static [&'static str],
}

/// Tries texts one after another as everybody; nothing of it stays. Where it is known how each ends, the first that ends
/// otherwise is told. A row of each table lies beside, to be put in again.
const TRYING: &str = "
CREATE SCHEMA sample;
GRANT USAGE ON SCHEMA sample TO PUBLIC;
CREATE FUNCTION sample.ended(what text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    number bigint;
BEGIN
    EXECUTE what;
    GET DIAGNOSTICS number = ROW_COUNT;
    RAISE EXCEPTION USING ERRCODE = 'ZZ001', MESSAGE = number || ' rows';
EXCEPTION
    WHEN SQLSTATE 'ZZ001' THEN RETURN SQLERRM;
    WHEN OTHERS THEN RETURN SQLSTATE;
END $$;
CREATE FUNCTION sample.tried(texts text[], known text[]) RETURNS TABLE (who text, what text, how text, place bigint)
LANGUAGE plpgsql AS $$
DECLARE
    person text[];
    one text;
BEGIN
    place := 0;
    FOREACH person SLICE 1 IN ARRAY ARRAY[
        ['somebody of a client', 'kpi_runtime', '{CL11}', '', ''], ['who keeps the plant', 'kpi_runtime', '{CL11}', 'yes', ''],
        ['a door', 'kpi_runtime', '{}', '', 'open'], ['the owner', 'kpi_owner', '{CL11}', '', ''],
        ['the owner as a door', 'kpi_owner', '{CL11}', 'yes', 'open']
    ] LOOP
        FOREACH one IN ARRAY texts LOOP
            PERFORM set_config('role', person[2], true), set_config('app.clients', person[3], true),
                set_config('app.keeper', person[4], true), set_config('app.door', person[5], true);
            who := person[1]; what := one; how := sample.ended(one); place := place + 1;
            IF known IS NULL THEN
                RETURN NEXT;
            ELSIF known[place] <> how THEN
                RETURN NEXT;
                PERFORM set_config('role', 'none', true);
                RETURN;
            END IF;
        END LOOP;
    END LOOP;
    PERFORM set_config('role', 'none', true);
END $$;";

/// Rows of what nobody has entered anything in.
const ROWS: &str = "
INSERT INTO t_plant_setting (name, value, created_by, created_at, updated_by, updated_at, version) VALUES ('a', 'b', 'x', 0, 'x', 0, 1);
INSERT INTO t_user_ssh_key SELECT user_id, 'a', 'b', 'x', 0 FROM t_user_account LIMIT 1;
INSERT INTO t_one_time_code SELECT user_id, 'a', 1, NULL, 'x', 0 FROM t_user_account LIMIT 1;
INSERT INTO t_login_attempt VALUES (CAST(repeat('a', 32) AS bytea), 'a', 1, 1);
INSERT INTO t_account_audit_entry (seq, action, subject, by_login, at) VALUES (1, 'a', 'b', 'c', 0);
INSERT INTO t_downtime_reason_template (code, number, name, loss, created_by, created_at, updated_by, updated_at, version) VALUES ('A', 1, 'a', 'planned', 'x', 0, 'x', 0, 1);
INSERT INTO t_hold_reason_template (code, number, name, created_by, created_at, updated_by, updated_at, version) VALUES ('A', 1, 'a', 'x', 0, 'x', 0, 1);
INSERT INTO t_defect_type_template (code, number, name, created_by, created_at, updated_by, updated_at, version) VALUES ('A', 1, 'a', 'x', 0, 'x', 0, 1);
INSERT INTO t_absence_type_template (code, number, name, counts, created_by, created_at, updated_by, updated_at, version) VALUES ('A', 1, 'a', 1, 'x', 0, 'x', 0, 1);
";

const TABLES: &str = "SELECT CAST(c.relname AS text), CAST(v.relname AS text),
      ARRAY(SELECT CAST(a.attname AS text) FROM pg_attribute AS a
            WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum),
      ARRAY(SELECT CAST(a.attname AS text) FROM unnest(CAST(i.indkey AS int2[])) WITH ORDINALITY AS n (place, at)
            JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = n.place ORDER BY n.at)
    FROM pg_class AS c
    JOIN pg_index AS i ON i.indrelid = c.oid AND i.indisprimary
    LEFT JOIN pg_class AS v ON v.relkind = 'v' AND v.relnamespace = c.relnamespace AND 't_' || v.relname = c.relname
    WHERE c.relnamespace = CAST('public' AS regnamespace) AND c.relkind = 'r' ORDER BY 1";

/// A table's name, its view's, its columns and its key.
type TableRow = (String, Option<String>, Vec<String>, Vec<String>);

/// Prepares a database for attempts, and says which tables it has.
pub(super) async fn prepare(database: &TestDatabase) -> Vec<Table> {
    let mut superuser = database.superuser().await;
    superuser.execute(AssertSqlSafe(format!("{ROWS}{TRYING}"))).await.unwrap();
    // A copy of a database has no copy of the rights to the database itself.
    grants::grant(&mut database.owner().await, RUNTIME).await.unwrap();
    let rows: Vec<TableRow> = sqlx::query_as(TABLES).fetch_all(&mut superuser).await.unwrap();
    let mut tables = Vec::new();
    for (base, view, columns, key) in rows {
        let name = base.strip_prefix("t_").unwrap_or(&base);
        let kept = TALLY_COLUMNS.iter().find(|(table, _)| *table == name).map_or(&[][..], |(_, kept)| *kept);
        let table = Table { base, view, columns, key, kept };
        let text = format!(
            "CREATE TABLE sample.{0} AS SELECT * FROM {0} WHERE {1} LIMIT 1; GRANT SELECT ON sample.{0} TO PUBLIC",
            table.base,
            table.of("CL11")
        );
        superuser.execute(AssertSqlSafe(text)).await.unwrap();
        let rows: i64 = sqlx::query_scalar(AssertSqlSafe(format!("SELECT count(*) FROM sample.{}", table.base)))
            .fetch_one(&mut superuser)
            .await
            .unwrap();
        assert_eq!(rows, 1, "{} has no row to try anything with", table.base);
        tables.push(table);
    }
    tables
}

/// How everything that is tried of a table ends.
pub(super) async fn tried(connection: &mut PgConnection, table: &Table) -> Vec<String> {
    let texts = "SELECT how FROM sample.tried($1, NULL) ORDER BY place";
    sqlx::query_scalar(texts).bind(table.attempts()).fetch_all(connection).await.unwrap()
}

/// The first thing that ends otherwise than is known: who tries what, how it ends, and how it ended before.
pub(super) async fn noticed(connection: &mut PgConnection, table: &Table, known: &[String]) -> Option<String> {
    let text = "SELECT who || ': ' || what || ': ' || how || ' instead of ' || $2[place] FROM sample.tried($1, $2)";
    sqlx::query_scalar(text).bind(table.attempts()).bind(known).fetch_optional(connection).await.unwrap()
}

impl Table {
    fn is_of_clients(&self) -> bool {
        self.columns.first().is_some_and(|first| first == "client_id")
    }

    fn of(&self, client: &str) -> String {
        if self.is_of_clients() { format!("client_id = '{client}'") } else { "true".into() }
    }

    /// The columns that are not kept by the database.
    pub(super) fn given(&self) -> Vec<&str> {
        self.columns.iter().map(String::as_str).filter(|column| !self.kept.contains(column)).collect()
    }

    /// The table, and the view over it.
    pub(super) fn names(&self) -> impl Iterator<Item = &String> {
        [&self.base].into_iter().chain(&self.view)
    }

    fn attempts(&self) -> Vec<String> {
        let mut all: Vec<String> = self.names().flat_map(|name| self.attempts_on(name)).collect();
        all.extend(self.special());
        all
    }

    fn attempts_on(&self, name: &str) -> Vec<String> {
        let (own, foreign) = (self.of("CL11"), self.of("CL07"));
        let given = self.given().join(", ");
        let sample = format!("sample.{}", self.base);
        let free = self.given().into_iter().rfind(|column| !self.key.iter().any(|key| key == column));
        let changed = free.unwrap_or(&self.columns[0]);
        let mut all = vec![
            format!("SELECT 1 FROM {name}"),
            format!("INSERT INTO {name} ({given}) SELECT {given} FROM {sample}"),
            format!("UPDATE {name} SET {changed} = {changed} WHERE {own}"),
            format!("UPDATE {name} SET {changed} = {changed}"),
            format!("DELETE FROM {name} WHERE {own}"),
        ];
        if self.is_of_clients() {
            let to_foreign = given.replacen("client_id", "'CL07'", 1);
            all.push(format!("INSERT INTO {name} ({given}) SELECT {to_foreign} FROM {sample}"));
            all.push(format!("UPDATE {name} SET client_id = 'CL07' WHERE {own}"));
            all.push(format!("UPDATE {name} SET {changed} = {changed} WHERE {foreign}"));
        }
        for column in self.key.iter().map(String::as_str).chain(self.kept.iter().copied()) {
            all.push(format!("UPDATE {name} SET {column} = {column} WHERE {own}"));
        }
        for column in self.kept {
            all.push(format!("INSERT INTO {name} ({given}, {column}) SELECT {given}, {column} FROM {sample}"));
        }
        if *name == self.base {
            all.push(format!("TRUNCATE {name}"));
        }
        all
    }

    /// What belongs to one table alone.
    fn special(&self) -> Vec<String> {
        let given = self.given().join(", ");
        let sample = format!("sample.{}", self.base);
        let id = "CAST('00000000-0000-0000-0000-000000000077' AS uuid)";
        let copy = |changes: &[(&str, &str)]| {
            let value = |column: &str| {
                changes.iter().find(|(name, _)| *name == column).map_or(column.to_owned(), |(_, value)| (*value).into())
            };
            let values: Vec<String> = self.given().into_iter().map(value).collect();
            format!("INSERT INTO {} ({given}) SELECT {} FROM {sample}", self.base, values.join(", "))
        };
        match self.base.as_str() {
            "t_downtime_entry" => vec![copy(&[
                ("entry_id", id),
                ("stop_id", id),
                ("started_at", "1"),
                ("ended_at", "9000000000000"),
                ("minutes", "149999999"),
                ("classified_minutes", "149999999"),
                ("deleted_at", "CAST(NULL AS bigint)"),
            ])],
            "t_employee_client_assignment" => {
                vec![copy(&[("employee_number", "'NEW'"), ("is_primary", "1")])]
            }
            // When somebody is not free, and when they are.
            "t_pool_booking" => vec![
                copy(&[("coverage_id", id)]),
                copy(&[("coverage_id", id), ("booked_from", "1"), ("booked_to", "2")]),
                // Nobody reads a booking, so what is changed is not what is there.
                "UPDATE t_pool_booking SET created_by = 'y'".into(),
            ],
            "t_audit_head" | "t_account_audit_head" => {
                vec![
                    format!("UPDATE {} SET seq = seq - 1", self.base),
                    format!("UPDATE {} SET seq = seq - 1, hash = hash", self.view.as_deref().unwrap_or_default()),
                    "UPDATE t_account_audit_head SET key_mark = NULL".into(),
                ]
            }
            // Anything of one's own that could take a name of ours.
            "t_plant_setting" => vec!["CREATE TABLE public.own (a int)".into(), "CREATE TEMP TABLE own (a int)".into()],
            _ => Vec::new(),
        }
    }
}

/// The rights that the program's role has, each as a text that takes it away again; with the name of its table or view.
pub(super) async fn granted(database: &TestDatabase) -> Vec<(String, String)> {
    let statements = grants::statements(&mut database.owner().await, RUNTIME).await.unwrap();
    let of = |statement: &String| {
        let (what, rest) = statement.strip_prefix("GRANT ")?.split_once(" ON \"")?;
        let (name, _) = rest.split_once('"')?;
        Some((name.to_owned(), format!("REVOKE {what} ON {name} FROM {RUNTIME}")))
    };
    statements.iter().filter_map(of).collect()
}
