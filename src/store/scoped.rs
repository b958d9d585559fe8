//! What makes a connection scoped: TEMP views of the plain names that show the scope's rows only, INSTEAD OF triggers
//! that let nothing else be written, and the guard that leaves no way round them.
//!
//! The scope view reads account, role and assignments of one user, so taking a client away acts at the next
//! transaction. A table that is not listed here cannot be reached by a session at all. The texts ([`view`]) are put
//! together from this list and the migrated schema, never from anybody's input.

#[cfg(test)]
mod fault;
mod view;

use super::error::StoreError;
use super::guard::{self, Access, Rights, Sums, Writes};
use super::lint::Class;
use super::stored_tally;
use crate::domain::id::{ClientId, UserId};
use sqlx::SqliteConnection;
use std::collections::HashMap;
use std::sync::Arc;
use view::Table;

/// How a session may use a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum Kind {
    /// A client's rows: read, insert and update inside the scope.
    Tenant,
    /// A client's rows: read and insert, never changed.
    TenantAppendOnly,
    /// The clients themselves: read only, kept through the account door.
    Client,
    /// Products: seen through their link to a client, kept by those who keep master data.
    Product,
    /// Persons: seen through their assignments, added by those who keep master data.
    Person,
    /// The same for everybody; kept by those who keep master data.
    Shared,
    /// Bookings of pool people over all clients: may be added, never read.
    Booking,
    /// The record of what is shared by all clients: added to by those who keep master data, never read.
    Record,
    /// The end of a client's audit chain: moves forward only.
    Head,
    /// The end of the record's chain, for those who may add to it: moves forward only.
    RecordHead,
    /// A client's sums, kept by the database alone: read only.
    Tally,
}

/// Tables that no session reaches, and whose rows they hold.
pub(in crate::store) const UNREACHABLE: &[(&str, Class)] = &[
    ("plant_setting", Class::Doors),
    ("user_account", Class::Doors),
    ("user_ssh_key", Class::Doors),
    ("one_time_code", Class::Doors),
    ("login_attempt", Class::Doors),
    ("user_client_assignment", Class::Tenant),
    ("tally_rule", Class::Doors),
    ("lint_pass", Class::Doors),
];

/// The view of what a session rests on: it has one row, of the account itself, and no table of its name.
pub(in crate::store) const OWN_ACCOUNT: &str = "own_account";

/// Every table that a session can reach, and how.
pub(in crate::store) const TABLES: &[(&str, Kind)] = &[
    ("client", Kind::Client),
    ("product", Kind::Product),
    ("shift", Kind::Shared),
    ("employee", Kind::Person),
    ("floating_pool", Kind::Shared),
    ("pool_booking", Kind::Booking),
    ("downtime_reason_template", Kind::Shared),
    ("hold_reason_template", Kind::Shared),
    ("defect_type_template", Kind::Shared),
    ("absence_type_template", Kind::Shared),
    ("employee_client_assignment", Kind::Tenant),
    ("client_product", Kind::Tenant),
    ("stage", Kind::Tenant),
    ("production_line", Kind::Tenant),
    ("kpi_target", Kind::Tenant),
    ("client_setting", Kind::Tenant),
    ("downtime_reason", Kind::Tenant),
    ("hold_reason", Kind::Tenant),
    ("defect_type", Kind::Tenant),
    ("absence_type", Kind::Tenant),
    ("work_order", Kind::Tenant),
    ("job", Kind::Tenant),
    ("part_opportunities", Kind::Tenant),
    ("line_shift", Kind::Tenant),
    ("production_entry", Kind::Tenant),
    ("downtime_entry", Kind::Tenant),
    ("quality_entry", Kind::Tenant),
    ("defect_detail", Kind::Tenant),
    ("hold_entry", Kind::Tenant),
    ("hold_event", Kind::TenantAppendOnly),
    ("attendance_entry", Kind::Tenant),
    ("coverage_entry", Kind::Tenant),
    ("hour_sign_off", Kind::Tenant),
    ("audit_entry", Kind::TenantAppendOnly),
    ("account_audit_entry", Kind::Record),
    ("audit_head", Kind::Head),
    ("account_audit_head", Kind::RecordHead),
    ("tally_day", Kind::Tally),
    ("tally_month", Kind::Tally),
    ("tally_shift", Kind::Tally),
    ("tally_stage", Kind::Tally),
    ("tally_stage_month", Kind::Tally),
    ("tally_reason", Kind::Tally),
    ("tally_reason_month", Kind::Tally),
    ("tally_defect", Kind::Tally),
    ("tally_defect_month", Kind::Tally),
    ("tally_product", Kind::Tally),
    ("tally_product_month", Kind::Tally),
    ("tally_absence", Kind::Tally),
    ("tally_absence_month", Kind::Tally),
];

/// Columns of writable tables that the database keeps by itself: shown, and never taken from a session.
pub(in crate::store) const TALLY_COLUMNS: &[(&str, &[&str])] = &[
    (
        "line_shift",
        &[
            "planned_stop_minutes",
            "unplanned_stop_minutes",
            "unplanned_stops",
            "setup_minutes",
            "small_stop_minutes",
            "reduced_speed_minutes",
            "reject_stop_minutes",
            "startup_reject_stop_minutes",
            "micro_stop_minutes",
            "micro_stops",
            "units",
            "defects",
            "scrap",
            "rework",
            "startup_defects",
            "earned_millis",
            "labour_millis",
            "rejected_millis",
            "startup_rejected_millis",
            "units_without_cycle",
            "units_without_labour_standard",
            "units_inferred",
            "inspected",
            "passed",
            "inspection_defects",
            "opportunity_defects",
            "opportunities",
            "inspected_without_opportunities",
        ],
    ),
    ("account_audit_head", &["key_mark"]),
    ("quality_entry", &["defect_count"]),
    ("defect_detail", &["production_date", "inspection_live"]),
    ("attendance_entry", &["covered_minutes"]),
];

/// The reachable tables as texts of views and triggers, read once after migrating.
#[derive(Debug, Clone, Default)]
pub(in crate::store) struct Catalogue {
    views: Arc<str>,
    triggers: Arc<str>,
    plain: Arc<HashMap<&'static str, Writes>>,
    sums: Arc<HashMap<String, Sums>>,
}

impl Catalogue {
    /// Reads the columns of every reachable table, and what the triggers of tallies are called, on an unguarded
    /// connection.
    pub(in crate::store) async fn read(connection: &mut SqliteConnection) -> Result<Self, StoreError> {
        let (mut views, mut triggers) = (String::new(), String::new());
        let mut plain = HashMap::from([(OWN_ACCOUNT, Writes { insert: false, update: false })]);
        let every_column = "SELECT t.name, c.name, c.pk FROM pragma_table_list AS t, pragma_table_info(t.name) AS c
            WHERE t.schema = 'main' AND t.type = 'table' ORDER BY t.name, c.cid";
        let every_column: Vec<(String, String, i64)> = sqlx::query_as(every_column).fetch_all(&mut *connection).await?;
        let mut columns: HashMap<&str, Vec<(&String, i64)>> = HashMap::new();
        for (table, column, position) in &every_column {
            let name = table.strip_prefix("t_").unwrap_or(table);
            columns.entry(name).or_default().push((column, *position));
        }
        for &(name, kind) in TABLES {
            let of_table = columns.remove(name).unwrap_or_default();
            let mut key: Vec<_> = of_table.iter().filter(|(_, position)| *position > 0).collect();
            key.sort_by_key(|(_, position)| *position);
            let key = key.into_iter().map(|(column, _)| (*column).clone()).collect();
            let columns = of_table.iter().map(|(column, _)| (*column).clone()).collect();
            let table = Table { name, kind, columns, key };
            views += &table.views();
            triggers += &table.triggers();
            plain.insert(name, table.writes());
        }
        let sums = stored_tally::keeping(connection).await?.into_iter();
        Ok(Self {
            views: views.into(),
            triggers: triggers.into(),
            plain: Arc::new(plain),
            sums: Arc::new(sums.collect()),
        })
    }

    /// Makes a fresh connection into one that sees the scope of `user`, narrowed to `clients` where given, and can
    /// see and do nothing else.
    pub(in crate::store) async fn scope_connection(
        &self,
        connection: &mut SqliteConnection,
        user: UserId,
        clients: Option<&[ClientId]>,
        access: Access,
    ) -> Result<(), StoreError> {
        let (texts, rights) = self.scoped(user, clients, access)?;
        guard::close_in(connection, &texts, rights).await
    }

    /// What a session may do to the rows of a table.
    pub(in crate::store) fn writes(&self, name: &str) -> Writes {
        self.plain.get(name).copied().unwrap_or(Writes { insert: false, update: false })
    }

    /// The same with something wrong in the texts of its views and triggers.
    #[cfg(test)]
    pub(in crate::store) fn spoiled(&self, right: &str, wrong: &str) -> Self {
        assert!(self.views.contains(right) || self.triggers.contains(right), "{right}");
        let spoil = |text: &str| text.replacen(right, wrong, 1).into();
        Self { views: spoil(&self.views), triggers: spoil(&self.triggers), ..self.clone() }
    }

    /// What makes the views of a connection, under names of its own, and what it then may do.
    pub(in crate::store) fn scoped(
        &self,
        user: UserId,
        clients: Option<&[ClientId]>,
        access: Access,
    ) -> Result<([String; 2], Rights), StoreError> {
        let rights = Rights::new(access, self.plain.clone(), self.sums.clone())?;
        let last = match access {
            Access::Read => READS_ONLY,
            Access::Write => &format!("{}{ENDS}", self.triggers),
        };
        let scope = [CHECKS, &view::scope(user, clients)].concat();
        let texts = [rights.naming(&scope), rights.naming(&[&*self.views, last].concat())];
        Ok((texts, rights))
    }
}

/// Without these, writes are not what the tables say. They are set on every connection, and here once more.
const CHECKS: &str =
    "PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = ON; PRAGMA ignore_check_constraints = OFF; BEGIN;";
const ENDS: &str = "COMMIT;";
/// Forbids making views too, so it comes after them.
const READS_ONLY: &str = "COMMIT; PRAGMA query_only = ON";
