//! Teams that change shifts every week, who of them was there, and who of the floating pool stood in.

use super::calendar::{Turn, works};
use super::cast::{Client, Words};
use super::chance::Chance;
use super::line::Setting;
use crate::domain::attendance::absence;
use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::measure::Minutes;
use crate::store::demo::{AttendanceRow, BookingRow, CoverageRow, EmployeeRow, Entered};
use chrono::{Datelike, Weekday};
use uuid::Uuid;

/// One team for each shift of the day.
const TEAMS: usize = 3;
/// Numbers of employees start here.
const FIRST_NUMBER: usize = 101;
/// Of a thousand whole absences that count, those that somebody of the pool covers.
const COVERED: i64 = 420;
/// The client whose attendance of the running shift nobody has taken yet.
const NOT_TAKEN: usize = 2;

/// Somebody who works for a client.
#[derive(Debug, Clone)]
pub(super) struct Member {
    /// The person.
    pub(super) id: Uuid,
    /// Their number at the client.
    pub(super) number: String,
    /// Their name.
    pub(super) name: String,
    team: usize,
    line: usize,
    /// Whether short absences are frequent.
    is_prone: bool,
}

/// The people of a client: a crew for every line in every team.
pub(super) fn members(seed: u64, client: &Client, words: &Words, from: Instant) -> Vec<Member> {
    let mut chance = Chance::of(seed, &format!("people {}", client.id));
    let places = (0..TEAMS).flat_map(|team| {
        let lines = client.lines.iter().enumerate();
        lines.flat_map(move |(line, of)| (0..of.crew).map(move |_| (team, line)))
    });
    let members = places.zip(FIRST_NUMBER..).map(|((team, line), number)| Member {
        id: chance.id(from),
        number: number.to_string(),
        name: words.person(&mut chance),
        team,
        line,
        is_prone: number == FIRST_NUMBER + 3,
    });
    members.collect()
}

/// What the client knows of its people.
pub(super) fn employees(client: &Client, members: &[Member], from: Instant) -> Vec<Entered<EmployeeRow>> {
    let row = |member: &Member| EmployeeRow {
        client_id: client.id.as_str().to_owned(),
        employee_number: member.number.clone(),
        employee_id: member.id,
        name: member.name.clone(),
        department: Some(client.department.clone()),
        is_primary: true,
        valid_from: None,
        valid_to: None,
        active: true,
    };
    members.iter().map(|member| Entered { by: client.leader.clone(), at: from, row: row(member) }).collect()
}

/// People of another client who have a second place here.
pub(super) fn lent(client: &Client, members: &[Member], from: Instant) -> Vec<Entered<EmployeeRow>> {
    let mut rows = employees(client, members, from);
    for (number, entered) in (1..).zip(&mut rows) {
        entered.row.employee_number = format!("9{number:02}");
        entered.row.is_primary = false;
    }
    rows
}

/// The floating pool, and when each of them is taken.
#[derive(Debug)]
pub(super) struct Pool {
    pub(super) people: Vec<(Uuid, String)>,
    booked: Vec<(Uuid, Instant, Instant)>,
}

impl Pool {
    pub(super) fn of(seed: u64, words: &Words, from: Instant) -> Self {
        let mut chance = Chance::of(seed, "pool");
        let people = words.pool.iter().map(|name| (chance.id(from), name.clone())).collect();
        Self { people, booked: Vec::new() }
    }

    /// Somebody who is free, who then is no more. Nobody works two shifts within half a day.
    fn take(&mut self, from: Instant, to: Instant) -> Option<Uuid> {
        let rests = |id: Uuid| {
            self.booked
                .iter()
                .filter(|booked| booked.0 == id)
                .all(|(_, start, end)| end.plus_minutes(660) <= from || to.plus_minutes(660) <= *start)
        };
        let id = self.people.iter().map(|(id, _)| *id).find(|id| rests(*id))?;
        self.booked.push((id, from, to));
        Some(id)
    }
}

/// Attendance of a client with what was covered.
#[derive(Debug, Default)]
pub(super) struct Presence {
    pub(super) attendance: Vec<Entered<AttendanceRow>>,
    pub(super) coverage: Vec<Entered<CoverageRow>>,
    pub(super) bookings: Vec<Entered<BookingRow>>,
}

/// Days on which somebody was away.
struct Spell {
    from: ProductionDate,
    to: ProductionDate,
    absence: &'static str,
}

/// Who was there, shift by shift.
pub(super) fn presence(setting: &Setting<'_>, members: &[Member], pool: &mut Pool) -> Presence {
    let mut presence = Presence::default();
    let Some((first, last)) = setting.turns.first().zip(setting.turns.last()) else { return presence };
    let spells: Vec<Vec<Spell>> =
        members.iter().map(|member| spells(setting, member, first.date(), last.date())).collect();
    for turn in setting.turns {
        let taken_at = turn.window.starts_at.plus_minutes(20);
        if taken_at > setting.now || (turn.is_on && setting.client.place == NOT_TAKEN) {
            continue;
        }
        let on_duty = team_of(turn);
        for (member, spells) in members.iter().zip(&spells).filter(|(member, _)| member.team == on_duty) {
            let Some(line) = setting.client.lines.get(member.line) else { continue };
            if works(setting.seed, line, turn) {
                let mut chance = Chance::of(setting.seed, &format!("attendance {} {}", member.number, turn.name));
                presence.note(setting, turn, member, spells, &mut chance, pool);
            }
        }
    }
    presence
}

/// Teams move on by one shift every week.
fn team_of(turn: &Turn) -> usize {
    let week = usize::try_from(turn.date().date().iso_week().week()).unwrap_or(0);
    (week + turn.position) % TEAMS
}

fn spells(setting: &Setting<'_>, member: &Member, from: ProductionDate, to: ProductionDate) -> Vec<Spell> {
    let mut chance = Chance::of(setting.seed, &format!("absence {} {}", setting.client.id, member.number));
    let mut spells = Vec::new();
    let mut date = from;
    while date <= to {
        let is_edge = matches!(date.weekday(), Weekday::Mon | Weekday::Fri);
        let found = match chance.between(1, 10_000) {
            1..=75 => Some(("SICK", chance.between(1, 5))),
            76..=105 => Some(("HOLIDAY", chance.between(4, 12))),
            106..=118 => Some(("FAMILY_EMERGENCY", 1)),
            119..=126 => Some(("INJURY", chance.between(2, 7))),
            127..=142 => Some(("NO_SHOW", 1)),
            143..=160 => Some(("TRAINING", 1)),
            _ if member.is_prone && is_edge && chance.happens(140) => Some(("SICK", 1)),
            _ => None,
        };
        let days = found.map_or(1, |(absence, days)| {
            let last = date.plus_days(i32::try_from(days).unwrap_or(1) - 1);
            spells.push(Spell { from: date, to: last, absence });
            i32::try_from(days).unwrap_or(1) + 3
        });
        date = date.plus_days(days);
    }
    spells
}

impl Presence {
    fn note(
        &mut self,
        setting: &Setting<'_>,
        turn: &Turn,
        member: &Member,
        spells: &[Spell],
        chance: &mut Chance,
        pool: &mut Pool,
    ) {
        let scheduled = turn.window.planned_minutes;
        let away = spells.iter().find(|spell| spell.from <= turn.date() && turn.date() <= spell.to);
        let (worked, absence_type) = match (away, chance.between(1, 1000)) {
            (Some(spell), _) => (0, Some(spell.absence)),
            (None, 1..=11) => (scheduled - chance.between(6, 50), Some("LATE")),
            (None, 12..=16) if !turn.is_on => (scheduled - chance.between(40, 200), Some("LEFT_EARLY")),
            (None, 17..=19) => (scheduled - chance.between(30, 120), Some("UNCLASSIFIED")),
            (None, 20..=34) if !turn.is_on => (scheduled + chance.between(1, 4) * 15, None),
            (None, _) => (scheduled, None),
        };
        let missed = absence(Minutes(scheduled), Minutes(worked)).get();
        let counts = absence_type.map(|absence| setting.codes.counts(absence));
        let client = setting.client;
        let at = turn.window.starts_at.plus_minutes(chance.between(8, 20));
        let row = AttendanceRow {
            client_id: client.id.as_str().to_owned(),
            production_date: turn.date(),
            shift_id: turn.shift_id.clone(),
            employee_number: member.number.clone(),
            shift_valid_from: ProductionDate::BEGINNING,
            scheduled_minutes: scheduled,
            worked_minutes: worked,
            absence_minutes: missed,
            absence_type: absence_type.map(Into::into),
            absence_counts: counts,
            late: false,
            notes: None,
        };
        self.attendance.push(Entered { by: client.leader.clone(), at, row });
        if missed == scheduled && counts == Some(true) && chance.happens(COVERED) {
            self.cover(setting, turn, member, chance, pool);
        }
    }

    fn cover(&mut self, setting: &Setting<'_>, turn: &Turn, member: &Member, chance: &mut Chance, pool: &mut Pool) {
        let window = turn.window;
        let Some(pool_employee_id) = pool.take(window.starts_at, window.ends_at) else { return };
        let at = window.starts_at.plus_minutes(20);
        let coverage_id = chance.id(at);
        let by = setting.client.leader.clone();
        let row = CoverageRow {
            client_id: setting.client.id.as_str().to_owned(),
            coverage_id,
            production_date: turn.date(),
            shift_id: turn.shift_id.clone(),
            employee_number: member.number.clone(),
            pool_employee_id,
            covered_from: window.starts_at,
            covered_to: window.ends_at,
            minutes: window.planned_minutes,
            notes: None,
        };
        self.coverage.push(Entered { by: by.clone(), at, row });
        let (booked_from, booked_to) = (window.starts_at, window.ends_at);
        let row = BookingRow { employee_id: pool_employee_id, booked_from, booked_to, coverage_id };
        self.bookings.push(Entered { by, at, row });
    }
}
