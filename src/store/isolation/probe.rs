//! Looking at the plant as the people who have accounts see it. Only an ADMIN's audit does this: the sessions are opened
//! for one look and closed again, nobody is logged in and nothing is written.

use crate::domain::id::{ClientId, UserId};
use crate::domain::role::Role;
use crate::store::StoreError;
use crate::store::funnel::{Look, args, statements};
use crate::store::session::Session;
use uuid::Uuid;

statements! {
    PEOPLE = "SELECT user_id FROM t_user_account WHERE active = 1 AND deleted_at IS NULL ORDER BY login";
    /// The clients that an account should see, asked otherwise than the scope itself is.
    SHOULD_SEE = "SELECT c.client_id FROM t_client AS c JOIN t_user_account AS u ON u.user_id = $1
        LEFT JOIN t_user_client_assignment AS a
          ON a.client_id = c.client_id AND a.user_id = u.user_id AND a.deleted_at IS NULL
        WHERE c.active = 1 AND c.deleted_at IS NULL AND (u.role = 'ADMIN' OR u.role = 'POWERUSER' OR a.client_id IS NOT NULL)
        ORDER BY c.client_id";
}

/// Somebody with an account, and the clients that they should see.
#[derive(Debug)]
pub(crate) struct Probe {
    /// Their session.
    pub(crate) session: Session,
    /// What they should see.
    pub(crate) should_see: Vec<ClientId>,
}

impl Session {
    /// A look at the plant as every person with an active account sees it.
    pub(crate) async fn everybody(&self) -> Result<Vec<UserId>, StoreError> {
        self.must_be_admin().await?;
        let people: Vec<Uuid> = self.store().look().await?.all(PEOPLE, args![]).await?;
        Ok(people.into_iter().map(UserId).collect())
    }

    /// The plant as one of them sees it; none where the account was taken away meanwhile.
    pub(crate) async fn probe(&self, user: UserId) -> Result<Option<Probe>, StoreError> {
        self.must_be_admin().await?;
        let Some(person) = self.store().person(user).await? else { return Ok(None) };
        let clients: Vec<String> = self.store().look().await?.all(SHOULD_SEE, args![user]).await?;
        let should_see = clients.into_iter().map(ClientId::stored).collect();
        Ok(Some(Probe { session: self.of_another(person).await?, should_see }))
    }

    /// The database says who is an ADMIN, not this session.
    async fn must_be_admin(&self) -> Result<(), StoreError> {
        let person = self.store().person(self.person().user_id).await?.ok_or(StoreError::SessionOver)?;
        match person.role {
            Role::Admin => Ok(()),
            other => Err(StoreError::NotAdmin(other)),
        }
    }
}
