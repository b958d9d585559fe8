//! Stored days and months of each client: one row a client, its days packed.

use super::extent::{Extent, month_number};
use super::packed::{Fields, FromPacked, packed, unpack};
use crate::domain::clock::ProductionDate;
use crate::domain::id::{ClientId, Stage};
use crate::kpi::{StageSums, Stages, Tally, Window};
use crate::store::error::StoreError;
use crate::store::funnel::{Cells, FromCells, Look, args, statements};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// The columns of a stored tally, in the order of `Tally::COLUMNS`.
macro_rules! tally_columns {
    () => {
        "line_shifts, planned_minutes, planned_stop_minutes, unplanned_stop_minutes, unplanned_stops, setup_minutes, small_stop_minutes, reduced_speed_minutes, reject_stop_minutes, startup_reject_stop_minutes, micro_stop_minutes, micro_stops, overlap_minutes, outside_stop_minutes, outside_stops, units, defects, scrap, rework, startup_defects, earned_millis, labour_millis, rejected_millis, startup_rejected_millis, units_without_cycle, units_without_labour_standard, units_inferred, crew_minutes, minutes_without_crew, inspected, passed, inspection_defects, opportunity_defects, opportunities, inspected_without_opportunities, scheduled_minutes, absence_minutes, covered_minutes, due_orders, on_time_orders, in_full_orders"
    };
}

/// Days of a client between two dates.
macro_rules! days {
    ($from:literal, $to:literal) => {
        concat!(
            "(SELECT ",
            packed!("d.production_date", "d.change", tally_columns!()),
            " FROM tally_day AS d WHERE d.client_id = c.client_id AND d.production_date BETWEEN ",
            $from,
            " AND ",
            $to,
            ")"
        )
    };
}

/// What was inspected on days of a client, stage by stage.
macro_rules! stage_days {
    ($from:literal, $to:literal) => {
        concat!(
            "(SELECT ",
            packed!("d.production_date", "d.change", "d.stage", "d.inspected", "d.passed"),
            " FROM tally_stage AS d WHERE d.client_id = c.client_id AND d.production_date BETWEEN ",
            $from,
            " AND ",
            $to,
            ")"
        )
    };
}

/// How often rows of a table were changed, by month or by day.
macro_rules! counts {
    ($table:literal, $key:literal, $from:literal, $to:literal) => {
        concat!(
            "(SELECT ",
            packed!(concat!("t.", $key), "t.change"),
            " FROM ",
            $table,
            " AS t WHERE t.client_id = c.client_id AND t.",
            $key,
            " BETWEEN ",
            $from,
            " AND ",
            $to,
            ")"
        )
    };
}
pub(super) use counts;

statements! {
    /// The days and months of an extent, with the counts of changes of the months that it touches.
    STORED = concat!(
        "SELECT c.client_id, ", days!("$1", "$2"), ", ", days!("$3", "$4"),
        ", (SELECT ", packed!("m.month", "m.change", tally_columns!()),
        " FROM tally_month AS m WHERE m.client_id = c.client_id AND m.month BETWEEN $5 AND $6), ",
        stage_days!("$1", "$2"), ", ", stage_days!("$3", "$4"),
        ", (SELECT ", packed!("m.month", "m.change", "m.stage", "m.inspected", "m.passed"),
        " FROM tally_stage_month AS m WHERE m.client_id = c.client_id AND m.month BETWEEN $5 AND $6), ",
        counts!("tally_month", "month", "$8", "$9"), ", ", counts!("tally_stage_month", "month", "$8", "$9"),
        " FROM client AS c WHERE $7 IS NULL OR c.client_id = $7 ORDER BY c.client_id"
    );
}

/// A stored day, or a stored month by its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stored {
    /// The date, or the number of the month.
    pub(crate) key: i64,
    /// How often it was changed.
    pub(crate) change: i64,
    /// Its sums.
    pub(crate) tally: Tally,
}

/// What was inspected at one stage on a day or in a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StoredStage {
    key: i64,
    change: i64,
    stage: Stage,
    inspected: i64,
    passed: i64,
}

/// The stored days and months of a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ClientTallies {
    /// The client.
    pub(crate) client_id: ClientId,
    days: Vec<Stored>,
    months: Vec<Stored>,
    stage_days: Vec<StoredStage>,
    stage_months: Vec<StoredStage>,
    /// How often each month that has a part in it was changed.
    pub(super) changes: Changes,
}

/// How often each month or day was changed, its stages included. The counts only grow.
pub(super) type Changes = BTreeMap<i64, i64>;

struct Count(i64, i64);

impl FromPacked for Count {
    fn from_packed(fields: &mut Fields<'_>) -> Result<Self, StoreError> {
        Ok(Self(fields.int()?, fields.int()?))
    }
}

/// Two cells of packed counts, added by their keys.
pub(super) fn changes(cells: &mut Cells<'_>) -> Result<Changes, StoreError> {
    let mut changes = Changes::new();
    for _ in 0..2 {
        for Count(key, change) in unpack(cells.text_opt()?.as_deref())? {
            *changes.entry(key).or_default() += change;
        }
    }
    Ok(changes)
}

impl FromPacked for Stored {
    fn from_packed(fields: &mut Fields<'_>) -> Result<Self, StoreError> {
        let (key, change) = (fields.int()?, fields.int()?);
        let mut failed = None;
        let values = std::iter::from_fn(|| fields.int().map_err(|error| failed = Some(error)).ok());
        let tally = Tally::from_columns(values);
        match (tally, failed) {
            (Some(tally), None) => Ok(Self { key, change, tally }),
            (_, failed) => Err(failed.unwrap_or(StoreError::OutOfScope)),
        }
    }
}

impl FromPacked for StoredStage {
    fn from_packed(fields: &mut Fields<'_>) -> Result<Self, StoreError> {
        let (key, change, stage) = (fields.int()?, fields.int()?, Stage::packed(fields.text()?));
        Ok(Self { key, change, stage, inspected: fields.int()?, passed: fields.int()? })
    }
}

/// Two cells of packed rows, in the order of their keys.
fn both<T: FromPacked>(cells: [Option<String>; 2], key: impl Fn(&T) -> i64) -> Result<Vec<T>, StoreError> {
    let [first, second] = cells;
    let mut rows = unpack(first.as_deref())?;
    rows.append(&mut unpack(second.as_deref())?);
    rows.sort_by_key(key);
    // A session remembers them, of every client.
    rows.shrink_to_fit();
    Ok(rows)
}

impl FromCells for ClientTallies {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        let client_id = cells.client()?;
        let days = [cells.text_opt()?, cells.text_opt()?];
        let months = [cells.text_opt()?, None];
        let stage_days = [cells.text_opt()?, cells.text_opt()?];
        let stage_months = [cells.text_opt()?, None];
        let mut stage_days = both(stage_days, |day: &StoredStage| day.key)?;
        let mut stage_months = both(stage_months, |month: &StoredStage| month.key)?;
        let mut stages = Vec::new();
        share(&mut stage_days, &mut stages);
        share(&mut stage_months, &mut stages);
        let days = both(days, |day: &Stored| day.key)?;
        let months = both(months, |month: &Stored| month.key)?;
        Ok(Self { client_id, days, months, stage_days, stage_months, changes: changes(cells)? })
    }
}

/// Names the same stage by the same text in every row.
fn share(rows: &mut [StoredStage], known: &mut Vec<Stage>) {
    for row in rows {
        match known.iter().find(|stage| **stage == row.stage) {
            Some(stage) => row.stage = stage.clone(),
            None => known.push(row.stage.clone()),
        }
    }
}

/// Rows of a window, found by their keys.
fn within<T>(rows: &[T], window: Window, key: impl Fn(&T) -> i64) -> &[T] {
    let from = rows.partition_point(|row| key(row) < i64::from(window.from().0));
    let to = rows.partition_point(|row| key(row) <= i64::from(window.to().0));
    rows.get(from..to).unwrap_or_default()
}

impl ClientTallies {
    /// The stored days of a window, in order.
    pub(crate) fn days(&self, window: Window) -> impl Iterator<Item = (ProductionDate, &Tally)> {
        within(&self.days, window, |day| day.key).iter().map(|day| (date_of(day.key), &day.tally))
    }

    /// How many days are stored.
    pub(crate) fn days_known(&self) -> usize {
        self.days.len()
    }

    /// How often each day was changed, its stages included.
    pub(super) fn changes_of_days(&self) -> Changes {
        let days = self.days.iter().map(|day| (day.key, day.change));
        let mut changes = Changes::new();
        for (key, change) in days.chain(self.stage_days.iter().map(|stage| (stage.key, stage.change))) {
            *changes.entry(key).or_default() += change;
        }
        changes
    }

    /// Puts the rows of a part, read again, in the place of those that are known of it.
    pub(crate) fn replace(&mut self, read: Vec<Self>, part: Extent) {
        let Some(mut read) = read.into_iter().next() else { return };
        let mut known: Vec<_> = self.stage_days.iter().chain(&self.stage_months).map(|row| row.stage.clone()).collect();
        known.sort();
        known.dedup();
        share(&mut read.stage_days, &mut known);
        share(&mut read.stage_months, &mut known);
        for window in part.stretches().into_iter().flatten() {
            let keys = i64::from(window.from().0)..=i64::from(window.to().0);
            put(&mut self.days, &mut read.days, &keys, |row| row.key);
            put(&mut self.stage_days, &mut read.stage_days, &keys, |row| row.key);
        }
        if let Some(window) = part.months() {
            let keys = month_number(window.from())..=month_number(window.to());
            put(&mut self.months, &mut read.months, &keys, |row| row.key);
            put(&mut self.stage_months, &mut read.stage_months, &keys, |row| row.key);
        }
    }

    /// The sums of the months that were read, all of them.
    pub(crate) fn months(&self) -> impl Iterator<Item = &Tally> {
        self.months.iter().map(|month| &month.tally)
    }

    /// What was inspected on the days of a window, in order.
    pub(crate) fn stage_days(&self, window: Window) -> impl Iterator<Item = (ProductionDate, &StoredStage)> {
        within(&self.stage_days, window, |day| day.key).iter().map(|day| (date_of(day.key), day))
    }

    /// Adds what was inspected in the months that were read to stages.
    pub(crate) fn add_stages_of_months(&self, stages: &mut Stages) {
        for row in &self.stage_months {
            row.add_to(stages);
        }
    }
}

/// Puts rows in the place of those whose keys lie in a range; both are in the order of their keys.
fn put<T>(known: &mut Vec<T>, read: &mut Vec<T>, keys: &RangeInclusive<i64>, key: impl Fn(&T) -> i64) {
    let from = known.partition_point(|row| key(row) < *keys.start());
    let to = known.partition_point(|row| key(row) <= *keys.end());
    known.splice(from..to.max(from), read.drain(..));
}

fn date_of(key: i64) -> ProductionDate {
    ProductionDate(i32::try_from(key).unwrap_or(i32::MIN))
}

impl StoredStage {
    /// Adds what was inspected to stages.
    pub(crate) fn add_to(&self, stages: &mut Stages) {
        // A stage that the client no longer has stands last.
        let sums = StageSums { position: i64::MAX, inspected: self.inspected, passed: self.passed };
        stages.add_stage(self.stage.clone(), sums);
    }
}

/// What was read of a client; rows come in the order of their clients.
pub(crate) fn of_client<'a>(tallies: &'a [ClientTallies], client_id: &ClientId) -> Option<&'a ClientTallies> {
    let place = tallies.binary_search_by(|tallies| tallies.client_id.cmp(client_id)).ok()?;
    tallies.get(place)
}

/// Reads an extent of every client in view, or of one.
pub(crate) async fn read(
    tx: &mut impl Look,
    extent: Extent,
    only: Option<&ClientId>,
) -> Result<Vec<ClientTallies>, StoreError> {
    let [first, second] = extent.stretches();
    let (from, to) = (|part: Option<Window>| part.map(Window::from), |part: Option<Window>| part.map(Window::to));
    let months = extent.months();
    let month = |date: Option<ProductionDate>| date.map(month_number);
    let (first_month, last_month) = (month(from(months)), month(to(months)));
    let touched = extent.whole();
    let mut values = args![from(first), to(first), from(second), to(second), first_month, last_month, only];
    values.extend(args![month(from(touched)), month(to(touched))]);
    tx.all(STORED, values).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_columns_read_are_the_sums_of_a_tally() {
        assert_eq!(tally_columns!().split(", ").collect::<Vec<_>>(), Tally::COLUMNS);
    }
}
