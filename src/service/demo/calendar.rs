//! When the demo plant works: three shifts on weekdays, some Saturday mornings, and always the shift that is on now.

use super::cast::{Client, Line};
use super::chance::Chance;
use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::id::ShiftId;
use crate::domain::reject::Reject;
use crate::domain::shift::{Shift, ShiftWindow, Weekdays};
use chrono::Weekday;

/// Key, name, start and end of the plant's shifts, in minutes after midnight.
const SHIFTS: [(&str, &str, i64, i64); 3] =
    [("EARLY", "Early", 360, 840), ("LATE", "Late", 840, 1320), ("NIGHT", "Night", 1320, 360)];
/// Minutes of breaks in each.
const BREAK: i64 = 30;
/// Saturdays of a thousand on which a line works in the morning.
const SATURDAYS: i64 = 450;

/// The plant's shift patterns.
pub(super) fn shifts() -> Result<Vec<Shift>, Reject> {
    let shift = |(id, name, start_minute, end_minute): (&str, &str, i64, i64)| {
        Ok(Shift {
            shift_id: ShiftId::parse(id)?,
            valid_from: ProductionDate::BEGINNING,
            name: name.to_owned(),
            start_minute,
            end_minute,
            break_minutes: BREAK,
            days: Weekdays::EVERY_DAY,
        })
    };
    SHIFTS.into_iter().map(shift).collect()
}

/// One shift of one date at one client.
#[derive(Debug, Clone)]
pub(super) struct Turn {
    /// The shift's position in the day: early, late, night.
    pub(super) position: usize,
    /// Its key.
    pub(super) shift_id: String,
    /// When it is.
    pub(super) window: ShiftWindow,
    /// Whether it is on now.
    pub(super) is_on: bool,
    /// What its streams of chance are named after.
    pub(super) name: String,
}

impl Turn {
    /// The date on which it began.
    pub(super) fn date(&self) -> ProductionDate {
        self.window.production_date
    }
}

/// The shifts of a client that began in the last `days` days, today's included, in the order of time.
pub(super) fn turns(client: &Client, shifts: &[Shift], days: i32, now: Instant) -> Vec<Turn> {
    let today = client.clock.date(now);
    let mut turns = Vec::new();
    // A shift of tomorrow cannot have begun, one of last night may still be on.
    for date in (0..days).rev().map(|back| today.plus_days(-back)) {
        for (position, shift) in shifts.iter().enumerate() {
            let window = shift.window(date, client.clock);
            if window.starts_at > now {
                continue;
            }
            let name = format!("{} {date} {}", client.id, shift.shift_id);
            let shift_id = shift.shift_id.as_str().to_owned();
            turns.push(Turn { position, shift_id, window, is_on: window.contains(now), name });
        }
    }
    turns
}

/// Whether a line works in a shift.
pub(super) fn works(seed: u64, line: &Line, turn: &Turn) -> bool {
    let is_early = turn.position == 0;
    let is_night = turn.position == 2;
    turn.is_on
        || match turn.date().weekday() {
            Weekday::Sun => false,
            Weekday::Sat => {
                is_early && Chance::of(seed, &format!("saturday {} {}", line.id, turn.name)).happens(SATURDAYS)
            }
            Weekday::Mon | Weekday::Tue | Weekday::Wed | Weekday::Thu | Weekday::Fri => !is_night || line.nights,
        }
}
