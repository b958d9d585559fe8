//! The audit trail of the clients' rows, and the record of logins and accounts: an ADMIN's.
//!
//! Their filter takes several words, each of which a row must hold somewhere, and a span of time: who, what, where, which
//! row, which values, when.

use super::super::funnel::Value;
use super::super::funnel::args;
use super::{ListSql, list};
use crate::domain::clock::Instant;

/// What the filter of a record looks for besides the first word.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct WantedRecord {
    /// Not before.
    pub(crate) from: Option<Instant>,
    /// Before.
    pub(crate) to: Option<Instant>,
    /// Patterns of LIKE, as that of the first word.
    pub(crate) words: [Option<String>; 3],
}

impl WantedRecord {
    pub(super) fn values(&self) -> Vec<Value> {
        let [second, third, fourth] = self.words.each_ref().map(Option::as_ref);
        args![self.from, self.to, second, third, fourth]
    }
}

/// What people call the tables, as they are shown; where the words are those of the table's own name, that is enough.
macro_rules! table_words {
    () => {
        "CASE e.table_name WHEN 'production_entry' THEN 'count' WHEN 'downtime_entry' THEN 'stop' \
         WHEN 'hold_entry' THEN 'hold' WHEN 'quality_entry' THEN 'inspection' WHEN 'defect_detail' THEN 'defect' \
         WHEN 'attendance_entry' THEN 'attendance' WHEN 'coverage_entry' THEN 'cover' \
         WHEN 'part_opportunities' THEN 'opportunities' WHEN 'production_line' THEN 'line' \
         WHEN 'client_product' THEN 'product' WHEN 'employee_client_assignment' THEN 'employee' \
         WHEN 'kpi_target' THEN 'target' WHEN 'client_setting' THEN 'setting' WHEN 'catalogue' THEN 'code' \
         ELSE '' END"
    };
}

/// Everything that is written in a row of the trail.
macro_rules! trail_text {
    () => {
        concat!(
            "e.client_id || ' ' || e.by_login || ' ' || e.action || ' ' || ",
            table_words!(),
            " || ' ' || e.table_name || ' ' || e.row_key || ' ' || coalesce(e.before, '') || ' ' || coalesce(e.after, '')"
        )
    };
}

/// The same of the record of accounts.
macro_rules! accounts_text {
    () => {
        "e.by_login || ' ' || e.action || ' ' || e.subject || ' ' || coalesce(e.before, '') || ' ' || \
         coalesce(e.after, '')"
    };
}

/// The span of time and the further words.
macro_rules! matches {
    ($text:expr) => {
        concat!(
            "e.seq >= 1 AND ($5 IS NULL OR e.at >= $5) AND ($6 IS NULL OR e.at < $6)",
            " AND ($7 IS NULL OR lower(",
            $text,
            ") LIKE lower($7) ESCAPE '\\') AND ($8 IS NULL OR lower(",
            $text,
            ") LIKE lower($8) ESCAPE '\\') AND ($9 IS NULL OR lower(",
            $text,
            ") LIKE lower($9) ESCAPE '\\')"
        )
    };
}

list! {
    /// The record of changes of the clients' rows, the newest first.
    AUDIT_TRAIL {
        key: "e.client_id", "CAST(e.seq AS TEXT)", "e.seq", ties "e.client_id, e.seq";
        long: "audit_entry", by [seq],
            newest "e.seq DESC";
        rows: matches!(trail_text!());
        text: [trail_text!()];
        order: "e.at DESC, e.client_id, e.seq DESC";
        columns: {
            "client_id" = "e.client_id",
            "at" = "e.at",
            "by_login" = "e.by_login",
            "action" = "e.action",
            "table_name" = "e.table_name",
            "row_key" = "e.row_key",
            "seq" = "e.seq",
        }
        detail: {
            "before" = "e.before",
            "after" = "e.after",
        }
    }
}

list! {
    /// The record of logins, accounts and what all clients share, the newest first; through the account door.
    ACCOUNT_RECORD {
        key: "NULL", "CAST(e.seq AS TEXT)", "e.seq", ties "e.seq";
        from: "t_account_audit_entry AS e";
        rows: matches!(accounts_text!());
        text: [accounts_text!()];
        order: "e.seq DESC";
        columns: {
            "at" = "e.at",
            "by_login" = "e.by_login",
            "action" = "e.action",
            "subject" = "e.subject",
            "seq" = "e.seq",
        }
        detail: {
            "before" = "e.before",
            "after" = "e.after",
        }
    }
}
