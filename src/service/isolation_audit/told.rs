//! The audit as a table for people and as JSON for scripts.

use super::{AuditRow, IsolationAudit};
use serde_json::{Value, json};
use std::fmt::Write;

/// The table: a line for each row, and below it what is wrong.
pub fn audit_text(audit: &IsolationAudit) -> String {
    let mut text = format!("{:<5} {:<7} {:>9}  {}\n", "NO", "RESULT", "LOOKED AT", "WHAT HAS TO BE SO");
    for row in &audit.rows {
        let result = if row.is_passed() { "ok" } else { "FAILED" };
        // Writing to a String cannot fail.
        writeln!(text, "{:<5} {result:<7} {:>9}  {} ({})", row.origin(), row.count, row.what, row.looked_at).ok();
        for wrong in &row.wrong {
            writeln!(text, "{:25}- {wrong}", "").ok();
        }
    }
    let failed = audit.rows.iter().filter(|row| !row.is_passed()).count();
    match failed {
        0 => writeln!(text, "\n{} %: {} rows, all as they have to be", audit.score(), audit.rows.len()).ok(),
        _ => writeln!(text, "\n{} %: {failed} of {} rows failed", audit.score(), audit.rows.len()).ok(),
    };
    text
}

/// The JSON.
pub fn audit_json(audit: &IsolationAudit) -> Value {
    let row = |row: &AuditRow| {
        json!({
            "finding": row.finding, "what": row.what, "looked_at": row.looked_at, "count": row.count,
            "passed": row.is_passed(), "wrong": row.wrong,
        })
    };
    json!({ "score": audit.score(), "passed": audit.is_passed(), "rows": audit.rows.iter().map(row).collect::<Vec<_>>() })
}
