//! The schema of the program in a throw-away PostgreSQL, for the tests of the store.

use super::grants;
use super::test_server::{RUNTIME, TestDatabase};
use sqlx::migrate::Migrator;

static MIGRATIONS: Migrator = sqlx::migrate!("./migrations/postgres");

/// A database with the current schema, on which the runtime role has its rights.
pub(in crate::store) async fn migrated() -> TestDatabase {
    TestDatabase::copy_of("migrated", async |database| {
        let mut owner = database.owner().await;
        MIGRATIONS.run(&mut owner).await.expect("migrations");
        grants::grant(&mut owner, RUNTIME).await.expect("grants");
    })
    .await
}
