//! How one cell of a list is written.

use super::Pen;
use crate::domain::change::table_title;
use crate::domain::list::{Cell, CellKind, Column, ListRow};

/// Columns whose texts are words of the program, spelled with underscores in tables and files; all others hold what
/// people typed.
const WORDS: [&str; 7] = ["status", "disposition", "loss", "kind", "standard_source", "action", "priority"];

/// A cell as text, in `width` columns; a time is short where the column is.
pub fn written(cell: &Cell, column: &Column, width: u16, missing: &str) -> String {
    match cell {
        Cell::Missing => missing.to_owned(),
        Cell::Text(text) if WORDS.contains(&column.name) => text.replace('_', " "),
        Cell::Text(text) if column.name == "table_name" => table_title(text),
        Cell::Text(text) => text.clone(),
        Cell::Number(number) => number.to_string(),
        Cell::Date(date) => date.to_string(),
        Cell::Time(_, local) => {
            let form = match width {
                ..11 => "%H:%M",
                11..16 => "%m-%d %H:%M",
                _ => "%Y-%m-%d %H:%M",
            };
            local.format(form).to_string()
        }
        Cell::Flag(true) => "yes".to_owned(),
        Cell::Flag(false) => "no".to_owned(),
    }
}

/// A cell as text in the language of the screen: words of the program are said in it, what people typed stays.
pub fn said(pen: &Pen, cell: &Cell, column: &Column, width: u16, missing: &str) -> String {
    let text = written(cell, column, width, missing);
    let is_ours = match cell {
        Cell::Missing | Cell::Flag(_) => true,
        Cell::Text(_) => WORDS.contains(&column.name) || column.name == "table_name",
        Cell::Number(_) | Cell::Date(_) | Cell::Time(..) => false,
    };
    if is_ours { pen.say(&text).to_owned() } else { text }
}

/// Whether cells of this kind stand on the right.
pub const fn is_figure(kind: CellKind) -> bool {
    matches!(kind, CellKind::Number)
}

/// What stands where nothing is known: an end that is missing after a start means that it runs.
pub fn missing_as<'a>(row: &ListRow, columns: &[Column], column: &Column, missing: &'a str) -> &'a str {
    let start = columns.iter().position(|known| known.name == "started_at").and_then(|place| row.cells.get(place));
    let runs = column.name == "ended_at" && matches!(start, Some(Cell::Time(..)));
    if runs { "runs" } else { missing }
}
