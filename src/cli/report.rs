//! `kpi-ops report`: the report people send round, as a page, a spreadsheet or plain text.

use super::failure::{Exit, Failure};
use super::login::log_in;
use super::output;
use super::replaced::Replaced;
use crate::config::Config;
use crate::domain::clock::ProductionDate;
use crate::domain::id::ClientId;
use crate::domain::reject::Reject;
use crate::service::{self, ReportKind, report_html, report_sheets, report_text};
use clap::Args;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// Which report, and where to.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub struct Report {
    /// How long it reaches
    #[arg(value_parser = kind_parser())]
    kind: ReportKind,
    /// A production date in it, YYYY-MM-DD [default: yesterday]
    #[arg(long, value_name = "D", value_parser = date)]
    date: Option<ProductionDate>,
    /// Only this client; may be given again [default: every client you have]
    #[arg(long = "client", value_name = "ID")]
    clients: Vec<ClientId>,
    /// The file; its ending says how it is written: .html, .xlsx or .txt
    #[arg(short, long = "output", value_name = "FILE", required = true, value_parser = output_file)]
    output: Output,
}

const HELP: &str = "\
daily is the date, weekly its ISO week (Monday to Sunday), monthly its month; each is compared with the one before it.
Yesterday is the day before today at the first client. The page holds everything in itself: it can be mailed, printed,
and opened without a network. Figures are those of the KPI screen.";

/// A file with the way it is written.
#[derive(Debug, Clone)]
struct Output {
    path: PathBuf,
    form: Form,
}

#[derive(Debug, Clone, Copy)]
enum Form {
    Html,
    Sheets,
    Text,
}

fn kind_parser() -> impl TypedValueParser<Value = ReportKind> {
    PossibleValuesParser::new(ReportKind::ALL.iter().map(|kind| kind.as_str()))
        .try_map(|name| ReportKind::parse(&name).ok_or_else(|| format!("choose one of {}", ReportKind::choices())))
}

fn date(raw: &str) -> Result<ProductionDate, Reject> {
    ProductionDate::parse("date", raw)
}

fn output_file(raw: &str) -> Result<Output, String> {
    let path = PathBuf::from(raw);
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    let form = match ending.as_str() {
        "html" | "htm" => Form::Html,
        "xlsx" => Form::Sheets,
        "txt" => Form::Text,
        _ => return Err("name a file that ends in .html, .xlsx or .txt".to_owned()),
    };
    Ok(Output { path, form })
}

/// Makes the report and writes it.
pub async fn run(config: &Config, report: Report) -> Result<Exit, Failure> {
    let mut desk = log_in(config).await?;
    if !report.clients.is_empty() {
        desk = desk.narrow(Some(report.clients)).await?;
    }
    if let Some(why) = desk.why_nothing_is_in_view() {
        output::note(format_args!("kpi-ops: {why}"));
    }
    let made = desk.report(report.kind, report.date.unwrap_or_else(|| desk.yesterday())).await;
    desk.close().await;
    let made = made?;
    write(&made, report.output.form, &report.output.path)?;
    output::line(format_args!("{} report, {}, in {}", made.kind, made.period, report.output.path.display()))?;
    Ok(Exit::Done)
}

fn write(report: &service::Report, form: Form, path: &Path) -> Result<(), Failure> {
    let file = Replaced::begin(path)?;
    let mut out = BufWriter::new(file.handle()?);
    let written = match form {
        Form::Html => out.write_all(report_html(report).as_bytes()),
        Form::Text => out.write_all(report_text(report).as_bytes()),
        Form::Sheets => report_sheets(report, &mut out),
    };
    written
        .and_then(|()| out.flush())
        .map_err(|error| Failure::Failed(format!("cannot write {}: {error}", path.display())))?;
    drop(out);
    file.end()
}
