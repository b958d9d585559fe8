//! The news of a desk: that something may have changed that its person can see. What it was is asked for, with the rights
//! and the scope of every other question.

use super::{Desk, Problem};
use crate::store::{Feed, StoreError};
use std::sync::Arc;
use tokio::sync::Notify;

impl Desk {
    /// The news of the clients in view, from now on; what this desk changes itself is none. Another view of the rows has
    /// news of its own. `doubt` is notified by whoever had a [`Problem::is_server_gone`]: the feed then looks at once.
    pub async fn feed(&self, doubt: Arc<Notify>) -> Feed {
        self.session.feed(doubt).await
    }
}

impl Problem {
    /// Whether the server could not be reached: nothing is wrong with what was asked, and it can be sent again.
    pub const fn is_server_gone(&self) -> bool {
        matches!(self, Self::Store(StoreError::NoAnswer) | Self::NeedsServer(_))
    }
}
