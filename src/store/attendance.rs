//! Attendance of a shift's crew, and those of the floating pool who stand in.

use super::error::StoreError;
use super::funnel::{Cells, FromCells, InsertInto, Look, Stamp, WriteTx, args, statements};
use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::id::{ClientId, Code, EmployeeNumber, ShiftId};
use crate::domain::measure::Minutes;

statements! {
    /// The people of a client on a date: number, name, department.
    CREW = "SELECT employee_number, name, coalesce(department, '') FROM employee_client_assignment
            WHERE client_id = $1 AND active = 1 AND deleted_at IS NULL
              AND (valid_from IS NULL OR valid_from <= $2) AND (valid_to IS NULL OR valid_to >= $2)
            ORDER BY coalesce(department, ''), name, employee_number";
    /// What was taken of a shift, removed entries too.
    TAKEN = "SELECT employee_number, scheduled_minutes, worked_minutes, absence_minutes, absence_type, created_by,
                    deleted_at, version, updated_by, updated_at
             FROM attendance_entry WHERE client_id = $1 AND production_date = $2 AND shift_id = $3";
    /// Who is entered in another shift of a date.
    ELSEWHERE = "SELECT employee_number FROM attendance_entry
                 WHERE client_id = $1 AND production_date = $2 AND shift_id <> $3 AND deleted_at IS NULL";
    /// The last date before one on which a shift's attendance was taken.
    LAST_TAKEN = "SELECT max(production_date) FROM attendance_entry
                  WHERE client_id = $1 AND production_date < $2 AND production_date >= $3 AND shift_id = $4
                    AND deleted_at IS NULL";
    /// Whether a client has a person who works for it on a date.
    PERSON = "SELECT count(*) FROM employee_client_assignment
              WHERE client_id = $1 AND employee_number = $2 AND deleted_at IS NULL";
    /// A type of absence: whether it counts.
    ABSENCE_TYPE = "SELECT counts FROM absence_type WHERE client_id = $1 AND code = $2 AND deleted_at IS NULL";
    /// Changes what was taken, or brings it back.
    RETAKE = "UPDATE attendance_entry SET scheduled_minutes = $5, worked_minutes = $6, absence_minutes = $7,
                absence_type = $8, absence_counts = $9, deleted_at = $10, updated_by = $11, updated_at = $12,
                version = version + 1
              WHERE client_id = $1 AND production_date = $2 AND shift_id = $3 AND employee_number = $4
                AND version = $13 RETURNING version";
    /// Whether any line shift of a shift is open, and whether any is closed.
    STANDING = "SELECT count(CASE WHEN status = 'open' THEN 1 END), count(CASE WHEN status = 'closed' THEN 1 END)
                FROM line_shift WHERE client_id = $1 AND production_date = $2 AND shift_id = $3 AND deleted_at IS NULL";
    /// The attendance of some days.
    DAYS = "SELECT employee_number, production_date, shift_id, worked_minutes, absence_minutes, absence_type
            FROM attendance_entry
            WHERE client_id = $1 AND production_date >= $2 AND production_date <= $3 AND deleted_at IS NULL
            ORDER BY production_date, shift_id";
}

const ATTENDANCE_ENTRY: InsertInto = InsertInto {
    table: "attendance_entry",
    columns: &[
        "client_id",
        "production_date",
        "shift_id",
        "employee_number",
        "shift_valid_from",
        "scheduled_minutes",
        "worked_minutes",
        "absence_minutes",
        "absence_type",
        "absence_counts",
        "late",
        "notes",
    ],
    stamp: Stamp::Full,
};
/// A shift of a date at a client.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Turn<'a> {
    /// The client.
    pub(crate) client_id: &'a ClientId,
    /// The date it began.
    pub(crate) date: ProductionDate,
    /// The shift.
    pub(crate) shift_id: &'a ShiftId,
}

/// Somebody who works for a client.
#[derive(Debug, Clone)]
pub(crate) struct Member {
    /// Their number.
    pub(crate) employee_number: EmployeeNumber,
    /// Their name.
    pub(crate) name: String,
    /// Where they work; empty where nothing is known.
    pub(crate) department: String,
}

impl FromCells for Member {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            employee_number: EmployeeNumber::stored(cells.text()?),
            name: cells.text()?,
            department: cells.text()?,
        })
    }
}

/// What was taken of somebody's shift.
#[derive(Debug, Clone)]
pub(crate) struct Taken {
    /// Who.
    pub(crate) employee_number: EmployeeNumber,
    /// What they were scheduled for.
    pub(crate) scheduled: Minutes,
    /// What they worked.
    pub(crate) worked: Minutes,
    /// What they missed.
    pub(crate) absence: Minutes,
    /// Why.
    pub(crate) absence_type: Option<Code>,
    /// Who took it.
    pub(crate) created_by: String,
    /// Whether it was removed.
    pub(crate) deleted: bool,
    /// Its version.
    pub(crate) version: i64,
    /// Who changed it last.
    pub(crate) updated_by: String,
    /// When.
    pub(crate) updated_at: Instant,
}

impl FromCells for Taken {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            employee_number: EmployeeNumber::stored(cells.text()?),
            scheduled: Minutes(cells.int()?),
            worked: Minutes(cells.int()?),
            absence: Minutes(cells.int()?),
            absence_type: cells.code_opt()?,
            created_by: cells.text()?,
            deleted: cells.instant_opt()?.is_some(),
            version: cells.int()?,
            updated_by: cells.text()?,
            updated_at: cells.instant()?,
        })
    }
}

/// What is to be kept of somebody's shift.
#[derive(Debug, Clone)]
pub(crate) struct Kept<'a> {
    /// Who.
    pub(crate) employee_number: &'a EmployeeNumber,
    /// What they were scheduled for.
    pub(crate) scheduled: Minutes,
    /// What they worked.
    pub(crate) worked: Minutes,
    /// What they missed.
    pub(crate) absence: Minutes,
    /// Why, and whether it counts.
    pub(crate) absence_type: Option<(Code, bool)>,
}

/// One day of somebody.
pub(crate) struct Day {
    /// Who.
    pub(crate) employee_number: EmployeeNumber,
    /// Which date.
    pub(crate) date: ProductionDate,
    /// Which shift.
    pub(crate) shift_id: ShiftId,
    /// What they worked.
    pub(crate) worked: Minutes,
    /// What they missed.
    pub(crate) absence: Minutes,
    /// Why.
    pub(crate) absence_type: Option<Code>,
}

impl FromCells for Day {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            employee_number: EmployeeNumber::stored(cells.text()?),
            date: cells.date()?,
            shift_id: cells.shift()?,
            worked: Minutes(cells.int()?),
            absence: Minutes(cells.int()?),
            absence_type: cells.code_opt()?,
        })
    }
}

struct Pair(i64, i64);

impl FromCells for Pair {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self(cells.int()?, cells.int()?))
    }
}

struct LastDate(Option<ProductionDate>);

impl FromCells for LastDate {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self(cells.date_opt()?))
    }
}

struct Number(EmployeeNumber);

impl FromCells for Number {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self(EmployeeNumber::stored(cells.text()?)))
    }
}

/// Everybody who works for a client on a date.
pub(crate) async fn crew(
    tx: &mut impl Look,
    client: &ClientId,
    date: ProductionDate,
) -> Result<Vec<Member>, StoreError> {
    tx.all(CREW, args![client, date]).await
}

/// What was taken of a shift, removed entries too.
pub(crate) async fn taken(tx: &mut impl Look, turn: Turn<'_>) -> Result<Vec<Taken>, StoreError> {
    tx.all(TAKEN, args![turn.client_id, turn.date, turn.shift_id]).await
}

/// Who is entered in another shift of the date.
pub(crate) async fn elsewhere(tx: &mut impl Look, turn: Turn<'_>) -> Result<Vec<EmployeeNumber>, StoreError> {
    let rows: Vec<Number> = tx.all(ELSEWHERE, args![turn.client_id, turn.date, turn.shift_id]).await?;
    Ok(rows.into_iter().map(|Number(number)| number).collect())
}

/// The last date before the shift, at most `days` back, on which it was taken.
pub(crate) async fn last_taken(
    tx: &mut impl Look,
    turn: Turn<'_>,
    days: i32,
) -> Result<Option<ProductionDate>, StoreError> {
    let since = turn.date.plus_days(-days);
    let last: LastDate = tx.one(LAST_TAKEN, args![turn.client_id, turn.date, since, turn.shift_id]).await?;
    Ok(last.0)
}

/// Whether the client has a person of that number.
pub(crate) async fn has_person(
    tx: &mut impl Look,
    client: &ClientId,
    person: &EmployeeNumber,
) -> Result<bool, StoreError> {
    Ok(tx.one::<i64>(PERSON, args![client, person]).await? > 0)
}

/// Whether a type of absence counts; nothing where there is no such type.
pub(crate) async fn absence_counts(
    tx: &mut impl Look,
    client: &ClientId,
    code: &Code,
) -> Result<Option<bool>, StoreError> {
    Ok(tx.optional::<i64>(ABSENCE_TYPE, args![client, code]).await?.map(|counts| counts != 0))
}

/// Whether all of a shift is closed that was opened.
pub(crate) async fn is_closed(tx: &mut impl Look, turn: Turn<'_>) -> Result<bool, StoreError> {
    let Pair(open, closed) = tx.one(STANDING, args![turn.client_id, turn.date, turn.shift_id]).await?;
    Ok(open == 0 && closed > 0)
}

/// Adds what was taken of people of whom nothing was taken yet.
pub(crate) async fn add(
    tx: &mut WriteTx,
    turn: Turn<'_>,
    valid_from: ProductionDate,
    late: bool,
    kept: &[Kept<'_>],
) -> Result<(), StoreError> {
    let rows = kept.iter().map(|kept| {
        let (code, counts) = kept.absence_type.clone().unzip();
        args![
            turn.client_id,
            turn.date,
            turn.shift_id,
            kept.employee_number,
            valid_from,
            kept.scheduled,
            kept.worked,
            kept.absence,
            code.as_ref(),
            counts,
            late,
            None::<String>
        ]
    });
    tx.insert(&ATTENDANCE_ENTRY, rows.collect()).await
}

/// Changes what was taken, takes it away (with an instant) or brings it back; false where somebody was faster.
pub(crate) async fn retake(
    tx: &mut WriteTx,
    turn: Turn<'_>,
    kept: &Kept<'_>,
    deleted_at: Option<Instant>,
    version: i64,
) -> Result<bool, StoreError> {
    let (by, at) = (tx.by().to_owned(), tx.at());
    let (code, counts) = kept.absence_type.clone().unzip();
    let values = args![
        turn.client_id,
        turn.date,
        turn.shift_id,
        kept.employee_number,
        kept.scheduled,
        kept.worked,
        kept.absence,
        code.as_ref(),
        counts,
        deleted_at,
        by,
        at,
        version
    ];
    Ok(tx.run(RETAKE, values).await? == 1)
}

/// The attendance of a client's people from one date to another.
pub(crate) async fn days(
    tx: &mut impl Look,
    client: &ClientId,
    from: ProductionDate,
    to: ProductionDate,
) -> Result<Vec<Day>, StoreError> {
    tx.all(DAYS, args![client, from, to]).await
}
