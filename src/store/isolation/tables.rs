//! The tables with clients' rows: how many rows each client has, and how many somebody sees of it.

use crate::domain::id::ClientId;
use crate::store::StoreError;
use crate::store::funnel::{Cells, FromCells, Look, args};
use crate::store::migrate::Store;
use crate::store::session::Session;

/// A table with clients' rows.
struct TableSql {
    name: &'static str,
    /// How many rows each client has.
    by_client: &'static str,
    /// How many rows somebody sees, and how many of them are a client's.
    seen: &'static str,
}

macro_rules! tables {
    ($($table:ident),+ $(,)?) => {
        const TABLES: &[TableSql] = &[$(TableSql {
            name: stringify!($table),
            by_client: concat!("SELECT client_id, count(*) FROM t_", stringify!($table), " GROUP BY client_id"),
            seen: concat!(
                "SELECT count(*), CAST(coalesce(sum(CASE WHEN client_id = $1 THEN 1 ELSE 0 END), 0) AS BIGINT) FROM ",
                stringify!($table)
            ),
        }),+];
    };
}

tables! {
    employee_client_assignment, client_product, stage, production_line, kpi_target, client_setting, downtime_reason,
    hold_reason, defect_type, absence_type, work_order, job, part_opportunities, line_shift, production_entry,
    downtime_entry, quality_entry, defect_detail, hold_entry, hold_event, attendance_entry, coverage_entry, hour_sign_off,
    audit_entry,
    audit_head, tally_day, tally_month, tally_shift, tally_stage, tally_stage_month, tally_reason, tally_reason_month,
    tally_defect, tally_defect_month, tally_product, tally_product_month, tally_absence, tally_absence_month,
}

/// A table that the original audit lists, and what proves that its rows can be made, read, changed and removed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Audited {
    /// Its plain name.
    pub(crate) name: &'static str,
    /// Whether its rows belong to clients; the others are shared by design.
    pub(crate) is_tenant: bool,
    pub(in crate::store) count: &'static str,
    pub(in crate::store) make: &'static str,
    pub(in crate::store) change: &'static str,
    pub(in crate::store) remove: &'static str,
}

macro_rules! audited {
    ($($table:ident by $key:ident $owner:ident;)+) => {
        /// The tables that the original audit lists, as 1-product.md names them.
        pub(crate) const AUDITED: &[Audited] = &[$(audited!(@ $owner $table $key)),+];
    };
    (@ tenant $table:ident $key:ident) => {
        Audited {
            name: stringify!($table),
            is_tenant: true,
            count: concat!("SELECT count(*) FROM t_", stringify!($table)),
            make: concat!("INSERT INTO ", stringify!($table), " (client_id) SELECT client_id FROM ", stringify!($table),
                " WHERE 1 = 0 RETURNING client_id"),
            change: concat!("UPDATE ", stringify!($table), " SET updated_by = 'audit' WHERE client_id = $1 AND ",
                stringify!($key), " IN (SELECT ", stringify!($key), " FROM ", stringify!($table),
                " WHERE client_id = $2 LIMIT 1) RETURNING version"),
            remove: concat!("UPDATE ", stringify!($table), " SET deleted_at = updated_at WHERE client_id = $1 AND ",
                stringify!($key), " IN (SELECT ", stringify!($key), " FROM ", stringify!($table),
                " WHERE client_id = $2 AND deleted_at IS NULL LIMIT 1) RETURNING version"),
        }
    };
    (@ shared $table:ident $key:ident) => {
        Audited {
            name: stringify!($table),
            is_tenant: false,
            count: concat!("SELECT count(*) FROM t_", stringify!($table)),
            make: "", change: "", remove: "",
        }
    };
}

audited! {
    job by job_id tenant;
    defect_detail by quality_entry_id tenant;
    part_opportunities by part_number tenant;
    employee_client_assignment by employee_number tenant;
    work_order by work_order_id tenant;
    production_entry by entry_id tenant;
    downtime_entry by entry_id tenant;
    hold_entry by hold_id tenant;
    attendance_entry by employee_number tenant;
    coverage_entry by coverage_id tenant;
    quality_entry by entry_id tenant;
    product by product_id shared;
    shift by shift_id shared;
    floating_pool by employee_id shared;
    employee by employee_id shared;
    user_account by user_id shared;
    user_client_assignment by user_id shared;
    client by client_id shared;
}

/// What somebody sees of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SeenRows {
    /// The table.
    pub(crate) table: &'static str,
    /// Rows that are seen.
    pub(crate) all: i64,
    /// Rows of the client among them.
    pub(crate) own: i64,
}

struct Counted(i64, i64);

impl FromCells for Counted {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self(cells.int()?, cells.int()?))
    }
}

struct Owned(ClientId, i64);

impl FromCells for Owned {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self(cells.client()?, cells.int()?))
    }
}

impl Store {
    /// How many rows each client has in each table with clients' rows.
    pub(crate) async fn rows_by_client(&self) -> Result<Vec<(&'static str, Vec<(ClientId, i64)>)>, StoreError> {
        let mut tx = self.look_at_all().await?;
        let mut tables = Vec::new();
        for table in TABLES {
            let rows: Vec<Owned> = tx.all(table.by_client, args![]).await?;
            tables.push((table.name, rows.into_iter().map(|Owned(client, rows)| (client, rows)).collect()));
        }
        Ok(tables)
    }

    /// The audited tables that are not there.
    pub(crate) async fn missing_tables(&self) -> Result<Vec<&'static str>, StoreError> {
        let mut missing = Vec::new();
        for table in AUDITED {
            if self.look_at_all().await?.one::<i64>(table.count, args![]).await.is_err() {
                missing.push(table.name);
            }
        }
        Ok(missing)
    }

    /// How many rows an audited table has.
    pub(crate) async fn rows_of(&self, table: &Audited) -> Result<i64, StoreError> {
        self.look_at_all().await?.one(table.count, args![]).await
    }
}

impl Session {
    /// What this session sees of each table with clients' rows.
    pub(crate) async fn seen_rows(&self, client: &ClientId) -> Result<Vec<SeenRows>, StoreError> {
        let mut tx = self.read().await?;
        let mut seen = Vec::new();
        for table in TABLES {
            let Counted(all, own) = tx.one(table.seen, args![client]).await?;
            seen.push(SeenRows { table: table.name, all, own });
        }
        Ok(seen)
    }

    /// Tries to make, change and remove rows of a table, and takes it all back: how many rows of the own client were
    /// changed and removed, and how many of another one were changed.
    pub(crate) async fn try_writing(
        &self,
        table: &Audited,
        own: &ClientId,
        other: &ClientId,
        at: crate::domain::clock::Instant,
    ) -> Result<[usize; 3], StoreError> {
        let mut tx = self.write(at).await?;
        tx.run(table.make, args![]).await?;
        let changed = tx.run(table.change, args![own, own]).await?;
        let removed = tx.run(table.remove, args![own, own]).await?;
        let foreign = tx.run(table.change, args![other, other]).await?;
        drop(tx);
        Ok([changed, removed, foreign])
    }
}

/// The names of the tables with clients' rows, for the test that compares them with the catalogue.
#[cfg(test)]
pub(super) fn names() -> Vec<&'static str> {
    TABLES.iter().map(|table| table.name).collect()
}
