//! `kpi-ops export`: what the scope allows, as CSV, spreadsheet or JSON.

use super::failure::{Exit, Failure};
use super::login::log_in;
use super::output;
use super::replaced::Replaced;
use crate::config::Config;
use crate::domain::clock::ProductionDate;
use crate::domain::entity::Entity;
use crate::domain::id::ClientId;
use crate::domain::reject::Reject;
use crate::kpi::Window;
use crate::service::{Answer, CsvRows, Desk, ExportQuery, ExportRows, Exported, JsonRows, Query, SheetRows};
use clap::{Args, ValueEnum};
use indicatif::ProgressBar;
use std::io::{self, BufWriter, IsTerminal};
use std::path::{Path, PathBuf};

/// Without a terminal a line is written after this many rows of a file.
const ROWS_A_LINE: u64 = 10_000;

/// What to export, and where to.
#[derive(Debug, Args)]
#[command(after_help = HELP)]
pub struct Export {
    /// What the rows are: an entity of `import`, or kpis
    #[arg(value_name = "ENTITY|kpis", value_parser = exported)]
    what: Exported,
    /// The first production date, YYYY-MM-DD
    #[arg(long, value_name = "D", value_parser = date, requires = "to")]
    from: Option<ProductionDate>,
    /// The last production date; it counts too
    #[arg(long, value_name = "D", value_parser = date, requires = "from")]
    to: Option<ProductionDate>,
    /// Only this client; may be given again [default: every client you have]
    #[arg(long = "client", value_name = "ID")]
    clients: Vec<ClientId>,
    /// How it is written
    #[arg(long, value_enum)]
    format: Format,
    /// The file [default: standard output]
    #[arg(short, long = "output", value_name = "FILE")]
    output: Option<PathBuf>,
}

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// As `import` reads it
    Csv,
    /// A spreadsheet with real numbers and dates; needs -o
    Xlsx,
    /// An array of objects
    Json,
}

const HELP: &str = "\
The columns are those of `import`, so that the file of one client can be imported again; where several clients are in
view, client_id stands before them.

production, downtime, quality and attendance are exported by production date; holds by the day they began; work-orders
by the date they are required, else received, else planned to start (without any of them, always), and jobs with their
orders. codes, products, shifts, lines, employees, part-opportunities and targets are exported whole and need no dates.
Stops that still run and holds that nobody has granted are left out, because no import takes them. kpis are the figures
of `kpi --by day`, client by client.

Times are RFC 3339 with the client's offset (in a spreadsheet: local times). In CSV, text that a spreadsheet would take
for a formula (it begins with = + - @) has an apostrophe before it, which `import` takes away again. An existing file
is replaced when the new one is whole.";

fn exported(raw: &str) -> Result<Exported, String> {
    Exported::parse(raw).ok_or_else(|| format!("it is one of {}, kpis", Entity::choices()))
}

fn date(raw: &str) -> Result<ProductionDate, Reject> {
    ProductionDate::parse("date", raw)
}

/// Exports.
pub async fn run(config: &Config, export: Export) -> Result<Exit, Failure> {
    let window = window(&export)?;
    if export.format == Format::Xlsx && export.output.is_none() {
        return Err(Failure::Usage("a spreadsheet needs a file: name it with -o FILE.xlsx".into()));
    }
    let mut desk = log_in(config).await?;
    if !export.clients.is_empty() {
        desk = desk.narrow(Some(export.clients.clone())).await?;
    }
    if let Some(why) = desk.why_nothing_is_in_view() {
        output::note(format_args!("kpi-ops: {why}"));
    }
    let query = ExportQuery { what: export.what, window, after: None };
    let done = match &export.output {
        Some(path) => into_file(&desk, query, export.format, path).await,
        None => into_standard_output(&desk, query, export.format).await,
    };
    desk.close().await;
    done.map(|()| Exit::Done)
}

fn window(export: &Export) -> Result<Option<(ProductionDate, ProductionDate)>, Failure> {
    let window = export.from.zip(export.to);
    match window {
        None if export.what.needs_window() => {
            let why = format!("{} need a window: name it with --from D --to D", export.what.as_str());
            Err(Failure::Usage(why))
        }
        Some((from, to)) => {
            Window::new(from, to).map_err(|reject| Failure::Usage(reject.on("--to").to_string()))?;
            Ok(window)
        }
        None => Ok(None),
    }
}

async fn into_standard_output(desk: &Desk, query: ExportQuery, format: Format) -> Result<(), Failure> {
    let out = BufWriter::new(io::stdout());
    let mut rows: Box<dyn ExportRows> = match format {
        Format::Csv | Format::Xlsx => Box::new(CsvRows::new(out)),
        Format::Json => Box::new(JsonRows::new(out)),
    };
    let exported = copy(desk, query, rows.as_mut(), |_| {}).await?;
    say_left_out(exported.left_out);
    Ok(())
}

async fn into_file(desk: &Desk, query: ExportQuery, format: Format, path: &Path) -> Result<(), Failure> {
    let what = query.what.as_str();
    let file = Replaced::begin(path)?;
    let out = BufWriter::new(file.handle()?);
    let mut rows: Box<dyn ExportRows> = match format {
        Format::Csv => Box::new(CsvRows::new(out)),
        Format::Xlsx => Box::new(SheetRows::new(out, what)),
        Format::Json => Box::new(JsonRows::new(out)),
    };
    let spinner = io::stderr().is_terminal().then(ProgressBar::new_spinner);
    let mut next_line = ROWS_A_LINE;
    let exported = copy(desk, query, rows.as_mut(), |written| match &spinner {
        Some(spinner) => {
            spinner.set_message(format!("{written} rows written"));
            spinner.tick();
        }
        None if written >= next_line => {
            output::note(format_args!("{written} rows written"));
            next_line = written + ROWS_A_LINE;
        }
        None => {}
    })
    .await;
    if let Some(spinner) = spinner {
        spinner.finish_and_clear();
    }
    let exported = exported?;
    drop(rows);
    file.end()?;
    say_left_out(exported.left_out);
    output::line(format_args!("{what}: {} rows in {}", exported.rows, path.display()))
}

/// What was exported.
struct Copied {
    rows: u64,
    /// How many rows were left out, and what they are.
    left_out: Option<(u64, &'static str)>,
}

/// Copies page after page; `progress` is told after each of them.
async fn copy(
    desk: &Desk,
    mut query: ExportQuery,
    rows: &mut dyn ExportRows,
    mut progress: impl FnMut(u64),
) -> Result<Copied, Failure> {
    let (mut written, mut left_out, mut is_first) = (0, 0, true);
    loop {
        let Answer::Export(page) = desk.ask(Query::Export(query.clone())).await? else {
            return Err(Failure::failed("the plant answered something else"));
        };
        if is_first {
            rows.header(&page.columns).map_err(|error| broken(&error))?;
            is_first = false;
        }
        for row in &page.rows {
            rows.row(row).map_err(|error| broken(&error))?;
            written += 1;
        }
        left_out += page.left_out;
        progress(written);
        if page.next.is_none() {
            break;
        }
        query.after = page.next;
    }
    rows.end().map_err(|error| broken(&error))?;
    let left_out = (left_out > 0).then_some((left_out, query.what.left_out_name()));
    Ok(Copied { rows: written, left_out })
}

fn say_left_out(left_out: Option<(u64, &'static str)>) {
    if let Some((count, what)) = left_out {
        output::note(format_args!("kpi-ops: left out, because no import takes them: {count} {what}"));
    }
}

/// A closed pipe ends the command quietly.
fn broken(error: &io::Error) -> Failure {
    match error.kind() {
        io::ErrorKind::BrokenPipe => Failure::NobodyReads,
        _ => Failure::Failed(format!("cannot write: {error}")),
    }
}
