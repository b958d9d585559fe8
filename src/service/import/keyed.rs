//! Rows with a business key: what is there is updated in place, and what changes nothing is left alone.

use super::fields::Fields;
use super::{Bench, Done, Item, Verdict};
use crate::domain::id::ClientId;
use crate::domain::reject::Reject;
use crate::service::Problem;
use crate::store::WriteTx;
use crate::store::import::{self, Change, Key, Record, Stored, save};
use std::collections::HashMap;
use std::hash::Hash;

/// What a batch of such rows comes to.
#[derive(Debug)]
pub(super) struct Merged<T> {
    /// What became of each row.
    pub(super) verdicts: Vec<Verdict>,
    /// What is to be written.
    pub(super) changes: Vec<Change<T>>,
}

/// The rows that a batch names, by key, removed ones too: of a client, or of what all share.
pub(super) async fn stored<T: Record, N: Key, K: Eq + Hash>(
    tx: &mut WriteTx,
    client: Option<&ClientId>,
    names: &[N],
    key: impl Fn(&T) -> K,
) -> Result<HashMap<K, Stored<T>>, Problem> {
    let rows: Vec<Stored<T>> = import::stored(tx, client, names).await?;
    Ok(rows.into_iter().map(|stored| (key(&stored.row), stored)).collect())
}

/// Lays each row over what is there. `row` makes the row that is to be, from the key and the row that is.
pub(super) fn merge<T: Record, K: Eq + Hash>(
    items: &[Item<'_>],
    stored: &HashMap<K, Stored<T>>,
    key: impl Fn(&Fields<'_>) -> Result<K, Reject>,
    mut row: impl FnMut(&Fields<'_>, K, Option<&T>) -> Result<T, Reject>,
) -> Merged<T> {
    let mut merged = Merged { verdicts: Vec::with_capacity(items.len()), changes: Vec::new() };
    for item in items {
        let verdict = key(&item.fields).and_then(|key| {
            let known = stored.get(&key);
            // A removed row is brought back with what it had.
            let after = row(&item.fields, key, known.map(|known| &known.row))?;
            Ok(match known {
                None => {
                    merged.changes.push(Change { before: None, after });
                    Done::New
                }
                Some(known) if known.row == after && !known.removed => Done::Unchanged,
                Some(known) => {
                    merged.changes.push(Change { before: Some(known.row.clone()), after });
                    Done::Updated
                }
            })
        });
        merged.verdicts.push(verdict);
    }
    merged
}

impl<T: Record> Merged<T> {
    /// Writes the changes.
    pub(super) async fn save(self, tx: &mut WriteTx, bench: &mut Bench<'_>) -> Result<Vec<Verdict>, Problem> {
        bench.changes.extend(save(tx, self.changes).await?);
        Ok(self.verdicts)
    }
}

/// The keys that the readable rows name, each once.
pub(super) fn named<K: Eq + Hash + Clone>(
    items: &[Item<'_>],
    key: impl Fn(&Fields<'_>) -> Result<Option<K>, Reject>,
) -> Vec<K> {
    let mut seen = std::collections::HashSet::new();
    items.iter().filter_map(|item| key(&item.fields).ok().flatten()).filter(|key| seen.insert(key.clone())).collect()
}
