//! `kpi-ops doctor`: what is wrong with a plant's database, in words, and mending what can be mended.
//!
//! It is for whoever keeps the machine, so it takes no login; it changes no entry and shows none.

use super::login::Plant;
use super::problem::Problem;
use crate::store::doctor::Diagnosis;

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub what: String,
    /// What is to be done about it.
    pub how_to_mend: String,
    /// Whether it has just been mended.
    pub mended: bool,
}

/// What mends tallies.
const REPAIR: &str = "run `kpi-ops doctor --repair`: it adds the entries up again";
/// What mends everything else.
const RESTORE: &str = "stop everything that uses the database and restore the newest backup";

impl Plant {
    /// Looks for what is wrong; with `repair`, mends it where the database holds what it takes.
    pub async fn doctor(&self, repair: bool) -> Result<Vec<Finding>, Problem> {
        let before = self.store().diagnose().await?;
        let is_about_tallies = before.is_unkept || !before.tallies.is_empty();
        // A damaged file is not written to: what can still be read of it should stay so.
        if !(repair && is_about_tallies && before.damage.is_empty()) {
            return Ok(findings(&before, None));
        }
        self.store().rebuild_tallies().await?;
        let after = self.store().diagnose().await?;
        Ok(findings(&before, Some(&after)))
    }
}

/// Every finding, with whether it is gone `after` mending.
fn findings(before: &Diagnosis, after: Option<&Diagnosis>) -> Vec<Finding> {
    let lasting = |what: String| Finding { what, how_to_mend: RESTORE.into(), mended: false };
    let mut findings: Vec<_> =
        before.damage.iter().map(|line| lasting(format!("the database file is damaged: {line}"))).collect();
    findings.extend(before.orphans.iter().map(|(table, parent, rows)| {
        lasting(format!("{} of {table} {} a {parent} that is not there", rows_of(*rows), name(*rows)))
    }));
    if before.is_unkept {
        findings.push(Finding {
            what: "new entries are not added to the stored tallies".into(),
            how_to_mend: REPAIR.into(),
            mended: after.is_some_and(|after| !after.is_unkept),
        });
    }
    findings.extend(before.tallies.iter().map(|found| {
        let (table, client) = (found.table, &found.client_id);
        let is_gone =
            |after: &Diagnosis| !after.tallies.iter().any(|left| (left.table, &left.client_id) == (table, client));
        Finding {
            what: format!(
                "stored tallies of {client} are not what its entries add up to: {} of {table}",
                rows_of(found.rows)
            ),
            how_to_mend: REPAIR.into(),
            mended: after.is_some_and(is_gone),
        }
    }));
    findings
}

fn rows_of(rows: i64) -> String {
    if rows == 1 { "1 row".into() } else { format!("{rows} rows") }
}

const fn name(rows: i64) -> &'static str {
    if rows == 1 { "names" } else { "name" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::clock::Clock;
    use crate::store::DatabaseUrl;

    #[tokio::test]
    async fn a_new_plant_is_healthy() {
        let folder = tempfile::tempdir().unwrap();
        let url = DatabaseUrl::file(folder.path().join("plant.db"));
        let plant = Plant::open(&url, Clock::fixed(crate::domain::clock::Instant(0))).await.unwrap();
        assert_eq!(plant.doctor(false).await.unwrap(), []);
        assert_eq!(plant.doctor(true).await.unwrap(), []);
    }
}
