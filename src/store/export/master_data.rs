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
        key: ["kind", "code"];
        from: concat!(
            "(", codes_of!("downtime", "downtime_reason", "k.loss", "CAST(NULL AS BIGINT)"),
            " UNION ALL ", codes_of!("hold", "hold_reason", "CAST(NULL AS TEXT)", "CAST(NULL AS BIGINT)"),
            " UNION ALL ", codes_of!("defect", "defect_type", "CAST(NULL AS TEXT)", "CAST(NULL AS BIGINT)"),
            " UNION ALL ", codes_of!("absence", "absence_type", "CAST(NULL AS TEXT)", "k.counts"), ") AS e"
        );
        rows: "e.client_id = $1";
        columns: {
            "kind",
            "code",
            "number",
            "name",
            "planned" = "CASE WHEN e.loss IS NOT NULL THEN CASE WHEN e.loss = 'planned' THEN 1 ELSE 0 END END",
            "loss",
            "counts",
        }
    }
}

export! {
    /// Products that are linked to a client of the scope.
    PRODUCTS {
        key: ["product_id"];
        from: "product AS e";
        rows: "e.deleted_at IS NULL AND e.product_id IN (
            SELECT l.product_id FROM client_product AS l WHERE l.deleted_at IS NULL)";
        columns: {
            "product_id",
            "name",
            "ideal_cycle_seconds" = "e.ideal_cycle_ms",
            "labour_standard_seconds" = "e.labour_standard_ms",
            "standard_crew",
        }
    }
}

export! {
    /// Every version of every shift; the reserved one is in every plant already.
    SHIFTS {
        key: ["shift_id", "valid_from"];
        from: "shift AS e";
        rows: "e.deleted_at IS NULL AND e.shift_id <> 'NO-SHIFT'";
        columns: {
            "shift_id",
            "name",
            "start" = "e.start_minute",
            "end" = "e.end_minute",
            "break_minutes",
            "days",
            "valid_from",
        }
    }
}

export! {
    /// Lines.
    LINES {
        key: ["line_id"];
        from: "production_line AS e";
        rows: "e.client_id = $1 AND e.deleted_at IS NULL";
        columns: {
            "line_id",
            "name",
            "micro_stop_minutes",
        }
    }
}

export! {
    /// People of a client, by the number they have there.
    EMPLOYEES {
        key: ["employee_number"];
        from: "employee_client_assignment AS e";
        rows: "e.client_id = $1 AND e.deleted_at IS NULL";
        columns: {
            "employee_id" = "e.employee_number",
            "name",
            "department",
            "is_primary",
        }
    }
}

export! {
    /// Targets, every one with the date it holds from.
    TARGETS {
        key: ["kpi", "valid_from"];
        from: "kpi_target AS e";
        rows: "e.client_id = $1 AND e.deleted_at IS NULL";
        columns: {
            "kpi",
            "target" = "e.target_micro",
            "warn" = "e.warning_micro",
            "valid_from",
        }
    }
}
