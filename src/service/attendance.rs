//! Attendance by exception: a shift's whole crew is taken at once, and absences are covered from the floating pool.

use super::entry::{shift_of, unless_changed};
use super::form_help::choice;
use super::{AttendanceWeek, TakeAttendance, WeekOf, entry};
use super::{Attended, Choice, Command, CoverAbsence, Crew, CrewMember, Desk, Problem, Receipt, WorkedTime};
use crate::domain::attendance::absence;
use crate::domain::catalogue::UNCLASSIFIED;
use crate::domain::clock::ProductionDate;
use crate::domain::id::{ClientId, Code, EmployeeNumber, ShiftId};
use crate::domain::measure::Minutes;
use crate::domain::reject::Reject;
use crate::domain::role::Permission;
use crate::store::attendance::{Kept, Taken, Turn};
use crate::store::audit::AuditEntry;
use crate::store::cover::NewCover;
use crate::store::form_help::Choosable;
use crate::store::{StoreError, WriteTx, attendance, cover, form_help, master_data};
use serde_json::json;
use std::collections::HashSet;

/// How far back the crew of a shift is looked for.
const LAST_TAKEN_DAYS: i32 = 28;
/// Two days: more cannot be scheduled in one shift.
const MOST_MINUTES: i64 = 2880;
/// Most people that are taken at once.
const LARGEST_CREW: usize = 2000;

impl Desk {
    /// The crew of a shift, as it was taken or as it is expected: who was there the last time.
    pub(super) async fn crew(
        &self,
        client_id: &ClientId,
        shift: Option<&(ProductionDate, ShiftId)>,
    ) -> Result<Crew, Problem> {
        let client = self.client(client_id)?;
        let mut tx = self.session.read().await?;
        let shifts = master_data::shifts(&mut tx).await?;
        let (shift, window) = shift_of(&shifts, client, shift, self.now())?;
        let turn = Turn { client_id, date: window.production_date, shift_id: &shift.shift_id };
        let members = attendance::crew(&mut tx, client_id, turn.date).await?;
        let taken: Vec<_> = attendance::taken(&mut tx, turn).await?;
        let elsewhere: HashSet<_> = attendance::elsewhere(&mut tx, turn).await?.into_iter().collect();
        let expected: Option<HashSet<EmployeeNumber>> =
            match attendance::last_taken(&mut tx, turn, LAST_TAKEN_DAYS).await? {
                Some(date) => {
                    let last = attendance::taken(&mut tx, Turn { date, ..turn }).await?;
                    Some(last.into_iter().filter(|row| !row.deleted).map(|row| row.employee_number).collect())
                }
                None => None,
            };
        let covered = cover::covered(&mut tx, turn).await?;
        let choices = form_help::choices(&mut tx, client_id, Choosable::AbsenceTypes).await?;
        let pool = if self.person().role.may(Permission::Cover) { cover::pool(&mut tx).await? } else { Vec::new() };
        let is_taken = taken.iter().any(|row| !row.deleted);
        let mut people: Vec<CrewMember> = members
            .into_iter()
            .map(|member| {
                let known = taken.iter().find(|row| row.employee_number == member.employee_number);
                let live = known.filter(|row| !row.deleted);
                let is_expected = expected.as_ref().is_none_or(|last| last.contains(&member.employee_number))
                    && !elsewhere.contains(&member.employee_number);
                let of = covered.iter().filter(|cover| cover.employee_number == member.employee_number);
                CrewMember {
                    expected: if is_taken { live.is_some() } else { is_expected },
                    version: known.map_or(0, |row| row.version),
                    taken: live.map(presence),
                    covered_by: of.map(|cover| (cover.name.clone(), cover.minutes)).collect(),
                    employee_number: member.employee_number,
                    name: member.name,
                    department: member.department,
                }
            })
            .collect();
        people.sort_by_key(|member| !member.expected);
        Ok(Crew {
            production_date: turn.date,
            shift_id: shift.shift_id.clone(),
            shift_name: shift.name.clone(),
            scheduled: Minutes(window.planned_minutes),
            is_taken,
            people,
            absence_types: choices.into_iter().map(choice).collect(),
            pool: (1..)
                .zip(pool)
                .map(|(number, member)| Choice {
                    code: member.employee_id.to_string(),
                    number: Some(number),
                    name: member.name,
                    more: member.skills,
                })
                .collect(),
        })
    }

    /// Seven days of everybody's attendance.
    pub(super) async fn attendance_week(
        &self,
        client_id: &ClientId,
        from: ProductionDate,
    ) -> Result<AttendanceWeek, Problem> {
        self.client(client_id)?;
        let mut tx = self.session.read().await?;
        let to = from.plus_days(6);
        let members = attendance::crew(&mut tx, client_id, to).await?;
        let days = attendance::days(&mut tx, client_id, from, to).await?;
        let people = members
            .into_iter()
            .map(|member| {
                let own = days.iter().filter(|day| day.employee_number == member.employee_number);
                let days = own.map(|day| super::DayOf {
                    date: day.date,
                    shift_id: day.shift_id.clone(),
                    worked: day.worked,
                    absence: day.absence,
                    absence_type: day.absence_type.clone(),
                });
                WeekOf { days: days.collect(), employee_number: member.employee_number, name: member.name }
            })
            .collect();
        Ok(AttendanceWeek { from, people })
    }

    /// Takes the attendance of a crew. Taking the same again changes nothing.
    pub(super) async fn take_attendance(&self, take: TakeAttendance) -> Result<Receipt, Problem> {
        let client = self.client(&take.client_id)?;
        let now = self.now();
        check_people(&take)?;
        let mut tx = self.session.write(now).await?;
        let shifts = master_data::shifts(&mut tx).await?;
        let given = (take.production_date, take.shift_id.clone());
        let (shift, window) = shift_of(&shifts, client, Some(&given), now)?;
        if window.starts_at > now {
            let why = "has not begun";
            return Err(Problem::reject("shift_id", why, "attendance is taken when the shift began"));
        }
        let turn = Turn { client_id: &take.client_id, date: take.production_date, shift_id: &take.shift_id };
        let known = attendance::taken(&mut tx, turn).await?;
        let mut desk = Taking { desk: self, turn, new: Vec::new(), undo: Vec::new(), changes: Vec::new() };
        for person in &take.people {
            let before = known.iter().find(|row| row.employee_number == person.employee_number);
            desk.take(&mut tx, person, before).await?;
        }
        let Taking { new, undo, changes, .. } = desk;
        attendance::add(&mut tx, turn, shift.valid_from, now >= window.ends_at, &new).await?;
        let away = take.people.iter().filter_map(|person| person.presence.as_ref());
        let away = away.filter(|presence| absence(presence.scheduled, presence.worked) > Minutes::ZERO).count();
        let present = take.people.iter().filter(|person| person.presence.is_some()).count();
        let done = match (undo.is_empty(), present) {
            (true, _) => "attendance was saved already".to_owned(),
            (false, 0) => format!("attendance of {} on {} taken away", take.shift_id, take.production_date),
            (false, _) => format!("attendance of {} saved: {present} people, {away} absent", take.shift_id),
        };
        if undo.is_empty() {
            return Ok(Receipt::done(done));
        }
        let after = json!({ "people": take.people, "changed": changes });
        let key = format!("{}/{}", take.production_date, take.shift_id);
        tx.record(
            &take.client_id,
            AuditEntry { table: "attendance_entry", key, action: "take", before: None, after: Some(after) },
        );
        tx.commit().await?;
        Ok(Receipt::done(done).undone_by(Command::TakeAttendance(TakeAttendance { people: undo, ..take })))
    }

    /// Covers an absence with somebody of the pool, whom nobody else has at that time.
    pub(super) async fn cover_absence(&self, absent: CoverAbsence) -> Result<Receipt, Problem> {
        let client = self.client(&absent.client_id)?;
        let mut tx = self.session.write(self.now()).await?;
        if let Some((person, pool)) = cover::cover(&mut tx, &absent.client_id, absent.coverage_id).await? {
            return if person == absent.employee_number && pool == absent.pool_employee_id {
                Ok(Receipt::done(format!("cover of {person} was saved already")))
            } else {
                Err(Problem::reject("coverage_id", "belongs to another cover", "enter the cover anew"))
            };
        }
        let shifts = master_data::shifts(&mut tx).await?;
        let given = (absent.production_date, absent.shift_id.clone());
        let (_, window) = shift_of(&shifts, client, Some(&given), self.now())?;
        let turn = Turn { client_id: &absent.client_id, date: absent.production_date, shift_id: &absent.shift_id };
        let pool = cover::pool(&mut tx).await?;
        let pool = pool.into_iter().find(|member| member.employee_id == absent.pool_employee_id);
        let pool = pool.ok_or_else(|| Problem::no_such("person in the floating pool", absent.pool_employee_id))?;
        let open = uncovered(&mut tx, turn, &absent.employee_number).await?;
        let times = absent.times.unwrap_or((window.starts_at, window.ends_at));
        if times.0 < window.starts_at || times.1 > window.ends_at || times.1 <= times.0 {
            return Err(Problem::reject("times", "lie outside the shift", "type times within the shift"));
        }
        let length = times.1.minutes_since(times.0).min(window.planned_minutes);
        let minutes = Minutes(length.min(open.get()));
        let new = NewCover {
            coverage_id: absent.coverage_id,
            turn,
            employee_number: &absent.employee_number,
            pool_employee_id: absent.pool_employee_id,
            times,
            minutes,
        };
        cover::book(&mut tx, &new).await.map_err(|error| match error {
            // Whether they are booked is all that anybody learns; where and by whom is not said.
            StoreError::OutOfScope | StoreError::Duplicate => not_available(&pool.name),
            other => other.into(),
        })?;
        cover::add_cover(&mut tx, &new).await?;
        let after = serde_json::to_value(&absent).ok();
        let key = absent.coverage_id.to_string();
        let entry = AuditEntry { table: "coverage_entry", key, action: "cover", before: None, after };
        tx.record(&absent.client_id, entry);
        tx.commit().await?;
        Ok(Receipt::done(format!("{} covers {} for {minutes} min", pool.name, absent.employee_number)))
    }
}

fn not_available(name: &str) -> Problem {
    Problem::reject("pool_employee_id", format!("{name} is not available"), "choose somebody else, or other times")
}

/// The minutes of an absence that nobody covers yet.
async fn uncovered(tx: &mut WriteTx, turn: Turn<'_>, person: &EmployeeNumber) -> Result<Minutes, Problem> {
    let taken = attendance::taken(tx, turn).await?;
    let taken = taken.iter().find(|row| !row.deleted && &row.employee_number == person);
    let absent = taken.map_or(Minutes::ZERO, |row| row.absence);
    if absent == Minutes::ZERO {
        let why = format!("{person} is not entered as absent");
        return Err(Problem::reject("employee_number", why, "take the attendance first"));
    }
    let covered = cover::covered(tx, turn).await?;
    let covered: Minutes =
        covered.iter().filter(|cover| &cover.employee_number == person).map(|cover| cover.minutes).sum();
    let open = Minutes((absent - covered).get().max(0));
    if open == Minutes::ZERO {
        let why = format!("the absence of {person} is covered already");
        return Err(Problem::reject("employee_number", why, "choose another absence"));
    }
    Ok(open)
}

fn presence(row: &Taken) -> WorkedTime {
    WorkedTime { scheduled: row.scheduled, worked: row.worked, absence_type: row.absence_type.clone() }
}

fn check_people(take: &TakeAttendance) -> Result<(), Reject> {
    let mut seen = HashSet::new();
    if take.people.is_empty() {
        return Err(Reject::new("people", "are missing", "name who was there"));
    }
    if take.people.len() > LARGEST_CREW {
        return Err(Reject::new("people", "are too many", format!("take at most {LARGEST_CREW} at once")));
    }
    for person in &take.people {
        let number = &person.employee_number;
        if !seen.insert(number) {
            return Err(Reject::new("people", format!("{number} stands twice"), "name each person once"));
        }
        if let Some(WorkedTime { scheduled, worked, .. }) = &person.presence {
            let fits = |minutes: &Minutes| (0..=MOST_MINUTES).contains(&minutes.get());
            if !fits(scheduled) || !fits(worked) {
                let why = format!("{number} has {scheduled} scheduled and {worked} worked minutes");
                return Err(Reject::new("worked", why, format!("type minutes from 0 to {MOST_MINUTES}")));
            }
        }
    }
    Ok(())
}

/// A crew on its way into the database.
struct Taking<'a> {
    desk: &'a Desk,
    turn: Turn<'a>,
    new: Vec<Kept<'a>>,
    undo: Vec<Attended>,
    changes: Vec<serde_json::Value>,
}

impl<'a> Taking<'a> {
    /// Takes one person: new ones are added together, others are changed where something changed.
    async fn take(&mut self, tx: &mut WriteTx, person: &'a Attended, before: Option<&Taken>) -> Result<(), Problem> {
        let number = &person.employee_number;
        if before.is_none() && !attendance::has_person(tx, self.turn.client_id, number).await? {
            return Err(Problem::no_such("employee", number));
        }
        let live = before.filter(|row| !row.deleted).map(presence);
        let kept = self.kept(tx, person, before).await?;
        let same = match (&live, &person.presence) {
            (None, None) => true,
            (Some(was), Some(_)) => {
                was.scheduled == kept.scheduled
                    && was.worked == kept.worked
                    && was.absence_type.as_ref() == kept.absence_type.as_ref().map(|(code, _)| code)
            }
            _ => false,
        };
        if same {
            return Ok(());
        }
        let version = before.map_or(0, |row| row.version);
        if version != person.version {
            let row = before.ok_or_else(|| Problem::no_such("attendance", number))?;
            return Err(StoreError::Conflict { by: row.updated_by.clone(), at: row.updated_at }.into());
        }
        self.undo.push(Attended { employee_number: number.clone(), version: version + 1, presence: live.clone() });
        let Some(row) = before else {
            self.new.push(kept);
            return Ok(());
        };
        self.may_change(tx, row).await?;
        let deleted_at = person.presence.is_none().then_some(self.desk.now());
        unless_changed(attendance::retake(tx, self.turn, &kept, deleted_at, version).await?)?;
        self.changes.push(json!({ "employee_number": number, "before": live }));
        Ok(())
    }

    async fn kept(&self, tx: &mut WriteTx, person: &'a Attended, before: Option<&Taken>) -> Result<Kept<'a>, Problem> {
        let as_it_was = before.map(presence);
        let nothing = WorkedTime { scheduled: Minutes::ZERO, worked: Minutes::ZERO, absence_type: None };
        // What is taken away keeps what it was.
        let stated = person.presence.clone().or(as_it_was).unwrap_or(nothing);
        let missed = absence(stated.scheduled, stated.worked);
        let absence_type = if missed == Minutes::ZERO {
            None
        } else {
            let code = stated.absence_type.map_or_else(|| Code::parse(UNCLASSIFIED), Ok)?;
            let counts = attendance::absence_counts(tx, self.turn.client_id, &code).await?;
            Some((code.clone(), counts.ok_or_else(|| Problem::no_such("absence type", &code))?))
        };
        Ok(Kept {
            employee_number: &person.employee_number,
            scheduled: stated.scheduled,
            worked: stated.worked,
            absence: missed,
            absence_type,
        })
    }

    /// An own entry may be changed until its shift is closed, anybody's by a LEADER within the correction days.
    async fn may_change(&self, tx: &mut WriteTx, row: &Taken) -> Result<(), Problem> {
        let person = self.desk.person();
        if row.created_by == person.login.as_str() && !attendance::is_closed(tx, self.turn).await? {
            return Ok(());
        }
        Problem::unless_allowed(person.role, Permission::CorrectAny, "correct somebody else's entry")?;
        entry::within_correction_days(self.desk, tx, self.turn.client_id, self.turn.date).await
    }
}
