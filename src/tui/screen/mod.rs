//! The screens: which there are, and what each has in view.
//!
//! A screen is a file here with its state and its drawing; what keys do to it is in `update`. Adding one means a
//! [`Tab`], a file, and an arm in each match over tabs.

pub mod anchor;
pub mod andon;
pub mod board;
pub mod gate;
pub mod inspections;
pub mod isolation;
pub mod kpi;
pub mod list;
pub mod locked;
pub mod narrowed;
pub mod row_detail;
pub mod selected_row;
pub mod strip;
pub mod view_table;

use super::action::Action;
use super::keymap::Context;
use crate::domain::list::List;
use crate::domain::role::{Permission, Role};
use crate::domain::spelled;

spelled! {
    /// A screen with its digit.
    Tab {
        /// The shift board.
        Shift = "Shift",
        /// Counts.
        Production = "Production",
        /// Stops.
        Downtime = "Downtime",
        /// Holds.
        Holds = "Holds",
        /// Inspections.
        Quality = "Quality",
        /// Attendance, cover, employees.
        People = "People",
        /// Work orders and jobs.
        Orders = "Orders",
        /// The KPI panel.
        Kpis = "KPIs",
        /// Master data and accounts.
        Admin = "Admin",
    }
}

impl Tab {
    /// Its digit.
    pub fn digit(self) -> usize {
        Self::ALL.iter().position(|tab| *tab == self).unwrap_or(0) + 1
    }

    /// Whether it exists for a role.
    pub fn is_for(self, role: Role) -> bool {
        self != Self::Admin || role.may(Permission::KeepMasterData)
    }

    /// The lists on it, where it is a screen of lists.
    pub const fn lists(self) -> &'static [List] {
        match self {
            Self::Shift | Self::Kpis => &[],
            Self::Production => &[List::Production],
            Self::Downtime => &[List::Downtime],
            Self::Holds => &[List::Holds],
            Self::Quality => &[List::Quality, List::PartOpportunities],
            Self::People => &[List::Attendance, List::Coverage, List::Employees],
            Self::Orders => &[List::WorkOrders, List::Jobs, List::Targets],
            Self::Admin => &[
                List::Clients,
                List::Users,
                List::Lines,
                List::Products,
                List::Shifts,
                List::Codes,
                List::Targets,
                List::AuditTrail,
                List::AccountRecord,
            ],
        }
    }

    /// The contexts of its keys, the most special first.
    pub const fn contexts(self) -> &'static [Context] {
        const BOARD: &[Context] = &[Context::Board, Context::Everywhere, Context::Always];
        const PRODUCTION: &[Context] = &[Context::Production, Context::List, Context::Everywhere, Context::Always];
        const DOWNTIME: &[Context] = &[Context::Downtime, Context::List, Context::Everywhere, Context::Always];
        const HOLDS: &[Context] = &[Context::Holds, Context::List, Context::Everywhere, Context::Always];
        const QUALITY: &[Context] = &[Context::Quality, Context::List, Context::Everywhere, Context::Always];
        const PEOPLE: &[Context] = &[Context::People, Context::List, Context::Everywhere, Context::Always];
        const ORDERS: &[Context] = &[Context::Orders, Context::List, Context::Everywhere, Context::Always];
        const KPIS: &[Context] = &[Context::KpiPanel, Context::Kpis, Context::Everywhere, Context::Always];
        const ADMIN: &[Context] = &[Context::Admin, Context::List, Context::Everywhere, Context::Always];
        match self {
            Self::Shift => BOARD,
            Self::Production => PRODUCTION,
            Self::Downtime => DOWNTIME,
            Self::Holds => HOLDS,
            Self::Quality => QUALITY,
            Self::People => PEOPLE,
            Self::Orders => ORDERS,
            Self::Kpis => KPIS,
            Self::Admin => ADMIN,
        }
    }

    /// The action that goes here.
    pub fn action(self) -> Option<Action> {
        Action::ALL.iter().copied().find(|action| action.tab() == Some(self))
    }

    /// What the screen is for, for its help.
    pub const fn help(self) -> &'static str {
        match self {
            Self::Shift => include_str!("../../../assets/help/shift.md"),
            Self::Production => include_str!("../../../assets/help/production.md"),
            Self::Downtime => include_str!("../../../assets/help/downtime.md"),
            Self::Holds => include_str!("../../../assets/help/holds.md"),
            Self::Quality => include_str!("../../../assets/help/quality.md"),
            Self::People => include_str!("../../../assets/help/people.md"),
            Self::Orders => include_str!("../../../assets/help/orders.md"),
            Self::Kpis => include_str!("../../../assets/help/kpis.md"),
            Self::Admin => include_str!("../../../assets/help/admin.md"),
        }
    }
}

/// What a list is called above its rows and on its sub-tab.
pub const fn list_title(list: List) -> &'static str {
    match list {
        List::Production => "Counts",
        List::Downtime => "Stops",
        List::Holds => "Holds",
        List::Quality => "Inspections",
        List::Attendance => "Attendance",
        List::Coverage => "Cover",
        List::Employees => "Employees",
        List::WorkOrders => "Work orders",
        List::Jobs => "Jobs",
        List::PartOpportunities => "Opportunities",
        List::Lines => "Lines",
        List::Products => "Products",
        List::Shifts => "Shifts",
        List::Codes => "Codes",
        List::Targets => "Targets",
        List::Clients => "Clients",
        List::Users => "Users",
        List::AuditTrail => "Audit trail",
        List::AccountRecord => "Accounts",
    }
}
