//! The catalogue templates that come with the program, put into a database that has none yet.

use super::error::StoreError;
use sqlx::{Connection, SqliteConnection};

/// The code tables of the assets: template table, fourth column, file.
const FILES: [(&str, &str, &str); 4] = [
    (
        "INSERT INTO t_downtime_reason_template (code, number, name, code_group, loss, created_by, created_at, updated_by, updated_at, version)
         VALUES ($1, $2, $3, $4, $5, 'system', 0, 'system', 0, 1)",
        "SELECT count(*) FROM t_downtime_reason_template",
        include_str!("../../assets/catalogues/downtime_reasons.csv"),
    ),
    (
        "INSERT INTO t_hold_reason_template (code, number, name, code_group, created_by, created_at, updated_by, updated_at, version)
         VALUES ($1, $2, $3, $4, 'system', 0, 'system', 0, 1)",
        "SELECT count(*) FROM t_hold_reason_template",
        include_str!("../../assets/catalogues/hold_reasons.csv"),
    ),
    (
        "INSERT INTO t_defect_type_template (code, number, name, code_group, created_by, created_at, updated_by, updated_at, version)
         VALUES ($1, $2, $3, $4, 'system', 0, 'system', 0, 1)",
        "SELECT count(*) FROM t_defect_type_template",
        include_str!("../../assets/catalogues/defect_types.csv"),
    ),
    (
        "INSERT INTO t_absence_type_template (code, number, name, code_group, counts, created_by, created_at, updated_by, updated_at, version)
         VALUES ($1, $2, $3, $4, $5 = 'yes', 'system', 0, 'system', 0, 1)",
        "SELECT count(*) FROM t_absence_type_template",
        include_str!("../../assets/catalogues/absence_types.csv"),
    ),
];

/// Fills the empty template tables of a file. A table that somebody has filled or emptied by hand keeps what it has.
pub(in crate::store) async fn load(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let unreadable =
        |error: csv::Error| StoreError::Driver(format!("a catalogue of the program cannot be read: {error}"));
    // Nearly every start finds them filled, and must not wait for somebody who writes.
    let mut is_filled = true;
    for (_, count, _) in FILES {
        is_filled &= sqlx::query_scalar::<_, i64>(count).fetch_one(&mut *connection).await? > 0;
    }
    if is_filled {
        return Ok(());
    }
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    for (insert, count, file) in FILES {
        if sqlx::query_scalar::<_, i64>(count).fetch_one(&mut *transaction).await? > 0 {
            continue;
        }
        for record in csv::Reader::from_reader(file.as_bytes()).records() {
            let record = record.map_err(unreadable)?;
            let mut query = sqlx::query(insert);
            for (column, value) in record.iter().enumerate() {
                query = if column == 1 { query.bind(value.parse::<i64>().ok()) } else { query.bind(value.to_owned()) };
            }
            query.execute(&mut *transaction).await?;
        }
    }
    Ok(transaction.commit().await?)
}
