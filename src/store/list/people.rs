//! Attendance, coverage and the people of the clients.

use super::{ListSql, is_named, list, name_of, within};

/// Something of the row's assignment.
macro_rules! of_the_person {
    ($column:literal) => {
        concat!(
            "(SELECT n.",
            $column,
            " FROM employee_client_assignment AS n",
            " WHERE n.client_id = e.client_id AND n.employee_number = e.employee_number)"
        )
    };
}

/// The name of the borrowed person.
macro_rules! pool_name {
    () => {
        "(SELECT f.name FROM floating_pool AS f WHERE f.employee_id = e.pool_employee_id)"
    };
}

list! {
    /// Attendance, the newest date first and on it who was away.
    ATTENDANCE {
        key: "e.client_id", "CAST(e.production_date AS TEXT) || '/' || e.shift_id || '/' || e.employee_number", "e.version",
            ties "e.client_id, e.production_date, e.shift_id, e.employee_number";
        long: "attendance_entry", by [production_date, shift_id, employee_number],
            newest "e.production_date DESC, e.absence_minutes DESC, e.shift_id, e.employee_number";
        dated: "production_date";
        rows: "e.deleted_at IS NULL";
        text: [
            "e.client_id", "e.shift_id", "e.employee_number", "e.absence_type", "e.notes",
        ] or named [
            is_named!("employee_client_assignment", "employee_number", "employee_number"),
            is_named!("absence_type", "code", "absence_type"),
            "(e.client_id, e.employee_number) IN (SELECT n.client_id, n.employee_number
               FROM employee_client_assignment AS n WHERE lower(n.department) LIKE lower($1) ESCAPE '\\')",
        ] or date "e.production_date";
        order: "e.production_date DESC, e.absence_minutes DESC, e.client_id, e.shift_id, e.employee_number";
        within: within!(dated "shift_id" = "$9");
        columns: {
            "client_id" = "e.client_id",
            "production_date" = "e.production_date",
            "shift_id" = "e.shift_id",
            "name" = of_the_person!("name"),
            "scheduled_minutes" = "e.scheduled_minutes",
            "worked_minutes" = "e.worked_minutes",
            "absence_minutes" = "e.absence_minutes",
            "absence_name" = name_of!("absence_type", "code", "absence_type"),
            "covered_minutes" =
                "(SELECT coalesce(CAST(sum(o.minutes) AS BIGINT), 0) FROM coverage_entry AS o WHERE o.client_id = e.client_id
                    AND o.production_date = e.production_date AND o.shift_id = e.shift_id
                    AND o.employee_number = e.employee_number AND o.deleted_at IS NULL)",
            "employee_id" = "e.employee_number",
            "absence_counts" = "e.absence_counts",
            "department" = of_the_person!("department"),
            "absence_type" = "e.absence_type",
            "late" = "e.late",
        }
        detail: {
            "notes" = "e.notes",
            "created_by" = "e.created_by",
            "created_at" = "e.created_at",
            "updated_by" = "e.updated_by",
            "updated_at" = "e.updated_at",
        }
    }
}

list! {
    /// Covered absences, the newest first.
    COVERAGE {
        key: "e.client_id", "e.coverage_id", "e.version", ties "e.client_id, e.coverage_id";
        long: "coverage_entry", by [coverage_id],
            newest "e.production_date DESC, e.covered_from DESC, e.coverage_id DESC";
        dated: "production_date";
        rows: "e.deleted_at IS NULL";
        text: ["e.client_id", "e.shift_id", "e.employee_number", "e.notes", pool_name!()]
            or named [is_named!("employee_client_assignment", "employee_number", "employee_number")]
            or date "e.production_date";
        order: "e.production_date DESC, e.covered_from DESC, e.client_id, e.coverage_id DESC";
        within: within!(dated "shift_id" = "$9");
        columns: {
            "client_id" = "e.client_id",
            "production_date" = "e.production_date",
            "shift_id" = "e.shift_id",
            "name" = of_the_person!("name"),
            "covered_by" = pool_name!(),
            "covered_from" = "e.covered_from",
            "covered_to" = "e.covered_to",
            "minutes" = "e.minutes",
            "employee_id" = "e.employee_number",
        }
        detail: {
            "notes" = "e.notes",
            "created_by" = "e.created_by",
            "created_at" = "e.created_at",
            "updated_by" = "e.updated_by",
            "updated_at" = "e.updated_at",
        }
    }
}

list! {
    /// People, by client and number.
    EMPLOYEES {
        key: "e.client_id", "e.employee_number", "e.version", ties "e.client_id, e.employee_number";
        from: "employee_client_assignment AS e";
        rows: "e.deleted_at IS NULL";
        text: ["e.client_id", "e.employee_number", "e.name", "e.department"];
        order: "e.client_id, e.employee_number";
        columns: {
            "client_id" = "e.client_id",
            "employee_id" = "e.employee_number",
            "name" = "e.name",
            "department" = "e.department",
            "is_primary" = "e.is_primary",
            "valid_from" = "e.valid_from",
            "valid_to" = "e.valid_to",
            "active" = "e.active",
        }
        detail: {
            "created_by" = "e.created_by",
            "created_at" = "e.created_at",
            "updated_by" = "e.updated_by",
            "updated_at" = "e.updated_at",
        }
    }
}
