//! Counts.

use super::error::StoreError;
use super::funnel::{Cells, FromCells, InsertInto, Look, Stamp, Value, WriteTx, args, statements};
use crate::domain::clock::Instant;
use crate::domain::id::{ClientId, EntryId, JobId, ProductId, WorkOrderId};
use crate::domain::measure::{Millis, Units};
use crate::domain::production::{Count, StandardSource};
use crate::domain::shift::LineShiftKey;
use crate::domain::standard::Standards;
use crate::domain::text::CleanText;

statements! {
    /// One count with what decides who may correct it.
    ONE = "SELECT p.production_date, p.shift_id, p.line_id, p.units, p.created_by, p.deleted_at, p.version, s.status
           FROM production_entry AS p
           JOIN line_shift AS s ON s.client_id = p.client_id AND s.production_date = p.production_date
                               AND s.shift_id = p.shift_id AND s.line_id = p.line_id
           WHERE p.client_id = $1 AND p.entry_id = $2";
    /// Corrects a count. Its standards stay as they were then.
    CORRECT = "UPDATE production_entry SET production_date = $3, shift_id = $4, line_id = $5, counted_at = $6,
                 product_id = $7, work_order_id = $8, job_id = $9, units = $10, defects = $11, scrap = $12, rework = $13,
                 startup_defects = $14, estimated = $15, notes = $16, updated_by = $17, updated_at = $18,
                 version = version + 1
               WHERE client_id = $1 AND entry_id = $2 AND version = $19 RETURNING version";
    /// Gives a count the standards of what it now says was made.
    SET_STANDARD = "UPDATE production_entry SET ideal_cycle_ms = $3, labour_standard_ms = $4, standard_source = $5
                    WHERE client_id = $1 AND entry_id = $2 RETURNING version";
    /// Removes or restores a count.
    SET_DELETED = "UPDATE production_entry SET deleted_at = $3, updated_by = $4, updated_at = $5, version = version + 1
                   WHERE client_id = $1 AND entry_id = $2 AND version = $6 RETURNING version";
}

pub(crate) const PRODUCTION_ENTRY: InsertInto = InsertInto {
    table: "production_entry",
    columns: &[
        "client_id",
        "entry_id",
        "production_date",
        "shift_id",
        "line_id",
        "counted_at",
        "product_id",
        "work_order_id",
        "job_id",
        "units",
        "defects",
        "scrap",
        "rework",
        "startup_defects",
        "ideal_cycle_ms",
        "labour_standard_ms",
        "standard_source",
        "late",
        "estimated",
        "notes",
        "confirmed_by",
        "confirmed_at",
    ],
    stamp: Stamp::Full,
};

/// What was counted, as somebody says it.
#[derive(Debug, Clone)]
pub(crate) struct Counted {
    /// Where it belongs.
    pub(crate) line_shift: LineShiftKey,
    /// When it was counted; none belongs to no hour.
    pub(crate) counted_at: Option<Instant>,
    /// What was made.
    pub(crate) product_id: ProductId,
    /// For which order.
    pub(crate) work_order_id: Option<WorkOrderId>,
    /// For which job of it.
    pub(crate) job_id: Option<JobId>,
    /// The figures.
    pub(crate) count: Count,
    /// Whether it stands in for a figure that is not to be had.
    pub(crate) estimated: bool,
    /// Remarks.
    pub(crate) notes: Option<CleanText>,
}

/// A count to be saved.
#[derive(Debug, Clone)]
pub(crate) struct NewCount {
    /// Its key.
    pub(crate) entry_id: EntryId,
    /// What was counted.
    pub(crate) counted: Counted,
    /// The ideal cycle as it is now.
    pub(crate) ideal_cycle: Option<Millis>,
    /// The labour standard as it is now.
    pub(crate) labour_standard: Option<Millis>,
    /// Where the ideal cycle came from.
    pub(crate) source: StandardSource,
    /// Whether it is entered after its shift ended.
    pub(crate) late: bool,
}

/// What decides who may correct an entry, and what its receipt says.
#[derive(Debug, Clone)]
pub(crate) struct Entered {
    /// Where it belongs.
    pub(crate) line_shift: LineShiftKey,
    /// Its figure: units of a count, minutes of a stop.
    pub(crate) figure: Option<i64>,
    /// Who entered it.
    pub(crate) created_by: String,
    /// Whether it was removed.
    pub(crate) deleted: bool,
    /// Its version.
    pub(crate) version: i64,
    /// Whether its shift is closed.
    pub(crate) closed: bool,
}

impl Entered {
    /// Reads `production_date, shift_id, line_id, figure, created_by, deleted_at, version, status`.
    pub(crate) fn read(client: &ClientId, cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        let (production_date, shift_id, line_id) = (cells.date()?, cells.shift()?, cells.line()?);
        Ok(Self {
            line_shift: LineShiftKey { client_id: client.clone(), production_date, shift_id, line_id },
            figure: cells.int_opt()?,
            created_by: cells.text()?,
            deleted: cells.instant_opt()?.is_some(),
            version: cells.int()?,
            closed: cells.text()? == "closed",
        })
    }
}

struct EnteredRow(Entered);

impl FromCells for EnteredRow {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        // The client is the one that was asked for; the caller puts it in.
        Entered::read(&ClientId::stored(String::new()), cells).map(Self)
    }
}

/// Saves a count.
pub(crate) async fn add(tx: &mut WriteTx, new: &NewCount) -> Result<(), StoreError> {
    tx.insert_one(&PRODUCTION_ENTRY, row(new)).await
}

/// Saves many counts.
pub(crate) async fn add_all(tx: &mut WriteTx, new: &[NewCount]) -> Result<(), StoreError> {
    tx.insert(&PRODUCTION_ENTRY, new.iter().map(row).collect()).await
}

fn row(new: &NewCount) -> Vec<Value> {
    let (counted, count) = (&new.counted, new.counted.count);
    args![
        &counted.line_shift.client_id,
        new.entry_id,
        counted.line_shift.production_date,
        &counted.line_shift.shift_id,
        &counted.line_shift.line_id,
        counted.counted_at,
        &counted.product_id,
        counted.work_order_id.as_ref(),
        counted.job_id.as_ref(),
        count.units,
        count.defects,
        count.scrap,
        count.rework,
        count.startup_defects,
        new.ideal_cycle,
        new.labour_standard,
        new.source.as_str(),
        new.late,
        counted.estimated,
        counted.notes.as_ref(),
        None::<String>,
        None::<Instant>
    ]
}

/// One count, removed or not.
pub(crate) async fn find(tx: &mut impl Look, client: &ClientId, entry: EntryId) -> Result<Option<Entered>, StoreError> {
    let row: Option<EnteredRow> = tx.optional(ONE, args![client, entry]).await?;
    Ok(row.map(|EnteredRow(entered)| with_client(entered, client)))
}

/// Puts the client that was asked for into an entry's key.
pub(crate) fn with_client(mut entered: Entered, client: &ClientId) -> Entered {
    entered.line_shift.client_id = client.clone();
    entered
}

/// Corrects a count; false where somebody was faster.
pub(crate) async fn correct(tx: &mut WriteTx, entry: EntryId, to: &Counted, version: i64) -> Result<bool, StoreError> {
    let (by, at) = (tx.by().to_owned(), tx.at());
    let values = args![
        &to.line_shift.client_id,
        entry,
        to.line_shift.production_date,
        &to.line_shift.shift_id,
        &to.line_shift.line_id,
        to.counted_at,
        &to.product_id,
        to.work_order_id.as_ref(),
        to.job_id.as_ref(),
        to.count.units,
        to.count.defects,
        to.count.scrap,
        to.count.rework,
        to.count.startup_defects,
        to.estimated,
        to.notes.as_ref(),
        by,
        at,
        version
    ];
    Ok(tx.run(CORRECT, values).await? == 1)
}

/// Gives a count other standards.
pub(crate) async fn set_standard(
    tx: &mut WriteTx,
    client: &ClientId,
    entry: EntryId,
    standard: &Standards,
) -> Result<bool, StoreError> {
    let values = args![client, entry, standard.ideal_cycle, standard.labour_standard, standard.source.as_str()];
    Ok(tx.run(SET_STANDARD, values).await? == 1)
}

/// Removes (with an instant) or restores a count; false where somebody was faster.
pub(crate) async fn set_deleted(
    tx: &mut WriteTx,
    client: &ClientId,
    entry: EntryId,
    deleted_at: Option<Instant>,
    version: i64,
) -> Result<bool, StoreError> {
    let (by, at) = (tx.by().to_owned(), tx.at());
    Ok(tx.run(SET_DELETED, args![client, entry, deleted_at, by, at, version]).await? == 1)
}

/// The units of a count, for a receipt.
pub(crate) fn units(entered: &Entered) -> Units {
    Units(entered.figure.unwrap_or_default())
}
