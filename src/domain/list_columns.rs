//! The columns of every list, in their order: what matters most comes first and disappears last.
//!
//! A client column stands first wherever rows belong to clients; its low rank lets a screen hide it when one
//! client is in view. Who wrote a row and when, and long texts, are for the detail.

use super::list::{CellKind, Column, List};

/// Shown whatever room there is.
const ALWAYS: u8 = 0;
/// Shown in the detail only.
const DETAIL: u8 = Column::DETAIL;
/// A time whose date stands beside it.
const HOUR: u16 = 5;
/// A date, or a time without its year.
const DAY: u16 = 10;
/// A time with its date.
const MOMENT: u16 = 16;

const CLIENT: Column = text("client_id", "Client", 8, 1);
const DATE: Column = date("production_date", "Date", ALWAYS);
const NOTES: Column = text("notes", "Notes", 30, DETAIL);
const ACTIVE: Column = flag("active", "Active", 6, 2);

const fn column(name: &'static str, title: &'static str, kind: CellKind, width: u16, rank: u8) -> Column {
    Column { name, title, kind, width, rank }
}

const fn text(name: &'static str, title: &'static str, width: u16, rank: u8) -> Column {
    column(name, title, CellKind::Text, width, rank)
}

const fn number(name: &'static str, title: &'static str, width: u16, rank: u8) -> Column {
    column(name, title, CellKind::Number, width, rank)
}

const fn date(name: &'static str, title: &'static str, rank: u8) -> Column {
    column(name, title, CellKind::Date, DAY, rank)
}

const fn time(name: &'static str, title: &'static str, width: u16, rank: u8) -> Column {
    column(name, title, CellKind::Time, width, rank)
}

const fn flag(name: &'static str, title: &'static str, width: u16, rank: u8) -> Column {
    column(name, title, CellKind::Flag, width, rank)
}

/// Columns, followed by who wrote the row and when.
macro_rules! recorded {
    ($($column:expr),+ $(,)?) => {
        &[
            $($column,)+
            text("created_by", "Entered by", 12, DETAIL),
            time("created_at", "Entered at", MOMENT, DETAIL),
            text("updated_by", "Changed by", 12, DETAIL),
            time("updated_at", "Changed at", MOMENT, DETAIL),
        ]
    };
}

impl List {
    /// The columns of the list, in order.
    pub const fn columns(self) -> &'static [Column] {
        match self {
            Self::Production => PRODUCTION,
            Self::Downtime => DOWNTIME,
            Self::Holds => HOLDS,
            Self::Quality => QUALITY,
            Self::Attendance => ATTENDANCE,
            Self::Coverage => COVERAGE,
            Self::Employees => EMPLOYEES,
            Self::WorkOrders => WORK_ORDERS,
            Self::Jobs => JOBS,
            Self::PartOpportunities => PART_OPPORTUNITIES,
            Self::Lines => LINES,
            Self::Products => PRODUCTS,
            Self::Shifts => SHIFTS,
            Self::Codes => CODES,
            Self::Targets => TARGETS,
            Self::Clients => CLIENTS,
            Self::Users => USERS,
            Self::AuditTrail => AUDIT_TRAIL,
            Self::AccountRecord => ACCOUNT_RECORD,
        }
    }
}

const PRODUCTION: &[Column] = recorded![
    CLIENT,
    DATE,
    time("counted_at", "Time", HOUR, 1),
    text("shift_id", "Shift", 6, 3),
    text("line_id", "Line", 8, ALWAYS),
    text("product_id", "Product", 12, 1),
    text("work_order_id", "Order", 10, 2),
    number("units", "Units", 7, ALWAYS),
    flag("estimated", "Est.", 4, 1),
    number("defects", "Defects", 7, ALWAYS),
    number("scrap", "Scrap", 6, 3),
    number("rework", "Rework", 6, 4),
    number("startup_defects", "Start-up", 8, 5),
    text("product_name", "Product name", 20, 5),
    text("job_id", "Job", 12, 6),
    text("line_name", "Line name", 16, 7),
    flag("late", "Late", 4, 6),
    number("ideal_cycle_ms", "Ideal cycle (ms)", 16, DETAIL),
    number("labour_standard_ms", "Labour standard (ms)", 20, DETAIL),
    text("standard_source", "Standard from", 13, DETAIL),
    text("confirmed_by", "Confirmed by", 12, DETAIL),
    time("confirmed_at", "Confirmed at", MOMENT, DETAIL),
    NOTES,
];

const DOWNTIME: &[Column] = recorded![
    CLIENT,
    DATE,
    time("started_at", "Start", HOUR, ALWAYS),
    time("ended_at", "End", HOUR, 1),
    number("minutes", "Min", 5, ALWAYS),
    text("line_id", "Line", 8, ALWAYS),
    text("reason_name", "Reason", 22, ALWAYS),
    text("loss", "Loss", 11, 2),
    text("shift_id", "Shift", 6, 3),
    text("work_order_id", "Order", 10, 4),
    text("reason", "Code", 14, 5),
    text("line_name", "Line name", 16, 7),
    flag("micro_stop", "Micro", 5, 6),
    flag("late", "Late", 4, 6),
    number("classified_minutes", "Whole stop (min)", 16, DETAIL),
    text("corrective_action", "Corrective action", 30, DETAIL),
    text("resolved_by", "Resolved by", 12, DETAIL),
    NOTES,
];

const HOLDS: &[Column] = recorded![
    CLIENT,
    text("status", "Status", 17, ALWAYS),
    text("work_order_id", "Order", 10, ALWAYS),
    number("quantity", "Quantity", 8, ALWAYS),
    text("reason_name", "Reason", 22, 2),
    time("since", "Since", MOMENT, 1),
    text("requested_by", "Asked by", 10, 3),
    text("disposition", "Disposition", 11, 3),
    time("released_at", "Released", MOMENT, 4),
    text("product_id", "Product", 12, 5),
    text("job_id", "Job", 12, 6),
    text("reason", "Code", 16, 7),
    time("requested_at", "Asked at", MOMENT, DETAIL),
    text("placed_by", "Placed by", 12, DETAIL),
    text("approved_by", "Approved by", 12, DETAIL),
    time("approved_at", "Approved at", MOMENT, DETAIL),
    time("hold_from", "Held from", MOMENT, DETAIL),
    text("release_requested_by", "Release asked by", 16, DETAIL),
    time("release_requested_at", "Release asked at", MOMENT, DETAIL),
    text("released_by", "Released by", 12, DETAIL),
    text("quality_entry_id", "Inspection", 36, DETAIL),
    text("split_from", "Split from", 36, DETAIL),
    NOTES,
];

const QUALITY: &[Column] = recorded![
    CLIENT,
    DATE,
    text("line_id", "Line", 8, 1),
    text("stage", "Stage", 10, ALWAYS),
    number("inspected", "Inspected", 9, ALWAYS),
    number("passed", "Passed", 7, ALWAYS),
    number("failed", "Failed", 6, ALWAYS),
    number("defect_count", "Defects", 7, 1),
    text("part_number", "Part", 12, 2),
    text("shift_id", "Shift", 6, 3),
    text("work_order_id", "Order", 10, 4),
    text("defects", "Defects by code", 24, 4),
    number("reworked", "Reworked", 8, 5),
    number("repaired", "Repaired", 8, 5),
    number("scrapped", "Scrapped", 8, 5),
    text("inspector", "Inspector", 14, 6),
    text("job_id", "Job", 12, 7),
    flag("late", "Late", 4, 7),
    number("opportunities_per_unit", "Opportunities per unit", 22, DETAIL),
    NOTES,
];

const ATTENDANCE: &[Column] = recorded![
    CLIENT,
    DATE,
    text("shift_id", "Shift", 6, 1),
    text("name", "Name", 18, ALWAYS),
    number("scheduled_minutes", "Scheduled", 9, 2),
    number("worked_minutes", "Worked", 6, ALWAYS),
    number("absence_minutes", "Absent", 6, ALWAYS),
    text("absence_name", "Absence", 16, 1),
    number("covered_minutes", "Covered", 7, 3),
    text("employee_id", "Number", 8, 4),
    flag("absence_counts", "Counts", 6, 5),
    text("department", "Department", 12, 6),
    text("absence_type", "Code", 14, 7),
    flag("late", "Late", 4, 7),
    NOTES,
];

const COVERAGE: &[Column] = recorded![
    CLIENT,
    DATE,
    text("shift_id", "Shift", 6, 1),
    text("name", "Absent", 18, ALWAYS),
    text("covered_by", "Covered by", 18, ALWAYS),
    time("covered_from", "From", HOUR, 1),
    time("covered_to", "To", HOUR, 1),
    number("minutes", "Min", 5, ALWAYS),
    text("employee_id", "Number", 8, 2),
    NOTES,
];

const EMPLOYEES: &[Column] = recorded![
    CLIENT,
    text("employee_id", "Number", 10, ALWAYS),
    text("name", "Name", 24, ALWAYS),
    text("department", "Department", 16, 1),
    flag("is_primary", "Primary", 7, 2),
    date("valid_from", "From", 3),
    date("valid_to", "To", 3),
    ACTIVE,
];

const WORK_ORDERS: &[Column] = recorded![
    CLIENT,
    text("work_order_id", "Order", 10, ALWAYS),
    text("product_id", "Product", 12, 1),
    number("quantity", "Quantity", 8, ALWAYS),
    number("made", "Made", 8, ALWAYS),
    text("status", "Status", 10, ALWAYS),
    date("required_date", "Required", ALWAYS),
    text("priority", "Priority", 8, 2),
    number("held", "On hold", 7, 3),
    text("product_name", "Product name", 20, 5),
    date("planned_start", "Planned", 6),
    time("delivered_at", "Delivered", MOMENT, 6),
    number("delivered_quantity", "Delivered units", 15, 7),
    text("po_number", "Customer PO", 12, 6),
    time("started_at", "Started", MOMENT, 7),
    time("completed_at", "Completed", MOMENT, 8),
    date("received", "Received", DETAIL),
    time("cancelled_at", "Cancelled", MOMENT, DETAIL),
    number("ideal_cycle_ms", "Ideal cycle (ms)", 16, DETAIL),
    NOTES,
];

const JOBS: &[Column] = recorded![
    CLIENT,
    text("job_id", "Job", 12, ALWAYS),
    text("work_order_id", "Order", 10, ALWAYS),
    text("part_number", "Part", 12, 1),
    number("quantity", "Quantity", 8, ALWAYS),
    number("completed", "Completed", 9, ALWAYS),
    number("scrapped", "Scrapped", 8, 2),
    number("remaining", "Remaining", 9, 1),
    text("job_number", "Job number", 12, 3),
];

const PART_OPPORTUNITIES: &[Column] = recorded![
    CLIENT,
    text("part_number", "Part", 14, ALWAYS),
    number("opportunities_per_unit", "Opportunities", 13, ALWAYS),
    text("description", "Description", 30, 2),
];

const LINES: &[Column] = recorded![
    CLIENT,
    text("line_id", "Line", 10, ALWAYS),
    text("name", "Name", 24, ALWAYS),
    number("micro_stop_minutes", "Micro-stop below (min)", 22, 3),
    ACTIVE,
];

const PRODUCTS: &[Column] = recorded![
    CLIENT,
    text("product_id", "Product", 14, ALWAYS),
    text("name", "Name", 24, ALWAYS),
    number("ideal_cycle_ms", "Cycle (ms)", 10, 1),
    number("labour_standard_ms", "Labour (ms)", 11, 2),
    number("standard_crew", "Crew", 4, 3),
    ACTIVE,
];

const SHIFTS: &[Column] = recorded![
    text("shift_id", "Shift", 8, ALWAYS),
    text("name", "Name", 18, ALWAYS),
    text("start", "Start", 5, ALWAYS),
    text("end", "End", 5, ALWAYS),
    number("break_minutes", "Breaks (min)", 12, 1),
    text("days", "Days", 27, 2),
    date("valid_from", "From", 3),
    ACTIVE,
];

const CODES: &[Column] = recorded![
    CLIENT,
    text("kind", "Kind", 8, ALWAYS),
    number("number", "No.", 4, ALWAYS),
    text("code", "Code", 18, ALWAYS),
    text("name", "Name", 26, ALWAYS),
    text("code_group", "Group", 12, 2),
    text("loss", "Loss", 14, 2),
    flag("counts", "Counts", 6, 3),
    flag("hidden", "Hidden", 6, 3),
];

const TARGETS: &[Column] = recorded![
    CLIENT,
    text("kpi", "KPI", 14, ALWAYS),
    text("target", "Target", 12, ALWAYS),
    text("warn", "Warn", 12, 1),
    date("valid_from", "From", 1),
];

const CLIENTS: &[Column] = recorded![
    text("client_id", "Client", 10, ALWAYS),
    text("name", "Name", 28, ALWAYS),
    text("time_zone", "Time zone", 20, 1),
    ACTIVE,
];

const USERS: &[Column] = recorded![
    text("login", "Login", 14, ALWAYS),
    text("full_name", "Name", 20, ALWAYS),
    text("role", "Role", 9, ALWAYS),
    text("clients", "Clients", 20, 1),
    ACTIVE,
    flag("must_set_password", "Sets password", 13, 3),
];

const AUDIT_TRAIL: &[Column] = &[
    CLIENT,
    time("at", "When", MOMENT, ALWAYS),
    text("by_login", "Who", 12, ALWAYS),
    text("action", "What", 18, ALWAYS),
    text("table_name", "Where", 16, 1),
    text("row_key", "Row", 36, 2),
    number("seq", "No.", 8, 3),
    text("before", "Before", 40, DETAIL),
    text("after", "After", 40, DETAIL),
];

const ACCOUNT_RECORD: &[Column] = &[
    time("at", "When", MOMENT, ALWAYS),
    text("by_login", "Who", 12, ALWAYS),
    text("action", "What", 18, ALWAYS),
    text("subject", "Of whom or what", 28, ALWAYS),
    number("seq", "No.", 8, 3),
    text("before", "Before", 40, DETAIL),
    text("after", "After", 40, DETAIL),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn a_column_is_named_once_in_its_list() {
        for list in List::ALL {
            let names: BTreeSet<_> = list.columns().iter().map(|column| column.name).collect();
            assert_eq!(names.len(), list.columns().len(), "{list}");
        }
    }

    #[test]
    fn every_title_fits_its_column() {
        for list in List::ALL {
            for column in list.columns().iter().filter(|column| column.rank != Column::DETAIL) {
                assert!(column.title.chars().count() <= usize::from(column.width), "{list} {}", column.name);
            }
        }
    }

    /// The columns that never disappear fit a line of 80 with a space between them and two for the frame; the next
    /// rank fits too where one client is in view.
    #[test]
    fn what_matters_fits_a_line_of_eighty() {
        for list in List::ALL {
            let needed = |rank: u8| -> u16 {
                let shown = list.columns().iter().filter(|column| column.rank <= rank && *column != &CLIENT);
                shown.map(|column| column.width + 1).sum()
            };
            let client = if list.columns().contains(&CLIENT) { CLIENT.width } else { 0 };
            assert!(needed(0) + client < 79, "{list}: {}", needed(0));
            assert!(needed(1) <= 79, "{list}: {}", needed(1));
        }
    }

    #[test]
    fn columns_of_the_detail_come_last() {
        for list in List::ALL {
            let ranks: Vec<_> = list.columns().iter().map(|column| column.rank == DETAIL).collect();
            assert!(ranks.is_sorted(), "{list}");
        }
    }
}
