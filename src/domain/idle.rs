//! How long a terminal waits for its person before it locks.

use super::role::Role;

/// Minutes without a key until a terminal locks, by role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdleLock {
    /// For an OPERATOR.
    pub operator: u8,
    /// For a LEADER.
    pub leader: u8,
    /// For everybody else.
    pub others: u8,
}

impl Default for IdleLock {
    fn default() -> Self {
        Self { operator: 3, leader: 15, others: 10 }
    }
}

impl IdleLock {
    /// The minutes of a role.
    pub const fn minutes(self, role: Role) -> i64 {
        let minutes = match role {
            Role::Operator => self.operator,
            Role::Leader => self.leader,
            Role::PowerUser | Role::Admin => self.others,
        };
        minutes as i64
    }
}
