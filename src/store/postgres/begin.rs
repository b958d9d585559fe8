//! What a transaction on a server begins with: its limits, its door or its scope, and the lock of those who write, in
//! one round trip.
//!
//! Settings live as long as the transaction (SET LOCAL), so a connection of the pool carries nothing on, and all sessions
//! of the program share a few. Writers of one
//! client wait for each other, as all writers of a file do: what a command has looked at stays so until it has written.

use crate::domain::id::{ClientId, UserId};
use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};
use uuid::Uuid;

/// Limits of every transaction: a statement that runs longer was abandoned, as is a transaction that nobody goes on with.
macro_rules! limits {
    () => {
        "SET LOCAL statement_timeout = '60s'; SET LOCAL lock_timeout = '10s';
         SET LOCAL idle_in_transaction_session_timeout = '120s'; "
    };
}

/// What makes our advisory locks ours.
macro_rules! lock_class {
    () => {
        "1802529139"
    };
}

/// A look through a door: the account tables are open, no client's rows are.
pub(in crate::store) const DOOR_READS: &str = concat!(
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; ",
    limits!(),
    "SET LOCAL app.clients = '{}'; SET LOCAL app.keeper = ''; SET LOCAL app.door = 'open'"
);

/// A change through a door. One at a time, because numbers are given and failures are counted there.
pub(in crate::store) const DOOR_WRITES: &str = concat!(
    "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; ",
    limits!(),
    "SET LOCAL app.clients = '{}'; SET LOCAL app.keeper = ''; SET LOCAL app.door = 'open'; ",
    "SELECT pg_advisory_xact_lock(",
    lock_class!(),
    ", 0)"
);

/// What the account of the session is now: the scope's beginning read it with the door open.
pub(in crate::store) const OWN_ACCOUNT: &str =
    "SELECT split_part(s.own, ' ', 1), CAST(split_part(s.own, ' ', 2) AS BIGINT),
    CAST(split_part(s.own, ' ', 3) AS BIGINT) FROM (SELECT current_setting('app.own') AS own) AS s";

/// Lets a door reach the rows of one client more.
pub(in crate::store) const REACH: &str =
    "SELECT set_config('app.clients', CAST(CAST(current_setting('app.clients') AS text[]) || ARRAY[$1] AS text), true)";
/// Lets a door reach the rows of every client.
pub(in crate::store) const REACH_ALL: &str =
    "SELECT set_config('app.clients', CAST(ARRAY(SELECT c.client_id FROM t_client AS c) AS text), true)";

/// How the transactions of one session begin.
#[derive(Debug, Clone)]
pub(in crate::store) struct Scoped {
    /// One that only looks, at one moment.
    pub(in crate::store) reads: SqlStr,
    /// One that writes.
    pub(in crate::store) writes: SqlStr,
    /// What the session's changes are told with, so that it knows its own.
    pub(in crate::store) writer: Uuid,
}

impl Scoped {
    /// The beginnings for a person, narrowed to `clients` where given. The scope is read from the accounts each time, so
    /// that taking a client away acts at the next transaction.
    pub(in crate::store) fn to(user: UserId, clients: Option<&[ClientId]>) -> Self {
        let scope = scope(user, clients);
        let text = |text: String| AssertSqlSafe(text).into_sql_str();
        let writer = Uuid::new_v4();
        Self {
            reads: text(format!("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {}{scope}", limits!())),
            writes: text(format!(
                "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; {}SET LOCAL app.writer = '{writer}'; {scope}; \
                 SELECT pg_advisory_xact_lock({}, s.lock) FROM (SELECT DISTINCT hashtext(c.client_id) AS lock \
                 FROM unnest(CAST(current_setting('app.clients') AS text[])) AS c (client_id) ORDER BY 1) AS s",
                limits!(),
                lock_class!()
            )),
            writer,
        }
    }
}

/// Opens the door, reads who this is and what exists for them, and closes it.
fn scope(user: UserId, clients: Option<&[ClientId]>) -> String {
    let user = user.0.hyphenated();
    let narrowed = clients.map_or_else(String::new, |clients| {
        let list: Vec<_> = clients.iter().map(|client| literal(client.as_str())).collect();
        format!(" AND c.client_id = ANY (CAST(ARRAY[{}] AS text[]))", list.join(", "))
    });
    format!(
        "SET LOCAL app.clients = '{{}}'; SET LOCAL app.door = 'open'; \
         SELECT set_config('app.own', coalesce((SELECT concat_ws(' ', u.role, u.session_version, u.scope_version) \
           FROM t_user_account AS u WHERE u.user_id = '{user}' AND u.active = 1 AND u.deleted_at IS NULL), ' 0 0'), true); \
         SELECT set_config('app.keeper', coalesce((SELECT 'yes' FROM t_user_account AS u \
           WHERE u.user_id = '{user}' AND u.active = 1 AND u.deleted_at IS NULL \
             AND u.role IN ('POWERUSER', 'ADMIN')), ''), true); \
         SELECT set_config('app.clients', CAST(ARRAY(SELECT c.client_id FROM t_client AS c \
           WHERE c.active = 1 AND c.deleted_at IS NULL AND (current_setting('app.keeper') = 'yes' \
             OR EXISTS (SELECT 1 FROM t_user_client_assignment AS a, t_user_account AS u \
               WHERE a.client_id = c.client_id AND a.user_id = '{user}' AND a.deleted_at IS NULL \
                 AND u.user_id = a.user_id AND u.active = 1 AND u.deleted_at IS NULL)){narrowed} \
           ORDER BY c.client_id) AS text), true); \
         SET LOCAL app.door = ''"
    )
}

/// A text as a literal; the settings of every connection say that a backslash means itself.
fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''").replace('\0', ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clients_key_stays_inside_its_literal() {
        assert_eq!(literal("A'; DROP TABLE x; --"), "'A''; DROP TABLE x; --'");
        let odd = ClientId::stored("A'B".into());
        let begin = Scoped::to(UserId(uuid::Uuid::nil()), Some(&[odd]));
        assert!(begin.reads.as_str().contains("ARRAY['A''B']"), "{}", begin.reads.as_str());
    }

    #[test]
    fn a_session_that_is_narrowed_to_nothing_sees_nothing() {
        let begin = Scoped::to(UserId(uuid::Uuid::nil()), Some(&[]));
        assert!(begin.writes.as_str().contains("= ANY (CAST(ARRAY[] AS text[]))"));
    }
}
