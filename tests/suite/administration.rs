//! The commands of administration: init, migrate, client and user, and every way they are refused.

use super::program::Home;

/// The database in a home folder.
const DATABASE: &str = ".local/share/kpi-ops/kpi-ops.db";

#[test]
fn init_makes_the_database_and_its_first_admin_once() {
    let home = Home::new();
    let short = home.call_with("short\n", &["init", "--admin", "Anna", "--password-stdin"]).failed(1);
    assert!(short.starts_with("password: has fewer than 10 characters; "), "{short}");
    let ready =
        home.call_with("pferde fressen keine gurken\r\n", &["init", "--admin", "Anna", "--password-stdin"]).done();
    assert!(ready.ends_with("is ready; anna is its ADMIN\n"), "{ready}");
    assert!(home.path().join(DATABASE).exists());
    let folder = std::fs::metadata(home.path().join(DATABASE).parent().unwrap()).unwrap();
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&folder.permissions()) & 0o777, 0o700, "nobody else reads it");
    let beside = std::fs::read_dir(home.path().join(DATABASE).parent().unwrap()).unwrap();
    let beside: Vec<_> = beside.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert!(!beside.iter().any(|name| name.ends_with("-wal")), "all of it is in its one file: {beside:?}");
    let again =
        home.call_with("pferde fressen keine gurken\n", &["init", "--admin", "bert", "--password-stdin"]).failed(1);
    assert!(again.contains("has an ADMIN already"), "{again}");
    let nobody = home.call(&["init", "--admin", "bert", "--database", "sqlite:other.db"]).failed(2);
    assert!(nobody.contains("--password-stdin"), "{nobody}");
}

#[test]
fn an_admin_adds_clients_and_people_who_then_log_in() {
    let mut home = Home::with_admin();
    let added = home.call(&["client", "add", "ACME", "--name", "Acme Tools", "--time-zone", "Europe/Vienna"]).done();
    assert_eq!(added, "client ACME added\n");
    home.call(&["client", "add", "BETA", "--name", "Beta"]).done();
    let listed = home.call(&["client", "list"]).done();
    let expected = "\
CLIENT  NAME        TIME ZONE      STATE
ACME    Acme Tools  Europe/Vienna  active
BETA    Beta        UTC            active
";
    assert_eq!(listed, expected);
    assert_eq!(home.call(&["client", "disable", "BETA"]).done(), "client BETA disabled\n");
    assert_eq!(home.call(&["client", "enable", "BETA"]).done(), "client BETA enabled\n");

    let added =
        home.call(&["user", "add", "olga", "--role", "operator", "--client", "ACME", "--name", "Olga O."]).done();
    let (done, code) = added.split_once('\n').unwrap();
    assert_eq!(done, "user olga added as OPERATOR; sees ACME");
    let code = code.trim_end().rsplit(' ').next().unwrap();
    assert_eq!(code.len(), 29, "{added}");
    let password = "ein langes kennwort 7\n";
    let leader =
        ["user", "add", "luis", "--role", "LEADER", "--client", "ACME", "--client", "BETA", "--password-stdin"];
    assert_eq!(home.call_with(password, &leader).done(), "user luis added as LEADER; sees ACME, BETA\n");
    assert_eq!(
        home.call(&["user", "unassign", "luis", "--client", "BETA"]).done(),
        "user luis no longer sees client BETA\n"
    );
    assert_eq!(
        home.call(&["user", "assign", "olga", "--client", "BETA"]).done(),
        "user olga moved from client ACME to BETA\n"
    );
    let listed = home.call(&["user", "list"]).done();
    let expected = "\
LOGIN  NAME     ROLE      CLIENTS  STATE
anna   anna     ADMIN     all      active
luis   luis     LEADER    ACME     active
olga   Olga O.  OPERATOR  BETA     must set a password
";
    assert_eq!(listed, expected);

    let first = code.to_owned();
    let reset = home.call(&["user", "reset", "olga"]).done();
    assert!(reset.starts_with("user olga reset; the old password is void\none-time code"), "{reset}");
    home.acts_as("olga", &first);
    assert!(home.call(&["user", "list"]).failed(4).starts_with("login refused"), "the older code is void");
    home.acts_as("olga", reset.trim_end().rsplit(' ').next().unwrap());
    assert!(home.call(&["user", "list"]).failed(4).contains("set a password first"));
    home.acts_as("luis", password.trim_end());
    let refused = home.call(&["user", "list"]).failed(4);
    assert_eq!(refused, "list the users: this takes the role ADMIN, yours is LEADER");
}

#[test]
fn a_name_that_does_not_exist_is_answered_with_the_name_alone() {
    let home = Home::with_admin();
    let of = |name: &str| home.call(&["client", "disable", name]).failed(1).replace(name, "NAME");
    assert_eq!(of("NOPE"), "no such client: NAME");
    assert_eq!(of("NOPE"), of("another"));
    assert_eq!(home.call(&["user", "reset", "who"]).failed(1), "no such user: who");
}

#[test]
fn a_login_that_is_refused_or_missing_says_so() {
    let mut home = Home::with_admin();
    home.acts_as("anna", "not the password");
    let wrong = home.call(&["client", "list"]).failed(4);
    assert_eq!(wrong, "login refused: the name or the password is wrong");
    home.acts_as("who", "not the password");
    assert_eq!(home.call(&["client", "list"]).failed(4), wrong);
    home.acts_as("", "pferde fressen keine gurken");
    assert!(home.call(&["client", "list"]).failed(2).contains("--user LOGIN or KPI_OPS_USER"));
    assert!(home.call(&["client", "list", "--user", "anna"]).done().starts_with("CLIENT"));
    home.acts_as("anna", "");
    assert!(home.call(&["client", "list"]).failed(2).contains("KPI_OPS_PASSWORD"));
    home.acts_as("anna", "not the password");
    let answers: Vec<_> = (0..10).map(|_| home.call(&["client", "list"]).failed(4)).collect();
    assert!(
        answers.iter().any(|line| line.starts_with("login refused: too many failed logins; try again in")),
        "{answers:?}"
    );
}

#[test]
fn wrong_usage_names_the_argument_and_ends_with_two() {
    let home = Home::with_admin();
    for (arguments, part) in [
        (&["user", "add", "x", "--role", "CHEF"][..], "write one of OPERATOR, LEADER, POWERUSER, ADMIN"),
        (&["user", "add", "x"], "--role <ROLE>"),
        (&["client", "add", "X", "--name", "X", "--time-zone", "Moon"], "\"Moon\" is no IANA time zone"),
        (&["client", "add", "X", "--name", " "], "name: is missing"),
        (&["frobnicate"], "unrecognized subcommand 'frobnicate'"),
        (&["client", "list", "--database", "mysql:x"], "--database: \"mysql:x\" is no database URL; write sqlite:PATH"),
        (&["client", "list", "--database", "kpi.db"], "\"kpi.db\" is no database URL"),
    ] {
        let ended = home.call(arguments);
        assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{arguments:?}");
        assert!(ended.err.contains(part), "{arguments:?}: {}", ended.err);
    }
}

#[test]
fn a_database_that_cannot_be_used_is_refused_in_one_line() {
    let home = Home::new();
    let migrate = |url: &str| home.call(&["migrate", "--database", url]);
    std::fs::write(home.path().join("letter.txt"), "Dear Sir or Madam, this is no database at all. ".repeat(50))
        .unwrap();
    assert_eq!(
        migrate("sqlite:letter.txt").failed(1),
        "letter.txt is no kpi-ops database; name another file with --database"
    );
    assert!(migrate("sqlite:letter.txt/a.db").failed(1).starts_with("cannot write to letter.txt; check that"));
    assert!(migrate("sqlite:/proc/kpi-ops.db").failed(1).starts_with("cannot write to /proc"));
    let here = format!("sqlite:{}", home.path().display());
    assert!(migrate(&here).failed(1).contains("it is a folder"));
    assert!(migrate("postgres://ops:geheim@127.0.0.1:1/kpi").failed(1).contains("does not answer"));
    let before = std::fs::read(home.path().join("letter.txt")).unwrap();
    assert!(before.starts_with(b"Dear Sir"), "what is no database is left alone");
}

#[tokio::test]
async fn a_newer_schema_is_refused_and_an_own_one_is_brought_up_to_date() {
    use sqlx::ConnectOptions;
    let home = Home::new();
    assert_eq!(home.call(&["migrate", "--database", "sqlite:plant.db"]).done(), "sqlite:plant.db is up to date\n");
    assert_eq!(home.call(&["migrate", "--database", "sqlite:plant.db"]).done(), "sqlite:plant.db is up to date\n");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(home.path().join("plant.db"));
    let mut connection = options.connect().await.unwrap();
    sqlx::query("INSERT INTO _sqlx_migrations SELECT 9999, 'from the future', installed_on, success, checksum, execution_time FROM _sqlx_migrations LIMIT 1")
        .execute(&mut connection)
        .await
        .unwrap();
    let newer = home.call(&["migrate", "--database", "sqlite:plant.db"]).failed(1);
    assert_eq!(newer, "the database plant.db was made by a newer version of kpi-ops; update the program");
}

#[test]
fn a_bad_settings_file_is_refused_with_its_line() {
    let home = Home::with_admin();
    let folder = home.path().join(".config/kpi-ops");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("config.toml"), "user = \"anna\"\ndatabasee = \"sqlite:x.db\"\n").unwrap();
    let refused = home.call(&["client", "list"]).failed(1);
    assert!(refused.contains("config.toml, line 2 (databasee): unknown field `databasee`"), "{refused}");
    std::fs::write(folder.join("config.toml"), "database = \"sqlite:x.db\"\n").unwrap();
    assert_eq!(home.call(&["migrate"]).done(), "sqlite:x.db is up to date\n");
}

#[test]
fn keys_are_given_and_taken_by_fingerprint() {
    let home = Home::with_admin();
    let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f anna@laptop\n";
    std::fs::write(home.path().join("key.pub"), key).unwrap();
    let added = home.call(&["user", "ssh-key", "add", "anna", "key.pub"]).done();
    let fingerprint = added.split(' ').nth(1).unwrap().to_owned();
    assert!(fingerprint.starts_with("SHA256:"), "{added}");
    let listed = home.call(&["user", "ssh-key", "list", "anna"]).done();
    assert!(listed.contains(&format!("{fingerprint}  ssh-ed25519  anna@laptop")), "{listed}");
    assert!(
        home.call_with(key, &["user", "ssh-key", "add", "anna", "-"])
            .failed(1)
            .contains("belongs to an account already")
    );
    home.call(&["user", "ssh-key", "remove", "anna", &fingerprint]).done();
    assert_eq!(home.call(&["user", "ssh-key", "remove", "anna", "SHA256:x"]).failed(1), "no such SSH key: SHA256:x");
    assert!(home.call(&["user", "ssh-key", "add", "anna", "none.pub"]).failed(1).contains("cannot read none.pub"));
}

#[test]
fn the_log_tells_of_a_failure_and_of_no_secret() {
    let mut home = Home::with_admin();
    home.acts_as("anna", "this is the wrong one");
    home.call(&["client", "list"]).failed(4);
    let folder = home.path().join(".local/state/kpi-ops");
    let logs = std::fs::read_dir(folder).unwrap().map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap());
    let log: String = logs.collect();
    assert!(log.contains("login refused"), "{log}");
    assert!(!log.contains("this is the wrong one") && !log.contains("gurken"), "{log}");
}
