//! `kpi-ops doctor`: what is wrong with a plant's database, in words, and mending what can be mended.
//!
//! It is for whoever keeps the machine, so it takes no login; it changes no entry and shows none.

mod machine;

pub use machine::MachineLook;

use super::login::Plant;
use super::problem::Problem;
use crate::store::audit::ChainState;
use crate::store::doctor::Diagnosis;
use crate::store::{DatabaseUrl, StoreError};

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
/// What is done about a trail that somebody has changed.
const NEW_TRAIL: &str = "find out who could write to the database, compare with the newest backup and with the ends that reports show; \
    then `kpi-ops doctor --new-trail` begins the audit trail anew behind what is there";
/// What mends everything else.
const RESTORE: &str = "stop everything that uses the database and restore the newest backup";

impl Finding {
    /// Something that stays until somebody does something about it.
    pub(super) fn lasting(what: impl Into<String>, how_to_mend: impl Into<String>) -> Self {
        Self { what: what.into(), how_to_mend: how_to_mend.into(), mended: false }
    }
}

impl Plant {
    /// Looks for what is wrong with the database by itself, wherever it is.
    pub(super) async fn doctor_of_database(&self) -> Result<Vec<Finding>, Problem> {
        let mut found = findings(&self.store().diagnose().await?, None);
        found.extend(self.catalogue_findings().await?);
        found.extend(self.trail_findings().await?);
        Ok(found)
    }

    /// Looks for what is wrong; with `repair`, mends it where the database holds what it takes. On a server that takes
    /// the database as its owner.
    pub async fn doctor(&self, repair: bool, owner: Option<&DatabaseUrl>) -> Result<Vec<Finding>, Problem> {
        let before = self.store().diagnose().await?;
        let is_about_tallies = before.is_unkept || !before.tallies.is_empty();
        // A damaged file is not written to: what can still be read of it should stay so.
        if !(repair && is_about_tallies && before.damage.is_empty()) {
            let mut found = findings(&before, None);
            found.extend(self.catalogue_findings().await?);
            found.extend(self.trail_findings().await?);
            return Ok(found);
        }
        self.store().rebuild_tallies(owner).await?;
        let after = self.store().diagnose().await?;
        let mut found = findings(&before, Some(&after));
        found.extend(self.catalogue_findings().await?);
        found.extend(self.trail_findings().await?);
        Ok(found)
    }

    /// Begins the audit trail anew where it is not whole, or all of it where its key is lost: behind the entries that
    /// are there, on its own record. Gives the chains that were begun.
    pub async fn begin_trail_anew(&self) -> Result<Vec<String>, Problem> {
        let begun = self.store().begin_trails_anew(self.clock().now()).await?;
        Ok(begun.iter().map(ToString::to_string).collect())
    }

    /// What is wrong with how the database is built.
    async fn catalogue_findings(&self) -> Result<Vec<Finding>, Problem> {
        let found = self.store().lint().await?.into_iter();
        let told = |finding: crate::store::lint::Finding| {
            format!("the database is not built as it must be, in {}: {}", finding.object, finding.rule.words)
        };
        Ok(found.map(|finding| Finding::lasting(told(finding), RESTORE)).collect())
    }

    /// What is wrong with the audit trail and its key.
    async fn trail_findings(&self) -> Result<Vec<Finding>, Problem> {
        let lasting = |what: String, how: &str| Finding { what, how_to_mend: how.into(), mended: false };
        let states = match self.store().verify_trails().await {
            // It says itself what is to be done.
            Err(StoreError::AuditKey(trouble)) => {
                return Ok(vec![lasting("the audit trail cannot be looked at".into(), &trouble.to_string())]);
            }
            states => states?,
        };
        let mut found: Vec<_> = states.iter().flat_map(trail_faults).map(|what| lasting(what, NEW_TRAIL)).collect();
        if is_open_to_others(self.store().key_path()) {
            let path = self.store().key_path().display().to_string();
            let what = format!("others on this machine can read the audit key {path}");
            found.push(lasting(what, &format!("run `chmod 600 {path}`")));
        }
        Ok(found)
    }
}

/// What is wrong with a chain, fault by fault.
fn trail_faults(state: &ChainState) -> Vec<String> {
    let of = &state.chain;
    let mut faults: Vec<_> = state.faults.iter().map(|fault| format!("the audit trail of {of}: {fault}")).collect();
    if state.more > 0 {
        faults.push(format!("the audit trail of {of}: and {} faults more", state.more));
    }
    faults
}

/// Whether anybody but its owner may do something with a file.
fn is_open_to_others(path: &std::path::Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::metadata(path).is_ok_and(|about| about.permissions().mode() & 0o077 != 0)
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        false
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

    #[tokio::test]
    async fn a_new_plant_is_healthy() {
        let folder = tempfile::tempdir().unwrap();
        let url = DatabaseUrl::file(folder.path().join("plant.db"));
        let plant = Plant::open(&url, Clock::fixed(crate::domain::clock::Instant(0))).await.unwrap();
        assert_eq!(plant.doctor(false, None).await.unwrap(), []);
        assert_eq!(plant.doctor(true, None).await.unwrap(), []);
    }
}
