//! The secret of an account that seals what terminals keep for its person. It lies in the account's row, is made at the
//! first login, and leaves through the login door alone, into the session: no view shows it, and nothing writes it into
//! an export, a record or a log.

use super::Local;
use crate::domain::clock::Instant;
use crate::domain::id::UserId;
use crate::store::error::StoreError;
use crate::store::funnel::{Cells, FromCells, Look, args, statements};
use crate::store::login::NOBODY;
use crate::store::migrate::Store;
use zeroize::Zeroizing;

/// Bytes of a secret.
const LENGTH: usize = 32;

statements! {
    SECRET = "SELECT local_secret FROM t_user_account WHERE user_id = $1";
    SET_SECRET = "UPDATE t_user_account SET local_secret = $2 WHERE user_id = $1 AND local_secret IS NULL RETURNING version";
}

/// The secret of one account.
pub(in crate::store) struct LocalSecret(Zeroizing<Vec<u8>>);

impl std::fmt::Debug for LocalSecret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("LocalSecret([REDACTED])")
    }
}

impl LocalSecret {
    /// A new one.
    pub(super) fn random() -> Result<Self, StoreError> {
        let mut bytes = Zeroizing::new(vec![0; LENGTH]);
        getrandom::fill(&mut bytes).map_err(|error| StoreError::Driver(error.to_string()))?;
        Ok(Self(bytes))
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// The secret of an account's row, where it has one.
struct Stored(Option<LocalSecret>);

impl FromCells for Stored {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self(cells.bytes_opt()?.map(|bytes| LocalSecret(Zeroizing::new(bytes)))))
    }
}

impl Store {
    /// What this machine keeps for somebody who was just let in. Nobody is kept out because nothing can be kept: then it
    /// is none.
    pub(in crate::store) async fn local_of(&self, user: UserId) -> Option<Local> {
        self.url().local()?;
        let local = match self.local_secret(user).await {
            Ok(secret) => Local::of(self, user, &secret),
            Err(error) => Err(error),
        };
        local.unwrap_or_else(|error| {
            tracing::warn!(%error, "this machine keeps nothing for somebody who logged in");
            None
        })
    }

    /// The secret of an account, made where there is none yet.
    async fn local_secret(&self, user: UserId) -> Result<LocalSecret, StoreError> {
        if let Stored(Some(secret)) = self.look().await?.one(SECRET, args![user]).await? {
            return Ok(secret);
        }
        let new = LocalSecret::random()?;
        let mut tx = self.door(NOBODY, Instant(0)).await?;
        tx.run(SET_SECRET, args![user, new.bytes().to_vec()]).await?;
        // Somebody at another terminal may have been faster.
        let Stored(secret) = tx.one(SECRET, args![user]).await?;
        tx.commit().await?;
        secret.ok_or(StoreError::SessionOver)
    }
}
