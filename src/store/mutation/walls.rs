//! Views, scope and triggers, each part taken away alone.

use super::probe::{is_filtered, shown, tried};
use crate::domain::id::ClientId;
use crate::store::Store;
use crate::store::funnel::args;
use crate::store::many_clients::{Columns, Engine, ManyClients, NOW, key};
use crate::store::scoped::{Kind, TABLES};
use crate::store::session::{Person, Session};

/// The filter of a view, as it stands in the text of all views.
fn filter(views: &str, table: &str) -> String {
    let from = format!(" FROM main.t_{table} AS b WHERE ");
    let start = views.find(&from).unwrap_or_else(|| panic!("{table} has no view"));
    let end = start + views[start..].find(';').unwrap();
    views[start..end].to_owned()
}

async fn at(store: &Store, person: &Person) -> Session {
    Session::open(store, person.clone(), None).await.unwrap()
}

/// Somebody who keeps accounts has done something.
async fn leave_a_record(many: &ManyClients) {
    let mut tx = many.store.door("anna", NOW).await.unwrap();
    let record = "INSERT INTO t_account_audit_entry (seq, action, subject, by_login, at) VALUES (1, 'a', 'b', 'c', 0) RETURNING seq";
    assert_eq!(tx.run(record, args![]).await.unwrap(), 1);
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn without_any_one_filter_a_view_shows_what_is_not_there() {
    let shared = ManyClients::shared(Engine::File).await;
    let alone = ManyClients::of(Engine::File, &[0, 7, 23], false).await;
    let columns = shared.columns().await;
    leave_a_record(&shared).await;
    let catalogue = shared.store.inner.catalogue.clone();
    let lena = shared.session("lena").await.person().clone();
    let expected = shown(&alone.session("lena").await, &columns).await;
    assert_eq!(shown(&at(&shared.store, &lena).await, &columns).await, expected, "nothing is taken away yet");
    let mut red = 0;
    for (table, _) in TABLES.iter().filter(|(_, kind)| is_filtered(*kind)) {
        let found = filter(catalogue.texts().0, table);
        let without = format!(" FROM main.t_{table} AS b WHERE 1");
        let store = shared.store.with_catalogue(catalogue.with(&found, &without));
        let session = at(&store, &lena).await;
        let now = shown(&session, &columns).await;
        let differ: Vec<_> =
            now.iter().filter(|(table, rows)| expected[*table] != **rows).map(|(table, _)| *table).collect();
        if !expected[table].starts_with("[Int") {
            // The guard lets nobody look at it, with or without a filter.
            assert_eq!((differ, &now[table]), (Vec::new(), &expected[table]));
            eprintln!("held twice: the filter of {table}, which the guard shows to nobody");
            session.close().await;
            continue;
        }
        assert_eq!(differ, [*table], "the view of {table} lost its filter: {} | {}", now[table], expected[table]);
        eprintln!("red without the filter of {table}: {} instead of {}", now[table], expected[table]);
        red += 1;
        session.close().await;
    }
    assert!(red >= 40, "{red} filters");
}

/// Parts of the scope, and who sees more without each.
const SCOPE: [(&str, &str, &str); 11] = [
    ("c.active = 1 AND ", "", "lena"),
    ("c.active = 1 AND c.deleted_at IS NULL", "c.active = 1", "lena"),
    ("a.client_id = c.client_id AND ", "", "lena"),
    ("AND a.user_id = X'<ID>' AND", "AND", "lena"),
    ("AND a.deleted_at IS NULL", "", "lena"),
    ("u.user_id = a.user_id AND u.active = 1 AND", "u.user_id = a.user_id AND", "op01a"),
    (
        "u.user_id = a.user_id AND u.active = 1 AND u.deleted_at IS NULL",
        "u.user_id = a.user_id AND u.active = 1",
        "op02a",
    ),
    (
        "u.user_id = X'<ID>' AND u.active = 1 AND u.deleted_at IS NULL AND u.role",
        "u.active = 1 AND u.deleted_at IS NULL AND u.role",
        "lena",
    ),
    ("u.active = 1 AND u.deleted_at IS NULL AND u.role", "u.deleted_at IS NULL AND u.role", "anna"),
    ("AND u.deleted_at IS NULL AND u.role", "AND u.role", "paul"),
    (" AND u.role IN ('POWERUSER', 'ADMIN')", "", "lena"),
];

/// The clients that somebody sees; none where the account is no longer let in.
async fn seen(store: &Store, person: &Person, view: Option<Vec<ClientId>>) -> Vec<String> {
    let Ok(session) = Session::open(store, person.clone(), view).await else { return Vec::new() };
    session.scope().clients().iter().map(|client| client.client_id.to_string()).collect()
}

/// A client that is gone, an assignment taken away, and people who are disabled or gone.
pub(super) const GONE: [&str; 5] = [
    "UPDATE t_client SET deleted_at = 1 WHERE client_id = 'CL23' RETURNING version",
    "UPDATE t_user_client_assignment SET deleted_at = 1 WHERE client_id = 'CL07'
       AND user_id = (SELECT user_id FROM t_user_account WHERE login = 'lena') RETURNING version",
    "UPDATE t_user_account SET role = 'ADMIN' WHERE login = 'op03a' RETURNING version",
    "UPDATE t_user_account SET active = 0 WHERE login IN ('op01a', 'anna') RETURNING version",
    "UPDATE t_user_account SET deleted_at = 1 WHERE login IN ('op02a', 'paul') RETURNING version",
];

#[tokio::test]
async fn without_any_one_part_the_scope_is_wider() {
    let shared = ManyClients::shared(Engine::File).await;
    let mut people = Vec::new();
    for login in ["lena", "op01a", "op02a", "anna", "paul"] {
        people.push((login, shared.session(login).await.person().clone()));
    }
    let mut tx = shared.store.door("anna", NOW).await.unwrap();
    for change in GONE {
        assert!(tx.run(change, args![]).await.unwrap() > 0, "{change}");
    }
    tx.commit().await.unwrap();
    let catalogue = shared.store.inner.catalogue.clone();
    for (part, by, login) in SCOPE {
        let person = &people.iter().find(|(name, _)| *name == login).unwrap().1;
        let expected: &[&str] = if login == "lena" { &["CL00"] } else { &[] };
        assert_eq!(seen(&shared.store, person, None).await, expected, "{login}");
        let user = |text: &str| text.replace("<ID>", &person.user_id.0.simple().to_string());
        let mut parts = vec![(user(part), user(by))];
        if login != "lena" {
            // Every transaction looks at the account by itself too: that wall is taken away as well.
            let account = "u.user_id = X'<ID>' AND u.active = 1 AND u.deleted_at IS NULL;";
            parts.push((user(account), user("u.user_id = X'<ID>';")));
        }
        let store = shared.store.with_catalogue(catalogue.with_scope(person.user_id, None, &parts));
        let wider = seen(&store, person, None).await;
        assert!(wider.len() > expected.len(), "nobody notices that the scope lacks {part}");
        eprintln!("red without {part}: {login} sees {} clients", wider.len());
    }
    let lena = &people[0].1;
    let view = [key(0)];
    let narrowing = "temp.g__narrowed AS n CROSS JOIN main.t_client AS c ON c.client_id = n.client_id";
    let parts = [(narrowing.to_owned(), "main.t_client AS c".to_owned())];
    let mut tx = shared.store.door("anna", NOW).await.unwrap();
    tx.run("UPDATE t_client SET deleted_at = NULL WHERE client_id = 'CL23' RETURNING version", args![]).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(seen(&shared.store, lena, Some(view.to_vec())).await, ["CL00"]);
    let store = shared.store.with_catalogue(catalogue.with_scope(lena.user_id, Some(&view), &parts));
    assert_eq!(seen(&store, lena, Some(view.to_vec())).await, ["CL00", "CL23"], "nobody notices what is not narrowed");
}

/// Every trigger with its name, its table, and each of its refusals.
fn refusals(triggers: &str) -> Vec<(String, String, String, String)> {
    let mut found = Vec::new();
    for text in triggers.split("CREATE TEMP TRIGGER ").skip(1) {
        let name = text.split_whitespace().next().unwrap();
        let table = text.split(" ON ").nth(1).unwrap().split_whitespace().next().unwrap();
        for refusal in text.split("SELECT RAISE(ABORT, ").skip(1) {
            let refusal = refusal.split(';').next().unwrap();
            let what = refusal.split('\'').nth(1).unwrap();
            found.push((name.to_owned(), table.to_owned(), what.to_owned(), format!("SELECT RAISE(ABORT, {refusal};")));
        }
    }
    found
}

/// What a second check refuses in the same words: a row that a session sees is in its scope, so it leaves the scope only
/// by its key; every client has an end of its trail already, and that end has no key but its client.
fn is_held_twice(trigger: &str, what: &str) -> bool {
    match what {
        "outside the scope" => trigger.ends_with("_update") || trigger == "g__audit_head_insert",
        "a key never changes" => trigger == "g__audit_head_update",
        _ => false,
    }
}

/// Who is asked about a table: somebody of a client, and about what belongs to the plant somebody who keeps it too.
fn askers<'a>(people: &'a [Person; 2], table: &str) -> &'a [Person] {
    let kind = TABLES.iter().find(|(name, _)| *name == table).map(|(_, kind)| *kind);
    let is_of_clients = matches!(kind, Some(Kind::Tenant | Kind::TenantAppendOnly | Kind::Head));
    if is_of_clients { &people[..1] } else { people }
}

/// What they can do to the table.
async fn tried_by(store: &Store, people: &[Person], columns: &Columns, table: &str) -> Vec<String> {
    let mut answers = Vec::new();
    for person in people {
        let session = Session::open(store, person.clone(), Some(vec![key(11)])).await.unwrap();
        answers.extend(tried(&session, columns, table, "CL11", "CL07").await);
        session.close().await;
    }
    answers
}

#[tokio::test]
async fn without_any_one_refusal_a_trigger_lets_something_pass() {
    let shared = ManyClients::shared(Engine::File).await;
    leave_a_record(&shared).await;
    let columns = shared.columns().await;
    let catalogue = shared.store.inner.catalogue.clone();
    let mut people = Vec::new();
    for login in ["lead11", "paul"] {
        people.push(shared.session(login).await.person().clone());
    }
    let people: [Person; 2] = people.try_into().unwrap();
    let (mut red, mut unnoticed) = (0, Vec::new());
    let mut before: Option<(String, Vec<String>)> = None;
    for (trigger, table, what, refusal) in refusals(catalogue.texts().1) {
        if before.as_ref().is_none_or(|(known, _)| *known != table) {
            let whole = tried_by(&shared.store, askers(&people, &table), &columns, &table).await;
            before = Some((table.clone(), whole));
        }
        let (_, rest) = catalogue.texts().1.split_once(&format!("CREATE TEMP TRIGGER {trigger} ")).unwrap();
        let body = rest.split("CREATE TEMP TRIGGER").next().unwrap();
        let store = shared.store.with_catalogue(catalogue.with(body, &body.replace(&refusal, "")));
        let after = tried_by(&store, askers(&people, &table), &columns, &table).await;
        if before.as_ref().is_some_and(|(_, before)| *before != after) {
            eprintln!("red without '{what}' in {trigger}");
            red += 1;
        } else if is_held_twice(&trigger, &what) {
            eprintln!("held twice: '{what}' in {trigger}");
        } else {
            unnoticed.push(format!("'{what}' in {trigger}"));
        }
    }
    assert!(unnoticed.is_empty(), "nobody notices that these are missing: {unnoticed:#?}");
    assert!(red >= 50, "{red} refusals");
}
