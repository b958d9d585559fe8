//! Work orders, jobs, parts and holds.

use super::{ExportSql, export};

/// Whether an order lies in the window: by the date it is required, else received, else planned to start; one without
/// any of them always does.
macro_rules! order_in_window {
    ($order:literal) => {
        concat!(
            "coalesce(",
            $order,
            ".required_date, ",
            $order,
            ".received, ",
            $order,
            ".planned_start, $2) BETWEEN $2 AND $3"
        )
    };
}

export! {
    /// Work orders.
    WORK_ORDERS {
        key: ["work_order_id"];
        from: "work_order AS e";
        rows: concat!("e.client_id = $1 AND e.deleted_at IS NULL AND ", order_in_window!("e"));
        columns: {
            "work_order_id",
            "product_id",
            "quantity",
            "ideal_cycle_seconds" = "e.ideal_cycle_ms",
            "received",
            "planned_start",
            "started_at",
            "required_date",
            "delivered_at",
            "delivered_quantity",
            "status",
            "priority",
            "po_number",
            "notes",
        }
    }
}

export! {
    /// Jobs, in the window of their order.
    JOBS {
        key: ["job_id"];
        from: "job AS e JOIN work_order AS o ON o.client_id = e.client_id AND o.work_order_id = e.work_order_id";
        rows: concat!("e.client_id = $1 AND e.deleted_at IS NULL AND o.deleted_at IS NULL AND ", order_in_window!("o"));
        columns: {
            "job_id",
            "work_order_id",
            "part_number",
            "quantity",
            "job_number",
            "completed",
            "scrapped",
        }
    }
}

export! {
    /// The opportunities of parts.
    PART_OPPORTUNITIES {
        key: ["part_number"];
        from: "part_opportunities AS e";
        rows: "e.client_id = $1 AND e.deleted_at IS NULL";
        columns: {
            "part_number",
            "opportunities_per_unit",
            "description",
        }
    }
}

export! {
    /// Holds that were placed or approved, by when they began. What is asked for and not granted is no hold yet.
    HOLDS {
        key: ["hold_id"];
        from: "hold_entry AS e";
        rows: "e.client_id = $1 AND e.deleted_at IS NULL AND e.hold_from >= $2 AND e.hold_from < $3
            AND e.status IN ('on_hold', 'release_requested', 'released', 'scrapped')";
        left_out: "e.client_id = $1 AND e.deleted_at IS NULL AND e.requested_at >= $2 AND e.requested_at < $3
            AND e.status = 'requested'";
        columns: {
            "work_order_id",
            "reason",
            "quantity",
            "hold_from",
            "released_at",
            "disposition" = "CASE WHEN e.released_at IS NOT NULL THEN e.disposition END",
            "job_id",
            "notes",
            "id" = "e.hold_id",
        }
    }
}
