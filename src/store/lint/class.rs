//! Whose rows a table holds.

use crate::store::scoped::{Kind, TABLES, UNREACHABLE};

/// Whose rows a table holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum Class {
    /// A client's, each row of one.
    Tenant,
    /// Everybody's.
    Shared,
    /// The people's who log in, and the program's own: no session reaches them.
    Doors,
}

/// The table of the library that migrates.
const MIGRATIONS: &str = "_sqlx_migrations";

/// The class of a base table, where it is known.
pub(in crate::store) fn of(table: &str) -> Option<Class> {
    if table == MIGRATIONS {
        return Some(Class::Doors);
    }
    let name = table.strip_prefix("t_")?;
    let reachable = TABLES.iter().find(|(known, _)| *known == name).map(|(_, kind)| match kind {
        Kind::Tenant | Kind::TenantAppendOnly | Kind::Client | Kind::Head | Kind::Tally => Class::Tenant,
        Kind::RecordHead | Kind::Product | Kind::Person | Kind::Shared | Kind::Booking | Kind::Record => Class::Shared,
    });
    reachable.or_else(|| UNREACHABLE.iter().find(|(known, _)| *known == name).map(|(_, class)| *class))
}

/// Every base table that there must be.
pub(super) fn known() -> impl Iterator<Item = String> {
    let names = TABLES.iter().map(|(name, _)| *name).chain(UNREACHABLE.iter().map(|(name, _)| *name));
    names.map(|name| format!("t_{name}")).chain([MIGRATIONS.to_owned()])
}
