//! The account door: clients' and people's accounts, kept by an ADMIN, and the record of what was done to them.
//!
//! It works on the base tables, because accounts belong to no scope. Its way in is [`Session::accounts`], which asks
//! the database, in the same transaction, whether the person still is an ADMIN.

use super::error::StoreError;
use super::funnel::{Cells, FromCells, InsertInto, Look, Stamp, WriteTx, args, statements};
use super::login::NOBODY;
use super::migrate::Store;
use super::password::{self, OneTimeCode};
use super::session::{Person, Session};
use crate::domain::clock::Instant;
use crate::domain::id::{ClientId, Login, UserId};
use crate::domain::reject::Reject;
use crate::domain::role::Role;
use crate::domain::text::CleanText;
use serde_json::Value as Json;

statements! {
    PERSON = "SELECT user_id, login, full_name, role, session_version, scope_version FROM t_user_account
        WHERE user_id = $1 AND active = 1 AND deleted_at IS NULL";
    ACCOUNT_OF = "SELECT user_id, login, full_name, role, active, must_set_password, ssh_key_alone FROM t_user_account
        WHERE login = $1 AND deleted_at IS NULL";
    ACCOUNTS = "SELECT user_id, login, full_name, role, active, must_set_password, ssh_key_alone FROM t_user_account
        WHERE deleted_at IS NULL ORDER BY login";
    ASSIGNMENTS = "SELECT user_id, client_id FROM t_user_client_assignment WHERE deleted_at IS NULL ORDER BY user_id, client_id";
    ASSIGNED = "SELECT client_id FROM t_user_client_assignment WHERE user_id = $1 AND deleted_at IS NULL ORDER BY client_id";
    LOGIN_TAKEN = "SELECT count(*) FROM t_user_account WHERE login = $1";
    OTHER_ADMINS = "SELECT count(*) FROM t_user_account
        WHERE role = 'ADMIN' AND active = 1 AND deleted_at IS NULL AND user_id <> $1";
    SET_ACTIVE = "UPDATE t_user_account SET active = $2, updated_by = $3, updated_at = $4, version = version + 1,
        session_version = session_version + 1 WHERE user_id = $1 RETURNING version";
    SET_ROLE = "UPDATE t_user_account SET role = $2, updated_by = $3, updated_at = $4, version = version + 1,
        session_version = session_version + 1 WHERE user_id = $1 RETURNING version";
    VOID_PASSWORD = "UPDATE t_user_account SET password_hash = NULL, pin_hash = NULL, must_set_password = 1,
        updated_by = $2, updated_at = $3, version = version + 1, session_version = session_version + 1 WHERE user_id = $1 RETURNING version";
    VOID_CODES = "UPDATE t_one_time_code SET used_at = $2 WHERE user_id = $1 AND used_at IS NULL RETURNING used_at";
    REVIVE_ASSIGNMENT = "UPDATE t_user_client_assignment
        SET deleted_at = NULL, updated_by = $3, updated_at = $4, version = version + 1
        WHERE client_id = $1 AND user_id = $2 RETURNING version";
    REMOVE_ASSIGNMENT = "UPDATE t_user_client_assignment
        SET deleted_at = $4, updated_by = $3, updated_at = $4, version = version + 1
        WHERE client_id = $1 AND user_id = $2 AND deleted_at IS NULL RETURNING version";
    MOVE_SCOPE = "UPDATE t_user_account SET scope_version = scope_version + 1 WHERE user_id = $1 RETURNING version";
    MOVE_ALL_SCOPES = "UPDATE t_user_account SET scope_version = scope_version + 1 WHERE deleted_at IS NULL RETURNING version";
}

const ACCOUNT: InsertInto = InsertInto {
    table: "t_user_account",
    columns: &["user_id", "login", "full_name", "role", "password_hash", "pin_hash", "active", "must_set_password"],
    stamp: Stamp::Full,
};
const ASSIGNMENT: InsertInto =
    InsertInto { table: "t_user_client_assignment", columns: &["client_id", "user_id"], stamp: Stamp::Full };
const CODE: InsertInto = InsertInto {
    table: "t_one_time_code",
    columns: &["user_id", "code_hash", "expires_at", "used_at"],
    stamp: Stamp::Created,
};

/// Names that the program itself writes with.
const RESERVED: [&str; 5] = ["system", NOBODY, "unknown", "kpi-ops", "demo"];
/// How long a one-time code is valid.
const CODE_MINUTES: i64 = 60;

/// An account as an ADMIN sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserAccount {
    /// Its key.
    pub user_id: UserId,
    /// The name the person logs in with.
    pub login: Login,
    /// The name people call them.
    pub full_name: String,
    /// What they may do.
    pub role: Role,
    /// Whether they are let in.
    pub active: bool,
    /// Whether they must set a password with a one-time code first.
    pub must_set_password: bool,
    /// Whether an SSH key lets them in without the password.
    pub ssh_key_alone: bool,
    /// The assigned clients; POWERUSER and ADMIN have all without any.
    pub clients: Vec<ClientId>,
}

impl FromCells for UserAccount {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            user_id: UserId(cells.id()?),
            login: Login::stored(cells.text()?),
            full_name: cells.text()?,
            role: role(&cells.text()?)?,
            active: cells.flag()?,
            must_set_password: cells.flag()?,
            ssh_key_alone: cells.flag()?,
            clients: Vec::new(),
        })
    }
}

impl FromCells for Person {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        let (user_id, login, full_name) = (UserId(cells.id()?), Login::stored(cells.text()?), cells.text()?);
        let role = role(&cells.text()?)?;
        Ok(Self { user_id, login, full_name, role, session_version: cells.int()?, scope_version: cells.int()? })
    }
}

fn role(stored: &str) -> Result<Role, StoreError> {
    Role::parse(stored).ok_or_else(|| StoreError::Driver(format!("unknown role {stored}")))
}

/// A new account. Without a password it waits for a one-time code.
pub(crate) struct NewAccount<'a> {
    /// Its key, made by the program.
    pub(crate) user_id: UserId,
    /// The checked login.
    pub(crate) login: &'a Login,
    /// The name people call them.
    pub(crate) full_name: &'a CleanText,
    /// What they may do.
    pub(crate) role: Role,
    /// The hash of a password that is final.
    pub(crate) password_hash: Option<String>,
}

/// Checks a login name that is to be given to somebody.
pub(crate) fn new_login(raw: &str) -> Result<Login, Reject> {
    let login = Login::normalised(raw)?;
    let plain = |character: char| character.is_alphanumeric() || "._-@".contains(character);
    if !login.as_str().chars().all(plain) {
        return Err(Reject::new(
            Login::FIELD,
            "holds a character that a login cannot have",
            "use letters, digits, dot or dash",
        ));
    }
    if RESERVED.contains(&login.as_str()) {
        return Err(Reject::new(Login::FIELD, "is reserved for the program itself", "take another name"));
    }
    Ok(login)
}

/// Writes a new account.
pub(in crate::store) async fn insert_account(tx: &mut WriteTx, account: NewAccount<'_>) -> Result<(), StoreError> {
    let must_set_password = account.password_hash.is_none();
    let row = args![
        account.user_id,
        account.login,
        account.full_name,
        account.role.as_str(),
        account.password_hash,
        None::<String>,
        true,
        must_set_password,
    ];
    tx.insert_one(&ACCOUNT, row).await
}

impl Store {
    /// An active account by its id.
    pub(in crate::store) async fn person(&self, user: UserId) -> Result<Option<Person>, StoreError> {
        self.look().await?.optional(PERSON, args![user]).await
    }
}

/// A change of accounts or clients by an ADMIN. Dropped without [`AccountTx::commit`] it never happened.
pub(crate) struct AccountTx {
    pub(in crate::store) tx: WriteTx,
}

impl Session {
    /// Opens the account door for an ADMIN; the database says who is one, not this session.
    pub(crate) async fn accounts(&self, at: Instant) -> Result<AccountTx, StoreError> {
        let mut tx = self.store().door(self.person().login.as_str(), at).await?;
        let person: Option<Person> = tx.optional(PERSON, args![self.person().user_id]).await?;
        let person = person.ok_or(StoreError::SessionOver)?;
        match person.role {
            Role::Admin if self.footing().holds(self.person(), &person) => Ok(AccountTx { tx }),
            Role::Admin => Err(StoreError::SessionOver),
            other => Err(StoreError::NotAdmin(other)),
        }
    }
}

impl AccountTx {
    /// The account of a login, disabled ones too.
    pub(crate) async fn account(&mut self, login: &Login) -> Result<Option<UserAccount>, StoreError> {
        let Some(mut account) = self.tx.optional::<UserAccount>(ACCOUNT_OF, args![login]).await? else {
            return Ok(None);
        };
        account.clients =
            self.tx.all::<AssignedClient>(ASSIGNED, args![account.user_id]).await?.into_iter().map(|it| it.0).collect();
        Ok(Some(account))
    }

    /// Every account with its clients, by login.
    pub(crate) async fn every_account(&mut self) -> Result<Vec<UserAccount>, StoreError> {
        let mut accounts: Vec<UserAccount> = self.tx.all(ACCOUNTS, Vec::new()).await?;
        let assignments: Vec<Assigned> = self.tx.all(ASSIGNMENTS, Vec::new()).await?;
        for account in &mut accounts {
            let own = assignments.iter().filter(|assigned| assigned.0 == account.user_id);
            account.clients = own.map(|assigned| assigned.1.clone()).collect();
        }
        Ok(accounts)
    }

    /// Whether a login was ever given to anybody.
    pub(crate) async fn is_login_taken(&mut self, login: &Login) -> Result<bool, StoreError> {
        Ok(self.tx.one::<i64>(LOGIN_TAKEN, args![login]).await? > 0)
    }

    /// Whether an active ADMIN is left without this one.
    pub(crate) async fn has_other_admin(&mut self, user: UserId) -> Result<bool, StoreError> {
        Ok(self.tx.one::<i64>(OTHER_ADMINS, args![user]).await? > 0)
    }

    /// Adds an account.
    pub(crate) async fn add_account(&mut self, account: NewAccount<'_>) -> Result<(), StoreError> {
        insert_account(&mut self.tx, account).await
    }

    /// Lets a person in, or keeps them out from their next transaction on.
    pub(crate) async fn set_account_active(&mut self, user: UserId, active: bool) -> Result<(), StoreError> {
        let (by, at) = (self.tx.by().to_owned(), self.tx.at());
        self.tx.run(SET_ACTIVE, args![user, active, by, at]).await.map(|_| ())
    }

    /// Gives a person another role, and ends every open session of theirs.
    pub(crate) async fn set_role(&mut self, user: UserId, role: Role) -> Result<(), StoreError> {
        let (by, at) = (self.tx.by().to_owned(), self.tx.at());
        self.tx.run(SET_ROLE, args![user, role.as_str(), by, at]).await.map(|_| ())
    }

    /// Gives a person a client. The row of an assignment that was taken away comes back.
    pub(crate) async fn assign(&mut self, user: UserId, client: &ClientId) -> Result<(), StoreError> {
        let (by, at) = (self.tx.by().to_owned(), self.tx.at());
        if self.tx.run(REVIVE_ASSIGNMENT, args![client, user, by, at]).await? == 0 {
            self.tx.insert_one(&ASSIGNMENT, args![client, user]).await?;
        }
        self.tx.run(MOVE_SCOPE, args![user]).await.map(|_| ())
    }

    /// Takes a client away from a person; it acts at their next transaction.
    pub(crate) async fn unassign(&mut self, user: UserId, client: &ClientId) -> Result<(), StoreError> {
        let (by, at) = (self.tx.by().to_owned(), self.tx.at());
        self.tx.run(REMOVE_ASSIGNMENT, args![client, user, by, at]).await?;
        self.tx.run(MOVE_SCOPE, args![user]).await.map(|_| ())
    }

    /// Has every open session look at its clients anew.
    pub(in crate::store) async fn move_all_scopes(&mut self) -> Result<(), StoreError> {
        self.tx.run(MOVE_ALL_SCOPES, args![]).await.map(|_| ())
    }

    /// Makes the account's password and PIN worthless, and ends every open session of the person.
    pub(crate) async fn void_password(&mut self, user: UserId) -> Result<(), StoreError> {
        let (by, at) = (self.tx.by().to_owned(), self.tx.at());
        self.tx.run(VOID_PASSWORD, args![user, by, at]).await.map(|_| ())
    }

    /// Gives a new one-time code and voids every older one. Only its hash is kept.
    pub(crate) async fn issue_code(&mut self, user: UserId) -> Result<OneTimeCode, StoreError> {
        let at = self.tx.at();
        let code = password::new_code()?;
        self.tx.run(VOID_CODES, args![user, at]).await?;
        let row = args![user, password::code_hash(code.reveal()), at.plus_minutes(CODE_MINUTES), None::<Instant>];
        self.tx.insert_one(&CODE, row).await?;
        Ok(code)
    }

    /// Adds a row to the record of accounts, in this transaction.
    pub(crate) fn record(&mut self, action: &str, subject: &str, before: Option<Json>, after: Option<Json>) {
        self.tx.record_account(action, subject.to_owned(), before, after);
    }

    /// Makes everything durable.
    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        self.tx.commit().await
    }
}

/// A client of one person.
struct AssignedClient(ClientId);

impl FromCells for AssignedClient {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self(cells.client()?))
    }
}

/// A client of some person.
struct Assigned(UserId, ClientId);

impl FromCells for Assigned {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        Ok(Self(UserId(cells.id()?), cells.client()?))
    }
}
