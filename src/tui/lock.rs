//! When a terminal locks and when a session ends, and how nothing of a person is left at it.

use super::form::own::Own;
use super::form::{Form, FormKind};
use super::model::Model;
use crate::domain::clock::Instant;

/// Minutes before its end from which a session says so.
const WARNING: i64 = 10;

/// A locked terminal: nothing is drawn but this, and everything stays as it was for the person who comes back.
#[derive(Debug)]
pub struct Lock {
    /// Since when.
    pub since: Instant,
    /// What opens it.
    pub form: Form,
}

impl Lock {
    /// Locked at an instant.
    pub fn at(since: Instant) -> Self {
        Self { since, form: Form::new(FormKind::Own(Own::Unlock), None) }
    }
}

impl Model {
    /// When the terminal locks if nobody types.
    pub fn locks_at(&self) -> Option<Instant> {
        let seat = self.seat.as_ref().filter(|_| self.lock.is_none() && !self.shows_andon())?;
        Some(self.touched_at.plus_minutes(self.idle.minutes(seat.role)))
    }

    /// When the session's end is told.
    pub fn warns_at(&self) -> Option<Instant> {
        self.seat.as_ref().map(|seat| seat.ends_at.plus_minutes(-WARNING))
    }

    /// Minutes that are left of a session that ends soon.
    pub fn minutes_left(&self) -> Option<i64> {
        let seat = self.seat.as_ref()?;
        (self.warns_at()? <= self.now).then(|| seat.ends_at.minutes_since(self.now).max(0))
    }

    /// Whether the terminal is a board above the line now, which nobody sits at.
    pub fn shows_andon(&self) -> bool {
        self.andon.as_ref().is_some_and(|andon| !andon.is_away)
    }

    /// The next instant at which something has to happen by itself.
    pub fn deadline(&self) -> Option<Instant> {
        let ends_at = self.seat.as_ref().map(|seat| seat.ends_at);
        [self.locks_at(), self.warns_at(), ends_at, self.kept.deadline(), self.looks_at()]
            .into_iter()
            .flatten()
            .filter(|at| *at > self.now)
            .min()
    }

    /// A model of which nobody has seen anything: what the person had read, typed or chosen is gone.
    pub fn renew(&mut self) {
        let mut next = Self::new(self.keymap.clone(), self.theme, self.capability, self.size, self.now);
        next.idle = self.idle;
        next.language = self.language;
        next.andon = self.andon.take();
        next.starts_as_andon = self.starts_as_andon;
        next.rings = self.rings;
        next.may_copy = self.may_copy;
        next.export_folder = self.export_folder.take();
        next.holder = self.holder.take();
        next.link.gone_since = self.link.gone_since;
        next.gate = std::mem::replace(&mut self.gate, super::loaded::Loaded::Idle);
        next.carry_on_from(self);
        *self = next;
    }
}
