//! What was entered on the lines of a client: line shifts, counts, stops, inspections and their defects.

use super::{NOW, Row, SHARED_PRODUCT, TODAY, dice, entry_id, key, marker, own_id, people_of, shift, table, window};
use crate::domain::clock::Instant;
use crate::store::funnel::{InsertInto, Value, args};

/// Days with entries.
const DAYS: i32 = 6;

/// What is entered in one line shift.
struct Floor {
    client: usize,
    /// Line shifts so far: the same number is the same line shift at every client.
    number: i64,
    line_shifts: Vec<Row>,
    signed: Vec<Row>,
    counts: Vec<Row>,
    stops: Vec<Row>,
    inspections: Vec<Row>,
    defects: Vec<Row>,
}

#[rustfmt::skip]
pub(super) fn of_client(client: usize) -> Vec<(InsertInto, Vec<Row>)> {
    let mut floor = Floor { client, number: 0, line_shifts: Vec::new(), signed: Vec::new(), counts: Vec::new(), stops: Vec::new(), inspections: Vec::new(), defects: Vec::new() };
    for day in 0..DAYS {
        for line in ["L1", "L2"] {
            // Tonight has not begun anywhere.
            for number in if day == 0 { 0..1 } else { 0..3 } {
                floor.line_shift(TODAY.plus_days(-day), number, line);
            }
        }
    }
    floor.own();
    vec![
        (table("t_line_shift", &["client_id", "production_date", "shift_id", "line_id", "shift_valid_from", "starts_at", "ends_at", "planned_minutes", "planned_stated",
            "crew", "crew_stated", "target_units", "target_stated", "status", "closed_by", "closed_at", "handover_note"]), floor.line_shifts),
        (table("t_hour_sign_off", &["client_id", "production_date", "shift_id", "line_id", "hour", "remark", "signed_by", "signed_at"]), floor.signed),
        (table("t_production_entry", &["client_id", "entry_id", "production_date", "shift_id", "line_id", "counted_at", "product_id", "work_order_id", "job_id", "units",
            "defects", "scrap", "rework", "startup_defects", "ideal_cycle_ms", "labour_standard_ms", "standard_source", "late", "estimated", "notes"]), floor.counts),
        (table("t_downtime_entry", &["client_id", "entry_id", "stop_id", "production_date", "shift_id", "line_id", "work_order_id", "reason", "loss", "started_at",
            "ended_at", "minutes", "classified_minutes", "micro_stop", "counted", "late", "notes"]), floor.stops),
        (table("t_quality_entry", &["client_id", "entry_id", "production_date", "shift_id", "line_id", "work_order_id", "job_id", "part_number", "opportunities_per_unit",
            "stage", "inspected", "passed", "reworked", "repaired", "scrapped", "inspector", "late", "notes"]), floor.inspections),
        (table("t_defect_detail", &["client_id", "quality_entry_id", "defect_type", "count", "cause"]), floor.defects),
    ]
}

impl Floor {
    fn dice(&self, kind: &str, below: i64) -> i64 {
        dice(self.client, kind, self.number, below)
    }

    /// Who entered it: one of the client's own three.
    fn by(&self) -> String {
        let [one, other, leader] = people_of(self.client).map(|(login, _)| login);
        match self.number % 3 {
            0 => one,
            1 => other,
            _ => leader,
        }
    }

    fn line_shift(&mut self, date: crate::domain::clock::ProductionDate, number: usize, line: &str) {
        let times = window(self.client, number, date);
        let closed = date < TODAY.plus_days(-3);
        let shift_id = shift(number).shift_id;
        let place: Vec<Value> = args![date, &shift_id, line];
        // Nobody is told of a note of their own, and everybody has to be told something.
        let closed_by = if self.client == 11 { "anna".to_owned() } else { people_of(self.client)[2].0.clone() };
        let note = format!("hand-over of {}", marker(self.client));
        let values = args![
            i64::from(i32::MIN),
            times.starts_at,
            times.ends_at,
            450 - self.dice("planned", 60),
            self.number % 4 == 0,
            3 + self.dice("crew", 5),
            self.number % 5 == 0,
            800 + self.dice("target", 500),
            self.number % 2 == 0,
            if closed { "closed" } else { "open" },
            closed.then_some(closed_by),
            closed.then_some(times.ends_at),
            closed.then_some(note)
        ];
        let row = self.row(&place, None, values);
        self.line_shifts.push((row, self.by(), times.starts_at));
        if self.number % 3 == 0 {
            let (leader, at) = (people_of(self.client)[2].0.clone(), times.starts_at.plus_minutes(70));
            let remark = format!("remark of {}", marker(self.client));
            let signed = self.row(&place, None, args![0_i64, remark, &leader, at]);
            self.signed.push((signed, leader, at));
        }
        self.count(&place, times.starts_at);
        self.stop(&place, times.starts_at, date == TODAY && line == "L2");
        self.inspection(&place, times.starts_at);
        self.number += 1;
    }

    /// Client, the entry's key where it has one, the line shift, and the rest.
    fn row(&self, place: &[Value], entry: Option<u128>, rest: Vec<Value>) -> Vec<Value> {
        let entry = entry.map(|kind| Value::from(entry_id(kind, self.number.cast_unsigned().into())));
        let client = args![&key(self.client)];
        client.into_iter().chain(entry).chain(place.iter().cloned()).chain(rest).collect()
    }

    fn count(&mut self, place: &[Value], starts_at: Instant) {
        let (id, units) = (key(self.client), 200 + self.dice("units", 900));
        let defects = self.dice("defects", 40);
        let scrap = self.dice("scrap", defects + 1);
        let (product, order, job) = match self.number % 4 {
            0 => (format!("P-{id}"), None, None),
            1 if self.client.is_multiple_of(3) => (SHARED_PRODUCT.to_owned(), None, None),
            2 => ("P1".to_owned(), Some("W2"), Some("J2")),
            _ => ("P1".to_owned(), Some("W1"), None),
        };
        // An order makes one product.
        let (order, job) = match (order, product.as_str()) {
            (Some("W2"), _) if self.client.is_multiple_of(3) => (None, None),
            other => (other.0, job),
        };
        let source = ["product", "history", "none"][usize::try_from(self.dice("source", 3)).unwrap()];
        let removed = if self.number % 7 == 3 { "removed " } else { "" };
        let rest = args![
            Some(starts_at.plus_minutes(60 + self.dice("minute", 60))).filter(|at| *at < NOW),
            product,
            order,
            job,
            units,
            defects,
            scrap,
            defects - scrap,
            self.dice("startup", scrap + 1),
            (source != "none").then(|| 1500 + self.dice("cycle", 2500)),
            Some(3000 + self.dice("labour", 900)),
            source,
            self.number % 6 == 0,
            source == "history",
            format!("{removed}count of {}", marker(self.client))
        ];
        let row = self.row(place, Some(1), rest);
        self.counts.push((row, self.by(), starts_at.plus_minutes(130)));
    }

    fn stop(&mut self, place: &[Value], starts_at: Instant, is_running: bool) {
        if !is_running && self.dice("stop", 3) == 0 {
            return;
        }
        let codes = [("UNCLASSIFIED", "breakdown"), ("JAM", "small_stop"), ("SETUP", "setup"), ("BREAK", "planned")];
        let (code, loss) = codes[usize::try_from(self.dice("reason", 4)).unwrap()];
        let from =
            if is_running { NOW.plus_minutes(-30 - self.dice("since", 60)) } else { starts_at.plus_minutes(150) };
        let minutes = (!is_running).then(|| self.dice("minutes", 90));
        let removed = if self.number % 9 == 4 && !is_running { "removed " } else { "" };
        let stop = entry_id(2, self.number.cast_unsigned().into());
        let rest = args![
            (self.number % 3 == 0).then_some("W1"),
            code,
            loss,
            from,
            minutes.map(|minutes| from.plus_minutes(minutes)),
            minutes,
            minutes,
            loss != "planned" && minutes.is_some_and(|minutes| minutes < 3),
            true,
            false,
            format!("{removed}stop of {}", marker(self.client))
        ];
        let mut row = self.row(place, Some(2), rest);
        row.insert(2, Value::from(stop));
        self.stops.push((row, self.by(), from));
    }

    /// A count and a stop under ids that no other client has.
    fn own(&mut self) {
        for rows in [&mut self.counts, &mut self.stops] {
            // A running one would be the second of its line.
            let (mut values, by, at) = rows.iter().find(|row| row.0[11] != Value::Int(None)).unwrap().clone();
            let kind = if values.len() == 20 { 1 } else { 2 };
            values[1] = Value::from(own_id(kind, self.client));
            if kind == 2 {
                // Without clock times it overlaps nothing.
                values[2] = values[1].clone();
                (values[9], values[10]) = (Value::Int(None), Value::Int(None));
            }
            rows.push((values, by, at));
        }
    }

    fn inspection(&mut self, place: &[Value], starts_at: Instant) {
        if self.dice("inspected", 2) == 0 && self.number != 0 {
            return;
        }
        let inspected = 20 + self.dice("inspected", 100);
        let failed = self.dice("failed", 9);
        let scrapped = self.dice("scrapped", failed + 1);
        let part = (self.number % 3 != 0).then_some("PN-1");
        let rest = args![
            Some("W1").filter(|_| self.number % 4 == 1),
            None::<&str>,
            part,
            part.map(|_| 2 + dice(self.client, "part", 1, 30)),
            if self.number % 2 == 0 { "sewing" } else { "final" },
            inspected,
            inspected - failed,
            failed - scrapped,
            0_i64,
            scrapped,
            format!("inspector of {}", marker(self.client)),
            false,
            format!("inspection of {}", marker(self.client))
        ];
        let row = self.row(place, Some(3), rest);
        let at = starts_at.plus_minutes(200);
        self.inspections.push((row, self.by(), at));
        let kinds = if failed > 1 { &["STAIN", "HOLE"][..] } else { &["UNCLASSIFIED"] };
        for kind in kinds {
            let entry = entry_id(3, self.number.cast_unsigned().into());
            let cause = format!("cause of {}", marker(self.client));
            let values = args![&key(self.client), entry, *kind, 1 + self.dice(kind, 4), cause];
            self.defects.push((values, self.by(), at));
        }
    }
}
