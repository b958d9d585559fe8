//! The clients and the people of a demo. Everybody has the same password, and the login screen shows it.

use super::cast::{Account, Cast};
use super::chance::Chance;
use crate::domain::clock::Instant;
use crate::domain::id::UserId;
use crate::domain::text::CleanText;
use crate::service::{DemoLogin, Problem};
use crate::store::account::{NewAccount, new_login};
use crate::store::{Session, Store, StoreError};
use secrecy::SecretString;
use serde_json::json;

/// Makes the accounts and clients, and lets the ADMIN in.
pub(super) async fn open(store: &Store, seed: u64, cast: &Cast, at: Instant) -> Result<Session, Problem> {
    let mut chance = Chance::of(seed, "accounts");
    let password = SecretString::from(cast.words.password.clone());
    let mut people = cast.people.iter();
    let admin = people.next().ok_or_else(|| StoreError::Driver("a demo has no ADMIN".into()))?;
    let name = CleanText::name("full_name", &admin.name)?;
    let session = store.first_admin(&admin.login, &name, &password, chance.id(at), at).await?;

    let mut hashed = Vec::new();
    for person in people {
        let login = new_login(&person.login)?;
        let hash = store.new_password(&password, &login, &[]).await?;
        hashed.push((person, login, hash, UserId(chance.id(at))));
    }
    let mut tx = session.accounts(at).await?;
    for client in &cast.clients {
        let zone = client.clock.zone_name();
        tx.add_client(&client.id, &CleanText::name("name", &client.name)?, zone).await?;
        let after = json!({ "name": client.name, "time_zone": zone, "active": true });
        tx.record_for_client(&client.id, "client_added", None, Some(after.clone()));
        tx.record("client_added", client.id.as_str(), None, Some(after));
    }
    for (person, login, hash, user_id) in hashed {
        let full_name = CleanText::name("full_name", &person.name)?;
        let account =
            NewAccount { user_id, login: &login, full_name: &full_name, role: person.role, password_hash: Some(hash) };
        tx.add_account(account).await?;
        for client in cast.clients.iter().filter(|client| person.places.contains(&client.place)) {
            tx.assign(user_id, &client.id).await?;
        }
        let after =
            json!({ "full_name": person.name, "role": person.role.as_str(), "clients": clients_of(cast, person) });
        tx.record("user_added", login.as_str(), None, Some(after));
    }
    tx.commit().await?;
    // The scope is read when a session opens, and the clients are new.
    let scoped = session.narrow(None).await?;
    session.close().await;
    Ok(scoped)
}

/// The logins for the login screen, as the mark of the demo keeps them.
pub(super) fn logins(cast: &Cast) -> Result<String, Problem> {
    let login = |person: &Account| DemoLogin {
        login: person.login.clone(),
        password: cast.words.password.clone(),
        role: person.role,
        clients: clients_of(cast, person),
    };
    let logins: Vec<_> = cast.people.iter().map(login).collect();
    serde_json::to_string(&logins).map_err(|error| Problem::Store(StoreError::Driver(error.to_string())))
}

fn clients_of(cast: &Cast, person: &Account) -> String {
    if person.role.sees_all_clients() {
        return "all clients".into();
    }
    let own = cast.clients.iter().filter(|client| person.places.contains(&client.place));
    own.map(|client| client.id.as_str()).collect::<Vec<_>>().join(", ")
}
