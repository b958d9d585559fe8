//! The mark of a demo database: written by the demo filler alone, and only into a database that holds nothing.

use super::error::StoreError;
use super::funnel::{InsertInto, Look, Stamp, args, statements};
use super::migrate::Store;
use crate::domain::clock::Instant;
use crate::domain::reject::Reject;

statements! {
    MARK = "SELECT value FROM t_plant_setting WHERE name = 'demo' AND deleted_at IS NULL";
    FINISH = "UPDATE t_plant_setting SET value = $1, updated_by = $2, updated_at = $3, version = version + 1
        WHERE name = 'demo' AND value = '[]' AND deleted_at IS NULL RETURNING version";
    ANYTHING = "SELECT (SELECT count(*) FROM t_user_account) + (SELECT count(*) FROM t_client)
        + (SELECT count(*) FROM t_product) + (SELECT count(*) FROM t_shift WHERE shift_id <> 'NO-SHIFT')
        + (SELECT count(*) FROM t_plant_setting)";
}

const SETTING: InsertInto = InsertInto { table: "t_plant_setting", columns: &["name", "value"], stamp: Stamp::Full };

impl Store {
    /// Whether the database holds nothing but what every new one has.
    pub async fn is_blank(&self) -> Result<bool, StoreError> {
        Ok(self.look().await?.one::<i64>(ANYTHING, Vec::new()).await? == 0)
    }

    /// Marks a blank database as a demo with its logins, as JSON. Any other database is refused.
    pub(crate) async fn mark_demo(&self, logins: &str, at: Instant) -> Result<(), StoreError> {
        let mut tx = self.door("demo", at).await?;
        if tx.one::<i64>(ANYTHING, Vec::new()).await? > 0 {
            return Err(Reject::new("database", "holds something already", "name a new file for the demo").into());
        }
        tx.insert_one(&SETTING, args!["demo", logins]).await?;
        tx.commit().await
    }

    /// Gives the mark of a demo its logins: the last step of filling it.
    pub(crate) async fn finish_demo(&self, logins: &str, at: Instant) -> Result<(), StoreError> {
        let mut tx = self.door("demo", at).await?;
        if tx.run(FINISH, args![logins, "demo", at]).await? == 0 {
            return Err(StoreError::OutOfScope);
        }
        tx.commit().await
    }

    /// The logins of a demo, as JSON; none where this is no demo.
    pub(crate) async fn demo_mark(&self) -> Result<Option<String>, StoreError> {
        self.look().await?.optional(MARK, Vec::new()).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::DatabaseUrl;

    #[tokio::test]
    async fn a_blank_database_is_marked_once_and_a_used_one_never() {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(&DatabaseUrl::file(folder.path().join("a.db"))).await.unwrap();
        assert!(store.is_blank().await.unwrap() && store.demo_mark().await.unwrap().is_none());
        store.mark_demo("[]", Instant(5)).await.unwrap();
        assert_eq!(store.demo_mark().await.unwrap().as_deref(), Some("[]"));
        assert!(store.mark_demo("[1]", Instant(6)).await.is_err());

        let used = Store::open(&DatabaseUrl::file(folder.path().join("b.db"))).await.unwrap();
        sqlx::query("INSERT INTO t_product VALUES ('P', 'P', NULL, NULL, 1, 1, 'x', 0, 'x', 0, NULL, 1)")
            .execute(used.sqlite())
            .await
            .unwrap();
        assert!(used.mark_demo("[]", Instant(5)).await.is_err());
        assert!(used.demo_mark().await.unwrap().is_none());
    }
}
