//! How the attendance of a crew is drawn: everybody with a number, who was not there marked, and below them the
//! exception that is being typed.

use super::attendance::standing;
use super::draw::draw_fields;
use super::plant::PlantForm;
use super::{Form, FormKind};
use crate::domain::measure::Minutes;
use crate::service::{Crew, CrewMember};
use crate::tui::widget::boxed::boxed;
use crate::tui::widget::{Pen, below, fill, row};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Rows of the exception: its three fields, a line above them and two for what belongs there.
const TYPED: u16 = 7;

/// Draws the crew and the exception; gives where the cursor belongs.
pub fn draw(pen: &Pen, form: &Form, area: Rect, buffer: &mut Buffer) -> Option<(u16, u16)> {
    let FormKind::Plant(PlantForm::Attendance(crew, _)) = &form.kind else { return None };
    let inner = boxed(pen, &pen.plain(&form.title()), area, buffer);
    let rows = inner.height.saturating_sub(TYPED + 1).max(1);
    pen.text(&summary(crew), pen.theme.dim, row(inner, 0), buffer);
    draw_crew(pen, crew, Rect { height: rows, ..below(inner, 1) }, buffer);
    draw_fields(pen, form, below(inner, rows + 2), buffer)
}

fn summary(crew: &Crew) -> String {
    let here: Vec<_> = crew.people.iter().filter_map(|member| standing(crew, member)).collect();
    let away = here.iter().filter(|time| time.worked < time.scheduled).count();
    let taken = if crew.is_taken { "taken already; type what changed" } else { "all present until you say otherwise" };
    format!("{} people, {away} absent, {} min each: {taken}", here.len(), crew.scheduled)
}

/// The crew in as many columns as there is room for, down and then on.
fn draw_crew(pen: &Pen, crew: &Crew, area: Rect, buffer: &mut Buffer) {
    let count = u16::try_from(crew.people.len()).unwrap_or(u16::MAX);
    let columns = count.div_ceil(area.height.max(1)).clamp(1, (area.width / 24).max(1));
    let wide = area.width / columns;
    for (place, member) in (0_u16..).zip(&crew.people) {
        let (column, line) = (place / area.height.max(1), place % area.height.max(1));
        if column >= columns {
            let more = format!("{} more: F4 lists everybody", count - place);
            let last =
                Rect { x: area.x + wide * (columns - 1), y: area.bottom().saturating_sub(1), width: wide, height: 1 };
            pen.text(&fill(&more, wide, false), pen.theme.warn, last, buffer);
            return;
        }
        let at = Rect { x: area.x + column * wide, y: area.y + line, width: wide.saturating_sub(1), height: 1 };
        let (mark, note) = said(pen, crew, member);
        let style = match mark {
            Mark::Away => pen.theme.warn,
            Mark::Off => pen.theme.dim,
            Mark::Here => pen.theme.normal,
        };
        let room = usize::from(at.width).saturating_sub(5 + note.chars().count());
        let name: String = member.name.chars().take(room).collect();
        let text = format!("{:>3} {name:<room$} {note}", place + 1);
        pen.text(&pen.plain(&text), style, at, buffer);
    }
}

enum Mark {
    Here,
    Away,
    Off,
}

/// How somebody stands, in a word that needs no colour.
fn said(pen: &Pen, crew: &Crew, member: &CrewMember) -> (Mark, String) {
    let Some(time) = standing(crew, member) else { return (Mark::Off, "-".to_owned()) };
    let missed = Minutes((time.scheduled - time.worked).get().max(0));
    if missed == Minutes::ZERO {
        return (Mark::Here, "here".to_owned());
    }
    let code = time.absence_type.as_ref().map_or("?", |code| code.as_str());
    let name = crew.absence_types.iter().find(|choice| choice.code == code).map_or(code, |choice| choice.name.as_str());
    let why: String = name.chars().take(10).collect();
    let covered = if member.covered_by.is_empty() { "" } else { "+" };
    (Mark::Away, format!("{} {why}{covered} {missed}m", pen.glyphs.reject))
}
