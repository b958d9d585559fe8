//! The texts of views and triggers. [`PRIVATE`](super::guard::PRIVATE) stands for the random part of inner names.
//!
//! Every name inside is qualified, because a WITH could take an unqualified one; only what a trigger writes cannot be,
//! and is found because nobody can make a table of that name.

use super::{Kind, OWN_ACCOUNT, TALLY_COLUMNS};
use crate::domain::id::{ClientId, UserId};
use crate::store::guard::Writes;

/// One reachable table as the migrated schema has it.
#[derive(Debug, Clone)]
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) kind: Kind,
    pub(super) columns: Vec<String>,
    pub(super) key: Vec<String>,
}

/// `own_account` is what the session rests on; `scope` holds the clients that exist for the user; `keeper` has a row
/// where the role keeps master data. Every view of a statement asks for the scope, so a narrowed one begins with its few
/// clients; narrowed to nothing, it is empty.
pub(super) fn scope(user: UserId, narrowed: Option<&[ClientId]>) -> String {
    let user = user.0.simple();
    let clients = if narrowed.is_some() {
        "temp.g__narrowed AS n CROSS JOIN main.t_client AS c ON c.client_id = n.client_id"
    } else {
        "main.t_client AS c"
    };
    // In hexadecimal no name can end the text that it stands in.
    let hex = |client: &ClientId| client.as_str().bytes().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    let rows = narrowed.unwrap_or_default().iter().fold(String::new(), |rows, client| {
        rows + &format!("INSERT INTO temp.g__narrowed (client_id) VALUES (CAST(X'{}' AS TEXT));", hex(client))
    });
    format!(
        "CREATE TEMP TABLE g__narrowed (client_id TEXT PRIMARY KEY) WITHOUT ROWID;
         {rows}
         CREATE TEMP VIEW g__{OWN_ACCOUNT} AS
           SELECT u.role, u.session_version, u.scope_version FROM main.t_user_account AS u
           WHERE u.user_id = X'{user}' AND u.active = 1 AND u.deleted_at IS NULL;
         CREATE TEMP VIEW {OWN_ACCOUNT} AS SELECT v.role, v.session_version, v.scope_version FROM temp.g__{OWN_ACCOUNT} AS v;
         CREATE TEMP VIEW g__keeper AS
           SELECT u.user_id FROM main.t_user_account AS u
           WHERE u.user_id = X'{user}' AND u.active = 1 AND u.deleted_at IS NULL AND u.role IN ('POWERUSER', 'ADMIN');
         CREATE TEMP VIEW g__scope AS
           SELECT c.client_id FROM {clients}
           WHERE c.active = 1 AND c.deleted_at IS NULL
             AND (EXISTS (SELECT 1 FROM temp.g__keeper)
               OR EXISTS (SELECT 1 FROM main.t_user_client_assignment AS a, main.t_user_account AS u
                          WHERE a.client_id = c.client_id AND a.user_id = X'{user}' AND a.deleted_at IS NULL
                            AND u.user_id = a.user_id AND u.active = 1 AND u.deleted_at IS NULL))"
    )
}

fn list(prefix: &str, columns: &[impl AsRef<str>]) -> String {
    columns.iter().map(|column| format!("{prefix}{}", column.as_ref())).collect::<Vec<_>>().join(", ")
}

impl Table {
    /// The view that filters, and the one of the plain name over it.
    pub(super) fn views(&self) -> String {
        let filter = match self.kind {
            Kind::Tenant | Kind::TenantAppendOnly | Kind::Client | Kind::Tally | Kind::Head => {
                "b.client_id IN (SELECT s.client_id FROM temp.g__scope AS s)"
            }
            Kind::Product => {
                "EXISTS (SELECT 1 FROM temp.g__keeper) OR EXISTS (SELECT 1 FROM main.t_client_product AS l
                   WHERE l.product_id = b.product_id AND l.deleted_at IS NULL
                     AND l.client_id IN (SELECT s.client_id FROM temp.g__scope AS s))"
            }
            Kind::Person => {
                "EXISTS (SELECT 1 FROM main.t_employee_client_assignment AS l
                   WHERE l.employee_id = b.employee_id AND l.client_id IN (SELECT s.client_id FROM temp.g__scope AS s))"
            }
            Kind::Shared => "1",
            Kind::RecordHead => "EXISTS (SELECT 1 FROM temp.g__keeper)",
            Kind::Booking | Kind::Record => "0",
        };
        let (columns, outer) = (list("b.", &self.columns), list("v.", &self.columns));
        format!(
            "CREATE TEMP VIEW g__{0} AS SELECT {columns} FROM main.t_{0} AS b WHERE {filter};
             CREATE TEMP VIEW {0} AS SELECT {outer} FROM temp.g__{0} AS v;",
            self.name
        )
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
            Kind::Tenant | Kind::TenantAppendOnly | Kind::Head => {
                Some("NOT EXISTS (SELECT 1 FROM temp.g__scope AS s WHERE s.client_id = NEW.client_id)")
            }
            Kind::Product | Kind::Person | Kind::Shared | Kind::Record | Kind::RecordHead => {
                Some("NOT EXISTS (SELECT 1 FROM temp.g__keeper)")
            }
            Kind::Booking => Some(
                "EXISTS (SELECT 1 FROM main.t_pool_booking AS o WHERE o.employee_id = NEW.employee_id
                   AND o.booked_from < NEW.booked_to AND o.booked_to > NEW.booked_from)",
            ),
            Kind::Client | Kind::Tally => None,
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

    /// What can be done to the view, each by a trigger of its own. The guard refuses the rest: without it SQLite would
    /// take a statement with RETURNING for a change, report rows, and write nothing.
    pub(super) fn writes(&self) -> Writes {
        Writes { insert: self.insert_trigger().is_some(), update: self.update_trigger().is_some() }
    }

    /// The triggers that write the table behind the view.
    pub(super) fn triggers(&self) -> String {
        self.insert_trigger().unwrap_or_default() + &self.update_trigger().unwrap_or_default()
    }

    fn insert_trigger(&self) -> Option<String> {
        let refused = self.right_to_write()?;
        let known =
            self.key.iter().map(|column| format!("k.{column} = NEW.{column}")).collect::<Vec<_>>().join(" AND ");
        let append_only = match self.kind {
            Kind::TenantAppendOnly | Kind::Record | Kind::Head | Kind::RecordHead => {
                format!(
                    "SELECT RAISE(ABORT, 'taken') WHERE EXISTS (SELECT 1 FROM main.t_{} AS k WHERE {known});",
                    self.name
                )
            }
            _ => String::new(),
        };
        Some(format!(
            "CREATE TEMP TRIGGER g__{0}_insert INSTEAD OF INSERT ON {0} BEGIN
               SELECT RAISE(ABORT, 'outside the scope') WHERE {refused};
               {append_only}
               {1}
               {2}
               INSERT INTO t_{0} ({3}) VALUES ({4});
             END;",
            self.name,
            self.refuse_kept(|column| format!("NEW.{column} IS NOT NULL")),
            self.own_checks(),
            list("", &self.given()),
            list("NEW.", &self.given()),
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
            "CREATE TEMP TRIGGER g__{0}_update INSTEAD OF UPDATE ON {0} BEGIN
               SELECT RAISE(ABORT, 'outside the scope') WHERE {refused};
               SELECT RAISE(ABORT, 'a key never changes') WHERE {moved};
               {1}
               {2}
               {3}
               UPDATE t_{0} SET {4} WHERE {same};
             END;",
            self.name,
            self.refuse_kept(|column| format!("NEW.{column} IS NOT OLD.{column}")),
            self.own_checks(),
            match self.kind {
                Kind::Head | Kind::RecordHead => "SELECT RAISE(ABORT, 'an end goes back') WHERE NEW.seq < OLD.seq;",
                _ => "",
            },
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
            // A conflict clause, which the funnel refuses, would take the booking of somebody else's coverage away.
            "pool_booking" => {
                "SELECT RAISE(ABORT, 'booked already') WHERE EXISTS (
                   SELECT 1 FROM main.t_pool_booking AS o WHERE o.coverage_id = NEW.coverage_id);"
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
