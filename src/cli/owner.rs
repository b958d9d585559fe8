//! The owner of a server's database, for the commands that change its schema. Every other command knows the runtime role
//! alone.

use super::failure::{Exit, Failure};
use super::output;
use crate::config::{self, Config};
use crate::service::{DatabaseUrl, Plant, Prepared};
use clap::Args;

/// Who owns the database.
#[derive(Debug, Args)]
pub struct Owner {
    /// PostgreSQL: the database as its owner, who makes the schema and the role of --database
    /// [environment: KPI_OPS_OWNER_DATABASE]
    #[arg(long, value_name = "URL")]
    owner_database: Option<String>,
}

impl Owner {
    /// The database as its owner, where somebody named it.
    pub fn database(&self) -> Result<Option<DatabaseUrl>, Failure> {
        Ok(config::owner_database(self.owner_database.as_deref())?)
    }

    /// Brings a server's database up to date, where its owner is named. A file needs none.
    pub async fn prepare(&self, config: &Config) -> Result<(), Failure> {
        let Some(owner) = self.database()? else {
            return Ok(());
        };
        if self.owner_database.is_none() && config.database.path().is_some() {
            // The environment names the owner for whenever it is needed.
            return Ok(());
        }
        match Plant::prepare(&owner, &config.database).await? {
            Prepared::Ready => Ok(()),
            Prepared::RoleIsMissing { statements } => Self::must_be_made(config, statements).map(|_| ()),
        }
    }

    /// Says what somebody with more rights has to run first.
    pub fn must_be_made(config: &Config, statements: Vec<String>) -> Result<Exit, Failure> {
        for statement in statements {
            output::line(statement)?;
        }
        Err(Failure::Failed(format!(
            "{}: its role does not exist, and its owner may make none; have the statements above run in psql by somebody \
             who may, with the password of --database, then run this again",
            config.database
        )))
    }
}
