//! How one cell of a list is written.

use crate::domain::list::{Cell, CellKind};

/// A cell as text, in a column of `width`; a time is short where the column is.
pub fn written(cell: &Cell, width: u16, missing: &str) -> String {
    match cell {
        Cell::Missing => missing.to_owned(),
        Cell::Text(text) => text.replace('_', " "),
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

/// Whether cells of this kind stand on the right.
pub const fn is_figure(kind: CellKind) -> bool {
    matches!(kind, CellKind::Number)
}
