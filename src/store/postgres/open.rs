//! Opening a database of a server: what the server, the role and the schema must be like, and the way out where they
//! are not. A role that row-level security does not bind is refused, because with it nothing would be isolated.

use super::pools::{PATIENCE, Pools, with_settings};
use crate::store::error::StoreError;
use crate::store::url::Server;
use sqlx::migrate::Migrator;
use sqlx::{Connection, PgConnection};
use std::collections::BTreeSet;

pub(in crate::store) static MIGRATIONS: Migrator = sqlx::migrate!("./migrations/postgres");

/// The oldest server whose views can run with the rights of who reads them.
const OLDEST: i64 = 150_000;

/// What the catalogue says of the role of a connection.
const ROLE: &str = "SELECT r.rolsuper, r.rolbypassrls,
    EXISTS (SELECT 1 FROM pg_auth_members AS m WHERE m.member = r.oid),
    EXISTS (SELECT 1 FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
            WHERE c.relowner = r.oid AND n.nspname NOT LIKE 'pg\\_%')
      OR EXISTS (SELECT 1 FROM pg_namespace AS n WHERE n.nspowner = r.oid)
      OR EXISTS (SELECT 1 FROM pg_database AS d WHERE d.datdba = r.oid AND d.datname = current_database()),
    r.rolcreaterole
    FROM pg_roles AS r WHERE r.rolname = current_user";

/// Opens the ways to a database for the runtime role, once everything is as it must be.
pub(in crate::store) async fn open(server: &Server) -> Result<Pools, StoreError> {
    let mut connection = connect(server).await?;
    must_be_new_enough(&mut connection, server).await?;
    must_be_bound(&mut connection, server).await?;
    must_be_current(&mut connection, server).await?;
    connection.close().await?;
    Ok(Pools::new(&server.options))
}

/// Connects, or says why not.
pub(in crate::store) async fn connect(server: &Server) -> Result<PgConnection, StoreError> {
    let options = with_settings(server.options.clone());
    let connecting = tokio::time::timeout(PATIENCE, PgConnection::connect_with(&options));
    match connecting.await {
        Ok(Ok(connection)) => Ok(connection),
        Ok(Err(error)) => Err(cannot_connect(server, &error)),
        Err(_) => Err(no_answer(server, "it says nothing")),
    }
}

fn no_answer(server: &Server, why: &str) -> StoreError {
    unusable(
        server,
        format!("the server does not answer ({why})"),
        "check that it runs, and the host and the port of the URL",
    )
}

pub(in crate::store) fn unusable(server: &Server, why: impl Into<String>, try_this: &str) -> StoreError {
    StoreError::Unusable { server: server.shown.clone(), why: why.into(), try_this: try_this.into() }
}

fn cannot_connect(server: &Server, error: &sqlx::Error) -> StoreError {
    let code = error.as_database_error().and_then(sqlx::error::DatabaseError::code);
    match (error, code.as_deref()) {
        (_, Some("28P01" | "28000")) => unusable(
            server,
            format!("the server refuses the login of the role {}", server.options.get_username()),
            "check the role and the password of the URL; `kpi-ops init --owner-database URL` makes the role",
        ),
        (_, Some("3D000")) => unusable(
            server,
            "there is no such database on the server",
            "create it with CREATE DATABASE, then run `kpi-ops init --owner-database URL`",
        ),
        (_, Some("42501")) => unusable(
            server,
            format!("the role {} may not connect to it", server.options.get_username()),
            "run `kpi-ops migrate --owner-database URL`, which gives it the right",
        ),
        (_, Some("53300")) => {
            unusable(server, "it has no connection left", "close a session, or raise max_connections of the server")
        }
        (sqlx::Error::Io(error), _) => no_answer(server, &error.to_string()),
        (sqlx::Error::Tls(error), _) => {
            unusable(server, format!("no secure connection: {error}"), "check sslmode and the server's certificate")
        }
        (error, _) => unusable(server, error.to_string(), "check the URL"),
    }
}

/// Refuses a server that is too old.
pub(super) async fn must_be_new_enough(connection: &mut PgConnection, server: &Server) -> Result<(), StoreError> {
    let version: i64 = sqlx::query_scalar("SELECT CAST(current_setting('server_version_num') AS BIGINT)")
        .fetch_one(&mut *connection)
        .await?;
    if version >= OLDEST {
        return Ok(());
    }
    let why = format!("the server is PostgreSQL {}, and this takes 15 or later", version / 10_000);
    Err(unusable(server, why, "update the server"))
}

/// Refuses a role that could see past the policies.
async fn must_be_bound(connection: &mut PgConnection, server: &Server) -> Result<(), StoreError> {
    let (superuser, bypasses, is_member, owns, makes_roles): (bool, bool, bool, bool, bool) =
        sqlx::query_as(ROLE).fetch_one(&mut *connection).await?;
    let user = server.options.get_username();
    let why = match () {
        () if superuser => "is a superuser, whom no row-level security binds",
        () if bypasses => "has BYPASSRLS, so that no row-level security binds it",
        () if owns => "owns the database, its schema or a table in it, and an owner can change the policies",
        () if is_member => "is a member of another role, and could take on its rights",
        () if makes_roles => "has CREATEROLE, and could give itself other rights",
        () => return Ok(()),
    };
    Err(unusable(
        server,
        format!("the role {user} {why}"),
        "name the runtime role in --database, and this one in --owner-database of `kpi-ops init`, which makes the \
         runtime role",
    ))
}

/// Refuses a schema that is not the one of this program.
pub(in crate::store) async fn must_be_current(
    connection: &mut PgConnection,
    server: &Server,
) -> Result<(), StoreError> {
    match state(connection, server).await? {
        State::Current => Ok(()),
        State::Absent => Err(unusable(
            server,
            "it holds no kpi-ops plant yet",
            "run `kpi-ops init --owner-database URL --admin NAME`",
        )),
        State::Older => {
            Err(unusable(server, "its schema is older than this program", "run `kpi-ops migrate --owner-database URL`"))
        }
        State::Newer => Err(newer(server)),
    }
}

/// Refuses a schema that this program cannot know.
pub(super) async fn refuse_newer(connection: &mut PgConnection, server: &Server) -> Result<(), StoreError> {
    if state(connection, server).await? == State::Newer { Err(newer(server)) } else { Ok(()) }
}

fn newer(server: &Server) -> StoreError {
    unusable(server, "its schema was made by a newer version of kpi-ops", "update the program")
}

/// A schema beside the one that the program knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Absent,
    Older,
    Current,
    Newer,
}

async fn state(connection: &mut PgConnection, server: &Server) -> Result<State, StoreError> {
    let there: bool =
        sqlx::query_scalar("SELECT to_regclass('_sqlx_migrations') IS NOT NULL").fetch_one(&mut *connection).await?;
    if !there {
        return Ok(State::Absent);
    }
    let done = sqlx::query_scalar::<_, i64>("SELECT version FROM _sqlx_migrations WHERE success ORDER BY version")
        .fetch_all(&mut *connection)
        .await;
    match done.map_err(StoreError::from) {
        Ok(done) => Ok(compare(&done)),
        Err(StoreError::Guarded) => Err(unusable(
            server,
            format!("the role {} has no rights in it", server.options.get_username()),
            "run `kpi-ops migrate --owner-database URL`, which gives them",
        )),
        Err(other) => Err(other),
    }
}

fn compare(done: &[i64]) -> State {
    let done: BTreeSet<i64> = done.iter().copied().collect();
    let known: BTreeSet<i64> = MIGRATIONS.iter().map(|migration| migration.version).collect();
    if done.is_empty() {
        State::Absent
    } else if !done.is_subset(&known) {
        State::Newer
    } else if done == known {
        State::Current
    } else {
        State::Older
    }
}
