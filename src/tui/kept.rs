//! What this machine keeps for the person who sits here: forms that are not saved, and entries that are not sent.

use super::form::Form;
use super::form::kept::KeptForm;
use super::layer::Layer;
use super::message::Ticket;
use super::model::Model;
use crate::domain::clock::Instant;
use crate::service::{Draft, Drafts, Outbox};
use uuid::Uuid;

/// A form is kept so long after the last key.
const PAUSE: i64 = 1_000;
/// What waits is sent so often while the server does not answer.
const RETRY: i64 = 5_000;

/// What is wanted done with what this machine keeps.
#[derive(Debug, Clone)]
pub enum Keep {
    /// Ask what is kept for the person.
    Ask(Ticket),
    /// Keep a form that is not saved, in the place of what was kept of it before.
    Draft(Box<Draft>),
    /// Forget a draft.
    Forget(Uuid),
    /// Send the entries that wait, and one that was refused with them, where it is named.
    Send(Ticket, Option<Uuid>),
    /// Give up an entry that is not sent.
    Discard(Ticket, Uuid),
    /// Look which entries are not sent.
    Look(Ticket),
}

/// What was found at the login.
#[derive(Debug, Clone)]
pub struct KeptAtLogin {
    /// Forms.
    pub drafts: Drafts,
    /// Entries.
    pub outbox: Outbox,
    /// What keys of new drafts are made from; none where this machine keeps nothing.
    pub seed: Option<Uuid>,
}

/// A form that was left, and is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftForm {
    /// Its key.
    pub id: Uuid,
    /// When it was typed last.
    pub at: Instant,
    /// The form.
    pub form: KeptForm,
    /// Whether it was left since the person came in.
    pub is_new: bool,
}

/// What is kept.
#[derive(Debug, Default)]
pub struct Keeping {
    /// What keys of drafts are made from.
    pub seed: Option<Uuid>,
    /// Forms that were left.
    pub left: Vec<LeftForm>,
    /// Entries that are not sent.
    pub outbox: Outbox,
    /// When what stands in open forms is kept next.
    pub due: Option<Instant>,
    /// When sending was tried last.
    pub tried_at: Option<Instant>,
    /// Whether something is being sent.
    pub is_sending: bool,
    /// Whether it was said that nothing can be kept.
    pub was_told: bool,
}

/// What an open form knows of how it is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DraftMark {
    /// The key of its draft.
    pub id: Option<Uuid>,
    /// What was kept last.
    pub said: String,
    /// The refused entry that it is to take the place of.
    pub unsent: Option<Uuid>,
}

impl Keeping {
    /// A second after the last key what was typed is kept.
    pub fn touch(&mut self, now: Instant) {
        self.due = self.seed.map(|_| now.plus_millis(PAUSE));
    }

    /// When it has to do something by itself.
    pub fn deadline(&self) -> Option<Instant> {
        let waits = self.outbox.waiting() > 0 && !self.is_sending;
        let retry = self.tried_at.filter(|_| waits).map(|at| at.plus_millis(RETRY));
        self.due.into_iter().chain(retry).min()
    }

    /// Whether what waits should be tried now.
    pub fn is_due_to_send(&self, now: Instant) -> bool {
        let is_soon = self.tried_at.is_some_and(|at| now < at.plus_millis(RETRY));
        self.outbox.waiting() > 0 && !self.is_sending && !is_soon
    }

    /// How many forms were left in this sitting.
    pub fn left_now(&self) -> usize {
        self.left.iter().filter(|left| left.is_new).count()
    }
}

impl Model {
    /// A key for the draft of a form that has none yet.
    pub(super) fn draft_id(&mut self) -> Option<Uuid> {
        let seed = self.kept.seed?;
        let number = u128::from(self.ticket().0);
        Some(Uuid::from_u128(seed.as_u128() ^ number))
    }

    /// The open forms that are kept while they are not saved.
    pub(super) fn kept_forms(&mut self) -> impl Iterator<Item = &mut Form> {
        self.layers.iter_mut().filter_map(|layer| match layer {
            Layer::Form(form) if form.is_kept() => Some(&mut **form),
            _ => None,
        })
    }
}
