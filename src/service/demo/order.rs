//! Work orders and their jobs, as the lines' history makes them: delivered, late, in process, and still to come.

use super::calendar::Turn;
use super::cast::{Client, Product};
use super::chance::Chance;
use super::line::Setting;
use super::turn::Counted;
use crate::domain::clock::{Instant, ProductionDate};
use crate::domain::measure::MILLIS_PER_MINUTE;
use crate::domain::order::OrderStatus;
use crate::store::demo::{Entered, JobRow, OrderRow};
use std::collections::BTreeMap;

/// Orders are numbered from here.
const FIRST_NUMBER: i64 = 1001;
/// Two lots to an order.
const LOTS: usize = 2;
/// Of a thousand deliveries, the late ones.
const LATE: i64 = 90;
/// Days that the stalled order has been on hold, and its quantity.
const STALLED: (i32, i64) = (22, 800);
/// Shifts that a line works on an ordinary day.
const SHIFTS_A_DAY: i32 = 3;

/// An order that is being made.
#[derive(Debug)]
pub(super) struct Draft {
    /// Its key.
    pub(super) id: String,
    product: Product,
    started_at: Instant,
    planned_shifts: usize,
    done_shifts: usize,
    lots: BTreeMap<String, (i64, i64)>,
    last_count: Option<Instant>,
}

impl Draft {
    /// The job that a shift of this order works on.
    pub(super) fn job(&self, shift: usize) -> String {
        format!("{}-{}", self.id, shift * LOTS / self.planned_shifts.max(1) + 1)
    }

    /// Takes in what a shift made.
    pub(super) fn made(&mut self, counted: &[Counted], job: &str, turn: &Turn) {
        self.done_shifts += 1;
        let lot = self.lots.entry(job.to_owned()).or_default();
        for count in counted {
            lot.0 += count.units - count.scrap;
            lot.1 += count.scrap;
            self.last_count = Some(turn.window.starts_at.plus_millis(count.at));
        }
    }

    fn good(&self) -> i64 {
        self.lots.values().map(|lot| lot.0).sum()
    }
}

/// An order that was worked on at some time, for its holds.
#[derive(Debug, Clone)]
pub(super) struct Worked {
    /// Its key.
    pub(super) id: String,
    /// Its quantity.
    pub(super) quantity: i64,
    /// When it was worked on: from the first to the last count.
    pub(super) from: Instant,
    pub(super) to: Instant,
}

/// The orders of a client.
#[derive(Debug)]
pub(super) struct Orders {
    prefix: String,
    client: String,
    leader: String,
    number: i64,
    pub(super) rows: Vec<Entered<OrderRow>>,
    pub(super) jobs: Vec<Entered<JobRow>>,
    pub(super) worked: Vec<Worked>,
    /// An order all of which has been on hold for weeks.
    pub(super) stalled: Option<Worked>,
    has_late_one: bool,
}

impl Orders {
    /// None yet.
    pub(super) fn of(client: &Client) -> Self {
        Self {
            prefix: client.orders.clone(),
            client: client.id.as_str().to_owned(),
            leader: client.leader.clone(),
            number: FIRST_NUMBER,
            rows: Vec::new(),
            jobs: Vec::new(),
            worked: Vec::new(),
            stalled: None,
            // The first client has an order that is late and not yet made.
            has_late_one: client.place != 0,
        }
    }

    /// Begins an order on a line.
    pub(super) fn begin(&mut self, product: &Product, started_at: Instant, planned_shifts: usize) -> Draft {
        Draft {
            id: self.next_id(),
            product: product.clone(),
            started_at,
            planned_shifts,
            done_shifts: 0,
            lots: BTreeMap::new(),
            last_count: None,
        }
    }

    fn next_id(&mut self) -> String {
        let id = format!("{}-{}", self.prefix, self.number);
        self.number += 1;
        id
    }

    /// Ends an order with its last shift; one that the line is still at stays in process.
    pub(super) fn end(&mut self, setting: &Setting<'_>, draft: &Draft, last: Option<&Turn>, is_current: bool) {
        let Some(last) = last else { return };
        let mut chance = Chance::of(setting.seed, &format!("delivery {} {}", setting.client.id, draft.id));
        let clock = setting.client.clock;
        let (start, end) = (clock.date(draft.started_at), last.date());
        let quantity = if is_current { expected(draft) } else { round(draft.good()).max(1) };
        let fate = if is_current {
            self.unfinished(draft, start, end, &mut chance)
        } else {
            finished(setting, draft, end, quantity, &mut chance)
        };
        let received = start.plus_days(-days(chance.between(9, 25)));
        let row = OrderRow {
            client_id: self.client.clone(),
            work_order_id: draft.id.clone(),
            product_id: draft.product.id.clone(),
            quantity,
            ideal_cycle_ms: None,
            received: Some(received),
            planned_start: Some(start),
            started_at: Some(draft.started_at),
            required_date: Some(fate.required),
            completed_at: fate.completed_at,
            cancelled_at: None,
            delivered_at: fate.delivered_at,
            delivered_date: fate.delivered_at.map(|at| clock.date(at)),
            delivered_quantity: fate.delivered_quantity,
            status: fate.status.into(),
            priority: fate.priority.into(),
            po_number: Some(format!("PO-{}", chance.between(40_000, 89_999))),
            notes: None,
        };
        self.jobs(draft, quantity, draft.started_at);
        self.worked.push(Worked {
            id: draft.id.clone(),
            quantity,
            from: draft.started_at,
            to: draft.last_count.unwrap_or(draft.started_at),
        });
        self.rows.push(Entered { by: self.leader.clone(), at: clock.at_minute(received, 9 * 60 + 12), row });
    }

    fn jobs(&mut self, draft: &Draft, quantity: i64, at: Instant) {
        for lot in 1..=LOTS {
            let job_id = format!("{}-{lot}", draft.id);
            let (completed, scrapped) = draft.lots.get(&job_id).copied().unwrap_or_default();
            let share = quantity / i64::try_from(LOTS).unwrap_or(1);
            let row = JobRow {
                client_id: self.client.clone(),
                work_order_id: draft.id.clone(),
                job_number: Some(format!("lot {lot}")),
                part_number: draft.product.part.clone(),
                quantity: share.max(completed + scrapped).max(1),
                completed,
                scrapped,
                job_id,
            };
            self.jobs.push(Entered { by: self.leader.clone(), at, row });
        }
    }

    fn unfinished(&mut self, draft: &Draft, start: ProductionDate, end: ProductionDate, chance: &mut Chance) -> Fate {
        let shifts_left = i32::try_from(draft.planned_shifts.saturating_sub(draft.done_shifts)).unwrap_or(0);
        let is_late = !std::mem::replace(&mut self.has_late_one, true);
        let slack = days(chance.between(1, 6));
        let required =
            if is_late { end.plus_days(-2).min(start) } else { end.plus_days(shifts_left / SHIFTS_A_DAY + slack) };
        let priority = if is_late { "rush" } else { priority(chance) };
        Fate {
            required,
            status: "in_process",
            priority,
            completed_at: None,
            delivered_at: None,
            delivered_quantity: None,
        }
    }

    /// Orders that nobody works on: some given to the floor, some planned, one that will not be made, one that
    /// waits on hold.
    pub(super) fn plan_ahead(&mut self, setting: &Setting<'_>) {
        for (number, line) in (0..).zip(setting.client.lines.iter().flat_map(|line| [line; 2])) {
            let mut chance = Chance::of(setting.seed, &format!("to come {} {} {number}", setting.client.id, line.id));
            let Some(product) = setting.client.product(line, usize::from(chance.happens(500))).cloned() else {
                continue;
            };
            let status = match number {
                1 => OrderStatus::Cancelled,
                _ if number % 2 == 0 => OrderStatus::Released,
                _ => OrderStatus::Planned,
            };
            self.waiting(setting, &mut chance, &product, status);
        }
        if setting.client.place == 1 {
            self.stall(setting);
        }
    }

    fn waiting(&mut self, setting: &Setting<'_>, chance: &mut Chance, product: &Product, status: OrderStatus) {
        let today = setting.client.clock.date(setting.now);
        let later = if status == OrderStatus::Released { 0 } else { 5 };
        let start = today.plus_days(days(chance.between(1, 4)) + later);
        let received = today.plus_days(-days(chance.between(2, 12)));
        let at = setting.client.clock.at_minute(received, 10 * 60 + 5).min(setting.now);
        let is_cancelled = status == OrderStatus::Cancelled;
        let quantity = round(480 * MILLIS_PER_MINUTE / product.cycle * chance.between(4, 10) * 7 / 10).max(1);
        let draft = self.begin(product, at, LOTS);
        let row = OrderRow {
            client_id: self.client.clone(),
            work_order_id: draft.id.clone(),
            product_id: product.id.clone(),
            quantity,
            ideal_cycle_ms: None,
            received: Some(received),
            planned_start: Some(start),
            started_at: None,
            required_date: Some(start.plus_days(days(chance.between(4, 9)))),
            completed_at: None,
            cancelled_at: is_cancelled.then(|| at.plus_minutes(1440).min(setting.now)),
            delivered_at: None,
            delivered_date: None,
            delivered_quantity: None,
            status: status.as_str().into(),
            priority: priority(chance).into(),
            po_number: Some(format!("PO-{}", chance.between(40_000, 89_999))),
            notes: is_cancelled.then(|| "The customer took the order back".into()),
        };
        self.rows.push(Entered { by: self.leader.clone(), at, row });
        self.jobs(&draft, quantity, at);
    }

    /// An order that was begun weeks ago and has been on hold ever since.
    fn stall(&mut self, setting: &Setting<'_>) {
        let (days_ago, quantity) = STALLED;
        let clock = setting.client.clock;
        let Some(product) = setting.client.products.last().cloned() else { return };
        let today = clock.date(setting.now);
        let started_at = clock.at_minute(today.plus_days(-days_ago - 1), 9 * 60);
        let mut chance = Chance::of(setting.seed, &format!("stalled {}", setting.client.id));
        self.waiting(setting, &mut chance, &product, OrderStatus::InProcess);
        let Some(order) = self.rows.last_mut() else { return };
        order.at = started_at;
        order.row.quantity = quantity;
        order.row.started_at = Some(started_at);
        order.row.received = Some(today.plus_days(-days_ago - 12));
        order.row.planned_start = Some(today.plus_days(-days_ago - 1));
        order.row.notes = Some("Waits for the customer's new drawing".into());
        self.stalled = Some(Worked { id: order.row.work_order_id.clone(), quantity, from: started_at, to: started_at });
    }
}

/// How an order went on.
struct Fate {
    required: ProductionDate,
    status: &'static str,
    priority: &'static str,
    completed_at: Option<Instant>,
    delivered_at: Option<Instant>,
    delivered_quantity: Option<i64>,
}

fn finished(setting: &Setting<'_>, draft: &Draft, end: ProductionDate, quantity: i64, chance: &mut Chance) -> Fate {
    let completed_at = draft.last_count;
    let delivery = end.plus_days(days(chance.between(1, 3)));
    let leaves = setting.client.clock.at_minute(delivery, chance.between(10 * 60, 16 * 60));
    let delivered_at = (leaves <= setting.now).then_some(leaves);
    let missed_by = if chance.happens(LATE) { days(chance.between(1, 4)) } else { -days(chance.between(0, 4)) };
    let delivered_quantity = if chance.happens(50) { quantity * chance.between(94, 98) / 100 } else { quantity };
    Fate {
        required: delivery.plus_days(-missed_by),
        status: if delivered_at.is_some() { "delivered" } else { "completed" },
        priority: priority(chance),
        completed_at,
        delivered_at,
        delivered_quantity: delivered_at.map(|_| delivered_quantity),
    }
}

fn priority(chance: &mut Chance) -> &'static str {
    match chance.between(1, 10) {
        1 => "rush",
        2 | 3 => "low",
        _ => "standard",
    }
}

/// What an order in process will come to, by what its shifts made so far.
fn expected(draft: &Draft) -> i64 {
    let done = i64::try_from(draft.done_shifts.max(1)).unwrap_or(1);
    let planned = i64::try_from(draft.planned_shifts).unwrap_or(1);
    let by_speed = 450 * MILLIS_PER_MINUTE / draft.product.cycle * 7 / 10;
    round((draft.good() / done).max(by_speed) * planned).max(draft.good() + 1)
}

/// Customers order round numbers.
fn round(units: i64) -> i64 {
    let step = match units {
        0..1_000 => 10,
        1_000..10_000 => 50,
        _ => 500,
    };
    units / step * step
}

fn days(number: i64) -> i32 {
    i32::try_from(number).unwrap_or(0)
}
