//! Accounts as the login door reads them.

use super::error::StoreError;
use super::migrate::Store;
use super::session::Person;
use crate::domain::id::{Login, UserId};
use crate::domain::role::Role;
use sqlx::Row;
use uuid::Uuid;

impl Store {
    /// An active account by its id.
    pub(in crate::store) async fn person(&self, user: UserId) -> Result<Option<Person>, StoreError> {
        let row = sqlx::query(
            "SELECT user_id, login, full_name, role FROM t_user_account
             WHERE user_id = $1 AND active = 1 AND deleted_at IS NULL",
        )
        .bind(user.0.as_bytes().to_vec())
        .fetch_optional(&self.inner.door)
        .await?;
        row.map(|row| {
            let role: String = row.try_get(3)?;
            Ok(Person {
                user_id: UserId(Uuid::from_slice(row.try_get(0)?).unwrap_or_default()),
                login: Login::stored(row.try_get(1)?),
                full_name: row.try_get(2)?,
                role: Role::parse(&role).ok_or_else(|| StoreError::Driver(format!("unknown role {role}")))?,
            })
        })
        .transpose()
    }
}
