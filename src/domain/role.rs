//! Roles, and the table of what each may do inside its scope (1-product.md).

use super::spelled;

spelled! {
    /// What a person is in the plant. The order is that of growing rights.
    Role {
        /// Works on the floor for exactly one client.
        Operator = "OPERATOR",
        /// Runs shifts for the assigned clients.
        Leader = "LEADER",
        /// Keeps the master data of all clients.
        PowerUser = "POWERUSER",
        /// Keeps clients, users and the audit trail.
        Admin = "ADMIN",
    }
}

impl Role {
    /// Whether the scope is every active client rather than the assigned ones.
    pub const fn sees_all_clients(self) -> bool {
        matches!(self, Self::PowerUser | Self::Admin)
    }
}

spelled! {
    /// A right that a role has or has not. Every command and every guarded query names one.
    Permission {
        /// Read lists and KPIs of the scope.
        Look = "look",
        /// Enter counts, stops, inspections and attendance.
        Enter = "enter",
        /// Correct or remove an own entry until its shift is closed.
        CorrectOwn = "correct_own",
        /// Correct or remove anybody's entry.
        CorrectAny = "correct_any",
        /// Ask for a hold, withdraw the own request, ask for a release.
        RequestHold = "request_hold",
        /// Place, approve, reject and release holds.
        DecideHold = "decide_hold",
        /// Cover absences from the floating pool.
        Cover = "cover",
        /// Keep work orders and jobs.
        KeepOrders = "keep_orders",
        /// Open, close and reopen shifts, edit their plan.
        RunShift = "run_shift",
        /// Set KPI targets.
        SetTargets = "set_targets",
        /// See the Bradford factor where the client allows it.
        SeeBradford = "see_bradford",
        /// Keep products, shifts, lines, catalogues, employees and part opportunities.
        KeepMasterData = "keep_master_data",
        /// Import files.
        Import = "import",
        /// Keep clients, users and assignments.
        KeepAccounts = "keep_accounts",
        /// Read the audit trail and run the isolation audit.
        ReadAudit = "read_audit",
    }
}

impl Permission {
    /// The least role that has this right; every higher role has it too.
    pub const fn least_role(self) -> Role {
        match self {
            Self::Look | Self::Enter | Self::CorrectOwn | Self::RequestHold => Role::Operator,
            Self::CorrectAny
            | Self::DecideHold
            | Self::Cover
            | Self::KeepOrders
            | Self::RunShift
            | Self::SetTargets
            | Self::SeeBradford => Role::Leader,
            Self::KeepMasterData | Self::Import => Role::PowerUser,
            Self::KeepAccounts | Self::ReadAudit => Role::Admin,
        }
    }
}

impl Role {
    /// Whether this role has the right. Rights only grow with the role; no configuration widens them.
    pub fn may(self, permission: Permission) -> bool {
        let may = self >= permission.least_role();
        #[cfg(test)]
        let may = may != flipped::is(self, permission);
        may
    }
}

/// One cell of the table turned round, for the test that asks who would notice.
#[cfg(test)]
pub(crate) mod flipped {
    use super::{Permission, Role};
    use std::cell::Cell;

    thread_local!(static CELL: Cell<Option<(Role, Permission)>> = const { Cell::new(None) });

    pub(super) fn is(role: Role, permission: Permission) -> bool {
        CELL.get() == Some((role, permission))
    }

    /// Turns a cell round on this thread; none puts all of them right.
    pub(crate) fn set(cell: Option<(Role, Permission)>) {
        CELL.set(cell);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of 1-product.md, written out once more by hand: role by role, right by right.
    #[test]
    fn every_role_has_exactly_the_rights_of_the_specification() {
        let table = [
            (Permission::Look, [true, true, true, true]),
            (Permission::Enter, [true, true, true, true]),
            (Permission::CorrectOwn, [true, true, true, true]),
            (Permission::RequestHold, [true, true, true, true]),
            (Permission::CorrectAny, [false, true, true, true]),
            (Permission::DecideHold, [false, true, true, true]),
            (Permission::Cover, [false, true, true, true]),
            (Permission::KeepOrders, [false, true, true, true]),
            (Permission::RunShift, [false, true, true, true]),
            (Permission::SetTargets, [false, true, true, true]),
            (Permission::SeeBradford, [false, true, true, true]),
            (Permission::KeepMasterData, [false, false, true, true]),
            (Permission::Import, [false, false, true, true]),
            (Permission::KeepAccounts, [false, false, false, true]),
            (Permission::ReadAudit, [false, false, false, true]),
        ];
        assert_eq!(table.len(), Permission::ALL.len(), "a right is missing from this table");
        for (permission, expected) in table {
            for (role, allowed) in Role::ALL.iter().zip(expected) {
                assert_eq!(role.may(permission), allowed, "{role} {permission}");
            }
        }
    }

    #[test]
    fn only_the_two_highest_roles_see_all_clients() {
        let all: Vec<bool> = Role::ALL.iter().map(|role| role.sees_all_clients()).collect();
        assert_eq!(all, [false, false, true, true]);
    }
}
