//! What the import's tests share: a plant, somebody who may import, and the whole database as text.

use super::plant::{Engine, FloorPlant};
use kpi_ops::service::{Desk, Entity, Import, ImportReport, Problem};
use std::path::PathBuf;

/// The floor's plant with the desk of a POWERUSER.
pub struct ImportDesk {
    pub plant: FloorPlant,
    pub desk: Desk,
}

impl ImportDesk {
    pub async fn new() -> Self {
        Self::at(FloorPlant::new().await).await
    }

    /// The same on an engine.
    pub async fn on(engine: Engine) -> Self {
        Self::at(FloorPlant::on(engine).await).await
    }

    async fn at(plant: FloorPlant) -> Self {
        let desk = plant.desk("paul").await;
        Self { plant, desk }
    }

    /// Writes a file into the plant's folder.
    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.plant.test.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// Imports a text for ACME.
    pub async fn import(&self, entity: Entity, content: impl AsRef<[u8]>) -> ImportReport {
        self.import_for(Some("ACME"), entity, content).await
    }

    /// Imports a text.
    pub async fn import_for(&self, client: Option<&str>, entity: Entity, content: impl AsRef<[u8]>) -> ImportReport {
        self.try_import(client, entity, content).await.unwrap_or_else(|problem| panic!("{problem}"))
    }

    /// Imports a text, or says why not.
    pub async fn try_import(
        &self,
        client: Option<&str>,
        entity: Entity,
        content: impl AsRef<[u8]>,
    ) -> Result<ImportReport, Problem> {
        let file = self.file(&format!("{entity}.csv"), content);
        let import = Import { entity, file: &file, client, dry_run: false, all_or_nothing: false };
        self.desk.import(&import, |_| {}).await
    }

    /// The only refusal of an import, as `line column: why`.
    pub async fn refusal(&self, entity: Entity, content: &str) -> String {
        let report = self.import(entity, content).await;
        assert_eq!((report.rejected, report.refusals.len()), (1, 1), "{report:?}");
        let (line, reject) = &report.refusals[0];
        format!("{line} {}: {}", reject.field, reject.why)
    }

    /// Every row of every table.
    pub async fn everything(&self) -> String {
        let mut all = String::new();
        let tables =
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 't\\_%' ESCAPE '\\' ORDER BY name";
        for table in self.plant.texts(tables).await {
            let columns = format!("SELECT 'quote(' || name || ')' FROM pragma_table_info('{table}')");
            let row = self.plant.texts(&columns).await.join(" || ',' || ");
            for row in self.plant.texts(&format!("SELECT {row} FROM {table} ORDER BY 1")).await {
                all.extend([&table, ": ", &row, "\n"]);
            }
        }
        all
    }
}

/// `(new, updated, unchanged, rejected)`.
pub fn counts(report: &ImportReport) -> (u64, u64, u64, u64) {
    assert_eq!(report.read, report.new + report.updated + report.unchanged + report.rejected);
    (report.new, report.updated, report.unchanged, report.rejected)
}
