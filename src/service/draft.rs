//! Drafts: what was typed into a form that is not saved, kept for its person on this machine until it is saved or given
//! up. What a draft says is the form's own affair; here it is told whose client's it is, and nobody is given one of a
//! client that is not theirs now.

use super::{Desk, Problem};
use crate::domain::clock::Instant;
use crate::domain::id::{ClientId, EntryId};
use crate::store::local::Kind;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A form that is not saved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Its key.
    #[serde(skip)]
    pub id: Uuid,
    /// Whose things it is about, where it is about one's.
    pub client_id: Option<ClientId>,
    /// When it was typed last.
    pub at: Instant,
    /// The form as it stood, in its own words.
    pub form: String,
}

/// What is kept of forms that are not saved.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Drafts {
    /// Those that can be opened, the oldest first.
    pub drafts: Vec<Draft>,
    /// How many are of clients that do not exist for the person now; they stay where they are.
    pub aside: usize,
    /// How many were changed from outside and cannot be read; they stay where they are.
    pub spoiled: usize,
}

impl Desk {
    /// Keeps a draft on this machine, in the place of what was kept under its key. Where nothing can be kept, nothing is.
    pub async fn keep_draft(&self, draft: &Draft) -> Result<(), Problem> {
        let Some(local) = self.session.local() else { return Ok(()) };
        let text = serde_json::to_string(draft).map_err(|error| Problem::File(error.to_string()))?;
        Ok(local.keep(Kind::Draft, draft.id, &text).await?)
    }

    /// Forgets a draft.
    pub async fn forget_draft(&self, id: Uuid) -> Result<(), Problem> {
        match self.session.local() {
            Some(local) => Ok(local.forget(Kind::Draft, id).await?),
            None => Ok(()),
        }
    }

    /// The person's drafts.
    pub async fn drafts(&self) -> Result<Drafts, Problem> {
        let Some(local) = self.session.local() else { return Ok(Drafts::default()) };
        let found = local.all(Kind::Draft).await?;
        let mut drafts = Drafts { spoiled: found.spoiled, ..Drafts::default() };
        for kept in found.kept {
            match serde_json::from_str::<Draft>(&kept.text) {
                Ok(draft) if !self.is_of_somebody_else(draft.client_id.as_ref()) => {
                    drafts.drafts.push(Draft { id: kept.id, ..draft });
                }
                Ok(_) => drafts.aside += 1,
                Err(_) => drafts.spoiled += 1,
            }
        }
        Ok(drafts)
    }

    /// Whether a client is named that does not exist for the person now.
    pub(super) fn is_of_somebody_else(&self, client: Option<&ClientId>) -> bool {
        client.is_some_and(|client| self.session.scope().client(client).is_none())
    }

    /// A key that no draft has, to make those of one sitting from.
    pub fn draft_seed(&self) -> Uuid {
        let EntryId(id) = self.new_id();
        id
    }
}
