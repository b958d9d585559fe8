//! Draws the README's picture from the program's own screen buffer:
//! `cargo run --example picture` writes `assets/picture.svg` and the README's table of keys.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod keys;
mod svg;

use kpi_ops::domain::clock::Instant;
use kpi_ops::domain::role::Role;
use kpi_ops::service::clock::Clock;
use kpi_ops::service::{DatabaseUrl, DemoPlan, Plant};
use kpi_ops::tui::capability::Capability;
use kpi_ops::tui::run::Dashboard;
use kpi_ops::tui::test_port::TestPort;

/// Wednesday 2026-05-20, 09:40 UTC: in the middle of a shift.
const MOMENT: Instant = Instant(1_779_270_000_000);
const SIZE: (u16, u16) = (120, 34);

#[tokio::main]
async fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = DatabaseUrl::file(folder.path().join("demo.db"));
    let plant = Plant::open(&url, Clock::fixed(MOMENT)).await.expect("a database");
    plant.fill_demo(DemoPlan { days: 30, ..DemoPlan::default() }, |_, _| {}).await.expect("a demo");
    let logins = plant.demo_logins().await.expect("demo logins");
    let leader = logins.iter().find(|login| login.role == Role::Leader).expect("a leader");

    let port = TestPort::new(SIZE.0, SIZE.1, Capability::PLAIN).expect("a screen");
    let mut dashboard = Dashboard::open(plant.clone(), port, "picture".into()).expect("a dashboard");
    let story = format!("{}<enter>{}<enter>", leader.login, leader.password.replace(' ', "<space>"));
    dashboard.port.type_story(&story).expect("keys");
    dashboard.run().await.expect("the loop");

    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/picture.svg");
    std::fs::write(file, svg::of(dashboard.port.buffer())).expect("the picture can be written");
    let readme = concat!(env!("CARGO_MANIFEST_DIR"), "/README.md");
    let text = std::fs::read_to_string(readme).expect("the README");
    std::fs::write(readme, keys::renewed(&text)).expect("the README can be written");
    println!("{file}");
}
