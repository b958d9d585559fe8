//! Questions, and what their buttons do.

use super::{andon, forms, gate};
use crate::tui::action::Action;
use crate::tui::effect::Effect;
use crate::tui::input::Key;
use crate::tui::layer::{Dialog, Layer, Then};
use crate::tui::model::{Model, Waiting};

/// Moves between buttons, presses one, or leaves the question.
pub fn act(model: &mut Model, action: Action) {
    let Some(Layer::Dialog(dialog)) = model.layers.last_mut() else { return };
    let count = dialog.buttons.len().max(1);
    match action {
        Action::NextButton => dialog.focus = (dialog.focus + 1) % count,
        Action::PreviousButton => dialog.focus = (dialog.focus + count - 1) % count,
        Action::PressButton => {
            let then = dialog.buttons.get(dialog.focus).map(|button| button.then.clone());
            press(model, then);
        }
        _ => press(model, None),
    }
}

/// Presses the button of a letter.
pub fn press_letter(model: &mut Model, key: Key) {
    let Some(Layer::Dialog(dialog)) = model.layers.last() else { return };
    let letter = key.typed().map(|letter| letter.to_ascii_lowercase());
    let then = dialog.buttons.iter().find(|button| Some(button.letter) == letter).map(|button| button.then.clone());
    if then.is_some() {
        press(model, then);
    }
}

fn press(model: &mut Model, then: Option<Then>) {
    model.layers.pop();
    match then {
        None | Some(Then::Stay) => {}
        Some(Then::Run(command)) => {
            let ticket = model.ticket();
            model.waiting = Some(Waiting::Command(ticket));
            model.send(Effect::Run(ticket, command));
        }
        Some(Then::KeepDraft) => forms::keep_draft(model),
        Some(Then::Discard) => {
            model.layers.pop();
        }
        Some(Then::ShowAndon) => andon::begin(model),
        Some(Then::Quit) => model.leaving = true,
        Some(Then::LogOut) => gate::log_out(model),
    }
}

/// Quits or logs out, at once where nothing typed would be lost.
pub fn ask_to_leave(model: &mut Model, quit: bool) {
    let then = if quit { Then::Quit } else { Then::LogOut };
    if model.drafts.is_empty() {
        return if quit { model.leaving = true } else { gate::log_out(model) };
    }
    let count = model.drafts.len();
    let what = if count == 1 {
        "A form you left is not saved.".to_owned()
    } else {
        format!("{count} forms you left are not saved.")
    };
    let label = if quit { "Quit anyway" } else { "Log out anyway" };
    let letter = if quit { 'q' } else { 'l' };
    let dialog = Dialog::new(
        "Not saved",
        vec![what, "Open it again with the key you opened it with before.".to_owned()],
        "Cancel",
    )
    .button(letter, label, then);
    model.layers.push(Layer::Dialog(dialog));
}
