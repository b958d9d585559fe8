//! Attendance: what each shift had scheduled and missed, and the days of absence of each employee.

use super::packed::{Fields, FromPacked, packed, unpack};
use crate::domain::clock::ProductionDate;
use crate::domain::id::{ClientId, EmployeeNumber, ShiftId};
use crate::kpi::bradford::AttendanceDay;
use crate::kpi::{Tally, Window};
use crate::store::error::StoreError;
use crate::store::funnel::{Cells, FromCells, Look, args, statements};

statements! {
    /// Stored attendance by date and shift.
    BY_SHIFT = concat!(
        "SELECT c.client_id, (SELECT ",
        packed!("d.production_date", "d.shift_id", "d.scheduled_minutes", "d.absence_minutes", "d.covered_minutes"),
        " FROM tally_shift AS d WHERE d.client_id = c.client_id AND d.production_date BETWEEN $1 AND $2
            AND ($3 IS NULL OR d.shift_id = $3))
         FROM client AS c WHERE $4 IS NULL OR c.client_id = $4 ORDER BY c.client_id"
    );
    /// The attendance of those employees of a client who were absent in a window; personal data, so of clients that allow it
    /// alone.
    ABSENTEES = "SELECT e.employee_number, n.name, e.production_date, e.scheduled_minutes, e.absence_minutes,
                        coalesce(e.absence_counts, 1)
                 FROM client_setting AS b
                 CROSS JOIN employee_client_assignment AS n
                 CROSS JOIN attendance_entry AS e
                 WHERE b.client_id = $1 AND b.name = 'bradford' AND b.value = 1 AND b.deleted_at IS NULL
                   AND n.client_id = b.client_id AND e.client_id = n.client_id AND e.employee_number = n.employee_number
                   AND e.production_date BETWEEN $2 AND $3 AND e.deleted_at IS NULL
                   AND EXISTS (SELECT 1 FROM attendance_entry AS a WHERE a.client_id = n.client_id
                     AND a.employee_number = n.employee_number AND a.production_date BETWEEN $2 AND $3
                     AND a.absence_counts = 1 AND a.absence_minutes > 0 AND a.deleted_at IS NULL)
                 ORDER BY e.employee_number, e.production_date";
}

/// What one shift of a date had scheduled and missed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ShiftAttendance {
    /// The date.
    pub(crate) production_date: ProductionDate,
    /// The shift.
    pub(crate) shift_id: ShiftId,
    /// The sums of attendance, nothing else.
    pub(crate) tally: Tally,
}

/// A day of somebody who was absent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct AbsenteeDay {
    /// The client's number for the person.
    pub(crate) employee_number: EmployeeNumber,
    /// The person's name.
    pub(crate) name: String,
    /// The day.
    pub(crate) day: AttendanceDay,
}

impl FromPacked for ShiftAttendance {
    fn from_packed(fields: &mut Fields<'_>) -> Result<Self, StoreError> {
        let (production_date, shift_id) = (fields.date()?, fields.shift()?);
        let tally = Tally {
            scheduled_minutes: fields.int()?,
            absence_minutes: fields.int()?,
            covered_minutes: fields.int()?,
            ..Tally::default()
        };
        Ok(Self { production_date, shift_id, tally })
    }
}

struct OfClient(ClientId, Vec<ShiftAttendance>);

impl FromCells for OfClient {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self(cells.client()?, unpack(cells.text_opt()?.as_deref())?))
    }
}

impl FromCells for AbsenteeDay {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        let (employee_number, name) = (EmployeeNumber::stored(cells.text()?), cells.text()?);
        let day = AttendanceDay {
            date: cells.date()?,
            scheduled_minutes: cells.int()?,
            absence_minutes: cells.int()?,
            counts: cells.flag()?,
        };
        Ok(Self { employee_number, name, day })
    }
}

/// The attendance of a window by client, date and shift.
pub(crate) async fn by_shift(
    tx: &mut impl Look,
    window: Window,
    shift_id: Option<&ShiftId>,
    only: Option<&ClientId>,
) -> Result<Vec<(ClientId, ShiftAttendance)>, StoreError> {
    let rows: Vec<OfClient> = tx.all(BY_SHIFT, args![window.from(), window.to(), shift_id, only]).await?;
    let flat = rows
        .into_iter()
        .flat_map(|OfClient(client_id, shifts)| shifts.into_iter().map(move |shift| (client_id.clone(), shift)));
    Ok(flat.collect())
}

/// The days of a window of everybody at a client who was absent in it; none where the client does not allow it.
pub(crate) async fn absentees(
    tx: &mut impl Look,
    client_id: &ClientId,
    window: Window,
) -> Result<Vec<AbsenteeDay>, StoreError> {
    tx.all(ABSENTEES, args![client_id, window.from(), window.to()]).await
}
