//! What the entry forms of a client are pre-filled with and what can be chosen in them.

use super::board::running_stop;
use super::{Choice, Desk, FormHelp, LastCount, LastInspection, LineNow, Problem};
use crate::domain::clock::Instant;
use crate::domain::id::{ClientId, Code, LineId};
use crate::domain::shift::{Shift, ShiftWindow, shift_at, versions_on};
use crate::kpi::elapsed::ShiftTime;
use crate::kpi::pace::Pace;
use crate::kpi::{LineShiftSums, Tally, Window};
use crate::store::form_help::{ChoiceRow, Choosable, LastCountRow, LastInspectionRow};
use crate::store::tally::Selection;
use crate::store::{board, form_help, master_data, tally};

/// Counts older than this no longer tell what a line makes today.
const LAST_COUNT_DAYS: i32 = 14;

impl Desk {
    /// The help for forms of one client.
    pub(super) async fn form_help(&self, client_id: &ClientId) -> Result<FormHelp, Problem> {
        let clock = self.client(client_id)?.clock;
        let now = self.now();
        let today = clock.date(now);
        let mut tx = self.session.read().await?;
        let shifts = master_data::shifts(&mut tx).await?;
        let mut choices = async |kind| -> Result<Vec<Choice>, Problem> {
            Ok(form_help::choices(&mut tx, client_id, kind).await?.into_iter().map(choice).collect())
        };
        let (lines, products) = (choices(Choosable::Lines).await?, choices(Choosable::Products).await?);
        let (work_orders, jobs) = (choices(Choosable::WorkOrders).await?, choices(Choosable::Jobs).await?);
        let downtime_reasons = choices(Choosable::DowntimeReasons).await?;
        let hold_reasons = choices(Choosable::HoldReasons).await?;
        let (stages, parts) = (choices(Choosable::Stages).await?, choices(Choosable::Parts).await?);
        let defect_types = choices(Choosable::DefectTypes).await?;
        let login = self.person().login.as_str();
        let last = form_help::last_counts(&mut tx, client_id, login, today.plus_days(-LAST_COUNT_DAYS)).await?;
        let since = today.plus_days(-LAST_COUNT_DAYS);
        let mut last_inspections = Vec::new();
        for row in form_help::last_inspections(&mut tx, client_id, login, since).await? {
            let defects = form_help::found(&mut tx, client_id, row.entry_id).await?;
            last_inspections.push(last_inspection(row, defects));
        }
        let running = board::running(&mut tx).await?;
        let cycles = form_help::cycles(&mut tx, client_id).await?;
        let lines_now = match shift_at(&shifts, now, clock) {
            Some((shift, window)) => {
                let dates = Window::ending(window.production_date, 1);
                let shift_id = Some(&shift.shift_id);
                let selection = Selection { window: dates, client_id: Some(client_id), line_id: None, shift_id };
                let sums = tally::line_shifts(&mut tx, selection).await?;
                lines.iter().filter_map(|line| line_now(line, shift, &window, &sums, now)).collect()
            }
            None => Vec::new(),
        };
        Ok(FormHelp {
            lines,
            products,
            work_orders,
            jobs,
            shifts: versions_on(&shifts, today)
                .into_iter()
                .filter(|shift| !shift.is_no_shift())
                .map(|shift| Choice {
                    code: shift.shift_id.to_string(),
                    number: None,
                    name: shift.name.clone(),
                    more: String::new(),
                })
                .collect(),
            downtime_reasons,
            hold_reasons,
            stages,
            defect_types,
            parts,
            last_inspections,
            last_counts: last.into_iter().map(last_count).collect(),
            lines_now,
            product_cycles: cycles.products,
            order_cycles: cycles.orders,
            running_stops: running
                .iter()
                .filter(|stop| &stop.key.client_id == client_id)
                .filter_map(|stop| Some((stop.key.line_id.clone(), running_stop(stop)?)))
                .collect(),
            shift_now: shift_at(&shifts, now, clock)
                .map(|(shift, window)| (window.production_date, shift.shift_id.clone())),
            local_now: Some(clock.local(now)),
        })
    }
}

/// A line in the shift that is on, as its board and KPIs have it; one on which nothing was entered yet has its time.
fn line_now(
    line: &Choice,
    shift: &Shift,
    window: &ShiftWindow,
    sums: &[LineShiftSums],
    now: Instant,
) -> Option<LineNow> {
    let line_id = LineId::parse(&line.code).ok()?;
    let sums = sums.iter().find(|sums| sums.line_id == line_id);
    let time = ShiftTime { starts_at: window.starts_at, ends_at: window.ends_at };
    let planned_minutes = time.part_before(window.planned_minutes, now);
    let untouched = || Tally { planned_minutes, ..Tally::default() };
    let tally = sums.map_or_else(untouched, |sums| Tally::of_line_shift(sums, now));
    Some(LineNow {
        line_id,
        production_date: window.production_date,
        shift_id: shift.shift_id.clone(),
        pace: Pace { time, target_units: sums.and_then(|sums| sums.target_units), made: tally.units },
        tally,
    })
}

pub(super) fn choice(row: ChoiceRow) -> Choice {
    Choice { code: row.code, number: row.number, name: row.name, more: row.more }
}

fn last_inspection(row: LastInspectionRow, defects: Vec<(Code, i64)>) -> LastInspection {
    LastInspection {
        line_id: row.line_id,
        stage: row.stage,
        work_order_id: row.work_order_id,
        job_id: row.job_id,
        part_number: row.part_number,
        inspected: row.inspected,
        defects,
        own: row.own,
    }
}

fn last_count(row: LastCountRow) -> LastCount {
    LastCount {
        line_id: row.line_id,
        product_id: row.product_id,
        work_order_id: row.work_order_id,
        job_id: row.job_id,
        own: row.own,
    }
}
