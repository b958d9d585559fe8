//! How the transactions of a server's sessions begin: each part of what reads the scope taken away alone.

use crate::domain::id::UserId;
use crate::store::funnel::args;
use crate::store::many_clients::{DISABLED, Engine, ManyClients, key};
use crate::store::postgres::Scoped;
use sqlx::{AssertSqlSafe, Executor, PgConnection};

/// Parts of the beginning, what stands there without them, and for whom they make a difference.
const PARTS: [(&str, &str, &str); 16] = [
    ("c.active = 1 AND ", "", "lena"),
    ("c.active = 1 AND c.deleted_at IS NULL", "c.active = 1", "lena"),
    ("a.client_id = c.client_id AND ", "", "lena"),
    ("a.user_id = '<ID>' AND ", "", "lena"),
    ("AND a.deleted_at IS NULL", "", "lena"),
    ("u.user_id = a.user_id AND u.active = 1 AND", "u.user_id = a.user_id AND", "op01a"),
    (
        "u.user_id = a.user_id AND u.active = 1 AND u.deleted_at IS NULL",
        "u.user_id = a.user_id AND u.active = 1",
        "op02a",
    ),
    (
        "u.user_id = '<ID>' AND u.active = 1 AND u.deleted_at IS NULL AND u.role",
        "u.active = 1 AND u.deleted_at IS NULL AND u.role",
        "lena",
    ),
    ("u.active = 1 AND u.deleted_at IS NULL AND u.role", "u.deleted_at IS NULL AND u.role", "anna"),
    ("AND u.deleted_at IS NULL AND u.role", "AND u.role", "paul"),
    (" AND u.role IN ('POWERUSER', 'ADMIN')", "", "lena"),
    ("u.user_id = '<ID>' AND u.active = 1 AND u.deleted_at IS NULL), ' 0 0')", "u.login = 'op03a'), ' 0 0')", "lena"),
    ("u.active = 1 AND u.deleted_at IS NULL), ' 0 0')", "u.deleted_at IS NULL), ' 0 0')", "op01a"),
    (" AND u.deleted_at IS NULL), ' 0 0')", "), ' 0 0')", "op02a"),
    (" AND c.client_id = ANY (CAST(ARRAY['CL00', 'CL23'] AS text[]))", "", "luis"),
    ("; SET LOCAL app.door = ''", "", "lena"),
];

/// The scope, the keeper's mark, the account, and how many accounts can be seen.
type Begun = (String, String, String, i64);

async fn begun(runtime: &mut PgConnection, text: &str) -> Begun {
    runtime.execute(AssertSqlSafe(text.to_owned())).await.expect(text);
    let look = "SELECT current_setting('app.clients'), current_setting('app.keeper'), current_setting('app.own'),
        (SELECT count(*) FROM t_user_account)";
    let begun = sqlx::query_as(look).fetch_one(&mut *runtime).await.unwrap();
    runtime.execute("ROLLBACK").await.unwrap();
    begun
}

#[tokio::test]
async fn without_any_one_part_the_scope_of_a_server_is_wider() {
    let shared = ManyClients::of(Engine::Server, &[0, 1, 2, 7, 11, 23, DISABLED], true).await;
    let mut people = Vec::new();
    for login in ["lena", "op01a", "op02a", "anna", "paul", "luis"] {
        people.push((login, shared.session(login).await.person().user_id));
    }
    let mut tx = shared.truth("anna").await;
    for change in super::walls::GONE {
        assert!(tx.run(change, args![]).await.unwrap() > 0, "{change}");
    }
    tx.commit().await.unwrap();
    let mut runtime = shared.database().runtime().await;
    for (part, by, login) in PARTS {
        let user: UserId = people.iter().find(|(name, _)| *name == login).unwrap().1;
        // Luis has neither of these.
        let view = (login == "luis").then(|| vec![key(0), key(23)]);
        let right = Scoped::to(user, view.as_deref()).reads.as_str().to_owned();
        let named = |text: &str| text.replace("<ID>", &user.0.hyphenated().to_string());
        assert_eq!(right.matches(&named(part)).count(), 1, "{part}");
        let before = begun(&mut runtime, &right).await;
        assert_eq!(before.0, if login == "lena" { "{CL00}" } else { "{}" }, "{login}");
        assert_eq!(before.3, 0, "{login}");
        let after = begun(&mut runtime, &right.replace(&named(part), &named(by))).await;
        assert_ne!(after, before, "nobody notices that the scope lacks {part}");
        eprintln!("red without {part}: {login} is {after:?}");
    }
}
