//! Whether rows can be made, changed and removed inside the own client, and nowhere else.

use super::AuditRow;
use crate::domain::id::ClientId;
use crate::service::{Desk, Problem};
use crate::store::Session;
use crate::store::isolation::{AUDITED, RuleBreak, Rules};
use std::collections::BTreeMap;

/// What was tried with one table.
#[derive(Debug, Default)]
struct Tried {
    rows: i64,
    clients: i64,
    written: usize,
    wrong: Vec<String>,
}

/// What was tried with each table.
#[derive(Debug)]
pub(super) struct Written(BTreeMap<&'static str, Tried>);

impl Written {
    /// Tries every table at every client, and takes each try back.
    pub(super) async fn of(desk: &Desk, sessions: &[(ClientId, Session)]) -> Result<Self, Problem> {
        let mut tables: BTreeMap<&'static str, Tried> = BTreeMap::new();
        for table in AUDITED.iter().filter(|table| table.is_tenant) {
            tables.entry(table.name).or_default().rows = desk.session.store().rows_of(table).await?;
        }
        for (place, (client, session)) in sessions.iter().enumerate() {
            let other = sessions.get((place + 1) % sessions.len()).map_or(client, |(other, _)| other);
            for table in AUDITED.iter().filter(|table| table.is_tenant) {
                let tried = tables.entry(table.name).or_default();
                tried.clients += 1;
                match session.try_writing(table, client, other, desk.now()).await {
                    Ok([changed, removed, foreign]) => {
                        tried.written += usize::from(changed > 0 && removed > 0);
                        if foreign > 0 && other != client {
                            tried.wrong.push(format!("a row of {other} was changed from {client}"));
                        }
                    }
                    Err(error) => tried.wrong.push(format!("at {client} it failed: {error}")),
                }
            }
        }
        Ok(Self(tables))
    }

    /// The rows of one table: its keys, and what can be done to its rows.
    pub(super) fn rows(&self, finding: u8, table: &str, rules: &Rules) -> Vec<AuditRow> {
        let Some(tried) = self.0.get(table) else { return Vec::new() };
        let rules = [&rules.keys, &rules.references, &rules.stand_ins];
        let keys = rules.into_iter().flat_map(|rule| about(rule, table));
        let what = format!("{table} belongs to a client by its key and its references");
        let keyed = AuditRow::new(finding, what, "rows of all clients").counting(tried.rows, keys);
        let mut wrong = tried.wrong.clone();
        if tried.rows > 0 && tried.written == 0 && wrong.is_empty() {
            wrong.push(format!("no row of {table} could be changed and removed"));
        }
        let what = format!("{table} is made, read, changed and removed inside its client alone");
        vec![
            keyed,
            AuditRow::new(finding, what, "clients, tried at each and taken back").counting(tried.clients, wrong),
        ]
    }
}

/// What breaks a rule at one table.
fn about(rule: &RuleBreak, table: &str) -> Vec<String> {
    let is_about = |text: &&String| text.strip_prefix(table).is_some_and(|rest| rest.starts_with([':', '.', ' ']));
    rule.wrong.iter().filter(is_about).cloned().collect()
}
