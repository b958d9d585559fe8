//! What a new plant still lacks.

/// What a new plant still lacks; the first thing missing is the next step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Setup {
    /// Clients in the scope.
    pub clients: u64,
    /// Lines in the scope.
    pub lines: u64,
    /// Products in the scope.
    pub products: u64,
    /// Shifts of the plant, the reserved one apart.
    pub shifts: u64,
    /// Accounts besides the person's own; only an ADMIN is told.
    pub other_users: Option<u64>,
}
