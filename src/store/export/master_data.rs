//! What a client's plant consists of, whole: codes, products, shifts, lines, people and targets.

use super::{ExportSql, export};

/// The rows of one catalogue in the shape that all four share.
macro_rules! codes_of {
    ($kind:literal, $table:literal, $loss:literal, $counts:literal) => {
        concat!(
            "SELECT k.client_id, '",
            $kind,
            "' AS kind, k.number, k.code, k.name, ",
            $loss,
            " AS loss, ",
            $counts,
            " AS counts FROM ",
            $table,
            " AS k WHERE k.client_id = $1 AND k.deleted_at IS NULL"
        )
    };
}

export! {
    /// A client's own codes of all four catalogues, hidden ones too, because history names them.
    CODES {
        key: { "e.kind" = "$5", "e.code" = "$6" };
        from: concat!(
            "(", codes_of!("downtime", "downtime_reason", "k.loss", "CAST(NULL AS BIGINT)"),
            " UNION ALL ", codes_of!("hold", "hold_reason", "CAST(NULL AS TEXT)", "CAST(NULL AS BIGINT)"),
            " UNION ALL ", codes_of!("defect", "defect_type", "CAST(NULL AS TEXT)", "CAST(NULL AS BIGINT)"),
            " UNION ALL ", codes_of!("absence", "absence_type", "CAST(NULL AS TEXT)", "k.counts"), ") AS e"
        );
        rows: "e.client_id = $1";
        columns: {
            "kind" = "e.kind",
            "code" = "e.code",
            "number" = "e.number",
            "name" = "e.name",
            "planned" = "CASE WHEN e.loss IS NOT NULL THEN CASE WHEN e.loss = 'planned' THEN 1 ELSE 0 END END",
            "loss" = "e.loss",
            "counts" = "e.counts",
        }
    }
}

export! {
    /// Products that are linked to a client of the scope.
    PRODUCTS {
        key: { "e.product_id" = "$5" };
        from: "product AS e";
        rows: "e.deleted_at IS NULL AND e.product_id IN (
            SELECT l.product_id FROM client_product AS l WHERE l.deleted_at IS NULL)";
        columns: {
            "product_id" = "e.product_id",
            "name" = "e.name",
            "ideal_cycle_seconds" = "e.ideal_cycle_ms",
            "labour_standard_seconds" = "e.labour_standard_ms",
            "standard_crew" = "e.standard_crew",
        }
    }
}

export! {
    /// Every version of every shift; the reserved one is in every plant already.
    SHIFTS {
        key: { "e.shift_id" = "$5", "e.valid_from" = "$6" };
        from: "shift AS e";
        rows: "e.deleted_at IS NULL AND e.shift_id <> 'NO-SHIFT'";
        columns: {
            "shift_id" = "e.shift_id",
            "name" = "e.name",
            "start" = "e.start_minute",
            "end" = "e.end_minute",
            "break_minutes" = "e.break_minutes",
            "days" = "e.days",
            "valid_from" = "e.valid_from",
        }
    }
}

export! {
    /// Lines.
    LINES {
        key: { "e.line_id" = "$5" };
        from: "production_line AS e";
        rows: "e.client_id = $1 AND e.deleted_at IS NULL";
        columns: {
            "line_id" = "e.line_id",
            "name" = "e.name",
            "micro_stop_minutes" = "e.micro_stop_minutes",
        }
    }
}

export! {
    /// People of a client, by the number they have there.
    EMPLOYEES {
        key: { "e.employee_number" = "$5" };
        from: "employee_client_assignment AS e";
        rows: "e.client_id = $1 AND e.deleted_at IS NULL";
        columns: {
            "employee_id" = "e.employee_number",
            "name" = "e.name",
            "department" = "e.department",
            "is_primary" = "e.is_primary",
        }
    }
}

export! {
    /// Targets, every one with the date it holds from.
    TARGETS {
        key: { "e.kpi" = "$5", "e.valid_from" = "$6" };
        from: "kpi_target AS e";
        rows: "e.client_id = $1 AND e.deleted_at IS NULL";
        columns: {
            "kpi" = "e.kpi",
            "target" = "e.target_micro",
            "warn" = "e.warning_micro",
            "valid_from" = "e.valid_from",
        }
    }
}
