//! What the schema itself promises: that a client's key comes first in every key of its tables, that references between
//! them carry it, that nothing else stands in for it, and that the record of changes cannot be changed.

use crate::store::StoreError;
use crate::store::engine::Door;
use crate::store::migrate::Store;
use sqlx::{Row, SqliteConnection};

/// A rule with what was looked at and what breaks it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RuleBreak {
    /// How many things were looked at.
    pub(crate) looked_at: i64,
    /// What is wrong.
    pub(crate) wrong: Vec<String>,
}

/// The rules, as the audit names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Rules {
    /// Primary and unique keys of tables with clients' rows begin with the client.
    pub(crate) keys: RuleBreak,
    /// Foreign keys between tables with clients' rows carry the client.
    pub(crate) references: RuleBreak,
    /// Every column that names a client is bound to the clients, and none names it otherwise.
    pub(crate) stand_ins: RuleBreak,
    /// The record of changes is append-only.
    pub(crate) append_only: RuleBreak,
}

/// Keys: table, name of the index, its first column.
const KEYS: &str = "SELECT m.name, i.name, (SELECT c.name FROM pragma_index_info(i.name) AS c WHERE c.seqno = 0)
    FROM sqlite_schema AS m, pragma_index_list(m.name) AS i
    WHERE m.type = 'table' AND m.name LIKE 't\\_%' ESCAPE '\\' AND i.\"unique\" = 1
      AND EXISTS (SELECT 1 FROM pragma_table_info(m.name) AS o WHERE o.name = 'client_id') AND m.name <> 't_client'
    ORDER BY 1, 2";
/// References between tables that both have a client's key: table, table referred to, whether the client is in it.
const REFERENCES: &str = "SELECT m.name, f.\"table\", max(f.\"from\" = 'client_id' AND f.\"to\" = 'client_id')
    FROM sqlite_schema AS m, pragma_foreign_key_list(m.name) AS f
    WHERE m.type = 'table' AND EXISTS (SELECT 1 FROM pragma_table_info(m.name) AS o WHERE o.name = 'client_id')
      AND EXISTS (SELECT 1 FROM pragma_table_info(f.\"table\") AS o WHERE o.name = 'client_id')
    GROUP BY m.name, f.id, f.\"table\" ORDER BY 1, 2";
/// Columns whose name speaks of a client: table, column, whether a foreign key binds it.
const STAND_INS: &str = "SELECT m.name, c.name, EXISTS (
      SELECT 1 FROM pragma_foreign_key_list(m.name) AS f WHERE f.\"from\" = c.name AND f.\"to\" = 'client_id')
    FROM sqlite_schema AS m, pragma_table_info(m.name) AS c
    WHERE m.type = 'table' AND m.name LIKE 't\\_%' ESCAPE '\\' AND m.name <> 't_client'
      AND (c.name LIKE '%client%' OR c.name LIKE '%customer%' OR c.name LIKE '%tenant%') ORDER BY 1, 2";
/// What refuses a change of the record, by table and how it could be changed.
const APPEND_ONLY: &str = "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = $1
    AND sql LIKE '%BEFORE ' || $2 || ' ON%RAISE(ABORT, ''append-only'')%'";

const RECORDS: [&str; 2] = ["t_audit_entry", "t_account_audit_entry"];

impl Store {
    /// Looks at the schema as it is.
    pub(crate) async fn rules(&self) -> Result<Rules, StoreError> {
        let Door::Sqlite(door) = &self.inner.door else { return Err(StoreError::NoAnswer) };
        let mut connection = door.acquire().await?;
        Ok(Rules {
            keys: keys(&mut connection).await?,
            references: references(&mut connection).await?,
            stand_ins: stand_ins(&mut connection).await?,
            append_only: append_only(&mut connection).await?,
        })
    }
}

fn plain(table: &str) -> &str {
    table.trim_start_matches("t_")
}

async fn keys(connection: &mut SqliteConnection) -> Result<RuleBreak, StoreError> {
    let mut found = RuleBreak { looked_at: 0, wrong: Vec::new() };
    for row in sqlx::query(KEYS).fetch_all(connection).await? {
        let (table, index, first): (String, String, Option<String>) =
            (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        found.looked_at += 1;
        if first.as_deref() != Some("client_id") {
            let first = first.unwrap_or_default();
            found.wrong.push(format!("{}: key {index} begins with {first}, not with client_id", plain(&table)));
        }
    }
    Ok(found)
}

async fn references(connection: &mut SqliteConnection) -> Result<RuleBreak, StoreError> {
    let mut found = RuleBreak { looked_at: 0, wrong: Vec::new() };
    for row in sqlx::query(REFERENCES).fetch_all(connection).await? {
        let (table, parent, carries): (String, String, i64) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        found.looked_at += 1;
        if carries == 0 {
            found.wrong.push(format!("{} refers to {} without client_id", plain(&table), plain(&parent)));
        }
    }
    Ok(found)
}

async fn stand_ins(connection: &mut SqliteConnection) -> Result<RuleBreak, StoreError> {
    let mut found = RuleBreak { looked_at: 0, wrong: Vec::new() };
    for row in sqlx::query(STAND_INS).fetch_all(connection).await? {
        let (table, column, is_bound): (String, String, i64) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        found.looked_at += 1;
        if column != "client_id" {
            found.wrong.push(format!("{}.{column} names a client beside client_id", plain(&table)));
        } else if is_bound == 0 {
            found.wrong.push(format!("{}.client_id is a free text without a foreign key", plain(&table)));
        }
    }
    Ok(found)
}

async fn append_only(connection: &mut SqliteConnection) -> Result<RuleBreak, StoreError> {
    let mut found = RuleBreak { looked_at: 0, wrong: Vec::new() };
    for table in RECORDS {
        for how in ["UPDATE", "DELETE"] {
            found.looked_at += 1;
            let triggers: i64 =
                sqlx::query_scalar(APPEND_ONLY).bind(table).bind(how).fetch_one(&mut *connection).await?;
            if triggers == 0 {
                found.wrong.push(format!("nothing refuses an {how} of {}", plain(table)));
            }
        }
    }
    Ok(found)
}
