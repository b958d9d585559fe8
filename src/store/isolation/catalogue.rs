//! What the schema itself promises: that a client's key comes first in every key of its tables, that references between
//! them carry it, that nothing else stands in for it, and that the record of changes cannot be changed.

use crate::store::StoreError;
use crate::store::engine::Door;
use crate::store::lint::rule::{FOREIGN, KEY, ROOTED, STAND_IN, UNIQUE};
use crate::store::lint::{CatalogueLook, Rule};
use crate::store::migrate::Store;

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
    /// The other rules of the catalogue's lint, in its order and its words.
    pub(crate) others: Vec<(&'static str, RuleBreak)>,
    /// The record of changes is append-only.
    pub(crate) append_only: RuleBreak,
}

/// What refuses a change of the record in a file, by table and how it could be changed.
const REFUSED_IN_FILE: &str = "SELECT count(*) FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = $1
    AND sql LIKE '%BEFORE ' || $2 || ' ON%RAISE(ABORT, ''append-only'')%'";
/// The same on a server: the role has no right to it, and a trigger that is on refuses everybody else.
const REFUSED_ON_SERVER: &str = "SELECT count(*) FROM pg_trigger AS t WHERE t.tgrelid = CAST($1 AS regclass)
    AND t.tgenabled = 'O' AND NOT t.tgisinternal AND NOT has_table_privilege($1, $2) AND NOT (CASE $2
      WHEN 'UPDATE' THEN has_any_column_privilege($1, 'UPDATE') ELSE FALSE END)";

const RECORDS: [&str; 2] = ["t_audit_entry", "t_account_audit_entry"];

impl Store {
    /// Looks at the schema as it is.
    pub(crate) async fn rules(&self) -> Result<Rules, StoreError> {
        let look = self.look_at_catalogue().await?;
        let named = [KEY, UNIQUE, FOREIGN, STAND_IN, ROOTED];
        let others = self.lint_rules().filter(|rule| !named.contains(rule));
        Ok(Rules {
            keys: look.broken(look.keys, &[KEY, UNIQUE]),
            references: look.broken(look.references, &[FOREIGN]),
            stand_ins: look.broken(look.columns, &[STAND_IN, ROOTED]),
            others: others.map(|rule| (rule.words, look.broken(look.tables, &[rule]))).collect(),
            append_only: self.append_only().await?,
        })
    }

    async fn append_only(&self) -> Result<RuleBreak, StoreError> {
        let mut found = RuleBreak { looked_at: 0, wrong: Vec::new() };
        for table in RECORDS {
            for how in ["UPDATE", "DELETE"] {
                found.looked_at += 1;
                let refusals: i64 = match &self.inner.door {
                    Door::Sqlite(door, _) => {
                        sqlx::query_scalar(REFUSED_IN_FILE).bind(table).bind(how).fetch_one(door).await?
                    }
                    Door::Postgres(pools) => {
                        sqlx::query_scalar(REFUSED_ON_SERVER)
                            .bind(table)
                            .bind(how)
                            .fetch_one(&pools.doors.connections)
                            .await?
                    }
                };
                if refusals == 0 {
                    found.wrong.push(format!("nothing refuses a change ({how}) of {}", plain(table)));
                }
            }
        }
        Ok(found)
    }
}

impl CatalogueLook {
    /// What breaks some rules.
    fn broken(&self, looked_at: usize, rules: &[Rule]) -> RuleBreak {
        let found = self.findings.iter().filter(|finding| rules.contains(&finding.rule));
        RuleBreak {
            looked_at: i64::try_from(looked_at).unwrap_or(i64::MAX),
            wrong: found
                .map(|finding| format!("{}: it does not hold that {}", plain(&finding.object), finding.rule.words))
                .collect(),
        }
    }
}

fn plain(object: &str) -> &str {
    object.strip_prefix("t_").unwrap_or(object)
}
