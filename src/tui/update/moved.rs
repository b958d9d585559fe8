//! The person's clients changed under the open screen: what was taken away goes from it, and from memory.

use super::{gate, look};
use crate::domain::scope::ScopedClient;
use crate::tui::effect::Effect;
use crate::tui::layer::Layer;
use crate::tui::message::{Refusal, Seat};
use crate::tui::model::{Model, NoticeKind, Waiting};

/// Finds out which clients there are now; keys wait until that is known.
pub fn look_round(model: &mut Model) {
    let ticket = model.ticket();
    model.asked.clear();
    model.waiting = Some(Waiting::Round(ticket));
    model.send(Effect::LookRound(ticket));
}

/// Who sits here and with which clients, as it is now.
pub fn take_round(model: &mut Model, seat: Result<Seat, Refusal>) {
    let seat = match seat {
        Ok(seat) => seat,
        // Whose clients cannot be read is shown nothing.
        Err(refusal) => return gate::put_out(model, &refusal.text),
    };
    let is_there = |client: &ScopedClient| seat.all.iter().any(|now| now.client_id == client.client_id);
    let has_lost = model.seat.as_ref().is_some_and(|before| !before.all.iter().all(is_there));
    if has_lost {
        model.layers.retain(|layer| match layer {
            Layer::Form(form) => form.client.as_ref().is_none_or(is_there),
            // Questions, lists and pages may be about any client.
            _ => false,
        });
        let is_open = |id: &crate::domain::id::ClientId| seat.all.iter().any(|now| now.client_id == *id);
        model.kept.left.retain(|left| left.form.client_id.as_ref().is_none_or(is_open));
        model.kept.outbox.entries.retain(|entry| entry.client_id.as_ref().is_none_or(is_open));
        model.undo.clear();
        model.worklist = None;
        model.unproved = None;
    }
    if model.shows_andon()
        && let Some(andon) = &mut model.andon
    {
        andon.seat = seat.clone();
    }
    model.seat = Some(seat);
    if has_lost {
        look::forget(model);
        let choices = super::lists::client_choices(model);
        for layer in &mut model.layers {
            if let Layer::Form(form) = layer {
                form.pick = None;
                form.clients.clone_from(&choices);
            }
        }
        model.say(NoticeKind::Refused, "your clients were changed; what is not yours any more is gone from the screen");
    }
    look::reload(model);
}
