//! Lines, shifts, products, catalogues and settings: what entries refer to.

use super::error::StoreError;
use super::funnel::{Cells, FromCells, InsertInto, Look, Stamp, WriteTx, args, statements};
use crate::domain::clock::ProductionDate;
use crate::domain::downtime::Loss;
use crate::domain::id::{ClientId, Code, LineId, ProductId, Stage};
use crate::domain::measure::Millis;
use crate::domain::shift::{Shift, Weekdays};

statements! {
    /// Every version of every shift, the reserved one too.
    SHIFTS = "SELECT shift_id, valid_from, name, start_minute, end_minute, break_minutes, days FROM shift
              WHERE active = 1 AND deleted_at IS NULL ORDER BY shift_id, valid_from";
    /// Whether a key of a shift was ever used.
    SHIFT_EXISTS = "SELECT count(*) FROM shift WHERE shift_id = $1";
    /// One line.
    LINE = "SELECT line_id, name, micro_stop_minutes, active FROM production_line
            WHERE client_id = $1 AND line_id = $2 AND deleted_at IS NULL";
    /// A product that is linked to the client.
    LINKED_PRODUCT = "SELECT p.product_id, p.name, p.ideal_cycle_ms, p.labour_standard_ms, p.standard_crew, p.active
                      FROM client_product AS l JOIN product AS p ON p.product_id = l.product_id
                      WHERE l.client_id = $1 AND l.product_id = $2 AND l.deleted_at IS NULL AND p.deleted_at IS NULL";
    /// A product, linked or not; only those who keep master data see the unlinked ones.
    PRODUCT = "SELECT product_id, name, ideal_cycle_ms, labour_standard_ms, standard_crew, active FROM product
               WHERE product_id = $1 AND deleted_at IS NULL";
    /// One reason of stops.
    DOWNTIME_REASON = "SELECT code, name, loss FROM downtime_reason
                       WHERE client_id = $1 AND code = $2 AND deleted_at IS NULL";
    /// The name of one reason of holds.
    HOLD_REASON = "SELECT name FROM hold_reason WHERE client_id = $1 AND code = $2 AND deleted_at IS NULL";
    /// One switch of a client.
    SETTING = "SELECT value FROM client_setting WHERE client_id = $1 AND name = $2 AND deleted_at IS NULL";
    /// The stages of a client that are in use, in its order.
    STAGES = "SELECT stage FROM stage WHERE client_id = $1 AND deleted_at IS NULL ORDER BY position, stage";
    PLACE_STAGE = "UPDATE stage SET position = $3, deleted_at = NULL, updated_by = $4, updated_at = $5, version = version + 1
                   WHERE client_id = $1 AND stage = $2 RETURNING version";
    REMOVE_STAGE = "UPDATE stage SET deleted_at = $4, updated_by = $3, updated_at = $4, version = version + 1
                    WHERE client_id = $1 AND stage = $2 AND deleted_at IS NULL RETURNING version";
    CHANGE_SETTING = "UPDATE client_setting SET value = $3, deleted_at = NULL, updated_by = $4, updated_at = $5,
                        version = version + 1
                      WHERE client_id = $1 AND name = $2 RETURNING version";
}

const STAGE: InsertInto =
    InsertInto { table: "stage", columns: &["client_id", "stage", "position"], stamp: Stamp::Full };
const CLIENT_SETTING: InsertInto =
    InsertInto { table: "client_setting", columns: &["client_id", "name", "value"], stamp: Stamp::Full };
const PRODUCTION_LINE: InsertInto = InsertInto {
    table: "production_line",
    columns: &["client_id", "line_id", "name", "micro_stop_minutes", "active"],
    stamp: Stamp::Full,
};
const SHIFT: InsertInto = InsertInto {
    table: "shift",
    columns: &["shift_id", "valid_from", "name", "start_minute", "end_minute", "break_minutes", "days", "active"],
    stamp: Stamp::Full,
};
const PRODUCT_TABLE: InsertInto = InsertInto {
    table: "product",
    columns: &["product_id", "name", "ideal_cycle_ms", "labour_standard_ms", "standard_crew", "active"],
    stamp: Stamp::Full,
};
const CLIENT_PRODUCT: InsertInto =
    InsertInto { table: "client_product", columns: &["client_id", "product_id"], stamp: Stamp::Full };

/// The limit below which an unplanned stop is a speed loss, unless a line says otherwise (2-data.md).
pub(crate) const DEFAULT_MICRO_STOP_MINUTES: i64 = 2;

/// A production line.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    /// Its key.
    pub(crate) line_id: LineId,
    /// Its name.
    pub(crate) name: String,
    /// Unplanned stops shorter than this are speed losses.
    pub(crate) micro_stop_minutes: i64,
    /// Whether it can be chosen.
    pub(crate) active: bool,
}

impl FromCells for Line {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            line_id: cells.line()?,
            name: cells.text()?,
            micro_stop_minutes: cells.int()?,
            active: cells.flag()?,
        })
    }
}

/// A product and its standards.
#[derive(Debug, Clone)]
pub(crate) struct Product {
    /// Its key.
    pub(crate) product_id: ProductId,
    /// Its name.
    pub(crate) name: String,
    /// The line's fastest time for one unit.
    pub(crate) ideal_cycle: Option<Millis>,
    /// Person time for one unit, where it is stated.
    pub(crate) labour_standard: Option<Millis>,
    /// People for whom the ideal cycle holds.
    pub(crate) standard_crew: i64,
    /// Whether it can be chosen.
    pub(crate) active: bool,
}

impl FromCells for Product {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            product_id: cells.product()?,
            name: cells.text()?,
            ideal_cycle: cells.millis_opt()?,
            labour_standard: cells.millis_opt()?,
            standard_crew: cells.int()?,
            active: cells.flag()?,
        })
    }
}

/// A reason of stops.
#[derive(Debug, Clone)]
pub(crate) struct DowntimeReason {
    /// Its code.
    pub(crate) code: Code,
    /// Its name.
    pub(crate) name: String,
    /// The loss it stands for.
    pub(crate) loss: Loss,
}

impl FromCells for DowntimeReason {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self { code: cells.code()?, name: cells.text()?, loss: spelled(&cells.text()?, Loss::parse)? })
    }
}

/// Reads an enumeration that the database has checked.
pub(crate) fn spelled<T>(text: &str, parse: impl Fn(&str) -> Option<T>) -> Result<T, StoreError> {
    parse(text).ok_or_else(|| StoreError::Driver(format!("unknown value {text}")))
}

impl FromCells for Shift {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            shift_id: cells.shift()?,
            valid_from: cells.date()?,
            name: cells.text()?,
            start_minute: cells.int()?,
            end_minute: cells.int()?,
            break_minutes: cells.int()?,
            days: Weekdays(cells.int()?),
        })
    }
}

/// Every version of every active shift.
pub(crate) async fn shifts(tx: &mut impl Look) -> Result<Vec<Shift>, StoreError> {
    tx.all(SHIFTS, args![]).await
}

/// One line of a client.
pub(crate) async fn line(tx: &mut impl Look, client: &ClientId, line: &LineId) -> Result<Option<Line>, StoreError> {
    tx.optional(LINE, args![client, line]).await
}

/// A product that a client may know of.
pub(crate) async fn linked_product(
    tx: &mut impl Look,
    client: &ClientId,
    product: &ProductId,
) -> Result<Option<Product>, StoreError> {
    tx.optional(LINKED_PRODUCT, args![client, product]).await
}

/// A product, for those who keep master data.
pub(crate) async fn product(tx: &mut impl Look, product: &ProductId) -> Result<Option<Product>, StoreError> {
    tx.optional(PRODUCT, args![product]).await
}

/// One reason of stops of a client.
pub(crate) async fn downtime_reason(
    tx: &mut impl Look,
    client: &ClientId,
    code: &Code,
) -> Result<Option<DowntimeReason>, StoreError> {
    tx.optional(DOWNTIME_REASON, args![client, code]).await
}

/// The name of one reason of holds of a client.
pub(crate) async fn hold_reason(
    tx: &mut impl Look,
    client: &ClientId,
    code: &Code,
) -> Result<Option<String>, StoreError> {
    tx.optional(HOLD_REASON, args![client, code]).await
}

/// The switches of a client (2-data.md, `client_setting`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Setting {
    /// Whether a release takes a second person; on unless switched off.
    TwoPersonRelease,
    /// Whether absence may be looked at by employee; off unless switched on, because it is personal data.
    Bradford,
    /// How many days back a LEADER may correct.
    CorrectionDays,
}

impl Setting {
    const fn name(self) -> &'static str {
        match self {
            Self::TwoPersonRelease => "two_person_release",
            Self::Bradford => "bradford",
            Self::CorrectionDays => "correction_days",
        }
    }

    const fn default_value(self) -> i64 {
        match self {
            Self::TwoPersonRelease => 1,
            Self::Bradford => 0,
            Self::CorrectionDays => 7,
        }
    }
}

/// A switch of a client, or its documented default.
pub(crate) async fn setting(tx: &mut impl Look, client: &ClientId, setting: Setting) -> Result<i64, StoreError> {
    Ok(tx.optional(SETTING, args![client, setting.name()]).await?.unwrap_or(setting.default_value()))
}

/// Sets a switch of a client.
pub(crate) async fn set_setting(
    tx: &mut WriteTx,
    client: &ClientId,
    setting: Setting,
    value: i64,
) -> Result<(), StoreError> {
    let (by, at) = (tx.by().to_owned(), tx.at());
    if tx.run(CHANGE_SETTING, args![client, setting.name(), value, &by, at]).await? == 0 {
        tx.insert_one(&CLIENT_SETTING, args![client, setting.name(), value]).await?;
    }
    Ok(())
}

/// The stages at which a client inspects, in its order.
pub(crate) async fn stages(tx: &mut impl Look, client: &ClientId) -> Result<Vec<Stage>, StoreError> {
    Ok(tx.all::<String>(STAGES, args![client]).await?.into_iter().map(Stage::stored).collect())
}

/// Has a client inspect at these stages in this order. One that is left out stays what it is to its inspections.
pub(crate) async fn set_stages(tx: &mut WriteTx, client: &ClientId, wanted: &[Stage]) -> Result<(), StoreError> {
    let (by, at) = (tx.by().to_owned(), tx.at());
    for left_out in stages(tx, client).await?.iter().filter(|stage| !wanted.contains(stage)) {
        tx.run(REMOVE_STAGE, args![client, left_out, &by, at]).await?;
    }
    for (position, stage) in (1_i64..).zip(wanted) {
        if tx.run(PLACE_STAGE, args![client, stage, position, &by, at]).await? == 0 {
            tx.insert_one(&STAGE, args![client, stage, position]).await?;
        }
    }
    Ok(())
}

/// Adds a line.
pub(crate) async fn add_line(tx: &mut WriteTx, client: &ClientId, line: &LineId, name: &str) -> Result<(), StoreError> {
    tx.insert_one(&PRODUCTION_LINE, args![client, line, name, DEFAULT_MICRO_STOP_MINUTES, true]).await
}

/// Adds a product.
pub(crate) async fn add_product(tx: &mut WriteTx, product: &Product) -> Result<(), StoreError> {
    let row = args![
        &product.product_id,
        &product.name,
        product.ideal_cycle,
        product.labour_standard,
        product.standard_crew,
        product.active
    ];
    tx.insert_one(&PRODUCT_TABLE, row).await
}

/// Lets a client know of a product.
pub(crate) async fn link_product(tx: &mut WriteTx, client: &ClientId, product: &ProductId) -> Result<(), StoreError> {
    tx.insert_one(&CLIENT_PRODUCT, args![client, product]).await
}

/// Whether any version of a shift has this key.
pub(crate) async fn shift_exists(tx: &mut impl Look, shift: &Shift) -> Result<bool, StoreError> {
    Ok(tx.one::<i64>(SHIFT_EXISTS, args![&shift.shift_id]).await? > 0)
}

/// Adds a version of a shift.
pub(crate) async fn add_shift(tx: &mut WriteTx, shift: &Shift) -> Result<(), StoreError> {
    let row = args![
        &shift.shift_id,
        shift.valid_from,
        &shift.name,
        shift.start_minute,
        shift.end_minute,
        shift.break_minutes,
        shift.days.0,
        true
    ];
    tx.insert_one(&SHIFT, row).await
}

/// The date from which the first version of a shift holds.
pub(crate) const FIRST_VERSION: ProductionDate = ProductionDate::BEGINNING;
