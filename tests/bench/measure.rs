//! Times, their medians, and the table they end in.

use std::time::{Duration, Instant};

/// The median.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Microseconds.
pub fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

/// How long something takes, and what it gives.
pub async fn timed<T>(work: impl Future<Output = T>) -> (f64, T) {
    let begun = Instant::now();
    let given = work.await;
    (micros(begun.elapsed()), given)
}

/// A time as people read it.
pub fn time(micros: f64) -> String {
    match micros {
        micros if micros < 1_000.0 => format!("{micros:.0} µs"),
        micros if micros < 1_000_000.0 => format!("{:.2} ms", micros / 1e3),
        micros => format!("{:.2} s", micros / 1e6),
    }
}

/// What was measured against its budget.
pub struct Row {
    number: &'static str,
    what: String,
    budget: String,
    measured: String,
    met: Option<bool>,
}

/// The table of the README.
#[derive(Default)]
pub struct Table {
    rows: Vec<Row>,
}

impl Table {
    /// Something that must be so many times faster than something else.
    pub fn faster(&mut self, number: &'static str, what: &str, at_least: f64, ours: f64, theirs: f64) {
        let ratio = theirs / ours;
        let measured = format!("{ratio:.1} × ({} against {})", time(ours), time(theirs));
        self.add(number, what, format!("≥ {at_least} ×"), measured, Some(ratio >= at_least));
    }

    /// Something that may take so many times as long as something else.
    pub fn at_most(&mut self, number: &'static str, what: &str, most: f64, ours: f64, base: f64) {
        let ratio = ours / base;
        let measured = format!("{ratio:.2} × ({} against {})", time(ours), time(base));
        self.add(number, what, format!("≤ {most} ×"), measured, Some(ratio <= most));
    }

    /// Something that could not be measured, and why.
    pub fn missing(&mut self, number: &'static str, what: &str, budget: &str, why: &str) {
        self.add(number, what, budget.into(), format!("not measured: {why}"), None);
    }

    /// Any row.
    pub fn add(&mut self, number: &'static str, what: &str, budget: String, measured: String, met: Option<bool>) {
        eprintln!("{number} {what}: {measured}");
        self.rows.push(Row { number, what: what.into(), budget, measured, met });
    }

    /// Prints it as Markdown.
    pub fn print(&self) {
        println!("| # | what | budget | measured | met |\n|---|---|---|---|---|");
        for Row { number, what, budget, measured, met } in &self.rows {
            let met = match met {
                Some(true) => "yes",
                Some(false) => "**no**",
                None => "—",
            };
            println!("| {number} | {what} | {budget} | {measured} | {met} |");
        }
    }
}
