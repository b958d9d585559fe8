//! `kpi-ops backup` and `restore` as whoever keeps the machine calls them: what was saved comes back, on either engine, and
//! nothing is lost by a mistake.

use super::floor::count;
use super::plant::{FloorPlant, PASSWORD, run, secret};
use super::program::Home;
use crate::test_server::TestDatabase;
use kpi_ops::service::clock::Clock;
use kpi_ops::service::{BackupRequest, Command, DatabaseUrl, LoginOutcome, Plant};
use sqlx::Connection;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

const DEMO_PASSWORD: &str = "good-shift-1";

fn file_url(home: &Home, name: &str) -> String {
    format!("sqlite:{}", home.path().join(name).display())
}

/// A home whose database is a small demo of two clients.
fn with_demo(server: Option<&TestDatabase>) -> Home {
    let mut home = Home::new();
    let url = server.map_or_else(|| file_url(&home, "plant.db"), TestDatabase::runtime_url);
    home.uses(&url);
    if let Some(server) = server {
        home.call(&["migrate", "--owner-database", &server.owner_url()]).done();
    }
    let fill = ["--database", &url, "demo", "--no-open", "--clients", "2", "--days", "4"];
    let filled = home.call(&fill);
    assert_eq!(filled.code, 0, "{}", filled.err);
    home.acts_as("anna", DEMO_PASSWORD);
    home
}

/// Every row that an ADMIN can take along, and every figure of the days that are over.
fn all_of(home: &Home, url: &str) -> Vec<String> {
    let yesterday = (chrono::Utc::now() - chrono::Duration::hours(36)).format("%Y-%m-%d").to_string();
    let told = |command: &[&str], to: &str, more: &[&str]| {
        let window = ["--from", "2020-01-01", "--to", to];
        let told = home.call(&[&["--database", url], command, &window, more].concat());
        assert_eq!(told.code, 0, "{}", told.err);
        told.out
    };
    let entities = ["production", "downtime", "holds", "quality", "attendance", "work-orders", "jobs", "employees"];
    let rows = entities.map(|entity| told(&["export", entity], "2030-12-31", &["--format", "csv"]));
    let figures = told(&["kpi"], &yesterday, &["--by", "client", "--format", "json"]);
    rows.into_iter().chain([figures]).collect()
}

/// As many lines as said, and the same: what is long is not printed.
#[track_caller]
fn same(found: &[String], expected: &[String]) {
    let lines = expected.iter().map(|text| text.lines().count()).sum::<usize>();
    assert!(lines > 200, "{lines} lines compare nothing");
    for (found, expected) in found.iter().zip(expected) {
        let other = found.lines().zip(expected.lines()).find(|(found, expected)| found != expected);
        assert!(found == expected, "{other:?}");
    }
}

fn names(folder: &Path) -> Vec<String> {
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| name.contains("copy") || name.contains(".before-")).collect()
}

fn mode(path: &Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

#[test]
fn a_plant_comes_back_as_it_was_and_the_file_is_its_owners_alone() {
    let home = with_demo(None);
    let before = all_of(&home, &file_url(&home, "plant.db"));
    let said = home.call(&["backup", "plant.backup"]).done();
    assert!(said.contains("opened again and whole") && said.contains("plant.db.audit-key"), "{said}");
    assert_eq!(mode(&home.path().join("plant.backup")), 0o600);
    // The key lies elsewhere and is put in its place, as the page says.
    std::fs::copy(home.path().join("plant.db.audit-key"), home.path().join("new.db.audit-key")).unwrap();
    let url = file_url(&home, "new.db");
    let said = home.call(&["--database", &url, "restore", "plant.backup"]).done();
    assert!(said.contains("restored, ") && said.contains(" of 2 clients"), "{said}");
    assert_eq!(mode(&home.path().join("new.db")), 0o600);
    same(&all_of(&home, &url), &before);
    assert!(home.call(&["--database", &url, "doctor"]).done().ends_with(": nothing is wrong\n"));
    // It goes on from there.
    home.call(&["--database", &url, "client", "add", "NEW", "--name", "New", "--time-zone", "UTC"]).done();
    assert_eq!(names(home.path()), Vec::<String>::new(), "nothing is left over");
}

#[test]
fn a_file_that_is_there_is_replaced_only_when_that_is_said() {
    let home = Home::with_admin();
    home.call(&["backup", "a.backup"]).done();
    let refused = home.call(&["backup", "a.backup"]).failed(1);
    assert!(refused.contains("a.backup is there already") && refused.contains("--force"), "{refused}");
    home.call(&["backup", "a.backup", "--force"]).done();
    let folder = home.call(&["backup", "."]).failed(1);
    assert!(folder.contains("it is a folder"), "{folder}");
    let nowhere = home.call(&["backup", "nowhere/a.backup"]).failed(1);
    assert!(nowhere.contains("cannot write nowhere"), "{nowhere}");
    let absent = home.call(&["--database", &file_url(&home, "absent.db"), "backup", "b.backup"]).failed(1);
    assert!(absent.contains("there is no such file"), "{absent}");
    assert!(!home.path().join("absent.db").exists() && !home.path().join("b.backup").exists());
}

#[test]
fn a_sealed_backup_opens_with_its_key_alone() {
    let home = Home::with_admin();
    for (name, digit) in [("key", "a"), ("other", "b")] {
        std::fs::write(home.path().join(name), digit.repeat(64)).unwrap();
    }
    let missing = home.call(&["backup", "s.backup", "--key-file", "nokey"]).failed(1);
    assert!(missing.contains("openssl rand -hex 32"), "{missing}");
    let said = home.call(&["backup", "s.backup", "--key-file", "key"]).done();
    assert!(said.contains(", sealed;"), "{said}");
    let sealed = std::fs::read(home.path().join("s.backup")).unwrap();
    assert_eq!(mode(&home.path().join("s.backup")), 0o600);
    for plain in [&b"SQLite format 3"[..], b"anna", b"t_client"] {
        assert!(!sealed.windows(plain.len()).any(|window| window == plain), "{}", String::from_utf8_lossy(plain));
    }
    let url = file_url(&home, "new.db");
    let restore = |more: &[&str]| home.call(&[&["--database", &url, "restore", "s.backup"], more].concat());
    assert!(restore(&[]).failed(1).contains("this backup is sealed"));
    assert!(restore(&["--key-file", "other"]).failed(1).contains("other does not open it"));
    std::fs::write(home.path().join("s.backup"), &sealed[..sealed.len() - 7]).unwrap();
    assert!(restore(&["--key-file", "key"]).failed(1).contains("changed or cut off"));
    assert!(!home.path().join("new.db").exists());
    std::fs::write(home.path().join("s.backup"), &sealed).unwrap();
    let done = restore(&["--key-file", "key"]);
    assert!(done.out.contains("restored, "), "{}{}", done.out, done.err);
    // Without its audit key it is told what is missing.
    assert_eq!(done.code, 1);
    assert!(done.err.contains("new.db.audit-key is missing"), "{}", done.err);
    assert_eq!(names(home.path()), Vec::<String>::new());
}

#[test]
fn a_plant_is_replaced_only_when_that_is_said_and_keeps_its_rows_beside() {
    let home = Home::with_admin();
    home.call(&["backup", "old.backup"]).done();
    home.call(&["client", "add", "LATER", "--name", "Later", "--time-zone", "UTC"]).done();
    let refused = home.call(&["restore", "old.backup"]).failed(1);
    assert!(refused.contains("it holds a plant already") && refused.contains("--force"), "{refused}");
    let done = home.call(&["restore", "old.backup", "--force"]).done();
    let before = done.lines().find_map(|line| line.strip_prefix("what was there before is in ")).unwrap().to_owned();
    assert!(!home.call(&["client", "list"]).done().contains("LATER"));
    let kept = format!("sqlite:{before}");
    let key = home.path().join(".local/share/kpi-ops/kpi-ops.db.audit-key");
    let listed = home.call(&["--database", &kept, "--audit-key", key.to_str().unwrap(), "client", "list"]).done();
    assert!(listed.contains("LATER"), "{listed}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plant_that_somebody_has_open_is_not_taken_from_under_them() {
    let floor = FloorPlant::new().await;
    let mut home = Home::new();
    home.uses(&format!("sqlite:{}/plant.db", floor.test.folder.path().display()));
    home.call(&["backup", "a.backup"]).done();
    let olga = floor.desk("olga").await;
    run(&olga, Command::LogCount(count(&olga, 1))).await;
    let refused = home.call(&["restore", "a.backup", "--force"]).failed(1);
    assert!(refused.contains("somebody has it open"), "{refused}");
    run(&olga, Command::LogCount(count(&olga, 2))).await;
    assert_eq!(floor.number("SELECT sum(units) FROM t_production_entry").await, 3);
}

#[test]
fn what_is_no_backup_is_refused_and_an_older_one_is_brought_up_to_date() {
    let home = Home::with_admin();
    home.call(&["backup", "a.backup"]).done();
    let url = file_url(&home, "new.db");
    let restore = |file: &str| home.call(&["--database", &url, "restore", file]);
    assert!(restore("absent").failed(1).contains("cannot read absent"));
    std::fs::write(home.path().join("text"), "hello".repeat(1000)).unwrap();
    assert!(restore("text").failed(1).contains("text is no kpi-ops database"));
    std::fs::write(home.path().join("empty"), "").unwrap();
    assert!(restore("empty").failed(1).contains("empty is no kpi-ops database"));
    let whole = std::fs::read(home.path().join("a.backup")).unwrap();
    let mut damaged = whole.clone();
    let middle = (damaged.len() / 2) & !4095;
    damaged[middle..middle + 40_000].fill(0xa5);
    std::fs::write(home.path().join("damaged"), &damaged).unwrap();
    let refused = restore("damaged");
    assert!(refused.code == 1 && !home.path().join("new.db").exists(), "{}", refused.err);

    let change = |name: &str, sql: &'static str| {
        std::fs::write(home.path().join(name), &whole).unwrap();
        let path = format!("sqlite:{}", home.path().join(name).display());
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            use sqlx::{Connection, Executor};
            let mut file = sqlx::SqliteConnection::connect(&path).await.unwrap();
            file.execute(sql).await.unwrap();
            file.close().await.unwrap();
        });
    };
    change("newer", "UPDATE _sqlx_migrations SET version = 9999 WHERE version = 19");
    assert!(restore("newer").failed(1).contains("newer was made by a newer version"));
    change(
        "older",
        "DELETE FROM _sqlx_migrations WHERE version = 19; ALTER TABLE t_user_account DROP COLUMN ssh_key_alone",
    );
    let key = home.path().join(".local/share/kpi-ops/kpi-ops.db.audit-key");
    std::fs::copy(key, home.path().join("new.db.audit-key")).unwrap();
    restore("older").done();
    assert!(home.call(&["--database", &url, "doctor"]).done().ends_with(": nothing is wrong\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_made_while_people_write_has_all_that_was_saved_before_it() {
    let floor = FloorPlant::new().await;
    let url = DatabaseUrl::file(floor.test.folder.path().join("plant.db"));
    let (done, saved) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicI64::new(0)));
    let mut writers = Vec::new();
    for _ in 0..3 {
        let plant = Plant::open(&url, Clock::fixed(super::plant::MONDAY_TEN)).await.unwrap();
        let LoginOutcome::In(desk) = plant.login("olga", &secret(PASSWORD), "tty").await.unwrap() else { panic!() };
        let (done, saved) = (done.clone(), saved.clone());
        writers.push(tokio::spawn(async move {
            while !done.load(Ordering::Relaxed) {
                run(&desk, Command::LogCount(count(&desk, 1))).await;
                saved.fetch_add(1, Ordering::Relaxed);
            }
        }));
    }
    for turn in 0..4 {
        let file = floor.test.folder.path().join(format!("{turn}.backup"));
        let before = saved.load(Ordering::Relaxed);
        let request = BackupRequest {
            database: &url,
            privileged: None,
            audit_key: None,
            file: &file,
            key_file: None,
            force: false,
        };
        let made = Plant::back_up(&request, &floor.test.clock).await.unwrap();
        assert_eq!(made.findings, [], "tallies and the trail of the copy are whole");
        let mut copy = sqlx::SqliteConnection::connect(&format!("sqlite:{}", file.display())).await.unwrap();
        let held: i64 =
            sqlx::query_scalar("SELECT count(*) FROM t_production_entry").fetch_one(&mut copy).await.unwrap();
        assert!(held >= before, "{held} of {before}");
    }
    done.store(true, Ordering::Relaxed);
    for writer in writers {
        writer.await.unwrap();
    }
    assert_eq!(floor.number("SELECT count(*) FROM t_production_entry").await, saved.load(Ordering::Relaxed));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_servers_plant_comes_back_into_a_server_and_into_a_file() {
    let (database, other) = (TestDatabase::empty().await, TestDatabase::empty().await);
    let home = with_demo(Some(&database));
    let url = database.runtime_url();
    let before = all_of(&home, &url);
    let refused = home.call(&["backup", "a.backup"]).failed(1);
    assert!(refused.contains("--backup-database") && refused.contains("BYPASSRLS"), "{refused}");
    let runtime = database.runtime_url();
    let refused = home.call(&["backup", "a.backup", "--backup-database", &runtime]).failed(1);
    assert!(refused.contains("may not read"), "{refused}");
    let said = home.call(&["backup", "a.backup", "--backup-database", &database.owner_url()]).done();
    assert!(said.contains("opened again and whole"), "{said}");

    // Into a file: the same plant, whose trail is sealed with the same key.
    let key = home.path().join(".local/share/kpi-ops/server.audit-key");
    assert!(key.exists());
    let file = file_url(&home, "new.db");
    std::fs::copy(&key, home.path().join("new.db.audit-key")).unwrap();
    home.call(&["--database", &file, "restore", "a.backup"]).done();
    same(&all_of(&home, &file), &before);
    assert!(home.call(&["--database", &file, "doctor"]).done().ends_with(": nothing is wrong\n"));

    // Into another server, and back over a plant that was changed meanwhile.
    let (owner, runtime) = (other.owner_url(), other.runtime_url());
    let ownerless = home.call(&["--database", &runtime, "restore", "a.backup"]).failed(1);
    assert!(ownerless.contains("--owner-database"), "{ownerless}");
    home.call(&["--database", &runtime, "restore", "a.backup", "--owner-database", &owner]).done();
    same(&all_of(&home, &runtime), &before);
    assert!(home.call(&["--database", &runtime, "doctor"]).done().ends_with(": nothing is wrong\n"));
    home.call(&["--database", &runtime, "client", "add", "LATER", "--name", "Later", "--time-zone", "UTC"]).done();
    let again = ["--database", &runtime, "restore", "a.backup", "--owner-database", &owner];
    assert!(home.call(&again).failed(1).contains("it holds a plant already"));
    home.call(&[&again[..], &["--force"]].concat()).done();
    assert!(!home.call(&["--database", &runtime, "client", "list"]).done().contains("LATER"));
    same(&all_of(&home, &runtime), &before);
    assert!(home.call(&["--database", &runtime, "doctor"]).done().ends_with(": nothing is wrong\n"));
}
