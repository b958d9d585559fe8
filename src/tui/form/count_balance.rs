//! What stands beside the figures of a count while they are typed: where the time of the shift so far went if it is saved
//! like this, and how the line stands against its target.

use super::{Form, FormKind};
use crate::domain::measure::{MILLIS_PER_MINUTE, whole};
use crate::kpi::Tally;
use crate::kpi::explain::minutes;
use crate::kpi::pace::Pace;
use crate::kpi::production::balance;
use crate::service::LineNow;
use crate::tui::widget::Pen;
use std::fmt::Display;

/// What stands beside a field of a count; nothing where the shift is not the one that is on.
pub fn beside(pen: &Pen, form: &Form, field: &str) -> String {
    let Some(line) = line_now(form).filter(|_| form.kind == FormKind::Count) else { return String::new() };
    let units = whole("units", form.text("units")).unwrap_or(0).max(0);
    let tally = with(form, &line.tally, units);
    let told = |text: &str, millis: i128| {
        // A tenth of a minute says no more here than the minute.
        let whole = millis / i128::from(MILLIS_PER_MINUTE) * i128::from(MILLIS_PER_MINUTE);
        pen.language.tell(text, &[("minutes", &minutes(whole))])
    };
    let balance = balance(&tally);
    match field {
        "units" => told("shift so far {minutes}", balance.planned_millis),
        "defects" => told("= stops {minutes}", balance.planned_stop_millis + balance.unplanned_stop_millis),
        "scrap" if tally.units_without_cycle > line.tally.units_without_cycle => {
            pen.say("+ earned: no ideal cycle is known").to_owned()
        }
        "scrap" => told("+ earned {minutes}", balance.earned_millis),
        "rework" => {
            let over = if balance.unexplained_millis < 0 { format!(" {}", pen.glyphs.warn) } else { String::new() };
            told("+ unexplained {minutes}", balance.unexplained_millis) + &over
        }
        "startup_defects" => pace(pen, &Pace { made: tally.units, ..line.pace }),
        _ => String::new(),
    }
}

/// The line in the shift that the form names.
fn line_now(form: &Form) -> Option<&LineNow> {
    let is_named = |line: &&LineNow| {
        line.line_id.as_str() == form.text("line_id")
            && (form.text("shift_id").is_empty() || line.shift_id.as_str() == form.text("shift_id"))
            && (form.text("production_date").is_empty()
                || line.production_date.to_string() == form.text("production_date"))
    };
    form.help.as_deref()?.lines_now.iter().find(is_named)
}

/// The tally with the typed units, by the cycle that a save would take where one is stated.
fn with(form: &Form, tally: &Tally, units: i64) -> Tally {
    let help = form.help.as_deref();
    let of_order = help.and_then(|help| {
        help.order_cycles
            .iter()
            .find(|(order, _)| order.as_str() == form.text("work_order_id"))
            .map(|(_, cycle)| *cycle)
    });
    let of_product = || {
        let mut cycles = help?.product_cycles.iter();
        cycles.find(|(product, _)| product.as_str() == form.text("product_id")).map(|(_, cycle)| *cycle)
    };
    let count = match of_order.or_else(of_product) {
        Some(cycle) => Tally { units, earned_millis: i128::from(units) * i128::from(cycle.get()), ..Tally::default() },
        None => Tally { units, units_without_cycle: units, ..Tally::default() },
    };
    *tally + count
}

fn pace(pen: &Pen, pace: &Pace) -> String {
    let values =
        |due: &dyn Display| pen.language.tell("made {made} of {due} due", &[("made", &pace.made), ("due", due)]);
    match pace.target_so_far(pen.now) {
        Some(due) if pace.made < due => format!("{} {}", values(&due), pen.glyphs.warn),
        Some(due) => values(&due),
        None => pen.language.tell("made {made}, no target", &[("made", &pace.made)]),
    }
}
