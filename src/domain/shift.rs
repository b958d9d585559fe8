//! Shift patterns, and the one question they answer: when does a shift of a date begin and end, and
//! which shift is on at an instant.

use super::clock::{Instant, PlantClock, ProductionDate};
use super::id::{ClientId, LineId, NO_SHIFT, ShiftId};
use super::reject::Reject;
use chrono::Weekday;
use serde::{Deserialize, Serialize};

/// The days of the week on which a shift starts, as a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Weekdays(pub i64);

const DAY_NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl Weekdays {
    /// All seven.
    pub const EVERY_DAY: Self = Self(0b111_1111);

    /// Whether a shift starts on this day.
    pub fn contains(self, day: Weekday) -> bool {
        self.0 & (1 << day.num_days_from_monday()) != 0
    }

    /// Reads `mon tue fri` (any separator) or `mon-fri`; nothing means every day.
    pub fn parse(raw: &str) -> Result<Self, Reject> {
        let text = raw.trim().to_lowercase();
        if text.is_empty() {
            return Ok(Self::EVERY_DAY);
        }
        let wrong = || {
            Reject::new(
                "days",
                format!("\"{}\" names no days of the week", raw.trim()),
                "write them like \"mon tue wed\" or \"mon-fri\"",
            )
        };
        let index = |name: &str| {
            DAY_NAMES
                .iter()
                .position(|day| name.len() >= 2 && (day.starts_with(name) || name.starts_with(day)))
                .ok_or_else(wrong)
        };
        let mut mask = 0;
        for part in text.split([' ', ',', ';', '|', '/']).filter(|part| !part.is_empty()) {
            let (first, last) = part
                .split_once('-')
                .map_or_else(|| index(part).map(|day| (day, day)), |(a, b)| Ok((index(a)?, index(b)?)))?;
            let mut day = first;
            loop {
                mask |= 1 << day;
                if day == last {
                    break;
                }
                day = (day + 1) % 7;
            }
        }
        if mask == 0 { Err(wrong()) } else { Ok(Self(mask)) }
    }
}

impl std::fmt::Display for Weekdays {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<_> =
            DAY_NAMES.iter().enumerate().filter(|(day, _)| self.0 & (1 << day) != 0).map(|(_, name)| *name).collect();
        formatter.pad(&names.join(" "))
    }
}

/// One version of a shift pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    /// Its key.
    pub shift_id: ShiftId,
    /// The first production date it holds for.
    pub valid_from: ProductionDate,
    /// Its name.
    pub name: String,
    /// Start, minutes after local midnight.
    pub start_minute: i64,
    /// End, minutes after local midnight; at or before the start means the next day.
    pub end_minute: i64,
    /// Unpaid or idle minutes inside it.
    pub break_minutes: i64,
    /// Days it starts on.
    pub days: Weekdays,
}

/// One shift of one date, as instants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShiftWindow {
    /// The production date: the local date on which it began.
    pub production_date: ProductionDate,
    /// First instant in it.
    pub starts_at: Instant,
    /// First instant after it.
    pub ends_at: Instant,
    /// Elapsed minutes less breaks, so that 23- and 25-hour days come out right.
    pub planned_minutes: i64,
}

impl ShiftWindow {
    /// Whether an instant lies in it; the end does not.
    pub fn contains(&self, at: Instant) -> bool {
        self.starts_at <= at && at < self.ends_at
    }
}

/// One line running one shift of one date: what every entry belongs to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineShiftKey {
    /// The client.
    pub client_id: ClientId,
    /// The local date on which the shift began.
    pub production_date: ProductionDate,
    /// The shift.
    pub shift_id: ShiftId,
    /// The line.
    pub line_id: LineId,
}

impl Shift {
    /// Whether this is the reserved shift of work that lies in no shift.
    pub fn is_no_shift(&self) -> bool {
        self.shift_id.as_str() == NO_SHIFT
    }

    /// Minutes from start to end on a day without a clock change.
    pub const fn nominal_minutes(&self) -> i64 {
        let next_day = if self.end_minute <= self.start_minute { 1440 } else { 0 };
        self.end_minute + next_day - self.start_minute
    }

    /// The window of this shift on a date, whether it is scheduled on that day or not.
    pub fn window(&self, date: ProductionDate, clock: PlantClock) -> ShiftWindow {
        if self.is_no_shift() {
            let (starts_at, ends_at) = (clock.at_minute(date, 0), clock.at_minute(date, 1440));
            return ShiftWindow { production_date: date, starts_at, ends_at, planned_minutes: 0 };
        }
        let starts_at = clock.at_minute(date, self.start_minute);
        let ends_at = clock.at_minute(date, self.start_minute + self.nominal_minutes());
        let planned_minutes = (ends_at.minutes_since(starts_at) - self.break_minutes).max(0);
        ShiftWindow { production_date: date, starts_at, ends_at, planned_minutes }
    }
}

/// The version of each shift that holds on a date.
pub fn versions_on(shifts: &[Shift], date: ProductionDate) -> Vec<&Shift> {
    let mut current: Vec<&Shift> = Vec::new();
    for shift in shifts.iter().filter(|shift| shift.valid_from <= date) {
        match current.iter_mut().find(|other| other.shift_id == shift.shift_id) {
            Some(other) if other.valid_from < shift.valid_from => *other = shift,
            Some(_) => {}
            None => current.push(shift),
        }
    }
    current
}

/// The shift that is on at an instant: today's or last night's, asked of the day it started.
pub fn shift_at(shifts: &[Shift], at: Instant, clock: PlantClock) -> Option<(&Shift, ShiftWindow)> {
    let today = clock.date(at);
    [today, today.plus_days(-1)].into_iter().find_map(|date| {
        versions_on(shifts, date)
            .into_iter()
            .filter(|shift| !shift.is_no_shift() && shift.days.contains(date.weekday()))
            .map(|shift| (shift, shift.window(date, clock)))
            .find(|(_, window)| window.contains(at))
    })
}

/// The shift that is on at an instant, else the reserved one of that local date.
pub fn shift_or_none_at(shifts: &[Shift], at: Instant, clock: PlantClock) -> Option<(&Shift, ShiftWindow)> {
    shift_at(shifts, at, clock).or_else(|| {
        let reserved = shifts.iter().find(|shift| shift.is_no_shift())?;
        Some((reserved, reserved.window(clock.date(at), clock)))
    })
}

/// The longest stop that can be entered: longer ones are mistyped dates.
const LONGEST_SPAN_DAYS: i64 = 366;

/// Cuts `[from, to)` at every change of shift. The parts follow each other without a gap; time in no shift belongs
/// to the reserved one, cut at local midnight and at the next shift's start. An empty span has one empty part.
pub fn split_at_shifts(
    shifts: &[Shift],
    from: Instant,
    to: Instant,
    clock: PlantClock,
) -> Result<Vec<(&Shift, ShiftWindow, Instant, Instant)>, Reject> {
    if to.minutes_since(from) > LONGEST_SPAN_DAYS * 1440 {
        return Err(Reject::new("ended_at", "is more than a year after the start", "check both dates"));
    }
    let mut parts = Vec::new();
    let mut at = from;
    loop {
        let Some((shift, window)) = shift_or_none_at(shifts, at, clock) else {
            return Err(Reject::new("shift_id", "no shift pattern exists", "add a shift first"));
        };
        let limit =
            if shift.is_no_shift() { next_shift_start(shifts, at, clock).min(window.ends_at) } else { window.ends_at };
        let end = to.min(limit);
        parts.push((shift, window, at, end));
        if end >= to {
            return Ok(parts);
        }
        at = end;
    }
}

/// The first start of a shift after an instant, looking two days ahead.
fn next_shift_start(shifts: &[Shift], at: Instant, clock: PlantClock) -> Instant {
    let today = clock.date(at);
    (0..=2)
        .map(|days| today.plus_days(days))
        .flat_map(|date| versions_on(shifts, date).into_iter().map(move |shift| (date, shift)))
        .filter(|(date, shift)| !shift.is_no_shift() && shift.days.contains(date.weekday()))
        .map(|(date, shift)| shift.window(date, clock).starts_at)
        .filter(|start| *start > at)
        .min()
        .unwrap_or(Instant(i64::MAX))
}

/// Reads a time of day `HH:MM` into minutes after midnight.
pub fn minute_of_day(field: &str, raw: &str) -> Result<i64, Reject> {
    let text = raw.trim();
    let wrong = || Reject::new(field, format!("\"{text}\" is no time of day"), "write it as HH:MM, for example 06:00");
    let (hours, minutes) = text.split_once(':').ok_or_else(wrong)?;
    let hours: i64 = hours.parse().map_err(|_| wrong())?;
    let minutes: i64 = minutes.get(..2).and_then(|two| two.parse().ok()).ok_or_else(wrong)?;
    let well_formed = (0..24).contains(&hours) && (0..60).contains(&minutes) && (text.len() == 5 || text.len() == 4);
    if well_formed { Ok(hours * 60 + minutes) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn night() -> Shift {
        Shift {
            shift_id: ShiftId::parse("N").expect("id"),
            valid_from: ProductionDate::BEGINNING,
            name: "Night".into(),
            start_minute: 22 * 60,
            end_minute: 6 * 60,
            break_minutes: 30,
            days: Weekdays::parse("fri").expect("days"),
        }
    }

    #[test]
    fn a_night_shift_belongs_to_the_day_it_began_and_asks_that_day_for_its_weekday() {
        let clock = PlantClock::parse("Europe/Vienna").expect("zone");
        let saturday_three = clock.parse_instant("at", "2026-05-23 03:00").expect("time");
        let shifts = [night()];
        let (_, window) = shift_at(&shifts, saturday_three, clock).expect("Friday's night shift");
        assert_eq!(window.production_date.to_string(), "2026-05-22");
        assert_eq!(window.planned_minutes, 450);
        let sunday_three = clock.parse_instant("at", "2026-05-24 03:00").expect("time");
        assert!(shift_at(&shifts, sunday_three, clock).is_none());
    }

    #[test]
    fn a_change_starts_a_new_version_and_leaves_the_past_its_own() {
        let date = |text| ProductionDate::parse("d", text).expect("date");
        let changed = Shift { valid_from: date("2026-06-01"), start_minute: 23 * 60, ..night() };
        let shifts = [night(), changed];
        assert_eq!(versions_on(&shifts, date("2026-05-31"))[0].start_minute, 22 * 60);
        assert_eq!(versions_on(&shifts, date("2026-06-01"))[0].start_minute, 23 * 60);
    }

    #[test]
    fn a_stop_over_a_shift_change_is_cut_there_and_nowhere_else() {
        let clock = PlantClock::parse("Europe/Vienna").expect("zone");
        let at = |text| clock.parse_instant("at", text).expect("time");
        let reserved = Shift {
            shift_id: ShiftId::parse(NO_SHIFT).expect("id"),
            break_minutes: 1440,
            days: Weekdays::EVERY_DAY,
            ..night()
        };
        let early = Shift {
            shift_id: ShiftId::parse("E").expect("id"),
            start_minute: 360,
            end_minute: 840,
            days: Weekdays::EVERY_DAY,
            ..night()
        };
        let shifts = [reserved, night(), early];
        // Friday 22:00 to Saturday 06:00 is the night shift, then the early shift, then nothing until Sunday.
        let parts = split_at_shifts(&shifts, at("2026-05-23 05:30"), at("2026-05-23 15:00"), clock).expect("parts");
        let seen: Vec<_> =
            parts.iter().map(|(shift, _, from, to)| (shift.shift_id.as_str(), to.minutes_since(*from))).collect();
        assert_eq!(seen, [("N", 30), ("E", 480), (NO_SHIFT, 60)]);
        let empty = split_at_shifts(&shifts, at("2026-05-23 05:30"), at("2026-05-23 05:30"), clock).expect("part");
        assert_eq!(empty.len(), 1);
        let weekend = split_at_shifts(&shifts, at("2026-05-23 20:00"), at("2026-05-24 07:00"), clock).expect("parts");
        let seen: Vec<_> = weekend
            .iter()
            .map(|(shift, window, from, to)| {
                (shift.shift_id.as_str(), window.production_date.to_string(), to.minutes_since(*from))
            })
            .collect();
        assert_eq!(
            seen,
            [
                (NO_SHIFT, "2026-05-23".into(), 240),
                (NO_SHIFT, "2026-05-24".into(), 360),
                ("E", "2026-05-24".into(), 60)
            ]
        );
    }

    #[test]
    fn days_are_read_as_names_and_ranges() {
        assert_eq!(Weekdays::parse("mon-fri").expect("days").to_string(), "mon tue wed thu fri");
        assert_eq!(Weekdays::parse("Sat;Sun").expect("days").to_string(), "sat sun");
        assert_eq!(Weekdays::parse("fri-mon").expect("days").to_string(), "mon fri sat sun");
        assert!(Weekdays::parse("someday").is_err());
    }
}
