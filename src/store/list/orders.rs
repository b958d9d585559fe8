//! Work orders, their jobs, the opportunities of parts, and holds.

use super::{ListSql, is_named, list, name_of, product_is_named, product_name, within};

/// A sum over rows of the order.
macro_rules! of_the_order {
    ($sum:literal, $table:literal, $which:literal) => {
        concat!(
            "(SELECT coalesce(CAST(sum(",
            $sum,
            ") AS BIGINT), 0) FROM ",
            $table,
            " AS o WHERE o.client_id = e.client_id AND o.work_order_id = e.work_order_id AND ",
            $which,
            ")"
        )
    };
}

/// Open orders by the date they are required, then what is done or given up, the newest first.
macro_rules! by_urgency {
    () => {
        "CASE WHEN e.status IN ('planned', 'released', 'in_process') THEN 0 ELSE 1 END,
         CASE WHEN e.status IN ('planned', 'released', 'in_process') THEN e.required_date ELSE -e.required_date END NULLS LAST,
         e.work_order_id"
    };
}

list! {
    /// Work orders, the most urgent first.
    WORK_ORDERS {
        key: "e.client_id", "e.work_order_id", "e.version", ties "e.client_id, e.work_order_id";
        long: "work_order", by [work_order_id],
            newest by_urgency!();
        rows: "e.deleted_at IS NULL";
        text: [
            "e.client_id", "e.work_order_id", "e.product_id", "e.status", "e.priority", "e.po_number", "e.notes",
        ] or named [product_is_named!()] or date "e.required_date";
        order: concat!(by_urgency!(), ", e.client_id");
        within: concat!(
            within!(due "e.required_date"), " AND ($10 IS NULL OR (e.started_at <= $10",
            " AND coalesce(e.completed_at, $10 + 1) > $10 AND coalesce(e.delivered_at, $10 + 1) > $10",
            " AND coalesce(e.cancelled_at, $10 + 1) > $10 AND (e.status NOT IN ('completed', 'cancelled')",
            " OR coalesce(e.completed_at, e.cancelled_at) IS NOT NULL)))"
        );
        columns: {
            "client_id" = "e.client_id",
            "work_order_id" = "e.work_order_id",
            "product_id" = "e.product_id",
            "quantity" = "e.quantity",
            "made" = of_the_order!("o.units", "production_entry", "o.deleted_at IS NULL"),
            "status" = "e.status",
            "required_date" = "e.required_date",
            "priority" = "e.priority",
            "held" = of_the_order!(
                "o.quantity", "hold_entry",
                "o.deleted_at IS NULL AND o.released_at IS NULL AND o.status IN ('on_hold', 'release_requested')"
            ),
            "product_name" = product_name!(),
            "planned_start" = "e.planned_start",
            "delivered_at" = "e.delivered_at",
            "delivered_quantity" = "e.delivered_quantity",
            "po_number" = "e.po_number",
            "started_at" = "e.started_at",
            "completed_at" = "e.completed_at",
        }
        detail: {
            "received" = "e.received",
            "cancelled_at" = "e.cancelled_at",
            "ideal_cycle_ms" = "e.ideal_cycle_ms",
            "notes" = "e.notes",
            "created_by" = "e.created_by",
            "created_at" = "e.created_at",
            "updated_by" = "e.updated_by",
            "updated_at" = "e.updated_at",
        }
    }
}

list! {
    /// Jobs, those of the latest orders first.
    JOBS {
        key: "e.client_id", "e.job_id", "e.version", ties "e.client_id, e.job_id";
        long: "job", by [job_id],
            newest "e.work_order_id DESC, e.job_id";
        rows: "e.deleted_at IS NULL";
        text: ["e.client_id", "e.job_id", "e.work_order_id", "e.part_number", "e.job_number"];
        order: "e.work_order_id DESC, e.client_id, e.job_id";
        columns: {
            "client_id" = "e.client_id",
            "job_id" = "e.job_id",
            "work_order_id" = "e.work_order_id",
            "part_number" = "e.part_number",
            "quantity" = "e.quantity",
            "completed" = "e.completed",
            "scrapped" = "e.scrapped",
            "remaining" = "e.quantity - e.completed - e.scrapped",
            "job_number" = "e.job_number",
        }
        detail: {
            "created_by" = "e.created_by",
            "created_at" = "e.created_at",
            "updated_by" = "e.updated_by",
            "updated_at" = "e.updated_at",
        }
    }
}

list! {
    /// Opportunities per part.
    PART_OPPORTUNITIES {
        key: "e.client_id", "e.part_number", "e.version", ties "e.client_id, e.part_number";
        from: "part_opportunities AS e";
        rows: "e.deleted_at IS NULL";
        text: ["e.client_id", "e.part_number", "e.description"];
        order: "e.client_id, e.part_number";
        columns: {
            "client_id" = "e.client_id",
            "part_number" = "e.part_number",
            "opportunities_per_unit" = "e.opportunities_per_unit",
            "description" = "e.description",
        }
        detail: {
            "created_by" = "e.created_by",
            "created_at" = "e.created_at",
            "updated_by" = "e.updated_by",
            "updated_at" = "e.updated_at",
        }
    }
}

list! {
    /// Holds: those that wait for somebody, then the others; the newest first.
    HOLDS {
        key: "e.client_id", "e.hold_id", "e.version", ties "e.client_id, e.hold_id";
        long: "hold_entry", by [hold_id],
            newest "CASE WHEN e.status IN ('requested', 'on_hold', 'release_requested') THEN 0 ELSE 1 END,
                    coalesce(e.hold_from, e.requested_at) DESC, e.hold_id DESC";
        rows: "e.deleted_at IS NULL";
        text: [
            "e.client_id", "e.status", "e.work_order_id", "e.job_id", "e.reason", "e.requested_by", "e.placed_by",
            "e.released_by", "e.disposition", "e.notes",
        ] or named [
            is_named!("hold_reason", "code", "reason"),
            "(e.client_id, e.work_order_id) IN (SELECT w.client_id, w.work_order_id FROM work_order AS w
               WHERE lower(w.product_id) LIKE lower($1) ESCAPE '\\')",
        ];
        order: "CASE WHEN e.status IN ('requested', 'on_hold', 'release_requested') THEN 0 ELSE 1 END,
                coalesce(e.hold_from, e.requested_at) DESC, e.client_id, e.hold_id DESC";
        within: concat!(
            within!(undated), " AND ($10 IS NULL OR (e.hold_from <= $10 AND coalesce(e.released_at, $10 + 1) > $10",
            " AND e.status NOT IN ('requested', 'rejected', 'withdrawn')))"
        );
        columns: {
            "client_id" = "e.client_id",
            "status" = "e.status",
            "work_order_id" = "e.work_order_id",
            "quantity" = "e.quantity",
            "reason_name" = name_of!("hold_reason", "code", "reason"),
            "since" = "coalesce(e.hold_from, e.requested_at)",
            "requested_by" = "e.requested_by",
            "disposition" = "e.disposition",
            "released_at" = "e.released_at",
            "product_id" =
                "(SELECT w.product_id FROM work_order AS w WHERE w.client_id = e.client_id AND w.work_order_id = e.work_order_id)",
            "job_id" = "e.job_id",
            "reason" = "e.reason",
        }
        detail: {
            "requested_at" = "e.requested_at",
            "placed_by" = "e.placed_by",
            "approved_by" = "e.approved_by",
            "approved_at" = "e.approved_at",
            "hold_from" = "e.hold_from",
            "release_requested_by" = "e.release_requested_by",
            "release_requested_at" = "e.release_requested_at",
            "released_by" = "e.released_by",
            "quality_entry_id" = "e.quality_entry_id",
            "split_from" = "e.split_from",
            "notes" = "e.notes",
            "created_by" = "e.created_by",
            "created_at" = "e.created_at",
            "updated_by" = "e.updated_by",
            "updated_at" = "e.updated_at",
        }
    }
}
