//! Accounts: who may log in, and the record of what was done to them.

use super::error::StoreError;
use super::funnel::{Cells, FromCells, InsertInto, Look, Stamp, WriteTx, args, statements};
use super::login::NOBODY;
use super::migrate::Store;
use super::session::Person;
use crate::domain::clock::Instant;
use crate::domain::id::{Login, UserId};
use crate::domain::reject::Reject;
use crate::domain::role::Role;
use crate::domain::text::CleanText;

statements! {
    PERSON = "SELECT user_id, login, full_name, role FROM t_user_account
        WHERE user_id = $1 AND active = 1 AND deleted_at IS NULL";
    NEXT_RECORD = "SELECT coalesce(max(seq), 0) + 1 FROM t_account_audit_entry";
}

const ACCOUNT: InsertInto = InsertInto {
    table: "t_user_account",
    columns: &["user_id", "login", "full_name", "role", "password_hash", "pin_hash", "active", "must_set_password"],
    stamp: Stamp::Full,
};

const RECORD: InsertInto = InsertInto {
    table: "t_account_audit_entry",
    columns: &["seq", "action", "subject", "before", "after", "by_login", "at", "previous_hash", "hash"],
    stamp: Stamp::Bare,
};

/// Names that the program itself writes with.
const RESERVED: [&str; 5] = ["system", NOBODY, "unknown", "kpi-ops", "demo"];

impl FromCells for Person {
    fn from_cells(cells: &mut Cells<'_>) -> Result<Self, StoreError> {
        let (user_id, login, full_name) = (UserId(cells.id()?), Login::stored(cells.text()?), cells.text()?);
        let role = cells.text()?;
        let role = Role::parse(&role).ok_or_else(|| StoreError::Driver(format!("unknown role {role}")))?;
        Ok(Self { user_id, login, full_name, role })
    }
}

/// A new account. Without a password it waits for a one-time code.
pub(in crate::store) struct NewAccount<'a> {
    pub(in crate::store) user_id: UserId,
    pub(in crate::store) login: &'a Login,
    pub(in crate::store) full_name: &'a CleanText,
    pub(in crate::store) role: Role,
    pub(in crate::store) password_hash: Option<String>,
}

/// Checks a login name that is to be given to somebody.
pub(in crate::store) fn new_login(raw: &str) -> Result<Login, Reject> {
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

/// Adds a row to the record of logins and accounts. `before` and `after` are JSON and hold no secrets.
pub(in crate::store) async fn record(
    tx: &mut WriteTx,
    action: &str,
    subject: &str,
    before: Option<&str>,
    after: Option<&str>,
) -> Result<(), StoreError> {
    let seq: i64 = tx.one(NEXT_RECORD, Vec::new()).await?;
    let (by, at) = (tx.by().to_owned(), tx.at());
    let row = args![
        seq,
        action,
        subject,
        before.map(str::to_owned),
        after.map(str::to_owned),
        by,
        at,
        None::<Vec<u8>>,
        None::<Vec<u8>>,
    ];
    tx.insert_one(&RECORD, row).await
}

impl Store {
    /// An active account by its id.
    pub(in crate::store) async fn person(&self, user: UserId) -> Result<Option<Person>, StoreError> {
        self.door(NOBODY, Instant(0)).await?.optional(PERSON, args![user]).await
    }
}
