//! What is asked and tried of every table while something is missing.

use crate::store::funnel::Look;
use crate::store::many_clients::{Columns, NOW, Words};
use crate::store::scoped::{Kind, TABLES, TALLY_COLUMNS};
use crate::store::session::Session;
use std::collections::BTreeMap;

/// How many rows each table shows. A column is named, because the guard lets nobody count rows without looking at one.
pub(super) async fn shown(session: &Session, columns: &Columns) -> BTreeMap<&'static str, String> {
    let mut shown = BTreeMap::new();
    for (table, _) in TABLES {
        let text: &'static str = format!("SELECT count({}) FROM {table}", columns[table][0].0).leak();
        let rows = session.read().await.unwrap().all::<Words>(text, Vec::new()).await;
        let words =
            rows.map(|rows| rows.into_iter().map(|Words(values)| format!("{values:?}")).collect::<Vec<_>>().concat());
        shown.insert(*table, words.unwrap_or_else(|error| error.to_string()));
    }
    shown
}

/// What is tried on a table, each in a transaction that is given up: every answer in words.
pub(super) async fn tried(session: &Session, columns: &Columns, table: &str, own: &str, foreign: &str) -> Vec<String> {
    let mut answers = Vec::new();
    for attempt in attempts(columns, table, own, foreign) {
        let text: &'static str = attempt.leak();
        let mut tx = session.write(NOW).await.unwrap();
        if text.starts_with("REPLACE") {
            // The funnel takes no such text; what is behind it must not either.
            let done = sqlx::raw_sql(text).execute(tx.open().unwrap().sqlite()).await;
            answers.push(done.map_or_else(|error| error.to_string(), |_| "replaced".into()));
            continue;
        }
        let result = tx.all::<Words>(text, Vec::new()).await;
        answers.push(match result {
            Ok(rows) => format!("{} rows", rows.len()),
            Err(error) => error.to_string(),
        });
    }
    answers
}

fn attempts(columns: &Columns, table: &str, own: &str, foreign: &str) -> Vec<String> {
    let kept = TALLY_COLUMNS.iter().find(|(name, _)| *name == table).map_or(&[][..], |(_, kept)| kept);
    let all: Vec<&str> = columns[table].iter().map(|(name, _)| name.as_str()).collect();
    let given: Vec<&str> = all.iter().copied().filter(|column| !kept.contains(column)).collect();
    let list = |columns: &[&str]| columns.join(", ");
    let first = given[0];
    let of_client = |client: &str, columns: &[&str]| {
        columns
            .iter()
            .map(|column| if *column == "client_id" { format!("'{client}'") } else { (*column).into() })
            .collect::<Vec<String>>()
            .join(", ")
    };
    let whose = if first == "client_id" { format!("client_id = '{own}'") } else { "1 = 1".into() };
    let mut attempts = vec![
        // A copy of an own row, for oneself and for another client.
        format!("INSERT INTO {table} ({0}) SELECT {0} FROM {table} WHERE {whose} LIMIT 1", list(&given)),
        format!(
            "INSERT INTO {table} ({}) SELECT {} FROM {table} WHERE {whose} LIMIT 1",
            list(&given),
            of_client(foreign, &given)
        ),
        format!("UPDATE {table} SET {first} = {first} WHERE {whose} RETURNING 1"),
    ];
    if first == "client_id" {
        attempts.push(format!("UPDATE {table} SET client_id = '{foreign}' WHERE {whose} RETURNING 1"));
        // The next column is in the key too, and stays in the scope.
        let (second, kind) = &columns[table][1];
        let other = match kind {
            'I' => format!("{second} + 1"),
            'T' => format!("'x' || {second}"),
            _ => "X'00000000000000000000000000000079'".to_owned(),
        };
        attempts.push(format!("UPDATE {table} SET {second} = {other} WHERE {whose} RETURNING 1"));
    } else {
        attempts.push(format!("UPDATE {table} SET {first} = 'x' || {first} WHERE {whose} RETURNING 1"));
    }
    for column in kept {
        attempts.push(format!("UPDATE {table} SET {column} = {column} + 1 WHERE {whose} RETURNING 1"));
    }
    if !kept.is_empty() {
        attempts.push(format!("INSERT INTO {table} ({0}) SELECT {0} FROM {table} WHERE {whose} LIMIT 1", list(&all)));
    }
    attempts.extend(special(table, own, &given));
    attempts
}

/// What belongs to one table alone.
fn special(table: &str, own: &str, given: &[&str]) -> Vec<String> {
    let list = given.join(", ");
    let changed = |changes: &[(&str, &str)]| {
        let value = |column: &&str| {
            changes
                .iter()
                .find(|(name, _)| name == column)
                .map_or((*column).to_owned(), |(_, value)| (*value).to_owned())
        };
        given.iter().map(value).collect::<Vec<_>>().join(", ")
    };
    match table {
        "downtime_entry" => {
            // The same times once more, under another id; and two stops that lay apart.
            let id = "X'00000000000000000000000000000077'";
            let copy = changed(&[("entry_id", id), ("stop_id", id)]);
            vec![
                format!(
                    "INSERT INTO downtime_entry ({list}) SELECT {copy} FROM downtime_entry WHERE client_id = '{own}' AND minutes > 5 AND started_at IS NOT NULL AND deleted_at IS NULL LIMIT 1"
                ),
                format!(
                    "UPDATE downtime_entry SET started_at = 0, ended_at = ended_at, minutes = ended_at / 60000, classified_minutes = ended_at / 60000 WHERE client_id = '{own}' AND minutes > 5 AND started_at IS NOT NULL AND deleted_at IS NULL RETURNING 1"
                ),
            ]
        }
        "employee_client_assignment" => {
            let copy = changed(&[("employee_number", "'NEW'")]);
            let away = changed(&[("client_id", "'CL07'"), ("employee_number", "'NEW'"), ("is_primary", "0")]);
            vec![
                format!(
                    "INSERT INTO employee_client_assignment ({list}) SELECT {copy} FROM employee_client_assignment WHERE client_id = '{own}' AND is_primary = 1 LIMIT 1"
                ),
                format!("UPDATE employee_client_assignment SET is_primary = 1 WHERE client_id = '{own}' RETURNING 1"),
                // Nobody's first place, so that it is no second one.
                format!(
                    "INSERT INTO employee_client_assignment ({list}) SELECT {away} FROM employee_client_assignment WHERE client_id = '{own}' LIMIT 1"
                ),
                format!(
                    "UPDATE employee_client_assignment SET employee_number = 'NEW' WHERE client_id = '{own}' AND is_primary = 0 RETURNING 1"
                ),
            ]
        }
        "pool_booking" => {
            let columns = "employee_id, booked_from, booked_to, coverage_id, created_by, created_at";
            let pool = "X'00000000000070000000000900000001'";
            vec![
                format!(
                    "INSERT INTO pool_booking ({columns}) VALUES ({pool}, 0, 9000000000000, X'00000000000000000000000000000078', 'x', 0)"
                ),
                format!(
                    "INSERT INTO pool_booking ({columns}) SELECT {pool}, 9000000000001, 9000000000002, coverage_id, 'x', 0 FROM coverage_entry WHERE client_id = '{own}' LIMIT 1"
                ),
            ]
        }
        "account_audit_entry" => {
            let record = |seq| {
                format!(
                    "INSERT INTO account_audit_entry (seq, action, subject, by_login, at) VALUES ({seq}, 'a', 'b', 'c', 0)"
                )
            };
            vec![record(77), record(1), record(1).replacen("INSERT", "REPLACE", 1)]
        }
        "account_audit_head" => vec![
            "INSERT INTO account_audit_head (chain, seq, begun) VALUES ('accounts', 0, 1)".into(),
            "INSERT INTO account_audit_head (chain, seq, begun) VALUES ('others', 0, 1)".into(),
            "INSERT INTO account_audit_head (chain, seq, begun, key_mark) VALUES ('others', 0, 1, NULL)".into(),
            "INSERT INTO account_audit_head (chain, seq, begun, key_mark) VALUES ('others', 0, 1, X'00')".into(),
            "UPDATE account_audit_head SET seq = seq - 1 RETURNING 1".into(),
            "UPDATE account_audit_head SET key_mark = X'00' RETURNING 1".into(),
        ],
        "audit_head" => vec![
            format!("UPDATE audit_head SET seq = seq - 1 WHERE client_id = '{own}' RETURNING 1"),
            format!("REPLACE INTO audit_head ({list}) SELECT {list} FROM audit_head WHERE client_id = '{own}'"),
        ],
        // A number that no client has yet, so that nothing but the scope is in the way.
        "audit_entry" | "hold_event" => {
            let copy = changed(&[("client_id", "'CL07'"), ("seq", "99")]);
            vec![
                format!("INSERT INTO {table} ({list}) SELECT {copy} FROM {table} WHERE client_id = '{own}' LIMIT 1"),
                format!("REPLACE INTO {table} ({list}) SELECT {list} FROM {table} WHERE client_id = '{own}' LIMIT 1"),
            ]
        }
        _ => Vec::new(),
    }
}

/// Whether a table of a session has a filter of its own.
pub(super) const fn is_filtered(kind: Kind) -> bool {
    !matches!(kind, Kind::Shared)
}
