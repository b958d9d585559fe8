//! `kpi-ops kpi`: the KPI panel, without the panel. Its JSON and CSV are a contract (4-cli.md); its table is for people.

use super::failure::{Exit, Failure};
use super::kpi_table;
use super::login::log_in;
use super::output;
use crate::config::Config;
use crate::domain::clock::ProductionDate;
use crate::domain::id::{ClientId, LineId, ProductId, ShiftId};
use crate::domain::reject::Reject;
use crate::domain::text::shielded;
use crate::kpi::{By, KpiValue, Target, Window};
use crate::service::{Answer, KpiQuery, KpiReport, Query};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};

/// Which KPIs, and how they are written.
#[derive(Debug, Args)]
pub struct KpiArguments {
    /// The first production date, YYYY-MM-DD
    #[arg(long, value_name = "D", value_parser = date)]
    from: ProductionDate,
    /// The last production date; it counts too
    #[arg(long, value_name = "D", value_parser = date)]
    to: ProductionDate,
    /// Only this client; may be given again [default: every client you have]
    #[arg(long = "client", value_name = "ID")]
    clients: Vec<ClientId>,
    /// Only this line
    #[arg(long, value_name = "ID")]
    line: Option<LineId>,
    /// Only this shift
    #[arg(long, value_name = "ID")]
    shift: Option<ShiftId>,
    /// Only this product; only the rates of units have a value then
    #[arg(long, value_name = "ID")]
    product: Option<ProductId>,
    /// One group for each
    #[arg(long, value_parser = by_parser())]
    by: Option<By>,
    /// How it is written
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// How results are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Table,
    /// For programs
    Json,
    /// For spreadsheets
    Csv,
}

fn date(raw: &str) -> Result<ProductionDate, Reject> {
    ProductionDate::parse("date", raw)
}

fn by_parser() -> impl TypedValueParser<Value = By> {
    PossibleValuesParser::new(By::ALL.iter().map(|by| by.as_str()))
        .try_map(|name| By::parse(&name).ok_or_else(|| format!("choose one of {}", By::choices())))
}

/// Asks and writes.
pub async fn run(config: &Config, arguments: KpiArguments) -> Result<Exit, Failure> {
    let KpiArguments { from, to, clients, line, shift, product, by, format } = arguments;
    Window::new(from, to).map_err(|reject| Failure::Usage(reject.on("--to").to_string()))?;
    let query = KpiQuery { from, to, line_id: line, shift_id: shift, product_id: product, by };
    let mut desk = log_in(config).await?;
    if !clients.is_empty() {
        desk = desk.narrow(Some(clients)).await?;
    }
    let asked = desk.ask(Query::Kpis(query)).await;
    desk.close().await;
    let Answer::Kpis(report) = asked? else {
        return Err(Failure::failed("the plant answered something else"));
    };
    if let Some(why) = desk.why_nothing_is_in_view() {
        output::note(format_args!("kpi-ops: {why}"));
    }
    let text = match format {
        Format::Table => kpi_table::text(&report),
        Format::Json => serde_json::to_string(&report).map_err(Failure::failed)?,
        Format::Csv => csv_text(&report).map_err(Failure::failed)?,
    };
    output::line(text.trim_end())?;
    Ok(Exit::Done)
}

/// The columns of the CSV.
const COLUMNS: [&str; 11] =
    ["from", "to", "group", "kpi", "value", "unit", "numerator", "denominator", "target", "status", "inferred_share"];

fn csv_text(report: &KpiReport) -> Result<String, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    for group in &report.groups {
        let label = group.group.as_deref().map(shielded).unwrap_or_default();
        for value in group.panel.values() {
            writer.write_record(csv_row(report.window, &label, value))?;
        }
    }
    let bytes = writer.into_inner().map_err(csv::IntoInnerError::into_error)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn csv_row(window: Window, group: &str, value: &KpiValue) -> [String; 11] {
    let number = |number: Option<f64>| number.map(|number| number.to_string()).unwrap_or_default();
    let sum = |sum: Option<i128>| sum.map(|sum| sum.to_string()).unwrap_or_default();
    [
        window.from().to_string(),
        window.to().to_string(),
        group.to_owned(),
        value.kpi.to_string(),
        number(value.value()),
        value.kpi.unit().to_string(),
        sum(value.quotient().map(|(numerator, _)| numerator)),
        sum(value.quotient().map(|(_, denominator)| denominator)),
        number(value.target.map(Target::value)),
        value.status.to_string(),
        number(Some(value.inferred_share)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kpi::{Panel, Tally, Targets};
    use crate::service::KpiGroup;

    #[test]
    fn csv_has_a_row_for_every_kpi_of_every_group() {
        let tally = Tally { line_shifts: 1, planned_minutes: 3, unplanned_stop_minutes: 1, ..Tally::default() };
        let group = |name: &str| KpiGroup {
            group: Some(name.into()),
            panel: Panel::of(&tally.into(), &Targets::default(), &[]),
        };
        let window = Window::ending(ProductionDate(20_605), 2);
        let report = KpiReport { window, clients: Vec::new(), groups: vec![group("=L1"), group("L,2")] };
        let text = csv_text(&report).unwrap();
        let lines: Vec<_> = text.lines().collect();
        assert_eq!(lines.len(), 1 + 2 * 22);
        assert_eq!(lines[1], "2026-05-31,2026-06-01,'=L1,availability,66.66666666666667,percent,2,3,,none,0");
        assert_eq!(lines[2 * 22], "2026-05-31,2026-06-01,\"L,2\",bradford,,points,,,,none,0");
    }
}
