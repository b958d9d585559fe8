//! What a new plant still lacks, so that its empty screens can lead on.

use super::{Desk, Problem, Setup};

impl Desk {
    pub(super) async fn setup(&self) -> Result<Setup, Problem> {
        let existing = self.session.existing().await?;
        let number = |count: i64| u64::try_from(count).unwrap_or(0);
        Ok(Setup {
            clients: number(existing.clients),
            lines: number(existing.lines),
            products: number(existing.products),
            shifts: number(existing.shifts),
            other_users: existing.other_accounts.map(number),
        })
    }
}
