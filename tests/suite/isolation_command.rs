//! What the program answers on the command line: the same, byte for byte, as on a database from which every other client
//! was taken away.

use assert_cmd::Command as Program;
use kpi_ops::service::Entity;
use sqlx::ConnectOptions;
use std::path::{Path, PathBuf};

/// The password of every demo login.
const PASSWORD: &str = "good-shift-1";
/// The window of the questions, in days before the last one that is over.
const DAYS: i64 = 6;

async fn connection(database: &Path) -> sqlx::SqliteConnection {
    sqlx::sqlite::SqliteConnectOptions::new().filename(database).foreign_keys(false).connect().await.unwrap()
}

async fn texts(database: &Path, sql: &str) -> Vec<String> {
    let mut connection = connection(database).await;
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql.to_owned())).fetch_all(&mut connection).await.unwrap()
}

/// What a run left: its code, its two outputs, and the files it wrote.
#[derive(Debug, PartialEq, Eq)]
struct Left {
    code: Option<i32>,
    out: String,
    errors: String,
    file: String,
}

fn run(folder: &Path, user: &str, arguments: &[String]) -> Left {
    let files = ["written.txt", "written.html", "rows.rejected.csv"].map(|name| folder.join(name));
    for file in &files {
        std::fs::remove_file(file).ok();
    }
    let output = Program::cargo_bin("kpi-ops")
        .unwrap()
        .env_clear()
        .current_dir(folder)
        .env("HOME", folder)
        .env("KPI_OPS_DATABASE", "sqlite:plant.db")
        .env("KPI_OPS_USER", user)
        .env("KPI_OPS_PASSWORD", PASSWORD)
        .args(arguments)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    let written: String = files.iter().map(|file| std::fs::read_to_string(file).unwrap_or_default()).collect();
    // The minute in which a report was made is no answer.
    let written: Vec<&str> = written.lines().filter(|line| !line.to_lowercase().contains("made ")).collect();
    Left { code: output.status.code(), out: text(output.stdout), errors: text(output.stderr), file: written.join("\n") }
}

/// A demo of four clients, and its copy without all but some of them.
struct Pair {
    _folder: tempfile::TempDir,
    shared: PathBuf,
    alone: PathBuf,
}

async fn pair(of: Of<'_>) -> Pair {
    let folder = tempfile::tempdir().unwrap();
    let (shared, alone) = (folder.path().join("shared"), folder.path().join("alone"));
    std::fs::create_dir(&shared).unwrap();
    std::fs::create_dir(&alone).unwrap();
    let demo = ["demo", "--database", "sqlite:plant.db", "--clients", "4", "--days", "9", "--no-open"];
    let filled = run(&shared, "", &demo.map(String::from));
    assert_eq!(filled.code, Some(0), "{filled:?}");
    for entry in std::fs::read_dir(&shared).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            std::fs::copy(&path, alone.join(path.file_name().unwrap())).unwrap();
        }
    }
    take_away(&alone.join("plant.db"), of).await;
    Pair { _folder: folder, shared, alone }
}

/// Whose database the second one is.
#[derive(Debug, Clone, Copy)]
enum Of<'a> {
    /// Somebody with some clients, by login.
    Person(&'a str),
    /// Somebody who keeps every product and looks at one client.
    KeeperAt(&'a str),
}

/// Deletes every row of every client that somebody does not have, past every trigger.
async fn take_away(database: &Path, of: Of<'_>) {
    let own = match of {
        Of::Person(login) => format!(
            "SELECT a.client_id FROM t_user_client_assignment AS a JOIN t_user_account AS u ON u.user_id = a.user_id
             WHERE u.login = '{login}' AND a.deleted_at IS NULL"
        ),
        Of::KeeperAt(client) => format!("SELECT client_id FROM t_client WHERE client_id = '{client}'"),
    };
    let own = texts(database, &own).await.iter().map(|client| format!("'{client}'")).collect::<Vec<_>>().join(", ");
    assert!(!own.is_empty());
    let tables = texts(
        database,
        "SELECT m.name FROM sqlite_schema AS m WHERE m.type = 'table' AND m.name LIKE 't\\_%' ESCAPE '\\'
           AND EXISTS (SELECT 1 FROM pragma_table_info(m.name) AS c WHERE c.name = 'client_id') ORDER BY m.name",
    )
    .await;
    assert!(tables.len() > 35, "{tables:?}");
    let triggers = texts(database, "SELECT name FROM sqlite_schema WHERE type = 'trigger'").await;
    let kept = texts(database, "SELECT sql FROM sqlite_schema WHERE type = 'trigger'").await;
    let mut text: String = triggers.iter().map(|trigger| format!("DROP TRIGGER {trigger};")).collect();
    for table in tables {
        text += &format!("DELETE FROM {table} WHERE client_id NOT IN ({own});");
    }
    if matches!(of, Of::Person(_)) {
        text += "DELETE FROM t_product WHERE product_id NOT IN (SELECT product_id FROM t_client_product);";
    }
    text += "DELETE FROM t_employee WHERE employee_id NOT IN (SELECT employee_id FROM t_employee_client_assignment
               UNION SELECT employee_id FROM t_floating_pool);";
    text += &kept.join(";");
    let mut connection = connection(database).await;
    sqlx::raw_sql(sqlx::AssertSqlSafe(text)).execute(&mut connection).await.unwrap();
}

/// What people type: the words of each command.
struct Typed {
    all: Vec<Vec<String>>,
    window: [String; 4],
}

impl Typed {
    fn until(last: chrono::NaiveDate) -> Self {
        let from = last - chrono::Days::new(DAYS.unsigned_abs());
        Self { all: Vec::new(), window: ["--from".into(), from.to_string(), "--to".into(), last.to_string()] }
    }

    fn add(&mut self, words: &[&str]) {
        self.all.push(words.iter().map(ToString::to_string).collect());
    }

    /// The same, about the days of the window.
    fn within(&mut self, words: &[&str]) {
        self.add(words);
        self.all.last_mut().unwrap().extend(self.window.clone());
    }
}

/// What everybody types, aimed at own, foreign and absent things.
fn of_each(typed: &mut Typed, own: &str, foreign: &str) {
    let to = typed.window[3].clone();
    for by in ["client", "line", "product"] {
        typed.within(&["kpi", "--by", by, "--format", "json"]);
    }
    for client in [own, foreign, "NOBODY"] {
        typed.within(&["kpi", "--client", client, "--format", "csv"]);
        typed.within(&["export", "production", "--format", "csv", "--client", client]);
        typed.add(&["report", "daily", "--date", &to, "--client", client, "-o", "written.txt"]);
    }
    typed.add(&["report", "weekly", "--date", &to, "-o", "written.html"]);
}

/// What only one person has to type for all, because no answer is about several clients.
fn of_one(typed: &mut Typed, own: &str, foreign: &str, product: &str) {
    for by in ["day", "week", "shift"] {
        typed.within(&["kpi", "--by", by, "--format", "json"]);
    }
    for client in [own, foreign, "NOBODY"] {
        typed.within(&["recalculate", "--client", client]);
        typed.add(&["import", "lines", "rows.csv", "--client", client]);
    }
    for (option, name) in [("--product", product), ("--product", "NOTHING"), ("--line", "L1"), ("--line", "NOTHING")] {
        typed.within(&["kpi", option, name]);
    }
    for entity in Entity::ALL {
        typed.within(&["export", entity.as_str(), "--format", "json"]);
    }
    typed.within(&["export", "kpis", "--format", "csv"]);
    typed.add(&["client", "list"]);
    typed.add(&["client", "disable", foreign]);
    typed.add(&["user", "list"]);
    typed.add(&["user", "reset", "paul"]);
    typed.add(&["audit"]);
}

/// The last day that is over for everybody.
fn last() -> chrono::NaiveDate {
    chrono::Utc::now().date_naive() - chrono::Days::new(2)
}

/// A foreign client is refused in the words for one that never was, but for its name.
fn compare_refusals(refused: &[(Vec<String>, Left)], foreign: &str) {
    let mut same = 0;
    for (arguments, left) in refused.iter().filter(|(arguments, _)| arguments.iter().any(|word| word == foreign)) {
        let alike = |text: &str| text.replace(foreign, "NOBODY");
        let absent: Vec<String> = arguments.iter().map(|word| alike(word)).collect();
        let Some((_, nobody)) = refused.iter().find(|(known, _)| *known == absent) else { continue };
        assert_eq!(
            (left.code, alike(&left.out), alike(&left.errors)),
            (nobody.code, nobody.out.clone(), nobody.errors.clone())
        );
        same += 1;
    }
    assert!(same >= 3, "{same} refusals were compared");
}

/// An OPERATOR of one client types everything, a LEADER of several what can be about several.
#[rstest::rstest]
#[case("omar", true)]
#[case("lena", false)]
#[tokio::test]
async fn the_program_answers_as_on_a_database_without_any_other_client(
    #[case] login: &str,
    #[case] is_everything: bool,
) {
    let Pair { _folder, shared, alone } = pair(Of::Person(login)).await;
    let every = texts(&shared.join("plant.db"), "SELECT client_id FROM t_client ORDER BY client_id").await;
    let left = texts(&alone.join("plant.db"), "SELECT client_id FROM t_client ORDER BY client_id").await;
    let foreign: Vec<_> = every.iter().filter(|client| !left.contains(client)).collect();
    assert!(!foreign.is_empty() && !left.is_empty());
    let of_foreign = format!(
        "SELECT product_id FROM t_client_product WHERE client_id = '{}' AND product_id NOT IN
           (SELECT product_id FROM t_client_product WHERE client_id IN ('{}'))",
        foreign[0],
        left.join("', '")
    );
    let product = texts(&shared.join("plant.db"), &of_foreign).await.remove(0);
    for folder in [&shared, &alone] {
        std::fs::write(folder.join("rows.csv"), "line_id,name\nL77,New line\n").unwrap();
    }
    let mut typed = Typed::until(last());
    of_each(&mut typed, &left[0], foreign[0]);
    if is_everything {
        of_one(&mut typed, &left[0], foreign[0], &product);
    }
    let (mut done, mut refused) = (0, Vec::new());
    for arguments in &typed.all {
        let (one, other) = (run(&shared, login, arguments), run(&alone, login, arguments));
        assert_eq!(one, other, "{login}: kpi-ops {}", arguments.join(" "));
        let told = format!("{}{}{}", one.out, one.errors, one.file);
        if one.code == Some(0) {
            done += 1;
            assert!(!foreign.iter().any(|client| told.contains(client.as_str())), "{login} {arguments:?}: {told}");
        } else if arguments.iter().any(|word| word == foreign[0] || word == "NOBODY") {
            refused.push((arguments.clone(), one));
        }
    }
    assert!(done >= if is_everything { 25 } else { 6 }, "{done} of {} were answered", typed.all.len());
    compare_refusals(&refused, foreign[0]);
}

/// What another client has of everything is imported for one: its rows say of a line, an order or an entry of the other
/// what they say where there is none, and nothing of the other's changes.
#[tokio::test]
async fn an_import_takes_another_clients_rows_as_where_that_client_never_was() {
    let (own, foreign) = ("ALPINE", "BERGHOF");
    let Pair { _folder, shared, alone } = pair(Of::KeeperAt(own)).await;
    let mut typed = Typed::until(last());
    typed.within(&["kpi", "--client", foreign, "--format", "json"]);
    let words = typed.all.remove(0);
    let before = run(&shared, "paul", &words);
    assert_eq!(before.code, Some(0));
    let mut rejected = 0;
    // Entries first, while the lines and orders that they name are the other's alone.
    for entity in Entity::ALL.iter().rev().filter(|entity| !matches!(entity, Entity::Products | Entity::Shifts)) {
        typed.within(&["export", entity.as_str(), "--client", foreign, "--format", "csv"]);
        let theirs = run(&shared, "paul", &typed.all.remove(0)).out;
        assert!(theirs.lines().count() > 1, "{entity:?} has no row");
        for folder in [&shared, &alone] {
            std::fs::write(folder.join("rows.csv"), &theirs).unwrap();
        }
        let import = ["import", entity.as_str(), "rows.csv", "--client", own].map(String::from);
        let (one, other) = (run(&shared, "paul", &import), run(&alone, "paul", &import));
        assert_eq!(one, other, "{entity:?}");
        assert!(!format!("{}{}", one.out, one.errors).contains(foreign), "{entity:?}: {one:?}");
        rejected += usize::from(one.code == Some(3));
    }
    for entity in ["production", "holds", "work-orders", "codes"] {
        typed.within(&["export", entity, "--client", own, "--format", "csv"]);
        let export = typed.all.remove(0);
        assert_eq!(run(&shared, "paul", &export), run(&alone, "paul", &export), "{entity}");
    }
    assert!(rejected >= 4, "{rejected} files had rows that name what is not there");
    assert_eq!(run(&shared, "paul", &words), before, "the other's figures changed");
}
