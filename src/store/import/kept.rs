//! Rows with a business key one by one: how they stand, and taking them away.

use crate::domain::catalogue::CatalogueKind;
use crate::domain::clock::Instant;
use crate::domain::id::{ClientId, WorkOrderId};
use crate::store::error::StoreError;
use crate::store::funnel::{Cells, FromCells, Look, Value, WriteTx, args, statements};

macro_rules! standing {
    ($table:literal, $key:literal) => {
        concat!("SELECT version, updated_by, updated_at, deleted_at FROM ", $table, " WHERE ", $key)
    };
}

macro_rules! removal {
    ($table:literal, $key:literal) => {
        concat!(
            "UPDATE ",
            $table,
            " SET deleted_at = $1, updated_by = $2, updated_at = $1, version = version + 1 WHERE version = $3 AND ",
            $key,
            " RETURNING version"
        )
    };
}

statements! {
    /// How a line stands.
    LINE = standing!("production_line", "client_id = $1 AND line_id = $2");
    /// Takes it away.
    REMOVE_LINE = removal!("production_line", "client_id = $4 AND line_id = $5");
    /// How a product stands.
    PRODUCT = standing!("product", "product_id = $1");
    /// How a product's link to a client stands.
    LINK = standing!("client_product", "client_id = $1 AND product_id = $2");
    /// Takes it away.
    REMOVE_LINK = removal!("client_product", "client_id = $4 AND product_id = $5");
    /// How the newest version of a shift stands.
    SHIFT = concat!(standing!("shift", "shift_id = $1"), " AND deleted_at IS NULL ORDER BY valid_from DESC LIMIT 1");
    /// Takes its newest version away.
    REMOVE_SHIFT = removal!("shift", "shift_id = $4 AND valid_from = $5");
    /// How a person's place stands.
    EMPLOYEE = standing!("employee_client_assignment", "client_id = $1 AND employee_number = $2");
    /// Takes it away.
    REMOVE_EMPLOYEE = removal!("employee_client_assignment", "client_id = $4 AND employee_number = $5");
    /// How an order stands.
    ORDER = standing!("work_order", "client_id = $1 AND work_order_id = $2");
    /// Takes it away.
    REMOVE_ORDER = removal!("work_order", "client_id = $4 AND work_order_id = $5");
    /// How a job stands.
    JOB = standing!("job", "client_id = $1 AND job_id = $2");
    /// Takes it away.
    REMOVE_JOB = removal!("job", "client_id = $4 AND job_id = $5");
    /// How a part's opportunities stand.
    PART = standing!("part_opportunities", "client_id = $1 AND part_number = $2");
    /// Takes them away.
    REMOVE_PART = removal!("part_opportunities", "client_id = $4 AND part_number = $5");
    /// How a target stands.
    TARGET = standing!("kpi_target", "client_id = $1 AND kpi = $2 AND valid_from = $3");
    /// Takes it away.
    REMOVE_TARGET = removal!("kpi_target", "client_id = $4 AND kpi = $5 AND valid_from = $6");
    /// How a reason of stops stands.
    DOWNTIME_CODE = standing!("downtime_reason", "client_id = $1 AND code = $2");
    /// Takes it away.
    REMOVE_DOWNTIME_CODE = removal!("downtime_reason", "client_id = $4 AND code = $5");
    /// How a reason of holds stands.
    HOLD_CODE = standing!("hold_reason", "client_id = $1 AND code = $2");
    /// Takes it away.
    REMOVE_HOLD_CODE = removal!("hold_reason", "client_id = $4 AND code = $5");
    /// How a type of defect stands.
    DEFECT_CODE = standing!("defect_type", "client_id = $1 AND code = $2");
    /// Takes it away.
    REMOVE_DEFECT_CODE = removal!("defect_type", "client_id = $4 AND code = $5");
    /// How a type of absence stands.
    ABSENCE_CODE = standing!("absence_type", "client_id = $1 AND code = $2");
    /// Takes it away.
    REMOVE_ABSENCE_CODE = removal!("absence_type", "client_id = $4 AND code = $5");
    /// Whether anything was entered for an order.
    ORDER_IS_USED = "SELECT count(*) FROM (
                       SELECT work_order_id FROM production_entry
                       WHERE client_id = $1 AND work_order_id = $2 AND deleted_at IS NULL
                       UNION ALL
                       SELECT work_order_id FROM quality_entry
                       WHERE client_id = $1 AND work_order_id = $2 AND deleted_at IS NULL
                       UNION ALL
                       SELECT work_order_id FROM hold_entry
                       WHERE client_id = $1 AND work_order_id = $2 AND deleted_at IS NULL) AS used";
}

/// Which table a row is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Table {
    /// Lines.
    Line,
    /// Products.
    Product,
    /// Products of a client.
    Link,
    /// Shifts.
    Shift,
    /// People.
    Employee,
    /// Orders.
    Order,
    /// Jobs.
    Job,
    /// Opportunities.
    Part,
    /// Targets.
    Target,
    /// Codes.
    Code(CatalogueKind),
}

impl Table {
    const fn standing(self) -> &'static str {
        match self {
            Self::Line => LINE,
            Self::Product => PRODUCT,
            Self::Link => LINK,
            Self::Shift => SHIFT,
            Self::Employee => EMPLOYEE,
            Self::Order => ORDER,
            Self::Job => JOB,
            Self::Part => PART,
            Self::Target => TARGET,
            Self::Code(CatalogueKind::Downtime) => DOWNTIME_CODE,
            Self::Code(CatalogueKind::Hold) => HOLD_CODE,
            Self::Code(CatalogueKind::Defect) => DEFECT_CODE,
            Self::Code(CatalogueKind::Absence) => ABSENCE_CODE,
        }
    }

    /// A product itself is everybody's; only its link is taken away.
    const fn removal(self) -> &'static str {
        match self {
            Self::Line => REMOVE_LINE,
            Self::Product | Self::Link => REMOVE_LINK,
            Self::Shift => REMOVE_SHIFT,
            Self::Employee => REMOVE_EMPLOYEE,
            Self::Order => REMOVE_ORDER,
            Self::Job => REMOVE_JOB,
            Self::Part => REMOVE_PART,
            Self::Target => REMOVE_TARGET,
            Self::Code(CatalogueKind::Downtime) => REMOVE_DOWNTIME_CODE,
            Self::Code(CatalogueKind::Hold) => REMOVE_HOLD_CODE,
            Self::Code(CatalogueKind::Defect) => REMOVE_DEFECT_CODE,
            Self::Code(CatalogueKind::Absence) => REMOVE_ABSENCE_CODE,
        }
    }
}

/// How a row stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Standing {
    /// Its version.
    pub(crate) version: i64,
    /// Who changed it last.
    pub(crate) updated_by: String,
    /// When.
    pub(crate) updated_at: Instant,
    /// Whether it was removed.
    pub(crate) removed: bool,
}

impl FromCells for Standing {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            version: cells.int()?,
            updated_by: cells.text()?,
            updated_at: cells.instant()?,
            removed: cells.instant_opt()?.is_some(),
        })
    }
}

/// How the row of a key stands, removed or not; of a shift its newest version.
pub(crate) async fn standing(
    tx: &mut impl Look,
    table: Table,
    key: Vec<Value>,
) -> Result<Option<Standing>, StoreError> {
    tx.optional(table.standing(), key).await
}

/// Takes a row away; false where somebody was faster.
pub(crate) async fn remove(tx: &mut WriteTx, table: Table, key: Vec<Value>, version: i64) -> Result<bool, StoreError> {
    let (by, at) = (tx.by().to_owned(), tx.at());
    let values = args![at, by, version].into_iter().chain(key).collect();
    Ok(tx.run(table.removal(), values).await? == 1)
}

/// The key of a client's row.
pub(crate) fn of_client(client: &ClientId, order: &WorkOrderId) -> Vec<Value> {
    args![client, order]
}

/// Whether a count, an inspection or a hold names an order.
pub(crate) async fn order_is_used(
    tx: &mut impl Look,
    client: &ClientId,
    order: &WorkOrderId,
) -> Result<bool, StoreError> {
    Ok(tx.one::<i64>(ORDER_IS_USED, args![client, order]).await? > 0)
}
