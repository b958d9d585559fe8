//! Logging in: the first ADMIN, right and wrong passwords, delays.

use super::plant::{ADMIN_PASSWORD, TestPlant, secret};
use kpi_ops::domain::role::Role;
use kpi_ops::service::{LoginOutcome, Problem};

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
