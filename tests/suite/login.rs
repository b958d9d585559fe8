//! Logging in: the first ADMIN, right and wrong passwords, delays.

use super::plant::{ADMIN_PASSWORD, Engine, FloorPlant, PASSWORD, TestPlant, secret};
use kpi_ops::domain::role::Role;
use kpi_ops::domain::text::CleanText;
use kpi_ops::service::{AddUser, Command, Desk, LoginOutcome, Problem, Ticket};
use rstest::rstest;

#[tokio::test]
async fn the_first_admin_is_made_once_and_can_log_in() {
    let plant = TestPlant::empty().await;
    assert!(plant.plant.is_new().await.unwrap());
    let desk = plant.plant.create_first_admin("Anna", "Anna Admin", &secret(ADMIN_PASSWORD)).await.unwrap();
    assert_eq!((desk.person().login.as_str(), desk.person().role), ("anna", Role::Admin));
    assert!(!plant.plant.is_new().await.unwrap());

    let second = plant.plant.create_first_admin("bert", "Bert", &secret(ADMIN_PASSWORD)).await;
    assert!(second.unwrap_err().to_string().contains("has an ADMIN already"));
    let outcome = plant.plant.login("ANNA", &secret(ADMIN_PASSWORD), "tty1").await.unwrap();
    assert!(matches!(outcome, LoginOutcome::In(desk) if desk.person().full_name == "Anna Admin"));
}

#[tokio::test]
async fn a_weak_first_password_is_refused_and_makes_nobody() {
    let plant = TestPlant::empty().await;
    let refused = plant.plant.create_first_admin("anna", "Anna", &secret("password123")).await.unwrap_err();
    assert!(matches!(refused, Problem::Rejected(_)), "{refused}");
    assert!(plant.plant.is_new().await.unwrap());
}

async fn refused(plant: &TestPlant, login: &str, password: &str, terminal: &str) -> String {
    plant.plant.login(login, &secret(password), terminal).await.unwrap_err().to_string()
}

/// The code that a new person `maria` was given.
async fn code_of_maria(admin: &Desk) -> String {
    let add = AddUser {
        login: "maria".into(),
        full_name: CleanText::name("name", "Maria").unwrap(),
        role: Role::Leader,
        clients: Vec::new(),
    };
    let receipt = admin.run(Command::AddUser(add)).await.unwrap();
    receipt.one_time_code.unwrap().reveal().to_owned()
}

async fn ticket(plant: &TestPlant, code: &str) -> Ticket {
    match plant.plant.login("maria", &secret(code), "tty").await.unwrap() {
        LoginOutcome::SetPassword(ticket) => ticket,
        LoginOutcome::In(_) => panic!("a code opens nothing but the way to a password"),
    }
}

#[rstest]
#[tokio::test]
async fn unknown_disabled_wrong_and_impossible_names_get_one_answer(
    #[values(Engine::File, Engine::Server)] engine: Engine,
) {
    let (plant, admin) = TestPlant::with_admin_on(engine).await;
    let code = code_of_maria(&admin).await;
    admin.run(Command::SetUserActive { login: "maria".into(), active: false }).await.unwrap();
    let wrong = refused(&plant, "anna", "not the password", "t1").await;
    assert_eq!(wrong, "login refused: the name or the password is wrong");
    for (login, password) in
        [("who", "not the password"), ("maria", code.as_str()), ("a b", "x"), ("", ""), ("anna", "")]
    {
        assert_eq!(refused(&plant, login, password, "t2").await, wrong, "{login}");
    }
}

#[tokio::test]
async fn the_record_tells_of_tries_and_not_of_what_was_typed() {
    let plant = FloorPlant::new().await;
    let admin = &plant.admin;
    admin.run(Command::SetUserActive { login: "rosa".into(), active: false }).await.unwrap();
    let before = plant.number("SELECT max(seq) FROM t_account_audit_entry").await;
    for (login, password) in [
        ("olga", "noch ein geheimnis"),
        ("rosa", PASSWORD),
        ("mein geheimes wort", "noch ein geheimnis"),
        ("mein-geheimes-wort", "noch ein geheimnis"),
    ] {
        assert!(refused(&plant.test, login, password, "ssh 10.1.2.3").await.contains("is wrong"), "{login}");
    }
    plant.desk("olga").await;
    let rows = plant
        .texts(&format!(
            "SELECT action || ' ' || subject || ' ' || by_login || after FROM t_account_audit_entry WHERE seq > {before} ORDER BY seq"
        ))
        .await;
    let from = r#"{"terminal":"ssh 10.1.2.3"}"#;
    let expected = [
        format!("login_failed olga nobody{from}"),
        format!("login_failed rosa nobody{from}"),
        format!("login_failed unknown nobody{from}"),
        format!("login_failed unknown nobody{from}"),
        r#"login olga olga{"terminal":"tty"}"#.to_owned(),
    ];
    assert_eq!(rows, expected);
    plant.sql("PRAGMA wal_checkpoint(TRUNCATE)").await;
    let file = std::fs::read(plant.test.folder.path().join("plant.db")).unwrap();
    let file = String::from_utf8_lossy(&file);
    assert!(file.contains("login_failed") && !file.contains("geheim"));
}

#[rstest]
#[tokio::test]
async fn the_delay_grows_by_account_and_terminal_and_ends_with_success(
    #[values(Engine::File, Engine::Server)] engine: Engine,
) {
    let (plant, _admin) = TestPlant::with_admin_on(engine).await;
    for login in ["anna", "who"] {
        for _ in 0..4 {
            assert!(refused(&plant, login, "wrong password", "t1").await.contains("is wrong"), "{login}");
        }
        // The next try is too early, whatever is typed, and is not counted.
        for _ in 0..3 {
            let delayed = plant.plant.login(login, &secret(ADMIN_PASSWORD), "t1").await;
            assert!(matches!(delayed, Err(Problem::LoginDelayed { seconds: 1 })), "{login}");
        }
    }
    assert!(
        plant.plant.login("anna", &secret(ADMIN_PASSWORD), "t2").await.is_ok(),
        "another terminal waits for nothing"
    );
    plant.clock.advance(1);
    assert!(refused(&plant, "anna", "wrong password", "t1").await.contains("is wrong"));
    let delayed = plant.plant.login("anna", &secret(ADMIN_PASSWORD), "t1").await;
    assert!(matches!(delayed, Err(Problem::LoginDelayed { seconds: 2 })));
    plant.clock.advance(1);
    assert!(plant.plant.login("ANNA", &secret(ADMIN_PASSWORD), "t1").await.is_ok());
    for _ in 0..4 {
        assert!(refused(&plant, "anna", "wrong password", "t1").await.contains("is wrong"), "success starts anew");
    }
}

#[tokio::test]
async fn the_delay_is_never_a_lock() {
    let (plant, _admin) = TestPlant::with_admin().await;
    for _ in 0..16 {
        refused(&plant, "anna", "wrong password", "t1").await;
        plant.clock.advance(5);
    }
    assert!(plant.plant.login("anna", &secret(ADMIN_PASSWORD), "t1").await.is_ok());
}

#[rstest]
#[tokio::test]
async fn parallel_tries_are_counted_before_any_is_looked_at(#[values(Engine::File, Engine::Server)] engine: Engine) {
    let (plant, _admin) = TestPlant::with_admin_on(engine).await;
    let tries: Vec<_> = (0..12)
        .map(|_| {
            let plant = plant.plant.clone();
            tokio::spawn(async move { plant.login("anna", &secret("wrong password"), "t1").await })
        })
        .collect();
    let mut looked_at = 0;
    for one in tries {
        looked_at += usize::from(matches!(one.await.unwrap(), Err(Problem::LoginRefused)));
    }
    assert_eq!(looked_at, 4, "three are free and the fourth starts the delay");
}

#[rstest]
#[tokio::test]
async fn a_one_time_code_sets_one_password(#[values(Engine::File, Engine::Server)] engine: Engine) {
    let (plant, admin) = TestPlant::with_admin_on(engine).await;
    let code = code_of_maria(&admin).await;
    assert!(refused(&plant, "maria", "0000-0000-0000-0000-0000-0000", "tty").await.contains("is wrong"));
    assert!(refused(&plant, "anna", &code, "tty").await.contains("is wrong"), "it is hers alone");

    let first = ticket(&plant, &code.to_lowercase().replace('-', "")).await;
    let second = ticket(&plant, &code).await;
    let weak = plant.plant.set_password(&first, &secret("maria is my name")).await.unwrap_err();
    assert!(weak.to_string().contains("contains the login"), "{weak}");
    let desk = plant.plant.set_password(&first, &secret("sieben kleine ziegen")).await.unwrap();
    assert_eq!(desk.person().login.as_str(), "maria");

    for ticket in [&first, &second] {
        let used = plant.plant.set_password(ticket, &secret("acht kleine ziegen")).await.unwrap_err();
        assert!(used.to_string().contains("is used up or has expired"), "{used}");
    }
    assert!(refused(&plant, "maria", &code, "tty").await.contains("is wrong"), "a code is used once");
    let outcome = plant.plant.login("maria", &secret("sieben kleine ziegen"), "tty").await.unwrap();
    assert!(matches!(outcome, LoginOutcome::In(_)));
}

#[rstest]
#[tokio::test]
async fn a_one_time_code_is_valid_for_an_hour(#[values(Engine::File, Engine::Server)] engine: Engine) {
    let (plant, admin) = TestPlant::with_admin_on(engine).await;
    let code = code_of_maria(&admin).await;
    plant.clock.advance(59);
    let early = ticket(&plant, &code).await;
    plant.clock.advance(1);
    let late = plant.plant.set_password(&early, &secret("sieben kleine ziegen")).await.unwrap_err();
    assert!(late.to_string().contains("has expired"), "{late}");
    assert!(refused(&plant, "maria", &code, "tty").await.contains("is wrong"));
}

#[rstest]
#[tokio::test]
async fn a_reset_voids_the_password_and_every_older_code(#[values(Engine::File, Engine::Server)] engine: Engine) {
    let (plant, admin) = TestPlant::with_admin_on(engine).await;
    let reset = || async {
        let receipt = admin.run(Command::ResetUser { login: "maria".into() }).await.unwrap();
        receipt.one_time_code.unwrap().reveal().to_owned()
    };
    let unused = code_of_maria(&admin).await;
    let code = reset().await;
    assert!(refused(&plant, "maria", &unused, "tty").await.contains("is wrong"), "the older code is void");
    let first = ticket(&plant, &code).await;
    plant.plant.set_password(&first, &secret("sieben kleine ziegen")).await.unwrap();
    let code = reset().await;
    assert!(refused(&plant, "maria", "sieben kleine ziegen", "tty").await.contains("is wrong"), "the password is void");
    let second = ticket(&plant, &code).await;
    plant.plant.set_password(&second, &secret("acht kleine ziegen")).await.unwrap();
}
