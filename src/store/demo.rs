//! The rows of a demo plant. The only place where rows are written for somebody else and dated back, which is why it
//! refuses any database that is not marked as a demo.

use super::error::StoreError;
use super::funnel::{Cells, FromCells, InsertInto, Look, Stamp, Value, WriteTx, args, statements};
use super::session::Session;
use crate::domain::clock::{Instant, ProductionDate};
use uuid::Uuid;

statements! {
    /// The loss of each reason for a stop.
    LOSSES = "SELECT code, loss FROM downtime_reason WHERE client_id = $1 AND deleted_at IS NULL";
    /// Whether each type of absence counts.
    ABSENCES_THAT_COUNT = "SELECT code FROM absence_type WHERE client_id = $1 AND counts = 1 AND deleted_at IS NULL";
    /// Switches a setting of a client.
    SWITCH = "UPDATE client_setting SET value = $3, updated_by = $4, updated_at = $5, version = version + 1
              WHERE client_id = $1 AND name = $2 RETURNING version";
}

/// A row with who entered it and when.
#[derive(Debug, Clone)]
pub(crate) struct Entered<T> {
    /// Who.
    pub(crate) by: String,
    /// When.
    pub(crate) at: Instant,
    /// What.
    pub(crate) row: T,
}

/// A row that a demo writes.
pub(crate) trait DemoRow: Send {
    /// Where it goes.
    const INTO: InsertInto;
    /// Its values in the order of the columns.
    fn values(self) -> Vec<Value>;
}

/// Declares rows whose fields are the columns of their table, in its order.
macro_rules! rows {
    ($($(#[$doc:meta])* $name:ident in $table:literal $stamp:ident { $($field:ident: $type:ty),+ $(,)? })+) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone)]
        pub(crate) struct $name { $(pub(crate) $field: $type),+ }

        impl DemoRow for $name {
            const INTO: InsertInto =
                InsertInto { table: $table, columns: &[$(stringify!($field)),+], stamp: Stamp::$stamp };

            fn values(self) -> Vec<Value> {
                args![$(self.$field),+]
            }
        }
    )+};
}

rows! {
    /// A shift pattern.
    ShiftRow in "shift" Full {
        shift_id: String, valid_from: ProductionDate, name: String, start_minute: i64, end_minute: i64,
        break_minutes: i64, days: i64, active: bool,
    }
    /// A product.
    ProductRow in "product" Full {
        product_id: String, name: String, ideal_cycle_ms: Option<i64>, labour_standard_ms: Option<i64>,
        standard_crew: i64, active: bool,
    }
    /// A person.
    PersonRow in "employee" Created { employee_id: Uuid }
    /// A person of the floating pool.
    PoolRow in "floating_pool" Full { employee_id: Uuid, name: String, skills: Option<String>, active: bool }
    /// A person's place at a client.
    EmployeeRow in "employee_client_assignment" Full {
        client_id: String, employee_number: String, employee_id: Uuid, name: String, department: Option<String>,
        is_primary: bool, valid_from: Option<ProductionDate>, valid_to: Option<ProductionDate>, active: bool,
    }
    /// A product's link to a client.
    LinkRow in "client_product" Full { client_id: String, product_id: String }
    /// A stage of inspection.
    StageRow in "stage" Full { client_id: String, stage: String, position: i64 }
    /// A line.
    LineRow in "production_line" Full {
        client_id: String, line_id: String, name: String, micro_stop_minutes: i64, active: bool,
    }
    /// A target.
    TargetRow in "kpi_target" Full {
        client_id: String, kpi: String, valid_from: ProductionDate, target_micro: i64, warning_micro: Option<i64>,
    }
    /// The opportunities of a part.
    PartRow in "part_opportunities" Full {
        client_id: String, part_number: String, opportunities_per_unit: i64, description: Option<String>,
    }
    /// A work order.
    OrderRow in "work_order" Full {
        client_id: String, work_order_id: String, product_id: String, quantity: i64, ideal_cycle_ms: Option<i64>,
        received: Option<ProductionDate>, planned_start: Option<ProductionDate>, started_at: Option<Instant>,
        required_date: Option<ProductionDate>, completed_at: Option<Instant>, cancelled_at: Option<Instant>,
        delivered_at: Option<Instant>, delivered_date: Option<ProductionDate>, delivered_quantity: Option<i64>,
        status: String, priority: String, po_number: Option<String>, notes: Option<String>,
    }
    /// A job.
    JobRow in "job" Full {
        client_id: String, job_id: String, work_order_id: String, job_number: Option<String>, part_number: String,
        quantity: i64, completed: i64, scrapped: i64,
    }
    /// A line shift.
    LineShiftRow in "line_shift" Full {
        client_id: String, production_date: ProductionDate, shift_id: String, line_id: String,
        shift_valid_from: ProductionDate, starts_at: Instant, ends_at: Instant, planned_minutes: i64,
        planned_stated: bool, crew: Option<i64>, crew_stated: bool, target_units: Option<i64>, target_stated: bool,
        status: String, closed_by: Option<String>, closed_at: Option<Instant>, handover_note: Option<String>,
        reopened_by: Option<String>, reopened_at: Option<Instant>, reopened_reason: Option<String>,
    }
    /// A signed hour.
    SignedRow in "hour_sign_off" Full {
        client_id: String, production_date: ProductionDate, shift_id: String, line_id: String, hour: i64,
        remark: Option<String>, signed_by: String, signed_at: Instant,
    }
    /// A count.
    CountRow in "production_entry" Full {
        client_id: String, entry_id: Uuid, production_date: ProductionDate, shift_id: String, line_id: String,
        counted_at: Option<Instant>, product_id: String, work_order_id: Option<String>, job_id: Option<String>,
        units: i64, defects: i64, scrap: i64, rework: i64, startup_defects: i64, ideal_cycle_ms: Option<i64>,
        labour_standard_ms: Option<i64>, standard_source: String, late: bool, estimated: bool, notes: Option<String>,
        confirmed_by: Option<String>, confirmed_at: Option<Instant>,
    }
    /// A stop.
    StopRow in "downtime_entry" Full {
        client_id: String, entry_id: Uuid, stop_id: Uuid, production_date: ProductionDate, shift_id: String,
        line_id: String, work_order_id: Option<String>, reason: String, loss: String, started_at: Option<Instant>,
        ended_at: Option<Instant>, minutes: Option<i64>, classified_minutes: Option<i64>, micro_stop: bool,
        counted: bool, late: bool, notes: Option<String>, corrective_action: Option<String>,
        resolved_by: Option<String>,
    }
    /// An inspection.
    InspectionRow in "quality_entry" Full {
        client_id: String, entry_id: Uuid, production_date: ProductionDate, shift_id: String, line_id: String,
        work_order_id: Option<String>, job_id: Option<String>, part_number: Option<String>,
        opportunities_per_unit: Option<i64>, stage: String, inspected: i64, passed: i64, reworked: i64, repaired: i64,
        scrapped: i64, inspector: Option<String>, late: bool, notes: Option<String>,
    }
    /// Defects of an inspection.
    DefectRow in "defect_detail" Full {
        client_id: String, quality_entry_id: Uuid, defect_type: String, count: i64, cause: Option<String>,
        notes: Option<String>,
    }
    /// A hold.
    HoldRow in "hold_entry" Full {
        client_id: String, hold_id: Uuid, work_order_id: String, job_id: Option<String>, reason: String,
        quantity: i64, status: String, requested_by: Option<String>, requested_at: Option<Instant>,
        approved_by: Option<String>, approved_at: Option<Instant>, placed_by: Option<String>,
        hold_from: Option<Instant>, release_requested_by: Option<String>, release_requested_at: Option<Instant>,
        released_by: Option<String>, released_at: Option<Instant>, disposition: Option<String>,
        quality_entry_id: Option<Uuid>, split_from: Option<Uuid>, notes: Option<String>,
    }
    /// A step of a hold.
    HoldEventRow in "hold_event" Created {
        client_id: String, hold_id: Uuid, seq: i64, step: String, quantity: i64, by_login: String, at: Instant,
        note: Option<String>,
    }
    /// Attendance of a person in a shift.
    AttendanceRow in "attendance_entry" Full {
        client_id: String, production_date: ProductionDate, shift_id: String, employee_number: String,
        shift_valid_from: ProductionDate, scheduled_minutes: i64, worked_minutes: i64, absence_minutes: i64,
        absence_type: Option<String>, absence_counts: Option<bool>, late: bool, notes: Option<String>,
    }
    /// A covered absence.
    CoverageRow in "coverage_entry" Full {
        client_id: String, coverage_id: Uuid, production_date: ProductionDate, shift_id: String,
        employee_number: String, pool_employee_id: Uuid, covered_from: Instant, covered_to: Instant, minutes: i64,
        notes: Option<String>,
    }
    /// A pool person's booking.
    BookingRow in "pool_booking" Created {
        employee_id: Uuid, booked_from: Instant, booked_to: Instant, coverage_id: Uuid,
    }
}

/// What a client's catalogue says of its codes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Codes {
    losses: Vec<(String, String)>,
    counting: Vec<String>,
}

impl Codes {
    /// The loss of a reason for a stop.
    pub(crate) fn loss(&self, reason: &str) -> Option<&str> {
        self.losses.iter().find(|(code, _)| code == reason).map(|(_, loss)| loss.as_str())
    }

    /// Whether a type of absence counts.
    pub(crate) fn counts(&self, absence: &str) -> bool {
        self.counting.iter().any(|code| code == absence)
    }
}

struct Pair(String, String);

impl FromCells for Pair {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self(cells.text()?, cells.text()?))
    }
}

/// A transaction that fills a part of a demo.
pub(crate) struct FillTx {
    tx: WriteTx,
}

impl Session {
    /// Opens a transaction that fills this database; only one that is marked as a demo has it.
    pub(crate) async fn fill(&self, at: Instant) -> Result<FillTx, StoreError> {
        if self.store().demo_mark().await?.is_none() {
            return Err(StoreError::OutOfScope);
        }
        let mut tx = self.write(at).await?;
        tx.grow().await?;
        Ok(FillTx { tx })
    }
}

impl FillTx {
    /// Writes rows in the name of those who entered them.
    pub(crate) async fn write<T: DemoRow>(&mut self, rows: Vec<Entered<T>>) -> Result<usize, StoreError> {
        let written = rows.len();
        let dated = rows.into_iter().map(|entered| (entered.row.values(), entered.by, entered.at));
        self.tx.insert_dated(&T::INTO, dated.collect()).await?;
        Ok(written)
    }

    /// What a client's catalogue says of its codes.
    pub(crate) async fn codes(&mut self, client: &str) -> Result<Codes, StoreError> {
        let losses: Vec<Pair> = self.tx.all(LOSSES, args![client]).await?;
        let counting = self.tx.all(ABSENCES_THAT_COUNT, args![client]).await?;
        Ok(Codes { losses: losses.into_iter().map(|Pair(code, loss)| (code, loss)).collect(), counting })
    }

    /// Switches a setting of a client.
    pub(crate) async fn switch(&mut self, client: &str, setting: &str, value: i64) -> Result<(), StoreError> {
        let (by, at) = (self.tx.by().to_owned(), self.tx.at());
        self.tx.run(SWITCH, args![client, setting, value, by, at]).await.map(|_| ())
    }

    /// The transaction itself, for the audit row of a step.
    pub(crate) fn tx(&mut self) -> &mut WriteTx {
        &mut self.tx
    }

    /// Makes everything durable.
    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        self.tx.commit().await
    }
}
