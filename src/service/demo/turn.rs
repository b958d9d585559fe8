//! One line running one shift: what stopped it and what it made meanwhile.
//!
//! Times are milliseconds after the shift's start. Stops never overlap each other or the break, and no more is made
//! than the line's fastest time allows in what is left.

use super::chance::Chance;
use crate::domain::measure::MILLIS_PER_MINUTE as MINUTE;

/// The break, in the middle of the shift.
const BREAK: Span = Span { from: 225 * MINUTE, to: 255 * MINUTE };
/// Places that are tried for a stop before it is left out.
const TRIES: i64 = 12;

/// A part of the shift.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    /// Its first millisecond.
    pub(super) from: i64,
    /// The first one after it.
    pub(super) to: i64,
}

impl Span {
    fn overlap(self, other: Self) -> i64 {
        (self.to.min(other.to) - self.from.max(other.from)).max(0)
    }

    fn within(self, other: Self) -> Self {
        let from = self.from.max(other.from);
        Self { from, to: self.to.min(other.to).max(from) }
    }
}

/// A stop of the line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stop {
    /// When.
    pub(super) span: Span,
    /// Its reason's code.
    pub(super) reason: String,
    /// Whether it has not ended.
    pub(super) runs: bool,
}

impl Stop {
    /// How long it kept the line from working in a part of the shift; nobody works in the break.
    fn stood(&self, part: Span) -> i64 {
        self.span.overlap(part) - self.span.within(part).overlap(BREAK)
    }

    /// Minutes as they are counted: both ends cut to the minute.
    pub(super) fn minutes(&self) -> i64 {
        self.span.to / MINUTE - self.span.from / MINUTE
    }
}

/// What was counted at one time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Counted {
    /// When.
    pub(super) at: i64,
    /// All units.
    pub(super) units: i64,
    /// Those that were not right.
    pub(super) defects: i64,
    /// Thrown away.
    pub(super) scrap: i64,
    /// Worked over.
    pub(super) rework: i64,
    /// Made while starting up.
    pub(super) startup_defects: i64,
}

/// What belongs to the work of a shift.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Due {
    /// The meeting at the beginning of the week.
    Meeting,
    /// Another order.
    Changeover,
    /// Maintenance.
    Maintenance,
}

/// What a shift on a line is like.
#[derive(Debug, Clone)]
pub(super) struct Conditions<'a> {
    /// Length of the shift in minutes.
    pub(super) length: i64,
    /// Milliseconds of the shift that are over.
    pub(super) elapsed: i64,
    /// Minutes between counts.
    pub(super) between_counts: i64,
    /// The fastest time for one unit.
    pub(super) cycle: i64,
    /// How fast the line runs, of a thousand.
    pub(super) speed: i64,
    /// Units of ten thousand that are not right.
    pub(super) defects: i64,
    /// Whether it is one of those days.
    pub(super) is_bad: bool,
    /// What is due in it.
    pub(super) due: Vec<Due>,
    /// What stops this line again and again.
    pub(super) chronic: Option<&'a str>,
    /// Minutes for which the line has been standing now.
    pub(super) standing: Option<i64>,
}

/// The stops of a shift, in order, as far as they have begun.
pub(super) fn stops(chance: &mut Chance, conditions: &Conditions<'_>) -> Vec<Stop> {
    let mut taken = Taken { length: conditions.length * MINUTE, stops: Vec::new() };
    if let Some(minutes) = conditions.standing {
        let from = (conditions.elapsed - minutes * MINUTE).max(0) / MINUTE * MINUTE;
        let to = conditions.length * MINUTE;
        taken.stops.push(Stop { span: Span { from, to }, reason: "MACHINE_FAILURE".into(), runs: true });
    }
    agreed(chance, conditions, &mut taken);
    suffered(chance, conditions, &mut taken);
    let mut stops = taken.stops;
    stops.retain(|stop| stop.runs || stop.span.to <= conditions.elapsed);
    stops.sort_by_key(|stop| stop.span.from);
    stops
}

/// What belongs to the work: meetings, changeovers, cleaning.
fn agreed(chance: &mut Chance, conditions: &Conditions<'_>, taken: &mut Taken) {
    let mut minute = 0;
    let mut next = |taken: &mut Taken, reason: &str, minutes: i64| {
        if taken.put(Span { from: minute * MINUTE, to: (minute + minutes) * MINUTE }, reason) {
            minute += minutes;
        }
    };
    if conditions.due.contains(&Due::Meeting) {
        next(taken, "MEETING", 15);
    }
    if conditions.due.contains(&Due::Changeover) {
        next(taken, "CHANGEOVER", chance.around(16, 44));
        next(taken, "STARTUP", chance.between(4, 9));
    }
    if conditions.due.contains(&Due::Maintenance) {
        taken.place(chance, "MAINTENANCE", 40);
    }
    let end = conditions.length - 3;
    taken.put(Span { from: (end - chance.between(8, 13)) * MINUTE, to: end * MINUTE }, "CLEANING");
}

/// What nobody wanted.
fn suffered(chance: &mut Chance, conditions: &Conditions<'_>, taken: &mut Taken) {
    if conditions.is_bad {
        let reason = if chance.happens(600) { "MACHINE_FAILURE" } else { "UTILITY_FAILURE" };
        let minutes = chance.between(75, 150);
        taken.place(chance, reason, minutes);
    }
    let sometimes: [(i64, &[&str], i64, i64); 6] = [
        (420, &["MACHINE_FAILURE", "TOOL_FAILURE", "TOOL_FAILURE"], 12, 60),
        (240, &["NO_MATERIAL", "NO_MATERIAL", "BAD_MATERIAL"], 8, 32),
        (110, &["WAIT_QUALITY"], 8, 26),
        (60, &["NO_OPERATOR"], 6, 20),
        (380, &["ADJUSTMENT", "TOOL_CHANGE"], 5, 13),
        (70, &["UNCLASSIFIED"], 4, 18),
    ];
    for (in_a_thousand, reasons, least, most) in sometimes {
        if chance.happens(in_a_thousand) {
            let minutes = chance.around(least, most);
            let reason = chance.pick(reasons).copied().unwrap_or_default();
            taken.place(chance, reason, minutes);
        }
    }
    if let Some(reason) = conditions.chronic {
        for _ in 0..chance.between(7, 11) {
            let minutes = chance.between(5, 12);
            taken.place(chance, reason, minutes);
        }
    }
    for _ in 0..chance.between(1, 4) {
        let reason = if chance.happens(700) { "JAM" } else { "SENSOR_BLOCKED" };
        let minutes = chance.between(2, 6);
        taken.place(chance, reason, minutes);
    }
    for _ in 0..chance.between(0, 3) {
        taken.blink(chance);
    }
}

/// The stops so far.
struct Taken {
    length: i64,
    stops: Vec<Stop>,
}

impl Taken {
    fn is_free(&self, span: Span) -> bool {
        span.from >= 0
            && span.to <= self.length
            && BREAK.overlap(span) == 0
            && self.stops.iter().all(|stop| stop.span.to <= span.from || span.to <= stop.span.from)
    }

    fn put(&mut self, span: Span, reason: &str) -> bool {
        let free = self.is_free(span);
        if free {
            self.stops.push(Stop { span, reason: reason.to_owned(), runs: false });
        }
        free
    }

    /// Puts a stop of so many minutes somewhere, if there is room.
    fn place(&mut self, chance: &mut Chance, reason: &str, minutes: i64) {
        for _ in 0..TRIES {
            let from = chance.between(2, (self.length / MINUTE - minutes - 2).max(2)) * MINUTE;
            if self.put(Span { from, to: from + minutes * MINUTE }, reason) {
                return;
            }
        }
    }

    /// Puts a stop of some seconds somewhere.
    fn blink(&mut self, chance: &mut Chance) {
        let from = chance.between(2, self.length / MINUTE - 3) * MINUTE + chance.between(2, 9) * 1000;
        let to = from + chance.between(15, 45) * 1000;
        self.put(Span { from, to }, "SENSOR_BLOCKED");
    }
}

/// What was counted in a shift, as far as it is over.
pub(super) fn counts(chance: &mut Chance, conditions: &Conditions<'_>, stops: &[Stop]) -> Vec<Counted> {
    let mut counts = Vec::new();
    let mut left_over = 0;
    let mut after_changeover = conditions.due.contains(&Due::Changeover);
    let step = conditions.between_counts * MINUTE;
    let length = conditions.length * MINUTE;
    for from in (0..length).step_by(usize::try_from(step).unwrap_or(usize::MAX)) {
        let slot = Span { from, to: (from + step).min(length) };
        let at = slot.to - chance.between(20, 200) * 1000;
        if at > conditions.elapsed {
            break;
        }
        let standing: i64 = stops.iter().map(|stop| stop.stood(slot)).sum();
        let working = slot.to - slot.from - standing - BREAK.overlap(slot);
        let speed = conditions.speed + chance.around(-25, 25);
        let time = working * speed / 1000 + left_over;
        let units = time / conditions.cycle;
        left_over = time % conditions.cycle;
        if units == 0 {
            continue;
        }
        let startup_defects = if after_changeover { chance.between(0, 4).min(units) } else { 0 };
        after_changeover = false;
        let defects = (chance.share(units, conditions.defects) + startup_defects).min(units);
        let scrap = chance.share(defects, 3_800);
        let rework = chance.share(defects - scrap, 7_000);
        counts.push(Counted { at, units, defects, scrap, rework, startup_defects });
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conditions(elapsed: i64) -> Conditions<'static> {
        Conditions {
            length: 480,
            elapsed: elapsed * MINUTE,
            between_counts: 60,
            cycle: 20_000,
            speed: 930,
            defects: 200,
            is_bad: true,
            due: vec![Due::Meeting, Due::Changeover, Due::Maintenance],
            chronic: Some("JAM"),
            standing: (elapsed < 480).then_some(14),
        }
    }

    #[test]
    fn stops_never_overlap_and_what_is_made_fits_in_what_is_left() {
        for seed in 0..300 {
            for elapsed in [480, 300, 257, 240, 20, 1] {
                let conditions = conditions(elapsed);
                let mut chance = Chance::of(seed, "turn");
                let stops = stops(&mut chance, &conditions);
                assert!(stops.windows(2).all(|pair| pair[0].span.to <= pair[1].span.from), "{stops:?}");
                assert!(stops.iter().all(|stop| stop.span.from <= conditions.elapsed), "{stops:?}");
                assert_eq!(stops.iter().filter(|stop| stop.runs).count(), usize::from(elapsed < 480));
                let counts = counts(&mut chance, &conditions, &stops);
                let standing: i64 = stops.iter().map(|stop| stop.span.to.min(elapsed * MINUTE) - stop.span.from).sum();
                let units: i64 = counts.iter().map(|count| count.units).sum();
                assert!(counts.iter().all(|count| count.units > 0), "{counts:?}");
                assert!(units * conditions.cycle <= (elapsed * MINUTE - standing).max(0), "{units} in {elapsed}");
                assert!(
                    counts
                        .iter()
                        .all(|count| count.scrap + count.rework <= count.defects && count.defects <= count.units)
                );
            }
        }
    }

    #[test]
    fn the_same_chance_makes_the_same_shift_whatever_the_hour() {
        let whole = stops(&mut Chance::of(5, "turn"), &Conditions { standing: None, ..conditions(480) });
        let part = stops(&mut Chance::of(5, "turn"), &Conditions { standing: None, ..conditions(200) });
        assert!(!part.is_empty() && whole.starts_with(&part));
    }
}
