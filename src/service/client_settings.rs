//! What a client may have otherwise than others (2-data.md, `client_setting`).

use super::{Command, Desk, Problem, Receipt, SetClientSettings};
use crate::domain::id::ClientId;
use crate::store::audit::AuditEntry;
use crate::store::funnel::Look;
use crate::store::master_data::{Setting, set_setting, setting};
use serde::{Deserialize, Serialize};

/// The longest time back that a LEADER may correct, in days.
pub const MOST_CORRECTION_DAYS: i64 = 3_650;

/// The settings of a client.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientSettings {
    /// Whether somebody else has to release what a person asked to be released.
    pub two_person_release: bool,
    /// Whether absence may be looked at by employee.
    pub bradford: bool,
    /// How many days back a LEADER may correct somebody else's entry: 0 to 3,650.
    pub correction_days: i64,
}

impl ClientSettings {
    async fn read(tx: &mut impl Look, client: &ClientId) -> Result<Self, Problem> {
        Ok(Self {
            two_person_release: setting(tx, client, Setting::TwoPersonRelease).await? != 0,
            bradford: setting(tx, client, Setting::Bradford).await? != 0,
            correction_days: setting(tx, client, Setting::CorrectionDays).await?,
        })
    }

    const fn values(self) -> [(Setting, i64); 3] {
        [
            (Setting::TwoPersonRelease, self.two_person_release as i64),
            (Setting::Bradford, self.bradford as i64),
            (Setting::CorrectionDays, self.correction_days),
        ]
    }
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
        if !(0..=MOST_CORRECTION_DAYS).contains(&to.correction_days) {
            let why = format!("is not from 0 to {MOST_CORRECTION_DAYS}");
            return Err(Problem::reject("correction_days", why, "type how many days back a LEADER may correct"));
        }
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
        let entry = AuditEntry {
            table: "client_setting",
            key: client_id.to_string(),
            action: "change",
            before: serde_json::to_value(from).ok(),
            after: serde_json::to_value(to).ok(),
        };
        tx.record(&client_id, entry);
        tx.commit().await?;
        let undo = SetClientSettings { client_id: client_id.clone(), from: to, to: from };
        Ok(Receipt::done(format!("settings of {client_id} changed")).undone_by(Command::SetClientSettings(undo)))
    }
}
