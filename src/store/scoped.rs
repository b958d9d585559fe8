//! What makes a connection scoped: TEMP views of the plain names that show the scope's rows only, and
//! INSTEAD OF triggers that let nothing else be written.
//!
//! The scope view reads account, role and assignments of one user, so taking a client away acts at the next
//! transaction. A table that is not listed here cannot be reached by a session at all. The text is put
//! together from this list and the migrated schema, never from anybody's input.

use super::error::StoreError;
use crate::domain::id::{ClientId, UserId};
use sqlx::{AssertSqlSafe, Executor, Row, SqliteConnection};

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
    /// The record of what is shared by all clients: may be added to, never read.
    Record,
    /// A client's sums, kept by the database alone: read only.
    Tally,
}

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
    ("audit_entry", Kind::TenantAppendOnly),
    ("account_audit_entry", Kind::Record),
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
    ("quality_entry", &["defect_count"]),
    ("defect_detail", &["production_date", "inspection_live"]),
    ("attendance_entry", &["covered_minutes"]),
];

/// One reachable table as the migrated schema has it.
#[derive(Debug, Clone)]
struct Table {
    name: &'static str,
    kind: Kind,
    columns: Vec<String>,
    key: Vec<String>,
}

/// The reachable tables with their columns, read once after migrating.
#[derive(Debug, Clone, Default)]
pub(in crate::store) struct Catalogue {
    tables: Vec<Table>,
}

impl Catalogue {
    /// Reads the columns of every reachable table on an unguarded connection.
    pub(in crate::store) async fn read(connection: &mut SqliteConnection) -> Result<Self, StoreError> {
        let mut tables = Vec::new();
        for &(name, kind) in TABLES {
            let rows = sqlx::query("SELECT name, pk FROM pragma_table_info($1) ORDER BY cid")
                .bind(format!("t_{name}"))
                .fetch_all(&mut *connection)
                .await?;
            let mut columns = Vec::new();
            let mut key = Vec::new();
            for row in rows {
                let column: String = row.try_get(0)?;
                let position: i64 = row.try_get(1)?;
                if position > 0 {
                    key.push((position, column.clone()));
                }
                columns.push(column);
            }
            key.sort();
            let key = key.into_iter().map(|(_, column)| column).collect();
            tables.push(Table { name, kind, columns, key });
        }
        Ok(Self { tables })
    }

    /// Makes a fresh connection into one that sees the scope of `user`, narrowed to `clients` where given.
    pub(in crate::store) async fn scope_connection(
        &self,
        connection: &mut SqliteConnection,
        user: UserId,
        clients: Option<&[ClientId]>,
    ) -> Result<(), StoreError> {
        run(connection, NARROWED.to_owned()).await?;
        for client in clients.unwrap_or_default() {
            sqlx::query("INSERT INTO temp.narrowed (client_id) VALUES ($1)")
                .bind(client.as_str())
                .execute(&mut *connection)
                .await?;
        }
        run(connection, scope_views(user, clients.is_some())).await?;
        for table in &self.tables {
            run(connection, table.view()).await?;
            for trigger in table.triggers() {
                run(connection, trigger).await?;
            }
        }
        Ok(())
    }
}

async fn run(connection: &mut SqliteConnection, text: String) -> Result<(), StoreError> {
    connection.execute(AssertSqlSafe(text)).await?;
    Ok(())
}

/// The clients that the session is narrowed to, where it is; a narrowing to nothing shows nothing.
const NARROWED: &str = "CREATE TEMP TABLE narrowed (client_id TEXT PRIMARY KEY) WITHOUT ROWID";

/// `own_account` is what the session rests on; `scope` holds the clients that exist for the user; `keeper` has a row where the role keeps master data. Every view of a
/// statement asks for the scope, so a narrowed one begins with its few clients.
fn scope_views(user: UserId, is_narrowed: bool) -> String {
    let user = user.0.simple();
    let clients = if is_narrowed {
        "temp.narrowed AS n CROSS JOIN main.t_client AS c ON c.client_id = n.client_id"
    } else {
        "main.t_client AS c"
    };
    format!(
        "CREATE TEMP VIEW own_account AS
           SELECT u.role, u.session_version, u.scope_version FROM main.t_user_account AS u
           WHERE u.user_id = X'{user}' AND u.active = 1 AND u.deleted_at IS NULL;
         CREATE TEMP VIEW keeper AS
           SELECT u.user_id FROM main.t_user_account AS u
           WHERE u.user_id = X'{user}' AND u.active = 1 AND u.deleted_at IS NULL AND u.role IN ('POWERUSER', 'ADMIN');
         CREATE TEMP VIEW scope AS
           SELECT c.client_id FROM {clients}
           WHERE c.active = 1 AND c.deleted_at IS NULL
             AND (EXISTS (SELECT 1 FROM temp.keeper)
               OR EXISTS (SELECT 1 FROM main.t_user_client_assignment AS a, main.t_user_account AS u
                          WHERE a.client_id = c.client_id AND a.user_id = X'{user}' AND a.deleted_at IS NULL
                            AND u.user_id = a.user_id AND u.active = 1 AND u.deleted_at IS NULL))"
    )
}

fn list(prefix: &str, columns: &[impl AsRef<str>]) -> String {
    columns.iter().map(|column| format!("{prefix}{}", column.as_ref())).collect::<Vec<_>>().join(", ")
}

impl Table {
    fn view(&self) -> String {
        let filter = match self.kind {
            Kind::Tenant | Kind::TenantAppendOnly | Kind::Client | Kind::Tally => {
                "b.client_id IN (SELECT s.client_id FROM temp.scope AS s)"
            }
            Kind::Product => {
                "EXISTS (SELECT 1 FROM temp.keeper) OR EXISTS (SELECT 1 FROM main.t_client_product AS l
                   WHERE l.product_id = b.product_id AND l.deleted_at IS NULL
                     AND l.client_id IN (SELECT s.client_id FROM temp.scope AS s))"
            }
            Kind::Person => {
                "EXISTS (SELECT 1 FROM main.t_employee_client_assignment AS l
                   WHERE l.employee_id = b.employee_id AND l.client_id IN (SELECT s.client_id FROM temp.scope AS s))"
            }
            Kind::Shared => "1",
            Kind::Booking | Kind::Record => "0",
        };
        let columns = list("b.", &self.columns);
        format!("CREATE TEMP VIEW {0} AS SELECT {columns} FROM main.t_{0} AS b WHERE {filter}", self.name)
    }

    /// The columns that a session gives, without those that the database keeps.
    fn given(&self) -> Vec<&String> {
        let kept = self.kept();
        self.columns.iter().filter(|column| !kept.contains(&column.as_str())).collect()
    }

    /// The columns that the database keeps by itself.
    fn kept(&self) -> &'static [&'static str] {
        TALLY_COLUMNS.iter().find(|(table, _)| *table == self.name).map_or(&[], |(_, columns)| columns)
    }

    /// Who may write: a client of the scope, or a keeper of master data.
    fn right_to_write(&self) -> Option<&'static str> {
        match self.kind {
            Kind::Tenant | Kind::TenantAppendOnly => {
                Some("NOT EXISTS (SELECT 1 FROM temp.scope AS s WHERE s.client_id = NEW.client_id)")
            }
            Kind::Product | Kind::Person | Kind::Shared => Some("NOT EXISTS (SELECT 1 FROM temp.keeper)"),
            Kind::Booking => Some(
                "EXISTS (SELECT 1 FROM main.t_pool_booking AS o WHERE o.employee_id = NEW.employee_id
                   AND o.booked_from < NEW.booked_to AND o.booked_to > NEW.booked_from)",
            ),
            // Its next number is the database's to give, because no session can read the others.
            Kind::Record => Some("NEW.seq IS NOT NULL"),
            Kind::Client | Kind::Tally => None,
        }
    }

    /// The values of an inserted row.
    fn inserted(&self) -> String {
        let values = list("NEW.", &self.given());
        match self.kind {
            Kind::Record => {
                values.replace("NEW.seq", "(SELECT coalesce(max(seq), 0) + 1 FROM main.t_account_audit_entry)")
            }
            _ => values,
        }
    }

    /// Refuses a value for a column that the database keeps: ignored silently, it would look as if it were saved.
    fn refuse_kept(&self, is_written: impl Fn(&str) -> String) -> String {
        let written: Vec<_> = self.kept().iter().map(|column| is_written(column)).collect();
        if written.is_empty() {
            return String::new();
        }
        format!("SELECT RAISE(ABORT, 'kept by the database') WHERE {};", written.join(" OR "))
    }

    /// One trigger for each way of writing. A missing one would not do: with RETURNING, SQLite then takes the
    /// statement for a change, reports rows, and writes nothing.
    fn triggers(&self) -> [String; 3] {
        let refusing = |what: &str| {
            format!(
                "CREATE TEMP TRIGGER {0}_{what} INSTEAD OF {what} ON {0} BEGIN SELECT RAISE(ABORT, 'not written here'); END",
                self.name
            )
        };
        [
            self.insert_trigger().unwrap_or_else(|| refusing("insert")),
            self.update_trigger().unwrap_or_else(|| refusing("update")),
            refusing("delete"),
        ]
    }

    fn insert_trigger(&self) -> Option<String> {
        let refused = self.right_to_write()?;
        let known =
            self.key.iter().map(|column| format!("k.{column} = NEW.{column}")).collect::<Vec<_>>().join(" AND ");
        let append_only = match self.kind {
            Kind::TenantAppendOnly => {
                format!(
                    "SELECT RAISE(ABORT, 'append-only') WHERE EXISTS (SELECT 1 FROM main.t_{} AS k WHERE {known});",
                    self.name
                )
            }
            _ => String::new(),
        };
        Some(format!(
            "CREATE TEMP TRIGGER {0}_insert INSTEAD OF INSERT ON {0} BEGIN
               SELECT RAISE(ABORT, 'outside the scope') WHERE {refused};
               {append_only}
               {1}
               {2}
               INSERT INTO t_{0} ({3}) VALUES ({4});
             END",
            self.name,
            self.refuse_kept(|column| format!("NEW.{column} IS NOT NULL")),
            self.own_checks(),
            list("", &self.given()),
            self.inserted(),
        ))
    }

    fn update_trigger(&self) -> Option<String> {
        if matches!(self.kind, Kind::TenantAppendOnly | Kind::Booking | Kind::Record | Kind::Person) {
            return None;
        }
        let refused = self.right_to_write()?;
        let moved =
            self.key.iter().map(|column| format!("NEW.{column} IS NOT OLD.{column}")).collect::<Vec<_>>().join(" OR ");
        let set: Vec<_> = self
            .given()
            .into_iter()
            .filter(|column| !self.key.contains(column))
            .map(|column| format!("{column} = NEW.{column}"))
            .collect();
        let same = self.key.iter().map(|column| format!("{column} = OLD.{column}")).collect::<Vec<_>>().join(" AND ");
        Some(format!(
            "CREATE TEMP TRIGGER {0}_update INSTEAD OF UPDATE ON {0} BEGIN
               SELECT RAISE(ABORT, 'outside the scope') WHERE {refused};
               SELECT RAISE(ABORT, 'a key never changes') WHERE {moved};
               {1}
               {2}
               UPDATE t_{0} SET {3} WHERE {same};
             END",
            self.name,
            self.refuse_kept(|column| format!("NEW.{column} IS NOT OLD.{column}")),
            self.own_checks(),
            set.join(", "),
        ))
    }

    /// What a CHECK cannot say, because it looks at other rows.
    fn own_checks(&self) -> &'static str {
        match self.name {
            // Stops of one line never overlap, so the latest one that starts before this one's end decides.
            "downtime_entry" => {
                "SELECT RAISE(ABORT, 'overlap') WHERE NEW.deleted_at IS NULL AND NEW.started_at IS NOT NULL AND EXISTS (
                   SELECT 1 FROM (SELECT o.ended_at FROM main.t_downtime_entry AS o
                     WHERE o.client_id = NEW.client_id AND o.line_id = NEW.line_id AND o.deleted_at IS NULL
                       AND o.entry_id <> NEW.entry_id
                       AND o.started_at < coalesce(NEW.ended_at, 9223372036854775807)
                     ORDER BY o.started_at DESC, o.ended_at IS NULL DESC, o.ended_at DESC LIMIT 1) AS latest
                   WHERE coalesce(latest.ended_at, 9223372036854775807) > NEW.started_at);"
            }
            // Nobody has two primary places, whatever client the other one is at.
            "employee_client_assignment" => {
                "SELECT RAISE(ABORT, 'a second primary assignment') WHERE NEW.is_primary = 1 AND NEW.deleted_at IS NULL AND EXISTS (
                   SELECT 1 FROM main.t_employee_client_assignment AS o
                   WHERE o.employee_id = NEW.employee_id AND o.is_primary = 1 AND o.deleted_at IS NULL
                     AND (o.client_id <> NEW.client_id OR o.employee_number <> NEW.employee_number));"
            }
            _ => "",
        }
    }
}
