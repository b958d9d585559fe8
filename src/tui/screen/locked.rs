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
    let who: [(&str, &dyn std::fmt::Display); 2] = [("name", &seat.full_name), ("login", &seat.login)];
    let title = match model.clock_of(None).map(|clock| clock.local(lock.since).format("%H:%M").to_string()) {
        Some(time) => pen.language.tell("Locked since {time}: {name} ({login})", &[("time", &time), who[0], who[1]]),
        None => pen.language.tell("Locked: {name} ({login})", &who),
    };
    pen.text(&pen.plain(&format!(" {title}")), pen.theme.strong, row(area, 0), buffer);
    pen.rule(row(area, 1), buffer);
    let unsaved = if model.kept.seed.is_some() {
        "What was open is open again for {login}. For anybody else: {key} leaves this terminal, and keeps for {login} what \
         is not saved."
    } else {
        "What was open is open again for {login}. For anybody else: {key} leaves this terminal, and what is typed here and \
         not saved is lost."
    };
    let key = model.keymap.key_of(Action::SwitchUser);
    let about = pen.language.tell(unsaved, &[("login", &seat.login), ("key", &key)]);
    for (index, line) in wrap(&pen.plain(&about), area.width.saturating_sub(2)).iter().enumerate() {
        pen.text(&format!(" {line}"), pen.theme.normal, row(area, 2 + u16::try_from(index).unwrap_or(0)), buffer);
    }
    let body = Rect { height: area.height.saturating_sub(6), ..below(area, 5) };
    form::draw::draw(&pen, &lock.form, body, buffer)
}
