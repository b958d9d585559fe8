//! Shift patterns, and the one question they answer: when does a shift of a date begin and end, and
//! which shift is on at an instant.

use super::clock::{Instant, PlantClock, ProductionDate};
use super::id::ShiftId;
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

impl Shift {
    /// The window of this shift on a date, whether it is scheduled on that day or not.
    pub fn window(&self, date: ProductionDate, clock: PlantClock) -> ShiftWindow {
        let last_minute = if self.end_minute <= self.start_minute { self.end_minute + 1440 } else { self.end_minute };
        let starts_at = clock.at_minute(date, self.start_minute);
        let ends_at = clock.at_minute(date, last_minute);
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
            .filter(|shift| shift.days.contains(date.weekday()))
            .map(|shift| (shift, shift.window(date, clock)))
            .find(|(_, window)| window.contains(at))
    })
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
    fn days_are_read_as_names_and_ranges() {
        assert_eq!(Weekdays::parse("mon-fri").expect("days").to_string(), "mon tue wed thu fri");
        assert_eq!(Weekdays::parse("Sat;Sun").expect("days").to_string(), "sat sun");
        assert_eq!(Weekdays::parse("fri-mon").expect("days").to_string(), "mon fri sat sun");
        assert!(Weekdays::parse("someday").is_err());
    }
}
