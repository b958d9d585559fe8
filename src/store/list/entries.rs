//! Counts, stops and inspections: the long lists, newest production date first.

use super::{ListSql, is_named, list, name_of, product_is_named, product_name, within};

list! {
    /// Counts.
    PRODUCTION {
        key: "e.client_id", "e.entry_id", "e.version", ties "e.client_id, e.entry_id";
        long: "production_entry", by [entry_id],
            newest "e.production_date DESC, e.counted_at DESC NULLS LAST, e.entry_id DESC";
        dated: "production_date";
        rows: "e.deleted_at IS NULL";
        text: [
            "e.client_id", "e.shift_id", "e.line_id", "e.product_id", "e.work_order_id", "e.job_id", "e.notes",
            "e.created_by",
        ] or named [product_is_named!(), is_named!("production_line", "line_id", "line_id")] or date "e.production_date";
        order: "e.production_date DESC, e.counted_at DESC NULLS LAST, e.client_id, e.entry_id DESC";
        within: within!(dated "line_id" = "$8", "shift_id" = "$9");
        columns: {
            "client_id" = "e.client_id",
            "production_date" = "e.production_date",
            "counted_at" = "e.counted_at",
            "shift_id" = "e.shift_id",
            "line_id" = "e.line_id",
            "product_id" = "e.product_id",
            "work_order_id" = "e.work_order_id",
            "units" = "e.units",
            "estimated" = "e.estimated",
            "defects" = "e.defects",
            "scrap" = "e.scrap",
            "rework" = "e.rework",
            "startup_defects" = "e.startup_defects",
            "product_name" = product_name!(),
            "job_id" = "e.job_id",
            "line_name" = name_of!("production_line", "line_id", "line_id"),
            "late" = "e.late",
        }
        detail: {
            "ideal_cycle_ms" = "e.ideal_cycle_ms",
            "labour_standard_ms" = "e.labour_standard_ms",
            "standard_source" = "e.standard_source",
            "confirmed_by" = "e.confirmed_by",
            "confirmed_at" = "e.confirmed_at",
            "notes" = "e.notes",
            "created_by" = "e.created_by",
            "created_at" = "e.created_at",
            "updated_by" = "e.updated_by",
            "updated_at" = "e.updated_at",
        }
    }
}

list! {
    /// Stops.
    DOWNTIME {
        key: "e.client_id", "e.entry_id", "e.version", ties "e.client_id, e.entry_id";
        long: "downtime_entry", by [entry_id],
            newest "e.production_date DESC, e.started_at DESC NULLS LAST, e.entry_id DESC";
        dated: "production_date";
        rows: "e.deleted_at IS NULL";
        text: [
            "e.client_id", "e.line_id", "e.reason", "e.loss", "e.shift_id", "e.work_order_id", "e.notes",
            "e.corrective_action", "e.created_by",
        ] or named [
            is_named!("downtime_reason", "code", "reason"), is_named!("production_line", "line_id", "line_id"),
        ] or date "e.production_date";
        order: "e.production_date DESC, e.started_at DESC NULLS LAST, e.client_id, e.entry_id DESC";
        within: concat!(within!(dated "line_id" = "$8", "shift_id" = "$9"), " AND ($11 = 0 OR e.loss <> 'planned')");
        columns: {
            "client_id" = "e.client_id",
            "production_date" = "e.production_date",
            "started_at" = "e.started_at",
            "ended_at" = "e.ended_at",
            // A stop that still runs is not shorter than any that has ended.
            "minutes" = "e.minutes" => "coalesce(e.minutes, 9223372036854775807)",
            "line_id" = "e.line_id",
            "reason_name" = name_of!("downtime_reason", "code", "reason"),
            "loss" = "e.loss",
            "shift_id" = "e.shift_id",
            "work_order_id" = "e.work_order_id",
            "reason" = "e.reason",
            "line_name" = name_of!("production_line", "line_id", "line_id"),
            "micro_stop" = "e.micro_stop",
            "late" = "e.late",
        }
        detail: {
            "classified_minutes" = "e.classified_minutes",
            "corrective_action" = "e.corrective_action",
            "resolved_by" = "e.resolved_by",
            "notes" = "e.notes",
            "created_by" = "e.created_by",
            "created_at" = "e.created_at",
            "updated_by" = "e.updated_by",
            "updated_at" = "e.updated_at",
        }
    }
}

/// The defects of the row's inspection.
macro_rules! defects {
    ($what:literal) => {
        concat!(
            "(SELECT ",
            $what,
            " FROM defect_detail AS d WHERE d.client_id = e.client_id",
            " AND d.quality_entry_id = e.entry_id AND d.deleted_at IS NULL)"
        )
    };
}

list! {
    /// Inspections.
    QUALITY {
        key: "e.client_id", "e.entry_id", "e.version", ties "e.client_id, e.entry_id";
        long: "quality_entry", by [entry_id],
            newest "e.production_date DESC, e.created_at DESC, e.entry_id DESC";
        dated: "production_date";
        rows: "e.deleted_at IS NULL";
        text: [
            "e.client_id", "e.line_id", "e.stage", "e.part_number", "e.shift_id", "e.work_order_id", "e.job_id",
            "e.inspector", "e.notes", "e.created_by",
        ] or named [
            // Asked of each row: there are far more defects in all than in the rows that are looked at.
            "EXISTS (SELECT 1 FROM defect_detail AS d WHERE d.client_id = e.client_id AND d.quality_entry_id = e.entry_id
               AND d.deleted_at IS NULL AND lower(d.defect_type) LIKE lower($1) ESCAPE '\\')",
        ] or date "e.production_date";
        order: "e.production_date DESC, e.created_at DESC, e.client_id, e.entry_id DESC";
        within: within!(dated "line_id" = "$8", "shift_id" = "$9");
        columns: {
            "client_id" = "e.client_id",
            "production_date" = "e.production_date",
            "line_id" = "e.line_id",
            "stage" = "e.stage",
            "inspected" = "e.inspected",
            "passed" = "e.passed",
            "failed" = "e.inspected - e.passed",
            // Failed units without any defect line count as that many unclassified ones (2-data.md).
            "defect_count" = concat!("coalesce(", defects!("CAST(sum(d.count) AS BIGINT)"), ", e.inspected - e.passed)"),
            "part_number" = "e.part_number",
            "shift_id" = "e.shift_id",
            "work_order_id" = "e.work_order_id",
            "defects" = defects!("string_agg(d.defect_type || ':' || CAST(d.count AS TEXT), ', ' ORDER BY d.count DESC, d.defect_type)"),
            "reworked" = "e.reworked",
            "repaired" = "e.repaired",
            "scrapped" = "e.scrapped",
            "inspector" = "e.inspector",
            "job_id" = "e.job_id",
            "late" = "e.late",
        }
        detail: {
            "opportunities_per_unit" = "e.opportunities_per_unit",
            "notes" = "e.notes",
            "created_by" = "e.created_by",
            "created_at" = "e.created_at",
            "updated_by" = "e.updated_by",
            "updated_at" = "e.updated_at",
        }
    }
}
