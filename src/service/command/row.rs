//! The commands of what a plant consists of: rows with a key of their own, in the words of their files.

use crate::domain::entity::Entity;
use crate::domain::id::ClientId;
use crate::domain::role::Permission;
use serde::{Deserialize, Serialize};

/// A row with a business key, as it is to be. Its fields are those of the file of its kind, and those of
/// [`Entity::screen_columns`]; one that is not given keeps what it has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SaveRow {
    /// What it is.
    pub entity: Entity,
    /// Whose it is; products may, and shifts do, belong to nobody.
    pub client_id: Option<ClientId>,
    /// The version that was looked at; none for a new row.
    pub version: Option<i64>,
    /// Names and texts.
    pub fields: Vec<(String, String)>,
}

/// A row to be taken away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemoveRow {
    /// What it is.
    pub entity: Entity,
    /// Whose it is.
    pub client_id: Option<ClientId>,
    /// The version that was looked at.
    pub version: i64,
    /// The fields of its key.
    pub key: Vec<(String, String)>,
}

/// The right it takes to keep rows of a kind (1-product.md).
pub(super) const fn permission(entity: Entity) -> Permission {
    match entity {
        Entity::WorkOrders | Entity::Jobs => Permission::KeepOrders,
        Entity::Targets => Permission::SetTargets,
        _ => Permission::KeepMasterData,
    }
}

/// What a row of a kind is called.
pub(in crate::service) const fn noun(entity: Entity) -> &'static str {
    match entity {
        Entity::Codes => "code",
        Entity::Products => "product",
        Entity::Shifts => "shift",
        Entity::Lines => "line",
        Entity::Employees => "employee",
        Entity::WorkOrders => "work order",
        Entity::Jobs => "job",
        Entity::PartOpportunities => "part",
        Entity::Targets => "target",
        Entity::Production | Entity::Downtime | Entity::Holds | Entity::Quality | Entity::Attendance => "entry",
    }
}

/// What keeping rows of a kind is called in a refusal.
pub(super) const fn name(entity: Entity) -> &'static str {
    match entity {
        Entity::Codes => "keep codes",
        Entity::Products => "keep products",
        Entity::Shifts => "keep shifts",
        Entity::Lines => "keep lines",
        Entity::Employees => "keep employees",
        Entity::WorkOrders => "keep work orders",
        Entity::Jobs => "keep jobs",
        Entity::PartOpportunities => "keep part opportunities",
        Entity::Targets => "set targets",
        Entity::Production | Entity::Downtime | Entity::Holds | Entity::Quality | Entity::Attendance => "keep entries",
    }
}
