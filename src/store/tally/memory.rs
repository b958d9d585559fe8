//! What a session remembers of stored days and months: those of the window that it looked at last.
//!
//! After somebody else's commit a screen asks again for the same window. Every stored day, month and stage counts its
//! changes, so the months' counts say where to look, the counts of their days which days to read, and only those are
//! read. What depends on the time is no part of it ([`super::live`]), and neither is anything that a client has no
//! more: the clients are asked for at each look, so that a revoked one is forgotten.

use super::extent::{Extent, month_number, month_window};
use super::packed::packed;
use super::stored::{self, Changes, ClientTallies, changes, counts};
use crate::domain::clock::ProductionDate;
use crate::domain::id::ClientId;
use crate::kpi::Window;
use crate::store::error::StoreError;
use crate::store::funnel::{Cells, FromCells, Look, args, statements};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

statements! {
    /// The counts of changes of months.
    MONTHS = concat!(
        "SELECT c.client_id, ", counts!("tally_month", "month", "$1", "$2"), ", ", counts!("tally_stage_month", "month", "$1", "$2"),
        " FROM client AS c ORDER BY c.client_id"
    );
    /// The counts of changes of a client's days.
    DAYS = concat!(
        "SELECT c.client_id, ", counts!("tally_day", "production_date", "$1", "$2"), ", ",
        counts!("tally_stage", "production_date", "$1", "$2"), " FROM client AS c WHERE c.client_id = $3"
    );
}

struct Counted(ClientId, Changes);

impl FromCells for Counted {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self(cells.client()?, changes(cells)?))
    }
}

/// What is remembered, with the counts that say whether it still holds.
#[derive(Debug)]
pub(crate) struct Remembered {
    extent: Extent,
    tallies: Vec<ClientTallies>,
    days: BTreeMap<ClientId, Changes>,
    days_read: usize,
}

impl Remembered {
    /// The stored days and months, client by client.
    pub(crate) fn tallies(&self) -> &[ClientTallies] {
        &self.tallies
    }

    /// How many days of clients were read for this look.
    pub(crate) fn days_read(&self) -> usize {
        self.days_read
    }
}

/// The memory of a session. Two looks at the same time do not wait for each other: the second one reads everything.
#[derive(Debug, Default)]
pub(in crate::store) struct Memory(Mutex<Option<Remembered>>);

impl Memory {
    fn take(&self) -> Option<Remembered> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn put(&self, remembered: Remembered) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(remembered);
    }
}

impl crate::store::Session {
    /// The stored days and months of an extent, of every client in view. Give them back with [`Self::remember`].
    pub(crate) async fn tallies(&self, tx: &mut impl Look, extent: Extent) -> Result<Remembered, StoreError> {
        match self.memory.take().filter(|remembered| remembered.extent == extent) {
            Some(remembered) => again(tx, remembered).await,
            None => anew(tx, extent).await,
        }
    }

    /// Keeps what was read for the next look at the same window.
    pub(crate) fn remember(&self, remembered: Remembered) {
        self.memory.put(remembered);
    }
}

async fn months(tx: &mut impl Look, extent: Extent) -> Result<BTreeMap<ClientId, Changes>, StoreError> {
    let dates = extent.whole();
    let (first, last) = (dates.map(Window::from).map(month_number), dates.map(Window::to).map(month_number));
    let rows: Vec<Counted> = tx.all(MONTHS, args![first, last]).await?;
    Ok(rows.into_iter().map(|Counted(client_id, changes)| (client_id, changes)).collect())
}

async fn days(tx: &mut impl Look, client_id: &ClientId, window: Window) -> Result<Changes, StoreError> {
    let days: Option<Counted> = tx.optional(DAYS, args![window.from(), window.to(), client_id]).await?;
    Ok(days.map(|Counted(_, changes)| changes).unwrap_or_default())
}

/// Reads everything.
async fn anew(tx: &mut impl Look, extent: Extent) -> Result<Remembered, StoreError> {
    let tallies = stored::read(tx, extent, None).await?;
    let days = tallies.iter().map(|tallies| (tallies.client_id.clone(), tallies.changes_of_days())).collect();
    let days_read = tallies.iter().map(ClientTallies::days_known).sum();
    Ok(Remembered { extent, tallies, days, days_read })
}

/// Reads what changed since the last look.
async fn again(tx: &mut impl Look, mut known: Remembered) -> Result<Remembered, StoreError> {
    let present = months(tx, known.extent).await?;
    known.days_read = 0;
    known.tallies.retain(|tallies| present.contains_key(&tallies.client_id));
    known.days.retain(|client_id, _| present.contains_key(client_id));
    if known.tallies.len() < present.len() {
        // A client came into the scope.
        return anew(tx, known.extent).await;
    }
    for (place, (client_id, changes)) in present.into_iter().enumerate() {
        let before = known.tallies.get(place).map(|tallies| &tallies.changes);
        let is_new = |month: &i64, change: &i64| before.and_then(|before| before.get(month)) != Some(change);
        let changed: Vec<i64> =
            changes.iter().filter(|(month, change)| is_new(month, change)).map(|(month, _)| *month).collect();
        if !changed.is_empty() {
            known.read_months(tx, place, &client_id, &changed).await?;
        }
        if let Some(tallies) = known.tallies.get_mut(place) {
            tallies.changes = changes;
        }
    }
    Ok(known)
}

impl Remembered {
    /// Reads the changed months of a client, as far as they belong to the extent, and their changed days.
    async fn read_months(
        &mut self,
        tx: &mut impl Look,
        place: usize,
        client_id: &ClientId,
        changed: &[i64],
    ) -> Result<(), StoreError> {
        let Some(tallies) = self.tallies.get_mut(place) else { return Ok(()) };
        let known = self.days.entry(client_id.clone()).or_default();
        for window in changed.iter().filter_map(|month| month_window(*month)) {
            for part in self.extent.parts_within(window) {
                let Some(stretch) = part.stretches().into_iter().flatten().next() else {
                    tallies.replace(stored::read(tx, part, Some(client_id)).await?, part);
                    continue;
                };
                let counts = days(tx, client_id, stretch).await?;
                let dates: BTreeSet<_> = counts.iter().filter(|(day, count)| known.get(day) != Some(count)).collect();
                self.days_read += dates.len();
                for dates in runs(dates.into_iter().map(|(day, _)| *day)) {
                    let part = Extent::days(dates);
                    tallies.replace(stored::read(tx, part, Some(client_id)).await?, part);
                }
                known.extend(counts);
            }
        }
        Ok(())
    }
}

/// Dates in order as windows without gaps.
fn runs(dates: impl Iterator<Item = i64>) -> Vec<Window> {
    let mut runs: Vec<Window> = Vec::new();
    for date in dates.filter_map(|date| i32::try_from(date).ok()).map(ProductionDate) {
        match runs.last_mut() {
            Some(last) if last.to().plus_days(1) == date => *last = Window::new(last.from(), date).unwrap_or(*last),
            _ => runs.push(Window::ending(date, 1)),
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::clock::Instant;
    use crate::domain::role::Role;
    use crate::store::test_plant::{MONDAY, TestPlant};
    use crate::store::{Dice, Known, Session, prepare, work};

    #[test]
    fn dates_without_gaps_are_read_at_once() {
        let runs: Vec<_> =
            runs([3, 4, 5, 9, 11, 12].into_iter()).iter().map(|run| (run.from().0, run.to().0)).collect();
        assert_eq!(runs, [(3, 5), (9, 9), (11, 12)]);
    }

    /// How many days of clients a look reads.
    async fn days_read(session: &Session, extent: Extent) -> usize {
        let mut tx = session.read().await.unwrap();
        let remembered = session.tallies(&mut tx, extent).await.unwrap();
        let days = remembered.days_read();
        session.remember(remembered);
        days
    }

    #[tokio::test]
    async fn only_days_that_changed_are_read_again() {
        let clients = ["ACME", "BOLT"];
        let plant = TestPlant::of(&clients).await;
        prepare(&plant, &clients).await;
        let (worker, session) = (plant.session(Role::Admin, &[]).await, plant.session(Role::Leader, &clients).await);
        work(&worker, &clients, &mut vec![Known::default(); 2], &mut Dice(32), 400).await;
        let extent = Extent::days(Window::new(MONDAY.plus_days(-6), MONDAY.plus_days(35)).unwrap());
        assert_eq!(days_read(&session, extent).await, 42 * 2, "everything at first");
        assert_eq!(days_read(&session, extent).await, 0, "nothing while nothing changes");
        for (sql, days) in [
            (
                "UPDATE line_shift SET planned_minutes = planned_minutes + 1 WHERE client_id = 'BOLT' AND line_id = 'L1'
                   AND shift_id = 'LATE' AND production_date = $1 RETURNING line_id",
                1,
            ),
            (
                "UPDATE line_shift SET crew = coalesce(crew, 0) + 1 WHERE client_id = 'BOLT' AND line_id = 'L1'
                   AND shift_id = 'EARLY' AND production_date BETWEEN $1 AND $1 + 2 RETURNING line_id",
                3,
            ),
            // The stage alone: no other sum of the day changes.
            (
                "UPDATE quality_entry SET stage = CASE stage WHEN 'final' THEN 'sewing' ELSE 'final' END
                 WHERE client_id = 'ACME' AND entry_id = (SELECT q.entry_id FROM quality_entry AS q
                   WHERE q.client_id = 'ACME' AND q.deleted_at IS NULL AND q.inspected > 0 AND q.production_date > $1 LIMIT 1)
                 RETURNING stage",
                1,
            ),
        ] {
            let mut tx = worker.write(Instant(1)).await.unwrap();
            assert!(tx.run(sql, args![MONDAY.plus_days(3)]).await.unwrap() > 0, "{sql}");
            tx.commit().await.unwrap();
            assert_eq!(days_read(&session, extent).await, days, "{sql}");
            assert_eq!(days_read(&session, extent).await, 0, "{sql}");
        }
    }
}
