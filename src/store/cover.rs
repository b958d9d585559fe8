//! Those of the floating pool who stand in for somebody who is away.

use super::attendance::Turn;
use super::error::StoreError;
use super::funnel::{Cells, FromCells, InsertInto, Look, Stamp, WriteTx, args, statements};
use crate::domain::clock::Instant;
use crate::domain::id::{ClientId, EmployeeNumber, EntryId};
use crate::domain::measure::Minutes;

statements! {
    /// Who covers the absences of a shift, with the minutes.
    COVERED = "SELECT c.employee_number, f.name, c.minutes FROM coverage_entry AS c
               JOIN floating_pool AS f ON f.employee_id = c.pool_employee_id
               WHERE c.client_id = $1 AND c.production_date = $2 AND c.shift_id = $3 AND c.deleted_at IS NULL
               ORDER BY c.covered_from, c.coverage_id";
    /// One coverage.
    COVER = "SELECT employee_number, pool_employee_id FROM coverage_entry WHERE client_id = $1 AND coverage_id = $2";
    /// The floating pool: key, number, name, skills.
    POOL = "SELECT employee_id, name, coalesce(skills, '') FROM floating_pool
            WHERE active = 1 AND deleted_at IS NULL ORDER BY name, employee_id";
}

const COVERAGE_ENTRY: InsertInto = InsertInto {
    table: "coverage_entry",
    columns: &[
        "client_id",
        "coverage_id",
        "production_date",
        "shift_id",
        "employee_number",
        "pool_employee_id",
        "covered_from",
        "covered_to",
        "minutes",
        "notes",
    ],
    stamp: Stamp::Full,
};
const POOL_BOOKING: InsertInto = InsertInto {
    table: "pool_booking",
    columns: &["employee_id", "booked_from", "booked_to", "coverage_id"],
    stamp: Stamp::Created,
};

/// A person, a name and minutes.
pub(crate) struct Covered {
    /// Who is away.
    pub(crate) employee_number: EmployeeNumber,
    /// Who stands in.
    pub(crate) name: String,
    /// For how long.
    pub(crate) minutes: Minutes,
}

impl FromCells for Covered {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            employee_number: EmployeeNumber::stored(cells.text()?),
            name: cells.text()?,
            minutes: Minutes(cells.int()?),
        })
    }
}

/// Somebody of the floating pool.
pub(crate) struct PoolMember {
    /// Their key.
    pub(crate) employee_id: EntryId,
    /// Their name.
    pub(crate) name: String,
    /// What they can do.
    pub(crate) skills: String,
}

impl FromCells for PoolMember {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self { employee_id: EntryId(cells.id()?), name: cells.text()?, skills: cells.text()? })
    }
}

struct Booked(String, EntryId);

impl FromCells for Booked {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self(cells.text()?, EntryId(cells.id()?)))
    }
}

/// Who covers the absences of a shift.
pub(crate) async fn covered(tx: &mut impl Look, turn: Turn<'_>) -> Result<Vec<Covered>, StoreError> {
    tx.all(COVERED, args![turn.client_id, turn.date, turn.shift_id]).await
}

/// A coverage that was entered: who is away, and who stands in.
pub(crate) async fn cover(
    tx: &mut impl Look,
    client: &ClientId,
    coverage: EntryId,
) -> Result<Option<(EmployeeNumber, EntryId)>, StoreError> {
    let found: Option<Booked> = tx.optional(COVER, args![client, coverage]).await?;
    Ok(found.map(|Booked(number, pool)| (EmployeeNumber::stored(number), pool)))
}

/// The floating pool.
pub(crate) async fn pool(tx: &mut impl Look) -> Result<Vec<PoolMember>, StoreError> {
    tx.all(POOL, args![]).await
}

/// Somebody's coverage of an absence.
#[derive(Debug, Clone, Copy)]
pub(crate) struct NewCover<'a> {
    /// Its key.
    pub(crate) coverage_id: EntryId,
    /// The shift.
    pub(crate) turn: Turn<'a>,
    /// Who is away.
    pub(crate) employee_number: &'a EmployeeNumber,
    /// Who stands in.
    pub(crate) pool_employee_id: EntryId,
    /// From and to.
    pub(crate) times: (Instant, Instant),
    /// How long.
    pub(crate) minutes: Minutes,
}

/// Books somebody of the pool. Refused where they are booked at that time, whoever booked them: the caller says that
/// they are not available, and nothing else.
pub(crate) async fn book(tx: &mut WriteTx, new: &NewCover<'_>) -> Result<(), StoreError> {
    let row = args![new.pool_employee_id, new.times.0, new.times.1, new.coverage_id];
    tx.insert_one(&POOL_BOOKING, row).await
}

/// Enters a coverage.
pub(crate) async fn add_cover(tx: &mut WriteTx, new: &NewCover<'_>) -> Result<(), StoreError> {
    let row = args![
        new.turn.client_id,
        new.coverage_id,
        new.turn.date,
        new.turn.shift_id,
        new.employee_number,
        new.pool_employee_id,
        new.times.0,
        new.times.1,
        new.minutes,
        None::<String>
    ];
    tx.insert_one(&COVERAGE_ENTRY, row).await
}
