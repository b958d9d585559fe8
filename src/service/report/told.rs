//! What a KPI tells beside its figure, in words: stages, ages by bucket, the employees of the Bradford factor.

use super::grouped;
use crate::kpi::{Ages, Detail, KpiValue, Unit};

/// Employees that are named.
const EMPLOYEES: usize = 5;

/// The lines beside a figure; none where it stands for itself.
pub fn told(value: &KpiValue) -> Vec<String> {
    match &value.detail {
        Detail::None => Vec::new(),
        Detail::StageYields(stages) | Detail::RolledStages(stages) => {
            let inspected = stages.inspected();
            let left_out: Vec<_> = stages.left_out().into_iter().map(ToString::to_string).collect();
            let yields = inspected
                .iter()
                .map(|(stage, sums)| format!("{stage} {}", Unit::Percent.text(sums.fpy())))
                .collect::<Vec<_>>()
                .join(", ");
            let mut lines = Vec::new();
            if !yields.is_empty() {
                lines.push(format!("by stage: {yields}"));
            }
            if !left_out.is_empty() {
                lines.push(format!("nothing inspected: {}", left_out.join(", ")));
            }
            lines
        }
        Detail::WithoutOpportunities { share, .. } => match share {
            Some(share) if share.numerator() > 0 => {
                vec![format!("{} of the inspected units have no opportunity count", Unit::Percent.text(Some(*share)))]
            }
            _ => Vec::new(),
        },
        Detail::Orders(ages) => aged(ages, "orders"),
        Detail::Holds(ages) => aged(ages, "holds"),
        Detail::Employees(employees) => {
            let named = employees.iter().take(EMPLOYEES).map(|employee| {
                let (spells, days) = (plural(employee.spells, "spell"), plural(employee.days, "day"));
                format!(
                    "{} {}: {} points ({spells}, {days})",
                    employee.employee_number,
                    employee.name,
                    grouped(employee.points.into())
                )
            });
            let mut lines: Vec<String> = named.collect();
            if employees.len() > EMPLOYEES {
                lines.push(format!("and {} more", employees.len() - EMPLOYEES));
            }
            lines
        }
    }
}

fn plural(number: i64, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{} {what}s", grouped(number.into())) }
}

fn aged(ages: &Ages, what: &str) -> Vec<String> {
    let Some(oldest) = ages.oldest_net_days() else { return Vec::new() };
    let bucket = |(days, bucket): (&str, crate::kpi::Bucket)| format!("{days} d: {}", grouped(bucket.count.into()));
    let buckets: Vec<_> = ages.buckets().filter(|(_, bucket)| bucket.count > 0).map(bucket).collect();
    let mut lines = vec![format!(
        "{} {what} with {} units; {}; oldest {oldest} d",
        grouped(ages.count().into()),
        grouped(ages.units().into()),
        buckets.join(", ")
    )];
    if ages.mean_gross() != ages.mean_net() {
        let gross = Unit::Days.text(ages.mean_gross());
        lines.push(format!("{gross} with the time on hold, oldest {} d", ages.oldest_gross_days().unwrap_or(oldest)));
    }
    lines
}
