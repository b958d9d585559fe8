//! What was found before in the order or the part of the inspection that is being typed, beside its form.

use crate::domain::list::{Cell, List, ListRow};
use crate::tui::form::Form;
use crate::tui::form::plant::PlantForm;
use crate::tui::model::Model;
use crate::tui::widget::boxed::boxed;
use crate::tui::widget::{Pen, row};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// From this width on there is room beside a form.
const WIDE: u16 = 120;
/// Columns of what stands beside it.
const BESIDE: u16 = 36;

/// Draws the inspections before beside the form of one, where there is room; gives what is left for the form.
pub fn beside(model: &Model, pen: &Pen, form: &Form, area: Rect, buffer: &mut Buffer) -> Rect {
    let is_inspection = matches!(form.kind.plant(), Some(PlantForm::Inspection | PlantForm::CorrectInspection(..)));
    if !is_inspection || area.width < WIDE {
        return area;
    }
    let left = Rect { width: area.width - BESIDE, ..area };
    let right = Rect { x: left.right(), width: BESIDE, ..area };
    let (order, part) = (form.text("work_order_id"), form.text("part_number"));
    let page = model.lists.get(List::Quality).and_then(|screen| screen.page.value());
    let rows = page.map(|page| page.rows.as_slice()).unwrap_or_default();
    let is_similar = |row: &&ListRow| {
        let is = |column, wanted: &str| !wanted.is_empty() && text(row, column) == wanted;
        is("work_order_id", order) || is("part_number", part)
    };
    let named: Vec<_> = [order, part].into_iter().filter(|name| !name.is_empty()).collect();
    let title = if named.is_empty() { "Found before".to_owned() } else { format!("Before: {}", named.join(", ")) };
    let inner = boxed(pen, &pen.plain(&title), right, buffer);
    let mut lines: Vec<String> = rows.iter().filter(is_similar).map(told).collect();
    if lines.is_empty() {
        lines.push("nothing yet".to_owned());
    }
    for (place, line) in (0..inner.height).zip(&lines) {
        pen.text(&pen.plain(line), pen.theme.dim, row(inner, place), buffer);
    }
    left
}

/// An inspection in one line: when, where, how many passed, and what was wrong.
fn told(row: &ListRow) -> String {
    let date = text(row, "production_date");
    let day = date.get(5..).unwrap_or_default();
    let (stage, passed, inspected) = (text(row, "stage"), text(row, "passed"), text(row, "inspected"));
    format!("{day} {stage} {passed}/{inspected} {}", text(row, "defects"))
}

fn text(row: &ListRow, column: &str) -> String {
    let place = List::Quality.columns().iter().position(|known| known.name == column);
    match place.and_then(|place| row.cells.get(place)) {
        Some(Cell::Text(text)) => text.clone(),
        Some(Cell::Number(number)) => number.to_string(),
        Some(Cell::Date(date)) => date.to_string(),
        _ => String::new(),
    }
}
