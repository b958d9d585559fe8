//! Lines, products and their links, shifts and targets, as an import reads and writes them.

use super::record;
use crate::domain::clock::ProductionDate;
use crate::domain::id::{ClientId, LineId, ProductId, ShiftId};
use crate::domain::measure::Millis;

record! {
    /// A production line.
    LineRecord in "production_line" key 2 where "client_id = $1 AND line_id IN ($keys)" {
        client_id: ClientId, line_id: LineId, name: String, micro_stop_minutes: i64, active: bool,
    }
}

record! {
    /// A product, seen by those who keep master data whether it is linked or not.
    ProductRecord in "product" key 1 where "product_id IN ($keys)" {
        product_id: ProductId, name: String, ideal_cycle_ms: Option<Millis>, labour_standard_ms: Option<Millis>,
        standard_crew: i64, active: bool,
    }
}

record! {
    /// That a client may know of a product.
    LinkRecord in "client_product" key 2 where "client_id = $1 AND product_id IN ($keys)" {
        client_id: ClientId, product_id: ProductId,
    }
}

record! {
    /// A version of a shift.
    ShiftRecord in "shift" key 2 where "shift_id IN ($keys)" {
        shift_id: ShiftId, valid_from: ProductionDate, name: String, start_minute: i64, end_minute: i64,
        break_minutes: i64, days: i64, active: bool,
    }
}

record! {
    /// A target of a KPI from a date on, in millionths.
    TargetRecord in "kpi_target" key 3 where "client_id = $1" {
        client_id: ClientId, kpi: String, valid_from: ProductionDate, target_micro: i64, warning_micro: Option<i64>,
    }
}
