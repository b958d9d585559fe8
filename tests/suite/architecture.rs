//! The house of 5-architecture.md, held by reading the sources.

use rstest::rstest;
use std::fs;
use std::path::{Path, PathBuf};

/// The layers from left to right; each may use those to its right.
const LAYERS: [&str; 6] = ["cli", "tui", "service", "store", "kpi", "domain"];
/// Steps to the right that are not allowed all the same: the screens and commands never see the database.
const FORBIDDEN: [(&str, &str); 2] = [("cli", "store"), ("tui", "store")];

/// Every source file with its text, without the tests below its `mod tests`.
fn sources() -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, into: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, into);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let name = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap().to_path_buf();
                into.push((name, text));
            }
        }
    }
    let mut found = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    assert!(found.len() > 30, "the sources were not found");
    found
}

fn layer_of(path: &Path) -> Option<&'static str> {
    let first = path.components().nth(1)?.as_os_str().to_str()?;
    LAYERS.into_iter().find(|layer| *layer == first)
}

/// The code of a file: no comments, nothing below its `mod tests`.
fn code(text: &str) -> String {
    let before_tests = text.split("\n#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let lines = before_tests.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// The files of modules that are declared for tests only.
fn test_files(sources: &[(PathBuf, String)]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for (path, text) in sources {
        let is_root = ["mod.rs", "lib.rs", "main.rs"].iter().any(|name| path.ends_with(name));
        let folder = if is_root { path.parent().unwrap().to_path_buf() } else { path.with_extension("") };
        for declared in text.split("#[cfg(test)]\n").skip(1).filter_map(|after| after.lines().next()) {
            let name = declared.strip_suffix(';').and_then(|line| line.split("mod ").nth(1));
            let files_of = |name| [folder.join(name).with_extension("rs"), folder.join(name).join("mod.rs")];
            files.extend(name.into_iter().flat_map(files_of));
        }
    }
    files
}

/// Files outside the allowed ones whose code holds a word; files of tests are not looked at.
fn offenders(word: &str, allowed: &[&str]) -> Vec<String> {
    let sources = sources();
    let tests = test_files(&sources);
    let is_allowed =
        |path: &PathBuf| allowed.iter().any(|prefix| path.starts_with(prefix)) || tests.iter().any(|test| test == path);
    let found = sources.iter().filter(|(path, text)| !is_allowed(path) && code(text).contains(word));
    found.map(|(path, _)| format!("{} holds {word}", path.display())).collect()
}

#[test]
fn dependencies_point_to_the_right_only() {
    let place = |layer: &str| LAYERS.iter().position(|known| *known == layer);
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let Some(own) = layer_of(&path) else { continue };
        for used in LAYERS {
            let uses =
                code(&text).contains(&format!("crate::{used}::")) || code(&text).contains(&format!("crate::{used};"));
            if uses && (place(used) < place(own) || FORBIDDEN.contains(&(own, used))) {
                wrong.push(format!("{} ({own}) uses {used}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[rstest]
#[case::only_the_store_knows_the_database("sqlx::", &["src/store"])]
#[case::only_the_screens_know_ratatui("ratatui::", &["src/tui", "src/cli/picture.rs"])]
#[case::only_the_screens_know_crossterm("crossterm::", &["src/tui"])]
#[case::text_becomes_sql_in_the_funnel_and_the_triggers_of_tallies("AssertSqlSafe", &["src/store/funnel.rs", "src/store/engine.rs", "src/store/postgres/begin.rs", "src/store/grants.rs", "src/store/stored_tally/install.rs", "src/store/guard/mod.rs", "src/store/stored_tally/postgres/install.rs", "src/store/postgres/owner.rs", "src/store/backup"])]
#[case::a_guarded_connection_gets_the_texts_of_views_alone("guard::close_in", &["src/store/scoped.rs"])]
#[case::one_place_knows_the_time("Utc::now", &["src/service/clock.rs"])]
#[case::nobody_asks_for_the_machines_zone("Local::now", &[])]
#[case::one_place_reads_the_environment("std::env::var", &["src/config.rs"])]
#[case::only_commands_print("println!", &["src/cli", "src/main.rs", "src/build.rs"])]
#[case::what_is_told_is_cleaned_in_one_place("eprintln!", &["src/cli/output.rs"])]
#[case::one_place_writes_escape_sequences("crossterm::execute", &["src/tui/terminal_port.rs"])]
#[case::no_text_goes_into_the_title("SetTitle", &[])]
#[case::one_place_writes_an_escape_sequence_by_hand("\\u{1b}", &["src/tui/terminal_port.rs"])]
#[case::one_door_watches_a_file_past_the_guard("data_version", &["src/store/feed/file.rs"])]
#[case::a_file_is_opened_by_its_doors_by_sessions_by_the_watcher_and_to_cut_its_log("SqliteConnectOptions", &["src/store/migrate.rs", "src/store/session.rs", "src/store/feed/file.rs", "src/store/backup", "src/store/write_ahead_log.rs"])]
#[case::one_door_listens_to_a_server("PgListener", &["src/store/feed/server.rs"])]
#[case::a_scope_is_made_by_logging_in("Scope::read_at_login", &["src/store/session.rs"])]
#[case::a_session_is_opened_by_the_login_door("Session::open(", &["src/store/login.rs"])]
#[case::a_demo_alone_is_dated_back("insert_dated", &["src/store/funnel.rs", "src/store/demo.rs"])]
#[case::nothing_is_unsafe_elsewhere("unsafe {", &["src/store/guard/lock.rs"])]
fn each_thing_has_its_one_home(#[case] word: &str, #[case] allowed: &[&str]) {
    let found = offenders(word, allowed);
    assert!(found.is_empty(), "{found:#?}");
}

/// The doors of 7-database.md that see rows without a scope.
#[test]
fn the_unscoped_connection_is_used_by_the_narrow_doors_alone() {
    let doors = [
        "src/store/migrate.rs",
        "src/store/session.rs",
        "src/store/template.rs",
        "src/store/account",
        "src/store/login.rs",
        "src/store/demo_mark.rs",
        "src/store/doctor.rs",
        "src/store/lint.rs",
        "src/store/isolation",
    ];
    let found = offenders("inner.door", &doors);
    assert!(found.is_empty(), "{found:#?}");
}

/// The compiler denies `unsafe` where it is not allowed; so it is enough that one file allows it.
#[test]
fn one_file_may_be_unsafe() {
    let allowing = sources().into_iter().filter(|(_, text)| text.contains("unsafe_code")).map(|(path, _)| path);
    assert_eq!(allowing.collect::<Vec<_>>(), [Path::new("src/store/guard/lock.rs")]);
    assert!(include_str!("../../Cargo.toml").contains("\nunsafe_code = \"deny\"\n"));
}

#[rstest]
#[case("domain")]
#[case("kpi")]
fn a_pure_layer_uses_nothing_that_acts(#[case] layer: &str) {
    for word in ["tokio", "sqlx", "ratatui", "Utc::now", "std::fs", "std::env", "std::time::SystemTime"] {
        let home = format!("src/{layer}");
        let found: Vec<_> =
            sources().into_iter().filter(|(path, text)| path.starts_with(&home) && code(text).contains(word)).collect();
        assert!(found.is_empty(), "{:?} holds {word}", found.iter().map(|(path, _)| path).collect::<Vec<_>>());
    }
}

#[test]
fn no_file_is_long_without_saying_why_and_none_has_a_name_that_says_nothing() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if ["utils", "util", "helpers", "helper", "manager", "misc", "common"].contains(&name.as_str()) {
            wrong.push(format!("{} is a name for anything", path.display()));
        }
        let lines = text.lines().count();
        let says_why =
            text.lines().take_while(|line| line.starts_with("//!")).any(|line| line.contains("long because"));
        if lines > 400 && !says_why {
            wrong.push(format!("{} has {lines} lines", path.display()));
        }
        if !text.starts_with("//!") {
            wrong.push(format!("{} has no module doc", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn nothing_outside_tests_can_panic_on_purpose() {
    let mut wrong = Vec::new();
    for word in [".unwrap()", ".expect(", "panic!(", "todo!(", "unimplemented!(", "unreachable!("] {
        wrong.extend(offenders(word, &[]));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
