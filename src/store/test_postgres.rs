//! The schema of the program and a plant in a throw-away PostgreSQL, for the tests of the store.

use super::grants;
use super::migrate::DatabaseUrl;
use super::stored_tally;
use super::test_plant::TestPlant;
use super::test_server::{RUNTIME, TestDatabase};
use sqlx::migrate::Migrator;

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations/postgres");

/// A database with the current schema, on which the runtime role has its rights.
pub(in crate::store) async fn migrated() -> TestDatabase {
    TestDatabase::copy_of("migrated", migrate).await
}

/// Gives an empty database the current schema and the runtime role its rights.
pub(in crate::store) async fn migrate(database: &TestDatabase) {
    let mut owner = database.owner().await;
    MIGRATIONS.run(&mut owner).await.expect("migrations");
    stored_tally::postgres::install(&mut owner).await.expect("tallies");
    grants::grant(&mut owner, RUNTIME).await.expect("grants");
}

/// Where a plant is; gone with it.
pub(in crate::store) enum Place {
    Folder(#[expect(dead_code, reason = "dropped with the plant")] tempfile::TempDir),
    Database(TestDatabase),
}

impl TestPlant {
    /// The same in a throw-away PostgreSQL.
    pub(crate) async fn on_server(clients: &[&str]) -> Self {
        let database = migrated().await;
        let url = DatabaseUrl::parse(&database.runtime_url()).unwrap();
        Self::at(&url, Place::Database(database), clients).await
    }

    /// A server's database behind the program.
    pub(in crate::store) fn database(&self) -> &TestDatabase {
        match &self.place {
            Place::Database(database) => database,
            Place::Folder(_) => panic!("this test is about PostgreSQL"),
        }
    }
}
