//! Time at the plant: instants are UTC, production dates are local to the client, and this is the only
//! place where one becomes the other.

use super::measure::MILLIS_PER_MINUTE;
use super::reject::Reject;
use chrono::{
    DateTime, Datelike, Days, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Utc, Weekday,
};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};
use std::fmt;

/// The release of the time-zone data that is built in.
pub const TIME_ZONE_DATA: &str = chrono_tz::IANA_TZDB_VERSION;

/// A point in time: milliseconds since 1970-01-01T00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(pub i64);

impl Instant {
    /// Whole minutes from `earlier` to here, both cut to the minute before subtracting (2-data.md).
    pub fn minutes_since(self, earlier: Self) -> i64 {
        self.0.div_euclid(MILLIS_PER_MINUTE) - earlier.0.div_euclid(MILLIS_PER_MINUTE)
    }

    /// This instant moved by whole minutes.
    #[must_use]
    pub const fn plus_minutes(self, minutes: i64) -> Self {
        Self(self.0 + minutes * MILLIS_PER_MINUTE)
    }

    /// This instant moved by milliseconds.
    #[must_use]
    pub const fn plus_millis(self, millis: i64) -> Self {
        Self(self.0 + millis)
    }

    /// As a UTC date and time; the ends of chrono's calendar stand in for what lies beyond it.
    pub fn utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0).unwrap_or(if self.0 < 0 {
            DateTime::<Utc>::MIN_UTC
        } else {
            DateTime::<Utc>::MAX_UTC
        })
    }
}

impl From<DateTime<Utc>> for Instant {
    fn from(time: DateTime<Utc>) -> Self {
        Self(time.timestamp_millis())
    }
}

/// The local date on which a shift began, as days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ProductionDate(pub i32);

impl ProductionDate {
    /// The beginning of time for things that are valid from a date.
    pub const BEGINNING: Self = Self(i32::MIN);

    /// The date of a calendar day.
    pub fn of(date: NaiveDate) -> Self {
        Self(date.to_epoch_days())
    }

    /// The calendar day; the ends of chrono's calendar stand in for what lies beyond it.
    pub fn date(self) -> NaiveDate {
        NaiveDate::from_epoch_days(self.0).unwrap_or(if self.0 < 0 { NaiveDate::MIN } else { NaiveDate::MAX })
    }

    /// Reads `YYYY-MM-DD`.
    pub fn parse(field: &str, raw: &str) -> Result<Self, Reject> {
        let text = raw.trim();
        NaiveDate::parse_from_str(text, "%Y-%m-%d")
            .ok()
            .filter(|date| (1970..=9999).contains(&date.year()) && text.len() == 10)
            .map(Self::of)
            .ok_or_else(|| {
                Reject::new(
                    field,
                    format!("\"{text}\" is not a date"),
                    "write it as YYYY-MM-DD, for example 2026-05-20",
                )
            })
    }

    /// This date moved by whole days.
    #[must_use]
    pub const fn plus_days(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// The weekday of the date.
    pub fn weekday(self) -> Weekday {
        self.date().weekday()
    }
}

impl fmt::Display for ProductionDate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(&self.date().format("%Y-%m-%d").to_string())
    }
}

/// What a local wall-clock time means in a zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LocalTime {
    /// It happened once.
    Once(Instant),
    /// It happened twice, because the clocks went back: the earlier and the later instant.
    Twice(Instant, Instant),
    /// It never happened, because the clocks went forward: the next valid local time.
    Never(NaiveDateTime),
}

/// The clock on the wall of one client's plant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlantClock {
    zone: Tz,
}

impl PlantClock {
    /// The clock of what belongs to no place.
    pub const UTC: Self = Self { zone: Tz::UTC };

    /// The clock of a zone.
    pub const fn new(zone: Tz) -> Self {
        Self { zone }
    }

    /// Reads an IANA zone name.
    pub fn parse(raw: &str) -> Result<Self, Reject> {
        raw.trim().parse().map(Self::new).map_err(|_| {
            Reject::new(
                "time_zone",
                format!("\"{}\" is no IANA time zone", raw.trim()),
                "write it like Europe/Vienna or UTC",
            )
        })
    }

    /// The zone's IANA name.
    pub fn zone_name(self) -> &'static str {
        self.zone.name()
    }

    /// The wall-clock time at an instant.
    pub fn local(self, at: Instant) -> NaiveDateTime {
        at.utc().with_timezone(&self.zone).naive_local()
    }

    /// The calendar day at an instant.
    pub fn date(self, at: Instant) -> ProductionDate {
        ProductionDate::of(self.local(at).date())
    }

    /// What a wall-clock time means here.
    pub fn resolve(self, local: NaiveDateTime) -> LocalTime {
        match self.zone.from_local_datetime(&local) {
            LocalResult::Single(time) => LocalTime::Once(Instant::from(time.with_timezone(&Utc))),
            LocalResult::Ambiguous(first, second) => {
                LocalTime::Twice(Instant::from(first.with_timezone(&Utc)), Instant::from(second.with_timezone(&Utc)))
            }
            LocalResult::None => LocalTime::Never(self.next_valid(local)),
        }
    }

    /// The instant of a scheduled time (a shift's start or end): the earlier one where it occurs twice,
    /// the next valid one where it does not exist.
    pub fn scheduled(self, local: NaiveDateTime) -> Instant {
        match self.resolve(local) {
            LocalTime::Once(at) | LocalTime::Twice(at, _) => at,
            LocalTime::Never(next) => match self.zone.from_local_datetime(&next) {
                LocalResult::Single(time) | LocalResult::Ambiguous(time, _) => Instant::from(time.with_timezone(&Utc)),
                LocalResult::None => Instant::from(Utc.from_utc_datetime(&next)),
            },
        }
    }

    /// The instant of `minute` minutes after local midnight of `date`; 1440 and more lie on the next day.
    pub fn at_minute(self, date: ProductionDate, minute: i64) -> Instant {
        let day = date
            .date()
            .checked_add_days(Days::new(u64::try_from(minute.div_euclid(1440)).unwrap_or(0)))
            .unwrap_or(NaiveDate::MAX);
        let seconds = u32::try_from(minute.rem_euclid(1440) * 60).unwrap_or(0);
        let time = NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0).unwrap_or(NaiveTime::MIN);
        self.scheduled(day.and_time(time))
    }

    /// Reads an instant: RFC 3339, or local `YYYY-MM-DD HH:MM` (seconds allowed). A local time that does
    /// not exist or occurs twice is refused with what to write instead.
    pub fn parse_instant(self, field: &str, raw: &str) -> Result<Instant, Reject> {
        let text = raw.trim();
        if let Ok(time) = DateTime::parse_from_rfc3339(text) {
            return Ok(Instant::from(time.with_timezone(&Utc)));
        }
        let local = ["%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"]
            .iter()
            .find_map(|format| NaiveDateTime::parse_from_str(text, format).ok())
            .filter(|local| (1970..=9999).contains(&local.year()))
            .ok_or_else(|| {
                Reject::new(
                    field,
                    format!("\"{text}\" is not a time"),
                    "write it as YYYY-MM-DD HH:MM in local time, or as RFC 3339",
                )
            })?;
        self.instant_of(field, local)
    }

    /// The instant of a typed local time; refuses one that does not exist or occurs twice.
    pub fn instant_of(self, field: &str, local: NaiveDateTime) -> Result<Instant, Reject> {
        match self.resolve(local) {
            LocalTime::Once(at) => Ok(at),
            LocalTime::Twice(first, second) => Err(Reject::new(
                field,
                format!("{} occurs twice because the clocks go back", local.format("%Y-%m-%d %H:%M")),
                format!("write {} or {}", self.rfc3339(first), self.rfc3339(second)),
            )),
            LocalTime::Never(next) => Err(Reject::new(
                field,
                format!("{} does not exist because the clocks go forward", local.format("%Y-%m-%d %H:%M")),
                format!("the next valid time is {}", next.format("%Y-%m-%d %H:%M")),
            )),
        }
    }

    /// An instant as RFC 3339 with this zone's offset.
    pub fn rfc3339(self, at: Instant) -> String {
        at.utc().with_timezone(&self.zone).to_rfc3339_opts(chrono::SecondsFormat::Secs, false)
    }

    /// The same with the milliseconds, where there are some.
    pub fn rfc3339_exact(self, at: Instant) -> String {
        at.utc().with_timezone(&self.zone).to_rfc3339_opts(chrono::SecondsFormat::AutoSi, false)
    }

    fn next_valid(self, local: NaiveDateTime) -> NaiveDateTime {
        // A gap is at most a day (a zone that skipped a date); minutes are fine enough for every zone since 1970.
        (1..=1440)
            .filter_map(|minutes| local.checked_add_signed(TimeDelta::minutes(minutes)))
            .map(WithSecondZero::with_second_zero)
            .find(|later| !matches!(self.zone.from_local_datetime(later), LocalResult::None))
            .unwrap_or(local)
    }
}

trait WithSecondZero {
    fn with_second_zero(self) -> Self;
}

impl WithSecondZero for NaiveDateTime {
    fn with_second_zero(self) -> Self {
        use chrono::Timelike;
        self.with_second(0).and_then(|time| time.with_nanosecond(0)).unwrap_or(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vienna() -> PlantClock {
        PlantClock::parse("Europe/Vienna").expect("zone")
    }

    #[test]
    fn a_time_that_the_clocks_skip_is_refused_with_the_next_valid_one() {
        let reject = vienna().parse_instant("started_at", "2026-03-29 02:30").expect_err("gap");
        assert!(reject.try_this.contains("2026-03-29 03:00"), "{reject}");
    }

    #[test]
    fn a_time_that_occurs_twice_is_asked_about_with_both_instants() {
        let reject = vienna().parse_instant("started_at", "2026-10-25 02:30").expect_err("fold");
        assert!(reject.try_this.contains("+02:00") && reject.try_this.contains("+01:00"), "{reject}");
        assert!(vienna().parse_instant("started_at", "2026-10-25T02:30:00+01:00").is_ok());
    }

    #[test]
    fn a_night_shift_is_one_hour_shorter_or_longer_when_the_clocks_change() {
        let night = |date: &str| {
            let date = ProductionDate::parse("date", date).expect("date");
            vienna().at_minute(date, 1440 + 360).minutes_since(vienna().at_minute(date, 1320))
        };
        assert_eq!((night("2026-03-28"), night("2026-10-24"), night("2026-05-20")), (420, 540, 480));
    }

    #[test]
    fn minutes_are_cut_before_they_are_subtracted() {
        assert_eq!(Instant(119_999).minutes_since(Instant(60_000)), 0);
        assert_eq!(Instant(120_000).minutes_since(Instant(119_999)), 1);
    }

    #[test]
    fn a_date_is_read_in_one_form_only() {
        assert_eq!(ProductionDate::parse("d", "1970-01-02"), Ok(ProductionDate(1)));
        assert!(ProductionDate::parse("d", "20.05.2026").is_err());
        assert!(ProductionDate::parse("d", "2026-02-30").is_err());
    }
}
