//! What the doctor looks at in a database: whether the file is whole, whether rows point at rows that are there, and
//! whether the stored tallies are what the entries add up to. All clients are looked at, no row of theirs is shown.

use super::engine::Door;
use super::error::StoreError;
use super::funnel::{Cells, FromCells, Look, args, statements};
use super::migrate::{DatabaseUrl, Store};
use super::postgres;
use super::stored_tally::{Difference, are_kept, differences, rebuild};
use crate::domain::clock::Instant;
use sqlx::{Connection, Row};

/// Lines of a damaged file that are shown; more say nothing more.
const MOST_LINES: usize = 20;

statements! {
    /// The newest entry of each chain is the newest of all.
    NEWEST = "SELECT coalesce(max(e.at), 0) FROM t_audit_head AS h
        JOIN t_audit_entry AS e ON e.client_id = h.client_id AND e.seq = h.seq";
    NEWEST_OF_ACCOUNTS = "SELECT coalesce(max(e.at), 0) FROM t_account_audit_head AS h
        JOIN t_account_audit_entry AS e ON e.seq = h.seq WHERE h.chain = 'accounts'";
    ZONES = "SELECT client_id, time_zone FROM t_client WHERE deleted_at IS NULL ORDER BY client_id";
}

/// What is wrong with a database.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Diagnosis {
    /// What the engine says of the file.
    pub(crate) damage: Vec<String>,
    /// Rows that point at rows which are not there: table, the table pointed at, how many.
    pub(crate) orphans: Vec<(String, String, i64)>,
    /// Whether entries of now on would not be added to the tallies.
    pub(crate) is_unkept: bool,
    /// Tallies that are not what the entries add up to.
    pub(crate) tallies: Vec<Difference>,
}

struct Zone(String, String);

impl FromCells for Zone {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self(cells.text()?, cells.text()?))
    }
}

impl Store {
    /// When the newest entry was made.
    pub(crate) async fn newest_entry(&self) -> Result<Instant, StoreError> {
        let mut look = self.look_at_all().await?;
        let newest: i64 = look.one(NEWEST, args![]).await?;
        Ok(Instant(newest.max(look.one(NEWEST_OF_ACCOUNTS, args![]).await?)))
    }

    /// The clients with their time zones.
    pub(crate) async fn zones(&self) -> Result<Vec<(String, String)>, StoreError> {
        let zones: Vec<Zone> = self.look_at_all().await?.all(ZONES, args![]).await?;
        Ok(zones.into_iter().map(|Zone(client, zone)| (client, zone)).collect())
    }

    /// What time it is on the server; none where the database is a file.
    pub(crate) async fn server_time(&self) -> Result<Option<Instant>, StoreError> {
        match &self.inner.door {
            Door::Sqlite(..) => Ok(None),
            Door::Postgres(pools) => postgres::time(&pools.doors.connections).await.map(Some),
        }
    }

    /// Looks at the whole database.
    pub(crate) async fn diagnose(&self) -> Result<Diagnosis, StoreError> {
        let door = match &self.inner.door {
            Door::Sqlite(door, _) => door,
            Door::Postgres(pools) => return postgres::diagnose(&pools.doors).await,
        };
        let mut connection = door.acquire().await?;
        // One look for all, so that nothing is found between two of somebody's changes.
        let mut transaction = connection.begin().await?;
        let mut diagnosis = Diagnosis::default();
        for row in sqlx::query("PRAGMA integrity_check").fetch_all(&mut *transaction).await? {
            let line: String = row.try_get(0)?;
            if line != "ok" && diagnosis.damage.len() < MOST_LINES {
                diagnosis.damage.push(line);
            }
        }
        let orphans = "SELECT \"table\", parent, count(*) FROM pragma_foreign_key_check GROUP BY 1, 2 ORDER BY 1, 2";
        for row in sqlx::query(orphans).fetch_all(&mut *transaction).await? {
            let plain = |name: String| name.trim_start_matches("t_").to_owned();
            diagnosis.orphans.push((plain(row.try_get(0)?), plain(row.try_get(1)?), row.try_get(2)?));
        }
        diagnosis.is_unkept = !are_kept(&mut transaction).await?;
        diagnosis.tallies = differences(&mut transaction).await?;
        Ok(diagnosis)
    }

    /// Makes every stored tally anew from the entries, and what keeps them; on a server as its owner, because nobody else
    /// may change a sum.
    pub(crate) async fn rebuild_tallies(&self, owner: Option<&DatabaseUrl>) -> Result<(), StoreError> {
        let door = match (&self.inner.door, owner.and_then(DatabaseUrl::server), self.url().server()) {
            (Door::Sqlite(door, _), ..) => door,
            (Door::Postgres(_), Some(owner), _) => return postgres::rebuild_tallies(owner).await,
            (Door::Postgres(_), None, server) => {
                return Err(StoreError::Unusable {
                    server: server.map(|server| server.shown.clone()).unwrap_or_default(),
                    why: "its tallies can be mended by its owner alone".into(),
                    try_this: "run this again with --owner-database URL".into(),
                });
            }
        };
        let mut connection = door.acquire().await?;
        rebuild(&mut connection).await
    }
}
