//! The shift board: every line of the scope, now.

use super::{Board, Desk, HoldOnBoard, HourOnBoard, LineBoard, Problem, RunningStop, ShiftOnBoard, SignedHour};
use crate::domain::catalogue::UNCLASSIFIED;
use crate::domain::clock::{Instant, PlantClock};
use crate::domain::downtime::Loss;
use crate::domain::measure::{Minutes, Units};
use crate::domain::shift::{LineShiftKey, Shift, ShiftWindow, shift_at};
use crate::kpi::elapsed::ShiftTime;
use crate::kpi::line_shift::LineShiftSums;
use crate::kpi::pace::Pace;
use crate::kpi::period::Window;
use crate::kpi::tally::Tally;
use crate::store::board::{BoardLine, BoardRows, BoardStop, Made};
use crate::store::tally::Selection;
use crate::store::{board, master_data, tally};

impl Desk {
    /// The shift board as it is now.
    pub(super) async fn board(&self) -> Result<Board, Problem> {
        let now = self.now();
        let mut tx = self.session.read().await?;
        let shifts = master_data::shifts(&mut tx).await?;
        // Zones are at most a day apart, and a night shift belongs to the day before.
        let today = PlantClock::new(chrono_tz::UTC).date(now);
        let (from, to) = (today.plus_days(-2), today.plus_days(1));
        let rows = board::rows(&mut tx, from, to).await?;
        let selection = Selection::all(Window::new(from, to)?);
        let sums = tally::line_shifts(&mut tx, selection).await?;
        drop(tx);
        let known = Known { rows: &rows, sums: &sums, shifts: &shifts, now };
        let lines = rows.lines.iter().filter_map(|line| self.line_board(line, &known)).collect();
        Ok(Board { lines, holds: holds(&rows) })
    }

    fn line_board(&self, line: &BoardLine, known: &Known<'_>) -> Option<LineBoard> {
        let (rows, now) = (known.rows, known.now);
        let clock = self.session.scope().client(&line.client_id)?.clock;
        let last = rows.last.iter().find(|last| last.client_id == line.client_id && last.line_id == line.line_id);
        let running = rows.running.iter().find(|stop| is_on(line, &stop.key));
        let mut board = LineBoard {
            client_id: line.client_id.clone(),
            line_id: line.line_id.clone(),
            name: line.name.clone(),
            shift: None,
            made: Units::ZERO,
            estimated: Units::ZERO,
            defects: Units::ZERO,
            target: None,
            target_so_far: None,
            forecast: None,
            product_id: last.map(|last| last.product_id.clone()),
            work_order_id: last.and_then(|last| last.work_order_id.clone()),
            last_count_at: None,
            stopped: Minutes::ZERO,
            running_stop: running.and_then(running_stop),
            hours: Vec::new(),
        };
        if let Some((shift, window)) = shift_at(known.shifts, now, clock) {
            let key = LineShiftKey {
                client_id: line.client_id.clone(),
                production_date: window.production_date,
                shift_id: shift.shift_id.clone(),
                line_id: line.line_id.clone(),
            };
            fill_shift(&mut board, &Present { key, shift, window, clock, now }, known);
        }
        Some(board)
    }
}

/// What was read for the board.
struct Known<'a> {
    rows: &'a BoardRows,
    sums: &'a [LineShiftSums],
    shifts: &'a [Shift],
    now: Instant,
}

/// The shift a line is in at this moment.
struct Present<'a> {
    key: LineShiftKey,
    shift: &'a Shift,
    window: ShiftWindow,
    clock: PlantClock,
    now: Instant,
}

fn is_on(line: &BoardLine, key: &LineShiftKey) -> bool {
    line.client_id == key.client_id && line.line_id == key.line_id
}

fn fill_shift(board: &mut LineBoard, present: &Present<'_>, known: &Known<'_>) {
    let rows = known.rows;
    // The same tally as every KPI's, so that board and panel cannot disagree.
    let sums = known.sums.iter().find(|sums| sums.key() == present.key);
    let tally = sums.map(|sums| Tally::of_line_shift(sums, present.now)).unwrap_or_default();
    let opened = rows.shifts.iter().find(|shift| shift.key == present.key);
    let made: Vec<&Made> = rows.made.iter().filter(|made| made.key == present.key).collect();
    let stops: Vec<&BoardStop> = stops_of(present, rows);
    let window = present.window;
    board.shift = Some(ShiftOnBoard {
        production_date: window.production_date,
        shift_id: present.shift.shift_id.clone(),
        name: present.shift.name.clone(),
        starts_at: window.starts_at,
        ends_at: window.ends_at,
        local: (present.clock.local(window.starts_at), present.clock.local(window.ends_at)),
        closed: opened.is_some_and(|shift| shift.closed),
    });
    board.made = Units(tally.units);
    board.estimated = made.iter().map(|made| made.estimated).sum();
    board.defects = Units(tally.defects);
    board.last_count_at = made.iter().filter_map(|made| made.last_at).max();
    board.target = sums.and_then(|sums| sums.target_units).map(Units);
    board.stopped = Minutes(tally.unplanned_stop_minutes);
    let time = ShiftTime { starts_at: window.starts_at, ends_at: window.ends_at };
    let pace = Pace { time, target_units: board.target.map(Units::get), made: board.made.get() };
    board.target_so_far = pace.target_so_far(present.now).map(Units);
    board.forecast = pace.forecast(present.now).map(Units);
    let hours: Vec<_> = pace.hours().collect();
    // What was counted at the very end belongs to the last hour.
    let last = i64::try_from(hours.len()).unwrap_or(i64::MAX) - 1;
    let in_hour = |index: i64| made.iter().filter(move |made| made.hour.map(|hour| hour.min(last)) == Some(index));
    board.hours = (0..)
        .zip(hours)
        .map(|(index, hour)| HourOnBoard {
            local_start: present.clock.local(hour.from),
            plan: hour.plan.map(Units),
            made: in_hour(index).map(|made| made.units).sum(),
            estimated: in_hour(index).map(|made| made.estimated).sum(),
            main_stop: main_stop(&stops, hour.from, hour.to.min(present.now), present.now),
            signed: signed(present, rows, index),
        })
        .collect();
}

/// The signature on an hour of the present shift.
fn signed(present: &Present<'_>, rows: &BoardRows, hour: i64) -> Option<SignedHour> {
    let signed = rows.signed.iter().find(|signed| signed.key == present.key && signed.hour == hour)?;
    Some(SignedHour::of(signed, present.clock))
}

/// The stops that lie in the present shift: its own, and a running one that began before it.
fn stops_of<'a>(present: &Present<'_>, rows: &'a BoardRows) -> Vec<&'a BoardStop> {
    let same_line =
        |stop: &&BoardStop| stop.key.client_id == present.key.client_id && stop.key.line_id == present.key.line_id;
    let own = rows.stops.iter().filter(|stop| stop.key == present.key);
    let carried = rows.running.iter().filter(same_line).filter(|stop| stop.key != present.key);
    own.chain(carried).collect()
}

/// Minutes of a stop inside `[from, to)`; a running one ends now, one known by its length only lies in no hour.
fn minutes_within(stop: &BoardStop, from: Instant, to: Instant, now: Instant) -> i64 {
    match stop.started_at {
        Some(start) => to.min(stop.ended_at.unwrap_or(now)).minutes_since(from.max(start)).max(0),
        None => stop.minutes.unwrap_or_default(),
    }
}

/// The reason that took most of an hour.
fn main_stop(stops: &[&BoardStop], from: Instant, to: Instant, now: Instant) -> Option<(String, Minutes)> {
    let mut by_reason: Vec<(&str, i64)> = Vec::new();
    for stop in stops.iter().filter(|stop| stop.started_at.is_some()) {
        let minutes = minutes_within(stop, from, to, now);
        match by_reason.iter_mut().find(|(reason, _)| *reason == stop.reason_name) {
            Some((_, sum)) => *sum += minutes,
            None => by_reason.push((&stop.reason_name, minutes)),
        }
    }
    let (reason, minutes) = by_reason.into_iter().max_by_key(|(_, minutes)| *minutes)?;
    (minutes > 0).then(|| (reason.to_owned(), Minutes(minutes)))
}

/// A running stop as screens show it; none where it has no start.
pub(super) fn running_stop(stop: &BoardStop) -> Option<RunningStop> {
    Some(RunningStop {
        entry_id: stop.entry_id,
        reason: stop.reason_name.clone(),
        planned: stop.loss == Loss::Planned,
        unclassified: stop.reason.as_str() == UNCLASSIFIED,
        started_at: stop.started_at?,
    })
}

fn holds(rows: &BoardRows) -> Vec<HoldOnBoard> {
    let on_board = rows.holds.iter().map(|hold| HoldOnBoard {
        client_id: hold.client_id.clone(),
        hold_id: hold.hold_id,
        work_order_id: hold.work_order_id.clone(),
        reason: hold.reason_name.clone(),
        quantity: hold.quantity,
        status: hold.status,
        since: hold.since,
    });
    on_board.collect()
}
