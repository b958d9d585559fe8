//! Questions, and what their buttons do.

use super::{andon, forms, gate, kept};
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
            if let Some(Layer::Form(mut form)) = model.layers.pop() {
                kept::forget(model, &mut form);
            }
        }
        Some(Then::ShowAndon) => andon::begin(model),
        Some(Then::DiscardDraft(id)) => kept::discard_draft(model, id),
        Some(Then::CorrectUnsent(id)) => kept::correct_entry(model, id),
        Some(Then::SendAgain(id)) => kept::send_again(model, id),
        Some(Then::DiscardUnsent(id)) => kept::discard_entry(model, id),
        Some(Then::Quit) => model.leaving = true,
        Some(Then::LogOut) => gate::log_out(model),
    }
}

/// Quits or logs out, at once where nothing typed is left behind.
pub fn ask_to_leave(model: &mut Model, quit: bool) {
    let then = if quit { Then::Quit } else { Then::LogOut };
    let (left, waiting) = (model.kept.left_now(), model.kept.outbox.waiting());
    if left + waiting == 0 {
        return if quit { model.leaving = true } else { gate::log_out(model) };
    }
    let mut lines = Vec::new();
    match left {
        0 => {}
        1 => lines.push("A form you left is not saved.".to_owned()),
        many => lines.push(format!("{many} forms you left are not saved.")),
    }
    match waiting {
        0 => {}
        1 => lines.push("An entry waits for the server. It is sent when you log in here again.".to_owned()),
        many => lines.push(format!("{many} entries wait for the server. They are sent when you log in here again.")),
    }
    let kept = if left == 0 {
        "They stay on this machine, for you alone."
    } else if model.kept.seed.is_some() {
        "What you typed is kept for you on this machine until you come again."
    } else {
        "Open it again with the key you opened it with before."
    };
    lines.push(kept.to_owned());
    let label = if quit { "Quit anyway" } else { "Log out anyway" };
    // h and l move between the buttons.
    let letter = if quit { 'q' } else { 'o' };
    let title = if left > 0 { "Not saved" } else { "Not sent" };
    model.layers.push(Layer::Dialog(Dialog::new(title, lines, "Cancel").button(letter, label, then)));
}
