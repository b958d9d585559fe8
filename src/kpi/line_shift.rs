//! One `line_shift` as the store reads it: the whole-number inputs of a [`Tally`](super::Tally), before
//! anything is cut off at "now" or at the planned time.

use super::elapsed::ShiftTime;
use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::downtime::Loss;
use crate::domain::id::{ClientId, LineId, ShiftId};
use crate::domain::shift::LineShiftKey;

/// The sums of one line running one shift.
///
/// Stops that have ended are summed by the store in three kinds, as they were classified when stored:
/// planned, unplanned, and micro-stops (unplanned and shorter than the line's `micro_stop_minutes`), each
/// for the part of it that lies in this `line_shift`. A stop that ran over a shift change adds minutes to
/// each shift, but to the number of stops only where it began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineShiftSums {
    /// Whose line it is.
    pub client_id: ClientId,
    /// The line.
    pub line_id: LineId,
    /// The shift.
    pub shift_id: ShiftId,
    /// The local date on which the shift began.
    pub production_date: ProductionDate,
    /// When it begins.
    pub starts_at: Instant,
    /// When it ends.
    pub ends_at: Instant,
    /// Minutes planned for the whole of it; 0 for work outside any shift.
    pub planned_minutes: i64,
    /// People on the line, where known.
    pub crew: Option<i64>,
    /// Units wanted by its end, where stated.
    pub target_units: Option<i64>,
    /// Minutes of planned stops.
    pub planned_stop_minutes: i64,
    /// Minutes of unplanned stops, micro-stops excepted.
    pub unplanned_stop_minutes: i64,
    /// Unplanned stops that began here, micro-stops excepted.
    pub unplanned_stops: i64,
    /// The part of the unplanned stop minutes that was set-up and adjustment.
    pub setup_minutes: i64,
    /// The part of them that was idling and minor stops.
    pub small_stop_minutes: i64,
    /// The part of them that was reduced speed.
    pub reduced_speed_minutes: i64,
    /// The part of them in which rejects were made.
    pub reject_stop_minutes: i64,
    /// The part of them in which rejects were made while starting up; what is left was breakdowns.
    pub startup_reject_stop_minutes: i64,
    /// Minutes of micro-stops.
    pub micro_stop_minutes: i64,
    /// Micro-stops that began here.
    pub micro_stops: i64,
    /// Stops that have not ended; in no sum above.
    pub running_stops: Vec<RunningStop>,
    /// Units made, good or not.
    pub units: i64,
    /// Units that were not right.
    pub defects: i64,
    /// Defects that were scrapped.
    pub scrap: i64,
    /// Defects that were reworked.
    pub rework: i64,
    /// Defects made while starting up.
    pub startup_defects: i64,
    /// Σ units × ideal cycle, over the counts that have one.
    pub earned_millis: i64,
    /// Σ units × labour standard, over the counts that have one.
    pub labour_millis: i64,
    /// Σ (defects − start-up defects) × ideal cycle, over the counts that have one.
    pub rejected_millis: i64,
    /// Σ start-up defects × ideal cycle, over the counts that have one.
    pub startup_rejected_millis: i64,
    /// Units whose count has no ideal cycle.
    pub units_without_cycle: i64,
    /// Units whose count has no labour standard.
    pub units_without_labour_standard: i64,
    /// Units whose ideal cycle was inferred from history.
    pub units_inferred: i64,
    /// Units inspected.
    pub inspected: i64,
    /// Inspected units that passed the first time.
    pub passed: i64,
    /// Defects that inspections found.
    pub inspection_defects: i64,
    /// Those found by inspections of parts with a known number of opportunities.
    pub opportunity_defects: i64,
    /// Σ inspected × opportunities of the part, where they are known.
    pub opportunities: i64,
    /// Units inspected of parts whose opportunities are not known.
    pub inspected_without_opportunities: i64,
}

/// A stop that has not ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunningStop {
    /// When it began; may lie before the `line_shift`.
    pub started_at: Instant,
    /// Its loss class as stored.
    pub loss: Loss,
    /// Whether it began in an earlier `line_shift` and is counted there: only its minutes count here.
    pub is_continued: bool,
}

/// Stop minutes of a `line_shift` up to an instant, not yet cut to the planned time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StopMinutes {
    pub planned: i64,
    pub unplanned: i64,
    pub unplanned_stops: i64,
    pub setup: i64,
    pub small_stop: i64,
    pub reduced_speed: i64,
    pub reject: i64,
    pub startup_reject: i64,
}

impl StopMinutes {
    /// Adds minutes to their kind, and to their loss class where they are unplanned.
    fn add(&mut self, loss: Loss, minutes: i64) {
        let class = match loss {
            Loss::Planned => {
                self.planned += minutes;
                return;
            }
            Loss::Breakdown => None,
            Loss::Setup => Some(&mut self.setup),
            Loss::SmallStop => Some(&mut self.small_stop),
            Loss::ReducedSpeed => Some(&mut self.reduced_speed),
            Loss::Reject => Some(&mut self.reject),
            Loss::StartupReject => Some(&mut self.startup_reject),
        };
        if let Some(class) = class {
            *class += minutes;
        }
        self.unplanned += minutes;
    }
}

impl LineShiftSums {
    /// A `line_shift` in which nothing has been entered yet.
    pub fn empty(
        client_id: ClientId,
        line_id: LineId,
        shift_id: ShiftId,
        production_date: ProductionDate,
        time: ShiftTime,
    ) -> Self {
        Self {
            client_id,
            line_id,
            shift_id,
            production_date,
            starts_at: time.starts_at,
            ends_at: time.ends_at,
            planned_minutes: 0,
            crew: None,
            target_units: None,
            planned_stop_minutes: 0,
            unplanned_stop_minutes: 0,
            unplanned_stops: 0,
            setup_minutes: 0,
            small_stop_minutes: 0,
            reduced_speed_minutes: 0,
            reject_stop_minutes: 0,
            startup_reject_stop_minutes: 0,
            micro_stop_minutes: 0,
            micro_stops: 0,
            running_stops: Vec::new(),
            units: 0,
            defects: 0,
            scrap: 0,
            rework: 0,
            startup_defects: 0,
            earned_millis: 0,
            labour_millis: 0,
            rejected_millis: 0,
            startup_rejected_millis: 0,
            units_without_cycle: 0,
            units_without_labour_standard: 0,
            units_inferred: 0,
            inspected: 0,
            passed: 0,
            inspection_defects: 0,
            opportunity_defects: 0,
            opportunities: 0,
            inspected_without_opportunities: 0,
        }
    }

    /// Which one it is.
    pub fn key(&self) -> LineShiftKey {
        LineShiftKey {
            client_id: self.client_id.clone(),
            production_date: self.production_date,
            shift_id: self.shift_id.clone(),
            line_id: self.line_id.clone(),
        }
    }

    /// The time it spans.
    pub fn time(&self) -> ShiftTime {
        ShiftTime { starts_at: self.starts_at, ends_at: self.ends_at }
    }

    /// The stops that have ended, in full.
    pub(super) fn ended_stops(&self) -> StopMinutes {
        StopMinutes {
            planned: self.planned_stop_minutes,
            unplanned: self.unplanned_stop_minutes,
            unplanned_stops: self.unplanned_stops,
            setup: self.setup_minutes,
            small_stop: self.small_stop_minutes,
            reduced_speed: self.reduced_speed_minutes,
            reject: self.reject_stop_minutes,
            startup_reject: self.startup_reject_stop_minutes,
        }
    }

    /// Ended stops in full, running ones up to `now` or the end of the shift, whichever is first.
    ///
    /// A running stop is never a micro-stop: how long it will be is not known, and the line stands.
    /// If it ends below the limit, its minutes go back to run time. It counts as one stop from its
    /// first moment, so that minutes and number always belong to the same stops.
    pub(super) fn stops_until(&self, now: Instant) -> StopMinutes {
        let mut stops = self.ended_stops();
        for stop in &self.running_stops {
            let until = now.min(self.ends_at);
            stops.add(stop.loss, until.minutes_since(stop.started_at.max(self.starts_at)).max(0));
            stops.unplanned_stops += i64::from(stop.loss != Loss::Planned && !stop.is_continued);
        }
        stops
    }
}
