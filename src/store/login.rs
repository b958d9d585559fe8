//! The login door: the only way from a name and a secret to a [`Session`].
//!
//! A try is counted and committed before anything is hashed, so that neither parallel tries nor a killed program
//! escape the delay. Unknown, disabled and wrong are one answer and take one time.

use super::account::{NewAccount, insert_account};
use super::attempt::{Try, at_terminal};
use super::audit::Trail;
use super::error::StoreError;
use super::funnel::{Cells, FromCells, Look, ReadTx, WriteTx, args, statements};
use super::migrate::Store;
use super::password;
use super::session::Session;
use crate::domain::clock::Instant;
use crate::domain::id::{Login, UserId};
use crate::domain::reject::Reject;
use crate::domain::role::Role;
use crate::domain::text::CleanText;
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;
use zeroize::Zeroizing;

/// How a login ended.
#[derive(Debug)]
pub enum Entrance {
    /// In.
    In(Box<Session>),
    /// The one-time code was right: a password must be set with this ticket.
    SetPassword(Ticket),
    /// Refused; why is not said.
    Refused,
    /// Refused without looking: too many failures before.
    Delayed {
        /// Seconds until the next try.
        seconds: i64,
    },
}

/// Proof that somebody knew a one-time code; good for setting one password while the code is valid.
#[derive(Clone)]
pub struct Ticket {
    user_id: UserId,
    login: Login,
    code_hash: String,
}

impl Ticket {
    /// Whose password it sets.
    pub fn login(&self) -> &Login {
        &self.login
    }
}

impl std::fmt::Debug for Ticket {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Ticket({})", self.login)
    }
}

statements! {
    ENTRANT = "SELECT user_id, login, password_hash, must_set_password, active, version, session_version FROM t_user_account
        WHERE login = $1 AND deleted_at IS NULL";
    VALID_CODE = "SELECT count(*) FROM t_one_time_code
        WHERE user_id = $1 AND code_hash = $2 AND used_at IS NULL AND expires_at > $3";
    USE_CODE = "UPDATE t_one_time_code SET used_at = $3
        WHERE user_id = $1 AND code_hash = $2 AND used_at IS NULL AND expires_at > $3 RETURNING expires_at";
    SET_PASSWORD = "UPDATE t_user_account SET password_hash = $2, pin_hash = NULL, must_set_password = 0,
        updated_by = login, updated_at = $3, version = version + 1, session_version = session_version + 1
        WHERE user_id = $1 AND active = 1 AND deleted_at IS NULL RETURNING session_version";
    WORDS_OF_SCOPE = "SELECT w.word FROM t_user_account u, (
            SELECT client_id, name AS word FROM t_client WHERE deleted_at IS NULL
            UNION ALL SELECT client_id, client_id FROM t_client WHERE deleted_at IS NULL) w
        WHERE u.user_id = $1 AND (u.role IN ('POWERUSER', 'ADMIN') OR EXISTS (
            SELECT 1 FROM t_user_client_assignment a
            WHERE a.client_id = w.client_id AND a.user_id = u.user_id AND a.deleted_at IS NULL))";
    ACCOUNTS = "SELECT count(*) FROM t_user_account";
}

/// An account as a login looks at it.
struct Entrant {
    user_id: UserId,
    login: Login,
    hash: Option<String>,
    must_set_password: bool,
    active: bool,
    version: i64,
    session_version: i64,
}

impl FromCells for Entrant {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            user_id: UserId(cells.id()?),
            login: Login::stored(cells.text()?),
            hash: cells.text_opt()?,
            must_set_password: cells.flag()?,
            active: cells.flag()?,
            version: cells.int()?,
            session_version: cells.int()?,
        })
    }
}

impl Entrant {
    /// Whether the account is entered with a password and not with a one-time code.
    fn has_password(&self) -> bool {
        !self.must_set_password && self.hash.is_some()
    }
}

impl Store {
    /// Opens a transaction of a door: unscoped, and only for the statements of the door's own file.
    pub(in crate::store) async fn door(&self, by: &str, at: Instant) -> Result<WriteTx, StoreError> {
        Ok(WriteTx::new(self.inner.door.write().await?, by.to_owned(), at, Trail::of_door(self.key())))
    }

    /// Opens a look through a door, which waits for no writer.
    pub(in crate::store) async fn look(&self) -> Result<ReadTx, StoreError> {
        Ok(ReadTx::new(self.inner.door.read().await?))
    }

    /// Opens a look at the rows of every client, for what looks after the database as a whole.
    pub(in crate::store) async fn look_at_all(&self) -> Result<ReadTx, StoreError> {
        let mut tx = self.look().await?;
        tx.reach(None).await?;
        Ok(tx)
    }

    /// Whether nobody has an account yet.
    pub async fn is_without_accounts(&self) -> Result<bool, StoreError> {
        Ok(self.look().await?.one::<i64>(ACCOUNTS, Vec::new()).await? == 0)
    }

    /// Checks a new password against the rules and hashes it. `words` are what an attacker who knows the person's
    /// clients tries first.
    pub(crate) async fn new_password(
        &self,
        secret: &SecretString,
        login: &Login,
        words: &[String],
    ) -> Result<String, StoreError> {
        password::check(secret, login.as_str(), words)?;
        password::hash(self.url().slots(), secret).await
    }

    /// Lets a person in who knows the password, or gives a ticket to one who knows the one-time code.
    pub async fn login(
        &self,
        login: &str,
        secret: &SecretString,
        terminal: &str,
        now: Instant,
    ) -> Result<Entrance, StoreError> {
        let attempt = Try::new(login, terminal);
        let mut tx = self.door(NOBODY, now).await?;
        if let Err(seconds) = attempt.count(&mut tx).await? {
            return Ok(Entrance::Delayed { seconds });
        }
        let entrant: Option<Entrant> = match &attempt.login {
            Some(login) => tx.optional(ENTRANT, args![login]).await?,
            None => None,
        };
        tx.commit().await?;

        // Hashed for everybody, so that it takes one time whoever is named.
        let hash = entrant
            .as_ref()
            .filter(|entrant| entrant.has_password())
            .and_then(|entrant| entrant.hash.clone())
            .map(Zeroizing::new);
        let fits = password::fits(self.url().slots(), secret, hash).await?;
        match entrant {
            None => self.refuse(UNKNOWN, &attempt, now).await,
            Some(entrant) if entrant.active && !entrant.has_password() => {
                self.accept_code(entrant, secret, &attempt, now).await
            }
            Some(entrant) if entrant.active && fits => self.let_in(entrant, &attempt, now).await,
            Some(entrant) => self.refuse(entrant.login.as_str(), &attempt, now).await,
        }
    }

    async fn refuse(&self, login: &str, attempt: &Try, now: Instant) -> Result<Entrance, StoreError> {
        let mut tx = self.door(NOBODY, now).await?;
        tx.record_account("login_failed", login.to_owned(), None, Some(at_terminal(attempt)));
        tx.commit().await?;
        Ok(Entrance::Refused)
    }

    async fn let_in(&self, entrant: Entrant, attempt: &Try, now: Instant) -> Result<Entrance, StoreError> {
        let mut tx = self.door(entrant.login.as_str(), now).await?;
        // While the password was hashed, the account may have been disabled or reset.
        let still: Option<Entrant> = tx.optional(ENTRANT, args![&entrant.login]).await?;
        if still.is_none_or(|still| still.version != entrant.version) {
            return Ok(Entrance::Refused);
        }
        attempt.forget(&mut tx).await?;
        tx.record_account("login", entrant.login.to_string(), None, Some(at_terminal(attempt)));
        tx.commit().await?;
        match self.open_for(entrant.user_id, entrant.session_version).await {
            Ok(session) => Ok(Entrance::In(Box::new(session))),
            Err(StoreError::SessionOver) => Ok(Entrance::Refused),
            Err(error) => Err(error),
        }
    }

    async fn accept_code(
        &self,
        entrant: Entrant,
        secret: &SecretString,
        attempt: &Try,
        now: Instant,
    ) -> Result<Entrance, StoreError> {
        let code_hash = password::code_hash(secret.expose_secret());
        let mut tx = self.door(entrant.login.as_str(), now).await?;
        let valid: i64 = tx.one(VALID_CODE, args![entrant.user_id, &code_hash, now]).await?;
        if valid == 0 {
            drop(tx);
            return self.refuse(entrant.login.as_str(), attempt, now).await;
        }
        attempt.forget(&mut tx).await?;
        tx.record_account("code_accepted", entrant.login.to_string(), None, Some(at_terminal(attempt)));
        tx.commit().await?;
        Ok(Entrance::SetPassword(Ticket { user_id: entrant.user_id, login: entrant.login, code_hash }))
    }

    /// What an attacker who knows the person's clients tries first.
    pub(in crate::store) async fn words_of_scope(&self, user: UserId) -> Result<Vec<String>, StoreError> {
        self.look().await?.all(WORDS_OF_SCOPE, args![user]).await
    }

    /// Sets the password of a ticket, uses its code up, and lets the person in.
    pub async fn set_password(&self, ticket: &Ticket, new: &SecretString, now: Instant) -> Result<Session, StoreError> {
        let words = self.words_of_scope(ticket.user_id).await?;
        let hash = self.new_password(new, &ticket.login, &words).await?;

        let mut tx = self.door(ticket.login.as_str(), now).await?;
        let used = tx.run(USE_CODE, args![ticket.user_id, &ticket.code_hash, now]).await?;
        let set: Option<i64> = match used {
            0 => None,
            _ => tx.optional(SET_PASSWORD, args![ticket.user_id, hash, now]).await?,
        };
        let Some(session_version) = set else {
            return Err(Reject::new("code", "is used up or has expired", "ask an ADMIN for a new one").into());
        };
        tx.record_account("password_set", ticket.login.to_string(), None, None);
        tx.commit().await?;
        self.open_for(ticket.user_id, session_version).await
    }

    /// Makes the first ADMIN of a plant that has no account, and lets them in.
    pub async fn first_admin(
        &self,
        login: &str,
        full_name: &CleanText,
        secret: &SecretString,
        user_id: Uuid,
        now: Instant,
    ) -> Result<Session, StoreError> {
        let login = super::account::new_login(login)?;
        if !self.is_without_accounts().await? {
            return Err(not_the_first().into());
        }
        let hash = self.new_password(secret, &login, &[]).await?;
        let mut tx = self.door(login.as_str(), now).await?;
        if tx.one::<i64>(ACCOUNTS, Vec::new()).await? > 0 {
            return Err(not_the_first().into());
        }
        let user_id = UserId(user_id);
        let account = NewAccount { user_id, login: &login, full_name, role: Role::Admin, password_hash: Some(hash) };
        insert_account(&mut tx, account).await?;
        tx.record_account("first_admin", login.to_string(), None, None);
        tx.commit().await?;
        self.open_for(user_id, 1).await
    }

    /// Opens the session that somebody was let into; not if it was ended since.
    pub(in crate::store) async fn open_for(&self, user: UserId, session_version: i64) -> Result<Session, StoreError> {
        // Read before the person: what was set after it ends the session.
        let standby = self.standby_of(user).await?;
        let person = self.person(user).await?.filter(|person| person.session_version == session_version);
        let person = person.ok_or(StoreError::SessionOver)?;
        let local = self.local_of(user).await;
        Ok(Session::open(self, person, None).await?.keeping(local, standby))
    }
}

fn not_the_first() -> Reject {
    Reject::new("admin", "this plant has an ADMIN already", "log in, or ask an ADMIN for an account")
}

/// Who writes before anybody is logged in.
pub(in crate::store) const NOBODY: &str = "nobody";
/// What the record says of a name that no account has; never the name itself, which may be a password.
const UNKNOWN: &str = "unknown";
