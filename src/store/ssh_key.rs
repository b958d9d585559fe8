//! The SSH keys of accounts: as the account door keeps them, and as the login door knows people by them.
//!
//! Over SSH it is sshd that proved who holds a key; `cli` takes the fingerprint from nowhere else.

use super::account::AccountTx;
use super::attempt::Try;
use super::error::StoreError;
use super::funnel::{Cells, FromCells, InsertInto, Look, Stamp, args, statements};
use super::login::Entrance;
use super::migrate::Store;
use crate::domain::clock::Instant;
use crate::domain::id::{Login, UserId};
use crate::domain::ssh_key::SshKey;
use serde_json::json;

statements! {
    KEYS = "SELECT fingerprint, public_key, created_at FROM t_user_ssh_key WHERE user_id = $1 ORDER BY created_at, fingerprint";
    KEY_TAKEN = "SELECT count(*) FROM t_user_ssh_key WHERE fingerprint = $1";
    REMOVE_KEY = "DELETE FROM t_user_ssh_key WHERE user_id = $1 AND fingerprint = $2 RETURNING fingerprint";
    SET_ALONE = "UPDATE t_user_account SET ssh_key_alone = $2, updated_by = $3, updated_at = $4, version = version + 1
        WHERE user_id = $1 RETURNING version";
    AUTHORIZED = "SELECT k.public_key FROM t_user_ssh_key AS k JOIN t_user_account AS u ON u.user_id = k.user_id
        WHERE k.fingerprint = $1 AND u.active = 1 AND u.deleted_at IS NULL";
    HOLDER = "SELECT u.login, u.full_name, u.ssh_key_alone FROM t_user_ssh_key AS k
        JOIN t_user_account AS u ON u.user_id = k.user_id
        WHERE k.fingerprint = $1 AND u.active = 1 AND u.deleted_at IS NULL";
    ENTRANT_ALONE = "SELECT u.user_id, u.session_version FROM t_user_ssh_key AS k
        JOIN t_user_account AS u ON u.user_id = k.user_id
        WHERE k.fingerprint = $1 AND u.login = $2 AND u.ssh_key_alone = 1 AND u.must_set_password = 0
            AND u.password_hash IS NOT NULL AND u.active = 1 AND u.deleted_at IS NULL";
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

/// The person whose key sshd found good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyHolder {
    /// The name they log in with.
    pub login: Login,
    /// The name people call them.
    pub full_name: String,
    /// Whether the key lets them in without the password.
    pub alone: bool,
    /// The key's fingerprint.
    pub fingerprint: String,
}

/// An account that a key alone opens: whose, and the session version that it opens with.
struct EntrantAlone(UserId, i64);

impl FromCells for EntrantAlone {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self(UserId(cells.id()?), cells.int()?))
    }
}

impl FromCells for KeyHolder {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        let (login, full_name) = (Login::stored(cells.text()?), cells.text()?);
        Ok(Self { login, full_name, alone: cells.flag()?, fingerprint: String::new() })
    }
}

impl Store {
    /// The line of a key that an active account has, for sshd to check against.
    pub async fn authorized_key(&self, fingerprint: &str) -> Result<Option<String>, StoreError> {
        self.look().await?.optional(AUTHORIZED, args![fingerprint]).await
    }

    /// Whose key it is, if the person is let in at all.
    pub async fn key_holder(&self, fingerprint: &str) -> Result<Option<KeyHolder>, StoreError> {
        let holder: Option<KeyHolder> = self.look().await?.optional(HOLDER, args![fingerprint]).await?;
        Ok(holder.map(|holder| KeyHolder { fingerprint: fingerprint.to_owned(), ..holder }))
    }

    /// Lets a person in by the key alone, where their account allows it and has a password of its own.
    pub async fn login_by_key(&self, holder: &KeyHolder, terminal: &str, now: Instant) -> Result<Entrance, StoreError> {
        let attempt = Try::new(holder.login.as_str(), terminal);
        let mut tx = self.door(holder.login.as_str(), now).await?;
        let entrant: Option<EntrantAlone> =
            tx.optional(ENTRANT_ALONE, args![&holder.fingerprint, &holder.login]).await?;
        let Some(EntrantAlone(user, session_version)) = entrant else {
            return Ok(Entrance::Refused);
        };
        let how = json!({ "terminal": attempt.terminal(), "ssh_key": holder.fingerprint });
        tx.record_account("login", holder.login.to_string(), None, Some(how));
        tx.commit().await?;
        match self.open_for(user, session_version).await {
            Ok(session) => Ok(Entrance::In(Box::new(session))),
            Err(StoreError::SessionOver) => Ok(Entrance::Refused),
            Err(error) => Err(error),
        }
    }
}

impl AccountTx {
    /// Says whether a key lets the person in without the password.
    pub(crate) async fn set_ssh_key_alone(&mut self, user: UserId, alone: bool) -> Result<(), StoreError> {
        let (by, at) = (self.tx.by().to_owned(), self.tx.at());
        self.tx.run(SET_ALONE, args![user, alone, by, at]).await.map(|_| ())
    }

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
