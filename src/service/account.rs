//! Keeping clients, people and what they may see. Each command looks, decides and writes in one transaction of the
//! account door, and leaves a row in the record of accounts.

use super::{AccountKey, AddUser, ClientAccount, Command, Desk, Problem, Receipt, UserAccount};
use crate::domain::clock::PlantClock;
use crate::domain::id::{ClientId, Login, UserId};
use crate::domain::reject::Reject;
use crate::domain::role::{Permission, Role};
use crate::domain::ssh_key::SshKey;
use crate::domain::text::CleanText;
use crate::store::account::{AccountTx, NewAccount, new_login};
use secrecy::SecretString;
use serde_json::json;

impl Desk {
    /// Every client of the plant, disabled ones too.
    pub async fn every_client(&self) -> Result<Vec<ClientAccount>, Problem> {
        self.unless_admin("list the clients")?;
        Ok(self.accounts().await?.every_client().await?)
    }

    /// Every account of the plant with its clients.
    pub async fn every_user(&self) -> Result<Vec<UserAccount>, Problem> {
        self.unless_admin("list the users")?;
        Ok(self.accounts().await?.every_account().await?)
    }

    /// The SSH keys of a person.
    pub async fn ssh_keys(&self, login: &str) -> Result<Vec<AccountKey>, Problem> {
        self.unless_admin("list the SSH keys of a user")?;
        let mut tx = self.accounts().await?;
        let user = user_of(&mut tx, login).await?;
        Ok(tx.ssh_keys(user.user_id).await?)
    }

    /// Adds an account whose password is set, and final. A command holds no secrets, so this is none.
    pub async fn add_user_with_password(&self, add: AddUser, password: &SecretString) -> Result<Receipt, Problem> {
        let command = Command::AddUser(add.clone());
        Problem::unless_allowed(self.person().role, command.permission(), command.name())?;
        self.unless_over()?;
        self.unless_unproved(&command)?;
        self.add_user(add, Some(password)).await
    }

    pub(super) async fn add_client(
        &self,
        client: ClientId,
        name: CleanText,
        time_zone: &str,
    ) -> Result<Receipt, Problem> {
        let zone = PlantClock::parse(time_zone)?.zone_name();
        let mut tx = self.accounts().await?;
        if tx.is_client_taken(&client).await? {
            return Err(Problem::reject(ClientId::FIELD, format!("{client} exists already"), "take another key"));
        }
        tx.add_client(&client, &name, zone).await?;
        let after = json!({ "name": name.as_str(), "time_zone": zone, "active": true });
        tx.record_for_client(&client, "client_added", None, Some(after.clone()));
        tx.record("client_added", client.as_str(), None, Some(after));
        tx.commit().await?;
        Ok(Receipt::done(format!("client {client} added")))
    }

    pub(super) async fn set_client_active(&self, client: ClientId, active: bool) -> Result<Receipt, Problem> {
        let mut tx = self.accounts().await?;
        let before = client_of(&mut tx, &client).await?;
        let state = if active { "enabled" } else { "disabled" };
        if before.active == active {
            return Ok(Receipt::done(format!("client {client} is {state} already")));
        }
        tx.set_client_active(&client, active).await?;
        let action = if active { "client_enabled" } else { "client_disabled" };
        let (old, new) = (json!({ "active": !active }), json!({ "active": active }));
        tx.record_for_client(&client, action, Some(old.clone()), Some(new.clone()));
        tx.record(action, client.as_str(), Some(old), Some(new));
        tx.commit().await?;
        let undo = Command::SetClientActive { client_id: client.clone(), active: !active };
        Ok(Receipt::done(format!("client {client} {state}")).undone_by(undo))
    }

    pub(super) async fn add_user(&self, mut add: AddUser, password: Option<&SecretString>) -> Result<Receipt, Problem> {
        let login = new_login(&add.login)?;
        add.clients.sort();
        add.clients.dedup();
        fits_role(add.role, &add.clients)?;
        // The hash takes long, so it is made between two looks.
        let mut tx = self.accounts().await?;
        let words = new_user_words(&mut tx, &login, &add).await?;
        drop(tx);
        let password_hash = match password {
            Some(password) => Some(self.session.store().new_password(password, &login, &words).await?),
            None => None,
        };

        let mut tx = self.accounts().await?;
        new_user_words(&mut tx, &login, &add).await?;
        let user_id = UserId(self.clock.new_id());
        let final_password = password_hash.is_some();
        let account = NewAccount { user_id, login: &login, full_name: &add.full_name, role: add.role, password_hash };
        tx.add_account(account).await?;
        for client in &add.clients {
            tx.assign(user_id, client).await?;
        }
        let code = if final_password { None } else { Some(tx.issue_code(user_id).await?) };
        let after = json!({
            "full_name": add.full_name.as_str(), "role": add.role.as_str(), "clients": add.clients,
            "enters_with": if final_password { "password" } else { "one-time code" },
        });
        tx.record("user_added", login.as_str(), None, Some(after));
        tx.commit().await?;
        let sees = match (add.role.sees_all_clients(), add.clients.is_empty()) {
            (true, _) => "all clients".into(),
            (false, true) => "nothing until a client is assigned".into(),
            (false, false) => names(&add.clients),
        };
        let receipt = Receipt::done(format!("user {login} added as {}; sees {sees}", add.role));
        Ok(match code {
            Some(code) => receipt.with_code(code),
            None => receipt,
        })
    }

    pub(super) async fn set_user_active(&self, login: &str, active: bool) -> Result<Receipt, Problem> {
        let mut tx = self.accounts().await?;
        let user = user_of(&mut tx, login).await?;
        let state = if active { "enabled" } else { "disabled" };
        if user.active == active {
            return Ok(Receipt::done(format!("user {} is {state} already", user.login)));
        }
        if user.user_id == self.person().user_id {
            return Err(if tx.has_other_admin(user.user_id).await? {
                Problem::reject(Login::FIELD, "is your own account", "ask another ADMIN to disable it")
            } else {
                Problem::reject(Login::FIELD, "is the last active ADMIN", "add another ADMIN first")
            });
        }
        tx.set_account_active(user.user_id, active).await?;
        let action = if active { "user_enabled" } else { "user_disabled" };
        tx.record(action, user.login.as_str(), Some(json!({ "active": !active })), Some(json!({ "active": active })));
        tx.commit().await?;
        let undo = Command::SetUserActive { login: user.login.as_str().to_owned(), active: !active };
        Ok(Receipt::done(format!("user {} {state}", user.login)).undone_by(undo))
    }

    pub(super) async fn assign(&self, login: &str, client: ClientId) -> Result<Receipt, Problem> {
        let mut tx = self.accounts().await?;
        let user = assignable(&mut tx, login).await?;
        let found = client_of(&mut tx, &client).await?;
        if user.clients.contains(&client) {
            return Ok(Receipt::done(format!("user {} has client {client} already", user.login)));
        }
        if !found.active {
            return Err(Problem::reject(ClientId::FIELD, format!("{client} is disabled"), "enable the client first"));
        }
        // An OPERATOR works for exactly one client, so a new one takes the place of the old one.
        let left = if user.role == Role::Operator { user.clients.clone() } else { Vec::new() };
        for old in &left {
            tx.unassign(user.user_id, old).await?;
        }
        tx.assign(user.user_id, &client).await?;
        let mut now: Vec<_> = user.clients.iter().filter(|old| !left.contains(old)).cloned().collect();
        now.push(client.clone());
        record_clients(&mut tx, "client_assigned", &user, &now);
        tx.commit().await?;
        let login = user.login.as_str().to_owned();
        Ok(match left.first() {
            Some(old) => Receipt::done(format!("user {login} moved from client {old} to {client}"))
                .undone_by(Command::SetAssignment { login, client_id: old.clone(), assigned: true }),
            None => Receipt::done(format!("user {login} sees client {client}")).undone_by(Command::SetAssignment {
                login,
                client_id: client,
                assigned: false,
            }),
        })
    }

    pub(super) async fn unassign(&self, login: &str, client: ClientId) -> Result<Receipt, Problem> {
        let mut tx = self.accounts().await?;
        let user = assignable(&mut tx, login).await?;
        client_of(&mut tx, &client).await?;
        if !user.clients.contains(&client) {
            return Ok(Receipt::done(format!("user {} does not have client {client}", user.login)));
        }
        if user.role == Role::Operator {
            return Err(Problem::reject(
                ClientId::FIELD,
                "is the only client of an OPERATOR, who always has one",
                "assign the new client instead, or disable the user",
            ));
        }
        tx.unassign(user.user_id, &client).await?;
        let now: Vec<_> = user.clients.iter().filter(|old| **old != client).cloned().collect();
        record_clients(&mut tx, "client_unassigned", &user, &now);
        tx.commit().await?;
        let login = user.login.as_str().to_owned();
        let rest = if now.is_empty() { " and sees nothing" } else { "" };
        Ok(Receipt::done(format!("user {login} no longer sees client {client}{rest}"))
            .undone_by(Command::SetAssignment { login, client_id: client, assigned: true }))
    }

    pub(super) async fn set_role(&self, login: &str, role: Role) -> Result<Receipt, Problem> {
        let mut tx = self.accounts().await?;
        let user = user_of(&mut tx, login).await?;
        if user.role == role {
            return Ok(Receipt::done(format!("user {} is {role} already", user.login)));
        }
        if user.user_id == self.person().user_id {
            return Err(Problem::reject(Login::FIELD, "is your own account", "ask another ADMIN to change its role"));
        }
        // Who sees every client is assigned none; an OPERATOR must be left with one.
        let kept = if role.sees_all_clients() { Vec::new() } else { user.clients.clone() };
        if role == Role::Operator && kept.len() != 1 {
            let why = format!("has {} clients, and an OPERATOR has exactly one", kept.len());
            return Err(Problem::reject("role", why, "make it a LEADER with one client first"));
        }
        for client in user.clients.iter().filter(|client| !kept.contains(client)) {
            tx.unassign(user.user_id, client).await?;
        }
        tx.set_role(user.user_id, role).await?;
        let json = |role: Role, clients: &[ClientId]| json!({ "role": role.as_str(), "clients": clients });
        let (before, after) = (json(user.role, &user.clients), json(role, &kept));
        tx.record("role_changed", user.login.as_str(), Some(before), Some(after));
        tx.commit().await?;
        let login = user.login.as_str().to_owned();
        let receipt = Receipt::done(format!("user {login} is {role} now and has to log in again"));
        let is_whole = kept == user.clients;
        Ok(if is_whole { receipt.undone_by(Command::SetRole { login, role: user.role }) } else { receipt })
    }

    pub(super) async fn reset_user(&self, login: &str) -> Result<Receipt, Problem> {
        let mut tx = self.accounts().await?;
        let user = user_of(&mut tx, login).await?;
        // A lost code of the only ADMIN would leave nobody who could make a new one.
        if user.role == Role::Admin && !tx.has_other_admin(user.user_id).await? {
            return Err(Problem::reject(Login::FIELD, "is the last active ADMIN", "add another ADMIN first"));
        }
        tx.void_password(user.user_id).await?;
        let code = tx.issue_code(user.user_id).await?;
        tx.record("user_reset", user.login.as_str(), None, None);
        tx.commit().await?;
        Ok(Receipt::done(format!("user {} reset; the old password is void", user.login)).with_code(code))
    }

    pub(super) async fn add_ssh_key(&self, login: &str, line: &str) -> Result<Receipt, Problem> {
        let key = SshKey::parse(line)?;
        let mut tx = self.accounts().await?;
        let user = user_of(&mut tx, login).await?;
        if tx.is_ssh_key_taken(&key).await? {
            return Err(Problem::reject("ssh_key", "belongs to an account already", "use one key for one person"));
        }
        tx.add_ssh_key(user.user_id, &key).await?;
        let after = json!({ "fingerprint": key.fingerprint() });
        tx.record("ssh_key_added", user.login.as_str(), None, Some(after));
        tx.commit().await?;
        let (login, fingerprint) = (user.login.as_str().to_owned(), key.fingerprint().to_owned());
        Ok(Receipt::done(format!("key {fingerprint} added to user {login}"))
            .undone_by(Command::RemoveSshKey { login, fingerprint }))
    }

    pub(super) async fn remove_ssh_key(&self, login: &str, fingerprint: &str) -> Result<Receipt, Problem> {
        let mut tx = self.accounts().await?;
        let user = user_of(&mut tx, login).await?;
        let known = tx.ssh_keys(user.user_id).await?.into_iter().find(|key| key.fingerprint == fingerprint);
        let Some(key) = known else {
            return Err(Problem::no_such("SSH key", fingerprint));
        };
        tx.remove_ssh_key(user.user_id, fingerprint).await?;
        let before = json!({ "fingerprint": fingerprint });
        tx.record("ssh_key_removed", user.login.as_str(), Some(before), None);
        tx.commit().await?;
        let login = user.login.as_str().to_owned();
        Ok(Receipt::done(format!("key {fingerprint} removed from user {login}"))
            .undone_by(Command::AddSshKey { login, key: key.public_key }))
    }

    pub(super) async fn set_ssh_key_alone(&self, login: &str, alone: bool) -> Result<Receipt, Problem> {
        let mut tx = self.accounts().await?;
        let user = user_of(&mut tx, login).await?;
        let done = if alone { "is let in by an SSH key alone" } else { "is asked for the password beside an SSH key" };
        if user.ssh_key_alone == alone {
            return Ok(Receipt::done(format!("user {} {done} already", user.login)));
        }
        tx.set_ssh_key_alone(user.user_id, alone).await?;
        let (before, after) = (json!({ "ssh_key_alone": !alone }), json!({ "ssh_key_alone": alone }));
        tx.record("ssh_key_alone", user.login.as_str(), Some(before), Some(after));
        tx.commit().await?;
        let login = user.login.as_str().to_owned();
        Ok(Receipt::done(format!("user {login} {done}")).undone_by(Command::SetSshKeyAlone { login, alone: !alone }))
    }

    async fn accounts(&self) -> Result<AccountTx, Problem> {
        Ok(self.session.accounts(self.now()).await?)
    }

    fn unless_admin(&self, what: &'static str) -> Result<(), Problem> {
        Problem::unless_allowed(self.person().role, Permission::KeepAccounts, what)
    }
}

/// How many clients a role takes (1-product.md).
fn fits_role(role: Role, clients: &[ClientId]) -> Result<(), Reject> {
    match (role, clients) {
        (Role::Operator, [_]) | (Role::Leader, _) | (Role::PowerUser | Role::Admin, []) => Ok(()),
        (Role::Operator, []) => {
            Err(Reject::new("client", "is missing: an OPERATOR has exactly one", "name the client"))
        }
        (Role::Operator, _) => {
            Err(Reject::new("client", "is named twice: an OPERATOR has exactly one", "name one client"))
        }
        (Role::PowerUser | Role::Admin, _) => Err(Reject::new(
            "client",
            format!("is not for the role {role}, which sees every client"),
            "leave the client out",
        )),
    }
}

/// Checks a new account against what is there; returns the names that its password must not contain.
async fn new_user_words(tx: &mut AccountTx, login: &Login, add: &AddUser) -> Result<Vec<String>, Problem> {
    if tx.is_login_taken(login).await? {
        return Err(Problem::reject(Login::FIELD, format!("{login} exists already"), "take another name"));
    }
    let mut clients = Vec::new();
    for client in &add.clients {
        let found = client_of(tx, client).await?;
        if !found.active {
            return Err(Problem::reject("client", format!("{client} is disabled"), "enable the client first"));
        }
        clients.push(found);
    }
    if add.role.sees_all_clients() {
        clients = tx.every_client().await?;
    }
    Ok(clients.into_iter().flat_map(|client| [client.name, client.client_id.as_str().to_owned()]).collect())
}

async fn client_of(tx: &mut AccountTx, client: &ClientId) -> Result<ClientAccount, Problem> {
    tx.client(client).await?.ok_or_else(|| Problem::no_such("client", client))
}

async fn user_of(tx: &mut AccountTx, raw: &str) -> Result<UserAccount, Problem> {
    let missing = || Problem::no_such("user", raw);
    let login = Login::normalised(raw).map_err(|_| missing())?;
    tx.account(&login).await?.ok_or_else(missing)
}

/// The account of somebody who is assigned clients one by one.
async fn assignable(tx: &mut AccountTx, login: &str) -> Result<UserAccount, Problem> {
    let user = user_of(tx, login).await?;
    if user.role.sees_all_clients() {
        let why = format!("{} has the role {} and sees every client", user.login, user.role);
        return Err(Problem::reject(Login::FIELD, why, "assign clients to a LEADER or an OPERATOR"));
    }
    Ok(user)
}

fn record_clients(tx: &mut AccountTx, action: &str, user: &UserAccount, now: &[ClientId]) {
    let (before, after) = (json!({ "clients": user.clients }), json!({ "clients": now }));
    tx.record(action, user.login.as_str(), Some(before), Some(after));
}

fn names(clients: &[ClientId]) -> String {
    clients.iter().map(ClientId::as_str).collect::<Vec<_>>().join(", ")
}
