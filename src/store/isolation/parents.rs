//! Whether every row's parents belong to the row's own client. Each reference is asked of the rows themselves, so that a
//! foreign key that somebody has dropped or switched off hides nothing.

use crate::store::StoreError;
use crate::store::funnel::{Look, args};
use crate::store::migrate::Store;

/// One reference of a client's rows to another table of the client.
struct Reference {
    child: &'static str,
    parent: &'static str,
    /// Counts rows whose parent is not there for their client.
    strays: &'static str,
}

/// A reference: the columns of the child and those of the parent behind the client's key.
macro_rules! references {
    ($($child:ident ($first:ident $(, $more:ident)*) -> $parent:ident ($first_key:ident $(, $more_key:ident)*);)+) => {
        const REFERENCES: &[Reference] = &[$(Reference {
            child: stringify!($child),
            parent: stringify!($parent),
            strays: concat!(
                "SELECT count(*) FROM t_", stringify!($child), " AS c WHERE c.", stringify!($first), " IS NOT NULL"
                $(, " AND c.", stringify!($more), " IS NOT NULL")*,
                " AND NOT EXISTS (SELECT 1 FROM t_", stringify!($parent), " AS p WHERE p.client_id = c.client_id AND p.",
                stringify!($first_key), " = c.", stringify!($first)
                $(, " AND p.", stringify!($more_key), " = c.", stringify!($more))*, ")"
            ),
        }),+];
    };
}

references! {
    attendance_entry (absence_type) -> absence_type (code);
    attendance_entry (employee_number) -> employee_client_assignment (employee_number);
    coverage_entry (production_date, shift_id, employee_number)
        -> attendance_entry (production_date, shift_id, employee_number);
    defect_detail (defect_type) -> defect_type (code);
    defect_detail (quality_entry_id) -> quality_entry (entry_id);
    downtime_entry (reason) -> downtime_reason (code);
    downtime_entry (production_date, shift_id, line_id) -> line_shift (production_date, shift_id, line_id);
    downtime_entry (work_order_id) -> work_order (work_order_id);
    hold_entry (split_from) -> hold_entry (hold_id);
    hold_entry (reason) -> hold_reason (code);
    hold_entry (work_order_id, job_id) -> job (work_order_id, job_id);
    hold_entry (quality_entry_id) -> quality_entry (entry_id);
    hold_entry (work_order_id) -> work_order (work_order_id);
    hold_event (hold_id) -> hold_entry (hold_id);
    hour_sign_off (production_date, shift_id, line_id) -> line_shift (production_date, shift_id, line_id);
    job (work_order_id) -> work_order (work_order_id);
    line_shift (line_id) -> production_line (line_id);
    production_entry (product_id) -> client_product (product_id);
    production_entry (work_order_id, job_id) -> job (work_order_id, job_id);
    production_entry (production_date, shift_id, line_id) -> line_shift (production_date, shift_id, line_id);
    production_entry (work_order_id) -> work_order (work_order_id);
    quality_entry (work_order_id, job_id) -> job (work_order_id, job_id);
    quality_entry (production_date, shift_id, line_id) -> line_shift (production_date, shift_id, line_id);
    quality_entry (stage) -> stage (stage);
    quality_entry (work_order_id) -> work_order (work_order_id);
    work_order (product_id) -> client_product (product_id);
}

/// Rows of a table whose parent is not there for their client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Strays {
    /// The table.
    pub(crate) child: &'static str,
    /// The one it refers to.
    pub(crate) parent: &'static str,
    /// How many rows.
    pub(crate) rows: i64,
}

impl Store {
    /// Looks at the parents of every row of every client: each reference with how many rows break it.
    pub(crate) async fn strays(&self) -> Result<Vec<Strays>, StoreError> {
        let mut tx = self.look_at_all().await?;
        let mut found = Vec::new();
        for reference in REFERENCES {
            let rows = tx.one(reference.strays, args![]).await?;
            found.push(Strays { child: reference.child, parent: reference.parent, rows });
        }
        Ok(found)
    }
}

/// Child and parent of every reference, for the test that compares them with the schema's foreign keys.
#[cfg(test)]
pub(super) fn pairs() -> Vec<(&'static str, &'static str)> {
    REFERENCES.iter().map(|it| (it.child, it.parent)).collect()
}
