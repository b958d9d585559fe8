//! How much of a plant there is already.

use super::error::StoreError;
use super::funnel::{Cells, FromCells, Look, args, statements};
use super::session::Session;
use crate::domain::id::NO_SHIFT;
use crate::domain::role::Permission;

statements! {
    /// What exists in the scope, the reserved shift apart.
    IN_SCOPE = "SELECT (SELECT count(*) FROM client), (SELECT count(*) FROM production_line WHERE deleted_at IS NULL),
                (SELECT count(*) FROM product WHERE deleted_at IS NULL),
                (SELECT count(DISTINCT shift_id) FROM shift WHERE deleted_at IS NULL AND shift_id <> $1)";
    /// Accounts besides one; through the account door.
    OTHER_ACCOUNTS = "SELECT count(*) FROM t_user_account WHERE user_id <> $1 AND deleted_at IS NULL";
}

/// How many of each there are.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Existing {
    /// Clients in the scope.
    pub(crate) clients: i64,
    /// Lines in the scope.
    pub(crate) lines: i64,
    /// Products in the scope.
    pub(crate) products: i64,
    /// Shifts of the plant, the reserved one apart.
    pub(crate) shifts: i64,
    /// Accounts besides the person's own, for those who keep accounts.
    pub(crate) other_accounts: Option<i64>,
}

impl FromCells for Existing {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            clients: cells.int()?,
            lines: cells.int()?,
            products: cells.int()?,
            shifts: cells.int()?,
            other_accounts: None,
        })
    }
}

impl Session {
    /// How much of the plant there is for this session.
    pub(crate) async fn existing(&self) -> Result<Existing, StoreError> {
        let mut existing: Existing = self.read().await?.one(IN_SCOPE, args![NO_SHIFT]).await?;
        let person = self.person_now().await?;
        if person.role.may(Permission::KeepAccounts) {
            let others = self.store().look().await?.one(OTHER_ACCOUNTS, args![person.user_id]).await?;
            existing.other_accounts = Some(others);
        }
        Ok(existing)
    }
}
