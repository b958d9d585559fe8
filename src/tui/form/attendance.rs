//! Attendance by exception: the crew stands on the screen, all present, and only who was not is typed, one after the
//! other. And who stands in for them.

use super::field::{Field, FieldKind, Source, moment};
use super::plant::PlantForm;
use super::{Form, FormKind, one};
use crate::domain::clock::Instant;
use crate::domain::id::{Code, EmployeeNumber, EntryId};
use crate::domain::measure::{Minutes, whole};
use crate::domain::reject::Reject;
use crate::service::{Attended, Choice, Command, CoverAbsence, Crew, CrewMember, TakeAttendance, WorkedTime};

/// Chosen in place of a type of absence: they were there.
const PRESENT: &str = "present";
/// They do not belong to this shift.
const NOT_SCHEDULED: &str = "not scheduled";

/// One exception: it goes into the crew when its last field is left.
pub fn fields() -> Vec<Field> {
    use FieldKind::{Pick, Whole};
    let who = "Who was not there: the number in front, or the beginning of the name. Enter in an empty one saves";
    let why = "Why: the number of a type of absence; or present, or not scheduled in this shift";
    vec![
        Field::new("who", "Who", Pick(Source::Crew), who).hint("Enter saves"),
        Field::new("why", "Why", Pick(Source::AbsenceTypes), why).hint("not known yet"),
        Field::new("missed", "Minutes missed", Whole, "How many minutes they missed").hint("all of it"),
    ]
}

/// Who stands in, and from when to when.
pub fn cover_fields() -> Vec<Field> {
    use FieldKind::{Moment, Pick};
    vec![
        Field::new("pool_employee_id", "Who", Pick(Source::Pool), "Somebody of the floating pool").required().saving(),
        Field::new("from", "From", Moment, "From when, like 08:00").hint("the whole shift"),
        Field::new("to", "To", Moment, "Until when, like 12:00").hint("the whole shift"),
    ]
}

/// The crew as choices, numbered as they stand on the screen.
pub fn people(crew: &Crew) -> Vec<Choice> {
    (1..)
        .zip(&crew.people)
        .map(|(number, member)| Choice {
            code: member.employee_number.to_string(),
            number: Some(number),
            name: member.name.clone(),
            more: member.department.clone(),
        })
        .collect()
}

/// Types of absence, and what stands in their place.
pub fn absence_types(crew: &Crew) -> Vec<Choice> {
    let instead = [PRESENT, NOT_SCHEDULED].map(|word| Choice { code: word.to_owned(), ..Choice::default() });
    crew.absence_types.iter().cloned().chain(instead).collect()
}

/// How somebody stands in the crew as it will be saved: none does not belong to the shift.
pub fn standing(crew: &Crew, member: &CrewMember) -> Option<WorkedTime> {
    let present = || WorkedTime { scheduled: crew.scheduled, worked: crew.scheduled, absence_type: None };
    member.taken.clone().or_else(|| member.expected.then(present))
}

/// Takes the exception that is typed into the crew, and is ready for the next one; says whether there was one.
pub fn take_exception(form: &mut Form) -> Result<bool, Vec<Reject>> {
    let (who, why, missed) = (form.text("who").to_owned(), form.text("why").to_owned(), form.text("missed").to_owned());
    let FormKind::Plant(PlantForm::Attendance(crew, typed)) = &mut form.kind else { return Ok(false) };
    if who.is_empty() {
        return Ok(false);
    }
    let scheduled = crew.scheduled;
    let Some(member) = crew.people.iter_mut().find(|member| member.employee_number.as_str() == who) else {
        return Err(vec![Reject::new("who", "is none of them", "type the number in front of the name")]);
    };
    let scheduled = member.taken.as_ref().map_or(scheduled, |taken| taken.scheduled);
    if why == NOT_SCHEDULED {
        (member.taken, member.expected) = (None, false);
    } else {
        let missed = if why == PRESENT {
            0
        } else if missed.is_empty() {
            scheduled.get()
        } else {
            one(whole("missed", &missed))?
        };
        if missed > scheduled.get() {
            let reason = format!("{missed} is more than the {scheduled} minutes of the shift");
            return Err(vec![Reject::new("missed", reason, "type at most those")]);
        }
        let absence_type = match why.as_str() {
            "" | PRESENT => None,
            code => Some(one(Code::parse(code).map_err(|reject| reject.on("why")))?),
        };
        let worked = Minutes(scheduled.get() - missed);
        member.taken = Some(WorkedTime { scheduled, worked, absence_type });
        member.expected = true;
    }
    *typed = true;
    for field in &mut form.fields {
        field.clear();
        (field.typed, field.fresh) = (false, true);
    }
    form.focus = 0;
    form.wants_save = false;
    Ok(true)
}

/// Takes the exceptions that were typed before and kept; gives the names of those whose attendance somebody else changed
/// since, who stay as they are now.
pub fn resume(form: &mut Form, kept: &FormKind) -> Vec<String> {
    let Some(PlantForm::Attendance(kept, _)) = kept.plant() else { return Vec::new() };
    let FormKind::Plant(PlantForm::Attendance(crew, typed)) = &mut form.kind else { return Vec::new() };
    let mut others = Vec::new();
    for was in &kept.people {
        let is_same = |member: &&mut CrewMember| member.employee_number == was.employee_number;
        let Some(member) = crew.people.iter_mut().find(is_same) else { continue };
        if (&member.taken, member.expected) == (&was.taken, was.expected) {
            continue;
        }
        if member.version == was.version {
            (member.taken, member.expected) = (was.taken.clone(), was.expected);
            *typed = true;
        } else if was.taken.as_ref().is_some_and(|time| time.worked < time.scheduled) {
            others.push(member.name.clone());
        }
    }
    others
}

/// What the crew comes to: everybody who belongs to the shift, and those who no longer do.
pub fn command(form: &Form, crew: &Crew) -> Result<Command, Vec<Reject>> {
    let attended = |member: &CrewMember| {
        let presence = standing(crew, member);
        let is_known = member.version > 0 || presence.is_some();
        let (employee_number, version) = (member.employee_number.clone(), member.version);
        is_known.then_some(Attended { employee_number, version, presence })
    };
    Ok(Command::TakeAttendance(TakeAttendance {
        client_id: form.of_client()?.client_id.clone(),
        production_date: crew.production_date,
        shift_id: crew.shift_id.clone(),
        people: crew.people.iter().filter_map(attended).collect(),
    }))
}

/// What a cover comes to.
pub fn cover(form: &Form, crew: &Crew, person: &EmployeeNumber, now: Instant) -> Result<Command, Vec<Reject>> {
    let client = form.of_client()?;
    let at = |name: &'static str| form.optional(name, |text| moment(name, text, client.clock, now));
    let times = match (at("from")?, at("to")?) {
        (None, None) => None,
        (Some(from), Some(to)) => Some((from, to)),
        (Some(_), None) => return Err(vec![Reject::new("to", "is missing", "type both times, or none")]),
        (None, Some(_)) => return Err(vec![Reject::new("from", "is missing", "type both times, or none")]),
    };
    let pool = uuid::Uuid::parse_str(form.text("pool_employee_id"))
        .map_err(|_| vec![Reject::new("pool_employee_id", "is nobody of the pool", "F4 lists them")])?;
    Ok(Command::CoverAbsence(CoverAbsence {
        coverage_id: form.new_entry()?,
        client_id: client.client_id.clone(),
        production_date: crew.production_date,
        shift_id: crew.shift_id.clone(),
        employee_number: person.clone(),
        pool_employee_id: EntryId(pool),
        times,
    }))
}
