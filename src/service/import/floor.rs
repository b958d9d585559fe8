//! The line shifts of a batch: what rows say of their place, the line shifts they open, and the plan they state.

use super::fields::{Fields, no_such};
use super::keyed::{named, stored};
use super::{Bench, Item};
use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::id::{LineId, ShiftId};
use crate::domain::reject::Reject;
use crate::domain::scope::ScopedClient;
use crate::domain::shift::{LineShiftKey, Shift, ShiftWindow, versions_on};
use crate::service::Problem;
use crate::store::import::floor::{self, LineShiftRecord, Spot};
use crate::store::import::{Change, save};
use crate::store::master_data::Line;
use crate::store::{WriteTx, master_data};
use std::collections::{BTreeMap, HashMap};

/// Where a row belongs.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// The line shift.
    pub(super) key: LineShiftKey,
    /// The version of the shift.
    valid_from: ProductionDate,
    /// Its times and its default plan.
    pub(super) window: ShiftWindow,
}

/// A plan that a row states.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Plan {
    /// Planned minutes.
    pub(super) planned_minutes: Option<i64>,
    /// People on the line.
    pub(super) crew: Option<i64>,
    /// Units to be made.
    pub(super) target_units: Option<i64>,
}

/// A line shift on its way.
#[derive(Debug, Clone)]
struct Kept {
    row: LineShiftRecord,
    /// As it was; none where a row opens it.
    before: Option<LineShiftRecord>,
    /// Minutes of its stops without times.
    clockless: i64,
}

/// Lines, shifts and line shifts that a batch names.
#[derive(Debug)]
pub(super) struct Floor<'a> {
    client: &'a ScopedClient,
    now: Instant,
    /// Every version of every shift.
    pub(super) shifts: Vec<Shift>,
    lines: HashMap<LineId, Line>,
    kept: BTreeMap<LineShiftKey, Kept>,
}

impl<'a> Floor<'a> {
    /// Reads them.
    pub(super) async fn read(tx: &mut WriteTx, bench: &Bench<'a>, items: &[Item<'_>]) -> Result<Self, Problem> {
        let client = bench.client()?;
        let lines = named(items, |fields| fields.must("line_id", LineId::parse).map(Some));
        let lines = floor::lines(tx, &client.client_id, &lines).await?;
        let lines = lines.into_iter().map(|line| (line.line_id.clone(), line)).collect();
        let shifts = master_data::shifts(tx).await?;
        let mut floor = Self { client, now: bench.now, shifts, lines, kept: BTreeMap::new() };
        let spots = named(items, |fields| {
            let (date, shift) = (fields.date("production_date")?, fields.must("shift_id", ShiftId::parse)?);
            Ok(Some((date, shift, fields.must("line_id", LineId::parse)?)))
        });
        floor.load(tx, &spots).await?;
        Ok(floor)
    }

    /// Reads further line shifts.
    pub(super) async fn load(&mut self, tx: &mut WriteTx, spots: &[Spot]) -> Result<(), Problem> {
        let id = &self.client.client_id;
        let key = |(production_date, shift_id, line_id)| LineShiftKey {
            client_id: id.clone(),
            production_date,
            shift_id,
            line_id,
        };
        let rows = stored(tx, Some(id), spots, |row: &LineShiftRecord| {
            key((row.production_date, row.shift_id.clone(), row.line_id.clone()))
        });
        for (key, stored) in rows.await? {
            self.kept.insert(key, Kept { before: Some(stored.row.clone()), row: stored.row, clockless: 0 });
        }
        for sum in floor::clockless(tx, id, spots).await? {
            if let Some(kept) = self.kept.get_mut(&key((sum.production_date, sum.shift_id, sum.line_id))) {
                kept.clockless = sum.minutes;
            }
        }
        Ok(())
    }

    /// The line of a row.
    pub(super) fn line(&self, fields: &Fields<'_>) -> Result<&Line, Reject> {
        let line = fields.must("line_id", LineId::parse)?;
        self.lines.get(&line).ok_or_else(|| no_such("line_id", "line", &line))
    }

    /// Where a row belongs: a line shift that has begun and is not closed.
    pub(super) fn place(&self, fields: &Fields<'_>) -> Result<Place, Reject> {
        let date = fields.date("production_date")?;
        let shift_id = fields.must("shift_id", ShiftId::parse)?;
        let line = self.line(fields)?;
        let shift = versions_on(&self.shifts, date).into_iter().find(|shift| shift.shift_id == shift_id);
        let shift = shift.ok_or_else(|| no_such("shift_id", "shift", &shift_id))?;
        self.place_in(&line.line_id, shift, shift.window(date, self.client.clock))
    }

    /// The same for a shift that is known.
    pub(super) fn place_in(&self, line: &LineId, shift: &Shift, window: ShiftWindow) -> Result<Place, Reject> {
        let key = LineShiftKey {
            client_id: self.client.client_id.clone(),
            production_date: window.production_date,
            shift_id: shift.shift_id.clone(),
            line_id: line.clone(),
        };
        let place = match self.kept.get(&key).map(|kept| &kept.row) {
            Some(row) if row.status == "closed" => {
                let by = row.closed_by.as_deref().unwrap_or("somebody");
                let why = format!("the shift {} of {} on {line} was closed by {by}", key.shift_id, key.production_date);
                return Err(Reject::new("shift_id", why, "a leader can reopen it"));
            }
            // What was worked keeps the times it had.
            Some(row) => {
                let window = ShiftWindow { starts_at: row.starts_at, ends_at: row.ends_at, ..window };
                Place { key, valid_from: row.shift_valid_from, window }
            }
            None => Place { key, valid_from: shift.valid_from, window },
        };
        if place.window.starts_at > self.now {
            return Err(Reject::new("production_date", "lies in the future", "import what has been worked"));
        }
        Ok(place)
    }

    /// Opens a line shift with its defaults, unless it is open.
    pub(super) fn open(&mut self, place: &Place) {
        self.kept_at(place);
    }

    /// Opens a line shift and states its plan. A stated value replaces a defaulted one; against another stated one
    /// the row is refused.
    pub(super) fn state(&mut self, place: &Place, plan: Plan) -> Result<(), Reject> {
        let known = self.kept.get(&place.key);
        if let Some(known) = known {
            let row = &known.row;
            agrees("planned_minutes", plan.planned_minutes, row.planned_stated.then_some(row.planned_minutes))?;
            agrees("crew", plan.crew, row.crew.filter(|_| row.crew_stated))?;
            agrees("target_units", plan.target_units, row.target_units.filter(|_| row.target_stated))?;
            if let Some(planned) = plan.planned_minutes.filter(|planned| *planned < known.clockless) {
                let why = format!("{planned} is less than the {} minutes of stops without times", known.clockless);
                return Err(Reject::new("planned_minutes", why, "correct it, or give the stops their times"));
            }
        }
        if place.key.shift_id.as_str() == crate::domain::id::NO_SHIFT && plan.planned_minutes.is_some_and(|it| it > 0) {
            let why = "work outside any shift has no planned time";
            return Err(Reject::new("planned_minutes", why, "leave it empty, or name the shift"));
        }
        let row = &mut self.kept_at(place).row;
        if let Some(planned) = plan.planned_minutes {
            (row.planned_minutes, row.planned_stated) = (planned, true);
        }
        if plan.crew.is_some() {
            (row.crew, row.crew_stated) = (plan.crew, true);
        }
        if plan.target_units.is_some() {
            (row.target_units, row.target_stated) = (plan.target_units, true);
        }
        Ok(())
    }

    /// Adds the minutes of a stop without times, which together stay within the planned minutes.
    pub(super) fn add_clockless(&mut self, place: &Place, minutes: i64) -> Result<(), Reject> {
        let known = self.kept.get(&place.key);
        let (planned, so_far) =
            known.map_or((place.window.planned_minutes, 0), |known| (known.row.planned_minutes, known.clockless));
        if so_far + minutes > planned {
            let why = format!(
                "with the {so_far} minutes of other stops without times it is more than the {planned} planned minutes"
            );
            return Err(Reject::new("minutes", why, "correct the minutes, or give started_at and ended_at"));
        }
        self.kept_at(place).clockless += minutes;
        Ok(())
    }

    fn kept_at(&mut self, place: &Place) -> &mut Kept {
        self.kept.entry(place.key.clone()).or_insert_with(|| Kept { row: opened(place), before: None, clockless: 0 })
    }

    /// Writes the line shifts that were opened and the plans that were stated.
    pub(super) async fn save(self, tx: &mut WriteTx, bench: &mut Bench<'_>) -> Result<(), Problem> {
        let mut new = Vec::new();
        for kept in self.kept.into_values() {
            match kept.before {
                None => new.push(Change { before: None, after: kept.row }),
                Some(before) if before != kept.row => {
                    floor::state(tx, &kept.row).await?;
                    bench.changes.push(serde_json::json!({
                        "table": "line_shift",
                        "key": [kept.row.production_date.to_string(), kept.row.shift_id, kept.row.line_id],
                        "before": [before.planned_minutes, before.crew, before.target_units],
                        "after": [kept.row.planned_minutes, kept.row.crew, kept.row.target_units],
                    }));
                }
                Some(_) => {}
            }
        }
        save(tx, new).await?;
        Ok(())
    }
}

fn agrees(column: &str, given: Option<i64>, stated: Option<i64>) -> Result<(), Reject> {
    match (given, stated) {
        (Some(given), Some(stated)) if given != stated => Err(Reject::new(
            column,
            format!("is {given}, and {stated} is stated for this line and shift already"),
            "state one value for a line's shift",
        )),
        _ => Ok(()),
    }
}

fn opened(place: &Place) -> LineShiftRecord {
    LineShiftRecord {
        client_id: place.key.client_id.clone(),
        production_date: place.key.production_date,
        shift_id: place.key.shift_id.clone(),
        line_id: place.key.line_id.clone(),
        shift_valid_from: place.valid_from,
        starts_at: place.window.starts_at,
        ends_at: place.window.ends_at,
        planned_minutes: place.window.planned_minutes,
        planned_stated: false,
        crew: None,
        crew_stated: false,
        target_units: None,
        target_stated: false,
        status: "open".into(),
        closed_by: None,
        closed_at: None,
        handover_note: None,
        reopened_by: None,
        reopened_at: None,
        reopened_reason: None,
    }
}
