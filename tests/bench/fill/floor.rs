//! Line shifts, counts, stops, inspections and their defects.

use super::master::{LINES, Order, STAGES, line, orders};
use super::{Client, MINUTE, Table, Turn, Value, id, int, maybe, text};
use crate::chance::Chance;
use crate::plant::{BREAK, DAYS, NOW, Size};
use kpi_ops::domain::clock::ProductionDate;
use sqlx::SqliteConnection;

/// The tables of the floor.
struct Floor {
    line_shifts: Table,
    counts: Table,
    stops: Table,
    inspections: Table,
    defects: Table,
}

/// One line running one shift.
struct Run<'a> {
    client: &'a Client,
    turn: &'a Turn,
    line: i64,
    order: &'a Order,
}

/// Everything that is entered on the floor, in the order of time.
pub async fn of_client(tx: &mut SqliteConnection, client: &Client) -> u64 {
    let mut floor = Floor::of();
    let orders: Vec<Vec<Order>> = (0..LINES).map(|line| orders(client, line)).collect();
    let mut chance = client.chance("floor");
    for turn in client.turns() {
        let day = i64::from(turn.date.0 - client.first_day().0);
        for (line, orders) in (0..LINES).zip(&orders) {
            let worked = orders.len() - 2;
            let position = usize::try_from(day).expect("a day") * worked / usize::try_from(DAYS).expect("days");
            let run = Run { client, turn: &turn, line, order: &orders[position.min(worked - 1)] };
            if run.is_worked(day) {
                floor.write(&run, &mut chance);
            }
        }
        floor.flush(tx, false).await;
    }
    floor.flush(tx, true).await
}

impl Run<'_> {
    /// In the small plant a line runs in every tenth shift only; on the last days every line runs in both.
    fn is_worked(&self, day: i64) -> bool {
        let slot = day * 3 + i64::try_from(self.turn.number).expect("a shift") + self.line;
        self.client.size == Size::Big || slot % 10 == 0 || day >= i64::from(DAYS) - 2
    }

    fn key(&self) -> [Value; 4] {
        [self.client.value(), self.turn.day(), self.turn.shift(), text(line(self.line))]
    }
}

impl Floor {
    fn of() -> Self {
        let line_shifts = Table::of(
            "line_shift",
            &[
                "client_id",
                "production_date",
                "shift_id",
                "line_id",
                "shift_valid_from",
                "starts_at",
                "ends_at",
                "planned_minutes",
                "planned_stated",
                "crew",
                "crew_stated",
                "target_units",
                "target_stated",
                "status",
                "closed_by",
                "closed_at",
            ],
        );
        let counts = Table::of(
            "production_entry",
            &[
                "client_id",
                "production_date",
                "shift_id",
                "line_id",
                "entry_id",
                "counted_at",
                "product_id",
                "work_order_id",
                "job_id",
                "units",
                "defects",
                "scrap",
                "rework",
                "startup_defects",
                "ideal_cycle_ms",
                "labour_standard_ms",
                "standard_source",
                "late",
                "estimated",
            ],
        );
        let stops = Table::of(
            "downtime_entry",
            &[
                "client_id",
                "production_date",
                "shift_id",
                "line_id",
                "entry_id",
                "stop_id",
                "work_order_id",
                "reason",
                "loss",
                "started_at",
                "ended_at",
                "minutes",
                "classified_minutes",
                "micro_stop",
                "counted",
                "late",
            ],
        );
        let inspections = Table::of(
            "quality_entry",
            &[
                "client_id",
                "production_date",
                "shift_id",
                "line_id",
                "entry_id",
                "work_order_id",
                "job_id",
                "part_number",
                "opportunities_per_unit",
                "stage",
                "inspected",
                "passed",
                "reworked",
                "repaired",
                "scrapped",
                "inspector",
                "late",
            ],
        );
        let defects = Table::of("defect_detail", &["client_id", "quality_entry_id", "defect_type", "count"]);
        Self { line_shifts, counts, stops, inspections, defects }
    }

    async fn flush(&mut self, tx: &mut SqliteConnection, end: bool) -> u64 {
        let Self { line_shifts, counts, stops, inspections, defects } = self;
        let mut rows = 0;
        for table in [line_shifts, counts, stops, inspections, defects] {
            table.flush(tx, end).await;
            rows += table.rows;
        }
        rows
    }

    fn write(&mut self, run: &Run<'_>, chance: &mut Chance) {
        let turn = run.turn;
        let crew = chance.between(2, 4);
        let [client, day, shift, line] = run.key();
        let closed = !turn.is_on();
        let row = [
            client,
            day,
            shift,
            line,
            int(i64::from(ProductionDate::BEGINNING.0)),
            int(turn.starts_at),
            int(turn.ends_at),
            int(turn.planned),
            int(0),
            int(crew),
            int(1),
            int(400),
            int(1),
            text(if closed { "closed" } else { "open" }),
            maybe(closed.then(|| text("lena"))),
            maybe(closed.then(|| int(turn.ends_at + 5 * MINUTE))),
        ];
        self.line_shifts.write(row, turn.starts_at);
        self.write_counts(run, chance);
        self.write_stops(run, chance);
        self.write_inspections(run, chance);
    }

    fn write_counts(&mut self, run: &Run<'_>, chance: &mut Chance) {
        let counts = if chance.hits(83) { 7 } else { 6 };
        let minutes = run.turn.planned + BREAK;
        for number in 1..=counts {
            let at = run.turn.starts_at + number * minutes / (counts + 1) * MINUTE + chance.between(0, 59_999);
            if at > NOW.0 {
                break;
            }
            let units = chance.between(40, 80);
            let defects = if chance.hits(300) { chance.between(1, 3) } else { 0 };
            let scrap = defects.min(chance.between(0, 2));
            let startup = if number == 1 { defects } else { 0 };
            let source = match chance.between(0, 99) {
                0 => "none",
                1..=3 => "history",
                _ => "product",
            };
            let cycle = (source != "none").then(|| int(run.order.cycle));
            let [client, day, shift, line] = run.key();
            let row = [
                client,
                day,
                shift,
                line,
                id(chance.id(at)),
                int(at),
                text(run.order.product.clone()),
                text(run.order.key.clone()),
                text(run.order.job.clone()),
                int(units),
                int(defects),
                int(scrap),
                int(defects - scrap),
                int(startup),
                maybe(cycle.clone()),
                maybe(cycle.map(|_| int(run.order.cycle * 2))),
                text(source),
                int(0),
                int(0),
            ];
            self.counts.write(row, at);
        }
    }

    fn write_stops(&mut self, run: &Run<'_>, chance: &mut Chance) {
        let stops = if chance.hits(220) { 2 } else { 1 };
        for number in 0..stops {
            let started = run.turn.starts_at + (20 + number * 220 + chance.between(0, 120)) * MINUTE;
            let minutes = if chance.hits(200) { chance.between(0, 1) } else { chance.between(2, 45) };
            let (reason, loss) = chance.one(&run.client.reasons).clone();
            let entry = chance.id(started);
            let runs = started + minutes * MINUTE > NOW.0;
            if started > NOW.0 {
                break;
            }
            let micro = i64::from(!runs && loss != "planned" && minutes < 2);
            let ended = (!runs).then(|| int(started + minutes * MINUTE));
            let length = (!runs).then(|| int(minutes));
            let [client, day, shift, line] = run.key();
            let row = [
                client,
                day,
                shift,
                line,
                id(entry),
                id(entry),
                text(run.order.key.clone()),
                text(reason),
                text(loss),
                int(started),
                maybe(ended),
                maybe(length.clone()),
                maybe(length),
                int(micro),
                int(1),
                int(0),
            ];
            self.stops.write(row, started);
        }
    }

    fn write_inspections(&mut self, run: &Run<'_>, chance: &mut Chance) {
        let inspections = if chance.hits(45) { 4 } else { 3 };
        let opportunities: i64 = run.order.product[3..].parse().expect("a product's number");
        for number in 1..=inspections {
            let at = run.turn.starts_at + number * 120 * MINUTE + chance.between(0, 59_999);
            if at > NOW.0 {
                break;
            }
            let inspected = chance.between(20, 120);
            let failed = if chance.hits(450) { chance.between(1, 6) } else { 0 };
            let reworked = chance.between(0, failed);
            let entry = chance.id(at);
            let [client, day, shift, line] = run.key();
            let row = [
                client,
                day,
                shift,
                line,
                id(entry),
                text(run.order.key.clone()),
                text(run.order.job.clone()),
                text(run.order.part.clone()),
                maybe((opportunities % 10 != 0).then(|| int(5 + opportunities))),
                text(*chance.one(&STAGES)),
                int(inspected),
                int(inspected - failed),
                int(reworked),
                int(0),
                int(failed - reworked),
                text("ines"),
                int(0),
            ];
            self.inspections.write(row, at);
            self.write_defects(run, entry, failed, at, chance);
        }
    }

    /// One or two types of defect; every tenth inspection that found something does not say what.
    fn write_defects(&mut self, run: &Run<'_>, entry: [u8; 16], failed: i64, at: i64, chance: &mut Chance) {
        if failed == 0 || chance.hits(100) {
            return;
        }
        let types = &run.client.defect_types;
        let first = usize::try_from(chance.bits() % types.len() as u64).expect("a position");
        let kinds = if failed > 1 && chance.hits(350) { 2 } else { 1 };
        for kind in 0..kinds {
            let defect = types[(first + kind) % types.len()].clone();
            let count = if kind == 0 { failed } else { chance.between(1, 2) };
            self.defects.write([run.client.value(), id(entry), text(defect), int(count)], at);
        }
    }
}
