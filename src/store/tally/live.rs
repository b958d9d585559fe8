//! What no stored day can hold, because it depends on when one looks: line shifts that have not ended, stops that run,
//! orders in process and open holds; with what every figure of a client is judged by. One row a client.

use super::line_shifts::{Running, add_running, packed_line_shifts, running_stops};
use super::packed::{Fields, FromPacked, or_empty, packed, unpack};
use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::id::{ClientId, LineId, Stage};
use crate::domain::scope::ScopedClient;
use crate::kpi::waiting::{HoldSpan, OrderSpan};
use crate::kpi::{Kpi, LineShiftSums, Target, Targets, Window};
use crate::store::error::StoreError;
use crate::store::funnel::{Cells, FromCells, Look, args, statements};
use crate::store::master_data::spelled;

/// The columns of an order, as [`Order`] reads them.
macro_rules! order_columns {
    () => {
        "w.work_order_id, w.started_at, w.completed_at, w.delivered_at, w.cancelled_at, w.quantity, w.delivered_quantity"
    };
}

/// Orders of the client `c` that are not completed, or were completed after an instant. One that is over and does not
/// say since when was in process at no known time.
macro_rules! orders_in {
    ($completed:literal, $since:literal) => {
        concat!(
            "SELECT ",
            order_columns!(),
            " FROM work_order AS w WHERE w.client_id = c.client_id AND ",
            $completed,
            " AND w.deleted_at IS NULL AND (w.delivered_at IS NULL OR w.delivered_at > ",
            $since,
            ") AND (w.cancelled_at IS NULL OR w.cancelled_at > ",
            $since,
            ") AND (w.status NOT IN ('completed', 'cancelled') OR coalesce(w.completed_at, w.cancelled_at) IS NOT NULL)"
        )
    };
}

/// Orders of the client `c` that were in process in one of the two stretches. Each of the three ways is a stretch of an
/// index, so that what was completed long ago is not looked at, and no order is in two of them.
macro_rules! orders {
    () => {
        concat!(
            "(",
            orders_in!("w.completed_at IS NULL AND w.started_at <= coalesce($8, $4)", "coalesce($3, $7)"),
            " UNION ALL ",
            orders_in!("w.completed_at > $3 AND w.completed_at <= $7 AND w.started_at <= $4", "$3"),
            " UNION ALL ",
            orders_in!("w.completed_at > $7 AND w.started_at <= $8", "$7"),
            ") AS w"
        )
    };
}

/// The holds that were ever placed.
macro_rules! placed {
    () => {
        "h.deleted_at IS NULL AND h.status NOT IN ('requested', 'rejected', 'withdrawn')"
    };
}

/// Holds of the client `c` that are open, or ended after an instant.
macro_rules! holds_in {
    ($released:literal) => {
        concat!(
            "SELECT h.hold_from, h.released_at, h.quantity FROM hold_entry AS h WHERE h.client_id = c.client_id AND ",
            $released,
            " AND ",
            placed!()
        )
    };
}

/// Holds of the client `c` that ran in one of the two stretches.
macro_rules! holds {
    () => {
        concat!(
            "(",
            holds_in!("h.released_at IS NULL AND h.hold_from <= coalesce($8, $4)"),
            " UNION ALL ",
            holds_in!("h.released_at > $3 AND h.released_at <= $7 AND h.hold_from <= $4"),
            " UNION ALL ",
            holds_in!("h.released_at > $7 AND h.hold_from <= $8"),
            ") AS h"
        )
    };
}

statements! {
    /// Everything of each client in view, or of one: line shifts of the dates `$1` to `$2` that have not ended at `$5` or
    /// that a stop runs in; what waited between `$3` and `$4` or between `$7` and `$8`, the later of the two; targets that
    /// began by `$2`. The unary plus keeps the planner from beginning at `$1` where a stop's own date is much later.
    LIVE = concat!(
        "SELECT c.client_id, c.name, c.time_zone, ",
        packed_line_shifts!("line_shift AS s WHERE s.client_id = c.client_id AND s.ends_at > $5
                        AND +s.production_date BETWEEN $1 AND $2"),
        ", ",
        packed_line_shifts!(
            "downtime_entry AS r CROSS JOIN line_shift AS s
             WHERE r.client_id = c.client_id AND r.minutes IS NULL AND r.deleted_at IS NULL
               AND s.client_id = c.client_id AND s.line_id = r.line_id AND s.production_date >= r.production_date
               AND s.production_date <= $2 AND +s.production_date >= $1 AND s.ends_at <= $5"
        ),
        ", ", running_stops!(),
        ", (SELECT ", packed!(
            "w.started_at", or_empty!("w.completed_at"), or_empty!("w.delivered_at"), or_empty!("w.cancelled_at"),
            "w.quantity", or_empty!("w.delivered_quantity"),
            concat!(
                "coalesce((SELECT string_agg(concat_ws(' ', h.hold_from, coalesce(CAST(h.released_at AS TEXT), '-'),
                                                       h.quantity), ' ')
                  FROM hold_entry AS h WHERE h.client_id = c.client_id AND h.work_order_id = w.work_order_id
                    AND h.hold_from IS NOT NULL AND ", placed!(), "), '')"
            )
        ), " FROM ", orders!(), ")",
        ", (SELECT ", packed!("h.hold_from", or_empty!("h.released_at"), "h.quantity"), " FROM ", holds!(), ")",
        ", (SELECT ", packed!("t.kpi", "t.valid_from", "t.target_micro", or_empty!("t.warning_micro")),
        " FROM kpi_target AS t WHERE t.client_id = c.client_id AND t.valid_from <= $2 AND t.deleted_at IS NULL)",
        ", (SELECT ", packed!("g.stage", "g.position", or_empty!("g.deleted_at")),
        " FROM stage AS g WHERE g.client_id = c.client_id)",
        ", (SELECT b.value FROM client_setting AS b WHERE b.client_id = c.client_id AND b.name = 'bradford'
              AND b.deleted_at IS NULL)
         FROM client AS c WHERE $6 IS NULL OR c.client_id = $6 ORDER BY c.client_id"
    );
}

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LiveQuery<'a> {
    /// The dates that figures are wanted of.
    pub(crate) dates: Window,
    /// When what waits is looked at, the earlier stretch first.
    pub(crate) waiting: [Option<Stretch>; 2],
    /// Now.
    pub(crate) now: Instant,
    /// Only this client.
    pub(crate) client_id: Option<&'a ClientId>,
}

/// From an instant on until another.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stretch {
    /// The first instant.
    pub(crate) since: Instant,
    /// The last one.
    pub(crate) until: Instant,
}

/// One client as it is now.
#[derive(Debug, Clone)]
pub(crate) struct ClientLive {
    /// The client.
    pub(crate) client: ScopedClient,
    /// The line shifts whose figures depend on the time, each once.
    pub(crate) unfinished: Vec<LineShiftSums>,
    /// The reasons of the stops that run.
    pub(crate) running: Vec<RunningReason>,
    /// The orders in process.
    pub(crate) orders: Vec<OrderSpan>,
    /// The holds that were open.
    pub(crate) holds: Vec<HoldSpan>,
    /// The stages, with their place and whether they are in use.
    pub(crate) stages: Vec<(Stage, i64, bool)>,
    /// Whether the Bradford factor may be looked at.
    pub(crate) allows_bradford: bool,
    targets: Vec<(Kpi, ProductionDate, Target)>,
}

/// Why a line stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RunningReason {
    /// The line, on which no other stop runs.
    pub(crate) line_id: LineId,
    /// The code of the reason.
    pub(crate) code: String,
    /// What it is called.
    pub(crate) name: String,
}

impl RunningReason {
    fn of(stop: Running) -> Self {
        Self { line_id: stop.line_shift.line_id, code: stop.reason, name: stop.reason_name }
    }
}

impl ClientLive {
    /// The targets on a day.
    pub(crate) fn targets_on(&self, date: ProductionDate) -> Targets {
        Targets::in_force(&self.targets, date)
    }
}

struct Order(OrderSpan);
struct Hold(HoldSpan);
struct TargetRow(Kpi, ProductionDate, Target);
struct StageRow(Stage, i64, bool);

impl FromPacked for Order {
    fn from_packed(fields: &mut Fields<'_>) -> Result<Self, StoreError> {
        let started_at = fields.instant()?;
        let (completed_at, delivered_at, cancelled_at) =
            (fields.instant_opt()?, fields.instant_opt()?, fields.instant_opt()?);
        let (quantity, delivered) = (fields.int()?, fields.int_opt()?);
        // What was delivered at the end of its time in process was still open before.
        let delivered = if delivered_at.is_some() { 0 } else { delivered.unwrap_or(0) };
        Ok(Self(OrderSpan {
            started_at,
            ended_at: [completed_at, delivered_at, cancelled_at].into_iter().flatten().min(),
            open_units: quantity - delivered,
            holds: holds_of_order(fields.text()?)?,
        }))
    }
}

/// The holds of an order: from, to and units of each, all apart by a space.
fn holds_of_order(text: &str) -> Result<Vec<HoldSpan>, StoreError> {
    let number = |word: Option<&str>| word.and_then(|word| word.parse::<i64>().ok()).ok_or_else(not_a_hold);
    let mut words = text.split_ascii_whitespace();
    let mut holds = Vec::new();
    while let Some(from) = words.next() {
        let to = words.next().filter(|to| *to != "-").map(|to| number(Some(to)).map(Instant)).transpose()?;
        holds.push(HoldSpan { from: Instant(number(Some(from))?), to, units: number(words.next())? });
    }
    Ok(holds)
}

fn not_a_hold() -> StoreError {
    StoreError::Driver("a packed hold is no three numbers".into())
}

impl FromPacked for Hold {
    fn from_packed(fields: &mut Fields<'_>) -> Result<Self, StoreError> {
        Ok(Self(HoldSpan { from: fields.instant()?, to: fields.instant_opt()?, units: fields.int()? }))
    }
}

impl FromPacked for TargetRow {
    fn from_packed(fields: &mut Fields<'_>) -> Result<Self, StoreError> {
        let (kpi, valid_from) = (spelled(fields.text()?, Kpi::parse)?, fields.date()?);
        Ok(Self(kpi, valid_from, Target { target_micro: fields.int()?, warn_micro: fields.int_opt()? }))
    }
}

impl FromPacked for StageRow {
    fn from_packed(fields: &mut Fields<'_>) -> Result<Self, StoreError> {
        Ok(Self(Stage::packed(fields.text()?), fields.int()?, fields.int_opt()?.is_none()))
    }
}

impl FromCells for ClientLive {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        let client = ScopedClient::from_cells(cells)?;
        let mut unfinished: Vec<LineShiftSums> = unpack(cells.text_opt()?.as_deref())?;
        unfinished.append(&mut unpack(cells.text_opt()?.as_deref())?);
        unfinished.sort_by_cached_key(LineShiftSums::key);
        unfinished.dedup_by_key(|row| row.key());
        let running: Vec<Running> = unpack(cells.text_opt()?.as_deref())?;
        add_running(&mut unfinished, &running);
        let orders: Vec<Order> = unpack(cells.text_opt()?.as_deref())?;
        let holds: Vec<Hold> = unpack(cells.text_opt()?.as_deref())?;
        let targets: Vec<TargetRow> = unpack(cells.text_opt()?.as_deref())?;
        let stages: Vec<StageRow> = unpack(cells.text_opt()?.as_deref())?;
        Ok(Self {
            client,
            unfinished,
            running: running.into_iter().map(RunningReason::of).collect(),
            orders: orders.into_iter().map(|Order(span)| span).collect(),
            holds: holds.into_iter().map(|Hold(span)| span).collect(),
            stages: stages.into_iter().map(|StageRow(stage, position, is_used)| (stage, position, is_used)).collect(),
            allows_bradford: cells.int_opt()?.unwrap_or(0) != 0,
            targets: targets.into_iter().map(|TargetRow(kpi, from, target)| (kpi, from, target)).collect(),
        })
    }
}

/// Reads every client in view, or one, as it is now.
pub(crate) async fn read(tx: &mut impl Look, query: LiveQuery<'_>) -> Result<Vec<ClientLive>, StoreError> {
    let LiveQuery { dates, waiting, now, client_id } = query;
    let [earlier, later] = waiting;
    let (since, until) = (|stretch: Stretch| stretch.since, |stretch: Stretch| stretch.until);
    let mut values = args![dates.from(), dates.to(), earlier.map(since), earlier.map(until), now, client_id];
    values.extend(args![later.map(since), later.map(until)]);
    tx.all(LIVE, values).await
}
