//! Keeping clients and people as an ADMIN.

use super::plant::{FloorPlant, PASSWORD, TestPlant, run, secret};
use kpi_ops::domain::role::Role;
use kpi_ops::domain::text::CleanText;
use kpi_ops::service::{AddUser, Command, Desk, LoginOutcome, Problem, UserAccount};

fn user(login: &str, role: Role, clients: &[&str]) -> AddUser {
    AddUser {
        login: login.into(),
        full_name: CleanText::name("name", "Somebody New").unwrap(),
        role,
        clients: clients.iter().map(|client| client.parse().unwrap()).collect(),
    }
}

fn assignment(login: &str, client: &str, assigned: bool) -> Command {
    Command::SetAssignment { login: login.into(), client_id: client.parse().unwrap(), assigned }
}

fn active(login: &str, active: bool) -> Command {
    Command::SetUserActive { login: login.into(), active }
}

async fn account(admin: &Desk, login: &str) -> UserAccount {
    admin.every_user().await.unwrap().into_iter().find(|user| user.login.as_str() == login).unwrap()
}

async fn clients_of(admin: &Desk, login: &str) -> Vec<String> {
    account(admin, login).await.clients.iter().map(ToString::to_string).collect()
}

async fn refusal(desk: &Desk, command: Command) -> String {
    desk.run(command).await.unwrap_err().to_string()
}

#[tokio::test]
async fn a_new_client_has_its_own_catalogue_and_settings_and_both_records_tell_of_it() {
    let plant = FloorPlant::new().await;
    let add = |id: &str| Command::AddClient {
        client_id: id.parse().unwrap(),
        name: CleanText::name("name", "Gamma GmbH").unwrap(),
        time_zone: "Europe/Vienna".into(),
    };
    let receipt = run(&plant.admin, add("GAMMA")).await;
    assert_eq!(receipt.done, "client GAMMA added");
    for table in ["downtime_reason", "hold_reason", "defect_type", "absence_type"] {
        let copied = plant
            .texts(&format!("SELECT code || number || name FROM t_{table} WHERE client_id = 'GAMMA' ORDER BY 1"))
            .await;
        let template = plant.texts(&format!("SELECT code || number || name FROM t_{table}_template ORDER BY 1")).await;
        assert!(!copied.is_empty());
        assert_eq!(copied, template, "{table}");
    }
    let settings =
        plant.texts("SELECT name || '=' || value FROM t_client_setting WHERE client_id = 'GAMMA' ORDER BY 1").await;
    assert_eq!(settings, ["bradford=0", "correction_days=7", "two_person_release=1"]);
    let of_client = plant.texts("SELECT seq || action || by_login FROM t_audit_entry WHERE client_id = 'GAMMA'").await;
    assert_eq!(of_client, ["1client_addedanna"]);
    let of_accounts = plant
        .number("SELECT count(*) FROM t_account_audit_entry WHERE action = 'client_added' AND subject = 'GAMMA'")
        .await;
    assert_eq!(of_accounts, 1);

    assert!(plant.admin.clients().iter().all(|client| client.client_id.as_str() != "GAMMA"));
    let refreshed = plant.admin.refreshed().await.unwrap();
    assert!(refreshed.clients().iter().any(|client| client.client_id.as_str() == "GAMMA"));
    assert!(refusal(&plant.admin, add("GAMMA")).await.contains("GAMMA exists already"));
    let bad_zone = Command::AddClient {
        client_id: "DELTA".parse().unwrap(),
        name: CleanText::name("name", "Delta").unwrap(),
        time_zone: "Moon/Base".into(),
    };
    assert!(refusal(&plant.admin, bad_zone).await.contains("no IANA time zone"));
    assert_eq!(plant.number("SELECT count(*) FROM t_client WHERE client_id = 'DELTA'").await, 0);
}

#[tokio::test]
async fn a_narrowed_desk_stays_narrowed_when_it_is_refreshed() {
    let plant = FloorPlant::new().await;
    let narrow = plant.admin.narrow(Some(vec!["ACME".parse().unwrap()])).await.unwrap();
    let refreshed = narrow.refreshed().await.unwrap();
    assert!(refreshed.is_narrowed());
    assert_eq!(refreshed.clients().len(), 1);
}

#[tokio::test]
async fn a_role_takes_its_number_of_clients() {
    let plant = FloorPlant::new().await;
    let one = Some("an OPERATOR has exactly one");
    let all = Some("which sees every client");
    for (role, clients, why) in [
        (Role::Operator, &["ACME"][..], None),
        (Role::Operator, &["ACME", "ACME"], None),
        (Role::Operator, &[], one),
        (Role::Operator, &["ACME", "RIVAL"], one),
        (Role::Leader, &["ACME", "RIVAL"], None),
        (Role::Leader, &[], None),
        (Role::PowerUser, &["ACME"], all),
        (Role::PowerUser, &[], None),
        (Role::Admin, &["ACME"], all),
        (Role::Admin, &[], None),
        (Role::Leader, &["ACME", "NOPE"], Some("no such client: NOPE")),
    ] {
        let login = format!("newt{}", plant.number("SELECT count(*) FROM t_user_account").await);
        let added = plant.admin.run(Command::AddUser(user(&login, role, clients))).await;
        let written = plant.number(&format!("SELECT count(*) FROM t_user_account WHERE login = '{login}'")).await;
        match why {
            None => {
                assert!(added.unwrap().one_time_code.is_some(), "{role} {clients:?}");
                assert_eq!(written, 1);
            }
            Some(why) => {
                let problem = added.unwrap_err().to_string();
                assert!(problem.contains(why), "{role} {clients:?}: {problem}");
                assert_eq!(written, 0);
            }
        }
    }
}

#[tokio::test]
async fn a_login_is_refused_that_is_taken_reserved_or_strange() {
    let (_plant, admin) = TestPlant::with_admin().await;
    for (login, why) in [
        ("system", "is reserved"),
        ("NOBODY", "is reserved"),
        ("anna", "exists already"),
        ("ANNA", "exists already"),
        ("two words", "holds a space"),
        ("semi;colon", "holds a character"),
        ("", "is missing"),
    ] {
        let problem = refusal(&admin, Command::AddUser(user(login, Role::Leader, &[]))).await;
        assert!(problem.starts_with("login: ") && problem.contains(why), "{login}: {problem}");
    }
}

#[tokio::test]
async fn assigning_an_operator_moves_and_an_assignment_that_was_removed_comes_back() {
    let plant = FloorPlant::new().await;
    let admin = &plant.admin;
    let moved = run(admin, assignment("olga", "RIVAL", true)).await;
    assert_eq!(moved.done, "user olga moved from client ACME to RIVAL");
    assert_eq!(clients_of(admin, "olga").await, ["RIVAL"]);
    run(admin, moved.undo.unwrap()).await;
    assert_eq!(clients_of(admin, "olga").await, ["ACME"]);
    let rows = plant
        .texts(
            "SELECT a.client_id || a.version FROM t_user_client_assignment a, t_user_account u
        WHERE u.user_id = a.user_id AND u.login = 'olga' ORDER BY 1",
        )
        .await;
    assert_eq!(rows, ["ACME3", "RIVAL2"], "one row an assignment, whatever became of it");
    assert!(refusal(admin, assignment("olga", "ACME", false)).await.contains("is the only client of an OPERATOR"));

    let given = run(admin, assignment("luis", "RIVAL", true)).await;
    assert_eq!(clients_of(admin, "luis").await, ["ACME", "RIVAL"]);
    run(admin, given.undo.unwrap()).await;
    assert!(run(admin, assignment("luis", "RIVAL", false)).await.undo.is_none(), "nothing was changed");
    let last = run(admin, assignment("luis", "ACME", false)).await;
    assert!(last.done.ends_with("and sees nothing"), "{}", last.done);
    assert!(clients_of(admin, "luis").await.is_empty());
    let luis = plant.desk("luis").await;
    assert!(
        luis.clients().is_empty() && luis.why_nothing_is_in_view().unwrap().contains("no client is assigned to you")
    );
    assert!(plant.admin.why_nothing_is_in_view().is_none());

    assert!(refusal(admin, assignment("paul", "ACME", true)).await.contains("sees every client"));
    assert_eq!(refusal(admin, assignment("luis", "NOPE", true)).await, "no such client: NOPE");
    assert_eq!(refusal(admin, assignment("who", "ACME", true)).await, "no such user: who");
}

#[tokio::test]
async fn nobody_disables_themselves_and_the_last_admin_stays() {
    let plant = FloorPlant::new().await;
    let problem = refusal(&plant.admin, active("anna", false)).await;
    assert!(problem.contains("is the last active ADMIN"), "{problem}");
    plant.add_user("bert", Role::Admin, &[]).await;
    assert!(refusal(&plant.admin, active("ANNA", false)).await.contains("is your own account"));

    let bert = plant.desk("bert").await;
    run(&bert, active("anna", false)).await;
    assert!(refusal(&bert, active("bert", false)).await.contains("is the last active ADMIN"));
    assert!(refusal(&plant.admin, active("bert", false)).await.contains("log in again"));
    run(&bert, active("anna", true)).await;
    assert!(run(&bert, active("anna", true)).await.undo.is_none(), "she is enabled already");
}

#[tokio::test]
async fn a_disabled_client_takes_no_new_people() {
    let plant = FloorPlant::new().await;
    let disable = Command::SetClientActive { client_id: "RIVAL".parse().unwrap(), active: false };
    let receipt = run(&plant.admin, disable).await;
    assert!(refusal(&plant.admin, assignment("luis", "RIVAL", true)).await.contains("RIVAL is disabled"));
    let add = Command::AddUser(user("newt", Role::Operator, &["RIVAL"]));
    assert!(refusal(&plant.admin, add.clone()).await.contains("RIVAL is disabled"));
    run(&plant.admin, receipt.undo.unwrap()).await;
    run(&plant.admin, add).await;
}

#[tokio::test]
async fn a_final_password_is_checked_against_the_persons_own_clients() {
    let plant = FloorPlant::new().await;
    for (login, role, clients, password, why) in [
        ("newt", Role::Operator, &["ACME"][..], "tools of acme here", Some("name of a client")),
        ("newt", Role::Operator, &["ACME"], "tools of rival here", None),
        ("nell", Role::Admin, &[], "tools of rival here", Some("name of a client")),
        ("nick", Role::Leader, &[], "my name is nick!", Some("contains the login")),
        ("nick", Role::Leader, &[], "short", Some("fewer than 10")),
    ] {
        let added = plant.admin.add_user_with_password(user(login, role, clients), &secret(password)).await;
        match why {
            None => assert_eq!(added.unwrap().one_time_code, None),
            Some(why) => assert!(added.unwrap_err().to_string().contains(why), "{login} {password}"),
        }
    }
    let outcome = plant.test.plant.login("newt", &secret("tools of rival here"), "tty").await.unwrap();
    assert!(matches!(outcome, LoginOutcome::In(_)), "a password that was set is final");
}

#[tokio::test]
async fn a_key_names_one_person() {
    let plant = FloorPlant::new().await;
    let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f olga@laptop";
    let add = |login: &str| Command::AddSshKey { login: login.into(), key: key.into() };
    let added = run(&plant.admin, add("olga")).await;
    assert!(refusal(&plant.admin, add("luis")).await.contains("belongs to an account already"));
    let keys = plant.admin.ssh_keys("olga").await.unwrap();
    assert_eq!(keys[0].public_key, key);

    let remove = added.undo.unwrap();
    let Command::RemoveSshKey { fingerprint, .. } = remove.clone() else { panic!("{remove:?}") };
    assert_eq!(fingerprint, keys[0].fingerprint);
    let foreign = Command::RemoveSshKey { login: "luis".into(), fingerprint };
    assert!(matches!(plant.admin.run(foreign).await, Err(Problem::NoSuch { .. })));
    let removed = run(&plant.admin, remove).await;
    assert!(plant.admin.ssh_keys("olga").await.unwrap().is_empty());
    run(&plant.admin, removed.undo.unwrap()).await;
    assert_eq!(plant.admin.ssh_keys("olga").await.unwrap().len(), 1);
}

#[tokio::test]
async fn every_change_of_accounts_leaves_one_numbered_row_with_who_and_no_secret() {
    let plant = FloorPlant::new().await;
    let before = plant.number("SELECT max(seq) FROM t_account_audit_entry").await;
    let admin = &plant.admin;
    let code = run(admin, Command::AddUser(user("newt", Role::Operator, &["ACME"]))).await.one_time_code.unwrap();
    run(admin, assignment("newt", "RIVAL", true)).await;
    run(admin, assignment("luis", "RIVAL", true)).await;
    run(admin, assignment("luis", "RIVAL", false)).await;
    run(admin, active("newt", false)).await;
    run(admin, active("newt", true)).await;
    run(admin, Command::ResetUser { login: "newt".into() }).await;
    let rows = plant.texts(&format!("SELECT action || ' ' || subject || ' ' || by_login FROM t_account_audit_entry WHERE seq > {before} ORDER BY seq")).await;
    let expected = [
        "user_added newt anna",
        "client_assigned newt anna",
        "client_assigned luis anna",
        "client_unassigned luis anna",
        "user_disabled newt anna",
        "user_enabled newt anna",
        "user_reset newt anna",
    ];
    assert_eq!(rows, expected);
    assert_eq!(
        plant.number("SELECT max(seq) - count(*) FROM t_account_audit_entry").await,
        0,
        "numbered without a gap"
    );

    plant.sql("PRAGMA wal_checkpoint(TRUNCATE)").await;
    let file = std::fs::read(plant.test.folder.path().join("plant.db")).unwrap();
    let file = String::from_utf8_lossy(&file);
    for secret in [code.reveal(), PASSWORD] {
        assert!(!file.contains(secret), "a secret stands in the database");
    }
    assert!(file.contains("user_added"), "the file was looked at");
    assert!(!format!("{code:?}").contains(code.reveal()));
}

#[tokio::test]
async fn the_mark_of_a_demo_is_refused_by_a_plant_that_holds_anything() {
    let test = TestPlant::empty().await;
    assert!(test.plant.is_blank().await.unwrap() && !test.plant.is_demo().await.unwrap());
    assert!(test.plant.demo_logins().await.unwrap().is_empty());
    let (plant, _admin) = TestPlant::with_admin().await;
    assert!(!plant.plant.is_blank().await.unwrap());
}

#[tokio::test]
async fn a_client_that_comes_back_gets_the_codes_that_were_added_meanwhile() {
    let floor = FloorPlant::new().await;
    let set = |active| Command::SetClientActive { client_id: "RIVAL".parse().unwrap(), active };
    run(&floor.admin, set(false)).await;
    let template = "INSERT INTO t_downtime_reason_template (code, number, name, loss, created_by, created_at, updated_by, updated_at, version)
                    VALUES ('STOCKTAKING', 99, 'Stocktaking', 'planned', 'x', 0, 'x', 0, 1)";
    floor.sql(template).await;
    run(&floor.admin, set(true)).await;
    let codes = "SELECT client_id FROM t_downtime_reason WHERE code = 'STOCKTAKING' AND number = 99";
    assert_eq!(floor.texts(codes).await, ["RIVAL"]);
}

#[tokio::test]
async fn the_only_admin_is_not_reset_because_a_lost_code_would_shut_the_plant() {
    let floor = FloorPlant::new().await;
    let reset = Command::ResetUser { login: "anna".into() };
    let refused = floor.admin.run(reset.clone()).await.unwrap_err().to_string();
    assert!(refused.contains("last active ADMIN"), "{refused}");
    floor.add_user("bea", kpi_ops::domain::role::Role::Admin, &[]).await;
    run(&floor.admin, reset).await;
}

#[tokio::test]
async fn a_client_named_twice_is_narrowed_to_once() {
    let floor = FloorPlant::new().await;
    let acme: kpi_ops::domain::id::ClientId = "ACME".parse().unwrap();
    let desk = floor.admin.narrow(Some(vec![acme.clone(), acme])).await.unwrap();
    assert_eq!(desk.clients().len(), 1);
}
