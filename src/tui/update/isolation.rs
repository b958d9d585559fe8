//! The isolation audit on the Admin screen: showing it, running it, and going through what it found.

use super::look;
use crate::service::{Answer, Query};
use crate::tui::action::Action;
use crate::tui::layer::{Layer, Page};
use crate::tui::layout;
use crate::tui::message::{Refusal, Slot, Ticket};
use crate::tui::model::{Model, NoticeKind};
use crate::tui::screen::Tab;
use crate::tui::screen::isolation::{detail, visible_rows};

/// Shows the audit, and runs it where it is shown already or was never run.
pub fn show(model: &mut Model) {
    let was_shown = model.shows_isolation();
    if model.tab != Tab::Admin {
        look::show_tab(model, Tab::Admin);
    }
    model.isolation.is_shown = true;
    if was_shown || model.isolation.data.value().is_none() {
        run(model);
    }
}

fn run(model: &mut Model) {
    if model.isolation.running_since.is_some() {
        return model.say(NoticeKind::Info, "the audit is running already");
    }
    let ticket = model.ask(Slot::IsolationAudit, Query::IsolationAudit);
    model.isolation.data.ask(ticket);
    model.isolation.running_since = Some(model.now);
}

/// Takes what was found.
pub fn take(model: &mut Model, ticket: Ticket, answer: Result<Answer, Refusal>) {
    let (now, visible) = (model.now, visible_rows(layout::areas(model.size).body));
    let found = match answer {
        Ok(Answer::IsolationAudit(found)) => Ok(*found),
        Ok(_) => Err("the answer is no audit".to_owned()),
        Err(refusal) => Err(refusal.text),
    };
    let screen = &mut model.isolation;
    let since = screen.running_since;
    if screen.data.answer(ticket, found, now) {
        screen.running_since = None;
        screen.took = since.map(|since| now.0 - since.0);
        // The first row that failed is what one wants to see.
        screen.select(0, visible);
        if screen.row().is_some_and(crate::service::AuditRow::is_passed) {
            screen.select(screen.next_failed().unwrap_or(0), visible);
        }
    }
}

/// Moves among the rows and opens one.
pub fn act(model: &mut Model, action: Action) {
    let visible = visible_rows(layout::areas(model.size).body);
    let pen = model.pen();
    let screen = &mut model.isolation;
    let (at, last) = (screen.selected, screen.rows().len().saturating_sub(1));
    match action {
        Action::Up => screen.select(at.saturating_sub(1), visible),
        Action::Down => screen.select(at + 1, visible),
        Action::PageUp => screen.select(at.saturating_sub(visible), visible),
        Action::PageDown => screen.select(at + visible, visible),
        Action::First => screen.select(0, visible),
        Action::Last => screen.select(last, visible),
        Action::NextAbnormal => match screen.next_failed() {
            Some(failed) => screen.select(failed, visible),
            None => model.say(NoticeKind::Info, "no row failed"),
        },
        Action::Open => {
            let page = screen.row().map(|found| Page {
                title: format!("Isolation audit, {}", found.origin()),
                lines: detail(&pen, found),
                top: 0,
                about: None,
            });
            model.layers.extend(page.map(Layer::Page));
        }
        _ => {}
    }
}
