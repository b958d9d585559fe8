//! Before anybody is in: the login, the first password, the first ADMIN. And what an empty screen leads on to.

use crate::domain::clock::Instant;
use crate::domain::list::List;
use crate::domain::role::Permission;
use crate::service::Setup;
use crate::tui::action::Action;
use crate::tui::form::{self, FormKind};
use crate::tui::message::Gate;
use crate::tui::model::Model;
use crate::tui::widget::{Pen, below, pick, row, width};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use std::fmt::Display;

/// The next thing a new plant lacks, as the form that adds it; nothing when it is complete or somebody else's to do.
pub fn next_step(model: &Model) -> Option<FormKind> {
    let seat = model.seat.as_ref()?;
    let setup = model.setup.value()?;
    let may = |permission| seat.role.may(permission);
    let step = first_missing(*setup)?;
    let permission = match step {
        FormKind::AddClient | FormKind::AddUser => Permission::KeepAccounts,
        _ => Permission::KeepMasterData,
    };
    may(permission).then_some(step)
}

fn first_missing(setup: Setup) -> Option<FormKind> {
    let steps = [
        (setup.clients == 0, FormKind::AddClient),
        (setup.lines == 0, FormKind::AddLine),
        (setup.products == 0, FormKind::AddProduct),
        (setup.shifts == 0, FormKind::AddShift),
        (setup.other_users == Some(0), FormKind::AddUser),
    ];
    steps.into_iter().find_map(|(missing, step)| missing.then_some(step))
}

/// What an empty list says: what it is for and the key that fills it.
pub fn empty_text(model: &Model, list: List) -> String {
    if let Some(text) = setup_text(model) {
        return text;
    }
    let key = |action| model.keymap.key_of(action);
    let tell = |text: &str, values: &[(&str, &dyn Display)]| model.language.tell(text, values);
    let with_key = |text: &str, action| tell(text, &[("key", &key(action))]);
    match list {
        List::Production => with_key("No counts yet. {key} logs the first.", Action::LogCount),
        List::Downtime => {
            let known: [(&str, &dyn Display); 2] = [("key", &key(Action::StartStop)), ("other", &key(Action::LogStop))];
            tell("No stops yet. {key} starts one now, {other} logs one afterwards.", &known)
        }
        List::Holds => with_key("No holds. {key} puts goods on hold.", Action::OpenHold),
        List::Clients | List::Users | List::Lines | List::Products | List::Shifts => {
            with_key("Nothing here yet. {key} adds the first.", Action::AddRecord)
        }
        List::AuditTrail | List::AccountRecord => model.language.say("Nothing was changed yet.").to_owned(),
        List::Attendance => with_key("No attendance yet. {key} takes the crew's.", Action::TakeAttendance),
        List::Coverage => {
            model.language.say("Nobody covered yet. Select an absence in the list of attendance first.").to_owned()
        }
        _ => with_key(
            "Nothing here yet. {key} adds the first; many are brought in from a file: kpi-ops import.",
            Action::NewRow,
        ),
    }
}

/// What a new plant's screens lead on to, as a sentence with its key.
pub fn setup_text(model: &Model) -> Option<String> {
    let seat = model.seat.as_ref()?;
    let key = model.keymap.key_of(Action::SetupStep);
    if let Some(step) = next_step(model) {
        let what = match step {
            FormKind::AddClient => "the first client: the company you make goods for",
            FormKind::AddLine => "a production line",
            FormKind::AddProduct => "a product",
            FormKind::AddShift => "a shift",
            _ => "a user who works here",
        };
        let known: [(&str, &dyn Display); 2] = [("key", &key), ("what", &model.language.say(what))];
        return Some(model.language.tell("This plant is new. {key} adds {what}.", &known));
    }
    if seat.all.is_empty() {
        return Some(
            model
                .language
                .say("You have no clients yet, so there is nothing to see. Ask an ADMIN to assign you to one.")
                .to_owned(),
        );
    }
    let missing = model.setup.value().and_then(|setup| first_missing(*setup));
    missing
        .filter(|step| *step != FormKind::AddUser)
        .map(|_| model.language.say("This plant is not set up yet. Ask an ADMIN to add what is missing.").to_owned())
}

/// Draws the gate; gives where the cursor belongs.
pub fn draw(model: &Model, area: Rect, buffer: &mut Buffer) -> Option<(u16, u16)> {
    let pen = model.pen();
    let title = " KPI Operations";
    pen.text(title, pen.theme.strong, row(area, 0), buffer);
    let (about, style) = match model.link.gone_since {
        Some(since) => (gone(model, &pen, since), pen.theme.alarm),
        None => (pen.say("one plant, many clients, each for itself").to_owned(), pen.theme.dim),
    };
    let place = row(area, 0);
    let right = Rect {
        x: place.right().saturating_sub(width(&about) + 1).max(width(title) + 2),
        width: width(&about),
        ..place
    };
    pen.text(&about, style, right, buffer);
    pen.rule(row(area, 1), buffer);
    let gate = model.gate.value();
    if let Some(why) = model.gate.failure().filter(|_| model.link.gone_since.is_none()) {
        pen.text(
            &pen.tell(" The plant's database could not be read: {why}", &[("why", &why)]),
            pen.theme.alarm,
            row(area, 3),
            buffer,
        );
    }
    let demo = gate.filter(|gate| gate.is_demo && !gate.demo_logins.is_empty());
    let rows = demo.map_or(0, |gate| u16::try_from(gate.demo_logins.len()).unwrap_or(8).min(10) + 3);
    let body = Rect { height: area.height.saturating_sub(4 + rows), ..below(area, 2) };
    if let Some(gate) = demo {
        draw_demo(&pen, gate, Rect { y: body.bottom(), height: rows, ..area }, buffer);
    }
    let form = model.gate_form.as_ref()?;
    let cursor = form::draw::draw(&pen, form, body, buffer);
    form.pick.as_ref().map_or(cursor, |list| Some(pick::draw(&pen, list, body, buffer)))
}

/// Since when the server is gone. No client's clock is known here.
fn gone(model: &Model, pen: &Pen, since: Instant) -> String {
    let (time, minutes) = (since.utc().format("%H:%M"), model.now.minutes_since(since));
    let facts: [(&str, &dyn Display); 2] = [("time", &time), ("n", &minutes)];
    let text = pen.language.tell("server gone since {time} UTC, {n} min ago; it is looked for", &facts);
    format!("{} {text}", pen.glyphs.alarm)
}

fn draw_demo(pen: &Pen, gate: &Gate, area: Rect, buffer: &mut Buffer) {
    pen.text(&pen.plain(pen.say("  DEMO plant · log in as")), pen.theme.warn, row(area, 0), buffer);
    for (index, login) in gate.demo_logins.iter().enumerate() {
        let text = format!("    {:<12} {:<18} {:<10} {}", login.login, login.password, login.role, login.clients);
        pen.text(&text, pen.theme.normal, row(area, u16::try_from(index + 1).unwrap_or(u16::MAX)), buffer);
    }
}
