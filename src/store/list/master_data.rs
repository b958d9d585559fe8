//! What a client's plant consists of: lines, products, shifts, codes, targets; and the record of its changes.

use super::{ListSql, list};

list! {
    /// Lines, by client and key.
    LINES {
        key: "e.client_id", "e.line_id", "e.version", ties "e.client_id, e.line_id";
        from: "production_line AS e";
        rows: "e.deleted_at IS NULL";
        text: ["e.client_id", "e.line_id", "e.name"];
        order: "e.client_id, e.line_id";
        columns: {
            "client_id" = "e.client_id",
            "line_id" = "e.line_id",
            "name" = "e.name",
            "micro_stop_minutes" = "e.micro_stop_minutes",
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

list! {
    /// Products through their links, by client and key.
    PRODUCTS {
        key: "l.client_id", "l.product_id", "e.version", ties "l.client_id, l.product_id";
        from: "client_product AS l JOIN product AS e ON e.product_id = l.product_id";
        rows: "l.deleted_at IS NULL AND e.deleted_at IS NULL";
        text: ["l.client_id", "e.product_id", "e.name"];
        order: "l.client_id, l.product_id";
        columns: {
            "client_id" = "l.client_id",
            "product_id" = "l.product_id",
            "name" = "e.name",
            "ideal_cycle_ms" = "e.ideal_cycle_ms",
            "labour_standard_ms" = "e.labour_standard_ms",
            "standard_crew" = "e.standard_crew",
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

list! {
    /// Shift patterns, by start; the reserved shift is nobody's to look at.
    SHIFTS {
        key: "NULL", "e.shift_id || '/' || CAST(e.valid_from AS TEXT)", "e.version", ties "e.shift_id, e.valid_from";
        from: "shift AS e";
        rows: "e.deleted_at IS NULL AND e.shift_id <> 'NO-SHIFT'";
        text: ["e.shift_id", "e.name"];
        order: "e.start_minute, e.shift_id, e.valid_from DESC";
        columns: {
            "shift_id" = "e.shift_id",
            "name" = "e.name",
            "start" = "e.start_minute",
            "end" = "e.end_minute",
            "break_minutes" = "e.break_minutes",
            "days" = "e.days",
            "valid_from" = "e.valid_from",
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

/// The rows of one catalogue in the shape that all four share.
macro_rules! codes_of {
    ($kind:literal, $table:literal, $loss:literal, $counts:literal) => {
        concat!(
            "SELECT k.client_id, '",
            $kind,
            "' AS kind, k.number, k.code, k.name, k.code_group, ",
            $loss,
            " AS loss, ",
            $counts,
            " AS counts, k.hidden, k.created_by, k.created_at, k.updated_by, k.updated_at, k.version FROM ",
            $table,
            " AS k WHERE k.deleted_at IS NULL"
        )
    };
}

list! {
    /// The codes of all four catalogues, by client, catalogue and number.
    CODES {
        key: "e.client_id", "e.kind || '/' || e.code", "e.version", ties "e.client_id, e.kind, e.code";
        from: concat!(
            "(", codes_of!("downtime", "downtime_reason", "k.loss", "CAST(NULL AS BIGINT)"),
            " UNION ALL ", codes_of!("hold", "hold_reason", "CAST(NULL AS TEXT)", "CAST(NULL AS BIGINT)"),
            " UNION ALL ", codes_of!("defect", "defect_type", "CAST(NULL AS TEXT)", "CAST(NULL AS BIGINT)"),
            " UNION ALL ", codes_of!("absence", "absence_type", "CAST(NULL AS TEXT)", "k.counts"), ") AS e"
        );
        rows: "1 = 1";
        text: ["e.client_id", "e.kind", "e.code", "e.name", "e.code_group", "e.loss"];
        order: "e.client_id, e.kind, e.number NULLS LAST, e.code";
        columns: {
            "client_id" = "e.client_id",
            "kind" = "e.kind",
            "number" = "e.number",
            "code" = "e.code",
            "name" = "e.name",
            "code_group" = "e.code_group",
            "loss" = "e.loss",
            "counts" = "e.counts",
            "hidden" = "e.hidden",
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
    /// Targets, by client and KPI, the newest first.
    TARGETS {
        key: "e.client_id", "e.kpi || '/' || CAST(e.valid_from AS TEXT)", "e.version", ties "e.client_id, e.kpi, e.valid_from";
        from: "kpi_target AS e";
        rows: "e.deleted_at IS NULL";
        text: ["e.client_id", "e.kpi"];
        order: "e.client_id, e.kpi, e.valid_from DESC";
        columns: {
            "client_id" = "e.client_id",
            "kpi" = "e.kpi",
            "target" = "e.target_micro",
            "warn" = "e.warning_micro",
            "valid_from" = "e.valid_from",
        }
        detail: {
            "created_by" = "e.created_by",
            "created_at" = "e.created_at",
            "updated_by" = "e.updated_by",
            "updated_at" = "e.updated_at",
        }
    }
}
