//! What the owner of a server's database does and nobody else: bring the schema up to date, put the templates in, make
//! the role that the program runs as, and give it its rights.

use super::link::Link;
use super::open::{MIGRATIONS, connect, must_be_new_enough, refuse_newer, unusable};
use super::pools::Pool;
use super::secret;
use crate::store::engine::Open;
use crate::store::error::StoreError;
use crate::store::stored_tally::postgres as tallies;
use crate::store::url::Server;
use crate::store::{grants, template};
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

/// The owner's transactions keep what is shared, and see the account tables as doors do.
const OWNER: &str = "BEGIN; SET LOCAL app.keeper = 'yes'; SET LOCAL app.door = 'open'";

/// How preparing a database ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Prepared {
    /// The runtime role can work.
    Ready,
    /// The schema is there, and somebody with more rights has to make the runtime role first.
    RoleIsMissing {
        /// What they have to run, line by line.
        statements: Vec<String>,
    },
}

/// Brings a database up to date as its owner, for the role that the program runs as.
pub(in crate::store) async fn prepare(owner: &Server, runtime: &Server) -> Result<Prepared, StoreError> {
    must_name_the_same(owner, runtime)?;
    let mut connection = connect(owner).await?;
    must_be_new_enough(&mut connection, owner).await?;
    must_be_an_owner(&mut connection, owner).await?;
    refuse_newer(&mut connection, owner).await?;
    MIGRATIONS.run(&mut connection).await.map_err(|error| cannot_migrate(owner, &error))?;
    load_templates(owner).await?;
    tallies::install(&mut connection).await?;
    let prepared = match make_role(&mut connection, owner, runtime).await? {
        Prepared::Ready => {
            grants::grant(&mut connection, runtime.options.get_username()).await?;
            Prepared::Ready
        }
        missing @ Prepared::RoleIsMissing { .. } => missing,
    };
    connection.close().await?;
    Ok(prepared)
}

/// Makes every stored tally anew from the entries, and what keeps them.
pub(in crate::store) async fn rebuild_tallies(owner: &Server) -> Result<(), StoreError> {
    let mut connection = connect(owner).await?;
    must_be_an_owner(&mut connection, owner).await?;
    tallies::rebuild(&mut connection).await?;
    Ok(connection.close().await?)
}

fn must_name_the_same(owner: &Server, runtime: &Server) -> Result<(), StoreError> {
    if owner.options.get_database() != runtime.options.get_database() {
        return Err(unusable(
            owner,
            "it is another database than the one of --database",
            "name the same database in both URLs",
        ));
    }
    if owner.options.get_username() == runtime.options.get_username() {
        return Err(unusable(
            owner,
            "its role is the one of --database too, and the program must not run as the owner",
            "name another role in --database, for example kpi_ops; it is made if it does not exist",
        ));
    }
    Ok(())
}

/// Functions of ours run with the owner's rights, so the owner must be bound by the policies too.
async fn must_be_an_owner(connection: &mut PgConnection, owner: &Server) -> Result<(), StoreError> {
    let attributes = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user";
    let is_unbound: bool = sqlx::query_scalar(attributes).fetch_one(&mut *connection).await?;
    if is_unbound {
        return Err(unusable(
            owner,
            format!(
                "the role {} is bound by no row-level security, and triggers of the plant run with its rights",
                owner.options.get_username()
            ),
            "make an owner with CREATE ROLE kpi_owner LOGIN CREATEROLE PASSWORD '…' and ALTER DATABASE … OWNER TO \
             kpi_owner, and name it in --owner-database",
        ));
    }
    let may = "SELECT has_schema_privilege(current_user, 'public', 'CREATE')";
    let may_create: bool = sqlx::query_scalar(may).fetch_one(&mut *connection).await?;
    if may_create {
        return Ok(());
    }
    Err(unusable(
        owner,
        format!("the role {} may make no tables in it", owner.options.get_username()),
        "name the role that owns the database in --owner-database",
    ))
}

fn cannot_migrate(owner: &Server, error: &sqlx::migrate::MigrateError) -> StoreError {
    unusable(
        owner,
        format!("its schema could not be brought up to date: {error}"),
        "restore the newest backup if it was changed by hand, and report this otherwise",
    )
}

async fn load_templates(owner: &Server) -> Result<(), StoreError> {
    let pool = Pool::new(owner.options.clone(), 1, Link::default());
    let mut open = Open::Postgres(pool.begin(OWNER).await?);
    template::fill(&mut open).await?;
    open.commit().await?;
    pool.close().await;
    Ok(())
}

/// Makes the runtime role where it is missing, with the password of its URL.
async fn make_role(connection: &mut PgConnection, owner: &Server, runtime: &Server) -> Result<Prepared, StoreError> {
    let name = runtime.options.get_username();
    let there: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = $1)")
        .bind(name)
        .fetch_one(&mut *connection)
        .await?;
    if there {
        return Ok(Prepared::Ready);
    }
    let role = format!("\"{}\"", name.replace('"', "\"\""));
    let create =
        format!("CREATE ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS NOINHERIT NOCREATEDB NOCREATEROLE NOREPLICATION");
    let makes_roles: bool = sqlx::query_scalar("SELECT rolcreaterole FROM pg_roles WHERE rolname = current_user")
        .fetch_one(&mut *connection)
        .await?;
    if !makes_roles {
        let password = format!("\\password {role}");
        return Ok(Prepared::RoleIsMissing { statements: vec![format!("{create};"), password] });
    }
    let statement = match runtime.password() {
        Some(password) => format!("{create} PASSWORD '{}'", secret::verifier(&password)?),
        None => create,
    };
    match connection.execute(AssertSqlSafe(statement)).await {
        Ok(_) => Ok(Prepared::Ready),
        Err(error) => Err(unusable(
            owner,
            format!("the role {name} could not be made: {}", StoreError::from(error)),
            "have it made by somebody who may, then run this again",
        )),
    }
}
