//! How a KPI came about in words: its formula with the sums put in, or what it lacks. Screens, reports and
//! exports say it in these words.

use super::catalogue::Kpi;
use super::ratio::Ratio;
use super::sums::{Sums, figure};
use super::tally::Tally;
use crate::domain::measure::MILLIS_PER_MINUTE;

/// The factors of OEE.
const FACTORS: [Kpi; 3] = [Kpi::Availability, Kpi::Performance, Kpi::QualityRate];

/// Milliseconds as minutes, with a decimal only where there is one.
pub fn minutes(millis: i128) -> String {
    format!("{} min", quotient(millis, MILLIS_PER_MINUTE.into()))
}

/// A quotient of sums with one decimal, or none where it is whole.
fn quotient(sum: i128, by: i128) -> String {
    let text = Ratio::new(sum, by).map_or_else(String::new, |ratio| ratio.rounded(1, 1));
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// A KPI's formula with the sums in place of its words.
pub fn numbers(kpi: Kpi, sums: &Sums) -> String {
    let tally = &sums.tally;
    let run = tally.run_minutes();
    let text = |kpi: Kpi| kpi.unit().text(figure(kpi, sums));
    match kpi {
        Kpi::Availability => {
            format!("{run} min ÷ ({} min − {} min)", tally.planned_minutes, tally.planned_stop_minutes)
        }
        Kpi::Performance => format!("{} ÷ {run} min", minutes(tally.earned_millis)),
        Kpi::QualityRate => format!("({} − {}) ÷ {0}", tally.units, tally.defects),
        Kpi::Oee => FACTORS.map(text).join(" × "),
        Kpi::Efficiency => format!("{} ÷ {} min", minutes(tally.labour_millis), tally.crew_minutes),
        Kpi::ScrapRate => format!("{} ÷ {}", tally.scrap, tally.units),
        Kpi::ReworkRate => format!("{} ÷ {}", tally.rework, tally.units),
        Kpi::Throughput => format!("{} ÷ {} h", tally.units, quotient(run.into(), 60)),
        Kpi::Mtbf => format!("{run} min ÷ {}", tally.unplanned_stops),
        Kpi::Mttr => format!("{} min ÷ {}", tally.unplanned_stop_minutes, tally.unplanned_stops),
        Kpi::Fpy => format!("{} ÷ {}", tally.passed, tally.inspected),
        Kpi::Rty => stages(sums),
        Kpi::Ppm => format!("({} − {}) ÷ {0} × 1,000,000", tally.inspected, tally.passed),
        Kpi::Dpmo => format!("{} ÷ {} × 1,000,000", tally.opportunity_defects, tally.opportunities),
        Kpi::SigmaLevel => {
            format!("inverse normal of (1 − {} ÷ {}) + 1.5", tally.opportunity_defects, tally.opportunities)
        }
        Kpi::Otd => format!("{} ÷ {}", tally.on_time_orders, tally.due_orders),
        Kpi::Otif => format!("{} ÷ {}", tally.in_full_orders, tally.due_orders),
        Kpi::WipAge => age(sums.wip.mean_net(), "orders"),
        Kpi::HoldAge => age(sums.holds.mean_net(), "holds"),
        Kpi::Absenteeism => format!("{} min ÷ {} min", tally.absence_minutes, tally.scheduled_minutes),
        Kpi::Coverage => format!("{} min ÷ {} min", tally.covered_minutes, tally.absence_minutes),
        Kpi::Bradford => bradford(sums),
    }
}

/// `cut 95.0 % × sew 84.2 %`, and which stages are left out.
fn stages(sums: &Sums) -> String {
    let inspected = sums.stages.inspected();
    let factors = inspected.iter().map(|(stage, sums)| format!("{stage} {}", Kpi::Fpy.unit().text(sums.fpy())));
    let product = factors.collect::<Vec<_>>().join(" × ");
    let left_out: Vec<_> = sums.stages.left_out().into_iter().map(ToString::to_string).collect();
    if left_out.is_empty() { product } else { format!("{product}, without {}", left_out.join(", ")) }
}

fn age(mean: Option<Ratio>, things: &str) -> String {
    mean.map_or_else(String::new, |mean| format!("{} d ÷ {} {things}", mean.numerator(), mean.denominator()))
}

/// The highest factor.
fn bradford(sums: &Sums) -> String {
    let highest = sums.bradford.iter().flatten().max_by_key(|employee| employee.points);
    highest.map_or_else(String::new, |employee| {
        format!("highest {}² × {} = {} ({})", employee.spells, employee.days, employee.points, employee.employee_number)
    })
}

/// What a KPI without a value lacks.
pub fn why_none(kpi: Kpi, sums: &Sums) -> String {
    let tally = &sums.tally;
    if figure(kpi, sums).is_some() {
        return "it has no value split this way".to_owned();
    }
    match kpi {
        Kpi::Performance | Kpi::Efficiency | Kpi::Dpmo | Kpi::SigmaLevel => missing_input(kpi, tally),
        Kpi::Oee => {
            let missing = FACTORS.into_iter().find(|kpi| figure(*kpi, sums).is_none());
            missing.map_or_else(String::new, |missing| why_none(missing, sums))
        }
        Kpi::Bradford => match &sums.bradford {
            None => "kept private by the client's setting, or for leaders and above".to_owned(),
            Some(employees) if employees.is_empty() => "nobody was absent in these 52 weeks".to_owned(),
            Some(_) => "it is a figure of each employee, not of all together".to_owned(),
        },
        Kpi::Availability => "no planned time".to_owned(),
        Kpi::Throughput => "no run time".to_owned(),
        Kpi::QualityRate | Kpi::ScrapRate | Kpi::ReworkRate => "no units".to_owned(),
        Kpi::Mtbf | Kpi::Mttr => "no unplanned stops".to_owned(),
        Kpi::Fpy | Kpi::Rty | Kpi::Ppm => "no inspections".to_owned(),
        Kpi::Otd | Kpi::Otif => "no order was due".to_owned(),
        Kpi::WipAge => "no order in process".to_owned(),
        Kpi::HoldAge => "no open hold".to_owned(),
        Kpi::Absenteeism => "nobody was scheduled".to_owned(),
        Kpi::Coverage => "no absence that counts".to_owned(),
    }
}

/// The first thing that one of the KPIs with several inputs lacks.
fn missing_input(kpi: Kpi, tally: &Tally) -> String {
    let without = |units: i64, what: &str| format!("{units} units have no {what}");
    match kpi {
        Kpi::Performance if tally.units_without_cycle > 0 => without(tally.units_without_cycle, "ideal cycle"),
        Kpi::Efficiency if tally.units_without_labour_standard > 0 => {
            without(tally.units_without_labour_standard, "labour standard")
        }
        Kpi::Efficiency if tally.minutes_without_crew > 0 => {
            format!("the crew of {} planned minutes is unknown", tally.minutes_without_crew)
        }
        Kpi::Efficiency => "no paid time".to_owned(),
        Kpi::Dpmo | Kpi::SigmaLevel if tally.inspected == 0 => "no inspections".to_owned(),
        Kpi::Dpmo | Kpi::SigmaLevel if tally.opportunities == 0 => {
            "the opportunities of the inspected parts are not known".to_owned()
        }
        Kpi::SigmaLevel if tally.opportunity_defects == 0 => {
            format!("no defect in {} opportunities: beyond every level", tally.opportunities)
        }
        Kpi::SigmaLevel => "there are as many defects as opportunities".to_owned(),
        _ => "no run time".to_owned(),
    }
}

#[cfg(test)]
mod tests;
