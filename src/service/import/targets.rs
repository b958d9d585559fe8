//! Targets of KPIs, exact to the millionth.

use super::fields::Fields;
use super::keyed::{merge, stored};
use super::{Bench, Item, Verdict};
use crate::domain::clock::ProductionDate;
use crate::domain::measure::decimal;
use crate::domain::reject::Reject;
use crate::kpi::{Kpi, Target};
use crate::service::Problem;
use crate::store::WriteTx;
use crate::store::import::master::TargetRecord;

/// Decimals that a target keeps.
const PLACES: usize = 6;

/// Targets of the client.
pub(super) async fn batch(
    tx: &mut WriteTx,
    bench: &mut Bench<'_>,
    items: &[Item<'_>],
) -> Result<Vec<Verdict>, Problem> {
    let client = &bench.client()?.client_id;
    let known =
        stored(tx, Some(client), &[] as &[ProductionDate], |row: &TargetRecord| (Kpi::parse(&row.kpi), row.valid_from))
            .await?;
    let merged = merge(items, &known, key, |fields, (kpi, valid_from), before| {
        let kpi = kpi.ok_or_else(missing)?;
        let number = |name: &'static str| move |text: &str| decimal(name, text, PLACES);
        let target_micro = fields.must("target", number("target"))?;
        let warning = fields.may("warn", number("warn"))?;
        let warning_micro = warning.over(before.and_then(|row| row.warning_micro));
        Target::checked(kpi, target_micro, warning_micro)?;
        let kpi = kpi.as_str().to_owned();
        Ok(TargetRecord { client_id: client.clone(), kpi, valid_from, target_micro, warning_micro })
    });
    merged.save(tx, bench).await
}

/// A target without a date holds from the beginning of time.
fn key(fields: &Fields<'_>) -> Result<(Option<Kpi>, ProductionDate), Reject> {
    let kpi = Some(fields.word("kpi", Kpi::parse, Kpi::choices)?.value().ok_or_else(missing)?);
    let valid_from = fields.date_opt("valid_from")?.value().unwrap_or(ProductionDate::BEGINNING);
    Ok((kpi, valid_from))
}

fn missing() -> Reject {
    Reject::new("kpi", "is missing", "name the KPI")
}
