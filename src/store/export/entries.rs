//! Counts, stops, inspections and attendance, by production date.

use super::{ExportSql, export};

/// The client's rows of the window.
macro_rules! entered {
    () => {
        "e.client_id = $1 AND e.production_date BETWEEN $2 AND $3 AND e.deleted_at IS NULL"
    };
}

export! {
    /// Counts with the plan of their line shift.
    PRODUCTION {
        key: ["production_date", "shift_id", "line_id", "entry_id"];
        from: "production_entry AS e JOIN line_shift AS s ON s.client_id = e.client_id
            AND s.production_date = e.production_date AND s.shift_id = e.shift_id AND s.line_id = e.line_id";
        rows: entered!();
        columns: {
            "production_date",
            "shift_id",
            "line_id",
            "product_id",
            "units",
            "defects",
            "scrap",
            "rework",
            "startup_defects",
            "work_order_id",
            "job_id",
            "planned_minutes" = "s.planned_minutes",
            "crew" = "s.crew",
            "target_units" = "s.target_units",
            "counted_at",
            "notes",
            "id" = "e.entry_id",
        }
    }
}

export! {
    /// Stops that are over, each as a whole: the parts of one that runs over a change of shifts are one row, in the
    /// line shift it began in.
    DOWNTIME {
        key: ["production_date", "shift_id", "line_id", "entry_id"];
        from: "downtime_entry AS e";
        rows: concat!(entered!(), " AND e.counted = 1 AND e.classified_minutes IS NOT NULL");
        left_out: concat!(entered!(), " AND e.counted = 1 AND e.classified_minutes IS NULL");
        columns: {
            "production_date",
            "shift_id",
            "line_id",
            "reason",
            "minutes" = "e.classified_minutes",
            "started_at",
            "ended_at" = "(SELECT max(p.ended_at) FROM downtime_entry AS p
                WHERE p.client_id = e.client_id AND p.stop_id = e.stop_id AND p.deleted_at IS NULL)",
            "work_order_id",
            "notes",
            "id" = "e.entry_id",
        }
    }
}

export! {
    /// Inspections with their defects in one text, a line for each.
    QUALITY {
        key: ["production_date", "shift_id", "line_id", "entry_id"];
        from: "quality_entry AS e";
        rows: entered!();
        columns: {
            "production_date",
            "shift_id",
            "line_id",
            "stage",
            "inspected",
            "passed",
            "part_number",
            "work_order_id",
            "job_id",
            "reworked",
            "repaired",
            "scrapped",
            "defects" = "(SELECT string_agg(d.defect_type || ':' || CAST(d.count AS TEXT), '\n' ORDER BY d.defect_type)
                FROM defect_detail AS d WHERE d.client_id = e.client_id AND d.quality_entry_id = e.entry_id
                    AND d.deleted_at IS NULL)",
            "id" = "e.entry_id",
        }
    }
}

export! {
    /// Attendance, a row for each person's shift.
    ATTENDANCE {
        key: ["production_date", "shift_id", "employee_number"];
        from: "attendance_entry AS e";
        rows: entered!();
        columns: {
            "production_date",
            "shift_id",
            "employee_id" = "e.employee_number",
            "scheduled_minutes",
            "worked_minutes",
            "absence_type",
        }
    }
}
