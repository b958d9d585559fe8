//! Hours of a line's shift that a leader signed, with what is to be said about them.

use super::error::StoreError;
use super::funnel::{Cells, FromCells, InsertInto, Look, Stamp, WriteTx, args, statements};
use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::id::{ClientId, ShiftId};
use crate::domain::shift::LineShiftKey;
use crate::domain::text::CleanText;

statements! {
    /// One hour, taken back or not.
    ONE = "SELECT remark, signed_by, deleted_at, version, updated_by, updated_at FROM hour_sign_off
           WHERE client_id = $1 AND production_date = $2 AND shift_id = $3 AND line_id = $4 AND hour = $5";
    /// The signed hours of some days.
    OF_DAYS = "SELECT client_id, production_date, shift_id, line_id, hour, remark, signed_by, signed_at, version
               FROM hour_sign_off WHERE production_date BETWEEN $1 AND $2 AND deleted_at IS NULL";
    /// The signed hours of a client's shift.
    OF_SHIFT = "SELECT client_id, production_date, shift_id, line_id, hour, remark, signed_by, signed_at, version
                FROM hour_sign_off WHERE client_id = $1 AND production_date = $2 AND shift_id = $3 AND deleted_at IS NULL
                ORDER BY line_id, hour";
    /// Signs an hour that was signed before, whether that was taken back or not.
    SIGN_AGAIN = "UPDATE hour_sign_off SET remark = $6, signed_by = $7, signed_at = $8, deleted_at = NULL, updated_by = $7,
                    updated_at = $8, version = version + 1
                  WHERE client_id = $1 AND production_date = $2 AND shift_id = $3 AND line_id = $4 AND hour = $5
                    AND version = $9 RETURNING version";
    /// Takes a signature back.
    TAKE_BACK = "UPDATE hour_sign_off SET deleted_at = $6, updated_by = $7, updated_at = $6, version = version + 1
                 WHERE client_id = $1 AND production_date = $2 AND shift_id = $3 AND line_id = $4 AND hour = $5
                   AND version = $8 RETURNING version";
}

const HOUR_SIGN_OFF: InsertInto = InsertInto {
    table: "hour_sign_off",
    columns: &["client_id", "production_date", "shift_id", "line_id", "hour", "remark", "signed_by", "signed_at"],
    stamp: Stamp::Full,
};

/// An hour of a line's shift, counted from the shift's start.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HourKey<'a> {
    /// The line's shift.
    pub(crate) line_shift: &'a LineShiftKey,
    /// Whole hours since its start.
    pub(crate) hour: i64,
}

impl HourKey<'_> {
    fn args(self) -> Vec<super::funnel::Value> {
        let key = self.line_shift;
        args![&key.client_id, key.production_date, &key.shift_id, &key.line_id, self.hour]
    }
}

/// What is kept of an hour.
#[derive(Debug, Clone)]
pub(crate) struct Kept {
    /// What was said.
    pub(crate) remark: Option<String>,
    /// Who signed.
    pub(crate) signed_by: String,
    /// Whether it was taken back.
    pub(crate) taken_back: bool,
    /// Its version.
    pub(crate) version: i64,
    /// Who changed it last.
    pub(crate) by: String,
    /// When.
    pub(crate) at: Instant,
}

impl FromCells for Kept {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            remark: cells.text_opt()?,
            signed_by: cells.text()?,
            taken_back: cells.instant_opt()?.is_some(),
            version: cells.int()?,
            by: cells.text()?,
            at: cells.instant()?,
        })
    }
}

/// A signed hour.
#[derive(Debug, Clone)]
pub(crate) struct Signed {
    /// Of which line and shift.
    pub(crate) key: LineShiftKey,
    /// Whole hours since its start.
    pub(crate) hour: i64,
    /// What was said.
    pub(crate) remark: Option<String>,
    /// Who signed.
    pub(crate) by: String,
    /// When.
    pub(crate) at: Instant,
    /// Its version.
    pub(crate) version: i64,
}

impl FromCells for Signed {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            key: LineShiftKey {
                client_id: cells.client()?,
                production_date: cells.date()?,
                shift_id: cells.shift()?,
                line_id: cells.line()?,
            },
            hour: cells.int()?,
            remark: cells.text_opt()?,
            by: cells.text()?,
            at: cells.instant()?,
            version: cells.int()?,
        })
    }
}

/// What is kept of an hour, if it was ever signed.
pub(crate) async fn find(tx: &mut impl Look, key: HourKey<'_>) -> Result<Option<Kept>, StoreError> {
    tx.optional(ONE, key.args()).await
}

/// The signed hours of the production dates from `from` to `to`.
pub(crate) async fn of_days(
    tx: &mut impl Look,
    from: ProductionDate,
    to: ProductionDate,
) -> Result<Vec<Signed>, StoreError> {
    tx.all(OF_DAYS, args![from, to]).await
}

/// The signed hours of a client's shift, by line and hour.
pub(crate) async fn of_shift(
    tx: &mut impl Look,
    client: &ClientId,
    shift: (ProductionDate, &ShiftId),
) -> Result<Vec<Signed>, StoreError> {
    tx.all(OF_SHIFT, args![client, shift.0, shift.1]).await
}

/// Signs an hour; `version` is that of the row that is there, taken back or not. Says whether it was hit.
pub(crate) async fn sign(
    tx: &mut WriteTx,
    key: HourKey<'_>,
    remark: Option<&CleanText>,
    version: Option<i64>,
) -> Result<bool, StoreError> {
    let (by, at) = (tx.by().to_owned(), tx.at());
    let mut values = key.args();
    if let Some(version) = version {
        values.extend(args![remark, &by, at, version]);
        return Ok(tx.run(SIGN_AGAIN, values).await? == 1);
    }
    values.extend(args![remark, &by, at]);
    tx.insert_one(&HOUR_SIGN_OFF, values).await?;
    Ok(true)
}

/// Takes a signature back; says whether it was hit.
pub(crate) async fn take_back(tx: &mut WriteTx, key: HourKey<'_>, version: i64) -> Result<bool, StoreError> {
    let (by, at) = (tx.by().to_owned(), tx.at());
    let mut values = key.args();
    values.extend(args![at, &by, version]);
    Ok(tx.run(TAKE_BACK, values).await? == 1)
}
