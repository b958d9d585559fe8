//! The lists people look at: which there are, their columns in order, and the cells of their rows.
//!
//! The store selects the columns in this order, the screen, the detail and the export show them in this
//! order, so a list is described once.

use super::clock::{Instant, ProductionDate};
use super::id::ClientId;
use super::role::Permission;
use super::spelled;
use chrono::NaiveDateTime;
use serde::{Deserialize, Serialize};

spelled! {
    /// A list of rows of the scope.
    List {
        /// Counts.
        Production = "production",
        /// Stops.
        Downtime = "downtime",
        /// Holds.
        Holds = "holds",
        /// Inspections.
        Quality = "quality",
        /// Attendance of a shift.
        Attendance = "attendance",
        /// Covered absences.
        Coverage = "coverage",
        /// People of a client.
        Employees = "employees",
        /// Work orders.
        WorkOrders = "work-orders",
        /// Jobs of work orders.
        Jobs = "jobs",
        /// Opportunities per part.
        PartOpportunities = "part-opportunities",
        /// Production lines.
        Lines = "lines",
        /// Products linked to the scope.
        Products = "products",
        /// Shift patterns.
        Shifts = "shifts",
        /// All codes of the clients' catalogues.
        Codes = "codes",
        /// Targets of KPIs.
        Targets = "targets",
        /// Clients (administration).
        Clients = "clients",
        /// Accounts (administration).
        Users = "users",
        /// The record of changes (administration).
        AuditTrail = "audit",
        /// The record of logins, accounts and what all clients share (administration).
        AccountRecord = "account-record",
    }
}

impl List {
    /// The right it takes to read the list.
    pub const fn permission(self) -> Permission {
        match self {
            Self::Clients | Self::Users => Permission::KeepAccounts,
            Self::AuditTrail | Self::AccountRecord => Permission::ReadAudit,
            _ => Permission::Look,
        }
    }

    /// Whether its rows are entries of a record, with what was before and after.
    pub const fn is_record(self) -> bool {
        matches!(self, Self::AuditTrail | Self::AccountRecord)
    }
}

/// What a column holds, which decides how it is aligned, read and written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellKind {
    /// Text.
    Text,
    /// A whole number of something; the title names the unit.
    Number,
    /// A production date.
    Date,
    /// An instant, shown in the client's local time.
    Time,
    /// Yes or no.
    Flag,
}

/// One column of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name in files and JSON.
    pub name: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// What it holds.
    pub kind: CellKind,
    /// Characters it wants. A time that wants five shows hours and minutes, because its date stands beside it.
    pub width: u16,
    /// How soon it disappears when there is no room: 0 never, higher numbers first. [`Column::DETAIL`] is shown in
    /// the detail only.
    pub rank: u8,
}

impl Column {
    /// The rank of a column that the detail shows and the table does not.
    pub const DETAIL: u8 = u8::MAX;
}

/// One cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Nothing is known.
    Missing,
    /// Text.
    Text(String),
    /// A whole number.
    Number(i64),
    /// A production date.
    Date(ProductionDate),
    /// An instant with the client's local time for it.
    Time(Instant, NaiveDateTime),
    /// Yes or no.
    Flag(bool),
}

/// One row of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListRow {
    /// The client it belongs to; shared things and accounts have none.
    pub client_id: Option<ClientId>,
    /// Its key as text: a UUID or a business key.
    pub key: String,
    /// Its version, for the optimistic lock.
    pub version: i64,
    /// Its cells, one for each column of the list.
    pub cells: Vec<Cell>,
}

/// A sorting by one column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sort {
    /// The column's position in the list's columns.
    pub column: usize,
    /// Whether the largest comes first.
    pub descending: bool,
}

/// Some rows of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// Which list.
    pub list: List,
    /// Position of the first row among all that match.
    pub offset: u64,
    /// How many rows match altogether, as far as they are counted.
    pub total: u64,
    /// Whether more match than were counted.
    pub more: bool,
    /// Since when entries were looked at, where a list is too long to be searched as a whole.
    pub since: Option<ProductionDate>,
    /// The rows.
    pub rows: Vec<ListRow>,
}
