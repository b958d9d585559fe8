//! What the doctor looks at in a server's database. The server keeps its own files and its own foreign keys; what can be
//! wrong is that somebody switched a rule off, and that sums are not what the entries add up to.

use super::begin::DOOR_READS;
use super::pools::Pool;
use crate::domain::clock::Instant;
use crate::store::doctor::Diagnosis;
use crate::store::error::StoreError;
use crate::store::stored_tally::postgres::{are_kept, differences, see_every_client};
use sqlx::PgPool;

/// Rules of the database that do not hold: broken indexes, keys that were never checked, triggers that do not fire.
const SWITCHED_OFF: &str = "
    SELECT 'the index ' || c.relname || ' is broken' FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
      WHERE NOT i.indisvalid AND c.relnamespace = CAST('public' AS regnamespace)
    UNION ALL SELECT 'the rule ' || r.conname || ' was never checked' FROM pg_constraint AS r
      WHERE NOT r.convalidated AND r.connamespace = CAST('public' AS regnamespace)
    UNION ALL SELECT 'a trigger of ' || c.relname || ' is switched off' FROM pg_trigger AS t
      JOIN pg_class AS c ON c.oid = t.tgrelid
      WHERE t.tgenabled <> 'O' AND c.relnamespace = CAST('public' AS regnamespace)
    ORDER BY 1";

/// What time it is on the server.
pub(in crate::store) async fn time(door: &PgPool) -> Result<Instant, StoreError> {
    let now = "SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)";
    Ok(Instant(sqlx::query_scalar(now).fetch_one(door).await?))
}

/// Looks at the whole database, at one moment.
pub(in crate::store) async fn diagnose(door: &Pool) -> Result<Diagnosis, StoreError> {
    let mut transaction = door.begin(DOOR_READS).await?;
    let (connection, _) = transaction.parts();
    see_every_client(connection).await?;
    let lines: Vec<String> = sqlx::query_scalar(SWITCHED_OFF).fetch_all(&mut *connection).await?;
    Ok(Diagnosis {
        damage: lines.into_iter().map(|line| line.replace("t_", "")).collect(),
        orphans: Vec::new(),
        is_unkept: !are_kept(connection).await?,
        tallies: differences(connection).await?,
    })
}
