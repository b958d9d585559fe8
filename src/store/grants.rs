//! What the role that the program runs as may do on a server: granted by the owner after each migration, from the one
//! list of tables that sessions reach and the short list of those that doors reach.
//!
//! Rights are about tables and columns, policies about rows. Keys never change, what the database keeps is not taken
//! from anybody, and nothing of a client is ever deleted. The role's name is the plant's to choose, so no migration
//! names it.

#![cfg_attr(not(test), allow(dead_code, reason = "called by migrating a server, which comes with the second engine"))]

use super::error::StoreError;
use super::scoped::{Kind, TABLES, TALLY_COLUMNS};
use sqlx::{AssertSqlSafe, Executor, PgConnection};

/// What may be done with a table or a view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Right {
    Read,
    Add,
    Change,
    Remove,
}

type Rights = &'static [Right];

const READ: Rights = &[Right::Read];
const ADD: Rights = &[Right::Add];
const READ_ADD: Rights = &[Right::Read, Right::Add];
const READ_ADD_CHANGE: Rights = &[Right::Read, Right::Add, Right::Change];

/// Tables that only doors reach; their policies are closed outside of one.
const DOORS: [(&str, Rights); 9] = [
    ("t_plant_setting", READ_ADD_CHANGE),
    ("t_user_account", READ_ADD_CHANGE),
    ("t_user_ssh_key", &[Right::Read, Right::Add, Right::Remove]),
    ("t_one_time_code", READ_ADD_CHANGE),
    ("t_login_attempt", &[Right::Read, Right::Add, Right::Change, Right::Remove]),
    ("t_user_client_assignment", READ_ADD_CHANGE),
    ("t_lint_pass", READ_ADD),
    // By which rules the tallies were made, and which migrations were: the program looks before it begins.
    ("t_tally_rule", READ),
    ("_sqlx_migrations", READ),
];

/// The rights on a base table that sessions reach, for the doors that keep it too, and on the view that they reach it by.
fn of_kind(kind: Kind) -> (Rights, Rights) {
    match kind {
        Kind::Tenant | Kind::Head | Kind::RecordHead | Kind::Product | Kind::Shared => {
            (READ_ADD_CHANGE, READ_ADD_CHANGE)
        }
        Kind::TenantAppendOnly | Kind::Person => (READ_ADD, READ_ADD),
        Kind::Client => (READ_ADD_CHANGE, READ),
        Kind::Booking => (ADD, ADD),
        Kind::Record => (READ_ADD, ADD),
        Kind::Tally => (READ, READ),
    }
}

/// Gives the role its rights, and takes what it had besides.
pub(in crate::store) async fn grant(owner: &mut PgConnection, runtime: &str) -> Result<(), StoreError> {
    for statement in statements(owner, runtime).await? {
        owner.execute(AssertSqlSafe(statement)).await?;
    }
    Ok(())
}

/// The statements that give the role its rights, for somebody who runs them by hand too.
pub(in crate::store) async fn statements(owner: &mut PgConnection, runtime: &str) -> Result<Vec<String>, StoreError> {
    let role = quoted(runtime);
    let database: String = sqlx::query_scalar("SELECT current_database()").fetch_one(&mut *owner).await?;
    let mut statements = vec![
        // A table of one's own could take the name of one of ours.
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC".to_owned(),
        format!("REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC", quoted(&database)),
        format!("GRANT CONNECT ON DATABASE {} TO {role}", quoted(&database)),
        format!("GRANT USAGE ON SCHEMA public TO {role}"),
        format!("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}, PUBLIC"),
    ];
    for (table, rights) in DOORS {
        statements.extend(on(table, rights, &columns(owner, table).await?, &[], &role));
    }
    for &(view, kind) in TABLES {
        let columns = columns(owner, &format!("t_{view}")).await?;
        let kept = TALLY_COLUMNS.iter().find(|(table, _)| *table == view).map_or(&[][..], |(_, columns)| *columns);
        let (on_base, on_view) = of_kind(kind);
        // What doors write of a head's table stays theirs by a trigger; entries have columns that nobody gives.
        let kept_of_base = if kind == Kind::RecordHead { &[][..] } else { kept };
        statements.extend(on(&format!("t_{view}"), on_base, &columns, kept_of_base, &role));
        statements.extend(on(view, on_view, &columns, kept, &role));
    }
    Ok(statements)
}

/// A column, and whether it is part of the key.
type Column = (String, bool);

/// The columns of a table.
async fn columns(owner: &mut PgConnection, table: &str) -> Result<Vec<Column>, StoreError> {
    let columns = "SELECT CAST(a.attname AS text), a.attnum = ANY (i.indkey)
        FROM pg_attribute AS a JOIN pg_index AS i ON i.indrelid = a.attrelid AND i.indisprimary
        WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum";
    Ok(sqlx::query_as(columns).bind(table).fetch_all(owner).await?)
}

/// The statements for one table or view.
fn on(name: &str, rights: Rights, columns: &[Column], kept: &[&str], role: &str) -> Vec<String> {
    let list = |is_meant: &dyn Fn(&Column) -> bool| {
        let meant = columns.iter().filter(|column| is_meant(column) && !kept.contains(&column.0.as_str()));
        meant.map(|(column, _)| quoted(column)).collect::<Vec<_>>().join(", ")
    };
    let granted = rights.iter().map(|right| match right {
        Right::Read => "SELECT".to_owned(),
        Right::Add => format!("INSERT ({})", list(&|_| true)),
        Right::Change => format!("UPDATE ({})", list(&|(_, is_key)| !is_key)),
        Right::Remove => "DELETE".to_owned(),
    });
    granted.map(|right| format!("GRANT {right} ON {} TO {role}", quoted(name))).collect()
}

/// A name as SQL writes it.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::test_postgres::migrated;
    use crate::store::test_server::RUNTIME;
    use std::collections::BTreeSet;

    #[tokio::test]
    async fn every_table_is_of_the_sessions_or_of_the_doors() {
        let database = migrated().await;
        let tables = "SELECT CAST(relname AS text) FROM pg_class WHERE relnamespace = CAST('public' AS regnamespace) AND relkind = 'r'";
        let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&mut database.owner().await).await.unwrap();
        let known = TABLES.iter().map(|(name, _)| format!("t_{name}"));
        let known = known.chain(DOORS.iter().map(|(name, _)| (*name).to_owned()));
        assert_eq!(tables.into_iter().collect::<BTreeSet<_>>(), known.collect());
    }

    #[tokio::test]
    async fn no_key_changes_and_no_sum_is_given_and_nothing_of_a_client_is_removed() {
        let database = migrated().await;
        let mut owner = database.owner().await;
        let may = "SELECT count(*) FROM information_schema.column_privileges
            WHERE grantee = $1 AND table_name = $2 AND column_name = $3 AND privilege_type = $4";
        for (table, column, right, expected) in [
            ("t_work_order", "notes", "UPDATE", 1),
            ("t_work_order", "client_id", "UPDATE", 0),
            ("work_order", "client_id", "UPDATE", 0),
            ("work_order", "work_order_id", "UPDATE", 0),
            ("work_order", "client_id", "INSERT", 1),
            ("line_shift", "units", "SELECT", 1),
            ("line_shift", "units", "INSERT", 0),
            ("t_line_shift", "units", "UPDATE", 0),
            ("tally_day", "units", "UPDATE", 0),
            ("hold_event", "note", "UPDATE", 0),
            ("client", "name", "UPDATE", 0),
            ("t_client", "name", "UPDATE", 1),
            ("pool_booking", "booked_from", "SELECT", 0),
            ("t_pool_booking", "booked_from", "SELECT", 0),
            ("account_audit_entry", "before", "SELECT", 0),
        ] {
            let found = sqlx::query_scalar::<_, i64>(may).bind(RUNTIME).bind(table).bind(column).bind(right);
            let found = found.fetch_one(&mut owner).await.unwrap();
            assert_eq!(found, expected, "{right} of {table}.{column}");
        }
        let removable = "SELECT CAST(table_name AS text) FROM information_schema.table_privileges
            WHERE grantee = $1 AND privilege_type IN ('DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER') ORDER BY 1";
        let removable: Vec<String> = sqlx::query_scalar(removable).bind(RUNTIME).fetch_all(&mut owner).await.unwrap();
        assert_eq!(removable, ["t_login_attempt", "t_user_ssh_key"]);
    }

    #[tokio::test]
    async fn granting_again_takes_what_was_given_besides() {
        let database = migrated().await;
        let mut owner = database.owner().await;
        owner
            .execute("GRANT DELETE ON t_work_order TO PUBLIC; GRANT UPDATE (client_id) ON t_work_order TO kpi_runtime")
            .await
            .unwrap();
        grant(&mut owner, RUNTIME).await.unwrap();
        let mut runtime = database.runtime().await;
        for text in [
            "DELETE FROM t_work_order",
            "UPDATE t_work_order SET client_id = 'X'",
            "CREATE TABLE t_own (a INT)",
            "CREATE TEMP TABLE work_order (a INT)",
        ] {
            let error = runtime.execute(text).await.unwrap_err();
            assert_eq!(
                error.as_database_error().and_then(|error| error.code().map(std::borrow::Cow::into_owned)).as_deref(),
                Some("42501"),
                "{text}"
            );
        }
    }
}
