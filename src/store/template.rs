//! The catalogue templates that come with the program, put into a database that has none yet.

use super::engine::Open;
use super::error::StoreError;
use super::value::Value;
use sqlx::SqlSafeStr;

/// The column that is a number.
const NUMBER: usize = 1;

/// The code tables of the assets: template table, fourth column, file.
const FILES: [(&str, &str, &str); 4] = [
    (
        "INSERT INTO t_downtime_reason_template (code, number, name, code_group, loss, created_by, created_at, updated_by, updated_at, version)
         VALUES ($1, $2, $3, $4, $5, 'system', 0, 'system', 0, 1) RETURNING version",
        "SELECT count(*) FROM t_downtime_reason_template",
        include_str!("../../assets/catalogues/downtime_reasons.csv"),
    ),
    (
        "INSERT INTO t_hold_reason_template (code, number, name, code_group, created_by, created_at, updated_by, updated_at, version)
         VALUES ($1, $2, $3, $4, 'system', 0, 'system', 0, 1) RETURNING version",
        "SELECT count(*) FROM t_hold_reason_template",
        include_str!("../../assets/catalogues/hold_reasons.csv"),
    ),
    (
        "INSERT INTO t_defect_type_template (code, number, name, code_group, created_by, created_at, updated_by, updated_at, version)
         VALUES ($1, $2, $3, $4, 'system', 0, 'system', 0, 1) RETURNING version",
        "SELECT count(*) FROM t_defect_type_template",
        include_str!("../../assets/catalogues/defect_types.csv"),
    ),
    (
        "INSERT INTO t_absence_type_template (code, number, name, code_group, counts, created_by, created_at, updated_by, updated_at, version)
         VALUES ($1, $2, $3, $4, CASE WHEN $5 = 'yes' THEN 1 ELSE 0 END, 'system', 0, 'system', 0, 1) RETURNING version",
        "SELECT count(*) FROM t_absence_type_template",
        include_str!("../../assets/catalogues/absence_types.csv"),
    ),
];

/// Whether every template table has something.
pub(in crate::store) async fn are_filled(open: &mut Open) -> Result<bool, StoreError> {
    for (_, count, _) in FILES {
        if is_empty(open, count).await? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Fills the empty template tables. One that somebody has filled or emptied by hand keeps what it has.
pub(in crate::store) async fn fill(open: &mut Open) -> Result<(), StoreError> {
    let unreadable =
        |error: csv::Error| StoreError::Driver(format!("a catalogue of the program cannot be read: {error}"));
    for (insert, count, file) in FILES {
        if !is_empty(open, count).await? {
            continue;
        }
        for record in csv::Reader::from_reader(file.as_bytes()).records() {
            let record = record.map_err(unreadable)?;
            let values = record.iter().enumerate().map(|(column, value)| {
                if column == NUMBER { Value::from(value.parse::<i64>().ok()) } else { Value::from(value) }
            });
            open.count(insert.into_sql_str(), values.collect()).await?;
        }
    }
    Ok(())
}

async fn is_empty(open: &mut Open, count: &'static str) -> Result<bool, StoreError> {
    Ok(open.fetch::<i64>(count.into_sql_str(), Vec::new()).await? == [0])
}
