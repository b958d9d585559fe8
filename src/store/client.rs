//! Clients as the account door keeps them: adding one with its own catalogue and settings, letting its people in or
//! keeping them out.

use super::account::AccountTx;
use super::audit::AuditEntry;
use super::error::StoreError;
use super::funnel::{Cells, FromCells, InsertInto, Look, Stamp, args, statements};
use crate::domain::clock::PlantClock;
use crate::domain::id::ClientId;
use crate::domain::scope::ScopedClient;
use crate::domain::text::CleanText;
use serde_json::Value as Json;

statements! {
    CLIENT = "SELECT client_id, name, time_zone, active FROM t_client WHERE client_id = $1 AND deleted_at IS NULL";
    CLIENTS = "SELECT client_id, name, time_zone, active FROM t_client WHERE deleted_at IS NULL ORDER BY client_id";
    CLIENT_ID_TAKEN = "SELECT count(*) FROM t_client WHERE client_id = $1";
    SET_CLIENT_ACTIVE = "UPDATE t_client SET active = $2, updated_by = $3, updated_at = $4, version = version + 1
        WHERE client_id = $1 RETURNING version";
    COPY_DOWNTIME_REASONS = "INSERT INTO t_downtime_reason
        (client_id, code, number, name, code_group, loss, hidden, created_by, created_at, updated_by, updated_at, version)
        SELECT $1, t.code,
          CASE WHEN EXISTS (SELECT 1 FROM t_downtime_reason AS o WHERE o.client_id = $1 AND o.number = t.number) THEN NULL ELSE t.number END,
          t.name, t.code_group, t.loss, 0, $2, CAST($3 AS BIGINT), $2, CAST($3 AS BIGINT), 1
        FROM t_downtime_reason_template AS t
        WHERE t.deleted_at IS NULL AND NOT EXISTS (SELECT 1 FROM t_downtime_reason AS o WHERE o.client_id = $1 AND o.code = t.code)
        RETURNING version";
    COPY_HOLD_REASONS = "INSERT INTO t_hold_reason
        (client_id, code, number, name, code_group, hidden, created_by, created_at, updated_by, updated_at, version)
        SELECT $1, t.code,
          CASE WHEN EXISTS (SELECT 1 FROM t_hold_reason AS o WHERE o.client_id = $1 AND o.number = t.number) THEN NULL ELSE t.number END,
          t.name, t.code_group, 0, $2, CAST($3 AS BIGINT), $2, CAST($3 AS BIGINT), 1
        FROM t_hold_reason_template AS t
        WHERE t.deleted_at IS NULL AND NOT EXISTS (SELECT 1 FROM t_hold_reason AS o WHERE o.client_id = $1 AND o.code = t.code)
        RETURNING version";
    COPY_DEFECT_TYPES = "INSERT INTO t_defect_type
        (client_id, code, number, name, code_group, hidden, created_by, created_at, updated_by, updated_at, version)
        SELECT $1, t.code,
          CASE WHEN EXISTS (SELECT 1 FROM t_defect_type AS o WHERE o.client_id = $1 AND o.number = t.number) THEN NULL ELSE t.number END,
          t.name, t.code_group, 0, $2, CAST($3 AS BIGINT), $2, CAST($3 AS BIGINT), 1
        FROM t_defect_type_template AS t
        WHERE t.deleted_at IS NULL AND NOT EXISTS (SELECT 1 FROM t_defect_type AS o WHERE o.client_id = $1 AND o.code = t.code)
        RETURNING version";
    COPY_ABSENCE_TYPES = "INSERT INTO t_absence_type
        (client_id, code, number, name, code_group, counts, hidden, created_by, created_at, updated_by, updated_at, version)
        SELECT $1, t.code,
          CASE WHEN EXISTS (SELECT 1 FROM t_absence_type AS o WHERE o.client_id = $1 AND o.number = t.number) THEN NULL ELSE t.number END,
          t.name, t.code_group, t.counts, 0, $2, CAST($3 AS BIGINT), $2, CAST($3 AS BIGINT), 1
        FROM t_absence_type_template AS t
        WHERE t.deleted_at IS NULL AND NOT EXISTS (SELECT 1 FROM t_absence_type AS o WHERE o.client_id = $1 AND o.code = t.code)
        RETURNING version";
}

const CLIENT_TABLE: InsertInto =
    InsertInto { table: "t_client", columns: &["client_id", "name", "time_zone", "active"], stamp: Stamp::Full };
const SETTING: InsertInto =
    InsertInto { table: "t_client_setting", columns: &["client_id", "name", "value"], stamp: Stamp::Full };

/// The settings of a new client (2-data.md).
const SETTINGS: [(&str, i64); 3] = [("two_person_release", 1), ("bradford", 0), ("correction_days", 7)];

/// A client as an ADMIN sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientAccount {
    /// Its key.
    pub client_id: ClientId,
    /// Its name.
    pub name: String,
    /// The IANA zone of its plant.
    pub time_zone: String,
    /// Whether it exists for its people.
    pub active: bool,
}

impl FromCells for ClientAccount {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self { client_id: cells.client()?, name: cells.text()?, time_zone: cells.text()?, active: cells.flag()? })
    }
}

impl FromCells for ScopedClient {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        let (client_id, name, zone) = (cells.client()?, cells.text()?, cells.text()?);
        let clock = PlantClock::parse(&zone).map_err(|reject| StoreError::Driver(reject.to_string()))?;
        Ok(Self { client_id, name, clock })
    }
}

impl AccountTx {
    /// A client, disabled ones too.
    pub(crate) async fn client(&mut self, client: &ClientId) -> Result<Option<ClientAccount>, StoreError> {
        self.tx.optional(CLIENT, args![client]).await
    }

    /// Every client, by key.
    pub(crate) async fn every_client(&mut self) -> Result<Vec<ClientAccount>, StoreError> {
        self.tx.all(CLIENTS, Vec::new()).await
    }

    /// Whether a key was ever given to a client.
    pub(crate) async fn is_client_taken(&mut self, client: &ClientId) -> Result<bool, StoreError> {
        Ok(self.tx.one::<i64>(CLIENT_ID_TAKEN, args![client]).await? > 0)
    }

    /// Adds a client with its own copy of every catalogue template and the settings that a client starts with.
    pub(crate) async fn add_client(
        &mut self,
        client: &ClientId,
        name: &CleanText,
        time_zone: &str,
    ) -> Result<(), StoreError> {
        self.tx.insert_one(&CLIENT_TABLE, args![client, name, time_zone, true]).await?;
        self.copy_templates(client).await?;
        self.move_all_scopes().await?;
        let settings = SETTINGS.iter().map(|&(setting, value)| args![client, setting, value]).collect();
        self.tx.insert(&SETTING, settings).await
    }

    /// Gives a client every catalogue template that it lacks; a number that it uses already stays its own.
    async fn copy_templates(&mut self, client: &ClientId) -> Result<(), StoreError> {
        self.tx.reach(Some(client)).await?;
        let (by, at) = (self.tx.by().to_owned(), self.tx.at());
        for copy in [COPY_DOWNTIME_REASONS, COPY_HOLD_REASONS, COPY_DEFECT_TYPES, COPY_ABSENCE_TYPES] {
            self.tx.run(copy, args![client, &by, at]).await?;
        }
        Ok(())
    }

    /// Lets a client's people see it, or hides it from their next transaction on. One that comes back gets the
    /// templates that were added while it was away.
    pub(crate) async fn set_client_active(&mut self, client: &ClientId, active: bool) -> Result<(), StoreError> {
        let (by, at) = (self.tx.by().to_owned(), self.tx.at());
        self.tx.run(SET_CLIENT_ACTIVE, args![client, active, by, at]).await?;
        self.move_all_scopes().await?;
        if active { self.copy_templates(client).await } else { Ok(()) }
    }

    /// Adds a row to the client's own audit trail, in this transaction.
    pub(crate) fn record_for_client(
        &mut self,
        client: &ClientId,
        action: &str,
        before: Option<Json>,
        after: Option<Json>,
    ) {
        let key = client.to_string();
        self.tx.record(client, AuditEntry { table: "client", key, action, before, after });
    }
}
