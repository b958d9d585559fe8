//! What a client may have otherwise than others (2-data.md, `client_setting` and `stage`).

use super::{Command, Desk, Problem, Receipt, SetClientSettings};
use crate::domain::id::{ClientId, Stage};
use crate::domain::reject::Reject;
use crate::store::audit::AuditEntry;
use crate::store::funnel::Look;
use crate::store::master_data::{self, Setting, set_setting, setting};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// The longest time back that a LEADER may correct, in days.
pub const MOST_CORRECTION_DAYS: i64 = 3_650;
/// The most stages at which a client inspects.
pub const MOST_STAGES: usize = 50;

/// The settings of a client.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientSettings {
    /// Whether somebody else has to release what a person asked to be released.
    pub two_person_release: bool,
    /// Whether absence may be looked at by employee.
    pub bradford: bool,
    /// How many days back a LEADER may correct somebody else's entry: 0 to 3,650.
    pub correction_days: i64,
    /// The stages at which it inspects, in the order of its work.
    pub stages: Vec<Stage>,
}

impl ClientSettings {
    async fn read(tx: &mut impl Look, client: &ClientId) -> Result<Self, Problem> {
        Ok(Self {
            two_person_release: setting(tx, client, Setting::TwoPersonRelease).await? != 0,
            bradford: setting(tx, client, Setting::Bradford).await? != 0,
            correction_days: setting(tx, client, Setting::CorrectionDays).await?,
            stages: master_data::stages(tx, client).await?,
        })
    }

    const fn values(&self) -> [(Setting, i64); 3] {
        [
            (Setting::TwoPersonRelease, self.two_person_release as i64),
            (Setting::Bradford, self.bradford as i64),
            (Setting::CorrectionDays, self.correction_days),
        ]
    }
}

/// Refuses what no client can have.
fn check(settings: &ClientSettings) -> Result<(), Reject> {
    if !(0..=MOST_CORRECTION_DAYS).contains(&settings.correction_days) {
        let why = format!("is not from 0 to {MOST_CORRECTION_DAYS}");
        return Err(Reject::new("correction_days", why, "type how many days back a LEADER may correct"));
    }
    let mut known = BTreeSet::new();
    if let Some(twice) = settings.stages.iter().find(|stage| !known.insert(*stage)) {
        return Err(Reject::new("stages", format!("name {twice} twice"), "name each once"));
    }
    if settings.stages.len() > MOST_STAGES {
        return Err(Reject::new("stages", format!("are more than {MOST_STAGES}"), "leave out those no longer in use"));
    }
    Ok(())
}

impl Desk {
    /// The settings of a client.
    pub(super) async fn client_settings(&self, client: &ClientId) -> Result<ClientSettings, Problem> {
        self.client(client)?;
        ClientSettings::read(&mut self.session.read().await?, client).await
    }

    /// Changes what differs from what was looked at. Refused where somebody else changed any of it since.
    pub(super) async fn set_client_settings(&self, set: SetClientSettings) -> Result<Receipt, Problem> {
        let SetClientSettings { client_id, from, to } = set;
        self.client(&client_id)?;
        check(&to)?;
        let mut tx = self.session.write(self.now()).await?;
        let now = ClientSettings::read(&mut tx, &client_id).await?;
        if now == to {
            return Ok(Receipt::done(format!("the settings of {client_id} are like that already")));
        }
        if now != from {
            let why = "were changed by somebody else meanwhile";
            return Err(Problem::reject("settings", why, "Esc, then open them again"));
        }
        for ((setting, old), (_, new)) in from.values().into_iter().zip(to.values()) {
            if old != new {
                set_setting(&mut tx, &client_id, setting, new).await?;
            }
        }
        if from.stages != to.stages {
            master_data::set_stages(&mut tx, &client_id, &to.stages).await?;
        }
        let entry = AuditEntry {
            table: "client_setting",
            key: client_id.to_string(),
            action: "change",
            before: serde_json::to_value(&from).ok(),
            after: serde_json::to_value(&to).ok(),
        };
        tx.record(&client_id, entry);
        tx.commit().await?;
        let undo = SetClientSettings { client_id: client_id.clone(), from: to, to: from };
        Ok(Receipt::done(format!("settings of {client_id} changed")).undone_by(Command::SetClientSettings(undo)))
    }
}
