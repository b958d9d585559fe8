//! What a figure was caused by, as Paretos: stops, defects and absences by their codes, holds by their reasons.

use super::super::Problem;
use super::groups::{Wanted, earliest_today};
use super::judge::Judge;
use crate::domain::downtime::Loss;
use crate::kpi::{Kpi, LineShiftSums, Pareto, ParetoKind, Window};
use crate::store::ReadTx;
use crate::store::tally::Selection;
use crate::store::tally::causes::{self, Cause, CauseKind};
use crate::store::tally::extent::Extent;
use crate::store::tally::live::RunningReason;

/// The Paretos that explain a KPI of what is wanted, the most telling first.
pub(super) async fn read(tx: &mut ReadTx, judge: &Judge, wanted: &Wanted, kpi: Kpi) -> Result<Vec<Pareto>, Problem> {
    let mut paretos = Vec::new();
    let (mut stops, mut absences, mut holds) = (None, None, None);
    for &kind in ParetoKind::of(kpi) {
        let causes = match kind {
            ParetoKind::StopMinutes | ParetoKind::Stops => {
                if stops.is_none() {
                    stops = Some(read_stops(tx, judge, wanted, kpi).await?);
                }
                stops.as_deref().unwrap_or_default()
            }
            ParetoKind::Defects => &read_causes(tx, judge, wanted, CauseKind::Defects).await?,
            ParetoKind::Holds | ParetoKind::HeldUnits => {
                if holds.is_none() {
                    holds = Some(read_holds(tx, judge, wanted).await?);
                }
                holds.as_deref().unwrap_or_default()
            }
            ParetoKind::AbsenceMinutes | ParetoKind::Absences => {
                if absences.is_none() {
                    absences = Some(read_causes(tx, judge, wanted, CauseKind::Absences).await?);
                }
                absences.as_deref().unwrap_or_default()
            }
        };
        let amount = |cause: &Cause| match kind {
            ParetoKind::StopMinutes | ParetoKind::Defects | ParetoKind::HeldUnits | ParetoKind::AbsenceMinutes => {
                cause.amount
            }
            ParetoKind::Stops | ParetoKind::Holds | ParetoKind::Absences => cause.number,
        };
        let causes = causes.iter().map(|cause| (cause.code.clone(), cause.name.clone(), amount(cause)));
        paretos.push(Pareto::of(kind, causes));
    }
    Ok(paretos)
}

/// Causes from stored sums, or from entries where a line or a shift is asked for.
async fn read_causes(tx: &mut ReadTx, judge: &Judge, wanted: &Wanted, kind: CauseKind) -> Result<Vec<Cause>, Problem> {
    if let Some(shifts) = &wanted.shifts {
        let mut causes = Vec::new();
        for (client_id, (date, shift_id)) in shifts {
            let only = wanted.place.client_id.as_ref().is_none_or(|only| only == client_id);
            if only {
                let selection = Selection {
                    window: Window::ending(*date, 1),
                    client_id: Some(client_id),
                    shift_id: Some(shift_id),
                    ..wanted.selection()
                };
                causes.append(&mut causes::entered(tx, kind, selection).await?);
            }
        }
        return Ok(causes);
    }
    if wanted.needs_line_shifts() {
        return Ok(causes::entered(tx, kind, wanted.selection()).await?);
    }
    let extent = Extent::total(wanted.dates(), earliest_today(&judge.clients, judge.now));
    Ok(causes::stored(tx, kind, extent, wanted.place.client_id.as_ref()).await?)
}

/// Unplanned stops with those that run. Micro-stops are speed losses: they are in what explains the speed.
async fn read_stops(tx: &mut ReadTx, judge: &Judge, wanted: &Wanted, kpi: Kpi) -> Result<Vec<Cause>, Problem> {
    let mut stops = read_causes(tx, judge, wanted, CauseKind::Unplanned).await?;
    if matches!(kpi, Kpi::Performance | Kpi::Oee | Kpi::Throughput | Kpi::Efficiency) {
        stops.append(&mut read_causes(tx, judge, wanted, CauseKind::MicroStops).await?);
    }
    for live in &judge.clients {
        for row in live.unfinished.iter().filter(|row| wanted.takes_row(row)) {
            let reason = live.running.iter().find(|stop| stop.line_id == row.line_id);
            stops.extend(reason.into_iter().flat_map(|reason| running_in(row, judge.now, reason)));
        }
    }
    Ok(stops)
}

/// The part of an unplanned stop that runs which lies in a line shift.
fn running_in<'a>(
    row: &'a LineShiftSums,
    now: crate::domain::clock::Instant,
    reason: &'a RunningReason,
) -> impl Iterator<Item = Cause> + 'a {
    let until = now.min(row.ends_at);
    row.running_stops.iter().filter(|stop| stop.loss != Loss::Planned).map(move |stop| Cause {
        client_id: row.client_id.clone(),
        code: reason.code.clone(),
        name: reason.name.clone(),
        amount: until.minutes_since(stop.started_at.max(row.starts_at)).max(0),
        number: i64::from(!stop.is_continued),
    })
}

/// The holds that were placed on the dates, by each client's own calendar.
async fn read_holds(tx: &mut ReadTx, judge: &Judge, wanted: &Wanted) -> Result<Vec<Cause>, Problem> {
    let dates = wanted.dates();
    let mut holds = Vec::new();
    for live in &judge.clients {
        let clock = live.client.clock;
        let from = clock.at_minute(dates.from(), 0);
        let until = clock.at_minute(dates.to().plus_days(1), 0).plus_millis(-1);
        holds.append(&mut causes::holds(tx, from, until, Some(&live.client.client_id)).await?);
    }
    Ok(holds)
}
