//! The SSH keys of accounts, as the account door keeps them.

use super::account::AccountTx;
use super::error::StoreError;
use super::funnel::{Cells, FromCells, InsertInto, Look, Stamp, args, statements};
use crate::domain::clock::Instant;
use crate::domain::id::UserId;
use crate::domain::ssh_key::SshKey;

statements! {
    KEYS = "SELECT fingerprint, public_key, created_at FROM t_user_ssh_key WHERE user_id = $1 ORDER BY created_at, fingerprint";
    KEY_TAKEN = "SELECT count(*) FROM t_user_ssh_key WHERE fingerprint = $1";
    REMOVE_KEY = "DELETE FROM t_user_ssh_key WHERE user_id = $1 AND fingerprint = $2 RETURNING fingerprint";
}

const KEY: InsertInto =
    InsertInto { table: "t_user_ssh_key", columns: &["user_id", "fingerprint", "public_key"], stamp: Stamp::Created };

/// A key of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountKey {
    /// Its fingerprint, as `ssh-keygen -l` prints it.
    pub fingerprint: String,
    /// The line as OpenSSH reads it.
    pub public_key: String,
    /// When it was added.
    pub added_at: Instant,
}

impl FromCells for AccountKey {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self { fingerprint: cells.text()?, public_key: cells.text()?, added_at: cells.instant()? })
    }
}

impl AccountTx {
    /// The keys of an account, the oldest first.
    pub(crate) async fn ssh_keys(&mut self, user: UserId) -> Result<Vec<AccountKey>, StoreError> {
        self.tx.all(KEYS, args![user]).await
    }

    /// Whether a key names somebody already; it can name one person only.
    pub(crate) async fn is_ssh_key_taken(&mut self, key: &SshKey) -> Result<bool, StoreError> {
        Ok(self.tx.one::<i64>(KEY_TAKEN, args![key.fingerprint()]).await? > 0)
    }

    /// Gives an account a key.
    pub(crate) async fn add_ssh_key(&mut self, user: UserId, key: &SshKey) -> Result<(), StoreError> {
        self.tx.insert_one(&KEY, args![user, key.fingerprint(), key.line()]).await
    }

    /// Takes a key away. Whether the account had it.
    pub(crate) async fn remove_ssh_key(&mut self, user: UserId, fingerprint: &str) -> Result<bool, StoreError> {
        Ok(self.tx.run(REMOVE_KEY, args![user, fingerprint]).await? > 0)
    }
}
