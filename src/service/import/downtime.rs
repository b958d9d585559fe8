//! Stops that are over: with times, or with their minutes alone.

use super::fields::{Fields, Given};
use super::floor::{Floor, Place};
use super::identity::part_of;
use super::reasons::Reasons;
use super::reference::Orders;
use super::{Bench, Done, Item, Verdict};
use crate::domain::catalogue::CatalogueKind;
use crate::domain::clock::{Instant, PlantClock};
use crate::domain::downtime::{Loss, is_micro_stop};
use crate::domain::id::LineId;
use crate::domain::reject::Reject;
use crate::domain::shift::{Shift, ShiftWindow, split_at_shifts};
use crate::service::Problem;
use crate::store::WriteTx;
use crate::store::import::entry::{EntryTable, PastStop, add_stops, known, spans};
use crate::store::import::floor::Spot;
use std::collections::{BTreeSet, HashMap, HashSet};

/// A stop is at most a year: longer ones are mistyped dates.
const MOST_MINUTES: i64 = 366 * 1440;

/// The stops of one line that have times, by start and end.
type Taken = BTreeSet<(Instant, Instant)>;

/// Stops of the client.
pub(super) async fn batch(
    tx: &mut WriteTx,
    bench: &mut Bench<'_>,
    items: &[Item<'_>],
) -> Result<Vec<Verdict>, Problem> {
    let client = bench.client()?;
    let ids = items.iter().map(|item| item.id).collect();
    let known: HashSet<_> = known(tx, EntryTable::Downtime, &client.client_id, ids).await?.into_iter().collect();
    let fresh: Vec<Item<'_>> = items.iter().filter(|item| !known.contains(&item.id)).copied().collect();
    let mut floor = Floor::read(tx, bench, &fresh).await?;
    let later: BTreeSet<Spot> =
        fresh.iter().flat_map(|item| later_spots(&item.fields, &floor, client.clock, bench.now)).collect();
    floor.load(tx, &later.into_iter().collect::<Vec<_>>()).await?;
    let reasons = Reasons::read(tx, CatalogueKind::Downtime, &client.client_id).await?;
    let orders = Orders::read(tx, &client.client_id, &fresh).await?;
    let taken = read_taken(tx, bench, &fresh).await?;
    let mut ledger = Ledger { floor, taken, clock: client.clock, now: bench.now };
    let mut stops = Vec::with_capacity(fresh.len());
    let mut verdicts = Vec::with_capacity(items.len());
    for item in items {
        verdicts.push(if known.contains(&item.id) {
            Ok(Done::Unchanged)
        } else {
            ledger.judge(item, &reasons, &orders).map(|parts| {
                stops.extend(parts);
                Done::New
            })
        });
    }
    ledger.floor.save(tx, bench).await?;
    stops.sort_by_key(|stop: &PastStop| (stop.line_shift.production_date, stop.times));
    add_stops(tx, &stops).await?;
    Ok(verdicts)
}

/// The times of a row; none where only its minutes are known.
fn times(fields: &Fields<'_>, clock: PlantClock, now: Instant) -> Result<Option<(Instant, Instant)>, Reject> {
    let from = fields.past("started_at", clock, now)?.value();
    let to = fields.past("ended_at", clock, now)?.value();
    match (from, to) {
        (Some(from), Some(to)) if to < from => {
            Err(Reject::new("ended_at", "is before started_at", "type an end after the start"))
        }
        (Some(from), Some(to)) if to.minutes_since(from) > MOST_MINUTES => {
            Err(Reject::new("ended_at", "is more than a year after started_at", "check both dates"))
        }
        (Some(from), Some(to)) => Ok(Some((from, to))),
        (Some(_), None) => Err(Reject::new("ended_at", "is missing", "a file holds stops that are over")),
        (None, Some(_)) => Err(Reject::new("started_at", "is missing", "fill it in, or give the minutes alone")),
        (None, None) => Ok(None),
    }
}

/// The line shifts that a stop reaches into behind its own.
fn later_spots(fields: &Fields<'_>, floor: &Floor<'_>, clock: PlantClock, now: Instant) -> Vec<Spot> {
    let (Ok(place), Ok(Some((_, to)))) = (floor.place(fields), times(fields, clock, now)) else { return Vec::new() };
    if to <= place.window.ends_at {
        return Vec::new();
    }
    let parts = split_at_shifts(&floor.shifts, place.window.ends_at, to, clock).unwrap_or_default();
    let spot = |(shift, window, _, _): (&Shift, ShiftWindow, Instant, Instant)| {
        (window.production_date, shift.shift_id.clone(), place.key.line_id.clone())
    };
    parts.into_iter().map(spot).collect()
}

/// What stands on the lines of the batch in the time it spans: one statement a line.
async fn read_taken(
    tx: &mut WriteTx,
    bench: &Bench<'_>,
    items: &[Item<'_>],
) -> Result<HashMap<LineId, Taken>, Problem> {
    let client = bench.client()?;
    let mut reach: HashMap<LineId, (Instant, Instant)> = HashMap::new();
    for item in items {
        let line = item.fields.must("line_id", LineId::parse);
        if let (Ok(line), Ok(Some((from, to)))) = (line, times(&item.fields, client.clock, bench.now)) {
            let span = reach.entry(line).or_insert((from, to));
            *span = (span.0.min(from), span.1.max(to));
        }
    }
    let mut taken = HashMap::new();
    for (line, (from, to)) in reach {
        let spans = spans(tx, &client.client_id, &line, from, to).await?;
        taken.insert(line, spans.into_iter().map(|span| (span.from, span.to)).collect());
    }
    Ok(taken)
}

/// The batch's line shifts and the stops that stand on its lines.
struct Ledger<'a> {
    floor: Floor<'a>,
    taken: HashMap<LineId, Taken>,
    clock: PlantClock,
    now: Instant,
}

impl Ledger<'_> {
    /// The parts of a good stop.
    fn judge(&mut self, item: &Item<'_>, reasons: &Reasons, orders: &Orders) -> Result<Vec<PastStop>, Reject> {
        let fields = &item.fields;
        let place = self.floor.place(fields)?;
        let micro_limit = self.floor.line(fields)?.micro_stop_minutes;
        let reason = reasons.of(fields, "reason")?;
        let loss = reason.loss.unwrap_or(Loss::Breakdown);
        let (order, _) = orders.of(fields)?;
        let notes = fields.notes()?;
        let times = times(fields, self.clock, self.now)?;
        let minutes = minutes(fields, times)?;
        let part = |entry_id, line_shift, times, own_minutes, counted| PastStop {
            entry_id,
            stop_id: item.id,
            line_shift,
            work_order_id: order.map(|order| order.work_order_id.clone()),
            reason: reason.code.clone(),
            loss,
            times,
            minutes: own_minutes,
            classified_minutes: minutes,
            micro_stop: is_micro_stop(loss, minutes, micro_limit),
            counted,
            notes: notes.clone(),
        };
        let Some((from, to)) = times else {
            self.floor.add_clockless(&place, minutes)?;
            return Ok(vec![part(item.id, place.key, None, minutes, true)]);
        };
        let spans = self.spans(&place, from, to)?;
        self.take(&place.key.line_id, from, to)?;
        let parts = spans.into_iter().enumerate().map(|(number, (place, from, to))| {
            self.floor.open(&place);
            let id = if number == 0 { item.id } else { part_of(item.id, number) };
            part(id, place.key, Some((from, to)), to.minutes_since(from), number == 0)
        });
        Ok(parts.collect())
    }

    /// The stop cut at the changes of shifts; it begins in the line shift that its row names.
    fn spans(&self, place: &Place, from: Instant, to: Instant) -> Result<Vec<(Place, Instant, Instant)>, Reject> {
        let window = place.window;
        if !window.contains(from) {
            let local = |at| self.clock.local(at).format("%Y-%m-%d %H:%M");
            let (start, end) = (local(window.starts_at), local(window.ends_at));
            let why = format!("lies outside the shift, which is from {start} to {end}");
            return Err(Reject::new("started_at", why, "correct the time, the date or the shift"));
        }
        let mut spans = vec![(place.clone(), from, to.min(window.ends_at))];
        if to > window.ends_at {
            for (shift, window, from, to) in split_at_shifts(&self.floor.shifts, window.ends_at, to, self.clock)? {
                spans.push((self.floor.place_in(&place.key.line_id, shift, window)?, from, to));
            }
        }
        Ok(spans)
    }

    /// Takes the time on the line, unless another stop has it. Spans are half-open.
    fn take(&mut self, line: &LineId, from: Instant, to: Instant) -> Result<(), Reject> {
        let taken = self.taken.entry(line.clone()).or_default();
        // Stops of a line never overlap, so the last one that begins before the end decides.
        let other = taken.range(..(to, Instant(i64::MIN))).next_back().filter(|(_, end)| *end > from);
        if let Some((start, end)) = other {
            let local = |at| self.clock.local(at).format("%Y-%m-%d %H:%M").to_string();
            let until =
                if *end == Instant(i64::MAX) { "and still runs".to_owned() } else { format!("to {}", local(*end)) };
            let why = format!("overlaps the stop of this line from {} {until}", local(*start));
            return Err(Reject::new("started_at", why, "correct the times"));
        }
        taken.insert((from, to));
        Ok(())
    }
}

/// The minutes of the whole stop; stated ones must agree with the times.
fn minutes(fields: &Fields<'_>, times: Option<(Instant, Instant)>) -> Result<i64, Reject> {
    let stated = fields.whole_opt("minutes", MOST_MINUTES)?;
    let by_clock = times.map(|(from, to)| to.minutes_since(from));
    match (stated, by_clock) {
        (Given::Value(stated), Some(by_clock)) if stated != by_clock => Err(Reject::new(
            "minutes",
            format!("is {stated}, and from started_at to ended_at it is {by_clock}"),
            "leave minutes empty, or correct the times",
        )),
        (_, Some(by_clock)) => Ok(by_clock),
        (Given::Value(stated), None) => Ok(stated),
        (Given::Absent | Given::Empty, None) => {
            Err(Reject::new("minutes", "is missing", "give minutes, or started_at and ended_at"))
        }
    }
}
