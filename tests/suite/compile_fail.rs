//! What the types hold: code that gets round a session does not compile, and the code beside it, which uses one, does.
//!
//! Each text is compiled against the library as it was built for this very test, which takes a part of a second.

use rstest::rstest;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::SystemTime;

/// The library that cargo has just built, beside this test.
fn library() -> (PathBuf, PathBuf) {
    let folder = std::env::current_exe().unwrap().parent().unwrap().to_path_buf();
    let is_library = |path: &PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        name.starts_with("libkpi_ops-") && path.extension().is_some_and(|extension| extension == "rlib")
    };
    let built = |path: &PathBuf| path.metadata().and_then(|data| data.modified()).unwrap_or(SystemTime::UNIX_EPOCH);
    let files = std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path());
    (files.filter(is_library).max_by_key(built).expect("the library"), folder)
}

/// What the compiler says of a text; nothing where it takes it.
fn complaints(text: &str) -> String {
    let (library, folder) = library();
    let scratch = tempfile::tempdir().unwrap();
    let file = scratch.path().join("tried.rs");
    std::fs::write(&file, format!("#![allow(unused)]\nuse kpi_ops::store::*;\n{text}")).unwrap();
    let rustc = std::env::var_os("RUSTC").unwrap_or("rustc".into());
    let output = Command::new(rustc)
        .args(["--edition=2024", "--crate-type=lib", "--emit=metadata", "--error-format=short", "--out-dir"])
        .arg(scratch.path())
        .arg("--extern")
        .arg(format!("kpi_ops={}", library.display()))
        .arg("-L")
        .arg(format!("dependency={}", Path::new(&folder).display()))
        .arg(&file)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.success(), said.is_empty(), "{said}");
    said
}

#[test]
fn code_that_goes_through_a_session_compiles() {
    let text = "async fn look(session: &Session) {
        let tx: ReadTx = session.read().await.unwrap();
        let clients = session.scope().clients();
        session.write(kpi_ops::domain::clock::Instant(0)).await.unwrap().commit().await.unwrap();
    }";
    assert_eq!(complaints(text), "");
}

#[rstest]
#[case::a_scope_put_together("fn a() { kpi_ops::domain::scope::Scope { clients: Vec::new().into() }; }", "E0451")]
#[case::a_scope_made("fn a() { kpi_ops::domain::scope::Scope::read_at_login(Vec::new()); }", "E0624")]
#[case::a_session_put_together("fn a(session: Session, store: Store) { Session { store, ..session }; }", "E0451")]
#[case::a_session_opened(
    "async fn a(store: &Store, person: Person) { Session::open(store, person, None).await; }",
    "E0624"
)]
#[case::the_connections_of_a_session("fn a(session: &Session) { session.ways; }", "E0616")]
#[case::the_kind_of_those_connections("fn a(ways: kpi_ops::store::session::Ways) {}", "E0603")]
#[case::the_unscoped_connections("fn a(store: &Store) { store.inner; }", "E0616")]
#[case::an_unscoped_transaction(
    "async fn a(store: &Store) { store.door(\"me\", kpi_ops::domain::clock::Instant(0)).await; }",
    "E0624"
)]
#[case::the_kind_of_those_transactions("fn a(open: kpi_ops::store::engine::Open) {}", "E0603")]
#[case::the_transaction_under_a_look("fn a(tx: ReadTx) { tx.inner; }", "E0616")]
#[case::a_look_made("fn a() { ReadTx::new(todo!()); }", "E0624")]
#[case::a_change_made("fn a() { WriteTx::new(todo!(), todo!(), todo!()); }", "E0624")]
#[case::a_look_that_writes("async fn a(tx: &mut ReadTx) { tx.run(\"DELETE FROM stage\", Vec::new()).await; }", "E0599")]
#[case::a_look_that_inserts("async fn a(tx: &mut ReadTx) { tx.insert_one(todo!(), Vec::new()).await; }", "E0599")]
#[case::a_look_that_is_kept("async fn a(tx: ReadTx) { tx.commit().await; }", "E0599")]
#[case::a_look_taken_for_a_change("fn b(tx: &mut WriteTx) {} fn a(tx: &mut ReadTx) { b(tx); }", "E0308")]
#[case::a_statement_of_ones_own("async fn a(tx: &mut WriteTx) { tx.run(\"SELECT 1\", Vec::new()).await; }", "E0624")]
#[case::a_pool("fn a(pool: kpi_ops::store::SqlitePool) {}", "E0425")]
#[case::the_guard("fn a(rights: kpi_ops::store::guard::Rights) {}", "E0603")]
fn code_that_gets_round_a_session_does_not_compile(#[case] text: &str, #[case] code: &str) {
    let said = complaints(text);
    assert!(said.contains(&format!("error[{code}]")), "{text}\n{said}");
}
