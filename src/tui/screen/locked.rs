//! The locked terminal: whom it waits for and what opens it. Nothing of what was on the screen.

use crate::tui::action::Action;
use crate::tui::form;
use crate::tui::lock::Lock;
use crate::tui::model::Model;
use crate::tui::widget::{below, row, wrap};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Draws it; gives where the cursor belongs.
pub fn draw(model: &Model, lock: &Lock, area: Rect, buffer: &mut Buffer) -> Option<(u16, u16)> {
    let (pen, seat) = (model.pen(), model.seat.as_ref()?);
    let since = model.clock_of(None).map(|clock| clock.local(lock.since).format(" since %H:%M").to_string());
    let title = format!(" Locked{}: {} ({})", since.unwrap_or_default(), seat.full_name, seat.login);
    pen.text(&pen.plain(&title), pen.theme.strong, row(area, 0), buffer);
    pen.rule(row(area, 1), buffer);
    let key = model.keymap.key_of(Action::SwitchUser);
    let about = format!(
        "What was open is open again for {}. For anybody else: {key} leaves this terminal, and what is typed here and \
         not saved is lost.",
        seat.login
    );
    for (index, line) in wrap(&pen.plain(&about), area.width.saturating_sub(2)).iter().enumerate() {
        pen.text(&format!(" {line}"), pen.theme.normal, row(area, 2 + u16::try_from(index).unwrap_or(0)), buffer);
    }
    let body = Rect { height: area.height.saturating_sub(6), ..below(area, 5) };
    form::draw::draw(&pen, &lock.form, body, buffer)
}
