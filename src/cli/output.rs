//! What a command says: results on standard output, everything else on standard error. Nothing that goes through here can
//! steer the terminal that shows it, whatever somebody has planted in the database, a file or an argument.

use super::failure::Failure;
use crate::domain::text::{shown, shown_lines};
use std::io::Write;
use unicode_width::UnicodeWidthStr;

/// Writes one line of results, or several. A closed pipe ends the command quietly.
pub fn line(text: impl std::fmt::Display) -> Result<(), Failure> {
    writeln!(std::io::stdout(), "{}", shown_lines(&text.to_string())).map_err(|error| match error.kind() {
        std::io::ErrorKind::BrokenPipe => Failure::NobodyReads,
        _ => Failure::failed(error),
    })
}

/// Says something beside the results.
pub fn note(text: impl std::fmt::Display) {
    eprintln!("{}", shown_lines(&text.to_string()));
}

/// Writes rows below headings, in columns as wide as they need.
pub fn table<const N: usize>(headings: [&str; N], rows: &[[String; N]]) -> Result<(), Failure> {
    let headings = headings.map(str::to_owned);
    let rows: Vec<[String; N]> = rows.iter().map(|row| row.each_ref().map(|cell| shown(cell).into_owned())).collect();
    let all = || std::iter::once(&headings).chain(&rows);
    let widths: [usize; N] = std::array::from_fn(|column| {
        all().filter_map(|row| row.get(column)).map(|cell| cell.width()).max().unwrap_or(0)
    });
    for row in all() {
        let cells = row.iter().zip(widths).map(|(cell, width)| format!("{cell}{}", " ".repeat(width - cell.width())));
        line(cells.collect::<Vec<_>>().join("  ").trim_end())?;
    }
    Ok(())
}
