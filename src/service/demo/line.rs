//! The history of one line: orders one after the other, and for each shift what was counted, stopped and inspected.

use super::calendar::{Turn, works};
use super::cast::{Client, Line, Product, Words};
use super::chance::Chance;
use super::inspect::{Inspected, inspections};
use super::order::{Draft, Orders};
use super::turn::{Conditions, Counted, Due, Stop, counts, stops};
use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::measure::{MILLIS_PER_MINUTE, Millis};
use crate::domain::standard::{ProductStandard, Standards};
use crate::store::demo::{Codes, CountRow, Entered, LineShiftRow, SignedRow, StopRow};
use chrono::Weekday;

/// A plant makes so much of what its fastest time would allow, of a hundred: that is the target.
const TARGET: i64 = 75;
/// Days after which the best of a product's history stands in for a cycle that nobody stated.
const DAYS_OF_HISTORY: usize = 3;

/// What was entered of one client.
#[derive(Debug, Default)]
pub(super) struct Entries {
    pub(super) line_shifts: Vec<Entered<LineShiftRow>>,
    pub(super) signed: Vec<Entered<SignedRow>>,
    pub(super) counts: Vec<Entered<CountRow>>,
    pub(super) stops: Vec<Entered<StopRow>>,
    pub(super) inspected: Vec<Inspected>,
}

/// What all lines of a client have in common.
pub(super) struct Setting<'a> {
    pub(super) seed: u64,
    pub(super) client: &'a Client,
    pub(super) words: &'a Words,
    pub(super) codes: &'a Codes,
    pub(super) turns: &'a [Turn],
    pub(super) now: Instant,
}

/// One line in one shift.
pub(super) struct Place<'a> {
    pub(super) setting: &'a Setting<'a>,
    pub(super) line: &'a Line,
    pub(super) turn: &'a Turn,
    pub(super) product: &'a Product,
    pub(super) order: &'a str,
    pub(super) job: &'a str,
}

/// Works through all shifts of a line; its orders are added to those of the client.
pub(super) fn history(setting: &Setting<'_>, line: &Line, orders: &mut Orders, entries: &mut Entries) {
    let worked: Vec<&Turn> = setting.turns.iter().filter(|turn| works(setting.seed, line, turn)).collect();
    let mut at = 0;
    let mut round = 0;
    while let Some(first) = worked.get(at) {
        let mut chance = Chance::of(setting.seed, &format!("order {} {} {at}", setting.client.id, line.id));
        let Some(product) = setting.client.product(line, round) else { return };
        let planned = usize::try_from(chance.between(5, 13)).unwrap_or(5);
        let mut draft = orders.begin(product, first.window.starts_at, planned);
        let until = (at + planned).min(worked.len());
        for (number, turn) in worked.get(at..until).unwrap_or_default().iter().enumerate() {
            let job = draft.job(number);
            let place = Place { setting, line, turn, product, order: &draft.id.clone(), job: &job };
            shift(&place, number == 0, at + number, &mut draft, entries);
        }
        orders.end(setting, &draft, worked.get(until - 1).copied(), until == worked.len());
        at = until;
        round += 1;
    }
}

fn shift(place: &Place<'_>, is_first: bool, number: usize, draft: &mut Draft, entries: &mut Entries) {
    let Place { setting, line, turn, product, .. } = place;
    let mut chance = Chance::of(setting.seed, &format!("line {} {}", line.id, turn.name));
    // A day is good or bad for all lines of a client.
    let mut day = Chance::of(setting.seed, &format!("day {} {}", setting.client.id, turn.date()));
    let mood = day.around(-45, 45);
    let hard_day = day.happens(70);
    let weekday = turn.date().weekday();
    let at_night = if turn.position == 2 { 18 } else { 0 };
    let is_bad = hard_day || chance.happens(35);
    let due = [
        (Due::Meeting, weekday == Weekday::Mon && turn.position == 0),
        (Due::Changeover, is_first && number > 0),
        (Due::Maintenance, weekday == Weekday::Wed && turn.position == 1 && chance.happens(400)),
    ];
    let conditions = Conditions {
        length: turn.window.ends_at.minutes_since(turn.window.starts_at),
        elapsed: setting.now.0.min(turn.window.ends_at.0) - turn.window.starts_at.0,
        between_counts: if turn.is_on { 20 } else { 60 },
        cycle: product.cycle,
        speed: 925 + mood + chance.around(-35, 35) - at_night - if is_bad { 40 } else { 0 },
        defects: product.defects * if is_bad { 22 } else { chance.around(6, 14) } / 10,
        is_bad,
        due: due.into_iter().filter_map(|(due, is_due)| is_due.then_some(due)).collect(),
        chronic: line.chronic.as_deref(),
        standing: (turn.is_on && setting.client.place == 0 && line.chronic.is_some()).then_some(14),
    };
    let stopped = stops(&mut chance, &conditions);
    let counted = counts(&mut chance, &conditions, &stopped);
    let units = counted.iter().map(|count| count.units).sum();
    draft.made(&counted, place.job, turn);

    let enters = Enters { place, chance: &mut chance };
    enters.line_shift(entries);
    let standards = standards(product, number);
    for count in &counted {
        let entered = Enters { place, chance: &mut chance }.count(count, standards);
        entries.counts.push(entered);
    }
    for stop in &stopped {
        let entered = Enters { place, chance: &mut chance }.stop(stop);
        entries.stops.push(entered);
    }
    let rate = conditions.defects * 16 / 10;
    entries.inspected.extend(inspections(place, &mut chance, units, rate));
}

/// The standards of a count, as entering it would find them.
fn standards(product: &Product, shifts_before: usize) -> Standards {
    let stated = ProductStandard {
        ideal_cycle: (!product.unstated).then_some(Millis(product.cycle)),
        labour_standard: None,
        standard_crew: product.standard_crew,
    };
    let history = (shifts_before >= DAYS_OF_HISTORY).then_some(Millis(product.cycle * 104 / 100));
    Standards::of(None, stated, history)
}

/// Makes rows of what happened.
struct Enters<'a> {
    place: &'a Place<'a>,
    chance: &'a mut Chance,
}

impl Enters<'_> {
    fn client(&self) -> String {
        self.place.setting.client.id.as_str().to_owned()
    }

    fn at(&self, millis: i64) -> Instant {
        self.place.turn.window.starts_at.plus_millis(millis)
    }

    /// A little later than `at`, as people type.
    fn soon(&mut self, at: Instant, seconds: i64) -> Instant {
        at.plus_millis(self.chance.between(2, seconds) * 1000).min(self.place.setting.now)
    }

    fn entered<T>(&self, at: Instant, row: T) -> Entered<T> {
        Entered { by: self.place.setting.client.operator.clone(), at, row }
    }

    fn line_shift(mut self, entries: &mut Entries) {
        let Place { setting, line, turn, product, .. } = self.place;
        let window = turn.window;
        let is_over = window.ends_at <= setting.now;
        // Somebody forgets to close a shift now and then, but not for long.
        let is_forgotten = setting.now.minutes_since(window.ends_at) < 2 * 1440 && self.chance.happens(250);
        let closed_at = self.soon(window.ends_at, 1200);
        let is_closed = is_over && !is_forgotten && closed_at <= setting.now;
        let leader = setting.client.leader.clone();
        let fastest = window.planned_minutes * MILLIS_PER_MINUTE / product.cycle;
        let target = fastest * TARGET / 100;
        let handover = self.chance.happens(300).then(|| self.chance.word(&setting.words.handover)).flatten();
        let row = LineShiftRow {
            client_id: self.client(),
            production_date: turn.date(),
            shift_id: turn.shift_id.clone(),
            line_id: line.id.clone(),
            shift_valid_from: ProductionDate::BEGINNING,
            starts_at: window.starts_at,
            ends_at: window.ends_at,
            planned_minutes: window.planned_minutes,
            planned_stated: false,
            crew: Some(line.crew),
            crew_stated: true,
            target_units: Some(if target > 200 { target / 10 * 10 } else { target }),
            target_stated: true,
            status: if is_closed { "closed" } else { "open" }.into(),
            closed_by: is_closed.then(|| leader.clone()),
            closed_at: is_closed.then_some(closed_at),
            handover_note: handover.filter(|_| is_closed),
            reopened_by: None,
            reopened_at: None,
            reopened_reason: None,
        };
        entries.line_shifts.push(Entered { by: leader, at: window.starts_at, row });
        self.signed(entries);
    }

    /// The leader walks round every other hour, on some shifts; a bad hour gets a word.
    fn signed(&self, entries: &mut Entries) {
        let Place { setting, line, turn, .. } = self.place;
        let mut chance = Chance::of(setting.seed, &format!("sign {} {} {}", setting.client.id, line.id, turn.name));
        let (leader, window) = (setting.client.leader.clone(), turn.window);
        if !chance.happens(250) && !turn.is_on {
            return;
        }
        for hour in [0, 2, 4, 6] {
            let over = window.starts_at.plus_minutes(60 * (hour + 1));
            let at = over.plus_minutes(chance.between(1, 12));
            if at > setting.now || over > window.ends_at {
                return;
            }
            let remark = chance.happens(400).then(|| chance.word(&setting.words.remarks)).flatten();
            let (client_id, shift_id) = (self.client(), turn.shift_id.clone());
            let (production_date, line_id, signed_by) = (turn.date(), line.id.clone(), leader.clone());
            let row =
                SignedRow { client_id, production_date, shift_id, line_id, hour, remark, signed_by, signed_at: at };
            entries.signed.push(Entered { by: leader.clone(), at, row });
        }
    }

    fn count(mut self, count: &Counted, standards: Standards) -> Entered<CountRow> {
        let Place { turn, line, product, order, job, .. } = self.place;
        let counted_at = self.at(count.at);
        // Some counts of the last hour are typed after the shift.
        let is_last = turn.window.ends_at.minutes_since(counted_at) < 10;
        let typed = if is_last && self.chance.happens(120) { turn.window.ends_at.plus_minutes(12) } else { counted_at };
        let at = self.soon(typed, 40);
        let row = CountRow {
            client_id: self.client(),
            entry_id: self.chance.id(at),
            production_date: turn.date(),
            shift_id: turn.shift_id.clone(),
            line_id: line.id.clone(),
            counted_at: Some(counted_at),
            product_id: product.id.clone(),
            work_order_id: Some((*order).to_owned()),
            job_id: Some((*job).to_owned()),
            units: count.units,
            defects: count.defects,
            scrap: count.scrap,
            rework: count.rework,
            startup_defects: count.startup_defects,
            ideal_cycle_ms: standards.ideal_cycle.map(Millis::get),
            labour_standard_ms: standards.labour_standard.map(Millis::get),
            standard_source: standards.source.as_str().into(),
            late: at >= turn.window.ends_at,
            estimated: false,
            notes: None,
            confirmed_by: None,
            confirmed_at: None,
        };
        self.entered(at, row)
    }

    fn stop(mut self, stop: &Stop) -> Entered<StopRow> {
        let Place { setting, turn, line, order, .. } = self.place;
        let started_at = self.at(stop.span.from);
        let ended_at = (!stop.runs).then(|| self.at(stop.span.to));
        let minutes = ended_at.map(|_| stop.minutes());
        let loss = setting.codes.loss(&stop.reason).unwrap_or("breakdown").to_owned();
        let is_long = minutes.is_some_and(|minutes| minutes >= 20);
        let is_failure = loss == "breakdown" && is_long && stop.reason != "UNCLASSIFIED";
        let action = is_failure.then(|| self.chance.word(&setting.words.actions)).flatten();
        let resolved_by = action.is_some().then(|| setting.words.person(self.chance));
        let at = self.soon(started_at, 50);
        let entry_id = self.chance.id(at);
        let row = StopRow {
            client_id: self.client(),
            entry_id,
            stop_id: entry_id,
            production_date: turn.date(),
            shift_id: turn.shift_id.clone(),
            line_id: line.id.clone(),
            work_order_id: Some((*order).to_owned()),
            reason: stop.reason.clone(),
            micro_stop: loss != "planned" && minutes.is_some_and(|minutes| minutes < MICRO_STOP),
            loss,
            started_at: Some(started_at),
            ended_at,
            minutes,
            classified_minutes: minutes,
            counted: true,
            late: false,
            notes: None,
            corrective_action: action,
            resolved_by,
        };
        self.entered(at, row)
    }
}

/// Unplanned stops shorter than this are speed losses on every line of the demo.
pub(super) const MICRO_STOP: i64 = 2;
