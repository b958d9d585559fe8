//! What a terminal keeps is read by its person alone, survives, and tells when it was changed.

use super::{Kind, Local};
use crate::store::Session;
use crate::store::fixture::{Engine, Fixture};
use rstest::rstest;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};
use std::os::unix::fs::PermissionsExt;
use uuid::Uuid;

const TEXT: &str = "{\"client\":\"ACME\",\"units\":\"4711\"}";

/// A session that came in by the login door.
async fn entered(fixture: &Fixture, login: &str) -> Session {
    let person = fixture.session(login, "LEADER", &["ACME"]).await.person().clone();
    fixture.store.open_for(person.user_id, 1).await.expect("in")
}

fn local(session: &Session) -> &Local {
    session.local().expect("this machine keeps something")
}

/// The file as somebody with another tool sees it.
async fn opened(fixture: &Fixture) -> SqlitePool {
    let path = fixture.store.url().local().expect("path");
    SqlitePool::connect_with(SqliteConnectOptions::new().filename(path)).await.expect("file")
}

#[rstest]
#[tokio::test]
async fn what_is_kept_is_there_at_the_next_login_and_for_nobody_else(
    #[values(Engine::File, Engine::Server)] engine: Engine,
) {
    let fixture = Fixture::on(engine).await;
    let (draft, entry) = (Uuid::new_v4(), Uuid::new_v4());
    let mine = entered(&fixture, "lena").await;
    local(&mine).keep(Kind::Draft, draft, "first").await.expect("kept");
    local(&mine).keep(Kind::Draft, draft, TEXT).await.expect("kept");
    local(&mine).keep(Kind::Unsent, entry, "an entry").await.expect("kept");
    mine.close().await;

    let other = entered(&fixture, "luis").await;
    for kind in [Kind::Draft, Kind::Unsent] {
        let found = local(&other).all(kind).await.expect("read");
        assert_eq!((found.kept.len(), found.spoiled), (0, 0));
    }
    local(&other).forget(Kind::Draft, draft).await.expect("not theirs");
    assert!(!local(&other).change(Kind::Unsent, entry, "x").await.expect("not theirs"));

    let again = fixture.store.open_for(mine.person().user_id, 1).await.expect("in");
    let found = local(&again).all(Kind::Draft).await.expect("read");
    assert_eq!((found.kept.len(), found.spoiled), (1, 0));
    assert_eq!((found.kept[0].id, found.kept[0].text.as_str()), (draft, TEXT));
    let narrowed = again.narrow(Some(Vec::new())).await.expect("narrowed");
    local(&narrowed).forget(Kind::Draft, draft).await.expect("forgotten");
    assert!(local(&again).all(Kind::Draft).await.expect("read").kept.is_empty());
    assert_eq!(local(&again).all(Kind::Unsent).await.expect("read").kept[0].text.as_str(), "an entry");
}

#[tokio::test]
async fn the_file_is_its_owners_alone_and_holds_nothing_that_can_be_read() {
    let fixture = Fixture::new().await;
    let mine = entered(&fixture, "lena").await;
    let path = fixture.store.url().local().expect("path");
    assert!(local(&mine).all(Kind::Draft).await.expect("read").kept.is_empty());
    assert!(!path.exists(), "nothing was kept, and there is no file");
    local(&mine).keep(Kind::Draft, Uuid::new_v4(), TEXT).await.expect("kept");
    let user = mine.person().user_id.0;
    for file in
        std::fs::read_dir(path.parent().expect("folder")).expect("folder").map(|file| file.expect("file").path())
    {
        if !file.to_string_lossy().contains("-local") {
            continue;
        }
        let bytes = std::fs::read(&file).expect("bytes");
        for told in [TEXT.as_bytes(), b"ACME", b"4711", b"lena", user.as_bytes()] {
            assert!(!bytes.windows(told.len()).any(|window| window == told), "{}", file.display());
        }
        let mode = std::fs::metadata(&file).expect("file").permissions().mode() & 0o777;
        let is_queue = file.to_string_lossy().ends_with("-writer") || file.to_string_lossy().ends_with("-writer-next");
        assert!(mode == 0o600 || is_queue, "{} {mode:o}", file.display());
    }
    assert_eq!(format!("{:?}", local(&mine)).matches("REDACTED").count(), 1);
}

#[rstest]
#[case::a_bit_turned("UPDATE draft SET sealed = CAST(substr(sealed, 1, 30) || x'00' || substr(sealed, 32) AS BLOB)", 1)]
#[case::cut_off("UPDATE draft SET sealed = substr(sealed, 1, 5)", 2)]
#[case::emptied("UPDATE draft SET sealed = x''", 2)]
#[case::under_another_key("UPDATE draft SET id = zeroblob(16) WHERE number = 1", 1)]
#[case::under_no_key("UPDATE draft SET id = x'00' WHERE number = 1", 1)]
#[case::swapped("UPDATE draft SET sealed = (SELECT d.sealed FROM draft AS d WHERE d.number <> draft.number)", 1)]
#[case::another_kind(
    "UPDATE draft SET sealed = (SELECT u.sealed FROM unsent AS u), id = (SELECT u.id FROM unsent AS u) WHERE number = 1",
    1
)]
#[tokio::test]
async fn what_was_changed_from_outside_is_counted_and_stays(#[case] change: &'static str, #[case] spoiled: usize) {
    let fixture = Fixture::new().await;
    let mine = entered(&fixture, "lena").await;
    for number in 0..2 {
        local(&mine).keep(Kind::Draft, Uuid::new_v4(), &format!("draft {number}")).await.expect("kept");
    }
    local(&mine).keep(Kind::Unsent, Uuid::new_v4(), "an entry").await.expect("kept");
    let file = opened(&fixture).await;
    assert!(sqlx::query(change).execute(&file).await.expect("changed").rows_affected() > 0);
    for _ in 0..2 {
        let found = local(&mine).all(Kind::Draft).await.expect("read");
        assert!(found.spoiled >= spoiled && found.spoiled + found.kept.len() == 2, "{found:?}");
    }
    let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM draft").fetch_one(&file).await.expect("rows");
    assert_eq!(rows, 2);
}

#[tokio::test]
async fn rows_of_somebody_else_put_in_ones_own_name_do_not_open() {
    let fixture = Fixture::new().await;
    let (mine, other) = (entered(&fixture, "lena").await, entered(&fixture, "luis").await);
    local(&mine).keep(Kind::Draft, Uuid::new_v4(), TEXT).await.expect("kept");
    local(&other).keep(Kind::Draft, Uuid::new_v4(), "other").await.expect("kept");
    let file = opened(&fixture).await;
    let taken = "UPDATE draft SET owner = (SELECT d.owner FROM draft AS d WHERE d.number = 2) WHERE number = 1";
    sqlx::query(taken).execute(&file).await.expect("changed");
    let found = local(&other).all(Kind::Draft).await.expect("read");
    assert_eq!((found.kept.len(), found.spoiled), (1, 1));
    assert_eq!(found.kept[0].text.as_str(), "other");
}

#[tokio::test]
async fn a_file_that_is_none_is_told_with_its_name_and_keeps_nobody_out() {
    let fixture = Fixture::new().await;
    let path = fixture.store.url().local().expect("path");
    std::fs::write(&path, "this is no database, but somebody's shopping list; it is long enough to be read")
        .expect("written");
    let mine = entered(&fixture, "lena").await;
    let told = local(&mine).all(Kind::Draft).await.expect_err("no database").to_string();
    assert!(told.contains("plant.db-local") && told.contains("move it away"), "{told}");
    assert!(local(&mine).keep(Kind::Draft, Uuid::new_v4(), TEXT).await.is_err());
}

#[tokio::test]
async fn each_account_has_a_secret_of_its_own_which_stays() {
    let fixture = Fixture::new().await;
    let secrets = async || -> Vec<Vec<u8>> {
        let all = "SELECT local_secret FROM t_user_account WHERE local_secret IS NOT NULL ORDER BY login";
        sqlx::query_scalar(all).fetch_all(fixture.store.sqlite()).await.expect("secrets")
    };
    let mine = entered(&fixture, "lena").await;
    let first = secrets().await;
    assert!(first.len() == 1 && first[0].len() == 32 && first[0].iter().any(|byte| *byte != 0));
    entered(&fixture, "luis").await;
    fixture.store.open_for(mine.person().user_id, 1).await.expect("in");
    let second = secrets().await;
    assert!(second.len() == 2 && second[0] == first[0] && second[0] != second[1]);
}
