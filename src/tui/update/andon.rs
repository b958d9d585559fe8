//! The board above the line: how a terminal becomes one, what its keys do, and how somebody logs in from it.

use super::{gate, look};
use crate::domain::clock::Instant;
use crate::tui::action::Action;
use crate::tui::alarm;
use crate::tui::effect::Effect;
use crate::tui::layer::{Dialog, Layer, Then};
use crate::tui::message::{Refusal, Seat};
use crate::tui::model::{Model, NoticeKind, Waiting};
use crate::tui::screen::Tab;
use crate::tui::screen::andon::{Andon, TURN_MILLIS};

/// A login that nobody types into is put away after this long, in milliseconds.
const ASKED_MILLIS: i64 = 60_000;

/// Asks before the terminal is left to everybody.
pub fn ask_to_begin(model: &mut Model) {
    let ours = |text: &'static str| model.language.say(text).to_owned();
    let mut lines = vec![
        ours("The board shows the clients in view in big figures, line after line."),
        ours("This terminal only reads then and never locks; any key asks who is there."),
    ];
    if model.kept.left_now() > 0 && model.kept.seed.is_none() {
        lines.push(ours("Forms that you left and did not save are gone then."));
    }
    let (title, stay, label) = (ours("Board above the line"), ours("Cancel"), ours("Show the board"));
    let dialog = Dialog::new(title, lines, &stay).button('b', &label, Then::ShowAndon);
    model.layers.push(Layer::Dialog(dialog));
}

/// Leaves the terminal to everybody as a board of the clients in view. Nothing of the person stays.
pub fn begin(model: &mut Model) {
    super::kept::keep_open(model);
    model.layers.clear();
    model.kept = crate::tui::kept::Keeping::default();
    model.undo.clear();
    model.worklist = None;
    let ticket = model.ticket();
    model.waiting = Some(Waiting::Board(ticket));
    model.send(Effect::ShowBoard(ticket));
}

/// Comes back to the board after somebody who logged in from it has left.
pub fn resume(model: &mut Model) {
    let ticket = model.ticket();
    model.waiting = Some(Waiting::Board(ticket));
    model.send(Effect::ResumeBoard(ticket));
}

/// The terminal is a board now, or cannot be one.
pub fn take_board(model: &mut Model, seat: Result<Seat, Refusal>) {
    match seat {
        Ok(seat) => {
            model.gate_form = None;
            model.notice = None;
            model.andon = Some(Andon::new(seat.clone(), model.now));
            model.seat = Some(seat);
            model.tab = Tab::Shift;
            look::forget(model);
            look::reload(model);
        }
        Err(refusal) => {
            model.andon = None;
            if model.seat.is_none() {
                gate::look(model);
            }
            model.say(NoticeKind::Refused, refusal.text);
        }
    }
}

/// Does what a key of the board does; everything else asks who is there.
pub fn act(model: &mut Model, action: Action) {
    let now = model.now;
    match action {
        Action::AndonNext => turn(model, 1),
        Action::AndonPrevious => turn(model, -1),
        Action::AndonPause => {
            if let Some(andon) = &mut model.andon {
                andon.is_paused = !andon.is_paused;
                andon.turned_at = now;
            }
        }
        Action::SeeAlarms => see_alarms(model),
        _ => ask_for_login(model),
    }
}

/// Shows another line, from the first again after the last.
fn turn(model: &mut Model, by: isize) {
    let count = isize::try_from(model.board.lines().len()).unwrap_or(1).max(1);
    let at = isize::try_from(model.board.selected()).unwrap_or(0);
    model.board.select(usize::try_from((at + by).rem_euclid(count)).unwrap_or(0));
    if let Some(andon) = &mut model.andon {
        andon.turned_at = model.now;
    }
}

/// Whatever alarms there are have been seen.
pub fn see_alarms(model: &mut Model) {
    let alarms = model.board.data.value().map(|board| alarm::of_board(board, model.language, model.now));
    model.alarms.see(&alarms.unwrap_or_default());
}

/// Takes in the alarms of the figures that just came.
pub fn take_alarms(model: &mut Model) {
    let Some(board) = model.board.data.value() else { return };
    let alarms = alarm::of_board(board, model.language, model.now);
    if model.alarms.take(&alarms, model.now) && model.rings {
        model.send(Effect::Ring);
    }
}

/// Asks who is there; the board goes on when nobody answers.
pub fn ask_for_login(model: &mut Model) {
    if model.gate_form.is_none() {
        model.gate_form = Some(gate::login_form(model));
        let text = model.language.say("log in to work here; Esc goes back to the board").to_owned();
        model.say(NoticeKind::Info, text);
    }
}

/// Puts the login away.
pub fn leave_login(model: &mut Model) {
    model.gate_form = None;
    model.notice = None;
}

/// Goes on to the next line when its time has come, and puts a login away that nobody types into.
pub fn tick(model: &mut Model, now: Instant) {
    if !model.shows_andon() {
        return;
    }
    if model.gate_form.is_some() {
        if model.waiting.is_none() && now.0 - model.touched_at.0 >= ASKED_MILLIS {
            leave_login(model);
        }
        return;
    }
    let is_due = |andon: &Andon| !andon.is_paused && now.0 - andon.turned_at.0 >= TURN_MILLIS;
    if model.andon.as_ref().is_some_and(is_due) {
        turn(model, 1);
    }
}
