//! The isolation audit: whether any client's rows can reach another client's people, asked of the live database.
//!
//! Its rows are the findings of the audit that an earlier platform failed (1-product.md), in its order, and after them
//! what 4-cli.md asks of every schema. Each says what was looked at, how much of it, and what is wrong. It is an ADMIN's,
//! shows no entry, and leaves nothing behind.

mod detail;
mod seen;
mod shape;
mod told;
mod written;

pub use told::{audit_json, audit_text};

use super::{Desk, Plant, Problem};
use crate::domain::role::Permission;
use crate::store::isolation::AUDITED;

/// Faults of one row that are told one by one.
const MOST_FAULTS: usize = 12;

/// What the audit found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IsolationAudit {
    /// Its rows, in order.
    pub rows: Vec<AuditRow>,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// The number of the finding in the original audit; none for the rules of every schema.
    pub finding: Option<u8>,
    /// What has to be so.
    pub what: String,
    /// What was looked at.
    pub looked_at: String,
    /// How much of it.
    pub count: u64,
    /// What is wrong; empty where it is so.
    pub wrong: Vec<String>,
}

impl AuditRow {
    fn new(finding: impl Into<Option<u8>>, what: impl Into<String>, looked_at: impl Into<String>) -> Self {
        Self { finding: finding.into(), what: what.into(), looked_at: looked_at.into(), count: 0, wrong: Vec::new() }
    }

    fn counting(mut self, count: i64, wrong: impl IntoIterator<Item = String>) -> Self {
        self.count = u64::try_from(count).unwrap_or(0);
        self.wrong = wrong.into_iter().collect();
        let more = self.wrong.len().saturating_sub(MOST_FAULTS);
        if more > 0 {
            self.wrong.truncate(MOST_FAULTS);
            self.wrong.push(format!("and {more} more"));
        }
        self
    }

    /// Whether it is as it has to be.
    pub fn is_passed(&self) -> bool {
        self.wrong.is_empty()
    }

    /// Where it comes from: the number of the finding of the original audit, or the rules of every schema.
    pub fn origin(&self) -> String {
        self.finding.map_or_else(|| "rule".to_owned(), |finding| finding.to_string())
    }
}

impl IsolationAudit {
    /// How many of a hundred rows are as they have to be; 100 only where all are.
    pub fn score(&self) -> usize {
        let passed = self.rows.iter().filter(|row| row.is_passed()).count();
        (passed * 100).checked_div(self.rows.len()).unwrap_or(0)
    }

    /// Whether everything is as it has to be.
    pub fn is_passed(&self) -> bool {
        !self.rows.is_empty() && self.rows.iter().all(AuditRow::is_passed)
    }
}

impl Plant {
    /// What keeps everybody from logging in, and is a finding itself: a table that is gone, or an audit key that is not
    /// the right one. None where nothing does.
    pub async fn what_prevents_an_audit(&self) -> Result<Option<IsolationAudit>, Problem> {
        let mut rows = Vec::new();
        let missing = self.store().missing_tables().await?;
        if !missing.is_empty() {
            rows.push(tables_row(&missing));
        }
        if let Some(trouble) = self.store().key_trouble() {
            rows.push(shape::chain_row().counting(0, [trouble.to_string()]));
        }
        Ok((!rows.is_empty()).then_some(IsolationAudit { rows }))
    }
}

fn tables_row(missing: &[&str]) -> AuditRow {
    let wrong = missing.iter().map(|table| format!("{table} is not there"));
    AuditRow::new(6, "first use makes the whole database", "tables of the original audit's list")
        .counting(i64::try_from(AUDITED.len()).unwrap_or(0), wrong)
}

impl Desk {
    /// Looks at everything.
    pub(super) async fn isolation_audit(&self) -> Result<IsolationAudit, Problem> {
        Problem::unless_allowed(self.person().role, Permission::ReadAudit, "the isolation audit")?;
        let store = self.session.store();
        let missing = store.missing_tables().await?;
        if !missing.is_empty() {
            return Ok(IsolationAudit { rows: vec![tables_row(&missing)] });
        }
        let rules = store.rules().await?;
        let looks = seen::Looks::of(self).await?;
        let written = written::Written::of(self, &looks.sessions).await?;
        let mut rows = Vec::new();
        for (finding, table) in (1..).zip(["job", "defect_detail", "part_opportunities"]) {
            rows.extend(written.rows(finding, table, &rules));
        }
        rows.push(shape::assignments_row(&rules));
        rows.extend(looks.kpi_rows(self).await?);
        rows.extend(looks.detail_rows(self).await?);
        rows.push(tables_row(&[]));
        rows.push(looks.table_row(store).await?);
        rows.extend(looks.list_rows(self).await?);
        rows.push(looks.role_row(self).await?);
        for table in AUDITED.iter().filter(|table| table.is_tenant).skip(3) {
            rows.extend(written.rows(7, table.name, &rules));
        }
        rows.extend(shape::rule_rows(&rules));
        rows.extend(shape::parent_rows(store).await?);
        rows.extend(shape::trail_rows(store, &rules).await?);
        looks.close().await;
        Ok(IsolationAudit { rows })
    }
}
