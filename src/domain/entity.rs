//! What is imported and exported, and the columns of each file: the one table that reading, refusing, writing and
//! `--help` draw on.

use super::spelled;

spelled! {
    /// A kind of file.
    Entity {
        /// Catalogue codes.
        Codes = "codes",
        /// Products.
        Products = "products",
        /// Shift patterns.
        Shifts = "shifts",
        /// Production lines.
        Lines = "lines",
        /// People of a client.
        Employees = "employees",
        /// Work orders.
        WorkOrders = "work-orders",
        /// Jobs of work orders.
        Jobs = "jobs",
        /// Opportunities of parts.
        PartOpportunities = "part-opportunities",
        /// Counts.
        Production = "production",
        /// Stops.
        Downtime = "downtime",
        /// Holds.
        Holds = "holds",
        /// Inspections.
        Quality = "quality",
        /// Attendance.
        Attendance = "attendance",
        /// Targets of KPIs.
        Targets = "targets",
    }
}

/// How a field is written, which also decides when two fields are the same content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Free text.
    Text,
    /// A key.
    Key,
    /// A whole number; an empty one stands for 0 or for none.
    Whole,
    /// Seconds with a decimal point.
    Seconds,
    /// A number with a decimal point.
    Decimal,
    /// `YYYY-MM-DD`.
    Date,
    /// `YYYY-MM-DD HH:MM` in local time, or RFC 3339.
    Time,
    /// `HH:MM`.
    Clock,
    /// Yes or no.
    YesNo,
    /// One of some words.
    Word,
}

impl Form {
    /// How it is written, for the help text.
    pub const fn hint(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Key => "key",
            Self::Whole => "whole number",
            Self::Seconds => "seconds, 3.25",
            Self::Decimal => "number, 3.25",
            Self::Date => "YYYY-MM-DD",
            Self::Time => "YYYY-MM-DD HH:MM local, or RFC 3339",
            Self::Clock => "HH:MM",
            Self::YesNo => "yes or no",
            Self::Word => "word",
        }
    }
}

/// One column of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileColumn {
    /// Its name in the header.
    pub name: &'static str,
    /// Whether the header must have it.
    pub required: bool,
    /// How its fields are written.
    pub form: Form,
}

const fn must(name: &'static str, form: Form) -> FileColumn {
    FileColumn { name, required: true, form }
}

const fn may(name: &'static str, form: Form) -> FileColumn {
    FileColumn { name, required: false, form }
}

/// How rows of a file are recognised as ones that are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recognition {
    /// By these columns; the row they name is updated in place.
    Key(&'static [&'static str]),
    /// By the `id` column, else by content and how often it has stood in the file so far.
    Entry,
}

impl Entity {
    /// Whether its rows belong to one client. Codes and products may, and need not.
    pub const fn needs_client(self) -> bool {
        !matches!(self, Self::Codes | Self::Products | Self::Shifts)
    }

    /// How its rows are recognised.
    pub const fn recognition(self) -> Recognition {
        match self {
            Self::Codes => Recognition::Key(&["kind", "code"]),
            Self::Products => Recognition::Key(&["product_id"]),
            Self::Shifts => Recognition::Key(&["shift_id", "valid_from"]),
            Self::Lines => Recognition::Key(&["line_id"]),
            Self::Employees => Recognition::Key(&["employee_id"]),
            Self::WorkOrders => Recognition::Key(&["work_order_id"]),
            Self::Jobs => Recognition::Key(&["job_id"]),
            Self::PartOpportunities => Recognition::Key(&["part_number"]),
            Self::Attendance => Recognition::Key(&["production_date", "shift_id", "employee_id"]),
            Self::Targets => Recognition::Key(&["kpi", "valid_from"]),
            Self::Production | Self::Downtime | Self::Holds | Self::Quality => Recognition::Entry,
        }
    }

    /// The columns of its files, in the order of 4-cli.md.
    pub const fn columns(self) -> &'static [FileColumn] {
        match self {
            Self::Codes => CODES,
            Self::Products => PRODUCTS,
            Self::Shifts => SHIFTS,
            Self::Lines => LINES,
            Self::Employees => EMPLOYEES,
            Self::WorkOrders => WORK_ORDERS,
            Self::Jobs => JOBS,
            Self::PartOpportunities => PART_OPPORTUNITIES,
            Self::Production => PRODUCTION,
            Self::Downtime => DOWNTIME,
            Self::Holds => HOLDS,
            Self::Quality => QUALITY,
            Self::Attendance => ATTENDANCE,
            Self::Targets => TARGETS,
        }
    }

    /// The fields of a row on a screen: the columns of its file and what a file does not change. Where an order stands
    /// on its way is changed by its steps.
    pub fn screen_columns(self) -> impl Iterator<Item = &'static FileColumn> {
        const OF_COURSE: [&str; 5] = ["started_at", "delivered_at", "delivered_quantity", "status", "planned"];
        let more = match self {
            Self::Codes => MORE_OF_CODES,
            Self::Products | Self::Lines => MORE_OF_ACTIVE,
            Self::Employees => MORE_OF_EMPLOYEES,
            _ => &[],
        };
        self.columns().iter().filter(|column| !OF_COURSE.contains(&column.name)).chain(more)
    }

    /// The columns as the help shows them: optional ones in brackets.
    pub fn columns_text(self) -> String {
        let shown = |column: &FileColumn| {
            if column.required { column.name.to_owned() } else { format!("[{}]", column.name) }
        };
        self.columns().iter().map(shown).collect::<Vec<_>>().join(", ")
    }
}

const MORE_OF_CODES: &[FileColumn] = &[may("code_group", Form::Text), may("hidden", Form::YesNo)];
const MORE_OF_ACTIVE: &[FileColumn] = &[may("active", Form::YesNo)];
const MORE_OF_EMPLOYEES: &[FileColumn] =
    &[may("valid_from", Form::Date), may("valid_to", Form::Date), may("active", Form::YesNo)];

const CODES: &[FileColumn] = &[
    must("kind", Form::Word),
    must("code", Form::Key),
    may("number", Form::Whole),
    must("name", Form::Text),
    may("planned", Form::YesNo),
    may("loss", Form::Word),
    may("counts", Form::YesNo),
];
const PRODUCTS: &[FileColumn] = &[
    must("product_id", Form::Key),
    must("name", Form::Text),
    may("ideal_cycle_seconds", Form::Seconds),
    may("labour_standard_seconds", Form::Seconds),
    may("standard_crew", Form::Whole),
];
const SHIFTS: &[FileColumn] = &[
    must("shift_id", Form::Key),
    must("name", Form::Text),
    must("start", Form::Clock),
    must("end", Form::Clock),
    must("break_minutes", Form::Whole),
    may("days", Form::Text),
    may("valid_from", Form::Date),
];
const LINES: &[FileColumn] =
    &[must("line_id", Form::Key), must("name", Form::Text), may("micro_stop_minutes", Form::Whole)];
const EMPLOYEES: &[FileColumn] = &[
    must("employee_id", Form::Key),
    must("name", Form::Text),
    may("department", Form::Text),
    may("is_primary", Form::YesNo),
];
const WORK_ORDERS: &[FileColumn] = &[
    must("work_order_id", Form::Key),
    must("product_id", Form::Key),
    must("quantity", Form::Whole),
    may("ideal_cycle_seconds", Form::Seconds),
    may("received", Form::Date),
    may("planned_start", Form::Date),
    may("started_at", Form::Time),
    may("required_date", Form::Date),
    may("delivered_at", Form::Time),
    may("delivered_quantity", Form::Whole),
    may("status", Form::Word),
    may("priority", Form::Word),
    may("po_number", Form::Text),
    may("notes", Form::Text),
];
const JOBS: &[FileColumn] = &[
    must("job_id", Form::Key),
    must("work_order_id", Form::Key),
    must("part_number", Form::Key),
    must("quantity", Form::Whole),
    may("job_number", Form::Text),
    may("completed", Form::Whole),
    may("scrapped", Form::Whole),
];
const PART_OPPORTUNITIES: &[FileColumn] =
    &[must("part_number", Form::Key), must("opportunities_per_unit", Form::Whole), may("description", Form::Text)];
const PRODUCTION: &[FileColumn] = &[
    must("production_date", Form::Date),
    must("shift_id", Form::Key),
    must("line_id", Form::Key),
    must("product_id", Form::Key),
    must("units", Form::Whole),
    may("defects", Form::Whole),
    may("scrap", Form::Whole),
    may("rework", Form::Whole),
    may("startup_defects", Form::Whole),
    may("work_order_id", Form::Key),
    may("job_id", Form::Key),
    may("planned_minutes", Form::Whole),
    may("crew", Form::Whole),
    may("target_units", Form::Whole),
    may("counted_at", Form::Time),
    may("notes", Form::Text),
    may("id", Form::Key),
];
const DOWNTIME: &[FileColumn] = &[
    must("production_date", Form::Date),
    must("shift_id", Form::Key),
    must("line_id", Form::Key),
    must("reason", Form::Key),
    may("minutes", Form::Whole),
    may("started_at", Form::Time),
    may("ended_at", Form::Time),
    may("work_order_id", Form::Key),
    may("notes", Form::Text),
    may("id", Form::Key),
];
const HOLDS: &[FileColumn] = &[
    must("work_order_id", Form::Key),
    must("reason", Form::Key),
    must("quantity", Form::Whole),
    must("hold_from", Form::Time),
    may("released_at", Form::Time),
    may("disposition", Form::Word),
    may("job_id", Form::Key),
    may("notes", Form::Text),
    may("id", Form::Key),
];
const QUALITY: &[FileColumn] = &[
    must("production_date", Form::Date),
    must("shift_id", Form::Key),
    must("line_id", Form::Key),
    must("stage", Form::Key),
    must("inspected", Form::Whole),
    must("passed", Form::Whole),
    may("part_number", Form::Key),
    may("work_order_id", Form::Key),
    may("job_id", Form::Key),
    may("reworked", Form::Whole),
    may("repaired", Form::Whole),
    may("scrapped", Form::Whole),
    may("defects", Form::Text),
    may("id", Form::Key),
];
const ATTENDANCE: &[FileColumn] = &[
    must("production_date", Form::Date),
    must("shift_id", Form::Key),
    must("employee_id", Form::Key),
    must("scheduled_minutes", Form::Whole),
    must("worked_minutes", Form::Whole),
    may("absence_type", Form::Key),
];
const TARGETS: &[FileColumn] = &[
    must("kpi", Form::Word),
    must("target", Form::Decimal),
    may("warn", Form::Decimal),
    may("valid_from", Form::Date),
];
