//! `kpi-ops import`: history and master data from CSV files.

use super::failure::{Exit, Failure};
use super::login::log_in;
use super::output;
use crate::config::Config;
use crate::service::{self, Entity, ImportProgress, ImportReport};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use std::io::IsTerminal;
use std::path::{Path, PathBuf};

/// Without a terminal a line is written after this many rows.
const ROWS_A_LINE: u64 = 10_000;

/// What to import, and how.
#[derive(Debug, Args)]
#[command(after_help = columns_help())]
pub struct Import {
    /// What the rows are
    #[arg(value_name = "ENTITY", value_parser = entity)]
    entity: Entity,
    /// The file: UTF-8, a header, commas or semicolons
    #[arg(value_name = "FILE.csv")]
    file: PathBuf,
    /// The client it belongs to; not needed where there is only one, nor for products, shifts and codes
    #[arg(long, value_name = "ID")]
    client: Option<String>,
    /// Say what would happen; write nothing but the file of rejected rows
    #[arg(long)]
    dry_run: bool,
    /// Import nothing if one row is bad
    #[arg(long)]
    all_or_nothing: bool,
}

fn entity(raw: &str) -> Result<Entity, String> {
    Entity::parse(raw).ok_or_else(|| format!("it is one of {}", Entity::choices()))
}

fn columns_help() -> String {
    let mut text = String::from(
        "Good rows are imported; bad ones go to FILE.rejected.csv with their line, column and reason (exit 3; with\n\
         --all-or-nothing nothing is imported then). Importing a file again changes nothing: rows with a key are\n\
         updated in place (a column that is absent keeps what is there, an empty field clears it); entries are\n\
         recognised by their id, else by their content and how often it has stood in the file so far.\n\n\
         Columns, optional ones in brackets:\n",
    );
    for entity in Entity::ALL {
        text.extend(["  ", entity.as_str(), ": ", &entity.columns_text(), "\n"]);
    }
    text.push_str("\nForms:\n");
    let mut forms: Vec<&str> = Vec::new();
    for column in Entity::ALL.iter().flat_map(|entity| entity.columns()) {
        let is_plain = matches!(column.form, service::Form::Text | service::Form::Key | service::Form::Word);
        if !is_plain && !forms.contains(&column.name) {
            forms.push(column.name);
            text.extend(["  ", column.name, ": ", column.form.hint(), "\n"]);
        }
    }
    text
}

/// Imports the file.
pub async fn run(config: &Config, import: Import) -> Result<Exit, Failure> {
    let desk = log_in(config).await?;
    let request = service::Import {
        entity: import.entity,
        file: &import.file,
        client: import.client.as_deref(),
        dry_run: import.dry_run,
        all_or_nothing: import.all_or_nothing,
    };
    let mut shown = Progress::new();
    let imported = desk.import(&request, |progress| shown.show(progress)).await;
    shown.end();
    desk.close().await;
    let report = imported?;
    say_refusals(&import.file, &report);
    say_result(import.entity, import.dry_run, &report)?;
    Ok(if report.rejected == 0 { Exit::Done } else { Exit::InPart })
}

/// The refusals, on standard error.
fn say_refusals(file: &Path, report: &ImportReport) {
    for (line, reject) in &report.refusals {
        output::note(format_args!("{}:{line}: {reject}", file.display()));
    }
    let more = report.rejected.saturating_sub(u64::try_from(report.refusals.len()).unwrap_or(0));
    if more > 0 {
        output::note(format_args!("and {more} more"));
    }
    if let Some(path) = &report.rejected_file {
        output::note(format_args!("the rejected rows are in {}", path.display()));
    }
}

/// The result, on standard output.
fn say_result(entity: Entity, dry_run: bool, report: &ImportReport) -> Result<(), Failure> {
    let end = match (report.saved, dry_run) {
        (true, _) => "",
        (false, true) => " (dry run: nothing was written)",
        (false, false) => " (nothing was imported, because a row was rejected)",
    };
    output::line(format!(
        "{entity}: {} rows read, {} new, {} updated, {} unchanged, {} rejected{end}",
        report.read, report.new, report.updated, report.unchanged, report.rejected
    ))?;
    for note in &report.notes {
        output::line(note)?;
    }
    Ok(())
}

/// How far it is: a bar on a terminal, plain lines otherwise.
struct Progress {
    bar: Option<ProgressBar>,
    next_line: u64,
}

impl Progress {
    fn new() -> Self {
        Self { bar: std::io::stderr().is_terminal().then(bar), next_line: ROWS_A_LINE }
    }

    fn show(&mut self, progress: ImportProgress) {
        match &self.bar {
            Some(bar) => {
                bar.set_length(progress.of_bytes);
                bar.set_position(progress.bytes);
                bar.set_message(format!("{} rows", progress.rows));
            }
            None if progress.rows >= self.next_line => {
                output::note(format_args!("{} rows read", progress.rows));
                self.next_line = progress.rows + ROWS_A_LINE;
            }
            None => {}
        }
    }

    fn end(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn bar() -> ProgressBar {
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {percent}% {msg}, {eta} left") {
        bar.set_style(style);
    }
    bar
}
