//! The isolation audit on the Admin screen: the rows, order and score of `kpi-ops audit`, run when somebody asks for it.
//!
//! It takes long on a big plant, so it runs beside the keys; what the last run found stays visible meanwhile.

use super::strip;
use crate::domain::clock::Instant;
use crate::service::{AuditRow, IsolationAudit};
use crate::tui::action::Action;
use crate::tui::layer::PageLine;
use crate::tui::layout;
use crate::tui::loaded::Loaded;
use crate::tui::model::Model;
use crate::tui::widget::page::laid_out;
use crate::tui::widget::{Pen, below, fill, inset, row, width};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::fmt::Display;

/// Rows above those of the audit: the names of the lists, the score, the headings.
const HEADER: u16 = 3;
/// Columns of number, result and how much was looked at.
const NUMBER: u16 = 5;
const RESULT: u16 = 8;
const COUNT: u16 = 9;

/// The audit with what is selected in it.
#[derive(Debug, Default)]
pub struct IsolationScreen {
    /// Whether it is in view on the Admin screen, in the place of a list.
    pub is_shown: bool,
    /// What was found.
    pub data: Loaded<IsolationAudit>,
    /// Since when it runs.
    pub running_since: Option<Instant>,
    /// How long the last run took, in milliseconds.
    pub took: Option<i64>,
    /// The selected row.
    pub selected: usize,
    /// The first row on the screen.
    pub top: usize,
}

impl IsolationScreen {
    /// The rows that were found.
    pub fn rows(&self) -> &[AuditRow] {
        self.data.value().map(|audit| audit.rows.as_slice()).unwrap_or_default()
    }

    /// The selected row.
    pub fn row(&self) -> Option<&AuditRow> {
        self.rows().get(self.selected)
    }

    /// Selects a row and keeps it on a screen of so many.
    pub fn select(&mut self, position: usize, visible: usize) {
        self.selected = position.min(self.rows().len().saturating_sub(1));
        let lowest = (self.selected + 1).saturating_sub(visible.max(1));
        self.top = self.top.clamp(lowest, self.selected);
    }

    /// The next failed row after the selected one, from the end on to the first.
    pub fn next_failed(&self) -> Option<usize> {
        let failed = |(position, row): (usize, &AuditRow)| (!row.is_passed()).then_some(position);
        let rows = self.rows().iter().enumerate();
        let after = rows.clone().skip(self.selected + 1).find_map(failed);
        after.or_else(|| rows.take(self.selected + 1).find_map(failed))
    }
}

/// Rows of the audit that fit a body.
pub fn visible_rows(body: Rect) -> usize {
    usize::from(body.height.saturating_sub(HEADER)).max(1)
}

/// All of a row.
pub fn detail(pen: &Pen, row: &AuditRow) -> Vec<PageLine> {
    let mut lines = vec![
        PageLine::Pair(pen.say("Result").to_owned(), result(row).to_owned()),
        PageLine::Pair(pen.say("What has to be so").to_owned(), row.what.clone()),
        PageLine::Pair(pen.say("Looked at").to_owned(), format!("{} {}", row.count, row.looked_at)),
        PageLine::Pair(
            pen.say("Finding").to_owned(),
            match row.finding {
                Some(number) => pen.tell("{n} of the audit that this plant is judged by", &[("n", &number)]),
                None => pen.say("a rule of every database").to_owned(),
            },
        ),
    ];
    if !row.is_passed() {
        lines.extend([PageLine::Blank, PageLine::Heading("What is wrong".to_owned())]);
        lines.extend(row.wrong.iter().map(|wrong| PageLine::Text(wrong.clone())));
    }
    lines
}

const fn result(row: &AuditRow) -> &'static str {
    if row.wrong.is_empty() { "ok" } else { "FAILED" }
}

/// Draws it.
pub fn draw(model: &Model, area: Rect, buffer: &mut Buffer) {
    let (pen, screen) = (model.pen(), &model.isolation);
    let (table, beside) = layout::list_and_detail(area);
    strip::draw(model, &pen, row(table, 0), buffer);
    draw_score(model, &pen, row(table, 1), buffer);
    draw_heading(&pen, row(table, 2), buffer);
    let rows = below(table, HEADER);
    for line in 0..rows.height {
        let position = screen.top + usize::from(line);
        let Some(found) = screen.rows().get(position) else { break };
        let selected = position == screen.selected;
        let style = match (selected, found.is_passed(), screen.data.is_old()) {
            (true, _, _) => pen.theme.focus,
            (false, false, _) => pen.theme.alarm,
            (false, true, true) => pen.theme.dim,
            (false, true, false) => pen.theme.normal,
        };
        let mark = match (found.is_passed(), selected) {
            (false, _) => pen.glyphs.alarm,
            (true, true) => pen.glyphs.focus,
            (true, false) => " ",
        };
        let place = row(rows, line);
        pen.text(&fill(&format!("{mark}{}", cells(&pen, found)), place.width, false), style, place, buffer);
    }
    if let (Some(beside), Some(found)) = (beside, screen.row()) {
        draw_detail(&pen, found, beside, buffer);
    }
}

fn cells(pen: &Pen, found: &AuditRow) -> String {
    let number = fill(&found.origin(), NUMBER, false);
    let result = fill(result(found), RESULT, false);
    let count = fill(&found.count.to_string(), COUNT, true);
    pen.plain(&format!("{number}{result}{count}  {} ({})", found.what, found.looked_at))
}

fn draw_heading(pen: &Pen, area: Rect, buffer: &mut Buffer) {
    let [number, result] =
        [("No.", NUMBER), ("Result", RESULT)].map(|(title, width)| fill(pen.say(title), width, false));
    let (count, what) = (fill(pen.say("Looked at"), COUNT, true), pen.say("What has to be so"));
    let text = format!(" {number}{result}{count}  {what}");
    pen.text(&text, pen.theme.strong, area, buffer);
}

/// The score first, as it is what one comes for; then whether it is being asked again.
fn draw_score(model: &Model, pen: &Pen, area: Rect, buffer: &mut Buffer) {
    let screen = &model.isolation;
    let key = model.keymap.key_of(Action::IsolationAudit);
    let found = screen.data.value().map(|audit| {
        let (rows, failed) = (audit.rows.len(), audit.rows.iter().filter(|row| !row.is_passed()).count());
        if failed == 0 {
            {
                let known: [(&str, &dyn Display); 2] = [("score", &audit.score()), ("n", &rows)];
                (pen.tell("{score} %: {n} rows, all as they have to be", &known), pen.theme.strong)
            }
        } else {
            let next = model.keymap.key_of(Action::NextAbnormal);
            {
                let known: [(&str, &dyn Display); 4] =
                    [("score", &audit.score()), ("n", &failed), ("all", &rows), ("key", &next)];
                (pen.tell("{score} %: {n} of {all} rows failed ({key}: next)", &known), pen.theme.alarm)
            }
        }
    });
    let seconds = |millis: i64| millis.max(0) / 1000;
    let state = match (screen.running_since, screen.data.failure(), screen.took) {
        (Some(since), _, _) => {
            let usual = screen
                .took
                .map_or_else(String::new, |took| pen.tell(", the last took {n} s", &[("n", &seconds(took))]));
            {
                let known: [(&str, &dyn Display); 2] = [("n", &seconds(model.now.0 - since.0)), ("usual", &usual)];
                pen.tell("running for {n} s{usual}", &known)
            }
        }
        (None, Some(why), _) => pen.tell("could not be run: {why}", &[("why", &why)]),
        (None, None, Some(took)) => pen.tell("took {n} s", &[("n", &seconds(took))]),
        (None, None, None) => pen.tell("not run yet: {key} runs it", &[("key", &key)]),
    };
    let place = inset(area, 1);
    let (text, style) = found.unwrap_or_default();
    pen.text(&text, style, place, buffer);
    let used = if text.is_empty() { 0 } else { width(&text) + 2 };
    let rest = Rect { x: place.x + used.min(place.width), width: place.width.saturating_sub(used), ..place };
    let style = if screen.data.failure().is_some() { pen.theme.warn } else { pen.theme.dim };
    pen.text(&pen.plain(&state), style, rest, buffer);
}

fn draw_detail(pen: &Pen, found: &AuditRow, area: Rect, buffer: &mut Buffer) {
    for y in area.y..area.bottom() {
        buffer.set_string(area.x, y, pen.glyphs.bar, pen.theme.dim);
    }
    let inner = Rect { x: area.x + 2, width: area.width.saturating_sub(2), ..area };
    for (index, (style, text)) in laid_out(pen, &detail(pen, found), inner.width).iter().enumerate() {
        pen.text(text, *style, row(inner, u16::try_from(index).unwrap_or(u16::MAX)), buffer);
    }
}
