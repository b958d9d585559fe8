//! The rows about the schema, about parents, and about the audit trail.

use super::AuditRow;
use crate::service::Problem;
use crate::store::isolation::{RuleBreak, Rules};
use crate::store::{Store, StoreError};
use std::collections::BTreeMap;

fn of_rule(finding: impl Into<Option<u8>>, what: &str, looked_at: &str, rule: &RuleBreak) -> AuditRow {
    AuditRow::new(finding, what, looked_at).counting(rule.looked_at, rule.wrong.clone())
}

/// People's clients are rows with real keys.
pub(super) fn assignments_row(rules: &Rules) -> AuditRow {
    let what = "employees and users are assigned to clients by real keys, never by a text";
    of_rule(4, what, "columns", &rules.stand_ins)
}

/// The rules of every schema, then the others of the catalogue's lint.
pub(super) fn rule_rows(rules: &Rules) -> Vec<AuditRow> {
    let others = rules.others.iter().map(|(words, rule)| of_rule(None, words, "tables and what hangs on them", rule));
    let mut rows = vec![
        of_rule(None, "every tenant table has client_id first in its keys", "keys", &rules.keys),
        of_rule(None, "every foreign key between tenant tables carries client_id", "foreign keys", &rules.references),
        of_rule(None, "no text column stands in for a client key", "columns", &rules.stand_ins),
    ];
    rows.extend(others);
    rows
}

/// Every row's parents belong to the same client, table by table.
pub(super) async fn parent_rows(store: &Store) -> Result<Vec<AuditRow>, Problem> {
    let mut tables: BTreeMap<&str, (i64, Vec<String>)> = BTreeMap::new();
    for found in store.strays().await? {
        let (looked_at, wrong) = tables.entry(found.child).or_default();
        *looked_at += 1;
        if found.rows > 0 {
            wrong.push(format!("{} rows have a {} that is not their client's", found.rows, found.parent));
        }
    }
    let row = |(table, (looked_at, wrong)): (&str, (i64, Vec<String>))| {
        let what = format!("every row of {table} has parents of its own client");
        AuditRow::new(None, what, "references, asked of every row").counting(looked_at, wrong)
    };
    Ok(tables.into_iter().map(row).collect())
}

/// The row about the chains.
pub(super) fn chain_row() -> AuditRow {
    AuditRow::new(None, "the audit trail is as it was sealed", "entries of all chains")
}

/// The audit trail is append-only, and as it was sealed.
pub(super) async fn trail_rows(store: &Store, rules: &Rules) -> Result<Vec<AuditRow>, Problem> {
    let chains = match store.verify_trails().await {
        Err(StoreError::AuditKey(trouble)) => chain_row().counting(0, [trouble.to_string()]),
        states => {
            let states = states?;
            let entries = states.iter().map(|state| state.entries).sum();
            let faults = |state: &crate::store::audit::ChainState| {
                let of = state.chain.to_string();
                state.faults.iter().map(|fault| format!("{of}: {fault}")).collect::<Vec<_>>()
            };
            chain_row().counting(entries, states.iter().flat_map(faults))
        }
    };
    let what = "the audit trail is append-only by the database's own means";
    Ok(vec![of_rule(None, what, "ways to change it", &rules.append_only), chains])
}
